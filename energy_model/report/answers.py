"""Answers as a workbook and as plain text: one sheet per question, in the form every answer has."""

from __future__ import annotations

import math
import os
import re
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from pathlib import Path

import pandas as pd

from energy_model.errors import ResultError
from energy_model.files import replacing_file
from energy_model.impact.answer import Answer
from energy_model.impact.study import Study
from energy_model.report import facts
from energy_model.report.answer_charts import ROWS_OF_A_CHART, draw
from energy_model.report.sheet_printing import page_points
from energy_model.report.tongue import Tongue
from energy_model.report.workbook import book as bk
from energy_model.report.workbook.book import Book, Column, Page
from energy_model.scenario import notes

COVER = "Cover"
LINE_CHARACTERS = 165
"""Characters of body text on one line of a printed page."""
WORD_WIDTHS = (9.0, 46.0)
"""Narrowest and widest column of words, in characters."""
NUMBER_WIDTH = 12.5
NO_ROWS = "There is nothing to list here: no row has anything in it."


@dataclass(frozen=True)
class Unit:
    """How a column with a unit is shown: words for the unit, number format."""

    words: str
    number: str


UNITS: dict[str, Unit] = {
    "gwh_per_day": Unit("GWh/d", bk.TWH),
    "eur_per_mwh": Unit("EUR/MWh", bk.TWH),
    "mwh_per_meur": Unit("MWh per m EUR", "#,##0"),
    "eur_bn": Unit("bn EUR", "#,##0.00;-#,##0.00;0"),
    "eur_m": Unit("m EUR", "#,##0"),
    "eur_per_eur": Unit("EUR per EUR", "#,##0.00"),
    "percent": Unit("%", bk.TWH),
    "points": Unit("percentage points", "0.0;-0.0;0"),
    "share": Unit("%", bk.SHARE),
    "gwh": Unit("GWh", "#,##0"),
    "twh": Unit("TWh", bk.TWH),
    "hhi": Unit("0 to 1", "0.000"),
    "days": Unit("days", bk.TWH),
    "correlation": Unit("-1 to 1", "0.00"),
}
"""Endings of column names and what they mean; the longest that fits counts."""


def unit_of(name: str) -> str | None:
    """Ending of a column name that is a unit.

    >>> unit_of("curtailed_twh"), unit_of("share"), unit_of("country")
    ('twh', 'share', None)
    """
    fits = [ending for ending in UNITS if name == ending or name.endswith(f"_{ending}")]
    return max(fits, key=len, default=None)


def heading(name: str) -> str:
    """Column name as a reader sees it.

    >>> heading("curtailed_twh"), heading("country"), heading("sigma_0.04_share")
    ('Curtailed (TWh)', 'Country', 'Sigma 0.04 (%)')
    """
    ending = unit_of(name)
    if ending is None:
        return _spoken(name)
    stem = name.removesuffix(ending).removesuffix("_")
    return f"{_spoken(stem or ending)} ({UNITS[ending].words})"


def _spoken(name: str) -> str:
    words = name.replace("_", " ").strip()
    for plain, proper in {"lng": "LNG", "gdp": "GDP", "hhi": "HHI", "twh": "TWh"}.items():
        words = words.replace(plain, proper)
    words = re.sub(r"\b[a-z]{2,}\d+\b", lambda code: code[0].upper(), words)
    return words[:1].upper() + words[1:]


