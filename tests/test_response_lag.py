"""Answers to a price take months: half of an answer comes within some months, half of the rest in as many again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from toy_package import toy_data

from energy_model import GasData, Scenario, load_scenario, with_changes
from energy_model.fast import optimum
from energy_model.lp import compile_model, solve
from energy_model.model import build_model
from energy_model.model.demand import voluntary_width
from energy_model.plan.foresight import solve_scenario
from energy_model.scenario import apply
from energy_model.scenario.case import SECTORS, Case
from energy_model.scenario.lookups import hub_prices
from energy_model.scenario.measures.demand import DemandSaving
from energy_model.scenario.measures.supply import SupplyCut
from energy_model.scenario.response import share_come
from energy_model.scenario.world.response import standing_since
from energy_model.timeline import Timeline

HOUSEHOLDS, INDUSTRY, POWER = (SECTORS.index(sector) for sector in ("households", "industry", "power_heat"))
CUT = date(2022, 2, 15)


@pytest.fixture(scope="module")
def cut(data: GasData) -> Scenario:
    return with_changes(load_scenario("full_cutoff_february", data.root), resolution="month", response_lag=True)


def with_lag_times(data: GasData, factor: float) -> GasData:
    """The package in which every answer takes ``factor`` times as long."""
    table = data.tables["response_lag"]
    months = table[["months_to_half", "low_months", "high_months"]] * factor
    return replace(data, tables={**data.tables, "response_lag": table.assign(**months)}, accepts_errors=True)


def answering(case: Case, sector: int, price: float) -> np.ndarray:
    """Share of a sector's demand that leaves below a price, in the first market, shape (T,)."""
    demand = case.demand
    hit = (demand.voluntary_sector == sector) & (demand.voluntary_cost < price)
    return demand.voluntary_share[int(np.flatnonzero(case.is_market)[0]), hit].sum(axis=0)


def totals(found: object) -> tuple[float, float]:
    """TWh curtailed and reduced."""
    days = found.case.timeline.days
    return tuple(float((found.values[name] @ days).sum()) / 1e3 for name in ("curtailment", "voluntary"))


def test_half_of_an_answer_comes_in_the_months_that_are_stated() -> None:
    """A day 91 days (3 months) after the news lies at half of an answer of 3 months, at an eighth of one of none."""
    day = date(2022, 4, 2)
    line = Timeline((day,), day)
    news = day - timedelta(days=91)

    assert share_come(line, 3.0, news) == pytest.approx([0.5], abs=0.003)
    assert share_come(line, 1.5, news) == pytest.approx([0.75], abs=0.003)
    assert share_come(line, 0.0, news) == pytest.approx([1.0])
    assert share_come(line, 3.0, day + timedelta(days=30)) == pytest.approx([0.0]), "nothing before the news"


def test_a_price_stands_since_it_was_last_lower(data: GasData) -> None:
    """TTF was above 80 EUR/MWh from October 2021 and 85 in January 2022: 74 stood since October, 90 not at all."""
    vintage = data.at(date(2022, 1, 31))

    hub = hub_prices(vintage)

    assert standing_since(hub, 74.0) == date(2021, 10, 1)
    assert standing_since(hub, 90.0) is None
    assert standing_since(hub, 40.0) < date(2021, 10, 1)
    assert standing_since(hub_prices(data.at(date(2021, 12, 31))), 90.0) == date(2021, 12, 1), "December was dearer"


def test_what_stood_has_come_in_part_and_what_is_new_begins_with_the_news(cut: Scenario, data: GasData) -> None:
    case = apply(cut, data)
    starts = case.timeline.starts
    before, after, winter = (starts.index(day) for day in (date(2022, 2, 1), CUT, date(2023, 1, 1)))
    stood, new = answering(case, HOUSEHOLDS, 75.0), answering(case, HOUSEHOLDS, 1e3) - answering(case, HOUSEHOLDS, 85.0)

    assert stood[after] > stood[before] > 0.04, "half a year's answer to the prices of autumn"
    assert new[after] < 0.1 * new[winter]
    assert new[after] < new[before], "nobody answers in a week to a price that is two days old"
    assert answering(case, POWER, 1e3) == pytest.approx(answering(case, POWER, 1e3)[0]), "power switches at once"


def test_industry_is_quicker_than_households(cut: Scenario, data: GasData) -> None:
    case = apply(cut, data)
    april, winter = (case.timeline.starts.index(day) for day in (date(2022, 4, 1), date(2023, 1, 1)))
    share = {
        sector: (answering(case, sector, 1e3)[april] - answering(case, sector, 85.0)[april])
        / (answering(case, sector, 1e3)[winter] - answering(case, sector, 85.0)[winter])
        for sector in (HOUSEHOLDS, INDUSTRY)
    }

    assert share[INDUSTRY] > share[HOUSEHOLDS]


