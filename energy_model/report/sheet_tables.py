"""Tables of a worksheet, as a spreadsheet program knows them: with a name, unlike heads, and buttons to filter by."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from energy_model.errors import ResultError

FORMULA_LETTERS = 8192
"""Of the longest formula that Excel takes."""


@dataclass
class Table:
    """Rows below one header, which a spreadsheet program knows as a table of its own.

    Attributes
    ----------
    top, left : int
        Of the header.
    last, end : int
        Last row that is no total, and last row.
    filtered : bool
        Whether its header has buttons to filter by.
    """

    top: int
    left: int
    heads: tuple[str, ...]
    looks: tuple[Format, ...]
    last: int
    end: int
    filtered: bool = False


def unlike(heads: Sequence[str]) -> list[str]:
    """Heads of a table, of which no two may be alike and none empty.

    >>> unlike(["Month", "", "Share", "share"])
    ['Month', ' ', 'Share', 'share (2)']
    """
    found: list[str] = []
    for head in heads:
        name, number = head or " ", 2
        while name.casefold() in {one.casefold() for one in found}:
            name = f"{head} ({number})" if head else " " * number
            number += 1
        found.append(name)
    return found


def add_table(sheet: Worksheet, table: Table, name: str) -> None:
    """Make rows that are written a table, in the look that they have."""
    columns = [{"header": head, "header_format": look} for head, look in zip(table.heads, table.looks, strict=True)]
    options = {"name": name, "columns": columns, "style": None, "autofilter": table.filtered}
    sheet.add_table(table.top, table.left, table.last, table.left + len(columns) - 1, options)


def table_name(sheet: str, names: set[str]) -> str:
    """A name that no other table of the workbook has: that of the sheet, numbered from the second on.

    >>> taken = set()
    >>> [table_name("Countries x sectors", taken) for _ in range(2)]
    ['Countries_x_sectors', 'Countries_x_sectors_2']
    """
    stem = "T_" + re.sub(r"\W+", "_", sheet) if sheet[:1].isdigit() else re.sub(r"\W+", "_", sheet)
    name, number = stem, 2
    while name.casefold() in names:
        name, number = f"{stem}_{number}", number + 1
    names.add(name.casefold())
    return name


def fitting(formula: str, sheet: str, cell: str) -> str:
    """A formula that every spreadsheet program opens.

    Raises
    ------
    ResultError
        If it is longer than Excel takes: Excel calls such a file damaged, and leaves the formula out.
    """
    if len(formula) > FORMULA_LETTERS:
        raise ResultError(
            f"the formula of sheet {sheet}, cell {cell}, has {len(formula):,} letters, of which Excel takes "
            f"{FORMULA_LETTERS:,}; this is a fault of the program, please report it"
        )
    return formula
