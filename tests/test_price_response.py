"""A saving by policy or a switch of fuel against what the same consumers leave at a price: the larger one counts."""

from __future__ import annotations

from typing import cast

import numpy as np
import pytest
from cases import answer, with_households, with_voluntary
from hypothesis import given
from hypothesis import strategies as st

from energy_model.data.load import GasData
from energy_model.scenario.case import Case
from energy_model.scenario.measures import Measure
from energy_model.scenario.measures.demand import DemandSaving, FuelSwitch
from energy_model.scenario.toy import INDUSTRY, toy_case

approx = pytest.approx

NO_DATA = cast("GasData", None)
"""A measure on demand reads no table."""
DEMAND = 100.0
CURVE = (("industry at 50", INDUSTRY, 0.04, 50.0), ("industry at 100", INDUSTRY, 0.06, 100.0),
         ("industry at 200", INDUSTRY, 0.05, 200.0))  # fmt: skip


def market(supply: float = 1_000.0, cost: float = 20.0, periods: int = 1) -> Case:
    """One market that burns 100 GWh/d in industry, which leaves 4 at 50, 6 more at 100, 5 more at 200 EUR/MWh."""
    case = toy_case(demand={"DE": DEMAND}, supply={"DE": (supply, cost)}, periods=periods)
    return with_voluntary(case, *CURVE)


def saving(share: float, **more: object) -> DemandSaving:
    return DemandSaving(kind="demand_saving", share=share, sectors=("industry",), **more)  # type: ignore[arg-type]


def switch(share: float, price: float, **more: object) -> FuelSwitch:
    keys = {"share": share, "price_eur_per_mwh": price, "sectors": ("industry",), **more}
    return FuelSwitch(kind="fuel_switch", **keys)  # type: ignore[arg-type]


def reduction_at(case: Case, price: float) -> float:
    """Gas not burnt at a price, GWh/d, of the 100 burnt before any measure; by the definition of the steps."""
    demand = case.demand
    rate = demand.rate[0, INDUSTRY, 0]
    left = demand.voluntary_share[0, demand.voluntary_cost <= price, 0].sum()
    return float(DEMAND - rate * (1.0 - left))


def on_the_curve(price: float) -> float:
    return 100.0 * sum(share for _, _, share, cost in CURVE if cost <= price)


@pytest.mark.parametrize("price", [20.0, 60.0, 150.0, 300.0])
@pytest.mark.parametrize("share", [0.0, 0.03, 0.04, 0.07, 0.12, 0.15, 0.5, 1.0])
def test_of_saving_and_price_response_the_larger_one_counts(share: float, price: float) -> None:
    contained = saving(share).apply(market(), NO_DATA)
    added = saving(share, price_response="added").apply(market(), NO_DATA)

    assert max(100.0 * share, on_the_curve(price)) == approx(reduction_at(contained, price))
    both = 100.0 * share + (1.0 - share) * on_the_curve(price)
    assert both == approx(reduction_at(added, price))


@pytest.mark.parametrize("price", [20.0, 60.0, 150.0, 300.0])
@pytest.mark.parametrize("from_price", [40.0, 50.0, 90.0, 120.0, 250.0])
@pytest.mark.parametrize("share", [0.0, 0.03, 0.07, 0.12, 0.3])
def test_of_switch_and_price_response_the_larger_one_counts(share: float, from_price: float, price: float) -> None:
    switched = switch(share, from_price).apply(market(), NO_DATA)
    expected = max(100.0 * share if price >= from_price else 0.0, on_the_curve(price))

    assert expected == approx(reduction_at(switched, price))


def test_two_savings_multiply_and_contain_the_curve_up_to_both() -> None:
    case = saving(0.05).apply(saving(0.06).apply(market(), NO_DATA), NO_DATA)
    saved = 100.0 * (1.0 - 0.95 * 0.94)

    assert saved == approx(reduction_at(case, 150.0)), "10.7 saved, against 10 at the price"
    assert 15.0 == approx(reduction_at(case, 300.0))


def test_a_market_short_of_gas_by_hand() -> None:
    """92 GWh/d for 100: without saving 8 leave, 4 at 50 and 4 at 100. Six saved: 2 more leave, of the step at 100."""
    plain, saved = (answer(case) for case in (market(92.0), saving(0.06).apply(market(92.0), NO_DATA)))

    assert 4.0 * 50.0 + 4.0 * 100.0 + 92.0 * 20.0 == approx(plain.cost, abs=0.5)
    assert 2.0 * 100.0 + 92.0 * 20.0 == approx(saved.cost, abs=0.5)


def test_other_sectors_and_countries_answer_as_before() -> None:
    case = with_voluntary(with_households(market(), "DE", 40.0), ("households at 50", 0, 0.1, 50.0))
    saved = saving(0.2).apply(case, NO_DATA).demand

    assert (saved.voluntary_share[:, 3:] == case.demand.voluntary_share[:, 3:]).all()
    assert 40.0 == saved.rate[0, 0, 0]
    assert (saving(0.2, countries=("FR",)).apply(case, NO_DATA).demand.rate == case.demand.rate).all()


MEASURES = {"saving": lambda share: saving(share), "switch at 40": lambda share: switch(share, 40.0),
            "switch at 120": lambda share: switch(share, 120.0)}  # fmt: skip


@pytest.mark.parametrize("kind", MEASURES)
def test_strength_zero_changes_nothing(kind: str) -> None:
    before, after = market().demand, MEASURES[kind](0.0).apply(market(), NO_DATA).demand

    assert (before.rate == after.rate).all()
    assert (before.voluntary_share == after.voluntary_share[:, :3]).all()
    assert 0.0 == after.voluntary_share[:, 3:].sum()


@given(
    shares=st.lists(st.integers(0, 20), min_size=2, max_size=2).map(sorted),
    supply=st.integers(60, 100),
    kinds=st.lists(st.sampled_from(sorted(MEASURES)), min_size=1, max_size=3),
)
def test_more_saving_or_switching_never_costs_more(shares: list[int], supply: int, kinds: list[str]) -> None:
    costs = []
    for share in shares:
        case = market(float(supply))
        for number, kind in enumerate(kinds):
            measure: Measure = MEASURES[kind](share / 100.0 if number == 0 else 0.05)
            case = measure.apply(case, NO_DATA)
        assert (case.demand.voluntary_share >= 0.0).all()
        assert case.demand.voluntary_share[0].sum(axis=0).max() <= 1.0 + 1e-9
        costs.append(answer(case).cost)

    assert costs[1] <= costs[0] + 1e-6 * abs(costs[0])


def test_a_saving_that_grows_contains_more_of_the_curve_from_day_to_day() -> None:
    first = market().timeline.start
    case = saving(0.10, ramp_days=3, start=first).apply(market(periods=4), NO_DATA).demand
    left = 1.0 - case.rate[0, INDUSTRY] / DEMAND
    at_price = case.voluntary_share[0, :, :] * case.rate[0, INDUSTRY] / DEMAND

    assert [0.025, 0.05, 0.075, 0.10] == approx(left)
    assert [0.15, 0.15, 0.15, 0.15] == approx(left + at_price.sum(axis=0)), "the whole curve is never exceeded"
    assert np.all(np.diff(at_price[0]) <= 0.0)
