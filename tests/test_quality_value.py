"""What low-calorific gas in store is worth beyond that of any gas: by hand on a place that converts and burns it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from cases import with_households, with_tiers

from energy_model.plan.bands import premiums
from energy_model.plan.outlook import outlook
from energy_model.plan.quality import quality
from energy_model.scenario import Case
from energy_model.scenario.case import SECTORS
from energy_model.scenario.fan import Fan
from energy_model.scenario.low_calorific import LowCalorific
from energy_model.scenario.toy import INDUSTRY, toy_case

HOUSEHOLDS = SECTORS.index("households")
CERTAIN = Fan(("normal",), np.ones(1), np.ones(1), np.ones(1))


def two_months(needs: tuple[float, float], conversion: float) -> Case:
    """Households that burn nothing else, conversion, and a store of 30 of which a third is low-calorific."""
    case = toy_case(
        {"A": [1.0, 1.0]}, supply={"A": (99.0, 10.0)}, storage={"A": (30.0, 9.0, 9.0, 15.0)}, periods=2, days=1
    )
    case = with_households(case, "A", 1.0)
    rate = case.demand.rate.copy()
    rate[case.node("A"), HOUSEHOLDS] = needs
    case = case.with_("demand", rate=rate)
    case = with_tiers(case, ("industry", INDUSTRY, 1.0, 300.0, False, 1), ("home", HOUSEHOLDS, 1.0, 900.0, True, 1))
    part = LowCalorific(
        node=np.array([case.node("A")]),
        line=np.zeros(0, dtype=int),
        household_share=np.ones((1, 2)),
        conversion=np.full((1, 2), conversion),
        produced_share=np.zeros((1, 2)),
        tie_break=np.full((1, 2), 1e-4),
        stored_share=np.array([1.0 / 3.0]),
    )
    return replace(case, low_calorific=part)


@pytest.mark.parametrize(("conversion", "worth"), [(8.0, 0.0), (5.0, 905.0 - 100.0)])
def test_it_is_worth_the_cut_that_it_spares_less_the_gas(conversion: float, worth: float) -> None:
    """8 are burnt in the second month: conversion of 8 covers it, of 5 leaves 3, cut at 900 to 910; gas is at 100.

    The lowest steps of the store are worth the cut, the highest nothing.
    """
    case = two_months((0.0, 8.0), conversion)

    found = quality(case, case.demand.rate[None], np.ones(1), 100.0, 0)

    assert found is not None
    values = found.values(1)
    assert values[0] == pytest.approx(worth, abs=2.0)
    assert values[-1] == pytest.approx(0.0, abs=1e-6)
    assert (np.diff(values) <= 1e-9).all()


def test_a_store_counts_with_the_share_that_it_holds() -> None:
    case = two_months((0.0, 8.0), 5.0)
    ahead = outlook(case, CERTAIN, case.demand.rate[None], np.array([15.0]), case.timeline.start)
    assert ahead.low_calorific is not None

    one = premiums(ahead, case.storage.working_gas, np.array([15.0]), np.zeros(1), case.timeline.starts[1])[0]

    whole = ahead.low_calorific.values(1)
    assert one.at(np.array([0.01]))[0] == pytest.approx(whole[0] / 3.0)
    assert one.at(np.array([0.99]))[0] == pytest.approx(0.0, abs=1e-6)


def test_without_such_gas_in_store_there_is_no_table() -> None:
    case = two_months((0.0, 8.0), 5.0)
    assert case.low_calorific is not None
    none = replace(case, low_calorific=replace(case.low_calorific, stored_share=np.zeros(1)))

    for other in (replace(case, low_calorific=None), none):
        assert quality(other, other.demand.rate[None], np.ones(1), 100.0, 0) is None
