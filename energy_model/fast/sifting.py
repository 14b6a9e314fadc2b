"""Sifting: a large problem solved exactly by way of the few columns and rows that matter near an estimate.

Most columns of a flow problem stay at a bound, and most inequalities stay slack, whatever happens nearby. A problem
without them is several times smaller, and so is each iteration of the simplex method. Columns that are left out are
fixed at a bound, rows that are left out are ignored; after each solve all of them are priced and checked, those that
pay or are violated join the live problem, and it goes on from the basis it has. When none is left, the optimum is that
of the full problem, and is certified against it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from energy_model.fast.memory import give_back
from energy_model.fast.tuning import TUNING, Tuning
from energy_model.lp.basis import AT_LOWER, AT_UPPER, BASIC, Codes, basis_from_codes
from energy_model.lp.certificate import UNPROVEN, certify
from energy_model.lp.highs import Attempt, LiveModel, Solution, solve
from energy_model.lp.matrix import Floats, Ints, Matrix
from energy_model.lp.options import DUAL_SERIAL, DUAL_TOLERANCE, NEAR_OPTIMUM, OTHERWISE, Option

Mask = NDArray[np.bool_]
Places = NDArray[np.intp]

REPAIR: dict[str, Option] = {
    **NEAR_OPTIMUM,
    "simplex_strategy": DUAL_SERIAL,
    "simplex_dual_edge_weight_strategy": 1,
}
"""Once the live problem has grown: broken rows call for the dual method whatever was used before, and weights of
steepest edge take longer to work out than the few steps left."""


class Sifted:
    """A live problem of some columns and rows of a whole one, which others join when they are needed.

    Parameters
    ----------
    matrix : Matrix
        The whole problem.
    codes : pair of arrays of int
        An estimate of the basis of the whole problem (:mod:`energy_model.lp.basis`), which also says at which bound the
        columns that are left out are fixed.
    columns, rows : arrays of bool
        What to begin with. Free columns and equality rows are always included.
    options, repair : mapping, optional
        HiGHS options of the first solve and after each renewal, and once the live problem has grown.
    joining_margin : float, optional
        How near to being violated, relative to 1 + the bound, rows join along with those that are. A few rows more
        spare a round.
    kinds : array of int, shape (rows,), optional
        A number for each row, shared by rows that resemble each other, as the same balance in all periods does. Where a
        second problem has no plan, what those rows lack joins for all that are like them.

    Attributes
    ----------
    live : LiveModel
        What the solver holds.
    """

    def __init__(
        self,
        matrix: Matrix,
        codes: tuple[Codes, Codes],
        columns: Mask,
        rows: Mask,
        options: Mapping[str, Option] | None = None,
        repair: Mapping[str, Option] = REPAIR,
        joining_margin: float = 0.0,
        kinds: Ints | None = None,
        tuning: Tuning = TUNING,
    ) -> None:
        self._matrix = matrix
        self._upper = (codes[0] == AT_UPPER) & np.isfinite(matrix.col_upper)
        fixed = matrix.col_lower == matrix.col_upper
        columns = (columns & ~fixed) | ~np.isfinite(self._resting(matrix))
        rows = rows | (matrix.row_lower == matrix.row_upper)
        self._columns, self._rows = np.flatnonzero(columns), np.flatnonzero(rows)
        self._table = _entries(matrix, self._columns, self._rows)
        self._repair, self._joining_margin, self._kinds = dict(repair), joining_margin, kinds
        self._tuning = tuning
        self._codes = codes
        self._hand_over(options or {})
        self._options = {name: self.live.option(name) for name in {**OTHERWISE, **self._repair, **(options or {})}}

    @property
    def codes(self) -> tuple[Codes, Codes]:
        """Basis of the whole problem: after a solve, that of the optimum."""
        return self._codes

    @property
    def shape(self) -> tuple[int, int]:
        """Number of rows and of columns of the live problem."""
        return self._rows.size, self._columns.size

    @property
    def members(self) -> tuple[Mask, Mask]:
        """Columns and rows of the live problem."""
        columns, rows = np.zeros(self._matrix.n_columns, dtype=bool), np.zeros(self._matrix.n_rows, dtype=bool)
        columns[self._columns], rows[self._rows] = True, True
        return columns, rows

    def renew(self, matrix: Matrix) -> None:
        """Put another version of the whole problem: the same coefficients, other bounds and costs.

        The live problem keeps its columns, its rows and its basis. Columns that are left out stay fixed at their bound.
        """
        self._upper &= np.isfinite(matrix.col_upper)
        homeless = ~np.isfinite(self._resting(matrix))
        homeless[self._columns] = False
        if homeless.any():
            self._add(homeless, np.zeros(matrix.n_rows, dtype=bool), solved=False)
        self._matrix = matrix
        self.live.update(self._small(), self._options)

    def go_on_from(self, codes: tuple[Codes, Codes]) -> None:
        """Start the next solve from another basis of the whole problem: a guess of it, good or bad."""
        self._codes = codes
        self.live.start_from(self._basis(guess=True))

    def solve(self, *, proven: bool = True) -> Solution:
        """Optimum of the whole problem.

        Parameters
        ----------
        proven : bool
            Certify it, and solve from nothing if it does not pass. Without, the caller has to.

        Raises
        ------
        SolveError
            If there is no certified optimum.
        """
        steps, seconds, reliefs = 0, 0.0, 0
        for number in range(self._tuning.pricing_rounds + self._tuning.infeasible_rounds):
            part = self.live.attempt() or self._otherwise()
            if part is None:
                if self.is_whole:
                    break
                reliefs += 1
                self._add(
                    *(
                        self._relief(widely=reliefs > 1)
                        if reliefs < self._tuning.infeasible_rounds
                        else self._everything()
                    )
                )
                continue
            steps, seconds = steps + part.iterations, seconds + part.seconds
            found = self._whole(part, steps, seconds)
            columns, rows = self._missing(found)
            if not columns.any() and not rows.any():
                return self._ended(found, proven)
            self._add(*self._everything() if number >= self._tuning.pricing_rounds else (columns, rows))
        return self._afresh()

    def _otherwise(self) -> Attempt | None:
        """The live problem with other options, and then from nothing, unless an attempt says that it has no plan."""
        for from_nothing in (False, True):
            if self.live.is_infeasible:
                return None
            self.live.anew(OTHERWISE, None if from_nothing else self._basis(guess=True))
            if (part := self.live.attempt()) is not None:
                return part
        return None

    def _basis(self, guess: bool) -> Any:
        columns, rows = self._codes
        return basis_from_codes(columns[self._columns], rows[self._rows], guess=guess)

    def _hand_over(self, options: Mapping[str, Option], guess: bool = True) -> None:
        """Give the solver the live problem, to start from the codes known; what was freed before goes back."""
        self.live = LiveModel(self._small(), basis=self._basis(guess), options=options)
        if self._is_large:
            give_back()

    @property
    def _is_large(self) -> bool:
        return self._table[2].size > self._tuning.largest_grown_in_place

    @property
    def is_whole(self) -> bool:
        """Whether all columns and rows have joined."""
        return self.shape == self._matrix.shape

    def _resting(self, matrix: Matrix) -> Floats:
        """The bound at which each column is fixed while it is left out."""
        return np.where(self._upper, matrix.col_upper, matrix.col_lower)

    def _left_out(self) -> Floats:
        """Values of the columns that are left out; zero for those of the live problem."""
        rest = self._resting(self._matrix)
        rest[self._columns] = 0.0
        return rest

    def _small(self) -> Matrix:
        """The live problem; columns that are fixed move the bounds of its rows."""
        whole, rest = self._matrix, self._left_out()
        shift = (whole.coefficients @ rest)[self._rows]
        start, index, value = self._table
        return replace(
            whole,
            cost=whole.cost[self._columns],
            cost_offset=whole.objective(rest),
            start=start,
            index=index,
            value=value,
            col_lower=whole.col_lower[self._columns],
            col_upper=whole.col_upper[self._columns],
            row_lower=whole.row_lower[self._rows] - shift,
            row_upper=whole.row_upper[self._rows] - shift,
            columns={},
            rows={},
        )

    def _whole(self, part: Attempt, steps: int, seconds: float) -> Solution:
        """The optimum of the live problem as a point and prices of the whole one."""
        whole = self._matrix
        value = self._left_out()
        value[self._columns] = part.col_value
        dual = np.zeros(whole.n_rows)
        dual[self._rows] = part.row_dual
        return Solution(
            status="optimal",
            objective=whole.objective(value),
            col_value=value,
            col_dual=whole.reduced_cost(dual),
            row_value=whole.coefficients @ value,
            row_dual=dual,
            iterations=steps,
            seconds=seconds,
            certificate=UNPROVEN,
            was_warm=True,
        )

    def _missing(self, found: Solution) -> tuple[Mask, Mask]:
        """Columns left out that pay at these duals, and rows left out that are violated."""
        whole = self._matrix
        reduced = whole.sign * found.col_dual
        away = np.where(self._upper, reduced, -reduced) > DUAL_TOLERANCE * (1.0 + np.abs(whole.cost))
        away &= whole.col_lower < whole.col_upper
        away[self._columns] = False
        over = self._excess(found)
        over[self._rows] = -np.inf
        broken = over > self._tuning.violation
        if self._joining_margin and broken.any():
            broken = over > -self._joining_margin
        return away, broken

    def _excess(self, found: Solution) -> Floats:
        """How far each row is beyond its bounds, relative to 1 + the bound; negative within them."""
        whole, value = self._matrix, found.row_value
        with np.errstate(invalid="ignore"):  # a row without a bound is not beyond it
            above = (value - whole.row_upper) / (1.0 + np.abs(whole.row_upper))
            below = (whole.row_lower - value) / (1.0 + np.abs(whole.row_lower))
        return np.fmax(np.fmax(above, below), -np.inf)

    def _everything(self) -> tuple[Mask, Mask]:
        return np.ones(self._matrix.n_columns, dtype=bool), np.ones(self._matrix.n_rows, dtype=bool)

    def _relief(self, widely: bool) -> tuple[Mask, Mask]:
        """Columns left out of the rows that cannot be met together, or of all like them; if none is, all that is."""
        proof = np.zeros(self._matrix.n_rows)
        ray = self.live.infeasibility()
        if ray is not None:
            proof[self._rows] = ray
        columns = self._matrix.coefficients.T @ proof != 0.0
        if widely and self._kinds is not None:
            proof = np.isin(self._kinds, self._kinds[proof != 0.0]).astype(np.float64)
            columns = abs(self._matrix.coefficients).T @ proof != 0.0
        columns[self._columns] = False
        if columns.any():
            return columns, np.zeros(self._matrix.n_rows, dtype=bool)
        return self._everything()

    def _add(self, columns: Mask, rows: Mask, *, solved: bool = True) -> None:
        """Let columns and rows join, behind those that are there.

        Goes on from the basis of the last solve, or, where that is not the one to go on from, from the codes known.
        """
        columns[self._columns], rows[self._rows] = False, False
        anew = self._is_large
        if anew:
            self._codes = self._all_codes() if solved else self._codes
            del self.live
        self._columns = np.concatenate([self._columns, np.flatnonzero(columns)])
        self._rows = np.concatenate([self._rows, np.flatnonzero(rows)])
        self._table = _entries(self._matrix, self._columns, self._rows)
        if anew:
            self._hand_over({**self._options, **self._repair}, guess=not solved)
        else:
            self.live.grow(self._small(), self._repair)

    def _ended(self, found: Solution, proven: bool) -> Solution:
        proof = UNPROVEN
        if proven:
            proof = certify(self._matrix, found.col_value, found.col_dual, found.row_value, found.row_dual)
            if not proof.passes():
                return self._afresh()
        self._codes = self._all_codes()
        return replace(found, certificate=proof)

    def _all_codes(self) -> tuple[Codes, Codes]:
        """Basis of the whole problem, as the last solve of the live one left it."""
        columns, rows = self.live.codes()
        all_columns = np.where(self._upper, AT_UPPER, AT_LOWER).astype(columns.dtype)
        all_rows = np.full(self._matrix.n_rows, BASIC, dtype=rows.dtype)
        all_columns[self._columns], all_rows[self._rows] = columns, rows
        return all_columns, all_rows

    def _afresh(self) -> Solution:
        """The whole problem from nothing: slow, and right."""
        usual = {name: value for name, value in self._options.items() if name not in NEAR_OPTIMUM}
        return solve(self._matrix, options={**usual, "simplex_strategy": DUAL_SERIAL})


def _entries(matrix: Matrix, columns: Places, rows: Places) -> tuple[NDArray[np.int32], NDArray[np.int32], Floats]:
    """Starts, row numbers and values of the coefficients of some columns in some rows, in the orders given."""
    number = np.full(matrix.n_rows, -1, dtype=np.int32)
    number[rows] = np.arange(rows.size, dtype=np.int32)
    count = np.diff(matrix.start)[columns]
    begin = np.cumsum(count) - count
    places = np.repeat(matrix.start[:-1][columns] - begin, count) + np.arange(count.sum())
    index = number[matrix.index[places]]
    inside = index >= 0
    owner = np.repeat(np.arange(columns.size), count)[inside]
    start = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=columns.size))]).astype(np.int32)
    return start, index[inside], matrix.value[places][inside]
