"""Replay of history: what is given is met, what is missing is not counted as zero, errors are what a hand computes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pages import assert_page, moved
from plain_package import SHIPPED

from energy_model.cases.ukraine_2022.replay import HISTORY
from energy_model.cases.ukraine_2022.replay.entries import ENTRY_PIPELINES
from energy_model.cases.ukraine_2022.replay.page import honest_lines, planned_lines, validation_page
from energy_model.cases.ukraine_2022.replay.pages import (
    label,
    planned_otherwise,
    small_multiples,
    with_quotes,
    write_tables,
)
from energy_model.cases.ukraine_2022.replay.plans import window_case
from energy_model.data.home import default_vintage
from energy_model.data.load import load_data
from energy_model.data.mechanisms import MECHANISMS as OF_THE_MODEL
from energy_model.data.storyline import read_storyline
from energy_model.errors import DataError, ScenarioError
from energy_model.report.replay_page import cut_customers
from energy_model.scenario.weather import daily_demand
from energy_model.validate.replay import compare, gains, replay
from energy_model.validate.replay.era import end_of_plan, era_between, eras_of
from energy_model.validate.replay.past import Past, whole_months
from energy_model.validate.replay.report import mechanisms_of
from energy_model.validate.replay.run import run_era
from energy_model.validate.replay.score import scoreboard

PAGE = Path(__file__).resolve().parents[1] / "docs" / "validation.md"
HOME = SHIPPED / default_vintage()
LINE = read_storyline(HOME / "storyline.toml")
ERAS = eras_of(LINE)
YEAR_2021, YEAR_2022 = ERAS[:2]
GAINS = "## What each mechanism gains"
approx = pytest.approx


@pytest.fixture(scope="module")
def data():
    """The model that answers is the one that is held against history."""
    return load_data(HOME)


@pytest.fixture(scope="module")
def report(data):
    return replay(data)


@pytest.fixture(scope="module")
def spring(data):
    """January and February 2022 alone."""
    return run_era(data, replace(YEAR_2022, id="spring", end=date(2022, 2, 28)), HISTORY)


def scored(data, observed, modelled, group="Algeria", series="medgaz"):
    months = pd.date_range("2021-01-01", periods=len(observed), freq="MS")
    table = pd.DataFrame({"era": "hand", "group": group, "series": series, "unit": "TWh", "month": months,
                          "observed": observed, "modelled": modelled, "naive": 2.0})  # fmt: skip
    return scoreboard(table, data, HISTORY, ERAS).iloc[0]


def test_errors_are_those_of_a_hand_calculation(data):
    """Observed 2, 4, 6 and modelled 3, 3, 9: errors 1, -1, 3; bias 1, mean 5/3 of a mean of 4; naive misses 0, 2, 4."""
    score = scored(data, [2.0, 4.0, 6.0], [3.0, 3.0, 9.0])

    assert score["bias"] == approx(1.0)
    assert score["mean_absolute_error"] == approx(5.0 / 3.0)
    assert score["error_share"] == approx(5.0 / 12.0)
    assert score["correlation"] == approx(np.sqrt(3.0) / 2.0)
    assert score["naive_error"] == approx(2.0)
    assert score["months"] == 3


def test_a_month_that_was_not_observed_is_no_error(data):
    score = scored(data, [2.0, np.nan, 6.0], [2.0, 50.0, 6.0])

    assert (2, 0.0) == (score["months"], score["mean_absolute_error"])


def test_a_storage_level_is_measured_against_working_gas(data):
    full = data["storage"].drop_duplicates("storage", keep="last").groupby("node")["working_gas_volume_gwh"].sum()["FR"]

    score = scored(data, [50.0, 50.0], [60.0, 60.0], compare.LEVEL, "FR")

    assert score["error_share"] == approx(10.0 / (full / 1e3))


def test_a_month_counts_at_the_mean_of_its_reported_days_and_not_if_less_than_half_is_known():
    table = pd.DataFrame(
        {
            "month": pd.to_datetime(["2021-01-01"] * 3),
            "days_reported": [31, 20, 10],
            "energy_gwh": [310.0, 200.0, 99.0],
        }
    )

    assert [310.0, 310.0] == whole_months(table)["energy_gwh"].tolist()


def test_the_worst_series_stand_first_and_what_was_given_does_not(report):
    chosen = report.table[report.table["is_material"]]

    assert chosen.index.tolist() == list(range(len(chosen)))
    assert chosen["error_share"].is_monotonic_decreasing
    assert not chosen["is_given"].any()


def test_russian_flows_arrive_as_observed(report):
    """Given, so nearly equal; Kotlovka counts the transit to Kaliningrad, which is the model's."""
    given = report.series[(report.series["group"] == HISTORY.groups[HISTORY.given]) & report.series["observed"].notna()]
    given = given[~given["series"].isin(["kotlovka"])]
    total = given.groupby(["era", "series"])[["observed", "modelled"]].sum()
    total = total[total["observed"] > 5.0]

    assert len(total) > 10
    np.testing.assert_allclose(total["modelled"], total["observed"], rtol=0.03)


