"""Sheet *Country*: where the gas of a country of one's choice comes from, who goes without, month by month."""

from __future__ import annotations

import pandas as pd

from energy_model.report import facts, style
from energy_model.report.workbook import book as bk
from energy_model.report.workbook import places as pl
from energy_model.report.workbook.book import Book, Column, Page
from energy_model.report.workbook.briefing import Briefing
from energy_model.report.workbook.charts import COLOURED, Series, column_chart, line_chart
from energy_model.report.workbook.lists import (
    AT_END,
    BY_MONTH,
    BY_PLACE,
    BY_SOURCE,
    LISTS,
    MONTH_COLUMN,
    PLACE_COLUMN,
    RATE,
    UNIT_COLUMN,
    month_days,
    month_factor,
    set_choice,
    units,
)
from energy_model.report.workbook.live import DASH, GAP, Keyed, Live, choice, either, said, spoken, words
from energy_model.report.workbook.sheet import sheet
from energy_model.report.workbook.summary import FIRST_LIST_ROW, factor_of
from energy_model.results import substitution as sub

NAME = "Country"
LABEL_WIDTH, NUMBER_WIDTH, GUTTER = 42.0, 14.0, 2.0
CHOICE_ROW = 3
CHART_WIDTH, CHART_HEIGHT, CHART_ROWS = 620, 330, 18
BLANK = Live('""', "")
"""In place of a source that the place does not have."""
CUT = "{place}: most is curtailed in '{run}', {cut} {unit}, {share} % of demand"
SPARED = "{place}: nobody is curtailed in any scenario shown here"
STOCK = "{place}: stores are {filling} % full at their lowest in any scenario shown, {before} % in {base}"
STORELESS = "{place}: no gas store"


@sheet(
    "country",
    place=50,
    name=NAME,
    about="a country of your choice: balance, cuts by sector and month, gas in store, price",
    question="What happens to one country, and where does its gas come from?",
    needs=("lists", "by_place", "by_month", "by_source"),
)
def write_country(book: Book, briefing: Briefing) -> None:
    """Balance, cuts by sector, months and charts of a place that the reader chooses, for the runs shown in detail."""
    page = book.page(
        NAME,
        "One country: where the gas comes from and who goes without",
        "Choose in the coloured cells. Net by neighbour as measured at the border; gas of several origins crosses it.",
    )
    asked = _Sheet(book, page, briefing)
    page.row = CHOICE_ROW + 3
    asked.balance()
    asked.headlines()
    asked.sectors()
    page.new_page()
    cut = asked.months("Curtailed by month", pl.CURTAILED, bk.TWH)
    stock = asked.months("Gas in store on the first of the month", pl.STORED, bk.SHARE)
    page.new_page()
    asked.months("Mean price by month", pl.PRICE, bk.PRICE)
    asked.charts(cut, stock)


