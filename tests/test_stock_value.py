"""Value of stock: what the table of values says must be what a decision tree says that writes out every branch."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from scipy.optimize import linprog

from energy_model.plan.stock_value import Chances, Stores, exchange_cost, falling, stock_values


def stores(levels: list[float], months: int, rate: float = 1e9, wanted: float = 0.0, penalty: float = 0.0) -> Stores:
    """Stores without interest, with the same rates at every level; the level is owed after the last month."""
    size, flat = (months, len(levels)), np.zeros(months)
    owed = flat.copy()
    owed[-1] = wanted
    return Stores(np.array(levels), np.full(size, rate), np.full(size, rate), flat, owed, flat + penalty)


def moves(needs: np.ndarray, price: list[float], widths: np.ndarray, levels: list[float]) -> np.ndarray:
    """Costs of months with needs (months, W) and widths (months, L, steps)."""
    moved = (np.arange(2 * len(levels) - 1) - (len(levels) - 1)) * (levels[1] - levels[0])
    return np.array(
        [
            [
                [exchange_cost(need, np.array(price), width, moved, beyond=1e4) for width in widths[t]]
                for need in needs[t]
            ]
            for t in range(len(needs))
        ]
    )


def test_gas_in_store_is_worth_what_it_replaces_in_the_weathers_to_come() -> None:
    """A month of which nobody knows whether it is cold (2 are needed) or mild (1); 1 comes at 10, more costs 50.

    The first unit in store replaces gas at 50 if it is cold and gas at 10 if it is mild: 30. The second replaces gas at
    10 if it is cold and finds no use if it is mild: 5.
    """
    levels = [0.0, 1.0, 2.0]
    costs = moves(np.array([[2.0, 1.0]]), [10.0, 50.0], np.array([[[1.0, 9.0]]]), levels)

    found = stock_values(costs, stores(levels, 1), Chances(np.array([0.5, 0.5]), np.array([1.0])))

    assert found.slopes(0, np.array([1.0])).tolist() == [30.0, 5.0]


def test_a_month_before_puts_in_what_is_cheaper_than_its_value() -> None:
    """Before that month gas costs 10 without limit: the first unit is put in, the second is not."""
    levels = [0.0, 1.0, 2.0]
    needs, widths = np.array([[0.0, 0.0], [2.0, 1.0]]), np.array([[[9.0, 0.0]], [[1.0, 9.0]]])
    costs = moves(needs, [10.0, 50.0], widths, levels)

    found = stock_values(costs, stores(levels, 2), Chances(np.array([0.5, 0.5]), np.array([1.0])))

    assert found.paths(0, 0.0, 0, 1).tolist() == [[1.0], [1.0]]
    assert found.slopes(0, np.array([1.0])).tolist() == [10.0, 5.0]


def test_of_a_month_that_has_begun_only_the_rest_is_still_to_be_put_in() -> None:
    """A month that puts in one unit puts in a third of one on its last ten days of thirty."""
    levels = [0.0, 1.0, 2.0]
    needs, widths = np.array([[0.0, 0.0], [2.0, 1.0]]), np.array([[[9.0, 0.0]], [[1.0, 9.0]]])
    costs = moves(needs, [10.0, 50.0], widths, levels)
    found = stock_values(costs, stores(levels, 2), Chances(np.array([0.5, 0.5]), np.array([1.0])))

    assert found.paths(0, 0.0, 0, 1, left=10 / 30) == pytest.approx(np.full((2, 1), 1 / 3))
    assert found.courses(0, 0.5, 0, 1, left=0.2)[:, :, 0] == pytest.approx(np.array([[0.5, 0.5], [0.6, 0.6]]))
    assert (found.courses(0, 0.5, 0, 2, left=1.0) == found.courses(0, 0.5, 0, 2)).all()


def test_space_that_nobody_may_use_is_not_filled() -> None:
    """Both units would be put in at 10 against gas at 50; of the space only half may be used."""
    levels = [0.0, 1.0, 2.0]
    needs, widths = np.array([[0.0], [2.0]]), np.array([[[9.0, 0.0]], [[0.0, 9.0]]])
    costs = moves(needs, [10.0, 50.0], widths, levels)
    certain = Chances(np.ones(1), np.ones(1))

    for usable, level in ((np.array([2.0, 2.0]), 2.0), (np.array([1.0, 1.0]), 1.0)):
        found = stock_values(costs, replace(stores(levels, 2), usable=usable), certain)
        assert found.paths(0, 0.0, 0, 1).tolist() == [[level]]


def tree_cost(needs: np.ndarray, price: list[float], widths: np.ndarray, full: float, chances: Chances) -> float:
    """Least expected cost of a decision tree as one linear programme, every node with its own decision.

    The first month has the first state of LNG; each later node is a weather and a state of its month.
    """
    months, steps = len(needs), len(price)
    outcomes = list(product(range(len(chances.weather)), range(len(chances.lng))))
    nodes: list[tuple[int, int, float, int, int]] = []  # month, parent, probability, weather, state
    for w, p in enumerate(chances.weather):
        nodes.append((0, -1, float(p), w, 0))
    for t in range(1, months):
        for k, (month, _, p, _, state) in enumerate(list(nodes)):
            if month == t - 1:
                nodes += [
                    (t, k, p * float(chances.weather[w] * chances.moves[state, own]), w, own) for w, own in outcomes
                ]
    size = steps + 1
    cost, bounds = np.zeros(len(nodes) * size), []
    row, right = np.zeros((len(nodes), len(nodes) * size)), np.zeros(len(nodes))
    for k, (month, parent, p, w, state) in enumerate(nodes):
        cost[k * size : k * size + steps] = p * np.array(price)
        bounds += [(0.0, float(width)) for width in widths[month, state]] + [(0.0, full)]
        row[k, k * size : k * size + steps] = -1.0
        row[k, k * size + steps] = 1.0
        right[k] = -needs[month, w]
        if parent >= 0:
            row[k, parent * size + steps] = -1.0
    return float(linprog(cost, A_ub=row, b_ub=right, bounds=bounds).fun)


def test_the_table_costs_what_the_whole_tree_of_branches_costs() -> None:
    """Four months, two weathers, three states of LNG that last with probability one half: 2 + 12 + 72 + 432 nodes.

    All quantities are whole and all probabilities powers of one half, so that both are equal to the last digit.
    """
    levels = [0.0, 1.0, 2.0, 3.0, 4.0]
    needs = np.array([[2.0, 3.0], [3.0, 5.0], [5.0, 8.0], [4.0, 6.0]])
    widths = np.array([[[4.0, lng, 9.0, 40.0] for lng in (0.0, 1.0, 3.0)]] * 4)
    price = [10.0, 30.0, 70.0, 200.0]
    chances = Chances(np.array([0.5, 0.5]), np.array([0.25, 0.5, 0.25]), 0.5)

    table = stock_values(moves(needs, price, widths, levels), stores(levels, 4), chances)

    assert table.cost[0][0, 0] == pytest.approx(tree_cost(needs, price, widths, 4.0, chances), rel=1e-12)


def test_without_chance_the_table_is_a_plan_that_knows_everything() -> None:
    """3 come at 10 each month, the rest at 90. Needs 1, 5, 4: two units are carried to the second month."""
    levels = [0.0, 1.0, 2.0, 3.0]
    needs = np.array([[1.0], [5.0], [4.0]])
    costs = moves(needs, [10.0, 90.0], np.array([[[3.0, 9.0]]] * 3), levels)

    table = stock_values(costs, stores(levels, 3), Chances(np.array([1.0]), np.array([1.0])))

    assert table.cost[0][0, 0] == 9 * 10.0 + 1 * 90.0
    assert table.paths(0, 0.0, 0, 1).tolist() == [[2.0]]


def test_a_year_that_repeats_leaves_gas_for_the_next_one() -> None:
    """Half-years of needs 1 and 4; 2 come at 10 in each, more at 90.

    Without a year after it, winter ends with nothing of value. With one, a unit that is left spares a unit at 90 in the
    next winter, as summer has only one to spare for a store of two; a second one leaves summer's unit without a place.
    """
    levels = [0.0, 1.0, 2.0]
    needs = np.array([[1.0], [4.0]])
    costs = moves(needs, [10.0, 90.0], np.array([[[2.0, 9.0]]] * 2), levels)
    sure = Chances(np.array([1.0]), np.array([1.0]))

    ends = stock_values(costs, stores(levels, 2), sure)
    lasts = stock_values(costs, stores(levels, 2), sure, repeated=2)

    assert ends.slopes(2, np.array([1.0])).tolist() == [0.0, 0.0]
    assert lasts.slopes(2, np.array([1.0])).tolist() == [90.0, 10.0]


def test_what_the_law_asks_is_worth_its_penalty_and_no_more() -> None:
    """A level of 2 is owed at a penalty of 60: two units are worth 60, those above it what they replace."""
    levels = [0.0, 1.0, 2.0, 3.0]
    costs = moves(np.array([[0.0]]), [10.0], np.array([[[9.0]]]), levels)
    sure = Chances(np.array([1.0]), np.array([1.0]))

    table = stock_values(costs, stores(levels, 1, rate=0.0, wanted=2.0, penalty=60.0), sure)

    assert table.slopes(0, np.array([1.0])).tolist() == [60.0, 60.0, 0.0]


def test_rates_keep_a_month_from_taking_all() -> None:
    """At most one unit leaves in a month: the second is worth nothing in the last one."""
    levels = [0.0, 1.0, 2.0]
    costs = moves(np.array([[2.0]]), [50.0], np.array([[[9.0]]]), levels)

    table = stock_values(costs, stores(levels, 1, rate=1.0), Chances(np.array([1.0]), np.array([1.0])))

    assert table.slopes(0, np.array([1.0])).tolist() == [50.0, 0.0]


def test_values_that_rise_are_put_at_their_mean() -> None:
    assert falling(np.array([5.0, 1.0, 3.0, 2.0])).tolist() == [5.0, 2.0, 2.0, 2.0]
