"""Solve a series of similar problems on the few columns and rows that matter in them, exactly.

Most columns stand at zero in every problem of a series, and most inequalities bound nothing. They are left out. After
each solve all of them are asked whether that was right: a column left out must not be worth using at the duals found,
a row left out must hold. Those that answer otherwise join for good, and the problem is solved again from the basis it
had. What is returned is the optimum of the whole problem, with a certificate over all its columns and rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from energy_model.errors import SolveError
from energy_model.lp.basis import AT_LOWER, BASIC, Codes, basis_codes, basis_from_codes
from energy_model.lp.certificate import TOLERANCE, certify
from energy_model.lp.highs import LiveModel, Option, Solution
from energy_model.lp.matrix import Floats, Matrix

Mask = NDArray[np.bool_]

ROUNDS = 20
"""After so many the whole problem is solved as it stands."""
ROUNDING = 1e-8
"""Relative to one plus a cost or a bound: what is worth less, or misses by less, does not join."""
TIGHT = 0.1
"""Relative to one plus the bound: rows this near to it join when others have to."""


@dataclass(frozen=True)
class ActiveSet:
    """Columns and rows that are kept."""

    columns: Mask
    rows: Mask

    @classmethod
    def all_of(cls, matrix: Matrix) -> ActiveSet:
        """Everything."""
        return cls(np.ones(matrix.n_columns, dtype=bool), np.ones(matrix.n_rows, dtype=bool))

    def __or__(self, other: ActiveSet) -> ActiveSet:
        return ActiveSet(self.columns | other.columns, self.rows | other.rows)


def used(matrix: Matrix, found: Solution) -> ActiveSet:
    """What matters in an optimum: columns not at zero, and rows with a price or near a bound."""
    columns = (np.abs(found.col_value) > ROUNDING) | (matrix.col_lower != 0.0)
    equation = matrix.row_lower == matrix.row_upper
    rows = equation | (np.abs(found.row_dual) > ROUNDING) | (_missed(matrix, found.row_value) > -TIGHT)
    return ActiveSet(columns, rows)


class ActiveModel:
    """A live problem of few columns and rows that stands for a large one.

    Parameters
    ----------
    options : mapping, optional
        HiGHS options by name.
    """

    def __init__(self, options: Mapping[str, Option] | None = None) -> None:
        self._options = dict(options or {})
        self._live: LiveModel | None = None
        self._whole: Matrix | None = None
        self._small: Matrix | None = None
        self._kept: ActiveSet | None = None

    @property
    def kept(self) -> ActiveSet:
        """What is kept so far."""
        assert self._kept is not None  # a problem has been solved
        return self._kept

    def solve(
        self, matrix: Matrix, start: ActiveSet | None = None, codes: tuple[Codes, Codes] | None = None
    ) -> Solution:
        """Optimum of ``matrix``, from the basis of the problem before.

        Parameters
        ----------
        start : ActiveSet, optional
            Begin anew with these columns and rows. Needed for the first problem and for another shape.
        codes : (columns, rows), optional
            With ``start``: a basis of the whole problem to begin from.

        Raises
        ------
        SolveError
            If there is no certified optimum; the next problem then needs a start.
        """
        live, self._live = self._live, None  # given back when all went well
        if start is not None:
            live, self._kept, self._small = None, start, None
        elif live is None or self._whole is None or self._whole.shape != matrix.shape:
            raise SolveError("the problem has another shape than the one before, or there was none: give a start")
        must = matrix.col_lower != 0.0
        if (must & ~self.kept.columns).any():
            codes, live = (self._spread(live.basis) if live is not None else codes), None
            self._kept = ActiveSet(self.kept.columns | must, self.kept.rows)
        for _ in range(ROUNDS):
            small = self._restricted(matrix)
            try:
                if live is None:
                    live = LiveModel(small, options=self._options, basis=self._guess(codes))
                    found = live.solve()
                else:
                    found = live.solve(small)
            except SolveError:  # too little is left to find a plan at all
                codes = self._spread(live.basis) if live is not None else codes
                break
            solution = self._padded(matrix, found)
            wrong = self._wrong(matrix, solution)
            if wrong is None:
                if not solution.certificate.passes(TOLERANCE):
                    break
                self._live = live
                return solution
            codes, live = self._spread(found.basis), None
            self._kept = self.kept | wrong
        return self._all(matrix, codes)

    def codes(self) -> tuple[Codes, Codes]:
        """Basis of the last problem over all its columns and rows."""
        assert self._live is not None  # a problem has been solved
        return self._spread(self._live.basis)

    def _guess(self, codes: tuple[Codes, Codes] | None) -> object:
        if codes is None:
            return None
        return basis_from_codes(codes[0][self.kept.columns], codes[1][self.kept.rows], guess=True)

    def _all(self, matrix: Matrix, codes: tuple[Codes, Codes] | None) -> Solution:
        """The whole problem solved; what matters in it joins what is kept."""
        basis = None if codes is None else basis_from_codes(*codes, guess=True)
        found = LiveModel(matrix, options=self._options, basis=basis).solve()
        columns, rows = basis_codes(found.basis)
        mattering = used(matrix, found) | ActiveSet((columns != AT_LOWER) & (matrix.col_upper > 0.0), rows != BASIC)
        self._kept = self.kept | mattering
        self._live = LiveModel(self._restricted(matrix), options=self._options, basis=self._guess((columns, rows)))
        self._live.solve()
        return replace(found, basis=None)

    def _restricted(self, matrix: Matrix) -> Matrix:
        """The problem without what is left out; its columns and rows have no names."""
        columns, rows = self.kept.columns, self.kept.rows
        vectors: dict[str, Any] = {
            "cost": matrix.cost[columns],
            "col_lower": matrix.col_lower[columns],
            "col_upper": matrix.col_upper[columns],
            "row_lower": matrix.row_lower[rows],
            "row_upper": matrix.row_upper[rows],
        }
        old = self._small
        if old is not None and old.shape == (rows.sum(), columns.sum()) and self._same(matrix):
            small = replace(old, cost_offset=matrix.cost_offset, **vectors)
        else:
            table = matrix.coefficients[:, np.flatnonzero(columns)].tocsr()[np.flatnonzero(rows)].tocsc()
            table.sort_indices()
            small = Matrix(
                cost_offset=matrix.cost_offset,
                start=table.indptr.astype(np.int32),
                index=table.indices.astype(np.int32),
                value=table.data.astype(np.float64),
                maximise=matrix.maximise,
                **vectors,
            )
        self._whole, self._small = matrix, small
        return small

    def _same(self, matrix: Matrix) -> bool:
        """Whether the table of coefficients is that of the problem before; what is kept only ever grows."""
        old = self._whole
        if old is None or old.shape != matrix.shape:
            return False
        return all(
            getattr(old, key) is getattr(matrix, key) or np.array_equal(getattr(old, key), getattr(matrix, key))
            for key in ("start", "index", "value")
        )

    def _padded(self, matrix: Matrix, found: Solution) -> Solution:
        """The solution over all columns and rows: what is left out is zero and bounds nothing."""
        value, dual = np.zeros(matrix.n_columns), np.zeros(matrix.n_rows)
        value[self.kept.columns], dual[self.kept.rows] = found.col_value, found.row_dual
        reduced, activity = matrix.reduced_cost(dual), matrix.coefficients @ value
        return replace(
            found,
            objective=float(np.sum(matrix.cost * value) + matrix.cost_offset),
            col_value=value,
            col_dual=reduced,
            row_value=activity,
            row_dual=dual,
            certificate=certify(matrix, value, reduced, activity, dual),
            basis=None,
        )

    def _wrong(self, matrix: Matrix, found: Solution) -> ActiveSet | None:
        """Columns left out that would be used, and rows left out that do not hold; ``None`` if there are none."""
        sign = -1.0 if matrix.maximise else 1.0
        worth = -sign * found.col_dual / (1.0 + np.abs(matrix.cost))
        columns = (worth > ROUNDING) & (matrix.col_upper > 0.0) & ~self.kept.columns
        missed = _missed(matrix, found.row_value)
        if not columns.any() and not (missed[~self.kept.rows] > ROUNDING).any():
            return None
        return ActiveSet(columns, missed > -TIGHT)

    def _spread(self, basis: object) -> tuple[Codes, Codes]:
        """A basis of the live problem over all columns and rows."""
        columns = np.full(self.kept.columns.size, AT_LOWER, dtype=np.int8)
        rows = np.full(self.kept.rows.size, BASIC, dtype=np.int8)
        columns[self.kept.columns], rows[self.kept.rows] = basis_codes(basis)
        return columns, rows


def _missed(matrix: Matrix, activity: Floats) -> Floats:
    """By how much each row misses its bounds, relative to one plus the bound; negative inside."""
    with np.errstate(invalid="ignore"):  # infinity over infinity where there is no bound
        below = (matrix.row_lower - activity) / (1.0 + np.abs(matrix.row_lower))
        above = (activity - matrix.row_upper) / (1.0 + np.abs(matrix.row_upper))
    below = np.where(np.isfinite(matrix.row_lower), below, -np.inf)
    return np.maximum(below, np.where(np.isfinite(matrix.row_upper), above, -np.inf))
