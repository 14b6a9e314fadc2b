"""Commands on the scenario library."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Annotated

import typer

from energy_model.cli.commands import command
from energy_model.cli.common import (
    AcceptErrors,
    Added,
    DataFolder,
    Keys,
    ScenarioName,
    Vintage,
    group,
    package_folder,
    print_table,
    tell_next,
    tell_notes,
)

scenarios_app = command("scenarios", place=90)(group("The scenario library."))


@scenarios_app.command("list")
def list_scenarios(data: DataFolder = None, vintage: Vintage = None) -> None:
    """Names and titles of the library."""
    from energy_model import library, load_scenario

    folder = package_folder(data, vintage)
    for name in library(folder):
        typer.echo(f"{name:28} {load_scenario(name, folder).title}")


@scenarios_app.command("show")
def show_scenario(
    scenario: ScenarioName,
    data: DataFolder = None,
    vintage: Vintage = None,
    added: Added = None,
    keys: Keys = None,
    effective: Annotated[bool, typer.Option("--effective", help="With the base scenario filled in.")] = False,
) -> None:
    """A scenario as written with the chain it is built on, or as it takes effect, held against the data."""
    from energy_model import load_data
    from energy_model.scenario.changes import load_changed
    from energy_model.scenario.load import LIBRARY, chain_of
    from energy_model.scenario.toml import keys_toml

    is_effective = bool(effective or added or keys)
    folder = package_folder(data, vintage)
    known = load_data(folder) if is_effective else None
    found = load_changed(scenario, folder, known, added=added or (), keys=keys or ())
    first, *bases = chain_of(scenario, folder)
    if is_effective:
        typer.echo(found.model_dump_json(indent=1, exclude_none=True))
        return
    for link in bases:
        other = ", not the scenario of this name in the library" if link.shadows else ""
        typer.echo(f"# built on {link.path.stem} ({link.place if link.place == LIBRARY else link.path}{other})")
    is_toml = first.path.suffix.lower() == ".toml"
    typer.echo(first.path.read_text(encoding="utf-8-sig") if is_toml else keys_toml(first.raw), nl=False)


@scenarios_app.command("diff")
def diff_scenarios(
    base: ScenarioName,
    other: ScenarioName,
    data: DataFolder = None,
    vintage: Vintage = None,
    added: Added = None,
    keys: Keys = None,
) -> None:
    """Keys and measures in which two effective scenarios differ; --with and --set change OTHER; nothing is solved."""
    from energy_model import load_data, load_scenario
    from energy_model.results.compare import scenario_difference
    from energy_model.scenario.changes import load_changed

    known = load_data(package_folder(data, vintage))
    changed = load_changed(other, known.root, known, added=added or (), keys=keys or ())
    both = load_scenario(base, known.root, known), changed
    print_table(scenario_difference(*(one.model_dump(mode="json") for one in both)))


@scenarios_app.command("template")
def template(
    path: Annotated[Path, typer.Argument(help="Workbook to write; ends in .xlsx.")],
    scenario: ScenarioName = "reference",
    data: DataFolder = None,
    vintage: Vintage = None,
) -> None:
    """Write a scenario as an Excel workbook to fill in; run it by its path."""
    from energy_model import load_data, load_scenario, with_changes
    from energy_model.scenario.excel import write_excel

    known = load_data(package_folder(data, vintage))
    chosen = load_scenario(scenario, known.root, known)
    own = "_".join(re.findall("[a-z0-9]+", path.stem.lower())) or chosen.id
    typer.echo(write_excel(with_changes(chosen, id=own), path, known))
    typer.echo(f"It holds all measures of {chosen.id}: write a title of your own, then measures, below their headings.")
    tell_next(f"energy-model run {shlex.quote(str(path))}", "or brief --only FILE, beside the reference")


@scenarios_app.command("outages")
def outages(
    file: Annotated[Path, typer.Argument(help="Calendar of outages: CSV or .xlsx, a list or messages of an operator.")],
    base: Annotated[str, typer.Option("--based-on", help="Scenario to which the outages are added.")] = "reference",
    data: DataFolder = None,
    vintage: Vintage = None,
    accept_data_errors: AcceptErrors = False,
    write: Annotated[Path | None, typer.Option(help="Scenario file to write; ends in .toml.")] = None,
) -> None:
    """Outages of assets as dated measures: what each leaves, when it is known; write them as a scenario."""
    from energy_model import load_data, load_scenario
    from energy_model.files import write_text
    from energy_model.imports.outage_measures import outage_calendar, outages_toml, with_outages

    if write is not None and write.suffix.lower() != ".toml":
        raise typer.BadParameter(f"'{write}' is no scenario file; end its name in .toml")
    known = load_data(package_folder(data, vintage), accept_data_errors)
    scenario = load_scenario(base, known.root, known)
    with_outages(scenario, file, known)  # which says whether they go together
    calendar = outage_calendar(file, scenario, known)
    tell_notes(calendar.notes)
    print_table(calendar.table())
    if write is not None:
        typer.echo(write_text(write, outages_toml(calendar, file, base, known.root, write)))
