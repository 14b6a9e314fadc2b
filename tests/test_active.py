"""A problem solved on few of its columns and rows has the optimum of the whole."""

from __future__ import annotations

import numpy as np
import pytest
from cases import networks
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from energy_model.errors import SolveError
from energy_model.lp import Matrix, compile_model, solve
from energy_model.lp.active import ActiveModel, ActiveSet, used
from energy_model.model import build_model
from energy_model.scenario import Case
from energy_model.sweep.warm import Chain


def problem(case: Case) -> Matrix:
    return compile_model(build_model(case))


def colder(case: Case, factor: float) -> Case:
    return case.with_("demand", rate=case.demand.rate * factor)


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(case=networks(), factors=st.lists(st.floats(0.3, 3.0), min_size=2, max_size=5))
def test_what_is_left_out_changes_no_optimum(case: Case, factors: list[float]) -> None:
    first = problem(case)
    model = ActiveModel()
    start: ActiveSet | None = used(first, solve(first))

    for factor in (1.0, *factors):
        matrix = problem(colder(case, factor))
        found = model.solve(matrix, start)
        start = None
        assert found.objective == pytest.approx(solve(matrix).objective, rel=1e-8, abs=1e-6)
        assert found.certificate.passes()
        assert found.col_value.shape == (matrix.n_columns,)
        assert found.row_dual.shape == (matrix.n_rows,)


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(case=networks(), factors=st.lists(st.floats(0.3, 3.0), min_size=7, max_size=12))
def test_a_chain_finds_the_optimum_of_each_problem(case: Case, factors: list[float]) -> None:
    chain = Chain()

    for factor in factors:
        matrix = problem(colder(case, factor))
        found = chain.solve(matrix, colder(case, factor))
        assert found.objective == pytest.approx(solve(matrix).objective, rel=1e-8, abs=1e-6)
        assert found.certificate.passes()


def two_suppliers() -> Matrix:
    """One demand of 10; the cheap supplier has 6, the dear one 9."""
    return Matrix(
        cost=np.array([1.0, 3.0]),
        cost_offset=0.0,
        start=np.array([0, 1, 2], dtype=np.int32),
        index=np.array([0, 0], dtype=np.int32),
        value=np.array([1.0, 1.0]),
        row_lower=np.array([10.0]),
        row_upper=np.array([10.0]),
        col_lower=np.zeros(2),
        col_upper=np.array([6.0, 9.0]),
    )


def test_too_little_to_begin_with_is_filled_up() -> None:
    model = ActiveModel()

    found = model.solve(two_suppliers(), ActiveSet(np.array([True, False]), np.array([True])))

    assert found.objective == pytest.approx(6.0 * 1.0 + 4.0 * 3.0)
    assert found.row_dual.tolist() == pytest.approx([3.0])
    assert model.kept.columns.all()


def test_a_first_problem_needs_a_start() -> None:
    with pytest.raises(SolveError, match="give a start"):
        ActiveModel().solve(two_suppliers())
