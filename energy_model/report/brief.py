"""The whole briefing from one call: every scenario, its tables, the figures, the workbook and the answer in words.

Everything is written into a hidden folder in the target, and takes its place when all of it is there: what an earlier
briefing wrote stays untouched if anything fails. What earlier calls have made of the same inputs is taken over.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from energy_model.data.load import GasData, load_data
from energy_model.files import Workplace
from energy_model.report import facts, figures, style
from energy_model.report.drawing import draw_figures, drawn_of, map_day, maps_in
from energy_model.report.figure_words import in_language, save_figure_files
from energy_model.report.findings import findings
from energy_model.report.finished import RunsOnDemand, Seal
from energy_model.report.first_plan import FEWEST, first_plan
from energy_model.report.kept_validation import known_validation, new_validation
from energy_model.report.onepage.language import language_of
from energy_model.report.published import headline_of, write_published
from energy_model.report.run_cache import Kept, telling_failures
from energy_model.report.selection import RangesOf, checked_scenarios, detailed_ids, ranged_ids
from energy_model.report.whose import as_told
from energy_model.report.workbook import write_workbook
from energy_model.report.workbook.briefing import Validation
from energy_model.results.ranges import Bands
from energy_model.results.run import Results, run
from energy_model.scenario import Scenario
from energy_model.show import Card, Shown, counted
from energy_model.sweep.spread import headline_ranges
from energy_model.validate.reference import has_case, reference_case
from energy_model.workers import BrokenProcessPool, Workers, processes

RESULTS, FIGURES, WORKBOOK = "results", "figures", "briefing.xlsx"
OTHERS_FIGURES = "risk_*"
"""Figures of other commands in the same folder; they stay."""
Progress = Callable[[str, int, int], None]
"""Called with a title, how many scenarios are done, and how many there are."""

_log = logging.getLogger(__name__)
_worker_data: GasData | None = None


@dataclass(frozen=True, repr=False)
class Brief(Shown):
    """What a briefing wrote, and its answer.

    Attributes
    ----------
    answer : str
        One paragraph in plain words.
    findings : tuple of str
        Its sentences.
    results : sequence of Results
        In reading order; those of a briefing that was there already are solved when they are asked for.
    notes : tuple of str
        What is to be known of a scenario's input, each after its id.
    resumed : int
        How many of them an earlier call had solved.
    is_unchanged : bool
        Whether an earlier call made it, and nothing that decides it has changed since.
    """

    folder: Path
    workbook: Path
    result_folders: tuple[Path, ...]
    figures: tuple[Path, ...]
    answer: str
    findings: tuple[str, ...]
    results: Sequence[Results] = field(repr=False)
    notes: tuple[str, ...] = ()
    resumed: int = 0
    is_unchanged: bool = False

    @property
    def pictures(self) -> tuple[Path, ...]:
        """The figures as PNG; an SVG of each and the numbers that it draws lie beside it."""
        return tuple(path for path in self.figures if path.suffix == style.PNG)

    def card(self) -> Card:
        """What the briefing says of itself."""
        runs = ", ".join(folder.name for folder in self.result_folders)
        files = f"{self.workbook.name} and {counted(len(self.pictures), 'figure')}"
        rows = (("folder", self.folder), ("files", files), ("runs", runs))
        then = (("brief.findings", "the sentences"), ("brief.results[0]", "a run"))
        return Card(f"Briefing on {counted(len(self.results), 'scenario')}", rows, then, self.answer)


def brief(
    data: GasData | None,
    folder: str | os.PathLike[str],
    scenarios: Sequence[str | Scenario] | None = None,
    *,
    progress: Progress | None = None,
    workers: int | None = None,
    title: str = "",
    base: str | None = None,
    validate: bool | None = None,
    ranges: RangesOf = "few",
    fresh: bool = False,
    language: str = "en",
) -> Brief:
    """Run scenarios and write the briefing to ``folder``: ``results/``, ``figures/`` and ``briefing.xlsx``.

    Parameters
    ----------
    data : GasData, optional
        Loaded data package; ``None`` is the package's own.
    scenarios : sequence, optional
        Scenarios, names of the library or files; default is the whole library. The one against which they are measured
        is solved along if it is not among them.
    progress : callable, optional
        See :data:`Progress`.
    workers : int, optional
        Processes that solve; default is two, or one on a machine with one core. A script that asks for more than one
        guards its main part with ``if __name__ == "__main__"``, else one does the work.
    title : str, optional
        Title of the workbook; default is that of the data package.
    base : str, optional
        Scenario against which all are measured: an id, a name of the library or a file; default is the reference of the
        data package.
    validate : bool, optional
        Whether history is replayed and published results are rebuilt for the sheet *Validation*, about half a minute of
        one core; by default only when the whole library is run and the data package names a case of the past.
    ranges : {"few", "main", "none"}
        For which scenarios low, central and high of the headlines are found, on periods of a month, unless ``folder``
        holds them already from the same data, scenario and version: ``few`` for the one all are measured against, the
        one that stands for a shortage and one's own; ``main`` for all shown in detail.
    fresh : bool
        Make everything anew: take over nothing that earlier calls have solved or drawn.
    language : {"en", "de"}
        Of the workbook and the figures; tables and the answer are in English.

    Raises
    ------
    ScenarioError, DataError
        With every problem of every scenario, before anything is solved.
    SolveError, ResultError, OutputError
        If a run or a file fails; nothing is written then.
    """
    data = data if data is not None else load_data()
    chosen, base = checked_scenarios(scenarios, data, base)
    if wanted := (scenarios is None and has_case(data)) if validate is None else validate:
        reference_case(data)
    language_of(language, data)
    job = _Plan(chosen, base, ranged_ids(chosen, base, data, ranges), title, wanted, fresh, language)
    return _at_hand(data, Path(folder), job, progress, workers)


@dataclass(frozen=True)
class _Plan:
    """What is asked for, checked: scenarios, the one they are measured against, and those whose ranges are wanted."""

    chosen: list[Scenario]
    base: str
    ranged: frozenset[str]
    title: str
    validate: bool
    fresh: bool
    language: str = "en"


def _at_hand(data: GasData, target: Path, plan: _Plan, progress: Progress | None, workers: int | None) -> Brief:
    """The finished briefing of this very plan, or a new one."""
    seal = Seal(target, data, vars(plan))
    if not plan.fresh and (said := seal.read()) is not None:
        return _unchanged(target, data, plan, said)
    made = _make(data, target, plan, progress, workers)
    told = {"findings": made.findings, "figures": [path.name for path in made.figures], "notes": made.notes}
    seal.write([*made.result_folders, *made.figures, made.workbook], told)
    return made


def _unchanged(target: Path, data: GasData, plan: _Plan, said: Mapping[str, Any]) -> Brief:
    """The briefing that lies there."""
    return Brief(
        folder=target,
        workbook=target / WORKBOOK,
        result_folders=tuple(target / RESULTS / one.id for one in plan.chosen),
        figures=tuple(target / FIGURES / name for name in said["figures"]),
        answer=" ".join(said["findings"]),
        findings=tuple(said["findings"]),
        results=RunsOnDemand(plan.chosen, data),
        notes=tuple(said["notes"]),
        is_unchanged=True,
    )


def _make(data: GasData, target: Path, plan: _Plan, progress: Progress | None, workers: int | None) -> Brief:
    """Solve, write and publish the briefing of scenarios that have been checked."""
    chosen, base = plan.chosen, plan.base
    kept = Kept(target, data, chosen)
    with Workplace(target) as work:
        resumed = kept.begin(chosen, fresh=plan.fresh)
        shares, detailed = len(chosen) - resumed >= FEWEST, detailed_ids(chosen, base, data)
        job = _Job(work.path, kept, base, detailed, plan.ranged, tuple(chosen), shares, plan.language)
        with telling_failures(kept, chosen):
            done = _solve(chosen, data, job, progress, processes(workers, len(chosen)), plan.validate)
            results = done.results
            points, names = _write(done, job, data, plan)
            parts = (*sorted(f"{RESULTS}/{one.name}" for one in (work.path / RESULTS).iterdir()), FIGURES, WORKBOOK)
            found = [path.relative_to(work.path).as_posix() for path in sorted(work.path.glob("ranges/*.json"))]
            work.publish({work.path / part: target / part for part in (*parts, *found)})
    kept.remove(chosen)
    return Brief(
        folder=target,
        workbook=target / WORKBOOK,
        result_folders=tuple(target / RESULTS / one.scenario.id for one in results),
        figures=tuple(target / FIGURES / name for name in names),
        answer=" ".join(points),
        findings=tuple(points),
        results=tuple(results),
        notes=tuple(dict.fromkeys(f"{one.scenario.id}: {note}" for one in results for note in one.notes)),
        resumed=resumed,
    )


@dataclass(frozen=True)
class _Job:
    """Where the parts of a briefing are made, what is known of an earlier attempt, who gets figures and ranges.

    ``beside`` are all its scenarios: each is solved on the periods of all. ``shares_plan``: enough are to be solved for
    a plan that they have in common to be worth a solve of its own.
    """

    staging: Path
    kept: Kept
    base: str
    detailed: frozenset[str]
    ranged: frozenset[str]
    beside: tuple[Scenario, ...]
    shares_plan: bool
    language: str


@dataclass(frozen=True)
class _Done:
    """Runs in the order given whatever was done first, ranges of headlines by scenario, and the validation."""

    results: list[Results]
    bands: dict[str, Bands]
    validation: Validation | None


def _solve(
    chosen: Sequence[Scenario], data: GasData, job: _Job, progress: Progress | None, workers: int, validate: bool
) -> _Done:
    """Solve and save every scenario, find ranges, then draw; beside them the validation."""
    done: dict[str, Results] = {}
    bands, missing = _known_ranges(chosen, data, job)
    checked = known_validation(data, job.kept, job.staging) if validate else None
    must_check = validate and checked is None
    (job.staging / FIGURES).mkdir()
    (job.staging / RESULTS).mkdir()

    def tell(results: Results) -> None:
        done[results.scenario.id] = results
        if progress is not None:
            progress(results.scenario.title, len(done), len(chosen))

    left = len(chosen) - job.kept.count(chosen) + len(missing) + int(must_check)
    shares_ranges = len(missing) == 1 and left <= 2  # then the runs for them are what is shared
    if min(workers, left) > 1 and not shares_ranges:  # for one piece a process of its own is not worth its start
        try:
            checked = _solve_in_processes(chosen, missing, data, job, workers, tell, bands, must_check) or checked
        except BrokenProcessPool:
            _log.warning("the solving processes stopped; going on with one process")
    for scenario in chosen:
        if scenario.id not in done:
            tell(_one(scenario, data, job))
    for scenario in missing:
        if scenario.id not in bands:
            bands[scenario.id] = _ranges(scenario, data, job, workers)
    results = [done[scenario.id] for scenario in chosen]
    day = map_day(results)
    for one in results:
        if one.scenario.id in job.detailed and not any((job.staging / FIGURES).glob(f"{one.scenario.id}_*.png")):
            _draw(one, data, job, day)
    if validate and checked is None:
        checked = _validation(data, job)
    return _Done(results, {one.id: bands[one.id] for one in chosen if one.id in bands}, checked)


def _known_ranges(chosen: Sequence[Scenario], data: GasData, job: _Job) -> tuple[dict[str, Bands], list[Scenario]]:
    """Ranges that are known already of scenarios shown in detail, and the scenarios whose are wanted and not known."""
    if not job.ranged:
        return {}, []
    found = {one.id: job.kept.ranges(one, data, job.staging) for one in chosen if one.id in job.detailed}
    known = {name: bands for name, bands in found.items() if bands is not None}
    return known, [one for one in chosen if one.id in job.ranged and one.id not in known]


def _solve_in_processes(
    chosen: Sequence[Scenario],
    missing: Sequence[Scenario],
    data: GasData,
    job: _Job,
    workers: int,
    tell: Callable[[Results], None],
    bands: dict[str, Bands],
    validate: bool,
) -> Validation | None:
    """Share the work between processes; what takes longest first, so that nothing is left alone at the end."""
    order = sorted(chosen, key=lambda scenario: -len(scenario.announcements()))
    there, ids = [one for one in order if job.kept.count([one])], [one.id for one in order]
    with Workers(workers, _keep, data) as pool:
        checked = pool.submit(_validation, None, job) if validate else None
        waiting: list[Future[Results]] = [pool.submit(_one, one, None, job) for one in order if one not in there]
        ranged = {one.id: pool.submit(_ranges, one, None, job) for one in missing}
        results = [_one(scenario, data, job) for scenario in there]
        for one in results:
            tell(one)
        for future in as_completed(waiting):
            tell(future.result())
        results += [future.result() for future in waiting]
        results.sort(key=lambda one: ids.index(one.scenario.id))
        day = map_day(results)
        drawn = [pool.submit(_draw, one, None, job, day) for one in results if one.scenario.id in job.detailed]
        bands.update({name: future.result() for name, future in ranged.items()})
        for figure in drawn:
            figure.result()
        return checked.result() if checked is not None else None


def _keep(data: GasData) -> None:
    global _worker_data  # in a solving process, so that they travel once
    _worker_data = data


def _held(data: GasData | None) -> GasData:
    known = data if data is not None else _worker_data
    assert known is not None  # a solving process has been given the data
    return known


def _validation(data: GasData | None, job: _Job) -> Validation:
    """History replayed and published results rebuilt."""
    return new_validation(_held(data), job.kept, job.staging)


def _one(scenario: Scenario, data: GasData | None, job: _Job) -> Results:
    """Solve one scenario if that is still to be done, and save its tables."""
    known = _held(data)
    results = job.kept.get(scenario)
    if results is None:
        first = first_plan(scenario, job.base, job.beside, known) if job.shares_plan else None
        results = run(scenario, known, beside=job.beside, known=first)
        job.kept.put(results)
    folder = job.staging / RESULTS / scenario.id
    shutil.rmtree(folder, ignore_errors=True)  # begun by a process that died
    job.kept.write_files(results, folder)
    return results


def _ranges(scenario: Scenario, data: GasData | None, job: _Job, workers: int = 1) -> Bands:
    """Low, central and high of the headlines of a scenario."""
    bands = headline_ranges(scenario, _held(data), workers=workers)
    job.kept.put_ranges(scenario, _held(data), job.staging, bands)
    return bands


def _draw(results: Results, data: GasData | None, job: _Job, day: pd.Timestamp) -> None:
    """Draw the figures of a run, or take those over that show the same."""
    known, folder = _held(data), job.staging / FIGURES
    beside = job.beside if results.scenario.id == job.base else ()
    told = {"day": str(day), "language": job.language, **drawn_of(results, known, beside)}
    if not job.kept.made(results.scenario, told, folder):
        more = (day, job.language, beside)
        job.kept.make(results.scenario, told, folder, lambda own: draw_figures(results, known, own, *more))


def _write(done: _Done, job: _Job, data: GasData, plan: _Plan) -> tuple[list[str], list[str]]:
    """What tells of all scenarios together: storage, workbook, answer; its sentences and all figures of the folder."""
    there, results = job.staging / FIGURES, done.results
    with in_language(plan.language, data, results):
        save_figure_files(figures.storage_curve(facts.pick_main(results, job.base), data), there / "storage.png")
    if done.validation is not None and len(done.validation.published.shortages):
        write_published(done.validation.published, there, headline_of(results, done.bands))
    book = job.staging / WORKBOOK
    write_workbook(
        results, book, data=data, title=plan.title, base=job.base, validation=done.validation, bands=done.bands,
        maps=maps_in(there, results), language=plan.language,
    )  # fmt: skip
    job.kept.put_known(results)
    names = sorted(path.name for path in there.iterdir())
    for path in (job.kept.out / FIGURES).glob(OTHERS_FIGURES):
        if path.name not in names:
            shutil.copy2(path, there / path.name)
    told, bands = as_told(results, job.base, data, done.bands)
    return findings(told, job.base, bands), names
