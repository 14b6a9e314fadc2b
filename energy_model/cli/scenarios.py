"""Commands on the scenario library."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from energy_model.cli.common import DataFolder, ScenarioName, group, print_table

scenarios_app = group("The scenario library.")


@scenarios_app.command("list")
def list_scenarios(data: DataFolder = None) -> None:
    """Names and titles of the library."""
    from energy_model import library, load_scenario

    for name in library(data):
        typer.echo(f"{name:28} {load_scenario(name, data).title}")


@scenarios_app.command("show")
def show_scenario(
    scenario: ScenarioName,
    data: DataFolder = None,
    effective: Annotated[bool, typer.Option("--effective", help="With the base scenario filled in.")] = False,
) -> None:
    """A scenario as written, or as it takes effect."""
    from energy_model import library, load_scenario

    found = load_scenario(scenario, data)
    if effective:
        typer.echo(found.model_dump_json(indent=1, exclude_none=True))
        return
    path = library(data).get(scenario, Path(scenario))
    if path.suffix == ".toml":
        typer.echo(path.read_text(encoding="utf-8"), nl=False)
    else:
        typer.echo(found.model_dump_json(indent=1, exclude_none=True))


@scenarios_app.command("diff")
def diff_scenarios(base: ScenarioName, other: ScenarioName, data: DataFolder = None) -> None:
    """Keys and measures in which two effective scenarios differ; nothing is solved."""
    from energy_model import load_scenario
    from energy_model.results.compare import scenario_difference

    one, two = (load_scenario(name, data).model_dump(mode="json") for name in (base, other))
    print_table(scenario_difference(one, two))


@scenarios_app.command("template")
def template(
    path: Annotated[Path, typer.Argument(help="Workbook to write; ends in .xlsx.")],
    scenario: ScenarioName = "reference",
    data: DataFolder = None,
) -> None:
    """Write a scenario as an Excel workbook to fill in; run it by its path."""
    from energy_model import load_scenario
    from energy_model.scenario.excel import write_excel

    typer.echo(write_excel(load_scenario(scenario, data), path))
