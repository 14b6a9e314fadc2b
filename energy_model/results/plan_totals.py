"""Totals of a plan from its arrays, for those who solve many plans and need but a few numbers of each.

:mod:`energy_model.results.statistics` answers the same from tables, by any grouping; a test holds the two together.
"""

from __future__ import annotations

import numpy as np

from energy_model.plan.foresight import Solved
from energy_model.plan.sharing import is_protected_slice
from energy_model.scenario.case import Case


def curtailed_gwh(
    case: Case, curtailment: np.ndarray, protected: bool | None = None, days: np.ndarray | None = None
) -> np.ndarray:
    """Curtailment of each market over the horizon, GWh, shape (markets,).

    Parameters
    ----------
    curtailment : ndarray
        Values of the column ``curtailment``, GWh/d.
    protected : bool, optional
        Protected customers alone, or the others alone; default is all.
    days : ndarray, optional
        Gas days of each period that count; default is all.
    """
    if protected is not None:
        curtailment = curtailment[:, is_protected_slice(case) == protected]
    return np.asarray(curtailment.sum(axis=1) @ (case.timeline.days if days is None else days))


def reduced_gwh(case: Case, voluntary: np.ndarray, days: np.ndarray | None = None) -> np.ndarray:
    """Demand of each market that leaves at a price over the horizon, GWh, shape (markets,).

    Parameters
    ----------
    voluntary : ndarray
        Values of the column ``voluntary``, GWh/d.
    days : ndarray, optional
        Gas days of each period that count; default is all.
    """
    return np.asarray(voluntary.sum(axis=1) @ (case.timeline.days if days is None else days))


def sent_out_gwh(case: Case, sendout: np.ndarray, nodes: np.ndarray) -> float:
    """Gas that the terminals of some nodes send out over the horizon, GWh.

    Parameters
    ----------
    sendout : ndarray, shape (terminals, T)
        Values of the column ``sendout``, GWh/d.
    nodes : ndarray of bool, shape (N,)
    """
    return float((sendout[nodes[case.lng.terminal_node]] @ case.timeline.days).sum())


def stored_gwh(case: Case, level: np.ndarray, nodes: np.ndarray) -> np.ndarray:
    """Gas in the stores of some nodes (bool) at the boundaries between periods, GWh, shape (T+1,)."""
    return np.asarray(level[nodes[case.storage.node]].sum(axis=0))


def mean_price(case: Case, price: np.ndarray, nodes: np.ndarray, days: np.ndarray | None = None) -> float:
    """Mean price at some nodes (bool), weighted with demand, EUR/MWh; 0 where nobody buys.

    Parameters
    ----------
    price : ndarray
        Shadow price by node and period, EUR/MWh, shape (N, T).
    days : ndarray, optional
        Gas days of each period that count; default is all.
    """
    demand = case.demand.rate[nodes].sum(axis=1) * (case.timeline.days if days is None else days)
    return float(np.average(price[nodes], weights=demand)) if demand.sum() > 0.0 else 0.0


def served(solved: Solved) -> np.ndarray:
    """Demand less what is given up for its price and what is cut, GWh/d, shape (N, T)."""
    case, values = solved.case, solved.values
    rate = case.demand.rate.sum(axis=1).copy()
    rate[case.is_market] -= values["voluntary"].sum(axis=1) + values["curtailment"].sum(axis=1)
    return np.asarray(np.maximum(rate, 0.0))
