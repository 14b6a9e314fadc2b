r"""The minimum cut around a shortage: which places are full, and the value of one more GWh a day there.

The zone of a short node X is every node from which one more GWh could still reach X in the period. Gas can be brought
from u to v if a pipeline u to v has room, or if gas that flows from v to u can be kept back; LNG can be brought from
one market to another if terminal, ship and quay leave room. All that could bring gas into the zone is then full: the
pipelines into it, its suppliers, its terminals, its stores. These places are a cut, and the balance of the zone says
so in numbers:

.. math:: \sum_{n \in Z} served_n + outflow + injection = \sum_{c \in cut} used_c

Where gas is kept not by a rate but by a volume (a supplier's year, what Europe attracts as LNG, gas in store), the
place is that volume and its capacity is what the plan takes of it in the period.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import breadth_first_order

from energy_model.errors import ResultError
from energy_model.plan.foresight import Solved
from energy_model.results.plan_totals import served
from energy_model.scenario.case import Case

ROOM_GWH_PER_DAY = 1e-5
"""Less room than this is rounding of the solver: the place is full."""
WORTH_EUR_PER_MWH = 1e-3
"""Smaller duals are rounding."""
BALANCE_TOLERANCE = 1e-5
"""Largest gap of a zone's balance, as a share of what it uses (at least 1 GWh/d)."""

PIPELINE, TERMINAL, STORE, PRODUCTION, VOLUME = "pipeline", "LNG terminal", "storage", "production", "volume"


@dataclass(frozen=True)
class Place:
    """One piece of the ring.

    Attributes
    ----------
    kind : str
        ``pipeline``, ``LNG terminal``, ``storage``, ``production`` (a rate), or ``volume`` (gas over the horizon).
    variable, index : str, int
        Column block and position of what enters the zone here.
    node : int
        Node in the zone at which the gas enters.
    used_gwh_per_day : float
        Gas that enters the zone here in the period.
    worth_eur_per_mwh : float
        Fall of total cost per further MWh: the place's own dual, or that of the volume.
    """

    kind: str
    variable: str
    index: int
    node: int
    used_gwh_per_day: float
    worth_eur_per_mwh: float


@dataclass(frozen=True)
class Ring:
    """The zone of a node in one period (0-based), and the places that close it."""

    period: int
    zone: np.ndarray  # (N,) bool
    places: tuple[Place, ...]
    outflow_gwh_per_day: float
    injection_gwh_per_day: float

    @property
    def binding(self) -> list[Place]:
        """Places where more would help, most valuable first."""
        worth = [place for place in self.places if place.worth_eur_per_mwh > WORTH_EUR_PER_MWH]
        return sorted(worth, key=lambda place: (-place.worth_eur_per_mwh, place.variable, place.index))


def ring(solved: Solved, node: int, period: int) -> Ring:
    """The zone of a node and its cut.

    Raises
    ------
    ResultError
        If the balance of the zone does not close.
    """
    zone = reach(solved, node, period)
    places = tuple(_places(solved, zone, period))
    lines, stock = solved.case.pipelines, solved.case.storage
    leaves = zone[lines.from_node] & ~zone[lines.to_node]
    outflow = float(solved.values["flow"][leaves, period].sum())
    injection = float(solved.values["injection"][zone[stock.node], period].sum())
    found = Ring(period, zone, places, outflow, injection)
    _check(solved, found)
    return found


def curtailed(solved: Solved) -> np.ndarray:
    """Curtailment, GWh/d, shape (markets, T)."""
    total: np.ndarray = solved.values["curtailment"].sum(axis=1)
    return total


def reach(solved: Solved, node: int, period: int) -> np.ndarray:
    """Nodes from which one more GWh could still reach ``node``; shape (N,) bool."""
    case = solved.case
    arcs = np.array(list(_arcs(solved, period)), dtype=int).reshape(-1, 2)
    size = int(max(len(case.nodes) - 1, arcs.max(initial=0))) + 1
    backwards = sparse.csr_array((np.ones(len(arcs)), (arcs[:, 1], arcs[:, 0])), shape=(size, size))
    found = breadth_first_order(backwards, node, return_predecessors=False)
    inside = np.zeros(size, dtype=bool)
    inside[found] = True
    return inside[: len(case.nodes)]


