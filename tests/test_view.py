"""The view from 31 January 2022: ranges made of that day's data alone, and observations that join by themselves."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from report_fixtures import real_data

from energy_model.cases.ukraine_2022.view import View, compare_view, view
from energy_model.cases.ukraine_2022.view.compare import NEAREST, OPEN, OTHER, calibration
from energy_model.cases.ukraine_2022.view.predict import ASIDE as ASIDE_2022
from energy_model.cases.ukraine_2022.view.series import ALL_ROUTES, EU, HUB, RUSSIA, UNITS, _whole
from energy_model.data import seal
from energy_model.data.load import GasData, load_data
from energy_model.errors import ResultError, ScenarioError
from energy_model.results.spread import EASY, TIGHT
from energy_model.scenario import load_scenario
from energy_model.scenario.load import with_changes
from energy_model.units import MWH_PER_MMBTU
from energy_model.validate.view.runs import further
from energy_model.validate.view.spread import (
    ASIDE,
    DEMAND,
    FILLING,
    KEY,
    LNG,
    PRICE,
    STORE,
    Z_90,
    combinations,
    ranges,
    widened,
)

UKRAINE = tuple(one for one in ASIDE_2022 if "Ukraine" in one.name)
NEW_MONTHS = pd.date_range("2022-09-01", "2023-03-01", freq="MS")
LEVEL_GWH, LANDED_GWH, USED_GWH, PRICE_EUR = 10_000.0, 1_000.0, 5_000.0, 100.0


@cache
def small_view() -> View:
    """Two scenarios over the extremes of weather and LNG."""
    names = ["phase_out_by_winter", "full_cutoff_cold_winter"]
    return view(real_data(), scenarios=names, weathers=["cold_1_in_20"], lng_cases=["high"], aside=UKRAINE)


def pick(table: pd.DataFrame, group: str, series: str, scenario: str = "phase_out_by_winter") -> pd.DataFrame:
    mine = table[(table["scenario"] == scenario) & (table["group"] == group) & (table["series"] == series)]
    return mine.set_index("month")


def test_a_range_is_the_lowest_and_highest_of_all_runs_and_the_centre_is_the_central_run():
    """Three runs of 5, 4 and 9 TWh, the first central: 4, 5, 9."""
    row = {"scenario": "s", "group": STORE, "series": EU, "unit": "TWh", "month": pd.Timestamp("2022-03-01")}
    runs = pd.DataFrame(
        [{**row, "is_central": number == 0, "value": value} for number, value in enumerate((5.0, 4, 9))]
    )

    none = pd.DataFrame(columns=[*ASIDE, *KEY, "value"])

    assert [[4.0, 5.0, 9.0]] == ranges(runs, none)[["low", "central", "high"]].to_numpy().tolist()


def test_further_inputs_add_to_a_range_by_their_squares_and_never_turn_a_volume_below_zero():
    """Runs from 4 to 9 around 5; one input moves 5 by -2 and +3, another by +1: 5 - sqrt(1 + 4), 5 + sqrt(26)."""
    key = {"scenario": "s", "group": STORE, "series": EU, "unit": "TWh", "month": pd.Timestamp("2022-03-01")}
    runs = pd.DataFrame(
        [{**key, "is_central": number == 0, "value": value} for number, value in enumerate((5.0, 4.0, 9.0))]
    )
    ends = {("a", TIGHT): 3.0, ("a", EASY): 8.0, ("b", TIGHT): 6.0, ("b", EASY): 6.0}
    aside = pd.DataFrame([{**key, "input": name, "side": side, "value": value} for (name, side), value in ends.items()])
    low, central, high = ranges(runs, aside)[["low", "central", "high"]].to_numpy()[0]
    far = aside.assign(value=aside["value"].where(aside["input"] == "b", aside["value"] - 20.0))

    assert (5.0 - np.sqrt(5.0), 5.0, 5.0 + np.sqrt(26.0)) == pytest.approx((low, central, high))
    assert ranges(runs, far)["low"].tolist() == [0.0]


def test_a_view_says_which_further_inputs_it_moved_and_each_moves_something():
    made = small_view()
    later = made.aside[made.aside["month"] > pd.Timestamp(made.day)]
    central = made.by_run[made.by_run["is_central"]].set_index(["scenario", *KEY])["value"]
    off = (later["value"] - later.join(central.rename("central"), on=["scenario", *KEY])["central"]).abs()

    assert {(one.name, side) for one in UKRAINE for side in (TIGHT, EASY)} == set(
        later.loc[off > 1e-6, ["input", "side"]].itertuples(index=False, name=None)
    )
    assert [one.name for one in UKRAINE] == further(made).split(" and ")


def test_a_range_holds_its_runs_and_the_models_own_error():
    """Runs 3 below the centre of 10, and 4 of the model's own: 5 below; a share of working gas ends at 1."""
    row = {"series": EU, "unit": "TWh", "month": pd.Timestamp("2022-03-01")}
    table = pd.DataFrame(
        [
            {**row, "group": STORE, "low": 7.0, "central": 10.0, "high": 10.0},
            {**row, "group": FILLING, "low": 0.5, "central": 0.9, "high": 1.0},
            {**row, "group": PRICE, "low": 50.0, "central": 100.0, "high": 100.0},
        ]
    )
    error = pd.DataFrame({"group": [STORE, FILLING], "series": [EU, EU], "error": [4.0 / Z_90, 0.3 / Z_90]})
    wide = widened(table, error, np.log(2.0) / Z_90 / np.sqrt(2.0), date(2022, 1, 31)).set_index("group")

    np.testing.assert_allclose(wide.loc[STORE, ["low", "high"]].to_numpy(float), [5.0, 14.0])
    np.testing.assert_allclose(wide.loc[FILLING, ["low", "high"]].to_numpy(float), [0.4, 1.0])
    np.testing.assert_allclose(wide.loc[PRICE, "high"], 200.0, err_msg="in two months it may double")
    np.testing.assert_allclose(wide.loc[PRICE, "low"], 100.0 / 2.0 ** np.sqrt(2.0))


