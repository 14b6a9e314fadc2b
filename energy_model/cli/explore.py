"""The command that writes the explorer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from energy_model import GasData

from energy_model.cli.commands import command
from energy_model.cli.common import Bar, file_ending_in, on_data, tell_notes
from energy_model.units import BYTES_PER_MB


@command("explore", place=25)
@on_data
def explore(
    world: GasData,
    scenarios: Annotated[
        list[str] | None,
        typer.Argument(help="Names in the library, or paths; default: those that the briefing shows in detail."),
    ] = None,
    out: Annotated[Path, typer.Option("--out", help="The HTML file.")] = Path("reports/explorer.html"),
    base: Annotated[
        str | None, typer.Option(help="Scenario that others are measured against; default: the data's reference.")
    ] = None,
    lang: Annotated[
        Literal["en", "de"], typer.Option("--lang", help="en or de: language in which the page opens.")
    ] = "en",
    fresh: Annotated[bool, typer.Option("--fresh", help="Solve everything anew; default: reuse what is kept.")] = False,
) -> None:
    """Write scenarios as one HTML file to look at and compare: no server, no network, fit to be mailed."""
    from energy_model.report.explorer.page import explore as write

    file_ending_in(out, [".html", ".htm"], "HTML file")
    with Bar("scenarios") as step:
        path, notes = write(world, out, scenarios or None, base=base, lang=lang, progress=step, fresh=fresh)
    tell_notes(notes)
    typer.echo(f"explorer: {path} ({path.stat().st_size / BYTES_PER_MB:.1f} MB); open it in a browser")
