"""Solve many versions of one problem on a live solver, exactly, with what mattered in the cases before.

As in :mod:`energy_model.fast.curtailment_segments`, a curtailment tier is one column until its slices would part at
the price of the moment; a tier that was split for one case stays split for the next. And as in
:mod:`energy_model.fast.sifting`, the solver holds only the columns and rows that mattered in some case so far; the
others are priced and checked after each solve. From case to case it is handed only the numbers that differ, and keeps
its basis or goes back to an earlier one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from energy_model.fast.curtailment_segments import (
    CURTAILMENT,
    ROUNDS,
    Start,
    Tiers,
    solve_from,
    solve_sliced,
    take_columns,
)
from energy_model.fast.sifting import REPAIR, Mask, Sifted
from energy_model.fast.temporal_refinement import lifted_from
from energy_model.fast.working_set import alike_rows, margins, near_columns
from energy_model.lp import Matrix, Solution
from energy_model.lp.basis import BASIC, Codes
from energy_model.lp.highs import NEAR_OPTIMUM
from energy_model.scenario import Case

NEARER = 0.3
"""Share of the margins of :mod:`energy_model.fast.working_set` that is enough here: what is missing joins once, and is
there for all later cases."""
BESIDE = 0.005
"""As there, and for the same reason a twentieth of what it is there."""
ALONG = 0.3
"""Rows this near to being broken join along with those that are, which spares every fifth round."""


@dataclass(frozen=True)
class _Guess:
    """Where the next case starts.

    Attributes
    ----------
    start : Start
        Basis of all columns and rows, and the tiers that are split.
    columns, rows : arrays of bool
        What mattered so far, of all columns and rows.
    """

    start: Start
    columns: Mask
    rows: Mask

    @classmethod
    def first(cls, start: Start, matrix: Matrix, case: Case) -> _Guess:
        """From the optimum of one case: what is near it."""
        prices = np.zeros(matrix.n_rows) if start.prices is None else start.prices
        columns = near_columns(matrix, start.columns, matrix.worth(prices), NEARER * margins(matrix, case), BESIDE)
        return cls(start, columns, start.rows != BASIC)

    def fits(self, rows: int, columns: int) -> bool:
        """Whether this is the shape of the problem."""
        return (rows, columns) == (self.rows.size, self.columns.size)

    def problem(self, small: Matrix, kept: Mask) -> Sifted:
        """A problem of the columns that are kept, put to the solver."""
        codes = self.start.columns[kept], self.start.rows
        return Sifted(small, codes, self.columns[kept], self.rows, NEAR_OPTIMUM, REPAIR, ALONG, alike_rows(small))

    def after(self, start: Start, problem: Sifted, kept: Mask) -> _Guess:
        """From the optimum of a problem, with all that has joined."""
        columns, (joined, rows) = self.columns.copy(), problem.members
        columns[kept] |= joined
        return _Guess(start, columns, rows)

    def with_slices(self, tiers: Tiers, wanted: np.ndarray) -> _Guess:
        """With all slices of some tiers among the columns."""
        columns = self.columns.copy()
        columns[tiers.matrix.columns[CURTAILMENT].slice] |= wanted[:, tiers.tier].ravel()
        return replace(self, columns=columns)


class Chain:
    """A live problem and the cases solved on it so far.

    What a case costs to solve depends on the cases before it, what is found does not, but for which of several equally
    good plans.
    """

    def __init__(self) -> None:
        self._guess: _Guess | None = None
        self._problem: Sifted | None = None
        self._full: Matrix | None = None
        self._small: Matrix | None = None
        self._kept: np.ndarray | None = None
        self._marks: dict[int, tuple[Codes, Codes]] = {}

    def mark(self, name: int) -> None:
        """Keep the basis of the case just solved, to come back to it; none if it had no optimum."""
        if self._guess is not None:
            self._marks[name] = self._guess.start.columns, self._guess.start.rows

    def back_to(self, name: int) -> None:
        """Let the next case start from a marked basis, if that has the shape of the last one; what has joined stays."""
        if self._guess is None or name not in self._marks:
            return
        columns, rows = self._marks[name]
        if not self._guess.fits(rows.size, columns.size):
            return
        self._guess = replace(self._guess, start=replace(self._guess.start, columns=columns, rows=rows))
        if self._problem is not None and self._kept is not None:
            self._problem.go_on_from((columns[self._kept], rows))

    def forget(self, name: int) -> None:
        """Drop a mark."""
        self._marks.pop(name, None)

    def solve(self, matrix: Matrix, case: Case) -> Solution:
        """Optimum of ``matrix``, compiled from ``case``, from the basis of the case before or that gone back to.

        Raises
        ------
        SolveError
            If there is no certified optimum; the next case then starts afresh.
        """
        tiers = Tiers(matrix, case)
        if not tiers.alike:
            return solve_sliced(matrix, case)
        guess, self._guess = self._guess, None  # given back when all went well
        problem, self._problem = self._problem, None
        if guess is None or not guess.fits(*matrix.shape):
            found, start = (solve_from if tiers.frozen.any() else lifted_from)(matrix, case)
            self._guess = None if start is None else _Guess.first(start, matrix, case)
            return found
        split = guess.start.split
        for _ in range(ROUNDS):
            small, kept, same = self._restricted(tiers, split)
            if problem is not None and same:
                problem.renew(small)
            else:
                problem = guess.problem(small, kept)
            found = problem.solve(proven=False)  # the whole is certified below
            wanted = tiers.would_part(found.row_dual) & ~split & ~tiers.frozen
            if not wanted.any():
                start = tiers.start(found, problem.codes, kept, split)
                whole = tiers.full_solution(found, kept, split)
                if whole is None:
                    break
                self._guess, self._problem = guess.after(start, problem, kept), problem
                return whole
            split = split | wanted
            start = tiers.parted(found, problem.codes, kept, split, wanted)
            guess, problem = guess.after(start, problem, kept).with_slices(tiers, wanted), None
        return solve_sliced(matrix, case)

    def _restricted(self, tiers: Tiers, split: np.ndarray) -> tuple[Matrix, Mask, bool]:
        """The problem with one column for every tier that is not split, the same columns from case to case.

        Also returns which columns these are, and whether the coefficients are those of the problem before.
        """
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
        same = self._small is not None and self._same_table(matrix, kept)
        if self._small is not None and same:
            columns = {key: vector[kept] for key, vector in vectors.items()}
            small = replace(self._small, **columns, **rows)
        else:
            small = take_columns(replace(matrix, **vectors), kept)
        self._full, self._small, self._kept = matrix, small, kept
        return small, kept, same

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
