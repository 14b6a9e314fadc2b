"""Putting periods together: by hand, by its definition, and against the model built on longer periods."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyomo.environ as pyo
import pytest
from cases import everything, networks, on_longer_periods, on_steps, with_lengths
from hypothesis import given
from hypothesis import strategies as st

from energy_model.errors import SolveError
from energy_model.fast.regime_changes import boundaries_to_keep
from energy_model.lp import Matrix, compile_model, solve
from energy_model.lp.merge import Merge, Merged, merge
from energy_model.model import build_model
from energy_model.model.periods import by_longer_periods
from energy_model.scenario import apply
from energy_model.scenario.case import Case
from energy_model.scenario.toy import toy_case
from energy_model.timeline import Timeline

approx = pytest.approx


def two_days() -> Matrix:
    return compile_model(two_days_model())


def two_days_model() -> pyo.ConcreteModel:
    """Buy or draw from stock on three days; the first two are put together."""
    m = pyo.ConcreteModel()
    m.T = pyo.RangeSet(1, 3)
    m.B = pyo.RangeSet(0, 3)
    m.buy = pyo.Var(m.T, bounds=lambda m, t: (0, {1: 4, 2: 8, 3: 5}[t]))
    m.stock = pyo.Var(m.B, bounds=lambda m, b: (6, 6) if b == 0 else (0, 9))
    m.penalty = pyo.Var(bounds=(0, None))
    need = {1: 5.0, 2: 6.0, 3: 7.0}
    m.balance = pyo.Constraint(m.T, rule=lambda m, t: m.buy[t] + m.stock[t - 1] - m.stock[t] == need[t])
    m.most = pyo.Constraint(m.T, rule=lambda m, t: m.buy[t] <= 3.0 if t > 1 else pyo.Constraint.Skip)
    m.all = pyo.Constraint(expr=sum(m.buy[t] for t in m.T) + m.penalty >= 14.0)
    m.cost = pyo.Objective(expr=sum(t * m.buy[t] for t in m.T) + 100.0 * m.penalty)
    return m


FIRST_TWO = np.array([0, 0, 1])
HOW = {
    "buy": Merge(FIRST_TWO, np.array([0.5, 0.5, 1.0])),
    "most": Merge(FIRST_TWO, np.array([0.5, 0.5, 1.0])),
    "balance": Merge(FIRST_TWO, np.ones(3)),
    "stock": Merge(np.array([0, 1, 1, 2]), np.array([1.0, 0.0, 1.0, 1.0])),
}


def test_two_days_put_together_by_hand():
    """Bounds are means, needs add up, the stock between the days goes; what has no such index stays."""
    small = merge(two_days(), HOW).matrix

    assert small.rows["balance"].labels == ((1, 3),)
    assert small.columns["stock"].labels == ((0, 1, 3),)
    assert small.block_array("col_upper", "buy").tolist() == [6.0, 5.0]
    assert small.block_array("col_lower", "stock").tolist() == [6.0, 0.0, 0.0]
    assert small.block_array("row_lower", "balance").tolist() == [11.0, 7.0]
    assert small.block_array("cost", "buy").tolist() == [3.0, 3.0]
    assert small.block_array("row_lower", "all") == 14.0
    dense = small.coefficients.toarray()
    balance, stock, buy = small.rows["balance"], small.columns["stock"], small.columns["buy"]
    assert dense[balance.slice, stock.slice].tolist() == [[1.0, -1.0, 0.0], [0.0, 1.0, -1.0]]
    assert dense[balance.slice, buy.slice].tolist() == [[2.0, 0.0], [0.0, 1.0]]
    assert dense[small.rows["all"].start, buy.slice].tolist() == [2.0, 1.0]


def test_a_row_that_some_days_skip_is_added_up_from_those_that_have_it():
    whole = two_days()
    small = merge(whole, HOW).matrix

    assert whole.rows["most"].size == small.rows["most"].size == 2
    assert small.block_array("row_upper", "most").tolist() == [1.5, 3.0]
    assert small.coefficients.toarray()[small.rows["most"].slice, small.columns["buy"].slice].tolist() == [
        [0.5, 0.0],
        [0.0, 1.0],
    ]


def test_one_day_without_a_bound_leaves_its_group_without_one():
    whole = (
        two_days().with_columns("buy", upper=[4.0, np.inf, 5.0]).with_columns("stock", upper=[6.0, np.inf, 9.0, 9.0])
    )
    small = merge(whole, HOW).matrix

    assert small.block_array("col_upper", "buy").tolist() == [np.inf, 5.0]
    assert small.block_array("col_upper", "stock").tolist() == [6.0, 9.0, 9.0], "a label without a share has no say"


def test_a_merge_of_another_length_is_an_error():
    with pytest.raises(SolveError, match="buy: a merge of 2 labels on an index of"):
        merge(two_days(), {"buy": Merge(np.array([0, 0]), np.ones(2))})


@pytest.mark.parametrize("groups", [[1, 1, 2], [0, 2, 2], [0, 1, 0]])
def test_groups_that_are_no_neighbours_are_an_error(groups):
    with pytest.raises(SolveError, match="buy: the groups of a merge are 0, 0, 1"):
        merge(two_days(), {"buy": Merge(np.array(groups), np.ones(3))})


def test_direction_and_offset_of_the_objective_stay_and_lower_bounds_are_means():
    whole = replace(two_days(), cost_offset=7.0, maximise=True).with_columns("buy", lower=[1.0, 3.0, 2.0])
    small = merge(whole, HOW).matrix

    assert (small.cost_offset, small.maximise) == (7.0, True)
    assert small.block_array("col_lower", "buy").tolist() == [2.0, 2.0]


def test_a_group_of_which_every_day_is_skipped_has_no_row():
    m = two_days_model()
    m.last = pyo.Constraint(m.T, rule=lambda m, t: m.buy[t] <= 3.0 if t > 2 else pyo.Constraint.Skip)
    small = merge(compile_model(m), {**HOW, "last": HOW["most"]}).matrix

    assert small.rows["last"].places.tolist() == [1]
    assert small.rows["last"].size == 1
    assert small.coefficients.toarray()[small.rows["last"].start, small.columns["buy"].slice].tolist() == [0.0, 1.0]


def test_a_stock_between_boundaries_that_stay_is_that_at_the_nearer_one():
    """Days 1, 2, 1 and 4 as one period of eight: boundaries after 0, 1, 3, 4 (as near to both) and 8 days."""
    fine = with_lengths(toy_case({"DE": (1.0,) * 4}, supply={"DE": (9.0, 1.0)}, periods=4), (1, 2, 1, 4)).timeline
    ways = by_longer_periods(fine, Timeline((fine.start,), fine.end))

    assert ways["level"].place.tolist() == [0, 0, 0, 0, 1]
    assert ways["level"].share.tolist() == [1.0, 0.0, 0.0, 0.0, 1.0]
    assert ways["balance"].share.tolist() == [0.125, 0.25, 0.125, 0.5]
    assert ways["storage_level"].share.tolist() == [1.0] * 4
    assert ways["origin_held"].share.tolist() == [0.0, 0.0, 0.0, 1.0]


def every(case: Case, steps: int) -> Timeline:
    """Periods of so many steps, and a boundary where a target is read."""
    line = case.timeline
    return Timeline(tuple(sorted({*line.starts[::steps], *boundaries_to_keep(case)})), line.end)


def by_definition(whole: Matrix, merged: Merged) -> tuple[np.ndarray, np.ndarray]:
    """Copying of values and adding of rows as dense matrices."""
    copy = np.zeros((whole.n_columns, merged.matrix.n_columns))
    copy[np.arange(whole.n_columns), merged.column] = 1.0
    add = np.zeros((merged.matrix.n_rows, whole.n_rows))
    add[merged.row, np.arange(whole.n_rows)] = merged.share
    return copy, add


@given(networks(), st.integers(1, 3))
def test_a_merged_problem_is_what_its_definition_says(case, steps):
    case = on_steps(case, steps)
    whole = compile_model(build_model(case))
    merged = merge(whole, by_longer_periods(case.timeline, every(case, 2)))
    copy, add = by_definition(whole, merged)
    small, a = merged.matrix, whole.coefficients.toarray()
    prices = np.random.default_rng(0).normal(size=small.n_rows)

    assert approx(add @ a @ copy, abs=1e-9) == small.coefficients.toarray()
    assert approx(copy.T @ whole.cost) == small.cost
    assert approx(add @ np.nan_to_num(whole.row_upper, posinf=1e30), rel=1e-9) == np.nan_to_num(
        small.row_upper, posinf=1e30
    )
    assert approx(copy.T @ whole.reduced_cost(merged.prices(prices)), abs=1e-6) == small.reduced_cost(prices)


def other_than_stocks(merged: Matrix, built: Matrix) -> list[str]:
    """Differences but for what is taken of a stock between boundaries: its cost, and rates that fall with it."""
    found = merged.differences(built, 1e-9)
    return [
        one for one in found if not one.startswith("cost of level[") and not ("of level[" in one and "_curve[" in one)
    ]


def is_the_model_of_longer_periods(case: Case, line: Timeline) -> None:
    merged = merge(compile_model(build_model(case)), by_longer_periods(case.timeline, line)).matrix
    built = compile_model(build_model(on_longer_periods(case, line)))

    assert other_than_stocks(merged, built) == []


@pytest.mark.parametrize("steps", [2, 5])
def test_a_network_with_every_feature_is_that_of_longer_periods(steps):
    case = on_steps(everything(), steps)
    is_the_model_of_longer_periods(case, every(case, steps))


@given(networks(), st.integers(1, 4))
def test_random_networks_are_those_of_longer_periods(case, steps):
    case = on_steps(case, steps)
    is_the_model_of_longer_periods(case, every(case, steps))


@pytest.mark.parametrize("name", ["full_cutoff_february", "germany_bans_russian_gas"])
def test_europes_weeks_put_together_are_its_months(data, monthly, name):
    """Boundaries of months are added to the weeks. What leaves at a price is a share of demand that does not vary."""
    scenario = monthly(name, foresight="perfect", resolution="week")
    months = apply(monthly(name, foresight="perfect"), data).timeline
    case = apply(scenario.model_copy(update={"boundaries": months.starts}), data)
    is_the_model_of_longer_periods(case, months)


def test_prices_of_longer_periods_are_prices_of_the_short_ones():
    """Where the same holds on all days of a period and nothing is stored, its optimum and prices are theirs."""
    idle = everything()
    case = on_steps(idle.with_("storage", **dict.fromkeys(("injection", "withdrawal"), np.zeros((2, 2)))), 4)
    whole, line = compile_model(build_model(case)), every(case, 4)
    merged = merge(whole, by_longer_periods(case.timeline, line))
    found = solve(merged.matrix)
    value, prices = found.col_value[merged.column], merged.prices(found.row_dual)

    assert approx(whole.objective(value), rel=1e-9) == solve(whole).objective
    assert whole.objective(value) > 0.0
    for name in ("balance", "landing"):
        rate = merged.matrix.values(found.row_dual, name) / line.days
        assert (
            approx(rate[..., line.period_of_day[case.timeline.first_days]])
            == whole.values(prices, name) / case.timeline.days
        )
