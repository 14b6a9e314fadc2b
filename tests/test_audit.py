"""The audit holds figures against other sources, notices the known mistakes, and its ranges reach the headlines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from pages import assert_page

from energy_model.cases.ukraine_2022.pitfalls import pitfalls
from energy_model.data.audit import QUANTITIES, audit, chosen, coverage
from energy_model.data.load import GasData
from energy_model.report.audit_page import audit_page, write_audit_page
from energy_model.results.spread import ALL, CENTRAL, EASY, INPUTS, TIGHT, run_data_spread
from energy_model.scenario.world import base_case

PAGE = Path(__file__).resolve().parents[1] / "docs" / "audit.md"
STORYLINE = date(2022, 1, 31)
approx = pytest.approx


def with_table(data: GasData, name: str, table: pd.DataFrame) -> GasData:
    return replace(data, tables={**data.tables, name: table}, accepts_errors=True)


def scaled(data: GasData, name: str, column: str, rows: Callable[[pd.DataFrame], pd.Series], factor: float) -> GasData:
    table = data[name].copy()
    table.loc[rows(table), column] *= factor
    return with_table(data, name, table)


# The comparison


def test_every_reference_meets_a_figure_of_the_model(data):
    table = audit(data)

    assert [] == table.loc[table["value"].isna(), "key"].tolist()
    assert len(data["audit_references"]) == len(table)
    assert set(QUANTITIES) == set(table["quantity"])


def test_most_of_every_asset_has_a_second_source(data):
    covered = coverage(data).set_index("quantity")["compared_share_of_total"]

    assert covered["pipeline_capacity"] > 0.5
    assert covered["production"] == approx(1.0)
    for quantity in ("lng_sendout_capacity", "storage_working_gas", "storage_withdrawal", "demand_base_year"):
        assert covered[quantity] > 0.9, quantity


def test_all_entries_into_the_eu_that_are_metered_have_a_second_source(data):
    seen = {part for key in data["audit_references"]["key"] for part in key.split("+")}
    known = data.at(STORYLINE)["pipelines"].query("status == 'operating'", engine="python")
    into_eu = known[known["route"].isin(["nord_stream_1", "yamal_europe", "belarus_poland", "transmed", "medgaz",
                                         "greenstream", "norway", "finland", "latvia"])]  # fmt: skip
    last = into_eu[~into_eu["to_node"].isin(["TN", "BY", "BYT", "MA"])]

    assert set(last["pipeline"]) <= seen


def test_a_range_that_covers_the_other_figure_says_so(data):
    table = audit(data).set_index(["quantity", "key", "other_source_id"])
    row = table.loc[("pipeline_capacity", "nord_stream_1", "entsog_tp")]

    assert 1854.1 == row["other_value"]
    assert row["in_range"]
    assert approx(row["other_value"] / row["value"] - 1.0) == row["difference_share"]


def test_energy_is_compared_with_energy(data):
    """Two offices count the same gas: their totals of 2021 agree within a tenth, but for small or divided countries."""
    table = audit(data)
    rows = table[(table["quantity"] == "demand_base_year") & (table["value"] > 30_000.0) & (table["key"] != "MD")]
    apart = rows[rows["difference_share"].abs() > 0.1]

    assert {"DK", "GR", "GB"} >= set(apart["key"])


def test_every_choice_has_its_reason(data):
    assert (audit(data)["why"].str.len() > 20).all()


def test_sums_of_several_pipelines_add_up(data):
    table = chosen(data)
    lines = table[table["quantity"] == "pipeline_capacity"].set_index("key")["value"]

    assert approx(lines["sudzha"] + lines["sokhranivka"]) == lines["sudzha+sokhranivka"]


def test_the_audit_takes_the_figures_of_the_model_itself(data, monthly):
    table = chosen(data).set_index(["quantity", "key"])["value"]
    case = base_case(data.at(STORYLINE), monthly("reference"))

    for line in ("nord_stream_1", "yamal_kondratki", "velke_kapusany_ua_sk", "transmed_mazara"):
        assert case.pipelines.nameplate[case.pipelines.id == line][0] == table["pipeline_capacity", line]
    for node in ("DE", "IT", "UA"):
        mine = case.storage.working_gas[case.storage.node == case.node(node)].sum()
        assert approx(mine) == table["storage_working_gas", node]


# Pitfalls: avoided on the tables as shipped, noticed on tables with the mistake


def test_no_known_pitfall_is_fallen_into(data):
    assert [] == [(pitfall.name, pitfall.evidence) for pitfall in pitfalls(data) if not pitfall.is_avoided]


MISTAKES = {
    "cushion gas counted as working gas": lambda data: scaled(
        data, "storage", "working_gas_volume_gwh", lambda t: t["node"].isin(["DE", "IT", "FR"]), 1.6
    ),
    "Dutch-German points counted twice": lambda data: scaled(
        data, "pipelines", "capacity_gwh_per_day", lambda t: (t["from_node"] == "NL") & (t["to_node"] == "DE"), 2.05
    ),
    "Nord Stream 2 counted as existing": lambda data: with_table(
        data, "pipelines", data["pipelines"].assign(status="operating")
    ),
    "capacity from Russia to Ukraine, 40 to 248 bcm/a": lambda data: scaled(
        data, "pipelines", "capacity_gwh_per_day", lambda t: t["pipeline"] == "sudzha", 7168.0 / 2562.0
    ),
    "net and gross calorific values mixed": lambda data: scaled(
        data, "demand_annual", "demand_gwh", lambda t: t["year"] == 2021, 0.9
    ),
    "terminals counted with their expansions": lambda data: scaled(
        data, "lng_terminals", "sendout_capacity_gwh_per_day", lambda t: t["terminal"] == "gate", 2.0
    ),
    "transit to Kaliningrad counted as an EU import": lambda data: scaled(
        data, "pipelines", "capacity_gwh_per_day", lambda t: t["pipeline"] == "kotlovka", 325.4 / 211.2
    ),
    "balance of the EU in 2021 does not close": lambda data: scaled(
        data, "trade", "energy_gwh", lambda t: (t["importer"] == "EU27") & (t["supplier"] == "RU"), 1.1
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_known_mistake_is_noticed(data, name):
    fallen_into = [pitfall.name for pitfall in pitfalls(MISTAKES[name](data)) if not pitfall.is_avoided]

    assert name in fallen_into


def test_every_pitfall_has_a_mistake_that_falls_into_it(data):
    assert set(MISTAKES) == {pitfall.name for pitfall in pitfalls(data)}


def test_nord_stream_2_carries_nothing_until_it_is_commissioned(data, monthly):
    lines = base_case(data.at(STORYLINE), monthly("reference")).pipelines

    assert 0.0 == lines.capacity[lines.route == "nord_stream_2"].sum()
    assert lines.nameplate[lines.route == "nord_stream_2"].sum() > 900.0


def test_capacity_into_ukraine_does_not_make_gas(data, monthly):
    """Steel is there for 100 bcm a year; what flows is held by the volumes Russia offers to Europe."""
    case = base_case(data.at(STORYLINE), monthly("reference"))
    year = case.timeline.days.sum() / 365.0
    to_europe = case.supply.volume[case.supply.supplier == "RU"].sum() / year

    assert to_europe < 0.9 * 1_553_735.4, "less than in 2021"


# The page


def test_the_page_is_what_the_tables_say(data):
    assert_page(audit_page(data), PAGE, "energy-model data audit --write docs/audit.md")


def test_the_page_can_be_written_anew(data, tmp_path):
    assert PAGE.read_text(encoding="utf-8") == write_audit_page(data, tmp_path / "audit.md").read_text(encoding="utf-8")


def test_the_page_says_what_was_chosen_and_why(data):
    text = audit_page(data)

    for words in (
        "Known pitfalls",
        "largest differences",
        "firm technical capacity",
        "sudzha+sokhranivka",
        "| NL>DE |",
    ):
        assert words in text


# The ranges reach the headlines


def test_only_the_rows_in_question_move(data):
    known = data.at(STORYLINE)
    item = next(item for item in INPUTS if item.name == "price of LNG")
    moved, still = item.moved(known, TIGHT)["prices"], known["prices"]
    others = still["series"] != "lng_reference"

    assert still.loc[others, "price_eur_per_mwh"].tolist() == moved.loc[others, "price_eur_per_mwh"].tolist()
    assert (moved.loc[~others, "price_eur_per_mwh"] >= still.loc[~others, "price_eur_per_mwh"]).all()


def few(*names):
    return [item for item in INPUTS if item.name in names]


def test_the_range_of_a_headline_spans_its_runs(data, monthly):
    told = []
    spread = run_data_spread(
        monthly("full_cutoff_february"), data, inputs=few("LNG that Europe can attract", "answer of demand to price"),
        progress=lambda done, total, what: told.append((done, total)),
    )  # fmt: skip
    cut = spread.ranges.loc["EU27 curtailed (TWh)"]
    runs = spread.runs[spread.runs["headline"] == "EU27 curtailed (TWh)"].set_index(["input", "side"])["value"]

    assert [(k, 7) for k in range(1, 8)] == told
    assert runs[CENTRAL, CENTRAL] == cut["central"]
    assert (runs.min(), runs.max()) == (cut["low"], cut["high"])
    assert runs[ALL, TIGHT] == cut["all_tight"] == cut["high"]
    assert runs["LNG that Europe can attract", TIGHT] > cut["central"] > runs["LNG that Europe can attract", EASY]
    assert "all of them, tight" == cut["high_from"]


@pytest.mark.slow
def test_two_processes_find_the_same_ranges_to_the_last_digit(data, monthly):
    scenario = monthly("full_cutoff_february", foresight="rolling")
    varied, told = few("LNG that Europe can attract", "weight of little LNG in plans"), []
    alone = run_data_spread(scenario, data, inputs=varied)
    shared = run_data_spread(
        scenario, data, inputs=varied, workers=2, progress=lambda done, total, what: told.append(what)
    )

    pd.testing.assert_frame_equal(alone.ranges, shared.ranges, check_exact=True)
    pd.testing.assert_frame_equal(alone.runs, shared.runs, check_exact=True)
    assert len(told) == 7
    assert "all of them, easy" == told[-1]


def test_a_limit_that_the_scenario_states_is_not_varied(data, monthly):
    spread = run_data_spread(
        monthly("reference", lng_limit_twh_per_year=1_300.0), data, inputs=few("LNG that Europe can attract")
    )

    assert {CENTRAL, ALL} == set(spread.runs["input"])
    assert approx(0.0, abs=1e-9) == spread.runs["difference"].abs().max()


@pytest.mark.slow
def test_all_ranges_together_widen_every_single_one(data, monthly):
    spread = run_data_spread(monthly("full_cutoff_february"), data)
    cut = spread.ranges.loc["EU27 curtailed (TWh)"]

    assert (
        1 + 2 * len([one for one in INPUTS if one.acts(monthly("full_cutoff_february"))]) + 2
        == spread.runs.groupby("headline").size().iloc[0]
    )
    assert cut["all_tight"] == cut["high"]
    assert cut["all_easy"] == cut["low"]
