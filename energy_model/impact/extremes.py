r"""Smallest and largest value of a number over all optimal, or all nearly optimal, solutions of a solved problem.

Over all optimal solutions: a feasible x is optimal if and only if it is complementary to the dual optimum found.
Columns with a reduced cost stay at their bound, rows with a dual stay tight; what is left is a small problem, whose
extremes are exact for the full one.

Within a budget :math:`B = (1 + s) C^*`: the extreme of f over :math:`c x \le B`. For any price of cost
:math:`\lambda > 0`

.. math:: \max_{c x \le B} f(x) \le \frac{B - \min_x (c x - \lambda f(x))}{\lambda}

which is an equation at the right :math:`\lambda`. That is taken from the same question on blocks of 90 days, where the
budget is put as a row; on the finest periods problems with another objective remain, one to three a side. Their
solutions, mixed so that they cost :math:`B`, give a value that is reached; the bound is a limit none passes.
If there are no longer periods the budget is a row of the problem itself, and limit and value reached are one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from energy_model.errors import ResultError, SolveError
from energy_model.lp import LiveModel, Matrix, Solution, compile_model, solve
from energy_model.lp.extend import add_rows, with_objective
from energy_model.lp.matrix import Floats
from energy_model.model import build_model
from energy_model.scenario.case import Case
from energy_model.solve.lifting import carried, coarsened, ladder, on_blocks
from energy_model.solve.periods import freeze
from energy_model.solve.slices import CURTAILMENT, Start, solve_from, take_columns

Aim = Callable[[Matrix, Case], Floats]
"""A number as a weight on every column of a case's problem."""

NO_DUAL = 1e-6
"""Smaller duals are rounding, thousand EUR per unit; on Europe's network the next larger ones are above 1e-5."""
COST_TOLERANCE = 1e-6
"""A solution that costs more than this share above the optimum is not optimal: the face was drawn too wide."""
AT_BOUND = 1e-7
STRONGER = 1.5
"""Factor on the price of cost if the budget is not used up."""
STRONGEST = 1e5
"""Largest price of cost that is tried, thousand EUR per unit of f: the bound holds for any."""
NEAR_EUR_PER_MWH = 100.0
"""Slices with a reduced cost below this enter a price's problem at once, others when they are called for."""
ROUNDS = 8
LEAST_BLOCKS_DAYS = (90, 28, 3)
"""Least length of the blocks on each level; the price of cost comes from the coarsest, where a budget costs little."""
CLOSE_SHARE = 0.1
"""Limit and value reached are close if they differ by less than this share of the way from the plan to the limit."""
REFINED = 2
"""Times a price is improved where they are not close."""
PRIMAL: Mapping[str, int] = {"simplex_strategy": 4}
"""Another objective leaves the last point feasible: the primal simplex goes on from there."""


@dataclass(frozen=True)
class Range:
    """Smallest and largest value; ``least`` and ``most`` are limits, the other two are reached by a solution."""

    least: float
    most: float
    least_reached: float
    most_reached: float


class Face:
    """All optimal solutions of a problem."""

    def __init__(self, matrix: Matrix, found: Solution) -> None:
        self._matrix, self._found = matrix, found
        x, fixed = found.col_value, _fixed(matrix, found)
        self._kept, self._base = ~fixed, np.where(fixed, x, 0.0)
        tight = np.abs(found.row_dual) > NO_DUAL
        away, rest = matrix.coefficients @ self._base, matrix.coefficients @ np.where(fixed, 0.0, x)
        lower = np.where(tight, rest, np.minimum(matrix.row_lower - away, rest))
        upper = np.where(tight, rest, np.maximum(matrix.row_upper - away, rest))
        small = take_columns(replace(matrix, row_lower=lower, row_upper=upper), self._kept)
        inside = x[self._kept]
        self._small = replace(
            small, col_lower=np.minimum(small.col_lower, inside), col_upper=np.maximum(small.col_upper, inside)
        )
        self._live: LiveModel | None = None

    def range(self, aim: Floats) -> tuple[float, float]:
        """Smallest and largest ``aim @ x`` over all optimal x.

        Raises
        ------
        ResultError
            If a point of the face costs more than the optimum.
        """
        value = float(aim @ self._found.col_value)
        if not np.any(aim[self._kept]):
            return value, value
        ends = [self._end(aim, maximise) for maximise in (False, True)]
        return min(value, ends[0]), max(value, ends[1])

    def _end(self, aim: Floats, maximise: bool) -> float:
        offset = float(aim @ self._base)
        question = with_objective(self._small, aim[self._kept], offset=offset, maximise=maximise)
        if self._live is None:
            self._live = LiveModel(question, options=PRIMAL)
        point = self._live.solve(question).col_value
        cost = float(self._matrix.cost[self._kept] @ (point - self._found.col_value[self._kept]))
        if cost > COST_TOLERANCE * (1.0 + abs(self._found.objective)):
            raise ResultError(f"a solution taken for optimal costs {cost:.3g} thousand EUR more than the optimum")
        return float(aim[self._kept] @ point) + offset