def test_calibration_counts_observed_months_by_group():
    """Two of three months in the range of the nearest scenario, all three in that of either."""
    row = {"group": STORE, "series": EU, "unit": "TWh", "is_prediction": True, "observed": 5.0}
    months = pd.date_range("2022-02-01", periods=3, freq="MS")
    near = [
        {**row, "month": m, "verdict": NEAREST, "low": low, "high": 9.0}
        for m, low in zip(months, (1.0, 4.0, 6.0), strict=True)
    ]
    far = [{**row, "month": month, "verdict": OTHER, "low": 0.0, "high": 5.0} for month in months]
    table = pd.DataFrame(near + far).assign(is_inside=lambda t: t["observed"].between(t["low"], t["high"]))

    found = calibration(table)

    assert [3, 3] == found["months"].tolist()
    np.testing.assert_allclose(found["inside_share"], [2.0 / 3.0, 1.0])


def test_a_country_that_does_not_report_counts_at_its_usual_share():
    """Of 3 : 1 the small one is silent: 6 stand for 8; where the large one is, nothing stands for the whole."""
    wide = pd.DataFrame({"AA": [6.0, np.nan], "BB": [np.nan, 2.0]})

    total = _whole(wide, pd.Series({"AA": 3.0, "BB": 1.0}))

    assert total[0] == pytest.approx(8.0)
    assert np.isnan(total[1])


def test_what_a_scenario_states_itself_is_not_varied():
    weathers, cases, normal = ["2020", "reference"], ["low", "central"], ("reference", "central")

    plain = combinations(load_scenario("full_cutoff_february"), weathers, cases, normal)
    cold = combinations(with_changes(load_scenario("reference"), weather="cold_1_in_20"), weathers, cases, normal)
    scarce = combinations(load_scenario("full_cutoff_low_lng"), weathers, cases, normal)

    assert plain[0] == ("reference", "central")
    assert len(plain) == 4
    assert cold == [("cold_1_in_20", "central"), ("cold_1_in_20", "low")]
    assert scarce == [("reference", "low"), ("2020", "low")]


def test_every_series_has_every_month_and_its_centre_within_its_range():
    table = small_view().table

    months = table.groupby(["scenario", "group", "series"])["month"].nunique()
    assert set(months) == {15}
    assert (table["low"] <= table["central"]).all()
    assert (table["central"] <= table["high"]).all()
    assert list(dict.fromkeys(table["group"])) == list(UNITS)


def test_more_lng_and_colder_weather_move_the_view_the_way_they_should():
    runs = small_view().by_run
    runs = runs[(runs["scenario"] == "phase_out_by_winter") & (runs["series"] == EU)]
    total = runs.groupby(["group", "weather", "lng_case"])["value"].sum()

    assert total[LNG, "reference", "high"] > total[LNG, "reference", "central"]
    assert total[PRICE, "reference", "high"] < total[PRICE, "reference", "central"]
    assert total[PRICE, "cold_1_in_20", "central"] >= total[PRICE, "reference", "central"]


