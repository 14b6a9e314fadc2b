"""Sheet *Summary*: one screen on any scenario and any country, in any unit, by three cells to choose in."""

from __future__ import annotations

import textwrap

import pandas as pd
from xlsxwriter.chart import Chart

from energy_model.report import facts, style
from energy_model.report.findings import gravest
from energy_model.report.workbook import book as bk
from energy_model.report.workbook import places as pl
from energy_model.report.workbook.assumptions import letters
from energy_model.report.workbook.book import Book, Column, Page
from energy_model.report.workbook.briefing import Briefing
from energy_model.report.workbook.charts import Series, column_chart, line_chart
from energy_model.report.workbook.lists import (
    AT_END,
    BY_MONTH,
    BY_PLACE,
    LISTS,
    PLACE_COLUMN,
    RUN_COLUMN,
    UNIT_COLUMN,
    month_days,
    month_factor,
    set_choice,
    units,
)
from energy_model.report.workbook.live import GAP, Keyed, Live, choice, either, said, spoken, words
from energy_model.report.workbook.scenarios import horizon
from energy_model.report.workbook.sheet import sheet

NAME = "Summary"
LABEL_WIDTH, NUMBER_WIDTH, GUTTER, TEXT_WIDTH = 40.0, 11.5, 2.0, 84.0
TEXT_COLUMN = 6
"""Column of sentences and charts, to the right of the numbers."""
FIRST_LIST_ROW = bk.FIRST_TABLE_ROW + 1
"""Row of the first thing to choose on the sheet of lists."""
CHOICE_ROW = 3
CHOICE_HEIGHT = 33.0
TABLE_ROW = 8
BEHIND_ROW = 35
"""Where the numbers behind the charts begin, below what is printed."""
CHART_WIDTH, CHART_HEIGHT, CHART_ROWS = 680, 250, 13
HINT = "Choose in the three coloured cells: sentences, numbers and charts of this sheet follow."
SHORT = (
    "{place}: {cut} {unit} of gas demand are curtailed by order, {share} % of it, and {reduced} {unit} leave at a price"
    " ({run})."
)
SPARED = "{place}: nobody is curtailed; {reduced} {unit} of gas demand leave at a price ({run})."
WORST = (
    "In the worst month, {month}, {share} % of demand are curtailed. Stores are {filling} % full at their lowest,"
    " {before} % in {base}."
)
CALM = "Stores are {filling} % full at their lowest, {before} % in {base}."
STORELESS = "There is no gas store here that the model knows."
PRICED = (
    "The mean price is {price} EUR/MWh, {before} in {base}. In a shortage it is the cost of cutting the next consumer,"
    " no forecast."
)
RANGED = "Over the ranges of the data, {low} to {high} {unit} are curtailed (found on periods of a month)."
UNRANGED = "No range is known for this choice: sheet Ranges lists those that are."
CUT_TITLE = "{place}: {cut} {unit} curtailed, {share} % in the worst month ({month})"
SPARED_TITLE = "{place}: nobody is curtailed in any month"
STORE_TITLE = "{place}: stores are {filling} % full at their lowest, {before} % in {base}"
STORELESS_TITLE = "{place}: no gas store"
ROWS = (
    (pl.DEMAND, "Demand before prices"),
    (pl.CURTAILED, "Curtailed by order"),
    (pl.SHARE, "Curtailed, share of demand"),
    (pl.MONTH_SHARE, "Curtailed, share in the worst month"),
    (pl.PROTECTED, "Protected customers curtailed"),
    (pl.REDUCED, "Demand that leaves at a price"),
    (pl.PRICE, "Mean price"),
    (pl.FILLING, "Lowest filling of gas stores"),
)


