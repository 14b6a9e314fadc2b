"""Sheet *Countries x sectors*: who goes short."""

from __future__ import annotations

import pandas as pd

from energy_model.report import facts
from energy_model.report.workbook import book as bk
from energy_model.report.workbook.book import Book, Column, Formula, Page
from energy_model.report.workbook.briefing import Briefing
from energy_model.report.workbook.sheet import sheet
from energy_model.results.run import Results

SECTORS = tuple(facts.SECTOR_NAMES)
SHORTAGE_TWH = 0.5
"""A run that curtails less in the region has no page of its own in the table by country."""
NOBODY = "There is no table: in none of the scenarios shown in detail is anybody in the region cut off by order."


@sheet(
    "countries",
    place=60,
    name="Countries x sectors",
    about="curtailed share by country and sector",
    question="Which countries and which customers go short?",
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
    if not runs:
        page.text(page.row, 0, NOBODY)
        return
    columns = _country_columns()
    first = page.header(columns)
    book.freeze(page, first, 2)
    for run in runs:
        _country_rows(book, page, columns, briefing, run)
        page.breaks.append(page.row)
    page.breaks = page.breaks[:-1]
    page.filter()
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
