"""Demand: what is asked for, what leaves by itself when prices rise, and what is cut, in the legal order."""

from __future__ import annotations

import numpy as np
import pyomo.core as pyo

from energy_model.lp import ArrayParam, LazyModel
from energy_model.model import pyomo_units as u
from energy_model.model.feature import BalanceTerm, CostTerm, Feature, Values, Variable, at_nodes
from energy_model.scenario.case import Case, Demand

VOLUNTARY = Variable("voluntary", "D, V, T", u.GWH_PER_DAY, "Price-responsive demand reduction")
CURTAILMENT = Variable("curtailment", "D, C, T", u.GWH_PER_DAY, "Curtailment")


def _at_markets(case: Case, amounts: np.ndarray) -> np.ndarray:
    return at_nodes(case, np.flatnonzero(case.is_market), amounts)


def _reduction(case: Case, values: Values) -> dict[str, float]:
    total = (values["voluntary"] * case.timeline.days).sum(axis=(0, 2))
    return {"voluntary reduction": (total * voluntary_groups(case.demand)[0]).sum()}


def _cut(case: Case, values: Values) -> dict[str, float]:
    slices = slice_table(case.demand)
    protected = case.demand.tier_is_protected[slices.tier]
    cost = (values["curtailment"] * case.timeline.days).sum(axis=(0, 2)) * slices.cost
    return {"curtailment, unprotected": cost[~protected].sum(), "curtailment, protected": cost[protected].sum()}


FEATURE = Feature(
    part="demand",
    variables=(VOLUNTARY, CURTAILMENT),
    balance=(
        BalanceTerm(
            "voluntary",
            "voluntary",
            "enters",
            rule=lambda m, n, t: sum(m.voluntary[d, v, t] for d in m.market_at[n] for v in m.V),
            amount=lambda case, values: _at_markets(case, values["voluntary"].sum(axis=1)),
        ),
        BalanceTerm(
            "curtailed",
            "curtailment",
            "enters",
            rule=lambda m, n, t: sum(m.curtailment[d, c, t] for d in m.market_at[n] for c in m.C),
            amount=lambda case, values: _at_markets(case, values["curtailment"].sum(axis=1)),
        ),
        BalanceTerm(
            "demand",
            "",
            "leaves",
            rule=lambda m, n, t: sum(m.demand[d, t] for d in m.market_at[n]),
            amount=lambda case, values: _at_markets(case, case.demand.rate[case.is_market].sum(axis=1)),
        ),
    ),
    costs=(
        CostTerm(
            "voluntary",
            rule=lambda m: sum(
                m.days[t] * m.voluntary_price[v] * m.voluntary[n, v, t] for n in m.D for v in m.V for t in m.T
            ),
            amounts=_reduction,
        ),
        CostTerm(
            "curtailment",
            rule=lambda m: sum(
                m.days[t] * m.slice_cost[c] * m.curtailment[n, c, t] for n in m.D for c in m.C for t in m.T
            ),
            amounts=_cut,
        ),
    ),
)


def add(m: LazyModel, case: Case) -> None:
    """Declare voluntary reduction and curtailment and their terms in balance and cost."""
    demand = case.demand
    markets = case.nodes[case.is_market]
    m.D = pyo.Set(initialize=markets.tolist(), doc="Markets")
    prices, _ = voluntary_groups(demand)
    m.V = pyo.Set(initialize=[f"at {price:.6g} EUR/MWh" for price in prices], doc="Voluntary steps by price")
    m.C = pyo.Set(initialize=slice_table(demand).label.tolist(), doc="Slices of the curtailment tiers, cheapest first")
    m.market_at = pyo.Set(
        m.N,
        within=m.D,
        initialize={n: [n] if is_market else [] for n, is_market in zip(case.nodes, case.is_market, strict=True)},
        doc="The market of a node, if it is one",
    )
    put_numbers(m, case)
    VOLUNTARY.declare(m, bounds=lambda m, n, v, t: (0, m.voluntary_width[n, v, t]))
    CURTAILMENT.declare(m, bounds=lambda m, n, c, t: (0, m.slice_width[n, c, t]))
    FEATURE.register(m)


