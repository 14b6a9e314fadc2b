"""A replay is planned as scenarios are: what its plans know, what they learn, what they leave."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from energy_model.cases.ukraine_2022.replay import HISTORY
from energy_model.cases.ukraine_2022.replay.page import side_by_side
from energy_model.cases.ukraine_2022.replay.plans import window_case
from energy_model.data.home import data_root
from energy_model.data.load import load_data
from energy_model.data.mechanisms import MECHANISMS
from energy_model.data.storyline import read_storyline
from energy_model.errors import ScenarioError
from energy_model.plan.ahead import learned_share
from energy_model.scenario.fan import Fan
from energy_model.scenario.weather import calendar_year, on_dates
from energy_model.validate.replay.ahead import MonthsAheadThen
from energy_model.validate.replay.customary import with_customary_levels
from energy_model.validate.replay.era import end_of_plan, eras_of
from energy_model.validate.replay.past import Past
from energy_model.validate.replay.report import ReplayReport, chosen, mechanisms_of
from energy_model.validate.replay.run import run_era

YEAR_2021, YEAR_2022 = eras_of(read_storyline(data_root() / "storyline.toml"))[:2]
WINTER = replace(YEAR_2022, id="winter", end=date(2022, 2, 28), mechanisms=tuple(MECHANISMS))
JANUARY = replace(WINTER, id="january", end=date(2022, 1, 31))
approx = pytest.approx


@pytest.fixture(scope="module")
def data():
    return load_data()


@pytest.fixture(scope="module")
def winter(data):
    return run_era(data, WINTER, HISTORY)


def plan_of(data, era, first, last=None):
    past = Past(data, era, HISTORY)
    return past, HISTORY.plan(past, first, last or end_of_plan(first))


def test_an_era_is_planned_month_by_month_unless_it_is_asked_otherwise():
    assert {"rolling"} == {era.planner for era in (YEAR_2021, YEAR_2022)}
    assert set(mechanisms_of(YEAR_2021)) - set(YEAR_2021.mechanisms) == {"rolling"}
    assert "perfect" == YEAR_2021.less("rolling").planner
    assert ("lng_world",) == YEAR_2021.less("lng_world", "rolling").without, "plans are no mechanism of the network"


@pytest.mark.slow
def test_balances_close_and_each_month_begins_with_what_the_one_before_left(winter):
    level = winter["storage"].pivot_table(index="storage", columns="month", values="level_gwh", observed=True)
    start = winter["storage"].pivot_table(index="storage", columns="month", values="level_at_start_gwh", observed=True)

    np.testing.assert_allclose(start.iloc[:, 1], level.iloc[:, 0], atol=1e-3)
    assert winter["balance"]["residual_gwh_per_day"].abs().max() < 1e-6 * winter["balance"]["demand_gwh_per_day"].max()


@pytest.mark.slow
def test_a_cold_month_empties_stores_and_no_plan_empties_them_for_want_of_a_future(winter):
    """What is left at the end of February is worth something although the plan of February ends there."""
    levels = winter["storage"].groupby("month")[["level_at_start_gwh", "level_gwh"]].sum()

    assert (levels["level_gwh"] < levels["level_at_start_gwh"]).all()
    assert levels["level_gwh"].iloc[-1] > 0.1 * levels["level_at_start_gwh"].iloc[0]


@pytest.mark.slow
def test_later_prices_and_demand_change_nothing_of_a_month(data, winter):
    """An era of January alone, and one of January and February, decide January the same."""
    table = data["observed_prices_monthly"]
    hub = (table["series"] == data.storyline.prices.hub) & (table["month"] > pd.Timestamp("2022-01-01"))
    dearer = table.assign(price=table["price"].where(~hub, 10.0 * table["price"]))
    used = data["observed_demand_monthly"]
    later = used["month"] > pd.Timestamp("2022-01-01")
    more = used.assign(demand_gwh=used["demand_gwh"].where(~later, 1.1 * used["demand_gwh"]))
    tables = {"observed_prices_monthly": dearer, "observed_demand_monthly": more}

    again = run_era(replace(data, tables={**data.tables, **tables}), WINTER, HISTORY)

    first = [run["storage"].loc[lambda t: t["month"] == pd.Timestamp("2022-01-01")] for run in (winter, again)]
    np.testing.assert_allclose(first[1]["level_gwh"], first[0]["level_gwh"], atol=1e-3)


def test_a_table_of_values_reckons_with_the_gas_that_russia_sends_and_no_more(data):
    """The plan itself is held to flows by route; the table has no routes, so supply must say it."""
    past, case = plan_of(data, JANUARY, date(2022, 1, 1))
    supply = HISTORY.ahead(case, past).supply
    sent = supply.rate[supply.supplier == HISTORY.given].sum(axis=0)
    seen = past.entry_flows(HISTORY.given, [pd.Timestamp("2022-01-01")]).sum().iloc[0]

    assert sent[0] == approx(seen, rel=0.08), "Kaliningrad's transit is another desk's, Moldova's gas comes on top"
    assert (sent * case.timeline.days).sum() == approx(supply.volume[supply.supplier == HISTORY.given].sum())


def demand_of(monkeypatch, past, case, weather, share):
    """Let Germany and France report a share of what a weather has for November to January; nobody else reports."""
    days = pd.date_range("2021-11-01", "2022-01-31")
    year = on_dates(calendar_year(past.vintage, weather, case.nodes), days).sum(axis=1)

    def used(self, nodes, months):
        told = np.isin(nodes, ["DE", "FR"])[:, None]
        by_month = [year[:, days.to_period("M") == month.to_period("M")].sum(axis=1) for month in months]
        return np.where(told, share * np.array(by_month).T, np.nan)

    monkeypatch.setattr(Past, "demand", used)


def test_what_a_weather_explains_is_no_change_of_demand(data, monkeypatch):
    """As much as in the cold winter teaches nothing; a tenth beyond it is expected to go on."""
    past, case = plan_of(data, JANUARY, date(2022, 1, 1))
    ahead = MonthsAheadThen(past)

    demand_of(monkeypatch, past, case, "cold_1_in_20", 1.0)
    assert ahead.learned(case).demand == approx(1.0)
    demand_of(monkeypatch, past, case, "cold_1_in_20", 1.1)
    assert ahead.learned(case).demand == approx(1.1)
    assert MonthsAheadThen(Past(data, replace(JANUARY, demand="response"), HISTORY)).learned(case).demand == 1.0


def test_what_users_gave_up_counts_from_the_prices_at_which_it_was_seen(data):
    past, case = plan_of(data, JANUARY, date(2022, 1, 1))
    months = pd.to_datetime(["2021-11-01", "2021-12-01", "2022-01-01"])

    found = MonthsAheadThen(past).learned(case)

    assert found.reduced_below_eur_per_mwh == approx(past.hub_price(months).mean())


def test_lng_that_came_beyond_what_was_expected_is_believed_month_by_month(data):
    """1,652 TWh a year came where 1,289 were expected: a sixth of it is believed in January, all of it from June on."""
    past = Past(data, YEAR_2022, HISTORY)
    ahead = MonthsAheadThen(past)
    more = 1651.6 / 1288.8 - 1.0

    for month, weight in ((1, 1.0 / 6.0), (3, 0.5), (8, 1.0)):
        case = HISTORY.plan(past, date(2022, month, 1), date(2022, month + 1, 28))
        assert ahead.learned(case).lng == approx(1.0 + weight * more, rel=1e-3)


def test_states_of_the_fan_stay_where_the_central_one_is_expected_elsewhere():
    """50, 100 and 120 % of 1,000 are 62.5 and 150 % of 800."""
    fan = Fan(("one",), np.ones(1), np.array([0.5, 1.0, 1.2]), np.array([0.25, 0.5, 0.25]), central=1)

    assert fan.around(0.8).lng_share == approx([0.625, 1.0, 1.5])
    assert fan.around(1.0).lng_share == approx(fan.lng_share)
    assert learned_share(1.2, 3, fan) == approx(1.1)
    assert learned_share(1.0, 6, fan) == 1.0


def test_belarus_has_all_it_uses_in_a_plan_over_one_winter(data):
    """Its supplier delivers as usual: half a year that is a winter needs more than half of the year's volume."""
    _, case = plan_of(data, replace(YEAR_2021, mechanisms=tuple(MECHANISMS)), date(2021, 10, 1), date(2022, 3, 31))
    supply, days = case.supply, case.timeline.days
    desk = supply.supplier == "RU_BY"
    used = sum(case.demand.rate[case.node(node)].sum(axis=0) for node in ("BY", "KGD"))

    assert (supply.rate[desk].sum(axis=0) >= used).all()
    assert supply.volume[desk].sum() >= float(used @ days)


