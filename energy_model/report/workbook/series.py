"""Sheets *Storage* and *Prices*: month by month."""

from __future__ import annotations

import pandas as pd

from energy_model.report import facts, style
from energy_model.report.workbook import book as bk
from energy_model.report.workbook.book import Book, Column, Formula, Page
from energy_model.report.workbook.briefing import Briefing
from energy_model.report.workbook.scenarios import PRICE_NOTE, storage_chart
from energy_model.report.workbook.sheet import sheet
from energy_model.results.compare import country_totals
from energy_model.units import show_energy

MARK_KINDS = {"legal": "by law", "customary": "customary", "end_level": "season floor"}
SHOWN_TWH = 0.05
CHART_ROWS = 19
CHART_HEIGHT, LEAST_CHART_HEIGHT, ROW_PIXELS = 290, 190, 20
ROWS_BESIDE_A_CHART = 15
"""Months above a chart of full height on one printed page; each further one takes a row of it."""
LNG_REFERENCE, FORWARD = "lng_reference", "ttf_forward"


@sheet(
    "storage",
    place=90,
    name="Storage",
    about="gas in store against legal and customary levels",
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
        first = page.header(columns, height=38)
        series = [*(facts.filling_at_month_ends(run, nodes) for run in runs), _observed(briefing, nodes)]
        table = pd.concat([one.reindex(series[0].index) for one in series], axis=1)
        for day, values in zip(table.index, table.to_numpy(), strict=True):
            page.line(columns, [day, *map(float, values)])
            page.put(page.row - 1, 0, day, align="left")
        book.anchors[f"storage {name} rows"] = f"{first}:{page.row - 1}"
        chart = storage_chart(book, briefing, name, first, page.row - 1)
        chart.set_size({"width": 960, "height": _chart_height(page.row - first)})
        page.sheet.insert_chart(page.row + 1, 0, chart, {"object_position": 2})
        page.row += CHART_ROWS
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
    page.header(columns, height=50)
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
        first = page.header(columns, height=38)
        series = [*(facts.monthly_price(run, nodes) for run in runs), *known.values()]
        for month in months:
            values = [float(one[month]) if month in one.index else None for one in series]
            page.line(columns, [facts.month_name(month), *values])
        _price_chart(book, page, briefing, name, first, page.row - 1)
        page.row += CHART_ROWS
        page.new_page()
    _country_prices(page, briefing)


def _known_prices(briefing: Briefing) -> dict[str, pd.Series]:
    """Forward and LNG reference prices as known on the day of the vintage, by month."""
    table = briefing.data["prices"]
    heads = {FORWARD: "TTF forward, input", LNG_REFERENCE: "LNG reference, input"}
    found = {}
    for series, head in heads.items():
        mine = table[table["series"] == series]
        if len(mine):
            found[head] = mine.set_index(mine["month"].dt.strftime("%Y-%m"))["price_eur_per_mwh"]
    return found


def _chart_height(rows: int) -> int:
    """Pixels of a chart below so many rows, so that both stand on one printed page."""
    return max(LEAST_CHART_HEIGHT, CHART_HEIGHT - ROW_PIXELS * max(0, rows - ROWS_BESIDE_A_CHART))


def _price_chart(book: Book, page: Page, briefing: Briefing, name: str, first: int, last: int) -> None:
    chart = book.workbook.add_chart({"type": "line"})
    for number, run in enumerate(briefing.main):
        chart.add_series(
            {
                "name": briefing.titles[run.scenario.id],
                "categories": ["Prices", first, 0, last, 0],
                "values": ["Prices", first, 1 + number, last, 1 + number],
                "line": {"color": style.SCENARIO_COLOURS[number % len(style.SCENARIO_COLOURS)], "width": 1.75},
            }
        )
    font = {"name": bk.FONT, "size": 8}
    chart.set_title({"name": f"{name}: price by month, EUR/MWh", "name_font": {**font, "size": 9, "bold": True}})
    chart.set_legend({"position": "bottom", "font": font})
    grid = {"visible": True, "line": {"color": style.RULE}}
    chart.set_y_axis({"min": 0, "num_format": "#,##0", "num_font": font, "major_gridlines": grid})
    chart.set_x_axis({"num_font": font})
    chart.set_size({"width": 960, "height": _chart_height(last - first + 1)})
    page.sheet.insert_chart(page.row + 1, 0, chart, {"object_position": 2})


def _country_prices(page: Page, briefing: Briefing) -> None:
    """Mean over the horizon by country, then the same above the reference."""
    runs = list(briefing.main)
    prices = pd.DataFrame({run.scenario.id: country_totals(run)["mean_price_eur_per_mwh"] for run in runs})
    names, inside = facts.country_names(briefing.reference), facts.countries(briefing.reference, briefing.nodes)
    countries = sorted(prices.index, key=lambda code: (code not in inside, names[code]))
    page.heading("Mean over the horizon by country, weighted by demand")
    columns = [Column("Country")] + [Column(f"{briefing.titles[run.scenario.id]} (EUR/MWh)", bk.PRICE) for run in runs]
    first = page.header(columns, height=38)
    for code in countries:
        page.line(columns, [names[code], *map(float, prices.loc[code])])
    page.row += 1
    page.new_page()
    page.heading(f"The same above {briefing.against}")
    columns = [columns[0], *[Column(column.header, bk.PRICE_SIGNED) for column in columns[2:]]]
    page.header(columns, height=38)
    for number, code in enumerate(countries):
        values = prices.loc[code].to_numpy(float)
        rises = [
            Formula(f"={bk.cell(first + number, 2 + i)}-{bk.cell(first + number, 1)}", float(value - values[0]))
            for i, value in enumerate(values[1:])
        ]
        page.line(columns, [names[code], *rises])
