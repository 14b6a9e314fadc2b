"""What a feature of the model declares about itself, once: its variables and rows, its terms of balance and cost.

Freezing the past, longer periods, scenario trees, result tables and docs/model.md read these declarations and nothing
else; a feature that is added to :data:`energy_model.model.build.FEATURES` is known to all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pyomo.core as pyo

from energy_model.lp import LazyModel, give_unit
from energy_model.model import pyomo_units as u
from energy_model.scenario.case import Case

PERIODS, BOUNDARIES = "T", "T0"
"""Sets of the model that stand last in the index of what belongs to a period, or to a boundary between periods."""
PARTS = "Y"
"""Set of the model that stands last in the index of what belongs to a calendar month, or a part of one."""

Kind = Literal["rate", "change of stock", "stock", "total"]
"""What a row says: a rate in a period, a change of stock over it, a stock at its end, or something over the horizon."""
Values = Mapping[str, np.ndarray]
"""Values of the variables by name, shaped by their index sets."""


@dataclass(frozen=True)
class Table:
    """A result table of its own for a variable by period: its name, the name of a row, and the meaning of the rate."""

    name: str
    item: str
    column: str


class Indexed:
    """What stands over index sets of the model, named with commas between them in ``over``."""

    over: str

    @property
    def sets(self) -> tuple[str, ...]:
        """Names of the index sets."""
        return _names(self.over)

    @property
    def by_period(self) -> bool:
        """Whether it belongs to a period: a decision is frozen, duals are those of its plan, once that has passed."""
        return self.sets[-1:] == (PERIODS,)

    @property
    def by_part(self) -> bool:
        """Whether it belongs to a month or a part of one, of which the same holds."""
        return self.sets[-1:] == (PARTS,)


@dataclass(frozen=True)
class Variable(Indexed):
    """A variable of the model, never negative.

    Attributes
    ----------
    over : str
        Its index sets, in order, separated by commas.
    is_attribution : bool
        It says whose gas a flow is, not how much flows. When more gas is followed than before, attribution is
        optimised again, and physical flows stay frozen.
    table : Table, optional
        Where its values are shown, if no other table shows them.
    """

    name: str
    over: str
    unit: Any
    doc: str
    is_attribution: bool = False
    table: Table | None = None

    @property
    def by_boundary(self) -> bool:
        """Whether it is a stock at a boundary between periods: frozen once the boundary has passed."""
        return self.sets[-1:] == (BOUNDARIES,)

    def declare(self, m: LazyModel, bounds: Callable[..., Any] | None = None) -> None:
        """Add the variable to a model."""
        index = [getattr(m, name) for name in self.sets]
        setattr(m, self.name, pyo.Var(*index, domain=u.NonNegative, bounds=bounds, doc=self.doc))
        give_unit(getattr(m, self.name), self.unit)


@dataclass(frozen=True)
class Rows(Indexed):
    """A constraint of the model; its rule carries the equation."""

    name: str
    over: str
    doc: str
    kind: Kind = "rate"

    def declare(self, m: LazyModel) -> Callable[[Callable[..., Any]], None]:
        """Decorate the rule to add the constraint to a model."""

        def add(rule: Callable[..., Any]) -> None:
            index = [getattr(m, name) for name in self.sets]
            setattr(m, self.name, pyo.Constraint(*index, rule=rule, doc=self.doc))

        return add


@dataclass(frozen=True)
class BalanceTerm:
    """Gas that enters or leaves every node.

    Attributes
    ----------
    of : str
        The variable that it is made of; a case without it has no such term. Empty for a given amount.
    rule : callable
        The term of a model, a node and a period, GWh/d.
    amount : callable
        The same of a solved case, from its arrays and not from the model, GWh/d, shape (nodes, periods): a second
        reading, by which the balance is held against the result.
    """

    name: str
    of: str
    side: Literal["enters", "leaves"]
    rule: Callable[[LazyModel, str, int], object]
    amount: Callable[[Case, Values], np.ndarray]


@dataclass(frozen=True)
class CostTerm:
    """A term of the objective.

    Attributes
    ----------
    of : str
        The variable that costs; a case without it has no such cost.
    rule : callable
        The term of a model, thousand EUR.
    amounts : callable
        The same of a solved case by component, from its arrays and not from the model, thousand EUR; without the
        tie-break, which nobody pays.
    tie_break : callable, optional
        What the objective adds to a unit of the variable to tell options of equal cost apart, EUR/MWh.
    """

    of: str
    rule: Callable[[LazyModel], object]
    amounts: Callable[[Case, Values], Mapping[str, float]]
    tie_break: Callable[[Case], np.ndarray] | None = None


@dataclass(frozen=True)
class Feature:
    """All that a feature declares.

    Attributes
    ----------
    part : str
        The part of a case that it reads, if it has ``put_numbers``.
    """

    part: str = ""
    variables: tuple[Variable, ...] = ()
    rows: tuple[Rows, ...] = ()
    balance: tuple[BalanceTerm, ...] = ()
    costs: tuple[CostTerm, ...] = ()

    def register(self, m: LazyModel) -> None:
        """Hand the terms to balance and objective."""
        m.balance_terms.extend(self.balance)
        m.cost_terms.extend(self.costs)


def at_nodes(case: Case, node: np.ndarray, amounts: np.ndarray) -> np.ndarray:
    """Rows of amounts (assets, T) added up at their nodes, shape (nodes, T)."""
    total = np.zeros((len(case.nodes), len(case.timeline)))
    np.add.at(total, node, amounts)
    return total


def _names(over: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in over.split(",") if name.strip())
