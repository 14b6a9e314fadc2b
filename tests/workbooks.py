"""Scenarios as workbooks written cell by cell, as people write them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.workbook import Workbook

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
