"""A matrix is changed by name, solved, solved again, and every optimum is proven outside the solver."""

from __future__ import annotations

import highspy
import numpy as np
import pyomo.environ as pyo
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import linprog
from toy_network import network

from energy_model.lp import LazyModel, LiveModel, SolveError, certify, compile_model, highs, solve

# --- matrix ---------------------------------------------------------------------------------------------------------


def test_blocks_read_and_change_by_name_and_index():
    matrix = compile_model(network())
    assert (3, 3, 4) == matrix.columns["curtailment"].shape
    assert (("RU", "DE"), ("RU", "PL"), ("NO", "DE")) == matrix.columns["supply"].labels[0]

    changed = matrix.with_columns("flow", upper=[[1.0], [2.0]], cost=3.0).with_rows("volume_limit", upper=[1, 2, 3])
    assert_array_equal([[1.0] * 4, [2.0] * 4], changed.block_array("col_upper", "flow"))
    assert_array_equal([1, 2, 3], changed.block_array("row_upper", "volume_limit"))
    assert 8 == np.count_nonzero(changed.cost != matrix.cost)
    assert changed.value is matrix.value
    assert_array_equal(5.0, matrix.block_array("col_upper", "flow"))


def test_rows_in_which_nothing_is_left_to_decide_can_be_freed():
    matrix = compile_model(network())
    fixed = np.zeros(matrix.n_columns, dtype=bool)
    fixed[matrix.columns["supply"].slice] = True
    rows = matrix.rows_within(fixed)

    assert_array_equal([True] * 3, rows[matrix.rows["volume_limit"].slice])
    assert 3 == rows.sum()
    assert_array_equal(np.inf, matrix.with_free_rows(rows).block_array("row_upper", "volume_limit"))


@pytest.mark.parametrize(
    "misuse",
    [
        lambda matrix: matrix.with_columns("flows", upper=1),
        lambda matrix: matrix.with_columns("balance", upper=1),
        lambda matrix: matrix.with_columns("flow", upper=[1, 2, 3]),
        lambda matrix: matrix.with_columns("flow", upper=np.nan),
        lambda matrix: matrix.values(matrix.row_lower, "flow"),
        lambda matrix: matrix.block_array("cost", "nothing"),
    ],
)
def test_a_wrong_name_or_shape_is_refused(misuse):
    with pytest.raises(SolveError):
        misuse(compile_model(network()))


# --- solve ----------------------------------------------------------------------------------------------------------


def by_scipy(matrix) -> float:
    """The optimum by another door: scipy's linprog on inequalities and equations taken from the arrays."""
    equal = matrix.row_lower == matrix.row_upper
    table = matrix.coefficients.tocsr()
    sides = [(table[~equal], matrix.row_upper[~equal]), (-table[~equal], -matrix.row_lower[~equal])]
    kept = [(a[np.isfinite(b)], b[np.isfinite(b)]) for a, b in sides]
    found = linprog(
        matrix.cost,
        A_ub=np.vstack([a.toarray() for a, _ in kept]),
        b_ub=np.concatenate([b for _, b in kept]),
        A_eq=table[equal].toarray(),
        b_eq=matrix.row_lower[equal],
        bounds=np.column_stack([matrix.col_lower, matrix.col_upper]),
    )
    assert found.success, found.message
    return found.fun + matrix.cost_offset


@settings(max_examples=25, deadline=None)
@given(st.floats(1, 9), st.floats(0, 9), st.floats(0, 60))
def test_the_optimum_is_that_of_scipy(demand, capacity, volume):
    matrix = compile_model(network(demand=demand, capacity=capacity, volume=volume))
    assert solve(matrix).objective == pytest.approx(by_scipy(matrix), rel=1e-7)


def test_the_dual_of_a_balance_is_the_cost_of_one_more_unit_of_demand():
    matrix = compile_model(network())
    base = solve(matrix)
    rhs = matrix.block_array("row_lower", "balance")
    rhs[1, 3] += 0.01
    more = solve(matrix.with_rows("balance", lower=rhs, upper=rhs))

    price = matrix.values(base.row_dual, "balance")[1, 3]
    assert price > 0
    assert more.objective - base.objective == pytest.approx(0.01 * price)


def test_interior_point_and_simplex_agree():
    matrix = compile_model(network())
    assert solve(matrix, method="ipm").objective == pytest.approx(solve(matrix).objective)


def test_a_maximum_is_found_and_certified():
    matrix = compile_model(network())
    lowest = solve(matrix)
    m = network()
    m.cost.deactivate()
    m.gain = pyo.Objective(rule=lambda m: 7 - m.cost, sense=pyo.maximize)
    highest = solve(compile_model(m))

    assert highest.objective == pytest.approx(7 - lowest.objective)
    assert_allclose(highest.row_dual, -lowest.row_dual, atol=1e-9)


