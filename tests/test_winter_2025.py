"""The package of October 2025 held against what was published of 2024 and 2025, and its case of the past."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from energy_model.cases.winter_2025 import anchor_page, anchors, pitfalls
from energy_model.cases.winter_2025.replay import HISTORY
from energy_model.cases.winter_2025.replay.page import validation_page, write_tables
from energy_model.cases.winter_2025.replay.plans import window_case
from energy_model.cases.winter_2025.view import View, compare_view, view
from energy_model.cases.winter_2025.view.page import view_page
from energy_model.cases.winter_2025.view.series import EU, HUB
from energy_model.data.load import GasData, load_data
from energy_model.errors import ResultError
from energy_model.results.run import run
from energy_model.scenario import Scenario, load_scenario
from energy_model.scenario.load import with_changes
from energy_model.scenario.measures.class_bans import ClassBan
from energy_model.validate.observed import with_observations
from energy_model.validate.reference import reference_case
from energy_model.validate.replay import ReplayReport, replay
from energy_model.validate.replay.era import Era, eras_of
from energy_model.validate.replay.past import Past
from energy_model.validate.view import runs
from energy_model.validate.view.spread import FILLING, LNG, PRICE, STORE

DAY = date(2025, 10, 31)
SHIPPED = Path(__file__).parents[1] / "data" / "2025-10-31"
BRUEGEL_TWH_PER_BCM = 10.3
SENDOUT_GWH_PER_MT = 15.1 * 0.889 * 1000.0


@cache
def package() -> GasData:
    return load_data(SHIPPED)


@cache
def known() -> GasData:
    return package().at(DAY)


def era(name: str) -> Era:
    return next(one for one in eras_of(package().storyline) if one.id == name)


def past_of(name: str) -> Past:
    return Past(package(), era(name), HISTORY)


@pytest.mark.parametrize(
    ("supplier", "bcm", "near"),
    [("NO", 93.3, 0.06), ("US", 51.3, 0.02), ("RU", 54.45, 0.04)],
)
def test_imports_of_2024_are_those_that_were_published(supplier: str, bcm: float, near: float) -> None:
    """Pipeline and ship together; Norway's figure is that of its pipelines, to which a few cargoes come."""
    trade = known()["trade"]
    mine = trade[(trade["importer"] == "EU27") & (trade["supplier"] == supplier) & (trade["year"] == 2024)]

    assert mine["energy_gwh"].sum() / 1000.0 == pytest.approx(bcm * BRUEGEL_TWH_PER_BCM, rel=near)


def test_all_imports_of_2024_sum_to_the_published_total() -> None:
    trade = known()["trade"]
    total = trade[(trade["importer"] == "EU27") & (trade["year"] == 2024)]["energy_gwh"].sum() / 1000.0

    assert total == pytest.approx(297.9 * BRUEGEL_TWH_PER_BCM, rel=0.01)


def ability_mt(day: str) -> float:
    """What all exporters of LNG could load on a day, Mt a year."""
    table = known()["lng_world"]
    table = table[(table["quantity"] == "ability_gwh_per_year") & (table["available_from"] <= pd.Timestamp(day))]
    latest = table.sort_values("available_from").drop_duplicates("code", keep="last")
    return float(latest["value"].sum()) / SENDOUT_GWH_PER_MT


def test_the_worlds_lng_of_2024_is_what_was_traded_and_2026_grows_as_announced() -> None:
    """410.1 Mt were traded in 2024; the IEA expected 5.5 % more in 2025 and 7 % more in 2026."""
    year = {y: np.mean([ability_mt(f"{y}-{m:02}-15") for m in range(1, 13)]) for y in (2024, 2025, 2026)}

    assert year[2024] == pytest.approx(410.1, rel=0.01)
    assert 1.045 < year[2025] / year[2024] < 1.065
    assert 1.055 < year[2026] / year[2025] < 1.085


def test_a_closed_strait_takes_a_fifth_of_the_worlds_lng() -> None:
    table = known()["lng_world"]
    table = table[
        table["quantity"].eq("ability_gwh_per_year") & (table["available_from"] <= pd.Timestamp("2026-02-28"))
    ]
    latest = table.sort_values("available_from").drop_duplicates("code", keep="last").set_index("code")["value"]

    assert latest[["QA", "AE"]].sum() / latest.sum() == pytest.approx(0.19, abs=0.02)


