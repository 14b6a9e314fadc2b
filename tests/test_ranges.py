"""Ranges: exact on the optimal face, limits and reached values within a budget, prices from both sides."""

from __future__ import annotations

import numpy as np
import pytest
from cases import answer, everything, in_halves, networks
from hypothesis import given, settings
from hypothesis import strategies as st

from energy_model.errors import SolveError
from energy_model.impact.extremes import Budget, Face, marginal_range
from energy_model.impact.ranges import WITHIN_SHARE, all_optimal, lng_landed, price_range, ranges, shortage, within
from energy_model.impact.study import study
from energy_model.lp import Matrix, solve
from energy_model.lp.extend import add_rows, cost_of, with_objective
from energy_model.lp.matrix import Floats
from energy_model.scenario.case import Case
from energy_model.scenario.toy import toy_case

approx = pytest.approx


def two_routes() -> Case:
    """Norway's 10 can go to Germany over two pipes of 8 at one cost."""
    case = toy_case(
        demand={"DE": 10.0}, pipelines={("NO", "DE"): (16.0, 1.0)}, supply={"NO": (10.0, 5.0)}, slices=4
    )  # fmt: skip
    return in_halves(case, 0)


def cut_of(matrix: Matrix, case: Case) -> Floats:
    return shortage("all", case.nodes[case.is_market].tolist()).aim(matrix, case)


def flow_on(matrix: Matrix, line: int = 0) -> Floats:
    weight = np.zeros(matrix.columns["flow"].shape)
    weight[line] = 1.0
    return cost_of(matrix, "flow", weight)


def brute(matrix: Matrix, aim: Floats, most: float) -> tuple[float, float]:
    """Ends of a number with the budget as a row and every slice in the matrix."""
    budget = add_rows(matrix, "budget", matrix.cost, upper=most - matrix.cost_offset)
    low, high = (solve(with_objective(budget, aim, maximise=maximise)).objective for maximise in (False, True))
    return low, high


def test_two_pipes_of_one_cost_carry_what_you_like_up_to_their_capacity():
    """8 and 2, or 2 and 8: the other pipe holds no more than 8."""
    found = answer(two_routes())
    face = Face(found.matrix, found.solution)

    assert approx((2.0, 8.0)) == face.range(flow_on(found.matrix, 0))
    assert approx((10.0, 10.0)) == face.range(flow_on(found.matrix, 0) + flow_on(found.matrix, 1))
    assert approx((0.0, 0.0)) == face.range(cut_of(found.matrix, found.case))


def test_a_pipe_with_a_twin_that_is_wide_enough_is_anything_from_nothing_to_its_capacity():
    case = two_routes()
    found = answer(case.with_("pipelines", capacity=case.pipelines.capacity * 1.25))

    assert approx((0.0, 10.0)) == Face(found.matrix, found.solution).range(flow_on(found.matrix, 0))


def test_where_supply_just_meets_demand_the_price_is_anything_from_gas_to_curtailment():
    """10 asked, 10 offered at 5 plus 1 of transport; the first of four slices cut costs 1,001.25."""
    found = answer(two_routes())
    rows = np.zeros(found.matrix.n_rows)
    rows[found.matrix.rows["balance"].start + found.case.node("DE")] = 1.0

    assert approx((6.0, 1_001.25)) == marginal_range(found.matrix, found.case, found.solution, rows)


@settings(max_examples=40, deadline=None)
@given(networks())
def test_the_face_is_the_set_of_all_optima(case):
    """Brute force: the ends with cost held at its optimum by a row; its tolerance lets them lie a bit further out."""
    found = answer(case)
    face, best = Face(found.matrix, found.solution), found.cost
    aims = [cut_of(found.matrix, case)] + ([flow_on(found.matrix)] if len(case.pipelines.id) else [])
    for aim in aims:
        least, most = face.range(aim)
        low, high = brute(found.matrix, aim, best + 1e-6 * (1.0 + abs(best)))

        assert least <= aim @ found.solution.col_value <= most
        assert approx(low, rel=1e-3, abs=0.2) == least
        assert approx(high, rel=1e-3, abs=0.2) == most


