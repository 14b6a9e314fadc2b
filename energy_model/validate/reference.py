"""The episode of the past that a data package can be held against, under the name that its storyline gives.

An episode is a package under ``energy_model/cases/``: observations joined with the model's entries, stretches that are
replayed, predictions, and what others published about it. The storyline names it (``case``); nothing here knows one by
name, and a package need not have one.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from energy_model.data.load import GasData
from energy_model.errors import DataError

if TYPE_CHECKING:
    from energy_model.validate.anchors import AnchorReport
    from energy_model.validate.replay.history import History
    from energy_model.validate.replay.report import ReplayReport

CASES = "energy_model.cases"
NONE_NAMED = "no case is named, so there is nothing in the past to hold the model against"
Step = Callable[[str, int, int], None]
"""Called with what was run, how many runs are done, and how many there are."""


@dataclass(frozen=True)
class Pitfall:
    """A known mistake: its name, whether the tables avoid it, and the numbers that say so."""

    name: str
    is_avoided: bool
    evidence: str


class ReferenceCase(Protocol):
    """What a module under ``energy_model/cases/`` offers."""

    history: History
    """Stretches that are replayed and how their observations are named."""
    pitfalls: Callable[[GasData], Sequence[Pitfall]]
    """Mistakes that others made with these sources, and whether the package avoids them."""
    anchors: Callable[[GasData], AnchorReport]
    """Results that others published beside ours."""
    anchor_page: Callable[[AnchorReport], str]
    """They as a page of Markdown."""
    honest_lines: Callable[[ReplayReport], list[str]]
    """The errors of a replay to quote, in words."""
    write_tables: Callable[[ReplayReport, Path], Path]
    """Tables and figures of a replay, into a folder; the folder written."""
    write_page: Callable[[ReplayReport, GasData, Path], Path]
    """A replay as a page of Markdown with its picture; the file written."""
    view: Callable[..., Any]
    """Predictions from the data of the package's day alone; ``progress`` is told of each run."""
    compare_view: Callable[[Any, GasData], Any]
    """What became of them: tables ``verdicts`` and ``scores``."""
    write_view_page: Callable[[Any, Any, Path], Path]
    """Predictions and what became of them as a page of Markdown; the file written."""


def case_names() -> list[str]:
    """Names that a storyline may give."""
    return sorted(module.name for module in pkgutil.iter_modules(import_module(CASES).__path__))


def has_case(data: GasData) -> bool:
    """Whether the package names an episode to hold the model against."""
    return bool(data.storyline.case)


def reference_case(data: GasData) -> ReferenceCase:
    """The episode that a package names.

    Raises
    ------
    DataError
        If it names none, or one that does not exist.
    """
    name = data.storyline.case
    if not name:
        raise DataError("storyline.toml", [f"key 'case': {NONE_NAMED}; known: {', '.join(case_names())}"])
    if name not in case_names():
        raise DataError("storyline.toml", [f"key 'case': no case is called '{name}'; known: {', '.join(case_names())}"])
    module: ReferenceCase = import_module(f"{CASES}.{name}")
    return module
