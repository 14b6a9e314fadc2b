"""Commands killed before and after every step that gives something its name: nothing is torn, nothing is lost.

Each command is killed in a fork of a process that has read the data and knows the optima already, so that what is tried
is the writing. How many steps each command takes is written down here: a new one is a new place to be tried, and the
kills are two for each (:data:`KILLS`).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from kills import contents, hidden, killed, steps_of
from toy_package import toy_data
from toy_sweep import toy_plan
from typer.testing import CliRunner

from energy_model.cli import app
from energy_model.data.cache import OFF, VARIABLE
from energy_model.errors import OutputError
from energy_model.files import check_writable, replacing_file
from energy_model.report import brief as briefing
from energy_model.report.run_cache import Kept
from energy_model.results import run as running
from energy_model.results.run import Results, run
from energy_model.results.store import check_run
from energy_model.scenario import Scenario, load_scenario
from energy_model.scenario.load import with_changes
from energy_model.sweep import engine, read_results
from energy_model.sweep.chunk import Job, Part, solve_chunk
from energy_model.sweep.plan import Plan

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kills are sent this way on POSIX only")

STEPS = {
    "run": 4, "run again": 4, "tables of a run": 1, "impact": 1, "impact again": 1,
    "sweep": 4, "sweep afresh": 4,
    "brief": 14, "brief again": 14, "brief resumed": 12,
}  # fmt: skip
"""Steps by which something takes its place. A run: its workbook is made, then the journal, the tables and the workbook.
A sweep of three chunks: its description, and the chunks. A briefing of two scenarios: two are kept, then their figures,
ranges and the workbook, the journal, and the parts that belong together."""

SLOW = {"run", "impact", "sweep afresh", "brief", "brief resumed"}
"""Commands that are killed with the slow tests; of each kind one is killed with the others."""

KILLS = 2 * sum(STEPS.values())
"""Before and after each step; docs/reliability.md counts them."""


def tried(*names: str) -> list[Any]:
    """Commands as cases of a test."""
    return [pytest.param(name, marks=[pytest.mark.slow] if name in SLOW else []) for name in names]


def call(*words: object) -> None:
    """A command on the toy that must succeed."""
    found = CliRunner().invoke(app, [str(word) for word in (*words, "--data", toy_data().root)])
    assert found.exit_code == 0, found.output


def every_kill(steps: int, folder: Folders, act: Callable[[Path], Any], look: Callable[[Path], None]) -> None:
    """Kill an action before and after each of its steps, each time on a folder of its own, and look at what it left."""
    place = folder()
    assert steps == steps_of(lambda: act(place))
    for step in range(1, steps + 1):
        for when in ("before", "after"):
            place = folder()
            assert killed(partial(act, place), step, when)
            look(place)


class Folders:
    """A new folder each time, with a copy of what an action has written."""

    def __init__(self, root: Path, before: Callable[[Path], Any] = lambda _: None) -> None:
        self._root, self._first, self._count = root, root / "first", 0
        self._first.mkdir()
        before(self._first)

    def __call__(self) -> Path:
        self._count += 1
        return Path(shutil.copytree(self._first, self._root / f"{self._count}"))


@pytest.fixture(autouse=True)
def read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The data are read and scenarios solved once in this process; commands that follow take them over.

    Nothing waits for the disk: who is killed loses nothing that the system has taken over.
    """
    monkeypatch.setattr(os, "fsync", lambda _: None)
    monkeypatch.setenv(VARIABLE, OFF)  # what a cache holds is no result, and is written at one step
    solve, tables = running.solve_scenario, running.to_results
    optima: dict[Scenario, Any] = {}
    results: dict[int, Results] = {}
    monkeypatch.setattr("energy_model.data.load.load_data", lambda *_: toy_data())

    def solved(scenario: Scenario, *more: Any, **keys: Any) -> Any:
        if scenario not in optima:
            optima[scenario] = solve(scenario, *more, **keys)
        return optima[scenario]

    def told(found: Any, data: Any) -> Results:
        return results[id(found)] if id(found) in results else results.setdefault(id(found), tables(found, data))

    monkeypatch.setattr(running, "solve_scenario", solved)
    monkeypatch.setattr(running, "to_results", told)


