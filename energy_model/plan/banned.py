"""Gas that not everybody may buy: how much of it reaches a buyer, and which demand nothing else serves.

A table of values knows one market without a network. Gas that some countries ban is no part of such a market: what is
sold of it is bounded by those who may buy it and by the lines that may carry it to them. The largest flow of the gas,
from where it enters to its buyers, says how much that is, and its smallest cut says more. Buyers before the cut are
served in full while gas is left over: what they save frees nothing that anybody else may have. They and the gas that
serves them stand apart. Buyers behind the cut, whom full lines or a lack of the gas keep from more, stay in the market.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from energy_model.plan.largest_flow import largest_flow
from energy_model.scenario.case import Case, Lng, Supply
from energy_model.scenario.origin import Limits, limits_of

WHOLE = 1e-9


@dataclass(frozen=True)
class OpenMarket:
    """A case without the demand that only banned gas serves.

    Attributes
    ----------
    case : Case
        Banned gas is offered as far as it finds other buyers; the demand is what is open.
    open_share : ndarray, shape (N, T)
        Share of each node's demand that any gas may serve.
    """

    case: Case
    open_share: np.ndarray

    def of(self, demands: np.ndarray) -> np.ndarray:
        """The open part of demands, shape (W, N, J, T)."""
        return np.asarray(demands * self.open_share[None, :, None, :])


def open_market(case: Case) -> OpenMarket:
    """The market that is left when gas is told by its seller; the case itself if no measure asks that."""
    limits = limits_of(case)
    asked = case.demand.rate.sum(axis=1)
    if limits is None:
        return OpenMarket(case, np.ones_like(asked))
    rate, apart = evenly(case.supply, case.timeline.days), np.zeros_like(asked)
    for book in range(len(limits.name)):
        steps = np.isin(case.supply.supplier, limits.suppliers[book])
        for t in np.flatnonzero(limits.in_force[book]) if steps.any() else ():
            rate[steps, t], alone = _sold(case, limits, (book, int(t)), rate[:, t], asked[:, t] - apart[:, t])
            apart[:, t] += alone
    part = 1.0 - np.divide(np.minimum(apart, asked), asked, out=np.zeros_like(asked), where=asked > 0.0)
    volume = (case.supply.use * rate) @ case.timeline.days
    left = case.with_("supply", rate=rate, volume=volume).with_("demand", rate=case.demand.rate * part[:, None, :])
    return OpenMarket(left, part)


def _sold(
    case: Case, limits: Limits, at: tuple[int, int], rate: np.ndarray, asked: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Rates of the steps of a gas that the market gets of it, and what buyers apart burn of it, GWh/d.

    Parameters
    ----------
    at : (int, int)
        Bookkeeping and period.
    rate : ndarray, shape (steps,)
        Of all steps of supply, GWh/d.
    asked : ndarray, shape (N,)
        Demand, GWh/d.
    """
    book, t = at
    steps = np.isin(case.supply.supplier, limits.suppliers[book])
    node, mine = case.supply.node[steps], rate[steps]
    give = np.bincount(node, mine, len(asked))
    may, uses = limits.buying[book, :, t], limits.resale[book, :, t] == 0.0
    lines = np.minimum(case.pipelines.capacity[:, t], limits.carried[book, :, t])
    found = largest_flow(case.pipelines, lines, give, np.where(uses, np.minimum(may, asked), may))
    alone = np.where(found.before_cut & uses, found.served, 0.0)
    here = found.before_cut[node]
    beyond = float(found.given.sum() - give[~found.before_cut].sum() - alone.sum())
    share = max(beyond, 0.0) / max(float(mine[here].sum()), WHOLE)
    return np.where(here, mine * min(share, 1.0), mine), alone


def evenly(part: Supply | Lng, days: np.ndarray) -> np.ndarray:
    """Rates that a volume over the horizon allows if each period has its part of it, GWh/d, shape (steps, T)."""
    used = (part.use * part.rate) @ days
    share = np.divide(part.volume, used, out=np.ones_like(used), where=used > 0.0)
    return np.asarray(part.rate * np.minimum(share, 1.0)[:, None])
