"""Command that solves every pair of two lists."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from energy_model.cli.commands import command
from energy_model.cli.common import (
    AcceptErrors,
    Added,
    DataFolder,
    Keys,
    OutFolder,
    Resolution,
    ScenarioName,
    Vintage,
    package_folder,
    print_table,
)


@command("grid", place=47)
def grid(
    scenario: ScenarioName,
    down: Annotated[list[str], typer.Option(help="Scenario, measure in words, or none: a row; repeat for several.")],
    across: Annotated[list[str], typer.Option(help="The same for a column; repeat for several.")],
    show: Annotated[str, typer.Option(help="Headline, by its key, that gives number and colour.")] = "region_curtailed",
    out: OutFolder = Path("reports"),
    data: DataFolder = None,
    vintage: Vintage = None,
    accept_data_errors: AcceptErrors = False,
    added: Added = None,
    keys: Keys = None,
    resolution: Resolution = None,
) -> None:
    """Two lists of happenings against each other: every pair solved, as one table and one figure."""
    from energy_model import load_data, with_changes
    from energy_model.files import check_writable
    from energy_model.report.grid import SHOWN, write_grid
    from energy_model.report.grid import grid as every_pair
    from energy_model.scenario import load_scenario
    from energy_model.scenario.changes import load_changed

    if show not in SHOWN:
        raise typer.BadParameter(f"'{show}' is no headline of a grid; use {', '.join(SHOWN)}")
    world = load_data(package_folder(data, vintage), accept_data_errors)
    loaded = load_changed(scenario, world.root, world, added=added or (), keys=keys or ())
    check_writable(out)
    plain = load_scenario(scenario, world.root, world)
    found = every_pair(with_changes(loaded, resolution=resolution), world, down, across, plain)
    print_table(found.table.round(3))
    for path in write_grid(found, out, show):
        typer.echo(f"written: {path}")
