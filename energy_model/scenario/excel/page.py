"""The cells of a sheet that are not empty, whatever program wrote them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

REMARK = "#"
"""Begins the name of a sheet or column, or the first cell of a row, that is no part of the scenario."""


@dataclass(frozen=True)
class Cell:
    """One cell that is not empty."""

    row: int
    column: int
    address: str
    value: Any
    fault: str = ""
    """Why it has no value: a formula that was never calculated, or one that ended in an error."""

    @property
    def words(self) -> str:
        """Its text; empty for what is no text."""
        return self.value.strip() if isinstance(self.value, str) else ""

    @property
    def is_remark(self) -> bool:
        """Whether it marks its row or column as no part of the scenario."""
        return self.words.startswith(REMARK)


@dataclass(frozen=True)
class Page:
    """A sheet: its cells that are not empty, by row and column, and its merged areas."""

    name: str
    cells: dict[tuple[int, int], Cell]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    """First row, first column, last row, last column of each."""
    is_table: bool = True

    def rows(self) -> list[list[Cell]]:
        """Rows that are not empty, from top to bottom, each from left to right."""
        found: dict[int, list[Cell]] = {}
        for place in sorted(self.cells):
            found.setdefault(place[0], []).append(self.cells[place])
        return list(found.values())
