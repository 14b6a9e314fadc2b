"""The Excel briefing: one file, one table per question, formulas where a reader expects them."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd

from energy_model.data.load import GasData, load_data
from energy_model.errors import OutputError, ResultError
from energy_model.files import replacing_file
from energy_model.report import facts
from energy_model.report.baseline import with_base
from energy_model.report.findings import Story
from energy_model.report.tongue import Tongue
from energy_model.report.whose import as_told, title_and_question
from energy_model.report.workbook.book import Book, sheet_name
from energy_model.report.workbook.briefing import Briefing, Validation
from energy_model.report.workbook.sheet import Sheet, every_sheet, in_writing_order
from energy_model.results.compare import one_span
from energy_model.results.labels import Labels
from energy_model.results.ranges import Bands
from energy_model.results.run import Results, run
from energy_model.scenario.load import validated


def sheets_of(labels: Labels, nodes: pd.DataFrame) -> dict[str, str]:
    """The sheets of a workbook by their names, and what each holds."""
    return _contents(every_sheet(), labels, nodes)


def _contents(sheets: Mapping[str, Sheet], labels: Labels, nodes: pd.DataFrame) -> dict[str, str]:
    names = {"country": labels.country_name(nodes), "adjective": labels.adjective(nodes)}
    return {sheet_name(one.name.format(**names)): one.about for one in sheets.values()}


def write_workbook(
    results: Sequence[Results],
    path: str | os.PathLike[str],
    *,
    data: GasData | None = None,
    title: str = "",
    as_of: date | None = None,
    base: str | None = None,
    main: Sequence[str] | None = None,
    validation: Validation | None = None,
    bands: Mapping[str, Bands] | None = None,
    maps: Mapping[str, Path] | None = None,
    language: str = "en",
) -> Path:
    """Write the briefing of one or more runs; the same runs give the same bytes.

    Parameters
    ----------
    results : sequence of Results
        In the order of the tables.
    data : GasData, optional
        For assumptions, sources and observed storage; default is the package's own data.
    title : str, optional
        Default is that of the data package.
    as_of : date, optional
        Day on which the author stands; default is that of the run against which others are measured.
    base : str, optional
        Id of the run against which all are measured; default is the reference of the data package, which is solved
        along if it is not among the runs.
    main : sequence of str, optional
        Scenarios that the detailed sheets show, at most seven; default is what the data package wants.
    validation : Validation, optional
        Replay of history and published results; without them the sheet is left out.
    bands : mapping, optional
        Ranges of headlines by scenario and key; without them the sheet is left out.
    maps : mapping, optional
        PNG files of maps by scenario; without them the sheet is left out.
    language : {"en", "de"}
        Of its words and of the signs of numbers in sentences; notes of the data stay in theirs.

    Raises
    ------
    OutputError
        If the file cannot be written, and an earlier one is untouched, or the language is not known.
    ResultError
        If there is nothing to write, runs of one id twice, or no run of the id of the base.
    ScenarioError
        If the runs are over different days: one caption would be false for some of them.
    """
    briefing = _briefing(list(results), data, title, as_of, base, main, bands or {})
    tongue = Tongue.of_runs(language, briefing.data, briefing.results)
    own = briefing.data.storyline.briefing.title or briefing.data.storyline.title
    named = title or (tongue.language.package(briefing.data) if briefing.title == own else tongue.say(briefing.title))
    named = briefing.title if tongue.is_plain else named
    briefing = replace(briefing, validation=validation, maps=maps or {}, tongue=tongue, title=named)
    target = Path(path)
    with replacing_file(target) as part:
        _check_writable(target, part)
        _write(briefing, part)
    return target


def _briefing(
    results: list[Results],
    data: GasData | None,
    title: str,
    as_of: date | None,
    base: str | None,
    main: Sequence[str] | None,
    bands: Mapping[str, Bands],
) -> Briefing:
    """What the sheets are written from, the run against which all are measured solved along if it is not there."""
    ids = [one.scenario.id for one in results]
    if not results or len(set(ids)) < len(ids):
        raise ResultError(
            "a workbook needs at least one run, and each scenario once; got " + (", ".join(ids) or "none")
        )
    one_span([validated(one.scenario) for one in results])
    world = data if data is not None else load_data()
    scenarios, base = with_base([one.scenario for one in results], world, base)
    results = [*(run(one, world, beside=scenarios) for one in scenarios[: len(scenarios) - len(results)]), *results]
    against = next(one for one in results if one.scenario.id == base).scenario
    named, question = title_and_question(results, against, world)
    told, bands = as_told(results, base, world, bands)
    reference = next(one for one in told if one.scenario.id == base)
    as_of = as_of or against.as_of
    return Briefing(
        results=told,
        reference=reference,
        main=facts.pick_main(told, base, main),
        data=world.at(as_of),
        title=title or named,
        question=question,
        as_of=as_of,
        story=Story(told, reference, bands),
    )


def _check_writable(target: Path, part: Path) -> None:
    """Say what is wrong before minutes of work: XlsxWriter would only fail at the end."""
    if target.is_dir():
        raise OutputError(f"cannot write {target}: it is a folder; give a file name ending in .xlsx")
    if target.suffix.lower() != ".xlsx":
        raise OutputError(f"cannot write {target}: a workbook ends in .xlsx, not in {target.suffix!r}")
    part.touch()


def _write(briefing: Briefing, path: Path) -> None:
    sheets = {key: one for key, one in every_sheet().items() if one.given(briefing)}
    digest = briefing.reference.data_digest[:12]
    footer = f"Source: own model calculation, data known on {facts.day_name(briefing.as_of)}, "
    footer += f"vintage {briefing.data.root.name}, data package {digest}"
    contents = _contents(sheets, briefing.reference.labels, briefing.reference.nodes)
    book = Book(path, briefing.as_of, footer, contents, briefing.tongue)
    book.workbook.set_properties({"title": briefing.title, "author": "energy-model", "created": book.created})
    for one in in_writing_order(sheets):
        one.write(book, briefing)
    book.close()
