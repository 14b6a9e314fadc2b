"""From the cells of a workbook to the raw keys of a scenario, as a TOML file would give them."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from energy_model.errors import ScenarioError, closest
from energy_model.scenario.describe import Key, keys_of
from energy_model.scenario.excel.book import open_book
from energy_model.scenario.excel.page import REMARK, Cell, Page
from energy_model.scenario.measures import KINDS
from energy_model.scenario.measures.base import Measure
from energy_model.scenario.schema import Horizon, Scenario
from energy_model.scenario.values import as_key_takes, word
from energy_model.scenario.written_places import Placed

HEAD, MEASURES, HELP, CODES = "scenario", "measures", "help", "codes"
"""Names of the sheets; the last two belong to the template and are not read."""
HORIZON = {"horizon_start": "start", "horizon_end": "end"}
KIND, UNKNOWN = "kind", "?"
MARK_IT = f"write {REMARK} in column A of its row, or before its heading, if it is a remark"


_log = logging.getLogger(__name__)


def read_excel(path: str | os.PathLike[str]) -> Placed:
    """Raw keys of a scenario workbook; what could not be read is in its ``problems``.

    Raises
    ------
    ScenarioError
        If the workbook cannot be opened or lacks a sheet.
    """
    path = Path(path)
    pages: dict[str, Page] = {}
    for page in open_book(path):
        if word(page.name) in pages:
            twice = f"sheets '{pages[word(page.name)].name}' and '{page.name}' have one name; rename one of them"
            raise ScenarioError(f"scenario {path.name}", [twice])
        pages[word(page.name)] = page
    missing = [name for name in (HEAD, MEASURES) if name not in pages]
    flat = [name for name in (HEAD, MEASURES) if name in pages and not pages[name].is_table]
    problems = [f"sheet '{name}' is missing; start from `energy-model scenarios template`" for name in missing]
    problems += [f"sheet '{pages[name].name}' is a chart and has no cells; put a table in its place" for name in flat]
    if problems:
        raise ScenarioError(f"scenario {path.name}", problems)
    raw = _head(pages[HEAD])
    blocks = _Blocks(pages[MEASURES])
    raw["measures"] = blocks.measures()
    raw.problems += blocks.problems
    for name, page in pages.items():
        if name not in (HEAD, MEASURES):
            raw.problems += _beside(name, page)
    return raw


def _head(page: Page) -> Placed:
    """Keys of the scenario: one per row, below a heading if there is one."""
    raw, rows = Placed(f"sheet '{page.name}'"), page.rows()
    first = next((row for row in rows if not row[0].is_remark), [])
    columns = {word(cell.value): cell.column for cell in reversed(first)}  # of two of a name the first one counts
    has_heading = {"key", "value"} <= columns.keys()
    key_at, value_at = (columns["key"], columns["value"]) if has_heading else (1, 2)
    rows = [row for row in rows if not _is_remark(row, value_at)]
    remarks = {cell.column for cell in rows[0] if cell.is_remark} if has_heading else set()
    known = _scenario_keys()
    for row in rows[int(has_heading) :]:
        cells = {cell.column: cell for cell in row if cell.column not in remarks}
        name, value = cells.pop(key_at, None), cells.pop(value_at, None)
        raw.problems += [_stray(raw, cell, "beside key and value") for cell in cells.values()]
        if name is None:
            raw.problems += [_stray(raw, value, "without a key to its left")] if value is not None else []
        elif name.fault:
            raw.problems.append(f"{raw.place}, cell {name.address}: {name.fault}")
        else:
            _take(raw, word(name.value), name, value, known)
    if has_heading:
        raw.problems += [
            _stray(raw, cell, "beside the headings key and value")
            for cell in rows[0]
            if cell.column not in {key_at, value_at, *remarks}
        ]
    raw.problems += _merged(page, {key_at, value_at})
    _with_horizon(raw)
    return raw


def _take(raw: Placed, key: str, name: Cell, value: Cell | None, known: Mapping[str, Key]) -> None:
    """Put the value of one key where it belongs, or say why it cannot be."""
    where = f"{raw.place}, cell {name.address}"
    if key not in known:
        hint = closest(key, known) if key != MEASURES else f"measures stand on the sheet '{MEASURES}'"
        told = f"{where}, key '{name.value}': not known; {hint}"
        if value is None:
            _log.warning("%s; nothing stands beside it, so it is passed over", told)
        else:
            raw.problems.append(told)
    elif key in raw.cells:
        raw.problems.append(f"{where}, key '{key}': stands in {raw.cells[key]} already; keep one of them")
    elif value is not None:
        _put(raw, known[key], value)


def _put(raw: Placed, key: Key, cell: Cell) -> None:
    raw.cells[key.name] = cell.address
    where = f"{raw.place}, cell {cell.address}, key '{key.name}'"
    try:
        if cell.fault:
            raw.faulty.add(key.name)
            raw.problems.append(f"{where}: {cell.fault}")
        else:
            raw[key.name] = as_key_takes(cell.value, key)
    except ValueError as error:
        raw.faulty.add(key.name)
        raw.problems.append(f"{where}, value '{cell.value}': {error}")


def _with_horizon(raw: Placed) -> None:
    """First and last day as the table that a scenario takes."""
    horizon = {end: raw.pop(key) for key, end in HORIZON.items() if key in raw}
    if horizon and not raw.faulty & HORIZON.keys():
        raw["horizon"] = horizon
        raw.cells["horizon"] = next(raw.cells[key] for key in HORIZON if key in raw.cells)


def _scenario_keys() -> dict[str, Key]:
    ends = {f"horizon_{key.name}": key for key in keys_of(Horizon)}
    keys = {key.name: key for key in keys_of(Scenario) if key.name not in {"measures", "horizon"}}
    return keys | {name: Key(name, key.takes, "", key.default, key.meaning, key.holds) for name, key in ends.items()}


class _Blocks:
    """The sheet of measures: blocks of rows, each below a heading that begins with ``kind``."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.place = f"sheet '{page.name}'"
        self.problems: list[str] = []
        self.columns: dict[int, str] = {}
        self.kind_at = 0
        self.read: set[int] = set()
        self.unknown: dict[int, str] = {}
        self.keys = {name: {key.name: key for key in keys_of(model)} for name, model in KINDS.items()}
        self.known = {key: None for keys in self.keys.values() for key in keys}

    def measures(self) -> list[Placed]:
        """One measure for each filled row, from top to bottom."""
        found = []
        for row in self.page.rows():
            if _is_remark(row, *(column for column, key in self.columns.items() if key not in (KIND, REMARK, UNKNOWN))):
                continue
            if self._is_heading(row):
                self._begin(row)
            elif self.columns:
                found.append(self._measure(row))
            else:
                told = f"{self.place}, row {row[0].row}: stands above any heading that begins with '{KIND}'"
                self.problems.append(f"{told}; write the keys in the row above it, as the template does")
        self._tell_unused()
        self.problems += _merged(self.page, self.read)
        return found

    def _tell_unused(self) -> None:
        """Say that headings are not known, below which nothing stands: keys of an older template, for the most part."""
        for told in self.unknown.values():
            _log.warning("%s; nothing stands below it, so it is passed over", told)
        self.unknown = {}

    def _is_heading(self, row: Sequence[Cell]) -> bool:
        return any(word(cell.value) == KIND and self.kind_at in (0, cell.column) for cell in row)

    def _begin(self, row: Sequence[Cell]) -> None:
        self._tell_unused()
        self.columns = {}
        for cell in row:
            key, where = word(cell.value), f"{self.place}, cell {cell.address}"
            twice = next((column for column, name in self.columns.items() if name == key), None)
            if cell.is_remark:
                self.columns[cell.column] = REMARK
            elif cell.fault:
                self.problems.append(f"{where}: {cell.fault}")
            elif twice is not None:
                first = self.page.cells[cell.row, twice].address
                self.problems.append(f"{where}: the heading '{key}' stands in {first} already; keep one of the columns")
                self.columns[cell.column] = REMARK
            elif key not in self.known:
                self.columns[cell.column] = UNKNOWN
                self.unknown[cell.column] = (
                    f"{where}: heading, key '{cell.value}': not known; {closest(key, self.known)}"
                )
            else:
                self.columns[cell.column] = key
        self.kind_at = next(column for column, key in self.columns.items() if key == KIND)
        self.read |= {column for column, key in self.columns.items() if key not in (REMARK, UNKNOWN)}

    def _measure(self, row: Sequence[Cell]) -> Placed:
        raw = Placed(f"{self.place}, row {row[0].row}")
        kind = next((word(cell.value) for cell in row if cell.column == self.kind_at and not cell.fault), "")
        keys = self.keys.get(kind) or {key.name: key for key in keys_of(Measure)}
        for cell in row:
            name = self.columns.get(cell.column)
            if name is None:
                self.problems.append(_stray(Placed(self.place), cell, "in a column without a heading"))
            elif name == UNKNOWN:
                self.problems += [self.unknown.pop(cell.column)] if cell.column in self.unknown else []
            elif name == KIND and not cell.fault:
                raw.cells[KIND], raw[KIND] = cell.address, kind if kind in KINDS else cell.value
            elif name != REMARK:
                _put(raw, keys.get(name) or Key(name, "text", "", "", ""), cell)
        self.problems += raw.problems
        return raw


