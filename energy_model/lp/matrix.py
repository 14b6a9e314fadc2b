"""A linear programme as arrays: cost, bounds, a column-wise sparse matrix, and names for blocks of rows and columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .errors import SolveError
from .index import IndexSpace, Label
from .sparse_arrays import sparse

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Vector = Literal["cost", "col_lower", "col_upper", "row_lower", "row_upper"]


@dataclass(frozen=True)
class Block:
    """The consecutive rows or columns that belong to one model component."""

    name: str
    start: int
    size: int
    space: IndexSpace
    places: NDArray[np.int64] | None = None
    """Which index tuples have a row, where some were skipped; ``None`` if all have one."""

    @property
    def slice(self) -> slice:
        """Where the block stands in a vector over all rows or columns."""
        return slice(self.start, self.start + self.size)

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of labels of each index set."""
        return self.space.shape

    @property
    def labels(self) -> tuple[tuple[Label, ...], ...]:
        """Labels of each index set, in order; tuples for a set of tuples."""
        return tuple(axis.labels for axis in self.space.axes)

    def shaped(self, vector: Floats) -> Floats:
        """Values of the block as an array over its index sets; ``nan`` where there is no row."""
        part = np.asarray(vector[self.slice], dtype=np.float64)
        if self.places is None:
            return part.reshape(self.shape).copy()
        full = np.full(self.space.size, np.nan)
        full[self.places] = part
        return full.reshape(self.shape)

    def flat(self, values: ArrayLike) -> Floats:
        """Values over the index sets (or broadcastable to them) in the order of the block's rows or columns.

        Raises
        ------
        SolveError
            If they cannot be broadcast to the index sets.
        """
        try:
            full = np.broadcast_to(np.asarray(values, dtype=np.float64), self.shape).reshape(-1)
        except ValueError as error:
            raise SolveError(
                f"values for {self.name} have shape {np.shape(values)}, its index has {self.shape}"
            ) from error
        return full if self.places is None else full[self.places]


def inner(one: Floats, other: Floats) -> float:
    """Inner product of two vectors, by one thread.

    ``one @ other`` shares long vectors between threads, which then wait for more by spinning: a solve between two such
    products took twice its processor time, and slowed down whatever ran beside it.
    """
    return float(np.einsum("i,i->", one, other))


