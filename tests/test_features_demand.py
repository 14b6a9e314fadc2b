"""Who uses less, who is cut and in which order, on networks solved by hand.

Rates are GWh/d and a period is one day, so that costs are thousand EUR.
"""

from __future__ import annotations

import numpy as np
import pytest
from cases import HOUSEHOLDS, answer, tables, with_households, with_tiers, with_voluntary

from energy_model.scenario.case import Case
from energy_model.scenario.toy import INDUSTRY, toy_case

approx = pytest.approx


def shared(rates: dict[str, float], slices: int = 10, hub: float = 20.0, lines: dict[str, float] | None = None) -> Case:
    """Markets on lines of their own from one hub, which has gas for 10 EUR/MWh but not enough."""
    lines = lines or {}
    return toy_case(
        rates,
        pipelines={("HUB", market): (lines.get(market, 99.0), 1.0) for market in rates},
        supply={"HUB": (hub, 10.0)},
        slices=slices,
    )


# --- voluntary reduction --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lng_price", "leaves"),
    [
        pytest.param(40.0, 0.0, id="gas at 40 is still worth it"),
        pytest.param(60.0, 2.0, id="gas at 60 is not, a fifth leaves"),
        pytest.param(100.0, 3.0, id="gas at 100 drives out the second step too"),
    ],
)
def test_demand_leaves_by_itself_when_gas_costs_more_than_it_is_worth(lng_price, leaves):
    """Of 10, a fifth leaves at 50 EUR/MWh and another tenth at 80."""
    case = toy_case({"DE": 10.0}, lng={"DE": (50.0, lng_price, 0.0)})
    found = answer(with_voluntary(case, ("bulk", INDUSTRY, 0.2, 50.0), ("glass", INDUSTRY, 0.1, 80.0)))

    assert approx(leaves) == found.voluntary("DE").sum()
    assert approx(10.0 - leaves) == found.sendout("DE")[0]


def test_what_leaves_by_itself_goes_before_anybody_is_cut():
    """5 of 10 are there. A fifth leaves at 50, the rest of the gap is cut: 5 x 10 + 2 x 50 + 3 x 205 = 765."""
    case = toy_case({"DE": 10.0}, supply={"DE": (5.0, 10.0)}, curtailment_cost=200.0)
    found = answer(with_voluntary(case, ("bulk", INDUSTRY, 0.2, 50.0)))

    assert approx([2.0]) == found.voluntary("DE").sum(axis=0)
    assert approx([3.0]) == found.curtailed("DE")
    assert approx(765.0) == found.cost


def test_who_left_by_itself_cannot_be_cut_as_well():
    """No gas at all: 2 of 10 leave at 50, and there are only 8 to cut."""
    case = toy_case({"DE": 10.0}, curtailment_cost=200.0)
    found = answer(with_voluntary(case, ("bulk", INDUSTRY, 0.2, 50.0)))

    assert approx([8.0]) == found.curtailed("DE")
    assert approx(2.0 * 50.0 + 8.0 * 205.0) == found.cost


def test_steps_of_one_price_are_one_column_and_shared_out_by_their_width():
    """At 50, industry can give 2 of 10 and households 1 of 10. Of 1.5 wanted, two thirds are industry's."""
    case = with_households(toy_case({"DE": 10.0}, supply={"DE": (18.5, 10.0)}), "DE", 10.0)
    case = with_voluntary(case, ("bulk", INDUSTRY, 0.2, 50.0), ("heat", HOUSEHOLDS, 0.1, 50.0))
    found = answer(case)
    reduced = tables(found)["demand"].set_index("sector")["voluntary_gwh"]

    assert (1, 1, 1) == found.of("voluntary").shape
    assert approx(1.5) == found.voluntary("DE").sum()
    assert approx(1.0) == reduced["industry"]
    assert approx(0.5) == reduced["households"]


# --- curtailment in the legal order ---------------------------------------------------------------------------------


ORDER = (
    ("industry", INDUSTRY, 0.6, 300.0, False, 4),
    ("essential industry", INDUSTRY, 0.4, 750.0, False, 2),
    ("households", HOUSEHOLDS, 1.0, 3_000.0, True, 4),
)


@pytest.mark.parametrize(
    ("there", "cut"),
    [
        (16.0, (0.0, 0.0, 0.0)),
        (13.0, (3.0, 0.0, 0.0)),
        (8.0, (6.0, 2.0, 0.0)),
        (4.0, (6.0, 4.0, 2.0)),
        (0.0, (6.0, 4.0, 6.0)),
    ],
)
def test_households_are_cut_only_when_no_industry_is_left(there, cut):
    """Industry asks for 10, of which 4 are essential, households for 6."""
    case = with_households(toy_case({"DE": 10.0}, supply={"DE": (there, 10.0)}), "DE", 6.0)

    assert approx(cut) == answer(with_tiers(case, *ORDER)).by_tier("DE")[:, 0]


