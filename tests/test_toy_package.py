"""Supplier XX, country AA in two nodes, year 2031: everything that answers for the real package answers for the toy."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from toy_package import DEMAND, YEAR, toy_data, write_toy
from typer.testing import CliRunner

from energy_model import brief, compare, load_scenario, run, with_changes
from energy_model.cli import app
from energy_model.data import check_data
from energy_model.impact.answer import Answer
from energy_model.impact.questions import QUESTIONS, answer
from energy_model.impact.study import Study, study
from energy_model.report.answers import in_words
from energy_model.results.headline import headline_values
from energy_model.results.run import Results
from energy_model.scenario.package_check import library_problems
from energy_model.sweep import Plan, run_sweep

REAL = re.compile(
    r"Russia|German|Ukrain|Nord Stream|Yamal|Norw|Gazprom|EU27|European Union|\bEU\b"
    r"|\b20(?:1\d|2[0-8])\b|\b(?:RU|DE|NO)\b"
)
"""Names and years of the real package. The toy's past is 2029 and 2030; Europe is what the product models."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_toy(tmp_path_factory.mktemp("toy") / "toy")


@cache
def solved(name: str) -> Results:
    return run(name, toy_data())


@cache
def studied(name: str) -> Study:
    return study(load_scenario(name, toy_data().root), toy_data(), resolution="month")


@cache
def answers(name: str) -> dict[str, Answer]:
    return dict(zip(QUESTIONS, answer(studied(name)), strict=True))


def numbers(name: str) -> dict[str, float]:
    return dict(headline_values(solved(name), "TWh"))


def strangers(texts: Iterable[object]) -> list[str]:
    """Texts with a name or a year of the real package."""
    return [str(text)[:160] for text in texts if isinstance(text, str) and REAL.search(text)]


def cells(book: Path) -> Iterable[object]:
    """Every cell of a workbook but those that tell the model's own constants with their sources."""
    whole = openpyxl.load_workbook(book, read_only=True)
    for page in whole.worksheets:
        if page.title not in ("Assumptions", "Sources"):
            yield from (cell for row in page.iter_rows(values_only=True) for cell in row)


def test_the_toy_is_a_sound_package(folder: Path) -> None:
    assert [] == [one.text for one in check_data(folder, further=[library_problems]) if one.is_error]


# Runs


def test_a_country_of_two_nodes_is_their_sum() -> None:
    """AA burns 200 + 100 GWh a day, with BB the Union burns 400; a year has 365 days."""
    found = numbers("reference")

    assert 0.365 * 300.0 == pytest.approx(found["country_demand"])
    assert 0.365 * 400.0 == pytest.approx(found["region_demand"])
    assert 0.0 == pytest.approx(found["region_curtailed"], abs=1e-6)


def test_what_is_missing_is_what_no_source_gives() -> None:
    """Without XX and YY from 1 April: of the demand of 275 days that is served which is produced, landed or stored."""
    tables = solved("both_stop")
    days = tables["periods"].set_index("period")["days"].astype(float)
    late = set(tables["periods"].loc[tables["periods"]["start"] >= pd.Timestamp(YEAR, 4, 1), "period"])
    use = tables["demand"][tables["demand"]["period"].isin(late)]
    flows = tables["balance"][tables["balance"]["period"].isin(late) & tables["balance"]["node"].isin(DEMAND)]
    landed = tables["lng"][tables["lng"]["period"].isin(late)]["energy_gwh"].sum()
    net = flows["withdrawal_gwh_per_day"] - flows["injection_gwh_per_day"]
    stored = float((net * flows["period"].map(days).astype(float)).sum())
    missing = use["demand_gwh"].sum() - use["served_gwh"].sum()

    assert 275 * 450.0 == pytest.approx(use["demand_gwh"].sum())
    assert 275 * (450.0 - 10.0) - landed - stored == pytest.approx(missing, rel=1e-6)
    assert missing == pytest.approx(use["voluntary_gwh"].sum() + use["curtailed_gwh"].sum())


