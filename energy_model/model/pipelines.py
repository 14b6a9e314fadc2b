"""Pipelines by direction: capacity, losses, tariffs. Reverse flow is a pipeline of its own."""

from __future__ import annotations

import numpy as np
import pyomo.core as pyo

from energy_model.lp import ArrayParam, LazyModel
from energy_model.model import pyomo_units as u
from energy_model.model.feature import BalanceTerm, CostTerm, Feature, Values, Variable, at_nodes
from energy_model.scenario.case import Case


def _arrived(case: Case, values: Values) -> np.ndarray:
    lines = case.pipelines
    return at_nodes(case, lines.to_node, values["flow"] * (1.0 - lines.loss_share)[:, None])


def _paid(case: Case, values: Values) -> dict[str, float]:
    lines, days = case.pipelines, case.timeline.days
    duty = ((values["flow"] * lines.duty) @ days).sum()
    return {"transport": ((values["flow"] * lines.cost) @ days).sum(), "import duties": duty}


FLOW = Variable("flow", "P, T", u.GWH_PER_DAY, "Gas that enters a pipeline")
FEATURE = Feature(
    part="pipelines",
    variables=(FLOW,),
    balance=(
        BalanceTerm(
            "pipeline_in",
            "flow",
            "enters",
            rule=lambda m, n, t: sum(m.pipe_yield[p] * m.flow[p, t] for p in m.pipes_into[n]),
            amount=_arrived,
        ),
        BalanceTerm(
            "pipeline_out",
            "flow",
            "leaves",
            rule=lambda m, n, t: sum(m.flow[p, t] for p in m.pipes_out[n]),
            amount=lambda case, values: at_nodes(case, case.pipelines.from_node, values["flow"]),
        ),
    ),
    costs=(
        CostTerm(
            "flow",
            rule=lambda m: sum(m.days[t] * m.pipe_cost[p, t] * m.flow[p, t] for p in m.P for t in m.T),
            amounts=_paid,
            tie_break=lambda case: case.pipelines.tie_break,
        ),
    ),
)


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
    FLOW.declare(m, bounds=lambda m, p, t: (m.pipe_minimum[p, t], m.pipe_capacity[p, t]))
    FEATURE.register(m)


def put_numbers(m: LazyModel, case: Case) -> None:
    """Declare the numbers, or renew them."""
    lines = case.pipelines
    m.pipe_capacity = ArrayParam(m.P, m.T, values=lines.capacity, units=u.GWH_PER_DAY, doc="Available capacity")
    m.pipe_minimum = ArrayParam(m.P, m.T, values=lines.minimum, units=u.GWH_PER_DAY, doc="Flow that must be")
    price = lines.cost + lines.duty + lines.tie_break
    m.pipe_cost = ArrayParam(m.P, m.T, values=price, units=u.EUR_PER_MWH, doc="Tariff, transport and duty")
    m.pipe_yield = ArrayParam(m.P, values=np.subtract(1.0, lines.loss_share), units=u.SHARE, doc="Share that arrives")
