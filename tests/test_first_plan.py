"""Scenarios of a briefing begin with one plan: taken over where it is the same, it changes no number."""

from __future__ import annotations

import pytest
from pandas.testing import assert_frame_equal
from toy_package import toy_data

from energy_model.plan import foresight
from energy_model.report import first_plan as module
from energy_model.report.first_plan import first_plan
from energy_model.results.run import run
from energy_model.scenario import Scenario, load_scenario
from energy_model.scenario.load import with_changes


def scenarios() -> list[Scenario]:
    names = ("reference", "stop", "both_stop", "east_stops")
    return [with_changes(load_scenario(name, toy_data().root), foresight="surprise") for name in names]


@pytest.fixture(autouse=True)
def worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FEWEST", 4)
    monkeypatch.setattr(module, "_latest", None)


def test_with_the_first_plan_of_the_reference_a_run_is_the_same_and_solves_one_plan_less(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    beside = scenarios()
    known = first_plan(beside[1], "reference", beside, toy_data())
    solved: list[None] = []
    least_cost = foresight._least_cost
    monkeypatch.setattr(foresight, "_least_cost", lambda *given: solved.append(None) or least_cost(*given))
    alone = run(beside[1], toy_data(), beside=beside)
    count = len(solved)
    taken_over = run(beside[1], toy_data(), beside=beside, known=known)

    assert (2, 1) == (count, len(solved) - count)
    assert list(alone.tables) == list(taken_over.tables)
    for name, table in alone.tables.items():
        assert_frame_equal(table, taken_over.tables[name], check_exact=True)
    assert [stage.iterations for stage in alone.stages] == [stage.iterations for stage in taken_over.stages]
    assert alone.objective_eur == taken_over.objective_eur


def test_it_is_solved_once_for_all_scenarios_of_its_world_and_for_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    beside = scenarios()
    first = first_plan(beside[1], "reference", beside, toy_data())

    assert first is not None
    assert first is first_plan(beside[2], "reference", beside, toy_data())
    assert first is not first_plan(beside[2], "reference", [*beside, beside[0]], toy_data()), "on other periods"
    for changes in ({"weather": "harsh"}, {"foresight": "perfect"}, {"lng_price_factor": 2.0}):
        assert first_plan(with_changes(beside[1], **changes), "reference", beside, toy_data()) is None
    assert first_plan(beside[1], "nobody", beside, toy_data()) is None
    assert first_plan(beside[1], "reference", beside[:3], toy_data()) is None, "too few to be worth it"