def test_a_model_without_rows_is_solved():
    m = LazyModel()
    m.T = pyo.RangeSet(3)
    m.x = pyo.Var(m.T, bounds=lambda m, t: (t, 9))
    m.cost = pyo.Objective(rule=lambda m: sum(m.x[t] for t in m.T) + 1)
    assert 7.0 == solve(compile_model(m)).objective


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda matrix: matrix.with_columns("curtailment", upper=0.0), "infeasible"),
        (
            lambda matrix: matrix.with_columns("level", lower=-np.inf, upper=np.inf, cost=-1.0).with_free_rows(
                np.ones(matrix.n_rows, bool)
            ),
            "unbounded",
        ),
        (lambda matrix: matrix.with_columns("flow", lower=3.0, upper=2.0), "HiGHS|infeasible"),
    ],
)
def test_no_optimum_is_an_error_that_says_which(change, words):
    matrix = compile_model(network(volume=1.0))
    with pytest.raises(SolveError, match=words):
        solve(change(matrix))
    live = LiveModel(matrix)
    first = live.solve()
    with pytest.raises(SolveError, match=words):
        live.solve(change(matrix))
    assert live.solve(matrix).objective == pytest.approx(first.objective)


def test_an_unknown_option_is_refused_and_a_limit_is_no_optimum():
    matrix = compile_model(network())
    with pytest.raises(SolveError, match="colour"):
        solve(matrix, options={"colour": "red"})
    with pytest.raises(SolveError, match="iteration limit"):
        solve(matrix, options={"simplex_iteration_limit": 1, "presolve": "off"})


@pytest.mark.parametrize("vector", ["col_value", "col_dual", "row_value", "row_dual"])
@pytest.mark.parametrize("error", [0.1, -0.1, np.nan])
def test_the_certificate_flags_a_wrong_solution(vector, error):
    matrix = compile_model(network())
    right = solve(matrix)
    vectors = {name: getattr(right, name).copy() for name in ("col_value", "col_dual", "row_value", "row_dual")}
    assert certify(matrix, **vectors).passes()

    vectors[vector][matrix.block("supply" if vector.startswith("col") else "balance").start] += error
    assert not certify(matrix, **vectors).passes()


def test_the_certificate_flags_a_feasible_solution_that_is_not_best():
    matrix = compile_model(network())
    dear = solve(matrix.with_columns("supply", upper=0.0))
    assert not certify(matrix, dear.col_value, dear.col_dual, dear.row_value, dear.row_dual).passes()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 9), st.floats(0, 60), st.floats(0, 50)), min_size=1, max_size=4))
def test_a_live_model_gives_what_a_cold_solve_gives(versions):
    matrix = compile_model(network())
    live = LiveModel(matrix)
    live.solve()
    for capacity, volume, cost in versions:
        other = (
            matrix.with_columns("flow", upper=capacity)
            .with_rows("volume_limit", upper=volume)
            .with_columns("supply", cost=cost)
        )
        assert live.solve(other).objective == pytest.approx(solve(other).objective, rel=1e-9, abs=1e-7)


def test_a_warm_start_needs_fewer_iterations_than_a_cold_one():
    matrix = compile_model(network())
    live = LiveModel(matrix, options={"presolve": "off"})
    cold = live.solve()
    warm = live.solve(matrix.with_columns("supply", cost=20.5))
    from_basis = solve(matrix, basis=cold.basis)

    assert warm.was_warm
    assert warm.iterations < cold.iterations
    assert 0 == from_basis.iterations


def test_a_warm_solve_that_fails_its_certificate_is_repeated_cold(monkeypatch):
    matrix = compile_model(network())
    live = LiveModel(matrix)
    live.solve()
    asked = []

    def distrust_once(*arrays):
        asked.append(arrays)
        proof = certify(*arrays)
        return proof if len(asked) > 1 else type(proof)(1.0, 0.0, 0.0)

    monkeypatch.setattr(highs, "certify", distrust_once)
    again = live.solve(matrix.with_columns("supply", cost=30.0))

    assert 2 == len(asked)
    assert not again.was_warm


def test_a_solution_whose_certificate_fails_cold_is_an_error(monkeypatch):
    monkeypatch.setattr(highs, "certify", lambda *arrays: type(certify(*arrays))(0.0, 0.0, float("nan")))
    with pytest.raises(SolveError, match="certificate"):
        solve(compile_model(network()))


def test_other_coefficients_of_the_same_shape_are_passed_whole():
    first, second = compile_model(network()), compile_model(network())
    second.value[:] = np.where(second.value == 0.98, 0.9, second.value)
    live = LiveModel(first)
    live.solve()
    assert live.solve(second).objective == pytest.approx(solve(second).objective)
    assert live.matrix is second


def test_highs_is_serial_and_silent(capfd):
    live = LiveModel(compile_model(network()))
    live.solve()
    assert ("", "") == capfd.readouterr()
    assert (highspy.HighsStatus.kOk, 1) == live._highs.getOptionValue("threads")
