"""A scenario as a workbook to fill in: a block for each kind of measure, drop-downs, and the code lists behind them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from energy_model.data.load import GasData, load_data
from energy_model.errors import OutputError
from energy_model.files import replacing_file
from energy_model.scenario.codes import Rows, code_lists, kinds
from energy_model.scenario.describe import Key, keys_of
from energy_model.scenario.excel.page import REMARK
from energy_model.scenario.excel.read import CODES, HEAD, HELP, HORIZON, KIND, MEASURES
from energy_model.scenario.measures import KINDS
from energy_model.scenario.measures.base import Measure
from energy_model.scenario.schema import Horizon, Scenario
from energy_model.scenario.values import list_cell, text_cell

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.worksheet.datavalidation import DataValidation
    from openpyxl.worksheet.worksheet import Worksheet

_DAY_FORMAT = "yyyy-mm-dd"
_FIRST_DAY = date(1900, 3, 1)
"""Excel numbers days rightly from here on; an earlier one is written as text."""
_DIGITS = 16
"""Digits of a number in a workbook; one that needs more is written as text."""
_SPARE_ROWS = 3
"""Empty rows of a block, to be filled in."""
_INHERITANCE = ("based_on", "without")
"""Keys that a workbook leaves out, as it holds the scenario with its base filled in."""
_LAST = ("name", "start", "end", "ramp_days", "announced", "note")
"""Keys of every measure, behind those of its kind."""
_FONT, _SIZE = "Calibri", 11
_GREY, _BLUE = "FF6B7280", "FFDCE6F2"
_WIDTH, _PROMPT, _PROMPT_TITLE = 17, 250, 32
_LINE_POINTS, _HIGHEST_POINTS = 15.0, 409.0
_ADVICE = (
    f"{REMARK} Measures act from top to bottom. Fill in the rows below the heading of their kind.",
    f"{REMARK} Add rows, or copy whole blocks, as you need. A row with {REMARK} in column A is not read.",
    f"{REMARK} The sheet {HELP} explains every key; the sheet {CODES} lists routes, suppliers, countries and the like.",
)


def write_excel(scenario: Scenario, path: str | os.PathLike[str], data: GasData | None = None) -> Path:
    """Write a scenario as a workbook with the sheets ``scenario``, ``measures``, ``help`` and ``codes``.

    The workbook holds the scenario as it takes effect, base filled in, so ``based_on`` and ``without`` are not in it.
    Reading it back gives an equal scenario. Written to a temporary name and moved into place.

    Parameters
    ----------
    data : GasData, optional
        Where the code lists come from; default is the package's own data.

    Raises
    ------
    OutputError
        If the file cannot be written; an earlier one stays.
    """
    from openpyxl.utils.exceptions import IllegalCharacterError

    path = Path(path)
    if path.suffix.lower() != ".xlsx":
        raise OutputError(f"cannot write {path}: a template is a workbook; give a name that ends in .xlsx")
    known = data if data is not None else load_data()
    try:
        book = _Template(known.at(scenario.as_of)).filled(scenario)
    except IllegalCharacterError as error:
        raise OutputError(f"cannot write {path}: a text of the scenario holds a control character") from error
    with replacing_file(path) as part:
        book.save(part)
    return path


class _Template:
    """A workbook in the making: its sheets, and where each code list stands."""

    def __init__(self, data: GasData) -> None:
        import openpyxl

        self.book: Workbook = openpyxl.Workbook()
        self.head: Worksheet = self.book.active
        self.head.title = HEAD
        self.measures, self.help, self.codes = (self.book.create_sheet(name) for name in (MEASURES, HELP, CODES))
        self.lists: dict[str, str] = {}
        self._list_codes({"kind": kinds(), **code_lists(data)})

    def filled(self, scenario: Scenario) -> Workbook:
        """The workbook of a scenario."""
        self._fill_head(scenario)
        self._fill_measures(scenario.measures)
        self._explain()
        for page, widths in ((self.head, (24, 60, 40, 70)), (self.help, (22, 26, 36, 14, 22, 100))):
            _set_widths(page, widths)
        _set_widths(self.measures, (20, *[_WIDTH] * (self.measures.max_column - 1)))
        _set_widths(self.codes, (16, 34, 70))
        for page in self.book.worksheets:
            _fit_rows(page)
            _set_up_print(page)
        for page in (self.help, self.codes):
            page.protection.sheet = True  # what is typed there would not be read
        return self.book

    def _fill_head(self, scenario: Scenario) -> None:
        _write_row(self.head, 1, ["key", "value", f"{REMARK} takes", f"{REMARK} meaning"], bold=True)
        keys = [key for key in keys_of(Scenario) if key.name not in {MEASURES, "horizon", *_INHERITANCE}]
        ends = {key.name: key for key in keys_of(Horizon)}
        rows = [(key.name, key, getattr(scenario, key.name)) for key in keys]
        rows += [(name, ends[end], getattr(scenario.horizon, end)) for name, end in HORIZON.items()]
        for number, (name, key, value) in enumerate(rows, start=2):
            _write_row(self.head, number, [name, None, _takes(key), _plain(key.meaning)])
            _put(self.head.cell(number, 2), value, key)
            self._offer(self.head, key, 2, number, number)
        self.head.freeze_panes, self.head.print_title_rows = "B2", "1:1"

    def _fill_measures(self, measures: Sequence[Measure]) -> None:
        for row, advice in enumerate(_ADVICE, start=1):
            _write_row(self.measures, row, [advice])
        row = len(_ADVICE) + 2
        for kind, block in groupby(measures, key=lambda measure: measure.kind):
            row = self._block(row, kind, list(block))
        given = {measure.kind for measure in measures}
        for kind in KINDS:
            row = row if kind in given else self._block(row, kind, [])
        self.measures.freeze_panes = "B1"

    def _block(self, row: int, kind: str, measures: Sequence[Measure]) -> int:
        """Write the block of a kind, and tell the first row below it."""
        page, meaning = self.measures, dict(kinds())[kind]
        keys = _in_order(keys_of(KINDS[kind]))
        _write_row(page, row, [f"{REMARK} {kind}: {meaning}"], bold=True)
        _write_row(page, row + 1, [key.name for key in keys], bold=True, fill=_BLUE)
        _write_row(page, row + 2, [f"{REMARK} takes", *(_takes(key) for key in keys[1:])], colour=_GREY)
        first, last = row + 3, row + 2 + len(measures) + _SPARE_ROWS
        for number in range(first, last + 1):
            measure = measures[number - first] if number - first < len(measures) else None
            for column, key in enumerate(keys, start=1):
                _put(page.cell(number, column), getattr(measure, key.name, None), key)
        for column, key in enumerate(keys, start=1):
            self._offer(page, key, column, first, last)
        return last + 2

    def _explain(self) -> None:
        rows = [["kind", "key", "takes", "unit", "default", "meaning"]]
        named = [("scenario", keys_of(Scenario)), ("every measure", keys_of(Measure))]
        named += [(kind, keys_of(model, Measure)) for kind, model in KINDS.items()]
        for name, keys in named:
            for key in keys:
                rows.append(
                    [name, key.name, *(_plain(word) for word in (key.takes, key.unit, key.default, key.meaning))]
                )
        for number, row in enumerate(rows, start=1):
            _write_row(self.help, number, row, bold=number == 1)
        self.help.freeze_panes, self.help.print_title_rows = "A2", "1:1"

    def _list_codes(self, lists: dict[str, Rows]) -> None:
        _write_row(self.codes, 1, ["list", "code", "name"], bold=True)
        row = 2
        for name, codes in lists.items():
            if codes:
                self.lists[name] = f"'{CODES}'!$B${row}:$B${row + len(codes) - 1}"
            for code, title in codes:
                _write_row(self.codes, row, [name, code, title])
                row += 1
        self.codes.freeze_panes, self.codes.print_title_rows = "A2", "1:1"

    def _offer(self, page: Worksheet, key: Key, column: int, first: int, last: int) -> None:
        """A drop-down where the key takes words of a list, and what the key means when its cell is chosen."""
        from openpyxl.utils import get_column_letter
        from openpyxl.worksheet.datavalidation import DataValidation

        formula = f'"{",".join(key.choices)}"' if key.choices else self.lists.get(key.codes)
        rule: DataValidation = DataValidation(
            type="list" if formula else None,
            formula1=formula,
            allow_blank=True,
            showErrorMessage=bool(key.choices),
            error=f"one of: {', '.join(key.choices)}"[:_PROMPT] if key.choices else None,
            showInputMessage=True,
            promptTitle=key.name[:_PROMPT_TITLE],
            prompt=_shortened(f"{_takes(key)}. {_plain(key.meaning)}"),
        )
        letter = get_column_letter(column)
        rule.add(f"{letter}{first}:{letter}{last}")
        page.add_data_validation(rule)


def _in_order(keys: Sequence[Key]) -> list[Key]:
    """The kind, the keys of the kind, and those of every measure."""
    places = {key: number for number, key in enumerate(_LAST)}
    return sorted(keys, key=lambda key: (key.name != KIND, places.get(key.name, -1)))


def _takes(key: Key) -> str:
    what = _plain(key.takes)
    if key.codes:
        what = f"{what if key.is_list else 'one'} of the codes '{key.codes}'"
    words = [what, *([key.unit] if key.unit and key.unit != "share" else [])]
    listed = ", ".join(words) + (f" of {key.holds}s" if key.is_list and key.holds != "text" else "")
    return listed + (", required" if key.default == "required" else "")


def _plain(words: str) -> str:
    return words.replace("`", "")


def _shortened(words: str) -> str:
    return words if len(words) <= _PROMPT else words[: _PROMPT - 3].rpartition(" ")[0] + "..."


def _put(cell: Cell, value: Any, key: Key) -> None:
    """Write a value so that it is read back as the same one, and no text as a formula."""
    from openpyxl.styles import Alignment, Border, Side

    cell.alignment = Alignment(horizontal="left", vertical="top", wrap_text=True)
    cell.border = Border(bottom=Side(style="hair"))
    if value is None:
        return
    if isinstance(value, tuple):
        if value or key.default != "empty":
            _write_text(cell, list_cell(value))
    elif isinstance(value, date) and value >= _FIRST_DAY:
        cell.value, cell.number_format = value, _DAY_FORMAT
    elif isinstance(value, float) and float(f"{value:.{_DIGITS}g}") != value:
        _write_text(cell, repr(value))
    elif isinstance(value, (str, date)):
        _write_text(cell, text_cell(value) if isinstance(value, str) else value.isoformat())
    else:
        cell.value = value


def _write_text(cell: Cell, text: str) -> None:
    cell.value = text
    cell.data_type = "s"  # whatever it begins with
    if text[:1] in "=+-@":
        cell.quotePrefix = True  # so that it stays text when somebody edits it


def _write_row(
    page: Worksheet, row: int, words: Iterable[str | None], bold: bool = False, colour: str = "", fill: str = ""
) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    words = list(words)
    for cell, text in _cells(page, row, words):
        _write_text(cell, text)
        cell.font = Font(name=_FONT, size=_SIZE, bold=bold, color=colour or None)
        cell.alignment = Alignment(wrap_text=len(words) > 1, vertical="top")
        if fill:
            cell.fill = PatternFill("solid", fgColor=fill)


def _cells(page: Worksheet, row: int, words: Iterable[str | None]) -> Iterator[tuple[Cell, str]]:
    for column, text in enumerate(words, start=1):
        if text:
            yield page.cell(row, column), text


def _set_widths(page: Worksheet, widths: Sequence[int]) -> None:
    from openpyxl.utils import get_column_letter

    for number, width in enumerate(widths, start=1):
        page.column_dimensions[get_column_letter(number)].width = width


def _fit_rows(page: Worksheet) -> None:
    """Make rows as high as their wrapped texts, which not every program does by itself."""
    for row in page.iter_rows():
        wrapped = [cell for cell in row if cell.value is not None and cell.alignment.wrap_text]
        most = max(
            (_lines(str(cell.value), page.column_dimensions[cell.column_letter].width) for cell in wrapped), default=1
        )
        if most > 1:
            page.row_dimensions[row[0].row].height = min(_LINE_POINTS * most, _HIGHEST_POINTS)


def _lines(text: str, width: float) -> int:
    """Lines that a text takes in a column of a width in letters."""
    letters = max(int(width) - 1, 1)
    return sum(max(-(-len(line) // letters), 1) for line in text.split("\n"))


def _set_up_print(page: Worksheet) -> None:
    page.page_margins.left = page.page_margins.right = page.page_margins.top = page.page_margins.bottom = 0.4
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", page.PAPERSIZE_A4
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.page_setup.fitToHeight = 0