@sheet(
    "summary",
    place=5,
    name=NAME,
    about="one screen on a scenario and a country of your choice: sentences, headline numbers with their range, charts",
    question="What happens in one scenario, to the whole region or to one country?",
    needs=("lists", "by_place", "by_month"),
)
def write_summary(book: Book, briefing: Briefing) -> None:
    """Three choices, four sentences, headline numbers with low and high, two charts."""
    known = f"Data known on {facts.day_name(briefing.as_of)}, vintage {briefing.data.root.name}."
    page = book.page(NAME, briefing.title, f"{horizon(briefing)}. {known}", one_page=True)
    widths = [LABEL_WIDTH, *[NUMBER_WIDTH] * 4, GUTTER, TEXT_WIDTH]
    for col, width in enumerate(widths):
        page.width(col, width)
    chosen = _Chosen(page, briefing)
    _numbers(book, page, briefing, chosen)
    base = briefing.titles[briefing.reference.scenario.id]
    found = _found(book.keyed[BY_PLACE], chosen, words(base), briefing.against)
    _sentences(page, found)
    _charts(book, page, briefing, chosen, found, base)
    page.sheet.print_area(0, 0, BEHIND_ROW - 2, TEXT_COLUMN)


class _Chosen:
    """The three cells to choose in, and what follows from them at once."""

    def __init__(self, page: Page, briefing: Briefing) -> None:
        cut = gravest(briefing.story)
        runs = [briefing.titles[run.scenario.id] for run in briefing.results]
        run = briefing.titles[(cut or briefing.reference).scenario.id]
        places = [place.name for place in briefing.places]
        factors = units(briefing)
        lists = (("Scenario", run, runs, RUN_COLUMN), ("Country or group", places[0], places, PLACE_COLUMN),
                 ("Unit of volumes", "TWh", list(factors), UNIT_COLUMN))  # fmt: skip
        cells = []
        for row, (label, value, names, col) in enumerate(lists, CHOICE_ROW):
            page.text(row, 0, label, bold=True, align="right", valign="vcenter", indent=1)
            cells.append(set_choice(page, row, 1, 4, value, choice(LISTS, FIRST_LIST_ROW, names, col)))
            page.sheet.set_row(row, CHOICE_HEIGHT)
        self.run, self.place, self.unit = cells
        self.key = Live(f'{self.run.text}&"{pl.JOINED}"&{self.place.text}', pl.key(run, places[0]))
        self.factor = factor_of(self.unit, factors)


def factor_of(unit: Live, factors: dict[str, float]) -> Live:
    """Factor of the chosen unit, from the sheet of lists."""
    col, last = UNIT_COLUMN, FIRST_LIST_ROW + len(factors) - 1
    names, numbers = (
        f"'{LISTS}'!{bk.cell(FIRST_LIST_ROW, at, fixed=True)}:{bk.cell(last, at, fixed=True)}" for at in (col, col + 1)
    )
    return Live(f"INDEX({numbers},MATCH({unit.text},{names},0))", factors[str(unit.value)])


def _numbers(book: Book, page: Page, briefing: Briefing, chosen: _Chosen) -> None:
    """Low, central and high of each headline, and the same in the run that others are measured against."""
    table: Keyed = book.keyed[BY_PLACE]
    page.text(TABLE_ROW - 1, 0, HINT, font_color=style.MUTED, italic=True)
    heads = ("Low", "Central", "High", f"In {briefing.against}")
    columns = [Column("Headline (its unit)"), *(Column(head, bk.TWH) for head in heads)]
    page.header(columns, row=TABLE_ROW)
    base = words(briefing.titles[briefing.reference.scenario.id])
    region = words(briefing.places[0].name)
    for what, label in ROWS:
        keys = (chosen.key, Live(f'{base.text}&"{pl.JOINED}"&{chosen.place.text}', _key(base, chosen.place)))
        _headline(page, table, chosen, what, label, keys)
    for what in pl.EVERYWHERE:
        if what == pl.SELLER and not briefing.has_routes:
            continue
        label = f"{briefing.adjective} gas by pipeline to Europe" if what == pl.SELLER else what
        keys = tuple(Live(f'{one.text}&"{pl.JOINED}"&{region.text}', _key(one, region)) for one in (chosen.run, base))  # type: ignore[assignment]
        _headline(page, table, chosen, what, label, keys)
    page.text(page.row, 0, "– not known; low and high over the ranges of the data, on periods of a month.",
              font_color=style.MUTED, italic=True, font_size=bk.SMALL_SIZE)  # fmt: skip


