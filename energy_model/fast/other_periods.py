"""Where a column or row of a problem stands in a similar one on other periods, or on other parts of months.

The day of an announcement divides its month, and the period it falls in, so that two cases that differ in that day
alone have blocks of other lengths, or of the same length with other days in each place. What is decided on the same
days corresponds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from energy_model.lp import Matrix
from energy_model.lp.matrix import Block
from energy_model.model.periods import is_by_boundary, is_by_part, is_by_period
from energy_model.timeline import Timeline

Places = np.ndarray
NOWHERE = -1


@dataclass(frozen=True, eq=False)
class Frame:
    """What stands where in a problem: its blocks, and the days of its periods and parts of months."""

    columns: Mapping[str, Block]
    rows: Mapping[str, Block]
    line: Timeline

    @classmethod
    def of(cls, matrix: Matrix, line: Timeline) -> Frame:
        """The frame of a problem that was compiled from a case with these periods."""
        return cls(matrix.columns, matrix.rows, line)

    def is_like(self, other: Frame) -> bool:
        """Whether each column and row stands where the other problem has it."""
        return self is other or (
            self.line == other.line
            and all(
                mine.keys() == theirs.keys() and all(_same(block, theirs[name]) for name, block in mine.items())
                for mine, theirs in ((self.columns, other.columns), (self.rows, other.rows))
            )
        )

    def places_in(self, other: Frame) -> tuple[Places, Places]:
        """Of each column and each row the one that corresponds in another problem, :data:`NOWHERE` if none does."""
        last = _LastAxis(self.line, other.line)
        return _places(self.columns, other.columns, last), _places(self.rows, other.rows, last)

    def periods_in(self, other: Frame) -> Places:
        """Of each period the one of another problem in which it begins."""
        return _LastAxis(self.line, other.line).periods


class _LastAxis:
    """Of each period, boundary and part of a month the one that corresponds on another timeline."""

    def __init__(self, line: Timeline, other: Timeline) -> None:
        last = len(other.dates) - 1
        shift = (line.start - other.start).days
        self.periods: Places = other.period_of_day[np.clip(line.first_days + shift, 0, last)]
        edges = [np.append(one.first_days, one.days.sum()) for one in (line, other)]
        boundaries = np.searchsorted(edges[1], edges[0] + shift, side="right") - 1
        self._boundaries: Places = np.clip(boundaries, 0, None)
        first = np.array([(day - other.start).days for day in line.part_starts])
        self._parts: Places = other.part_of_day[np.clip(first, 0, last)]

    def of(self, name: str) -> Places | None:
        if is_by_part(name):
            return self._parts
        if is_by_boundary(name):
            return self._boundaries
        return self.periods if is_by_period(name) else None


def _same(one: Block, other: Block) -> bool:
    if one is other:
        return True
    if (one.start, one.size, one.shape) != (other.start, other.size, other.shape):
        return False
    if one.places is None or other.places is None:
        return one.places is other.places
    return np.array_equal(one.places, other.places)


def _places(mine: Mapping[str, Block], theirs: Mapping[str, Block], last: _LastAxis) -> Places:
    found = np.full(sum(block.size for block in mine.values()), NOWHERE, dtype=np.int64)
    for name, block in mine.items():
        other = theirs.get(name)
        if other is not None:
            found[block.slice] = _block(block, other, last.of(name))
    return found


def _block(block: Block, other: Block, last: Places | None) -> Places:
    """Places of one block's columns or rows among all of the other problem."""
    inside = np.full(other.space.size, NOWHERE, dtype=np.int64)
    inside[slice(None) if other.places is None else other.places] = other.start + np.arange(other.size)
    inside = inside.reshape(other.shape)
    if last is not None and block.shape[:-1] == other.shape[:-1] and last.size == block.shape[-1]:
        inside = inside[..., np.clip(last, 0, other.shape[-1] - 1)]
    elif block.shape != other.shape:
        return np.full(block.size, NOWHERE, dtype=np.int64)
    return inside.reshape(-1) if block.places is None else inside.reshape(-1)[block.places]