def test_lng_and_own_production_are_all_that_comes_when_both_suppliers_stop() -> None:
    """50 GWh a day over the one terminal and 10 of own production from April on; nothing over the routes of XX."""
    flows = solved("both_stop")["flows"]
    late = solved("both_stop")["periods"].query("start >= '2031-04-01'")["period"]
    from_sellers = flows[flows["period"].isin(late) & flows["from_node"].isin(["XX", "YY"])]

    assert 0.0 == pytest.approx(from_sellers["flow_gwh_per_day"].abs().sum(), abs=1e-6)
    assert 0.365 * 50.0 >= numbers("both_stop")["lng"]
    assert 0.275 * 50.0 == pytest.approx(numbers("both_stop")["lng"], rel=1e-3)


def test_a_surprise_moves_prices_on_its_day_and_not_a_month_later() -> None:
    """Until March gas is plentiful at the cost of suppliers; from April on customers are cut, and the price says so."""
    prices = solved("stop")["prices"].merge(solved("stop")["periods"][["period", "start"]], on="period")
    at = prices[prices["node"] == "AA_N"].set_index("start")["price_eur_per_mwh"]

    assert at[: f"{YEAR}-03-01"].max() < 40.0
    assert at[f"{YEAR}-04-01"] > 200.0


def test_two_suppliers_cut_at_once_are_told_apart() -> None:
    """XX alone and XX with YY: the second cut takes what YY gave, and is not booked as gas of XX."""
    (alone,), (both,) = (answer(studied(name), ["substitution"]) for name in ("stop", "both_stop"))

    assert "Exlandic gas lost" in alone.words
    assert "Exlandic gas lost" in both.words
    assert re.search(r"other pipeline gas \+\d+ TWh", alone.words)
    assert re.search(r"other pipeline gas -\d+ TWh", both.words)
    assert any("Exland, Yland" in caveat for caveat in both.caveats)
    assert not any("Yland" in caveat for caveat in alone.caveats)
    assert numbers("both_stop")["region_curtailed"] > numbers("stop")["region_curtailed"] + 10.0
    assert numbers("both_stop")["supplier_pipeline_gas"] == pytest.approx(numbers("stop")["supplier_pipeline_gas"])


def test_asked_about_the_other_supplier_the_answer_is_about_the_other() -> None:
    chosen = load_scenario("both_stop", toy_data().root)
    found = study(chosen, toy_data(), resolution="month", supplier="YY")
    (said,) = answer(found, ["substitution"])

    assert "Ylandic gas lost in the consumption of the Union" in said.words
    assert "Exlandic gas lost" not in said.words


def test_days_and_months_tell_the_same(folder: Path) -> None:
    """Everything is flat: half a year is cut in days as in months, but for what the rates of stores cost."""
    ends = {"horizon": {"start": pd.Timestamp(YEAR, 1, 1).date(), "end": pd.Timestamp(YEAR, 6, 30).date()}}
    base = load_scenario("stop", toy_data().root)
    found = {
        resolution: headline_values(run(with_changes(base, resolution=resolution, **ends), toy_data()), "TWh")
        for resolution in ("month", "day")
    }

    assert found["month"]["region_demand"] == pytest.approx(found["day"]["region_demand"])
    assert found["month"]["region_curtailed"] == pytest.approx(found["day"]["region_curtailed"], rel=0.05)


def test_a_comparison_names_the_measure_that_differs() -> None:
    found = compare(solved("stop"), solved("both_stop"))

    assert "YY" in found.keys.to_string()
    assert [] == strangers(found.keys.to_string().splitlines())


# Questions


@pytest.mark.parametrize("name", ["stop", pytest.param("both_stop", marks=pytest.mark.slow)])
def test_every_question_answers_or_says_why_not_without_a_name_of_the_real_package(name: str) -> None:
    found = answers(name)
    texts = [text for one in found.values() for text in (one.question, one.words, *one.caveats)]
    labels = [
        str(word)
        for one in found.values()
        for caption, table in one.tables.items()
        for word in (caption, *table.columns, *table.select_dtypes(exclude="number").to_numpy().ravel())
    ]

    assert {*QUESTIONS} == {*found}
    assert [] == strangers([*texts, *labels])
    assert not found["promise"].applies
    assert "no table 'assurances'" in found["promise"].words
    assert sum(one.applies for one in found.values()) >= 15


