"""What each array of a case is, declared once beside the array.

An array says over which axes it runs, in which unit, and what role it plays. Whoever treats arrays by kind reads that:
the recompiler (which numbers may change), the coarse levels of a solve (which limits jump), the stored inputs, toys
and added rows (what an array holds where nobody says anything), aggregation in time, docs/model.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, TypeVar, get_type_hints

import numpy as np

Role = Literal["name", "place", "flag", "limit", "floor", "volume", "stock", "share", "price", "demand"]
"""A ``name`` or ``place`` (an index into another axis) is part of the structure of the model. A ``limit`` bounds a rate
from above and a ``floor`` from below in each period; a ``volume`` or ``stock`` is a quantity of gas; a ``share`` and a
``price`` weight a quantity; ``demand`` is what is asked for; a ``flag`` is true or false."""
NUMERIC: frozenset[Role] = frozenset({"limit", "floor", "volume", "stock", "share", "price", "demand"})
PERIODS = "periods"
_SUFFIX = {"GWh/d": "_gwh_per_day", "GWh": "_gwh", "EUR/MWh": "_eur_per_mwh", "share": "_share"}
_UNSAID = object()
_DECLARED: dict[type, Mapping[str, Array]] = {}
_Part = TypeVar("_Part")


class Array:
    """The declaration of one array of a part of a case, beside its type.

    Parameters
    ----------
    axes : str
        Names of its axes, in order, separated by commas; none for a single number.
    role : Role
    doc : str
        What it is, in a few words.
    unit : str
    neutral
        What it holds where nothing is said of it, in a toy or in an added row; a place always has to be said.
    is_structural : bool
        Whether another value makes another model: other sets, another rule, a number that is written into a rule.
    column : str
        Its name in the stored inputs, without the unit; default is that of the field.
    is_stored : bool
        Whether it is stored as it is; otherwise in the form in which the model reads it.
    """

    def __init__(
        self,
        axes: str,
        role: Role,
        doc: str,
        *,
        unit: str = "",
        neutral: Any = _UNSAID,
        is_structural: bool = False,
        column: str = "",
        is_stored: bool = True,
    ) -> None:
        self.axes = tuple(axis.strip() for axis in axes.split(",") if axis.strip())
        self.role: Role = role
        self.doc = doc
        self.unit = unit
        self.neutral = {"name": "", "place": None, "flag": False}.get(role, 0.0) if neutral is _UNSAID else neutral
        self.is_structural = is_structural or role not in NUMERIC
        self._column = column
        self.is_stored = is_stored

    @property
    def by_period(self) -> bool:
        """Whether it has one value per period."""
        return self.axes[-1:] == (PERIODS,)

    def header(self, name: str) -> str:
        """Column of the stored inputs for a field of this name, with the unit."""
        column, suffix = self._column or name, _SUFFIX.get(self.unit, "")
        return column if column.endswith(suffix) else column + suffix


@dataclass(frozen=True)
class Axis:
    """What an array runs over.

    Attributes
    ----------
    item : str
        What one label is called in a table.
    labels : callable
        The labels, of a case.
    table, fixed : str
        Stored inputs that hold the arrays over this axis by period, and those without a period.
    """

    item: str
    labels: Callable[[Any], Sequence[Any] | np.ndarray]
    table: str = ""
    fixed: str = ""


def arrays_of(part: type) -> Mapping[str, Array]:
    """Declared arrays of the class of a part, by the name of the field."""
    if part not in _DECLARED:
        hints = get_type_hints(part, include_extras=True)
        marks = {one.name: getattr(hints[one.name], "__metadata__", ()) for one in fields(part)}
        _DECLARED[part] = {name: mark for name, said in marks.items() for mark in said if isinstance(mark, Array)}
    return _DECLARED[part]


def derived_of(part: type) -> frozenset[str]:
    """Arrays kept beside the numbers that the model reads: they may be absent, and no model differs by them."""
    return frozenset(one.name for one in fields(part) if one.name in arrays_of(part) and not one.compare)


def numbers_of(part: type) -> frozenset[str]:
    """Arrays that may differ between two cases of one structure."""
    declared, derived = arrays_of(part), derived_of(part)
    return frozenset(name for name, one in declared.items() if not one.is_structural and name not in derived)


def empty(part: type[_Part], lengths: Mapping[str, int], **said: Any) -> _Part:
    """A part in which what nobody says is neutral.

    Parameters
    ----------
    lengths : mapping of str to int
        Length of every axis; an axis of which nothing is said is empty.
    **said
        Fields that are not neutral.
    """
    for name, one in arrays_of(part).items():
        if name in said or name in derived_of(part):
            continue
        shape = tuple(lengths.get(axis, 0) for axis in one.axes)
        assert one.neutral is not None or 0 in shape, f"{part.__name__}.{name} has to be said"
        said[name] = _filled(one, shape) if one.axes else one.neutral
    return part(**said)


def _filled(one: Array, shape: tuple[int, ...]) -> np.ndarray:
    kinds: dict[str, type] = {"name": str, "place": int, "flag": bool}
    return np.full(shape, 0 if one.neutral is None else one.neutral, dtype=kinds.get(one.role, float))


def append_row(part: _Part, axis: str, **said: Any) -> _Part:
    """A part with one more entry on an axis; what is not said of it is neutral.

    Parameters
    ----------
    axis : str
        For example ``"supply_steps"``. Every array on it grows by one row.
    **said
        The row in each array: a number, or one with an entry for each of the other axes.
        A place always has to be said.
    """
    grown = {name: one for name, one in arrays_of(type(part)).items() if axis in one.axes}
    strange = sorted(said.keys() - grown.keys())
    assert not strange, f"no array of {type(part).__name__} over {axis}: {', '.join(strange)}"
    changes = {}
    for name, one in grown.items():
        old = getattr(part, name)
        if old is None:
            continue
        value = said.get(name, one.neutral)
        assert value is not None, f"{type(part).__name__}.{name} of the new entry has to be said"
        at = one.axes.index(axis)
        shape = tuple(1 if k == at else length for k, length in enumerate(old.shape))
        row = np.expand_dims(np.broadcast_to(value, shape[:at] + shape[at + 1 :]), at)
        changes[name] = np.concatenate([old, row], axis=at)
    return replace(part, **changes)  # type: ignore[type-var]
