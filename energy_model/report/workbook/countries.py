"""Sheets on the country in focus and *Countries x sectors*: who goes short, and what serves the rest."""

from __future__ import annotations

import pandas as pd

from energy_model.report import facts, style
from energy_model.report.workbook import book as bk
from energy_model.report.workbook.book import Book, Column, Formula, Page
from energy_model.report.workbook.briefing import Briefing
from energy_model.report.workbook.scenarios import storage_chart
from energy_model.report.workbook.sheet import sheet
from energy_model.results import substitution as sub
from energy_model.results.run import Results
from energy_model.units import show_energy

SECTORS = tuple(facts.SECTOR_NAMES)
SHORTAGE_TWH = 0.5
"""A run that curtails less in the region has no page of its own in the table by country."""


@sheet(
    "country",
    place=50,
    name="{country}",
    about="balance of the country in focus, shortfall by sector and month",
    needs=("storage",),
)
def write_country(book: Book, briefing: Briefing) -> None:
    """Balance of the country in focus, shortfall by sector and by month, and price, for the main scenarios."""
    page = book.page(
        bk.sheet_name(briefing.country),
        f"{briefing.country}: where the gas comes from and who goes without",
        "Net deliveries by neighbour as measured at the border; gas of several origins crosses the same border.",
        "One node stands for the whole grid: only net flows with each neighbour mean anything.",
        one_page=True,
    )
    runs = list(briefing.main)
    columns = [Column("Balance over the horizon", width=40.0)]
    columns += [Column(f"{briefing.titles[run.scenario.id]} (TWh)", bk.TWH, 14.0) for run in runs]
    table = _balance(briefing, runs)
    first = page.header(columns, height=42)
    book.freeze(page, first, 1, one_table=False)
    _balance_rows(book, page, columns, table, briefing)
    page.row += 1
    _sectors(page, briefing, runs)
    page.row += 1
    _months(book, page, briefing, runs)


def _balance(briefing: Briefing, runs: list[Results]) -> pd.DataFrame:
    """Rows of the balance in TWh: group, item and a column per run; rows of nothing are left out."""
    parts = {run.scenario.id: briefing.balances[run.scenario.id] for run in runs}
    columns = {key: part.groupby(["group", "item"], observed=True)["energy_gwh"].sum() for key, part in parts.items()}
    table = show_energy(pd.DataFrame(columns)).reset_index()
    table["group"] = pd.Categorical(table["group"], categories=sub.GROUPS, ordered=True)
    numbers = list(parts)
    table[numbers] = table[numbers].where(table[numbers].notna(), 0.0)
    table = table[table[numbers].abs().max(axis=1) > bk.DUST]
    size = -table[numbers[0]].abs()
    return table.assign(size=size).sort_values(["group", "size", "item"], kind="stable").drop(columns="size")


def _balance_rows(book: Book, page: Page, columns: list[Column], table: pd.DataFrame, briefing: Briefing) -> None:
    """Sources, their total, uses, and a row that must be zero."""
    ids = [run.scenario.id for run in briefing.main]
    supply = table[~table["group"].isin([sub.VOLUNTARY, sub.CURTAILED, sub.DEMAND])]
    first = page.row
    for row in supply.to_dict("records"):
        label = row["item"] if row["group"] not in (sub.FOCUS, sub.PIPELINE) else f"Net from {row['item']}"
        label = f"{label}{_direct_routes(briefing)}" if row["group"] == sub.FOCUS else label
        page.line(columns, [label, *[float(row[key]) for key in ids]])
    last = page.row - 1
    sums = supply[ids].sum()
    served = [Formula(f"=SUM({bk.span((first, i), (last, i))})", float(sums[key])) for i, key in enumerate(ids, 1)]
    total = page.line(columns, ["Gas used (sum)", *served], total=True)
    rows = {}
    for group in (sub.VOLUNTARY, sub.CURTAILED, sub.DEMAND):
        values = table[table["group"] == group][ids].sum() * (-1.0 if group == sub.DEMAND else 1.0)
        label = "Demand before prices" if group == sub.DEMAND else group
        rows[group] = page.line(columns, [label, *[float(values[key]) for key in ids]])
    demand = -table[table["group"] == sub.DEMAND][ids].sum()
    for label, group in (
        ("Curtailed (% of demand)", sub.CURTAILED),
        ("Voluntary reduction (% of demand)", sub.VOLUNTARY),
    ):
        part = table[table["group"] == group][ids].sum()
        shares = [
            Formula(
                bk.share(bk.cell(rows[group], i), bk.cell(rows[sub.DEMAND], i)), facts.ratio(part[key], demand[key])
            )
            for i, key in enumerate(ids, 1)
        ]
        page.line([columns[0], *[Column(c.header, bk.SHARE) for c in columns[1:]]], [label, *shares])
    gap = []
    for i, key in enumerate(ids, 1):
        up = "+".join(bk.cell(row, i) for row in (total, rows[sub.VOLUNTARY], rows[sub.CURTAILED]))
        gap.append(Formula(f"=ROUND({up}-{bk.cell(rows[sub.DEMAND], i)},6)", 0.0))
        book.anchors[f"country|{key}"] = bk.cell(page.row, i, sheet=page.name, fixed=True)
    page.line(columns, ["Check: must be 0", *gap], total=True)


