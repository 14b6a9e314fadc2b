"""Every command of the program. Heavy imports wait until a command needs them."""

from __future__ import annotations

import typer

from energy_model.cli import questions
from energy_model.cli.commands import every_command
from energy_model.cli.common import InWords, group


def _asked(context: typer.Context) -> None:
    """Gas flows to Europe under sanctions and cut-offs. Without a command: what can be asked, by question."""
    if context.invoked_subcommand is None:
        typer.echo(questions.told())


def _program() -> typer.Typer:
    program = group(
        "Gas flows to Europe under sanctions and cut-offs.",
        name="energy-model",
        cls=InWords,
        pretty_exceptions_enable=False,
        add_completion=False,
        invoke_without_command=True,
        no_args_is_help=False,
        callback=_asked,
    )
    for name, command in every_command().items():
        if isinstance(command, typer.Typer):
            program.add_typer(command, name=name)
        else:
            program.command(name)(command)
    return program


app = _program()