def test_import_bill_of_a_country_is_that_of_its_nodes() -> None:
    """AA_N, AA_S and BB are the Union: what they pay for imports adds up, node by node."""
    for accounts in studied("stop").accounts.values():
        parts = [accounts.country_imports(node) for node in ("AA_N", "AA_S")]
        assert accounts.country_imports("AA") == pytest.approx(sum(parts))
        assert np.isfinite(accounts.country_imports("BB"))


# What is written


@pytest.mark.slow
def test_a_briefing_of_the_toy_holds_no_name_of_the_real_package(tmp_path: Path) -> None:
    made = brief(toy_data(), tmp_path, ranges="none", workers=1)

    assert "Exland" in made.answer
    assert [] == strangers(made.answer.splitlines())
    assert [] == strangers(cells(made.workbook))
    assert [] == strangers(path.name for path in tmp_path.rglob("*"))


def test_a_sweep_of_the_toy_runs_and_its_risk_is_told(tmp_path: Path, folder: Path) -> None:
    plan = Plan.model_validate(
        {
            "title": "How much of Exland",
            "base": "stop",
            "resolution": "month",
            "samples": 4,
            "axes": {"lng": {"kind": "uniform", "field": "lng_limit_twh_per_year", "low": 100.0, "high": 150.0}},
        }
    )
    done = run_sweep(plan, tmp_path / "sweep", data=toy_data(), workers=1)
    told = cli(folder, "risk", tmp_path / "sweep", "--out", tmp_path)

    assert (4, 0) == (done.cases, done.failed)
    assert [] == strangers(told.splitlines())


def cli(folder: Path, *words: object) -> str:
    """What a command says of the toy."""
    found = CliRunner().invoke(app, [*map(str, words), "--data", str(folder)])

    assert 0 == found.exit_code, found.output
    return found.output


@pytest.mark.parametrize(
    "words",
    [
        ("data", "check"),
        ("data", "show"),
        ("scenarios", "list"),
        ("scenarios", "diff", "reference", "both_stop"),
        ("compare", "reference", "stop"),
    ],
)
def test_commands_on_the_toy_hold_no_name_of_the_real_package(folder: Path, words: tuple[str, ...]) -> None:
    told = [line for line in cli(folder, *words).splitlines() if "observed" not in line]

    assert [] == strangers(told)


def test_a_run_and_its_template_are_written_without_a_name_of_the_real_package(folder: Path, tmp_path: Path) -> None:
    told = cli(folder, "run", "stop", "--out", tmp_path)
    cli(folder, "scenarios", "template", tmp_path / "mine.xlsx", "stop")

    assert [] == strangers(told.splitlines())
    assert [] == strangers(cells(tmp_path / "run_stop.xlsx"))
    assert "Aland" in told
    again: Any = cli(folder, "run", tmp_path / "mine.xlsx", "--out", tmp_path, "--no-workbook")
    curtailed = re.compile(r"Union curtailed[^\n]*")
    assert curtailed.findall(told) == curtailed.findall(again)


@pytest.mark.parametrize("place", ["AA", "UNION"])
def test_a_terminal_stands_at_one_node(folder: Path, place: str) -> None:
    words = f"kind=new_lng terminal=raft country={place} sendout_gwh_per_day=20"
    found = CliRunner().invoke(app, ["run", "stop", "--with", words, "--data", str(folder)])

    assert 1 == found.exit_code
    assert "name the one whose grid the terminal feeds: AA_N, AA_S" in found.output
    assert "Traceback" not in found.output


def test_words_of_answers_name_the_toy(folder: Path) -> None:
    said = in_words(answers("stop")["dependency"])

    assert "Exlandic" in said
    assert "Aland" in said
