"""The command that writes one page on a scenario or a country."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from energy_model.cli.commands import command
from energy_model.cli.common import (
    AcceptErrors,
    Added,
    Bar,
    DataFolder,
    Keys,
    Resolution,
    ScenarioName,
    Vintage,
    package_folder,
    tell_next,
    tell_notes,
)


@command("onepager", place=25)
def onepager(
    scenario: ScenarioName,
    out: Annotated[
        Path | None, typer.Option("--out", help="File to write; default: reports/onepager_SCENARIO and the format.")
    ] = None,
    form: Annotated[
        Literal["pdf", "docx", "pptx", "html"] | None,
        typer.Option("--format", help="pdf, docx, pptx or html; default: the ending of --out, else pdf."),
    ] = None,
    lang: Annotated[Literal["en", "de"], typer.Option("--lang", help="Language: en or de.")] = "en",
    country: Annotated[
        str | None, typer.Option(help="Country, by code or name: its page in place of the scenario's.")
    ] = None,
    against: Annotated[
        str | None, typer.Option(help="Scenario it is measured against; default: the reference of the data.")
    ] = None,
    issued: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Day of issue on the page; default: the day of the data package."),
    ] = None,
    ranges: Annotated[
        bool,
        typer.Option(
            "--ranges/--no-ranges",
            help="Find low and high where they are not known yet: some ten seconds, kept in ranges/ beside the page.",
        ),
    ] = True,
    data: DataFolder = None,
    vintage: Vintage = None,
    accept_data_errors: AcceptErrors = False,
    added: Added = None,
    keys: Keys = None,
    resolution: Resolution = None,
) -> None:
    """Write one sheet of A4 on a scenario, or on a country in it, to hand over: PDF, Word, PowerPoint or HTML."""
    from energy_model import load_data, with_changes
    from energy_model.files import check_writable
    from energy_model.report.onepage.make import one_page, write_page
    from energy_model.results.ranges import RangeStore
    from energy_model.scenario import notes
    from energy_model.scenario.changes import load_changed

    world = load_data(package_folder(data, vintage), accept_data_errors)
    loaded = load_changed(scenario, world.root, world, added=added or (), keys=keys or ())
    chosen = with_changes(loaded, resolution=resolution)
    tell_notes(notes(chosen, world.at(chosen.as_of)))
    named = "" if country is None else f"_{country.lower().replace(' ', '_')}"
    ending = form if form is not None else out.suffix.lstrip(".") if out is not None else "pdf"
    path = out if out is not None else Path("reports") / f"onepager_{chosen.id}{named}_{lang}.{ending}"
    check_writable(path.parent)
    with Bar("ranges") as step:
        page = one_page(
            chosen, world, against=against, country=country, language=lang,
            issued=issued.date() if issued is not None else None, store=RangeStore(path.parent), find_ranges=ranges,
            progress=step,
        )  # fmt: skip
    typer.echo(page.title)
    typer.echo(f"page: {write_page(page, path, form)}")
    tell_next(f"energy-model impact {scenario}", "what it means: who is hurt, why, who pays")
