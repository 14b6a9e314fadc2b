"""Storage, one feature at a time, on networks solved by hand: what is carried, lost, paid, and how fast.

A market with a line of 5 a day from a supplier at 10 EUR/MWh, and a store of 100 GWh. A season is ten days; demand that
is not served costs 1,005 EUR/MWh.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from cases import answer, with_curve, with_lengths, with_targets

from energy_model.scenario.case import Case
from energy_model.scenario.toy import target, toy_case

approx = pytest.approx
UNSERVED = 1_005.0
PIPE = {("RU", "DE"): (5.0, 0.0)}


def season(demand: Sequence[float], store: tuple[float, float, float, float], days: int = 10) -> Case:
    """The market of this page; ``store`` is working gas, injection, withdrawal, initial."""
    return toy_case(
        {"DE": demand},
        pipelines=PIPE,
        supply={"RU": (50.0, 10.0)},
        storage={"DE": store},
        periods=len(demand),
        days=days,
    )


def test_summer_gas_is_carried_to_the_winter():
    """3 a day are put aside in summer and taken in winter: 100 GWh at 10, nothing unserved."""
    found = answer(season((2.0, 8.0), (100.0, 5.0, 5.0, 0.0)))

    assert approx(1_000.0) == found.cost
    assert approx([0.0, 30.0, 0.0]) == found.level("DE")
    assert approx([3.0, 0.0]) == found.injected("DE")
    assert approx([0.0, 3.0]) == found.withdrawn("DE")


def test_gas_cannot_be_carried_from_winter_to_the_summer_before():
    """With the winter first, 3 a day are missing for ten days."""
    found = answer(season((8.0, 2.0), (100.0, 5.0, 5.0, 0.0)))

    assert approx([3.0, 0.0]) == found.curtailed("DE")


@pytest.mark.parametrize(
    ("store", "carried"),
    [
        pytest.param((100.0, 2.0, 5.0, 0.0), 20.0, id="injection of 2 a day"),
        pytest.param((100.0, 5.0, 1.0, 0.0), 10.0, id="withdrawal of 1 a day"),
        pytest.param((15.0, 5.0, 5.0, 0.0), 15.0, id="working gas of 15"),
    ],
)
def test_a_store_carries_what_its_tightest_limit_allows(store, carried):
    """30 GWh are wanted; what is not carried is not served."""
    found = answer(season((2.0, 8.0), store))

    assert approx((30.0 - carried) / 10.0) == found.curtailed("DE")[1]
    assert approx((70.0 + carried) * 10.0 + (30.0 - carried) * UNSERVED) == found.cost


def test_a_cycle_loses_its_share_on_the_way_in():
    """Of 30 put aside, 27 arrive: 3 are missing in winter."""
    found = answer(season((2.0, 8.0), (100.0, 5.0, 5.0, 0.0)).with_("storage", cycle_loss_share=0.1))

    assert approx([0.0, 27.0, 0.0]) == found.level("DE")
    assert approx(3.0) == 10.0 * found.curtailed("DE")[1]


def test_the_winter_price_is_the_summer_price_and_the_cost_of_keeping():
    """(10 + 0.6) / 0.99 for gas in store, 0.01 a day for the ten days after the summer's end, 0.3 to take it out."""
    case = season((2.0, 8.0), (100.0, 5.0, 5.0, 0.0), days=10)
    case = case.with_("pipelines", capacity=np.array([[20.0, 5.0]]))
    case = case.with_(
        "storage", injection_cost=0.6, withdrawal_cost=np.full((1, 2), 0.3), holding_cost=0.01, cycle_loss_share=0.01
    )
    found = answer(case)

    assert approx([10.0, 10.6 / 0.99 + 0.1 + 0.3]) == found.price("DE")
    assert approx(70.0 * 10.0 + 30.0 * (10.6 / 0.99 + 0.1 + 0.3)) == found.cost


def test_gas_in_store_on_the_first_morning_is_there_to_be_used():
    """30 GWh are in store: the winter of 8 a day needs nothing else than the line's 5."""
    found = answer(season((8.0,), (100.0, 5.0, 5.0, 30.0)))

    assert approx(500.0) == found.cost
    assert approx([30.0, 0.0]) == found.level("DE")


def test_a_long_period_fills_a_store_with_all_its_days():
    """31 days at 3 a day are 93 GWh, given back over 28 days at up to 93 / 28 a day."""
    case = with_lengths(season((2.0, 8.0), (100.0, 5.0, 5.0, 0.0), days=28), (31, 28))
    case = case.with_("pipelines", capacity=np.array([[5.0, 8.0 - 93.0 / 28.0]]))
    found = answer(case.with_("supply", volume=np.array([9_999.0])))

    assert approx([0.0, 93.0, 0.0]) == found.level("DE")
    assert approx([0.0, 0.0]) == found.curtailed("DE")


def test_withdrawal_falls_as_the_store_empties():
    """A rate of 10 when full, in proportion to the filling at the start of a period: half full 5, a quarter 2.5."""
    case = toy_case({"DE": (10.0, 10.0)}, storage={"DE": (100.0, 0.0, 10.0, 50.0)}, periods=2, days=5)
    found = answer(with_curve(case, "DE", "withdrawal", (0.0, 1.0)))

    assert approx([5.0, 2.5]) == found.withdrawn("DE")
    assert approx([50.0, 25.0, 12.5]) == found.level("DE")
    assert approx([5.0, 7.5]) == found.curtailed("DE")


