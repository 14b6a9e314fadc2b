"""What the commands share: options, tables in the terminal, a bar, and errors in words."""

from __future__ import annotations

import functools
import inspect
import math
import shlex
import shutil
import sys
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer
from typer.core import TyperGroup

from energy_model import made_folders
from energy_model.errors import EnergyModelError, closest
from energy_model.files import reason

if TYPE_CHECKING:
    from energy_model import GasData
    from energy_model.scenario import Scenario

EXIT_FAILED, EXIT_INTERRUPTED = 1, 130
INTERRUPTED = "interrupted; earlier outputs are untouched"
NO_MEMORY = (
    "there is not enough memory; close other programs, use fewer --workers, or solve longer periods (--resolution"
    " month); earlier outputs are untouched"
)
SECONDS_BETWEEN_LINES = 10
"""Time between two lines of progress where there is no terminal."""
LEAST_BYTES = 800_000_000
"""Address space that a command needs. With less, the C library ends the process where Python cannot say why."""

ScenarioName = Annotated[str, typer.Argument(help="Name in the library, or a path to a .toml, .xlsx or .ods file.")]
DataFolder = Annotated[
    Path | None, typer.Option("--data", help="Folder of the data package; default: one that is installed.")
]
Vintage = Annotated[
    str | None, typer.Option("--vintage", help="Installed data package by name, see 'data list', in place of --data.")
]
AcceptErrors = Annotated[
    bool,
    typer.Option("--accept-data-errors", help="Use data that 'data check' refuses; outputs name the errors."),
]
OutFolder = Annotated[Path, typer.Option("--out", help="Folder for the outputs.")]
Resolution = Annotated[str | None, typer.Option(help="day, week, month or peak_days in place of the scenario's.")]
Added = Annotated[
    list[str] | None,
    typer.Option("--with", help="Measure to add, as in 'kind=demand_saving share=0.1'; repeat."),
]
Keys = Annotated[
    list[str] | None, typer.Option("--set", help="Key of the scenario to change, as in resolution=month; repeat.")
]
Unit = Annotated[str, typer.Option("--unit", help="Unit of volumes: TWh, GWh or bcm (10.55 kWh per m3).")]


class InWords(TyperGroup):
    """Every command of the program: problems in words on stderr, exit code not 0."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command and say what went wrong."""
        try:
            if _address_space() < LEAST_BYTES:
                raise MemoryError
            return super().invoke(ctx)
        except typer.BadParameter:
            made_folders.remove_empty()
            raise
        except BrokenPipeError:
            raise  # nobody reads on: typer ends quietly
        except (EnergyModelError, MemoryError, OSError, ImportError) as error:
            made_folders.remove_empty()
            typer.echo(f"error: {_words(error)}", err=True)
            raise typer.Exit(EXIT_FAILED) from error
        except KeyboardInterrupt as error:
            typer.echo(INTERRUPTED, err=True)
            raise typer.Exit(EXIT_INTERRUPTED) from error


def _address_space() -> float:
    """Bytes that this process may use, as ``ulimit -v`` or a batch system has set them."""
    if sys.platform == "win32":
        return math.inf
    import resource

    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    return math.inf if limit == resource.RLIM_INFINITY else float(limit)