def test_the_trans_adriatic_pipeline_builds_up_by_the_quarters_of_its_operator(shipped):
    """1.25, 1.9, 2.4 and 2.65 billion m3 in the quarters of 2021, at 10.66 kWh."""
    past = Past(shipped, eras_of(shipped.storyline)[0], HISTORY, months_known=12)
    lines = window_case(past, YEAR_2021.start, YEAR_2021.end).pipelines
    at = lines.id.tolist().index("tap_melendugno")
    days = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    quarters = (lines.capacity[at] * (1.0 - lines.loss_share[at]) * days).reshape(4, 3).sum(axis=1) / 10.66e3

    assert quarters == approx([1.25, 1.9, 2.4, 2.65], rel=0.01)


def test_a_planner_that_is_none_is_refused_in_words():
    assert [era.planner for era in chosen([YEAR_2021], None, None, "perfect")] == ["perfect"]
    with pytest.raises(ScenarioError, match="no such planner: dream; known: rolling, perfect"):
        chosen([YEAR_2021], None, None, "dream")


def test_the_page_puts_the_other_planner_of_scenarios_beside():
    aims = pd.DataFrame([{"era": "one", "what": "stock", "measure": "share", "aim": 0.02, "value": 0.03,
                          "is_reached": False}])  # fmt: skip
    report = ReplayReport(pd.DataFrame(), pd.DataFrame(), aims, pd.DataFrame(), HISTORY, (replace(WINTER, id="one"),))

    assert "| stock | 3.0% | 7.0% |" in side_by_side(report, {"perfect": aims.assign(value=0.07)})


def test_knowing_all_stores_aim_for_their_usual_level_at_the_turns_of_the_seasons_alone(data):
    """The levels of scenarios, of 1 April and 1 November, at their price."""
    past = Past(data, YEAR_2021.planned("perfect"), HISTORY, months_known=12)
    case = with_customary_levels(window_case(past, date(2021, 1, 1), date(2022, 3, 31)), past)
    aims = [target for target in case.storage.targets if target.kind == "customary"]

    months = {(target.date.month, target.date.day) for target in aims}
    assert {(4, 1), (11, 1)} == months - {(10, 1)}
    price = data["parameters"].set_index("parameter")["value"]["target_penalty_eur_per_mwh"]
    assert {target.penalty_eur_per_mwh for target in aims} == {price}
    german = case.nodes[case.storage.node].tolist().index("DE")
    november = next(t for t in aims if t.storages == (german,) and t.date == date(2021, 11, 1))
    assert november.level_gwh == approx(past.usual_filling.loc["DE", 11])
