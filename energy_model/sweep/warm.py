"""Solve many versions of one problem on a live solver, exactly, with few curtailment slices.

As in :mod:`energy_model.solve.slices`, a curtailment tier is one column until its slices would part at the price of the
moment. Here the columns that are left stay the same from case to case, so that the solver keeps its matrix and its
basis and is handed only the bounds and costs that differ. A tier that was split for one case stays split for the next.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from energy_model.lp import LiveModel, Matrix, Solution
from energy_model.lp.basis import basis_codes, basis_from_codes
from energy_model.lp.highs import Option
from energy_model.scenario import Case
from energy_model.solve.slices import CURTAILMENT, ROUNDS, Tiers, solve_sliced, take_columns

OPTIONS: dict[str, Option] = {"dual_simplex_cost_perturbation_multiplier": 0.0}
"""Costs differ by tie-breakers already: perturbing them further cost an eighth more time where it was tried."""


class Chain:
    """A live problem and the cases solved on it so far.

    What a case costs to solve depends on the cases before it, what is found does not, but for which of several equally
    good plans.
    """

    def __init__(self) -> None:
        self._live: LiveModel | None = None
        self._full: Matrix | None = None
        self._small: Matrix | None = None
        self._kept: np.ndarray | None = None
        self._split: np.ndarray | None = None

    def solve(self, matrix: Matrix, case: Case) -> Solution:
        """Optimum of ``matrix``, compiled from ``case``, from the basis of the case before.

        Raises
        ------
        SolveError
            If there is no certified optimum; the next case then starts afresh.
        """
        live, self._live = self._live, None  # given back when all went well
        tiers = Tiers(matrix, case)
        if not tiers.alike:
            return solve_sliced(matrix, case)
        if live is None or self._full is None or self._full.shape != matrix.shape or self._split is None:
            live, self._small, self._split = None, None, np.zeros_like(tiers.frozen)
        basis: Any = None
        for _ in range(ROUNDS):
            small, kept = self._restricted(tiers, self._split)
            if live is None:
                live = LiveModel(small, basis=basis, options=OPTIONS)
                found = live.solve()
            else:
                found = live.solve(small)
            wanted = tiers.would_part(found.row_dual) & ~self._split & ~tiers.frozen
            if not wanted.any():
                self._live = live
                return tiers.full_solution(found, kept, self._split)
            self._split = self._split | wanted
            start = tiers.parted(found, basis_codes(found.basis), kept, self._split, wanted)
            basis, live = basis_from_codes(start.columns[_kept(tiers, self._split)], start.rows), None
        self._split = None
        return solve_sliced(matrix, case)

    def _restricted(self, tiers: Tiers, split: np.ndarray) -> tuple[Matrix, np.ndarray]:
        """The problem with one column for every tier that is not split; the same columns from case to case."""
        matrix, kept = tiers.matrix, _kept(tiers, split)
        width = np.add.reduceat(tiers.upper, tiers.first, axis=1)
        floor = np.add.reduceat(tiers.lower, tiers.first, axis=1)
        weight = np.add.reduceat(tiers.cost * tiers.upper, tiers.first, axis=1)
        plain = np.add.reduceat(tiers.cost, tiers.first, axis=1) / (tiers.last - tiers.first + 1)[None, :, None]
        mean = np.divide(weight, width, out=plain, where=width > 0.0)
        where = matrix.columns[CURTAILMENT].slice
        vectors: dict[str, Any] = {}
        for key, own, whole in (
            ("cost", tiers.cost, mean),
            ("col_lower", tiers.lower, floor),
            ("col_upper", tiers.upper, width),
        ):
            block = own.copy()
            block[:, tiers.first] = np.where(split, block[:, tiers.first], whole)
            vector = getattr(matrix, key).copy()
            vector[where] = block.ravel()
            vectors[key] = vector
        rows: dict[str, Any] = {
            "row_lower": matrix.row_lower,
            "row_upper": matrix.row_upper,
            "cost_offset": matrix.cost_offset,
        }
        if self._small is not None and self._same_table(matrix, kept):
            columns = {key: vector[kept] for key, vector in vectors.items()}
            small = replace(self._small, **columns, **rows)
        else:
            small = take_columns(replace(matrix, **vectors), kept)
        self._full, self._small, self._kept = matrix, small, kept
        return small, kept

    def _same_table(self, matrix: Matrix, kept: np.ndarray) -> bool:
        old = self._full
        if old is None or self._kept is None or old.shape != matrix.shape or not np.array_equal(kept, self._kept):
            return False
        return all(np.array_equal(getattr(old, key), getattr(matrix, key)) for key in ("start", "index", "value"))


def _kept(tiers: Tiers, split: np.ndarray) -> np.ndarray:
    """All columns but the slices of tiers that are not split; the first slice stands for its tier."""
    stays = split[:, tiers.tier].copy()
    stays[:, tiers.first] = True
    kept = np.ones(tiers.matrix.n_columns, dtype=bool)
    kept[tiers.matrix.columns[CURTAILMENT].slice] = stays.ravel()
    return kept
