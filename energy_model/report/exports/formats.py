"""Where formats of export register, and what all of them share: the job, and where it may be written."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from energy_model.data.load import GasData
from energy_model.errors import OutputError, UnknownNameError, closest
from energy_model.files import check_writable, folder_digests, replacing_folder
from energy_model.registry import Registry
from energy_model.report.exports.provenance import ABOUT, MADE_BY, finish
from energy_model.results.run import Results, run
from energy_model.scenario import Scenario

FILES = {"pypsa": ".nc"}
"""Formats that may be one file, with how its name ends; every other target is a folder."""
SHOWN = 3
"""Files that a message names."""


@dataclass(frozen=True)
class Job:
    """A scenario that is to be exported.

    Attributes
    ----------
    scenario : Scenario
        As it is to be solved.
    data : GasData
        The data package, every vintage.
    target : Path
        The folder to make; for a format that says so, a file.
    replace : bool
        Whether an earlier export may be replaced.
    check : bool
        Whether what was made is to be solved by the tool that it is made for, where there is one.
    """

    scenario: Scenario
    data: GasData
    target: Path
    replace: bool = False
    check: bool = False

    @cached_property
    def results(self) -> Results:
        """The solved scenario."""
        return run(self.scenario, self.data)

    @cached_property
    def seen(self) -> GasData:
        """The data as they were public on the scenario's day."""
        return self.data.at(self.scenario.as_of)

    @contextmanager
    def folder(self, name: str) -> Iterator[Path]:
        """An empty folder that takes the target's place when the block ends well, with its provenance added."""
        results = self.results  # solved before anything is made
        with replacing_folder(self.target) as part:
            yield part
            finish(part, results, self.seen, name)


Format = Callable[[Job], list[str]]
"""Writes a job; returns what a reader must know about what was written, one sentence each."""

_FORMATS: Registry[Format] = Registry(__package__)
export_format = _FORMATS.add
"""Decorator of a format, by its name and its place in the help; the first line of its docstring says what it is."""


def every_format() -> dict[str, Format]:
    """Every format by name; this folder is looked through for them."""
    return _FORMATS.all()


def export(name: str, job: Job) -> list[str]:
    """Write a scenario in a format.

    Parameters
    ----------
    name : str
        One of :func:`every_format`.

    Returns
    -------
    list of str
        What a reader must know about what was written.

    Raises
    ------
    UnknownNameError
        If there is no such format.
    OutputError
        If the target cannot be written, or holds what must not be replaced; nothing is solved then.
    """
    check_format(name)
    check_target(name, job.target, job.replace)
    return every_format()[name](job)


def check_format(name: str) -> None:
    """See that there is a format.

    Raises
    ------
    UnknownNameError
        If not, with those that there are.
    """
    known = every_format()
    if name not in known:
        hint = closest(name, known)
        more = "" if hint.startswith("known") else f" known: {', '.join(known)}"
        raise UnknownNameError("export", [f"no format '{name}'; {hint}{more}"])


def check_target(name: str, target: Path, replace: bool) -> None:
    """See that a target can be written and holds nothing but an export that may be replaced.

    Parameters
    ----------
    name : str
        The format; that of :data:`FILES` may be a file.

    Raises
    ------
    OutputError
        If not, with what is there and what to do.
    """
    may_be_file = target.suffix == FILES.get(name)
    if target.is_dir() and (may_be_file or any(target.iterdir())):
        if may_be_file:
            raise OutputError(f"{target} is a folder, and its name is that of a file; name another place")
        _check_there(target, replace)
    elif target.exists() and not target.is_dir() and not (replace and may_be_file):
        more = ", or give --replace to write a new one" if may_be_file else "; an export is a folder"
        raise OutputError(f"{target} is a file that is there already; name another place{more}")
    check_writable(target.parent)


def _check_there(target: Path, replace: bool) -> None:
    """Whether a folder that is there is an export, whole and alone, which may be replaced."""
    try:
        about = json.loads((target / ABOUT).read_text(encoding="utf-8"))
        made, own = about["made_by"], {*about["files"], ABOUT}
    except (OSError, ValueError, KeyError, TypeError):
        made, own = "", set()
    foreign = sorted(set(folder_digests(target)) - own)
    if made != MADE_BY or foreign:
        more = f" and {len(foreign) - SHOWN} more" if len(foreign) > SHOWN else ""
        raise OutputError(
            f"{target} holds files that no export wrote ({', '.join(foreign[:SHOWN]) or ABOUT}{more}); they are left "
            "alone: name another folder"
        )
    if not replace:
        raise OutputError(
            f"{target} holds an export already ({about.get('format')} of '{about.get('scenario_id')}'); give --replace "
            "to put the new one in its place, or name another folder"
        )
