"""From a Pyomo model to arrays: :func:`compile_model`."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

import numpy as np
import pyomo.core as pyo
from numpy.typing import NDArray

from .array_param import ArrayParam
from .components import LazyModel, rule_says_all
from .errors import SolveError
from .expand import Evaluator, Linear
from .late_units import LateUnit, declared_unit
from .matrix import Assembly, Block, Floats, Ints, Matrix, assemble
from .plain import PlainReader
from .pyomo_internals import (
    EVERYWHERE,
    PYOMO_VERSION,
    EqualityExpression,
    InequalityExpression,
    ParamData,
    PauseGC,
    RangedExpression,
    native_types,
    require,
    tuple_to_relational_expr,
    units_of_pyomo,
    why_not_expandable,
)
from .symbols import Symbols
from .template import ONE_AT_A_TIME, NotExpandable

Method = Literal["expand", "plain"]

_KNOWN_COMPONENTS = {
    *(pyo.Block, pyo.Var, pyo.Param, pyo.Set, pyo.RangeSet, pyo.Expression, pyo.Constraint, pyo.Objective),
    *(pyo.Suffix, pyo.BuildAction, pyo.BuildCheck),
}

logger = logging.getLogger(__name__)


def compile_model(model: Any, *, method: Method = "expand") -> Matrix:
    """Compile a linear Pyomo model to arrays.

    Columns are all indices of all active variables, rows all active constraints, both in order of declaration and of
    their index sets. On a :class:`~.components.LazyModel` each rule runs once; a rule that cannot be expanded
    goes the plain way with a warning that names it.

    Parameters
    ----------
    model : ConcreteModel
        Linear, continuous, at most one active objective.
    method : {"expand", "plain"}
        ``plain`` sends everything through Pyomo's own representation: slow, the same matrix.

    Raises
    ------
    SolveError
        The model is not a linear programme, or a number in it is missing.
    """
    return Compiler(model, method, once=True).matrix()


@dataclass
class _Parts:
    """What has been gathered so far."""

    row: list[Ints] = field(default_factory=list)
    column: list[Ints] = field(default_factory=list)
    value: list[Floats] = field(default_factory=list)
    row_lower: list[Floats] = field(default_factory=list)
    row_upper: list[Floats] = field(default_factory=list)
    col_lower: list[Floats] = field(default_factory=list)
    col_upper: list[Floats] = field(default_factory=list)


class Compiler:
    """Compiles one model, again and again as its numbers change.

    Templates and tables of indices stay from one time to the next, so that the second compilation takes a fraction of
    the first. In between values of parameters may change (:meth:`ArrayParam.store`), sets and rules may not; a rule
    must take what may change from a parameter, as an expression. What it reads by ``pyo.value`` is read once, and what
    Pyomo has built already keeps the numbers of a parameter without units that is not mutable. What a constraint adds
    up at one place may differ in the last bit. A compiler that serves ``once`` keeps nothing, and needs less memory.
    """

    def __init__(self, model: Any, method: Method = "expand", *, once: bool = False) -> None:
        self._model = model
        require(EVERYWHERE, "Install a version of Pyomo that has it.")
        self._expand = method == "expand" and self._is_trusted()
        self._symbols = Symbols()
        self._evaluator = Evaluator(self._symbols, keeps=not once)
        self._assembly = Assembly()

    def _begin(self) -> None:
        self._symbols.forget_values()
        self._plain = PlainReader(self._symbols)
        self._parts = _Parts()
        self._columns: dict[str, Block] = {}
        self._rows: dict[str, Block] = {}

    def matrix(self) -> Matrix:
        """The model as it stands.

        Raises
        ------
        SolveError
            As :func:`compile_model` does.
        """
        # What is made here has no cycles: a collection would only go through all that Pyomo and pandas hold.
        with ONE_AT_A_TIME, PauseGC():
            self._begin()
            return self._compiled()

    def _compiled(self) -> Matrix:
        _reject_unknown(self._model)
        # A reference shows what another component owns.
        for variable in self._model.component_objects(pyo.Var, active=True):
            if not variable.is_reference():
                self._add_variable(variable)
        for constraint in self._model.component_objects(pyo.Constraint, active=True):
            if not constraint.is_reference():
                self._add_constraint(constraint)
        goal, maximise = self._objective()
        vectors = {
            key: np.concatenate([np.empty(0), *getattr(self._parts, key)])
            for key in ("row_lower", "row_upper", "col_lower", "col_upper")
        }
        _, column, coefficient = goal.entries(1)
        vectors["cost"] = np.bincount(column, weights=coefficient, minlength=vectors["col_lower"].size)
        entries = (
            np.concatenate([np.empty(0, np.int32), *self._parts.row]),
            np.concatenate([np.empty(0, np.int32), *self._parts.column]),
            np.concatenate([np.empty(0), *self._parts.value]),
        )
        offset = float(np.sum(goal.constant))
        return assemble(entries, vectors, offset, (self._columns, self._rows), maximise, self._assembly)

    def _add_variable(self, variable: Any) -> None:
        try:
            space = self._symbols.space(variable.index_set())
        except NotExpandable as error:
            raise SolveError(f"variable {variable.name}: {error}") from error
        start = sum(block.size for block in self._columns.values())
        block = Block(variable.name, start, space.size, space)
        self._columns[block.name] = self._symbols.blocks[id(variable)] = block
        lower, upper = np.full(space.size, -np.inf), np.full(space.size, np.inf)
        built = list(variable._data) if self._expand else list(variable.index_set())
        if self._expand and len(built) < space.size:
            try:
                self._expand_bounds(variable, lower, upper)
            except NotExpandable as error:
                self._warn(variable, error)
                built = list(variable.index_set())
        # What was built may have been changed or fixed since: it overrides the rule.
        self._plain.bounds(variable, built, lower, upper)
        self._parts.col_lower.append(lower)
        self._parts.col_upper.append(upper)

    def _expand_bounds(self, variable: Any, lower: Floats, upper: Floats) -> None:
        parent = variable.parent_block()
        if not variable._rule_domain.constant():
            raise NotExpandable("its domain depends on the index")
        least, most, step = variable._rule_domain(parent, None, variable).get_interval()
        if step != 0:
            raise SolveError(f"{variable.name} is not continuous: only linear programmes can be compiled")
        lower[:] = -np.inf if least is None else least
        upper[:] = np.inf if most is None else most
        if variable._rule_bounds is None:
            return
        index_set = variable.index_set()
        template = self._symbols.template(variable, variable._rule_bounds, index_set)
        rows = self._evaluator.table(index_set, template)
        factors = _unit_factors(variable)
        for bound, vector, tighter, factor in zip(
            template.said, (lower, upper), (np.maximum, np.minimum), factors, strict=True
        ):
            if bound is not None:
                tighter(vector, self._evaluator.number(bound, rows) * factor, out=vector)

    def _add_constraint(self, constraint: Any) -> None:
        found = None
        if self._expand and rule_says_all(constraint):
            try:
                found = self._expand_rows(constraint)
            except NotExpandable as error:
                self._warn(constraint, error)
        if found is None:
            found = self._plain.rows(constraint)
        places, sides, kind = found
        start = sum(block.size for block in self._rows.values())
        space = self._symbols.space(constraint.index_set())
        size = space.size if places is None else places.size
        if size == space.size:
            places = None
        self._rows[constraint.name] = Block(constraint.name, start, size, space, places)
        body, lower, upper = _standard_form(sides, kind, size, constraint.name)
        row, column, value = body.entries(size)
        self._parts.row.append((row + start).astype(np.int32))
        self._parts.column.append(column.astype(np.int32))
        self._parts.value.append(value)
        self._parts.row_lower.append(lower)
        self._parts.row_upper.append(upper)

    def _expand_rows(self, constraint: Any) -> tuple[NDArray[np.int64] | None, list[Linear], str]:
        index_set = constraint.index_set()
        if not self._symbols.space(index_set).size:
            return None, [Linear(), Linear()], "equal"
        indexed = index_set if constraint.is_indexed() else None
        template = self._symbols.template(constraint, constraint.rule, indexed)
        said = template.said
        if said is pyo.Constraint.Skip:
            return np.empty(0, np.int64), [Linear(), Linear()], "equal"
        if isinstance(said, tuple):
            said = template.said = tuple_to_relational_expr(said)
        kinds = {EqualityExpression: "equal", InequalityExpression: "at_most", RangedExpression: "range"}
        kind = kinds.get(said.__class__)
        if kind is None:
            raise NotExpandable(f"the rule returns {said!r}, not a relation")
        strict = getattr(said, "_strict", False)
        if strict is True or (isinstance(strict, tuple) and any(strict)):
            raise NotExpandable("it is a strict inequality")
        rows = self._evaluator.table(index_set, template)
        return None, [self._evaluator.linear(side, rows) for side in said.args], kind

    def _objective(self) -> tuple[Linear, bool]:
        components = list(self._model.component_objects(pyo.Objective, active=True))
        if not components:
            return Linear(), False
        if len(components) > 1 or components[0].is_indexed():
            raise SolveError(f"one objective is needed, active are: {', '.join(goal.name for goal in components)}")
        (goal,) = components
        maximise = goal.sense == pyo.maximize
        if self._expand and rule_says_all(goal):
            try:
                template = self._symbols.template(goal, goal.rule, None)
                rows = self._evaluator.table(goal.index_set(), template)
                return self._evaluator.linear(template.said, rows), maximise
            except NotExpandable as error:
                self._warn(goal, error)
        return self._plain.objective(goal.expr), maximise

    def _is_trusted(self) -> bool:
        """Whether rules can be run on placeholders with the installed Pyomo."""
        return not distrust()

    @staticmethod
    def _warn(component: Any, error: NotExpandable) -> None:
        logger.warning("%s is compiled index by index, which is slow: %s", component.name, error)


@cache
def distrust() -> str:
    """Why rules are not run on placeholders with the installed Pyomo, said in a warning as well; empty if they are.

    A trial model is compiled both ways: that a name is still there does not mean that it still does the same.
    """
    reason = why_not_expandable() or _Trial.failure()
    if reason:
        logger.warning("models are compiled row by row, which is slow and right: %s", reason)
    return reason


class _Trial(Compiler):
    """Runs every rule on placeholders or fails."""

    def _is_trusted(self) -> bool:
        return True

    @staticmethod
    def _warn(component: Any, error: NotExpandable) -> None:
        raise error

    @classmethod
    def failure(cls) -> str:
        """What is wrong with the trial model compiled this way, in words."""
        try:
            differences = cls(_trial_model()).matrix().differences(Compiler(_trial_model(), "plain").matrix())
        except Exception as error:  # whatever another Pyomo may raise
            differences = [f"{type(error).__name__}: {error}"]
        if not differences:
            return ""
        return f"with Pyomo {PYOMO_VERSION} a trial model goes wrong on placeholders ({'; '.join(differences)})"


def _trial_model() -> LazyModel:
    """Two stores and two entries over three periods, with one of each thing that rules do."""
    m = LazyModel()
    m.N, m.T, m.B = pyo.Set(initialize=["A", "B"]), pyo.RangeSet(1, 3), pyo.RangeSet(0, 3)
    m.K = pyo.Set(dimen=2, initialize=[("x", "A"), ("y", "A")])
    m.into = pyo.Set(m.N, dimen=2, initialize={"A": [("x", "A"), ("y", "A")], "B": []})
    m.need = ArrayParam(m.N, m.T, values=[[5.0, 6.0, 4.0], [1.0, 0.0, 2.0]])
    m.price = ArrayParam(m.K, values={("x", "A"): 2.0}, default=3.0)
    m.buy = pyo.Var(m.K, m.T, bounds=lambda m, k, n, t: (0, 2 * m.need[n, t]))
    m.level = pyo.Var(m.N, m.B, domain=pyo.NonNegativeReals)
    m.level["A", 0].fix(2.0)
    m.spent = pyo.Expression(m.T, rule=lambda m, t: sum(m.price[k, n] * m.buy[k, n, t] for k, n in m.K))
    m.balance = pyo.Constraint(
        m.N,
        m.T,
        rule=lambda m, n, t: (
            sum(m.buy[k, j, t] for k, j in m.into[n]) + m.level[n, t - 1] - m.level[n, t] == m.need[n, t]
        ),
    )
    m.most = pyo.Constraint(rule=lambda m: (0, sum(m.buy["x", "A", t] for t in m.T), 9))
    m.last = pyo.Constraint(m.N, rule=lambda m, n: -m.level[n, m.T.first()] / 2 <= m.need[n, 1] ** 2)
    m.cost = pyo.Objective(rule=lambda m: sum(m.spent[t] for t in m.T))
    return m


def _standard_form(sides: list[Linear], kind: str, size: int, name: str) -> tuple[Linear, Floats, Floats]:
    """Body and bounds of ``lower <= body <= upper``: variables on the left, numbers on the right.

    Which side is the body is decided for the whole constraint, so that duals have one sign throughout.
    """
    infinite = np.full(size, np.inf)
    if kind == "range":
        low, middle, high = sides
        if low.varies or high.varies:
            raise SolveError(f"{name} has a variable as bound of a range")
        return middle, _full(low.constant - middle.constant, size), _full(high.constant - middle.constant, size)
    left, right = sides
    if not right.varies:
        body, number, at_most = left, right.constant - left.constant, True
    elif not left.varies:
        body, number, at_most = right, left.constant - right.constant, False
    else:
        body, number, at_most = left + right.scaled(-1.0), right.constant - left.constant, True
    bound = _full(number, size)
    if kind == "equal":
        return body, bound, bound.copy()
    return (body, -infinite, bound) if at_most else (body, bound, infinite)


def _unit_factors(variable: Any) -> tuple[float, float]:
    """What to multiply bounds by: Pyomo converts a bound that carries units to those of its variable.

    Templates have no units, so the rule runs for the first index as well; units are the same at every index.
    """
    unit = declared_unit(variable)
    if unit is None or not len(variable.index_set()):
        return 1.0, 1.0
    first = variable._rule_bounds(variable.parent_block(), next(iter(variable.index_set())))
    lower, upper = (_unit_factor(bound, variable, unit) for bound in first)
    return lower, upper


def _unit_factor(bound: Any, variable: Any, unit: Any) -> float:
    if bound is None or bound.__class__ in native_types:
        return 1.0
    if isinstance(unit, LateUnit) and isinstance(bound, ParamData) and declared_unit(bound.parent_component()) == unit:
        return 1.0
    from_units = units_of_pyomo.get_units(bound)
    return float(units_of_pyomo.convert_value(1.0, from_units=from_units, to_units=variable.get_units()))


def _full(number: Any, size: int) -> Floats:
    return np.broadcast_to(np.asarray(number, dtype=np.float64), size).copy()


def _reject_unknown(model: Any) -> None:
    # Not collect_ctypes: it would build the rows of a lazy constraint only to see whether one is active.
    unknown = [part for part in model.component_objects(active=True) if part.ctype not in _KNOWN_COMPONENTS]
    if unknown:
        names = ", ".join(f"{part.name} ({part.ctype.__name__})" for part in unknown)
        raise SolveError(f"the model has active components that a linear programme cannot hold: {names}")
