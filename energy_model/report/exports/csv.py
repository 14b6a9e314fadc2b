"""Tables as plain CSV, for spreadsheets and for whoever reads text."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from energy_model.report.exports.formats import Job, export_format
from energy_model.report.exports.provenance import exported_tables, licence_notes
from energy_model.report.exports.schema import kind_of
from energy_model.results.columns import unit_of
from energy_model.results.csv_text import csv_text

COLUMNS = "columns.csv"
BYTE_ORDER_MARK = "\ufeff"
"""Without it a spreadsheet takes letters beyond ASCII for others."""


@export_format("csv", place=10)
def write_csv(job: Job) -> list[str]:
    """A folder of plain .csv files, one per table, which a spreadsheet opens; columns.csv says what each column is."""
    tables = exported_tables(job.results)
    with job.folder("csv") as folder:
        for name, (table, _) in tables.items():
            _write(folder / f"{name}.csv", table)
        rows = [
            (name, column, kind_of(table[column]), unit_of(column), words)
            for name, (table, declared) in tables.items()
            for column, words in declared.columns.items()
        ]
        _write(folder / COLUMNS, pd.DataFrame(rows, columns=["table", "column", "type", "unit", "meaning"]))
    return licence_notes(job.seen)


def _write(path: Path, table: pd.DataFrame) -> None:
    path.write_text(BYTE_ORDER_MARK + csv_text(table), encoding="utf-8", newline="\n")