def _fixed(matrix: Matrix, found: Solution) -> np.ndarray:
    fixed: np.ndarray = (np.abs(found.col_dual) > NO_DUAL) | (matrix.col_lower == matrix.col_upper)
    return fixed


@dataclass
class _Level:
    matrix: Matrix
    case: Case
    best: Solution
    start: Start | None


class Budget:
    """All solutions within a share of least cost.

    Parameters
    ----------
    matrix, case, found
        A compiled problem and its optimum.
    share : float
        How much more than the optimum they may cost.
    past, first
        What was decided, for the periods before ``first``: longer periods are frozen to it.
    blocks_days : sequence of int
        Least length of the longer periods on which the price of cost is found.
    """

    def __init__(
        self,
        matrix: Matrix,
        case: Case,
        found: Solution,
        share: float,
        past: Mapping[str, np.ndarray] | None = None,
        first: int = 0,
        blocks_days: Sequence[int] = LEAST_BLOCKS_DAYS,
    ) -> None:
        self.share = share
        line = case.timeline
        self._levels: list[_Level] = []
        cuts = {line.starts[first]} if first < len(line) else set()
        for level in ladder(line, blocks_days, cuts):
            coarse = coarsened(case, level)
            problem = compile_model(build_model(coarse))
            if past is not None:
                means = {name: on_blocks(name, values, line, level) for name, values in past.items()}
                problem = freeze(problem, means, level.boundary_at(line.starts[first]))
            below = self._levels[-1] if self._levels else None
            guess = None if below is None else self._carry(below, problem, coarse)
            best, start = solve_from(problem, coarse, guess)
            self._levels.append(_Level(problem, coarse, best, start))
        self._levels.append(_Level(matrix, case, found, None))

    def range(self, aim: Aim) -> Range:
        """Smallest and largest value of a number."""
        (least, least_reached), (most, most_reached) = (self.end(aim, sign) for sign in (-1.0, 1.0))
        return Range(least, most, least_reached, most_reached)

    def end(self, aim: Aim, sign: float) -> tuple[float, float]:
        """The limit of a number on one side (``sign`` is 1 for its largest value, -1), and a value that is reached."""
        value, price = self._exact(self._levels[0], aim, sign)
        if len(self._levels) == 1:
            return value, value
        return self.bound(aim, sign, price)

    def bound(self, aim: Aim, sign: float, price: float) -> tuple[float, float]:
        """Limit and value reached by one problem with another objective; they hold for any price of cost."""
        fine, start = self._levels[-1], self._levels[0].start
        for below, level in zip(self._levels[:-1], self._levels[1:], strict=True):
            if start is not None:
                _, start = self._tilted(below, aim, sign * price, start)
            if start is not None:
                start = carried(start, below.matrix, below.case.timeline, level.matrix, level.case.timeline)
        weight, most = aim(fine.matrix, fine.case), self._most(fine)
        at_best = sign * float(weight @ fine.best.col_value)
        points, limit, reached = [(at_best, fine.best.objective)], _widest(fine.matrix, sign * weight), at_best
        for _ in range(REFINED + 1):
            found, start = self._tilted(fine, aim, sign * price, start)
            limit = min(limit, (most - found.objective) / price)
            cost = float(fine.matrix.cost @ found.col_value + fine.matrix.cost_offset)
            points.append((sign * float(weight @ found.col_value), cost))
            reached, slope = _on_budget(points, most)
            if limit - reached <= CLOSE_SHARE * (limit - at_best):
                break
            price = min(1.0 / slope if slope > 0.0 else price * STRONGER, STRONGEST)
        return sign * max(limit, reached) + 0.0, sign * reached + 0.0

    @staticmethod
    def _tilted(level: _Level, aim: Aim, price: float, start: Start | None) -> tuple[Solution, Start | None]:
        """Least cost less the number at a price."""
        tilted = level.matrix.cost - price * aim(level.matrix, level.case)
        return solve_from(with_objective(level.matrix, tilted, offset=level.matrix.cost_offset), level.case, start)

    def _most(self, level: _Level) -> float:
        """What a solution may cost, thousand EUR."""
        return level.best.objective + self.share * abs(level.best.objective)

    def _exact(self, level: _Level, aim: Aim, sign: float) -> tuple[float, float]:
        """The extreme with the budget as a row, and the price of cost there.

        On longer periods only the price counts: where the solver finds no certified optimum, a guess of it will do.
        """
        weight, most = aim(level.matrix, level.case), self._most(level)
        scale, unit = (float(np.abs(vector).max(initial=1e-9)) for vector in (level.matrix.cost, weight))
        room = (most - level.matrix.cost_offset) / scale
        problem = add_rows(level.matrix, "budget", level.matrix.cost / scale, upper=room)
        question = with_objective(problem, weight / unit, maximise=sign > 0)
        try:
            found, _ = solve_from(question, level.case, near=level.best.col_value)
        except SolveError:
            if level is self._levels[-1]:
                raise
            value = float(weight @ level.best.col_value)
            return value, min(max((most - level.best.objective) / max(abs(value), 1.0), 1.0), STRONGEST)
        gain = abs(float(found.row_dual[-1])) * unit / scale
        return found.objective * unit, min(1.0 / max(gain, 1e-30), STRONGEST)

    @staticmethod
    def _carry(below: _Level, problem: Matrix, case: Case) -> Start | None:
        if below.start is None:
            return None
        return carried(below.start, below.matrix, below.case.timeline, problem, case.timeline)


