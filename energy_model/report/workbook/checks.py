"""Sheets *About* (what this is and whether it may be trusted) and *Checks* (cells that must be 0)."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import numpy as np

from energy_model.report import facts
from energy_model.report.workbook import book as bk
from energy_model.report.workbook.assumptions import stage_words
from energy_model.report.workbook.book import Book, Column, Formula, Page
from energy_model.report.workbook.briefing import Briefing
from energy_model.report.workbook.sheet import sheet
from energy_model.report.workbook.supplies import routes_sheet
from energy_model.results.checks import CHECKS, run_checks
from energy_model.scenario.notes import ACCEPTED
from energy_model.validate.reference import has_case

HOW_TO_READ = (
    "Start with Summary: choose a scenario, a country and a unit there. Questions says which sheet answers what.",
    "Energy is gross calorific value in TWh; 10 TWh are about 0.95 bcm. Totals are of the whole horizon.",
    "Curtailed: customers are cut by order. Voluntary reduction: demand that leaves at a price; a run without a "
    "shortage has it too where prices are high.",
    "Prices are shadow prices of the model. In a shortage they are the cost of cutting the next consumer, no forecast.",
    "'Surprise' scenarios plan without knowing what is announced later, and plan anew on the day of the announcement.",
    "A model shows the best use of what there is, with countries sharing. It is no forecast; reality is rarely better.",
)
SHEET_TOLERANCE = 1e-4
DATA_LANGUAGE = "Notes of measures, sources and parameters stand in the language of the data."
UNTESTED = (
    "The data package names no case of the past, so these numbers are held neither against history nor against what "
    "others published."
)


@sheet(
    "checks",
    place=140,
    name="Checks",
    about="cells that must be 0",
    question="Do the numbers add up?",
    needs=(
        "scenarios",
        "country",
        "countries",
        "routes",
        "substitution",
    ),
)
def write_checks(book: Book, briefing: Briefing) -> None:
    """Checks by run, checks between sheets by formula, and the number of failures."""
    page = book.page(
        "Checks",
        "Cells that must be 0",
        "Residuals of every run, and sheets against each other by formula. What exceeds its tolerance is a failure.",
        "Numbers below 1e-7 are shown as 0.",
        one_page=True,
    )
    columns = [Column("Scenario", width=38.0)] + [Column(name, bk.TINY, 13.0) for name, _ in CHECKS]
    columns.append(Column("Failures (number)", bk.COUNT, 11.0))
    first = page.header(columns)
    book.freeze(page, first, 1, one_table=False)
    limits = page.line(columns, ["Tolerance", *[limit for _, limit in CHECKS], None], total=True)
    start = page.row
    failed = []
    for run in briefing.results:
        values = run_checks(run)
        failed.append(_failed(values))
        page.line(columns, [briefing.titles[run.scenario.id], *values.values(), _failures(page.row, limits, values)])
    end = page.row - 1
    col = len(columns) - 1
    by_run = page.line(
        columns,
        ["Failures", *[None] * len(CHECKS), Formula(f"=SUM({bk.span((start, col), (end, col))})", float(sum(failed)))],
        total=True,
    )
    page.row += 1
    between = _sheet_checks(book, page, briefing)
    page.row += 1
    total = Formula(f"={bk.cell(by_run, col)}+{between}", float(sum(failed)))
    page.line([Column(""), Column("", bk.COUNT)], ["All failures (number)", total], total=True)
    book.anchors["failures"] = bk.cell(page.row - 1, 1, sheet="Checks", fixed=True)
    book.anchors["failures value"] = str(sum(failed))
    page.row += 1
    _notes(page, briefing)


def _notes(page: Page, briefing: Briefing) -> None:
    """What a reader must know about inputs, each sentence once, with the scenarios it is about."""
    about: dict[str, list[str]] = {}
    for run in briefing.results:
        for note in run.notes:
            about.setdefault(note, []).append(briefing.titles[run.scenario.id])
    page.heading("Notes on inputs")
    for note, titles in about.items():
        where = "all scenarios" if len(titles) == len(briefing.results) else ", ".join(titles)
        for line in textwrap.wrap(f"{where}: {note}", 150):
            page.text(page.row, 0, line)
            page.row += 1
    if not about:
        page.text(page.row, 0, "None: every input is of its own day, and every measure has an effect.")
        page.row += 1


def _failed(values: Mapping[str, float]) -> int:
    return int(np.sum([abs(values[name]) > limit for name, limit in CHECKS]))


def _failures(row: int, limits: int, values: Mapping[str, float]) -> Formula:
    count = len(CHECKS)
    mine, most = bk.span((row, 1), (row, count)), bk.span((limits, 1), (limits, count))
    return Formula(f"=SUMPRODUCT(--(ABS({mine})>{most}))", float(_failed(values)))


def _sheet_checks(book: Book, page: Page, briefing: Briefing) -> str:
    """Sheets against each other, main scenarios only; return the address of the number of failures."""
    page.heading("Sheets against each other", f"Formulas over the sheets; tolerance {SHEET_TOLERANCE:g} TWh.")
    checks = {
        "countries": f"Countries x sectors less Scenarios, {briefing.region} curtailed (TWh)",
        "routes": f"{routes_sheet(briefing.adjective)} less Scenarios (TWh)",
        "country": "Balance of the country chosen on Country (unit chosen there)",
    } | {f"substitution {view}": f"Substitution, {view} (TWh)" for view in facts.places(briefing.reference)}
    if not briefing.has_routes:
        del checks["routes"]
    heads = list(checks.values())
    columns = [Column("Scenario")] + [Column(head, bk.TINY) for head in heads]
    first = page.header(columns)
    against = {"countries": "region_curtailed", "routes": "supplier_pipeline_gas"}
    for run in briefing.main:
        key = run.scenario.id
        cells: list[Formula | None] = []
        for name in checks:
            mine = book.anchors.get(f"{name}|{key}")
            other = book.anchors[f"{against[name]}|{key}"] if name in against else ""
            text = f"=ROUND({mine}{'-' + other if other else ''},6)"
            cells.append(None if mine is None else Formula(text, 0.0))
        page.line(columns, [briefing.titles[key], *cells])
    last = page.row - 1
    area = bk.span((first, 1), (last, len(checks)))
    text = f"=SUMPRODUCT(--(ABS({area})>{SHEET_TOLERANCE}))"
    row = page.line(columns, ["Failures (number)", Formula(text, 0.0), *[None] * (len(heads) - 1)], total=True)
    return bk.cell(row, 1)


@sheet(
    "cover",
    place=10,
    name="About",
    about="question, vintage, how to read, status of every solution",
    question="What is this, of which day, and may it be trusted?",
    needs=("checks",),
)
def write_cover(book: Book, briefing: Briefing) -> None:
    """Question, vintage, how to read, contents, status of every solve, versions."""
    later = "" if briefing.validation is None else ", but on the sheet Validation"
    page = book.page(
        "About",
        briefing.title,
        f"Data known on {facts.day_name(briefing.as_of)}. Nothing published later is used{later}.",
        one_page=True,
    )
    page.width(0, 60.0)
    page.row = 3
    question = briefing.question
    if question and (book.tongue.is_plain or book.say(question) != question):  # the data have it in one language
        _paragraph(page, "Question", [question])
    failures = int(book.anchors["failures value"])
    words = "All checks hold: every cell that must be 0 is 0 (sheet Checks)."
    alarm = " CHECKS FAIL: do not use; see sheet Checks."
    text = f'=IF({book.anchors["failures"]}=0,"{words}",{book.anchors["failures"]}&"{alarm}")'
    shown = words if failures == 0 else f"{failures}{alarm}"
    page.text(page.row, 0, "Checks", bold=True, font_size=bk.FONT_SIZE + 1)
    page.put(page.row + 1, 0, Formula(text, shown), bold=True, font_color="#1B6B3A" if failures == 0 else "#A3123A")
    page.row += 3
    if warnings := _read_before_use(briefing):
        _paragraph(page, "Read before use", warnings)
    _paragraph(page, "How to read", list(HOW_TO_READ))
    page.heading("Contents")
    for name, what in book.contents.items():
        if name == page.name:
            continue
        book.link(page, page.row, 0, name, book.look(font_color="#1F66B8", underline=1))
        page.text(page.row, 1, what)
        page.row += 1
    page.row += 1
    _solves(page, briefing)
    _versions(page, briefing)


def _read_before_use(briefing: Briefing) -> list[str]:
    """What a reader must know before quoting a number."""
    notes = [note for run in briefing.results for note in run.notes]
    words = sorted({note for note in notes if note.startswith(ACCEPTED)})
    if notes:
        words.append(f"{len(notes)} notes on inputs stand on the sheet Checks.")
    if not has_case(briefing.data):
        words.append(UNTESTED)
    return words


def _paragraph(page: Page, title: str, sentences: list[str]) -> None:
    page.heading(title)
    for sentence in sentences:
        for line in textwrap.wrap(sentence, 150):
            page.text(page.row, 0, line)
            page.row += 1
    page.row += 1


def _solves(page: Page, briefing: Briefing) -> None:
    page.heading("Scenarios and their solutions")
    columns = [
        Column("Scenario"),
        Column("Status", width=11.0),
        Column("Plans (number)", bk.COUNT, 9.0),
        Column("Largest duality gap (share)", bk.TINY, 13.0),
        Column("Periods (number)", bk.COUNT, 9.0),
        Column("Resolution", width=11.0),
        Column("Plans made on", width=50.0),
    ]
    page.header(columns)
    for run in briefing.results:
        gap = max(abs(stage.relative_gap) for stage in run.stages)
        page.line(
            columns,
            [
                run.scenario.title,
                run.status,
                float(len(run.stages)),
                gap,
                float(len(run["periods"])),
                run.scenario.resolution,
                stage_words(run),
            ],
        )
    page.row += 1


def _versions(page: Page, briefing: Briefing) -> None:
    page.heading("Provenance")
    base = briefing.reference
    lines = {
        "Data package (SHA-256)": base.data_digest,
        "Software": ", ".join(f"{name} {version}" for name, version in base.versions.items()),
        "Reproduce": "Same data, scenarios and versions give this file again, byte for byte.",
        **({} if page.book.tongue.is_plain else {"Language": DATA_LANGUAGE}),
        "Licences": "Own results CC BY 4.0; sources and their licences are on the sheet Sources.",
    }
    for name, value in lines.items():
        page.text(page.row, 0, name)
        page.text(page.row, 1, value)
        page.row += 1