def put_numbers(m: LazyModel, case: Case) -> None:
    """Declare the numbers, or renew them."""
    demand = case.demand
    rate = demand.rate[case.is_market].sum(axis=1)
    prices, _ = voluntary_groups(demand)
    m.demand = ArrayParam(m.D, m.T, values=rate, units=u.GWH_PER_DAY, doc="Demand of all sectors")
    m.voluntary_width = ArrayParam(
        m.D, m.V, m.T, values=grouped_voluntary_width(case), units=u.GWH_PER_DAY, doc="Most that a step gives"
    )
    m.voluntary_price = ArrayParam(m.V, values=prices, units=u.EUR_PER_MWH, doc="Price at which it leaves")
    m.slice_width = ArrayParam(m.D, m.C, m.T, values=slice_width(case), units=u.GWH_PER_DAY, doc="Demand in a slice")
    m.slice_cost = ArrayParam(m.C, values=slice_table(demand).cost, units=u.EUR_PER_MWH, doc="Cost of cutting a slice")


class Slices:
    """Curtailment tiers cut into equal slices: label, tier index and cost (EUR/MWh) of each, in order of cost."""

    def __init__(self, demand: Demand) -> None:
        count = demand.tier_slices
        self.tier = np.repeat(np.arange(len(count)), count)
        position = np.concatenate([(np.arange(c) + 0.5) / c for c in count])
        self.cost = demand.tier_cost[self.tier] + demand.slice_slope * position
        number = np.concatenate([np.arange(1, c + 1) for c in count])
        self.label = np.array(
            [f"{demand.tier_name[i]} {n}/{count[i]}" for i, n in zip(self.tier, number, strict=True)], dtype=object
        )


def slice_table(demand: Demand) -> Slices:
    """The slices of a demand's tiers. Equal slices of rising cost make countries share a shortage evenly."""
    return Slices(demand)


def voluntary_groups(demand: Demand) -> tuple[np.ndarray, np.ndarray]:
    """Distinct prices of the voluntary steps, and the position of each step's price among them.

    The prices, EUR/MWh, rise and have the shape (groups,); the positions, int, the shape (voluntary steps,).

    Steps of one price are one column: the optimum cannot tell them apart, results share it out by width.
    """
    prices, group = np.unique(np.round(demand.voluntary_cost, 6), return_inverse=True)
    return prices, group


def grouped_voluntary_width(case: Case) -> np.ndarray:
    """Most that can leave at each price, GWh/d, shape (markets, prices, T)."""
    prices, group = voluntary_groups(case.demand)
    width = voluntary_width(case)
    total = np.zeros((width.shape[0], len(prices), width.shape[2]))
    for step, price in enumerate(group):  # several times as fast as one scattered sum, and the same to the bit
        total[:, price] += width[:, step]
    return total


def voluntary_width(case: Case) -> np.ndarray:
    """Most that each voluntary step can give, GWh/d, shape (markets, V, T)."""
    demand = case.demand
    share = demand.voluntary_share[case.is_market]
    return np.asarray(share * demand.rate[case.is_market][:, demand.voluntary_sector, :])


def slice_width(case: Case) -> np.ndarray:
    """Demand in each slice after the voluntary steps, GWh/d, shape (markets, slices, T)."""
    demand = case.demand
    left = demand.rate[case.is_market].copy()
    width = voluntary_width(case)
    for v, j in enumerate(demand.voluntary_sector):
        left[:, j, :] -= width[:, v, :]
    per_slice = demand.tier_share / demand.tier_slices
    tier = slice_table(demand).tier
    return np.asarray(np.maximum(left, 0.0)[:, demand.tier_sector[tier], :] * per_slice[tier][None, :, None])
