"""When a shortage is worst and why, and ranges of headlines that are kept: by hand and on the library."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from report_fixtures import monthly, real_data

from energy_model.data.cache import OFF, VARIABLE
from energy_model.data.storyline import Focus
from energy_model.report.kept_ranges import KeptRanges
from energy_model.results.band import Band
from energy_model.results.labels import Labels
from energy_model.results.ranges import RangeStore, range_key
from energy_model.results.statistics import Statistics
from energy_model.results.worst import reason_list, reasons, why_words, worst_month, worst_week, worst_words
from energy_model.scenario import load_scenario
from energy_model.scenario.load import with_changes


class Weeks:
    """As much of a run as says when it is worst: two weeks that begin on 26 February."""

    def __init__(self, cut: tuple[float, float], demand: tuple[float, float]) -> None:
        self.scenario = with_changes(load_scenario("reference"), resolution="week")
        starts = pd.to_datetime([date(2022, 2, 26), date(2022, 3, 5)])
        self.tables = {
            "periods": pd.DataFrame(
                {"period": [1, 2], "start": starts, "end": starts + pd.Timedelta(days=6), "days": [7, 7]}
            ),
            "demand": pd.DataFrame(
                {"node": "A", "sector": "industry", "period": [1, 2], "curtailed_gwh": cut, "demand_gwh": demand}
            ),
        }
        nodes = pd.DataFrame({"node": ["A"], "name": ["Land A"], "country": ["A"], "groups": "EU27", "is_market": True})
        self.statistics = Statistics(self.tables, nodes, Labels(focus=Focus.model_construct(), reference=""))

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.tables[name]


def test_the_worst_month_is_by_volume_and_the_worst_week_by_share():
    """70 of 700 GWh and 63 of 140: three days of the first week lie in February, so 30 there and 103 in March."""
    run = Weeks((70.0, 63.0), (700.0, 140.0))
    month, week = worst_month(run, {"A"}), worst_week(run, {"A"})

    assert (month.start, month.curtailed_gwh) == (pd.Timestamp("2022-03-01"), pytest.approx(103.0))
    assert month.share == pytest.approx(103.0 / 540.0)
    assert (week.start, week.curtailed_gwh, week.share) == (
        pd.Timestamp("2022-03-05"), pytest.approx(63.0), pytest.approx(0.45)
    )  # fmt: skip


def test_where_nobody_is_curtailed_there_is_no_worst_and_no_why():
    run = monthly("reference")
    region = run.labels.region_nodes(run.nodes)

    assert worst_month(run, region) is None
    assert (worst_words(run, region), why_words(run, region)) == ("", "")


def test_months_have_no_worst_week():
    run = monthly("full_cutoff_february")

    assert worst_week(run, run.labels.region_nodes(run.nodes)) is None


def test_the_reasons_are_limits_that_the_plan_has_reached():
    run = monthly("full_cutoff_february")
    region = run.labels.region_nodes(run.nodes)
    summer = worst_month(run, region, by_share=True)
    period = run["periods"].set_index("period")["start"].eq(summer.start).idxmax()
    storage = run["storage"][(run["storage"]["period"] == period) & run["storage"]["node"].isin(region)]
    into_store = float((storage["injection_gwh_per_day"] - storage["withdrawal_gwh_per_day"]).sum())
    sold = run["supply"][(run["supply"]["supplier"] == "RU") & (run["supply"]["period"] == period)]
    told = reasons(run, region, summer)

    assert sold["energy_gwh"].sum() == pytest.approx(0.0, abs=1e-6)
    assert told[0] == "no Russian gas comes"
    assert told[1].startswith(f"{into_store:,.0f} GWh/d go into store for the winter")
    assert run["lng"]["energy_gwh"].sum() == pytest.approx(run.inputs["lng_limit"]["limit_gwh"].sum(), rel=5e-3)
    assert told[-1] == "Europe takes all the LNG it can attract over the horizon"


class TwoPorts(Weeks):
    """The two weeks with a port B that uses half of its terminal; all cuts are in A, every cargo on offer is taken."""

    def __init__(self, price_of_a: float) -> None:
        super().__init__((70.0, 63.0), (700.0, 140.0))
        periods = {"period": [1, 2]}
        sendout = {"terminal": "b", "node": "B", "sendout_gwh_per_day": 50.0, "capacity_gwh_per_day": 100.0}
        self.tables |= {
            "sendout": pd.DataFrame({**periods, **sendout}),
            "prices": pd.DataFrame(
                {
                    "node": ["A", "A", "B", "B"],
                    "period": [1, 2, 1, 2],
                    "price_eur_per_mwh": [price_of_a] * 2 + [200.0] * 2,
                }
            ),
            "supply": pd.DataFrame(
                {"supply_step": "x", "supplier": "RU", "node": "A", "period": [1, 2], "energy_gwh": [0.0, 0.0]}
            ),
            "lng": pd.DataFrame({"exporter": "QA", "node": "B", "period": [1, 2], "energy_gwh": [350.0, 350.0]}),
            "storage": pd.DataFrame(
                columns=["storage", "node", "period", "injection_gwh_per_day", "withdrawal_gwh_per_day", "level_gwh"]
            ),
        }
        self.tables["stores"] = pd.DataFrame({"storage": [], "node": [], "working_gas_volume_gwh": []})
        self.inputs = {"lng_limit": pd.DataFrame({"month": ["2022-03"], "limit_gwh": [700.0]})}
        nodes = pd.DataFrame(
            {"node": ["A", "B"], "name": ["Land A", "Land B"], "country": ["A", "B"], "groups": "EU27"}
        )
        self.nodes = nodes.assign(is_market=True)
        self.labels = Labels(focus=Focus.model_construct(supplier="RU"), reference="")
        self.statistics = Statistics(self.tables, self.nodes, self.labels)


@pytest.mark.parametrize(("price_of_a", "keys"), [(500.0, ["ways_in"]), (210.0, ["lng_limit"])])
def test_full_ways_are_the_reason_where_gas_is_dearer_than_at_a_port_with_room(price_of_a: float, keys: list[str]):
    """At 500 EUR/MWh against 200 another cargo would land in B and not reach A, so scarce LNG is no reason for the cuts
    in A; at 210 the two are as good as one market, and the limit on LNG is."""
    run = TwoPorts(price_of_a)
    week = worst_week(run, {"A"})
    told = [reason for reason in reason_list(run, {"A"}, week) if reason.key in ("ways_in", "lng_limit")]

    assert [reason.key for reason in told] == keys
    if keys == ["ways_in"]:
        assert told[0].values == pytest.approx({"share": 1.0, "cut": 500.0, "landed": 200.0})


BANDS = {"region_curtailed": Band(0.4, 643.2, 1613.0, "TWh", "a", "b")}


def test_ranges_are_read_back_for_the_same_data_and_scenario_and_for_no_other(tmp_path: Path):
    store, data = RangeStore(tmp_path), real_data()
    scenario = load_scenario("full_cutoff_february", data.root)
    store.write(scenario, data, BANDS)

    assert store.read(scenario, data) == BANDS
    assert store.read(scenario.model_copy(update={"title": "mine", "resolution": "day"}), data) == BANDS
    for other in (scenario.model_copy(update={"lng_price_factor": 1.1}), load_scenario("full_cutoff_april", data.root)):
        assert store.read(other, data) is None
        assert range_key(other, data) != range_key(scenario, data)


def test_ranges_that_another_call_found_are_copied_into_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """By way of the cache folder; what is about another country, or of other data, is not taken for them."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "cache"))
    data, other = real_data(), tmp_path / "other"
    line = data.storyline
    elsewhere = replace(
        data, storyline=line.model_copy(update={"focus": line.focus.model_copy(update={"country": "FR"})})
    )
    scenario = load_scenario("full_cutoff_february", data.root)
    KeptRanges(tmp_path / "one").write(scenario, data, BANDS)

    assert KeptRanges(other).read(scenario, elsewhere) is None
    assert KeptRanges(other).read(with_changes(scenario, lng_price_factor=1.1), data) is None
    assert KeptRanges(other).read(scenario, data) == BANDS
    assert RangeStore(other).read(scenario, data) == BANDS
    monkeypatch.setenv(VARIABLE, OFF)
    assert KeptRanges(tmp_path / "third").read(scenario, data) is None


@pytest.mark.parametrize(("old", "new"), [("643.2", "64.2"), ("{", "["), ('"high"', '"hihg"')])
def test_a_damaged_or_edited_range_is_not_taken_for_ours(tmp_path: Path, old: str, new: str):
    store, data = RangeStore(tmp_path), real_data()
    scenario = load_scenario("reference", data.root)
    path = store.write(scenario, data, BANDS)
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")

    assert store.read(scenario, data) is None


def test_a_wide_range_takes_digits_away_and_a_narrow_one_keeps_them():
    assert Band(0.4, 643.2, 1613.0, "TWh").words == "about 640 (0 to 1,600) TWh"
    assert Band(640.0, 643.2, 650.0, "TWh").words == "about 643 (640 to 650) TWh"
    assert Band(0.0, 0.0, 0.0, "share").words == "0 %"
