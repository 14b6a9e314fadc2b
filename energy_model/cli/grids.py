"""Commands that solve many cases of one scenario: every pair of two lists, and floors in every branch of the fan."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from energy_model.cli.commands import command
from energy_model.cli.common import (
    Bar,
    Opened,
    OutFolder,
    on_scenario,
    one_of,
    print_table,
)


@command("grid", place=47)
@on_scenario
def grid(
    opened: Opened,
    down: Annotated[list[str], typer.Option(help="Scenario, measure in words, or none: a row; repeat for several.")],
    across: Annotated[list[str], typer.Option(help="The same for a column; repeat for several.")],
    show: Annotated[str, typer.Option(help="Headline, by its key, that gives number and colour.")] = "region_curtailed",
    out: OutFolder = Path("reports"),
) -> None:
    """Two lists of happenings against each other: every pair solved, as one table and one figure."""
    from energy_model.files import check_writable
    from energy_model.report.grid import SHOWN, write_grid
    from energy_model.report.grid import grid as every_pair
    from energy_model.scenario import load_scenario

    one_of(show, SHOWN, "headline of a grid")
    world = opened.world
    check_writable(out)
    plain = load_scenario(opened.name, world.root, world)
    found = every_pair(opened.scenario, world, down, across, plain)
    print_table(found.table.round(3))
    for path in write_grid(found, out, show):
        typer.echo(f"written: {path}")


@command("winter-floor", place=46)
@on_scenario
def floor(
    opened: Opened,
    floors: Annotated[
        list[float] | None, typer.Option("--floor", help="Share of working gas left on 1 April; repeat for several.")
    ] = None,
    savings: Annotated[
        list[float] | None, typer.Option("--saving", help="Share of demand saved until then; repeat for several.")
    ] = None,
    level: Annotated[
        float | None, typer.Option(help="Share of working gas asked for in the next autumn; default: as the data ask.")
    ] = None,
    country: Annotated[
        str | None, typer.Option(help="Country or group whose stores are meant; default: the region in focus.")
    ] = None,
    out: OutFolder = Path("reports"),
) -> None:
    """How much to leave at the winter's end: what floors and savings do to the next autumn, and what they are worth."""
    from energy_model import with_changes
    from energy_model.files import check_writable
    from energy_model.report.winter_floor import winter_floor, write_winter_floor

    check_writable(out)
    one = with_changes(opened.scenario, resolution=opened.resolution or "month")
    with Bar("runs") as step:
        found = winter_floor(one, opened.world, floors or (), savings or (), country, level, step)
    print_table(found.table.round(3))
    typer.echo(found.sentence)
    for path in write_winter_floor(found, one.id, out):
        typer.echo(f"written: {path}")
