"""Scenarios in Excel: a template to fill in, and the way back to the same scenario."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

from pydantic import BaseModel

from energy_model.errors import OutputError, ScenarioError
from energy_model.files import replacing_file
from energy_model.scenario.describe import keys_of
from energy_model.scenario.measures import KINDS, Measure
from energy_model.scenario.schema import Scenario

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

SHEETS = ("scenario", "measures", "help")
_HORIZON = {"horizon_start": "start", "horizon_end": "end"}
_DAY_FORMAT = "yyyy-mm-dd"


def write_excel(scenario: Scenario, path: str | os.PathLike[str]) -> Path:
    """Write a scenario as a workbook with the sheets ``scenario``, ``measures`` and ``help``.

    The workbook holds the scenario as it takes effect, base filled in, so ``based_on`` and ``without`` are empty in it.
    Reading it back gives an equal scenario. Written to a temporary name and moved into place.

    Raises
    ------
    OutputError
        If the file cannot be written; an earlier one stays.
    """
    path = Path(path)
    if path.suffix != ".xlsx":
        raise OutputError(f"cannot write {path}: a template is a workbook; give a name that ends in .xlsx")
    with replacing_file(path) as part:
        _workbook(scenario).save(part)
    return path


def read_excel(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Raw keys of a scenario workbook, as a TOML file would give them.

    Raises
    ------
    ScenarioError
        If the workbook cannot be opened or lacks a sheet.
    """
    head, rows = _read_sheets(Path(path))
    raw = {str(key): value for key, value, *_ in (row for row in head if len(row) > 1) if None not in (key, value)}
    horizon = {new: _as_asked(raw.pop(old), "day") for old, new in _HORIZON.items() if old in raw}
    raw = _typed(raw, Scenario)
    if horizon:
        raw["horizon"] = horizon
    columns = [None if name is None else str(name).strip() for name in rows[0]] if rows else []
    raw["measures"] = []
    for row in rows[1:]:
        cells = {key: value for key, value in zip(columns, row, strict=False) if key and value is not None}
        if cells:
            raw["measures"].append(_typed(cells, KINDS.get(str(cells.get("kind")), Measure)))
    return raw


def _workbook(scenario: Scenario) -> Workbook:
    import openpyxl

    book = openpyxl.Workbook()
    head, sheet, guide = book.active, book.create_sheet(SHEETS[1]), book.create_sheet(SHEETS[2])
    head.title = SHEETS[0]
    head.append(["key", "value"])
    keys = [key.name for key in keys_of(Scenario) if key.name not in {"measures", "horizon", "based_on", "without"}]
    for key in keys:
        head.append([key, _cell(getattr(scenario, key))])
    for key, end in _HORIZON.items():
        head.append([key, getattr(scenario.horizon, end)])
    columns = sorted({key for model in KINDS.values() for key in model.model_fields})
    used = {key for measure in scenario.measures for key in measure.model_dump(exclude_none=True)}
    first = ["kind", "name", "start", "end", "ramp_days", "announced", "note"]
    columns = first + sorted(set(columns) - set(first), key=lambda key: (key not in used, key))
    sheet.append(columns)
    for measure in scenario.measures:
        values = measure.model_dump(exclude_none=True)
        sheet.append([_cell(values.get(key)) for key in columns])
    guide.append(["kind", "key", "takes", "unit", "default", "meaning"])
    for name, model in (("scenario", Scenario), ("every measure", Measure)):
        _explain(guide, name, model)
    for kind, model in KINDS.items():
        _explain(guide, kind, model, Measure)
    _format(head, (24, 90))
    _format(sheet, (22,) * len(columns))
    _format(guide, (22, 26, 36, 14, 22, 100))
    return book


def _explain(guide: Worksheet, name: str, model: type[BaseModel], without: type[BaseModel] | None = None) -> None:
    for key in keys_of(model, without):
        words = (key.takes, key.unit, key.default, key.meaning)
        guide.append([name, key.name, *(word.replace("`", "") for word in words)])


def _format(page: Worksheet, widths: Sequence[int]) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    for cell in page[1]:
        cell.font = Font(bold=True)
    for number, width in enumerate(widths, start=1):
        page.column_dimensions[get_column_letter(number)].width = width
    for row in page.iter_rows(min_row=2):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if isinstance(cell.value, date):
                cell.number_format = _DAY_FORMAT
    page.freeze_panes = "A2"


def _read_sheets(path: Path) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Rows below the heading of the sheet ``scenario``, and all rows of ``measures``."""
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with path.open("rb") as file:
            book = openpyxl.load_workbook(file, data_only=True)
    except (OSError, BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, SyntaxError) as error:
        raise ScenarioError(
            f"scenario {path.name}", [f"cannot be opened as a workbook ({error}); save it again as .xlsx"]
        ) from error
    missing = [name for name in SHEETS[:2] if name not in book.sheetnames]
    if missing:
        raise ScenarioError(
            f"scenario {path.name}",
            [f"sheet '{name}' is missing; start from `energy-model scenarios template`" for name in missing],
        )
    head = list(book[SHEETS[0]].iter_rows(min_row=2, values_only=True))
    return head, list(book[SHEETS[1]].iter_rows(values_only=True))


def _typed(cells: dict[str, Any], model: type[BaseModel]) -> dict[str, Any]:
    """Cells with the types their keys ask for, as far as Excel lost them; what does not fit stays for the schema."""
    takes = {key.name: key.takes for key in keys_of(model)}
    return {key: _as_asked(value, takes.get(key, "")) for key, value in cells.items()}


def _as_asked(value: Any, takes: str) -> Any:
    """A cell as its key takes it: Excel holds days as moments, 15 as 15.0, the year 2021 as a number, lists as text."""
    if isinstance(value, datetime) and value.time().isoformat() == "00:00:00":
        value = value.date()
    if takes == "day" and isinstance(value, str):
        try:
            return date.fromisoformat(value.strip())
        except ValueError:
            return value
    if takes == "list" and isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    is_number = type(value) in (int, float)
    if takes.startswith("number") and is_number:
        return float(value)
    if takes.startswith("whole number") and is_number and float(value).is_integer():
        return int(value)
    if is_number and (takes == "text" or takes.startswith("`")):
        return f"{value:g}"
    return value.strip() if isinstance(value, str) else value


def _cell(value: Any) -> Any:
    return ", ".join(value) if isinstance(value, (tuple, list)) else value
