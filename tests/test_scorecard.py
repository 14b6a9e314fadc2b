"""Outlooks of others beside this model and what came, in the packages of October 2025 and of January 2022."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from pages import assert_page
from plain_package import SHIPPED
from toy_package import toy_data, write_toy

from energy_model import run, write_workbook
from energy_model.data.check import check_tables
from energy_model.data.load import GasData, load_data
from energy_model.data.package import Package
from energy_model.errors import DataError
from energy_model.report.scorecard_page import scorecard_page
from energy_model.validate.scorecard import TABLE, has_outlooks, scorecard

ROOT = SHIPPED / "2025-10-31"
DOCS = SHIPPED.parent / "docs"


@cache
def package() -> GasData:
    return load_data(ROOT)


def with_outlooks(**changed: Any) -> GasData:
    """The package with a column of the table set to a value."""
    data = package()
    return replace(data, tables={**data.tables, TABLE: data[TABLE].assign(**changed)})


def test_stores_of_the_eu_were_a_third_full_after_the_winter_of_2024_25() -> None:
    """GIE reported 34 % on 31 March 2025; the stores of that day are counted against those of October."""
    card = scorecard(with_outlooks(scenario=None)).table.set_index("outlook")

    assert card.loc["entsog_winter_2024_filling", "came"] == pytest.approx(0.34, abs=0.01)
    assert card["ours"].isna().all()


def test_what_lies_ahead_of_the_package_or_is_not_observed_stays_blank() -> None:
    card = scorecard(with_outlooks(scenario=None))
    ahead = card.table[card.table["date"] > card.as_of]

    assert len(ahead) > 1
    assert ahead["came"].isna().all()
    assert card.table.loc[card.table["quantity"] == "saving", "came"].isna().all()


def test_a_region_of_which_a_store_does_not_report_has_no_figure() -> None:
    data = with_outlooks(scenario=None)
    seen = data["observed_storage_daily"]
    short = replace(data, tables={**data.tables, "observed_storage_daily": seen[seen["node"] != "DE"]})

    assert scorecard(short).table["came"].isna().all()


def test_a_stopped_pipeline_leaves_less_in_store_at_the_end_of_the_winter() -> None:
    """Half a percentage point and more; the page says both beside what was published."""
    card = scorecard(package())
    ours = card.table.dropna(subset="scenario").set_index("scenario")["ours"]
    page = scorecard_page(card)

    assert 0.2 < ours["turkstream_stops"] < ours["reference"] - 0.005 < 0.5
    assert f"about 35% | `turkstream_stops` | {ours['turkstream_stops']:.0%}" in page
    assert np.isclose(card.table["value"].max(), 0.4)


def test_a_scenario_that_is_not_there_and_a_package_without_outlooks_are_told() -> None:
    with pytest.raises(DataError, match=r"'turkstream_stop': not in the library(.|\n)*turkstream_stops"):
        scorecard(with_outlooks(scenario="turkstream_stop"))
    with pytest.raises(DataError, match="no outlooks"):
        scorecard(toy_data())
    assert not has_outlooks(toy_data())


def test_a_row_without_a_scenario_is_blank_on_the_page_and_names_none() -> None:
    page = scorecard_page(scorecard(with_outlooks(scenario=None)))

    assert "None" not in page
    assert "nan" not in page


@pytest.mark.slow
@pytest.mark.parametrize(("vintage", "page"), [("2022-01-31", "scorecard.md"), ("2025-10-31", "scorecard_2025.md")])
def test_the_page_is_what_the_command_writes(vintage: str, page: str) -> None:
    made = scorecard_page(scorecard(load_data(SHIPPED / vintage)))
    assert_page(made, DOCS / page, f"energy-model validate scorecard --vintage {vintage} --write docs/{page}")


# The package of January 2022


@cache
def past() -> GasData:
    return load_data(SHIPPED / "2022-01-31")


def about_the_toy(folder: Path, *days: str) -> GasData:
    """The toy with outlooks on its region, of filling and of saving for each day, as an analyst would add them."""
    said = {
        "who": "somebody",
        "said_on": "2031-01-15",
        "region": "UNION",
        "assumes": "a stop",
        "relation": "about",
        "value": 0.2,
        "unit": "share",
        "scenario": "stop",
        "basis": "literature",
        "as_of": "2031-01-15",
    }
    rows = [
        said | {"outlook": f"{what}_{day[:4]}", "quantity": what, "date": day}
        for day in days
        for what in ("filling", "saving")
    ]
    return load_data(write_toy(folder / "toy", outlooks=rows), accept_errors=True)


def test_stores_were_fuller_at_the_end_of_march_2022_than_anybody_had_said() -> None:
    """GIE reported 26 % on 1 April 2022, as ENTSOG's summer outlook quotes; the press had feared 10 %."""
    card = scorecard(past(), runs={}).table.set_index("outlook")
    row = card.loc["intellinews_2021_filling"]

    assert row["came"] == pytest.approx(0.26, abs=0.01)
    assert row["value"] < row["came"]
    assert card["ours"].isna().all(), "no run was at hand, and none was made"