def test_russian_gas_comes_by_turkstream_alone_and_little_more_than_in_twelve_months() -> None:
    steps = known()["supply_steps"]
    mine = steps[(steps["supplier"] == "RU") & (steps["availability"] == "base")]

    assert ["turkstream_europe"] == mine["step"].tolist()
    assert mine["volume_gwh_per_year"].iloc[0] == pytest.approx(152_000.0 * 365.0 / 304.0, rel=0.03)


def test_every_pitfall_is_avoided_and_says_by_what_numbers() -> None:
    found = pitfalls(package())

    assert [] == [one.name for one in found if not one.is_avoided]
    assert all(any(letter.isdigit() for letter in one.evidence) for one in found)


def test_the_package_names_its_case_and_claims_no_published_result() -> None:
    assert HISTORY is reference_case(package()).history
    assert anchors(package()).table.empty
    assert "No published result" in anchor_page(anchors(package()))


def test_a_plan_of_november_2024_knows_that_the_transit_ends_with_the_year() -> None:
    """Gas through Ukraine flows as in the months before until 31 December, and not a day longer."""
    case = window_case(past_of("replay_2024"), date(2024, 11, 1), date(2025, 3, 31))
    lines = case.pipelines
    flow = lines.minimum[list(lines.id).index("sudzha")]
    months = dict(zip(case.timeline.months, flow, strict=True))

    assert 350.0 < months["2024-11"] < 600.0
    assert 350.0 < months["2024-12"] < 600.0
    assert [0.0, 0.0, 0.0] == [months[month] for month in ("2025-01", "2025-02", "2025-03")]


def test_in_a_plan_russian_gas_and_demand_are_as_they_were() -> None:
    past = past_of("replay_2025")
    case = window_case(past, date(2025, 2, 1), date(2026, 3, 31))
    at = list(case.pipelines.id).index("strandzha_2_tr_bg")
    seen = past.entry_flows("RU", [pd.Timestamp("2025-02-01")]).loc["strandzha"].iloc[0]
    arrived = case.pipelines.minimum[at, 0] * (1.0 - case.pipelines.loss_share[at])
    germany = case.demand.rate[case.node("DE"), :, 0].sum() * case.timeline.days[0]
    burnt = past.demand(np.array(["DE"]), [pd.Timestamp("2025-02-01")])[0, 0]

    assert arrived == pytest.approx(seen)
    assert case.pipelines.capacity[at, 0] == case.pipelines.minimum[at, 0]
    assert germany == pytest.approx(burnt)
    assert not case.demand.voluntary_share[case.node("DE"), :, 0].any()


@pytest.fixture(scope="module")
def two_months() -> ReplayReport:
    """June and July 2025 replayed."""
    short = replace(era("replay_2025"), start=date(2025, 6, 1), end=date(2025, 7, 31))
    return replay(package(), eras=[short])


def test_two_months_replayed_cut_nobody_and_stand_on_a_page(two_months: ReplayReport, tmp_path: Path) -> None:
    page = validation_page(two_months)
    stock = two_months.table[(two_months.table["group"] == "storage level") & (two_months.table["series"] == "EU27")]

    assert "None. Nobody was cut by order" in page
    assert "| 2025-07 |" in page
    assert stock["error_share"].iloc[0] < 0.1
    assert two_months.table["is_given"].any()
    assert (write_tables(two_months, tmp_path) / "series.csv").is_file()


def no_error(*_: object) -> pd.DataFrame:
    """An error of nothing, in place of a replay of ten months."""
    return pd.DataFrame({"group": [PRICE], "series": [""], "error": [0.2]})