def test_demand_as_observed_is_served_in_full(spring):
    demand = spring["demand"]

    assert demand["served_gwh"].sum() == approx(demand["demand_gwh"].sum(), rel=1e-9)


def test_the_balance_of_every_node_closes_in_every_month(spring):
    assert spring["balance"]["residual_gwh_per_day"].abs().max() < 1e-6 * spring["balance"]["demand_gwh_per_day"].max()


def test_storage_of_a_month_begins_where_the_month_before_ended(spring):
    level = spring["storage"].pivot_table(index="storage", columns="month", values="level_gwh", observed=True)
    start = spring["storage"].pivot_table(index="storage", columns="month", values="level_at_start_gwh", observed=True)

    np.testing.assert_allclose(start.iloc[:, 1], level.iloc[:, 0], atol=1e-3)


def test_nothing_published_after_the_era_enters_it(data):
    for era in ERAS:
        for name, table in Past(data, era, HISTORY).vintage.tables.items():
            if "as_of" in table:
                assert (table["as_of"] <= pd.Timestamp(era.vintage)).all(), name


def test_a_plan_knows_this_months_price_and_no_later_one(data):
    """Prices of 2022 quadrupled: a plan of January 2022 prices every later month's LNG like January's."""
    era = replace(YEAR_2022, mechanisms=())
    case = window_case(Past(data, era, HISTORY), date(2022, 1, 1), end_of_plan(date(2022, 1, 1)))
    cheapest = case.lng.cost.min(axis=0)

    np.testing.assert_allclose(cheapest, cheapest[0])
    np.testing.assert_allclose(np.ptp(case.lng.cost - cheapest, axis=1), 0.0, atol=1e-9, err_msg="premiums stay")


def test_great_britain_burns_what_it_reported_and_switzerland_moves_as_the_union(data):
    """July 2022: the Union burnt 5 % less than in July 2021, Great Britain 3 % more, as its power stations ran."""
    case = window_case(Past(data, YEAR_2022, HISTORY), date(2022, 7, 1), end_of_plan(date(2022, 7, 1)))
    burnt = data["observed_demand_monthly"].pivot_table(index="node", columns="month", values="demand_gwh")
    july = pd.Timestamp("2022-07-01")
    union = burnt.index.isin(set(data["groups"].query("group == 'EU27'")["node"]))
    before = burnt[pd.Timestamp("2021-07-01")]

    assert case.demand.rate[case.node("GB"), :, 0].sum() * 31.0 == approx(burnt.loc["GB", july])
    assert burnt.loc["GB", july] / before["GB"] == approx(1.03, abs=0.01)
    less = burnt.loc[union, july].sum() / before[union].sum()
    assert less == approx(0.95, abs=0.01)
    swiss = daily_demand(data, "2021", pd.date_range("2021-07-01", "2021-07-31"), np.array(["CH"], dtype=object)).sum()
    assert case.demand.rate[case.node("CH"), :, 0].sum() * 31.0 / swiss == approx(less, abs=0.01)


