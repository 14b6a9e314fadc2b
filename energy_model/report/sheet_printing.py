"""Printed pages of a worksheet: where each ends, and which row of column heads every further one repeats.

A table stays under its heads: one that fits on a page is not broken, and the heads of one that does not are repeated.
A worksheet can repeat the rows of one table alone, so that at most one of its tables may be longer than a page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from xlsxwriter.worksheet import Worksheet

from energy_model.report.sheet_tables import Table

MM_PER_INCH, PIXELS_PER_INCH, POINTS_PER_INCH = 25.4, 96.0, 72.0
PAPER_MM = (297.0, 210.0)
"""A4, landscape."""
MARGINS_INCH = (0.45 + 0.45, 0.45 + 0.6)
"""Left and right, top and bottom."""
PIXELS_PER_UNIT = 8.0
"""Of the width of a column."""
COLUMN_PIXELS = 72.0
"""Of a column of the usual width."""
ROW_POINTS = 15.0
"""Of a row whose height is not set."""
FIRST_ROWS = 8
"""A table that begins this far up stays on the first page with the title, however long it is."""
USED = 0.94
"""Part of a page's height that is counted on: printers differ."""


def page_points(width: float) -> float:
    """Height of a page in points of the sheet, whose columns are as wide as its paper once printed.

    Parameters
    ----------
    width : float
        Of the columns together, in units of column width.

    >>> round(page_points(100.0)), round(page_points(260.0))
    (488, 979)
    """
    across, down = (
        size / MM_PER_INCH - margin for size, margin in zip(PAPER_MM, MARGINS_INCH, strict=True)
    )  # in inches
    scale = min(1.0, across * PIXELS_PER_INCH / (width * PIXELS_PER_UNIT))
    return USED * down * POINTS_PER_INCH / scale


def width_of(tables: Iterable[Table], widths: Mapping[int, float], usual: float) -> float:
    """Width of the columns under some tables, in units of column width; ``usual`` where none is set."""
    across = max((table.left + len(table.heads) for table in tables), default=1)
    return sum(widths.get(column, usual) for column in range(across))


def keep_under_heads(sheet: Worksheet, tables: Iterable[Table], width: float, given: Sequence[int] = ()) -> None:
    """Set page breaks of a sheet, and the heads that its further pages repeat.

    Heads are repeated where a table is longer than a page and nothing with other heads follows it. If a table with the
    same heads follows on a page of its own these would stand there twice, so that then the whole page is counted on.

    Parameters
    ----------
    tables : iterable of Table
        With one row above each for its heading.
    width : float
        Of the sheet, see :func:`width_of`.
    given : sequence of int
        Rows before which a page begins in any case.
    """
    ordered = sorted(tables, key=lambda table: table.top)
    reach = max((_pixels_left_of(sheet, column) + chart.width for _, column, chart, *_ in sheet.charts), default=0.0)
    room = page_points(max(width, reach / PIXELS_PER_UNIT))
    breaks, begins = set(given), 0
    for table in ordered:
        heading = _heading(sheet, table)
        for row in range(begins, heading + 1):
            if row in breaks or _points(sheet, begins, row) > room:
                begins = row
        if _points(sheet, begins, table.end) <= room:
            continue
        if begins < heading and table.top > FIRST_ROWS:
            breaks.add(heading)
            begins = heading
        length = _points(sheet, begins, table.end)
        if length > (room if table is ordered[-1] else room / USED) and _is_last(table, ordered):
            sheet.repeat_rows(table.top, table.top)
            break
    sheet.set_h_pagebreaks(sorted(breaks))


def _heading(sheet: Worksheet, table: Table) -> int:
    """First of the rows with words right above the heads, two at most: a heading, and a note below it."""
    row = table.top
    while row > max(0, table.top - 2) and 0 in sheet.table.get(row - 1, {}):
        row -= 1
    return row


def _pixels_left_of(sheet: Worksheet, column: int) -> float:
    """Width of the columns to the left of one."""
    known = sheet.col_info
    return sum(known[one].width if one in known else COLUMN_PIXELS for one in range(column))


def _is_last(table: Table, ordered: Sequence[Table]) -> bool:
    """Whether no table with other heads lies below a table."""
    return all(one.heads == table.heads for one in ordered if one.top > table.top)


def _points(sheet: Worksheet, first: int, last: int) -> float:
    """Height of rows."""
    rows, pixels = sheet.row_info, PIXELS_PER_INCH / POINTS_PER_INCH
    return sum(rows[row].height / pixels if row in rows else ROW_POINTS for row in range(first, last + 1))
