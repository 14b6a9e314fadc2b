"""Days where demand is highest, weeks besides: the right days, exact where demand is flat."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from cases import cost, on_longer_periods

from energy_model.errors import ScenarioError
from energy_model.impact.study import study
from energy_model.plan.foresight import solve_scenario
from energy_model.scenario import apply
from energy_model.scenario.case import Case
from energy_model.scenario.load import with_changes
from energy_model.scenario.schema import Horizon
from energy_model.scenario.toy import toy_case
from energy_model.scenario.world import base_case, with_peak_days
from energy_model.timeline import Timeline

approx = pytest.approx
DAYS = 28
WINTER = Horizon(start=date(2022, 1, 1), end=date(2022, 2, 28))
"""58 days and one: eight weeks and three days."""


def on_periods(demand: np.ndarray, lengths: list[int]) -> Case:
    """A market with cheap supply, LNG and a store; days brought to periods as means."""
    daily = toy_case(
        {"DE": demand.tolist()},
        supply={"DE": (10.0, 20.0)},
        lng={"DE": (4.0, 60.0, 1.0)},
        storage={"DE": (30.0, 3.0, 3.0, 10.0)},
        periods=DAYS,
    )
    begin = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    return on_longer_periods(daily, Timeline(tuple(daily.timeline.starts[k] for k in begin), daily.timeline.end))


def with_days_alone(days: set[int]) -> list[int]:
    """Lengths of the weeks of four weeks, with some days alone."""
    edges = sorted({*range(0, DAYS, 7), *days, *(day + 1 for day in days), DAYS} & set(range(DAYS + 1)))
    return np.diff(edges).tolist()


# --- toys -----------------------------------------------------------------------------------------------------------


def test_flat_demand_costs_the_same_on_any_periods():
    flat = np.full(DAYS, 12.0)

    by_day = cost(on_periods(flat, [1] * DAYS))
    assert approx(by_day, rel=1e-9) == cost(on_periods(flat, with_days_alone({3, 4, 20})))
    assert approx(by_day, rel=1e-9) == cost(on_periods(flat, [7] * 4))


def test_peaks_that_are_days_of_their_own_are_seen_where_weeks_hide_them():
    """10 cheap, 4 of LNG and 3 from store meet 17 a day; three days of 40 go short of 23 each, whatever the rest.

    On the other days demand is flat, so weeks lose nothing there; the mean of the week is 22.9: 41 short, not 69.
    """
    demand = np.full(DAYS, 10.0)
    demand[[9, 10, 11]] = 40.0
    daily = cost(on_periods(demand, [1] * DAYS))
    peaks = cost(on_periods(demand, with_days_alone({9, 10, 11})))
    weekly = cost(on_periods(demand, [7] * 4))

    assert 3 * 23 * 1_000.0 < daily
    assert approx(daily, rel=1e-6) == peaks
    assert weekly < 0.7 * daily


@pytest.mark.parametrize("seed", range(6))
def test_costs_lie_between_those_of_weeks_and_of_days(seed):
    """Without curves in the level a plan by days, averaged over longer periods, is a plan there: cost is convex."""
    demand = np.random.default_rng(seed).uniform(5.0, 25.0, DAYS)
    alone = set(np.argsort(-demand)[:6].tolist())
    weekly, peaks, daily = (
        cost(on_periods(demand, lengths)) for lengths in ([7] * 4, with_days_alone(alone), [1] * DAYS)
    )

    assert weekly <= peaks * (1 + 1e-9)
    assert peaks <= daily * (1 + 1e-9)


# --- scenarios ------------------------------------------------------------------------------------------------------


def test_the_days_are_those_of_highest_demand(data, monthly):
    scenario = monthly("full_cutoff_february", resolution="peak_days", horizon=WINTER, peak_days=10)
    by_day = base_case(data, monthly("full_cutoff_february", resolution="day", horizon=WINTER))
    total = by_day.demand.rate.sum(axis=(0, 1))
    found = with_peak_days(scenario, data).days_alone

    assert {by_day.timeline.starts[k] for k in np.argsort(-total, kind="stable")[:10]} == {*found}
    line = apply(scenario, data).timeline
    assert {*found} <= {start for start, length in zip(line.starts, line.days, strict=True) if length == 1.0}


def test_as_many_days_as_there_are_is_daily(data, monthly):
    january = Horizon(start=date(2022, 1, 1), end=date(2022, 1, 25))
    daily, all_days = (
        solve_scenario(monthly("reference", horizon=january, foresight="perfect", **way), data)
        for way in ({"resolution": "day"}, {"resolution": "peak_days", "peak_days": 90})
    )

    assert daily.case.timeline == all_days.case.timeline
    assert approx(daily.objective_keur, rel=1e-9) == all_days.objective_keur


def test_a_baseline_of_other_weather_is_put_on_the_days_of_the_scenario(data, monthly):
    cold = monthly("full_cutoff_february", resolution="peak_days", weather="cold_1_in_20")
    found = study(cold, data)

    assert found.scenario.weather != found.baseline.weather
    assert 90 == len(found.scenario.days_alone)
    assert found.scenario.timeline() == found.baseline.timeline()


def test_the_days_of_a_cold_winter_are_among_the_peaks(data, monthly):
    vintage = data.at(date(2022, 1, 31))
    mild, cold = (
        set(with_peak_days(monthly(name, resolution="peak_days"), vintage).days_alone)
        for name in ("full_cutoff_february", "full_cutoff_cold_winter")
    )

    assert sum(day > date(2022, 10, 1) for day in cold) > sum(day > date(2022, 10, 1) for day in mild)


def test_other_resolutions_stay(data, monthly):
    scenario = monthly("full_cutoff_february")
    assert with_peak_days(scenario, data) is scenario
    with pytest.raises(ScenarioError, match="peak_days"):
        with_changes(scenario, peak_days=0)
