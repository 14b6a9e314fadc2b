"""Is a solution optimal? Residuals and duality gap from the problem's own arrays, without asking the solver."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .matrix import Floats, Matrix, inner

TOLERANCE = 1e-6
"""Largest residual, dual infeasibility and gap accepted, each relative to one plus the size of what it is part of."""


@dataclass(frozen=True)
class Certificate:
    """Karush-Kuhn-Tucker conditions of a linear programme, as numbers that should be zero."""

    primal_residual: float
    """Largest violation of a bound on a column or row, or wrong row activity, relative to 1 + that bound."""
    dual_residual: float
    """Largest reduced cost or row dual of the wrong sign, or wrong reduced cost, relative to 1 + the cost."""
    relative_gap: float
    """Difference between primal and dual objective, relative to 1 + the primal one."""

    def passes(self, tolerance: float = TOLERANCE) -> bool:
        """Whether the solution is optimal to within a tolerance."""
        # Written so that a nan fails.
        return all(number <= tolerance for number in (self.primal_residual, self.dual_residual, self.relative_gap))

    def __str__(self) -> str:
        return (
            f"primal residual {self.primal_residual:.1e}, dual infeasibility {self.dual_residual:.1e}, "
            f"relative gap {self.relative_gap:.1e}"
        )


UNPROVEN = Certificate(np.nan, np.nan, np.nan)
"""Of a solution that nobody checked: it does not pass."""


def certify(matrix: Matrix, col_value: Floats, col_dual: Floats, row_value: Floats, row_dual: Floats) -> Certificate:
    """Check a primal-dual pair against the optimality conditions.

    A dual says by how much the objective changes per unit of the right-hand side, reduced costs accordingly.
    """
    sign = matrix.sign
    cost, prices = sign * matrix.cost, sign * row_dual
    activity = matrix.coefficients @ col_value
    reduced = cost - prices @ matrix.coefficients
    primal = _worst(
        _violation(col_value, matrix.col_lower, matrix.col_upper),
        _violation(activity, matrix.row_lower, matrix.row_upper),
        (row_value - activity) / _scale(activity),
    )
    # A positive multiplier leans on the lower bound, a negative one on the upper: it must exist.
    dual = _worst(
        np.where(_leans_on_nothing(reduced, matrix.col_lower, matrix.col_upper), reduced, 0.0) / _scale(cost),
        np.where(_leans_on_nothing(prices, matrix.row_lower, matrix.row_upper), prices, 0.0) / _scale(prices),
        (sign * col_dual - reduced) / _scale(cost),
    )
    objective = inner(cost, col_value)
    bound = _support(reduced, matrix.col_lower, matrix.col_upper) + _support(prices, matrix.row_lower, matrix.row_upper)
    gap = abs(objective - bound) / (1.0 + abs(objective + sign * matrix.cost_offset))
    return Certificate(primal, dual, gap)


def _violation(value: Floats, lower: Floats, upper: Floats) -> Floats:
    with np.errstate(invalid="ignore"):  # infinity over infinity where there is no bound
        below = np.where(np.isfinite(lower), (lower - value) / _scale(lower), 0.0)
        above = np.where(np.isfinite(upper), (value - upper) / _scale(upper), 0.0)
    # np.maximum hands a nan on, which is what is wanted: a value that is no number meets no bound.
    violation = np.maximum(np.maximum(below, above), 0.0)
    return np.where(np.isfinite(value), violation, np.nan)


def _leans_on_nothing(multiplier: Floats, lower: Floats, upper: Floats) -> np.ndarray:
    return ((multiplier > 0) & ~np.isfinite(lower)) | ((multiplier < 0) & ~np.isfinite(upper)) | np.isnan(multiplier)


def _support(multiplier: Floats, lower: Floats, upper: Floats) -> float:
    """Least value of ``multiplier @ z`` for z within bounds; missing bounds are counted as dual infeasibility."""
    at = np.where(multiplier > 0, lower, upper)
    return inner(multiplier, np.where(np.isfinite(at), at, 0.0))


def _scale(numbers: Floats) -> Floats:
    return 1.0 + np.abs(numbers)


def _worst(*groups: Floats) -> float:
    """Largest size of any number; ``nan`` if there is one."""
    return float(np.max([np.abs(numbers).max(initial=0.0) for numbers in groups]))
