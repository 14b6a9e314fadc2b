"""One finding of a check, in words: where, what was found, why it matters, what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from energy_model.data.storyline import Storyline
from energy_model.units import DAYS_PER_YEAR, HOURS_PER_DAY, KWH_PER_M3, MWH_PER_GWH

_SHOWN_ROWS = 5
"""How many offending rows of one kind are named before "and n more"."""
Tables = Mapping[str, pd.DataFrame]
GROUPS = "groups"
"""The table that every check may ask for the members of a group."""
LINE = "line_of_file"
"""Column that carries the line number of a row through filters; line 1 of a file is its header."""


@dataclass(frozen=True)
class Problem:
    """Something ``data check`` found.

    Attributes
    ----------
    severity : str
        ``error`` must be mended before anything is run; ``warning`` deserves a look and may have a good reason.
    text : str
        File, line, column and value; why it is wrong; what to do.
    """

    severity: Literal["error", "warning"]
    text: str

    @property
    def is_error(self) -> bool:
        """True if it must be mended before anything is run."""
        return self.severity == "error"

    def __str__(self) -> str:
        return f"{self.severity}: {self.text}"


def error(text: str) -> Problem:
    """A problem that must be mended."""
    return Problem("error", text)


def warning(text: str) -> Problem:
    """A problem that may have a good reason."""
    return Problem("warning", text)


def rows(
    file: str,
    table: pd.DataFrame,
    column: str,
    why: str,
    mend: str,
    severity: Literal["error", "warning"] = "error",
) -> Iterator[Problem]:
    """One problem per row of ``table``, which holds nothing but offending rows; the first few by line, then a count.

    ``why`` may name columns in braces, as in ``{low}``.
    """
    if table.empty:
        return
    for record in table.head(_SHOWN_ROWS).to_dict("records"):
        told = why.format_map({name: _shown(value) for name, value in record.items()})
        value = _shown(record[column])
        yield Problem(severity, f"{file} line {record[LINE]}, {column} = '{value}': {told}; {mend}")
    if len(table) > _SHOWN_ROWS:
        yield Problem(severity, f"{file}, {column}: and {len(table) - _SHOWN_ROWS} more rows of this kind; {mend}")


def _shown(value: object) -> str:
    """A cell as it stands in the file: dates without a time, numbers without noise."""
    if isinstance(value, pd.Timestamp):
        return str(value.date())
    if isinstance(value, float):
        return "" if pd.isna(value) else f"{value:.10g}"
    return "" if value is None else str(value)


_SLIPS = {
    3.6: "TJ for GWh",
    1 / 3.6: "GWh for TJ",
    MWH_PER_GWH: "MWh for GWh",
    0.001: "TWh for GWh",
    1_000_000.0: "kWh for GWh",
    0.9: "the net for the gross calorific value",
    1 / 0.9: "the gross for the net calorific value",
    1 / KWH_PER_M3["europe_15c"]: "billion cubic metres for TWh",
    DAYS_PER_YEAR: "a year for a day",
    1 / DAYS_PER_YEAR: "a day for a year",
    HOURS_PER_DAY: "a day for an hour",
    1 / HOURS_PER_DAY: "an hour for a day",
}
"""Usual slips of units by the factor they leave."""
_SLIP_WITHIN = 0.02


def unit_slip(ratio: float) -> str:
    """What a factor between two figures that should be equal looks like, in words; empty if it looks like nothing."""
    for factor, words in _SLIPS.items():
        if abs(ratio / factor - 1.0) < _SLIP_WITHIN:
            return f" (a factor of {factor:.3g}: {words}?)"
    return ""


class Known(dict[str, pd.DataFrame]):
    """Tables as known on the day of the storyline, and the storyline itself."""

    def __init__(self, tables: Tables, storyline: Storyline) -> None:
        super().__init__(tables)
        self.storyline = storyline

    def members(self, group: str) -> set[str]:
        """Nodes that ``groups.csv`` lists for a group."""
        table = self[GROUPS]
        return set(table.loc[table["group"] == group, "node"])


@dataclass(frozen=True)
class Check:
    """A question to ask of tables whose form is sound.

    Attributes
    ----------
    tables : frozenset of str
        Tables it reads; it is skipped while one of them is broken.
    run : callable
        Given all rows, and the rows known in the storyline, it yields what it finds.
    """

    tables: frozenset[str]
    run: Callable[[Tables, Known], Iterable[Problem]]


def checks(*tables: str) -> Callable[[Callable[[Tables, Known], Iterable[Problem]]], Check]:
    """Decorator: this function asks its question of these tables."""
    return lambda function: Check(frozenset(tables), function)
