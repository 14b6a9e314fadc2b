"""Why no point meets a problem: the bounds and rows that contradict each other, one contradiction after the other.

Demands are relaxed at a price: lower bounds above zero, upper bounds below zero, and rows that zero does not meet. The
relaxed problem has a solution whatever the numbers are, and its row duals are a proof (Farkas) that the demands cannot
be met: a combination of rows that asks for more than the bounds of the columns allow. Parts of the proof that share no
column are contradictions of their own.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from .extend import add_columns
from .highs import LiveModel
from .matrix import Floats, Matrix
from .sparse_arrays import sparse

Mask = NDArray[np.bool_]
Places = NDArray[np.intp]

ROWS, LAST = 30.0, 1_000.0
"""Price of missing a row, and what is given up last, in terms of other demands."""
TOLERANCE = 1e-6
"""A demand missed by less, relative to 1 + its size, is rounding of the solver."""
_NOTHING = 1e-9


@dataclass(frozen=True)
class Clash:
    """Bounds and rows that cannot be met together.

    Attributes
    ----------
    columns_low, columns_high : arrays of int
        Columns whose lower bound asks for too much, and columns whose upper bound allows too little (or the other way
        round below zero).
    rows_low, rows_high : arrays of int
        Rows whose lower or upper bound is part of it.
    missed : array of float, shape (columns,)
        By how much each column misses its bound in a point that misses least.
    """

    columns_low: Places
    columns_high: Places
    rows_low: Places
    rows_high: Places
    missed: Floats = field(repr=False)

    @property
    def rows(self) -> Places:
        """All rows that are part of it."""
        return np.union1d(self.rows_low, self.rows_high)


def clashes(matrix: Matrix, last: Mask | None = None) -> list[Clash]:
    """The contradictions of a problem that no point meets; none if some point does, but for rounding.

    Parameters
    ----------
    matrix : Matrix
    last : array of bool, shape (columns,), optional
        Columns whose bounds are given up only if giving up all others is not enough, as decisions of the past are.
        Rows are given up after all other columns.
    """
    crossed = _crossed(matrix)
    matrix = replace(
        matrix,
        col_lower=np.minimum(matrix.col_lower, matrix.col_upper),
        row_lower=np.minimum(matrix.row_lower, matrix.row_upper),
    )
    price = np.where(np.zeros(matrix.n_columns, dtype=bool) if last is None else last, LAST, 1.0)
    relaxed, shift = _relaxed(matrix, price)
    found = LiveModel(relaxed).attempt()
    if found is None:
        return crossed
    return [*crossed, *_parts(matrix, found.row_dual, _missed(matrix, found.col_value, shift))]


def _crossed(matrix: Matrix) -> list[Clash]:
    """Columns and rows whose own bounds contradict each other."""
    none, missed = np.zeros(0, dtype=np.intp), np.zeros(matrix.n_columns)
    columns, rows = (
        np.flatnonzero(low - high > TOLERANCE * (1.0 + np.abs(high)))
        for low, high in ((matrix.col_lower, matrix.col_upper), (matrix.row_lower, matrix.row_upper))
    )
    missed[columns] = (matrix.col_lower - matrix.col_upper)[columns]
    found = [Clash(columns, columns, none, none, missed)] if columns.size else []
    return [*found, Clash(none, none, rows, rows, np.zeros(matrix.n_columns))] if rows.size else found


def _relaxed(matrix: Matrix, price: Floats) -> tuple[Matrix, Floats]:
    """The problem of missing as little as possible; and the part of each bound that has a column of its own.

    A column that must reach a bound gives way to two: one between zero and the bound, which is rewarded, and one for
    what lies beyond it, which is not.
    """
    asked = np.where(matrix.col_lower > 0.0, matrix.col_lower, np.where(matrix.col_upper < 0.0, matrix.col_upper, 0.0))
    columns = np.flatnonzero(asked)
    lower, upper = matrix.col_lower - asked, matrix.col_upper - asked
    plain = replace(matrix, cost=np.zeros(matrix.n_columns), cost_offset=0.0, maximise=False)
    plain = replace(plain, col_lower=lower, col_upper=upper, columns={}, rows={})
    part = asked[columns]
    relaxed = add_columns(
        plain,
        "asked",
        matrix.coefficients[:, columns],
        lower=np.minimum(part, 0.0),
        upper=np.maximum(part, 0.0),
        cost=-np.sign(part) * price[columns],
    )
    for name, rows, sign in (
        ("below", np.flatnonzero(matrix.row_lower > 0.0), 1.0),
        ("above", np.flatnonzero(matrix.row_upper < 0.0), -1.0),
    ):
        slack = sparse.coo_array((np.full(rows.size, sign), (rows, np.arange(rows.size))), (matrix.n_rows, rows.size))
        relaxed = add_columns(relaxed, name, slack, cost=ROWS)
    return relaxed, asked


def _missed(matrix: Matrix, value: Floats, asked: Floats) -> Floats:
    columns = np.flatnonzero(asked)
    missed = np.zeros(matrix.n_columns)
    missed[columns] = np.abs(asked[columns] - value[matrix.n_columns :][: columns.size])
    return np.where(missed > TOLERANCE * (1.0 + np.abs(asked)), missed, 0.0)


def _parts(matrix: Matrix, dual: Floats, missed: Floats) -> list[Clash]:
    """The proof, in parts that share no column; a part that proves nothing is left out."""
    dual = np.where(np.abs(dual) > _NOTHING * np.abs(dual).max(initial=0.0), dual, 0.0)
    rows = np.flatnonzero(dual)
    table = matrix.coefficients.tocsr()[rows]
    count, part = sparse.csgraph.connected_components(table @ table.T, directed=False)
    pull = matrix.coefficients.T @ dual
    pull = np.where(np.abs(pull) > _NOTHING * np.abs(dual).max(initial=0.0), pull, 0.0)
    row_bound = np.where(dual > 0.0, matrix.row_lower, matrix.row_upper)
    column_bound = np.where(pull > 0.0, matrix.col_upper, matrix.col_lower)
    touched = abs(table).T
    found = []
    for number in range(count):
        mine, inside = rows[part == number], touched @ (part == number).astype(float) > 0.0
        moved = np.flatnonzero(inside & (pull != 0.0))
        gap = dual[mine] @ row_bound[mine] - pull[moved] @ column_bound[moved]
        if not gap > TOLERANCE:
            continue
        high, low = moved[pull[moved] > 0.0], moved[pull[moved] < 0.0]
        part_rows = (mine[dual[mine] > 0.0], mine[dual[mine] < 0.0])
        found.append(Clash(low, high, *part_rows, np.where(inside, missed, 0.0)))
    return found
