"""What a zone that trades with another one offers its own stores, where its lines cannot bring all it may need.

Stores of a neighbour buy and sell at the price of the main zone, less the way. That is so while lines, terminals and
its own gas cover its demand in every month and weather. Where they do not, the neighbour has a market of its own: what
it makes, burns, reduces and cuts, with the main zone as a buyer and a seller as far as the lines carry.
"""

from __future__ import annotations

import numpy as np

from energy_model.plan.banned import evenly
from energy_model.plan.merit_order import NOTHING_LEARNED, Learned, Offers, side
from energy_model.scenario.case import Case


def lacks_lines(case: Case, nodes: np.ndarray, demands: np.ndarray) -> bool:
    """Whether demand may exceed what some nodes make and what can be brought to them, in a month of some weather.

    Parameters
    ----------
    nodes : ndarray of bool, shape (N,)
    demands : ndarray, shape (W, N, J, T)
        GWh/d.
    """
    made = evenly(case.supply, case.timeline.days)[nodes[case.supply.node]].sum(axis=0)
    asked = demands[:, nodes].sum(axis=(1, 2))
    return bool((asked > made + _rooms(case, nodes)[0]).any())


def trading_offers(
    case: Case,
    nodes: np.ndarray,
    demands: np.ndarray,
    price: np.ndarray,
    way: float,
    learned: Learned = NOTHING_LEARNED,
) -> Offers:
    """What a neighbour offers its stores: its own market, and the main zone as far as the lines carry.

    Parameters
    ----------
    nodes : ndarray of bool, shape (N,)
        Of the neighbour.
    price : ndarray, shape (months, L)
        Of the main zone, EUR/MWh.
    way : float
        Cost of the way to it and from it, EUR/MWh.
    """
    shape = (len(case.timeline), len(demands), price.shape[1])
    into, out = (room * case.timeline.days for room in _rooms(case, nodes))
    sold = np.broadcast_to(out[:, None, None], shape)
    bought = np.broadcast_to(into[:, None, None], shape)
    main = Offers(sold, np.stack([price + way, price - way], axis=2), np.stack([bought, sold], axis=3))
    return side(case, nodes, demands, shape, learned).and_(main)


def _rooms(case: Case, nodes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What lines and terminals can bring to some nodes, and what lines can take away, GWh/d, shapes (T,)."""
    lines = case.pipelines
    into, out = nodes[lines.to_node] & ~nodes[lines.from_node], nodes[lines.from_node] & ~nodes[lines.to_node]
    landed = case.lng.sendout[nodes[case.lng.terminal_node]].sum(axis=0)
    return lines.capacity[into].sum(axis=0) + landed, lines.capacity[out].sum(axis=0)