def _on_budget(points: Sequence[tuple[float, float]], most: float) -> tuple[float, float]:
    """Largest value of a mix of solutions (value, cost) that costs ``most``, and the gain per cost there (or 0)."""
    best, slope = max(value for value, cost in points if cost <= most), 0.0
    for value, cost in points:
        for further, dearer in points:
            if cost <= most < dearer:
                gain = (further - value) / (dearer - cost)
                if value + gain * (most - cost) > best:
                    best, slope = value + gain * (most - cost), gain
    return best, slope


def _widest(matrix: Matrix, weight: Floats) -> float:
    """Largest value of a number over the bounds of its columns."""
    at = np.where(weight > 0, matrix.col_upper, matrix.col_lower)
    return float((weight[weight != 0] * at[weight != 0]).sum())


def marginal_range(matrix: Matrix, case: Case, found: Solution, change: Floats) -> tuple[float, float]:
    """Smallest and largest ``change @ y`` over all dual optima y: fall and rise of cost per unit of the rows' bounds.

    The two ends are what the last unit less saves and what the first unit more costs (the one-sided derivatives of
    least cost), each by a linear programme over the directions in which the optimum can move. Slices of curtailment
    enter when they are called for. An end is infinite if the bounds cannot move that way.
    """
    rise = _derivative(matrix, case, found, change)
    fall = -_derivative(matrix, case, found, -change)
    value = float(change @ found.row_dual)
    return min(fall, value), max(rise, value)


def _derivative(matrix: Matrix, case: Case, found: Solution, change: Floats) -> float:
    x, free = found.col_value, matrix.col_lower < matrix.col_upper
    lower = np.where(x <= matrix.col_lower + AT_BOUND, 0.0, -np.inf)
    upper = np.where(x >= matrix.col_upper - AT_BOUND, 0.0, np.inf)
    activity = matrix.coefficients @ x
    cone = replace(
        matrix,
        cost_offset=0.0,
        col_lower=lower,
        col_upper=upper,
        row_lower=np.where(activity <= matrix.row_lower + AT_BOUND, change, -np.inf),
        row_upper=np.where(activity >= matrix.row_upper - AT_BOUND, change, np.inf),
    )
    block = matrix.columns[CURTAILMENT]
    near = np.ones(matrix.n_columns, dtype=bool)
    wide = NEAR_EUR_PER_MWH * np.broadcast_to(case.timeline.days, block.shape)
    near[block.slice] = np.abs(found.col_dual[block.slice]) <= block.flat(wide)
    used = near & free
    for _ in range(ROUNDS):
        try:
            moved = solve(take_columns(cone, used))
        except SolveError:
            if (used == free).all():
                return float("inf")
            used = free
            continue
        slope = matrix.reduced_cost(moved.row_dual)
        wrong = free & ~used & (((slope < -AT_BOUND) & (upper > 0.0)) | ((slope > AT_BOUND) & (lower < 0.0)))
        if not wrong.any():
            return moved.objective
        used = used | wrong
    return solve(take_columns(cone, free)).objective
