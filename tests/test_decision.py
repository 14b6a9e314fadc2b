"""Deciding before it is known: hand-solved toys, the order of the three costs, and the two certain ends."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from cases import networks
from hypothesis import given, settings
from hypothesis import strategies as st

from energy_model.errors import ResultError, ScenarioError, SolveError
from energy_model.lp import compile_model, solve
from energy_model.model import build_model
from energy_model.plan.foresight import solve_scenario
from energy_model.risk.decision import cut_later, decide
from energy_model.risk.plans import Way, compare_plans
from energy_model.risk.tree import Leaf, build_tree
from energy_model.scenario import Case
from energy_model.scenario.toy import toy_case

CUT_COST = 1_005.0  # EUR/MWh: the tier's 1,000 and half of its last slice's 10


def store_or_not() -> tuple[Case, Case]:
    """Two days, 10 GWh/d wanted, gas at 10; on day 2 it comes, or it does not. Up to 4 GWh can be stored at 1 more.

    Storing x costs 11 x on day 1 and saves 10 x on day 2 if gas comes, 1,005 x if not: it pays in expectation once
    p > 1/995. In thousand EUR: without storing 200 if gas comes, 100 + 10,050 = 10,150 if not; with all 4 in store
    100 + 44 + 60 = 204, and 144 + 6 x 1,005 = 6,174.
    """
    case = toy_case(
        demand={"DE": 10.0}, supply={"DE": (20.0, 10.0)}, storage={"DE": (4.0, 4.0, 4.0, 0.0)}, periods=2
    ).with_("storage", injection_cost=1.0)
    rate = case.supply.rate.copy()
    rate[:, 1] = 0.0
    return case, case.with_("supply", rate=rate)


def ways(calm: Case, cut: Case, first: int = 1) -> list[Way]:
    return [Way("no cut", calm, None), Way("cut", cut, first)]


def test_the_toy_as_solved_by_hand():
    plans = compare_plans(ways(*store_or_not()), [0.9, 0.1])

    assert plans.wait_and_see_keur == pytest.approx(0.9 * 200.0 + 0.1 * 6_174.0)
    assert plans.stochastic_keur == pytest.approx(0.9 * 204.0 + 0.1 * 6_174.0)
    assert plans.naive_keur == pytest.approx(0.9 * 200.0 + 0.1 * 10_150.0)
    assert plans.value_of_information_keur == pytest.approx(3.6)
    assert plans.value_of_stochastic_keur == pytest.approx(394.0)
    assert plans.level("no cut").sum(axis=0) == pytest.approx([0.0, 4.0, 0.0])
    assert plans.alone_level("no cut").sum(axis=0) == pytest.approx([0.0, 0.0, 0.0])


@pytest.mark.parametrize(("probability", "stored"), [(0.9 / 995.0, 0.0), (1.1 / 995.0, 4.0)])
def test_insurance_is_bought_from_the_probability_at_which_it_pays(probability: float, stored: float):
    plans = compare_plans(ways(*store_or_not()), [1.0 - probability, probability])

    assert plans.level("no cut")[0, 1] == pytest.approx(stored, abs=1e-9)


def test_without_a_chance_of_a_cut_the_plan_is_the_one_that_expects_none():
    calm, cut = store_or_not()
    plans = compare_plans(ways(calm, cut), [1.0, 0.0])

    alone = solve(compile_model(build_model(calm))).objective
    assert plans.stochastic_keur == plans.naive_keur == plans.wait_and_see_keur == pytest.approx(alone)
    assert plans.value_of_stochastic_keur == plans.value_of_information_keur == 0.0


def test_a_sure_cut_is_planned_for_as_with_perfect_foresight():
    calm, cut = store_or_not()
    plans = compare_plans(ways(calm, cut), [0.0, 1.0])

    assert plans.stochastic_keur == plans.wait_and_see_keur == pytest.approx(6_174.0)
    assert plans.naive_keur == pytest.approx(10_150.0)


def test_two_dates_three_leaves_by_hand():
    """Three days; gas may stop from day 2 or from day 3. One GWh a day fits in, 4 in all, at 1 more.

    A cut from day 2 finds 1 GWh in store, a cut from day 3 finds 2. With chances of a tenth each both are worth it:
    days 1 and 2 each store 1 where no cut came yet. No cut: 300 + 2 (injected) = 302, as the 2 GWh serve day 3. Cut
    from day 2: 111 paid on day 1, then 19 GWh are cut. Cut from day 3: 2 x 111, then 8 GWh are cut.
    """
    calm = toy_case(
        demand={"DE": 10.0}, supply={"DE": (20.0, 10.0)}, storage={"DE": (4.0, 1.0, 4.0, 0.0)}, periods=3
    ).with_("storage", injection_cost=1.0)
    found = [Way("no cut", calm, None)]
    for first in (1, 2):
        rate = calm.supply.rate.copy()
        rate[:, first:] = 0.0
        found.append(Way(f"cut from day {first + 1}", calm.with_("supply", rate=rate), first))
    plans = compare_plans(found, [0.8, 0.1, 0.1])

    expected = 0.8 * 302.0 + 0.1 * (111.0 + 19.0 * CUT_COST) + 0.1 * (222.0 + 8.0 * CUT_COST)
    assert plans.stochastic_keur == pytest.approx(expected)
    assert plans.level("no cut")[0].tolist() == pytest.approx([0.0, 1.0, 2.0, 0.0])
    assert plans.level("cut from day 3")[0, :3].tolist() == pytest.approx([0.0, 1.0, 2.0])
    assert plans.level("cut from day 2")[0, :2].tolist() == pytest.approx([0.0, 1.0])


@settings(max_examples=25)
@given(networks(), st.floats(0.02, 0.98), st.data())
def test_wait_and_see_costs_no_more_than_the_plan_and_that_no_more_than_hoping(case: Case, chance: float, draw):
    """WS <= RP <= EEV (Madansky 1960; Birge and Louveaux, section 4.3), whatever the network."""
    first = draw.draw(st.integers(0, len(case.timeline) - 1))
    rate = case.supply.rate.copy()
    rate[:, first:] *= 0.2
    plans = compare_plans(ways(case, case.with_("supply", rate=rate), first), [1.0 - chance, chance])

    room = 1e-6 * (1.0 + abs(plans.stochastic_keur))
    assert plans.wait_and_see_keur <= plans.stochastic_keur + room
    assert plans.stochastic_keur <= plans.naive_keur + room


@settings(max_examples=15)
@given(networks(), st.floats(0.05, 0.95))
def test_shared_columns_are_the_same_problem_as_equations_between_copies(case: Case, chance: float):
    """Oracle: two whole copies side by side, and a row for every decision that must be equal."""
    from scipy import sparse

    from energy_model.lp.matrix import assemble
    from energy_model.model.build import VARIABLES

    first = len(case.timeline) - 1
    rate = case.supply.rate.copy()
    rate[:, first:] *= 0.2
    copies = [compile_model(build_model(one)) for one in (case, case.with_("supply", rate=rate))]
    tied = np.zeros(copies[0].n_columns, dtype=bool)
    for name in copies[0].columns:
        if not (VARIABLES[name].by_period or VARIABLES[name].by_boundary):
            continue
        mark = np.zeros(copies[0].columns[name].shape, dtype=bool)
        mark[..., : first + VARIABLES[name].by_boundary] = True
        tied[copies[0].columns[name].slice] = mark.ravel()
    pick = sparse.eye_array(copies[0].n_columns, format="csr")[np.flatnonzero(tied)]
    table = sparse.vstack(
        [sparse.block_diag([one.coefficients for one in copies]), sparse.hstack([pick, -pick])]
    ).tocoo()
    nothing = np.zeros(pick.shape[0])
    weight = (1.0 - chance, chance)
    vectors = {
        "cost": np.concatenate([w * one.cost for w, one in zip(weight, copies, strict=True)]),
        "col_lower": np.concatenate([one.col_lower for one in copies]),
        "col_upper": np.concatenate([one.col_upper for one in copies]),
        "row_lower": np.concatenate([*(one.row_lower for one in copies), nothing]),
        "row_upper": np.concatenate([*(one.row_upper for one in copies), nothing]),
    }
    offset = sum(w * one.cost_offset for w, one in zip(weight, copies, strict=True))
    plain = assemble((table.row, table.col, table.data), vectors, offset, ({}, {}), maximise=False)
    leaves = [Leaf("no cut", weight[0], copies[0], None), Leaf("cut", weight[1], copies[1], first)]

    assert solve(build_tree(leaves).matrix).objective == pytest.approx(solve(plain).objective, rel=1e-7, abs=1e-6)


def test_what_is_no_tree_is_refused():
    calm, cut = (compile_model(build_model(case)) for case in store_or_not())

    with pytest.raises(SolveError, match="add up to one"):
        build_tree([Leaf("no cut", 0.5, calm, None), Leaf("cut", 0.4, cut, 1)])
    with pytest.raises(SolveError, match="one trunk"):
        build_tree([Leaf("no cut", 0.5, calm, None), Leaf("cut", 0.5, cut, None)])


# A scenario of the library ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def decided(data, monthly):
    dates = ["2022-04-01", "2022-10-01"]
    days = tuple(pd.Timestamp(day).date() for day in dates)
    return decide(monthly("full_cutoff_february"), data, probability=0.2, dates=days, over=(0.0, 0.05, 0.5, 1.0))


def test_the_naive_plan_is_the_surprise_solution(data, monthly, decided):
    """One stage for what is expected, one from the day of the announcement: as solve_scenario does it."""
    moved = cut_later(monthly("full_cutoff_february"), decided.dates[0])
    moved = moved.model_copy(update={"boundaries": decided.dates})

    surprise = solve_scenario(moved, data)
    assert decided.plans.naive_costs_keur[1] == pytest.approx(surprise.objective_keur, rel=1e-6)


def test_a_chance_of_a_cut_is_worth_preparing_for(decided):
    plans = decided.plans
    assert plans.wait_and_see_keur < plans.stochastic_keur < plans.naive_keur
    path = decided.path.set_index("morning_of")[: pd.Timestamp(decided.dates[-1])]
    assert (path["chosen_twh"] >= path["expecting_none_twh"] - 1.0).all()
    assert path["chosen_twh"].iloc[-1] > path["expecting_none_twh"].iloc[-1] + 1.0


def test_what_is_past_on_the_day_of_the_decision_stays(decided):
    """The author stands on 31 January: January is as in the plan that expected nothing, in every way."""
    path = decided.path.set_index("morning_of")[: pd.Timestamp("2022-02-01")]
    for column in ("chosen_twh", "first_cut_foreseen_twh"):
        np.testing.assert_allclose(path[column], path["expecting_none_twh"], rtol=1e-9)


def test_the_value_of_planning_is_nothing_without_a_chance_and_expected_cost_rises_with_it(decided):
    table = decided.over_probability
    assert table["probability_share"].tolist() == [0.0, 0.05, 0.5, 1.0]
    assert table["value_of_stochastic_plan_eur_bn"].iloc[0] == pytest.approx(0.0, abs=1e-6)
    assert table["value_of_perfect_information_eur_bn"].iloc[0] == pytest.approx(0.0, abs=1e-6)
    assert all(one < two for one, two in pairwise(table["stochastic_plan_eur_bn"]))
    assert (table["value_of_stochastic_plan_eur_bn"] >= -1e-6).all()
    assert (table["value_of_perfect_information_eur_bn"] >= -1e-6).all()


def test_what_cannot_be_decided_is_refused_in_words(data, monthly):
    scenario = monthly("full_cutoff_february")
    day = pd.Timestamp("2022-04-01").date()
    with pytest.raises(ResultError, match="between 0 and 1"):
        decide(scenario, data, probability=1.2, dates=(day,))
    with pytest.raises(ResultError, match="nothing in it comes later"):
        decide(monthly("reference"), data, probability=0.2, dates=(day,))
    with pytest.raises(ResultError, match="before the day of the decision"):
        decide(scenario, data, probability=0.2, dates=(pd.Timestamp("2022-01-10").date(),))
    with pytest.raises(ScenarioError, match="outside the horizon"):
        decide(scenario, data, probability=0.2, dates=(pd.Timestamp("2024-04-01").date(),))
