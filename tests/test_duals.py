"""A price is what one more MWh would cost: duals against differences of the cost, found by solving again.

At a kink the next MWh costs more than the last one saved; the price then lies between the two.
"""

from __future__ import annotations

import numpy as np
import pytest
from cases import Answer, answer, everything, networks, tables
from examples import tries
from hypothesis import given, settings
from hypothesis import strategies as st

from energy_model.errors import SolveError
from energy_model.fast import optimum
from energy_model.lp import LiveModel, compile_model
from energy_model.model import build_model
from energy_model.scenario import Case, apply

approx = pytest.approx


class Neighbours:
    """Least cost of a case with one number a little higher or lower."""

    def __init__(self, found: Answer) -> None:
        self.found, self.days = found, found.case.timeline.days
        self.live = LiveModel(found.matrix)
        self.base = self.live.solve().objective

    def of_demand(self, node: str, period: int, step: float) -> tuple[float, float]:
        """EUR/MWh saved by the last, and paid for the next, MWh of firm demand at a node."""
        matrix, place = self.found.matrix, (self.found.case.node(node), period)
        rows = matrix.block_array("row_lower", "balance")
        demand = self.found.case.demand.rate[place[0], :, period].sum() * self.found.case.is_market[place[0]]
        assert approx(demand) == rows[place]
        return self._sides(lambda less: matrix.with_rows("balance", lower=less, upper=less), rows, place, step)

    def of_capacity(self, pipeline: str, period: int, step: float) -> tuple[float, float]:
        """EUR/MWh lost with the last, and saved by the next, MWh of a pipeline's capacity."""
        matrix, place = self.found.matrix, (self.found.case.pipelines.id.tolist().index(pipeline), period)
        upper = matrix.block_array("col_upper", "flow")
        last, following = self._sides(lambda more: matrix.with_columns("flow", upper=more), upper, place, step)
        return -last, -following

    def _sides(self, change, numbers: np.ndarray, place: tuple[int, int], step: float) -> tuple[float, float]:
        found = []
        for signed in (-step, step):
            moved = numbers.copy()
            moved[place] += signed
            try:
                cost = self.live.solve(change(moved)).objective
            except SolveError:  # nobody there who could take, or give, any gas at all
                cost = np.inf
            found.append((cost - self.base) / (signed * self.days[place[1]]))
        return found[0], found[1]


def assert_between(last: float, price: float, following: float) -> None:
    slack = 1e-4 * (1.0 + abs(price))
    assert last - slack <= price <= following + slack
    if abs(following - last) <= slack:
        assert approx((last + following) / 2.0, rel=1e-4, abs=1e-4) == price


@pytest.mark.parametrize("period", [0, 1])
@pytest.mark.parametrize("node", ["AT", "DE", "PL", "RU"])
def test_the_price_is_what_the_next_unit_of_demand_costs(node, period):
    found = answer(everything())
    last, following = Neighbours(found).of_demand(node, period, step=1e-3)

    assert approx(following, rel=1e-5) == found.price(node)[period]
    assert approx(last, rel=1e-5) == found.price(node)[period]


@pytest.mark.parametrize("pipeline", ["RU>DE", "RU>PL", "DE>AT", "PL>DE", "DE>PL"])
def test_the_value_of_capacity_is_what_its_next_unit_saves(pipeline):
    found = answer(everything())
    last, following = Neighbours(found).of_capacity(pipeline, 1, step=1e-3)
    value = max(0.0, found.capacity_value(pipeline)[1])

    assert_between(following, value, last)


@settings(max_examples=tries(25))
@given(networks(), st.data())
def test_prices_of_random_networks_lie_between_the_last_and_the_next_unit(case, draws):
    found = answer(case)
    node = draws.draw(st.sampled_from(case.nodes.tolist()))
    period = draws.draw(st.integers(0, len(case.timeline) - 1))
    last, following = Neighbours(found).of_demand(node, period, step=1e-3)

    assert_between(last, found.price(node)[period], following)


def test_the_tables_show_the_same_prices_and_values():
    found = answer(everything())
    shown = tables(found)
    price = shown["prices"].set_index(["node", "period"])["price_eur_per_mwh"]
    value = shown["flows"].set_index(["pipeline", "period"])["capacity_value_eur_per_mwh"]

    assert approx(found.price("DE")[1]) == price["DE", 2]
    assert approx(found.capacity_value("RU>DE")[0]) == value["RU>DE", 1]
    assert {"AT", "DE", "PL"} == set(price.index.get_level_values("node").astype(str)), "prices are shown for markets"


@pytest.fixture(scope="module", params=["reference", "full_cutoff_february"])
def europe(request, data, monthly) -> tuple[Answer, Neighbours]:
    case: Case = apply(monthly(request.param, foresight="perfect"), data)
    matrix = compile_model(build_model(case))
    found = Answer(case, matrix, optimum(matrix, case)[0])
    return found, Neighbours(found)


@pytest.mark.parametrize("period", [0, 5, 12])
@pytest.mark.parametrize("node", ["DE", "BG", "ES", "FI", "UA"])
def test_prices_of_europe_lie_between_the_last_and_the_next_unit(europe, node, period):
    found, neighbours = europe
    last, following = neighbours.of_demand(node, period, step=0.1)

    assert_between(last, found.price(node)[period], following)


def test_the_dearest_bottlenecks_of_europe_are_worth_what_relieving_them_saves(europe):
    found, neighbours = europe
    value = np.array([found.capacity_value(name) for name in found.case.pipelines.id])
    checked = [(p, t) for t in (8,) for p in np.argsort(value[:, t])[-4:] if value[p, t] > 1.0]
    assert checked
    for p, t in checked:
        last, following = neighbours.of_capacity(found.case.pipelines.id[p], t, step=0.1)
        assert_between(following, value[p, t], last)
