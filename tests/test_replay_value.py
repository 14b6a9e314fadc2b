"""A replay whose plans read the value of stock as scenarios do: what they know, what they learn, what they leave."""

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
from energy_model.scenario.weather import calendar_year, on_dates
from energy_model.validate.replay.era import end_of_plan, eras_of
from energy_model.validate.replay.mechanisms import ADDED, REPLACED_BY_VALUE
from energy_model.validate.replay.past import Past
from energy_model.validate.replay.report import ReplayReport, chosen, mechanisms_of
from energy_model.validate.replay.rolling import run_era
from energy_model.validate.replay.valued import learned

YEAR_2021, YEAR_2022 = eras_of(read_storyline(data_root() / "storyline.toml"))[:2]
WINTER = replace(YEAR_2022, id="winter", end=date(2022, 2, 28), planner="value", mechanisms=tuple(MECHANISMS))
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
    return past, HISTORY.plan(past, first, None, last or end_of_plan(first))


def test_the_value_of_stock_stands_in_place_of_the_usual_filling_alone():
    usual = replace(WINTER, planner="usual")

    assert set(mechanisms_of(usual)) - set(mechanisms_of(WINTER)) == set(REPLACED_BY_VALUE)
    knowing_all = WINTER.less("rolling")
    assert not knowing_all.values_stock, "one plan that knows everything needs no table"


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
def test_later_prices_change_nothing(data, winter):
    table = data["observed_prices_monthly"]
    hub = (table["series"] == data.storyline.prices.hub) & (table["month"] > pd.Timestamp("2022-01-01"))
    dearer = table.assign(price=table["price"].where(~hub, 10.0 * table["price"]))
    world = replace(data, tables={**data.tables, "observed_prices_monthly": dearer})

    again = run_era(world, JANUARY, HISTORY)

    first = winter["storage"].loc[lambda t: t["month"] == pd.Timestamp("2022-01-01")]
    np.testing.assert_allclose(again["storage"]["level_gwh"], first["level_gwh"], atol=1e-3)


def test_a_table_of_values_reckons_with_the_gas_that_russia_sends_and_no_more(data):
    """The plan itself is held to flows by route; the table has no routes, so supply must say it."""
    past, case = plan_of(data, JANUARY, date(2022, 1, 1))
    supply = HISTORY.ahead(case, past).supply
    sent = supply.rate[supply.supplier == HISTORY.given].sum(axis=0)
    seen = past.entry_flows(HISTORY.given, [pd.Timestamp("2022-01-01")]).sum().iloc[0]

    assert sent[0] == approx(seen, rel=0.08), "Kaliningrad's transit is another desk's, Moldova's gas comes on top"
    assert (sent * case.timeline.days).sum() == approx(supply.volume[supply.supplier == HISTORY.given].sum())


def test_a_region_that_used_a_tenth_less_is_expected_to_go_on(data, monkeypatch):
    """Germany and France use nine tenths of a normal year; nobody else reports."""
    past, case = plan_of(data, JANUARY, date(2022, 1, 1))
    days = pd.date_range(end="2021-12-31", periods=92)
    year = on_dates(calendar_year(past.vintage, JANUARY.weather, case.nodes), days).sum(axis=1)

    def used(self, nodes, months):
        told = np.isin(nodes, ["DE", "FR"])[:, None]
        usual = [year[:, days.to_period("M") == month.to_period("M")].sum(axis=1) for month in months]
        return np.where(told, 0.9 * np.array(usual).T, np.nan)

    monkeypatch.setattr(Past, "demand", used)
    found = learned(past, case)

    assert found.demand == approx(0.9)
    assert found.reduced_below_eur_per_mwh == approx(past.hub_price([pd.Timestamp("2022-01-01")])[0])
    assert learned(Past(data, replace(JANUARY, demand="response"), HISTORY), case).demand == 1.0


def test_belarus_has_all_it_uses_in_a_plan_over_one_winter(data):
    """Its supplier delivers as usual: half a year that is a winter needs more than half of the year's volume."""
    _, case = plan_of(data, replace(YEAR_2021, mechanisms=tuple(MECHANISMS)), date(2021, 10, 1), date(2022, 3, 31))
    supply, days = case.supply, case.timeline.days
    desk = supply.supplier == "RU_BY"
    used = sum(case.demand.rate[case.node(node)].sum(axis=0) for node in ("BY", "KGD"))

    assert (supply.rate[desk].sum(axis=0) >= used).all()
    assert supply.volume[desk].sum() >= float(used @ days)


def test_a_planner_that_is_none_is_refused_in_words():
    assert [era.planner for era in chosen([YEAR_2021], None, None, "value")] == ["value"]
    with pytest.raises(ScenarioError, match="no such planner: dream; known: usual, value, perfect"):
        chosen([YEAR_2021], None, None, "dream")


def test_the_page_puts_the_planners_of_scenarios_beside_that_of_the_replay():
    aims = pd.DataFrame([{"era": "one", "what": "stock", "measure": "share", "aim": 0.02, "value": 0.03,
                          "is_reached": False}])  # fmt: skip
    report = ReplayReport(pd.DataFrame(), pd.DataFrame(), aims, pd.DataFrame(), HISTORY, (replace(WINTER, id="one"),))

    shown = side_by_side(report, {"value": aims.assign(value=0.056), "perfect": aims.assign(value=0.07)})
    assert "| stock | 3.0% | 5.6% | 7.0% |" in shown


def test_planned_as_told_an_era_is_one_plan_that_adds_nothing_to_the_model_of_scenarios():
    told = YEAR_2021.planned("perfect")

    assert [told] == list(chosen([YEAR_2021], None, None, "perfect"))
    assert set(mechanisms_of(told)) == set(YEAR_2021.mechanisms)
    assert not any(told.uses(name) for name in ADDED)
    assert told.months_known == len(told.months)


def test_planned_as_told_stores_aim_for_their_usual_level_at_the_turns_of_the_seasons_alone(data):
    """The levels of scenarios, of 1 April and 1 November, at their price; every month's at that of habit otherwise."""
    past = Past(data, YEAR_2021.planned("perfect"), HISTORY)
    case = window_case(past, date(2021, 1, 1), None, date(2022, 3, 31))
    aims = [target for target in case.storage.targets if target.kind == "customary"]
    usual = window_case(Past(data, YEAR_2021, HISTORY), date(2021, 1, 1), None, date(2022, 3, 31)).storage.targets

    months = {(target.date.month, target.date.day) for target in aims}
    assert {(4, 1), (11, 1)} == months - {(10, 1)} < {(target.date.month, target.date.day) for target in usual}
    price = data["parameters"].set_index("parameter")["value"]["target_penalty_eur_per_mwh"]
    assert {target.penalty_eur_per_mwh for target in aims} == {price}
    german = case.nodes[case.storage.node].tolist().index("DE")
    november = next(t for t in aims if t.storages == (german,) and t.date == date(2021, 11, 1))
    assert november.level_gwh == approx(past.usual_filling.loc["DE", 11])
