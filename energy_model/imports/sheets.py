"""Tables in CSV files and workbooks, every cell as text."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pandas as pd

from energy_model.errors import DataError
from energy_model.imports.csv_text import csv_cells
from energy_model.imports.figures import plain
from energy_model.imports.records import records

WORKBOOKS = (".xlsx", ".xlsm")
_HEAD_WITHIN = 40
"""Rows from the top within which the heads of a table must stand."""


def cells_of(file: Path) -> pd.DataFrame:
    """The table of a file whose first row holds the heads.

    Raises
    ------
    DataError
        If the file cannot be read or is empty.
    """
    if file.suffix.lower() == ".json":
        return records(file)
    if file.suffix.lower() in WORKBOOKS:
        raw = _raw(file, None)
        raw.columns = [str(head) for head in raw.iloc[0]]
        table = raw.iloc[1:].reset_index(drop=True)
    else:
        return csv_cells(file)
    if table.empty:
        raise DataError(file.name, ["has no rows; download it again"])
    return table


def table_below(file: Path, heads: tuple[str, ...], sheet: str | None = None) -> pd.DataFrame:
    """The table of a workbook whose heads stand in some row below a title.

    Raises
    ------
    DataError
        If no sheet has a row with these heads.
    """
    for name in [sheet] if sheet else _sheets(file):
        raw = _raw(file, name)
        for place in range(min(_HEAD_WITHIN, len(raw))):
            if {plain(head) for head in heads} <= {plain(cell) for cell in raw.iloc[place]}:
                table = raw.iloc[place + 1 :].reset_index(drop=True)
                table.columns = [str(head) for head in raw.iloc[place]]
                return table[table.astype(bool).any(axis=1)].reset_index(drop=True)
    raise DataError(file.name, [f"no sheet has a row with the heads {', '.join(heads)}; is it another file?"])


def _sheets(file: Path) -> list[str]:
    with _opened(file) as book:
        return [str(name) for name in book.sheet_names]


def _raw(file: Path, sheet: str | None) -> pd.DataFrame:
    with _opened(file) as book:
        names = [str(name) for name in book.sheet_names]
        if sheet is not None and sheet not in names:
            raise DataError(file.name, [f"no sheet '{sheet}'; it has: {', '.join(names)}"])
        return pd.read_excel(book, sheet_name=sheet or names[0], header=None, dtype=str).fillna("")


def _opened(file: Path) -> pd.ExcelFile:
    try:
        return pd.ExcelFile(file, engine="openpyxl")
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise DataError(file.name, [f"cannot be opened as a workbook .xlsx ({error}); download it again"]) from error