def test_months_of_great_britain_sum_to_its_years(data):
    """Table 4.2 and what never enters the transmission grid: 855 TWh in 2021, as the statistics of the year have it."""
    seen = data["observed_demand_monthly"].query("node == 'GB'")
    years = seen.groupby(seen["month"].dt.year)["demand_gwh"].sum()
    told = data["demand_annual"].query("node == 'GB'").set_index("year")["demand_gwh"]

    for year in (2019, 2020, 2021):
        assert years[year] == approx(told[year], rel=1e-5)
    assert seen["month"].nunique() == len(seen) == 44


def test_every_mechanism_can_be_left_out_and_changes_something(data):
    """On two months, so that it is quick, and without most of those of the model: each leaves some aim with another
    value."""
    mine = ("lng_world", "lng_season", "lng_slots")
    short = replace(YEAR_2021, id="short", end=date(2021, 2, 28), mechanisms=mine)
    table = gains(data, replay(data, eras=[short]).aims, [short]).pivot_table(
        index="what", columns="without", values="value"
    )

    assert {"", *mine, "rolling"} == set(table.columns)
    for name in (*mine, "rolling"):
        assert (table[name] - table[""]).abs().max() > 1e-6, name


def test_a_replay_has_no_mechanism_that_scenarios_have_not():
    everything = replace(YEAR_2021, mechanisms=tuple(OF_THE_MODEL))

    assert {*OF_THE_MODEL, "rolling"} == set(mechanisms_of(everything))
    assert "rolling" == YEAR_2021.scenario(YEAR_2021.start, YEAR_2021.end).foresight
    assert LINE.mechanisms == YEAR_2021.mechanisms == YEAR_2022.mechanisms, "one model for scenarios and history"


def test_home_production_of_a_year_that_is_over_is_that_of_the_year(data):
    """The Netherlands made 200 TWh of natural gas and 2 of biomethane in 2021, and plan less for 2022."""
    case = window_case(Past(data, YEAR_2021, HISTORY), date(2021, 1, 1), date(2022, 1, 31))
    home = (case.supply.supplier == "NL") & (case.supply.step == "indigenous")
    daily, days = case.supply.rate[home][0], case.timeline.days

    assert daily[:12] @ days[:12] == approx(202_200.0, rel=0.01)
    plan = data["production"].query("node == 'NL' and month == 1")["production_gwh_per_day"].sum()
    assert daily[12] == approx(plan)


def test_a_plan_knows_no_later_price_of_a_world_market_of_lng_either(data):
    """What buyers outside Europe would pay is worth the same against this month's price in every month of the plan."""
    era = replace(YEAR_2022, mechanisms=("lng_world",))
    past = Past(data, era, HISTORY)
    case = window_case(past, date(2022, 1, 1), end_of_plan(date(2022, 1, 1)))
    table = data["observed_prices_monthly"]
    later = (table["series"] == data.storyline.prices.hub) & (table["month"] > pd.Timestamp("2022-01-01"))
    dearer = table.assign(price=table["price"].where(~later, 10.0 * table["price"]))
    other = Past(replace(data, tables={**data.tables, "observed_prices_monthly": dearer}), era, HISTORY)

    same = window_case(other, date(2022, 1, 1), end_of_plan(date(2022, 1, 1)))

    np.testing.assert_allclose(same.lng_world.price, case.lng_world.price)


def test_aims_are_reached_when_their_value_is_no_larger(report):
    assert (report.aims["is_reached"] == (report.aims["value"] <= report.aims["aim"])).all()
    assert set(report.aims["era"]) == {era.id for era in ERAS}


