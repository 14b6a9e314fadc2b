"""Formatting of a workbook: formats, page set-up, and cells that hold a formula together with its value.

A formula is written with the value that the model computed for it, so that a previewer, which computes nothing, shows
the same numbers as a spreadsheet program. Numerical noise of the solver (below 1e-7) is written as zero.
"""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.chart import Chart
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from energy_model.report import style
from energy_model.report.closing import close_in_words
from energy_model.report.onepage.language import Language
from energy_model.report.sheet_printing import PIXELS_PER_UNIT, keep_under_heads, width_of
from energy_model.report.sheet_tables import Table, add_table, fitting, table_name, unlike
from energy_model.report.tongue import Tongue

FONT, FONT_SIZE, TITLE_SIZE = "Arial", 11, 16
SMALL_SIZE = 10
"""Of notes below a table and of words in a chart."""
DUST = 1e-7
TWH = "#,##0.0;-#,##0.0;0"
TWH_SIGNED = "+#,##0.0;-#,##0.0;0"
SHARE = "0.0%;-0.0%;0%"
SHARE_SIGNED = "+0.0%;-0.0%;0%"
WHOLE_SHARE = "0%"
PRICE = "#,##0"
PRICE_SIGNED = "+#,##0.0;-#,##0.0;0"
COST = "#,##0.0;-#,##0.0;0"
COST_SIGNED = "+#,##0.0;-#,##0.0;0"
COUNT = "0"
TINY = '0.0E+00;-0.0E+00;"0"'
GENERAL = "General"
DATE = "d mmm yyyy"

FIRST_TABLE_ROW = 4
"""Row (from 0) in which a sheet's first table has its header: title, subtitle, note and a blank line stand above."""
ROW_HEIGHT, LINE_HEIGHT = 15.0, 14.5
"""Of a row with one line, and of each line of words that wrap, in points."""
HEADER_LETTERS = 0.86
"""Letters of a bold head in a column, for each unit of its width."""
COLUMN_PIXELS = 72
"""Of a column of the usual width: a digit of this font at this size is eight pixels wide."""
HEADER_FILL = "#E4E9ED"
INPUT_FILL = "#FFF2CC"
"""Of a cell that a reader may change."""
TOTAL_FILL = "#F4F6F7"
HEAT = ("#FFFFFF", "#FBE3BC", "#EDA04A")

Value = float | int | str | bool | date | None


@dataclass(frozen=True)
class Formula:
    """A formula with the value it has; ``text`` starts with ``=``."""

    text: str
    value: float | str


@dataclass(frozen=True)
class Column:
    """A column of a table: header with unit, number format, width in characters."""

    header: str
    number: str | None = None
    width: float = 9.0
    wrap: bool = False


