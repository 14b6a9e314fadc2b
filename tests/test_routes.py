"""What a route is worth: nothing without gas, little while others have room, much when they have none."""

from __future__ import annotations

from datetime import date

import pytest

from energy_model.impact.route_variants import changes_of, solve_variants
from energy_model.impact.routes import route_worth
from energy_model.impact.study import study
from energy_model.results.headline import headlines

PIPE, GAS = "change_with_pipe", "change_with_pipe_and_gas"


def tables(name: str, route: str):
    one = study(name, resolution="month")
    told = route_worth(one)
    energy, money = (told.tables[f"{route}: {what} over the horizon"].set_index("what") for what in ("energy", "money"))
    return one, told, energy, money


def test_in_a_full_cut_no_line_changes_anything_and_no_number_is_written():
    told = route_worth(study("full_cutoff_february", resolution="month"))

    assert not told.applies
    assert not told.tables
    assert "a line without gas replaces none" in told.words


@pytest.fixture(scope="module")
def opened():
    return tables("ns2_commissioned", "Nord Stream 2")


def test_the_pipe_alone_moves_gas_from_other_routes(opened):
    _, _, energy, money = opened

    moved = energy[f"{PIPE}_twh"]
    assert moved["Nord Stream 2"] > 50.0
    assert moved["Russian sales to Europe by pipeline"] == pytest.approx(0.0, abs=1.0)
    assert moved["Ukraine, exits to the west"] < -10.0
    assert money.loc["Transit revenue of Ukraine", f"{PIPE}_eur_bn"] < -0.05
    assert abs(money.loc["EU27 consumer bill", f"{PIPE}_eur_bn"]) < 1.0


def test_with_the_gas_consumers_pay_less_russia_earns_more_and_others_earn_less(opened):
    _, _, _, money = opened

    change = money[f"{GAS}_eur_bn"]
    assert change["EU27 consumer bill"] < change["Germany consumer bill"] < 0.0
    assert change["Russian revenue by pipeline, contract prices"] > 5.0
    assert change["Rent of Norway"] < 0.0
    assert change["Rent of United States"] < 0.0


def test_with_pipe_and_gas_it_is_the_scenario_of_the_library(opened):
    one, _, energy, _ = opened

    both = energy["as_it_is_twh"] + energy[f"{GAS}_twh"]
    numbers = headlines(one.results)
    assert both["Nord Stream 2"] == pytest.approx(numbers["Nord Stream 2 (TWh)"], rel=1e-3)
    assert both["Russian sales to Europe by pipeline"] == pytest.approx(
        numbers["Russian pipeline gas to Europe (TWh)"], rel=1e-6
    )


@pytest.fixture(scope="module")
def stopped():
    return tables("nord_stream_1_stops", "Nord Stream 1")


def test_a_stop_costs_little_while_other_routes_have_room_and_much_when_they_have_what_is_booked(stopped):
    """Ukraine's entry can carry 2,562 GWh/d and is booked for 811: the one view lets all gas go round, the other
    not."""
    one, told, _, _ = stopped
    worth = told.table[told.table["route"] == "Nord Stream 1"].set_index("room elsewhere")
    cost = worth["cost_change_eur_bn"]
    lines = one.data["pipelines"].query("from_node == 'RU' and status == 'operating' and route != 'nord_stream_1'")

    assert worth.loc["low", "room_elsewhere_gwh_per_day"] == pytest.approx(lines["low_gwh_per_day"].sum())
    assert cost["low"] > 10.0 * cost["central"] > 0.0
    assert cost["low"] >= cost["central"] >= cost["high"] - 1e-3
    for side in ("low", "central"):
        assert f"{cost[side]:+,.1f} bn EUR" in told.words


def test_the_pipe_alone_is_worth_something_when_other_routes_are_full(stopped):
    _, told, _, _ = stopped
    alone = told.table[told.table["change"].str.endswith("the pipe alone")].set_index("room elsewhere")

    assert alone.loc["low", "cost_change_eur_bn"] < -10.0 < alone.loc["central", "cost_change_eur_bn"]


def test_a_seller_without_routes_of_the_storyline_has_its_own(monthly):
    """Transmed is out in the scenario: without the outage it would carry gas, so its worth is that of the outage."""
    outage = {"kind": "route_outage", "route": "transmed", "start": date(2022, 3, 1)}
    told = route_worth(study(monthly("reference", outage)))

    worth = told.table.set_index("route")
    assert "Algerian routes" in told.question
    assert (worth.loc[["Transmed"], "route_carries_change_twh"] < -50.0).all()
    assert (worth.loc[["Transmed"], "cost_change_eur_bn"] > 1.0).all()


def test_a_line_that_carries_nothing_is_told_why_it_changes_something(monthly):
    """Before the second cut was known, plans counted on the line for the time after the first."""
    half = {"kind": "supply_cut", "supplier": "RU", "remaining_share": 0.5, "start": date(2022, 3, 1)}
    cuts = ({**half, "end": date(2022, 7, 31)}, {**half, "remaining_share": 0.0, "start": date(2022, 8, 1)})
    one = study(monthly("reference", *cuts))
    change = next(change for change in changes_of(one) if change.opens)
    runs = solve_variants(one, change)
    told = route_worth(one)
    row = told.table.set_index(["change", "room elsewhere"]).loc[("opened from 1 July 2022, the pipe alone", "central")]

    assert row["route_carries_change_twh"] == pytest.approx(0.0, abs=0.05)
    assert abs(row["cost_change_eur_bn"]) > 0.05
    assert runs.counted_on_twh > 10.0
    assert f"counted on up to {runs.counted_on_twh:,.0f} TWh over it" in told.words
