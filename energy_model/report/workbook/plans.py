"""Sheet *Plans*: what the plans of rolling foresight expected of the next winter, and what gas in store was worth."""

from __future__ import annotations

import pandas as pd

from energy_model.report.workbook import book as bk
from energy_model.report.workbook.book import Book, Column
from energy_model.report.workbook.briefing import Briefing
from energy_model.report.workbook.sheet import sheet
from energy_model.results.run import Results

NAME, PLANS, VALUES = "Plans", "plans", "stock_values"
FILLINGS = (0.1, 0.3, 0.5, 0.7, 0.9)
"""Fillings at which the value of stock is shown."""
COLUMNS = (
    Column("Scenario", width=38.0),
    Column("Decided on", width=12.0),
    Column("Fullest on", width=12.0),
    Column("Expected filling (% of working gas)", bk.SHARE, 12.0),
    Column("Lowest", bk.SHARE, 9.0),
    Column("Highest", bk.SHARE, 9.0),
    Column("Marginal cost (EUR/MWh)", bk.PRICE, 11.0),
    Column("Value of one MWh more in store (EUR/MWh)", bk.PRICE, 13.0),
    Column("Chance to miss a duty (%)", bk.SHARE, 11.0),
    *(Column(f"Value at {filling:.0%} full (EUR/MWh)", bk.PRICE, 11.0) for filling in FILLINGS),
)


def _rolling(briefing: Briefing) -> list[Results]:
    return [run for run in briefing.main if PLANS in run.tables]


@sheet(
    "plans",
    place=102,
    name=NAME,
    about="what plans made month by month expected of the next winter, and what gas in store was worth to them",
    question="What did each plan expect of the winter?",
    given=lambda briefing: bool(_rolling(briefing)),
)
def write_plans(book: Book, briefing: Briefing) -> None:
    """A row for each plan of each run under rolling foresight."""
    page = book.page(
        NAME,
        "What did each plan expect, and what was stock worth?",
        "Filling of the largest group's stores on the day on which they are usually fullest, over the fan's branches.",
        "Weather and LNG to come are not known to a plan. Before the fullest day its marginal cost is what it expects"
        " of the winter, less the cost of keeping gas; values are those at the end of the plan.",
    )
    first = page.header(list(COLUMNS))
    book.freeze(page, first, 2)
    for run in _rolling(briefing):
        values = run.tables[VALUES]
        for plan in run.tables[PLANS].itertuples():
            own = values[values["decided_on"] == plan.decided_on]
            cells = [
                briefing.titles[run.scenario.id],
                f"{plan.decided_on:%Y-%m-%d}",
                f"{plan.day:%Y-%m-%d}",
                plan.expected_filling_share,
                plan.lowest_filling_share,
                plan.highest_filling_share,
                bk.clean(plan.marginal_cost_eur_per_mwh),
                bk.clean(plan.stock_value_eur_per_mwh),
                plan.below_duty_probability,
                *(_value_at(own, filling) for filling in FILLINGS),
            ]
            page.line(list(COLUMNS), cells)


def _value_at(values: pd.DataFrame, filling: float) -> float:
    step = values[(values["from_filling_share"] <= filling) & (values["to_filling_share"] > filling)]
    return float(step["value_eur_per_mwh"].iloc[0])