def _direct_routes(briefing: Briefing) -> str:
    """Routes over which the seller in focus reaches the country directly, for the label of its row."""
    flows, labels = briefing.reference["flows"], briefing.reference.labels
    direct = (flows["from_node"] == labels.focus.supplier) & flows["to_node"].isin(facts.country(briefing.reference))
    names = [labels.route_name(str(route)) for route in dict.fromkeys(flows.loc[direct, "route"].astype(str))]
    return f", {' and '.join(names)}" if names else ""


def _sectors(page: Page, briefing: Briefing, runs: list[Results]) -> None:
    columns = [Column("Curtailed by sector")]
    columns += [Column(f"{briefing.titles[run.scenario.id]} (% of sector's demand)", bk.SHARE) for run in runs]
    first = page.header(columns, height=50)
    country = briefing.reference.labels.focus.country
    tables = [facts.sector_table(run).set_index(["country", "sector"]).loc[country] for run in runs]
    for sector in SECTORS:
        shares = [facts.ratio(t.loc[sector, "curtailed_twh"], t.loc[sector, "demand_twh"]) for t in tables]
        page.line(columns, [facts.SECTOR_NAMES[sector], *shares])
    page.book.heat(page, (first, 1), (page.row - 1, len(runs)))


def _months(book: Book, page: Page, briefing: Briefing, runs: list[Results]) -> None:
    """Curtailed energy by month as table and native chart."""
    columns = [Column("Curtailed by month")]
    columns += [Column(f"{briefing.titles[run.scenario.id]} (TWh)", bk.TWH) for run in runs]
    first = page.header(columns, height=42)
    months = facts.months_of(runs)
    series = []
    country = briefing.reference.labels.focus.country
    for run in runs:
        series.append(run.statistics.curtailed("month", country=country).reindex(months, fill_value=0.0))
    for month in months:
        page.line(columns, [facts.month_name(month), *[float(s[month]) for s in series]])
    last = page.row - 1
    sums = [Formula(f"=SUM({bk.span((first, i), (last, i))})", float(s.sum())) for i, s in enumerate(series, 1)]
    page.line(columns, ["Total", *sums], total=True)
    chart = book.workbook.add_chart({"type": "column"})
    for i, run in enumerate(runs, 1):
        if float(series[i - 1].sum()) > SHORTAGE_TWH:
            chart.add_series(
                {
                    "name": briefing.titles[run.scenario.id],
                    "categories": [page.name, first, 0, last, 0],
                    "values": [page.name, first, i, last, i],
                    "fill": {"color": style.SCENARIO_COLOURS[(i - 1) % len(style.SCENARIO_COLOURS)]},
                    "gap": 60,
                }
            )
    font = {"name": bk.FONT, "size": 8}
    chart.set_title(
        {"name": f"{briefing.country}: curtailed by month, TWh", "name_font": {**font, "size": 9, "bold": True}}
    )
    chart.set_legend({"position": "bottom", "font": font})
    chart.set_x_axis({"num_font": font})
    chart.set_y_axis(
        {"num_font": font, "num_format": "0", "major_gridlines": {"visible": True, "line": {"color": style.RULE}}}
    )
    chart.set_size({"width": 620, "height": 380})
    side = len(runs) + 2
    page.width(side - 1, 2.0)
    if chart.series:
        page.sheet.insert_chart(bk.FIRST_TABLE_ROW, side, chart, {"object_position": 2})
    rows = book.anchors[f"storage {briefing.country} rows"].split(":")
    lines = storage_chart(book, briefing, briefing.country, int(rows[0]), int(rows[1]))
    lines.set_size({"width": 620, "height": 380})
    page.sheet.insert_chart(bk.FIRST_TABLE_ROW + 23, side, lines, {"object_position": 2})


