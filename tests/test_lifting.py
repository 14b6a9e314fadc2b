"""Longer periods change how long a solve takes, never its optimum: toys, random networks, the network of Europe."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial

import numpy as np
import pytest
from cases import answer, everything, networks, on_steps
from examples import tries
from hypothesis import given, settings
from hypothesis import strategies as st

from energy_model.errors import SolveError
from energy_model.fast import TUNING, Start, optimum, temporal_refinement
from energy_model.fast.column_generation import start_near_optimum
from energy_model.fast.curtailment_segments import Tiers
from energy_model.fast.regime_changes import boundaries_to_keep
from energy_model.fast.sifting import Sifted
from energy_model.fast.temporal_refinement import carried, ladder
from energy_model.lp import compile_model, solve
from energy_model.lp.basis import AT_LOWER, BASIC, basis_codes, basis_from_codes
from energy_model.lp.merge import merge
from energy_model.model import build_model
from energy_model.model.periods import by_longer_periods, decided, freeze, is_by_boundary
from energy_model.plan import foresight
from energy_model.plan.foresight import solve_scenario
from energy_model.scenario import apply
from energy_model.scenario.case import Case
from energy_model.scenario.schema import Horizon
from energy_model.scenario.toy import toy_case
from energy_model.timeline import Timeline

approx = pytest.approx
WINTER = Horizon(start=date(2022, 1, 1), end=date(2022, 3, 1))
ALL = {"rel": 1e-9, "abs": 1e-6}


def by_levels(matrix, case, boundaries=(), blocks_days=TUNING.block_days):
    """The optimum by way of aggregated periods, whatever the length of the case's own."""
    tuning = replace(TUNING, longest_period_days=np.inf, block_days=tuple(blocks_days))
    return optimum(matrix, case, boundaries=boundaries, tuning=tuning)[0]


def levels_of(line, blocks_days, *boundaries):
    return ladder(line, *boundaries, tuning=replace(TUNING, block_days=blocks_days))


def by_market(case: Case, matrix, solution) -> np.ndarray:
    return matrix.values(solution.col_value, "curtailment").sum(axis=1) @ case.timeline.days


# --- levels -----------------------------------------------------------------------------------------------------------


def test_levels_nest_and_keep_the_days_on_which_something_is_announced():
    line = Timeline.build(date(2022, 1, 1), date(2022, 12, 31), "day")
    cut = date(2022, 2, 24)
    levels = levels_of(line, (90, 30, 7), {cut})

    # 54 days before the cut and 311 after it: 8 + 45 weeks, 2 + 9 blocks of five weeks, 1 + 3 of fifteen, 1 + 1.
    assert [len(level) for level in levels] == [2, 4, 11, 53]
    for coarse, fine in zip(levels, [*levels[1:], line], strict=True):
        assert {cut, *coarse.starts} <= {*fine.starts}
        assert coarse.end == line.end


def test_every_level_but_the_whole_horizon_keeps_the_days_on_which_filling_targets_are_read(data, monthly, monkeypatch):
    case = apply(monthly("reference", resolution="week", foresight="perfect"), data)
    levels: list[Timeline] = []
    monkeypatch.setattr(
        temporal_refinement,
        "by_longer_periods",
        lambda fine, coarse: levels.append(coarse) or by_longer_periods(fine, coarse),
    )
    by_levels(compile_model(build_model(case)), case)
    line = case.timeline
    read = {line.boundary_at(target.date) for target in case.storage.targets}

    assert len(levels) >= 3
    for level in levels[:-1]:
        assert {line.starts[boundary] for boundary in read if boundary < len(line)} <= set(level.starts)


def twenty_days() -> Case:
    """Twenty days of March with a pipe of 10 GWh/d, a ship and a store."""
    case = toy_case(
        {"DE": 8.0},
        pipelines={("RU", "DE"): (10.0, 1.0)},
        supply={"RU": (10.0, 1.0)},
        lng={"DE": (5.0, 20.0, 1.0)},
        storage={"DE": (50.0, 5.0, 5.0, 25.0)},
        periods=20,
    )
    return replace(case, timeline=Timeline.build(date(2022, 3, 5), date(2022, 3, 24), "day"))


