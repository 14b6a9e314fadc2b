"""Neighbours that trade with the main zone: whether their lines can bring what they need, and what it costs if not."""

from __future__ import annotations

import numpy as np
import pytest

from energy_model.plan.neighbours import lacks_lines, trading_offers
from energy_model.plan.stock_value import exchange_cost
from energy_model.scenario import Case
from energy_model.scenario.toy import toy_case

DAYS = 30


def neighbour(need: float, line: float) -> Case:
    """A neighbour that makes 4 a day at 5 EUR/MWh, with a line each way to a place with plenty of gas."""
    return toy_case(
        {"HERE": need, "MAIN": 1.0},
        pipelines={("MAIN", "HERE"): (line, 0.0), ("HERE", "MAIN"): (2.0, 0.0)},
        supply={"HERE": (4.0, 5.0), "MAIN": (99.0, 5.0)},
        storage={"HERE": (60.0, 9.0, 9.0, 0.0)},
        days=DAYS,
    )


def here(case: Case) -> np.ndarray:
    return case.nodes == "HERE"


@pytest.mark.parametrize(("need", "line", "lacks"), [(6.0, 2.0, False), (6.5, 2.0, True), (6.5, 3.0, False)])
def test_a_neighbour_lacks_lines_where_its_own_gas_and_they_do_not_cover_it(
    need: float, line: float, lacks: bool
) -> None:
    case = neighbour(need, line)

    assert lacks_lines(case, here(case), case.demand.rate[None]) == lacks


@pytest.mark.parametrize(
    ("need", "daily"),
    [
        (3.0, 3 * 5.0 + 1 * 5.0 - 1 * 48.0),  # one of its own is left, and sold at 50 less the way of 2
        (5.0, 4 * 5.0 + 1 * 52.0),  # one is bought, and pays for the way
        (8.0, 4 * 5.0 + 2 * 52.0 + 2 * 1_005.0),  # two are bought, and two cut, at 1,000 to 1,010
    ],
)
def test_a_month_costs_what_it_makes_buys_and_cuts_less_what_it_sells(need: float, daily: float) -> None:
    case = neighbour(need, 2.0)

    found = trading_offers(case, here(case), case.demand.rate[None], np.full((1, 1), 50.0), 2.0)

    cost = exchange_cost(found.need[0, 0, 0], found.price[0, 0], found.width[0, 0, 0], np.zeros(1))[0]
    unsold = 2.0 * 48.0  # the market counts what is not sold at what it would have earned
    assert cost == pytest.approx(DAYS * (daily + unsold))
