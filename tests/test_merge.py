"""Putting periods together: by its definition, and against the model built on longer periods."""

from __future__ import annotations

import numpy as np
import pytest
from cases import everything, networks, on_longer_periods, on_steps, with_lengths
from examples import tries
from hypothesis import given, settings
from hypothesis import strategies as st

from energy_model.fast.regime_changes import boundaries_to_keep
from energy_model.lp import Matrix, compile_model, solve
from energy_model.lp.merge import Merged, merge
from energy_model.model import build_model
from energy_model.model.periods import by_longer_periods
from energy_model.scenario import apply
from energy_model.scenario.case import Case
from energy_model.scenario.toy import toy_case
from energy_model.timeline import Timeline

approx = pytest.approx


def test_a_stock_between_boundaries_that_stay_is_that_at_the_nearer_one():
    """Days 1, 2, 1 and 4 as one period of eight: boundaries after 0, 1, 3, 4 (as near to both) and 8 days."""
    fine = with_lengths(toy_case({"DE": (1.0,) * 4}, supply={"DE": (9.0, 1.0)}, periods=4), (1, 2, 1, 4)).timeline
    ways = by_longer_periods(fine, Timeline((fine.start,), fine.end))

    assert ways["level"].place.tolist() == [0, 0, 0, 0, 1]
    assert ways["level"].share.tolist() == [1.0, 0.0, 0.0, 0.0, 1.0]
    assert ways["balance"].share.tolist() == [0.125, 0.25, 0.125, 0.5]
    assert ways["storage_level"].share.tolist() == [1.0] * 4
    assert ways["origin_held"].share.tolist() == [0.0, 0.0, 0.0, 1.0]


def every(case: Case, steps: int) -> Timeline:
    """Periods of so many steps, and a boundary where a target is read."""
    line = case.timeline
    return Timeline(tuple(sorted({*line.starts[::steps], *boundaries_to_keep(case)})), line.end)


def by_definition(whole: Matrix, merged: Merged) -> tuple[np.ndarray, np.ndarray]:
    """Copying of values and adding of rows as dense matrices."""
    copy = np.zeros((whole.n_columns, merged.matrix.n_columns))
    copy[np.arange(whole.n_columns), merged.column] = 1.0
    add = np.zeros((merged.matrix.n_rows, whole.n_rows))
    add[merged.row, np.arange(whole.n_rows)] = merged.share
    return copy, add


@settings(max_examples=tries(100))
@given(networks(), st.integers(1, 3))
def test_a_merged_problem_is_what_its_definition_says(case, steps):
    case = on_steps(case, steps)
    whole = compile_model(build_model(case))
    merged = merge(whole, by_longer_periods(case.timeline, every(case, 2)))
    copy, add = by_definition(whole, merged)
    small, a = merged.matrix, whole.coefficients.toarray()
    prices = np.random.default_rng(0).normal(size=small.n_rows)

    assert approx(add @ a @ copy, abs=1e-9) == small.coefficients.toarray()
    assert approx(copy.T @ whole.cost) == small.cost
    assert approx(add @ np.nan_to_num(whole.row_upper, posinf=1e30), rel=1e-9) == np.nan_to_num(
        small.row_upper, posinf=1e30
    )
    assert approx(copy.T @ whole.reduced_cost(merged.prices(prices)), abs=1e-6) == small.reduced_cost(prices)


def other_than_stocks(merged: Matrix, built: Matrix) -> list[str]:
    """Differences but for what is taken of a stock between boundaries: its cost, and rates that fall with it."""
    found = merged.differences(built, 1e-9)
    return [
        one for one in found if not one.startswith("cost of level[") and not ("of level[" in one and "_curve[" in one)
    ]


def is_the_model_of_longer_periods(case: Case, line: Timeline) -> None:
    merged = merge(compile_model(build_model(case)), by_longer_periods(case.timeline, line)).matrix
    built = compile_model(build_model(on_longer_periods(case, line)))

    assert other_than_stocks(merged, built) == []


@pytest.mark.parametrize("steps", [2, 5])
def test_a_network_with_every_feature_is_that_of_longer_periods(steps):
    case = on_steps(everything(), steps)
    is_the_model_of_longer_periods(case, every(case, steps))


@settings(max_examples=tries(100))
@given(networks(), st.integers(1, 4))
def test_random_networks_are_those_of_longer_periods(case, steps):
    case = on_steps(case, steps)
    is_the_model_of_longer_periods(case, every(case, steps))


@pytest.mark.parametrize("name", ["full_cutoff_february", "germany_bans_russian_gas"])
def test_europes_weeks_put_together_are_its_months(data, monthly, name):
    """Boundaries of months are added to the weeks. What leaves at a price is a share of demand that does not vary.

    Of what leaves at a price the part that burns low-calorific gas does vary within a month, so that its coefficients
    are means in one of the two; it is left out.
    """
    options = {"foresight": "perfect", "low_calorific": False}
    scenario = monthly(name, resolution="week", **options)
    months = apply(monthly(name, **options), data).timeline
    case = apply(scenario.model_copy(update={"boundaries": months.starts}), data)
    is_the_model_of_longer_periods(case, months)


def test_prices_of_longer_periods_are_prices_of_the_short_ones():
    """Where the same holds on all days of a period and nothing is stored, its optimum and prices are theirs."""
    idle = everything()
    case = on_steps(idle.with_("storage", **dict.fromkeys(("injection", "withdrawal"), np.zeros((2, 2)))), 4)
    whole, line = compile_model(build_model(case)), every(case, 4)
    merged = merge(whole, by_longer_periods(case.timeline, line))
    found = solve(merged.matrix)
    value, prices = found.col_value[merged.column], merged.prices(found.row_dual)

    assert approx(whole.objective(value), rel=1e-9) == solve(whole).objective
    assert whole.objective(value) > 0.0
    for name in ("balance", "landing"):
        rate = merged.matrix.values(found.row_dual, name) / line.days
        assert (
            approx(rate[..., line.period_of_day[case.timeline.first_days]])
            == whole.values(prices, name) / case.timeline.days
        )
