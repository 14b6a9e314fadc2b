"""A replay keeps a supplier to the volumes of the year, and runs months observed later from a reader's files."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from plain_package import SHIPPED

from energy_model import GasData, load_data
from energy_model.cases.ukraine_2022.replay import HISTORY
from energy_model.cases.ukraine_2022.replay.plans import window_case
from energy_model.data.home import default_vintage
from energy_model.scenario.case import Case
from energy_model.validate.observed import with_observations
from energy_model.validate.replay import replay
from energy_model.validate.replay.era import end_of_plan, era_between, eras_of
from energy_model.validate.replay.given import refuse_unobserved
from energy_model.validate.replay.past import Past
from energy_model.validate.replay.volumes import with_carried_volumes

ALGERIA, EXPECTED, LEAST, MOST = "DZ:base", 1038.3, 0.8, 1.15


@pytest.fixture(scope="module")
def past() -> Past:
    data = load_data(SHIPPED / default_vintage())
    return Past(data, eras_of(data.storyline)[0], HISTORY)


def first_month(past: Past, first: date, carried: dict[str, float]) -> float:
    case = with_carried_volumes(past, plan(past, first), carried)
    return float(case.supply.rate[case.supply.labels.index(ALGERIA), 0])


def plan(past: Past, first: date) -> Case:
    return window_case(past, first, None, end_of_plan(first))


def test_a_supplier_may_send_more_at_first_while_the_least_takes_of_the_year_are_left(past: Past) -> None:
    """379 TWh in 2021: with 1.15 of the mean in January at least 0.8 of it is left for every later month."""
    assert first_month(past, date(2021, 1, 1), {}) == pytest.approx(MOST * EXPECTED, rel=1e-3)


def test_what_was_taken_beyond_its_month_is_missing_in_december_and_not_borrowed_from_next_year(past: Past) -> None:
    """5,000 GWh more than expected by November: December has 31 x 1,038 less that."""
    rate = first_month(past, date(2021, 12, 1), {ALGERIA: -5_000.0})

    assert rate == pytest.approx(EXPECTED - 5_000.0 / 31.0, rel=1e-3)


def test_the_least_take_is_left_whatever_was_taken_before(past: Past) -> None:
    assert first_month(past, date(2021, 12, 1), {ALGERIA: -50_000.0}) == pytest.approx(LEAST * EXPECTED, rel=1e-3)


def test_what_was_not_taken_can_be_had_later_within_the_swing(past: Past) -> None:
    assert first_month(past, date(2021, 12, 1), {ALGERIA: 50_000.0}) == pytest.approx(MOST * EXPECTED, rel=1e-3)


# Months that are observed later ---------------------------------------------------------------------------------------

KEPT_BACK = ("2022-09", "2023-03")
FILES = ("border_entries_monthly", "demand_monthly", "lng_sendout_monthly", "prices_monthly", "storage_daily")


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
