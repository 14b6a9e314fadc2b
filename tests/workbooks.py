"""Scenarios as workbooks written cell by cell, as people write them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.worksheet import Worksheet

HEAD = {"title": "A test", "description": "Nothing more.", "resolution": "month"}
CUT = {"kind": "supply_cut", "name": "cut", "supplier": "RU", "remaining_share": 0.5, "start": "2022-02-15"}
SAVING = {"kind": "demand_saving", "name": "saving", "share": 0.1, "countries": "DE, AT", "note": "An appeal."}

Edit = Callable[[Workbook], None]


def workbook(
    path: Path, *measures: Mapping[str, Any], head: Mapping[str, Any] | None = None, edit: Edit | None = None
) -> Path:
    """A workbook with one row per measure, below one heading with every key that any of them has.

    Column A of sheet ``measures`` is the kind; the first measure stands in row 2.
    """
    book = openpyxl.Workbook()
    first = book.active
    first.title = "scenario"
    first.append(["key", "value"])
    for key, value in {**HEAD, **(head or {})}.items():
        first.append([key, value])
    rows = book.create_sheet("measures")
    keys = list(dict.fromkeys(["kind", *(key for measure in measures for key in measure)]))
    rows.append(keys)
    for measure in measures:
        rows.append([measure.get(key) for key in keys])
    if edit is not None:
        edit(book)
    book.save(path)
    return path


def printed_without_heads(path: Path) -> list[str]:
    """Tables of a workbook that go over the end of a printed page, and whose heads the next page does not repeat.

    Counted from what stands in the file: widths, heights, page breaks, paper and margins.
    """
    book = openpyxl.load_workbook(path)
    return [
        f"{sheet.title} {table.ref}"
        for sheet in book
        if sheet.page_setup.fitToHeight == 0
        for table in sheet.tables.values()
        if _is_parted(sheet, CellRange(table.ref))
    ]


def _is_parted(sheet: Worksheet, table: CellRange) -> bool:
    breaks = [one.id for one in sheet.row_breaks.brk]
    heights = sheet.row_dimensions
    columns = max(CellRange(one.ref).max_col for one in sheet.tables.values())
    reach = max([columns, *(chart.anchor.to.col + 1 for chart in sheet._charts)])
    units = sum(sheet.column_dimensions[get_column_letter(number)].width or 9.0 for number in range(1, reach + 1))
    margins = sheet.page_margins
    across, down = 297 / 25.4 - margins.left - margins.right, 210 / 25.4 - margins.top - margins.bottom
    room, used, page = down * 72 / min(1.0, across * 96 / (8.0 * units)), 0.0, []
    for row in range(1, table.max_row + 1):
        used += heights[row].height or 15.0
        if used > room or row - 1 in breaks:
            page, used = [], heights[row].height or 15.0
        page.append(row)
    repeated = int((sheet.print_title_rows or "$1:$1").split(":$")[1])
    heads = [[sheet.cell(row, column).value for column in range(1, columns + 1)] for row in (table.min_row, repeated)]
    return table.min_row not in page and heads[0] != heads[1]