def since(day: int, before: float, after: float) -> np.ndarray:
    return np.where(np.arange(20) < day, before, after)[None, :]


@pytest.mark.parametrize(
    ("part", "limit", "before", "after"),
    [
        ("pipelines", "capacity", 10.0, 0.0),
        ("supply", "rate", 10.0, 9.0),
        ("lng", "rate", 0.0, 5.0),
        ("lng", "sendout", 5.0, 6.0),
        ("lng", "route_open", np.inf, 3.0),
        ("lng", "route_open", np.inf, 0.0),
        ("storage", "injection", 5.0, 4.0),
    ],
)
def test_every_level_keeps_the_day_on_which_a_limit_jumps(part, limit, before, after, monkeypatch):
    quiet = twenty_days()
    case = quiet.with_(part, **{limit: since(7, before, after)})
    levels: list[Timeline] = []
    monkeypatch.setattr(
        temporal_refinement,
        "by_longer_periods",
        lambda fine, coarse: levels.append(coarse) or by_longer_periods(fine, coarse),
    )
    by_levels(compile_model(build_model(case)), case)

    assert boundaries_to_keep(quiet) == set()
    assert boundaries_to_keep(case) == {date(2022, 3, 12)}
    assert len(levels) >= 2
    assert len(levels[-1]) == 1
    for level in levels[:-1]:
        assert date(2022, 3, 12) in level.starts


def test_a_ban_by_origin_that_lets_a_share_of_demand_pass_leaves_days_to_put_together(data, monthly):
    ban = {"kind": "retaliation", "countries": ("EU27",), "remaining_share": 0.1, "start": date(2022, 3, 9)}
    case = apply(monthly("reference", ban, foresight="perfect", resolution="day"), data)
    kept = boundaries_to_keep(case)

    assert date(2022, 3, 9) in kept
    assert len(kept) < len(case.timeline) / 10
    assert [len(level) for level in levels_of(case.timeline, (30, 3), kept)][-1] < len(case.timeline) / 2


def test_what_moves_little_by_little_needs_no_boundary():
    case = twenty_days()
    fading = 10.0 * 0.99 ** np.arange(20)[None, :]

    assert boundaries_to_keep(case.with_("supply", rate=fading)) == set()
    assert boundaries_to_keep(case.with_("demand", rate=case.demand.rate * (1.0 + (np.arange(20) % 2)))) == set()


def test_every_level_keeps_the_first_of_a_month_because_ships_are_limited_by_the_month():
    case = replace(twenty_days(), timeline=Timeline.build(date(2022, 3, 20), date(2022, 4, 8), "day"))

    assert boundaries_to_keep(case) == {date(2022, 4, 1)}


def test_a_level_that_saves_little_is_left_out():
    line = Timeline.build(date(2022, 1, 1), date(2022, 12, 31), "week")

    assert [len(level) for level in levels_of(line, (90, 30, 10), set())] == [1, 4, 11]
    assert levels_of(line, (7,), set()) == []


def test_the_lowest_level_keeps_cuts_alone_and_is_no_second_one_of_the_same():
    line = Timeline.build(date(2022, 1, 1), date(2022, 3, 18), "week")
    cut, kept = date(2022, 2, 5), date(2022, 3, 5)

    assert [level.starts[1:] for level in levels_of(line, (30,), {cut}, {kept})] == [(cut,), (cut, kept)]
    assert [len(level) for level in levels_of(line, (200, 20), set())] == [1, 4]


# --- the optimum is the same ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("steps", [2, 5])
def test_a_network_with_every_feature_has_the_same_optimum(steps):
    case = on_steps(everything(), steps)
    found = answer(case)
    lifted = by_levels(found.matrix, case, blocks_days=(60, 25, 1))

    assert approx(found.cost, rel=1e-9) == lifted.objective
    assert lifted.certificate.passes()


