"""A problem solved by way of a few of its columns and rows has the optimum of the whole problem, whatever the guess."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from cases import everything, networks
from examples import tries
from hypothesis import given, settings
from hypothesis import strategies as st

from energy_model.errors import SolveError
from energy_model.fast import TUNING, optimum, sifting
from energy_model.fast.column_generation import optimum_from, start_near_optimum
from energy_model.fast.sifting import REPAIR, Sifted
from energy_model.fast.temporal_refinement import start_from_longer_periods
from energy_model.fast.working_set import columns_within_reach, price_margins, rows_by_kind, rows_within_reach
from energy_model.lp import LiveModel, Matrix, compile_model, solve
from energy_model.lp.basis import AT_LOWER, AT_UPPER, BASIC, basis_codes, basis_from_codes
from energy_model.model import build_model
from energy_model.scenario import apply
from energy_model.scenario.toy import toy_case

approx = pytest.approx
ALL = {"rel": 1e-9, "abs": 1e-6}
EDGE_WEIGHTS = "simplex_dual_edge_weight_strategy"


def of(case) -> Matrix:
    return compile_model(build_model(case))


def sifted(matrix: Matrix, columns, rows, codes=None) -> Sifted:
    rest = np.full(matrix.n_columns, AT_LOWER, dtype=np.int8), np.full(matrix.n_rows, BASIC, dtype=np.int8)
    return Sifted(matrix, rest if codes is None else codes, columns, rows)


def handed_over_above(patch: pytest.MonkeyPatch, large: int) -> None:
    """A live problem with more coefficients that grows is handed over anew."""
    patch.setattr(Sifted, "_is_large", property(lambda problem: problem._table[2].size > large))


def marked(matrix: Matrix, *names: str) -> np.ndarray:
    mask = np.zeros(matrix.n_columns, dtype=bool)
    for name in names:
        mask[matrix.columns[name].slice] = True
    return mask


# --- any choice leads to the optimum --------------------------------------------------------------------------------


@pytest.mark.parametrize("large", [TUNING.largest_grown_in_place, 0], ids=["growing in place", "handed over anew"])
@settings(max_examples=tries(80))
@given(case=networks(), chance=st.randoms(use_true_random=False))
def test_random_choices_on_random_networks_have_the_optimum_of_the_whole(large, case, chance):
    matrix = of(case)
    codes = tuple(
        np.array([chance.choice((AT_LOWER, BASIC, AT_UPPER)) for _ in range(n)], dtype=np.int8)
        for n in (matrix.n_columns, matrix.n_rows)
    )
    columns, rows = (np.array([chance.random() < 0.5 for _ in range(n)]) for n in (matrix.n_columns, matrix.n_rows))
    with pytest.MonkeyPatch.context() as patch:
        handed_over_above(patch, large)
        problem = sifted(matrix, columns, rows, codes)
        found = problem.solve()

    assert found.certificate.passes()
    assert approx(solve(matrix).objective, **ALL) == found.objective
    assert problem.shape <= matrix.shape


def test_a_network_with_every_feature_can_begin_with_nothing():
    matrix = of(everything())
    nothing = np.zeros(matrix.n_columns, dtype=bool), np.zeros(matrix.n_rows, dtype=bool)

    assert approx(solve(matrix).objective, **ALL) == sifted(matrix, *nothing).solve().objective


def test_the_basis_it_ends_with_is_that_of_the_optimum():
    matrix = of(everything())
    problem = sifted(matrix, marked(matrix, "flow", "supply"), np.zeros(matrix.n_rows, dtype=bool))
    found = problem.solve()
    again = solve(matrix, basis=basis_from_codes(*problem.codes, guess=True))

    assert again.iterations == 0
    assert approx(found.objective, **ALL) == again.objective


# --- who joins, and who does not ------------------------------------------------------------------------------------


def test_a_supplier_left_out_joins_if_it_is_cheaper_than_a_cut_and_one_that_is_dearer_stays_out():
    """DE needs 8: 5 of its own at 20 EUR/MWh, 3 from NO at 30; gas of XX at 9,000 is dearer than a cut at 1,000."""
    case = toy_case(
        {"DE": (8.0,)},
        pipelines={("NO", "DE"): (4.0, 1.0), ("XX", "DE"): (4.0, 1.0)},
        supply={"DE": (5.0, 20.0), "NO": (4.0, 29.0), "XX": (4.0, 9_000.0)},
    )
    matrix = of(case)
    columns = marked(matrix, "curtailment", "flow")
    columns[matrix.columns["supply"].start] = True
    problem = sifted(matrix, columns, np.ones(matrix.n_rows, dtype=bool))
    found = problem.solve()

    assert approx([5.0, 3.0, 0.0]) == matrix.values(found.col_value, "supply").ravel()
    assert approx(5 * 20.0 + 3 * 30.0) == found.objective
    assert problem.shape[1] == columns.sum() + 1


def test_a_row_left_out_joins_when_a_plan_breaks_it():
    """A volume of 6 over two days of demand 5 binds: 4 are cut, though the daily rate would do."""
    case = toy_case({"DE": (5.0, 5.0)}, supply={"DE": (5.0, 20.0)}, periods=2, days=1)
    case = case.with_("supply", volume=np.array([6.0]))
    matrix = of(case)
    problem = sifted(matrix, np.ones(matrix.n_columns, dtype=bool), np.zeros(matrix.n_rows, dtype=bool))
    found = problem.solve()

    assert approx(6.0) == matrix.values(found.col_value, "supply").sum()
    assert approx(4.0) == matrix.values(found.col_value, "curtailment").sum()


def test_where_demand_cannot_be_met_without_them_cuts_join():
    """Demand of 8, supply of 5, and no column for a cut at first: the live problem has no plan, the whole one has."""
    case = toy_case({"DE": (8.0,)}, supply={"DE": (5.0, 20.0)}, days=1)
    matrix = of(case)
    found = sifted(matrix, marked(matrix, "supply"), np.ones(matrix.n_rows, dtype=bool)).solve()

    assert approx(3.0) == matrix.values(found.col_value, "curtailment").sum()


@pytest.mark.parametrize("are_alike", [False, True])
def test_what_two_periods_lack_joins_in_those_that_are_like_them(are_alike):
    """Supply of 5 against demand of 8, 8 and 2: two days lack a cut, the third is helped along with the second."""
    matrix = of(toy_case({"DE": (8.0, 8.0, 2.0)}, supply={"DE": (5.0, 20.0)}, periods=3))
    rest = np.full(matrix.n_columns, AT_LOWER, dtype=np.int8), np.full(matrix.n_rows, BASIC, dtype=np.int8)
    every = np.ones(matrix.n_rows, dtype=bool)
    problem = Sifted(matrix, rest, marked(matrix, "supply"), every, kinds=rows_by_kind(matrix) if are_alike else None)

    assert approx(solve(matrix).objective, **ALL) == problem.solve().objective
    joined = problem.members[0][matrix.columns["curtailment"].slice]
    assert joined.tolist() == [True, True, are_alike]


def test_a_balance_is_like_itself_in_other_periods_and_like_no_other():
    matrix = of(everything())
    number = matrix.rows["balance"].shaped(rows_by_kind(matrix).astype(float))

    assert (number == number[..., :1]).all()
    assert len(np.unique(number[..., 0])) == number[..., 0].size


def test_a_problem_without_a_plan_is_said_to_have_none():
    case = toy_case({"DE": (8.0,)}, supply={"DE": (5.0, 20.0)}, days=1)
    matrix = of(case)
    matrix = replace(matrix, col_upper=np.minimum(matrix.col_upper, 0.5 / matrix.n_columns))
    columns = marked(matrix, "supply")

    with pytest.raises(SolveError, match="infeasible"):
        sifted(matrix, columns, np.ones(matrix.n_rows, dtype=bool)).solve()


# --- the same problem with other numbers ----------------------------------------------------------------------------


@pytest.mark.parametrize("large", [TUNING.largest_grown_in_place, 0], ids=["growing in place", "handed over anew"])
@settings(max_examples=tries(60))
@given(
    case=networks(),
    factors=st.lists(st.floats(0.3, 3.0), min_size=1, max_size=4),
    chance=st.randoms(use_true_random=False),
)
def test_a_problem_that_is_renewed_has_the_optimum_of_the_new_numbers(large, case, factors, chance):
    """Whichever of the bases before it goes on from."""
    columns, rows = (np.array([chance.random() < 0.5 for _ in range(n)]) for n in reversed(of(case).shape))
    with pytest.MonkeyPatch.context() as patch:
        handed_over_above(patch, large)
        problem = sifted(of(case), columns, rows)
        problem.solve()
        ends = []

        for factor in factors:
            ends.append(problem.codes)
            other = of(case.with_("demand", rate=case.demand.rate * factor))
            problem.go_on_from(chance.choice(ends))
            problem.renew(other)
            found = problem.solve()
            assert found.certificate.passes()
            assert approx(solve(other).objective, **ALL) == found.objective


@pytest.mark.parametrize("large", [TUNING.largest_grown_in_place, 0], ids=["growing in place", "handed over anew"])
def test_what_has_joined_stays_and_what_rests_joins_when_the_numbers_call_for_it(large, monkeypatch):
    """DE needs 8 and has 5 of its own at 20; NO is idle while it costs 9,000, and delivers 3 when it asks for 30."""
    handed_over_above(monkeypatch, large)
    dear = toy_case(
        {"DE": (8.0,)},
        pipelines={("NO", "DE"): (4.0, 0.0)},
        supply={"DE": (5.0, 20.0), "NO": (4.0, 9_000.0)},
    )
    cheap = dear.with_("supply", cost=np.array([[20.0], [30.0]]))
    matrix = of(dear)
    columns = marked(matrix, "curtailment", "flow")
    columns[matrix.columns["supply"].start] = True
    problem = sifted(matrix, columns, np.ones(matrix.n_rows, dtype=bool))
    weights = [problem.live.option(EDGE_WEIGHTS)]
    before = problem.solve()
    live = problem.live
    alone = problem.members[0].sum()
    problem.renew(of(cheap))
    after = problem.solve()
    assert (problem.live is live) == (large > 0), "only a large one is handed over anew"
    weights.append(problem.live.option(EDGE_WEIGHTS))
    problem.renew(matrix)
    weights.append(problem.live.option(EDGE_WEIGHTS))

    assert approx([5.0, 0.0]) == matrix.values(before.col_value, "supply").ravel()
    assert approx([5.0, 3.0]) == matrix.values(after.col_value, "supply").ravel()
    assert problem.members[0].sum() == alone + 1
    assert weights == [-1, REPAIR[EDGE_WEIGHTS], -1], (
        "what joined is repaired with Devex, what is renewed is solved as at first"
    )
    assert approx(before.objective) == problem.solve().objective


def test_a_large_problem_that_grows_goes_on_from_the_basis_it_had(monkeypatch):
    """Handed over are the codes the old instance ended with; what is new rests, or is a basic row."""
    handed_over_above(monkeypatch, 0)
    handed, left = [], []
    usual, codes = sifting.basis_from_codes, LiveModel.codes
    monkeypatch.setattr(
        sifting, "basis_from_codes", lambda *both, guess: handed.append((*both, guess)) or usual(*both, guess=guess)
    )
    monkeypatch.setattr(LiveModel, "codes", lambda live: left.append(codes(live)) or left[-1])
    matrix = of(everything())
    sifted(matrix, marked(matrix, "flow", "supply"), np.zeros(matrix.n_rows, dtype=bool)).solve()

    assert len(handed) > 2
    for (columns, rows, guess), (old_columns, old_rows) in zip(handed[1:], left, strict=False):
        assert not guess
        assert (columns[: old_columns.size] == old_columns).all()
        assert (rows[: old_rows.size] == old_rows).all()
        assert (columns == BASIC).sum() + (rows == BASIC).sum() == rows.size


@pytest.mark.parametrize("large", [TUNING.largest_grown_in_place, 0], ids=["growing in place", "handed over anew"])
def test_a_column_that_loses_the_bound_it_rests_at_joins(large, monkeypatch):
    """Five of its own rest at their upper bound. Without a bound nothing rests there: all eight are its own."""
    handed_over_above(monkeypatch, large)
    bounded = toy_case({"DE": (8.0,)}, supply={"DE": (5.0, 20.0)}, days=1)
    matrix = of(bounded).with_rows("supply_limit", upper=np.inf)
    full = np.full(matrix.n_columns, AT_LOWER, dtype=np.int8)
    full[matrix.columns["supply"].start] = AT_UPPER
    codes = full, np.full(matrix.n_rows, BASIC, dtype=np.int8)
    problem = sifted(matrix, marked(matrix, "curtailment"), np.ones(matrix.n_rows, dtype=bool), codes)

    assert approx(3.0) == matrix.values(problem.solve().col_value, "curtailment").sum()
    problem.renew(matrix.with_columns("supply", upper=np.inf))
    assert approx(8.0) == matrix.values(problem.solve().col_value, "supply").sum()


@pytest.mark.parametrize("large", [TUNING.largest_grown_in_place, 0], ids=["growing in place", "handed over anew"])
def test_a_column_that_can_rest_nowhere_joins_and_leaves_the_basis_asked_for(large, monkeypatch):
    """Supply at -20 without a floor rests at its bound of 5. Without that either it must join before the next solve."""
    handed_over_above(monkeypatch, large)
    matrix = of(toy_case({"DE": (8.0,)}, supply={"DE": (5.0, 20.0)}, days=1)).with_rows("supply_limit", upper=np.inf)
    matrix = matrix.with_columns("supply", lower=-np.inf, cost=-20.0)
    full = np.where(marked(matrix, "supply"), AT_UPPER, AT_LOWER).astype(np.int8)
    codes = full, np.full(matrix.n_rows, BASIC, dtype=np.int8)
    problem = sifted(matrix, marked(matrix, "curtailment"), np.ones(matrix.n_rows, dtype=bool), codes)
    problem.solve()
    asked = np.where(marked(matrix, "curtailment"), AT_UPPER, problem.codes[0]).astype(np.int8)
    problem.go_on_from((asked, problem.codes[1]))
    problem.renew(matrix.with_columns("supply", upper=np.inf))

    assert (problem.codes[0] == asked).all()
    assert problem.members[0][marked(matrix, "supply")].all()
    assert approx(8.0) == matrix.values(problem.solve().col_value, "supply").sum()


# --- what is chosen on the network of Europe ------------------------------------------------------------------------


def test_near_its_optimum_the_problem_of_europe_is_small_and_nothing_is_missing(data, monthly):
    case = apply(monthly("full_cutoff_february", foresight="perfect"), data)
    case = case.with_("demand", tier_slices=np.ones_like(case.demand.tier_slices))
    matrix = of(case)
    best = solve(matrix)
    codes = basis_codes(best.basis)
    slack = np.minimum(best.row_value - matrix.row_lower, matrix.row_upper - best.row_value)
    columns = columns_within_reach(matrix, codes[0], best.col_dual, price_margins(matrix, case), TUNING.reserve_share)
    rows = rows_within_reach(matrix, case, codes[1], slack)
    problem = sifted(matrix, columns, rows, codes)
    begins = problem.shape
    found = problem.solve()

    assert begins[0] < 0.5 * matrix.n_rows
    assert begins[1] < 0.6 * matrix.n_columns
    assert problem.shape == begins
    assert approx(best.objective, rel=1e-9) == found.objective


def test_a_market_keeps_something_to_give_and_something_to_take(data, monthly):
    """However far all cuts are from paying: a tenth of what could be cut stays within reach.

    Customers of low-calorific gas, who stand in two rows, join for their price alone.
    """
    case = apply(monthly("reference", low_calorific=False), data)
    matrix = of(case)
    codes = np.full(matrix.n_columns, AT_LOWER, dtype=np.int8)
    columns = columns_within_reach(
        matrix, codes, np.full(matrix.n_columns, 1e6), np.ones(matrix.n_columns), TUNING.reserve_share
    )
    within, all_of_it = 0.0, 0.0
    for name in ("voluntary", "curtailment"):
        width = matrix.block_array("col_upper", name)
        stays = columns[matrix.columns[name].slice].reshape(width.shape)
        within, all_of_it = within + np.where(stays, width, 0.0).sum(axis=1), all_of_it + width.sum(axis=1)

    assert (within >= 0.1 * all_of_it - 1e-9).all()
    assert within.sum() < 0.5 * all_of_it.sum()


def test_no_two_parallel_pipelines_could_be_merged_without_a_change_of_cost(data, monthly):
    lines = apply(monthly("reference"), data).pipelines
    pairs = [
        (one, other)
        for one, other in combinations(range(len(lines.id)), 2)
        if (lines.from_node[one], lines.to_node[one]) == (lines.from_node[other], lines.to_node[other])
    ]

    assert len(pairs) > 50
    cost = lines.cost + lines.tie_break
    assert not any(np.array_equal(cost[one], cost[other]) for one, other in pairs)


def test_prices_of_another_problem_reach_further_than_those_carried_from_longer_periods(data, monthly):
    scenario = monthly("reference", resolution="week", foresight="perfect")
    case = apply(scenario, data)
    matrix, starts = of(case), []

    def noted(way):
        return lambda problem, on, guess, **how: starts.append(guess) or way(problem, on, guess, **how)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("energy_model.fast.temporal_refinement.start_near_optimum", noted(start_near_optimum))
        start = start_from_longer_periods(matrix, case)
        _, start = noted(optimum_from)(matrix, case, start)

    assert len(starts) > 2
    assert [guess.margins for guess in starts if guess is not None] == [1.0] * (len(starts) - 1)
    assert start.margins > 1.0


def test_a_start_for_another_objective_has_no_prices(data, monthly):
    case = apply(monthly("reference"), data)
    matrix = of(case)
    _, start = optimum(matrix, case)

    assert start.for_another_objective().prices is None
    assert optimum(matrix, case, start.for_another_objective())[0].iterations == 0
    assert approx(optimum(matrix, case)[0].objective, rel=1e-9) == optimum(matrix, case, start)[0].objective


def test_a_column_left_out_joins_for_the_least_that_a_tie_break_tells_apart():
    """Norway's gas costs 3e-8 EUR/MWh less than Russia's; left out in the beginning, it is what Germany burns."""
    case = toy_case(
        {"DE": 10.0},
        {("RU", "DE"): (20.0, 0.0), ("NO", "DE"): (20.0, 0.0)},
        {"RU": (20.0, 5.0), "NO": (20.0, 5.0 - 3e-8)},
    )
    matrix = of(case)
    columns = np.ones(matrix.n_columns, dtype=bool)
    norway = matrix.columns["supply"].slice.start + int(np.flatnonzero(case.supply.supplier == "NO")[0])
    columns[norway] = False
    found = sifted(matrix, columns, np.ones(matrix.n_rows, dtype=bool)).solve()

    assert approx(10.0) == found.col_value[norway]
