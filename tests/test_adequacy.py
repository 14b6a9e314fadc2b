"""N-1 and the supply standard of Regulation (EU) 2017/1938."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from energy_model.data.load import GasData
from energy_model.data.sellers import routes_of
from energy_model.impact.adequacy import (
    capacities,
    n_minus_1,
    n_minus_1_percent,
    supply_standard,
    supply_standard_percent,
)


@pytest.fixture(scope="module")
def now(data: GasData) -> GasData:
    return data.at(date(2022, 1, 31))


@pytest.fixture(scope="module")
def table(now: GasData) -> pd.DataFrame:
    return n_minus_1(now, now.storyline.as_of, routes_of(now, "RU", supplier="RU"))


# The formulas, by hand


def test_the_worked_example_of_n_minus_1() -> None:
    assert 116.67 == pytest.approx(n_minus_1_percent(100.0 + 20.0 + 50.0 + 30.0, 60.0, 120.0), abs=0.005)


def test_market_based_measures_raise_n_minus_1_by_what_they_take_off() -> None:
    assert 140.0 == pytest.approx(n_minus_1_percent(200.0, 60.0, 120.0, 20.0))


def test_stores_give_no_more_than_their_rate_and_no_more_than_they_hold() -> None:
    assert 90.0 == pytest.approx(supply_standard_percent(7, 10.0, 5.0, 20.0, 100.0))  # 70 flow, 20 held of 35 possible
    assert 105.0 == pytest.approx(supply_standard_percent(7, 10.0, 5.0, 99.0, 100.0))  # 70 flow, 35 withdrawn of 99


# From the tables


def test_german_n_minus_1_from_the_tables(now: GasData, table: pd.DataFrame) -> None:
    lines = now["pipelines"]
    lines = lines[(lines["to_node"] == "DE") & lines["status"].isin(["operating", "planned"])]
    lines = lines[lines["available_from"].isna() | (lines["available_from"] <= "2022-01-31")]
    entries = lines[lines["available_to"].isna()]["capacity_gwh_per_day"].sum()
    production = now["production"].query("node == 'DE'")["production_gwh_per_day"].max()
    withdrawal = now["storage"].query("node == 'DE'")["withdrawal_capacity_gwh_per_day"].sum()
    largest = lines["capacity_gwh_per_day"].max()
    peak = now["peak_demand"].query("node == 'DE'")["high_gwh_per_day"].item()
    expected = 100.0 * (entries + production + withdrawal - largest) / peak
    assert expected == pytest.approx(table.loc["DE", "supply_side_percent"])
    assert table.loc["DE", "largest"].startswith("Nord Stream 1")


def test_nord_stream_2_is_no_capacity(now: GasData, table: pd.DataFrame) -> None:
    idle = now["pipelines"].query("pipeline == 'nord_stream_2'")["capacity_gwh_per_day"].item()
    opened = dict(now.tables)
    opened["pipelines"] = now["pipelines"].assign(
        status=lambda t: t["status"].where(t["pipeline"] != "nord_stream_2", "operating")
    )
    with_it = capacities(replace(now, tables=opened), date(2022, 1, 31), ())
    assert idle == pytest.approx(with_it.loc["DE", "entries_gwh_per_day"] - table.loc["DE", "entries_gwh_per_day"])


def test_lines_that_open_later_count_from_their_day(now: GasData) -> None:
    before, after = (capacities(now, day, ())["entries_gwh_per_day"] for day in (date(2022, 1, 31), date(2022, 10, 1)))
    assert after["PL"] > before["PL"]  # Baltic Pipe and the line to Lithuania
    assert (after >= before).all()


def test_the_single_store_of_latvia_is_its_largest_infrastructure(table: pd.DataFrame) -> None:
    assert "lv_storage" == table.loc["LV", "largest"]


def test_variants_stand_in_their_order(table: pd.DataFrame) -> None:
    assert (table["demand_side_percent"] >= table["supply_side_percent"]).all()
    assert (table["observed_peak_percent"] >= table["supply_side_percent"]).all()
    assert (table["half_empty_percent"] <= table["supply_side_percent"]).all()
    both = table["routes_and_largest_lost_percent"]
    assert (both <= table["routes_lost_percent"] + 1e-9).all()
    assert (both <= table["supply_side_percent"] + 1e-9).all()


def test_countries_at_the_end_of_one_russian_line_fail_without_it(table: pd.DataFrame) -> None:
    assert table.loc["FI", "routes_lost_percent"] < 100.0
    assert table.loc["MD", "routes_lost_percent"] < 100.0
    assert not table.loc["FI", "meets_standard"]


def test_germany_passes_n_minus_1_even_without_russian_entries_which_is_why_capacity_misleads(
    table: pd.DataFrame,
) -> None:
    assert table.loc["DE", "routes_lost_percent"] > 100.0


def test_the_supply_standard_has_three_cases_for_every_country(now: GasData) -> None:
    table = supply_standard(now, now.storyline.as_of, routes_of(now, "RU", supplier="RU"))
    assert 3 * len(now["peak_demand"]) == len(table)
    assert {7, 30} == set(table["days"])
    assert (table["without_routes_percent"] <= table["cover_percent"] + 1e-9).all()


def test_seven_peak_days_need_more_a_day_than_thirty_cold_ones(now: GasData) -> None:
    table = supply_standard(now, now.storyline.as_of).assign(per_day=lambda t: t["protected_gwh"] / t["days"])
    a, b, c = (table[table["case"].str.startswith(letter)].set_index("country")["per_day"] for letter in "abc")
    assert (a >= b).all()
    assert (b >= c).mean() > 0.9  # a cold winter against an average one