@pytest.fixture(scope="module")
def small_view() -> Iterator[View]:
    """The reference and a closed strait at central weather and LNG, with a made-up error of prices."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs, "model_error", no_error)
        yield view(
            package(),
            scenarios=["reference", "hormuz_closes_three_months"],
            weathers=["reference"],
            lng_cases=["central"],
            aside=(),
        )


def central(of: View, scenario: str, group: str, series: str, month: str) -> float:
    table = of.table
    row = table[
        (table["scenario"] == scenario)
        & (table["group"] == group)
        & (table["series"] == series)
        & (table["month"] == pd.Timestamp(month))
    ]
    return float(row["central"].iloc[0])


def test_nobody_knows_of_the_strait_before_it_closes(small_view: View) -> None:
    """December is the same in both worlds; in April Europe gets less LNG and pays more."""
    closed = "hormuz_closes_three_months"

    for group, series in ((STORE, EU), (LNG, EU), (PRICE, HUB)):
        same = [central(small_view, one, group, series, "2025-12-01") for one in ("reference", closed)]
        assert same[0] == pytest.approx(same[1], rel=0.01)
    lng, price = (
        [central(small_view, one, group, series, "2026-04-01") for one in ("reference", closed)]
        for group, series in ((LNG, EU), (PRICE, HUB))
    )
    assert lng[1] < 0.8 * lng[0]
    assert price[1] > 1.2 * price[0]


def test_observations_of_later_join_the_view_by_a_folder(small_view: View, tmp_path: Path) -> None:
    """Stock on 1 January 2026 and LNG of December, as a reader would bring them."""
    stores = sorted(small_view.coverage.telling[STORE])
    gas = small_view.coverage.working_gas_gwh
    rows = [f"2026-01-01,{node},{0.6 * gas[node]:.1f},0,0" for node in stores]
    head = "date,node,gas_in_storage_gwh,injection_gwh_per_day,withdrawal_gwh_per_day"
    (tmp_path / "storage_daily.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    imports = "month,importer,origin,energy_gwh,basis\n2025-12-01,EU27,LNG,120000,measured\n"
    (tmp_path / "imports_monthly.csv").write_text(imports, encoding="utf-8")

    before = compare_view(small_view, package())
    after = compare_view(small_view, with_observations(package(), tmp_path))
    seen = after.table[after.table["observed"].notna() & (after.table["month"] == pd.Timestamp("2025-12-01"))]

    assert "Nothing has been observed since" in view_page(small_view, before)
    assert 120.0 == seen[(seen["group"] == LNG)]["observed"].iloc[0]
    assert seen[(seen["group"] == FILLING) & (seen["series"] == EU)]["observed"].iloc[0] == pytest.approx(0.6)
    assert (after.verdicts["months"] > 0).all()
    assert "Look at the scenario whose condition came true" in view_page(small_view, after)


def test_a_view_of_nothing_is_refused(small_view: View) -> None:
    with pytest.raises(ResultError, match="without predictions"):
        compare_view(replace(small_view, table=small_view.table.iloc[:0]), package())


def cost_of(name: str) -> float:
    """Cost of a scenario of the library, million EUR."""
    return cost(load_scenario(name, SHIPPED))


def cost(scenario: Scenario) -> float:
    """Cost of the whole system to the end of the horizon in months, million EUR.

    Plans made month by month leave stocks of other worth at the end, so that their costs do not compare.
    """
    return run(with_changes(scenario, resolution="month", foresight="surprise"), package()).objective_eur / 1e6


def test_the_more_the_law_lets_buyers_off_the_less_it_costs() -> None:
    """Not at all, by law, with two countries exempt or delayed, no law: each buyer may do what it might before."""
    strict, law, exempt, delayed, none = map(
        cost_of,
        (
            "hungary_and_slovakia_not_exempt",
            "phase_out_by_law",
            "hungary_and_slovakia_exempt",
            "phase_out_delayed",
            "reference",
        ),
    )

    assert strict > law + 100.0
    assert none < exempt < law
    assert none < delayed < law


def test_a_ban_that_is_suspended_costs_no_more_than_one_that_stays() -> None:
    suspended = load_scenario("hormuz_and_phase_out_suspended", SHIPPED)
    stays = [
        one.model_copy(update={"suspended_on": ()}) if isinstance(one, ClassBan) else one for one in suspended.measures
    ]

    assert cost(with_changes(suspended, measures=tuple(stays))) >= cost(suspended)