@sheet(
    "countries",
    place=60,
    name="Countries x sectors",
    about="curtailed share by country and sector",
)
def write_countries(book: Book, briefing: Briefing) -> None:
    """Demand, curtailment and curtailed share by country and sector: one page per scenario, one table to filter."""
    runs = [run for run in briefing.main if briefing.numbers.loc[run.scenario.id, "region_curtailed"] > SHORTAGE_TWH]
    spared = [briefing.titles[run.scenario.id] for run in briefing.main if run not in runs]
    page = book.page(
        "Countries x sectors",
        "Who goes short: curtailment by country and sector",
        "Over the whole horizon; curtailed share is of demand before prices. Voluntary reduction is not in it.",
        f"Nobody in {briefing.reference.labels.region_words} is curtailed in: {', '.join(spared)}." if spared else "",
    )
    columns = _country_columns()
    first = page.header(columns, height=50)
    book.freeze(page, first, 2)
    breaks = []
    for run in runs:
        _country_rows(book, page, columns, briefing, run)
        breaks.append(page.row)
    page.sheet.set_h_pagebreaks(breaks[:-1])
    if runs:
        page.sheet.autofilter(first - 1, 0, page.row - 1, len(columns) - 1)
        left = 2 + 2 * (len(SECTORS) + 1)
        book.heat(page, (first, left), (page.row - 1, left + len(SECTORS)))


def _country_columns() -> list[Column]:
    columns = [Column("Scenario", width=25.0), Column("Country", width=25.0)]
    for what, unit, number in (("Demand", "TWh", bk.TWH), ("Curtailed", "TWh", bk.TWH), ("Curtailed", "%", bk.SHARE)):
        columns += [Column(f"{what}: {facts.SECTOR_NAMES[s].lower()} ({unit})", number, 10.6) for s in SECTORS]
        columns.append(Column(f"{what}: all sectors ({unit})", number, 10.6))
    return columns


def _country_rows(book: Book, page: Page, columns: list[Column], briefing: Briefing, run: Results) -> None:
    """Members of the region, their sum, then the others."""
    names = facts.country_names(run)
    table = facts.sector_table(run).set_index(["country", "sector"])
    inside = facts.countries(run, briefing.nodes)
    known = sorted(table.index.get_level_values("country").unique(), key=names.__getitem__)
    members = [code for code in known if code in inside]
    others = [code for code in known if code not in inside]
    title = briefing.titles[run.scenario.id]
    first = page.row
    for code in members:
        page.line(columns, [title, names[code], *_country_values(page.row, table.loc[code])])
    whole = table.loc[members].groupby("sector").sum()
    values = _country_values(page.row, whole)
    for block in range(2):
        for place, sector in enumerate(SECTORS):
            col = 2 + block * (len(SECTORS) + 1) + place
            amount = float(whole.loc[sector].iloc[block])
            values[col - 2] = Formula(f"=SUM({bk.span((first, col), (page.row - 1, col))})", amount)
    book.anchors[f"countries|{run.scenario.id}"] = bk.cell(
        page.row, 2 + 2 * len(SECTORS) + 1, sheet=page.name, fixed=True
    )
    page.line(columns, [title, briefing.region, *values], total=True)
    for code in others:
        page.line(columns, [title, names[code], *_country_values(page.row, table.loc[code])])


def _country_values(row: int, table: pd.DataFrame) -> list[float | Formula]:
    """Demand and curtailment by sector with their sums, then shares by formula."""
    width = len(SECTORS) + 1
    demand, cut = (table[column].reindex(list(SECTORS)).map(bk.clean) for column in ("demand_twh", "curtailed_twh"))
    values: list[float | Formula] = []
    for block, part in enumerate((demand, cut)):
        first = 2 + block * width
        values += [float(value) for value in part]
        values.append(Formula(f"=SUM({bk.span((row, first), (row, first + width - 2))})", float(part.sum())))
    tops, bottoms = [*cut, cut.sum()], [*demand, demand.sum()]
    for place, (top, bottom) in enumerate(zip(tops, bottoms, strict=True)):
        above, below = bk.cell(row, 2 + width + place), bk.cell(row, 2 + place)
        share = float(top / bottom) if bottom > 0 else 0.0
        values.append(Formula(f"=IF({below}>0,{above}/{below},0)", share))
    return values
