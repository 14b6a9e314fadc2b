"""Pipelines, suppliers, ships and contracts, one feature at a time, on networks solved by hand.

Rates are GWh/d, prices EUR/MWh, so that one day's cost is in thousand EUR. Unless said otherwise a period is one day,
and demand that is not served costs 1,005 EUR/MWh (one slice at 1,000, its middle 5 up the slope).
"""

from __future__ import annotations

import numpy as np
import pytest
from cases import answer, with_contract, with_lengths, with_step

from energy_model.model.self_test import solve_toy
from energy_model.scenario.toy import toy_case

approx = pytest.approx
UNSERVED = 1_005.0


# --- pipelines ------------------------------------------------------------------------------------------------------


def test_a_pipeline_carries_its_capacity_and_no_more():
    """10 are asked for, 6 fit: 6 x (10 + 1) + 4 x 1,005 = 4,086. One more unit of capacity would save 1,005 - 11."""
    case = toy_case({"DE": 10.0}, pipelines={("RU", "DE"): (6.0, 1.0)}, supply={"RU": (100.0, 10.0)})
    found = answer(case)

    assert approx(4_086.0) == found.cost
    assert approx([6.0]) == found.flow("RU>DE")
    assert approx([4.0]) == found.curtailed("DE")
    assert approx([UNSERVED]) == found.price("DE")
    assert approx([10.0]) == found.price("RU")
    assert approx([UNSERVED - 11.0]) == found.capacity_value("RU>DE")


def test_a_pipeline_does_not_run_backwards():
    """Germany has gas for Poland, but the only line runs from Poland to Germany."""
    case = toy_case(
        {"DE": 1.0, "PL": 4.0}, pipelines={("PL", "DE"): (9.0, 0.0)}, supply={"DE": (9.0, 5.0), "PL": (0.0, 0.0)}
    )
    found = answer(case)

    assert approx([4.0]) == found.curtailed("PL")
    assert approx([0.0]) == found.flow("PL>DE")
    assert approx(1.0 * 5.0 + 4.0 * UNSERVED) == found.cost


def test_gas_takes_the_cheap_route_until_it_is_full():
    """By Poland for 1 + 1, straight for 3: 5 go by Poland, 3 straight, 8 x 10 + 5 x 2 + 3 x 3 = 99."""
    case = toy_case(
        {"DE": 8.0, "PL": 0.0},
        pipelines={("RU", "PL"): (5.0, 1.0), ("PL", "DE"): (9.0, 1.0), ("RU", "DE"): (9.0, 3.0)},
        supply={"RU": (100.0, 10.0)},
    )
    found = answer(case)

    assert approx(99.0) == found.cost
    assert approx([5.0]) == found.flow("PL>DE")
    assert approx([3.0]) == found.flow("RU>DE")
    assert approx([13.0]) == found.price("DE")


def test_what_a_line_loses_on_the_way_is_bought_and_carried_too():
    """With 10 % lost, 9 delivered are 10 bought: 10 x (10 + 1) = 110, and a delivered unit costs 11 / 0.9."""
    case = toy_case({"DE": 9.0}, pipelines={("RU", "DE"): (50.0, 1.0)}, supply={"RU": (100.0, 10.0)})
    found = answer(case.with_("pipelines", loss_share=np.array([0.1])))

    assert approx(110.0) == found.cost
    assert approx([10.0]) == found.flow("RU>DE")
    assert approx([11.0 / 0.9]) == found.price("DE")


def test_capacity_limits_what_enters_a_line_not_what_leaves_it():
    """9 enter, 8.1 arrive, 0.9 are missing."""
    case = toy_case({"DE": 9.0}, pipelines={("RU", "DE"): (9.0, 1.0)}, supply={"RU": (100.0, 10.0)})
    found = answer(case.with_("pipelines", loss_share=np.array([0.1])))

    assert approx([0.9]) == found.curtailed("DE")


def test_a_tariff_of_one_day_is_paid_on_that_day():
    """A duty of 7 in the second of two days: 4 x 11 + 4 x 18 = 116."""
    case = toy_case({"DE": 4.0}, pipelines={("RU", "DE"): (9.0, 1.0)}, supply={"RU": (9.0, 10.0)}, periods=2)
    found = answer(case.with_("pipelines", cost=np.array([[1.0, 8.0]])))

    assert approx(116.0) == found.cost
    assert approx([11.0, 18.0]) == found.price("DE")


# --- supply ---------------------------------------------------------------------------------------------------------


def test_suppliers_are_used_in_the_order_of_their_cost():
    """Own gas at 5 before Russian gas at 10 and 25: 2 x 5 + 3 x 10 + 1 x 25 = 65."""
    case = toy_case({"DE": 6.0}, pipelines={("RU", "DE"): (9.0, 0.0)}, supply={"DE": (2.0, 5.0), "RU": (3.0, 10.0)})
    found = answer(with_step(case, "RU", "spot", rate=4.0, cost=25.0))

    assert approx(65.0) == found.cost
    assert approx([1.0]) == found.supply("RU", "spot")
    assert approx([25.0]) == found.price("DE")


