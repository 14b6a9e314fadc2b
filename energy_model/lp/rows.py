"""The index tuples for which an expression is evaluated, as integer columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from .index import MISSING, SYMBOL_BASE, CodedAxis, Codes, Source
from .template import NotExpandable

Places = NDArray[np.int64]
Made = TypeVar("Made")

_UNDECLARED = "a set of tuples whose length is not declared is iterated; give the set dimen="


class Rows:
    """A table of index tuples, in which placeholders stand for columns.

    A placeholder is bound to one column of a :class:`Source`, and the table knows which tuple of the source each of
    its rows has. A sum inside a rule makes a longer table, joined to this one: ``link`` says to which row of
    ``parent`` each of its rows belongs (``None``: row by row the same). Columns are fetched only when used.
    """

    def __init__(self, size: int, parent: Rows | None = None, link: Places | None = None) -> None:
        self.size = size
        self.parent = parent
        self.link = link
        self._bound: dict[int, tuple[Source, int]] = {}
        self._at: dict[int, Places | None] = {}
        self._places: dict[tuple[int, ...], Places] = {}
        self._made: dict[int, tuple[Any, Any]] = {}

    def once(self, expression: Any, make: Callable[[], Made]) -> Made:
        """What an expression that only passes placeholders on makes of this table, made once."""
        known = self._made.get(id(expression))
        if known is None or known[0] is not expression:  # a freed expression could hand its id to another
            known = self._made[id(expression)] = (expression, make())
        return known[1]

    def bind(self, placeholders: Sequence[Any], source: Source, at: Places | None) -> None:
        """Let placeholders take their labels from a source; ``at`` is the tuple of each row (``None``: in order)."""
        if len(placeholders) != len(source.columns):
            raise NotExpandable(_UNDECLARED)
        self._at[id(source)] = at
        for part, placeholder in enumerate(placeholders):
            self._bound[id(placeholder)] = (source, part)

    def alias(self, placeholder: Any, other: Any) -> None:
        """Let one placeholder mean the same as another."""
        self._bound[id(placeholder)] = self._source(other)

    def codes(self, placeholder: Any) -> Codes:
        """Codes of a placeholder, one per row."""
        source, part = self._source(placeholder)
        at = self._tuple_of_row(source)
        return source.columns[part] if at is None else source.columns[part][at]

    def numbers(self, placeholder: Any) -> NDArray[np.int64]:
        """Labels of a placeholder as numbers, shape (rows of the table,)."""
        codes = self.codes(placeholder)
        if codes.size and codes.max() >= SYMBOL_BASE:
            raise NotExpandable("an index that is not an integer is used as a number")
        return codes

    def places(self, axis: CodedAxis, placeholders: Sequence[Any]) -> Places:
        """Where the labels of the placeholders stand on an axis, row by row."""
        key = (id(axis), *map(id, placeholders))
        found = self._places.get(key)
        if found is None:
            bound = [self._source(placeholder) for placeholder in placeholders]
            source = bound[0][0]
            if all(other is source for other, _ in bound):
                # Look up the few distinct tuples, then fetch: much cheaper than a look-up for each row.
                small = source.find(axis, tuple(part for _, part in bound))
                at = self._tuple_of_row(source)
                found = small if at is None else small[at]
            else:
                found = axis.find([self.codes(placeholder) for placeholder in placeholders])
            self._places[key] = found
        return found

    def join_all(self, count: int) -> tuple[Rows, Places]:
        """Every row with each of ``count`` members; also the member of each new row."""
        link = np.repeat(np.arange(self.size), count)
        return Rows(link.size, self, link), np.tile(np.arange(count), self.size)

    def join_some(self, first: Places, count: Places) -> tuple[Rows, Places]:
        """Row i with the ``count[i]`` members from ``first[i]`` on; also the member of each new row."""
        link = np.repeat(np.arange(self.size), count)
        rank = np.arange(link.size) - (np.cumsum(count) - count)[link]
        return Rows(link.size, self, link), first[link] + rank

    def _source(self, placeholder: Any) -> tuple[Source, int]:
        rows: Rows | None = self
        while rows is not None:
            if id(placeholder) in rows._bound:
                return rows._bound[id(placeholder)]
            rows = rows.parent
        raise NotExpandable("an index is used outside the sum that runs over it")

    def _tuple_of_row(self, source: Source) -> Places | None:
        if id(source) not in self._at:
            assert self.parent is not None  # a bound source has its rows here or above
            above = self.parent._tuple_of_row(source)
            if self.link is not None:
                above = self.link if above is None else above[self.link]
            self._at[id(source)] = above
        return self._at[id(source)]


def bind_product(
    rows: Rows, placeholders: Sequence[Any], axes: Sequence[CodedAxis], member: Places | None = None
) -> None:
    """Bind placeholders that run over a product of axes, row-major; ``member`` is the index tuple of each row."""
    inner = int(np.prod([axis.size for axis in axes], dtype=np.int64))
    outer, stop = 1, 0
    for axis in axes:
        start, stop = stop, stop + axis.dimen
        inner = inner // axis.size if axis.size else 0
        pattern = np.tile(np.repeat(np.arange(axis.size), inner), outer)
        outer *= axis.size
        # A source is known by its identity, and one axis may serve two placeholders (arcs from n to n): no sharing.
        rows.bind(placeholders[start:stop], Source(axis.columns), pattern if member is None else pattern[member])
    if stop != len(placeholders):
        raise NotExpandable(_UNDECLARED)


def require_found(places: Places, what: str) -> Places:
    """Places, unless some are missing."""
    if places.size and places.min() == MISSING:
        raise NotExpandable(f"{what} is used with an index that it does not have")
    return places