class _Sheet:
    """The sheet while it is written: what is chosen, and the runs across."""

    def __init__(self, book: Book, page: Page, briefing: Briefing) -> None:
        self.book, self.page, self.briefing = book, page, briefing
        self.runs = [briefing.titles[run.scenario.id] for run in briefing.main]
        self.sources: Keyed = book.keyed[BY_SOURCE]
        names = [place.name for place in briefing.places]
        focus = names[1] if len(names) > 1 else names[0]
        factors = units(briefing)
        page.width(0, LABEL_WIDTH)
        for col in range(1, len(self.runs) + 1):
            page.width(col, NUMBER_WIDTH)
        page.width(len(self.runs) + 1, GUTTER)
        for row, label in enumerate(("Country or group", "Unit of volumes"), CHOICE_ROW):
            page.text(row, 0, label, bold=True, align="right", indent=1)
        wide = min(2, len(self.runs))
        self.place = set_choice(page, CHOICE_ROW, 1, wide, focus, choice(LISTS, FIRST_LIST_ROW, names, PLACE_COLUMN))
        self.unit = set_choice(
            page, CHOICE_ROW + 1, 1, wide, "TWh", choice(LISTS, FIRST_LIST_ROW, list(factors), UNIT_COLUMN)
        )
        self.factor = factor_of(self.unit, factors)
        self.name = focus

    def heads(self, first: str, unit: str, number: str) -> list[Column]:
        """A column of words, and one for each run."""
        return [Column(first), *(Column(f"{run} ({unit})", number) for run in self.runs)]

    def row_of(self, name: str) -> Live:
        """Key of a row of the place chosen."""
        return Live(f'{self.place.text}&"{pl.JOINED}{name}"', pl.key(self.name, name))

    def balance(self) -> None:
        """Sources, their sum, what is done without, demand, and a row that must be zero."""
        page, columns = self.page, self.heads("Balance over the horizon", "unit chosen", bk.TWH)
        first = page.header(columns)
        self.book.freeze(page, CHOICE_ROW + 2, 1, one_table=False)
        for number in range(1, self._most() + 1):
            self._source(columns, self.row_of(str(number)))
        last = page.row - 1
        sums = []
        for col in range(1, len(columns)):
            area = bk.span((first, col), (last, col))
            sums.append(Live(f"SUM({area})", self._sum(col)))
        total = page.line(columns, ["Gas used (sum)", *(one.formula for one in sums)], total=True)
        rows: dict[str, int] = {}
        for group, label in ((sub.VOLUNTARY, "Leaves at a price"), (sub.CURTAILED, "Curtailed by order"),
                             (sub.DEMAND, "Demand before prices")):  # fmt: skip
            key = self.row_of(group)
            cells = [self.sources.find(key, run).times(self.factor).formula for run in self.runs]
            rows[group] = page.line(columns, [label, *cells])
        self.cut_row = rows[sub.CURTAILED]
        gap = []
        for col, run in enumerate(self.briefing.main, 1):
            up = "+".join(bk.cell(row, col) for row in (total, rows[sub.VOLUNTARY], rows[sub.CURTAILED]))
            gap.append(Live(f"ROUND({up}-{bk.cell(rows[sub.DEMAND], col)},6)", 0.0).formula)
            self.book.anchors[f"country|{run.scenario.id}"] = bk.cell(page.row, col, sheet=page.name, fixed=True)
        page.line(columns, ["Check: must be 0", *gap], total=True)
        page.row += 1

    def headlines(self) -> None:
        """Share curtailed, price and lowest filling of the place in each run."""
        page, table = self.page, self.book.keyed[BY_PLACE]
        columns = self.heads("Headlines", "in its unit", bk.TWH)
        page.header(columns)
        self.rows: dict[str, int] = {}
        for what, number in ((pl.SHARE, bk.SHARE), (pl.FILLING, bk.SHARE), (pl.PRICE, bk.PRICE)):
            keys = [Live(f'"{run}{pl.JOINED}"&{self.place.text}', pl.key(run, self.name)) for run in self.runs]
            shown = [columns[0], *(Column(one.header, number) for one in columns[1:])]
            label = f"{'Curtailed, share of demand' if what == pl.SHARE else what} ({pl.UNITS[what]})"
            self.rows[what] = page.line(shown, [label, *(table.find(key, what).formula for key in keys)])
        page.row += 1

    def _most(self) -> int:
        """Largest number of sources that any place has."""
        ends = [str(name).rpartition(pl.JOINED)[2] for name in self.sources.frame.index]
        return max(int(end) for end in ends if end.isdigit())

    def _sum(self, col: int) -> float:
        """Sum of the sources of the place chosen in one run."""
        mine = [
            self.sources.frame[self.runs[col - 1]].get(self.row_of(str(n)).value) for n in range(1, self._most() + 1)
        ]
        return bk.clean(self.factor.number * sum(float(value) for value in mine if value is not None))

    def _source(self, columns: list[Column], key: Live) -> None:
        label = self.sources.find(key, "label", BLANK)
        cells = [self.sources.find(key, run, BLANK).times(self.factor) for run in self.runs]
        self.page.line(columns, [label.formula, *(one.formula for one in cells)])

    def sectors(self) -> None:
        """Curtailed share of each sector's demand."""
        page = self.page
        columns = self.heads("Curtailed by sector, of its demand", "%", bk.SHARE)
        first = page.header(columns)
        for name in facts.SECTOR_NAMES.values():
            page.line(columns, [name, *(self.sources.find(self.row_of(name), run).formula for run in self.runs)])
        self.book.heat(page, (first, 1), (page.row - 1, len(self.runs)))
        page.row += 1

    def months(self, title: str, what: str, number: str) -> tuple[int, int]:
        """A quantity by month in each run; first and last row."""
        page, table = self.page, self.book.keyed[BY_MONTH]
        is_volume, stored = pl.UNITS[what] == "TWh", what == pl.STORED
        unit = "unit chosen" if is_volume else pl.UNITS[what]
        columns = self.heads(title, unit, number)
        first = page.header(columns)
        keys = [
            Live(f'"{run}{pl.JOINED}"&{self.place.text}&"{pl.JOINED}{what}"', pl.key(run, self.name, what))
            for run in self.runs
        ]
        days = month_days(self.briefing)
        none = GAP if stored else DASH
        for row, (month, count) in enumerate(days.items(), FIRST_LIST_ROW):
            cells = [table.find(key, facts.month_name(month), none) for key in keys]
            if is_volume:
                factor = month_factor(self.unit, self.factor, row, count)
                cells = [cell.times(factor) for cell in cells]
            self._month(columns, pd.Timestamp(f"{month}-01"), cells)
        if stored:
            cells = [table.find(key, AT_END, none) for key in keys]
            self._month(columns, facts.period_ends(self.briefing.reference)[-1], cells)
        last = page.row - 1
        if what == pl.CURTAILED:
            self._total(columns, first, last, keys, days)
        page.row += 1
        return first, last

    def _month(self, columns: list[Column], day: pd.Timestamp, cells: list[Live]) -> None:
        row = self.page.line(columns, [None, *(cell.formula for cell in cells)])
        self.page.put(row, 0, day, num_format="mmm yyyy", align="left")

    def _total(self, columns: list[Column], first: int, last: int, keys: list[Live], days: dict[str, int]) -> None:
        """Total of the months, of a rate their mean."""
        table, count = self.book.keyed[BY_MONTH].frame, sum(days.values())
        ends = (FIRST_LIST_ROW, FIRST_LIST_ROW + len(days) - 1)
        spans = f"'{LISTS}'!" + ":".join(bk.cell(row, MONTH_COLUMN + 1, fixed=True) for row in ends)
        cells = []
        for col, key in enumerate(keys, 1):
            area = bk.span((first, col), (last, col))
            twh = sum(float(table.loc[key.value, facts.month_name(month)]) for month in days)
            text = f'IF({self.unit.text}="{RATE}",SUMPRODUCT({area},{spans})/{count},SUM({area}))'
            cells.append(Live(text, bk.clean(twh * self.factor.number)).formula)
        self.page.line(columns, ["Total, of a rate the mean", *cells], total=True)

    def charts(self, cut: tuple[int, int], stock: tuple[int, int]) -> None:
        """Cuts by month and gas in store, beside the tables, under titles that say what they show."""
        page, count, side = self.page, len(self.runs), len(self.runs) + 2
        shown = [self.briefing.titles[name] for name in self.briefing.telling]
        colours = dict(zip(shown[:COLOURED], style.SCENARIO_COLOURS, strict=False))
        at = {run: number for number, run in enumerate(self.runs, 1)}

        def series(rows: tuple[int, int], names: list[str]) -> list[Series]:
            first, last = rows
            return [
                Series(run, [NAME, first, 0, last, 0], [NAME, first, at[run], last, at[run]], colours.get(run))
                for run in names
            ]

        titles = (self._cut_title(), self._stock_title())
        for number, title in enumerate(titles, CHOICE_ROW):
            page.put(number, side, title.formula, bold=True)
        cells = [f"='{NAME}'!{bk.cell(CHOICE_ROW + number, side, fixed=True)}" for number in range(2)]
        charts = (
            column_chart(self.book, cells[0], series(cut, shown[1:COLOURED] or shown[:1])),
            line_chart(self.book, cells[1], series(stock, shown), max=1, num_format="0%"),
        )
        for number, (chart, title) in enumerate(zip(charts, titles, strict=True)):
            chart.set_size({"width": CHART_WIDTH, "height": CHART_HEIGHT})
            words_ = f"{title.value}. By month, from the tables of this sheet; {count} scenarios."
            page.chart(chart, CHOICE_ROW + 3 + CHART_ROWS * number, side, words_)

    def _values(self, what: str) -> list[float]:
        frame = self.book.keyed[BY_PLACE].frame[what]
        return [float(frame[pl.key(run, self.name)]) for run in self.runs]

    def _cut_title(self) -> Live:
        """In which run most is curtailed."""
        say, signs = self.book.say, self.book.tongue.signs
        key = str(self.row_of(sub.CURTAILED).value)
        cut, shares = [float(self.sources.frame.loc[key, run]) for run in self.runs], self._values(pl.SHARE)
        area, row = (bk.span((at, 1), (at, len(self.runs))) for at in (self.cut_row, self.rows[pl.SHARE]))
        place = cut.index(max(cut))
        most = Live(f"MAX({area})", bk.clean(self.factor.number * cut[place]))
        at = f"MATCH({most.text},{area},0)"
        run = Live(f"CHOOSE({at},{','.join(words(run).text for run in self.runs)})", self.runs[place])
        share = Live(f"100*INDEX({row},{at})", 100.0 * shares[place])
        parts = {
            "place": self.place,
            "run": run,
            "unit": self.unit,
            "cut": spoken(most, signs),
            "share": spoken(share, signs),
        }
        is_cut = most.number > facts.SEEN_TWH
        return either(f"{most.text}>{facts.SEEN_TWH:g}", is_cut, said(say(CUT), parts), said(say(SPARED), parts))

    def _stock_title(self) -> Live:
        """How full stores are at their lowest."""
        say, signs = self.book.say, self.book.tongue.signs
        row, values = self.rows[pl.FILLING], self._values(pl.FILLING)
        area, none = bk.span((row, 1), (row, len(self.runs))), said(say(STORELESS), {"place": self.place})
        has = values[0] == values[0]
        least = Live(f"100*MIN({area})", 100.0 * min(values) if has else 0.0)
        before = Live(f"100*N({bk.cell(row, 1)})", 100.0 * values[0] if has else 0.0)
        parts = {"place": self.place, "filling": spoken(least, signs), "before": spoken(before, signs)}
        parts["base"] = words(say(self.briefing.against))
        return either(f"COUNT({area})>0", has, said(say(STOCK), parts), none)
