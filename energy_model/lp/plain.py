"""The plain path: every row through Pyomo's own linear representation, one after the other.

Slow, and right for any linear model: the fallback for what cannot be expanded, and the oracle of the tests.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import pyomo.core as pyo
from numpy.typing import NDArray
from pyomo.repn import generate_standard_repn

from .errors import SolveError
from .expand import Linear, Term
from .matrix import Floats
from .pyomo_internals import EqualityExpression, RangedExpression
from .symbols import Symbols


class PlainReader:
    """Reads bounds, rows and the objective of a model index by index."""

    def __init__(self, symbols: Symbols) -> None:
        self._symbols = symbols
        self._columns: dict[int, int] = {}
        self._fixed: list[Any] = []

    def bounds(self, variable: Any, indices: Iterable[Any], lower: Floats, upper: Floats) -> None:
        """Write the bounds of some indices of a variable into its arrays; a fixed one has both at its value.

        Raises
        ------
        SolveError
            If it is not continuous, or fixed without a value.
        """
        space = self._symbols.space(variable.index_set())
        for index in indices:
            data = variable[index]
            place = space.locate(index) if space.axes else 0
            if not data.is_continuous():
                raise SolveError(f"{data.name} is not continuous: only linear programmes can be compiled")
            lower[place] = -np.inf if data.lb is None else data.lb
            upper[place] = np.inf if data.ub is None else data.ub
            if data.fixed:
                if data.value is None:
                    raise SolveError(f"{data.name} is fixed and has no value")
                lower[place] = upper[place] = data.value
                self._fixed.append(data)

    def rows(self, constraint: Any) -> tuple[NDArray[np.int64], list[Linear], str]:
        """Rows of a constraint: their places in its index, the sides of each relation, and the kind of relation.

        The places have the shape (rows,); of sides there are two, or three in a range.

        Raises
        ------
        SolveError
            If they mix equations, inequalities and ranges.
        """
        space = self._symbols.space(constraint.index_set())
        rows = [row for row in constraint.values() if row.active]
        places = [space.locate(row.index()) if space.axes else 0 for row in rows]
        kinds = {_kind(row) for row in rows}
        if len(kinds) > 1:
            raise SolveError(f"rows of {constraint.name} mix equations, inequalities and ranges; split the constraint")
        kind = kinds.pop() if kinds else "equal"
        count = 3 if kind == "range" else 2
        sides = [self._stack([row.expr.args[side] for row in rows]) for side in range(count)]
        return np.asarray(places, dtype=np.int64), sides, kind

    def objective(self, expression: Any) -> Linear:
        """Return an objective as a table of one row."""
        return self._stack([expression])

    def _stack(self, expressions: Sequence[Any]) -> Linear:
        """Linear expressions, one per row."""
        constant = np.zeros(len(expressions))
        rows: list[int] = []
        columns: list[int] = []
        coefficients: list[float] = []
        for at, expression in enumerate(expressions):
            form = self._form(expression)
            constant[at] = pyo.value(form.constant)
            rows += [at] * len(form.linear_vars)
            columns += [self._column(variable) for variable in form.linear_vars]
            coefficients += [pyo.value(number) for number in form.linear_coefs]
        term = Term(np.asarray(rows, np.int64), np.asarray(columns, np.int64), np.asarray(coefficients, np.float64))
        return Linear(constant, (term,))

    def _form(self, expression: Any) -> Any:
        # A fixed variable stays a column with equal bounds, so that it can be set free again without a new matrix;
        # only where that would make a product of variables does its value take its place.
        with _freed(self._fixed):
            form = generate_standard_repn(expression, compute_values=True, quadratic=False)
        if form.nonlinear_expr is not None and self._fixed:
            form = generate_standard_repn(expression, compute_values=True, quadratic=False)
        if form.nonlinear_expr is not None:
            raise SolveError(f"not linear: {form.nonlinear_expr}")
        return form

    def _column(self, data: Any) -> int:
        if id(data) not in self._columns:
            self._columns[id(data)] = self._symbols.column(data)
        return self._columns[id(data)]


def _kind(row: Any) -> str:
    expression = row.expr
    strict = getattr(expression, "_strict", False)
    if strict is True or (isinstance(strict, tuple) and any(strict)):
        raise SolveError(f"{row.name} is a strict inequality, which a linear programme cannot hold")
    if isinstance(expression, RangedExpression):
        return "range"
    return "equal" if isinstance(expression, EqualityExpression) else "at_most"


@contextmanager
def _freed(fixed: Sequence[Any]) -> Iterator[None]:
    for data in fixed:
        data.unfix()
    try:
        yield
    finally:
        for data in fixed:
            data.fix()
