"""Sheet *Scenarios*: all runs side by side."""

from __future__ import annotations

from energy_model.report import facts
from energy_model.report.workbook import book as bk
from energy_model.report.workbook.book import Book, Column, Formula, Page
from energy_model.report.workbook.briefing import SHARES, Briefing
from energy_model.report.workbook.sheet import sheet

SHORT_SHARES = ("region_curtailed_share", "region_worst_period_share", "country_curtailed_share")
"""Columns that say who goes short, shaded."""
PRICE_NOTE = (
    "Prices are shadow prices, demand-weighted; where gas is curtailed they are the cost of curtailment, no forecast."
)


@sheet(
    "scenarios",
    place=30,
    name="Scenarios",
    about="headline numbers of every scenario and their difference to the one they are measured against",
    question="How do all scenarios compare?",
)
def write_scenarios(book: Book, briefing: Briefing) -> None:
    """All headline numbers of all scenarios, and their difference to the reference."""
    span = horizon(briefing)
    page = book.page("Scenarios", "All scenarios side by side", f"Totals and means over {span}.", PRICE_NOTE)
    columns = [Column("Scenario", width=60.0)] + [Column(m.header, m.number, 11.2) for m in briefing.metrics]
    first = page.header(columns)
    for number, run in enumerate(briefing.results):
        row = first + number
        page.line(columns, [run.scenario.title, *_numbers(briefing, run.scenario.id, row)])
        for place, metric in enumerate(briefing.metrics):
            book.anchors[f"{metric.key}|{run.scenario.id}"] = bk.cell(row, place + 1, sheet="Scenarios", fixed=True)
    book.rows["scenarios"] = (first, first + len(briefing.results) - 1)
    _shade_short(book, page, briefing, first)
    book.freeze(page, first, 1)
    page.row += 1
    page.heading(
        f"Difference to {briefing.against}", f"Each number less that of '{briefing.reference.scenario.title}'."
    )
    signed = [Column("Scenario")] + [Column(m.header, m.signed, 11.2) for m in briefing.metrics]
    page.header(signed)
    ids = [run.scenario.id for run in briefing.results]
    base = first + ids.index(briefing.reference.scenario.id)
    for number, run in enumerate(briefing.results):
        values: list[Formula] = []
        for place, metric in enumerate(briefing.metrics, start=1):
            mine, reference = (briefing.numbers.loc[key, metric.key] for key in (run.scenario.id, ids[base - first]))
            text = f"={bk.cell(first + number, place)}-{bk.cell(base, place)}"
            values.append(Formula(text, mine - reference))
        page.line(signed, [run.scenario.title, *values])


def _numbers(briefing: Briefing, scenario: str, row: int) -> list[float | Formula]:
    keys = [metric.key for metric in briefing.metrics]
    values: list[float | Formula] = []
    for key in keys:
        value = float(briefing.numbers.loc[scenario, key])
        if key in SHARES:
            top, bottom = (bk.cell(row, keys.index(part) + 1) for part in SHARES[key])
            parts = [briefing.numbers.loc[scenario, part] for part in SHARES[key]]
            values.append(Formula(bk.share(top, bottom), facts.ratio(*parts)))
        else:
            values.append(value)
    return values


def _shade_short(book: Book, page: Page, briefing: Briefing, first: int) -> None:
    """Heat on the columns that say who goes short."""
    keys = [metric.key for metric in briefing.metrics]
    for key in SHORT_SHARES:
        col = keys.index(key) + 1
        book.heat(page, (first, col), (first + len(briefing.results) - 1, col), top=0.4)


def horizon(briefing: Briefing) -> str:
    """First and last day of the runs."""
    periods = briefing.reference["periods"]
    return f"{facts.day_name(periods['start'].min())} to {facts.day_name(periods['end'].max())}"
