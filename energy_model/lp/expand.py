"""Evaluate the template of a rule for all its indices at once: coefficients, columns and constants as arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import pyomo.core as pyo
from numpy.typing import NDArray

from .components import rule_says_all
from .errors import SolveError
from .index import SYMBOL_BASE, Codes, Source
from .pyomo_internals import (
    DivisionExpression,
    GetItemExpression,
    IndexTemplate,
    NegationExpression,
    PowExpression,
    ProductExpression,
    SumExpression,
    TemplateSumExpression,
    UnaryFunctionExpression,
    native_numeric_types,
    native_types,
)
from .rows import Made, Places, Rows, bind_product, require_found
from .symbols import Symbols, Template
from .template import NotExpandable

Number = float | NDArray[np.float64]
"""One number for all rows, or one per row."""


@dataclass(frozen=True)
class Term:
    """Coefficient times variable, in some rows: ``rows`` is ``None`` where entry i belongs to row i."""

    rows: Places | None
    columns: Places
    coefficient: Number

    def scaled(self, factor: Number) -> Term:
        """The term times a number (per row of the table)."""
        if isinstance(factor, np.ndarray) and self.rows is not None:
            factor = factor[self.rows]
        return replace(self, coefficient=self.coefficient * factor)


@dataclass(frozen=True)
class Linear:
    """A linear expression per row: constant plus terms."""

    constant: Number = 0.0
    terms: tuple[Term, ...] = ()

    def __add__(self, other: Linear) -> Linear:
        return Linear(self.constant + other.constant, self.terms + other.terms)

    def scaled(self, factor: Number) -> Linear:
        """The expression times a number (per row)."""
        return Linear(self.constant * factor, tuple(term.scaled(factor) for term in self.terms))

    @property
    def varies(self) -> bool:
        """Whether any variable has an effect."""
        return any(bool(np.any(term.coefficient)) and term.columns.size > 0 for term in self.terms)

    def entries(self, size: int) -> tuple[Places, Places, NDArray[np.float64]]:
        """Row, column and coefficient of every term, for a table of ``size`` rows; each has the shape (entries,)."""
        rows = [np.arange(size) if term.rows is None else term.rows for term in self.terms]
        columns = [term.columns for term in self.terms]
        numbers = [np.broadcast_to(term.coefficient, term.columns.shape) for term in self.terms]
        if not self.terms:
            return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
        return np.concatenate(rows), np.concatenate(columns), np.concatenate(numbers)


class Evaluator:
    """Evaluates expressions over tables of index tuples, with the symbols of one model.

    With ``keeps``, tables and what is made of them stay for the next evaluation; without, each goes when it has served.
    """

    def __init__(self, symbols: Symbols, keeps: bool = True) -> None:
        self.symbols = symbols
        self._keeps = keeps

    def table(self, index_set: Any, template: Template) -> Rows:
        """All indices of a component, bound to the placeholders of its rule."""
        if template.rows is not None:
            return template.rows
        axes = self.symbols.axes(index_set)
        rows = Rows(int(np.prod([axis.size for axis in axes], dtype=np.int64)))
        bind_product(rows, template.placeholders, axes)
        template.rows = rows if self._keeps else None
        return rows

    def linear(self, expression: Any, rows: Rows) -> Linear:
        """Value of an expression for every row of a table."""
        kind = expression.__class__
        if kind in native_numeric_types:
            return Linear(float(expression))
        if kind in native_types:
            raise NotExpandable(f"{expression!r} stands where a number should")
        if kind is IndexTemplate:
            return Linear(rows.numbers(expression).astype(np.float64))
        evaluate = _evaluation_of(kind)
        if evaluate is not None:
            return evaluate(self, expression, rows)
        if expression.is_named_expression_type():
            return self._named(expression, rows)
        if expression.is_expression_type():
            raise NotExpandable(f"'{expression}' is not a linear expression that can be expanded")
        if expression.is_variable_type():
            column = self.symbols.column(expression)
            return Linear(0.0, (Term(None, np.full(rows.size, column), 1.0),))
        return Linear(float(pyo.value(expression)))

    def number(self, expression: Any, rows: Rows) -> Number:
        """Value of an expression that has no variables."""
        found = self.linear(expression, rows)
        if found.terms:
            raise NotExpandable(f"'{expression}' must not depend on variables")
        return found.constant

    def sum_over(self, expression: Any, rows: Rows) -> Linear:
        """Return a sum over sets: the table is joined with the members, the result added up per row."""
        longer, link = rows, None
        for placeholders in expression.template_iters():
            longer = self._joined(placeholders, longer)
            link = longer.link if link is None else link[longer.link]
        inner = self.linear(expression.template_args()[0], longer)
        assert link is not None  # a sum runs over at least one set
        weights = np.broadcast_to(inner.constant, longer.size) if np.any(inner.constant) else None
        constant: Any = 0.0 if weights is None else np.bincount(link, weights=weights, minlength=rows.size)
        terms = tuple(replace(term, rows=link if term.rows is None else link[term.rows]) for term in inner.terms)
        return Linear(constant, terms)

    def item(self, expression: Any, rows: Rows) -> Linear:
        """``component[index]``.

        Raises
        ------
        SolveError
            If a parameter has no value there; `NotExpandable` if it is neither variable nor parameter.
        """
        component, *index = expression.args
        kind = getattr(component, "ctype", None)
        if kind is pyo.Expression:
            return self._expression_item(component, index, rows)
        if kind not in (pyo.Var, pyo.Param):
            raise NotExpandable(f"'{component}' cannot be looked up by index in a rule")
        places = self._once(expression, index, rows, lambda: self.places(component, index, rows))
        if kind is pyo.Var:
            columns = places + self.symbols.columns(component).start
            return Linear(0.0, (Term(None, np.broadcast_to(columns, rows.size), 1.0),))
        numbers = self.symbols.numbers(component)[places]
        if np.isnan(numbers).any():
            raise SolveError(f"{component.name} has no value (or nan) at {self.symbols.missing(component)}")
        return Linear(numbers)

    def places(self, component: Any, index: Sequence[Any], rows: Rows) -> Places:
        """Where ``component[index]`` stands in the component, for every row."""
        place: Any = np.int64(0)
        start = 0
        for axis in self.symbols.axes(component.index_set()):
            part = index[start : start + axis.dimen]
            start += axis.dimen
            if all(label.__class__ is IndexTemplate for label in part):
                along = rows.places(axis, part)
            else:
                along = axis.find([self.codes(label, rows) for label in part])
            place = place * axis.size + require_found(along, component.name)
        if start != len(index):
            raise NotExpandable(f"{component.name} is used with {len(index)} indices, it has {start}")
        return np.asarray(place)

    def codes(self, label: Any, rows: Rows) -> Codes:
        """Code of one element of an index for every row: fixed label, placeholder, shifted index, or parameter."""
        if label.__class__ is IndexTemplate:
            return rows.codes(label)
        if label.__class__ in native_types:
            return np.asarray(self.symbols.universe.code(label))
        if isinstance(label, GetItemExpression) and getattr(label.args[0], "ctype", None) is pyo.Param:
            component, *index = label.args
            codes = self.symbols.label_codes(component)
            if codes is not None:
                return codes[self.places(component, index, rows)]
        number = np.asarray(self.number(label, rows))
        whole = np.rint(number)
        if not (np.array_equal(whole, number) and (np.abs(whole) < SYMBOL_BASE).all()):
            raise NotExpandable(f"index '{label}' is not a whole number")
        return np.asarray(whole.astype(np.int64))

    def _once(self, expression: Any, index: Sequence[Any], rows: Rows, make: Callable[[], Made]) -> Made:
        """What an expression makes of a table: once, unless its index is worked out from numbers."""
        passes_on = all(label.__class__ is IndexTemplate or label.__class__ in native_types for label in index)
        return rows.once(expression, make) if passes_on and self._keeps else make()

    def _joined(self, placeholders: Sequence[Any], rows: Rows) -> Rows:
        over = placeholders[0]._set
        index = over.args[1:] if isinstance(over, GetItemExpression) else ()
        return self._once(placeholders[0], index, rows, lambda: self._join(placeholders, rows))

    def _join(self, placeholders: Sequence[Any], rows: Rows) -> Rows:
        over = placeholders[0]._set
        if not isinstance(over, GetItemExpression):
            axes = self.symbols.axes(over)
            count = int(np.prod([axis.size for axis in axes], dtype=np.int64))
            longer, member = rows.join_all(count)
            bind_product(longer, placeholders, axes, member)
            return longer
        family, *index = over.args
        members = self.symbols.members(family)
        place = np.broadcast_to(self.places(family, index, rows), rows.size)
        longer, member = rows.join_some(members.first[place], members.count[place])
        columns = members.columns or (np.empty(0, np.int64),) * len(placeholders)
        longer.bind(placeholders, Source(columns), member)
        return longer

    def _expression_item(self, component: Any, index: Sequence[Any], rows: Rows) -> Linear:
        template = self.symbols.expression(component)
        said, placeholders = template.said, template.placeholders
        if said is pyo.Expression.Skip:
            raise NotExpandable(f"{component.name} skips indices")
        self.places(component, index, rows)
        inner = Rows(rows.size, rows)
        for placeholder, label in zip(placeholders, index, strict=True):
            if label.__class__ is IndexTemplate:
                inner.alias(placeholder, label)
            else:
                inner.bind([placeholder], Source([np.broadcast_to(self.codes(label, rows), rows.size)]), None)
        return self.linear(said, inner)

    def _named(self, expression: Any, rows: Rows) -> Linear:
        component = expression.parent_component()
        if component is expression and rule_says_all(component):
            return self.linear(self.symbols.expression(component).said, rows)
        return self.linear(expression.expr, rows)


def _add(evaluator: Evaluator, expression: Any, rows: Rows) -> Linear:
    parts = [evaluator.linear(part, rows) for part in expression.args]
    constant: Number = 0.0
    for part in parts:
        constant = constant + part.constant
    return Linear(constant, tuple(term for part in parts for term in part.terms))


def _multiply(evaluator: Evaluator, expression: Any, rows: Rows) -> Linear:
    left, right = (evaluator.linear(part, rows) for part in expression.args)
    if left.terms and right.terms:
        raise NotExpandable(f"'{expression}' multiplies variables")
    return left.scaled(right.constant) if left.terms else right.scaled(left.constant)


def _divide(evaluator: Evaluator, expression: Any, rows: Rows) -> Linear:
    above, below = expression.args
    divisor = np.asarray(evaluator.number(below, rows))
    if not divisor.all():
        raise NotExpandable(f"'{expression}' divides by zero")
    return evaluator.linear(above, rows).scaled(1.0 / divisor)


def _power(evaluator: Evaluator, expression: Any, rows: Rows) -> Linear:
    base, exponent = (evaluator.number(part, rows) for part in expression.args)
    return Linear(np.power(base, exponent, dtype=np.float64))


def _function(evaluator: Evaluator, expression: Any, rows: Rows) -> Linear:
    function = getattr(np, expression.getname(), None)
    if function is None:
        raise NotExpandable(f"'{expression}' uses a function that is not known for arrays")
    return Linear(np.asarray(function(evaluator.number(expression.args[0], rows)), dtype=np.float64))


_NODES: dict[type, Callable[[Evaluator, Any, Rows], Linear]] = {
    GetItemExpression: Evaluator.item,
    TemplateSumExpression: Evaluator.sum_over,
    SumExpression: _add,
    ProductExpression: _multiply,
    NegationExpression: lambda evaluator, expression, rows: evaluator.linear(expression.args[0], rows).scaled(-1.0),
    DivisionExpression: _divide,
    PowExpression: _power,
    UnaryFunctionExpression: _function,
}
"""What to do with each kind of node; subclasses (monomials, linear expressions, nodes without variables) included."""


@cache
def _evaluation_of(kind: type) -> Callable[[Evaluator, Any, Rows], Linear] | None:
    """What to do with nodes of a class; ``None`` if they are no nodes."""
    return next((evaluate for node, evaluate in _NODES.items() if issubclass(kind, node)), None)
