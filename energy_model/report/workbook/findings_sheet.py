"""Sheet *Findings*: what the runs say in sentences, and one chart."""

from __future__ import annotations

import re
import textwrap

from energy_model.report import facts
from energy_model.report.workbook import book as bk
from energy_model.report.workbook import places as pl
from energy_model.report.workbook.assumptions import letters
from energy_model.report.workbook.book import Book, Page
from energy_model.report.workbook.briefing import Briefing
from energy_model.report.workbook.charts import Series, bar_chart
from energy_model.report.workbook.lists import BY_PLACE
from energy_model.report.workbook.live import Keyed, Live, words
from energy_model.report.workbook.scenarios import PRICE_NOTE, horizon
from energy_model.report.workbook.sheet import sheet
from energy_model.report.workbook.summary import Chosen, in_words, parts_of, sentences

WIDTH = 122.0
CHART_PIXELS, BAR_PIXELS, EDGE_PIXELS = 900, 26, 110


@sheet(
    "findings",
    place=20,
    name="Findings",
    about="findings in sentences, and what is curtailed in every scenario",
    question="What should one take away from the scenarios as a whole?",
    needs=("scenarios", "by_place"),
)
def write_findings(book: Book, briefing: Briefing) -> None:
    """A cell for each sentence, and bars of what is curtailed."""
    page = book.page(
        "Findings",
        f"{briefing.title}: findings",
        f"{horizon(briefing)}. Data known on {facts.day_name(briefing.as_of)}.",
        PRICE_NOTE,
        one_page=True,
    )
    page.width(0, WIDTH)
    for sentence in briefing.findings if book.tongue.is_plain else _told(book, briefing):
        words = _together(sentence)
        page.text(page.row, 0, words, text_wrap=True, valign="top")
        page.sheet.set_row(page.row, bk.LINE_HEIGHT * len(textwrap.wrap(words, letters(WIDTH))) + 8.0)
        page.row += 1
    _bars(book, page, briefing)


def _told(book: Book, briefing: Briefing) -> list[str]:
    """The sentences of the summary on the region and the country in focus, for each run shown in detail."""
    table: Keyed = book.keyed[BY_PLACE]
    base, unit, one = words(briefing.titles[briefing.reference.scenario.id]), words("TWh"), Live("1", 1.0)
    found = []
    for name in briefing.telling:
        for place in briefing.places[:2]:
            run = briefing.titles[name]
            chosen = Chosen(words(run), words(place.name), unit, words(pl.key(run, place.name)), one)
            told = in_words(parts_of(table, chosen, base, briefing), book.tongue.signs)
            parts = sentences(book.say, told)
            has_range = isinstance(table.find(chosen.key, f"{pl.CURTAILED}, {pl.LOW}").value, float)
            found.append(" ".join(str(part.value) for part in parts[: 4 if has_range else 3]))
    return found


def _together(sentence: str) -> str:
    """Numbers and their units on one line."""
    return re.sub(r"(?<=\d) (?=%|TWh|EUR)", "\u00a0", sentence)


def _bars(book: Book, page: Page, briefing: Briefing) -> None:
    """What is curtailed in each scenario, read from the sheet of all of them."""
    cut = briefing.numbers["region_curtailed"]
    first, last = book.rows["scenarios"]
    col = 1 + [metric.key for metric in briefing.metrics].index("region_curtailed")
    worst = str(cut.idxmax())
    title = f"{briefing.region}: nobody is curtailed, whatever happens"
    if cut[worst] > facts.SEEN_TWH:
        title = f"{briefing.region}: most is curtailed in '{briefing.titles[worst]}', {cut[worst]:,.0f} TWh"
    one = Series("Curtailed", ["Scenarios", first, 0, last, 0], ["Scenarios", first, col, last, col])
    chart = bar_chart(book, title, one, float(cut.max()))
    chart.set_size({"width": CHART_PIXELS, "height": EDGE_PIXELS + BAR_PIXELS * (last - first + 1)})
    said = "; ".join(f"{briefing.titles[str(name)]} {value:,.0f}" for name, value in cut.items())
    page.chart(chart, page.row, 0, f"{title}. Bars, TWh: {said}.")
