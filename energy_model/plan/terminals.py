"""Dispatch of LNG terminals pro rata to spare capacity, which least cost leaves open."""

from __future__ import annotations

import numpy as np

from energy_model.scenario.case import Lng


def pro_rata(sendout: np.ndarray, lng: Lng) -> np.ndarray:
    """The same send-out of each market, dispatched to its terminals pro rata to spare capacity.

    All terminals of a market cost the same and feed the same node, so that every division of its send-out is an
    optimum, and a solver takes the one its path leads to. This one depends on nothing but the market's total: each
    terminal sends out what it must and, of the rest, a part as large as its capacity above that.

    Parameters
    ----------
    sendout : ndarray
        An optimum's send-out, GWh/d, shape (terminals, periods).
    lng : Lng
        Terminals with their markets, capacities and minima.

    Returns
    -------
    ndarray
        Same shape and unit. Where a market has no room at all, what was given.
    """
    market = lng.terminal_node[:, None] == lng.terminal_node[None, :]
    room = lng.sendout - lng.sendout_minimum
    rest = market @ (sendout - lng.sendout_minimum)
    shared = market @ room
    used = np.divide(rest, shared, out=np.zeros_like(rest), where=shared > 0.0)
    return np.where(shared > 0.0, lng.sendout_minimum + room * used, sendout)
