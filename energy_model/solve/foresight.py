"""Solve a scenario under its foresight: one plan with full knowledge, or a new plan at every announcement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from energy_model.data.load import GasData
from energy_model.lp import Matrix, Solution, compile_model
from energy_model.model import build_model
from energy_model.scenario import Case, Scenario, apply
from energy_model.scenario.base import base_case
from energy_model.solve.slices import solve_sliced

PERIOD_COLUMNS = (
    "supply", "flow", "lng_supply", "cargo", "sendout", "injection", "withdrawal", "voluntary", "curtailment",
)  # fmt: skip
"""Variables whose last axis is the period: decisions that are frozen once their period has passed."""
PERIOD_ROWS = ("balance", "loading", "landing", "storage_level", "withdrawal_curve", "injection_curve")
"""Constraints whose last axis is the period: their duals belong to the plan that decided the period."""
NOTHING = 1e-9
"""Smaller values are rounding of the solver, shown as zero."""
LEVEL = "level"
"""Stock in store: its last axis is the boundary between periods."""


@dataclass(frozen=True)
class Stage:
    """One plan: made on a day, with what was known then."""

    decided_on: date
    first_period: int
    status: str
    objective_keur: float
    iterations: int
    solver_seconds: float
    primal_residual: float
    dual_residual: float
    relative_gap: float


@dataclass(frozen=True)
class Solved:
    """A solved scenario as arrays.

    Attributes
    ----------
    values : mapping of str to ndarray
        Columns by variable name, shaped by their index sets.
    duals : mapping of str to ndarray
        Row duals by constraint name, thousand EUR per unit of the row; each period's from the plan that decided it.
    reduced_costs : mapping of str to ndarray
        Column duals by variable name.
    objective_keur : float
        Cost of what happens, thousand EUR.
    matrix : Matrix
        The problem of the last plan, with what was decided before it frozen: questions are put to it.
    solution : Solution
        Its optimum.
    """

    scenario: Scenario
    case: Case
    values: Mapping[str, np.ndarray]
    duals: Mapping[str, np.ndarray]
    reduced_costs: Mapping[str, np.ndarray]
    objective_keur: float
    stages: tuple[Stage, ...]
    matrix: Matrix
    solution: Solution


def solve_scenario(scenario: Scenario, data: GasData) -> Solved:
    """Solve all stages of a scenario.

    Under ``surprise`` each announcement ends a stage: what was decided for the periods before it stays, with all it
    used up, and the rest is planned anew. ``perfect`` has one stage that knows everything.

    Raises
    ------
    SolveError
        If a stage has no certified optimum.
    """
    days = scenario.announcements() if scenario.foresight == "surprise" else []
    beliefs: list[date | None] = [scenario.horizon.start, *days] if days else [None]
    vintage = data if data.as_of == scenario.as_of else data.at(scenario.as_of)
    base = base_case(vintage, scenario)
    stages: list[Stage] = []
    duals: dict[str, np.ndarray] = {}
    reduced: dict[str, np.ndarray] = {}
    matrix: Matrix | None = None
    solution: Solution | None = None
    for belief in beliefs:
        case = apply(scenario, vintage, None if belief == beliefs[-1] else belief, base)
        fresh = compile_model(build_model(case))
        first = 0 if belief is None else case.timeline.boundary_at(belief)
        if matrix is not None and solution is not None:
            fresh = freeze_past(fresh, matrix, solution, first)
        matrix, solution = fresh, solve_sliced(fresh, case)
        stages.append(_stage(solution, case, first))
        _splice(duals, {n: matrix.values(solution.row_dual, n) for n in matrix.rows}, first)
        _splice(reduced, {n: matrix.values(solution.col_dual, n) for n in matrix.columns}, first)
    assert matrix is not None  # there is always a first stage
    assert solution is not None
    clean = np.where(np.abs(solution.col_value) < NOTHING, 0.0, solution.col_value)
    values = {name: matrix.values(clean, name) for name in matrix.columns}
    return Solved(scenario, case, values, duals, reduced, float(solution.objective), tuple(stages), matrix, solution)


def freeze_past(fresh: Matrix, before: Matrix, solution: Solution, first: int) -> Matrix:
    """The new plan's matrix with every decision of the periods before ``first`` fixed to what was decided.

    Rows in which nothing is left to decide are freed: they held in the old plan, and rounding must not make the new
    one infeasible.
    """
    fixed = np.zeros(fresh.n_columns, dtype=bool)
    for name in (*PERIOD_COLUMNS, LEVEL):
        past = first + 1 if name == LEVEL else first
        decided = before.values(solution.col_value, name)
        lower, upper = fresh.block_array("col_lower", name), fresh.block_array("col_upper", name)
        lower[..., :past] = upper[..., :past] = decided[..., :past]
        fresh = fresh.with_columns(name, lower=lower, upper=upper)
        mark = np.zeros(lower.shape, dtype=bool)
        mark[..., :past] = True
        fixed[fresh.columns[name].slice] = mark.ravel()
    return fresh.with_free_rows(fresh.rows_within(fixed))


def _stage(solution: Solution, case: Case, first: int) -> Stage:
    proof = solution.certificate
    return Stage(
        decided_on=case.timeline.starts[first],
        first_period=first + 1,
        status=solution.status,
        objective_keur=float(solution.objective),
        iterations=solution.iterations,
        solver_seconds=solution.seconds,
        primal_residual=proof.primal_residual,
        dual_residual=proof.dual_residual,
        relative_gap=proof.relative_gap,
    )


def _splice(kept: dict[str, np.ndarray], fresh: Mapping[str, np.ndarray], first: int) -> None:
    """Let the periods before ``first`` keep the duals of the plan that decided them."""
    for name, values in fresh.items():
        if first and name in kept and name in (*PERIOD_COLUMNS, *PERIOD_ROWS):
            values = np.concatenate([kept[name][..., :first], values[..., first:]], axis=-1)
        kept[name] = values