def test_after_a_full_cut_no_russian_gas_comes_but_the_transit_to_kaliningrad():
    gas = small_view().table
    gas = gas[(gas["scenario"] == "full_cutoff_cold_winter") & (gas["group"] == RUSSIA) & (gas["month"] > "2022-02-01")]
    by_route = gas.groupby("series")["high"].max()

    assert by_route.drop([ALL_ROUTES, "baltic_finland"]).max() == pytest.approx(0.0, abs=1e-9)
    assert 0.0 < by_route["baltic_finland"] < 4.0


def test_routes_sum_to_all_routes():
    gas = small_view().by_run
    gas = gas[gas["group"] == RUSSIA]
    parts = gas[gas["series"] != ALL_ROUTES].groupby(["scenario", "weather", "lng_case", "month"])["value"].sum()
    whole = gas[gas["series"] == ALL_ROUTES].set_index(["scenario", "weather", "lng_case", "month"])["value"]

    assert np.allclose(parts, whole.reindex(parts.index))


def test_nothing_published_after_the_day_enters():
    """The same runs on a world in which every later row is wrong."""
    data = real_data()
    spoilt = {}
    for name, table in data.tables.items():
        later = table["as_of"] > pd.Timestamp("2022-01-31") if "as_of" in table else pd.Series(False, table.index)
        numbers = [c for c in table.select_dtypes("number") if c not in ("month", "day", "year")]
        spoilt[name] = table.assign(**{c: table[c].where(~later, 7.0).astype(table[c].dtype) for c in numbers})
    world = replace(data, tables=spoilt, accepts_errors=True)
    assert not world["observed_storage_daily"].equals(data["observed_storage_daily"])

    again = view(world, scenarios=["phase_out_by_winter"], weathers=[], lng_cases=[], aside=())

    first = small_view().by_run.query("scenario == 'phase_out_by_winter' and is_central").reset_index(drop=True)
    pd.testing.assert_frame_equal(again.by_run, first)


def test_a_weather_nobody_knows_is_refused_by_name():
    with pytest.raises(ScenarioError, match="no such weather"):
        view(real_data(), scenarios=["phase_out_by_winter"], weathers=["1963"], lng_cases=[], aside=())


def test_observations_join_and_only_predicted_months_are_scored():
    found = compare_view(small_view(), real_data())
    store = pick(found.table, STORE, EU)

    assert store["observed"].notna().sum() >= 8
    assert not store.loc["2022-01-01", "is_prediction"]
    assert store.loc["2022-02-01", "is_prediction"]
    assert store.loc["2022-01-01", "observed"] == pytest.approx(413.5158)  # AGSI, sum of the members
    scored = found.scores.set_index(["group", "series"])
    assert scored.loc[(STORE, EU), "months"] == store.loc["2022-02-01":, "observed"].notna().sum()
    error = (store["central"] - store["observed"]).loc["2022-02-01":]
    assert scored.loc[(STORE, EU), "mean_absolute_error"] == pytest.approx(error.abs().mean())


def test_the_scenario_whose_russian_gas_is_nearest_is_held_against_what_happened_and_no_other():
    found = compare_view(small_view(), real_data())

    assert found.nearest == "phase_out_by_winter"
    assert dict(zip(found.verdicts["scenario"], found.verdicts["verdict"], strict=True)) == {
        "phase_out_by_winter": NEAREST,
        "full_cutoff_cold_winter": OTHER,
    }


def test_had_russia_stopped_at_once_the_cut_off_would_be_the_nearest():
    data = real_data()
    routes = data["observed_route_flows_daily"]
    none = routes["flow_gwh_per_day"].where(routes["date"] < pd.Timestamp("2022-02-15"), 0.0)
    world = replace(data, tables={**data.tables, "observed_route_flows_daily": routes.assign(flow_gwh_per_day=none)})

    assert compare_view(small_view(), world).nearest == "full_cutoff_cold_winter"


def test_on_the_day_itself_nothing_is_known_yet():
    found = compare_view(small_view(), real_data().at(small_view().day))

    assert found.nearest == ""
    assert set(found.verdicts["verdict"]) == {OPEN}
    assert found.scores.empty


def test_a_view_of_nothing_is_refused():
    empty = replace(small_view(), table=small_view().table.iloc[:0])
    with pytest.raises(ResultError, match="at least one scenario"):
        compare_view(empty, real_data())


