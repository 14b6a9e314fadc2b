"""Build the Pyomo model of a case: one feature after the other, each registering its terms."""

from __future__ import annotations

from collections.abc import Mapping

import pyomo.core as pyo

from energy_model.lp import ArrayParam, LazyModel
from energy_model.lp.template import ONE_AT_A_TIME
from energy_model.model import (
    balance,
    contracts,
    delivery_points,
    demand,
    lng,
    lng_slots,
    lng_world,
    low_calorific,
    objective,
    origin,
    pipelines,
    solidarity,
    storage,
    supply,
    supply_by_month,
    transit_bookings,
)
from energy_model.model import pyomo_units as u
from energy_model.model.feature import BalanceTerm, CostTerm, Feature, Rows, Variable
from energy_model.scenario.case import Case

FEATURES = (
    supply,
    supply_by_month,
    pipelines,
    lng,
    lng_world,
    lng_slots,
    storage,
    demand,
    contracts,
    origin,
    low_calorific,
    delivery_points,
    transit_bookings,
    solidarity,
    balance,
    objective,
)
"""Modules with ``add(m, case)`` and with what they declare, ``FEATURE``; ``balance`` and ``objective`` come last and
only sum what was registered."""
DECLARED: tuple[Feature, ...] = tuple(module.FEATURE for module in FEATURES)
VARIABLES: Mapping[str, Variable] = {one.name: one for feature in DECLARED for one in feature.variables}
ROWS: Mapping[str, Rows] = {one.name: one for feature in DECLARED for one in feature.rows}
BALANCE_TERMS: tuple[BalanceTerm, ...] = tuple(term for feature in DECLARED for term in feature.balance)
COST_TERMS: tuple[CostTerm, ...] = tuple(term for feature in DECLARED for term in feature.costs)


def build_model(case: Case) -> LazyModel:
    """The linear programme of ``case`` as an ordinary Pyomo model.

    Rows and columns come into being when somebody asks for them; the compiler never does.
    """
    with ONE_AT_A_TIME:
        m = LazyModel(name="gas flow")
        add_sets(m, case)
        for feature in FEATURES:
            feature.add(m, case)
        return m


def add_sets(m: LazyModel, case: Case) -> None:
    """Sets every feature shares, and the empty registries of terms."""
    count = len(case.timeline)
    m.T = pyo.RangeSet(1, count, doc="Periods")
    m.T0 = pyo.RangeSet(0, count, doc="Boundaries between periods; 0 is the morning of the first day")
    m.N = pyo.Set(initialize=case.nodes.tolist(), doc="Nodes")
    m.days = ArrayParam(m.T, values=case.timeline.days, units=u.DAY, doc="Gas days in a period")
    m.balance_terms = []
    m.cost_terms = []
