"""A spreadsheet of LibreOffice (.ods) as the same pages that a workbook gives, so that the same checks hold for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

from energy_model.scenario.excel.page import Cell, Page

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

SPREADSHEET = "application/vnd.oasis.opendocument.spreadsheet"
AT_MOST_CELLS = 200_000
"""Filled cells of a sheet: far more than a scenario has. One cell can stand for a million."""

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_LIBRE = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_ROW_GROUPS = {f"{_TABLE}{name}" for name in ("table-header-rows", "table-row-group", "table-rows")}
_CELLS = {f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"}
_NUMBERS = {"float", "percentage", "currency"}
_PLAIN = {f"{_TEXT}tab": "\t", f"{_TEXT}line-break": "\n"}


def kind_of(archive: ZipFile) -> str:
    """The kind of document that an archive says it is; empty for a workbook of Excel, which says nothing."""
    return archive.read("mimetype").decode("ascii", "replace").strip() if "mimetype" in archive.namelist() else ""


def pages_of(archive: ZipFile) -> list[Page]:
    """The sheets of an OpenDocument spreadsheet.

    Raises
    ------
    ValueError
        If it is another kind of document, encrypted, or has more cells than any scenario needs.
    """
    from defusedxml.ElementTree import fromstring

    kind = kind_of(archive)
    if not kind.startswith(SPREADSHEET):
        raise ValueError(f"it is no spreadsheet but {kind}")
    if b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise ValueError("it is encrypted")
    root = fromstring(archive.read("content.xml"), forbid_dtd=True)
    book = root.find(f"{_OFFICE}body/{_OFFICE}spreadsheet")
    if book is None:
        raise ValueError("it has no sheets")
    return [_page(sheet) for sheet in book.findall(f"{_TABLE}table")]


def _page(sheet: Element) -> Page:
    cells: dict[tuple[int, int], Cell] = {}
    merged: list[tuple[int, int, int, int]] = []
    row = 0
    for line in _rows(sheet):
        times = _count(line, "number-rows-repeated")
        filled, areas = _line(line)
        if (len(cells) + times * len(filled)) > AT_MOST_CELLS:
            raise ValueError(f"sheet '{_name(sheet)}' has more than {AT_MOST_CELLS:,} filled cells")
        for number in range(row + 1, row + 1 + times if filled or areas else row + 1):
            cells.update({(number, at): _cell(number, at, value, fault) for at, value, fault in filled})
            merged += [(number, at, number + high - 1, at + wide - 1) for at, high, wide in areas]
        row += times
    return Page(_name(sheet), cells, tuple(sorted(merged)))


def _name(sheet: Element) -> str:
    return sheet.get(f"{_TABLE}name", "")


def _rows(part: Element) -> Iterator[Element]:
    """Rows in order, those in groups too."""
    for child in part:
        if child.tag == f"{_TABLE}table-row":
            yield child
        elif child.tag in _ROW_GROUPS:
            yield from _rows(child)


def _line(line: Element) -> tuple[list[tuple[int, Any, str]], list[tuple[int, int, int]]]:
    """Filled cells of a row (column, value, fault), and merged areas that begin in it (column, height, width)."""
    filled: list[tuple[int, Any, str]] = []
    areas: list[tuple[int, int, int]] = []
    column = 0
    for cell in line:
        if cell.tag not in _CELLS:
            continue
        times = _count(cell, "number-columns-repeated")
        value, fault = _value(cell)
        if fault or (value is not None and (not isinstance(value, str) or value.strip())):
            if len(filled) + times > AT_MOST_CELLS:
                raise ValueError(f"a row has more than {AT_MOST_CELLS:,} filled cells")
            filled += [(at, value, fault) for at in range(column + 1, column + 1 + times)]
        high, wide = _count(cell, "number-rows-spanned"), _count(cell, "number-columns-spanned")
        if high * wide > 1:
            areas.append((column + 1, high, wide))
        column += times
    return filled, areas


def _count(part: Element, name: str) -> int:
    return max(int(part.get(f"{_TABLE}{name}", "1")), 1)


def _cell(row: int, column: int, value: Any, fault: str) -> Cell:
    from openpyxl.utils import get_column_letter

    return Cell(row, column, f"{get_column_letter(column)}{row}", value, fault)


def _value(cell: Element) -> tuple[Any, str]:
    """The value of a cell, and why it has none."""
    kind, shown = cell.get(f"{_OFFICE}value-type"), _words(cell)
    is_formula = cell.get(f"{_TABLE}formula") is not None
    if cell.get(f"{_LIBRE}value-type") == "error" or (is_formula and shown.startswith(("#", "Err:"))):
        return None, f"the error {shown}; mend the formula or write the value"
    if kind is None:
        if is_formula:
            return (
                None,
                "a formula without a value; open it in LibreOffice, save it once, or write the value",
            )
        return (shown or None), ""
    if kind in _NUMBERS:
        number = float(cell.attrib[f"{_OFFICE}value"])
        return (int(number) if number.is_integer() else number), ""
    if kind == "boolean":
        return cell.get(f"{_OFFICE}boolean-value") == "true", ""
    if kind == "date":
        return datetime.fromisoformat(cell.attrib[f"{_OFFICE}date-value"]), ""
    if kind == "time":
        return time(), ""
    return cell.get(f"{_OFFICE}string-value") or shown, ""


def _words(cell: Element) -> str:
    """The text of a cell; a comment on it is no part of that."""
    return "\n".join(_said(paragraph) for paragraph in cell.findall(f"{_TEXT}p"))


def _said(part: Element) -> str:
    words = part.text or ""
    for child in part:
        if child.tag == f"{_TEXT}s":
            words += " " * int(child.get(f"{_TEXT}c", "1"))
        else:
            words += _PLAIN.get(child.tag) or ("" if child.tag.startswith(_OFFICE) else _said(child))
        words += child.tail or ""
    return words
