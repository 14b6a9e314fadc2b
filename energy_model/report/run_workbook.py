"""The workbook of one run: what was asked, what came out, month by month, and whether it may be trusted.

Kept apart from the briefing so that a run pays for no chart and no figure.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from energy_model.errors import OutputError
from energy_model.files import Workplace, reason, replacing_file
from energy_model.report import facts
from energy_model.report.closing import close_in_words
from energy_model.report.ledger_rows import PAST_HEADS, past_cells
from energy_model.report.onepage.language import Language
from energy_model.report.run_sentences import run_sentences
from energy_model.report.sheet_printing import keep_under_heads
from energy_model.report.sheet_tables import Table
from energy_model.report.tongue import Tongue
from energy_model.results.band import SIGNS, Band
from energy_model.results.checks import CHECKS, failed, run_checks
from energy_model.results.headline import SHARE, headline_list, headline_values
from energy_model.results.run import Results
from energy_model.results.store import write_run
from energy_model.validate.ledger import Ledger

LINE_CHARACTERS = 150
"""Letters of a line of words, which reach over the columns of :data:`WORDS_OVER`."""
NOTE_CHARACTERS = 66
"""Letters of a line of a note on a measure."""
LINE_HEIGHT = 15.0
NUMBER, PERCENT = "#,##0.0;-#,##0.0;0", "0.0%;-0.0%;0%"
NUMBERS = {SHARE: PERCENT}
"""Number format of a unit; others have one decimal."""
FONT = {"font_name": "Arial", "font_size": 11, "font_color": "#1F2A33"}
HEAD_FILL = "#E4E9ED"
WIDTHS = (52.0, 16.0, 15.0, 15.0, 15.0, 36.0, 36.0, 15.0, 15.0)
WORDS_OVER = 6
"""Last column over which a sentence reaches."""
NO_MEASURE = "No measure is in force: prices and supply are as the data have them."
HEAD_LETTERS = 0.86
"""Letters of a bold head in a column, for each unit of its width."""


def write_run_workbook(
    results: Results,
    path: Path,
    bands: Mapping[str, Band] | None = None,
    said: Sequence[str] | None = None,
    past: Ledger | None = None,
    tongue: Tongue | None = None,
) -> Path:
    """Write the workbook of a run: sheets *Summary*, *Measures*, *By month* and *Checks*; same run, same bytes.

    With a ledger there is a sheet *Past months* too.

    Parameters
    ----------
    bands : mapping, optional
        Low, central and high of headlines by key, where they are known.
    said : sequence of str, optional
        Sentences of the summary; default is :func:`run_sentences`.
    past : Ledger, optional
        Each month beside those observed.
    tongue : Tongue, optional
        Its language, in which ``said`` is; default is English. Notes of the data stay in theirs.

    Raises
    ------
    OutputError
        If the file cannot be written; an earlier one is untouched.
    """
    with replacing_file(path) as part:
        book = _Book(part, results, tongue or Tongue(Language("en", {})))
        _summary(book, results, bands or {}, list(map(book.say, run_sentences(results))) if said is None else said)
        _measures(book, results)
        _months(book, results)
        if past is not None:
            _past_months(book, past)
        _checks(book, results)
        close_in_words(book.file)
    return path


def save_run(
    results: Results,
    out: Path,
    bands: Mapping[str, Band] | None = None,
    said: Sequence[str] | None = None,
    past: Ledger | None = None,
    *,
    told: Results | None = None,
    tongue: Tongue | None = None,
) -> tuple[Path, Path]:
    """Write the tables of a run to ``out/results/ID`` and its workbook to ``out/run_ID.xlsx``, both or none.

    Parameters
    ----------
    bands, said, past, tongue
        As :func:`write_run_workbook` takes them.
    told : Results, optional
        The run as the workbook tells it, about another seller than the tables.

    Raises
    ------
    OutputError
        If they cannot be written; earlier ones are untouched.
    """
    name = results.scenario.id
    folder, workbook = out / "results" / name, out / f"run_{name}.xlsx"
    with Workplace(out) as work:
        tables, book = work.path / "tables", work.path / workbook.name
        try:
            tables.mkdir()
            write_run(results, tables)
            write_run_workbook(told or results, book, bands, said, past, tongue)
            work.publish({tables: folder, book: workbook})
        except OSError as error:
            raise OutputError(f"cannot write to {out}: {reason(error)}; earlier results are untouched") from error
    return folder, workbook


class _Book:
    """A workbook with three looks: title, heading of a column, and numbers by format."""

    def __init__(self, path: Path, results: Results, tongue: Tongue) -> None:
        self.tongue, self.say = tongue, tongue.say
        options = {"strings_to_formulas": False, "strings_to_urls": False, "tmpdir": str(path.parent)}
        self.file = xlsxwriter.Workbook(str(path), options)
        created = datetime.combine(results.scenario.as_of, time())
        self.file.set_properties(
            {"title": self.say(results.scenario.title), "author": "energy-model", "created": created}
        )
        self.title = self.file.add_format({**FONT, "font_size": 16, "bold": True})
        self.text = self.file.add_format(FONT)
        self.words = self.file.add_format({**FONT, "text_wrap": True, "valign": "top"})
        look = {**FONT, "bold": True, "text_wrap": True, "bottom": 1, "valign": "bottom", "bg_color": HEAD_FILL}
        self.heads = [self.file.add_format({**look, "align": side}) for side in ("left", "right")]
        known = facts.day_name(results.scenario.as_of)
        self.source = f"Source: own model calculation, data known on {known}, data package {results.data_digest[:12]}"
        self.looks: dict[str, Any] = {}

    def sheet(self, name: str, title: str) -> Worksheet:
        """A sheet with its title, to be printed on A4 one page wide."""
        name = self.say(name)
        sheet = self.file.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.45, right=0.45, top=0.45, bottom=0.6)
        sheet.set_footer(f"&L&8{self.say(self.source)}&R&8{name}, {self.say('page')} &P {self.say('of')} &N")
        sheet.repeat_rows(0)
        sheet.set_row(0, 24)
        sheet.hide_gridlines(2)
        sheet.write_string(0, 0, self.say(title), self.title)
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        return sheet

    def number(self, look: str) -> Any:
        """Format of a number."""
        if look not in self.looks:
            self.looks[look] = self.file.add_format({**FONT, "num_format": self.tongue.number_format(look)})
        return self.looks[look]

    def sentences(self, sheet: Worksheet, told: Sequence[str], first: int = 1) -> int:
        """Sentences in the language, below the title, each in one cell over the columns; the row below the last."""
        for row, sentence in enumerate(told, first):
            sheet.merge_range(row, 0, row, WORDS_OVER, sentence, self.words)
            sheet.set_row(row, LINE_HEIGHT * max(1, len(textwrap.wrap(sentence, LINE_CHARACTERS))) + 3.0)
        return len(told) + first

    def header(self, sheet: Worksheet, row: int, heads: Sequence[str]) -> None:
        """Headings of columns, as high as their words need, over numbers to the right."""
        said = [self.say(head) for head in heads]
        for column, head in enumerate(heads):
            is_number = (column > 0 and head.endswith(")")) or head.endswith("on months") or "must be" in head
            sheet.write_string(row, column, said[column], self.heads[is_number])
        lines = [len(textwrap.wrap(head, int(HEAD_LETTERS * width))) for head, width in zip(said, WIDTHS, strict=False)]
        sheet.set_row(row, LINE_HEIGHT * max(lines) + 4.0)

    def put(self, sheet: Worksheet, row: int, column: int, value: object, look: str = NUMBER) -> None:
        """A cell; nothing for a missing value."""
        if isinstance(value, date):
            sheet.write_datetime(row, column, datetime.combine(value, time()), self.number("d mmm yyyy"))
        elif isinstance(value, int | float):
            if value == value:
                sheet.write_number(row, column, float(value), self.number(look))
        elif value is not None:
            sheet.write_string(row, column, self.say(str(value)), self.text)


def _summary(book: _Book, results: Results, bands: Mapping[str, Band], said: Sequence[str]) -> None:
    scenario, periods = results.scenario, results["periods"]
    sheet = book.sheet("Summary", scenario.title)
    span = f"{facts.day_name(periods['start'].min())} to {facts.day_name(periods['end'].max())}"
    known = f"data known on {facts.day_name(scenario.as_of)}, data package {results.data_digest[:12]}"
    lines = [f"{span}, in periods of a {scenario.resolution.replace('_', ' ')}; {known}; {results.status}."]
    row = book.sentences(sheet, [*map(book.say, lines), *said]) + 1
    heads = ["Headline", "Value (in its unit)"]
    if bands:
        heads += ["Low, on months", "Central, on months", "High, on months", "Lowest with", "Highest with"]
    book.header(sheet, row, heads)
    values = headline_values(results)
    for place, one in enumerate(headline_list(results), row + 1):
        look = NUMBERS.get(one.unit, NUMBER)
        book.put(sheet, place, 0, one.label + (f" ({SIGNS[SHARE]})" if one.unit == SHARE else ""))
        book.put(sheet, place, 1, values[one.key], look)
        band = bands.get(one.key)
        if band is not None:
            for column, value in enumerate((band.low, band.central, band.high), 2):
                book.put(sheet, place, column, value, look)
            book.put(sheet, place, 5, band.low_from)
            book.put(sheet, place, 6, band.high_from)
    sheet.freeze_panes(1, 1)


def _measures(book: _Book, results: Results) -> None:
    sheet = book.sheet("Measures", f"What happens in '{results.scenario.title}'")
    start = book.sentences(sheet, [book.say(" ".join(results.scenario.description.split()))]) + 1
    if not results.scenario.in_force:
        book.sentences(sheet, [book.say(NO_MEASURE)], start)
        return
    book.header(sheet, start, ["Measure", "From (date)", "Until (date)", "Announced (date)", "Ramp (days)", "Note"])
    for row, measure in enumerate(results.scenario.in_force, start + 1):
        words = measure.headline
        cells = (words[:1].upper() + words[1:], measure.start, measure.end, measure.announced, measure.ramp_days)
        for column, value in enumerate(cells):
            book.put(sheet, row, column, value, "0")
        lines = textwrap.wrap(measure.note or "", NOTE_CHARACTERS)
        if lines:
            sheet.merge_range(row, len(cells), row, WORDS_OVER, book.say(measure.note or ""), book.words)
            sheet.set_row(row, LINE_HEIGHT * len(lines) + 3.0)


def _months(book: _Book, results: Results) -> None:
    labels = results.labels
    sheet = book.sheet("By month", "Month by month")
    row, tables = 2, []
    for name, nodes in facts.places(results).items():
        asked = ("demand", "curtailed", "reduced")
        table = pd.DataFrame({stat: results.statistics[stat]("month", node=sorted(nodes)) for stat in asked})
        price = facts.monthly_price(results, nodes)
        filling = facts.filling_at_month_ends(results, nodes)
        heads = [f"{name}, month", "Demand (TWh)", "Curtailed (TWh)", "Reduced at a price (TWh)", "Curtailed (%)"]
        heads += ["Mean price (EUR/MWh)", "Filling on the first of the month (%)"]
        book.header(sheet, row, heads)
        tables.append(Table(row, 0, tuple(heads), (), row + len(table), row + len(table)))
        for month, values in table.iterrows():
            row += 1
            first = pd.Timestamp(f"{month}-01")
            book.put(sheet, row, 0, facts.month_name(str(month)))
            for column, amount in enumerate(values, 1):
                book.put(sheet, row, column, float(amount))
            whole = float(values["demand"])
            book.put(sheet, row, 4, float(values["curtailed"]) / whole if whole > 0.0 else float("nan"), PERCENT)
            book.put(sheet, row, 5, float(price.get(month, float("nan"))))
            book.put(sheet, row, 6, float(filling.get(first, float("nan"))), PERCENT)
        row += 3
    gas = facts.supplier_routes(results).pivot_table(index="month", columns="route", values="twh", fill_value=0.0)
    lng = results.statistics.lng("month")
    heads = ["Supply, month", f"{labels.adjective(results.nodes)} gas by pipeline (TWh)", "LNG (TWh)"]
    book.header(sheet, row, heads)
    tables.append(Table(row, 0, tuple(heads), (), row + len(gas), row + len(gas)))
    keep_under_heads(sheet, tables, sum(WIDTHS[:7]))
    for month in gas.index:
        row += 1
        book.put(sheet, row, 0, facts.month_name(str(month)))
        book.put(sheet, row, 1, float(gas.loc[month].sum()))
        book.put(sheet, row, 2, float(lng.get(month, 0.0)))


def _past_months(book: _Book, past: Ledger) -> None:
    sheet = book.sheet("Past months", "Each month beside the same month of the years before")
    start = book.sentences(sheet, [book.say(past.words)]) + 1
    book.header(sheet, start, list(PAST_HEADS))
    rest = past.table[past.table["outside"] == ""]
    for row, record in enumerate([*past.outside.to_dict("records"), *rest.to_dict("records")], start + 1):
        for column, value in enumerate(past_cells(past, record)):
            book.put(sheet, row, column, value, "#,##0.00" if column in (2, 3, 4) else "0")
    sheet.autofilter(start, 0, start + len(past.table), len(PAST_HEADS) - 1)
    sheet.freeze_panes(start + 1, 1)
    sheet.repeat_rows(start)


def _checks(book: _Book, results: Results) -> None:
    values = run_checks(results)
    wrong = failed(values)
    says = f"{len(wrong)} CHECKS FAIL: do not use" if wrong else "All checks hold: what must be 0 is 0"
    sheet = book.sheet("Checks", says)
    book.header(sheet, 2, ["Check", "Value, must be 0", "Tolerance"])
    for row, (name, limit) in enumerate(CHECKS, 3):
        for column, value in enumerate((name, values[name], limit)):
            book.put(sheet, row, column, value, "0.0E+00")
    for row, (name, version) in enumerate(results.versions.items(), len(CHECKS) + 5):
        book.put(sheet, row, 0, name)
        book.put(sheet, row, 1, version)