def _key(one: Live, two: Live) -> str:
    return pl.key(str(one.value), str(two.value))


def _headline(page: Page, table: Keyed, chosen: _Chosen, what: str, label: str, keys: tuple[Live, Live]) -> None:
    """A row of the table; volumes in the unit chosen."""
    unit, mine, base = pl.UNITS[what], keys[0], keys[1]
    is_volume = unit == "TWh"
    sides = [
        table.find(mine, f"{what}, {end}") if f"{what}, {end}" in table.frame else None for end in (pl.LOW, pl.HIGH)
    ]
    low, high = (one or words("–") for one in sides)
    cells = [low, table.find(mine, what), high, table.find(base, what)]
    cells = [one.times(chosen.factor) for one in cells] if is_volume else cells
    number = bk.SHARE if unit == "%" else bk.PRICE if what == pl.PRICE else bk.TWH
    columns = [Column(""), *(Column("", number) for _ in cells)]
    name = said("{label} ({unit})", {"label": words(label), "unit": chosen.unit if is_volume else words(unit)})
    page.line(columns, [name.formula, *(one.formula for one in cells)])


def _found(table: Keyed, chosen: _Chosen, base: Live, against: str) -> dict[str, Live]:
    """Parts of sentences on the choice; numbers as they are said, and some as numbers to decide by."""
    before = Live(f'{base.text}&"{pl.JOINED}"&{chosen.place.text}', _key(base, chosen.place))

    def volume(what: str) -> Live:
        return table.find(chosen.key, what).times(chosen.factor)

    def percent(what: str, at: Live = chosen.key) -> Live:
        return table.find(at, what).times(Live("100", 100.0))

    return {
        "place": chosen.place, "run": chosen.run, "unit": chosen.unit, "base": words(against),
        "cut": spoken(volume(pl.CURTAILED)), "reduced": spoken(volume(pl.REDUCED)),
        "share": spoken(percent(pl.SHARE)), "month": table.find(chosen.key, pl.WORST),
        "month_share": spoken(percent(pl.MONTH_SHARE)),
        "filling": spoken(percent(pl.FILLING)), "before": spoken(percent(pl.FILLING, before)),
        "price": spoken(table.find(chosen.key, pl.PRICE)), "price_before": spoken(table.find(before, pl.PRICE)),
        "low": spoken(volume(f"{pl.CURTAILED}, {pl.LOW}")), "high": spoken(volume(f"{pl.CURTAILED}, {pl.HIGH}")),
        "cut_twh": table.find(chosen.key, pl.CURTAILED), "least": table.find(chosen.key, pl.FILLING),
        "low_twh": table.find(chosen.key, f"{pl.CURTAILED}, {pl.LOW}"),
    }  # fmt: skip


def _is_cut(found: dict[str, Live], yes: Live, no: Live) -> Live:
    cut = found["cut_twh"]
    return either(f"N({cut.text})>{facts.SEEN_TWH:g}", cut.number > facts.SEEN_TWH, yes, no)


def _has(one: Live, yes: Live, no: Live) -> Live:
    return either(f"ISNUMBER({one.text})", isinstance(one.value, float), yes, no)


def _sentences(page: Page, found: dict[str, Live]) -> None:
    """Four sentences, each in one cell, to the right of the choices."""
    monthly = found | {"share": found["month_share"]}
    worst = _has(found["least"], _is_cut(found, said(WORST, monthly), said(CALM, found)), words(STORELESS))
    ranged = _has(found["low_twh"], said(RANGED, found), words(UNRANGED))
    priced = said(PRICED, found | {"before": found["price_before"]})
    first = _is_cut(found, said(SHORT, found), said(SPARED, found))
    for row, one in enumerate((first, worst, priced, ranged), CHOICE_ROW):
        bold = row == CHOICE_ROW
        page.put(row, TEXT_COLUMN, one.formula, text_wrap=True, valign="vcenter", bold=bold)
    page.sheet.set_row(CHOICE_ROW + 3, bk.LINE_HEIGHT * len(textwrap.wrap(UNRANGED, letters(TEXT_WIDTH))) + 4.0)