def test_without_waiting_it_is_the_model_without_the_mechanism(cut: Scenario, data: GasData) -> None:
    """No months, the elasticities of the other table and no finer steps: the very same matrix."""
    plain = data.tables["demand_response"].set_index("sector")
    lags = with_lag_times(data, 0.0).tables["response_lag"]
    lags = lags.assign(elasticity=lags["sector"].map(plain["elasticity"]).astype(float))
    scalars = data.tables["parameters"]
    scalars = scalars.assign(value=scalars["value"].where(scalars["parameter"] != "response_steps_between", 1.0))
    same = replace(data, tables={**data.tables, "response_lag": lags, "parameters": scalars}, accepts_errors=True)
    off = compile_model(build_model(apply(with_changes(cut, response_lag=False), data)))

    assert compile_model(build_model(apply(cut, same))).equals(off)
    none = {name: table for name, table in data.tables.items() if name != "response_lag"}
    assert compile_model(build_model(apply(cut, replace(data, tables=none, accepts_errors=True)))).equals(off)


def test_the_longer_answers_take_the_more_is_cut(cut: Scenario, data: GasData) -> None:
    found = [solve_scenario(cut, with_lag_times(data, factor)) for factor in (0.0, 1.0, 3.0)]
    curtailed, costs = [totals(one)[0] for one in found], [one.objective_keur for one in found]

    assert curtailed == sorted(curtailed)
    assert costs == sorted(costs)
    assert curtailed[1] > curtailed[0] + 50.0


def test_a_view_of_the_answer_orders_what_leaves(cut: Scenario, data: GasData) -> None:
    width = [
        voluntary_width(apply(with_changes(cut, demand_response=view, response_lag=lag), data)).sum()
        for lag in (False, True)
        for view in ("low", "central", "high")
    ]

    assert width[0] < width[1] < width[2]
    assert width[3] < width[4] < width[5]


def test_news_that_changes_nothing_or_helps_starts_no_clock(cut: Scenario, data: GasData) -> None:
    """A cut of a seller by nothing, and a saving, both known in January: the answer still begins with the cut."""
    early = {"start": date(2022, 1, 10)}
    idle = SupplyCut(kind="supply_cut", supplier="RU", remaining_share=1.0, **early)
    helps = DemandSaving(kind="demand_saving", share=0.01, countries=("LU",), **early)
    case = apply(cut, data)

    for extra in (idle, helps):
        other = apply(with_changes(cut, measures=(extra, *cut.measures)), data)
        assert answering(other, INDUSTRY, 1e3)[-1] == pytest.approx(answering(case, INDUSTRY, 1e3)[-1])


def test_notice_helps(cut: Scenario, data: GasData) -> None:
    """The same cut, announced on 10 January: users have answered for five weeks when it comes."""
    (stop,) = [measure for measure in cut.measures if measure.kind == "supply_cut"][-1:]
    rest = tuple(measure for measure in cut.measures if measure is not stop)
    told = with_changes(cut, measures=(*rest, stop.model_copy(update={"announced": date(2022, 1, 10)})))
    case, other = apply(cut, data), apply(told, data)
    march = [one.timeline.starts.index(date(2022, 3, 1)) for one in (case, other)]

    assert answering(other, INDUSTRY, 1e3)[march[1]] > answering(case, INDUSTRY, 1e3)[march[0]]
    assert solve_scenario(told, data).objective_keur < solve_scenario(cut, data).objective_keur


def test_an_ordered_saving_contains_what_has_come_by_then(cut: Scenario, data: GasData) -> None:
    """Of a saving of 15 % and the answer, the larger counts in every month, with the lag as without."""
    saving = DemandSaving(kind="demand_saving", share=0.15, start=CUT)
    before, after = apply(cut, data), apply(with_changes(cut, measures=(*cut.measures, saving)), data)
    later = np.array(before.timeline.starts) >= CUT
    for sector in (HOUSEHOLDS, INDUSTRY):
        gone = answering(before, sector, 1e3)[later]
        left = 0.85 * (1.0 - answering(after, sector, 1e3)[later])
        assert 1.0 - left == pytest.approx(np.maximum(gone, 0.15))


def test_the_fast_way_gives_what_the_plain_one_gives(cut: Scenario, data: GasData) -> None:
    case = apply(cut, data)
    matrix = compile_model(build_model(case))

    assert optimum(matrix, case)[0].objective == pytest.approx(solve(matrix).objective, rel=1e-9)


def test_a_package_of_other_names_may_have_it() -> None:
    """Half a year after a price of 40 began to stand, half of the answer of AA's industry has come."""
    toy = toy_data()
    rows = [
        {"sector": sector, "elasticity": -0.5, "low": -0.6, "high": -0.4, "months_to_half": 6.0}
        | {"low_months": 3.0, "high_months": 12.0}
        for sector in SECTORS
    ]
    with_table = replace(toy, tables={**toy.tables, "response_lag": pd.DataFrame(rows)}, accepts_errors=True)
    scenario = with_changes(load_scenario("stop", toy.root), response_lag=True)
    slow, quick = apply(scenario, with_table), apply(with_changes(scenario, response_lag=False), with_table)

    assert slow.demand.lag is not None
    assert apply(scenario, toy).demand.lag is None
    assert (answering(slow, INDUSTRY, 1e4) < answering(quick, INDUSTRY, 1e4)).all()