@dataclass(frozen=True)
class Occasion:
    """What a workbook of answers is about: its title, what is compared, and from which data.

    Attributes
    ----------
    title, subtitle : str
        Of the cover.
    short : str
        Under the question of every sheet.
    description : str
        A paragraph on the cover.
    as_of : date
        Day up to which the data are known.
    digest : str
        Of the data package.
    notes : tuple of str
        What a reader must know about the inputs; on the cover.
    """

    title: str
    subtitle: str
    short: str
    description: str
    as_of: date
    digest: str
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, study: Study) -> Occasion:
        """The occasion of a study."""
        scenario, baseline = study.scenario, study.baseline
        days = f"{facts.day_name(scenario.horizon.start)} to {facts.day_name(scenario.horizon.end)}"
        return cls(
            title=f"What it means: {scenario.title}",
            subtitle=f"Scenario '{scenario.title}', measured against '{baseline.title}'; {days}, periods of a"
            f" {facts.PERIOD_NOUNS[scenario.resolution]}",
            short=f"{scenario.title}, against {baseline.title}. {study.subject.said}",
            description=scenario.description,
            as_of=scenario.as_of,
            digest=study.data.digest,
            notes=notes(study.scenario, study.data),
        )


def write_answers(
    answers: Sequence[Answer], about: Study | Occasion, path: str | os.PathLike[str], tongue: Tongue | None = None
) -> Path:
    """Write a workbook with a cover and one sheet per answer; the same answers give the same bytes.

    Parameters
    ----------
    tongue : Tongue, optional
        Its language; default is English. What a language has no words for stays in English.

    Raises
    ------
    ResultError
        If there is no answer, or two have one name.
    OutputError
        If the file cannot be written; an earlier one is untouched.
    """
    names = [answer.name for answer in answers]
    if not names or len({name.lower() for name in [COVER, *names]}) <= len(names):
        raise ResultError(f"a workbook of answers needs some, each under a name of its own; got {', '.join(names)}")
    target = Path(path)
    with replacing_file(target) as part:
        _write(answers, about if isinstance(about, Occasion) else Occasion.of(about), part, tongue)
    return target


def in_words(answer: Answer, width: int = 100) -> str:
    """Question, paragraph and caveats as plain text."""
    lines = [answer.question, textwrap.fill(answer.words, width)]
    lines += [textwrap.fill(caveat, width, initial_indent="- ", subsequent_indent="  ") for caveat in answer.caveats]
    return "\n".join(lines)


def _write(answers: Sequence[Answer], occasion: Occasion, path: Path, tongue: Tongue | None) -> None:
    known = facts.day_name(occasion.as_of)
    footer = f"Source: own model calculation, data known on {known}, data package {occasion.digest[:12]}"
    contents = {COVER: ""} | {answer.name: answer.question for answer in answers}
    book = Book(path, occasion.as_of, footer, contents, tongue)
    book.workbook.set_properties({"title": book.say(occasion.title), "author": "energy-model", "created": book.created})
    _cover(book, answers, occasion)
    for answer in answers:
        _sheet(book, answer, occasion)
    book.close()


def _cover(book: Book, answers: Sequence[Answer], occasion: Occasion) -> None:
    page = book.page(COVER, occasion.title, occasion.subtitle)
    page.width(0, 26.0)
    page.width(1, 120.0)
    _lines(page, occasion.description)
    for note in occasion.notes:
        _lines(page, f"Note: {note}")
    page.row += 1
    columns = [Column("Sheet", width=26.0), Column("Question and answer", width=120.0)]
    page.header(columns)
    for answer in answers:
        look = book.look(font_color="#1F66B8", underline=1, valign="top")
        book.link(page, page.row, 0, answer.name, look)
        page.text(page.row, 1, answer.question, bold=True)
        page.row += 1
        text = textwrap.wrap(book.tongue.paragraph(answer.words), LINE_CHARACTERS - 35)
        page.sheet.write_string(page.row, 1, "\n".join(text), book.look(text_wrap=True, valign="top"))
        page.sheet.set_row(page.row, bk.LINE_HEIGHT * len(text) + 4)
        page.row += 1


def _sheet(book: Book, answer: Answer, occasion: Occasion) -> None:
    page = book.page(answer.name, answer.question, occasion.short)
    page.row -= 1
    _lines(page, answer.words)
    page.row += 1
    if not answer.applies:
        return
    above = page.row
    page.row += ROWS_OF_A_CHART * bool(answer.pictures)
    tops: dict[str, int] = {}
    long = _long_tables(answer)
    for captions in ([caption for caption in answer.tables if caption not in long], long):
        _tables(page, answer, captions, tops)
        for place, picture in enumerate(answer.pictures):
            if picture.table in captions and not answer[picture.table].empty:
                draw(page, picture, answer[picture.table], tops[picture.table], (above, place))
        if captions is not long:
            _after(page, answer)