def test_a_yearly_volume_limits_a_supplier_whose_daily_rate_does_not():
    """Two times ten days of 5: 60 of the 100 come at 10, the rest at 30; the price is 30 throughout."""
    case = toy_case({"DE": 5.0}, supply={"DE": (10.0, 10.0)}, periods=2, days=10)
    case = with_step(case.with_("supply", volume=np.array([60.0])), "DE", "dear", rate=10.0, cost=30.0)
    found = answer(case)

    assert approx(60.0 * 10.0 + 40.0 * 30.0) == found.cost
    assert approx(60.0) == (found.supply("DE") @ case.timeline.days)
    assert approx([30.0, 30.0]) == found.price("DE")


def test_a_supplier_gives_no_more_on_a_day_than_its_rate():
    """4 of 5 come at 10, one at 30, every day, although the volume would last."""
    case = toy_case({"DE": 5.0}, supply={"DE": (4.0, 10.0)}, periods=2, days=10)
    case = with_step(case.with_("supply", volume=np.array([1_000.0])), "DE", "dear", rate=10.0, cost=30.0)

    assert approx([4.0, 4.0]) == answer(case).supply("DE")


def test_a_limited_volume_goes_where_it_is_worth_most():
    """A volume of 30 for ten days of 5 whose other gas costs 90, and ten days of 2 whose other gas costs 20."""
    case = toy_case({"DE": (5.0, 2.0)}, supply={"DE": (5.0, 10.0)}, periods=2, days=10)
    case = with_step(case.with_("supply", volume=np.array([30.0])), "DE", "other", rate=9.0, cost=0.0)
    case = case.with_("supply", cost=np.array([[10.0, 10.0], [90.0, 20.0]]))
    found = answer(case)

    assert approx([3.0, 0.0]) == found.supply("DE")
    assert approx(30.0 * 10.0 + 20.0 * 90.0 + 20.0 * 20.0) == found.cost


# --- liquefied gas --------------------------------------------------------------------------------------------------


def test_a_cargo_costs_its_price_and_its_freight():
    """Spain is nearer: 3 land there at 40 + 3, 2 in Poland at 40 + 5: 129 + 90 = 219."""
    case = toy_case({"ES": 3.0, "PL": 2.0}, lng={"ES": (9.0, 40.0, 3.0), "PL": (9.0, 40.0, 5.0)})
    found = answer(case)

    assert approx(219.0) == found.cost
    assert approx([43.0]) == found.price("ES")
    assert approx([45.0]) == found.price("PL")


def test_a_full_terminal_leaves_the_rest_unserved():
    """6 of 10 can be landed: 6 x 42 + 4 x 1,005."""
    found = answer(toy_case({"DE": 10.0}, lng={"DE": (6.0, 40.0, 2.0)}))

    assert approx([6.0]) == found.sendout("DE")
    assert approx(6.0 * 42.0 + 4.0 * UNSERVED) == found.cost


def test_a_terminal_abroad_serves_as_far_as_the_pipeline_reaches():
    """Belgium lands 8, of which 5 fit through the pipe to Germany."""
    case = toy_case({"BE": 0.0, "DE": 10.0}, pipelines={("BE", "DE"): (5.0, 1.0)}, lng={"BE": (8.0, 40.0, 2.0)})
    found = answer(case)

    assert approx([5.0]) == found.sendout("BE")
    assert approx([5.0]) == found.curtailed("DE")


def test_an_exporter_ships_no_more_than_its_volume():
    """100 GWh for two times ten days of 8: 60 are missing."""
    case = toy_case({"DE": 8.0}, lng={"DE": (9.0, 40.0, 0.0)}, periods=2, days=10)
    found = answer(case.with_("lng", volume=np.array([100.0])))

    assert approx(100.0) == (found.sendout("DE") @ case.timeline.days)
    assert approx(60.0 * UNSERVED + 100.0 * 40.0) == found.cost


def test_a_month_takes_at_most_a_multiple_of_its_even_share_of_what_europe_attracts():
    """Europe attracts 10 a day: 310 in January, 280 in February. January wants 15 a day, February 5.

    Without flexibility January gets 310 and February its 140. With half as much again January gets all its 465, and 125
    of the horizon's 590 are left for February, which lacks 15.
    """
    case = with_lengths(toy_case({"DE": (15.0, 5.0)}, lng={"DE": (99.0, 40.0, 0.0)}, periods=2, days=28), (31, 28))
    case = case.with_("lng", europe_limit=np.array([310.0, 280.0]), volume=np.array([9_999.0]))
    rigid, flexible = answer(case), answer(case.with_("lng", monthly_flexibility=1.5))

    assert approx([10.0, 5.0]) == rigid.sendout("DE")
    assert approx(465.0 + 125.0) == (flexible.sendout("DE") @ case.timeline.days)
    assert approx(15.0 * UNSERVED + 590.0 * 40.0) == flexible.cost