def test_the_aim_on_lng_sums_what_the_series_show(report):
    lng = report.series[(report.series["era"] == "replay_2021") & (report.series["group"] == compare.LNG_REGION)]
    total = lng.dropna(subset=["observed"])[["modelled", "observed"]].sum()
    aim = report.aims[(report.aims["era"] == "replay_2021") & (report.aims["what"] == "EU LNG of the period")]

    assert aim["value"].iloc[0] == approx(abs(total["modelled"] / total["observed"] - 1.0))


def test_borders_between_members_are_predicted_by_month_under_the_names_of_the_pipelines(report, data):
    flows = report.internal_flows

    assert set(flows["pipeline"]) <= set(data["pipelines"]["pipeline"])
    assert any("mallnow" in name for name in flows["pipeline"])
    assert 12 == flows[flows["era"] == "replay_2021"]["month"].nunique()
    assert not set(flows["pipeline"]) & set(ENTRY_PIPELINES["nord_stream_1"])


def test_the_pages_and_tables_are_written_together(report, tmp_path):
    one_year = replace(report, series=report.series[report.series["era"] == "replay_2021"])
    folder = write_tables(one_year, tmp_path)

    assert {"table.csv", "series.csv", "aims.csv", "internal_flows.csv"} < {path.name for path in folder.iterdir()}
    assert "replay_2021_flows.png" in {path.name for path in folder.iterdir()}
    assert "Norway, emden de" == label("Norway by landing point", "emden_de")
    panels = next(small_multiples(report.series[report.series["era"] == "replay_2022"], "2022", ("price",)))
    assert 1 == len(panels.axes)


def test_the_page_is_what_the_program_writes(report):
    """All but what each mechanism gains, which takes minutes: the slow test holds that."""
    kept = PAGE.read_text(encoding="utf-8")
    fresh = validation_page(report, pd.DataFrame(columns=["era", "what", "measure", "aim", "value", "without"]))

    def without_gains(text: str) -> str:
        head, _, rest = text.partition(GAINS)
        return head + rest.partition("\n## Borders")[2]

    told = moved(without_gains(kept), without_gains(fresh))
    assert [] == told, "say why before: energy-model validate replay --write docs/validation.md"


def test_the_readme_quotes_the_three_errors_as_they_come_out(report):
    readme = (PAGE.parents[1] / "README.md").read_text(encoding="utf-8")

    for line in honest_lines(report):
        assert f"- {line}\n" in readme
        assert f"- {line}\n" in (PAGE.parent / "limits.md").read_text(encoding="utf-8")


def test_what_a_replay_cuts_is_named_as_an_error_by_country(report):
    """Demand as observed was served: what a replay cuts is an error, and named as one by country."""
    cut = report.series[report.series["group"] == compare.CURTAILED]
    aim = report.aims[report.aims["what"] == "curtailed, all countries"].set_index("era")

    assert (cut["observed"] == 0.0).all()
    by_country = cut[cut["series"] != HISTORY.region].groupby("era")["modelled"].sum()
    np.testing.assert_allclose(aim["value"], by_country.reindex(aim.index).fillna(0.0), atol=1e-3)
    assert (aim["aim"] == 0.0).all()
    assert aim.loc["replay_2021", "is_reached"]
    page = cut_customers(report)
    for node in cut.loc[(cut["modelled"] > 0.01) & (cut["series"] != HISTORY.region), "series"].unique():
        assert f"| curtailed | {node} |" in page
    assert not {"BY", "KGD"} & set(cut.loc[cut["modelled"] > 1e-3, "series"]), "their supplier delivered as usual"


