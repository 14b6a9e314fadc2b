"""A workbook as it lies on disk: its cells that are not empty, and what stands in the way of reading one."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

from energy_model.errors import ScenarioError
from energy_model.files import reason
from energy_model.scenario.excel.open_document import kind_of, pages_of
from energy_model.scenario.excel.page import Cell, Page
from energy_model.units import BYTES_PER_MB

if TYPE_CHECKING:
    from openpyxl import Workbook

AT_MOST_BYTES = 64_000_000
"""Unpacked size of a workbook: a hundred times what a scenario needs, and still read in seconds."""


def open_book(path: Path) -> list[Page]:
    """The sheets of a workbook.

    Raises
    ------
    ScenarioError
        If the file cannot be read as a workbook, or unpacks to more than any scenario needs.
    """
    where = f"scenario {path.name}"
    try:
        content = path.read_bytes()
    except OSError as error:
        told = f"cannot be read ({reason(error)}); close it elsewhere and check the path"
        raise ScenarioError(where, [told]) from error
    try:
        unpacked = _unpacked_bytes(content)
    except Exception as error:  # a torn archive fails in many ways
        told = f"cannot be opened as a workbook ({_why(error)}); save it again as .xlsx"
        raise ScenarioError(where, [told]) from error
    if unpacked > AT_MOST_BYTES:
        size = f"{unpacked / BYTES_PER_MB:,.0f} MB unpacked, at most {AT_MOST_BYTES / BYTES_PER_MB:,.0f}"
        raise ScenarioError(where, [f"is too large ({size}); copy the filled rows into a fresh template"])
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            if kind_of(archive):
                return pages_of(archive)
        values, formulas = _loaded(content, data_only=True), _loaded(content, data_only=False)
        return [_page(values[name], formulas[name]) for name in values.sheetnames]
    except Exception as error:  # a broken part of a workbook makes the reader fail in many ways
        why = f"a part of it is damaged, missing or no table: {_why(error)}"
        told = f"cannot be opened as a workbook ({why}); save it again as .xlsx"
        raise ScenarioError(where, [told]) from error


def _why(error: Exception) -> str:
    return str(error) or type(error).__name__


def _unpacked_bytes(content: bytes) -> int:
    with ZipFile(io.BytesIO(content)) as archive:
        if any(part.flag_bits & 1 for part in archive.infolist()):
            raise ValueError("it is encrypted")
        return sum(part.file_size for part in archive.infolist())


def _loaded(content: bytes, data_only: bool) -> Workbook:
    import warnings

    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions that no scenario needs
        return openpyxl.load_workbook(io.BytesIO(content), data_only=data_only)


def _page(values: Any, formulas: Any) -> Page:
    from openpyxl.worksheet.worksheet import Worksheet

    if not isinstance(values, Worksheet):
        return Page(values.title, {}, is_table=False)
    # `_cells` holds the cells that the file has; the public iterators walk every row up to a stray one at the far end.
    cells = dict(_filled(formulas._cells.values(), values._cells))
    merged = tuple((area.min_row, area.min_col, area.max_row, area.max_col) for area in values.merged_cells.ranges)
    return Page(values.title, cells, tuple(sorted(merged)))


def _filled(formulas: Iterable[Any], values: dict[tuple[int, int], Any]) -> Iterable[tuple[tuple[int, int], Cell]]:
    for formula in formulas:
        if formula.value is None:
            continue
        place = (formula.row, formula.column)
        shown = values[place]
        fault = ""
        if shown.value is None and formula.data_type == "f":
            fault = "a formula without a value; open the workbook in Excel, save it once, or write the value"
        elif shown.data_type == "e":
            fault = f"the error {shown.value}; mend the formula or write the value"
        if fault or not isinstance(shown.value, str) or shown.value.strip():
            yield place, Cell(*place, shown.coordinate, shown.value, fault)
