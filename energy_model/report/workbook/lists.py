"""Sheets that others read from: lists to choose from, and the numbers of every run by place, month and source."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pandas as pd

from energy_model.report import facts
from energy_model.report.workbook import book as bk
from energy_model.report.workbook import places as pl
from energy_model.report.workbook.book import Book, Column, Page
from energy_model.report.workbook.briefing import Briefing
from energy_model.report.workbook.live import Keyed, Live
from energy_model.report.workbook.sheet import sheet
from energy_model.units import GWH_PER_TWH, show_energy

LISTS, BY_PLACE, BY_MONTH, BY_SOURCE = "Lists", "By place", "By month", "By source"
RUN_COLUMN, PLACE_COLUMN, UNIT_COLUMN, MONTH_COLUMN = 0, 2, 4, 7
"""Columns of the lists; beside a unit stands its factor, beside a month its days."""
RATE = "GWh/day"
SHARES = (pl.SHARE, pl.MONTH_SHARE, pl.FILLING)
AT_END = "At the end"
NOTE = "Other sheets read from here by the words of the first column; do not sort or change it."


def units(briefing: Briefing) -> dict[str, float]:
    """Units to choose from, with the factor that makes them of TWh over the whole horizon."""
    days = float(briefing.reference["periods"]["days"].sum())
    return {"TWh": 1.0, "bcm": float(show_energy(GWH_PER_TWH, "bcm")), RATE: GWH_PER_TWH / days}


def month_factor(unit: Live, factor: Live, row: int, days: int) -> Live:
    """Factor of a unit in one month: a rate is a mean over the days of the month.

    Parameters
    ----------
    row : int
        Of the month among the lists.
    """
    here = bk.cell(row, MONTH_COLUMN + 1, sheet=LISTS, fixed=True)
    value = GWH_PER_TWH / days if unit.value == RATE else factor.number
    return Live(f'IF({unit.text}="{RATE}",{GWH_PER_TWH:g}/{here},{factor.text})', value)


@sheet(
    "lists",
    place=200,
    name=LISTS,
    about="scenarios, places, units and months to choose from",
)
def write_lists(book: Book, briefing: Briefing) -> None:
    """Scenarios, places, units with their factors, and months with their days."""
    page = book.page(LISTS, "Lists to choose from", "The coloured cells of other sheets offer these.", NOTE)
    top = page.row
    factors = units(briefing)
    lists: list[tuple[int, list[Column], list[list[str | float]]]] = [
        (
            RUN_COLUMN,
            [Column("Scenario", width=34.0)],
            [[briefing.titles[run.scenario.id]] for run in briefing.results],
        ),
        (PLACE_COLUMN, [Column("Country or group", width=28.0)], [[place.name] for place in briefing.places]),
        (
            UNIT_COLUMN,
            [Column("Unit", width=12.0), Column("For each TWh of the horizon (ratio)", "0.000000", 18.0)],
            [[unit, factor] for unit, factor in factors.items()],
        ),
        (
            MONTH_COLUMN,
            [Column("Month", width=14.0), Column("Days (number)", bk.COUNT, 12.0)],
            [[facts.month_name(month), float(days)] for month, days in month_days(briefing).items()],
        ),
    ]
    for left, columns, rows in lists:
        page.header(columns, row=top, left=left)
        for number, values in enumerate(rows, top + 1):
            page.line(columns, values, left=left, row=number)
    page.sheet.freeze_panes(top + 1, 0)


def month_days(briefing: Briefing) -> dict[str, int]:
    """Gas days of the horizon in each of its months."""
    periods = briefing.reference["periods"]
    days = pd.date_range(periods["start"].min(), periods["end"].max())
    return {str(month): int(count) for month, count in days.strftime("%Y-%m").value_counts(sort=False).items()}


@sheet(
    "by_place",
    place=210,
    name=BY_PLACE,
    about="the headline numbers of every scenario for every country, with low and high where they are known",
)
def write_by_place(book: Book, briefing: Briefing) -> None:
    """A row for each run and place."""
    table = pl.by_place(briefing)
    page = book.page(
        BY_PLACE, "Every scenario, every country", "Totals and means over the horizon; low and high on months.", NOTE
    )
    columns = [
        Column("Found under", width=44.0),
        Column("Scenario", width=28.0),
        Column("Country or group", width=22.0),
    ]
    for name in list(table)[2:]:
        what, _, end = str(name).partition(", ")
        if what == pl.WORST:
            columns.append(Column(pl.WORST, width=12.0))
            continue
        number = bk.SHARE if what in SHARES else bk.PRICE if what == pl.PRICE else bk.TWH
        head = f"{what}, {end}" if end else what
        columns.append(Column(f"{head} ({pl.UNITS[what]})", number, 12.5))
    rows = [[str(name), *record] for name, record in zip(table.index, table.itertuples(index=False), strict=True)]
    _keyed(book, page, columns, rows, table, left=1)


@sheet(
    "by_month",
    place=220,
    name=BY_MONTH,
    about="demand, cuts, price and gas in store of every scenario for every country by month",
)
def write_by_month(book: Book, briefing: Briefing) -> None:
    """A row for each run, place and quantity; a column for each month."""
    page = book.page(
        BY_MONTH, "Every scenario, every country, month by month",
        "TWh, EUR/MWh, or share of working gas volume on the first day of the month.", NOTE,
    )  # fmt: skip
    months = [facts.month_name(month) for month in month_days(briefing)]
    columns = [Column("Found under", width=58.0), Column("Quantity (its unit)", width=30.0)]
    columns += [Column(f"{month} (in its unit)", bk.TWH, 11.0) for month in months]
    columns.append(Column(f"{AT_END} (in its unit)", bk.TWH, 11.0))
    rows: list[list[str | float | None]] = []
    found: dict[str, list[float]] = {}
    for run in briefing.results:
        for name, series in pl.by_month(briefing)[run.scenario.id].items():
            what = name.rpartition(pl.JOINED)[2]
            at = pl.key(briefing.titles[run.scenario.id], name)
            numbers = [bk.clean(float(value)) for value in series]
            found[at] = [*numbers, *[float("nan")] * (len(months) + 1 - len(numbers))]
            rows.append([at, f"{what} ({pl.UNITS[what]})", *found[at]])
    frame = pd.DataFrame.from_dict(found, orient="index", columns=[*months, AT_END])
    shares = {number for number, row in enumerate(rows) if str(row[1]).endswith("(%)")}
    _keyed(book, page, columns, rows, frame, left=2, shares=shares)


@sheet(
    "by_source",
    place=230,
    name=BY_SOURCE,
    about="where the gas of every country comes from, and which sectors go without, in the scenarios shown in detail",
)
def write_by_source(book: Book, briefing: Briefing) -> None:
    """The balance of every place at its border, and the curtailed shares of its sectors."""
    page = book.page(
        BY_SOURCE, "Where the gas of every country comes from, and who goes without",
        "TWh over the horizon, net by neighbour as measured at the border; curtailed shares of the sectors' demand.",
        NOTE,
    )  # fmt: skip
    heads = [briefing.titles[run.scenario.id] for run in briefing.main]
    columns = [Column("Found under", width=44.0), Column("Item", width=34.0)]
    columns += [Column(f"{head} (TWh or share)", "#,##0.000", 15.0) for head in heads]
    both: Mapping[str, Mapping[str, Sequence[float] | str]] = {**pl.balances(briefing), **pl.sector_shares(briefing)}
    rows = [[name, row["label"], *row["twh"]] for name, row in both.items()]
    frame = pd.DataFrame([row[1:] for row in rows], index=[str(row[0]) for row in rows], columns=["label", *heads])
    _keyed(book, page, columns, rows, frame, left=1)


def _keyed(
    book: Book,
    page: Page,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Any]],
    frame: pd.DataFrame,
    *,
    left: int,
    shares: Collection[int] = (),
) -> None:
    """Write a table that other sheets read from by the words of its first column.

    Parameters
    ----------
    frame : DataFrame
        What they read, by those words; its first column stands ``left`` columns from the left.
    shares : collection of int
        Rows whose numbers are shares of one.
    """
    first = page.header(columns)
    page.filter()
    book.freeze(page, first, 1)
    page.bulk(columns, rows, shares)
    book.keyed[page.name] = Keyed(page.name, first, left, frame)


def set_choice(page: Page, row: int, col: int, cells: int, value: str, source: dict[str, object]) -> Live:
    """A coloured cell with a list to choose from; the cells to its right are coloured as well, so that words fit."""
    look = {"bg_color": bk.INPUT_FILL, "bold": True, "top": 1, "bottom": 1, "top_color": "#B8A25A"}
    look |= {"bottom_color": "#B8A25A", "valign": "vcenter"}
    page.text(row, col, value, **look)
    for number in range(1, cells):
        page.put(row, col + number, None, **look)
    tongue = page.book.tongue
    page.sheet.data_validation(row, col, row, col, {**source, "source": tongue.formula(str(source["source"]))})
    return Live(bk.cell(row, col, fixed=True), tongue.say(value))
