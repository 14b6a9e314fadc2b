"""A briefing that is asked for once more lies there already, unless anything that decides it has changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from toy_package import toy_data
from typer.testing import CliRunner

from energy_model.cli import app
from energy_model.data.cache import OFF, VARIABLE
from energy_model.report import brief as module
from energy_model.report import finished, run_cache
from energy_model.report.brief import Brief, brief
from energy_model.results.run import Results, run
from energy_model.scenario import Scenario, load_scenario
from energy_model.scenario.load import with_changes

NAMES = ("reference", "stop")


def made(out: Path, **changes: Any) -> Brief:
    scenarios = [load_scenario(name, toy_data().root) for name in NAMES]
    return brief(toy_data(), out, changes.pop("scenarios", scenarios), workers=1, ranges="none", **changes)


@cache
def solved(scenario: Scenario) -> Results:
    return run(scenario, toy_data())


def few_files(results: Results, folder: Path) -> None:
    (folder / "run.json").write_text(f"{results.objective_eur}")


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A finished briefing; what draws and writes takes no time."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setattr(module, "run", lambda scenario, *_, **__: solved(scenario))
    monkeypatch.setattr(run_cache, "write_run", few_files)
    monkeypatch.setattr(module, "draw_figures", lambda results, *_: None)
    monkeypatch.setattr(module.figures, "storage_curve", lambda *_: None)
    monkeypatch.setattr(module.Kept, "put", lambda *_: None)
    monkeypatch.setattr(module, "findings", lambda *_: ["Nobody goes short."])
    monkeypatch.setattr(module, "map_day", lambda *_: None)
    monkeypatch.setattr(module.style, "save_with_numbers", lambda figure, path: path.write_bytes(b"curve"))
    monkeypatch.setattr(module, "write_workbook", lambda results, path, **_: path.write_bytes(b"book"))
    made(tmp_path / "out")
    return tmp_path / "out"


def forbid(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("it was made anew")

    monkeypatch.setattr(module, "_make", never)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_asked_for_once_more_it_is_left_as_it_is_and_says_the_same(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, before = made(out, fresh=True), contents(out)
    forbid(monkeypatch)
    again = made(out)

    assert not first.is_unchanged
    assert again.is_unchanged
    assert contents(out) == before
    for name in ("answer", "findings", "figures", "workbook", "result_folders", "notes"):
        assert getattr(again, name) == getattr(first, name), name
    assert str(again.card()) == str(first.card())
    assert [one.objective_eur for one in again.results] == [one.objective_eur for one in first.results]
    assert [one.scenario.id for one in again.results[:1]] == ["reference"]


CHANGES: dict[str, Callable[[Path], dict[str, Any]]] = {
    "fresh": lambda out: {"fresh": True},
    "a title": lambda out: {"title": "Another"},
    "a scenario": lambda out: {
        "scenarios": [with_changes(load_scenario(name, toy_data().root), weather="harsh") for name in NAMES]
    },
    "a file that was edited": lambda out: (out / "briefing.xlsx").write_bytes(b"by hand") and {},
    "a file that is gone": lambda out: (out / "results" / "stop" / "run.json").unlink() or {},
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_whatever_decides_it_makes_it_anew(name: str, out: Path) -> None:
    changes = CHANGES[name](out)

    assert not made(out, **changes).is_unchanged
    assert b"book" == (out / "briefing.xlsx").read_bytes()
    assert (out / "results" / "stop" / "run.json").is_file()


def test_other_code_or_data_or_another_place_make_it_anew(
    out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not made(tmp_path / "elsewhere").is_unchanged
    table = toy_data()["parameters"].copy()
    other = replace(toy_data(), tables={**toy_data().tables, "parameters": table.assign(note="another")})
    assert other.digest != toy_data().digest
    asked = vars(module._Plan([], "reference", frozenset(), "", False, False))
    keys = {finished.Seal(out, data, asked)._key for data in (toy_data(), other)}
    monkeypatch.setattr(finished, "code_digest", lambda: "of other code")
    keys.add(finished.Seal(out, toy_data(), asked)._key)

    assert 3 == len(keys)
    assert not made(out).is_unchanged


def test_without_a_cache_and_with_a_broken_seal_it_is_made(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (seal,) = (out.parent / "cache" / finished.FOLDER).iterdir()
    seal.write_text("{")
    assert not made(out).is_unchanged
    assert made(out).is_unchanged
    monkeypatch.setenv(VARIABLE, OFF)

    assert not made(out).is_unchanged


def test_the_latest_seals_are_kept(out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finished, "MOST_SEALS", 1)
    made(tmp_path / "elsewhere")

    assert made(tmp_path / "elsewhere").is_unchanged
    assert not made(out).is_unchanged
    assert 1 == len(list((tmp_path / "cache" / finished.FOLDER).iterdir()))


def test_the_command_says_that_nothing_has_changed(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["brief", "--data", str(toy_data().root), "--out", str(out), "--ranges", "none", "--workers", "1"]
    words += ["--only", "reference", "--only", "stop", "--accept-data-errors"]
    first = CliRunner().invoke(app, words)
    again = CliRunner().invoke(app, words)

    assert (0, 0) == (first.exit_code, again.exit_code), first.output + again.output
    assert first.stdout == again.stdout
    assert "--fresh makes it anew" in again.stderr
    assert run("stop", toy_data()).objective_eur == pytest.approx(made(out).results[1].objective_eur)