def _charts(
    book: Book, page: Page, briefing: Briefing, chosen: _Chosen, found: dict[str, Live], base: str
) -> None:  # fmt: skip
    """Cuts by month, and gas in store beside that of the run that others are measured against."""
    monthly = found | {"share": found["month_share"]}
    titles = (
        _is_cut(found, said(CUT_TITLE, monthly), said(SPARED_TITLE, found)),
        _has(found["least"], said(STORE_TITLE, found), said(STORELESS_TITLE, found)),
    )
    page.row = BEHIND_ROW - 1
    page.heading("Behind the charts")
    for title in titles:
        page.put(page.row, 0, title.formula)
        page.row += 1
    at = [f"='{NAME}'!{bk.cell(page.row - 2 + number, 0, fixed=True)}" for number in range(2)]
    first, months = _behind(book, page, briefing, chosen, base)
    last = first + months - 1
    colours = (style.UNSERVED, style.SHORTFALL_COLOURS[1])
    cuts = [
        Series(name, [NAME, first, 0, last, 0], [NAME, first, col, last, col], colour)
        for col, (name, colour) in enumerate(zip(("Curtailed by order", "Leaves at a price"), colours, strict=True), 1)
    ]
    stock = [
        Series(name, [NAME, first, 0, last + 1, 0], [NAME, first, col, last + 1, col], colour)
        for name, col, colour in ((base, 4, style.IDLE), (f"='{NAME}'!{chosen.run.text}", 3, style.INK))
    ]
    charts: list[Chart] = [
        column_chart(book, at[0], cuts, stacked=True),
        line_chart(book, at[1], stock, max=1, num_format="0%"),
    ]
    said_of = [str(title.value) for title in titles]
    for number, (chart, told) in enumerate(zip(charts, said_of, strict=True)):
        chart.set_size({"width": CHART_WIDTH, "height": CHART_HEIGHT})
        alt = f"{told}. By month; the numbers stand below, under Behind the charts."
        page.chart(chart, TABLE_ROW - 1 + CHART_ROWS * number, TEXT_COLUMN, alt)


def _behind(book: Book, page: Page, briefing: Briefing, chosen: _Chosen, base: str) -> tuple[int, int]:
    """Numbers of the charts by month, and of stores at the end; the row of the first month, and how many there are."""
    table: Keyed = book.keyed[BY_MONTH]
    columns = [
        Column("Month"),
        Column("Curtailed by order (unit chosen)", bk.TWH),
        Column("Leaves at a price (unit chosen)", bk.TWH),
        Column("In store (%)", bk.SHARE),
        Column(f"In store, {base} (%)"[:60], bk.SHARE),
    ]
    first = page.header(columns)

    def at(run: Live, what: str) -> Live:
        text = f'{run.text}&"{pl.JOINED}"&{chosen.place.text}&"{pl.JOINED}{what}"'
        return Live(text, pl.key(str(run.value), str(chosen.place.value), what))

    days = month_days(briefing)
    for number, (month, count) in enumerate(days.items()):
        name = facts.month_name(month)
        factor = month_factor(chosen.unit, chosen.factor, FIRST_LIST_ROW + number, count)
        cells = [table.find(at(chosen.run, what), name).times(factor) for what in (pl.CURTAILED, pl.REDUCED)]
        cells += [table.find(at(run, pl.STORED), name, GAP) for run in (chosen.run, words(base))]
        page.line(columns, [pd.Timestamp(f"{month}-01").date(), *(cell.formula for cell in cells)])
        page.put(page.row - 1, 0, pd.Timestamp(f"{month}-01"), num_format="mmm yyyy", align="left")
    end = [table.find(at(run, pl.STORED), AT_END, GAP) for run in (chosen.run, words(base))]
    page.line(columns, [None, None, None, *(cell.formula for cell in end)])
    page.put(page.row - 1, 0, facts.period_ends(briefing.reference)[-1], num_format="mmm yyyy", align="left")
    hidden = {"type": "errors", "format": book.workbook.add_format({"font_color": style.PAPER})}
    page.sheet.conditional_format(first, 3, page.row - 1, 4, hidden)
    return first, len(days)
