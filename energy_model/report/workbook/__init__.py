"""The Excel briefing: one file, one table per question, formulas where a reader expects them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from energy_model.data.load import GasData, load_data
from energy_model.errors import OutputError, ResultError
from energy_model.files import replacing_file
from energy_model.report import facts
from energy_model.report.findings import findings
from energy_model.report.workbook.assumptions import write_assumptions, write_sources
from energy_model.report.workbook.book import Book
from energy_model.report.workbook.briefing import Briefing
from energy_model.report.workbook.checks import write_checks, write_cover
from energy_model.report.workbook.countries import write_countries, write_germany
from energy_model.report.workbook.scenarios import write_scenarios, write_summary
from energy_model.report.workbook.series import write_prices, write_storage
from energy_model.report.workbook.supplies import write_routes, write_substitution
from energy_model.report.workbook.validation import SHEET as VALIDATION
from energy_model.report.workbook.validation import Validation, write_validation
from energy_model.results.compare import one_span
from energy_model.results.run import Results
from energy_model.scenario.load import validated

SHEETS: dict[str, str] = {
    "Cover": "question, vintage, how to read, status of every solution",
    "Summary": "findings, headline table and two charts on one page",
    "Scenarios": "headline numbers of every scenario and their difference to the reference",
    "Germany": "Germany's balance, shortfall by sector and month",
    "Countries x sectors": "curtailed share by country and sector",
    "Russian routes": "Russian pipeline gas by route and month",
    "Substitution": "who replaces the gas that Russia does not send",
    "Storage": "gas in store against legal and customary levels",
    "Prices": "prices by month and country",
    "Assumptions": "scenarios, measures in words, parameters with low and high",
    "Sources": "where the figures come from, with licences",
    VALIDATION: "errors of the model where the answer is known, aims reached and missed, published results",
    "Checks": "cells that must be 0",
}
"""Sheets in their order, and what each holds."""
TITLE = "Russian gas to Europe: who goes short if it stops"


def write_workbook(
    results: Sequence[Results],
    path: str | os.PathLike[str],
    *,
    data: GasData | None = None,
    title: str = TITLE,
    as_of: date | None = None,
    main: Sequence[str] = facts.MAIN_SCENARIOS,
    validation: Validation | None = None,
) -> Path:
    """Write the briefing of one or more runs; the same runs give the same bytes.

    Parameters
    ----------
    results : sequence of Results
        In the order of the tables. The run named ``reference``, else the first, is what others are measured against.
    data : GasData, optional
        For assumptions, sources and observed storage; default is the package's own data.
    as_of : date, optional
        Day on which the author stands; default is that of the reference.
    main : sequence of str
        Scenarios that the detailed sheets show, at most seven.
    validation : Validation, optional
        Replay of history and published results; without them the sheet is left out.

    Raises
    ------
    OutputError
        If the file cannot be written; an earlier one is untouched.
    ResultError
        If there is nothing to write, or runs of one id twice.
    ScenarioError
        If the runs are over different days: one caption would be false for some of them.
    """
    results = list(results)
    ids = [run.scenario.id for run in results]
    if not results or len(set(ids)) < len(ids):
        raise ResultError(
            "a workbook needs at least one run, and each scenario once; got " + (", ".join(ids) or "none")
        )
    one_span([validated(run.scenario) for run in results])
    as_of = as_of or facts.reference_of(results).scenario.as_of
    data = (data if data is not None else load_data()).at(as_of)
    briefing = Briefing(results, facts.pick_main(results, main), data, title, as_of, findings(results))
    target = Path(path)
    with replacing_file(target) as part:
        _check_writable(target, part)
        _write(briefing, part, validation)
    return target


def _check_writable(target: Path, part: Path) -> None:
    """Say what is wrong before minutes of work: XlsxWriter would only fail at the end."""
    if target.is_dir():
        raise OutputError(f"cannot write {target}: it is a folder; give a file name ending in .xlsx")
    if target.suffix.lower() != ".xlsx":
        raise OutputError(f"cannot write {target}: a workbook ends in .xlsx, not in {target.suffix!r}")
    part.touch()


def _write(briefing: Briefing, path: Path, validation: Validation | None) -> None:
    sheets = {name: what for name, what in SHEETS.items() if validation is not None or name != VALIDATION}
    digest = briefing.reference.data_digest[:12]
    footer = f"Source: own model calculation, data known on {facts.day_name(briefing.as_of)}, data package {digest}"
    book = Book(path, briefing.as_of, footer, sheets)
    book.workbook.set_properties({"title": briefing.title, "author": "energy-model", "created": book.created})
    write_scenarios(book, briefing)
    write_storage(book, briefing)
    write_summary(book, briefing)
    write_germany(book, briefing)
    write_countries(book, briefing)
    write_routes(book, briefing)
    write_substitution(book, briefing)
    write_prices(book, briefing)
    write_assumptions(book, briefing)
    write_sources(book, briefing)
    if validation is not None:
        write_validation(book, briefing, validation)
    write_checks(book, briefing)
    write_cover(book, briefing, {name: what for name, what in sheets.items() if name != "Cover"})
    book.close()
