"""Suppliers and indigenous production: steps of rising cost with daily rates and volumes."""

from __future__ import annotations

import numpy as np
import pyomo.core as pyo

from energy_model.lp import ArrayParam, LazyModel
from energy_model.model import pyomo_units as u
from energy_model.model.feature import BalanceTerm, CostTerm, Feature, Rows, Values, Variable, at_nodes
from energy_model.scenario.case import Case

INDIGENOUS = "indigenous"
"""Step of a market's own production."""


def _cost(case: Case, values: Values) -> dict[str, float]:
    paid = (values["supply"] * case.supply.cost) @ case.timeline.days
    own = case.supply.step == INDIGENOUS
    return {"pipeline supply": paid[~own].sum(), "indigenous production": paid[own].sum()}


SUPPLY = Variable("supply", "K, T", u.GWH_PER_DAY, "Gas taken from a step")
VOLUME = Rows("supply_limit", "K", "Volume of a step", "total")
FEATURE = Feature(
    part="supply",
    variables=(SUPPLY,),
    rows=(VOLUME,),
    balance=(
        BalanceTerm(
            "supply",
            "supply",
            "enters",
            rule=lambda m, n, t: sum(m.supply[k, t] for k in m.steps_at[n]),
            amount=lambda case, values: at_nodes(case, case.supply.node, values["supply"]),
        ),
    ),
    costs=(
        CostTerm(
            "supply",
            rule=lambda m: sum(m.days[t] * m.supply_price[k, t] * m.supply[k, t] for k in m.K for t in m.T),
            amounts=_cost,
            tie_break=lambda case: case.supply.tie_break,
        ),
    ),
)


def add(m: LazyModel, case: Case) -> None:
    """Declare supply, its limits, and its terms in balance and cost."""
    steps = case.supply
    labels = np.array(steps.labels, dtype=object)
    m.K = pyo.Set(initialize=labels.tolist(), doc="Supply steps")
    m.steps_at = pyo.Set(
        m.N,
        within=m.K,
        doc="Steps that enter at a node",
        initialize={node: labels[steps.node == n].tolist() for n, node in enumerate(case.nodes)},
    )
    put_numbers(m, case)
    SUPPLY.declare(m, bounds=lambda m, k, t: (0, m.supply_rate[k, t]))

    @VOLUME.declare(m)
    def supply_limit(m: LazyModel, k: str) -> object:
        r"""A step gives no more than its volume over the horizon; a cut makes gas use up more of it.

        .. math:: \sum_t h_t\, \rho_{k,t}^{-1}\, q_{k,t} \le V_k
        """
        return sum(m.days[t] * m.supply_use[k, t] * m.supply[k, t] for t in m.T) <= m.supply_volume[k]

    FEATURE.register(m)


def put_numbers(m: LazyModel, case: Case) -> None:
    """Declare the numbers, or renew them."""
    steps = case.supply
    m.supply_rate = ArrayParam(m.K, m.T, values=steps.rate, units=u.GWH_PER_DAY, doc="Highest daily rate")
    m.supply_volume = ArrayParam(m.K, values=steps.volume, units=u.GWH, doc="Volume over the horizon")
    m.supply_use = ArrayParam(m.K, m.T, values=steps.use, units=u.SHARE, doc="Volume that a unit of gas uses up")
    m.supply_price = ArrayParam(
        m.K, m.T, values=steps.cost + steps.tie_break, units=u.EUR_PER_MWH, doc="Cost of a step"
    )