def _arcs(solved: Solved, t: int) -> Iterator[tuple[int, int]]:
    """Pairs (from, to) over which one more GWh could go, by pipeline or by ship, new or kept back."""
    case, values = solved.case, solved.values
    lines, lng, count = case.pipelines, case.lng, len(case.nodes)
    flow = values["flow"][:, t]
    for p in np.flatnonzero(flow < lines.capacity[:, t] - ROOM_GWH_PER_DAY):
        yield lines.from_node[p], lines.to_node[p]
    for p in np.flatnonzero(flow > lines.minimum[:, t] + ROOM_GWH_PER_DAY):
        yield lines.to_node[p], lines.from_node[p]
    sent = values["sendout"][:, t]
    tanks = lng.terminal_node + count
    for q in np.flatnonzero(sent < lng.sendout[:, t] - ROOM_GWH_PER_DAY):
        yield tanks[q], lng.terminal_node[q]
    for q in np.flatnonzero(sent > lng.sendout_minimum[:, t] + ROOM_GWH_PER_DAY):
        yield lng.terminal_node[q], tanks[q]
    quays = {name: 2 * count + k for k, name in enumerate(sorted(set(lng.exporter.tolist())))}
    market = 2 * count + len(quays)
    cargo = values["cargo"][:, t]
    for a, (exporter, landing) in enumerate(zip(lng.route_exporter.tolist(), lng.route_node, strict=True)):
        if cargo[a] < lng.route_open[a, t] - ROOM_GWH_PER_DAY:
            yield quays[exporter], landing + count
        if cargo[a] > ROOM_GWH_PER_DAY:
            yield landing + count, quays[exporter]
    taken = values["lng_supply"][:, t]
    worth = volume_worth(solved, "lng_limit") * lng.use[:, t] + ability_worth(solved, t)
    spare = (taken < lng.rate[:, t] - ROOM_GWH_PER_DAY) & (worth <= WORTH_EUR_PER_MWH)
    for e, exporter in enumerate(lng.exporter.tolist()):
        if taken[e] > ROOM_GWH_PER_DAY:
            yield quays[exporter], market
        if spare[e]:
            yield market, quays[exporter]


def volume_worth(solved: Solved, rows: str) -> np.ndarray:
    """What one more MWh of a volume saves, EUR/MWh, in the shape of the rows; zero where the volume does not bind."""
    return np.asarray(np.maximum(0.0, -np.atleast_1d(solved.duals[rows])))


def step_worth(solved: Solved, t: int) -> np.ndarray:
    """What one more MWh of each supply step in a period saves, EUR/MWh, shape (K,); 0 where no volume binds."""
    return np.asarray(volume_worth(solved, "supply_limit") * solved.case.supply.use[:, t])


def _places(solved: Solved, zone: np.ndarray, t: int) -> Iterator[Place]:
    case, values, days = solved.case, solved.values, solved.case.timeline.days[t]
    own = {name: np.maximum(0.0, -solved.reduced_costs[name][:, t] / days) for name in ("flow", "sendout", "supply")}
    lines, has_gas = case.pipelines, _nodes_with_gas(case, t)
    for p in np.flatnonzero(zone[lines.to_node] & ~zone[lines.from_node]):
        kept = 1.0 - lines.loss_share[p]
        worth = own["flow"][p] / kept if has_gas[lines.from_node[p]] else 0.0  # a wider pipe from there brings nothing
        yield Place(PIPELINE, "flow", int(p), int(lines.to_node[p]), values["flow"][p, t] * kept, worth)
    volumes = step_worth(solved, t)
    for k in np.flatnonzero(zone[case.supply.node]):
        used = values["supply"][k, t]
        full = used >= case.supply.rate[k, t] - ROOM_GWH_PER_DAY
        kind, worth = (PRODUCTION, own["supply"][k]) if full else (VOLUME, volumes[k])
        yield Place(kind, "supply", int(k), int(case.supply.node[k]), used, worth)
    yield from _ships(solved, zone, own["sendout"], t)
    yield from _stores(solved, zone, t)


def _nodes_with_gas(case: Case, t: int) -> np.ndarray:
    """Nodes at which gas enters in a period, or which a pipeline joins to one; the price of others means nothing."""
    lines, count = case.pipelines, len(case.nodes)
    enters = np.concatenate(
        [
            case.supply.node[case.supply.rate[:, t] > 0.0],
            case.lng.terminal_node[case.lng.sendout[:, t] > 0.0],
            case.storage.node[case.storage.withdrawal[:, t] > 0.0],
        ]
    )
    wide = lines.capacity[:, t] > 0.0
    start = np.concatenate([np.full(len(enters), count), lines.from_node[wide]])
    end = np.concatenate([enters, lines.to_node[wide]])
    arcs = sparse.csr_array((np.ones(len(start)), (start, end)), shape=(count + 1, count + 1))
    found = np.zeros(count + 1, dtype=bool)
    found[breadth_first_order(arcs, count, return_predecessors=False)] = True
    return found[:count]


