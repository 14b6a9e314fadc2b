"""Bands of the value of stock: what gas is worth in one store of a zone and in another."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from plain_package import SHIPPED

from energy_model import load_data, load_scenario, with_changes
from energy_model.plan.bands import Bands, bands
from energy_model.plan.foresight import solve_scenario
from energy_model.plan.outlook import outlook
from energy_model.scenario import Case
from energy_model.scenario.fan import Fan
from energy_model.scenario.toy import toy_case

CERTAIN = Fan(("normal",), np.ones(1), np.ones(1), np.ones(1))


def line_of_three() -> Case:
    """Three members of a union on a line whose parts cost 2 and 1, each with a store, and somebody outside."""
    case = toy_case(
        {"A": 3.0, "B": 3.0, "C": 3.0, "OTHER": 1.0},
        pipelines={("A", "B"): (9.0, 2.0), ("B", "C"): (9.0, 1.0)},
        supply={"A": (12.0, 10.0), "OTHER": (1.0, 10.0)},
        storage=dict.fromkeys("ABC", (300.0, 9.0, 9.0, 150.0)),
        periods=12,
        days=30,
    )
    return replace(case, places=np.array([f"{n} {'UNION' if n in 'ABC' else ''} EVERYBODY" for n in case.nodes]))


def found(case: Case, price: np.ndarray | None) -> Bands:
    stock, usual = np.full(3, 150.0), np.full((3, 12), np.nan)
    since, day = case.timeline.starts[3], case.timeline.starts[4]
    ahead = outlook(case, CERTAIN, case.demand.rate[None], stock, since)
    return bands(ahead, case, stock, since, day, usual, price)


def test_gas_at_the_end_of_a_way_is_worth_what_the_way_costs_more() -> None:
    """Prices of 10, 12 and 13 along the line: beside the middle store, 2 less and 1 more; as much in every band."""
    case = line_of_three()
    price = np.zeros(len(case.nodes))
    price[[case.node(place) for place in "ABC"]] = 10.0, 12.0, 13.0

    same, apart = found(case, None), found(case, price)

    assert (apart.store == same.store).all()
    assert apart.width_gwh == pytest.approx(same.width_gwh)
    more = np.array([-2.0, 0.0, 1.0])[same.store]
    assert apart.value_eur_per_mwh - same.value_eur_per_mwh == pytest.approx(more)


def test_a_price_that_is_the_same_everywhere_changes_nothing() -> None:
    case = line_of_three()

    same, flat = found(case, None), found(case, np.full(len(case.nodes), 77.0))

    assert flat.value_eur_per_mwh == pytest.approx(same.value_eur_per_mwh)


@pytest.mark.slow
def test_stores_at_the_end_of_the_lines_are_filled_for_a_winter_in_which_these_are_full() -> None:
    """Winter 2026/27 without TurkStream: what the way costs makes nobody in the East leave stores half empty,
    and no customer of the Union is cut."""
    data = load_data(SHIPPED / "2025-10-31")
    scenario = with_changes(load_scenario("turkstream_stops", data.root, data), resolution="month", foresight="rolling")

    solved = solve_scenario(scenario, data)

    inside = solved.case.inside("EU27")[solved.case.is_market]
    cut = solved.values["curtailment"][inside].sum(axis=(0, 1)) @ solved.case.timeline.days
    assert cut == pytest.approx(0.0, abs=1.0)
