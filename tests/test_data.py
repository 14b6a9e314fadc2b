"""What the data package claims about the world, what was known on which day, and how it documents itself."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from energy_model.data import GasData, Package
from energy_model.data.consistent import balance_of_base_year
from energy_model.data.package import DESCRIPTOR
from energy_model.data.ranges import RANGES
from energy_model.data.regions import members as members_of

STORYLINE = date(2022, 1, 31)

DOCS = Path(__file__).parents[1] / "docs" / "data.md"
VINTAGES = (date(2021, 6, 30), date(2021, 12, 31), STORYLINE, date(2022, 3, 16), date(2022, 12, 31))


@pytest.fixture(scope="session")
def now(data: GasData) -> GasData:
    """The world as known on 31 January 2022."""
    return data.at(STORYLINE)


# What the tables claim


def test_the_eu_burnt_4395_twh_in_2021_and_germany_1009(now: GasData) -> None:
    annual = now["demand_annual"]
    of_2021 = annual[annual["year"] == 2021].set_index("node")["demand_gwh"]
    members = list(members_of(now, "EU27"))

    assert 4_395_000 == pytest.approx(of_2021[members].sum(), rel=0.005)
    assert 1_009_000 == pytest.approx(of_2021["DE"], rel=0.005)


def test_days_and_sectors_sum_to_the_official_totals_of_their_year(now: GasData) -> None:
    daily = now["demand_daily"]
    days = daily[[name for name in daily if name.endswith("_gwh")]].sum(axis=1)
    summed = days.groupby([daily["weather"], daily["node"]]).sum()

    for row in now["demand_annual"].itertuples():
        assert row.demand_gwh == pytest.approx(summed[str(row.year), row.node], rel=0.005), f"{row.node} {row.year}"


def test_a_1_in_20_winter_burns_more_than_the_reference_and_not_absurdly_more(now: GasData) -> None:
    daily = now["demand_daily"]
    winter = daily[daily["month"].isin([1, 2, 3, 10, 11, 12])]
    total = winter.groupby("weather")[[name for name in daily if name.endswith("_gwh")]].sum().sum(axis=1)

    assert 1.03 < total["cold_1_in_20"] / total["reference"] < 1.15


def test_eu_storage_was_54_percent_full_on_1_january_2022(now: GasData) -> None:
    members = list(members_of(now, "EU27"))
    level = now["storage_filling"]
    level = level[(level["date"] == "2022-01-01") & level["node"].isin(members)]["gas_in_storage_gwh"].sum()
    stores = now["storage"]
    volume = stores.loc[stores["node"].isin(members), "working_gas_volume_gwh"].sum()

    assert 0.54 == pytest.approx(level / volume, abs=0.01)


def test_storage_is_working_gas_without_cushion(now: GasData) -> None:
    """Stores of the EU hold about 1,100 TWh; with cushion it would be twice that, and none would ever look full."""
    stores = now["storage"].set_index("node")["working_gas_volume_gwh"]
    members = list(members_of(now, "EU27"))
    fullest = now["storage_filling"].groupby("node")["gas_in_storage_gwh"].agg(["max", "size"])
    watched = fullest[fullest["size"] > 24]

    assert 1_110_000 == pytest.approx(stores[stores.index.isin(members)].sum(), rel=0.02)
    assert (watched["max"] / stores[watched.index] > 0.7).all()


def test_nord_stream_2_is_complete_and_idle(now: GasData) -> None:
    lines = now["pipelines"].set_index("pipeline")

    assert lines.loc["nord_stream_2", "status"] == "idle"
    assert lines.loc["nord_stream_2", "capacity_gwh_per_day"] > 0.0
    assert (lines.loc["nord_stream_2", ["from_node", "to_node"]] == ["RU", "DE"]).all()


def test_kaliningrad_is_no_import_of_the_eu(now: GasData) -> None:
    lines = now["pipelines"]
    touching = lines[(lines["from_node"] == "KGD") | (lines["to_node"] == "KGD")]

    assert "KGD" not in members_of(now, "EU27")
    assert {"BY"} == set(touching["from_node"]), "it crosses Lithuania, but Lithuania cannot tap it"
    assert {"RU_BY"} == set(lines.loc[(lines["to_node"] == "BY"), "from_node"])


def test_russian_gas_for_the_eu_starts_at_one_node_and_every_route_is_counted_once(now: GasData) -> None:
    lines, members = now["pipelines"], set(members_of(now, "EU27"))
    into_eu = lines[lines["to_node"].isin(members)]
    routes = ["nord_stream_1", "nord_stream_2", "yamal_europe", "belarus_poland", "ukraine_transit", "turkstream_2"]

    assert not into_eu["from_node"].isin(["RU_BY", "RU_TR"]).any()
    for route in routes:
        borders = lines.loc[lines["route"] == route, ["from_node", "to_node"]].drop_duplicates()
        assert 1 == len(borders), f"{route} lies on one border, so that its flow can be summed"


def test_russian_liquefied_gas_is_a_supplier_of_its_own(now: GasData) -> None:
    steps = now["lng_supply_steps"]

    assert (
        steps.loc[(steps["exporter"] == "RU") & (steps["availability"] == "base"), "volume_gwh_per_year"].sum()
        > 100_000
    )


def test_russian_contracts_lie_within_the_totals_of_the_literature(now: GasData) -> None:
    members = set(members_of(now, "EU27"))
    table = now["contracts"]
    bcm = (
        table.loc[(table["supplier"] == "RU") & table["buyer_node"].isin(members), "annual_quantity_gwh"].sum() / 10_350
    )

    assert 116.4 <= bcm <= 135.0


def test_the_gas_balance_of_the_eu_in_2021_closes_within_2_percent(now: GasData) -> None:
    supply, use = balance_of_base_year(now.tables, now.storyline, now.storyline.balance)

    assert use == pytest.approx(supply, rel=0.02)


def test_nobody_had_promised_a_firm_volume_by_31_january_2022(now: GasData) -> None:
    assert (now["assurances"]["low_gwh_per_year"] == 0.0).all()


def test_households_are_cut_last_and_protected(now: GasData) -> None:
    tiers = now["curtailment_tiers"].sort_values("cost_eur_per_mwh")

    assert "households" == tiers.iloc[-1]["sector"]
    assert list(tiers["tier"]) == sorted(tiers["tier"])
    assert not tiers.iloc[0]["is_protected"]


# Vintage


@pytest.mark.parametrize("day", VINTAGES, ids=str)
def test_no_table_leaks_a_row_published_after_the_day_of_the_author(data: GasData, day: date) -> None:
    seen = data.at(day)

    assert seen.as_of == day
    for name, table in seen.tables.items():
        if "as_of" in table:
            assert not (table["as_of"] > pd.Timestamp(day)).any(), name


@pytest.mark.parametrize("day", VINTAGES, ids=str)
def test_every_thing_has_one_row_on_any_day(data: GasData, day: date) -> None:
    seen = data.at(day)
    for name, key in data.keys.items():
        thing = [column for column in key if column != "as_of"]
        if thing:
            assert not seen[name].duplicated(thing).any(), name


def test_a_later_row_replaces_the_earlier_one_and_only_from_its_day_on(data: GasData) -> None:
    def capacity(day: date) -> float:
        lines = data.at(day)["pipelines"].set_index("pipeline")
        return float(lines.loc["medelsheim_fr_de", "capacity_gwh_per_day"])

    assert [0.0, 0.0, 100.0] == [capacity(day) for day in (STORYLINE, date(2022, 9, 4), date(2022, 9, 5))]


def test_standing_twice_on_the_same_day_changes_nothing(data: GasData) -> None:
    once = data.at(STORYLINE)
    twice = data.at(VINTAGES[-1]).at(STORYLINE)
    for name in ("nodes", "prices", "storage_filling"):
        assert_frame_equal(once[name], twice[name])


def test_what_the_summer_of_2022_brought_is_unknown_in_january(now: GasData) -> None:
    assert not now["assurances"]["step"].isin(["qa_kaabi", "dz_agreed_2022", "no_permits_2022"]).any()
    assert "2022_hindsight" not in set(now["lng_europe_limit"]["case"])
    assert not (now["lng_terminals"]["node"] == "DE").any(), "Germany had no terminal under way that was public then"
    assert not now["storage_targets"]["target"].str.startswith("legal_eu").any()
    assert now["observed_route_flows_daily"]["date"].max() <= pd.Timestamp(STORYLINE)


# The form of the package


def test_every_low_and_high_column_is_held_against_its_value(data: GasData) -> None:
    covered = {(name, column) for name, triples in RANGES.items() for triple in triples for column in triple}
    for name, table in data.tables.items():
        for column in table:
            if re.search(r"(^|_)(low|high)(_|$)", column):
                assert (name, column) in covered, f"{name}.{column} has no central value in RANGES"


def test_every_row_names_its_source_and_the_day_it_was_public(data: GasData) -> None:
    for name, table in data.tables.items():
        if name in ("sources", "common_sources"):
            continue
        assert table["source_id"].notna().all(), name
        is_common = Package.open(data.root).resources[name].is_common  # what no day changes has no day
        assert is_common != ("as_of" in table), name
        assert is_common or table["as_of"].notna().all(), name


def test_units_stand_in_the_names_of_columns_that_have_one(data: GasData) -> None:
    endings = {"GWh/d": "_gwh_per_day", "GWh": "_gwh", "EUR/MWh": "_eur_per_mwh", "km": "_km"}
    for resource in Package.open(data.root).resources.values():
        for field in resource.fields:
            ending = endings.get(field.get("unit", ""))
            assert ending is None or field["name"].endswith(ending), f"{resource.name}.{field['name']}"


def test_every_source_says_who_published_it_and_what_may_be_passed_on(data: GasData) -> None:
    sources = data["sources"]
    for column in ("title", "publisher", "licence", "redistribution"):
        assert sources[column].str.len().gt(1).all(), column
    assert sources["url"].dropna().str.match(r"https://").all()


def test_judgements_explain_themselves(data: GasData) -> None:
    for name, table in data.tables.items():
        if {"basis", "note"} <= set(table) and name not in {"demand_annual"}:
            mute = table[(table["basis"] == "judgement") & table["note"].isna()]
            assert mute.empty, f"{name}.csv line {list(mute.index + 2)}"


# The documentation


def test_every_table_and_every_column_with_a_unit_is_described(data: GasData) -> None:
    for resource in Package.open(data.root).resources.values():
        assert resource.description, resource.name
        for field in resource.fields:
            assert field.get("description"), f"{resource.name}.{field['name']}"


def test_every_table_stands_in_the_documentation_with_its_columns(data: GasData) -> None:
    text = DOCS.read_text(encoding="utf-8")
    descriptor = json.loads((data.root / DESCRIPTOR).read_text(encoding="utf-8"))
    for item in descriptor["resources"]:
        section = re.search(rf"^### `{item['name']}`(.*?)(?=^##)", f"{text}\n## end", flags=re.M | re.S)
        assert section, f"{item['name']} has no section in docs/data.md"
        for field in item.get("schema", {}).get("fields", []):
            assert f"`{field['name']}`" in section.group(1), f"{item['name']}.{field['name']}"


def test_every_assurance_says_whose_consent_it_needs_and_who_named_no_volume_has_none(data: GasData) -> None:
    rows = data["assurances"].set_index("assurance")

    assert (rows["consent"].str.len() > 0).all()
    for silent in ("ae_extra", "om_extra", "tt_extra"):
        assert 0.0 == rows.loc[silent, "volume_gwh_per_year"] < rows.loc[silent, "high_gwh_per_year"]
