"""What a month has to offer a zone of stores: one merit order of supply, LNG, reduction and curtailment.

A table of values needs the months ahead at the price of a sum: the network is left out, and what can reach the zone, or
be reached from it, is one market. A supply with a volume over the horizon gives each month the part that its rates have
in it, and LNG that a month does not take is gone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from energy_model.model.demand import grouped_voluntary_width, slice_table, slice_width, voluntary_groups
from energy_model.scenario.case import Case, Lng, Supply
from energy_model.scenario.fan import Fan


@dataclass(frozen=True)
class Learned:
    """What the last months have shown that the case does not know.

    Attributes
    ----------
    lng : float
        LNG that landed, as a multiple of what the central state of the fan expects.
    demand : float
        Demand against a normal year of the same weather.
    reduced_below_eur_per_mwh : float
        Price of the day: reduction that is cheaper is part of the demand that was seen, and is not counted twice.
    """

    lng: float = 1.0
    demand: float = 1.0
    reduced_below_eur_per_mwh: float = 0.0


NO_WAY = 1e6
"""EUR/MWh of LNG that reaches no node inside."""
NOTHING_LEARNED = Learned()


@dataclass(frozen=True)
class Offers:
    """The merit orders of some months.

    Attributes
    ----------
    need : ndarray, shape (months, W, L)
        Demand, GWh; with a world market of LNG that of buyers outside Europe included.
    price : ndarray, shape (months, steps)
        EUR/MWh.
    width : ndarray, shape (months, W, L, steps)
        GWh.
    """

    need: np.ndarray
    price: np.ndarray
    width: np.ndarray


def offers(case: Case, inside: np.ndarray, demands: np.ndarray, fan: Fan, learned: Learned = NOTHING_LEARNED) -> Offers:
    """What each period of a case offers to some of its nodes.

    Parameters
    ----------
    case : Case
        With months as periods.
    inside : ndarray of bool, shape (N,)
        Nodes that are one market.
    demands : ndarray, shape (W, N, J, T)
        Demand in each weather of the fan, GWh/d.
    """
    days, shape = case.timeline.days, (len(case.timeline), len(demands), len(fan.lng_share))
    mine = inside[case.supply.node]
    supply = (evenly(case.supply, days) * days)[mine]
    world, others, left, dear = _world(case, inside, fan.lng_share * learned.lng)
    landed = lng_offers(case, inside, fan.lng_share * learned.lng) if world is None else world
    prices, _ = voluntary_groups(case.demand)
    slices = slice_table(case.demand)
    markets = inside[case.is_market]
    kept = (prices > learned.reduced_below_eur_per_mwh).astype(float)
    by_weather = [case.with_("demand", rate=rate * learned.demand) for rate in demands]
    reduced = [
        np.concatenate(
            [grouped_voluntary_width(one)[markets].sum(axis=0) * kept[:, None], slice_width(one)[markets].sum(axis=0)]
        )
        for one in by_weather
    ]
    asked = np.array([one.demand.rate[inside].sum(axis=(0, 1)) for one in by_weather])
    asked = np.maximum(asked + evened(case, inside), 0.0)
    width = np.concatenate(
        [
            np.broadcast_to(supply.T[:, None, None, :], (*shape, len(supply))),
            np.broadcast_to(landed.transpose(2, 0, 1)[:, None], (*shape, landed.shape[1])),
            np.broadcast_to((np.array(reduced) * days).transpose(2, 0, 1)[:, :, None, :], (*shape, len(reduced[0]))),
            np.broadcast_to(left.transpose(2, 0, 1)[:, None], (*shape, left.shape[1])),
        ],
        axis=-1,
    )
    flat, ashore = np.ones((len(days), 1)), landed_cost(case, inside)
    if world is not None:  # an exporter without a way to Europe sells to the others
        ashore = np.where(ashore < NO_WAY, ashore, case.lng.cost)
    price = np.concatenate([case.supply.cost[mine].T, ashore.T, flat * prices, flat * slices.cost, dear.T], axis=1)
    return Offers((asked * days).T[:, :, None] + others.T[:, None, :], price, width)


def _world(
    case: Case, inside: np.ndarray, share: np.ndarray
) -> tuple[np.ndarray | None, np.ndarray, np.ndarray, np.ndarray]:
    """The world market of LNG in each state: what exporters load, and the demand outside with its answer to price.

    A state is a case of the demand outside Europe: where Europe is expected to attract less, the others ask for as much
    more. A price elsewhere counts in Europe with the difference of the freights.

    Returns
    -------
    tuple
        LNG of all exporters (L, steps, T), demand outside (L, T) and what leaves it (L, steps, T), GWh; its price
        (steps, T), EUR/MWh. Without such a market ``None`` and nothing.
    """
    part, lng, line = case.lng_world, case.lng, case.timeline
    count, days = len(line), line.days
    if part is None or not inside[lng.terminal_node].any():
        return None, np.zeros((len(share), count)), np.zeros((len(share), 0, count)), np.zeros((0, count))
    by_period = line.part_days / line.part_days.sum(axis=1, keepdims=True)
    able = lng.rate * days
    expected = (line.month_days / line.month_days.sum(axis=1, keepdims=True)).T @ lng.europe_limit
    at_reference = np.maximum(able.sum(axis=0) - expected, 1.0)
    more = np.maximum(able.sum(axis=0) - np.outer(share, expected), 0.0) / at_reference
    here = landed_cost(case, inside) - lng.cost
    nearer = np.where(here < NO_WAY / 2.0, here, np.nan)
    freight = np.nanmean(nearer, axis=0) - part.freight.mean(axis=0)[part.buyer_basin][:, None]
    width = (part.width @ by_period).reshape(-1, count)
    price = (part.price @ (by_period / np.maximum(by_period.sum(axis=0), 1e-9)) + freight[:, None, :]).reshape(
        -1, count
    )
    loaded = np.broadcast_to(able, (len(share), *able.shape))
    return loaded, more * width.sum(axis=0), more[:, None, :] * width, price


def evenly(part: Supply | Lng, days: np.ndarray) -> np.ndarray:
    """Rates that a volume over the horizon allows if each period has its part of it, GWh/d, shape (steps, T)."""
    used = (part.use * part.rate) @ days
    share = np.divide(part.volume, used, out=np.ones_like(used), where=used > 0.0)
    return np.asarray(part.rate * np.minimum(share, 1.0)[:, None])


def landed_cost(case: Case, inside: np.ndarray) -> np.ndarray:
    """Cost of LNG on its shortest way to a node inside, EUR/MWh, shape (steps, T); infinite without one."""
    lng = case.lng
    cost = np.full(lng.cost.shape, np.inf)
    reaches = inside[lng.route_node]
    for k, exporter in enumerate(lng.exporter):
        ways = reaches & (lng.route_exporter == exporter)
        if ways.any():
            cost[k] = lng.cost[k] + lng.route_cost[ways].min(axis=0)
    return np.where(np.isinf(cost), NO_WAY, cost)


def lng_offers(case: Case, inside: np.ndarray, share: np.ndarray) -> np.ndarray:
    """LNG of a month in each state, the cheapest first up to what Europe attracts, GWh, shape (L, steps, T)."""
    lng, line = case.lng, case.timeline
    days = line.days
    cost = landed_cost(case, inside)
    rate = np.where(cost < NO_WAY, evenly(lng, days), 0.0)
    limit = line.monthly(lng.europe_limit / np.maximum(line.month_days.sum(axis=1), 1.0))
    room = lng.sendout[inside[lng.terminal_node]].sum(axis=0)
    found = np.zeros((len(share), *rate.shape))
    for state, part in enumerate(share):
        most = np.minimum(np.minimum(rate.sum(axis=0), limit) * part, room)
        wider = rate * max(float(part), 1.0)
        for t in range(len(days)):
            order = np.argsort(cost[:, t], kind="stable")
            ends = np.minimum(np.cumsum(wider[order, t]), most[t])
            found[state, order, t] = np.diff(ends, prepend=0.0)
    return np.asarray(found * days)


def evened(case: Case, inside: np.ndarray) -> np.ndarray:
    """What stores of the neighbours among the nodes take off the months with much demand, GWh/d, shape (T,).

    A neighbour whose stores have tables of their own evens out its own year, as far as its working gas reaches.
    """
    days, change = case.timeline.days, np.zeros(len(case.timeline))
    own = own_zone(case)
    zones = {zone for zone, at in zip(own, case.storage.node, strict=True) if inside[at]}
    main = max(zones, key=lambda zone: case.storage.working_gas[own == zone].sum(), default="")
    for zone in sorted(zones - {main}):
        stores = own == zone
        nodes = np.unique(case.storage.node[stores])
        made = np.isin(case.supply.node, nodes)
        need = case.demand.rate[nodes].sum(axis=(0, 1)) - evenly(case.supply, days)[made].sum(axis=0)
        away = need - float(need @ days) / float(days.sum())
        swing = np.cumsum(away * days)
        part = min(1.0, float(case.storage.working_gas[stores].sum()) / max(float(np.ptp(swing)), 1e-9))
        change -= away * part
    return change


def own_zone(case: Case) -> np.ndarray:
    """For each store the zone whose table it reads, shape (S,): the largest group of its market, or the market.

    The group that every market of the case belongs to is none.
    """
    markets = [set(place.split()) for place in case.places[case.is_market]]
    everybody = set.intersection(*markets) if markets else set()
    count: dict[str, int] = {}
    for groups in markets:
        for group in groups - everybody:
            count[group] = count.get(group, 0) + 1
    found = []
    for node in case.storage.node:
        groups = set(case.places[node].split()) - everybody - {str(case.nodes[node])}
        found.append(min(groups, key=lambda group: (-count[group], group)) if groups else str(case.nodes[node]))
    return np.array(found, dtype=str)


def pool(case: Case, zone: str) -> np.ndarray:
    """Nodes that are one market with a zone, bool, shape (N,): what pipelines join to it, but no other group's."""
    own = own_zone(case)
    reached = np.zeros(len(case.nodes), dtype=bool)
    reached[case.storage.node[own == zone]] = True
    lines = case.pipelines
    is_open = np.maximum(lines.capacity.max(axis=1, initial=0.0), 0.0) > 0.0
    while True:
        before = int(reached.sum())
        reached[lines.to_node[is_open & reached[lines.from_node]]] = True
        reached[lines.from_node[is_open & reached[lines.to_node]]] = True
        if int(reached.sum()) == before:
            return np.asarray(reached | case.inside(zone))
