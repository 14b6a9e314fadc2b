"""Outlooks of others beside this model and what came, in the package of October 2025."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from plain_package import SHIPPED

from energy_model.data.check import check_tables
from energy_model.data.load import GasData, load_data
from energy_model.data.package import Package
from energy_model.errors import DataError
from energy_model.report.scorecard_page import scorecard_page
from energy_model.validate.scorecard import TABLE, scorecard

ROOT = SHIPPED / "2025-10-31"


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
        scorecard(load_data(SHIPPED / "2022-01-31"))


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
