"""Sheet *Assumptions*: what went in, and how sure it is."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import pandas as pd

from energy_model.data.basis import GROUNDS, NOT_STATED, basis_shares
from energy_model.report.sheet_printing import page_points
from energy_model.report.workbook import book as bk
from energy_model.report.workbook.book import Book, Column, Page
from energy_model.report.workbook.briefing import Briefing, measure_words
from energy_model.report.workbook.sheet import sheet
from energy_model.results.run import Results
from energy_model.scenario.measures.base import Measure
from energy_model.timeline import day_words
from energy_model.units import DAYS_PER_YEAR, show_energy

WIDE = 40.0
NEW_PAGE = (
    "Scenarios",
    "Measures, dated",
    "Parameters",
    "LNG that all European terminals together can attract",
    "Curtailment: order and cost",
)
"""Tables that begin on a new printed page."""
WIDTHS = (27.0, 44.0, 12.0, 12.0, 12.0, 12.0, 20.0, 70.0)
"""One grid of columns for all tables of the sheet."""
HEAD_POINTS = 100.0
"""Room on a printed page for the title of the sheet, and heading, note and heads of a table."""


@sheet(
    "assumptions",
    place=110,
    name="Assumptions",
    about="what the data rest on, scenarios, measures in words, parameters with low and high",
    question="What was assumed, and how sure is it?",
)
def write_assumptions(book: Book, briefing: Briefing) -> None:
    """What the tables rest on, scenario keys, measures in words, parameters and the judgements that matter most."""
    page = book.page(
        "Assumptions",
        "What was assumed",
        f"As known on {day_words(pd.Timestamp(briefing.as_of))}. Low and high show how far a figure can be disputed.",
        "Basis: measured, official, literature, derived, proxy or judgement.",
    )
    for number, width in enumerate(WIDTHS):
        page.width(number, width)
    page.sheet.freeze_panes(bk.FIRST_TABLE_ROW, 1)
    _grounds(page, briefing)
    _scenarios(page, briefing)
    _measures(page, briefing)
    _parameters(page, briefing)
    _lng(page, briefing)
    _assurances(page, briefing)
    _tiers(page, briefing)
    _elasticities(page, briefing)


def _table(page: Page, title: str, columns: list[Column], rows: list[list[object]], note: str = "") -> None:
    if page.row > bk.FIRST_TABLE_ROW and title in NEW_PAGE:
        page.new_page()
    page.heading(title, note)
    page.header(columns)
    room, used = page_points(sum(WIDTHS)) - HEAD_POINTS, 0.0
    for values in rows:
        height = _height(columns, values)
        used += height
        if used > room:  # a worksheet repeats the heads of one table alone
            page.new_page()
            page.header(columns)
            used = height
        page.line(columns, values, height=height)  # type: ignore[arg-type]
    page.row += 1


def _height(columns: list[Column], values: list[object]) -> float:
    """Height of a row in which words wrap."""
    lines = [
        len(textwrap.wrap(str(value), letters(width))) or 1
        for column, value, width in zip(columns, values, WIDTHS[: len(columns)], strict=True)
        if column.wrap and value is not None
    ]
    return bk.LINE_HEIGHT * max(lines, default=1) + 2.0


def _words(header: str) -> Column:
    return Column(header, wrap=True)


def letters(width: float) -> int:
    """Letters that fit into a column in any common typeface; long lines waste less at their ends."""
    return max(1, int(width * (1.10 if width < WIDE else 1.21)))


def _grounds(page: Page, briefing: Briefing) -> None:
    columns = [
        _words("Table"),
        _words("What it holds"),
        *(Column(f"{ground.capitalize()} (%)", bk.WHOLE_SHARE) for ground in GROUNDS),
        _words("Rows"),
    ]
    rows: list[list[object]] = [
        [row["table"], row["title"], *(row[ground] for ground in GROUNDS), _count(row["rows"], row[NOT_STATED])]
        for row in basis_shares(briefing.data).to_dict("records")
    ]
    _table(
        page,
        "What the data rest on: share of the rows of each table",
        columns,
        rows,
        "Published: official figures and the literature. Derived: arithmetic on others. Proxy: a figure of another day "
        "or thing that stands in for one that was not read.",
    )


def _count(rows: int, not_stated: float) -> str:
    return f"{rows:,}, of {not_stated:.0%} not stated" if not_stated else f"{rows:,}"


def _scenarios(page: Page, briefing: Briefing) -> None:
    columns = [
        _words("Scenario"),
        _words("Title"),
        _words("Weather"),
        _words("LNG case"),
        Column("LNG limit (TWh per year)", bk.PRICE),
        Column("LNG price factor (ratio)", "0.00"),
        _words("Foresight, allocation, capacities"),
        _words("In words"),
    ]
    rows: list[list[object]] = []
    for run in briefing.results:
        scenario = run.scenario
        days = run["periods"]["days"].sum()
        limit = float(show_energy(run.inputs["lng_limit"]["limit_gwh"].sum())) / days * DAYS_PER_YEAR
        words = " ".join(scenario.description.split())
        rows.append(
            [
                scenario.id,
                scenario.title,
                scenario.weather,
                scenario.lng_case,
                limit,
                scenario.lng_price_factor,
                f"{scenario.foresight}, {scenario.allocation}, {scenario.capacity_view}",
                words,
            ]
        )
    _table(
        page,
        "Scenarios",
        columns,
        rows,
        "Allocation 'cooperative': countries share a shortage evenly as far as the network lets them;"
        " 'protected_first': protected customers of all countries are cut last, whatever it costs;"
        " 'own_needs_first': a country that cuts its own customers exports nothing on balance.",
    )


def _measures(page: Page, briefing: Briefing) -> None:
    columns = [
        _words("Scenario"),
        _words("Measure"),
        Column("From (date)", bk.DATE),
        Column("Until (date)", bk.DATE),
        Column("Announced (date)", bk.DATE),
        Column("Ramp (days)", bk.COUNT),
        _words("Kind"),
        _words("Note"),
    ]
    rows: list[list[object]] = []
    base = briefing.reference
    for run in briefing.results:
        measures: Sequence[Measure] = run.scenario.in_force
        for measure in measures:
            if run is not base and measure in base.scenario.in_force:
                continue
            rows.append(
                [
                    run.scenario.id,
                    measure_words(measure),
                    measure.start,
                    measure.end,
                    measure.announced,
                    float(measure.ramp_days),
                    measure.kind,
                    measure.note,
                ]
            )
    _table(
        page,
        "Measures, dated",
        columns,
        rows,
        "No date: the whole horizon. Not announced: known from its first day, not before. The reference's "
        "measures hold in every scenario based on it and are listed once.",
    )


def _parameters(page: Page, briefing: Briefing) -> None:
    columns = [
        _words("Parameter"),
        _words("Source"),
        Column("Value (in its unit)", bk.GENERAL),
        Column("Low (in its unit)", bk.GENERAL),
        Column("High (in its unit)", bk.GENERAL),
        _words("Basis"),
        _words("Unit"),
        _words("Note"),
    ]
    titles = _source_titles(briefing)
    rows: list[list[object]] = [
        [
            row["parameter"],
            titles[row["source_id"]],
            row["value"],
            row["low"],
            row["high"],
            row["basis"],
            row["unit"],
            text_of(row["note"]),
        ]
        for row in briefing.data["parameters"].to_dict("records")
    ]
    _table(page, "Parameters", columns, rows)


def _lng(page: Page, briefing: Briefing) -> None:
    columns = [
        _words("LNG case"),
        _words("Source"),
        Column("Limit (TWh/year)", bk.PRICE),
        Column("Low (TWh/year)", bk.PRICE),
        Column("High (TWh/year)", bk.PRICE),
        _words("Basis"),
        _words("Known since"),
        _words("Note"),
    ]
    titles = _source_titles(briefing)
    rows: list[list[object]] = [
        [
            row["case"],
            titles[row["source_id"]],
            *_twh(row, ("limit", "low", "high")),
            row["basis"],
            _date(row["as_of"]),
            text_of(row["note"]),
        ]
        for row in briefing.data["lng_europe_limit"].to_dict("records")
    ]
    _table(page, "LNG that all European terminals together can attract", columns, rows)


def _assurances(page: Page, briefing: Briefing) -> None:
    columns = [
        _words("Who, and how it comes"),
        _words("Needs the consent of"),
        Column("From (date)", bk.DATE),
        Column("Volume (TWh/year)", bk.TWH),
        Column("Low (TWh/year)", bk.TWH),
        Column("High (TWh/year)", bk.TWH),
        _words("Confidence"),
        _words("Row, source and note"),
    ]
    titles, names = _source_titles(briefing), briefing.data["suppliers"].set_index("supplier")["name"]
    table = briefing.data.tables.get("assurances")
    if table is None:
        return
    rows: list[list[object]] = [
        [
            f"{names.get(row['supplier'], row['supplier'])}, {row['channel']}",
            text_of(row["consent"]),
            row["available_from"],
            *_twh(row, ("volume", "low", "high")),
            row["confidence"],
            "; ".join(filter(None, (f"{row['assurance']}: {titles[row['source_id']]}", text_of(row["note"])))),
        ]
        for row in table.to_dict("records")
    ]
    _table(
        page,
        "Assurances: who could add what, from when, on whose consent",
        columns,
        rows,
        "No producer had promised a firm volume by the day of the vintage; the figures are readings of statements.",
    )


def _tiers(page: Page, briefing: Briefing) -> None:
    columns = [
        _words("Sector"),
        _words("Consumers, in the order in which they are cut"),
        Column("Cost (EUR/MWh)", bk.PRICE),
        Column("Low (EUR/MWh)", bk.PRICE),
        Column("High (EUR/MWh)", bk.PRICE),
        Column("Share of sector (%)", bk.WHOLE_SHARE),
        _words("Protected"),
        _words("Note"),
    ]
    rows: list[list[object]] = [
        [
            row["sector"],
            row["name"],
            row["cost_eur_per_mwh"],
            row["low_eur_per_mwh"],
            row["high_eur_per_mwh"],
            row["share_of_sector"],
            "yes" if row["is_protected"] else "no",
            text_of(row["note"]),
        ]
        for row in briefing.data["curtailment_tiers"].sort_values("tier").to_dict("records")
    ]
    _table(page, "Curtailment: order and cost", columns, rows)


def _elasticities(page: Page, briefing: Briefing) -> None:
    columns = [
        _words("Sector"),
        _words("Source"),
        Column("Elasticity (ratio)", "0.00"),
        Column("Low (ratio)", "0.00"),
        Column("High (ratio)", "0.00"),
        Column("At a price of (EUR/MWh)", bk.PRICE),
        _words("Basis"),
        _words("Note"),
    ]
    titles = _source_titles(briefing)
    rows: list[list[object]] = [
        [
            row["sector"],
            titles[row["source_id"]],
            row["elasticity"],
            row["low"],
            row["high"],
            row["reference_price_eur_per_mwh"],
            row["basis"],
            text_of(row["note"]),
        ]
        for row in briefing.data["demand_response"].to_dict("records")
    ]
    _table(page, "Voluntary reduction: answer of demand to price", columns, rows)


def _twh(row: dict[str, object], keys: tuple[str, ...]) -> list[float]:
    return [float(show_energy(row[f"{key}_gwh_per_year"])) for key in keys]


def text_of(value: object) -> str | None:
    """Words of a cell; an empty one has none."""
    return None if value is None or value is pd.NA or value != value else str(value)


def _date(value: object) -> str:
    return f"{pd.Timestamp(str(value)):%d %b %Y}"


def _source_titles(briefing: Briefing) -> dict[str, str]:
    sources = briefing.data.sources
    return dict(zip(sources["source_id"], sources["title"], strict=True))


def stage_words(run: Results) -> str:
    """Days on which plans were made.

    The first plan is made on the first day; each surprise makes another.
    """
    return ", ".join(f"{stage.decided_on:%d %b %Y}" for stage in run.stages)
