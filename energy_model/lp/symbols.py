"""What the components of one model are as arrays, read only if used, values anew for each compilation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.core as pyo
from numpy.typing import NDArray

from .array_param import ArrayParam
from .components import rule_says_all
from .index import CodedAxis, Codes, IndexSpace, Universe, factors, read_axis
from .matrix import Block
from .rows import Rows
from .template import NotExpandable, run_as_template

_SHOWN = 3
"""How many missing values a message lists."""


@dataclass(frozen=True)
class Members:
    """The sets of an indexed set, one after the other; no columns if all are empty."""

    first: NDArray[np.int64]
    count: NDArray[np.int64]
    columns: tuple[Codes, ...]


@dataclass
class Template:
    """What a rule said for placeholder indices, and the table of all indices once somebody has made it."""

    said: Any
    placeholders: tuple[Any, ...]
    rows: Rows | None = None


class Symbols:
    """Arrays behind the sets, parameters, variables and expressions of a model."""

    def __init__(self) -> None:
        self.universe = Universe()
        self.blocks: dict[int, Block] = {}
        self._axes: dict[int, tuple[Any, list[CodedAxis]]] = {}
        self._numbers: dict[int, NDArray[np.float64]] = {}
        self._labels: dict[int, Codes | None] = {}
        self._members: dict[int, tuple[Any, Members]] = {}
        self._templates: dict[int, tuple[Any, Template]] = {}

    def forget_values(self) -> None:
        """Read parameters and columns anew from now on; sets and templates stay."""
        self.blocks.clear()
        self._numbers.clear()
        self._labels.clear()

    def axes(self, index_set: Any) -> list[CodedAxis]:
        """Axes of an index set; the same set always gives the same axes."""
        found = self._axes.get(id(index_set))
        if found is None:
            parts = factors(index_set)
            if len(parts) == 1 and parts[0] is index_set:
                axes = [CodedAxis(read_axis(index_set), self.universe)]
            else:
                axes = [axis for part in parts for axis in self.axes(part)]
            # The set is kept beside its axes: a freed set could hand its id to another.
            found = self._axes[id(index_set)] = (index_set, axes)
        return found[1]

    def space(self, index_set: Any) -> IndexSpace:
        """Labels of an index set, for a block."""
        return IndexSpace(tuple(axis.axis for axis in self.axes(index_set)))

    def columns(self, variable: Any) -> Block:
        """Columns of a variable component."""
        try:
            return self.blocks[id(variable)]
        except KeyError:
            raise NotExpandable(f"{variable.name} is not an active variable of this model") from None

    def column(self, data: Any) -> int:
        """Column of one variable."""
        block = self.columns(data.parent_component())
        return block.start + (block.space.locate(data.index()) if block.space.axes else 0)

    def numbers(self, parameter: Any) -> NDArray[np.float64]:
        """Values of a parameter in index order, shape (size of its index,); ``nan`` where it has none."""
        if id(parameter) not in self._numbers:
            try:
                flat = np.asarray(self._raw(parameter), dtype=np.float64).reshape(-1)
            except (TypeError, ValueError):
                raise NotExpandable(f"{parameter.name} holds labels and is used as a number") from None
            self._numbers[id(parameter)] = flat
        return self._numbers[id(parameter)]

    def missing(self, parameter: Any) -> str:
        """Indices at which a parameter has no value, for messages."""
        absent = np.flatnonzero(np.isnan(self.numbers(parameter)))
        indices = self.space(parameter.index_set()).tuples()
        shown = [str(indices[place]) for place in absent[:_SHOWN]]
        return ", ".join(shown) + (f" and {absent.size - _SHOWN} more" if absent.size > _SHOWN else "")

    def label_codes(self, parameter: Any) -> Codes | None:
        """Codes of the values of a parameter that holds labels; ``None`` if it holds numbers."""
        if id(parameter) not in self._labels:
            raw = self._raw(parameter)
            holds_numbers = raw.dtype.kind in "biuf"
            self._labels[id(parameter)] = None if holds_numbers else self.universe.codes(raw.reshape(-1).tolist())
        return self._labels[id(parameter)]

    def members(self, family: Any) -> Members:
        """Members of an indexed set."""
        known = self._members.get(id(family))
        if known is None or known[0] is not family:
            known = self._members[id(family)] = (family, self._read_members(family))
        return known[1]

    def expression(self, component: Any) -> Template:
        """Rule of a named expression run on placeholders."""
        if not rule_says_all(component):
            raise NotExpandable(f"expression {component.name} was built or changed index by index")
        index_set = component.index_set() if component.is_indexed() else None
        return self.template(component, component._rule, index_set)

    def template(self, component: Any, rule: Any, index_set: Any) -> Template:
        """The rule of a component run on placeholders, once: unless it read single numbers, which may change."""
        known = self._templates.get(id(component))
        if known is not None and known[0] is component:  # a deleted component could hand its id to another
            return known[1]
        before = ArrayParam.handed_out
        found = Template(*run_as_template(component.parent_block(), rule, index_set))
        if ArrayParam.handed_out == before:
            self._templates[id(component)] = (component, found)
        return found

    def _raw(self, parameter: Any) -> NDArray[Any]:
        if isinstance(parameter, ArrayParam):
            return parameter.array
        space = self.space(parameter.index_set())
        values: Mapping[Any, Any] = parameter.extract_values()
        text = any(isinstance(value, str) for value in values.values())
        flat = np.full(space.size, None if text else np.nan, dtype=object if text else np.float64)
        for index, value in values.items():
            flat[space.locate(index)] = value if value is not pyo.Param.NoValue else np.nan
        return flat

    def _read_members(self, family: Any) -> Members:
        if getattr(family, "ctype", None) is not pyo.Set:
            raise NotExpandable(f"'{family}' is iterated and is not a set")
        space = self.space(family.index_set())
        count = np.zeros(space.size, dtype=np.int64)
        inside: list[list[tuple[Any, ...]]] = [[] for _ in range(space.size)]
        for index in family.keys():  # noqa: SIM118 - iterating an indexed set asks for its keys, this says so
            place = space.locate(index)
            inside[place] = [label if isinstance(label, tuple) else (label,) for label in family[index]]
            count[place] = len(inside[place])
        if len(family) < space.size:
            raise NotExpandable(
                f"indexed set {family.name} lacks some indices; give each of them a (possibly empty) set"
            )
        tuples = [label for labels in inside for label in labels]
        if len({len(label) for label in tuples}) > 1:
            raise NotExpandable(f"indexed set {family.name} holds tuples of several lengths")
        columns = tuple(self.universe.codes(column) for column in zip(*tuples, strict=True))
        return Members(np.cumsum(count) - count, count, columns)
