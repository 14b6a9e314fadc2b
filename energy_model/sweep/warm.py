"""Solve many versions of one problem on a live solver, exactly, with few curtailment slices.

As in :mod:`energy_model.solve.slices`, a curtailment tier is one column until its slices would part at the price of the
moment. Here the columns that are left stay the same from case to case, so that the solver keeps its matrix and its
basis and is handed only the bounds and costs that differ. A tier that was split for one case stays split for the next.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from energy_model.lp import LiveModel, Matrix, Solution, solve
from energy_model.scenario import Case
from energy_model.solve.slices import CURTAILMENT, ROUNDS, Tiers, take_columns


@dataclass(frozen=True)
class Start:
    """Where a chain begins: a solved problem's shape, its split tiers and its basis."""

    shape: tuple[int, int]
    split: np.ndarray
    basis: Any


class Chain:
    """A live problem and the cases solved on it so far.

    Parameters
    ----------
    start : Start, optional
        Of another chain; used while the problems have its shape.
    """

    def __init__(self, start: Start | None = None) -> None:
        self._start = start
        self._live: LiveModel | None = None
        self._full: Matrix | None = None
        self._small: Matrix | None = None
        self._kept: np.ndarray | None = None
        self._split: np.ndarray | None = None
        self._basis: Any = None

    @property
    def start(self) -> Start:
        """The state after the last case, for other chains to begin with."""
        assert self._full is not None
        return Start(self._full.shape, self._split, self._basis)

    def solve(self, matrix: Matrix, case: Case) -> Solution:
        """Optimum of ``matrix``, compiled from ``case``, from the basis of the case before.

        Raises
        ------
        SolveError
            If there is no certified optimum.
        """
        tiers = Tiers(matrix, case)
        basis = None
        if self._full is None or self._full.shape != matrix.shape:
            self._live, self._kept = None, None
            fits = self._start is not None and self._start.shape == matrix.shape
            self._split = self._start.split.copy() if fits and self._start else np.zeros_like(tiers.frozen)
            basis = self._start.basis if fits and self._start else None
        for _ in range(ROUNDS):
            small, kept = self._restricted(tiers)
            if self._live is None:
                self._live = LiveModel(small, basis=basis)
                found = self._live.solve()
            else:
                found = self._live.solve(small)
            self._basis = found.basis
            wanted = tiers.would_part(found.row_dual) & ~self._split & ~tiers.frozen
            if not wanted.any():
                return _whole(found, tiers, kept, self._split)
            self._split = self._split | wanted
            more = _kept(tiers, self._split)
            basis = tiers.basis(found, kept, more, wanted)
            self._live = None
        return solve(matrix)

    def _restricted(self, tiers: Tiers) -> tuple[Matrix, np.ndarray]:
        """The problem with one column for every tier that is not split; the same columns from case to case."""
        matrix, split = tiers.matrix, self._split
        assert split is not None
        kept = _kept(tiers, split)
        width = np.add.reduceat(tiers.upper, tiers.first, axis=1)
        floor = np.add.reduceat(tiers.lower, tiers.first, axis=1)
        weight = np.add.reduceat(tiers.cost * tiers.upper, tiers.first, axis=1)
        plain = np.add.reduceat(tiers.cost, tiers.first, axis=1) / (tiers.last - tiers.first + 1)[None, :, None]
        mean = np.divide(weight, width, out=plain, where=width > 0.0)
        where = matrix.columns[CURTAILMENT].slice
        vectors = {}
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
        rows = {"row_lower": matrix.row_lower, "row_upper": matrix.row_upper, "cost_offset": matrix.cost_offset}
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


def _whole(found: Solution, tiers: Tiers, kept: np.ndarray, split: np.ndarray) -> Solution:
    """The optimum over all columns: a tier that is whole is dealt out to its slices by width.

    Every slice left out has a reduced cost of the right sign, or else its tier would have been split; the solver's
    solution of the restricted problem carries its own certificate.
    """
    value = np.zeros(kept.size)
    value[kept] = found.col_value
    dealt = tiers.matrix.values(value, CURTAILMENT)
    width = np.add.reduceat(tiers.upper, tiers.first, axis=1)
    share = np.divide(dealt[:, tiers.first], width, out=np.zeros_like(width), where=width > 0.0)
    dealt = np.where(split[:, tiers.tier], dealt, share[:, tiers.tier] * tiers.upper)
    value[tiers.matrix.columns[CURTAILMENT].slice] = dealt.ravel()
    objective = float(np.sum(tiers.matrix.cost * value) + tiers.matrix.cost_offset)
    return replace(found, col_value=value, objective=objective, basis=None)
