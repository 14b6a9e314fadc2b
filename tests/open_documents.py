"""Workbooks written as LibreOffice writes spreadsheets (.ods), without its help."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import openpyxl

SPACES = " ".join(
    f'xmlns:{name}="urn:{where}"'
    for name, where in {
        "office": "oasis:names:tc:opendocument:xmlns:office:1.0",
        "table": "oasis:names:tc:opendocument:xmlns:table:1.0",
        "text": "oasis:names:tc:opendocument:xmlns:text:1.0",
        "calcext": "org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
    }.items()
)
KIND = "application/vnd.oasis.opendocument.spreadsheet"
MANIFEST = "<manifest/>"


def as_ods(workbook: Path, path: Path | None = None) -> Path:
    """The same sheets as a spreadsheet of LibreOffice, by default beside the workbook."""
    book = openpyxl.load_workbook(workbook)
    return written(path or workbook.with_suffix(".ods"), "".join(_sheet(sheet) for sheet in book.worksheets))


def written(path: Path, sheets: str, kind: str = KIND, manifest: str = MANIFEST) -> Path:
    """A file of sheets given in XML."""
    content = (
        f"<office:document-content {SPACES}><office:body><office:spreadsheet>{sheets}</office:spreadsheet>"
        "</office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content)
    return path


def sheet(name: str, *rows: str) -> str:
    """A sheet of rows given in XML, with the rest of it empty as LibreOffice leaves it."""
    rest = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
    return f"<table:table table:name={quoteattr(name)}><table:table-column/>{''.join(rows)}{rest}</table:table>"


def row(*cells: str, repeated: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{repeated}">{"".join(cells)}</table:table-row>'


def cell(value: Any, more: str = "") -> str:
    """A cell with a value of some type."""
    if value is None:
        return f"<table:table-cell {more}/>"
    if isinstance(value, str) and value.startswith("="):
        return f"<table:table-cell table:formula={quoteattr(f'of:{value}')} {more}/>"
    if isinstance(value, str) and value.startswith("#REF!"):
        error = 'office:value-type="string" office:string-value="" calcext:value-type="error"'
        return f"<table:table-cell {error} {more}><text:p>{value}</text:p></table:table-cell>"
    if isinstance(value, bool):
        kind = f'office:value-type="boolean" office:boolean-value="{str(value).lower()}"'
    elif isinstance(value, (int, float)):
        kind = f'office:value-type="float" office:value="{value}"'
    elif isinstance(value, time):
        kind = f'office:value-type="time" office:time-value="PT{value:%HH%MM%S}S"'
    elif isinstance(value, datetime) and value.time() != time():
        kind = f'office:value-type="date" office:date-value="{value.isoformat()}.000000000"'
    elif isinstance(value, date):
        kind = f'office:value-type="date" office:date-value="{value:%Y-%m-%d}"'
    else:
        kind = 'office:value-type="string"'
    return f"<table:table-cell {kind} {more}>{''.join(map(_paragraph, str(value).splitlines()))}</table:table-cell>"


def _paragraph(line: str) -> str:
    """Text in which all blanks after the first are elements, as LibreOffice writes them."""
    words = line.lstrip(" ")
    blanks = f'<text:s text:c="{len(line) - len(words)}"/>' if words != line else ""
    return f"<text:p>{blanks}{escape(words)}</text:p>"


def _sheet(page: Any) -> str:
    areas = {(area.min_row, area.min_col): area for area in page.merged_cells.ranges}
    rows = []
    for cells in page.iter_rows():
        line = []
        for one in cells:
            area = areas.get((one.row, one.column))
            more = ""
            if area is not None:
                high, wide = area.max_row - area.min_row + 1, area.max_col - area.min_col + 1
                more = f'table:number-rows-spanned="{high}" table:number-columns-spanned="{wide}"'
            line.append(cell(one.value, more))
        rows.append(row(*line))
    return sheet(page.title, *rows)
