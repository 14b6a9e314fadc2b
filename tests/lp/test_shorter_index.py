"""Putting neighbouring places of an index together, by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyomo.environ as pyo
import pytest

from energy_model.lp import Matrix, SolveError, compile_model
from energy_model.lp.merge import Merge, merge


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
