"""What must hold in any network, tried on Europe in months: surprise, slices, order of rows, idle measures."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from cases import in_halves

from energy_model.fast import optimum
from energy_model.lp import Matrix, Solution, compile_model, solve
from energy_model.model import build_model
from energy_model.plan.foresight import solve_scenario
from energy_model.plan.stages import Decisions
from energy_model.scenario import Case, apply, library
from energy_model.scenario.measures import KINDS

approx = pytest.approx

SPRING = {"start": date(2022, 1, 1), "end": date(2022, 4, 30)}
"""Four months: short enough to be solved dozens of times."""
CUT = {"kind": "supply_cut", "supplier": "RU", "remaining_share": 0.3}
"""Makes gas scarce, so that measures have something to change."""


def europe(case: Case) -> tuple[Solution, Matrix]:
    matrix = compile_model(build_model(case))
    return optimum(matrix, case)[0], matrix


def curtailed(case: Case) -> tuple[float, np.ndarray]:
    """Cost, and curtailment of each market over the horizon in GWh."""
    found, matrix = europe(case)
    return found.objective, matrix.values(found.col_value, "curtailment").sum(axis=1) @ case.timeline.days


WITH_SURPRISES = [name for name in library() if name not in ("reference", "ns2_sanctioned_permanently")]
OF_EACH_KIND = {"full_cutoff_february", "full_cutoff_with_assurances", "eu_bans_russian_gas", "yamal_and_ukraine_stop"}
"""A stop, one that others answer, a ban, and routes that fail."""


def each_scenario() -> list[Any]:
    """Scenarios with a surprise; one of each kind of news runs with the quick tests."""
    return [pytest.param(name, marks=[] if name in OF_EACH_KIND else [pytest.mark.slow]) for name in WITH_SURPRISES]


@pytest.mark.parametrize("name", each_scenario())
def test_surprise_is_never_cheaper_than_perfect_foresight(monthly, solved, name):
    surprised, forewarned = solved(monthly(name)), solved(monthly(name, foresight="perfect"))

    assert len(surprised.stages) > len(forewarned.stages) == 1
    assert surprised.case.timeline == forewarned.case.timeline
    assert surprised.objective_keur >= forewarned.objective_keur * (1.0 - 1e-9)


def test_what_is_announced_on_the_first_day_is_no_surprise(monthly, solved):
    cut = {**CUT, "start": date(2022, 3, 1), "announced": date(2022, 1, 1)}
    surprised = solved(monthly("reference", cut, horizon=SPRING))
    forewarned = solved(monthly("reference", cut, horizon=SPRING, foresight="perfect"))

    assert 1 == len(surprised.stages)
    assert forewarned.objective_keur == surprised.objective_keur


@pytest.mark.parametrize("name", ["reference", "full_cutoff_cold_winter", "full_cutoff_with_savings"])
def test_coarse_tiers_split_where_needed_give_europe_the_answer_of_all_slices(data, monthly, name):
    case = apply(monthly(name, foresight="perfect"), data)
    coarse, matrix = europe(case)
    fine = solve(matrix)
    by_market = [matrix.values(way.col_value, "curtailment").sum(axis=1) @ case.timeline.days for way in (fine, coarse)]

    assert approx(fine.objective, rel=1e-9) == coarse.objective
    assert approx(by_market[0], rel=1e-6, abs=1e-3) == by_market[1]


def test_coarse_tiers_give_the_answer_of_all_slices_with_the_past_frozen_too(data, monthly):
    scenario = monthly("full_cutoff_february")
    (day,) = scenario.announcements()
    plan, before = europe(apply(scenario, data, scenario.horizon.start))
    case = apply(scenario, data)
    matrix = Decisions.of(before, plan).frozen(compile_model(build_model(case)), case.timeline.boundary_at(day))

    assert approx(solve(matrix).objective, rel=1e-9) == optimum(matrix, case)[0].objective


def test_the_order_of_rows_in_the_data_does_not_matter(data, monthly):
    scenario = monthly("full_cutoff_february", foresight="perfect", horizon=SPRING)
    mixed = {name: table.sample(frac=1.0, random_state=7) for name, table in data.tables.items()}
    one, other = apply(scenario, data), apply(scenario, replace(data, tables=mixed))
    (cost_one, cut_one), (cost_other, cut_other) = curtailed(one), curtailed(other)
    names = (one.nodes[one.is_market], other.nodes[other.is_market])

    assert names[0].tolist() != names[1].tolist(), "the rows were mixed"
    assert approx(cost_one, rel=1e-9) == cost_other
    assert approx(dict(zip(*(names[0], cut_one), strict=True)), abs=1e-3) == dict(zip(names[1], cut_other, strict=True))


@pytest.mark.parametrize("route", ["nord_stream_1", "ukraine_transit", "transmed", "interconnector"])
def test_a_pipeline_of_europe_in_two_equal_halves_changes_nothing(data, monthly, route):
    case = apply(monthly("reference", CUT, horizon=SPRING), data)
    pipeline = int(np.flatnonzero((case.pipelines.route == route) & (case.pipelines.capacity[:, 0] > 0.0))[0])
    (cost_one, cut_one), (cost_two, cut_two) = curtailed(case), curtailed(in_halves(case, pipeline))

    assert approx(cost_one, rel=1e-9) == cost_two
    assert approx(cut_one, abs=1e-3) == cut_two


# --- measures -------------------------------------------------------------------------------------------------------


STRONG: dict[str, dict[str, object]] = {
    "asset_loss": {"asset": "storage", "id": "de_storage", "remaining_share": 0.0},
    "class_ban": {"channel": "pipeline", "classes": ("short_term", "long_term", "new"), "countries": ("EU27",)},
    "cold_spell": {"extra_share": 0.2},
    "demand_saving": {"share": 0.15},
    "extra_supply": {"supplier": "NO", "channel": "pipeline", "volume_gwh_per_year": 50_000.0},
    "fuel_switch": {"share": 0.3, "price_eur_per_mwh": 60.0},
    "import_ban": {"countries": ("EU27",)},
    "lng_ban": {"exporter": "RU"},
    "lng_outage": {"exporter": "QA", "remaining_share": 0.0},
    "new_lng": {"terminal": "Wilhelmshaven", "country": "DE", "sendout_gwh_per_day": 150.0},
    "price_cap": {"supplier": "RU", "cap_eur_per_mwh": 1.0, "remaining_share": 0.5},
    "retaliation": {"countries": ("EU27",), "through_third_countries": "forbidden"},
    "route_commissioning": {"route": "nord_stream_2"},
    "route_outage": {"route": "nord_stream_1"},
    "storage_rule": {
        "countries": ("DE", "AT"), "fill_share": 0.9, "window_start": date(2022, 4, 1), "window_end": date(2022, 4, 30),
    },
    "storage_target": {"countries": ("DE", "AT"), "date": date(2022, 4, 1), "fill_share": 0.9},
    "supply_change": {"supplier": "NO", "change_share": 0.05},
    "supply_cut": {"supplier": "NO", "remaining_share": 0.5},
    "tariff": {"eur_per_mwh": 20.0},
    "weather_spell": {"weather": "cold_1_in_20"},
}  # fmt: skip
WEAK: dict[str, dict[str, object]] = {
    "asset_loss": {"remaining_share": 1.0},
    "class_ban": {"exempt": ("EU27",)},
    "cold_spell": {"extra_share": 0.0},
    "demand_saving": {"share": 0.0},
    "extra_supply": {"volume_gwh_per_year": 0.0},
    "fuel_switch": {"share": 0.0},
    "import_ban": {"exempt": ("EU27",)},
    "lng_ban": {"exempt": ("EUROPE",)},
    "lng_outage": {"remaining_share": 1.0},
    "new_lng": {"sendout_gwh_per_day": 1e-9},
    "price_cap": {"cap_eur_per_mwh": 1e6, "remaining_share": 1.0},
    "retaliation": {"exempt": ("EU27",)},
    "route_commissioning": {"capacity_gwh_per_day": 0.0},
    "route_outage": {"remaining_share": 1.0},
    "storage_rule": {"fill_share": 0.0},
    "storage_target": {"date": date(2022, 3, 1), "fill_share": 0.0},
    "supply_change": {"change_share": 0.0},
    "supply_cut": {"remaining_share": 1.0},
    "tariff": {"eur_per_mwh": 0.0},
    "weather_spell": {"weather": "reference"},
}


@pytest.fixture(scope="module")
def base(data, monthly) -> tuple[float, np.ndarray]:
    return curtailed(apply(monthly("reference", CUT, horizon=SPRING, foresight="perfect"), data))


def test_every_kind_of_measure_and_of_news_is_tried():
    assert set(WITH_SURPRISES) > OF_EACH_KIND
    assert set(KINDS) - {"initial_storage", "held_storage"} == set(STRONG) == set(WEAK), (
        "a stock of the first day has no date"
    )


@pytest.mark.parametrize("kind", [kind for kind in STRONG if kind != "route_commissioning"])
def test_a_measure_in_force_changes_something(data, monthly, base, kind):
    """Without this the tests after it would prove nothing."""
    scenario = monthly("reference", CUT, {"kind": kind, **STRONG[kind]}, horizon=SPRING, foresight="perfect")

    assert approx(base[0], rel=1e-6) != curtailed(apply(scenario, data))[0]


def test_nord_stream_2_is_of_use_when_nord_stream_1_stops(data, monthly):
    """An open line changes something only where the gas for it cannot come by another."""
    stopped = {"kind": "route_outage", "route": "nord_stream_1"}
    opened = {"kind": "route_commissioning", **STRONG["route_commissioning"]}
    costs = [
        curtailed(apply(monthly("reference", *measures, horizon=SPRING, foresight="perfect"), data))[0]
        for measures in ((stopped,), (stopped, opened))
    ]

    assert costs[1] < costs[0] * (1.0 - 1e-3)


@pytest.mark.parametrize("kind", WEAK)
def test_a_measure_without_strength_changes_nothing(data, monthly, base, kind):
    measure = {"kind": kind, **STRONG[kind], **WEAK[kind]}
    found = curtailed(apply(monthly("reference", CUT, measure, horizon=SPRING, foresight="perfect"), data))

    assert approx(base[0], rel=1e-9) == found[0]
    assert approx(base[1], abs=1e-3) == found[1]


@pytest.mark.parametrize("kind", STRONG)
def test_nobody_plans_for_a_measure_before_it_is_announced(data, monthly, base, kind):
    """The plan of January is the same whether or not something is announced in March."""
    scenario = monthly("reference", CUT, {"kind": kind, **STRONG[kind], "start": date(2022, 3, 1)}, horizon=SPRING)
    found = curtailed(apply(scenario, data, believed_on=date(2022, 1, 1)))

    assert [date(2022, 3, 1)] == scenario.announcements()
    assert approx(base[0], rel=1e-9) == found[0]
    assert approx(base[1], abs=1e-3) == found[1]


def test_customary_levels_stand_until_a_filling_law_is_announced(data, monthly):
    """And the law repeals no level for the time after the horizon."""
    laws = [
        {"kind": "storage_target", "countries": ("EU27",), "date": day, "fill_share": 0.5, "penalty_eur_per_mwh": 77.0}
        for day in (date(2022, 4, 1), date(2022, 5, 1))
    ]
    scenario = monthly("reference", *({**law, "announced": date(2022, 3, 1)} for law in laws), horizon=SPRING)

    def levels(case: Case) -> dict[tuple[str, bool], tuple[float, float]]:
        return {
            (target.name, target.kind == "end_level"): (target.level_gwh, target.penalty_eur_per_mwh)
            for target in case.storage.targets
            if target.level_gwh > 0.0
        }

    customary = levels(apply(monthly("reference", horizon=SPRING), data))
    before, after = (levels(apply(scenario, data, believed_on=day)) for day in (date(2022, 1, 1), date(2022, 3, 1)))

    assert any(not at_end for _, at_end in customary)
    assert customary == before
    assert {key: customary[key] for key in customary if key[1]} == {key: after[key] for key in after if key[1]}
    assert 77.0 == after["de_storage 2022-04-01", False][1]


def test_the_same_scenario_gives_the_same_numbers(data, monthly, solved):
    scenario = monthly("full_cutoff_february", horizon=SPRING)
    one, two = solved(scenario), solve_scenario(scenario, data)

    assert one.objective_keur == two.objective_keur
    assert all(np.array_equal(one.values[name], two.values[name]) for name in one.values)
