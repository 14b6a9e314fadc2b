"""Where the network holds gas back: the places that could bring more than they need and than their lines carry away.

Stores share one table of values as long as gas reaches them alike. When all of them are to be filled in the months of
little demand, the largest flow of the network says where that fails: its smallest cut parts the places that still have
gas to give, with the sea that their ships come over, from those that have not. Only lines and terminals join the two.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from energy_model.lp.sparse_arrays import sparse
from energy_model.scenario.case import Case, Lng, Supply

MONTHS_PER_YEAR = 12
UNITS_PER_GWH = 10.0
"""Flows are whole numbers of tenths of a GWh a day."""


@dataclass(frozen=True)
class Bottleneck:
    """A cut of the network.

    Attributes
    ----------
    beyond : ndarray of bool, shape (N,)
        Nodes with more gas than the cut lets pass.
    room : ndarray, shape (T,)
        What lines from there carry in each period, and terminals on this side send out, GWh/d.
    back : ndarray, shape (T,)
        What lines carry the other way, GWh/d.
    way : float
        Mean cost of the lines, weighted with what they carry, EUR/MWh.
    """

    beyond: np.ndarray
    room: np.ndarray
    back: np.ndarray
    way: float


def bottleneck(case: Case, inside: np.ndarray) -> Bottleneck | None:
    """The cut that holds gas back from stores when they are filled; ``None`` if all of them can be.

    Parameters
    ----------
    case : Case
        Whose last twelve periods are a year of months.
    inside : ndarray of bool, shape (N,)
        Nodes that pipelines join.
    """
    demand = case.demand.rate.sum(axis=(0, 1))
    year = np.arange(len(demand))[-MONTHS_PER_YEAR:]
    filled = year[demand[year] <= demand[year].mean()]
    days = case.timeline.days[filled]
    can = _by_node(case, case.supply.node, sold(case))
    can = can + _by_node(case, case.lng.terminal_node, case.lng.sendout)
    gas = np.bincount(case.storage.node, case.storage.working_gas, len(case.nodes))
    give = can[:, filled] @ days / days.sum()
    ask = case.demand.rate.sum(axis=1)[:, filled] @ days / days.sum() + gas / days.sum()
    capacity = case.pipelines.capacity[:, filled] @ days / days.sum()
    beyond = inside & _still_giving(case, give * inside, ask * inside, np.maximum(capacity, 0.0))
    stores = case.storage.node[inside[case.storage.node]]
    if not beyond.any() or beyond[stores].all():
        return None
    lines = case.pipelines
    out = beyond[lines.from_node] & inside[lines.to_node] & ~beyond[lines.to_node]
    back = beyond[lines.to_node] & inside[lines.from_node] & ~beyond[lines.from_node]
    here = inside[case.lng.terminal_node] & ~beyond[case.lng.terminal_node]
    carried = capacity[out]
    return Bottleneck(
        beyond=beyond,
        room=lines.capacity[out].sum(axis=0) + case.lng.sendout[here].sum(axis=0),
        back=lines.capacity[back].sum(axis=0),
        way=float(carried @ lines.cost[out].mean(axis=1) / max(float(carried.sum()), 1e-9)),
    )


def evenly(part: Supply | Lng, days: np.ndarray) -> np.ndarray:
    """Rates that a volume over the horizon allows if each period has its part of it, GWh/d, shape (steps, T)."""
    used = (part.use * part.rate) @ days
    share = np.divide(part.volume, used, out=np.ones_like(used), where=used > 0.0)
    return np.asarray(part.rate * np.minimum(share, 1.0)[:, None])


def sold(case: Case) -> np.ndarray:
    """Rates of supply evenly over the horizon, as far as there are buyers who may buy it, GWh/d, shape (steps, T).

    Whoever may not buy a seller's gas may still carry and swap it: what is left is the demand of all who may.
    """
    rate = evenly(case.supply, case.timeline.days).copy()
    if case.origins is None:
        return rate
    demand = case.demand.rate.sum(axis=1)
    for ban, sellers in zip(case.origins.ban, case.origins.suppliers, strict=True):
        hit = np.isin(case.supply.supplier, sellers)
        most = rate[hit].sum(axis=0)
        may = ((1.0 - ban) * demand).sum(axis=0)
        rate[hit] *= np.minimum(np.divide(may, most, out=np.ones_like(most), where=most > 0.0), 1.0)
    return rate


def _by_node(case: Case, node: np.ndarray, rate: np.ndarray) -> np.ndarray:
    found = np.zeros((len(case.nodes), rate.shape[1]))
    np.add.at(found, node, rate)
    return found


def _still_giving(case: Case, give: np.ndarray, ask: np.ndarray, capacity: np.ndarray) -> np.ndarray:
    """Nodes that could give more when the largest flow from what nodes give to what they ask for runs, bool.

    There are none if everything that is asked for is served.
    """
    lines, count = case.pipelines, len(case.nodes)
    nodes, source, sink = np.arange(count), np.full(count, count), np.full(count, count + 1)
    size = np.floor(np.concatenate([capacity, give, ask]) * UNITS_PER_GWH).astype(np.int32)
    start, end = np.concatenate([lines.from_node, source, nodes]), np.concatenate([lines.to_node, nodes, sink])
    graph = sparse.coo_array((size, (start, end)), shape=(count + 2, count + 2)).tocsr()
    best = sparse.csgraph.maximum_flow(graph, count, count + 1)
    if best.flow_value >= int(size[-count:].sum()) - count:  # all is served, but for the rounding
        return np.zeros(count, dtype=bool)
    left = graph - best.flow
    left.data = np.maximum(left.data, 0)
    left.eliminate_zeros()
    found = np.zeros(count + 2, dtype=bool)
    found[sparse.csgraph.breadth_first_order(left, count, return_predecessors=False)] = True
    return found[:count]
