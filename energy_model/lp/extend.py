"""Questions put to a compiled problem: more rows, more columns, another objective.

The programme stays what the model says it is; these functions add what a question asks besides, for example a budget
for the total cost, or a promised volume that enters at one node and is to be as small as possible.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from .errors import SolveError
from .index import IndexSet, IndexSpace
from .matrix import Block, Floats, Matrix
from .sparse_arrays import sparse


def add_rows(
    matrix: Matrix,
    name: str,
    coefficients: ArrayLike | sparse.sparray,
    *,
    lower: ArrayLike = -np.inf,
    upper: ArrayLike = np.inf,
    labels: Sequence[Hashable] | None = None,
) -> Matrix:
    """The problem with extra rows: ``lower <= coefficients @ x <= upper``.

    Parameters
    ----------
    matrix : Matrix
    name : str
        Name of the new block of rows.
    coefficients : array or sparse array, shape (k, columns) or (columns,)
    lower, upper : array_like
        Bounds, broadcast to (k,).
    labels : sequence, optional
        One for each row; default 1 to k.

    Raises
    ------
    SolveError
        If the name is taken or the shape does not fit.
    """
    rows = _table(coefficients, matrix.n_columns, axis=1, name=name)
    count = rows.shape[0]
    block = _block(matrix, name, matrix.n_rows, count, labels)
    return replace(
        _with_table(matrix, sparse.vstack([matrix.coefficients, rows])),
        row_lower=np.append(matrix.row_lower, _vector(lower, count)),
        row_upper=np.append(matrix.row_upper, _vector(upper, count)),
        rows={**matrix.rows, name: block},
    )


def add_columns(
    matrix: Matrix,
    name: str,
    coefficients: ArrayLike | sparse.sparray,
    *,
    lower: ArrayLike = 0.0,
    upper: ArrayLike = np.inf,
    cost: ArrayLike = 0.0,
    labels: Sequence[Hashable] | None = None,
) -> Matrix:
    """Same problem with columns more.

    Parameters
    ----------
    coefficients : array or sparse array, shape (rows, k) or (rows,)
    lower, upper, cost : array_like
        Broadcast to (k,).

    Raises
    ------
    SolveError
        If the name is taken or the shape does not fit.
    """
    columns = _table(coefficients, matrix.n_rows, axis=0, name=name)
    count = columns.shape[1]
    block = _block(matrix, name, matrix.n_columns, count, labels)
    return replace(
        _with_table(matrix, sparse.hstack([matrix.coefficients, columns])),
        col_lower=np.append(matrix.col_lower, _vector(lower, count)),
        col_upper=np.append(matrix.col_upper, _vector(upper, count)),
        cost=np.append(matrix.cost, _vector(cost, count)),
        columns={**matrix.columns, name: block},
    )


def with_objective(matrix: Matrix, cost: Floats, *, offset: float = 0.0, maximise: bool = False) -> Matrix:
    """Same constraints, another objective.

    Raises
    ------
    SolveError
        If it does not have a coefficient for each column.
    """
    if cost.shape != matrix.cost.shape:
        raise SolveError(f"an objective over {matrix.n_columns} columns is needed, got shape {cost.shape}")
    return replace(matrix, cost=np.asarray(cost, dtype=np.float64), cost_offset=offset, maximise=maximise)


def take_columns(matrix: Matrix, kept: np.ndarray) -> Matrix:
    """The problem without the columns that are not kept (bool, shape (n,)).

    Its columns have no names, its rows keep theirs.
    """
    if kept.all():
        return replace(matrix, columns={})
    inside = np.repeat(kept, np.diff(matrix.start))
    start = np.concatenate([[0], np.cumsum(np.diff(matrix.start)[kept])]).astype(matrix.start.dtype)
    return replace(
        matrix,
        cost=matrix.cost[kept],
        start=start,
        index=matrix.index[inside],
        value=matrix.value[inside],
        col_lower=matrix.col_lower[kept],
        col_upper=matrix.col_upper[kept],
        columns={},
    )


def cost_of(matrix: Matrix, name: str, weight: ArrayLike = 1.0) -> Floats:
    """A vector over all columns: ``weight`` on the columns of one variable, zero elsewhere.

    Raises
    ------
    SolveError
        If there is no such variable.
    """
    block = matrix.columns.get(name)
    if block is None:
        raise SolveError(f"no such variable {name!r}; known: {', '.join(matrix.columns)}")
    vector = np.zeros(matrix.n_columns)
    vector[block.slice] = block.flat(weight)
    return vector


def _with_table(matrix: Matrix, coefficients: sparse.sparray) -> Matrix:
    table = coefficients.tocsc()
    table.sort_indices()
    return replace(
        matrix,
        start=table.indptr.astype(np.int32),
        index=table.indices.astype(np.int32),
        value=table.data.astype(np.float64),
    )


def _table(coefficients: ArrayLike | sparse.sparray, length: int, *, axis: int, name: str) -> sparse.coo_array:
    if not sparse.issparse(coefficients):
        dense = np.asarray(coefficients, dtype=np.float64)
        coefficients = dense.reshape((1, -1) if axis == 1 else (-1, 1)) if dense.ndim == 1 else dense
    table = sparse.coo_array(coefficients)
    if table.shape[axis] != length:
        raise SolveError(f"{name}: coefficients have shape {table.shape}, axis {axis} should have {length}")
    return table


def _block(matrix: Matrix, name: str, start: int, count: int, labels: Sequence[Hashable] | None) -> Block:
    if name in matrix.columns or name in matrix.rows:
        raise SolveError(f"the matrix has {name!r} already")
    if labels is not None and len(labels) != count:
        raise SolveError(f"{name}: {len(labels)} labels for {count} entries")
    axis = IndexSet(tuple(labels) if labels is not None else tuple(range(1, count + 1)), 1)
    return Block(name, start, count, IndexSpace((axis,)))


def _vector(values: ArrayLike, count: int) -> Floats:
    return np.broadcast_to(np.asarray(values, dtype=np.float64), (count,)).copy()