def test_a_neighbours_industry_is_cut_before_households_where_a_line_allows_it():
    """Austria has households alone, Germany industry alone; 10 of 16 are there, at the German end of an open line."""
    case = with_households(
        toy_case({"AT": 0.0, "DE": 10.0}, pipelines={("DE", "AT"): (9.0, 1.0)}, supply={"DE": (10.0, 10.0)}), "AT", 6.0
    )
    found = answer(with_tiers(case, *ORDER))

    assert approx([0.0]) == found.curtailed("AT")
    assert approx([6.0]) == found.curtailed("DE")


def test_a_cut_costs_more_the_deeper_it_goes():
    """Four slices of 2.5 over a slope of 60: 300 + 7.5, 22.5, 37.5, 52.5. Six cut: 2.5, 2.5 and 1 of the third."""
    case = toy_case({"DE": 10.0}, supply={"DE": (4.0, 10.0)})
    found = answer(with_tiers(case, ("industry", INDUSTRY, 1.0, 300.0, False, 4), slope=60.0))

    assert approx(4.0 * 10.0 + 2.5 * 307.5 + 2.5 * 322.5 + 1.0 * 337.5) == found.cost
    assert approx([337.5]) == found.price("DE")


def test_prices_name_the_tier_that_is_being_cut():
    """8.1 of 16 are missing, 2.1 of them essential industry, its second half: 750 + three quarters of a slope of 60."""
    case = with_households(toy_case({"DE": 10.0}, supply={"DE": (7.9, 10.0)}), "DE", 6.0)

    assert approx([750.0 + 0.75 * 60.0]) == answer(with_tiers(case, *ORDER, slope=60.0)).price("DE")


# --- sharing a shortage ---------------------------------------------------------------------------------------------


def test_connected_countries_lose_the_same_share():
    """20 for 10 and 30: in ten slices each loses exactly half."""
    found = answer(shared({"AT": 10.0, "DE": 30.0}))

    assert approx([5.0]) == found.curtailed("AT")
    assert approx([15.0]) == found.curtailed("DE")


def test_shares_are_equal_to_within_a_slice():
    """22 for 10 and 30: 45 % are cut, with slices of a tenth each country loses between 40 and 50 %."""
    found = answer(shared({"AT": 10.0, "DE": 30.0}, hub=22.0))

    assert approx(18.0) == found.curtailed("AT")[0] + found.curtailed("DE")[0]
    assert 0.4 - 1e-9 <= found.curtailed("AT")[0] / 10.0 <= 0.5 + 1e-9
    assert 0.4 - 1e-9 <= found.curtailed("DE")[0] / 30.0 <= 0.5 + 1e-9


def test_shares_part_where_the_network_binds():
    """As before, but only 5 reach Germany: it loses 25 of 30, Austria nothing."""
    found = answer(shared({"AT": 10.0, "DE": 30.0}, lines={"DE": 5.0}))

    assert approx([0.0]) == found.curtailed("AT")
    assert approx([25.0]) == found.curtailed("DE")


def test_a_country_behind_a_dearer_line_is_not_cut_first():
    """A slope of 200 over ten slices outweighs a tariff of 1 against 15: shares stay equal to within a slice."""
    case = shared({"AT": 10.0, "DE": 30.0}).with_("demand", slice_slope=200.0)
    case = case.with_("pipelines", cost=np.array([[15.0], [1.0]]))
    found = answer(case)

    assert approx([5.0]) == found.curtailed("AT")
    assert approx([15.0]) == found.curtailed("DE")


def test_a_shortage_is_spread_over_time_where_a_store_can_carry_it():
    """10 and 30 a day in two days, 20 in store at first: half of each day's demand is cut, not all of one day's."""
    case = toy_case({"DE": (10.0, 30.0)}, storage={"DE": (99.0, 0.0, 99.0, 20.0)}, periods=2, slices=10)

    assert approx([5.0, 15.0]) == answer(case).curtailed("DE")


@pytest.mark.parametrize("hub", [50.0, 41.0, 33.1, 20.0, 7.0, 0.0])
def test_coarse_tiers_split_where_needed_give_the_answer_of_fine_slices(hub):
    """Tariffs that differ a little decide who has the last, broken slice."""
    case = shared({"AT": 10.0, "DE": 30.0, "PL": 17.0}, slices=20, hub=hub, lines={"PL": 6.0})
    case = case.with_("pipelines", cost=np.array([[1.0], [1.1], [1.2]]))
    fine, coarse = answer(case), answer(case, sliced=True)

    assert approx(fine.cost, rel=1e-12) == coarse.cost
    for market in ("AT", "DE", "PL"):
        assert approx(fine.curtailed(market), abs=1e-9) == coarse.curtailed(market)
        assert approx(fine.price(market)) == coarse.price(market)
