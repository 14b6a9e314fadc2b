"""Sheet *Summary*: one screen on any scenario and any country, in any unit, by three cells to choose in."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass

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
    "{place}: {cut} {unit} of gas demand are curtailed by order, {share} % of it, and {reduced} {unit} leave at a"
    " price, {reduced_before} in {base} ({run})."
)
SPARED = (
    "{place}: nobody is curtailed; {reduced} {unit} of gas demand leave at a price, {reduced_before} in {base} ({run})."
)
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
    chosen = _chosen(page, briefing)
    _numbers(book, page, briefing, chosen)
    base = briefing.titles[briefing.reference.scenario.id]
    found = _in_cells(page, parts_of(book.keyed[BY_PLACE], chosen, words(base), briefing))
    found = in_words(found, briefing.tongue.signs)
    _sentences(page, found)
    _charts(book, page, briefing, chosen, found, base)
    page.sheet.print_area(0, 0, BEHIND_ROW - 2, TEXT_COLUMN)


@dataclass(frozen=True)
class Chosen:
    """What is chosen: a scenario, a place and a unit; the key of the first two, and the factor of the unit."""

    run: Live
    place: Live
    unit: Live
    key: Live
    factor: Live


def _chosen(page: Page, briefing: Briefing) -> Chosen:
    """The three cells to choose in, and what follows from them at once."""
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
    chosen, place, unit = cells
    key = Live(f'{chosen.text}&"{pl.JOINED}"&{place.text}', pl.key(run, places[0]))
    return Chosen(chosen, place, unit, key, factor_of(unit, factors))


def factor_of(unit: Live, factors: dict[str, float]) -> Live:
    """Factor of the chosen unit, from the sheet of lists."""
    col, last = UNIT_COLUMN, FIRST_LIST_ROW + len(factors) - 1
    names, numbers = (
        f"'{LISTS}'!{bk.cell(FIRST_LIST_ROW, at, fixed=True)}:{bk.cell(last, at, fixed=True)}" for at in (col, col + 1)
    )
    return Live(f"INDEX({numbers},MATCH({unit.text},{names},0))", factors[str(unit.value)])


def _numbers(book: Book, page: Page, briefing: Briefing, chosen: Chosen) -> None:
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


def _headline(page: Page, table: Keyed, chosen: Chosen, what: str, label: str, keys: tuple[Live, Live]) -> None:
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
    say = page.book.say
    name = said(
        "{label} ({unit})", {"label": words(say(label)), "unit": chosen.unit if is_volume else words(say(unit))}
    )
    page.line(columns, [name.formula, *(one.formula for one in cells)])


def parts_of(table: Keyed, chosen: Chosen, base: Live, briefing: Briefing) -> dict[str, Live]:
    """Parts of sentences on the choice: words and numbers, see :func:`in_words`."""
    before = Live(f'{base.text}&"{pl.JOINED}"&{chosen.place.text}', _key(base, chosen.place))

    def volume(what: str, at: Live = chosen.key) -> Live:
        return table.find(at, what).times(chosen.factor)

    def percent(what: str, at: Live = chosen.key) -> Live:
        return table.find(at, what).times(Live("100", 100.0))

    return {
        "place": chosen.place, "run": chosen.run, "unit": chosen.unit,
        "base": words(briefing.tongue.say(briefing.against)),
        "cut": volume(pl.CURTAILED), "reduced": volume(pl.REDUCED), "reduced_before": volume(pl.REDUCED, before),
        "share": percent(pl.SHARE), "month": table.find(chosen.key, pl.WORST), "month_share": percent(pl.MONTH_SHARE),
        "filling": percent(pl.FILLING), "before": percent(pl.FILLING, before),
        "price": table.find(chosen.key, pl.PRICE), "price_before": table.find(before, pl.PRICE),
        "low": volume(f"{pl.CURTAILED}, {pl.LOW}"), "high": volume(f"{pl.CURTAILED}, {pl.HIGH}"),
        "cut_twh": table.find(chosen.key, pl.CURTAILED), "least": table.find(chosen.key, pl.FILLING),
        "low_twh": table.find(chosen.key, f"{pl.CURTAILED}, {pl.LOW}"),
    }  # fmt: skip


WORDS = ("place", "run", "unit", "base", "month")
TO_DECIDE = ("cut_twh", "least", "low_twh")
"""Parts that are words, and those by which a sentence is chosen; all others are numbers that sentences say."""


def in_words(found: dict[str, Live], signs: Mapping[int, int]) -> dict[str, Live]:
    """The parts with their numbers as sentences say them."""
    return {name: part if name in (*WORDS, *TO_DECIDE) else spoken(part, signs) for name, part in found.items()}


def _in_cells(page: Page, found: dict[str, Live]) -> dict[str, Live]:
    """The parts, each looked up once in a cell of its own below what is printed, and read from there."""
    columns = [Column("Part of the sentences"), Column("What it says", width=NUMBER_WIDTH)]
    page.text(BEHIND_ROW - 1, TEXT_COLUMN, "Behind the sentences", bold=True, font_size=bk.FONT_SIZE + 1)
    row = page.header(columns, row=BEHIND_ROW + 2, left=TEXT_COLUMN)
    kept = {}
    for number, (name, part) in enumerate(found.items(), row):
        page.line(columns, [facts.as_written(name), part.formula], left=TEXT_COLUMN, row=number)
        kept[name] = Live(bk.cell(number, TEXT_COLUMN + 1, fixed=True), part.value)
    return kept


def _is_cut(found: dict[str, Live], yes: Live, no: Live) -> Live:
    cut = found["cut_twh"]
    return either(f"N({cut.text})>{facts.SEEN_TWH:g}", cut.number > facts.SEEN_TWH, yes, no)


def _has(one: Live, yes: Live, no: Live) -> Live:
    return either(f"ISNUMBER({one.text})", isinstance(one.value, float), yes, no)


def _sentences(page: Page, found: dict[str, Live]) -> None:
    """Four sentences, each in one cell, to the right of the choices."""
    for row, one in enumerate(sentences(page.book.say, found), CHOICE_ROW):
        bold = row == CHOICE_ROW
        page.put(row, TEXT_COLUMN, one.formula, text_wrap=True, valign="vcenter", bold=bold)
    page.sheet.set_row(CHOICE_ROW + 3, bk.LINE_HEIGHT * len(textwrap.wrap(UNRANGED, letters(TEXT_WIDTH))) + 4.0)


def sentences(say: Callable[[str], str], found: dict[str, Live]) -> list[Live]:
    """What is cut, when it is worst, the price, and the range, each as a sentence."""
    monthly = found | {"share": found["month_share"]}
    worst = _has(
        found["least"], _is_cut(found, said(say(WORST), monthly), said(say(CALM), found)), words(say(STORELESS))
    )
    ranged = _has(found["low_twh"], said(say(RANGED), found), words(say(UNRANGED)))
    priced = said(say(PRICED), found | {"before": found["price_before"]})
    first = _is_cut(found, said(say(SHORT), found), said(say(SPARED), found))
    return [first, worst, priced, ranged]


def _charts(
    book: Book, page: Page, briefing: Briefing, chosen: Chosen, found: dict[str, Live], base: str
) -> None:  # fmt: skip
    """Cuts by month, and gas in store beside that of the run that others are measured against."""
    say, monthly = book.say, found | {"share": found["month_share"]}
    titles = (
        _is_cut(found, said(say(CUT_TITLE), monthly), said(say(SPARED_TITLE), found)),
        _has(found["least"], said(say(STORE_TITLE), found), said(say(STORELESS_TITLE), found)),
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


def _behind(book: Book, page: Page, briefing: Briefing, chosen: Chosen, base: str) -> tuple[int, int]:
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
