"""What buyers owe under take-or-pay: pro rata of what the seller could deliver and the way could carry.

A floor is spread over the horizon as the seller's rates are. In a period in which the seller offers half, or its way to
the delivery point carries half, half is owed. Whoever refuses gas that could have come owes it, whatever the wording of
the refusal: a ban at the border and a ban by origin lead to one bill. Who is denied gas by the seller, as under a
retaliation, owes no more than what the seller leaves him.
"""

from __future__ import annotations

from collections import deque
from functools import lru_cache

import numpy as np

from energy_model.scenario.case import Case, Contracts, Pipelines

ROUNDING = 1e-12
"""Share of the largest capacity below which an arc counts as full."""


def with_floors(case: Case, before: Case) -> Case:
    """The case with take-or-pay as its measures leave it.

    Parameters
    ----------
    before : Case
        The same world before measures: what sellers offered and pipelines carried.
    """
    contracts = case.contracts
    if contracts.owed is None:
        return case
    owed = np.minimum(_not_denied(case) * deliverable(case, before), _capacity(case.pipelines, contracts))
    return case.with_("contracts", floor=owed @ case.timeline.days)


def deliverable(case: Case, before: Case) -> np.ndarray:
    """Share of each contract that the seller offers and the way carries, at most 1, shape (C, T).

    Parameters
    ----------
    before : Case
        The same world before measures.
    """
    sellers = case.contracts.supplier
    share = [np.minimum(_offered(case, str(seller)), _carried(case, before, c)) for c, seller in enumerate(sellers)]
    return np.array(share).reshape(len(sellers), len(case.timeline))


def technical(lines: Pipelines) -> np.ndarray:
    """What pipelines could carry if nobody refused gas, GWh/d, shape (P, T)."""
    return lines.capacity if lines.technical is None else lines.technical


def _capacity(lines: Pipelines, contracts: Contracts) -> np.ndarray:
    """Technical capacity of the delivery points, GWh/d, shape (C, T)."""
    rates = technical(lines)
    return np.array([rates[list(group)].sum(axis=0) for group in contracts.pipelines]).reshape(-1, rates.shape[1])


def _not_denied(case: Case) -> np.ndarray:
    """What is owed for gas that the seller does not deny the buyer, GWh/d, shape (C, T)."""
    contracts = case.contracts
    owed, of_buyers = np.asarray(contracts.owed), contracts.owed_in
    if of_buyers is None or not contracts.denials:
        return owed
    left, demand = of_buyers.copy(), case.demand.rate.sum(axis=1)
    for one in contracts.denials:
        hit = np.isin(contracts.supplier, one.suppliers)
        together = left[hit].sum(axis=0)
        share = np.divide(one.remaining_share * demand, together, out=np.ones_like(demand), where=together > 0.0)
        left[hit] *= 1.0 - one.strength * (1.0 - np.minimum(share, 1.0))
    return np.asarray(np.maximum(owed - (of_buyers - left).sum(axis=1), 0.0))


def _offered(case: Case, supplier: str) -> np.ndarray:
    """Share of what a supplier would offer that it offers, at most 1, shape (T,)."""
    supply = case.supply
    hit = supply.supplier == supplier
    whole = supply.rate if supply.offered is None else supply.offered
    offered, would = supply.rate[hit].sum(axis=0), whole[hit].sum(axis=0)
    return np.asarray(np.minimum(np.divide(offered, would, out=np.ones_like(would), where=would > 0.0), 1.0))


def _carried(case: Case, before: Case, contract: int) -> np.ndarray:
    """Share of what the way to a delivery point could carry that it can carry, at most 1, shape (T,).

    The way is every pipeline that was built for the seller's gas; a detour over the grids of other countries is none.
    """
    now, then = technical(case.pipelines), technical(before.pipelines)
    way = list(case.contracts.ways[contract])
    share = np.ones(now.shape[1])
    less = np.flatnonzero((now[way] < then[way]).any(axis=0))
    if not less.size:
        return share
    states, state = np.unique(np.vstack([now[way][:, less], then[way][:, less]]), axis=1, return_inverse=True)
    of_state = np.ones(states.shape[1])
    for k, column in enumerate(states.T):
        can, could = (_most(case, contract, rates) for rates in np.split(column, 2))
        of_state[k] = min(can / could, 1.0) if could > 0.0 else 0.0
    share[less] = of_state[state.ravel()]
    return share


def _most(case: Case, contract: int, capacity: np.ndarray) -> float:
    """Most gas that can come from the seller to the delivery point over its way of some capacities, GWh/d."""
    contracts, lines = case.contracts, case.pipelines
    supply = case.supply
    delivery = set(contracts.pipelines[contract])
    source, sink = len(case.nodes), len(case.nodes) + 1
    homes = np.unique(supply.node[supply.supplier == contracts.supplier[contract]]).tolist()
    way = contracts.ways[contract]
    start = [source] * len(homes) + [int(lines.from_node[p]) for p in way]
    end = [*homes, *(sink if p in delivery else int(lines.to_node[p]) for p in way)]
    size = [float(capacity.sum())] * len(homes) + capacity.tolist()
    return maximum_flow(tuple(zip(start, end, size, strict=True)), source, sink)


@lru_cache(maxsize=10_000)  # scenarios that follow each other ask for the same ones over and over
def maximum_flow(arcs: tuple[tuple[int, int, float], ...], source: int, sink: int) -> float:
    """Most that can flow from a source to a sink over arcs ``(from, to, capacity)``, by shortest augmenting paths.

    A way has a dozen arcs: the graph routines of scipy take longer to import than all ways of a library to solve.
    """
    room: dict[int, dict[int, float]] = {source: {}, sink: {}}
    for begin, end, size in arcs:
        room.setdefault(begin, {})[end] = room.get(begin, {}).get(end, 0.0) + size
        room.setdefault(end, {}).setdefault(begin, 0.0)
    least = ROUNDING * max((size for ends in room.values() for size in ends.values()), default=0.0)
    total = 0.0
    while True:
        before = {source: source}
        queue = deque([source])
        while queue and sink not in before:
            here = queue.popleft()
            for there, size in room[here].items():
                if size > least and there not in before:
                    before[there] = here
                    queue.append(there)
        if sink not in before:
            return total
        path = [sink]
        while path[-1] != source:
            path.append(before[path[-1]])
        steps = list(zip(path[1:], path[:-1], strict=True))
        most = min(room[begin][end] for begin, end in steps)
        for begin, end in steps:
            room[begin][end] -= most
            room[end][begin] += most
        total += most
