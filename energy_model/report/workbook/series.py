"""Sheets *Storage* and *Prices*: month by month."""

from __future__ import annotations

import pandas as pd

from energy_model.report import facts
from energy_model.report.workbook import book as bk
from energy_model.report.workbook.book import Book, Column, Formula, Page
from energy_model.report.workbook.briefing import Briefing
from energy_model.report.workbook.charts import Series, line_chart
from energy_model.report.workbook.scenarios import PRICE_NOTE
from energy_model.report.workbook.sheet import sheet
from energy_model.results.compare import country_totals
from energy_model.units import show_energy

MARK_KINDS = {"legal": "by law", "customary": "customary", "end_level": "season floor"}
SHOWN_TWH = 0.05
CHART_WIDTH, CHART_HEIGHT, LEAST_CHART_HEIGHT, ROW_PIXELS = 1060, 300, 190, 20
ROWS_BESIDE_A_CHART = 15
"""Months above a chart of full height on one printed page; each further one takes a row of it."""


@sheet(
    "storage",
    place=90,
    name="Storage",
    about="gas in store against legal and customary levels",
    question="Are the stores full enough, and which levels are missed?",
)
def write_storage(book: Book, briefing: Briefing) -> None:
    """Filling month by month for the region and the country in focus, and what is missing to each target."""
    page = book.page(
        "Storage",
        "Gas in store against targets",
        "Filling on the morning of the day, % of working gas volume. Observed: GIE AGSI+, to the day of the vintage.",
        "A missed target is a choice at a price, not an error: cutting consumers can be worse than missing a level.",
    )
    runs = list(briefing.main)
    book.freeze(page, page.row, 1, one_table=False)
    for name, nodes in facts.places(briefing.reference).items():
        columns = [Column(f"{name}, filling on", width=24.0)]
        columns += [Column(f"{briefing.titles[run.scenario.id]} (%)", bk.SHARE, 14.0) for run in runs]
        columns.append(Column("Observed (%)", bk.SHARE, 14.0))
        first = page.header(columns)
        series = [*(facts.filling_at_month_ends(run, nodes) for run in runs), _observed(briefing, nodes)]
        table = pd.concat([one.reindex(series[0].index) for one in series], axis=1)
        for day, values in zip(table.index, table.to_numpy(), strict=True):
            page.line(columns, [day, *map(float, values)])
            page.put(page.row - 1, 0, day, align="left")
        book.anchors[f"storage {name} rows"] = f"{first}:{page.row - 1}"
        title = _storage_title(briefing, name, dict(zip((run.scenario.id for run in runs), series, strict=False)))
        chart = line_chart(book, title, _lines(briefing, page.name, first, page.row - 1), max=1, num_format="0%")
        chart.set_size({"width": CHART_WIDTH, "height": _chart_height(page.row - first)})
        page.chart(chart, page.row + 1, 0, f"{title}. By month, from the table above.")
        page.row += -(-_chart_height(page.row - first) // ROW_PIXELS) + 2
        page.new_page()
    _targets(page, briefing)


def _observed(briefing: Briefing, nodes: frozenset[str]) -> pd.Series:
    """Month-start observations up to the day of the vintage; no number where there is none."""
    filled = briefing.data["storage_filling"]
    filled = filled[filled["date"] <= pd.Timestamp(briefing.as_of)]
    places = sorted(set(briefing.reference["storage"]["node"].astype(str)) & nodes)
    first = briefing.reference["periods"]["start"].iloc[0]
    filled = filled[filled["date"] >= first]
    return facts.observed_filling(filled, places, facts.working_gas_gwh(briefing.reference, nodes))


def _targets(page: Page, briefing: Briefing) -> None:
    """Levels asked for and what each scenario lacks on the day."""
    runs = list(briefing.main)
    page.heading(
        "What is missing to each level",
        "Countries that always reach their level are under 'others'. Season floor: what must be left at the end.",
    )
    columns = [
        Column("Country"),
        Column("Day (date)", bk.DATE),
        Column("Kind", width=14.0),
        Column("Level asked for (TWh)", bk.TWH),
    ]
    columns += [Column(f"Missing: {briefing.titles[run.scenario.id]} (TWh)", bk.TWH) for run in runs]
    for col in range(len(columns)):
        page.width(col, 14.0)
    page.header(columns)
    names = facts.country_names(briefing.reference)
    country_of = briefing.reference.nodes.set_index("node")["country"]
    ids = [run.scenario.id for run in runs]
    parts = [run["targets"].set_index("target")["missing_gwh"].rename(run.scenario.id) for run in runs]
    table = runs[0]["targets"].set_index("target")[["kind", "node", "date", "target_gwh"]].join(parts)
    numbers = ["target_gwh", *ids]
    table[numbers] = show_energy(table[numbers]).map(bk.clean)
    table["name"] = table["node"].map(country_of).map(names)
    table = table.groupby(["date", "kind", "name"], observed=True)[numbers].sum().reset_index()
    for (day, kind), rows in table.groupby(["date", "kind"], sort=True):
        short = rows[rows[ids].max(axis=1) > SHOWN_TWH]
        met = rows.drop(index=short.index)[numbers].sum()
        start, words = page.row, MARK_KINDS.get(kind, kind)
        for record in short.to_dict("records"):
            page.line(columns, [record["name"], day, words, *[float(record[key]) for key in numbers]])
        if short.empty:
            page.line(columns, ["All", day, words, *map(float, met)], total=True)
            continue
        page.line(columns, [f"others ({len(rows) - len(short)})", day, words, *map(float, met)])
        sums = [
            Formula(f"=SUM({bk.span((start, col), (page.row - 1, col))})", float(rows[key].sum()))
            for col, key in enumerate(numbers, 3)
        ]
        page.line(columns, ["All", day, words, *sums], total=True)


@sheet(
    "prices",
    place=100,
    name="Prices",
    about="prices by month and country",
    question="What does gas cost, where and when?",
)
def write_prices(book: Book, briefing: Briefing) -> None:
    """Monthly prices of the country and the region in focus, and means by country."""
    page = book.page(
        "Prices", "Prices by month and country", "Wholesale price by the model, demand-weighted.", PRICE_NOTE
    )
    runs = list(briefing.main)
    months = facts.months_of(runs)
    known = _known_prices(briefing)
    book.freeze(page, page.row, 1, one_table=False)
    for name, nodes in reversed(facts.places(briefing.reference).items()):
        columns = [Column(f"{name}, month", width=26.0)]
        columns += [Column(f"{briefing.titles[run.scenario.id]} (EUR/MWh)", bk.PRICE, 14.0) for run in runs]
        columns += [Column(f"{head} (EUR/MWh)", bk.PRICE, 14.0) for head in known]
        first = page.header(columns)
        series = [*(facts.monthly_price(run, nodes) for run in runs), *known.values()]
        for month in months:
            values = [float(one[month]) if month in one.index else None for one in series]
            page.line(columns, [facts.month_name(month), *values])
        mine = dict(zip((run.scenario.id for run in runs), series, strict=False))
        _price_chart(book, page, briefing, name, mine, first, page.row - 1)
        page.row += -(-_chart_height(page.row - first) // ROW_PIXELS) + 2
        page.new_page()
    _country_prices(page, briefing)


def _known_prices(briefing: Briefing) -> dict[str, pd.Series]:
    """Forward and LNG reference prices as known on the day of the vintage, by month."""
    table, roles = briefing.data["prices"], briefing.data.storyline.prices
    heads = {roles.forward: "Hub forward, input", roles.lng: "LNG reference, input"}
    found = {}
    for series, head in heads.items():
        mine = table[table["series"] == series]
        if len(mine):
            found[head] = mine.set_index(mine["month"].dt.strftime("%Y-%m"))["price_eur_per_mwh"]
    return found


def _chart_height(rows: int) -> int:
    """Pixels of a chart below so many rows, so that both stand on one printed page."""
    return max(LEAST_CHART_HEIGHT, CHART_HEIGHT - ROW_PIXELS * max(0, rows - ROWS_BESIDE_A_CHART))


def _lines(briefing: Briefing, sheet: str, first: int, last: int) -> list[Series]:
    """A line for each run shown in detail, from a table with a column for each; the most grave ones have colours."""
    by_id = {run.scenario.id: number for number, run in enumerate(briefing.main, 1)}
    return [
        Series(briefing.titles[name], [sheet, first, 0, last, 0], [sheet, first, by_id[name], last, by_id[name]])
        for name in briefing.telling
    ]


def _storage_title(briefing: Briefing, name: str, fillings: dict[str, pd.Series]) -> str:
    """How full stores are at their lowest, in the gravest of the runs and in the one they are measured against."""
    base = briefing.reference.scenario.id
    least = {key: float(one.min()) for key, one in fillings.items() if one.notna().any()}
    if base not in least:
        return f"{name}: there is no gas store"
    worst = min(least, key=lambda key: least[key])
    title = f"{name}: stores are {least[worst]:.0%} full at their lowest"
    return title if worst == base else f"{title} in '{briefing.titles[worst]}', {least[base]:.0%} in {briefing.against}"


def _price_chart(
    book: Book, page: Page, briefing: Briefing, name: str, prices: dict[str, pd.Series], first: int, last: int
) -> None:
    base = float(prices[briefing.reference.scenario.id].max())
    worst = max(prices, key=lambda key: float(prices[key].max()))
    month = facts.month_name(str(prices[worst].idxmax()))
    title = f"{name}: the price reaches {prices[worst].max():,.0f} EUR/MWh in '{briefing.titles[worst]}' ({month})"
    if worst != briefing.reference.scenario.id:
        title += f", {base:,.0f} in {briefing.against}"
    chart = line_chart(book, title, _lines(briefing, page.name, first, last))
    chart.set_size({"width": CHART_WIDTH, "height": _chart_height(last - first + 1)})
    page.chart(chart, page.row + 1, 0, f"{title}. By month, from the table above.")


def _country_prices(page: Page, briefing: Briefing) -> None:
    """Mean over the horizon by country, then the same above the reference."""
    runs = list(briefing.main)
    prices = pd.DataFrame({run.scenario.id: country_totals(run)["mean_price_eur_per_mwh"] for run in runs})
    names, inside = facts.country_names(briefing.reference), facts.countries(briefing.reference, briefing.nodes)
    countries = sorted(prices.index, key=lambda code: (code not in inside, names[code]))
    page.heading("Mean over the horizon by country, weighted by demand")
    columns = [Column("Country")] + [Column(f"{briefing.titles[run.scenario.id]} (EUR/MWh)", bk.PRICE) for run in runs]
    first = page.header(columns)
    for code in countries:
        page.line(columns, [names[code], *map(float, prices.loc[code])])
    page.row += 1
    page.new_page()
    page.heading(f"The same above {briefing.against}")
    columns = [columns[0], *[Column(column.header, bk.PRICE_SIGNED) for column in columns[1:]]]
    page.header(columns)
    for number, code in enumerate(countries):
        values = prices.loc[code].to_numpy(float)
        rises = [
            Formula(f"={bk.cell(first + number, 1 + i)}-{bk.cell(first + number, 1)}", float(value - values[0]))
            for i, value in enumerate(values)
        ]
        page.line(columns, [names[code], *rises])
