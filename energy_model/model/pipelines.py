"""Pipelines by direction: capacity, losses, tariffs. Reverse flow is a pipeline of its own."""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from energy_model.lp import ArrayParam, LazyModel
from energy_model.model import pyomo_units as u
from energy_model.scenario.case import Case


def add(m: LazyModel, case: Case) -> None:
    """Declare flows and their terms in balance and cost; capacity and what must flow are bounds."""
    lines = case.pipelines
    m.P = pyo.Set(initialize=lines.id.tolist(), doc="Directed pipelines")
    m.pipes_into = pyo.Set(
        m.N,
        within=m.P,
        doc="Pipelines that end at a node",
        initialize={node: lines.id[lines.to_node == n].tolist() for n, node in enumerate(case.nodes)},
    )
    m.pipes_out = pyo.Set(
        m.N,
        within=m.P,
        doc="Pipelines that begin at a node",
        initialize={node: lines.id[lines.from_node == n].tolist() for n, node in enumerate(case.nodes)},
    )
    put_numbers(m, case)
    m.flow = pyo.Var(
        m.P,
        m.T,
        domain=u.NonNegative,
        bounds=lambda m, p, t: (m.pipe_minimum[p, t], m.pipe_capacity[p, t]),
        units=u.GWH_PER_DAY,
        doc="Gas that enters a pipeline",
    )
    m.balance_terms.append(lambda m, n, t: sum(m.pipe_yield[p] * m.flow[p, t] for p in m.pipes_into[n]))
    m.balance_terms.append(lambda m, n, t: -sum(m.flow[p, t] for p in m.pipes_out[n]))
    m.cost_terms.append(lambda m: sum(m.days[t] * m.pipe_cost[p, t] * m.flow[p, t] for p in m.P for t in m.T))


def put_numbers(m: LazyModel, case: Case) -> None:
    """Declare the numbers, or renew them."""
    lines = case.pipelines
    m.pipe_capacity = ArrayParam(m.P, m.T, values=lines.capacity, units=u.GWH_PER_DAY, doc="Available capacity")
    m.pipe_minimum = ArrayParam(m.P, m.T, values=lines.minimum, units=u.GWH_PER_DAY, doc="Flow that must be")
    m.pipe_cost = ArrayParam(m.P, m.T, values=lines.cost, units=u.EUR_PER_MWH, doc="Tariff and transport")
    m.pipe_yield = ArrayParam(m.P, values=np.subtract(1.0, lines.loss_share), units=u.SHARE, doc="Share that arrives")
