"""What a table of values reads of the months ahead adds up: nothing is burnt twice, no answer to a price is lost."""

from __future__ import annotations

import numpy as np
import pytest

from energy_model.plan.merit_order import Learned, evened, own_zone, side
from energy_model.scenario.case import Case
from energy_model.scenario.toy import INDUSTRY, toy_case

HIGH, LOW, GAS = 6.0, 2.0, 30.0


def neighbours(first: int, months: int = 27) -> Case:
    """A group of stores at A, and a neighbour B that burns 6 a day from October to March and 2 in other months.

    Parameters
    ----------
    first : int
        Calendar month of the first period, from 0.
    """
    need = [HIGH if (first + t) % 12 in (9, 10, 11, 0, 1, 2) else LOW for t in range(months)]
    return toy_case(
        {"A": 1.0, "B": need}, storage={"A": (50.0, 9.0, 9.0, 0.0), "B": (GAS, 9.0, 9.0, 0.0)}, periods=months
    )


@pytest.mark.parametrize("first", [0, 5, 10])
def test_the_year_that_repeats_itself_burns_what_it_burns_wherever_the_horizon_begins(first: int) -> None:
    """Whatever part of a year goes before it, stores of a neighbour only move its demand between the months of a year.

    B is 2 above its mean of 4 in six months and 2 below it in six: 12 are wanted, it has room for all of them.
    """
    case = neighbours(first)
    own = own_zone(case)

    change = evened(case, np.ones(len(case.nodes), dtype=bool), own, str(own[0]))

    year = slice(-12, None)
    assert float(change[year] @ case.timeline.days[year]) == pytest.approx(0.0, abs=1e-9)
    burnt = case.demand.rate[1].sum(axis=0) + change
    assert burnt[year] == pytest.approx(4.0)
    assert burnt == pytest.approx(4.0), "months before the first whole year go by its mean"


def test_a_store_that_is_small_evens_out_as_much_as_it_holds() -> None:
    """12 are wanted; with 3 a quarter is moved: 5.5 in winter, 2.5 in summer."""
    case = neighbours(0)
    case = case.with_("storage", working_gas=np.array([50.0, 3.0]))
    own = own_zone(case)

    burnt = case.demand.rate[1].sum(axis=0) + evened(case, np.ones(len(case.nodes), dtype=bool), own, str(own[0]))

    assert sorted(set(np.round(burnt, 9).tolist())) == pytest.approx([2.5, 5.5])


def with_answer() -> Case:
    """One market that asks for 10 on one day, of which 2 leave at 50."""
    case = toy_case({"A": 10.0})
    return case.with_(
        "demand",
        voluntary_name=np.array(["industry at 50"]),
        voluntary_sector=np.array([INDUSTRY]),
        voluntary_share=np.full((1, 1, 1), 0.2),
        voluntary_cost=np.array([50.0]),
    )


@pytest.mark.parametrize(("seen", "left"), [(1.0, 2.0), (0.9, 0.8), (0.8, 0.0), (0.7, 0.0), (1.1, 2.2)])
def test_what_users_give_up_at_a_price_is_counted_once(seen: float, left: float) -> None:
    """Of 10 a fifth leaves at prices up to 50. What was seen to be missing is not offered again; the rest still is.

    With 10 of a normal year seen, the 2 are still to come; with 9, 1 of 1.8 is part of the 9; with 8, all 1.6 are.
    """
    case = with_answer()
    demands = case.demand.rate[None]

    found = side(case, np.ones(1, dtype=bool), demands, (1, 1, 1), Learned(demand=seen, reduced_below_eur_per_mwh=60.0))

    cheap = found.price[0, 0] <= 60.0
    assert found.need[0, 0, 0] == pytest.approx(10.0 * seen)
    assert float(found.width[0, 0, 0, cheap].sum()) == pytest.approx(left, abs=1e-9)
