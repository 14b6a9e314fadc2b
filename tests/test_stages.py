"""Whoever plans in stages does it in one place: what has passed stays, what is to come is planned anew."""

from __future__ import annotations

import ast
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

import energy_model
from energy_model.fast import optimum
from energy_model.lp import Matrix
from energy_model.plan.sharing import Shared
from energy_model.plan.stages import Plan, Step, compiled, next_plan, stages
from energy_model.scenario.case import Case
from energy_model.scenario.toy import toy_case

PACKAGE = Path(energy_model.__file__).parent


STORE = {"DE": (20.0, 10.0, 10.0, 20.0)}


def store(*sold: float) -> Case:
    """A store of 20 GWh, full at the beginning, beside gas at 10 EUR/MWh; 8 GWh are asked for on each day."""
    case = toy_case({"DE": 8.0}, supply={"DE": (8.0, 10.0)}, storage=STORE, periods=len(sold))
    return case.with_("supply", rate=np.array([sold]))


def at_least_cost(matrix: Matrix, step: Step, first: int) -> Shared:
    return Shared(matrix, *optimum(matrix, step.case))


def on_day(number: int, case: Case) -> Step:
    return Step(case.timeline.start + timedelta(days=number), case)


def of(plan: Plan, name: str) -> np.ndarray:
    return plan.matrix.values(plan.solution.col_value, name)


def test_what_was_decided_stays_and_what_it_used_up_is_gone() -> None:
    """Nobody expects the stop of day 3: until then the cheapest plan buys, or draws on the store, as it likes.

    What is left in store then is all there is for the last two days, so that they lack 16 GWh less the rest.
    """
    before = next_plan(None, on_day(0, store(8.0, 8.0, 8.0, 8.0)), at_least_cost)
    after = next_plan(before, on_day(2, store(8.0, 8.0, 0.0, 0.0)), at_least_cost)
    rest = float(of(before, "level")[0, 2])

    assert 2 == after.first
    for name in ("supply", "withdrawal", "injection"):
        assert of(after, name)[..., :2] == pytest.approx(of(before, name)[..., :2]), name
    assert before.decisions.stock(2) == pytest.approx(after.decisions.stock(2))
    assert of(after, "curtailment")[..., 2:].sum() == pytest.approx(max(16.0 - rest, 0.0))


def test_a_step_that_brings_nothing_new_leaves_the_plan_as_it_is() -> None:
    quiet, short = store(8.0, 8.0, 8.0, 8.0), store(8.0, 8.0, 8.0, 0.0)
    first, same, other = stages([on_day(0, quiet), on_day(1, quiet), on_day(2, short)], at_least_cost)

    assert same.solution is first.solution
    assert (0, 0, 2) == (first.first, same.first, other.first)
    assert other.solution is not first.solution


def test_further_steps_of_supply_have_nothing_in_the_past() -> None:
    """What is promised on day 2 did not flow before, though the frozen plan never heard of it."""
    before = next_plan(None, on_day(0, store(0.0, 0.0, 0.0, 0.0)), at_least_cost)
    sellers = {"DE": (0.0, 10.0), "NO": (8.0, 12.0)}
    wider = toy_case({"DE": 8.0}, {("NO", "DE"): (8.0, 0.0)}, sellers, storage=STORE, periods=4)
    fresh = compiled(wider)
    bought = next(i for i, seller in enumerate(wider.supply.supplier) if seller == "NO")
    decisions = before.decisions
    padded = {name: values for name, values in decisions.by_variable.items() if name == "supply"}
    frozen = type(decisions)(padded).with_room_for(fresh).frozen(fresh, 2)
    most = frozen.block_array("col_upper", "supply")[bought]

    assert [0.0, 0.0] == most[:2].tolist()
    assert most[2:].tolist() == fresh.block_array("col_upper", "supply")[bought][2:].tolist()


def test_nobody_else_freezes_a_past() -> None:
    """Surprise, coalitions, best responses, decisions, promises and replays ask the planner."""
    for path in PACKAGE.rglob("*.py"):
        short = path.relative_to(PACKAGE).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "energy_model.model.periods":
                names = {name.name for name in node.names} & {"freeze", "decided"}
                assert not names or short == "plan/stages.py", f"{short} imports {sorted(names)}"


@pytest.mark.parametrize(
    "planner",
    [
        "plan/foresight.py",
        "impact/coalitions.py",
        "impact/best_response.py",
        "impact/inverse/promise_check.py",
        "risk/plans.py",
        "validate/replay/run.py",
    ],
)
def test_every_planner_uses_it(planner: str) -> None:
    text = (PACKAGE / planner).read_text(encoding="utf-8")

    assert "from energy_model.plan.stages import" in text
    assert "compile_model" not in text, "problems of plans are compiled by the planner"