@settings(max_examples=tries(60))
@given(networks(), st.integers(1, 4), st.lists(st.integers(1, 70), min_size=1, max_size=3))
def test_random_networks_have_the_same_optimum(case, steps, blocks):
    case = on_steps(case, steps)
    matrix = compile_model(build_model(case))

    assert approx(solve(matrix).objective, **ALL) == by_levels(matrix, case, blocks_days=blocks).objective


@settings(max_examples=tries(40))
@given(networks(), st.integers(0, 2), st.data())
def test_what_was_decided_stays_on_random_networks(case, first, draw):
    periods = len(case.timeline)
    first = min(first, periods - 1)
    plan = answer(case)
    dry = case.with_("supply", rate=np.where(np.arange(periods) < first, 1.0, 0.5) * case.supply.rate)
    past = decided(plan.matrix, plan.solution.col_value)
    frozen = freeze(compile_model(build_model(dry)), past, first)
    blocks = draw.draw(st.lists(st.integers(1, 70), min_size=1, max_size=2))
    lifted = by_levels(frozen, dry, boundaries={dry.timeline.starts[first]}, blocks_days=blocks)

    assert approx(solve(frozen).objective, **ALL) == lifted.objective
    for name, values in past.items():
        end = first + 1 if is_by_boundary(name) else first
        assert approx(values[..., :end], abs=1e-6) == frozen.values(lifted.col_value, name)[..., :end]


@settings(max_examples=tries(40))
@given(networks(), st.randoms(use_true_random=False))
def test_any_guess_is_repaired(case, chance):
    """As many or as few basic entries as chance has it: the optimum is the same."""
    matrix = compile_model(build_model(case))
    right = optimum(matrix, case)[0]
    tiers = optimum(matrix, case)[1].split
    columns, rows = (
        np.array([chance.choice((AT_LOWER, BASIC, 2)) for _ in range(n)], dtype=np.int8)
        for n in (matrix.n_columns, matrix.n_rows)
    )
    split = np.array([chance.random() < 0.5 for _ in range(tiers.size)]).reshape(tiers.shape)
    start = Start(columns, rows, split)

    assert approx(right.objective, **ALL) == optimum(matrix, case, start)[0].objective


def test_an_optimum_that_does_not_pass_as_a_whole_is_looked_for_from_nothing(monkeypatch):
    case = on_steps(everything(), 3)
    matrix = compile_model(build_model(case))
    monkeypatch.setattr(Tiers, "full_solution", lambda *found: None)
    again, start = optimum(matrix, case)

    assert again.certificate.passes()
    assert approx(solve(matrix).objective, rel=1e-9) == again.objective
    assert start is None


def test_an_optimum_that_is_none_is_seen_and_solved_without_its_start(monkeypatch):
    """The one certificate of a lifted optimum: a wrong point from the solver of few columns does not come through."""
    case = on_steps(everything(), 3)
    matrix = compile_model(build_model(case))
    right, start = optimum(matrix, case)
    solved, wrong = Sifted.solve, []

    def off(problem, **how):
        found = solved(problem, **how)
        wrong.append(found)
        return replace(found, col_value=found.col_value + 0.5, row_dual=1.01 * found.row_dual)

    monkeypatch.setattr(Sifted, "solve", off)
    again, _ = optimum(matrix, case, start)

    assert wrong
    assert again.certificate.passes()
    assert approx(right.objective, rel=1e-9) == again.objective


def test_a_level_without_a_plan_is_passed_over(monkeypatch):
    case = on_steps(everything(), 8)
    matrix = compile_model(build_model(case))
    plain, tried = optimum(matrix, case)[0], []

    def fails_first(problem, on, guess, **how):
        tried.append(len(on.timeline))
        if len(tried) == 1:
            raise SolveError("no plan")
        return start_near_optimum(problem, on, guess, **how)

    monkeypatch.setattr(temporal_refinement, "start_near_optimum", fails_first)

    assert approx(plain.objective, rel=1e-9) == by_levels(matrix, case, blocks_days=(100,)).objective
    assert len(tried) > 1


