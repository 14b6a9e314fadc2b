"""Transit bookings: a fee that is owed anyway decides nothing, and a flow changes from month to month at a price.

The toy: B burns 10 GWh/d; gas of A costs 10 EUR/MWh and a fee of 1 at the border, gas of C 10 and a fee of 0.5.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from cases import answer, tables, with_lengths
from oracle import least_cost
from toy_package import BASE_YEAR, YEAR, toy_data, write_toy

from energy_model import GasData, Scenario, load_data, load_scenario, run, with_changes
from energy_model.scenario.case import Case
from energy_model.scenario.toy import toy_case
from energy_model.scenario.transit_bookings import TransitBookings, after_flows
from energy_model.scenario.world import base_case

JANUARY, FEBRUARY = 31, 28


def toy(
    price_of_a: tuple[float, ...] = (10.0,), price_of_c: float = 10.0, lengths: tuple[int, ...] = (JANUARY,)
) -> Case:
    periods = len(lengths)
    case = toy_case(
        demand={"A": [0.0] * periods, "B": [10.0] * periods, "C": [0.0] * periods},
        pipelines={("A", "B"): (50.0, 1.0), ("C", "B"): (50.0, 0.5)},
        supply={"A": (50.0, 10.0), "C": (50.0, price_of_c)},
        periods=periods,
    )
    case = with_lengths(case, lengths)
    cost = np.where((case.supply.supplier == "A")[:, None], np.array(price_of_a), case.supply.cost)
    months = np.ones(len(case.timeline.months))
    case = case.with_("supply", cost=cost, volume=np.full(2, 1e6)).with_("lng", europe_limit=months)
    return case


def booked(case: Case, rate: float = 0.0, change_cost: float = 0.0) -> Case:
    """A booking from A to B, and a price on the change of both borders."""
    lines = case.pipelines.id.tolist()
    shape = (2, len(case.timeline.months))
    part = TransitBookings(
        booking=np.array(["A>B"]),
        lines=((lines.index("A>B"),),),
        booked=np.full((1, len(case.timeline)), rate),
        border=np.array(["A>B", "B>C"]),
        forward=((lines.index("A>B"),), ()),
        backward=((), (lines.index("C>B"),)),
        change_cost=np.full(shape, change_cost),
        before=np.zeros(shape),
        is_before_given=np.zeros(shape[1], dtype=bool),
    )
    return replace(case, transit_bookings=part)


def test_what_is_booked_is_used_before_a_cheaper_way() -> None:
    """6 are booked from A: they cost 10, what comes from C 10.5, more from A 11."""
    assert answer(toy()).flow("A>B") == pytest.approx([0.0])
    found = answer(booked(toy(), rate=6.0))

    assert found.flow("A>B") == pytest.approx([6.0])
    assert found.flow("C>B") == pytest.approx([4.0])
    assert found.price("B") == pytest.approx([10.5], abs=1e-3)
    costs = tables(found)["costs"].set_index("component")["cost_eur"]
    assert costs["transport paid beforehand"] == pytest.approx(-6.0 * 1.0 * JANUARY * 1e3)


def test_beyond_what_is_booked_the_tariff_is_paid() -> None:
    """C is shut: 6 pay no fee, 4 pay 1 EUR/MWh."""
    case = booked(toy(), rate=6.0)
    capacity = np.where((case.pipelines.id == "C>B")[:, None], 0.0, case.pipelines.capacity)
    found = answer(case.with_("pipelines", capacity=capacity))

    assert found.cost == pytest.approx(JANUARY * (10.0 * 10.0 + 4.0 * 1.0), rel=1e-4)


@pytest.mark.parametrize(("change_cost", "in_february"), [(0.4, 0.0), (0.6, 10.0)])
def test_a_border_keeps_its_flow_while_the_gain_is_below_the_price_of_changing(
    change_cost: float, in_february: float
) -> None:
    """A delivers for 9 in January and 12.5 in February, C for 11.5: a change gains 1, and two borders change."""
    case = toy((8.0, 11.5), 11.0, (JANUARY, FEBRUARY))
    found = answer(booked(case, change_cost=change_cost))

    assert answer(case).flow("A>B") == pytest.approx([10.0, 0.0])
    assert found.flow("A>B") == pytest.approx([10.0, in_february])
    changed = 10.0 - in_february
    costs = tables(found)["costs"].set_index("component")["cost_eur"]
    assert costs["changes of flows at borders"] == pytest.approx(2.0 * change_cost * changed * FEBRUARY * 1e3)


def test_weeks_within_a_month_may_differ_without_a_price() -> None:
    """The dear week of A is its second in each month: the mean of a month does not change, so nothing is paid."""
    case = toy((10.0, 11.5, 10.0, 11.5), 11.0, (16, 15, 14, 14))
    found = answer(booked(case, change_cost=0.4))

    assert found.flow("A>B") == pytest.approx([10.0, 0.0, 10.0, 0.0], abs=0.4)
    assert found.flow("A>B") @ np.array([16, 0, 0, 0]) / JANUARY == pytest.approx(
        found.flow("A>B") @ np.array([0, 0, 14, 0]) / FEBRUARY, abs=1e-6
    )


def test_the_month_before_holds_the_first_month_where_it_is_known() -> None:
    """Last month 10 came from C: A would be 0.2 cheaper, which is no reason to change two borders for 0.15 each."""
    case = booked(toy((9.3,)), change_cost=0.15)
    known = replace(case, transit_bookings=after_flows(case.transit_bookings, {"A>B": 0.0, "B>C": -10.0}, 0.15))
    half = replace(case, transit_bookings=after_flows(case.transit_bookings, {"A>B": 0.0}, 0.15))

    assert answer(case).flow("A>B") == pytest.approx([10.0])
    assert answer(known).flow("A>B") == pytest.approx([0.0])
    assert answer(half).flow("A>B") == pytest.approx([10.0]), "a border of which nothing is known is free"


def test_a_later_month_holds_to_flows_that_are_given_and_not_to_those_of_the_plan() -> None:
    """In January 10 come from A; February is told that 10 came from C, which is dearer by 0.2, and keeps to that."""
    case = booked(toy((9.3, 10.3), 11.0, (JANUARY, FEBRUARY)), change_cost=0.15)
    free = replace(case, transit_bookings=after_flows(case.transit_bookings, {"A>B": 10.0, "B>C": 0.0}, 0.15, 1))
    held = replace(case, transit_bookings=after_flows(case.transit_bookings, {"A>B": 0.0, "B>C": -10.0}, 0.15, 1))

    assert answer(free).flow("A>B") == pytest.approx([10.0, 10.0])
    assert answer(held).flow("A>B") == pytest.approx([10.0, 0.0])
    for one in (free, held):
        assert answer(one).cost == pytest.approx(least_cost(one), rel=1e-9)


@pytest.mark.parametrize("lengths", [(JANUARY, FEBRUARY), (16, 20, 23), (JANUARY + FEBRUARY,)])
def test_an_independent_reading_of_the_rows_costs_the_same(lengths: tuple[int, ...]) -> None:
    case = toy(tuple(np.linspace(10.0, 11.5, len(lengths))), 11.0, lengths)
    case = booked(case, rate=3.0, change_cost=0.3)
    known = replace(case, transit_bookings=after_flows(case.transit_bookings, {"A>B": 2.0, "B>C": -8.0}, 0.3))

    for one in (case, known):
        assert answer(one).cost == pytest.approx(least_cost(one), rel=1e-9)


def test_neither_bookings_nor_a_price_leave_a_trace() -> None:
    case = toy((10.0, 11.5), 11.0, (JANUARY, FEBRUARY))

    assert answer(booked(case)).cost == pytest.approx(answer(case).cost)
    assert tables(answer(case))["transit_bookings"].empty


# On packages ----------------------------------------------------------------------------------------------------------

BOOKING = {"from_node": "AA_S", "to_node": "CC", "product": "long_term", "start": "2025-01-01"}


def small(tmp_path, **changed: list[dict]) -> GasData:
    return load_data(write_toy(tmp_path / "toy", **changed), accept_errors=True)


def with_bookings(data: GasData, **added: pd.DataFrame) -> tuple[Scenario, Case]:
    scenario = with_changes(load_scenario("reference", data.root), transit_bookings=True)
    known = data.at(scenario.as_of)
    return scenario, base_case(replace(known, tables={**known.tables, **added}), scenario)


def test_a_small_package_reads_bookings_and_borders_of_countries(tmp_path) -> None:
    """A booking to June; the two halves of Aland are one country, and the border with a product of a month is free."""
    rows = [
        {**BOOKING, "booked_gwh_per_day": 40.0, "end": f"{YEAR}-06-30"},
        {**BOOKING, "from_node": "BB", "to_node": "AA_S", "product": "month", "booked_gwh_per_day": 0.0},
    ]
    scenario, case = with_bookings(data := small(tmp_path, transit_bookings=rows))
    part = case.transit_bookings

    assert part.booking.tolist() == ["AA_S>CC"]
    assert part.booked[0] == pytest.approx([40.0] * 6 + [0.0] * 6)
    assert part.border.tolist() == ["AA_S>CC"]
    assert run(scenario, data)["transit_bookings"]["used_gwh_per_day"].to_numpy() == pytest.approx(
        [40.0] * 6 + [0.0] * 6
    )


def test_observed_flows_of_the_month_before_hold_the_first_month(tmp_path) -> None:
    data = small(tmp_path, transit_bookings=[{**BOOKING, "booked_gwh_per_day": 40.0}])
    seen = data["prices"].head(1).assign(month=np.datetime64(f"{BASE_YEAR}-12-01"), from_node="CC", to_node="AA_S")
    flows = seen.assign(energy_gwh=-620.0)
    part = with_bookings(data, observed_border_flows_monthly=flows)[1].transit_bookings

    assert part.is_before_given[0]
    assert part.before[part.border.tolist().index("AA_S>CC"), 0] == pytest.approx(20.0)
    assert part.change_cost[:, 0] == pytest.approx([0.0, 1.0])


@pytest.mark.parametrize("empty", [False, True])
def test_a_package_without_rows_is_the_package_without_the_mechanism(empty: bool) -> None:
    added = {"transit_bookings": toy_data()["contracts"].head(0)} if empty else {}

    assert with_bookings(toy_data(), **added)[1].transit_bookings is None


@pytest.fixture(scope="module")
def both(data: GasData) -> dict[str, Scenario]:
    keys = {"resolution": "month", "delivery_points": True, "transit_bookings": True}
    return {
        name: with_changes(load_scenario(name, data.root), **keys) for name in ("reference", "full_cutoff_february")
    }


def test_flows_change_less_from_month_to_month(both: dict[str, Scenario], data: GasData) -> None:
    case = base_case(data.at(both["reference"].as_of), both["reference"])
    part = case.transit_bookings

    def change(scenario: Scenario) -> float:
        flow = run(scenario, data)["flows"].pivot_table(
            index="pipeline", columns="period", values="flow_gwh_per_day", observed=True
        )
        rate = flow.reindex(case.pipelines.id).to_numpy()
        pairs = zip(part.forward, part.backward, strict=True)
        net = np.array([rate[list(there)].sum(axis=0) - rate[list(back)].sum(axis=0) for there, back in pairs])
        return float(np.abs(np.diff(net, axis=1)).sum())

    calm, free = change(both["reference"]), change(with_changes(both["reference"], transit_bookings=False))
    assert calm < 0.8 * free


def test_an_announced_cut_turns_flows_round_all_the_same(both: dict[str, Scenario], data: GasData) -> None:
    """1 EUR/MWh is small beside a shortage: within a month of the cut the borders carry what they carry without it."""
    calm, free = (run(with_changes(both["full_cutoff_february"], transit_bookings=on), data) for on in (True, False))
    curtailed = [one["demand"]["curtailed_gwh"].sum() for one in (calm, free)]

    assert curtailed[0] == pytest.approx(curtailed[1], rel=0.05)