def _long_tables(answer: Answer) -> list[str]:
    """Tables longer than a printed page, the longest last: its heads can be repeated if nothing follows it."""
    columns = [[_column(str(name), table[name]).width for name in table] for table in answer.tables.values()]
    room = page_points(sum(max(widths) for widths in zip_longest(*columns, fillvalue=0.0)))
    lengths = {
        caption: bk.ROW_HEIGHT * (2 + sum(map(_lines_of, table.itertuples(index=False, name=None))))
        for caption, table in answer.tables.items()
    }
    return sorted((caption for caption, points in lengths.items() if points > room), key=lambda one: lengths[one])


def _tables(page: Page, answer: Answer, captions: Sequence[str], tops: dict[str, int]) -> None:
    for caption in captions:
        page.heading(caption)
        tops[caption] = page.row + 1
        if answer.tables[caption].empty:
            page.text(page.row, 0, NO_ROWS)
            page.row += 1
        else:
            _table(page, answer.tables[caption])
        page.row += 1


def _after(page: Page, answer: Answer) -> None:
    """What a reader must know of the numbers."""
    page.heading("How it is computed")
    _lines(page, answer.method)
    page.row += 1
    page.heading("What it does not say")
    for caveat in answer.caveats:
        _lines(page, f"– {caveat}")
    if answer.sources:
        page.row += 1
        _lines(page, f"Sources besides the model: {', '.join(answer.sources)} (sheet Sources of the briefing).")
    page.row += 1


def _lines(page: Page, text: str) -> None:
    for line in textwrap.wrap(page.book.tongue.paragraph(" ".join(text.split())), LINE_CHARACTERS):
        page.sheet.write_string(page.row, 0, line, page.book.look())
        page.row += 1


def _table(page: Page, table: pd.DataFrame) -> None:
    columns = [_column(str(name), table[name], page.book.say) for name in table.columns]
    page.header(columns)
    for record in table.itertuples(index=False, name=None):
        values = [_value(value) for value in record]
        needed = _lines_of([page.book.say(value) if isinstance(value, str) else value for value in values])
        page.line(columns, values, height=bk.LINE_HEIGHT * needed if needed > 1 else None)


def _lines_of(values: Sequence[object]) -> int:
    """Lines that the words of a row take."""
    return max((math.ceil(len(value) / WORD_WIDTHS[1]) for value in values if isinstance(value, str)), default=1)


def _column(name: str, values: pd.Series, say: Callable[[str], str] = str) -> Column:
    ending = unit_of(name)
    if ending is not None:
        return Column(heading(name), UNITS[ending].number, NUMBER_WIDTH)
    if pd.api.types.is_bool_dtype(values):
        return Column(heading(name), width=WORD_WIDTHS[0])
    if pd.api.types.is_datetime64_any_dtype(values):
        return Column(heading(name), bk.DATE, NUMBER_WIDTH)
    if pd.api.types.is_integer_dtype(values):
        return Column(heading(name), "#,##0", NUMBER_WIDTH)
    if pd.api.types.is_float_dtype(values) and len(values):
        raise ResultError(f"column {name!r} holds numbers without a unit; end its name in one of {', '.join(UNITS)}")
    longest = max([len(say(str(value))) for value in values] + [len(say(heading(name)))], default=0)
    width = min(max(longest + 1.0, WORD_WIDTHS[0]), WORD_WIDTHS[1])
    return Column(heading(name), width=width, wrap=longest > WORD_WIDTHS[1])


def _value(value: object) -> bk.Value:
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, float | int | str | bool):
        return value
    if isinstance(value, pd.Timestamp):
        return date(value.year, value.month, value.day)
    return float(value) if hasattr(value, "__float__") else str(value)