def test_what_was_said_after_the_day_of_the_package_is_marked_as_hindsight_and_not_seen_from_that_day() -> None:
    table = past()[TABLE]
    late = table["said_on"] > pd.Timestamp(past().storyline.as_of)
    seen = scorecard(past().at(past().storyline.as_of), runs={}).table

    assert late.any()
    assert table.loc[late, "note"].str.startswith("Hindsight:").all()
    assert set(table.loc[~late, "outlook"]) == set(seen["outlook"])
    assert seen["came"].isna().all(), "what came in March was not known in January"


def test_filling_and_saving_of_a_run_are_those_of_its_statistics(tmp_path: Path) -> None:
    """The level on the morning after; what is not served of October to December over the demand of these months."""
    data = about_the_toy(tmp_path, "2031-12-31", "2032-01-31")
    results = run("stop", data)
    ours = scorecard(data, runs={"stop": results}).table.set_index("outlook")["ours"]
    late = results["periods"].query("start >= '2031-10-01'")["period"]
    use = results["demand"]
    use = use[use["period"].isin(late) & use["node"].isin(["AA_N", "AA_S", "BB"])]
    level = results["storage"].query("period == period.max()")["level_gwh"].sum()

    assert ours["filling_2031"] == pytest.approx(level / 20_000.0)
    assert ours["saving_2031"] == pytest.approx(1.0 - use["served_gwh"].sum() / use["demand_gwh"].sum())
    assert ours["saving_2031"] > 0.0
    assert ours[["filling_2032", "saving_2032"]].isna().all(), "the horizon ends before"


def test_the_sheet_of_a_briefing_says_what_was_said_beside_its_own_runs(tmp_path: Path) -> None:
    data = about_the_toy(tmp_path, "2031-12-31")
    runs = [run(name, data) for name in ("reference", "stop")]
    book = openpyxl.load_workbook(write_workbook(runs, tmp_path / "briefing.xlsx", data=data), read_only=True)
    cells = [cell for row in book["Outlooks"].iter_rows(values_only=True) for cell in row]
    ours = scorecard(data, runs={one.scenario.id: one for one in runs}).table["ours"].iloc[0]

    assert "filling, UNION, 2031-12-31" in cells
    assert any(isinstance(cell, float) and cell == pytest.approx(ours) for cell in cells)
    alone = openpyxl.load_workbook(write_workbook(runs[:1], tmp_path / "alone.xlsx", data=data), read_only=True)
    assert "stop: not here" in [cell for row in alone["Outlooks"].iter_rows(values_only=True) for cell in row]
    plain = openpyxl.load_workbook(write_workbook(runs, tmp_path / "other.xlsx", data=toy_data()), read_only=True)
    assert "Outlooks" not in plain.sheetnames


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"region": "EU28"}, "no group of groups.csv"),
        ({"date": pd.Timestamp("2024-01-01")}, "not after said_on"),
    ],
)
def test_rows_that_cannot_be_meant_are_told_with_file_and_line(changed: dict[str, Any], words: str) -> None:
    found = check_tables(Package.open(ROOT), with_outlooks(**changed).tables, set())

    assert any("outlooks.csv" in str(one) and words in str(one) for one in found)
