"""What a briefing has solved and drawn serves the next one, into any folder, and changes no byte of it."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pandas.testing import assert_frame_equal
from toy_package import toy_data

from energy_model.data.cache import VARIABLE
from energy_model.errors import OutputError
from energy_model.report import brief as module
from energy_model.report import run_cache
from energy_model.report.brief import Brief, brief
from energy_model.report.run_cache import Kept
from energy_model.results.band import Band
from energy_model.results.checks import run_checks
from energy_model.results.headline import headline_values
from energy_model.results.known import known_numbers
from energy_model.results.run import Results, run
from energy_model.scenario import Scenario, load_scenario
from energy_model.scenario.load import with_changes

NAMES = ("reference", "stop")
BAND = Band(1.0, 2.0, 3.0, "bn EUR", "demand, easy", "demand, tight", "demand", 1.0, 3.0)


def scenarios() -> list[Scenario]:
    return [load_scenario(name, toy_data().root) for name in NAMES]


@cache
def solved(scenario: Scenario) -> Results:
    return run(scenario, toy_data())


def made(out: Path, **changes: Any) -> Brief:
    return brief(toy_data(), out, changes.pop("scenarios", scenarios()), workers=1, **{"ranges": "none", **changes})


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is solved, drawn and varied from now on, with an empty cache; figures and workbooks take no time."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "cache"))
    told: list[str] = []

    def draw(results: Results, _: object, folder: Path, day: object, *_more: object) -> None:
        (folder / f"{results.scenario.id}_supply_mix.png").write_text(f"{results.objective_eur} {day}")

    def write(results: list[Results], path: Path, **keys: Any) -> None:
        path.write_text("".join(one["costs"].to_csv() + one.scenario.title for one in results) + str(keys["bands"]))

    def counted(what: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def step(one: Any, *more: Any, **keys: Any) -> Any:
            told.append(f"{what} {getattr(one, 'scenario', one).id}")
            return work(one, *more, **keys)

        return step

    monkeypatch.setattr(module, "run", counted("solve", lambda scenario, *_, **__: solved(scenario)))
    monkeypatch.setattr(module, "draw_figures", counted("draw", draw))
    monkeypatch.setattr(module, "headline_ranges", counted("vary", lambda *_, **__: {"cost": BAND}))
    monkeypatch.setattr(module, "write_workbook", write)
    monkeypatch.setattr(module.style, "save_with_numbers", lambda _, path: path.write_bytes(b"curve"))
    monkeypatch.setattr(module.figures, "storage_curve", lambda *_: None)
    monkeypatch.setattr(module, "findings", lambda *_: ["Nobody goes short."])
    return told


def test_a_briefing_elsewhere_takes_over_what_was_solved_and_drawn_and_has_the_same_bytes(
    calls: list[str], tmp_path: Path
) -> None:
    first = made(tmp_path / "one", ranges="few")
    assert {"solve reference", "solve stop", "draw stop", "vary stop"} <= set(calls)
    calls.clear()
    second = made(tmp_path / "two", ranges="few")

    assert [] == calls
    assert (0, 2) == (first.resumed, second.resumed)
    assert not second.is_unchanged
    assert contents(first.folder) == contents(second.folder)


def test_of_scenarios_of_which_one_has_changed_it_alone_is_solved_and_drawn(calls: list[str], tmp_path: Path) -> None:
    made(tmp_path / "out")
    calls.clear()
    reference, stop = scenarios()
    changed = [reference, with_changes(stop, title="Another title")]
    made(tmp_path / "out", scenarios=changed)

    assert ["solve stop", "draw stop"] == calls
    found = contents(tmp_path / "out")
    made(tmp_path / "fresh", scenarios=changed, fresh=True)
    assert found == contents(tmp_path / "fresh")


def test_fresh_looks_at_nothing_that_is_kept(calls: list[str], tmp_path: Path) -> None:
    made(tmp_path / "out", ranges="few")
    before = sorted(calls)
    calls.clear()

    assert 0 == made(tmp_path / "elsewhere", fresh=True, ranges="few").resumed
    assert before == sorted(calls)


def test_figures_of_other_commands_stay(calls: list[str], tmp_path: Path) -> None:
    (tmp_path / "out" / "figures").mkdir(parents=True)
    (tmp_path / "out" / "figures" / "risk_winter_exceedance.png").write_bytes(b"of a sweep")
    made(tmp_path / "out")

    assert b"of a sweep" == (tmp_path / "out" / "figures" / "risk_winter_exceedance.png").read_bytes()


def test_what_is_damaged_is_made_anew(calls: list[str], tmp_path: Path) -> None:
    first = made(tmp_path / "one")
    for name in ("stop_supply_mix.png", "costs.feather"):
        for path in (tmp_path / "cache").rglob(name):
            path.write_bytes(path.read_bytes()[:-1])
    calls.clear()
    second = made(tmp_path / "two")

    assert {"solve reference", "solve stop", "draw stop"} == set(calls)
    assert contents(first.folder) == contents(second.folder)


def test_a_cache_folder_that_takes_nothing_stops_no_briefing(
    calls: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: Path) -> None:
        raise OutputError("no space left")

    with monkeypatch.context() as disk:
        disk.setattr(run_cache, "replacing_folder", full)
        first = made(tmp_path / "one")
    assert [] == run_cache.runs()

    assert contents(first.folder) == contents(made(tmp_path / "two").folder)


def test_the_latest_stay_when_there_is_too_much(
    calls: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, scenario in enumerate(scenarios()):
        place = Kept(tmp_path / "out", toy_data())
        place.put(solved(scenario))
        os.utime(place._place(scenario), (number, number))
    latest, earliest = run_cache.runs()
    monkeypatch.setattr(run_cache, "MOST_BYTES", run_cache.size_of(latest))
    Kept(tmp_path / "out", toy_data()).remove([])

    assert [latest] == run_cache.runs()
    assert earliest.name != latest.name


def keep_and_read(out: Path, times: int) -> list[Results | None]:
    """In a process of its own: keep a scenario again and again, and read it each time."""
    scenario = scenarios()[1]
    results, place = run(scenario, toy_data()), Kept(out, toy_data())
    found = []
    for _ in range(times):
        place.put(results)
        found.append(place.get(scenario))
    return found


def test_two_processes_that_keep_the_same_scenario_both_read_it_whole(calls: list[str], tmp_path: Path) -> None:
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        jobs = [pool.submit(keep_and_read, tmp_path / name, 4) for name in ("one", "two")]
        found = [one for job in jobs for one in job.result()]

    expected = solved(scenarios()[1])
    there = [one for one in found if one is not None]
    assert there
    for one in there:
        for name, table in expected.tables.items():
            assert_frame_equal(table, one.tables[name], check_exact=True)
    assert 1 == len(run_cache.runs())
    assert [] == [path for path in (tmp_path / "cache").rglob(".energy-model-*") if path.is_dir()]


def test_numbers_worked_out_of_a_run_are_kept_and_the_same_as_found_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "cache"))
    run_of = solved(scenarios()[0])
    numbers, checks = headline_values(run_of), run_checks(run_of)
    store = Kept(tmp_path / "out", toy_data())
    store.put(run_of)
    store.put_known([run_of])
    found = store.get(run_of.scenario)

    assert found is not None
    assert {"headlines in TWh", "checks"} <= set(known_numbers(found))
    found.tables.clear()  # nothing is worked out from tables again
    assert (list(numbers.items()), list(checks.items())) == (
        list(headline_values(found).items()),
        list(run_checks(found).items()),
    )
    for path in (tmp_path / "cache").rglob("numbers.json"):
        path.write_text("{}")
    damaged = store.get(run_of.scenario)
    assert damaged is not None
    assert {} == known_numbers(damaged)


def test_results_that_have_not_changed_stay_where_they_are(calls: list[str], tmp_path: Path) -> None:
    made(tmp_path / "out")
    reference, stop = scenarios()
    files = {name: tmp_path / "out" / "results" / name / "run.json" for name in NAMES}
    before = {name: path.stat().st_ino for name, path in files.items()}
    made(tmp_path / "out", scenarios=[reference, with_changes(stop, title="Another title")])
    assert before["reference"] == files["reference"].stat().st_ino

    files["reference"].write_text("edited")
    made(tmp_path / "out")
    assert "edited" != files["reference"].read_text()
