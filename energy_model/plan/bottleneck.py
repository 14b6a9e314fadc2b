"""Where the network holds gas back: the places that could bring more than they need and than their lines carry away.

Stores share one table of values as long as gas reaches them alike. When all of them are to be filled in the months of
little demand, the largest flow of the network says where that fails: its smallest cut parts the places that still have
gas to give, with the sea that their ships come over, from those that have not. Only lines and terminals join the two.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from energy_model.plan.banned import evenly
from energy_model.plan.largest_flow import largest_flow
from energy_model.scenario.case import Case

MONTHS_PER_YEAR = 12


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
    can = _by_node(case, case.supply.node, evenly(case.supply, case.timeline.days))
    can = can + _by_node(case, case.lng.terminal_node, case.lng.sendout)
    gas = np.bincount(case.storage.node, case.storage.working_gas, len(case.nodes))
    give = can[:, filled] @ days / days.sum()
    ask = case.demand.rate.sum(axis=1)[:, filled] @ days / days.sum() + gas / days.sum()
    capacity = case.pipelines.capacity[:, filled] @ days / days.sum()
    best = largest_flow(case.pipelines, capacity, give * inside, ask * inside)
    beyond = inside & best.before_cut
    stores = case.storage.node[inside[case.storage.node]]
    if best.serves_all or not beyond.any() or beyond[stores].all():
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


def _by_node(case: Case, node: np.ndarray, rate: np.ndarray) -> np.ndarray:
    found = np.zeros((len(case.nodes), rate.shape[1]))
    np.add.at(found, node, rate)
    return found
