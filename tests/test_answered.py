"""Many questions at once: the same answers side by side as one after the other, and kept ones to the bit."""

from __future__ import annotations

import pickle
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from cases import answer as solved_case
from cases import everything
from toy_package import toy_data
from typer.testing import CliRunner

from energy_model.cli import app
from energy_model.data.cache import OFF, VARIABLE
from energy_model.errors import OutputError, ResultError
from energy_model.impact.answer import Answer
from energy_model.impact.questions import QUESTIONS, answer
from energy_model.impact.study import Study, study
from energy_model.lp import solve
from energy_model.lp.basis import basis_codes
from energy_model.report.answered import FEWEST, answered
from energy_model.report.kept_answers import read_answer, write_answer
from energy_model.report.run_cache import RUNS

SOME = ["why", "economy"]


def studied(scenario: str = "stop", country: str | None = None) -> Study:
    return study(scenario, toy_data(), resolution="month", country=country)


@cache
def one_after_the_other() -> list[Answer]:
    return answer(studied())


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of a test's own."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "kept"))
    return tmp_path / "kept"


def same(ours: list[Answer], theirs: list[Answer]) -> bool:
    """Whether answers are the same to the bit, their tables too."""

    def told(one: Answer) -> list[object]:
        return [value for name, value in vars(one).items() if name != "tables"]

    return all(
        told(one) == told(other)
        and list(one.tables) == list(other.tables)
        and all(table.equals(other.tables[name]) for name, table in one.tables.items())
        for one, other in zip(ours, theirs, strict=True)
    )


def test_two_processes_give_the_answers_of_one_and_a_later_call_takes_them_over() -> None:
    told: list[tuple[int, int]] = []
    first = answered(studied(), progress=lambda key, done, total: told.append((done, total)), workers=2)
    again = answered(studied(), workers=1)

    assert len(QUESTIONS) >= FEWEST
    assert same(one_after_the_other(), first.answers)
    assert [(n + 1, len(QUESTIONS)) for n in range(len(QUESTIONS))] == told
    assert (0, len(QUESTIONS)) == (first.taken_over, again.taken_over)
    assert same(first.answers, again.answers)


def test_what_decides_an_answer_decides_whether_it_is_taken_over(place: Path) -> None:
    """Another country, another baseline, another argument, another scenario; and `fresh`."""
    first = answered(studied(), SOME)
    other = next(code for code in studied().country_masks if code != studied().subject.country)

    assert 0 == first.taken_over
    assert 2 == answered(studied(), SOME).taken_over
    assert 0 == answered(studied(), SOME, fresh=True).taken_over
    assert 0 == answered(studied(country=other), SOME).taken_over
    assert 0 == answered(study("stop", toy_data(), resolution="week"), SOME).taken_over
    assert 0 == answered(studied(), ["promise"], given={"price_limit_eur_per_mwh": 60.0}).taken_over
    assert 0 == answered(studied(), ["promise"], given={"price_limit_eur_per_mwh": 61.0}).taken_over
    assert 1 == answered(studied(), ["promise"], given={"price_limit_eur_per_mwh": 60.0}).taken_over
    for file in (place / RUNS).rglob("answer.json"):
        file.write_text(file.read_text(encoding="utf-8").replace("TWh", "GWh"), encoding="utf-8")
    assert 0 == answered(studied(), SOME).taken_over, "what was changed on the disk is no answer"


def test_without_a_cache_folder_every_answer_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, OFF)

    assert [0, 0] == [answered(studied(), ["economy"]).taken_over for _ in range(2)]


def test_what_nobody_can_answer_is_refused_before_anything_is_solved() -> None:
    found = studied()
    with pytest.raises(ResultError, match="no question 'who'"):
        answered(found, ["who"])
    assert "before" not in vars(found)


def test_an_answer_that_a_file_would_change_is_not_kept(tmp_path: Path) -> None:
    table = pd.DataFrame({"place": ["a", None], "gas_twh": [1.0, np.nan], "on": pd.to_datetime(["2030-01-01"] * 2)})
    good = Answer("Name", "Question?", "Words.", {"Caption": table}, "Method.", ("Caveat.",))
    mixed = Answer("Name", "Question?", "Words.", {"Caption": table.assign(place=[1, "a"])}, "Method.", ("Caveat.",))

    write_answer(good, tmp_path)
    assert same([good], [read_answer(tmp_path)])
    with pytest.raises((OutputError, ValueError, TypeError)):
        write_answer(mixed, tmp_path)


def test_an_optimum_and_its_basis_travel_to_another_process() -> None:
    matrix = solved_case(everything()).matrix
    solution = solve(matrix)
    back = pickle.loads(pickle.dumps(solution))

    assert solution.objective == back.objective
    assert all(np.array_equal(a, b) for a, b in zip(basis_codes(solution.basis), basis_codes(back.basis), strict=True))
    assert 0 == solve(matrix, basis=back.basis).iterations


def test_the_command_says_what_it_took_over(tmp_path: Path) -> None:
    call = ["impact", "stop", "--data", str(toy_data().root), "--only", "economy", "--out", str(tmp_path)]
    first, again = (CliRunner().invoke(app, call) for _ in range(2))

    assert [0, 0] == [first.exit_code, again.exit_code], first.output + again.output
    assert "an earlier call" not in first.output
    assert "1 of 1 answers as an earlier call found them (--fresh asks anew)" in again.output
