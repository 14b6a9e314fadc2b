"""Heads on printed pages: repeated where a table is longer than a page, never twice on one page."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from energy_model.report.sheet_printing import ROW_POINTS, USED, keep_under_heads, page_points
from energy_model.report.sheet_tables import Table

WIDTH = 100.0
ROOM = int(page_points(WIDTH) / ROW_POINTS)
"""Rows that a page surely holds, of the usual height."""


@pytest.mark.parametrize(
    ("rows", "follows", "is_repeated"),
    [(ROOM - 2, True, False), (ROOM + 1, True, False), (ROOM + 1, False, True), (2 * ROOM, True, True)],
)
def test_heads_are_not_printed_twice_where_a_table_of_the_same_heads_begins_a_page(
    rows: int, follows: bool, is_repeated: bool, tmp_path: Path
) -> None:
    """A table a row longer than a page surely holds still fits what a page has; one of two pages does not."""
    assert (ROOM + 1) * ROW_POINTS < page_points(WIDTH) / USED
    with xlsxwriter.Workbook(str(tmp_path / "book.xlsx")) as book:
        sheet = book.add_worksheet()
        tables = [Table(20, 0, ("Country",), (), 19 + rows, 19 + rows)]
        if follows:
            tables.append(Table(22 + rows, 0, ("Country",), (), 30 + rows, 30 + rows))
        keep_under_heads(sheet, tables, WIDTH, [20, 22 + rows] if follows else [20])
        repeated = bool(sheet.repeat_row_range)

    assert is_repeated == repeated
