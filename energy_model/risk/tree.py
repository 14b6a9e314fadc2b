"""A scenario tree as one linear programme: leaves share every decision made before they branch.

The extensive form of a multi-stage stochastic programme (Birge and Louveaux, *Introduction to Stochastic Programming*,
2nd edition 2011, chapters 2 and 3). One copy of a compiled problem per leaf; what must be equal under
non-anticipativity is one column instead of two columns and an equation between them, which is the same problem with
fewer of both. The branches of a variable stand one after the other along its last axis, as if they were later periods,
so that everything that reads a compiled case by block can read a tree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from energy_model.errors import SolveError
from energy_model.fast import Start, optimum
from energy_model.lp import Block, Matrix, Solution
from energy_model.lp.index import IndexSet, IndexSpace
from energy_model.lp.matrix import Floats, assemble
from energy_model.model.periods import is_by_boundary, is_decided_in_time
from energy_model.scenario import Case

SURE = 1e-9
"""Probabilities add up to one within this."""


@dataclass(frozen=True)
class Leaf:
    """One way things may go.

    Attributes
    ----------
    name : str
    probability : float
    matrix : Matrix
        The compiled problem if this leaf is what happens.
    first : int or None
        First period (from 0) decided in the knowledge that this leaf is what happens; ``None`` if it is never told
        apart from the others before they part from it: the trunk.
    """

    name: str
    probability: float
    matrix: Matrix
    first: int | None


@dataclass(frozen=True)
class Tree:
    """The extensive form of some leaves.

    Attributes
    ----------
    matrix : Matrix
        Minimises expected cost, thousand EUR.
    leaves : tuple of Leaf
        The trunk first, then the branches in the order of their dates.
    columns : tuple of ndarray
        For each leaf the column of :attr:`matrix` that holds each column of the leaf's own problem.
    """

    matrix: Matrix
    leaves: tuple[Leaf, ...]
    columns: tuple[np.ndarray, ...]

    def solve(self, case: Case, start: Start | None = None) -> tuple[Solution, Start | None]:
        """Plan of least expected cost, and where a tree of the same leaves at other probabilities can start.

        ``case`` is that of any leaf: its curtailment tiers are read.
        """
        return optimum(self.matrix, case, start if start is not None and self._fits(start) else None)

    def _fits(self, start: Start) -> bool:
        return (len(start.rows), len(start.columns)) == self.matrix.shape

    def values(self, solution: Solution, leaf: int, name: str) -> Floats:
        """A variable as it is in one leaf, shaped as in the leaf's own problem."""
        return self.leaves[leaf].matrix.values(solution.col_value[self.columns[leaf]], name)

    def cost(self, solution: Solution, leaf: int) -> float:
        """Cost if this leaf is what happens, thousand EUR."""
        own = self.leaves[leaf].matrix
        return own.objective(solution.col_value[self.columns[leaf]])


def build_tree(leaves: Sequence[Leaf]) -> Tree:
    """Join leaves into one problem.

    Each branch shares with the trunk all it decides before its ``first`` period. Two branches share with each other
    what both share with the trunk, so they part when the earlier of them does. Leaves without probability are left out:
    nobody plans for them. If the trunk has none, the latest branch takes its place.

    Raises
    ------
    SolveError
        If probabilities do not add up to one, the leaves differ in more than numbers, or there is not one trunk.
    """
    trunk, branches = _in_order(leaves)
    placed = _place_columns(trunk, branches)
    order = (trunk, *branches)
    entries, bounds, rows = _rows(order, placed.at)
    size = placed.size
    cost, lower, upper, offset = np.zeros(size), np.full(size, -np.inf), np.full(size, np.inf), 0.0
    for leaf, at in zip(order, placed.at, strict=True):
        np.add.at(cost, at, leaf.probability * leaf.matrix.cost)
        lower[at] = np.maximum(lower[at], leaf.matrix.col_lower)
        upper[at] = np.minimum(upper[at], leaf.matrix.col_upper)
        offset += leaf.probability * leaf.matrix.cost_offset
    if (lower > upper).any():
        raise SolveError("leaves differ in bounds of decisions they share; a branch begins after it is told apart")
    vectors = {"cost": cost, "col_lower": lower, "col_upper": upper, "row_lower": bounds[0], "row_upper": bounds[1]}
    matrix = assemble(entries, vectors, offset, (placed.blocks, rows), maximise=False)
    return Tree(matrix, order, placed.at)


