"""The optimum of a compiled case from a start: curtailment tiers as single columns, and a working set of the rest."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from energy_model.fast.curtailment_segments import Restricted, Tiers, split_until_optimal
from energy_model.fast.sifting import Sifted
from energy_model.fast.start import Start
from energy_model.fast.tuning import TUNING, Tuning
from energy_model.fast.working_set import (
    columns_within_reach,
    nonbasic_at_best_bound,
    price_margins,
    rows_by_kind,
    rows_within_reach,
)
from energy_model.lp import Matrix, Solution, solve
from energy_model.lp.basis import Codes, basis_codes, basis_from_codes
from energy_model.lp.options import NEAR_OPTIMUM, PRIMAL_SIMPLEX, Option
from energy_model.scenario.case import Case


def optimum_from(
    matrix: Matrix, case: Case, start: Start | None = None, *, point: np.ndarray | None = None, tuning: Tuning = TUNING
) -> tuple[Solution, Start | None]:
    """Certified optimum, and where a similar problem of the same shape can start.

    Parameters
    ----------
    point : ndarray, optional
        As :func:`energy_model.fast.optimum` takes it.

    Raises
    ------
    SolveError
        If there is no certified optimum.
    """
    tiers = Tiers(matrix, case)
    done = _restricted_optimum(tiers, case, start, point, tuning)
    if done is not None:
        full = tiers.full_solution(done)
        if full is not None:
            return full, tiers.start(done)
    if start is not None:  # from nothing, with the options for that
        return optimum_from(matrix, case, point=point, tuning=tuning)
    return solve(matrix), None


def start_near_optimum(
    matrix: Matrix, case: Case, start: Start | None = None, *, tuning: Tuning = TUNING
) -> Start | None:
    """Where a similar problem can start: like :func:`optimum_from`, but nothing is dealt out to segments or certified.

    Raises
    ------
    SolveError
        If there is no optimum.
    """
    tiers = Tiers(matrix, case)
    done = _restricted_optimum(tiers, case, start, None, tuning)
    return None if done is None else tiers.start(done)


def _restricted_optimum(
    tiers: Tiers, case: Case, start: Start | None, point: np.ndarray | None, tuning: Tuning
) -> Restricted | None:
    split = tiers.frozen.copy() if point is None else tiers.frozen | tiers.cut_in_part(point)
    split |= start.split & ~tiers.empty if start is not None else False
    options = start.options if start is not None else {}
    margins = price_margins(tiers.matrix, case, tuning)

    def solver(split: np.ndarray, guess: Start | None, wanted: np.ndarray) -> Restricted:
        few = wanted.any() and wanted.sum() <= tuning.few_tiers
        small, kept = tiers.restricted(split)
        rows = _rows(tiers.matrix, case, guess, tuning)
        found, codes = _solved(small, guess, kept, margins, rows, PRIMAL_SIMPLEX if few else options, tuning)
        return Restricted(found, codes, kept, split)

    return split_until_optimal(tiers, split, start, solver, tuning.segment_rounds)


def _rows(matrix: Matrix, case: Case, guess: Start | None, tuning: Tuning) -> np.ndarray:
    if guess is None or guess.slack is None:
        return np.ones(matrix.n_rows, dtype=bool)
    return rows_within_reach(matrix, case, guess.rows, guess.slack, tuning)


def _solved(
    small: Matrix,
    guess: Start | None,
    kept: np.ndarray,
    margins: np.ndarray,
    rows: np.ndarray,
    options: Mapping[str, Option],
    tuning: Tuning,
) -> tuple[Solution, tuple[Codes, Codes]]:
    """Optimum of the problem of the columns that are kept, and its basis; not certified if prices guide it."""
    if guess is None:
        found = solve(small, options=options)
        return found, basis_codes(found.basis)
    codes = guess.columns[kept]
    if guess.prices is None or guess.slack is None:
        found = solve(small, basis=basis_from_codes(codes, guess.rows, guess=True), options=options)
        return found, basis_codes(found.basis)
    reduced = small.minimised_reduced_cost(guess.prices)
    codes = nonbasic_at_best_bound(codes, reduced, small.col_lower, small.col_upper)
    columns = columns_within_reach(small, codes, reduced, guess.margins * margins[kept], tuning.reserve_share)
    problem = Sifted(
        small,
        (codes, guess.rows),
        columns,
        rows,
        options={**NEAR_OPTIMUM, **options},
        kinds=rows_by_kind(small),
        joining_margin=tuning.joining_margin,
        tuning=tuning,
    )
    return problem.solve(proven=False), problem.codes
