"""Formulas that follow a choice, each with the value it has for the choice as the workbook is written.

A formula is made of others, and so is its value: what a previewer shows is what a spreadsheet program computes.
"""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from energy_model.errors import ResultError
from energy_model.report.workbook import book as bk
from energy_model.report.workbook.book import Formula

WHOLE_FROM = 100.0
"""A number in a sentence has one decimal below it, and none from here on."""
LEAST = 0.05
"""A smaller volume or share is none in a sentence, in the unit in which it is shown."""


@dataclass(frozen=True)
class Live:
    """A part of a formula, and its value; ``None`` is no number."""

    text: str
    value: float | str | None

    @property
    def formula(self) -> Formula:
        """As a cell holds it."""
        return Formula(f"={self.text}", float("nan") if self.value is None else self.value)

    @property
    def number(self) -> float:
        """The value of a part that is a number.

        Raises
        ------
        ResultError
            If the part is none.
        """
        if not isinstance(self.value, float | int):
            raise ResultError(f"{self.text} of a workbook is no number but {self.value!r}; report it as a fault")
        return float(self.value)

    def times(self, other: Live) -> Live:
        """The product; without a number it is what this part says."""
        if not isinstance(self.value, float | int):
            return Live(f"IF(ISNUMBER({self.text}),{self.text}*{other.text},{self.text})", self.value)
        return Live(
            f"IF(ISNUMBER({self.text}),{self.text}*{other.text},{self.text})", bk.clean(self.number * other.number)
        )


@dataclass(frozen=True)
class Keyed:
    """A table of a sheet in which rows are found by the words of their first column.

    Attributes
    ----------
    sheet : str
    first : int
        Row of the first record.
    frame : DataFrame
        Its numbers, by key; in the order of the rows. Column ``n`` of it stands ``left + n`` columns from the left.
    """

    sheet: str
    first: int
    left: int
    frame: pd.DataFrame

    def find(self, key: Live, column: str, none: Live | None = None) -> Live:
        """A cell of a row; ``none``, by default a dash, where there is no such row or no number."""
        other = none or DASH
        last = self.first + len(self.frame) - 1
        col = self.left + self.frame.columns.get_loc(column)
        keys, cells = (f"'{self.sheet}'!{_fixed(self.first, last, at)}" for at in (0, col))
        text = f"INDEX({cells},MATCH({key.text},{keys},0))"
        found = self.frame[column].get(key.value)
        if isinstance(found, str):
            return Live(f"IFERROR({text},{other.text})", found)
        missing = found is None or pd.isna(found)
        value = other.value if missing else bk.clean(float(found))
        return Live(f"IFERROR(IF(ISNUMBER({text}),{text},{other.text}),{other.text})", value)


DASH = Live('"–"', "–")
"""In place of a number that is not known."""
GAP = Live("NA()", None)
"""In place of a number that a chart leaves out."""


def words(text: str) -> Live:
    """Words as a part of a formula.

    >>> print(words('a "no" is said').text)
    "a ""no"" is said"
    """
    return Live('"' + text.replace('"', '""') + '"', text)


def said(template: str, parts: Mapping[str, Live]) -> Live:
    """A sentence with its places filled by parts of the formula.

    >>> said("{who} lacks {what}.", {"who": Live("B1", "A"), "what": words("gas")})
    Live(text='B1&" lacks "&"gas"&"."', value='A lacks gas.')
    """
    found: list[Live] = []
    for literal, name, _, _ in string.Formatter().parse(template):
        found += [words(literal)] if literal else []
        found += [parts[name]] if name else []
    return Live("&".join(part.text for part in found), "".join(str(part.value) for part in found))


def spoken(number: Live, signs: Mapping[int, int] | None = None) -> Live:
    """A number in a sentence, without false precision; what is no number stays as it is.

    Parameters
    ----------
    signs : mapping, optional
        What ``str.translate`` makes of the signs of a number.
    """
    text = f"IF(ISNUMBER({number.text}),FIXED({number.text},IF(ABS({number.text})<{WHOLE_FROM:g},1,0)),{number.text})"
    if not isinstance(number.value, float | int):
        return Live(text, number.value)
    digits = 1 if abs(number.value) < WHOLE_FROM else 0
    return Live(text, f"{number.value:,.{digits}f}".translate(dict(signs or {})))


def either(condition: str, holds: bool, yes: Live, no: Live) -> Live:
    """One of two parts, by a condition and whether it holds now."""
    return Live(f"IF({condition},{yes.text},{no.text})", yes.value if holds else no.value)


def choice(sheet: str, first: int, names: Sequence[str], col: int) -> dict[str, object]:
    """A list to choose from, for a cell: the words of some rows of a sheet."""
    return {"validate": "list", "source": f"='{sheet}'!{_fixed(first, first + len(names) - 1, col)}"}


def _fixed(first: int, last: int, col: int) -> str:
    """A column of rows, at its place whatever is copied.

    >>> _fixed(4, 9, 1)
    '$B$5:$B$10'
    """
    return f"{bk.cell(first, col, fixed=True)}:{bk.cell(last, col, fixed=True)}"
