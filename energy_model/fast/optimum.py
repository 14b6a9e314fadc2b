"""The one way from a compiled case to its optimum: fast, or plain."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import numpy as np

from energy_model.fast.column_generation import optimum_from
from energy_model.fast.start import Start
from energy_model.fast.temporal_refinement import start_from_longer_periods
from energy_model.fast.tuning import TUNING, Tuning
from energy_model.lp import Matrix, Solution, solve
from energy_model.scenario.case import Case


def optimum(
    matrix: Matrix,
    case: Case,
    start: Start | None = None,
    *,
    point: np.ndarray | None = None,
    boundaries: Collection[date] | None = None,
    plain: bool = False,
    tuning: Tuning = TUNING,
) -> tuple[Solution, Start | None]:
    """Certified optimum of a matrix that was compiled from a case.

    Parameters
    ----------
    matrix : Matrix
        Compiled from ``case``; bounds, costs and rows may have been changed since, and decisions frozen.
    start : Start, optional
        From the optimum of a similar problem of the same shape.
    point : ndarray, optional
        A feasible point of ``matrix``: curtailment tiers that it cuts in part have a column for each segment from the
        beginning. Needed where rows are so tight that no tier could be cut in full, as a budget at least cost is.
    boundaries : collection of date, optional
        Without a start: solve aggregated periods first, with a boundary on these days, as announcements are. Periods
        as long as months are solved as they stand.
    plain : bool
        Hand the full matrix to HiGHS, once, and use nothing else of this package. The optimum is the same.
    tuning : Tuning
        Constants that decide how long it takes.

    Returns
    -------
    Solution
        Certified against the full matrix.
    Start or None
        Where a similar problem of the same shape can start.

    Raises
    ------
    SolveError
        If there is no certified optimum.
    """
    if plain:
        return solve(matrix), None
    if start is None and boundaries is not None and case.timeline.days.mean() < tuning.longest_period_days:
        start = start_from_longer_periods(matrix, case, boundaries, tuning)
    return optimum_from(matrix, case, start, point=point, tuning=tuning)