def with_new_months(folder: Path) -> GasData:
    """A copy of the data package in which observations from September 2022 to March 2023 have been written."""
    shutil.copytree(real_data().root, folder / "data")
    observed = folder / "data" / "observed"

    def append(name: str, rows: pd.DataFrame) -> None:
        head = pd.read_csv(observed / name, nrows=0).columns
        rows = rows[rows["when"].isin(NEW_MONTHS)].assign(source_id="entsog_tp", as_of="2023-06-30")
        rows.reindex(columns=head).to_csv(observed / name, mode="a", header=False, index=False)

    def each_month(name: str, keys: list[str]) -> pd.DataFrame:
        table = pd.read_csv(observed / name)
        last = table[table["month"] == "2022-08-01"][keys]
        return last.merge(pd.DataFrame({"when": NEW_MONTHS}), how="cross").assign(
            month=lambda t: t["when"].dt.strftime("%Y-%m-%d"), days_reported=lambda t: t["when"].dt.days_in_month
        )

    nodes = pd.read_csv(observed / "storage_daily.csv")["node"].unique()
    days = pd.DataFrame({"day": pd.date_range("2022-09-01", "2023-04-01", freq="D")})
    level = pd.DataFrame({"node": nodes}).merge(days, how="cross")
    level = level.assign(when=NEW_MONTHS[0], date=level["day"].dt.strftime("%Y-%m-%d"), gas_in_storage_gwh=LEVEL_GWH)
    append("storage_daily.csv", level)
    append(
        "lng_sendout_monthly.csv",
        each_month("lng_sendout_monthly.csv", ["terminal", "node"]).assign(energy_gwh=LANDED_GWH),
    )
    append("demand_monthly.csv", each_month("demand_monthly.csv", ["node"]).assign(demand_gwh=USED_GWH))
    append("border_entries_monthly.csv",
           each_month("border_entries_monthly.csv", ["entry", "origin", "node"]).assign(energy_gwh=0.0))  # fmt: skip
    rate = real_data()["parameters"].set_index("parameter")["value"]["usd_per_eur"]
    usd = PRICE_EUR * MWH_PER_MMBTU * rate
    prices = each_month("prices_monthly.csv", ["series", "unit"])
    append("prices_monthly.csv", prices.assign(price=np.where(prices["series"] == "usd_per_eur", rate, usd)))
    seal(folder / "data")
    return load_data(folder / "data", accept_errors=True)  # the same made-up level everywhere, however small the stores


def test_observations_added_later_join_without_any_other_change(tmp_path):
    """Ten TWh in every store, one TWh at every terminal, five TWh burnt everywhere, 100 EUR/MWh: known sums."""
    fresh = with_new_months(tmp_path)
    found = compare_view(small_view(), fresh)

    seen = found.table[found.table["scenario"] == "phase_out_by_winter"].drop(columns=["scenario", "verdict"])
    not_seen = seen[seen["observed"].isna() & seen["month"].isin(NEW_MONTHS)]
    assert set(map(tuple, not_seen[["group", "series"]].drop_duplicates().to_numpy())) == {
        (PRICE, series) for series in seen.loc[seen["group"] == PRICE, "series"].unique() if series != HUB
    }, "only the hub has a price"
    stores = pd.read_csv(fresh.root / "observed" / "storage_daily.csv")["node"].unique()
    eu = small_view().coverage.eu
    quays = pd.read_csv(fresh.root / "observed" / "lng_sendout_monthly.csv").query("month == '2023-03-01'")
    users = pd.read_csv(fresh.root / "observed" / "demand_monthly.csv").query("month == '2023-03-01'")
    expected = {
        (STORE, "DE"): LEVEL_GWH / 1e3,
        (STORE, EU): LEVEL_GWH / 1e3 * len(eu.intersection(stores)),
        (FILLING, "DE"): LEVEL_GWH / small_view().coverage.working_gas_gwh["DE"],
        (LNG, EU): LANDED_GWH / 1e3 * quays["node"].isin(eu).sum(),
        (DEMAND, "DE"): USED_GWH / 1e3,
        (DEMAND, EU): USED_GWH / 1e3 * users["node"].isin(eu).sum(),
        (PRICE, HUB): PRICE_EUR,
    }
    for (group, series), value in expected.items():
        new = pick(found.table, group, series).loc[NEW_MONTHS, "observed"]
        assert new.to_numpy() == pytest.approx(value), (group, series)
    assert found.scores.set_index(["group", "series"]).loc[(STORE, EU), "months"] == 14
    again = view(fresh, scenarios=["phase_out_by_winter"], weathers=[], lng_cases=[], aside=())
    before = small_view().by_run.query("scenario == 'phase_out_by_winter' and is_central").reset_index(drop=True)
    pd.testing.assert_frame_equal(again.by_run[[*KEY, "value"]], before[[*KEY, "value"]])