def _ships(solved: Solved, zone: np.ndarray, own: np.ndarray, t: int) -> Iterator[Place]:
    """Terminals; one that is not full waits for LNG, which is a volume."""
    lng = solved.case.lng
    for q in np.flatnonzero(zone[lng.terminal_node]):
        node, used = int(lng.terminal_node[q]), solved.values["sendout"][q, t]
        if used >= lng.sendout[q, t] - ROOM_GWH_PER_DAY:
            yield Place(TERMINAL, "sendout", int(q), node, used, own[q])
        else:
            yield Place(VOLUME, "sendout", int(q), node, used, lng_worth(solved, t))


def ability_worth(solved: Solved, t: int) -> np.ndarray:
    """What one more MWh that its exporter can load in a period saves, EUR/MWh, shape (LNG steps,).

    It is 0 without a world market.
    """
    case = solved.case
    if case.lng_world is None:
        return np.zeros(len(case.lng.exporter))
    by_exporter = volume_worth(solved, "world_ability") @ (case.timeline.part_days[:, t] / case.timeline.days[t])
    place = {name: number for number, name in enumerate(case.lng_world.exporter.tolist())}
    return np.asarray(by_exporter[[place[name] for name in case.lng.exporter.tolist()]])


def lng_worth(solved: Solved, t: int) -> float:
    """What one more MWh of LNG that Europe may draw in the period saves, EUR/MWh.

    The limits on Europe by month and over the horizon; where neither binds, the exporters' own limits. With a world
    market the most that one more MWh to load is worth.
    """
    line = solved.case.timeline
    if solved.case.lng_world is not None:
        return float(ability_worth(solved, t).max(initial=0.0))
    europe = volume_worth(solved, "europe_month") @ (line.month_days[:, t] / line.days[t])
    europe += volume_worth(solved, "europe_total")[0]
    if europe > WORTH_EUR_PER_MWH or not len(solved.case.lng.exporter):
        return float(europe)
    rate = np.maximum(0.0, -solved.reduced_costs["lng_supply"][:, t] / line.days[t])
    return float((rate + volume_worth(solved, "lng_limit") * solved.case.lng.use[:, t]).max())


def _stores(solved: Solved, zone: np.ndarray, t: int) -> Iterator[Place]:
    """Stores; one that is emptied below its rate keeps gas for later, worth what gas in store is worth."""
    stock, days = solved.case.storage, solved.case.timeline.days[t]
    rate = np.maximum(0.0, -solved.reduced_costs["withdrawal"][:, t] / days)
    mine = stock.curve_storage[stock.curve_kind == "withdrawal"]
    curve = np.zeros(len(stock.id))
    if mine.size:
        lines = solved.duals["withdrawal_curve"].reshape(len(mine), -1)[:, t]
        np.add.at(curve, mine, np.maximum(0.0, -lines / days))
    in_store = np.maximum(0.0, -solved.duals["storage_level"][:, t])
    for s in np.flatnonzero(zone[stock.node]):
        worth = float(rate[s] + curve[s])
        used = solved.values["withdrawal"][s, t]
        if worth > WORTH_EUR_PER_MWH:
            yield Place(STORE, "withdrawal", int(s), int(stock.node[s]), used, worth)
        else:
            yield Place(VOLUME, "withdrawal", int(s), int(stock.node[s]), used, float(in_store[s]))


def _check(solved: Solved, found: Ring) -> None:
    """The cut carries exactly what the zone uses, sends on and stores; losses inside are its own use."""
    case, zone, t = solved.case, found.zone, found.period
    lines, flow = case.pipelines, solved.values["flow"][:, t]
    inside = zone[lines.from_node] & zone[lines.to_node]
    lost = float((flow * lines.loss_share)[inside].sum())
    uses = float(served(solved)[zone, t].sum()) + lost + found.outflow_gwh_per_day + found.injection_gwh_per_day
    brought = sum(place.used_gwh_per_day for place in found.places)
    if not abs(uses - brought) <= BALANCE_TOLERANCE * max(1.0, uses):
        names = ", ".join(case.nodes[zone].tolist())
        raise ResultError(f"the zone of {names} uses {uses:.6g} GWh/d, the places around it bring {brought:.6g} GWh/d")
