"""A solved scenario as arrays, and what each plan says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from energy_model import fast
from energy_model.lp import Matrix, Solution
from energy_model.plan.terminals import pro_rata
from energy_model.scenario import Case, Scenario

NOTHING = 1e-9
"""Smaller values are rounding of the solver, shown as zero."""


@dataclass(frozen=True)
class Stage:
    """One plan: made on a day, with what was known then."""

    decided_on: date
    first_period: int
    status: str
    objective_keur: float
    iterations: int
    primal_residual: float
    dual_residual: float
    relative_gap: float


@dataclass(frozen=True)
class Expected:
    """What a plan that values stock expects.

    Attributes
    ----------
    decided_on : date
    zone : str
        Stores that share a table of values: the largest of them.
    day : date
        Beginning of the month in which they are usually fullest.
    mean_share, lowest_share, highest_share : float
        Filling on that day, over all branches of the fan.
    valued_on : date
        End of the plan.
    values_eur_per_mwh : tuple of float
        Value of the stock left on that day in equal steps from empty to full.
    marginal_cost_eur_per_mwh : float
        Mean price of the zone's markets in the periods of the plan, weighted with demand.
    stock_value_eur_per_mwh : float
        Value of another MWh beside the stock that the plan leaves at its end.
    below_duty_probability : float
        Weight of the branches that miss the highest level which somebody is obliged to within the twelve months ahead;
        not a number if no such level is known.
    """

    decided_on: date
    zone: str
    day: date
    mean_share: float
    lowest_share: float
    highest_share: float
    valued_on: date
    values_eur_per_mwh: tuple[float, ...]
    marginal_cost_eur_per_mwh: float
    stock_value_eur_per_mwh: float = float("nan")
    below_duty_probability: float = float("nan")


@dataclass(frozen=True)
class Solved:
    """A solved scenario as arrays.

    Attributes
    ----------
    values : mapping of str to ndarray
        Columns by variable name, as :func:`values_of` gives them.
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
    start : Start, optional
        Where a problem of the same shape can start.
    cuts : frozenset of date
        Boundaries that longer periods kept on the way to the last plan.
    expected : tuple of Expected
        With rolling foresight what each plan expected, one for each stage.
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
    start: fast.Start | None = None
    cuts: frozenset[date] = frozenset()
    expected: tuple[Expected, ...] = ()


def values_of(matrix: Matrix, solution: Solution, case: Case) -> dict[str, np.ndarray]:
    """Columns of an optimum by variable name, shaped by their index sets, without the solver's rounding.

    The terminals of a market are dispatched pro rata (:mod:`energy_model.plan.terminals`).
    """
    clean = np.where(np.abs(solution.col_value) < NOTHING, 0.0, solution.col_value)
    values = {name: matrix.values(clean, name) for name in matrix.columns}
    return values | {"sendout": pro_rata(values["sendout"], case.lng)}


def stage_of(solution: Solution, case: Case, first: int) -> Stage:
    """What the optimum of a plan says, whose first period still to be decided is ``first``."""
    proof = solution.certificate
    return Stage(
        decided_on=case.timeline.starts[first],
        first_period=first + 1,
        status=solution.status,
        objective_keur=float(solution.objective),
        iterations=solution.iterations,
        primal_residual=proof.primal_residual,
        dual_residual=proof.dual_residual,
        relative_gap=proof.relative_gap,
    )