def test_an_era_of_any_months_can_be_asked_for_and_a_wrong_one_is_refused_in_words(data):
    era = era_between(data, "2021-11", "2022-02")

    assert (date(2021, 11, 1), date(2022, 2, 28)) == (era.start, era.end)
    assert ["2021", "2021", "2022_hindsight", "2022_hindsight"] == [era.lng_case(month) for month in era.months]
    assert era.mechanisms == YEAR_2021.mechanisms
    with pytest.raises(ScenarioError, match="lies before the first"):
        era_between(data, "2022-02", "2021-11")
    with pytest.raises(ScenarioError, match="'2022-13': is no month"):
        era_between(data, "2022-13", "2023-01")


def test_an_era_across_a_year_runs_from_the_stock_that_was_observed(data):
    era = era_between(data, "2021-12", "2022-01")
    run = run_era(data, era, HISTORY)
    first = run["storage"].loc[lambda t: t["month"] == pd.Timestamp("2021-12-01")].set_index("node")

    seen = data["observed_storage_daily"].query("node == 'DE'").set_index("date")["gas_in_storage_gwh"]
    assert first.loc["DE", "level_at_start_gwh"] == approx(seen.loc["2021-12-01"], rel=1e-6)


def test_months_that_nobody_observed_are_named_all_at_once(data):
    with pytest.raises(DataError) as error:
        replay(data, eras=[era_between(data, "2022-09", "2022-10")])

    text = str(error.value)
    for what in ("flows from RU", "price at the hub", "demand of any member"):
        assert f"{what}" in text
    assert text.count("not observed in 2022-09, 2022-10") == 3


def test_a_year_whose_lng_is_not_told_is_refused_in_words(data):
    with pytest.raises(DataError, match=r"LNG that arrived in 2020.*is known from 2021 on"):
        replay(data, eras=[era_between(data, "2020-06", "2020-12")])


def test_a_plan_expects_of_lng_what_was_known_and_not_what_came(data):
    """In 2022 Europe attracted 1,652 TWh a year, and 1,289 was the central expectation of January."""
    case = window_case(Past(data, replace(YEAR_2022, without=("lng_season",)), HISTORY), date(2022, 1, 1),
                       date(2022, 12, 31))  # fmt: skip
    yearly = case.lng.europe_limit / case.timeline.month_days.sum(axis=1) * 365.0 / 1e3

    assert yearly[0] == approx(1651.6, abs=0.1)
    assert yearly[1:] == approx(1288.8, abs=0.1)


def test_who_does_not_report_a_month_removes_nobody_else(data):
    """Without Spain's LNG of June 2021 the region's is the sum of the others, modelled and observed."""
    era = era_between(data, "2021-06", "2021-06")
    run = run_era(data, era, HISTORY)
    landed = data["observed_lng_sendout_monthly"]
    silent = landed[~((landed["node"] == "ES") & (landed["month"] == "2021-06-01"))]
    less = replace(data, tables={**data.tables, "observed_lng_sendout_monthly": silent})

    def june(world):
        run_table, seen = compare.both(run.tables, world, era.months, HISTORY)
        one = compare.side_by_side(run_table, seen)
        return one[one["group"].isin([compare.LNG, compare.LNG_REGION])].set_index("series")[["modelled", "observed"]]

    whole, part = june(data), june(less)
    np.testing.assert_allclose(part.loc["EU27"], whole.loc["EU27"] - whole.loc["ES"])


@pytest.mark.slow
def test_what_the_page_says_of_each_mechanism_is_what_comes_out(report, data):
    planned = planned_otherwise(data, ERAS)
    fresh = validation_page(report, gains(data, report.aims, ERAS[:2]), planned)

    lines = "\n".join(f"- {line}" for line in [*honest_lines(report), *planned_lines(report, planned)])
    for file in (PAGE.parent / "limits.md", PAGE.parents[1] / "README.md"):
        kept = file.read_text(encoding="utf-8")
        assert kept == with_quotes(kept, lines), "energy-model validate replay --write docs/validation.md writes them"
    assert_page(fresh, PAGE, "energy-model validate replay --write docs/validation.md")