def test_a_week_between_two_months_counts_for_each_with_its_days():
    """27 January to 5 February: five days each. February attracts 20 GWh, so that 4 a day is the most throughout."""
    case = with_lengths(toy_case({"DE": (0.0, 10.0)}, lng={"DE": (99.0, 40.0, 0.0)}, periods=2, days=1), (26, 10))
    found = answer(case.with_("lng", europe_limit=np.array([50.0, 20.0]), volume=np.array([999.0])))

    assert ["2022-01", "2022-02"] == case.timeline.months
    assert approx([0.0, 4.0]) == found.sendout("DE")


def test_markets_share_what_europe_attracts():
    """Two markets want 10 each, Europe attracts 12: 8 are missing in all, and no more than 12 are shipped."""
    case = toy_case({"DE": 10.0, "ES": 10.0}, lng={"DE": (99.0, 40.0, 0.0), "ES": (99.0, 40.0, 0.0)})
    found = answer(case.with_("lng", europe_limit=np.array([12.0])))

    assert approx(12.0) == (found.sendout("DE") + found.sendout("ES"))[0]
    assert approx(12.0 * 40.0 + 8.0 * UNSERVED) == found.cost


def test_a_banned_sea_route_carries_nothing():
    """Germany bans the exporter, Belgium does not and sends 3 on by pipe."""
    case = toy_case(
        {"BE": 1.0, "DE": 5.0},
        pipelines={("BE", "DE"): (3.0, 1.0)},
        lng={"BE": (9.0, 40.0, 1.0), "DE": (9.0, 40.0, 1.0)},
    )
    found = answer(case.with_("lng", route_open=np.array([[np.inf], [0.0]])))

    assert approx([4.0]) == found.sendout("BE")
    assert approx([2.0]) == found.curtailed("DE")


# --- contracts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lng_price", "taken", "cost"),
    [
        pytest.param(5.0, 80.0, 80.0 * 11.0 + 20.0 * 5.0, id="cheaper ships do not displace what is paid for anyway"),
        pytest.param(0.5, 0.0, 100.0 * 0.5 + 80.0 * 10.0, id="ships for next to nothing do, and the contract is paid"),
        pytest.param(40.0, 100.0, 100.0 * 11.0, id="dear ships let the contract run above its floor"),
    ],
)
def test_take_or_pay(lng_price, taken, cost):
    """100 GWh are needed; 80 are under take-or-pay at 10, carried for 1: taking them costs 1 more than leaving them."""
    case = toy_case(
        {"DE": 10.0},
        pipelines={("RU", "DE"): (20.0, 1.0)},
        supply={"RU": (20.0, 10.0)},
        lng={"DE": (20.0, lng_price, 0.0)},
        days=10,
    )
    found = answer(with_contract(case, "RU", ["RU>DE"], floor=80.0, price=10.0))

    assert approx(taken) == 10.0 * found.flow("RU>DE")[0]
    assert approx(cost) == found.cost


def test_a_contract_can_be_met_over_any_of_its_delivery_points():
    """A floor of 70 over two lines of 4 and 5 a day for ten days; both must run, ships at 5 bring the rest."""
    case = toy_case(
        {"DE": 6.0, "PL": 4.0},
        pipelines={("RU", "DE"): (4.0, 1.0), ("RU", "PL"): (5.0, 1.0)},
        supply={"RU": (20.0, 10.0)},
        lng={"DE": (20.0, 5.0, 0.0), "PL": (20.0, 5.0, 0.0)},
        days=10,
    )
    found = answer(with_contract(case, "RU", ["RU>DE", "RU>PL"], floor=70.0, price=10.0))

    assert approx(7.0) == (found.flow("RU>DE") + found.flow("RU>PL"))[0]
    assert approx([0.0]) == found.of("untaken")
    assert approx(70.0 * 11.0 + 30.0 * 5.0) == found.cost


# --- time -----------------------------------------------------------------------------------------------------------


def test_periods_weigh_by_their_days_and_prices_do_not():
    """January and February at 2 a day and 11 EUR/MWh: 59 days x 2 x 11."""
    case = toy_case({"DE": 2.0}, pipelines={("RU", "DE"): (9.0, 1.0)}, supply={"RU": (9.0, 10.0)}, periods=2, days=28)
    case = with_lengths(case, (31, 28)).with_("supply", volume=np.array([999.0]))
    found = answer(case)

    assert approx(59.0 * 2.0 * 11.0) == found.cost
    assert approx([11.0, 11.0]) == found.price("DE")


def test_the_toy_of_the_doctor_command_has_its_hand_solved_answer():
    by_hand, by_model = solve_toy()
    assert approx(by_hand) == by_model


def test_no_case_is_infeasible_gas_that_is_not_there_is_cut():
    """Nothing but demand: 3 days of 2 unserved, each at 1,005."""
    assert approx(6.0 * UNSERVED) == answer(toy_case({"DE": 2.0}, days=3)).cost