@settings(max_examples=30, deadline=None)
@given(networks(), st.sampled_from([0.001, 0.01, 0.1]), st.floats(0.1, 5_000.0))
def test_limits_hold_and_reached_values_lie_inside_at_any_price_of_cost(case, share, price):
    """The exact ends, with the budget as a row, lie between what is reached and the limit; all optima lie inside."""
    found = answer(case)
    budget = Budget(found.matrix, case, found.solution, share, blocks_days=())
    low, high = brute(found.matrix, cut_of(found.matrix, case), found.cost + share * abs(found.cost))
    slack = 1e-5 * (1.0 + abs(high) + abs(found.cost) / price)
    exact = budget.range(cut_of)
    least, most = Face(found.matrix, found.solution).range(cut_of(found.matrix, case))
    down, up = budget.bound(cut_of, -1.0, price), budget.bound(cut_of, 1.0, price)

    assert approx((low, high), abs=slack) == (exact.least, exact.most)
    assert exact.least - slack <= least <= most <= exact.most + slack
    assert down[0] - slack <= low <= down[1] + slack
    assert up[1] - slack <= high <= up[0] + slack


def test_longer_periods_give_the_price_of_cost_and_the_end_lies_between_limit_and_reached():
    found = answer(everything())
    matrix, case = found.matrix, found.case
    budget = Budget(matrix, case, found.solution, WITHIN_SHARE, blocks_days=(59,))
    low, high = brute(matrix, lng_landed().aim(matrix, case), found.cost * (1.0 + WITHIN_SHARE))
    told = budget.range(lng_landed().aim)

    assert told.least - 1e-4 <= low <= told.least_reached + 1e-4
    assert told.most_reached - 1e-4 <= high <= told.most + 1e-4
    assert high - low > 1.0


@settings(max_examples=25, deadline=None)
@given(networks())
def test_prices_are_the_slopes_of_least_cost_on_both_sides(case):
    """Least cost is convex in demand: a finite step costs at least its slope at the start, and saves at most that."""
    found = answer(case)
    node, step = case.node("DE"), 0.01
    rows = np.zeros(found.matrix.n_rows)
    rows[found.matrix.rows["balance"].slice] = found.matrix.rows["balance"].flat(
        np.arange(len(case.nodes))[:, None] == node
    )
    least, most = marginal_range(found.matrix, case, found.solution, rows)

    def cost_with(more: float) -> float:
        shift = more * rows
        low, high = (found.matrix.block_array(end, "balance") for end in ("row_lower", "row_upper"))
        part = found.matrix.rows["balance"].shaped(shift)
        try:
            return solve(found.matrix.with_rows("balance", lower=low + part, upper=high + part)).objective
        except SolveError:  # less demand than must be taken
            return np.inf

    slack = 1e-4 * (1.0 + abs(found.cost))
    assert least <= rows @ found.solution.row_dual <= most
    assert cost_with(step) >= found.cost + step * min(most, 1e9) - slack * step or not np.isfinite(most)
    assert cost_with(-step) >= found.cost - step * max(least, -1e9) - slack * step or not np.isfinite(least)


@pytest.fixture(scope="module")
def cut():
    return study("full_cutoff_february", resolution="month")


def test_every_optimum_lies_in_the_range_within_a_percent(cut):
    headline = shortage("Germany's shortage", ["DE"])
    first, wide = all_optimal(cut, [headline]).iloc[0], within(cut, [headline]).iloc[0]
    slack = 1e-4

    assert first["all_optimal_least_twh"] <= first["value_twh"] <= first["all_optimal_most_twh"]
    assert wide["within_least_twh"] <= wide["within_least_reached_twh"] <= first["all_optimal_least_twh"] + slack
    assert wide["within_most_twh"] >= wide["within_most_reached_twh"] >= first["all_optimal_most_twh"] - slack


def test_the_mean_price_of_germany_lies_in_its_range(cut):
    row = price_range(cut).iloc[0]

    assert 0.0 < row["all_optimal_least_eur_per_mwh"] <= row["value_eur_per_mwh"] <= row["all_optimal_most_eur_per_mwh"]


@pytest.mark.slow
def test_the_answer_tells_each_headline_with_its_range(cut):
    told = ranges(cut)

    assert {"EU27 shortage", "Germany's shortage", "LNG sent out"} <= set(told.table["headline"])
    assert (told.table["all_optimal_most_twh"] >= told.table["all_optimal_least_twh"]).all()
    for name in told.table["headline"][told.table["within_most_twh"].notna()]:
        assert name in told.words
