"""What markets outside every solidarity group keep, as the measures of a scenario leave it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from energy_model.scenario.case import Case, Contracts
from energy_model.scenario.take_or_pay import deliverable
from energy_model.units import DAYS_PER_YEAR


def with_kept(case: Case, before: Case) -> Case:
    """The case with what its markets outside every group keep, as measures leave it.

    A contract counts for what the seller offers and the way carries of it; LNG as far as terminals take it in, and less
    where exporters offer less, or Europe attracts less, than in the year in which it was bought. Together they keep no
    more LNG than arrives whatever the price does.

    Parameters
    ----------
    before : Case
        The same world before measures.
    """
    part = case.solidarity
    if part is None:
        return case
    kept = _production(case) + _lng(case) + _contracts(case, before)
    return replace(case, solidarity=replace(part, kept=kept, kept_stock=_stock(case)))


def needed_by_order(case: Case, slice_width: np.ndarray) -> np.ndarray:
    """Most that can be cut in each of these markets without taking what it keeps, GWh/d, shape (own nodes, T).

    Parameters
    ----------
    slice_width : ndarray, shape (markets, slices, T)
        Demand that does not leave at a price, GWh/d.
    """
    part = case.solidarity
    assert part is not None, "only such a case keeps anything"
    total = np.zeros((len(case.nodes), len(case.timeline)))
    total[case.is_market] = slice_width.sum(axis=1)
    return np.asarray(np.maximum(total[part.node] - part.kept, 0.0))


def _production(case: Case) -> np.ndarray:
    """What is produced at each node, no faster than its volume over the horizon allows, shape (own nodes, T)."""
    assert case.solidarity is not None
    supply, days = case.supply, case.timeline.days
    whole = supply.rate @ days
    share = np.divide(supply.volume, whole, out=np.ones_like(whole), where=whole > 0.0)
    rate = supply.rate * np.minimum(share, 1.0)[:, None]
    return np.array([rate[supply.node == n].sum(axis=0) for n in case.solidarity.node]).reshape(-1, len(days))


def _lng(case: Case) -> np.ndarray:
    assert case.solidarity is not None
    part, lng, line = case.solidarity, case.lng, case.timeline
    room = np.array([lng.sendout[lng.terminal_node == n].sum(axis=0) for n in part.node]).reshape(part.lng.shape)
    whole = lng.rate if lng.offered is None else lng.offered
    now, then = lng.rate.sum(axis=0), whole.sum(axis=0)
    offered = np.minimum(np.divide(now, then, out=np.ones_like(then), where=then > 0.0), 1.0)
    attracted, days = float(np.sum(lng.europe_limit)), float(line.days.sum())
    usual = part.lng_of_year * days / DAYS_PER_YEAR
    share = min(attracted / usual, 1.0) if usual > 0.0 else 1.0
    kept = np.minimum(part.lng * offered * share, room)
    together = kept.sum(axis=0)
    comes = np.divide(_arrives(case, now, then), together, out=np.ones_like(together), where=together > 0.0)
    return np.asarray(kept * np.minimum(comes, 1.0))


def _arrives(case: Case, now: np.ndarray, then: np.ndarray) -> np.ndarray:
    """LNG that comes to all markets whatever the price does, GWh/d, shape (T,).

    In a world market all that is lost may be lost here; what buyers elsewhere leave is the market's, which shares it.

    Parameters
    ----------
    now, then : ndarray, shape (T,)
        What exporters offer, and what they offered before measures, GWh/d.
    """
    line = case.timeline
    expected = line.monthly(case.lng.europe_limit / line.month_days.sum(axis=1))
    if case.lng_world is None:
        return np.asarray(np.minimum(expected, now))
    return np.asarray(np.maximum(expected - np.maximum(then - now, 0.0), 0.0))


def _contracts(case: Case, before: Case) -> np.ndarray:
    assert case.solidarity is not None
    part = case.solidarity
    if part.bought is None or not len(part.bought):
        return np.zeros(part.lng.shape)
    none = np.zeros(len(part.seller))
    own = Contracts(part.contract, part.deliveries, part.seller, floor=none, price=none, ways=part.ways)
    share = deliverable(replace(case, contracts=own), before)
    left = part.bought.copy()
    demand = case.demand.rate.sum(axis=1)[part.node]
    for one in case.contracts.denials:
        hit = np.isin(part.seller, one.suppliers)
        together = left[hit].sum(axis=0)
        rest = np.divide(one.remaining_share * demand, together, out=np.ones_like(demand), where=together > 0.0)
        left[hit] *= 1.0 - one.strength[part.node] * (1.0 - np.minimum(rest, 1.0))
    return np.asarray((left * share[:, None, :]).sum(axis=0))


def _stock(case: Case) -> np.ndarray:
    """Gas in store when the horizon begins, above what targets ask for at its end, shape (own nodes,)."""
    assert case.solidarity is not None
    stock = case.storage
    asked = np.zeros(len(stock.id))
    for target in stock.targets:
        if target.kind == "end_level":
            mine = list(target.storages)
            asked[mine] = np.maximum(asked[mine], target.level_gwh * _parts(stock.working_gas[mine]))
    free = np.maximum(stock.initial - asked, 0.0)
    return np.array([free[stock.node == n].sum() for n in case.solidarity.node])


def _parts(size: np.ndarray) -> np.ndarray:
    return np.asarray(size / size.sum() if size.sum() > 0.0 else np.ones(len(size)) / max(len(size), 1))
