"""Scenarios that are compared share their periods, and what one learns later leaves the past of both as it was."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

import energy_model as em
from energy_model.results.run import Results
from energy_model.scenario import Scenario, library

approx = pytest.approx
MARCH = date(2022, 3, 10)
SPRING = {"start": date(2022, 1, 1), "end": date(2022, 5, 31)}


def stock(results: Results, day: date) -> np.ndarray:
    """Gas in store at the beginning of a day at which a period begins, GWh by storage."""
    periods = results["periods"].set_index("period")["end"]
    last = periods[periods.dt.date < day].index.max()
    levels = results["storage"]
    return levels.loc[levels["period"] == last, "level_gwh"].to_numpy()


@pytest.fixture(scope="module")
def cut(monthly: Any) -> Scenario:
    return monthly("full_cutoff_february", resolution="week", horizon=SPRING)


def own(cut: Scenario, volume: float) -> Scenario:
    cargoes = {
        "kind": "extra_supply",
        "supplier": "QA",
        "channel": "lng",
        "volume_gwh_per_year": volume,
        "start": MARCH,
    }
    return em.with_changes(cut, id="own", measures=(*(m.model_dump() for m in cut.measures), cargoes))


def test_a_measure_of_no_volume_adds_no_date_and_changes_no_table(data, cut: Scenario) -> None:
    alone, with_nothing = em.run(cut, data), em.run(own(cut, 0.0), data)

    for name, table in alone.tables.items():
        other = with_nothing[name]
        assert list(table.columns) == list(other.columns), name
        numbers = table.select_dtypes("number").columns
        assert table[numbers].to_numpy() == approx(other[numbers].to_numpy(), abs=1e-6), name
    assert any("changes nothing" in note for note in with_nothing.notes)


def test_what_becomes_known_in_march_leaves_the_stock_on_the_eve_of_the_cut_alone(data, cut: Scenario) -> None:
    eve = date(2022, 2, 15)
    alone, later = em.run(cut, data), em.run(own(cut, 50_000.0), data)

    assert len(alone["periods"]) + 1 == len(later["periods"])
    assert stock(alone, eve) == approx(stock(later, eve), abs=1e-6)


def test_side_by_side_both_have_the_same_periods_and_the_same_past(data, cut: Scenario) -> None:
    other = own(cut, 50_000.0)
    one, two = em.run(cut, data, beside=[other]), em.run(other, data, beside=[cut])

    assert one["periods"].equals(two["periods"])
    assert stock(one, MARCH) == approx(stock(two, MARCH), abs=1e-6)


def test_scenarios_of_the_library_share_their_periods_without_being_told(data) -> None:
    lines = {name: em.load_scenario(name).timeline(data.storyline.decision_days) for name in library()}
    spans = {line.end for line in lines.values()}

    assert 1 == len(spans) == len(set(lines.values()))


def test_a_plan_that_may_be_made_anew_with_nothing_new_stays_the_same(data, cut: Scenario) -> None:
    alone, asked = em.run(cut, data), em.run(cut, data, beside=["reference", "germany_backs_sanctions"])

    assert alone.objective_eur == asked.objective_eur
    assert len(alone.stages) == len(asked.stages)


def test_what_becomes_known_in_march_leaves_the_prices_before_the_cut_alone(data, cut: Scenario) -> None:
    """A later plan may have more periods: what has passed keeps its prices none the less, in another number of rows."""
    alone, later = em.run(cut, data), em.run(own(cut, 50_000.0), data)
    first = int(alone["periods"].set_index("end")["period"].loc[:"2022-02-14"].iloc[-1])
    tables = [one["prices"] for one in (alone, later)]
    before = [
        one[one["period"] <= first].set_index(["node", "period"])["price_eur_per_mwh"].sort_index() for one in tables
    ]

    assert before[0].loc["DE"].min() > 1.0
    assert before[1].to_numpy() == approx(before[0].to_numpy(), rel=1e-6)