@pytest.mark.parametrize("name", tried("run", "run again", "tables of a run"))
def test_a_run_is_there_whole_or_not_at_all(name: str, tmp_path: Path) -> None:
    words = ["run", "stop"]
    words += ["--no-workbook"] if name == "tables of a run" else []

    def act(place: Path) -> None:
        call(*words, "--foresight", "perfect", "--out", place)

    def earlier(place: Path) -> None:
        call(*words, "--out", place)

    folders = Folders(tmp_path, earlier if name != "run" else lambda _: None)
    old = contents(folders())
    act(whole := folders())
    new = contents(whole)

    def look(place: Path) -> None:
        check_writable(place / "results")
        assert contents(place) in (old, new)
        assert [] == hidden(place)
        for folder in (place / "results").iterdir():
            check_run(folder)

    assert old != new
    every_kill(STEPS[name], folders, act, look)


@pytest.mark.parametrize("name", tried("impact", "impact again"))
def test_a_workbook_of_one_question_is_there_whole_and_the_full_one_is_untouched(name: str, tmp_path: Path) -> None:
    words = ("impact", "stop", "--only", "why")

    def earlier(place: Path) -> None:
        (place / "impact_stop.xlsx").write_bytes(b"all answers")
        if name == "impact again":
            (place / "impact_stop_why.xlsx").write_bytes(b"an earlier answer")

    def act(place: Path) -> None:
        call(*words, "--out", place)

    folders = Folders(tmp_path, earlier)
    old = contents(folders())
    act(whole := folders())
    new = contents(whole)

    def look(place: Path) -> None:
        assert contents(place) in (old, new)
        check_writable(place)
        assert [] == hidden(place)

    assert b"all answers" == new["impact_stop.xlsx"]
    every_kill(STEPS[name], folders, act, look)


def sweep_plan(**changes: Any) -> Plan:
    """Three chunks of two cases: shares of a stop."""
    return toy_plan(chunk=2, axes={"left": toy_plan().axes["left"].model_dump()}, **changes)


CHUNKS: dict[tuple[str, int], Part] = {}
"""Chunks of sweeps that have been solved in this process."""