@dataclass
class Page:
    """A worksheet with a cursor; rows and columns count from 0."""

    book: Book
    sheet: Worksheet
    name: str
    row: int = 0
    one_page: bool = False
    breaks: list[int] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    widths: dict[int, float] = field(default_factory=dict)
    _heads: dict[int, float] = field(default_factory=dict)

    def text(self, row: int, col: int, value: str, **look: Any) -> None:
        """Write words."""
        self.sheet.write_string(row, col, self.book.say(value), self.book.look(**look))

    def put(self, row: int, col: int, value: Value | Formula, **look: Any) -> None:
        """Write a value, or a formula with its value; ``None`` and no number leave an empty cell with the look."""
        form = self.book.look(**look)
        known = value.value if isinstance(value, Formula) else value
        if value is None or (isinstance(known, float) and math.isnan(known)):
            self.sheet.write_blank(row, col, None, form)
        elif isinstance(value, Formula):
            told = fitting(self.book.tongue.formula(value.text), self.name, cell(row, col))
            shown = clean(value.value) if isinstance(value.value, float | int) else self.book.say(value.value)
            self.sheet.write_formula(row, col, told, form, shown)
        elif isinstance(value, str):
            self.sheet.write_string(row, col, self.book.say(value), form)
        elif isinstance(value, bool):
            self.sheet.write_string(row, col, self.book.say("yes" if value else "no"), form)
        elif isinstance(value, date | pd.Timestamp):
            stamp = pd.Timestamp(value).to_pydatetime()
            self.sheet.write_datetime(row, col, stamp, self.book.look(**{"num_format": DATE, **look}))
        else:
            self.sheet.write_number(row, col, clean(float(value)), form)

    def header(self, columns: Sequence[Column], row: int | None = None, left: int = 0) -> int:
        """Write a header row, as high as its words need, and return the row below it; what follows is a table."""
        row = self.row if row is None else row
        heads = unlike([self.book.say(column.header) for column in columns])
        looks = []
        for number, (column, head) in enumerate(zip(columns, heads, strict=True)):
            look = _place(column, number) | {"bg_color": HEADER_FILL, "bottom": 1, "bottom_color": style.MUTED}
            look |= {"bold": True, "text_wrap": True, "valign": "bottom"}
            looks.append(self.book.look(**look))
            self.sheet.write_string(row, left + number, head, looks[-1])
            self.width(left + number, max(column.width, _longest(head)))
        lines = max(
            _lines(head, self.widths[left + number] - (1.0 if number else 0.0)) for number, head in enumerate(heads)
        )
        self._heads[row] = max(self._heads.get(row, 0.0), LINE_HEIGHT * lines + 4.0)
        self.sheet.set_row(row, self._heads[row])
        self.tables.append(Table(row, left, tuple(heads), tuple(looks), row, row))
        self.row = row + 1
        return self.row

    def filter(self) -> None:
        """Give the table under the cursor buttons to filter by."""
        self.tables[-1].filtered = True

    def width(self, col: int, width: float) -> None:
        """Make a column at least this wide."""
        self.widths[col] = max(width, self.widths.get(col, 0.0))
        self.sheet.set_column(col, col, self.widths[col])

    def line(
        self,
        columns: Sequence[Column],
        values: Sequence[Value | Formula],
        *,
        left: int = 0,
        total: bool = False,
        height: float | None = None,
        row: int | None = None,
    ) -> int:
        """Write one row of a table at the cursor; return its row."""
        row = self.row if row is None else row
        for number, (column, value) in enumerate(zip(columns, values, strict=True)):
            look: dict[str, Any] = {"num_format": column.number} if column.number else {"text_wrap": column.wrap}
            look |= _place(column, number) | {"valign": "top" if column.wrap or height else "vcenter"}
            if total:
                look |= {"bold": True, "top": 1, "top_color": style.MUTED, "bg_color": TOTAL_FILL}
            self.put(row, left + number, value, **look)
        if height is not None:
            self.sheet.set_row(row, height)
        self._enter(row, left, total)
        self.row = row + 1
        return row

    def _enter(self, row: int, left: int, total: bool) -> None:
        """Take a row into the table that ends above it."""
        for table in reversed(self.tables):
            if table.left == left and table.end == row - 1:
                table.end = row
                table.last = table.last if total else row
                return

    def chart(self, chart: Chart, row: int, col: int, words: str, **at: int) -> None:
        """Place a chart with words for those who cannot see it."""
        look = {"description": self.book.say(words), "object_position": 2}
        self.sheet.insert_chart(row, col, chart, {"x_offset": 4, "y_offset": 4, **look, **at})

    def bulk(self, columns: Sequence[Column], rows: Sequence[Sequence[Any]], shares: Collection[int] = ()) -> None:
        """Write many rows of words and numbers quickly; no number is an empty cell.

        Parameters
        ----------
        shares : collection of int
            Rows whose numbers are shares of one.
        """
        plain, share = self.book.look(), self.book.look(num_format=SHARE)
        looks = [plain if column.number is None else self.book.look(num_format=column.number) for column in columns]
        for number, values in enumerate(rows):
            for col, value in enumerate(values):
                if isinstance(value, str):
                    self.sheet.write_string(self.row, col, self.book.say(value), plain)
                elif value == value:
                    self.sheet.write_number(self.row, col, value, share if number in shares else looks[col])
            self._enter(self.row, 0, total=False)
            self.row += 1

    def new_page(self) -> None:
        """Begin a new printed page; a blank row keeps the repeated title off what follows."""
        self.breaks.append(self.row)
        self.row += 1

    def heading(self, text: str, note: str = "") -> None:
        """Write a heading inside the sheet at the cursor."""
        self.text(self.row, 0, text, bold=True, font_size=FONT_SIZE + 1, font_color=style.INK)
        self.row += 1
        if note:
            self.text(self.row, 0, note, font_color=style.MUTED, italic=True)
            self.row += 1


