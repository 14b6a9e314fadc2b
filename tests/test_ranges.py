"""Ranges of a number over all optimal solutions and over those near the optimum."""

from __future__ import annotations

import numpy as np
import pytest
from cases import answer, as_solved, everything, networks
from examples import tries
from hypothesis import given, settings
from toy_package import toy_data

from energy_model.impact.ranges import near_ranges, optimal_ranges, piped, price_range, ranges, unserved
from energy_model.impact.study import study
from energy_model.lp import solve
from energy_model.lp.extend import add_rows, with_objective
from energy_model.scenario.case import Case
from energy_model.scenario.toy import toy_case

approx = pytest.approx


def two_routes(second_cost: float = 1.0) -> Case:
    """Germany's 10 GWh/d of Russian gas may come by either of two routes of 8."""
    return toy_case(
        demand={"DE": 10.0},
        pipelines={
            ("RU", "UA"): (8.0, 1.0),
            ("UA", "DE"): (8.0, 0.0),
            ("RU", "PL"): (8.0, second_cost),
            ("PL", "DE"): (8.0, 0.0),
        },
        supply={"RU": (20.0, 5.0)},
    )  # fmt: skip


def test_of_two_routes_at_one_cost_each_may_carry_from_two_to_eight():
    solved = as_solved(answer(two_routes()))

    for route in ("UA", "PL"):
        (found,) = optimal_ranges(solved, [piped(solved, route, "DE")])
        assert approx((2.0, 8.0)) == (found.least, found.largest)
        assert 2.0 - 1e-9 <= found.value <= 8.0 + 1e-9


def test_a_dearer_route_carries_what_is_left_and_within_one_percent_a_little_more():
    """Least cost 10 x 6 + 2 x 0.3 = 60.6; one percent more, 0.606, pays for 2.02 further GWh at 0.3.

    Or it pays for customers who are cut at 1005 rather than served over the dearer route at 6.3.
    """
    solved = as_solved(answer(two_routes(second_cost=1.3)))
    by_poland = piped(solved, "PL", "DE")

    (exact,) = optimal_ranges(solved, [by_poland])
    near = near_ranges(solved, [by_poland])[0]

    assert approx((2.0, 2.0)) == (exact.least, exact.largest)
    assert approx(2.0 - 0.606 / (1_005.0 - 6.3), abs=1e-9) == near.least
    assert approx(2.0 + 0.606 / 0.3) == near.largest


def test_a_price_between_two_steps_is_open_from_one_to_the_other():
    """Demand meets exactly the first step of 10 at 5 EUR/MWh; the next costs 9."""
    case = toy_case(demand={"DE": 10.0, "FR": 8.0}, supply={"DE": (10.0, 5.0), "FR": (20.0, 9.0)},
                    pipelines={("FR", "DE"): (5.0, 0.0)})  # fmt: skip
    found = price_range(as_solved(answer(case)), "DE")

    assert approx((5.0, 9.0)) == (found.least, found.largest)
    assert 5.0 <= found.value <= 9.0


@settings(max_examples=tries(40), deadline=None)
@given(networks())
def test_ranges_contain_the_optimum_and_agree_with_a_budget_row(case):
    """The optimal face by complementary slackness against the brute way: one row that caps the cost at the optimum."""
    found = answer(case)
    solved = as_solved(found)
    aim = unserved(solved, ["DE"])
    (exact,) = optimal_ranges(solved, [aim])
    near = near_ranges(solved, [aim])[0]
    assert exact.least <= exact.value <= exact.largest
    assert near.least <= exact.least + 1e-6 * (1.0 + abs(exact.least))
    assert near.largest >= exact.largest - 1e-6 * (1.0 + abs(exact.largest))

    slack = 1e-7 * (1.0 + abs(found.cost))
    budget = add_rows(found.matrix, "budget", found.matrix.cost, upper=found.cost - found.matrix.cost_offset + slack)
    for most, bound in ((False, exact.least), (True, exact.largest)):
        brute = solve(with_objective(budget, aim, maximise=most)).objective
        assert brute == approx(bound, abs=1e-3 * (1.0 + float(case.demand.rate.sum())))


def test_every_feature_has_a_range_that_contains_its_optimum():
    solved = as_solved(answer(everything()))
    for name in ("flow", "supply", "sendout", "withdrawal"):
        aim = np.zeros(solved.matrix.n_columns)
        aim[solved.matrix.columns[name].slice] = 1.0
        (found,) = optimal_ranges(solved, [aim])
        assert found.least <= found.value <= found.largest


@pytest.fixture(scope="module")
def told():
    return ranges(study("stop", toy_data(), resolution="month"))


def test_the_answer_shows_both_ranges_beside_the_number(told):
    table = told.table

    assert (table["least_optimal_twh"] <= table["value_twh"]).all()
    assert (table["value_twh"] <= table["largest_optimal_twh"]).all()
    assert (table["least_within_1_percent_twh"] <= table["least_optimal_twh"] + 1e-6).all()
    assert (table["largest_within_1_percent_twh"] >= table["largest_optimal_twh"] - 1e-6).all()
    assert f"{table['value_twh'].iloc[0]:,.1f} TWh" in told.words
