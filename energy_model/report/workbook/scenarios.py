"""Sheets *Scenarios* (all runs side by side) and *Summary* (one page for those who read no other)."""

from __future__ import annotations

import re
import textwrap
from typing import Any

from energy_model.report import facts, style
from energy_model.report.workbook import book as bk
from energy_model.report.workbook.book import Book, Column, Formula, Page
from energy_model.report.workbook.briefing import SHARES, Briefing
from energy_model.report.workbook.ranges import summary_ranges
from energy_model.report.workbook.sheet import sheet

SUMMARY_KEYS = (
    "region_curtailed",
    "region_curtailed_share",
    "region_worst_period_share",
    "country_curtailed",
    "country_curtailed_share",
    "region_voluntary",
    "country_price",
    "supplier_pipeline_gas",
    "lng",
    "region_lowest_filling",
)
SHORT_SHARES = ("region_curtailed_share", "region_worst_period_share", "country_curtailed_share")
"""Columns that say who goes short, shaded."""
PRICE_NOTE = (
    "Prices are shadow prices, demand-weighted; where gas is curtailed they are the cost of curtailment, no forecast."
)
FINDING_WIDTH = 200
"""Characters of a line of findings; the table is that wide."""


@sheet(
    "scenarios",
    place=30,
    name="Scenarios",
    about="headline numbers of every scenario and their difference to the one they are measured against",
)
def write_scenarios(book: Book, briefing: Briefing) -> None:
    """All headline numbers of all scenarios, and their difference to the reference."""
    span = _horizon(briefing)
    page = book.page("Scenarios", "All scenarios side by side", f"Totals and means over {span}.", PRICE_NOTE)
    columns = [Column("Scenario", width=60.0)] + [Column(m.header, m.number, 11.2) for m in briefing.metrics]
    first = page.header(columns, height=48)
    for number, run in enumerate(briefing.results):
        row = first + number
        page.line(columns, [run.scenario.title, *_numbers(briefing, run.scenario.id, row)])
        for place, metric in enumerate(briefing.metrics):
            book.anchors[f"{metric.key}|{run.scenario.id}"] = bk.cell(row, place + 1, sheet="Scenarios", fixed=True)
    _shade_short(book, page, briefing, first)
    book.freeze(page, first, 1)
    page.row += 1
    page.heading(
        f"Difference to {briefing.against}", f"Each number less that of '{briefing.reference.scenario.title}'."
    )
    signed = [Column("Scenario")] + [Column(m.header, m.signed, 11.2) for m in briefing.metrics]
    page.header(signed, height=48)
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


@sheet(
    "summary",
    place=20,
    name="Summary",
    about="findings, headline table and two charts on one page",
    needs=(
        "scenarios",
        "storage",
    ),
)
def write_summary(book: Book, briefing: Briefing) -> None:
    """Findings, headline table and two charts on one page."""
    page = book.page(
        "Summary",
        briefing.title,
        f"{_horizon(briefing)}. Data known on {facts.day_name(briefing.as_of)}.",
        one_page=True,
    )
    metrics = {metric.key: metric for metric in briefing.metrics}
    keys = [key for key in SUMMARY_KEYS if key in metrics]
    columns = [Column("Scenario", width=60.0)] + [Column(metrics[k].header, metrics[k].number, 15.5) for k in keys]
    columns.append(Column(f"Cost above {briefing.against} (bn EUR)", bk.COST_SIGNED, 12.0))
    row = _findings(page, briefing)
    page.row = row + 1
    summary_ranges(page, briefing)
    first = page.header(columns, height=50)
    for run in briefing.results:
        key = run.scenario.id
        cells = [_link(book, briefing, name, key) for name in keys]
        base = briefing.reference.scenario.id
        cost = "total_cost"
        extra = Formula(
            f"={book.anchors[f'{cost}|{key}']}-{book.anchors[f'{cost}|{base}']}",
            float(briefing.numbers.loc[key, cost] - briefing.numbers.loc[base, cost]),
        )
        page.line(columns, [run.scenario.title, *cells, extra])
    last = page.row - 1
    for col in (2, 3, 5):
        book.heat(page, (first, col), (last, col), top=0.4)
    page.text(page.row, 0, f"{PRICE_NOTE} A dash is zero.", font_color=style.MUTED, italic=True, font_size=8)
    _charts(book, page, briefing, first, last)


