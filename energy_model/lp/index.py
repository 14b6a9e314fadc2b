"""Index sets as integers: axes of labels, their codes, and where an index tuple stands in a component.

A label of any type becomes one integer, so that index tuples can be joined, shifted and looked up as arrays.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .pyomo_internals import UnindexedComponent_set
from .template import NotExpandable, outside_templates

Label = Hashable
Codes = NDArray[np.int64]

SYMBOL_BASE = 1 << 40
"""Codes from here on stand for labels that are not integers; below, the code is the integer itself."""

MISSING = -1
"""Position of a label that an axis does not have."""

_TABLE_CELLS_PER_LABEL = 64
_TABLE_CELLS_ALWAYS = 1 << 16


@dataclass(frozen=True)
class IndexSet:
    """One index set that is not a product of others: its labels in order (tuples where ``dimen`` is above 1)."""

    labels: tuple[Label, ...]
    dimen: int

    @cached_property
    def position(self) -> dict[Label, int]:
        """Place of each label along the axis."""
        return {label: place for place, label in enumerate(self.labels)}


@dataclass(frozen=True)
class IndexSpace:
    """The index set of a component as a product of axes, in row-major order."""

    axes: tuple[IndexSet, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of labels along each axis."""
        return tuple(len(axis.labels) for axis in self.axes)

    @property
    def size(self) -> int:
        """Number of index tuples; one for a component without index."""
        return prod(self.shape)

    def locate(self, index: Any) -> int:
        """Place of one index tuple; ``KeyError`` if there is none."""
        parts = index if isinstance(index, tuple) else (index,)
        place = offset = 0
        for axis in self.axes:
            label = parts[offset] if axis.dimen == 1 else tuple(parts[offset : offset + axis.dimen])
            place = place * len(axis.labels) + axis.position[label]
            offset += axis.dimen
        return place

    def tuples(self) -> list[tuple[Label, ...]]:
        """Return every index tuple in order, flattened as Pyomo does."""
        found: list[tuple[Label, ...]] = [()]
        for axis in self.axes:
            steps = [label if isinstance(label, tuple) else (label,) for label in axis.labels]
            found = [head + step for head in found for step in steps]
        return found


def factors(index_set: Any) -> list[Any]:
    """Sets of which an index set is the product; empty for a component without index."""
    if index_set is UnindexedComponent_set:
        return []
    if not index_set.isfinite():
        raise NotExpandable(f"index set {index_set.name} is not finite")
    return list(index_set.subsets())


def read_axis(one_set: Any) -> IndexSet:
    """Labels of a set that is not a product."""
    with outside_templates():
        labels = tuple(one_set)
    dimen = len(labels[0]) if labels and isinstance(labels[0], tuple) else 1
    declared = one_set.dimen
    if not labels and isinstance(declared, int):
        dimen = declared
    if any((len(label) if isinstance(label, tuple) else 1) != dimen for label in labels):
        raise NotExpandable(f"set {one_set.name} holds tuples of several lengths")
    return IndexSet(labels, dimen)


def space_of(index_set: Any) -> IndexSpace:
    """Read an index set into axes."""
    return IndexSpace(tuple(read_axis(factor) for factor in factors(index_set)))


class Universe:
    """Integer codes of every label met by one compiler."""

    def __init__(self) -> None:
        self._symbols: dict[Label, int] = {}

    def code(self, label: Label) -> int:
        """Code of one label; equal labels have equal codes, as in a Python dictionary."""
        if isinstance(label, (int, np.integer)) or (isinstance(label, float) and label.is_integer()):
            number = int(label)
            if abs(number) < SYMBOL_BASE:
                return number
        return self._symbols.setdefault(label, SYMBOL_BASE + len(self._symbols))

    def codes(self, labels: Iterable[Label]) -> Codes:
        """Codes of many labels."""
        return np.fromiter((self.code(label) for label in labels), np.int64)

    def label(self, code: int) -> Label:
        """Label of a code, for messages."""
        return code if code < SYMBOL_BASE else list(self._symbols)[code - SYMBOL_BASE]


class _Table:
    """Position of each of some distinct keys, looked up for whole arrays."""

    def __init__(self, keys: Codes) -> None:
        self._low = int(keys.min()) if keys.size else 0
        span = int(keys.max()) - self._low + 1 if keys.size else 0
        self._dense = span <= _TABLE_CELLS_ALWAYS + _TABLE_CELLS_PER_LABEL * keys.size
        if self._dense:
            self._table = np.full(span + 1, MISSING, dtype=np.int64)
            self._table[keys - self._low] = np.arange(keys.size)
        else:
            self._order = np.argsort(keys, kind="stable")
            self._sorted = keys[self._order]

    def __call__(self, keys: Codes) -> Codes:
        if self._dense:
            shifted = np.asarray(keys) - self._low
            # The last cell stays MISSING and answers for every key outside the range.
            last = self._table.size - 1
            return self._table[np.where((shifted < 0) | (shifted > last), last, shifted)]
        place = np.minimum(np.searchsorted(self._sorted, keys), self._sorted.size - 1)
        return np.where(self._sorted[place] == keys, self._order[place], MISSING)


class CodedAxis:
    """An axis whose labels are known by code, so that arrays of labels can be looked up on it."""

    def __init__(self, axis: IndexSet, universe: Universe) -> None:
        self.axis = axis
        self.size = len(axis.labels)
        if axis.dimen == 1:
            columns = [universe.codes(axis.labels)]
        else:
            elements = zip(*axis.labels, strict=True) if axis.labels else [()] * axis.dimen
            columns = [universe.codes(column) for column in elements]
        self.columns = tuple(columns)
        self._parts: list[tuple[_Table, int]] = []
        if axis.dimen == 1:
            self._whole = _Table(columns[0])
            return
        key = np.zeros(self.size, dtype=np.int64)
        for codes in columns:
            distinct = np.unique(codes)
            table = _Table(distinct)
            self._parts.append((table, distinct.size))
            key = key * distinct.size + table(codes)
        self._whole = _Table(key)

    @property
    def dimen(self) -> int:
        """Number of elements of each label."""
        return self.axis.dimen

    def find(self, codes: Sequence[Codes]) -> Codes:
        """Place of each label given by the codes of its elements; ``MISSING`` where the axis has none."""
        if self.dimen == 1:
            (code,) = codes
            return self._whole(code)
        key: Any = np.int64(0)
        absent: Any = np.False_
        for code, (table, count) in zip(codes, self._parts, strict=True):
            place = table(code)
            absent = absent | (place == MISSING)
            key = key * count + place
        return np.where(absent, MISSING, self._whole(key))


class Source:
    """Index tuples from which placeholders take their labels: one column of codes per placeholder."""

    def __init__(self, columns: Sequence[Codes]) -> None:
        self.columns = tuple(columns)
        self._found: dict[tuple[int, tuple[int, ...]], Codes] = {}

    def find(self, axis: CodedAxis, parts: tuple[int, ...]) -> Codes:
        """Where each tuple, cut down to ``parts``, stands on an axis; looked up once."""
        key = (id(axis), parts)
        if key not in self._found:
            self._found[key] = axis.find([self.columns[part] for part in parts])
        return self._found[key]
