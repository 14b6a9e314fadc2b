"""Pyomo components that keep arrays as arrays and build rows and columns only when somebody asks.

:class:`LazyModel` is a ``ConcreteModel``: on it, ordinary ``pyo.Var``, ``pyo.Constraint``, ``pyo.Objective`` and
``pyo.Expression`` keep their rules and put off the work. Everything a reader does with a Pyomo model still works;
only then are the parts he looks at built.
"""

from __future__ import annotations

from typing import Any, ClassVar

import pyomo.core as pyo

from .array_param import ArrayParam
from .late_units import WithLateUnit
from .pyomo_internals import (
    CONSTRAINT_SLOT,
    EXPRESSION_SLOT,
    OBJECTIVE_SLOT,
    IndexedConstraint,
    IndexedExpression,
    IndexedVar,
    ScalarConstraint,
    ScalarExpression,
    ScalarObjective,
    why_not_expandable,
)
from .template import outside_templates


class _LazyRows:
    """What rows of a constraint know: built on access, and whether someone changed them since."""

    __slots__ = ()  # a class may be swapped in for another only if their memory layout is the same

    _built: dict[Any, Any]
    _complete: bool

    def untouched(self) -> bool:
        """Whether the rule still says everything: no row was changed, switched off, added or deleted."""
        data: dict[Any, Any] = self._data  # type: ignore[attr-defined]
        return len(data) == len(self._built) and all(
            index in self._built and row.active and row.expr is self._built[index] for index, row in data.items()
        )


class LazyConstraint(IndexedConstraint, _LazyRows):
    """An indexed constraint whose rows come into being on access or iteration."""

    def construct(self, data: Any = None) -> None:
        """Keep the rule; build nothing."""
        _construct_sets(self)
        self._built = {}
        self._complete = False

    def _getitem_when_not_present(self, idx: Any) -> Any:
        with outside_templates():
            row = super()._getitem_when_not_present(idx)
        self._built[idx] = row.expr
        if not self.active:
            row.deactivate()
        return row

    def build(self) -> None:
        """Run the rule for every index that has no row yet."""
        if self._complete:
            return
        self._complete = True
        for index in self.index_set():
            if index not in self._data:
                try:
                    self._getitem_when_not_present(index)
                except KeyError:
                    # The rule said Skip. A KeyError of the rule's own must not pass for that.
                    if self._rule(self.parent_block(), index) is not pyo.Constraint.Skip:
                        raise

    def keys(self, *args: Any, **kwargs: Any) -> Any:
        """Indices that have a row, all of them built."""
        self.build()
        return super().keys(*args, **kwargs)

    def __delitem__(self, index: Any) -> None:
        self.build()
        super().__delitem__(index)

    def __len__(self) -> int:
        self.build()
        return len(self._data)

    def __contains__(self, index: Any) -> bool:
        self.build()
        return index in self._data

    def activate(self) -> None:
        """Switch on, without building rows for it."""
        self._active = True
        for row in self._data.values():
            row.activate()

    def deactivate(self) -> None:
        """Switch off, without building rows for it."""
        self._active = False
        for row in self._data.values():
            row.deactivate()


class _LazySlot:
    """Descriptor over a Pyomo slot: the first read runs the rule."""

    def __init__(self, slot: Any) -> None:
        self._slot = slot

    def __get__(self, component: Any, owner: type | None = None) -> Any:
        if component is None:
            return self
        if component._pending:
            component._pending = False
            with outside_templates():
                component._build()
        return self._slot.__get__(component, owner)

    def __set__(self, component: Any, content: Any) -> None:
        # What is set by hand stands: the rule must not overwrite it later.
        component._pending = False
        self._slot.__set__(component, content)


class LazyScalarConstraint(ScalarConstraint, _LazyRows):
    """One constraint whose expression comes into being when read."""

    _pending = False
    _expr = _LazySlot(CONSTRAINT_SLOT)

    def construct(self, data: Any = None) -> None:
        """Keep the rule; build nothing."""
        _construct_sets(self)
        self._built = {}
        self._complete = False
        self._data[None] = self
        self._pending = True

    def _build(self) -> None:
        said = self._rule(self.parent_block(), None)
        if said is pyo.Constraint.Skip:
            self._data.clear()
        else:
            self.set_value(said)
            self._built[None] = self._expr

    def untouched(self) -> bool:
        """Whether the rule still says everything."""
        return self._pending or super().untouched()

    def keys(self, *args: Any, **kwargs: Any) -> Any:
        """``None``, unless the rule skips."""
        _ = self._expr
        return super().keys(*args, **kwargs)

    def __len__(self) -> int:
        _ = self._expr
        return len(self._data)


