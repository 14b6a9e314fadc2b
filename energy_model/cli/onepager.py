"""The command that writes one page on a scenario or a country."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from energy_model.cli.commands import command
from energy_model.cli.common import (
    Bar,
    Opened,
    file_ending_in,
    on_scenario,
    tell_next,
    tell_notes,
)


@command("onepager", place=25)
@on_scenario
def onepager(
    opened: Opened,
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
            help="Find low and high where they are not known yet, two solves an input; kept in ranges/ beside it.",
        ),
    ] = True,
) -> None:
    """Write one sheet of A4 on a scenario, or on a country in it, to hand over: PDF, Word, PowerPoint or HTML."""
    from energy_model.report.kept_ranges import KeptRanges
    from energy_model.report.onepage.libraries import check_format
    from energy_model.report.onepage.make import WRITERS, one_page, write_page
    from energy_model.scenario import notes
    from energy_model.workers import WORKERS_AT_MOST, processes

    world, chosen = opened.world, opened.scenario
    tell_notes(notes(chosen, world.at(chosen.as_of)))
    named = "" if country is None else f"_{country.lower().replace(' ', '_')}"
    path = out if out is not None else Path("reports") / f"onepager_{chosen.id}{named}_{lang}.{form or 'pdf'}"
    file_ending_in(path, [f".{one}" for one in WRITERS if form in (None, one)], "page of this format")
    if issued is not None and issued.date() < world.storyline.as_of:
        raise typer.BadParameter(f"--issued {issued:%Y-%m-%d} lies before {world.storyline.as_of}, the day of the data")
    check_format(path.suffix.lower().lstrip("."))
    with Bar("ranges") as step:
        page = one_page(
            chosen, world, against=against, built_on=opened.built_on, country=country, language=lang,
            issued=issued.date() if issued is not None else None, store=KeptRanges(path.parent), find_ranges=ranges,
            progress=step, workers=processes(None, WORKERS_AT_MOST),
        )  # fmt: skip
    typer.echo(page.title)
    typer.echo(f"page: {write_page(page, path, form)}")
    tell_next(f"energy-model impact {opened.name}", "what it means: who is hurt, why, who pays")
