"""Months that are observed later are replayed from a reader's files."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from plain_package import SHIPPED

from energy_model import GasData, load_data
from energy_model.cases.ukraine_2022.replay import HISTORY
from energy_model.data.home import default_vintage
from energy_model.scenario.case import Case
from energy_model.validate.observed import with_observations
from energy_model.validate.replay import replay
from energy_model.validate.replay.era import era_between, eras_of
from energy_model.validate.replay.given import refuse_unobserved
from energy_model.validate.replay.past import Past

KEPT_BACK = ("2022-09", "2023-03")
FILES = ("border_entries_monthly", "demand_monthly", "lng_sendout_monthly", "prices_monthly", "storage_daily")


@pytest.fixture(scope="module")
def past() -> Past:
    data = load_data(SHIPPED / default_vintage())
    return Past(data, eras_of(data.storyline)[0], HISTORY)


def a_year_later(data: GasData, folder: Path) -> Path:
    """Made observations of September 2022 to March 2023: those of the same days a year before."""
    for name in FILES:
        table = data[f"observed_{name}"]
        day = "date" if "date" in table else "month"
        seen = table[table[day].between("2021-08-01", "2022-03-31")].copy()
        seen[day] = seen[day] + pd.DateOffset(years=1)
        if "node" in seen:
            seen = seen[seen["node"].isin(data["nodes"]["node"])]
        seen[seen[day] >= "2022-08-31"].drop(columns="as_of").to_csv(folder / f"{name}.csv", index=False)
    return folder


def test_a_winter_that_is_not_observed_yet_can_be_replayed_from_a_folder(past: Past, tmp_path: Path) -> None:
    world = with_observations(past.data, a_year_later(past.data, tmp_path))
    refuse_unobserved(world, [era_between(world, *KEPT_BACK)], HISTORY)

    report = replay(world, eras=[era_between(world, KEPT_BACK[0], KEPT_BACK[0])])

    seen = report.series[report.series["month"] == pd.Timestamp("2022-09-01")].set_index(["group", "series"])
    landed = past.data["observed_lng_sendout_monthly"]
    before = landed[(landed["node"] == "ES") & (landed["month"] == pd.Timestamp("2021-09-01"))]
    assert seen.loc[("LNG by country", "ES"), "observed"] == pytest.approx(before["energy_gwh"].sum() / 1e3, rel=1e-6)
    assert seen.loc[("LNG", "EU27"), "modelled"] > 0.0


@pytest.mark.slow
def test_the_whole_winter_runs(past: Past, tmp_path: Path) -> None:
    world = with_observations(past.data, a_year_later(past.data, tmp_path))

    report = replay(world, eras=[era_between(world, *KEPT_BACK)])

    assert report.series["month"].nunique() == 7
    assert report.aims["value"].notna().all()


def test_what_was_made_in_a_month_is_given_and_later_months_are_as_the_tables_have_them(past: Past) -> None:
    """In June 2021 British fields made 17.2 TWh, two fifths less than the year and its season have."""
    knows_one = Past(past.data, past.era, HISTORY, months_known=1)
    case = HISTORY.plan(knows_one, date(2021, 6, 1), date(2021, 9, 30))
    british = int(np.flatnonzero((case.supply.supplier == "GB") & (case.supply.step == "indigenous"))[0])
    made = case.supply.rate[british] * case.timeline.days
    seen = past.data["observed_production_monthly"].set_index(["node", "month"])["energy_gwh"]

    assert made[0] == pytest.approx(seen["GB", pd.Timestamp("2021-06-01")] + 6000.0 * 30 / 365)
    assert made[1] > seen["GB", pd.Timestamp("2021-07-01")] * 1.1  # not known yet: the table's year and season
    assert case.supply.volume[british] == pytest.approx(made.sum())

    later = past.data["observed_production_monthly"].query("month >= '2022-01-01'")
    tables = {**past.data.tables, "observed_production_monthly": later}
    silent = Past(replace(past.data, tables=tables), past.era, HISTORY)
    without = HISTORY.plan(silent, date(2021, 6, 1), date(2021, 9, 30))
    assert without.supply.rate[british, 0] * 30 > made[0] * 1.5
    assert np.delete(without.supply.rate[:, 0], own_of(case, "GB", "NL")) == pytest.approx(
        np.delete(case.supply.rate[:, 0], own_of(case, "GB", "NL"))
    )


def own_of(case: Case, *nodes: str) -> np.ndarray:
    """Places of what markets make themselves."""
    return np.flatnonzero(np.isin(case.supply.supplier, nodes) & (case.supply.step == "indigenous"))
