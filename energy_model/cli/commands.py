"""Where commands register: each is a function, or a group of them, marked in its own file."""

from __future__ import annotations

from collections.abc import Callable

import typer

from energy_model.registry import Registry

Command = Callable[..., None] | typer.Typer

_COMMANDS: Registry[Command] = Registry(__package__)
command = _COMMANDS.add
"""Decorator of a command or a group, by its name and its place in the help."""


def every_command() -> dict[str, Command]:
    """Every command and group by its name, in the order of the help; this folder is looked through for them."""
    return _COMMANDS.all()
