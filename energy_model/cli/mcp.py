"""The command that lets assistants use the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from energy_model import GasData

from energy_model.cli.commands import command
from energy_model.cli.common import on_data


@command("mcp", place=115)
@on_data
def mcp(world: GasData) -> None:
    """Serve the model as tools for an assistant, over standard input and output; needs the extra mcp."""
    from energy_model.assistants.server import serve

    serve(world)
