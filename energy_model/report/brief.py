"""The whole briefing from one call: every scenario, its tables, the figures, the workbook and the answer in words.

Everything is written into a hidden folder in the target first. Only when all of it is there does it take its place;
what an earlier briefing wrote stays untouched if anything fails or is interrupted. Scenarios that were finished by then
are kept (:mod:`energy_model.report.kept`), and the next call goes on from there.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from energy_model.data.load import GasData, load_data
from energy_model.errors import OutputError, ScenarioError
from energy_model.files import Workplace, reason
from energy_model.report import facts, figures, style
from energy_model.report.findings import findings
from energy_model.report.geography import Basemap, load_basemap
from energy_model.report.kept import Kept
from energy_model.report.workbook import TITLE, write_workbook
from energy_model.report.workbook.validation import Validation
from energy_model.results.compare import one_span
from energy_model.results.run import Results, run
from energy_model.results.store import write_run
from energy_model.scenario import Scenario, as_scenario, check_against, library
from energy_model.validate.anchors import anchors
from energy_model.validate.replay import replay
from energy_model.workers import BrokenProcessPool, Workers, usable

RESULTS, FIGURES, WORKBOOK = "results", "figures", "briefing.xlsx"
WORKERS_AT_MOST = 2
BASEMAP = "basemap.geojson"
OTHERS_FIGURES = "risk_*"
"""Figures of other commands in the same folder; they stay."""
READING_ORDER = (
    "reference",
    "ns2_commissioned",
    "ns2_sanctioned_permanently",
    "russia_cuts_further",
    "nord_stream_1_stops",
    "ukraine_transit_stops",
    "yamal_and_ukraine_stop",
    "full_cutoff_february",
    "full_cutoff_april",
    "full_cutoff_cold_winter",
    "full_cutoff_low_lng",
    "full_cutoff_with_assurances",
    "full_cutoff_with_savings",
    "germany_backs_sanctions",
    "eu_bans_russian_gas",
    "germany_bans_russian_gas",
    "phase_out_by_winter",
)
"""From mild to grave, then what helps; a scenario that is not listed follows."""

Progress = Callable[[str, int, int], None]
"""Called with a title, how many scenarios are done, and how many there are."""

_log = logging.getLogger(__name__)
_worker_data: GasData | None = None


@dataclass(frozen=True)
class Brief:
    """What a briefing wrote, and its answer.

    Attributes
    ----------
    answer : str
        One paragraph in plain words.
    findings : tuple of str
        Its sentences.
    results : tuple of Results
        In reading order.
    resumed : int
        How many of them an earlier call that was not finished had solved.
    """

    folder: Path
    workbook: Path
    result_folders: tuple[Path, ...]
    figures: tuple[Path, ...]
    answer: str
    findings: tuple[str, ...]
    results: tuple[Results, ...]
    resumed: int = 0


def brief(
    data: GasData | None,
    folder: str | os.PathLike[str],
    scenarios: Sequence[str | Scenario] | None = None,
    *,
    progress: Progress | None = None,
    workers: int | None = None,
    title: str = TITLE,
    validate: bool | None = None,
    fresh: bool = False,
) -> Brief:
    """Run scenarios and write the briefing to ``folder``: ``results/``, ``figures/`` and ``briefing.xlsx``.

    Parameters
    ----------
    data : GasData, optional
        Loaded data package; ``None`` is the package's own.
    scenarios : sequence, optional
        Scenarios, names of the library or files; default is the whole library.
    progress : callable, optional
        See :data:`Progress`.
    workers : int, optional
        Processes that solve; default is two, or one on a machine with one core. A script that asks for more than one
        guards its main part with ``if __name__ == "__main__"``, else one does the work.
    validate : bool, optional
        Whether history is replayed and published results are rebuilt for the sheet *Validation*, about half a minute of
        one core; by default only when the whole library is run.
    fresh : bool
        Forget the scenarios that an earlier call had solved before it was stopped, instead of going on from there.

    Raises
    ------
    ScenarioError, DataError
        With every problem of every scenario, before anything is solved.
    SolveError, ResultError, OutputError
        If a run or a file fails; nothing is written then.
    """
    data, target = data if data is not None else load_data(), Path(folder)
    chosen, kept = _load(scenarios, data), Kept(target, data)
    with Workplace(target) as work:
        resumed = kept.begin(chosen, fresh=fresh)
        job = _Job(work.path, kept, _detailed([scenario.id for scenario in chosen]))
        with _told(kept, chosen):
            wanted = scenarios is None if validate is None else validate
            results, validation = _solve(chosen, data, job, progress, _workers(workers, len(chosen)), wanted)
            points, names = _write(results, job, data, title, validation)
            parts = (*(f"{RESULTS}/{one.scenario.id}" for one in results), FIGURES, WORKBOOK)
            work.publish({work.path / part: target / part for part in parts})
    kept.remove(chosen)
    return Brief(
        folder=target,
        workbook=target / WORKBOOK,
        result_folders=tuple(target / RESULTS / one.scenario.id for one in results),
        figures=tuple(target / FIGURES / name for name in names),
        answer=" ".join(points),
        findings=tuple(points),
        results=tuple(results),
        resumed=resumed,
    )


@contextmanager
def _told(kept: Kept, chosen: Sequence[Scenario]) -> Iterator[None]:
    """Say what a failure leaves for the next call; one of the disk is told in words."""
    try:
        yield
    except BaseException as error:
        if there := kept.count(chosen):
            _log.warning("%d of %d scenarios are solved and kept: the same call goes on there", there, len(chosen))
        if not isinstance(error, OSError):
            raise
        out = kept.folder.parent
        raise OutputError(f"cannot write to {out}: {reason(error)}; earlier results are untouched") from error


def in_reading_order(names: Sequence[str]) -> list[str]:
    """Names as a reader wants them.

    >>> in_reading_order(["my_own", "full_cutoff_february", "reference"])
    ['reference', 'full_cutoff_february', 'my_own']
    """
    place = {name: number for number, name in enumerate(READING_ORDER)}
    return sorted(names, key=lambda name: place.get(name, len(place)))


def _load(scenarios: Sequence[str | Scenario] | None, data: GasData) -> list[Scenario]:
    """All scenarios, checked against the data; every problem of every one in one error."""
    wanted = in_reading_order(list(library(data.root))) if scenarios is None else list(scenarios)
    if not wanted:
        raise ScenarioError(
            "the list of scenarios", ["is empty; name at least one, or leave it out for the whole library"]
        )
    loaded: list[Scenario] = []
    problems: list[str] = []
    for one in wanted:
        try:
            scenario = as_scenario(one, data.root)
            check_against(scenario, data.at(scenario.as_of))
        except ScenarioError as error:
            problems += [f"{error.where}: {problem}" for problem in error.problems]
            continue
        if scenario.id in {known.id for known in loaded}:
            problems.append(f"scenario {scenario.id}: given twice; give each once")
        loaded.append(scenario)
    if problems:
        raise ScenarioError("the list of scenarios", problems)
    one_span(loaded)
    return loaded


def _workers(wanted: int | None, jobs: int) -> int:
    cores = os.cpu_count() or 1
    most = min(WORKERS_AT_MOST, cores) if wanted is None else wanted
    return usable(max(1, min(most, jobs)))


@dataclass(frozen=True)
class _Job:
    """Where the parts of a briefing are made, what is known of an earlier attempt, and who gets figures."""

    staging: Path
    kept: Kept
    detailed: frozenset[str]


def _solve(
    chosen: Sequence[Scenario], data: GasData, job: _Job, progress: Progress | None, workers: int, validate: bool
) -> tuple[list[Results], Validation | None]:
    """Solve, save and draw every scenario, in the order given whatever is done first; beside them the validation."""
    done: dict[str, Results] = {}
    checked: Validation | None = None
    (job.staging / FIGURES).mkdir()
    (job.staging / RESULTS).mkdir()

    def tell(results: Results) -> None:
        done[results.scenario.id] = results
        if progress is not None:
            progress(results.scenario.title, len(done), len(chosen))

    if workers > 1:
        try:
            checked = _solve_in_processes(chosen, data, job, workers, tell, validate)
        except BrokenProcessPool:
            _log.warning("the solving processes stopped; going on with one process")
    for scenario in chosen:
        if scenario.id not in done:
            tell(_one(scenario, data, job))
    if validate and checked is None:
        checked = _validation(data)
    return [done[scenario.id] for scenario in chosen], checked


def _detailed(names: Sequence[str]) -> frozenset[str]:
    """Scenarios that get figures of their own: those that the workbook shows in detail."""
    wanted = [name for name in facts.MAIN_SCENARIOS if name in names]
    return frozenset([*wanted, *(name for name in names if name not in wanted)][: max(len(wanted), facts.MAX_MAIN)])


def _solve_in_processes(
    chosen: Sequence[Scenario],
    data: GasData,
    job: _Job,
    workers: int,
    tell: Callable[[Results], None],
    validate: bool,
) -> Validation | None:
    """Share the work between processes; what takes longest first, so that nothing is left alone at the end."""
    order = sorted(chosen, key=lambda scenario: -len(scenario.announcements()))
    with Workers(workers, _keep, data) as pool:
        checked = pool.submit(_validation) if validate else None
        waiting: list[Future[Results]] = [pool.submit(_one, scenario, None, job) for scenario in order]
        for future in as_completed(waiting):
            tell(future.result())
        return checked.result() if checked is not None else None


def _keep(data: GasData) -> None:
    """Hold the data in a solving process, so that they travel once."""
    global _worker_data
    _worker_data = data


def _validation(data: GasData | None = None) -> Validation:
    """History replayed and published results rebuilt."""
    known = data if data is not None else _worker_data
    assert known is not None  # a solving process has been given the data
    return Validation(replay(known), anchors(known))


def _one(scenario: Scenario, data: GasData | None, job: _Job) -> Results:
    """Solve one scenario if that is still to be done, save its tables and draw its figures."""
    known = data if data is not None else _worker_data
    assert known is not None  # a solving process has been given the data
    results = job.kept.get(scenario)
    if results is None:
        results = run(scenario, known)
        job.kept.put(results)
    folder = job.staging / RESULTS / scenario.id
    shutil.rmtree(folder, ignore_errors=True)  # begun by a process that died
    folder.mkdir()
    write_run(results, folder)
    if scenario.id in job.detailed:
        draw_figures(results, known, job.staging / FIGURES)
    return results


def _write(
    results: Sequence[Results], job: _Job, data: GasData, title: str, validation: Validation | None
) -> tuple[list[str], list[str]]:
    """What tells of all scenarios together: the curve of storage, the workbook, the answer; its sentences, and figures.

    Figures that other commands put into the same folder are taken along.
    """
    there = job.staging / FIGURES
    style.save_figure(figures.storage_curve(facts.pick_main(results), data), there / "storage.png")
    write_workbook(results, job.staging / WORKBOOK, data=data, title=title, validation=validation)
    names = sorted(path.name for path in there.iterdir())
    for path in (job.kept.folder.parent / FIGURES).glob(OTHERS_FIGURES):
        if path.name not in names:
            shutil.copy2(path, there / path.name)
    return findings(results), names


def draw_figures(results: Results, data: GasData, folder: Path) -> list[Path]:
    """Supply mix, Russian routes, flow map and, if anybody goes short, shortfall by country, as PNG files."""
    name = results.scenario.id
    drawn = {
        "supply_mix": figures.supply_mix(results),
        "germany_mix": figures.supply_mix(results, frozenset({facts.GERMANY}), "Germany"),
        "russian_routes": figures.russian_routes(results),
    }
    if facts.shortfall_by_country(results).max() > style.SHORTFALL_SEEN:
        drawn["shortfall"] = figures.shortfall_by_country(results)
    basemap = _basemap(data)
    if basemap is not None:
        drawn["flow_map"] = figures.flow_map(results, data, basemap)
    return [style.save_figure(figure, folder / f"{name}_{what}.png") for what, figure in drawn.items()]


def _basemap(data: GasData) -> Basemap | None:
    path = data.root / BASEMAP
    if not path.is_file():
        _log.warning("%s is missing: no flow maps", path)
        return None
    return load_basemap(path)
