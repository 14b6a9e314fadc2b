"""The command that asks what if on a page of this machine."""

from __future__ import annotations

from typing import Annotated

import typer

from energy_model.cli.commands import command
from energy_model.cli.common import AcceptErrors, DataFolder, Vintage, package_folder


@command("serve", place=27)
def serve(
    data: DataFolder = None,
    vintage: Vintage = None,
    accept_data_errors: AcceptErrors = False,
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Port on this machine; default: one that is free.")] = 0,
) -> None:
    """Ask what if, without a file: a page with sliders on this machine only, until Ctrl+C."""
    from energy_model import load_data
    from energy_model.whatif.server import listen

    world = load_data(package_folder(data, vintage), accept_data_errors)
    listen(world, port, lambda address: typer.echo(f"open {address}\nstop with Ctrl+C"))
