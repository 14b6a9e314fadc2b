"""Risk from the cases of a sweep: numbers with known answers, and what is shown of them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import qmc
from typer.testing import CliRunner

from energy_model.cli import app
from energy_model.errors import ResultError
from energy_model.report.facts import as_written
from energy_model.report.risk_figures import FIGURES
from energy_model.report.style import save_figure
from energy_model.risk.answers import risk_answers
from energy_model.risk.drivers import drivers, first_order
from energy_model.risk.tables import (
    by_country,
    cases_needed,
    convergence,
    cvar,
    quantile_error,
    sample,
    storage_fan,
    weighed,
)
from energy_model.risk.terms import Terms, terms_of
from energy_model.scenario import load_scenario
from energy_model.sweep.cases import identity_digest
from energy_model.sweep.plan import NoCut, Plan
from energy_model.sweep.sealed import packed

approx = pytest.approx
TERMS = Terms(
    region="the EU27",
    event="Russia cuts its pipeline gas",
    start=date(2022, 1, 1),
    end=date(2023, 3, 31),
    foresight="surprise",
    names=(("DE", "Germany"), ("FR", "France")),
)
NO_CUT = NoCut(probability=0.75, low=0.5, high=0.875, basis="judgement")


def results(count: int = 256, seed: int = 7) -> pd.DataFrame:
    """A sweep whose shortage is a known function: 10 + 30 x (share cut) - 20 x (saving), never below zero."""
    points = qmc.Sobol(2, seed=seed).random(count)
    cut, saving = points[:, 0], points[:, 1]
    luck = np.random.default_rng(seed).permutation(count)
    eu = np.maximum(0.0, 30.0 * cut - 20.0 * saving)
    return pd.DataFrame(
        {
            "case": np.arange(count),
            "status": "optimal",
            "reason": "",
            "point": np.arange(count),
            "with_cut": True,
            "weight": 1.0 / count,
            "cut_share": cut,
            "saving_share": saving,
            "weather": np.where(luck % 2, "cold", "mild"),
            "day": [date(2022, 2, 1 + k % 28) for k in luck.tolist()],
            "region_unserved_twh": eu,
            "region_protected_unserved_twh": np.maximum(0.0, eu - 20.0),
            "unserved_twh_DE": 0.6 * eu,
            "unserved_twh_FR": 0.4 * eu,
            "protected_unserved_twh_DE": 0.0,
            "protected_unserved_twh_FR": np.maximum(0.0, eu - 20.0),
            "price_eur_per_mwh_DE": 40.0 + eu,
            "price_eur_per_mwh_FR": 40.0 + 2.0 * eu,
            "region_storage_twh_2022_10": 900.0 - 10.0 * eu,
            "region_storage_twh_2022_11": 800.0 - 20.0 * eu,
            "total_cost_eur_bn": eu,
        }
    )


def test_the_worst_twentieth_of_one_to_a_hundred_has_the_mean_98():
    assert approx(98.0) == cvar(np.arange(1.0, 101.0))[0]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0.0, 1e3), min_size=3, max_size=60))
def test_the_tail_lies_between_mean_and_maximum_and_a_shift_moves_it(values):
    numbers = np.array(values)
    tail = cvar(numbers)[0]

    assert numbers.mean() - 1e-6 <= tail <= numbers.max() + 1e-6
    assert cvar(numbers + 5.0)[0] == approx(tail + 5.0, rel=1e-9)
    assert cvar(3.0 * numbers)[0] == approx(3.0 * tail, rel=1e-9, abs=1e-9)


def test_tables_hold_the_numbers_of_the_known_function():
    cases = sample(results(1024), TERMS)
    table = by_country(cases).set_index("country")

    # P(30 a > 20 b) = 2/3 for a, b uniform: 1 - integral over b of 2b/3 = 1 - 1/3
    assert table.loc["EU27", "shortage_probability_percent"] == approx(100 * 2 / 3, abs=1.0)
    # E max(0, 30 a - 20 b) = 3500/540, by integration
    assert table.loc["EU27", "expected_unserved_twh"] == approx(
        float(np.mean(np.maximum(0.0, np.subtract.outer(30 * MID, 20 * MID)))), rel=0.01
    )
    assert ["EU27", "Germany", "France"] == list(table.index), "the larger expected shortage first"
    assert table.loc["Germany", "protected_shortage_probability_percent"] == 0.0
    assert table.loc["France", "expected_price_eur_per_mwh"] > table.loc["Germany", "expected_price_eur_per_mwh"]
    assert (table["cvar95_unserved_twh"] >= table["expected_unserved_twh"]).all()


MID = (np.arange(400) + 0.5) / 400


def test_standard_errors_cover_the_truth_as_often_as_they_should():
    """Over 200 independent samples the mean lies within two standard errors about 95 times of 100."""
    generator = np.random.default_rng(3)
    hits = 0
    for _ in range(200):
        values = generator.exponential(10.0, 300)
        mean, error = values.mean(), values.std(ddof=1) / np.sqrt(300)
        hits += abs(mean - 10.0) <= 2.0 * error
    assert 180 <= hits <= 199


def test_a_fan_widens_with_the_months_and_its_quantiles_are_in_order():
    fan = storage_fan(sample(results(), TERMS))

    assert ["2022-10", "2022-11"] == fan["end_of_month"].tolist()
    assert (fan[["p5_twh", "p25_twh", "p50_twh", "p75_twh", "p95_twh"]].diff(axis=1).iloc[:, 1:] >= 0.0).all(axis=None)
    width = fan["p95_twh"] - fan["p5_twh"]
    assert width.iloc[1] == approx(2.0 * width.iloc[0])


@pytest.mark.parametrize("chance", [0.05, 0.5, 0.95])
def test_the_error_of_a_quantile_is_its_scatter_over_samples(chance: float):
    """Oracle: 500 independent samples of 400 normal draws each."""
    draws = np.random.default_rng(5).normal(size=(400, 500))
    scatter = float(np.std(np.quantile(draws, chance, axis=0)))

    assert float(np.mean(quantile_error(draws, chance))) == approx(scatter, rel=0.15)


def test_drivers_find_the_known_shares_of_a_linear_function():
    """y = 3 a + 2 b + 0 c: shares 9/13, 4/13 and 0; ranks follow the signs."""
    points = qmc.Sobol(3, seed=1).random(2048)
    table = results(2048).assign(
        cut_share=points[:, 0], saving_share=points[:, 1], weather="mild",
        region_unserved_twh=3.0 * points[:, 0] - 2.0 * points[:, 1],
    )  # fmt: skip
    found = drivers(sample(table, TERMS)).set_index("axis")

    assert found.loc["cut_share", "first_order_share"] == approx(9 / 13, abs=0.02)
    assert found.loc["saving_share", "first_order_share"] == approx(4 / 13, abs=0.02)
    assert found.loc["weather", "first_order_share"] == 0.0
    assert found.loc["cut_share", "rank_correlation"] > 0.0 > found.loc["saving_share", "rank_correlation"]
    assert np.isnan(found.loc["weather", "rank_correlation"])
    assert abs(found.loc["day", "first_order_share"]) <= 4.0 * found.loc["day", "error_of_first_order_share"] + 0.02


def test_drivers_find_the_first_order_indices_of_ishigami():
    """The test function of sensitivity analysis: S = 0.314, 0.442, 0 (Saltelli and others 2008, a = 7, b = 0.1)."""
    x = np.pi * (2.0 * qmc.Sobol(3, seed=2).random(8192) - 1.0)
    y = np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])
    classes = np.floor((x / np.pi + 1.0) * 32)

    found = [first_order(classes[:, k], y) for k in range(3)]
    assert found == approx([0.314, 0.442, 0.0], abs=0.01)


def test_an_axis_of_words_is_a_driver_by_its_classes():
    table = results()
    table["region_unserved_twh"] = np.where(table["weather"] == "cold", 10.0, 0.0)
    found = drivers(sample(table, TERMS)).set_index("axis")

    assert found.loc["weather", "first_order_share"] == approx(1.0)


def test_cases_needed_follow_the_square_of_the_error():
    values = sample(results(1024), TERMS).solved["region_unserved_twh"].to_numpy()

    assert cases_needed(values, 0.1) == approx(4 * cases_needed(values, 0.2), rel=0.01)
    table = convergence(sample(results(1024), TERMS), target_twh=0.5)
    assert table["error_twh"].is_monotonic_decreasing
    assert table.iloc[-1]["target_met"] == "yes"
    assert table.iloc[0]["target_met"] == "no"
    assert table.iloc[-1]["cases"] == 1024


def test_failed_cases_are_counted_and_shown_not_dropped():
    table = results(64)
    table.loc[5:7, ["status", "reason"]] = ["failed", "the problem is infeasible"]
    told = risk_answers(sample(table, TERMS))

    assert "3 further cases have no result" in told[0].words
    reasons = list(told[0].tables.values())[1]
    assert ("the problem is infeasible", 3) == tuple(reasons.iloc[0])
    assert "of 61 cases" in told[0].words


def test_what_is_no_sweep_or_has_no_solved_case_is_refused():
    with pytest.raises(ResultError, match="lack the columns case, status"):
        sample(pd.DataFrame({"x": [1.0]}), TERMS)
    with pytest.raises(ResultError, match="0 of 64 cases are solved"):
        sample(results(64).assign(status="failed"), TERMS)


def test_the_paragraphs_take_their_numbers_from_the_tables():
    told = risk_answers(sample(results(), TERMS))

    assert ["Risk", "Storage fan", "Drivers", "Convergence"] == [one.name for one in told]
    assert f"{told[0].table['expected_unserved_twh'].iloc[0]:,.1f} TWh" in told[0].words
    assert told[2].table["axis"].iloc[0] in told[2].words


# Conditional or not -----------------------------------------------------------------------------------------------


def paired(count: int = 64) -> pd.DataFrame:
    """Every point twice: without the cut nobody is short but in the worst eighth of the points."""
    cut = results(count).assign(region_unserved_twh=np.where(np.arange(count) < count // 2, 40.0, 0.0))
    none = cut.assign(
        case=cut["case"] + count, with_cut=False, region_unserved_twh=np.where(np.arange(count) < count // 8, 8.0, 0.0)
    )
    return pd.concat([cut, none], ignore_index=True)


def test_given_the_cut_given_none_and_not_knowing_which_by_hand():
    """Half of the points are short with the cut, an eighth without: 1/2 (1 - w) + 1/8 w."""
    table = weighed(sample(paired(), TERMS), NO_CUT).set_index("condition")["shortage_probability_percent"]
    volume = weighed(sample(paired(), TERMS), NO_CUT).set_index("condition")["expected_unserved_twh"]

    assert table["given the cut"] == approx(50.0)
    assert table["given no cut"] == approx(12.5)
    assert table["not known, low weight of no cut"] == approx(50.0 * 0.5 + 12.5 * 0.5)
    assert table["not known, central weight of no cut"] == approx(50.0 * 0.25 + 12.5 * 0.75)
    assert table["not known, high weight of no cut"] == approx(50.0 * 0.125 + 12.5 * 0.875)
    assert volume["not known, central weight of no cut"] == approx(20.0 * 0.25 + 1.0 * 0.75)


def test_the_worst_twentieth_of_the_weighed_cases_by_hand():
    """With a weight of 0.9 on no cut, 40 TWh have the probability 0.05: the worst twentieth is all of them."""
    chance = NoCut(probability=0.9, low=0.9, high=0.95, basis="judgement")
    table = weighed(sample(paired(), TERMS), chance).set_index("condition")["cvar95_unserved_twh"]

    assert table["not known, central weight of no cut"] == approx(40.0)
    # At 0.95 half of it is 40 TWh and half the next worse, 8 TWh without the cut.
    assert table["not known, high weight of no cut"] == approx(0.5 * 40.0 + 0.5 * 8.0)


@pytest.mark.parametrize("weight", [0.0, 1.0])
def test_a_weight_of_nothing_or_all_is_the_cut_or_none(weight: float):
    chance = NoCut(probability=weight, low=weight, high=weight, basis="judgement")
    table = weighed(sample(paired(), TERMS), chance).set_index("condition").drop(columns="weight_without_cut_percent")
    known = "given the cut" if weight == 0.0 else "given no cut"

    np.testing.assert_allclose(table.loc["not known, central weight of no cut"], table.loc[known])


def test_every_probability_says_what_it_is_conditional_on():
    terms = replace(TERMS, no_cut=NO_CUT, luck=("the weather",))
    words = risk_answers(sample(paired(), terms))[0].words

    assert words.startswith(
        "Given that Russia cuts its pipeline gas, customers of the EU27 are cut at some time between"
    )
    assert "in 50 % of 64 cases" in words
    assert "Without the cut it is 12 %" in words
    assert (
        "giving 75% (low 50%, high 88%) to its not coming, the probability of a shortage is 22 % (17 to 31 %)" in words
    )
    assert "Nobody prepares for what is not announced yet (surprise); the weather is known from the first day." in words


def test_a_plan_without_the_case_of_no_cut_says_that_it_does_not_know_how_likely_the_cut_is():
    told = risk_answers(sample(results(), replace(TERMS, foresight="perfect")))[0]

    assert "How likely the cut is, the plan does not say." in told.words
    assert "perfect foresight" in told.words
    assert "says nothing of how likely the cut is" in told.caveats[0]


@pytest.mark.parametrize(("supplier", "name"), [("RU", "Russia"), ("NO", "Norway"), ("DZ", "Algeria")])
def test_the_terms_name_the_supplier_of_the_plan_and_its_dates(data, monthly, supplier: str, name: str):
    stop = {"kind": "supply_cut", "name": "stop", "supplier": supplier, "remaining_share": 0.0}
    base = monthly("reference", {**stop, "start": date(2022, 4, 1)})
    day = {"kind": "date", "field": "measures.stop.start", "low": date(2022, 3, 1), "high": date(2022, 6, 1)}
    plan = Plan.model_validate({"title": "t", "base": "reference", "axes": {"day": day}, "region": "PL"})
    terms = terms_of(plan, base, data)

    assert terms.event == (
        f"{name} cuts its pipeline gas to 0% of what would have come on a day from 1 March 2022 to 1 June 2022"
        " (measures: stop)"
    )
    assert (terms.region, terms.heading, terms.foresight) == ("Poland", "Poland", "surprise")


# What is written ------------------------------------------------------------------------------------------------------


def test_axes_that_were_gone_through_and_not_drawn_bring_a_warning():
    told = risk_answers(sample(results(64), TERMS), grids=["weather"])

    assert all(one.caveats[0].startswith("weather: not drawn but gone through") for one in told)


def test_every_figure_of_risk_says_how_many_cases_it_stands_on(tmp_path):
    cases = sample(results(64), TERMS)
    for name, draw in FIGURES.items():
        figure = draw(cases, "What if the cut comes later?")
        words = " ".join(text.get_text() for text in figure.texts)

        assert "64 cases" in words
        assert save_figure(figure, tmp_path / f"{name}.png").stat().st_size > 10_000


def test_the_curve_of_exceedance_starts_at_the_probability_of_a_shortage():
    cases = sample(results(256), TERMS)
    line = FIGURES["exceedance"](cases, "").axes[0].lines[0]
    none = np.asarray(line.get_xdata()) <= 0.0

    share = 100.0 * float(np.mean(cases.solved["region_unserved_twh"] > 0.0))
    assert np.asarray(line.get_ydata())[none][-1] == approx(share)


def test_axes_are_written_as_a_reader_writes_them():
    cases = sample(results(64), TERMS)
    names = [text.get_text() for text in FIGURES["drivers"](cases, "").axes[0].get_yticklabels()]

    assert len(names) == len(drivers(cases))
    assert not any("_" in name or name[0].islower() for name in names)
    assert as_written("lng_limit_twh") == "LNG limit (TWh)"


@pytest.fixture
def stored(tmp_path):
    """A sweep on disk: two winters gone through, the same numbers in both."""
    plan = {
        "title": "What if the cut comes later?", "base": "full_cutoff_with_savings", "samples": 64,
        "axes": {
            "weather": {"kind": "grid", "field": "weather", "values": ["2018", "2019"]},
            "cut_share": {"kind": "uniform", "field": "measures.1.remaining_share", "low": 0.0, "high": 1.0},
        },
    }  # fmt: skip
    base = load_scenario("full_cutoff_with_savings").model_dump(mode="json")
    (tmp_path / "swept" / "results").mkdir(parents=True)
    identity = {"plan": plan, "base": base, "data_digest": "of some data"}
    about = json.dumps({**identity, "cases": 128, "versions": {}})
    (tmp_path / "swept" / "sweep.json").write_text(about, encoding="utf-8")
    for number, weather in enumerate(["2018", "2019"]):
        part = results(64).assign(weather=weather, case=np.arange(64) + 64 * number)
        rows = pa.Table.from_pandas(part, preserve_index=False).replace_schema_metadata(None)
        content = packed(rows.to_pylist(), rows.schema, identity_digest(identity), number)
        (tmp_path / "swept" / "results" / f"part-{number:06d}.parquet").write_bytes(content)
    return tmp_path / "swept"


def call(*words: object):
    return CliRunner().invoke(app, [str(word) for word in words])


def test_the_command_writes_workbook_and_figures_from_a_sweep_on_disk(stored, tmp_path):
    found = call("risk", stored, "--out", tmp_path / "out", "--where", "weather=2019")

    assert found.exit_code == 0, found.output
    assert "of 64 cases" in found.stdout
    assert "gone through" not in found.stdout
    book = openpyxl.load_workbook(tmp_path / "out" / "risk_swept.xlsx")
    assert ["Cover", "Risk", "Storage fan", "Drivers", "Convergence"] == book.sheetnames
    assert {"exceedance", "storage_fan", "drivers"} == {
        path.stem.removeprefix("risk_swept_") for path in (tmp_path / "out" / "figures").glob("*.png")
    }


def test_a_grid_is_warned_of_and_a_value_that_no_case_has_is_a_usage_error(stored, tmp_path):
    assert "gone through" in call("risk", stored, "--out", tmp_path / "out").stdout
    wrong = call("risk", stored, "--out", tmp_path / "out", "--where", "weather=1999")

    assert wrong.exit_code == 2
    assert "2018, 2019" in wrong.output


def test_a_decision_is_told_and_written(tmp_path):
    """As many words and tables as the answer promises; the numbers are those of the tables."""
    found = call("decide", "full_cutoff_with_savings", "--probability", 0.2, "--day", "2022-10-01",
                 "--resolution", "month", "--out", tmp_path)  # fmt: skip

    assert found.exit_code == 0, found.output
    assert "With a chance of 20% that the cut comes on 1 October 2022" in found.stdout
    sheet = openpyxl.load_workbook(tmp_path / "decision_full_cutoff_with_savings.xlsx")["Decision"]
    words = " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None)
    assert "value of the stochastic plan (EEV - RP)" in words
    assert "cut from 01 Oct 2022" in words