def _words(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return NO_MEMORY
    if isinstance(error, ImportError):
        return f"a library cannot be loaded ({error}): there is too little memory, or the installation is not complete"
    if isinstance(error, OSError):
        named = f"{error.filename}: " if error.filename else ""
        return f"{named}{reason(error)}; earlier outputs are untouched"
    return str(error)


def group(title: str, **settings: Any) -> typer.Typer:
    """A group of commands."""
    return typer.Typer(help=title, rich_markup_mode=None, **{"no_args_is_help": True, **settings})


def energy_unit(unit: str) -> Any:
    """The unit of volumes that was asked for."""
    known = {"twh": "TWh", "bcm": "bcm", "gwh": "GWh"}
    if unit.lower() not in known:
        raise typer.BadParameter(f"'{unit}' is not a unit of volume; use TWh, bcm or GWh")
    return known[unit.lower()]


def package_folder(data: Path | None, vintage: str | None) -> Path | None:
    """The data package that was asked for, as a folder or by the name of a vintage; none if by neither."""
    if vintage is None:
        return data
    if data is not None:
        raise typer.BadParameter("give --data or --vintage, not both: each names the data package")
    from energy_model.data.home import vintage_folder

    return vintage_folder(vintage)


@dataclass(frozen=True)
class Opened:
    """The scenario that a command is about, as its options change it, and the data package it was read from.

    Attributes
    ----------
    name : str
        As it was given.
    resolution : str or None
        In place of the scenario's, which has it already.
    is_changed : bool
        Whether options add measures or set keys.
    """

    name: str
    world: GasData
    scenario: Scenario
    resolution: str | None
    is_changed: bool = False

    @property
    def built_on(self) -> Scenario | None:
        """The scenario it is built on, in periods of the same length; none without one."""
        from energy_model import with_changes
        from energy_model.scenario.changes import base_of

        base = base_of(self.name, self.world.root, self.world, is_changed=self.is_changed)
        if base is None:
            return None
        same_periods: Scenario = with_changes(base, resolution=self.scenario.resolution)
        return same_periods


_DATA_OPTIONS = {"data": DataFolder, "vintage": Vintage, "accept_data_errors": AcceptErrors}
_CHANGES = {"added": Added, "keys": Keys, "resolution": Resolution}


def on_data(function: Callable[..., None]) -> Callable[..., None]:
    """A command whose parameter ``world`` is a data package: it gets the options that name one in its place."""

    @functools.wraps(function)
    def command(*, data: Path | None, vintage: str | None, accept_data_errors: bool, **others: Any) -> None:
        from energy_model import load_data

        function(world=load_data(package_folder(data, vintage), accept_data_errors), **others)

    return _with_options(command, function, "world", _DATA_OPTIONS)


def on_scenario(function: Callable[..., None]) -> Callable[..., None]:
    """A command whose parameter ``opened`` is a scenario: it gets the options that name and change one in its place."""

    @functools.wraps(function)
    def command(
        *,
        scenario: str,
        world: GasData,
        added: list[str] | None,
        keys: list[str] | None,
        resolution: str | None,
        **others: Any,
    ) -> None:
        from energy_model import with_changes
        from energy_model.scenario.changes import load_changed

        loaded = load_changed(scenario, world.root, world, added=added or (), keys=keys or ())
        chosen = with_changes(loaded, resolution=resolution)
        function(opened=Opened(scenario, world, chosen, resolution, bool(added or keys)), **others)

    named = _with_options(command, function, "opened", {"scenario": ScenarioName, "world": object, **_CHANGES})
    return on_data(named)


def _with_options(
    command: Callable[..., None], function: Callable[..., None], instead_of: str, options: dict[str, Any]
) -> Callable[..., None]:
    """A command with options in place of one parameter of the function behind it, as typer reads them."""
    here = {"GasData": object, "Scenario": object}
    hints = get_type_hints(function, localns=here, include_extras=True)
    kind, needed = inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.empty
    parameters = []
    for name, one in inspect.signature(function).parameters.items():
        if name != instead_of:
            parameters.append(one.replace(kind=kind, annotation=hints[name]))
            continue
        for option, hint in options.items():
            default = False if hint is AcceptErrors else needed if option in ("scenario", "world") else None
            parameters.append(inspect.Parameter(option, kind, default=default, annotation=hint))
    command.__signature__ = inspect.Signature(parameters, return_annotation=None)  # type: ignore[attr-defined]
    command.__annotations__ = {one.name: one.annotation for one in parameters}
    return command


def one_of(value: str, known: Iterable[str], what: str) -> None:
    """Refuse a word that is not one of a few.

    Raises
    ------
    typer.BadParameter
        If it is not: ``what`` says what it would have to be.
    """
    if value not in (few := list(known)):
        near = closest(value, few)
        hint = f"; {near}" if near.startswith("did") else ""
        raise typer.BadParameter(f"'{value}' is no {what}; use {', '.join(few)}{hint}")


def file_ending_in(path: Path, endings: Iterable[str], what: str) -> Path:
    """A file to write, whose name ends as it should and whose folder can be written to.

    Raises
    ------
    typer.BadParameter, OutputError
        If not: before anything is solved for it.
    """
    from energy_model.files import check_writable

    known = list(endings)
    if path.is_dir() or path.suffix.lower() not in known:
        why = "is a folder" if path.is_dir() else f"is no {what}"
        raise typer.BadParameter(f"'{path}' {why}; let its name end in {' or '.join(known)}")
    check_writable(path.parent)
    return path


def page_to_write(path: Path | None) -> Path | None:
    """A page of Markdown to write, or none: refused before anything is solved for it."""
    return None if path is None else file_ending_in(path, [".md"], "page of Markdown")


def tell_notes(notes: Iterable[str]) -> None:
    """What a reader must know about inputs, on stderr."""
    for note in notes:
        typer.echo(f"note: {note}", err=True)


def shown_headline(name: str, value: float, sign: str = "") -> str:
    """A headline number as the terminal shows it: a share in per cent, all else with one decimal."""
    if value != value:  # no number: there is no storage
        return "none"
    shown = f"{value:{sign}.1%}" if "share" in name or "filling" in name else f"{value:{sign},.1f}"
    return shown if any(digit in shown for digit in "123456789") else shown.lstrip("+-")


def print_numbers(numbers: Any, ranges: Any = None) -> None:
    """Headline numbers, one on a line, each with its range in words if that is known."""
    for name, value in numbers.items():
        typer.echo(f"  {name:44} {shown_headline(name, value):>12}  {(ranges or {}).get(name, '')}".rstrip())


def print_headlines(table: Any) -> None:
    """Headlines of two runs side by side with their difference; what is 0 in all of them is left out."""
    columns = list(table.columns)
    typer.echo(f"  {'':44} " + " ".join(f"{column:>12}" for column in columns))
    for name, row in table.iterrows():
        shown = [shown_headline(name, row[column], "+" if column == "difference" else "") for column in columns]
        if any(digit in text for text in shown for digit in "123456789"):
            typer.echo(f"  {name:44} " + " ".join(f"{text:>12}" for text in shown))


def print_differences(table: Any, base: str, other: str) -> None:
    """Keys and measures that differ, one on a line, each with the scenario that has it."""
    for row in table.to_dict("records"):
        if row["key"] == "measure":
            typer.echo(f"  only in {base if row['base'] else other}: {row['base'] or row['other']}")
        else:
            typer.echo(f"  {row['key']}: {row['base']} in {base}, {row['other']} in {other}")
    if not len(table):
        typer.echo("nothing")


def print_table(table: Any) -> None:
    """Print a table, or a line that says it is empty."""
    typer.echo(table.to_string(index=False) if len(table) else "nothing")


def tell_next(command: str, what: str) -> None:
    """The command that a reader may want next, as the last line of a command; it is one that this terminal finds."""
    name, _, rest = command.partition(" ")
    typer.echo(f"next: {' '.join(word for word in (called_as(name), rest) if word)}    # {what}")


def called_as(name: str) -> str:
    """How this terminal calls the command: by its name, or by its path where no folder of PATH holds it."""
    if shutil.which(name) or not sys.argv:
        return name
    called = Path(sys.argv[0])
    return shlex.quote(str(called)) if called.stem == name and called.is_file() else name


class Bar:
    """Progress on stderr: a bar on a terminal; in a pipe or a log a line every ten seconds."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.bar: Any = None
        self.said = label
        self.ended = threading.Event()
        self.teller: threading.Thread | None = None

    def __enter__(self) -> Callable[[str, int, int], None]:
        if not sys.stderr.isatty():
            self.teller = threading.Thread(target=self._tell, daemon=True)
            self.teller.start()
        return self.step

    def _tell(self) -> None:
        """A line every so many seconds until the work has ended; the seconds are counted and no clock is read."""
        waited = 0
        while not self.ended.wait(SECONDS_BETWEEN_LINES):
            waited += SECONDS_BETWEEN_LINES
            typer.echo(f"{self.said}, {waited} s", err=True)

    def step(self, what: str, done: int, total: int) -> None:
        """Advance to ``done`` of ``total``."""
        now = f"last: {what}" if done < total else "what is made of them follows"
        self.said = f"{self.label}: {done} of {total} done, {now}"
        if not sys.stderr.isatty():
            return
        if self.bar is None:
            from rich.console import Console
            from rich.progress import Progress

            self.bar = Progress(console=Console(stderr=True), transient=True)
            self.bar.start()
            self.task = self.bar.add_task(self.label, total=total)
        self.bar.update(self.task, completed=done, description=f"{self.label}: {what}")

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        if self.teller is not None:
            self.teller.join()
        if self.bar is not None:
            self.bar.stop()