def _longest(head: str) -> float:
    """Width of a column in which no word of its head is broken."""
    return max(map(len, re.split(r"[\s-]", head)), default=0) / HEADER_LETTERS + 1.5


def _lines(head: str, width: float) -> int:
    """Lines that a bold head takes in a column; a word that is too long for one is broken."""
    return len(textwrap.wrap(head, max(1, int(width * HEADER_LETTERS)))) or 1


def _place(column: Column, number: int) -> dict[str, Any]:
    """Numbers to the right; words to the left, off the number beside them."""
    if column.number is not None:
        return {"align": "right"}
    return {"align": "left", "indent": 1} if number else {"align": "left"}


def clean(value: float) -> float:
    """A number without numerical noise; no zero is negative."""
    return 0.0 if abs(value) < DUST else value


def sheet_name(text: str) -> str:
    """A text as the name of a sheet: no sign that Excel refuses, at most 31 letters.

    >>> sheet_name("Commonwealth of the Isles: routes [all]")
    'Commonwealth of the Isles routes'
    """
    return "".join(letter for letter in text if letter not in r"[]:*?/\'")[:31].strip()


def share(part: str, whole: str) -> str:
    """Formula of a part of a whole, by their cells; nothing of nothing is 0.

    >>> share("B2", "B9")
    '=IF(B9=0,0,B2/B9)'
    """
    return f"=IF({whole}=0,0,{part}/{whole})"


def cell(row: int, col: int, *, sheet: str | None = None, fixed: bool = False) -> str:
    """Address of a cell, with its sheet if it is another one.

    >>> cell(0, 0), cell(4, 2, sheet="Countries x sectors", fixed=True)
    ('A1', "'Countries x sectors'!$C$5")
    """
    address = xl_rowcol_to_cell(row, col, row_abs=fixed, col_abs=fixed)
    return f"'{sheet}'!{address}" if sheet else address


def span(first: tuple[int, int], last: tuple[int, int]) -> str:
    """Address of a range.

    >>> span((0, 1), (4, 1))
    'B1:B5'
    """
    return f"{xl_rowcol_to_cell(*first)}:{xl_rowcol_to_cell(*last)}"


