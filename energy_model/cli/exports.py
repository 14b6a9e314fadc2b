"""The command that takes a run to other tools."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from energy_model.cli.commands import command
from energy_model.cli.common import (
    Bar,
    Opened,
    on_scenario,
    tell_notes,
)


@command("export", place=110)
@on_scenario
def export(
    form: Annotated[str, typer.Argument(metavar="FORMAT", help="csv, parquet, datapackage, iamc or pypsa.")],
    opened: Opened,
    path: Annotated[Path, typer.Argument(help="The folder to make; for pypsa also a file that ends in .nc.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Put the new export in the place of an earlier one; nothing else goes.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="For pypsa: let PyPSA solve the network, and compare the cost.")
    ] = False,
) -> None:
    """Take a run to other tools: CSV, Parquet, a data package to cite, the IAMC format, a PyPSA network."""
    from energy_model.report.exports.formats import Job, check_format, check_target
    from energy_model.report.exports.formats import export as write
    from energy_model.scenario import notes

    check_format(form)
    if check and form != "pypsa":
        raise typer.BadParameter(f"--check is for pypsa, whose networks can be solved; leave it out for {form}")
    check_target(form, path, replace)
    world, chosen = opened.world, opened.scenario
    tell_notes(notes(chosen, world))
    with Bar(f"solving {chosen.id}"):
        said = write(form, Job(chosen, world, path, replace, check))
    tell_notes(said)
    typer.echo(f"written: {path}")