class LazyObjective(ScalarObjective):
    """An objective whose expression comes into being when read."""

    _pending = False
    _args_ = _LazySlot(OBJECTIVE_SLOT)

    def construct(self, data: Any = None) -> None:
        """Keep the rule and the sense; build nothing."""
        _construct_sets(self)
        self._data[None] = self
        self.set_sense(self._init_sense(self.parent_block(), None))
        self._pending = True

    def _build(self) -> None:
        self.set_value(self._rule(self.parent_block(), None))
        self._built = self._args_[0]

    def untouched(self) -> bool:
        """Whether the rule still says everything."""
        return self._pending or self._args_[0] is getattr(self, "_built", None)


class LazyScalarExpression(ScalarExpression):
    """A named expression that comes into being when read."""

    _pending = False
    _args_ = _LazySlot(EXPRESSION_SLOT)

    def construct(self, data: Any = None) -> None:
        """Keep the rule; build nothing."""
        _construct_sets(self)
        self._data[None] = self
        self._pending = True

    def _build(self) -> None:
        self.set_value(self._rule(self.parent_block(), None))
        self._built = self._args_[0]

    def untouched(self) -> bool:
        """Whether the rule still says everything."""
        return self._pending or self._args_[0] is getattr(self, "_built", None)


class LazyExpression(IndexedExpression):
    """Indexed named expressions that come into being on access."""

    def construct(self, data: Any = None) -> None:
        """Keep the rule; build nothing."""
        _construct_sets(self)
        self._built: dict[Any, Any] = {}

    def _getitem_when_not_present(self, idx: Any) -> Any:
        with outside_templates():
            data = super()._getitem_when_not_present(idx)
        self._built[idx] = data.expr
        return data

    def untouched(self) -> bool:
        """Whether the rule still says everything."""
        return all(index in self._built and data.expr is self._built[index] for index, data in self._data.items())

    def __len__(self) -> int:
        return len(self.index_set())

    def __contains__(self, index: Any) -> bool:
        return index in self.index_set()


class LazyVar(IndexedVar, WithLateUnit):
    """Indexed variables that come into being on access; every index counts as present."""

    def _getitem_when_not_present(self, index: Any) -> Any:
        with outside_templates():
            return super()._getitem_when_not_present(index)

    def __len__(self) -> int:
        return len(self.index_set())

    def __contains__(self, index: Any) -> bool:
        return index in self.index_set()


def rule_says_all(component: Any) -> bool:
    """Whether a component is lazy and still exactly what its rule says, so that the rule may speak for it."""
    untouched = getattr(component, "untouched", None)
    return untouched is not None and bool(untouched())


def _construct_sets(component: Any) -> None:
    component._constructed = True
    for anonymous in component._anonymous_sets or ():
        anonymous.construct()


class LazyModel(pyo.ConcreteModel):
    """A ``ConcreteModel`` that builds variables, rows and expressions only when they are looked at.

    Components are declared as on any Pyomo model. Those whose content comes from a rule become lazy when they are
    added; all others (lists, dictionaries, ready expressions, components of sub-blocks) are ordinary.
    An :class:`ArrayParam` that is declared again over the same sets gives the first its values.
    """

    _LAZY: ClassVar[tuple[tuple[type, type], ...]] = (
        (IndexedConstraint, LazyConstraint),
        (ScalarConstraint, LazyScalarConstraint),
        (ScalarObjective, LazyObjective),
        (IndexedExpression, LazyExpression),
        (ScalarExpression, LazyScalarExpression),
    )

    def __setattr__(self, name: str, val: Any) -> None:
        known = self.component(name) if isinstance(val, ArrayParam) else None
        if isinstance(known, ArrayParam) and known is not val:
            known.renew(val)
        else:
            super().__setattr__(name, val)

    def add_component(self, name: str, val: Any) -> None:
        """Add a component, lazily if it can be."""
        if why_not_expandable():
            super().add_component(name, val)
            return
        if isinstance(val, IndexedVar) and not val._constructed:
            if type(val) is IndexedVar:
                val.__class__ = LazyVar
            val._dense = False
        # A rule is a function; anything else (a dictionary, a ready expression) is already there.
        elif hasattr(getattr(val, "_rule", None), "_fcn") and not val._constructed:
            for ordinary, lazy in self._LAZY:
                if type(val) is ordinary or (type(val).__bases__ == (ordinary,) and "Abstract" in type(val).__name__):
                    val.__class__ = lazy
                    break
        super().add_component(name, val)