def _in_order(leaves: Sequence[Leaf]) -> tuple[Leaf, list[Leaf]]:
    """The trunk, and the branches by date."""
    total = sum(leaf.probability for leaf in leaves)
    if abs(total - 1.0) > SURE or any(leaf.probability < 0.0 for leaf in leaves):
        raise SolveError(f"probabilities of the leaves must be positive and add up to one; they add up to {total:g}")
    likely = [leaf for leaf in leaves if leaf.probability > 0.0]
    trunks = [leaf for leaf in likely if leaf.first is None]
    branches = sorted((leaf for leaf in likely if leaf.first is not None), key=lambda leaf: leaf.first or 0)
    if len(trunks) > 1:
        raise SolveError(f"a tree has one trunk, got {', '.join(leaf.name for leaf in trunks)}")
    trunk = trunks[0] if trunks else branches.pop()
    shape = {name: block.shape for name, block in trunk.matrix.columns.items()}
    for leaf in branches:
        other = {name: block.shape for name, block in leaf.matrix.columns.items()}
        if other != shape or leaf.matrix.n_rows != trunk.matrix.n_rows or leaf.matrix.maximise:
            raise SolveError(f"the leaf {leaf.name!r} has other rows or columns than {trunk.name!r}")
    return trunk, branches


@dataclass(frozen=True)
class _Placed:
    """Where every leaf's columns stand in the tree."""

    at: tuple[np.ndarray, ...]
    blocks: dict[str, Block]
    size: int


def _place_columns(trunk: Leaf, branches: Sequence[Leaf]) -> _Placed:
    at = [np.full(trunk.matrix.n_columns, -1, dtype=np.int64) for _ in range(1 + len(branches))]
    blocks, start = {}, 0
    for name, block in trunk.matrix.columns.items():
        axes = block.space.axes
        if is_decided_in_time(name):
            length = block.shape[-1]
            places = [np.arange(length)]
            end = length
            for leaf in branches:
                # The stock of the morning on which a leaf begins is decided already.
                own = min((leaf.first or 0) + is_by_boundary(name), length)
                places.append(np.concatenate([np.arange(own), end + np.arange(length - own)]))
                end += length - own
            axes = (*axes[:-1], IndexSet(tuple(range(1, end + 1)), 1))
            lead = np.arange(block.size // length if length else 0)[:, None]
            spots = [(start + lead * end + place[None, :]).ravel() for place in places]
        else:
            axes = (IndexSet(tuple(range(1, len(at) + 1)), 1), *axes)
            spots = [start + number * block.size + np.arange(block.size) for number in range(len(at))]
        for columns, spot in zip(at, spots, strict=True):
            columns[block.slice] = spot
        space = IndexSpace(axes)
        blocks[name] = Block(name, start, space.size, space)
        start += space.size
    return _Placed(tuple(at), blocks, start)


def _rows(
    order: Sequence[Leaf], at: Sequence[np.ndarray]
) -> tuple[tuple[np.ndarray, np.ndarray, Floats], tuple[Floats, Floats], dict[str, Block]]:
    """Rows of the trunk, then of each branch those that do not say again what the trunk says."""
    row, column, value, lower, upper, blocks = [], [], [], [], [], {}
    trunk, start = order[0].matrix, 0
    for number, (leaf, mine) in enumerate(zip(order, at, strict=True)):
        own = leaf.matrix
        kept = np.ones(own.n_rows, dtype=bool)
        if number:
            kept = ~(own.rows_within(mine == at[0]) & _same_rows(own, trunk))
        new = start - 1 + np.cumsum(kept)
        table = own.coefficients.tocoo()
        inside = kept[table.row]
        row.append(new[table.row[inside]])
        column.append(mine[table.col[inside]])
        value.append(table.data[inside])
        lower.append(own.row_lower[kept])
        upper.append(own.row_upper[kept])
        count = int(kept.sum())
        blocks[f"rows of {leaf.name}"] = Block(
            f"rows of {leaf.name}", start, count, IndexSpace((IndexSet(tuple(range(1, count + 1)), 1),))
        )
        start += count
    entries = (np.concatenate(row), np.concatenate(column), np.concatenate(value))
    return entries, (np.concatenate(lower), np.concatenate(upper)), blocks


def _same_rows(one: Matrix, other: Matrix) -> np.ndarray:
    """Rows with the same coefficients and bounds in both."""
    gap = abs(one.coefficients - other.coefficients).tocoo()
    differ = np.zeros(one.n_rows, dtype=bool)
    differ[gap.row[gap.data != 0.0]] = True
    return np.asarray(~differ & (one.row_lower == other.row_lower) & (one.row_upper == other.row_upper))