def test_of_several_lines_of_a_curve_the_lowest_counts():
    """At half full: 0.2 + 1.0 x 0.5 = 0.7 and 0.5 + 0.2 x 0.5 = 0.6, so 6 of 10 a day."""
    case = toy_case({"DE": 10.0}, storage={"DE": (100.0, 0.0, 10.0, 50.0)})
    found = answer(with_curve(case, "DE", "withdrawal", (0.2, 1.0), (0.5, 0.2)))

    assert approx([6.0]) == found.withdrawn("DE")


def test_injection_falls_as_the_store_fills():
    """At half full, 1.2 - 0.8 x 0.5 = 0.8 of 5 a day go in, although the line brings 5 and the winter wants them."""
    case = season((0.0, 15.0), (100.0, 5.0, 15.0, 50.0))
    found = answer(with_curve(case, "DE", "injection", (1.2, -0.8)))

    assert approx([4.0, 0.0]) == found.injected("DE")
    assert approx([50.0, 90.0]) == found.level("DE")[:2]


def test_curves_belong_to_the_store_they_were_measured_at():
    """Two stores alike; the one with a curve gives 2 of 10 a day, the other all it has."""
    case = toy_case({"AT": 9.0, "DE": 9.0}, storage={"AT": (100.0, 0.0, 9.0, 20.0), "DE": (100.0, 0.0, 10.0, 20.0)})
    found = answer(with_curve(case, "DE", "withdrawal", (0.0, 1.0)))

    assert approx([9.0]) == found.withdrawn("AT")
    assert approx([2.0]) == found.withdrawn("DE")


@pytest.mark.parametrize(
    ("penalty", "level", "cost"),
    [
        pytest.param(20.0, 30.0, 30.0 * 10.0, id="filled where gas costs less than missing the target"),
        pytest.param(5.0, 0.0, 30.0 * 5.0, id="missed and paid for where it costs more"),
    ],
)
def test_a_filling_target_has_a_price(penalty, level, cost):
    """A mild season with the line free; 30 GWh are asked for at its end."""
    case = season((0.0,), (100.0, 5.0, 5.0, 0.0))
    found = answer(with_targets(case, target(case, "DE", 1, 30.0, penalty)))

    assert approx(level) == found.level("DE")[1]
    assert approx(30.0 - level) == found.of("missing")[0]
    assert approx(cost) == found.cost


def test_a_target_out_of_reach_is_approached_and_breaks_nothing():
    """50 GWh can be injected of the 80 asked for: 50 x 10 + 30 x 99."""
    case = season((0.0,), (100.0, 5.0, 5.0, 0.0))
    found = answer(with_targets(case, target(case, "DE", 1, 80.0, 99.0)))

    assert approx([50.0]) == found.level("DE")[1:]
    assert approx(50.0 * 10.0 + 30.0 * 99.0) == found.cost


def test_a_target_holds_on_its_day_and_frees_the_gas_after_it():
    """20 GWh in store must be there after the first season, and serve the second: its demand of 7 takes 2 a day."""
    case = season((7.0, 7.0), (100.0, 0.0, 5.0, 20.0))
    free, bound = answer(case), answer(with_targets(case, target(case, "DE", 1, 20.0, 5_000.0)))

    assert approx(20.0) == 10.0 * free.withdrawn("DE").sum()
    assert approx([20.0, 20.0, 0.0]) == bound.level("DE")
    assert approx([2.0, 0.0]) == bound.curtailed("DE")


def test_a_target_dearer_than_curtailment_is_met_with_gas_that_customers_lack():
    """The store keeps its 20 GWh while 2 a day are cut: 5,000 against 1,005."""
    case = season((7.0,), (100.0, 0.0, 5.0, 20.0))
    kept = answer(with_targets(case, target(case, "DE", 1, 20.0, 5_000.0)))
    used = answer(with_targets(case, target(case, "DE", 1, 20.0, 800.0)))

    assert approx([20.0, 20.0]) == kept.level("DE")
    assert approx([20.0, 0.0]) == used.level("DE")


def test_a_joint_target_counts_the_stores_together():
    """40 GWh in two stores; the one behind the cheaper gas fills to its 30, the other adds 10."""
    case = toy_case(
        {"AT": 0.0, "DE": 0.0},
        supply={"AT": (9.0, 10.0), "DE": (9.0, 20.0)},
        storage={"AT": (30.0, 5.0, 5.0, 0.0), "DE": (30.0, 5.0, 5.0, 0.0)},
        days=10,
    )
    joint = replace(target(case, "DE", 1, 40.0, 500.0), storages=(0, 1))
    found = answer(with_targets(case, joint))

    assert approx([0.0, 30.0]) == found.level("AT")
    assert approx([0.0, 10.0]) == found.level("DE")
    assert approx(30.0 * 10.0 + 10.0 * 20.0) == found.cost


def test_without_a_target_the_store_ends_empty():
    """The horizon has no tomorrow: 40 GWh in store replace bought gas as far as withdrawal goes."""
    found = answer(season((5.0,), (100.0, 5.0, 5.0, 40.0)))

    assert approx(0.0) == found.level("DE")[1]
    assert approx(10.0 * 10.0) == found.cost