def test_a_basis_of_longer_periods_saves_most_steps_and_prices_count_by_days():
    case = on_steps(everything(), 4)
    matrix, line = compile_model(build_model(case)), case.timeline
    coarse = Timeline(line.starts[::4], line.end)
    merged = merge(matrix, by_longer_periods(line, coarse))
    start = start_near_optimum(merged.matrix, replace(case, timeline=coarse))
    guess = carried(start, merged, line, coarse)

    assert approx(merged.share * start.prices[merged.row]) == guess.prices
    assert guess.split.shape[-1] == len(line)
    assert optimum(matrix, case, guess)[0].iterations < optimum(matrix, case)[0].iterations / 2


def test_a_start_from_the_optimum_needs_no_step():
    case = on_steps(everything(), 3)
    matrix = compile_model(build_model(case))
    first, start = optimum(matrix, case)
    again, _ = optimum(matrix, case, start)

    assert again.iterations == 0
    assert approx(first.objective, rel=1e-12) == again.objective


def test_a_basis_goes_to_codes_and_back():
    solution = answer(everything()).solution
    codes = basis_codes(solution.basis)
    again = basis_codes(basis_from_codes(*codes))

    assert all(np.array_equal(one, other) for one, other in zip(codes, again, strict=True))


# --- Europe ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["reference", "full_cutoff_february"])
def test_weeks_by_way_of_months_have_the_optimum_of_weeks(data, monthly, monkeypatch, name):
    scenario = monthly(name, resolution="week")
    lifted = solve_scenario(scenario, data)
    monkeypatch.setattr(foresight.fast, "optimum", partial(optimum, tuning=replace(TUNING, longest_period_days=0.0)))
    plain = solve_scenario(scenario, data)
    days = plain.case.timeline.days
    cuts = [one.values["curtailment"].sum(axis=1) @ days for one in (plain, lifted)]

    assert approx(plain.objective_keur, rel=1e-9) == lifted.objective_keur
    assert approx(cuts[0], rel=1e-6, abs=1e-3) == cuts[1]


def test_days_by_way_of_weeks_have_the_optimum_of_days(data, monthly):
    scenario = monthly("full_cutoff_february", foresight="perfect", resolution="day", horizon=WINTER)
    case = apply(scenario, data)
    matrix = compile_model(build_model(case))
    plain, lifted = (
        optimum(matrix, case)[0],
        by_levels(matrix, case, boundaries=scenario.announcements()),
    )

    assert len(case.timeline) == 60
    assert approx(plain.objective, rel=1e-9) == lifted.objective
    assert approx(by_market(case, matrix, plain), rel=1e-6, abs=1e-3) == by_market(case, matrix, lifted)


def test_the_first_plan_of_a_surprise_is_taken_from_the_baseline_and_nothing_changes(data, monthly):
    surprise = monthly("full_cutoff_february")
    baseline = replace_frame(monthly("reference"), surprise)
    surprise = surprise.model_copy(update={"boundaries": baseline.boundaries})
    known = solve_scenario(baseline, data)
    alone, with_it = solve_scenario(surprise, data), solve_scenario(surprise, data, known)

    assert with_it.stages[0].objective_keur == known.objective_keur
    assert with_it.objective_keur == alone.objective_keur
    assert all(np.array_equal(values, alone.values[name]) for name, values in with_it.values.items())


def test_another_problem_is_not_taken_for_the_same(data, monthly):
    surprise = monthly("full_cutoff_february")
    known = solve_scenario(replace_frame(monthly("reference", lng_price_factor=1.01), surprise), data)

    assert solve_scenario(surprise, data, known).objective_keur == solve_scenario(surprise, data).objective_keur
    assert not known.matrix.equals(replace(known.matrix, cost_offset=1.0))


def replace_frame(baseline, scenario):
    """The baseline on the periods of a scenario."""
    days = tuple(scenario.announcements())
    return baseline.model_copy(update={"horizon": scenario.horizon, "boundaries": days})
