"""Low-calorific gas: who burns it needs it, and it comes from its own fields, from stores, or out of conversion.

All gas stands in one balance of energy; what is said here narrows it. High-calorific gas becomes low-calorific by
conversion with nitrogen, which adds no energy and has a capacity. The other way is free: surplus low-calorific gas may
be blended.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pyomo.core as pyo

from energy_model.lp import ArrayParam, LazyModel
from energy_model.model import pyomo_units as u
from energy_model.model.demand import grouped_voluntary_width, slice_table
from energy_model.model.feature import CostTerm, Feature, Rows, Table, Variable
from energy_model.scenario.case import Case
from energy_model.scenario.low_calorific import HOUSEHOLD_TYPE, LowCalorific

CONVERTED = Variable(
    "low_calorific_converted", "B, T", u.GWH_PER_DAY, "Gas that is made low-calorific by conversion",
    table=Table("low_calorific", "node", "converted_gwh_per_day"),
)  # fmt: skip
SPARED = Variable(
    "low_calorific_spared", "B, T", u.GWH_PER_DAY, "Low-calorific gas that reduction and curtailment spare",
    table=Table("low_calorific", "node", "spared_gwh_per_day"),
)  # fmt: skip


WEIGHTS = {CONVERTED.name: 1.0, SPARED.name: 2.0}
"""Multiples of the tie-break: neither costs anything; of equal plans the one that converts first is meant."""


def _kept_small(m: LazyModel, name: str) -> object:
    variable, weight = getattr(m, name), WEIGHTS[name]
    return sum(m.days[t] * weight * m.low_calorific_apart[n, t] * variable[n, t] for n in m.B for t in m.T)


def _apart(case: Case, name: str) -> np.ndarray:
    assert case.low_calorific is not None, "only a case with such gas has the variable"
    return np.asarray(WEIGHTS[name] * case.low_calorific.tie_break)


BALANCE = Rows("low_calorific_balance", "B, T", "Balance of low-calorific gas at a node")
RELIEF = Rows("low_calorific_relief", "B, T", "Reduction and curtailment that spare low-calorific gas")
FEATURE = Feature(
    part="low_calorific",
    variables=(CONVERTED, SPARED),
    rows=(BALANCE, RELIEF),
    costs=tuple(
        CostTerm(
            one.name,
            rule=partial(_kept_small, name=one.name),
            amounts=lambda case, values: {},
            tie_break=partial(_apart, name=one.name),
        )
        for one in (CONVERTED, SPARED)
    ),
)


def add(m: LazyModel, case: Case) -> None:
    """Declare conversion and the balance of low-calorific gas; a case without it has none of this."""
    part = case.low_calorific
    if part is None:
        return
    nodes, lines = case.nodes[part.node], case.pipelines
    own = lines.id[part.line]
    ends = {"into": lines.to_node[part.line], "out": lines.from_node[part.line]}
    m.B = pyo.Set(within=m.N, initialize=nodes.tolist(), doc="Nodes where low-calorific gas is burnt or comes from")
    for way, at in ends.items():
        places = {node: own[at == n].tolist() for node, n in zip(nodes, part.node, strict=True)}
        name = pyo.Set(m.B, within=m.P, initialize=places, doc=f"Pipelines for low-calorific gas, {way} of a node")
        setattr(m, f"low_calorific_{way}", name)
    tiers = slice_table(case.demand)
    mine = np.isin(np.array(case.demand.sectors)[case.demand.tier_sector[tiers.tier]], HOUSEHOLD_TYPE)
    m.household_slices = pyo.Set(
        within=m.C, initialize=tiers.label[mine].tolist(), doc="Slices of the tiers of households and services"
    )
    put_numbers(m, case)
    CONVERTED.declare(m, bounds=lambda m, n, t: (0, m.low_calorific_conversion[n, t]))
    SPARED.declare(m)
    FEATURE.register(m)

    @BALANCE.declare(m)
    def low_calorific_balance(m: LazyModel, n: str, t: int) -> object:
        r"""Low-calorific gas that is produced, withdrawn, made or carried to a node is at least what is burnt there,
        stored and carried on.

        .. math:: \pi_{n,t} \sum_{k \in K_n} q_{k,t} + \zeta_{n,t} + \eta_{n,t}
            + \sum_{p \in P^{L,in}_n} (1-\epsilon_p)\, f_{p,t} - \sum_{p \in P^{L,out}_n} f_{p,t}
            + \sigma_n \sum_{s \in S_n} (w_{s,t} - i_{s,t}) \ge \Lambda_{n,t}
        """
        return (
            sum(m.low_calorific_produced[n, t] * m.supply[k, t] for k in m.steps_at[n])
            + m.low_calorific_converted[n, t]
            + m.low_calorific_spared[n, t]
            + sum(m.pipe_yield[p] * m.flow[p, t] for p in m.low_calorific_into[n])
            - sum(m.flow[p, t] for p in m.low_calorific_out[n])
            + sum(m.low_calorific_stored[n] * m.withdrawal[s, t] for s in m.storages_at[n])
            - sum(m.low_calorific_stored[n] * m.injection[s, t] for s in m.storages_at[n])
            >= m.low_calorific_need[n, t]
        )

    @RELIEF.declare(m)
    def low_calorific_relief(m: LazyModel, n: str, t: int) -> object:
        r"""Households and services that burn it reduce as all of them do at a price; where it is short, they are cut.

        .. math:: \eta_{n,t} \le \sum_v \alpha_{n,v,t}\, r_{n,v,t} + \sum_{c \in C^{H}} x_{n,c,t}
        """
        return m.low_calorific_spared[n, t] <= sum(
            m.low_calorific_reduced[n, v, t] * m.voluntary[d, v, t] for d in m.market_at[n] for v in m.V
        ) + sum(m.curtailment[d, c, t] for d in m.market_at[n] for c in m.household_slices)


def put_numbers(m: LazyModel, case: Case) -> None:
    """Declare the numbers, or renew them; without low-calorific gas there are none."""
    part = case.low_calorific
    if part is None:
        return
    rate, need = u.GWH_PER_DAY, part.need(case.demand.sectors, case.demand.rate)
    m.low_calorific_need = ArrayParam(m.B, m.T, values=need, units=rate, doc="Demand that burns nothing else")
    m.low_calorific_conversion = ArrayParam(m.B, m.T, values=part.conversion, units=rate, doc="Conversion capacity")
    m.low_calorific_reduced = ArrayParam(
        m.B, m.V, m.T, values=_reduced(part, case), units=u.SHARE, doc="Share of a reduction that spares it"
    )
    m.low_calorific_apart = ArrayParam(
        m.B, m.T, values=part.tie_break, units=u.EUR_PER_MWH, doc="Tie-break of conversion and of what is spared"
    )
    m.low_calorific_produced = ArrayParam(
        m.B, m.T, values=part.produced_share, units=u.SHARE, doc="Share of production that is low-calorific"
    )
    m.low_calorific_stored = ArrayParam(
        m.B, values=np.asarray(part.stored_share), units=u.SHARE, doc="Share of stored gas that is low-calorific"
    )


def _reduced(part: LowCalorific, case: Case) -> np.ndarray:
    """Share of the reduction at each price that users of these appliances make, shape (own nodes, V, T)."""
    sectors = np.array(case.demand.sectors)[case.demand.voluntary_sector]
    of_households = case.demand.voluntary_share * np.isin(sectors, HOUSEHOLD_TYPE)[:, None]
    households = grouped_voluntary_width(case.with_("demand", voluntary_share=of_households))
    width = grouped_voluntary_width(case)
    share = np.zeros((len(case.nodes), *width.shape[1:]))
    share[case.is_market] = np.divide(households, width, out=np.zeros_like(width), where=width > 0.0)
    return np.asarray(share[part.node] * part.household_share[:, None, :])