def _is_remark(row: Sequence[Cell], *values: int) -> bool:
    """Whether a row is marked in column A, and column A holds no values, which may begin with any letter."""
    return row[0].is_remark and row[0].column == 1 and 1 not in values


def _merged(page: Page, columns: set[int]) -> Iterator[str]:
    """Merged areas that hold one value for several rows or keys: whose it is, nobody can know."""
    remarks = {row[0].row for row in page.rows() if _is_remark(row)}
    for first_row, first, last_row, last in page.merged:
        top = page.cells.get((first_row, first))
        touched = columns & set(range(first, last + 1))
        if top is None or first_row in remarks or not touched or (first_row == last_row and len(touched) == 1):
            continue
        end = f"row {last_row}" if first_row != last_row else f"the column of {_letter(last)}"
        yield (
            f"sheet '{page.name}', cell {top.address}: merged with the cells up to {end}, so that it is open which of "
            "them its value is for; unmerge them and write it into each that it is meant for"
        )


def _letter(column: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(column))


def _stray(raw: Placed, cell: Cell, how: str) -> str:
    what = cell.fault or f"value '{cell.value}'"
    return f"{raw.place}, cell {cell.address}, {what}: stands {how} and would be lost; move it, or {MARK_IT}"


def _beside(name: str, page: Page) -> Iterator[str]:
    """What stands on a sheet that is not read, unless its name says that it is a remark."""
    if name.startswith(REMARK) or not page.is_table or not page.cells:
        return
    if name not in (HELP, CODES):
        cell = page.rows()[0][0]
        yield (
            f"sheet '{page.name}', cell {cell.address}: is on a sheet that is no part of a scenario and would be lost; "
            f"move it to '{HEAD}' or '{MEASURES}', or begin the sheet's name with {REMARK} if it is a remark"
        )
        return
    rows = page.rows()
    headings = {cell.column for cell in rows[0]}
    last = 0
    for row in rows:
        outside = [cell for cell in row if cell.column not in headings or row[0].row > last + 1]
        last = row[0].row if not outside else last
        for cell in outside:
            yield _stray(Placed(f"sheet '{page.name}'"), cell, "outside the tables of the template, which are not read")