def _findings(page: Page, briefing: Briefing) -> int:
    """Sentences broken into lines that run over the empty cells to their right; return the row below."""
    row = 3
    for sentence in briefing.findings:
        for number, line in enumerate(textwrap.wrap(_together(sentence), FINDING_WIDTH)):
            page.text(row, 0, ("•  " if number == 0 else "    ") + line, font_size=10)
            row += 1
    return row


def _together(sentence: str) -> str:
    """Numbers and their units on one line."""
    return re.sub(r"(?<=\d) (?=%|TWh|EUR)", "\u00a0", sentence)


def _link(book: Book, briefing: Briefing, key: str, scenario: str) -> Formula:
    return Formula(f"={book.anchors[f'{key}|{scenario}']}", float(briefing.numbers.loc[scenario, key]))


def _charts(book: Book, page: Page, briefing: Briefing, first: int, last: int) -> None:
    """Bars of what is cut, and lines of storage, both native and fed from cells."""
    most = max(1.0, float(briefing.numbers["region_curtailed"].max()))
    bars = book.workbook.add_chart({"type": "bar"})
    bars.add_series(
        {
            "name": ["Summary", first - 1, 1],
            "categories": ["Summary", first, 0, last, 0],
            "values": ["Summary", first, 1, last, 1],
            "fill": {"color": style.UNSERVED},
            "gap": 35,
            "data_labels": {"value": True, "num_format": "#,##0;;", "font": {"name": bk.FONT, "size": 7}},
        }
    )
    bars.set_title(_chart_title(f"{briefing.region} demand that is curtailed, TWh"))
    bars.set_legend({"none": True})
    bars.set_y_axis(
        {"reverse": True, "interval_unit": 1, "num_font": {"name": bk.FONT, "size": 7}, "line": {"color": style.RULE}}
    )
    bars.set_x_axis({"visible": False, "major_gridlines": {"visible": False}, "min": 0, "max": 1.15 * most})
    bars.set_size({"width": 720, "height": 310})
    page.sheet.insert_chart(page.row + 1, 0, bars, {"x_offset": 2, "y_offset": 4, "object_position": 2})

    rows = book.anchors[f"storage {briefing.region} rows"].split(":")
    lines = storage_chart(book, briefing, briefing.region, int(rows[0]), int(rows[1]))
    lines.set_size({"width": 690, "height": 310})
    page.sheet.insert_chart(page.row + 1, 5, lines, {"x_offset": 10, "y_offset": 4, "object_position": 2})


def storage_chart(book: Book, briefing: Briefing, name: str, first: int, last: int) -> Any:
    """Line chart of filling, fed from the sheet *Storage*."""
    chart = book.workbook.add_chart({"type": "line"})
    for number, run in enumerate(briefing.main):
        colour = style.SCENARIO_COLOURS[number % len(style.SCENARIO_COLOURS)]
        chart.add_series(
            {
                "name": briefing.titles[run.scenario.id],
                "categories": ["Storage", first, 0, last, 0],
                "values": ["Storage", first, 1 + number, last, 1 + number],
                "line": {"color": colour, "width": 2.25 if number == 0 else 1.5},
            }
        )
    chart.set_title(_chart_title(f"{name} gas in store, % of working gas volume"))
    chart.set_legend({"position": "bottom", "font": {"name": bk.FONT, "size": 7}})
    grid = {"visible": True, "line": {"color": style.RULE, "width": 0.5}}
    chart.set_y_axis(
        {
            "min": 0,
            "max": 1,
            "num_format": "0%",
            "num_font": {"name": bk.FONT, "size": 7},
            "major_gridlines": grid,
            "line": {"none": True},
            "major_unit": 0.2,
        }
    )
    chart.set_x_axis(
        {
            "date_axis": True,
            "num_format": "mmm yy",
            "num_font": {"name": bk.FONT, "size": 7},
            "major_unit": 2,
            "major_unit_type": "months",
        }
    )
    return chart


def _chart_title(text: str) -> dict[str, object]:
    return {"name": text, "name_font": {"name": bk.FONT, "size": 9, "bold": True, "color": style.INK}, "overlay": False}


def _horizon(briefing: Briefing) -> str:
    periods = briefing.reference["periods"]
    return f"{facts.day_name(periods['start'].min())} to {facts.day_name(periods['end'].max())}"
