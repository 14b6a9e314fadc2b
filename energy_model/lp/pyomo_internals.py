"""Everything outside Pyomo's documented interface that this package uses, and whether the installed Pyomo has it.

Pyomo promises nothing about these names. All other modules import them from here and use no others (a test reads the
code), so this list is what has to be looked at when Pyomo moves. Without the names of :data:`EXPANSION`, or if a trial
model comes out different from Pyomo's own reading of it, models are compiled row by row: slowly, and with a warning
that says which name is missing.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cache, reduce
from importlib import import_module
from typing import Any

import pyomo.core as pyo
from pyomo.version import version

from .errors import SolveError

PYOMO_VERSION: str = version
TESTED = "6.9 to 6.10"
"""Versions of Pyomo with which the tests of this package pass."""


@dataclass(frozen=True)
class Internal:
    """A name that Pyomo does not promise.

    Attributes
    ----------
    owner : str
        Module, or kind of component (``Var``, ``Constraint``) whose instances have the attribute.
    name : str
        Dotted name below the owner.
    purpose : str
        What it is used for here.
    """

    owner: str
    name: str
    purpose: str

    def __str__(self) -> str:
        return f"{self.owner}.{self.name}"


_TEMPLATES = "pyomo.core.expr.template_expr"
_SETS = "pyomo.core.base.set"
_EXPRESSIONS = "pyomo.core.expr.numeric_expr"
_RELATIONS = "pyomo.core.expr.relational_expr"

EVERYWHERE = (
    Internal("pyomo.core.expr.numvalue", "native_types", "tells labels and numbers from expressions"),
    Internal("pyomo.core.expr.numvalue", "native_numeric_types", "tells numbers from expressions"),
    Internal("pyomo.core.base.indexed_component", "UnindexedComponent_set", "index set of a component without index"),
    Internal("pyomo.core.base.units_container", "units", "factor from the unit of a bound to that of its variable"),
    Internal(_RELATIONS, "EqualityExpression", "kind of a relation"),
    Internal(_RELATIONS, "InequalityExpression", "kind of a relation"),
    Internal(_RELATIONS, "RangedExpression", "kind of a relation"),
    Internal(_RELATIONS, "InequalityExpression._strict", "refuses strict inequalities"),
)
"""Needed to compile at all; what is missing here is an error in words at the first compilation."""

ARRAYS = (
    Internal("pyomo.core.base.param", "IndexedParam", "base of ArrayParam"),
    Internal("pyomo.core.base.param", "ScalarParam", "base of a parameter without index that has a late unit"),
    Internal("pyomo.core.base.param", "ParamData", "one value of an ArrayParam, where it has units or is mutable"),
    Internal("pyomo.core.base.param", "ParamData._index", "index of that value"),
    Internal("pyomo.core.base.param", "IndexedParam._getitem_when_not_present", "a value is read from the array"),
    Internal("Param", "_units", "unit of a parameter, looked up late"),
    Internal("Param", "_data", "values that Pyomo has built"),
    Internal("Param", "_constructed", "whether the parameter is part of a model"),
)
"""Needed by ``ArrayParam``; without them it says so, and ``pyo.Param`` takes its place."""

EXPANSION = (
    Internal(_TEMPLATES, "templatize_rule", "runs a rule on placeholder indices"),
    Internal(_TEMPLATES, "IndexTemplate", "a placeholder"),
    Internal(_TEMPLATES, "IndexTemplate._set", "the set that a placeholder runs over"),
    Internal(_TEMPLATES, "IndexTemplate.__eq__", "comparing a placeholder with a label is made an error"),
    Internal(_TEMPLATES, "GetItemExpression", "component[placeholder]"),
    Internal(_TEMPLATES, "_reduce_template_to_component", "the component in component[placeholder]"),
    Internal(_TEMPLATES, "TemplateSumExpression", "sum over placeholders"),
    Internal(_TEMPLATES, "TemplateSumExpression.template_iters", "the placeholders of a sum"),
    Internal(_TEMPLATES, "TemplateSumExpression.template_args", "the expression that is added up"),
    Internal(_TEMPLATES, "generator_validators", "tells the loop variables of a generator"),
    Internal(_TEMPLATES, "_template_iter_context", "the sum that replaces the builtin one"),
    Internal(_TEMPLATES, "_template_iter_context.sum_template", "the sum that replaces the builtin one"),
    Internal(_TEMPLATES, "_TemplateIterManager.pause", "true members of sets while a rule runs as a template"),
    Internal(_TEMPLATES, "_TemplateIterManager.builtin_sum", "the builtin sum while a rule runs as a template"),
    Internal(_SETS, "SetData.__contains__", "asking whether a placeholder is in a set is made an error"),
    Internal(_SETS, "_OrderedSetMixin.first", "the first member of a set, not a placeholder"),
    Internal(_SETS, "_OrderedSetMixin.last", "the last member of a set, not a placeholder"),
    Internal(_RELATIONS, "tuple_to_relational_expr", "a relation given as a tuple"),
    *(
        Internal(_EXPRESSIONS, f"{kind}Expression", "node of an expression")
        for kind in ("Sum", "Product", "Negation", "Division", "Pow", "UnaryFunction")
    ),
    *(
        Internal(f"pyomo.core.base.{module}", name, "component that is built on access")
        for module, names in {
            "constraint": ("IndexedConstraint", "ScalarConstraint", "ScalarConstraint._expr"),
            "expression": ("IndexedExpression", "ScalarExpression", "ScalarExpression._args_"),
            "objective": ("ScalarObjective", "ScalarObjective._args_"),
            "var": ("IndexedVar",),
        }.items()
        for name in names
    ),
    *(
        Internal(f"pyomo.core.base.{name}", "_getitem_when_not_present", "a row, column or expression is built")
        for name in ("constraint.IndexedConstraint", "expression.IndexedExpression", "var.IndexedVar")
    ),
    *(
        Internal(kind, name, purpose)
        for kind, names in {
            "Constraint": ("_rule", "_data", "_active", "_constructed", "_anonymous_sets"),
            "Var": ("_data", "_rule_bounds", "_rule_domain", "_dense", "_units", "_constructed"),
            "Expression": ("_rule", "_data", "_constructed", "_anonymous_sets"),
            "Objective": ("_rule", "_init_sense", "_data", "_constructed", "_anonymous_sets"),
        }.items()
        for name, purpose in ((name, "rule and state of a component") for name in names)
    ),
    Internal("Constraint", "_rule._fcn", "tells a rule that is a function from given content"),
)
"""Needed to run each rule once and to build rows on access; without them all is built and read row by row."""


class _Missing:
    """Stands for a class that the installed Pyomo does not have."""


def look_up(internal: Internal) -> Any:
    """What a name stands for in the installed Pyomo; ``AttributeError`` or ``ImportError`` if for nothing."""
    owner = _samples()[internal.owner] if "." not in internal.owner else _imported(internal.owner)
    return reduce(getattr, internal.name.split("."), owner)


def missing(names: Iterable[Internal]) -> list[Internal]:
    """Those that the installed Pyomo does not have."""
    absent = []
    for internal in names:
        try:
            look_up(internal)
        except (AttributeError, ImportError):
            absent.append(internal)
    return absent


def complaint(absent: Iterable[Internal]) -> str:
    """Missing names in words."""
    listed = "; ".join(f"{internal} ({internal.purpose})" for internal in absent)
    return f"Pyomo {PYOMO_VERSION} lacks what the compiler was written for (Pyomo {TESTED}): {listed}"


@cache
def why_not_expandable() -> str:
    """Empty if rules can be run on placeholders with the installed Pyomo, otherwise the reason in words."""
    absent = missing(EXPANSION)
    return complaint(absent) if absent else ""


@cache
def require(names: tuple[Internal, ...], remedy: str) -> None:
    """Refuse to go on without some names.

    Raises
    ------
    SolveError
        With what is missing and what to do.
    """
    absent = missing(names)
    if absent:
        raise SolveError(f"{complaint(absent)}. {remedy}")


def _imported(owner: str) -> Any:
    """A module, or a class in a module."""
    try:
        return import_module(owner)
    except ImportError:
        module, _, name = owner.rpartition(".")
        return getattr(import_module(module), name)


@cache
def _samples() -> dict[str, Any]:
    """A component of each kind."""
    m = pyo.ConcreteModel()
    m.S = pyo.Set(initialize=[1])
    m.Var = pyo.Var(m.S)
    m.Param = pyo.Param(m.S, initialize={1: 1.0})
    m.Constraint = pyo.Constraint(m.S, rule=lambda m, s: m.Var[s] >= 0)
    m.Expression = pyo.Expression(m.S, rule=lambda m, s: m.Var[s])
    m.Objective = pyo.Objective(rule=lambda m: m.Var[1])
    return {kind: getattr(m, kind) for kind in ("Var", "Param", "Constraint", "Expression", "Objective")}


def _taken(owner: str, name: str, instead: Any = _Missing) -> Any:
    try:
        return look_up(Internal(owner, name, ""))
    except (AttributeError, ImportError):
        return instead


def _slot(owner: Any, name: str) -> Any:
    """Where a class keeps an attribute; ``None`` if nowhere."""
    return next((base.__dict__[name] for base in owner.__mro__ if name in base.__dict__), None)


native_types = _taken("pyomo.core.expr.numvalue", "native_types", frozenset())
native_numeric_types = _taken("pyomo.core.expr.numvalue", "native_numeric_types", frozenset())
units_of_pyomo = _taken("pyomo.core.base.units_container", "units", None)
UnindexedComponent_set = _taken("pyomo.core.base.indexed_component", "UnindexedComponent_set", None)
EqualityExpression = _taken(_RELATIONS, "EqualityExpression")
InequalityExpression = _taken(_RELATIONS, "InequalityExpression")
RangedExpression = _taken(_RELATIONS, "RangedExpression")
tuple_to_relational_expr = _taken(_RELATIONS, "tuple_to_relational_expr")
SumExpression = _taken(_EXPRESSIONS, "SumExpression")
ProductExpression = _taken(_EXPRESSIONS, "ProductExpression")
NegationExpression = _taken(_EXPRESSIONS, "NegationExpression")
DivisionExpression = _taken(_EXPRESSIONS, "DivisionExpression")
PowExpression = _taken(_EXPRESSIONS, "PowExpression")
UnaryFunctionExpression = _taken(_EXPRESSIONS, "UnaryFunctionExpression")
GetItemExpression = _taken(_TEMPLATES, "GetItemExpression")
IndexTemplate = _taken(_TEMPLATES, "IndexTemplate")
TemplateSumExpression = _taken(_TEMPLATES, "TemplateSumExpression")
reduce_to_component = _taken(_TEMPLATES, "_reduce_template_to_component")
IndexedParam = _taken("pyomo.core.base.param", "IndexedParam")
ScalarParam = _taken("pyomo.core.base.param", "ScalarParam")
ParamData = _taken("pyomo.core.base.param", "ParamData")
IndexedVar = _taken("pyomo.core.base.var", "IndexedVar")
IndexedConstraint = _taken("pyomo.core.base.constraint", "IndexedConstraint")
ScalarConstraint = _taken("pyomo.core.base.constraint", "ScalarConstraint")
IndexedExpression = _taken("pyomo.core.base.expression", "IndexedExpression")
ScalarExpression = _taken("pyomo.core.base.expression", "ScalarExpression")
ScalarObjective = _taken("pyomo.core.base.objective", "ScalarObjective")
CONSTRAINT_SLOT = _slot(ScalarConstraint, "_expr")
EXPRESSION_SLOT = _slot(ScalarExpression, "_args_")
OBJECTIVE_SLOT = _slot(ScalarObjective, "_args_")
"""Where a constraint, a named expression and an objective keep their expression."""
template_expr: Any = import_module(_TEMPLATES)
sets: Any = import_module(_SETS)
PauseGC = _taken("pyomo.common.gc_manager", "PauseGC", nullcontext)
"""No garbage collection meanwhile, if Pyomo offers that."""