@dataclass(frozen=True, eq=False)
class Matrix:
    """Minimise (or maximise) ``cost @ x + cost_offset`` within bounds on ``x`` and on ``A @ x``.

    Arrays are shared between variants made by :meth:`with_columns` and :meth:`with_rows`; treat them as read-only.
    """

    cost: Floats
    cost_offset: float
    start: Ints
    index: Ints
    value: Floats
    row_lower: Floats
    row_upper: Floats
    col_lower: Floats
    col_upper: Floats
    columns: Mapping[str, Block] = field(default_factory=dict)
    rows: Mapping[str, Block] = field(default_factory=dict)
    maximise: bool = False

    @property
    def shape(self) -> tuple[int, int]:
        """Number of rows and of columns."""
        return self.n_rows, self.n_columns

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return self.row_lower.size

    @property
    def n_columns(self) -> int:
        """Number of columns."""
        return self.col_lower.size

    @property
    def sign(self) -> float:
        """What turns the objective into one to be minimised: 1, or -1 if it is maximised."""
        return -1.0 if self.maximise else 1.0

    @cached_property
    def coefficients(self) -> sparse.csc_array:
        """The coefficient matrix as a scipy sparse array, shape (rows, columns); it shares memory."""
        return sparse.csc_array((self.value, self.index, self.start), shape=self.shape)

    def has_coefficients_of(self, other: Matrix) -> bool:
        """Whether both differ in bounds and costs alone."""
        if self.shape != other.shape or self.maximise != other.maximise:
            return False
        if self.value is other.value and self.index is other.index and self.start is other.start:
            return True
        return all(np.array_equal(getattr(self, key), getattr(other, key)) for key in ("start", "index", "value"))

    def reduced_cost(self, row_dual: Floats) -> Floats:
        """Reduced cost of every column at given row duals."""
        return np.asarray(self.cost - self.coefficients.T @ row_dual)

    def objective(self, col_value: Floats) -> float:
        """Objective at a point."""
        return inner(self.cost, col_value) + self.cost_offset

    def minimised_reduced_cost(self, row_dual: Floats) -> Floats:
        """Reduced costs as if the problem were to be minimised: below zero, more of a column pays."""
        return self.sign * self.reduced_cost(row_dual)

    def block(self, name: str) -> Block:
        """Block of a variable or of a constraint.

        Raises
        ------
        SolveError
            If there is none of that name.
        """
        try:
            return self.columns.get(name) or self.rows[name]
        except KeyError:
            known = ", ".join([*self.columns, *self.rows])
            raise SolveError(f"the matrix has no variable or constraint {name!r}; known: {known}") from None

    def values(self, vector: Floats, name: str) -> Floats:
        """Part of a solution vector that belongs to ``name``, as an array over its index sets.

        Raises
        ------
        SolveError
            If the vector is not one over all columns, or rows.
        """
        block = self.block(name)
        expected = self.n_columns if name in self.columns else self.n_rows
        if vector.shape != (expected,):
            kind = "columns" if name in self.columns else "rows"
            raise SolveError(f"{name} needs a vector over {expected} {kind}, got one of shape {vector.shape}")
        return block.shaped(vector)

    def block_array(self, vector: Vector, name: str) -> Floats:
        """Return a copy of cost or bounds of one block, shaped by its index sets."""
        return self.values(getattr(self, vector), name)

    def with_columns(
        self,
        name: str,
        *,
        lower: ArrayLike | None = None,
        upper: ArrayLike | None = None,
        cost: ArrayLike | None = None,
    ) -> Matrix:
        """Same problem with other bounds or costs for one variable; what is not given stays."""
        return self._with(self.columns, name, {"col_lower": lower, "col_upper": upper, "cost": cost})

    def with_rows(self, name: str, *, lower: ArrayLike | None = None, upper: ArrayLike | None = None) -> Matrix:
        """Same problem with other bounds on the rows of one constraint; what is not given stays.

        Bounds hold for the terms with variables: constants of the rule stand on the other side.
        """
        return self._with(self.rows, name, {"row_lower": lower, "row_upper": upper})

    def rows_within(self, columns: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Rows that have coefficients in the marked columns only; a row without any is not among them.

        Parameters
        ----------
        columns : array of bool, shape (columns,)

        Returns
        -------
        array of bool, shape (rows,)
        """
        inside = np.repeat(columns, np.diff(self.start))
        total = np.bincount(self.index, minlength=self.n_rows)
        return np.asarray((total > 0) & (np.bincount(self.index[inside], minlength=self.n_rows) == total))

    def with_free_rows(self, rows: NDArray[np.bool_]) -> Matrix:
        """Same problem with the marked rows (bool, shape (rows,)) bounding nothing."""
        lower, upper = np.where(rows, -np.inf, self.row_lower), np.where(rows, np.inf, self.row_upper)
        return replace(self, row_lower=lower, row_upper=upper)

    def _with(self, blocks: Mapping[str, Block], name: str, new: Mapping[str, ArrayLike | None]) -> Matrix:
        if name not in blocks:
            raise SolveError(f"no such block {name!r}; known: {', '.join(blocks)}")
        block, changed = blocks[name], {}
        for key, values in new.items():
            if values is None:
                continue
            vector = getattr(self, key).copy()
            vector[block.slice] = block.flat(values)
            changed[key] = vector
        _reject_nan(changed, blocks)
        return replace(self, **changed)

    def equals(self, other: Matrix) -> bool:
        """Whether both are the same problem to the last bit, with the same names in the same order."""
        vectors = ("start", "index", "value", "cost", "col_lower", "col_upper", "row_lower", "row_upper")
        return (
            self.shape == other.shape
            and (self.maximise, self.cost_offset) == (other.maximise, other.cost_offset)
            and all(np.array_equal(getattr(self, key), getattr(other, key)) for key in vectors)
            and self.columns == other.columns
            and self.rows == other.rows
        )

    def differences(self, other: Matrix, relative: float = 1e-9) -> list[str]:
        """What sets two matrices apart, entry by entry; empty if they are the same problem in the same order.

        An equation and its negative count as the same: Python hands ``a == b`` to Pyomo the other way round if the
        class of ``b`` derives from that of ``a``, so the sign of such a row is an accident of how it was built.
        """
        if self.shape != other.shape:
            return [f"shape {self.shape} against {other.shape}"]
        found = [
            f"{side}: {_outline(getattr(self, side))} against {_outline(getattr(other, side))}"
            for side in ("columns", "rows")
            if _outline(getattr(self, side)) != _outline(getattr(other, side))
        ]
        if self.maximise != other.maximise:
            found.append("one is maximised, the other minimised")
        if not np.isclose(self.cost_offset, other.cost_offset, rtol=relative, atol=relative):
            found.append(f"cost_offset {self.cost_offset} against {other.cost_offset}")
        turned = _turned_equations(self, other)
        for key in ("cost", "col_lower", "col_upper", "row_lower", "row_upper"):
            blocks, sign = (self.rows, turned) if key.startswith("row") else (self.columns, 1.0)
            close = np.isclose(getattr(self, key), sign * getattr(other, key), rtol=relative, atol=relative)
            found += [f"{key} of {_owner(blocks, int(at))}" for at in np.flatnonzero(~close)]
        gap = (self.coefficients - sparse.diags_array(turned) @ other.coefficients).tocoo()
        wrong = np.abs(gap.data) > relative * max(1.0, float(np.abs(self.value).max(initial=0.0)))
        pairs = zip(gap.row[wrong], gap.col[wrong], strict=True)
        found += [f"coefficient of {_owner(self.columns, c)} in {_owner(self.rows, r)}" for r, c in pairs]
        return found


def _turned_equations(one: Matrix, other: Matrix) -> Floats:
    """Minus one for equations that stand the other way round in ``other``, one for all other rows."""
    equations = (one.row_lower == one.row_upper) & (other.row_lower == other.row_upper)
    alike = one.coefficients.multiply(other.coefficients).sum(axis=1)
    with np.errstate(invalid="ignore"):  # infinite bounds belong to rows that are no equations
        bounds_alike = one.row_lower * other.row_lower
    return np.where(equations & (np.where(alike == 0, bounds_alike, alike) < 0), -1.0, 1.0)


class Assembly:
    """Sorts (row, column, value) triples by column; where places stay from time to time, so does their order."""

    def __init__(self) -> None:
        self._places: tuple[NDArray[Any], ...] | None = None
        self._order: NDArray[np.intp] | None = None

    def table(self, entries: tuple[Ints, Ints, Floats], shape: tuple[int, int]) -> Any:
        """A CSC table with sorted rows in each column; equal places are added up, zeros are dropped."""
        row, column, value = entries
        before, self._places = self._places, (row, column, np.array(shape))
        if before is None or not all(map(np.array_equal, before, self._places)):
            self._order = None
            table = sparse.coo_array((value, (row, column)), shape=shape).tocsc()
            table.sum_duplicates()
        else:
            if self._order is None:
                self._sort(row, column, shape)
            data = np.bincount(self._cells, weights=value[self._order], minlength=self._index.size)
            table = sparse.csc_array((data, self._index.copy(), self._start.copy()), shape=shape)
        table.eliminate_zeros()
        return table

    def _sort(self, row: Ints, column: Ints, shape: tuple[int, int]) -> None:
        place = column.astype(np.int64) * shape[0] + row
        self._order = np.argsort(place, kind="stable")
        place = place[self._order]
        begins = np.diff(place, prepend=-1) != 0
        self._cells = np.cumsum(begins) - 1
        owner, index = np.divmod(place[begins], max(shape[0], 1))
        self._index = index.astype(np.int32)
        self._start = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=shape[1]))]).astype(np.int32)


def assemble(
    entries: tuple[Ints, Ints, Floats],
    vectors: Mapping[str, Floats],
    cost_offset: float,
    blocks: tuple[Mapping[str, Block], Mapping[str, Block]],
    maximise: bool,
    assembly: Assembly | None = None,
) -> Matrix:
    """Put (row, column, value) triples and vectors together; equal places add up, zeros are dropped.

    Raises
    ------
    SolveError
        If a coefficient or a cost is no finite number.
    """
    columns, rows = blocks
    table = (assembly or Assembly()).table(entries, (vectors["row_lower"].size, vectors["col_lower"].size))
    _reject_nan({key: vectors[key] for key in ("cost", "col_lower", "col_upper")}, columns)
    _reject_nan({key: vectors[key] for key in ("row_lower", "row_upper")}, rows)
    if not np.isfinite(table.data).all():
        at = int(table.tocoo().row[~np.isfinite(table.data)][0])
        raise SolveError(f"a coefficient in {_owner(rows, at)} is not a finite number")
    if not (np.isfinite(vectors["cost"]).all() and np.isfinite(cost_offset)):
        raise SolveError("a cost in the objective is not a finite number")
    return Matrix(
        start=table.indptr.astype(np.int32, copy=False),
        index=table.indices.astype(np.int32, copy=False),
        value=table.data,
        cost_offset=cost_offset,
        columns=columns,
        rows=rows,
        maximise=maximise,
        **vectors,
    )


def _reject_nan(vectors: Mapping[str, Floats], blocks: Mapping[str, Block]) -> None:
    for key, vector in vectors.items():
        bad = np.flatnonzero(np.isnan(vector))
        if bad.size:
            raise SolveError(f"{key} of {_owner(blocks, int(bad[0]))} is not a number ({bad.size} such entries)")


def _outline(blocks: Mapping[str, Block]) -> list[tuple[str, int, int]]:
    return [(block.name, block.start, block.size) for block in blocks.values()]


def _owner(blocks: Mapping[str, Block], at: int) -> str:
    """Name and index of a row or column, for messages."""
    for block in blocks.values():
        if block.start <= at < block.start + block.size:
            place = at - block.start if block.places is None else int(block.places[at - block.start])
            parts = np.unravel_index(place, block.shape) if block.shape else ()
            labels = [axis.labels[int(part)] for axis, part in zip(block.space.axes, parts, strict=True)]
            return f"{block.name}{labels}" if labels else block.name
    return f"entry {at}"
