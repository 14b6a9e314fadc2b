"""What gas of a lower calorific value is worth in store beyond what any gas is worth.

Who burns low-calorific gas burns nothing else. Fields and conversion make a steady amount of it, and winters take what
is in store. A table of one quality does not see that, and empties such stores as if conversion could follow the cold.
Here the same stores have a table of their own: the market is what has to be low-calorific, and an offer costs what it
costs more than gas of any quality, as conversion, which adds no cost, and the reduction and curtailment of those who
burn it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from energy_model.model.demand import grouped_voluntary_width, slice_table, slice_width, voluntary_groups
from energy_model.plan.banned import evenly
from energy_model.plan.stock_value import Chances, StockValues, Stores, exchange_cost, stock_values
from energy_model.scenario.case import Case
from energy_model.scenario.low_calorific import HOUSEHOLD_TYPE

LEVELS = 41
"""Levels that the table knows, empty and full included."""
BEYOND_EUR_PER_MWH = 1e5
"""Price of what nothing covers, as in the table of all gas."""


@dataclass(frozen=True)
class Quality:
    """The value of low-calorific gas in store beyond that of any gas.

    Attributes
    ----------
    stores : ndarray of int
        Stores that hold some.
    share : ndarray, shape (len(stores),)
        Share of the gas in each of them that is low-calorific.
    table : StockValues
        Of all of them as one.
    """

    stores: np.ndarray
    share: np.ndarray
    table: StockValues = field(repr=False)

    def values(self, month: int) -> np.ndarray:
        """What a MWh is worth more at the beginning of a month, EUR/MWh, from empty to full, shape (steps,)."""
        return self.table.slopes(month, np.ones(1))


def quality(
    case: Case, demands: np.ndarray, weather: np.ndarray, price_eur_per_mwh: float, repeated: int
) -> Quality | None:
    """The table of low-calorific gas; ``None`` where a case has no such gas in store.

    Parameters
    ----------
    case : Case
        The months ahead.
    demands : ndarray, shape (W, N, J, T)
        Demand of the months in each weather, GWh/d.
    weather : ndarray, shape (W,)
        Probability of each weather.
    price_eur_per_mwh : float
        What gas of any quality is worth: reduction that is cheaper is made anyway, and what is dearer costs that less.
    repeated : int
        Months at the end that repeat themselves for ever.
    """
    part, stock = case.low_calorific, case.storage
    if part is None:
        return None
    by_node = np.zeros(len(case.nodes))
    by_node[part.node] = part.stored_share
    share = by_node[stock.node]
    mine = np.flatnonzero(share * stock.working_gas > 0.0)
    if not mine.size:
        return None
    stores = _stores(case, mine, share[mine])
    made = _made(case)
    gain = (np.arange(2 * LEVELS - 1) - (LEVELS - 1)) * stores.step
    moved = np.where(gain > 0.0, gain / (1.0 - stock.cycle_loss_share), gain)
    moves = np.empty((len(case.timeline), len(demands), 1, len(gain)))
    for w, rate in enumerate(demands):
        own = case.with_("demand", rate=rate)
        need = part.need(case.demand.sectors, rate).sum(axis=0) * case.timeline.days
        price, width = _relief(own, price_eur_per_mwh)
        for t, days in enumerate(case.timeline.days):
            offered = np.append(width[:, t], made[t]) * days
            moves[t, w, 0] = exchange_cost(need[t], np.append(price, 0.0), offered, moved, BEYOND_EUR_PER_MWH)
    return Quality(mine, share[mine], stock_values(moves, stores, Chances(weather, np.ones(1)), repeated))


def _stores(case: Case, mine: np.ndarray, share: np.ndarray) -> Stores:
    """The low-calorific part of the stores, all of them filled alike."""
    stock, days = case.storage, case.timeline.days
    gas = float(share @ stock.working_gas[mine])
    filling = np.linspace(0.0, 1.0, LEVELS)
    most = {}
    for kind, rate in (("injection", stock.injection), ("withdrawal", stock.withdrawal)):
        total = np.zeros((len(days), LEVELS))
        for s, part in zip(mine.tolist(), share.tolist(), strict=True):
            total += part * np.outer(rate[s] * days, stock.rate_share(s, kind, filling))
        most[kind] = total
    none = np.zeros(len(days))
    return Stores(
        filling * gas, most["injection"] * (1.0 - stock.cycle_loss_share), most["withdrawal"], none, none, none
    )


def _made(case: Case) -> np.ndarray:
    """Low-calorific gas from fields and conversion, GWh/d, shape (T,)."""
    part = case.low_calorific
    assert part is not None
    rate, made = evenly(case.supply, case.timeline.days), part.conversion.sum(axis=0)
    for node, share in zip(part.node, part.produced_share, strict=True):
        made = made + share * rate[case.supply.node == node].sum(axis=0)
    return np.asarray(made)


def _relief(case: Case, price_eur_per_mwh: float) -> tuple[np.ndarray, np.ndarray]:
    """What those who burn it give up: cost beyond the price of gas (steps,), and its size (steps, T), GWh/d."""
    part = case.low_calorific
    assert part is not None
    markets = np.flatnonzero(case.is_market)
    at = np.searchsorted(markets, part.node)
    prices, _ = voluntary_groups(case.demand)
    slices = slice_table(case.demand)
    household = np.isin(np.array(case.demand.sectors), HOUSEHOLD_TYPE)
    reduces = case.demand.voluntary_share * household[case.demand.voluntary_sector][:, None]
    answer = grouped_voluntary_width(case.with_("demand", voluntary_share=reduces))[at]
    cut = slice_width(case)[at][:, household[case.demand.tier_sector[slices.tier]]]
    width = np.concatenate([answer, cut], axis=1)
    cost = np.concatenate([prices, slices.cost[household[case.demand.tier_sector[slices.tier]]]])
    return np.maximum(cost - price_eur_per_mwh, 0.0), (part.household_share[:, None, :] * width).sum(axis=0)