@pytest.fixture
def chunks_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A chunk of a sweep is solved once."""

    def solve(study: Any, job: Job, *more: Any, **how: Any) -> Part:
        key = (study.digest, job.number)
        return CHUNKS[key] if key in CHUNKS else CHUNKS.setdefault(key, solve_chunk(study, job, *more, **how))

    monkeypatch.setattr(engine, "solve_chunk", solve)


@pytest.mark.parametrize("name", tried("sweep", "sweep afresh"))
def test_a_sweep_loses_at_most_the_chunk_in_hand(name: str, tmp_path: Path, chunks_once: None) -> None:
    plan, other = sweep_plan(), sweep_plan(seed=8)
    fresh = name == "sweep afresh"

    def act(place: Path) -> Any:
        (place / "results").mkdir(exist_ok=True)
        (place / "results" / "stored run.txt").write_text("of another command")
        return engine.run_sweep(plan, place, data=toy_data(), workers=1, fresh=fresh)

    def earlier(place: Path) -> None:
        if fresh:
            engine.run_sweep(other, place, data=toy_data(), workers=1)

    folders = Folders(tmp_path, earlier)
    act(whole := folders())
    new = contents(whole)

    def look(place: Path) -> None:
        there = {file: content for file, content in contents(place).items() if "sweep.json" in contents(place)}
        assert all(new[file] == content for file, content in there.items())
        parts = sum(file.endswith(".parquet") for file in there)
        if parts:
            assert 2 * parts == len(read_results(place))
        sweep = engine.run_sweep(plan, place, data=toy_data(), workers=1)
        assert 2 * parts == sweep.resumed
        assert contents(place) == new
        assert [] == hidden(place)

    every_kill(STEPS[name], folders, act, look)


def few_marks(results: Results, data: Any, folder: Path, *_: Any) -> list[Path]:
    """In place of the figures of a scenario, which take seconds: one file."""
    return [marked(folder / f"{results.scenario.id}_flow_map.png", results)]


def with_few_tables(results: Results) -> Results:
    """A run of which little is to be written: every file takes its place with its folder, however many there are."""
    few = {"tables": ("periods", "costs"), "inputs": ("lng_limit",)}
    return replace(results, **{kind: {name: getattr(results, kind)[name] for name in few[kind]} for kind in few})


def marked(path: Path, results: Results) -> Path:
    with replacing_file(path) as part:
        part.write_text(f"{results.objective_eur}")
    return path


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> tuple[list[Scenario], list[Scenario]]:
    """Scenarios of an earlier briefing and of a new one, solved; figures and workbooks that take no time."""
    earlier = [load_scenario(name, toy_data().root) for name in ("reference", "stop")]
    now = [with_changes(scenario, weather="harsh") for scenario in earlier]
    known = {scenario: with_few_tables(run(scenario, toy_data())) for scenario in (*earlier, *now)}
    monkeypatch.setattr(briefing, "run", lambda scenario, data, **_: known[scenario])
    monkeypatch.setattr(briefing, "draw_figures", few_marks)
    monkeypatch.setattr(briefing, "findings", lambda *_: ["Nobody goes short."])
    monkeypatch.setattr(briefing, "map_day", lambda _: None)
    monkeypatch.setattr(briefing, "headline_ranges", lambda *_, **__: {})
    monkeypatch.setattr(briefing.style, "save_with_numbers", lambda figure, path: path.write_bytes(b"curve"))
    monkeypatch.setattr(briefing.figures, "storage_curve", lambda *_: None)
    monkeypatch.setattr(briefing, "write_workbook", lambda results, path, **_: marked(path, results[0]))
    return earlier, now


@pytest.mark.parametrize("name", tried("brief", "brief again", "brief resumed"))
def test_a_briefing_is_old_or_new_and_keeps_what_was_solved(
    name: str, quick: tuple[list[Scenario], list[Scenario]], tmp_path: Path
) -> None:
    old_ones, now = quick

    def earlier(place: Path) -> None:
        (place / "notes.txt").write_text("somebody's own")
        if name != "brief":
            briefing.brief(toy_data(), place, old_ones, workers=1)
        if name == "brief resumed":
            for scenario in now:
                Kept(place, toy_data(), now).put(briefing.run(scenario, toy_data()))

    def act(place: Path) -> Any:
        return briefing.brief(toy_data(), place, now, workers=1)

    folders = Folders(tmp_path, earlier)
    old = contents(folders())
    act(whole := folders())
    new = contents(whole)
    numbers: list[int] = []

    def look(place: Path) -> None:
        kept = Kept(place, toy_data(), now).count(now)
        check_writable(place)
        assert contents(place) in (old, new)
        if contents(place) == old:
            numbers.append(kept)
            assert all(Kept(place, toy_data(), now).get(scenario) for scenario in now[:kept])
        for run_folder in (place / "results").glob("*"):
            check_run(run_folder)
        if len(numbers) % 5 == 1:
            assert kept == act(place).resumed
            assert contents(place) == new
            assert [] == hidden(place)

    assert old != new
    every_kill(STEPS[name], folders, act, look)
    assert sorted(numbers) == numbers  # what was kept once stays
    assert 2 in numbers


def test_what_a_briefing_left_half_moved_is_completed_by_any_command_that_writes_there(
    quick: tuple[list[Scenario], list[Scenario]], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    old_ones, now = quick
    briefing.brief(toy_data(), tmp_path, old_ones, workers=1)
    assert killed(lambda: briefing.brief(toy_data(), tmp_path, now, workers=1), STEPS["brief again"] - 1, "before")

    check_writable(tmp_path / "results")

    assert "completed what an interrupted command had begun to move: results/reference, " in caplog.text
    briefing.brief(toy_data(), whole := tmp_path / "whole", now, workers=1)
    there = {name: content for name, content in contents(tmp_path).items() if not name.startswith("whole")}
    assert contents(whole).items() <= there.items()


def test_a_part_of_a_full_disk_loses_no_case(
    tmp_path: Path, chunks_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = sweep_plan()

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:

        def stop(done: int, total: int, failed: int) -> None:
            if done == 2:
                disk.setattr(os, "fsync", full)

        with pytest.raises(OutputError, match=r"cannot write .*part-00000\d\.parquet: No space left on device"):
            engine.run_sweep(plan, tmp_path, data=toy_data(), workers=1, progress=stop)

    assert 2 == engine.run_sweep(plan, tmp_path, data=toy_data(), workers=1).resumed