class Book:
    """An XlsxWriter workbook with the house's formats; closing it writes the file."""

    def __init__(
        self, path: Path, created: date, footer: str, contents: Mapping[str, str], tongue: Tongue | None = None
    ) -> None:
        self.tongue = tongue or Tongue(Language("en", {}))
        """The language of its cells."""
        options = {
            "strings_to_numbers": False,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "tmpdir": str(path.parent),
            "default_format_properties": {"font_name": FONT, "font_size": FONT_SIZE},
            "default_column_width": COLUMN_PIXELS,
        }
        self.workbook = xlsxwriter.Workbook(str(path), options)
        self.contents = contents  # the sheets in their order, and what each holds
        self._sheets = {name: self.workbook.add_worksheet(self.say(name)) for name in contents}
        self._pages: list[Page] = []
        self.created = datetime.combine(created, time())
        self.footer = footer
        self.anchors: dict[str, str] = {}
        """Addresses of cells that other sheets refer to, by name."""
        self.rows: dict[str, tuple[int, int]] = {}
        """First and last row of tables that charts of other sheets show, by key of the sheet."""
        self.keyed: dict[str, Any] = {}
        """Tables (:class:`energy_model.report.workbook.live.Keyed`) that other sheets read from, by sheet."""
        self._looks: dict[tuple[tuple[str, Any], ...], Format] = {}

    def say(self, text: str) -> str:
        """A text of a cell in the language of the workbook."""
        return self.tongue.say(text)

    def link(self, page: Page, row: int, col: int, name: str, look: Format) -> None:
        """A cell that leads to a sheet."""
        page.sheet.write_url(row, col, f"internal:'{self.say(name)}'!A1", look, self.say(name))

    def look(self, **properties: Any) -> Format:
        """Format with the house's font; equal properties give the same object."""
        if "num_format" in properties:
            properties["num_format"] = self.tongue.number_format(properties["num_format"])
        full = {"font_name": FONT, "font_size": FONT_SIZE, "font_color": style.INK, **properties}
        key = tuple(sorted(full.items()))
        if key not in self._looks:
            self._looks[key] = self.workbook.add_format(full)
        return self._looks[key]

    def page(self, name: str, title: str, subtitle: str, note: str = "", *, one_page: bool = False) -> Page:
        """Set a sheet up with title, print layout and footer; the cursor stands at the first table."""
        sheet = self._sheets[name]
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(left=0.45, right=0.45, top=0.45, bottom=0.6)
        sheet.fit_to_pages(1, int(one_page))
        sheet.set_footer(f"&L&8{self.say(self.footer)}&R&8{self.say(name)}, {self.say('page')} &P {self.say('of')} &N")
        sheet.set_default_row(ROW_HEIGHT)
        sheet.repeat_rows(0, 1)
        page = Page(self, sheet, name, one_page=one_page)
        self._pages.append(page)
        page.text(0, 0, title, bold=True, font_size=TITLE_SIZE)
        sheet.set_row(0, 24)
        page.text(1, 0, subtitle, font_color=style.MUTED)
        if note:
            page.text(2, 0, note, font_color=style.MUTED, italic=True)
        page.row = FIRST_TABLE_ROW
        return page

    def freeze(self, page: Page, row: int, col: int, *, one_table: bool = True) -> None:
        """Freeze what lies above and left of a cell; every printed page repeats the header, or the sheet's title."""
        page.sheet.freeze_panes(row, col)
        if one_table:
            page.sheet.repeat_rows(row - 1, row - 1)

    def heat(self, page: Page, first: tuple[int, int], last: tuple[int, int], top: float = 0.5) -> None:
        """Colour shares from white at zero to the colour of unserved demand at ``top``."""
        page.sheet.conditional_format(
            *first,
            *last,
            {
                "type": "3_color_scale",
                "min_type": "num",
                "mid_type": "num",
                "max_type": "num",
                "min_value": 0.0,
                "mid_value": top / 3,
                "max_value": top,
                "min_color": HEAT[0],
                "mid_color": HEAT[1],
                "max_color": HEAT[2],
            },
        )

    def close(self) -> None:
        """Write the file, each table under a name of its own.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        names: set[str] = set()
        for page in self._pages:
            for table in page.tables:
                if table.last > table.top:
                    add_table(page.sheet, table, table_name(self.say(page.name), names))
            if not page.one_page:
                width = width_of(page.tables, page.widths, COLUMN_PIXELS / PIXELS_PER_UNIT)
                keep_under_heads(page.sheet, page.tables, width, page.breaks)
        close_in_words(self.workbook)


def column_letter(col: int) -> str:
    """Letter of a column.

    >>> column_letter(27)
    'AB'
    """
    return str(xl_col_to_name(col))
