r"""Aggregation of a compiled problem along the last index of its blocks: longer periods in place of short ones.

Columns of a group take one value, rows of a group are added up by shares. With ``C`` that copies values and ``R`` that
adds rows, :math:`\min c^T x,\ l \le x \le u,\ a \le A x \le b` becomes
:math:`\min (C^T c)^T y,\ l' \le y \le u',\ R a \le R A C y \le R b`; the bounds of a group are those of its columns, by
their shares. Duals ``p`` of the aggregated rows are duals :math:`R^T p` of the
full problem.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import SolveError
from .index import IndexSet, IndexSpace
from .matrix import Block, Floats, Ints, Matrix, assemble


@dataclass(frozen=True)
class Merge:
    """How the last index of a block is shortened.

    Attributes
    ----------
    place : array of int, shape (n,)
        Group of each of its ``n`` labels: 0, 0, 1, ..., none left out.
    share : array of float, shape (n,)
        Weight of each label in the rows, and in the bounds, of its group. Zero: it has none.
    """

    place: NDArray[np.integer[Any]]
    share: Floats


@dataclass(frozen=True, eq=False)
class Merged:
    """The smaller problem, and where everything of the whole one went.

    Attributes
    ----------
    matrix : Matrix
        The problem with groups in place of labels.
    column, row : array of int
        Of every column and row of the whole problem, its column and row here.
    share : array of float
        Of every row of the whole problem, its weight in its row here.
    """

    matrix: Matrix
    column: Ints
    row: Ints
    share: Floats

    def prices(self, row_dual: Floats) -> Floats:
        """Row duals of the whole problem that say the same as those of the merged one."""
        return self.share * row_dual[self.row]


@dataclass(frozen=True)
class _Side:
    """Columns, or rows: of each its place among the merged ones and its share; and the merged blocks."""

    place: Ints
    share: Floats
    blocks: dict[str, Block]

    @property
    def size(self) -> int:
        return sum(block.size for block in self.blocks.values())

    def total(self, values: Floats) -> Floats:
        return np.asarray(np.bincount(self.place, values, minlength=self.size), dtype=np.float64)

    def bound(self, values: Floats) -> Floats:
        """By shares; without bound where one that counts is."""
        free = np.isinf(values)
        found = self.total(self.share * np.where(free, 0.0, values))
        free &= self.share > 0.0
        found[self.place[free]] = values[free]
        return found


def merge(matrix: Matrix, merges: Mapping[str, Merge]) -> Merged:
    """Put neighbouring places of an index together.

    Parameters
    ----------
    merges : mapping of str to Merge
        For variables and constraints by name, how their last index is shortened; all others stay.

    Raises
    ------
    SolveError
        If a merge has another number of labels than the index it is meant for, or its groups are no neighbours.
    """
    columns, rows = _side(matrix.columns, merges), _side(matrix.rows, merges)
    column = np.repeat(columns.place, np.diff(matrix.start))
    value = matrix.value * rows.share[matrix.index]
    vectors = {
        "cost": columns.total(matrix.cost),
        "col_lower": columns.bound(matrix.col_lower),
        "col_upper": columns.bound(matrix.col_upper),
        "row_lower": rows.bound(matrix.row_lower),
        "row_upper": rows.bound(matrix.row_upper),
    }
    small = assemble(
        (rows.place[matrix.index], column, value),
        vectors,
        matrix.cost_offset,
        (columns.blocks, rows.blocks),
        matrix.maximise,
    )
    return Merged(small, columns.place, rows.place, rows.share)


def _side(blocks: Mapping[str, Block], merges: Mapping[str, Merge]) -> _Side:
    size = sum(block.size for block in blocks.values())
    place, share = np.empty(size, dtype=np.int32), np.ones(size)
    merged: dict[str, Block] = {}
    end = 0
    for name, block in blocks.items():
        if name in merges:
            merged[name], cells = _merged_block(block, end, merges[name])
            share[block.slice] = block.flat(merges[name].share)
        else:
            merged[name], cells = replace(block, start=end), np.arange(block.size)
        place[block.slice] = end + cells
        end += merged[name].size
    return _Side(place, share, merged)


def _merged_block(block: Block, start: int, how: Merge) -> tuple[Block, np.ndarray]:
    """The block with groups in place of labels, and the place within it of each of its rows or columns."""
    if block.shape[-1:] != how.place.shape:
        raise SolveError(f"{block.name}: a merge of {how.place.size} labels on an index of {block.shape}")
    begins = np.diff(how.place, prepend=-1) != 0
    if how.share.shape != how.place.shape or not np.array_equal(how.place, np.cumsum(begins) - 1):
        raise SolveError(
            f"{block.name}: the groups of a merge are 0, 0, 1, ..., none left out, with a share for each label"
        )
    *others, last = block.space.axes
    first = np.flatnonzero(begins)
    axis = IndexSet(tuple(last.labels[at] for at in first), last.dimen)
    space = IndexSpace((*others, axis))
    row = np.arange(block.space.size // how.place.size)[:, None] * first.size + how.place
    if block.places is None:
        return Block(block.name, start, space.size, space), row.reshape(-1)
    used, cells = np.unique(row.reshape(-1)[block.places], return_inverse=True)
    return Block(block.name, start, used.size, space, used if used.size < space.size else None), cells
