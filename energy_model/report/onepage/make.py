"""From a scenario, and perhaps a country, to its page, and from the page to a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from energy_model.data.load import GasData, load_data
from energy_model.errors import OutputError, closest
from energy_model.files import replacing_file
from energy_model.impact.study import Study, study
from energy_model.report.onepage.country_page import country_page
from energy_model.report.onepage.language import language_of
from energy_model.report.onepage.options import options
from energy_model.report.onepage.page import Page
from energy_model.report.onepage.page_run import Told
from energy_model.report.onepage.pdf import write_pdf
from energy_model.report.onepage.scenario_page import scenario_page
from energy_model.report.onepage.slide import write_pptx
from energy_model.report.onepage.web import write_html
from energy_model.report.onepage.word import write_docx
from energy_model.report.whose import about_one_seller
from energy_model.results.ranges import Bands, RangeStore
from energy_model.results.run import Results, run
from energy_model.scenario import Scenario, as_scenario
from energy_model.sweep.spread import headline_ranges

WRITERS: Mapping[str, Callable[[Page, Path], None]] = {
    "pdf": write_pdf,
    "docx": write_docx,
    "pptx": write_pptx,
    "html": write_html,
}
"""What writes a page, by the ending of its file."""
Progress = Callable[[str, int, int], None]
"""Called with what is done, how much of it, and how much there is."""


def one_page(
    scenario: Scenario | str,
    data: GasData | None = None,
    *,
    against: Scenario | str | None = None,
    built_on: Scenario | None = None,
    country: str | None = None,
    language: str = "en",
    issued: date | None = None,
    store: RangeStore | None = None,
    find_ranges: bool = True,
    progress: Progress | None = None,
    workers: int = 1,
) -> Page:
    """The page of a scenario, or of a country in it.

    Parameters
    ----------
    scenario, against : Scenario or str
        A scenario, a library's name or a file, and what it is measured against; default is the reference of the data.
    data : GasData, optional
        Default is the package's own.
    built_on : Scenario, optional
        The scenario it is built on (:func:`energy_model.scenario.changes.base_of`), for the numbers of what it adds.
    country : str, optional
        Code or name of a country, for its page; default is the page of the scenario.
    language : {"en", "de"}
    issued : date, optional
        Day of issue; default is the day on which the data package stands.
    store : RangeStore, optional
        Where ranges are read from, and kept.
    find_ranges : bool
        Find ranges that are not known, two solves for each input; without them the page says that they are missing.
    progress : callable, optional
        See :data:`Progress`.
    workers : int
        Processes that share the runs for ranges.

    Raises
    ------
    ScenarioError, DataError
        With every problem of the input at once.
    SolveError, ResultError, OutputError
        If a run fails, or the language is not known.
    """
    world = data if data is not None else load_data()
    words = language_of(language, world)
    chosen = as_scenario(scenario, world.root, world)
    world = _about(world, study(chosen, world, baseline=against, country=country).subject.country)
    found = study(chosen, world, baseline=against)
    bands = _bands(chosen, world, store, find_ranges, progress, workers)
    own, base = about_one_seller([found.results, found.reference], found.baseline, world)
    measured = base if found.baseline.id != found.scenario.id else None
    told = Told(own, measured, world, words, issued or world.storyline.as_of, bands)
    of = None if country is None else found.subject.country
    told = replace(told, options=options(found.results, found.scenario, found.data, [found.baseline], of))
    if built_on is not None and built_on.id not in (found.scenario.id, found.baseline.id):
        told = _told_of_its_base(told, built_on, found)
    return country_page(told, found) if country is not None else scenario_page(told)


def write_page(page: Page, path: Path, form: str | None = None) -> Path:
    """Write a page to a file, whole or not at all.

    Parameters
    ----------
    form : {"pdf", "docx", "pptx", "html"}, optional
        Default is the ending of the file.

    Raises
    ------
    OutputError
        If there is no such form, a library is missing, or the file cannot be written.
    """
    form = path.suffix.lower().lstrip(".") if form is None else form
    if form not in WRITERS:
        raise OutputError(f"a page cannot be written as '{form}'; {closest(form, WRITERS)}")
    with replacing_file(path) as part:
        WRITERS[form](page, part)
    return path


def _about(data: GasData, country: str) -> GasData:
    """The data with a country in focus, so that headlines and their ranges are about it."""
    line = data.storyline
    focus = line.focus.model_copy(update={"country": country})
    return replace(data, storyline=line.model_copy(update={"focus": focus}))


def _bands(
    scenario: Scenario, data: GasData, store: RangeStore | None, find: bool, progress: Progress | None, workers: int
) -> Bands:
    known = store.read(scenario, data) if store is not None else None
    if known is not None or not find:
        return known or {}

    def tell(done: int, total: int, what: str) -> None:
        if progress is not None:
            progress(what, done, total)

    return headline_ranges(scenario, data, store, tell, workers=workers)


def _told_of_its_base(told: Told, built_on: Scenario, found: Study) -> Told:
    """What is told, with both runs on the same periods, or with the base alone where that is over other days."""
    if built_on.horizon == found.scenario.horizon:
        return replace(told, built_on=_pair(built_on, found))
    return replace(told, over_other_days=built_on)


def _pair(built_on: Scenario, found: Study) -> tuple[Results, Results]:
    """The scenario that another is built on, and that other, on the same periods."""
    every = [built_on, found.scenario, found.baseline]
    before, after = (run(one, found.data, beside=every) for one in every[:2])
    return before, after
