"""The command that asks what if on a page of this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from energy_model import GasData

from energy_model.cli.commands import command
from energy_model.cli.common import on_data


@command("serve", place=27)
@on_data
def serve(
    world: GasData,
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Port on this machine; default: one that is free.")] = 0,
) -> None:
    """Ask what if, without a file: a page with sliders on this machine only, until Ctrl+C."""
    from energy_model.whatif.server import listen

    listen(world, port, lambda address: typer.echo(f"open {address}\nstop with Ctrl+C"))
