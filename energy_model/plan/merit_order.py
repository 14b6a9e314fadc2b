"""What a month has to offer a zone of stores: one merit order of supply, LNG, reduction and curtailment.

A table of values needs the months ahead at the price of a sum: the network is left out, and what can reach the zone, or
be reached from it, is one market. A supply with a volume over the horizon gives each month the part that its rates have
in it, and LNG that a month does not take is gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from energy_model.model.demand import grouped_voluntary_width, slice_table, slice_width, voluntary_groups
from energy_model.plan.banned import evenly
from energy_model.plan.bottleneck import Bottleneck
from energy_model.scenario.case import Case
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
        Price of the day: reduction that is cheaper is part of the demand that was seen, as far as that fell short of
        a normal year; so much is not counted twice, and what was not seen is not lost.
    """

    lng: float = 1.0
    demand: float = 1.0
    reduced_below_eur_per_mwh: float = 0.0


BEYOND = " beyond the bottleneck"
"""What the name of a zone ends with whose stores stand where gas is held back."""
NO_WAY = 1e6
"""EUR/MWh of LNG that reaches no node inside."""
NOTHING_LEARNED = Learned()
MONTHS_PER_YEAR = 12


@dataclass(frozen=True)
class Offers:
    """The merit orders of some months.

    Attributes
    ----------
    need : ndarray, shape (months, W, L)
        Demand, GWh; with a world market of LNG that of buyers outside Europe included.
    price : ndarray, shape (months, L or 1, steps)
        EUR/MWh.
    width : ndarray, shape (months, W, L, steps)
        GWh.
    """

    need: np.ndarray
    price: np.ndarray
    width: np.ndarray

    def and_(self, other: Offers) -> Offers:
        """Both as one market; an axis of length one says the same of all."""
        shape = np.broadcast_shapes(self.need.shape, other.need.shape)
        states = max(self.price.shape[1], other.price.shape[1])
        return Offers(
            self.need + other.need,
            np.concatenate(
                [np.broadcast_to(one.price, (shape[0], states, one.price.shape[2])) for one in (self, other)], axis=2
            ),
            np.concatenate([np.broadcast_to(one.width, (*shape, one.width.shape[3])) for one in (self, other)], axis=3),
        )

    def evened_by(self, change: np.ndarray) -> Offers:
        """With more or less demand in each month, GWh, shape (months,); none below zero."""
        return replace(self, need=np.maximum(self.need + change[:, None, None], 0.0))

    def up_to(self, most: np.ndarray) -> Offers:
        """The cheapest of what is on offer, up to some volumes, GWh, shape (months, W, L)."""
        order = np.argsort(self.price, axis=-1, kind="stable")[:, None]
        order = np.broadcast_to(order, self.width.shape)
        ends = np.cumsum(np.take_along_axis(self.width, order, axis=-1), axis=-1)
        cheapest = np.diff(np.minimum(ends, most[..., None]), axis=-1, prepend=0.0)
        width = np.empty_like(cheapest)
        np.put_along_axis(width, order, cheapest, axis=-1)
        return replace(self, width=width)


def offers(
    case: Case,
    inside: np.ndarray,
    demands: np.ndarray,
    fan: Fan,
    learned: Learned = NOTHING_LEARNED,
    cut: Bottleneck | None = None,
) -> Offers:
    """What each period of a case offers to some of its nodes.

    Parameters
    ----------
    case : Case
        With months as periods.
    inside : ndarray of bool, shape (N,)
        Nodes that are one market.
    demands : ndarray, shape (W, N, J, T)
        Demand in each weather of the fan, GWh/d.
    cut : Bottleneck, optional
        What its far side and the sea offer, in the order of their prices, ends where their own need is met and the
        lines are full.
    """
    days, shape = case.timeline.days, (len(case.timeline), len(demands), len(fan.lng_share))
    far = inside & cut.beyond if cut is not None else np.zeros_like(inside)
    own = own_zone(case, cut)
    zone = _largest(case, own, inside & ~far)
    sea = _sea(case, inside, fan.lng_share * learned.lng)
    near = side(case, inside & ~far, demands, shape, learned).evened_by(evened(case, inside & ~far, own, zone) * days)
    if cut is None:
        return near.and_(sea)
    beyond = side(case, far, demands, shape, learned).evened_by(evened(case, far, own, zone) * days).and_(sea)
    return near.and_(beyond.up_to(beyond.need + (cut.room * days)[:, None, None]))


def beyond_offers(
    case: Case,
    inside: np.ndarray,
    demands: np.ndarray,
    fan: Fan,
    learned: Learned = NOTHING_LEARNED,
    *,
    cut: Bottleneck,
    price: np.ndarray,
) -> Offers:
    """What the far side of a cut offers its own stores: it sells to the near side as far as the lines carry, or buys.

    Parameters
    ----------
    price : ndarray, shape (months, L)
        Price on the near side, EUR/MWh.
    """
    days, shape = case.timeline.days, (len(case.timeline), len(demands), len(fan.lng_share))
    far, zones = inside & cut.beyond, own_zone(case, cut)
    own = side(case, far, demands, shape, learned)
    own = own.evened_by(evened(case, far, zones, _largest(case, zones, far)) * days)
    room, trade = (rate[:, None, None] * days[:, None, None] for rate in (cut.room, cut.room + cut.back))
    near = Offers(room, price[:, :, None] - cut.way, np.broadcast_to(trade[..., None], (*shape, 1)))
    return own.and_(_sea(case, inside, fan.lng_share * learned.lng)).and_(near)


def side(case: Case, nodes: np.ndarray, demands: np.ndarray, shape: tuple[int, int, int], learned: Learned) -> Offers:
    """Demand of some nodes, their supply, and how much of the demand leaves at what price.

    Parameters
    ----------
    nodes : ndarray of bool, shape (N,)
    demands : ndarray, shape (W, N, J, T)
        Demand in each weather of the fan, GWh/d.
    shape : tuple of int
        Of the need: months, W, L.
    """
    days = case.timeline.days
    mine = nodes[case.supply.node]
    supply = (evenly(case.supply, days) * days)[mine]
    prices, _ = voluntary_groups(case.demand)
    slices = slice_table(case.demand)
    markets = nodes[case.is_market]
    cheap = prices <= learned.reduced_below_eur_per_mwh
    by_weather = [case.with_("demand", rate=rate * learned.demand) for rate in demands]
    leaves = np.array(
        [
            np.concatenate(
                [
                    _not_seen_yet(grouped_voluntary_width(one)[markets].sum(axis=0), cheap, rate, learned.demand),
                    slice_width(one)[markets].sum(axis=0),
                ]
            )
            for one, rate in zip(by_weather, demands[:, nodes].sum(axis=(1, 2)), strict=True)
        ]
    )
    asked = np.array([one.demand.rate[nodes].sum(axis=(0, 1)) for one in by_weather])
    width = np.concatenate(
        [
            np.broadcast_to(supply.T[:, None, None, :], (*shape, len(supply))),
            np.broadcast_to((leaves * days).transpose(2, 0, 1)[:, :, None, :], (*shape, leaves.shape[1])),
        ],
        axis=-1,
    )
    flat = np.ones((len(days), 1))
    price = np.concatenate([case.supply.cost[mine].T, flat * prices, flat * slices.cost], axis=1)
    need = np.broadcast_to((asked * days).T[:, :, None], shape)
    return Offers(need, price[:, None, :], width)


def _not_seen_yet(width: np.ndarray, cheap: np.ndarray, usual: np.ndarray, seen: float) -> np.ndarray:
    """Reduction by price, GWh/d, shape (prices, T), without that part of the cheap one which lowered the demand seen.

    Parameters
    ----------
    usual : ndarray, shape (T,)
        Demand of a normal year, GWh/d, of which the share ``seen`` was used.
    """
    given_up, gone = width[cheap].sum(axis=0), usual * max(1.0 - seen, 0.0)
    left = np.divide(np.maximum(given_up - gone, 0.0), given_up, out=np.zeros_like(given_up), where=given_up > 0.0)
    return np.asarray(np.where(cheap[:, None], width * left, width))


def _sea(case: Case, inside: np.ndarray, share: np.ndarray) -> Offers:
    """LNG in each state, with the buyers outside Europe if there are any."""
    world, others, left, dear = _world(case, inside, share)
    landed = lng_offers(case, inside, share) if world is None else world
    ashore = landed_cost(case, inside)
    if world is not None:  # an exporter without a way to Europe sells to the others
        ashore = np.where(ashore < NO_WAY, ashore, case.lng.cost)
    width = np.concatenate([landed, left], axis=1).transpose(2, 0, 1)[:, None]
    return Offers(others.T[:, None, :], np.concatenate([ashore, dear]).T[:, None, :], width)


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
    more = outside(case, share)
    here = landed_cost(case, inside) - lng.cost
    nearer = np.where(here < NO_WAY / 2.0, here, np.nan)
    freight = np.nanmean(nearer, axis=0) - part.freight.mean(axis=0)[part.buyer_basin][:, None]
    width = (part.width @ by_period).reshape(-1, count)
    price = (part.price @ (by_period / np.maximum(by_period.sum(axis=0), 1e-9)) + freight[:, None, :]).reshape(
        -1, count
    )
    loaded = np.broadcast_to(lng.rate * days, (len(share), *lng.rate.shape))
    return loaded, more * width.sum(axis=0), more[:, None, :] * width, price


def outside(case: Case, share: np.ndarray) -> np.ndarray:
    """Demand outside Europe in each state of LNG, as a multiple of the central one, shape (L, T).

    Where Europe is expected to attract less, the others ask for as much more.
    """
    line = case.timeline
    able = case.lng.rate.sum(axis=0) * line.days
    expected = (line.month_days / line.month_days.sum(axis=1, keepdims=True)).T @ case.lng.europe_limit
    return np.asarray(np.maximum(able - np.outer(share, expected), 0.0) / np.maximum(able - expected, 1.0))


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


def evened(case: Case, inside: np.ndarray, own: np.ndarray, zone: str) -> np.ndarray:
    """What stores of the neighbours among some nodes take off the months with much demand, GWh/d, shape (T,).

    A neighbour whose stores have tables of their own evens out each year, counted back from the end, as far as its
    working gas reaches: what it takes off one month it adds to others, so that the year which repeats itself burns
    neither more nor less.

    Parameters
    ----------
    own : ndarray of str, shape (S,)
        Zone of each store.
    zone : str
        The zone whose neighbours they are.
    """
    days, change = case.timeline.days, np.zeros(len(case.timeline))
    zones = set(own[inside[case.storage.node]].tolist()) - {zone}
    for name in sorted(zones):
        stores = own == name
        nodes = np.unique(case.storage.node[stores])
        made = np.isin(case.supply.node, nodes)
        need = case.demand.rate[nodes].sum(axis=(0, 1)) - evenly(case.supply, days)[made].sum(axis=0)
        gas = float(case.storage.working_gas[stores].sum())
        for year, mine in _years(len(days)):
            away = need - float(need[year] @ days[year]) / float(days[year].sum())
            swing = np.cumsum(away[year] * days[year])
            change[mine] -= away[mine] * min(1.0, gas / max(float(np.ptp(swing)), 1e-9))
    return change


def _years(count: int) -> Iterator[tuple[slice, slice]]:
    """Twelve months each, counted back from the end, and the months that go by them: before the first of them too."""
    end = count
    while end > 0:
        start = max(end - MONTHS_PER_YEAR, 0)
        yield slice(start, min(start + MONTHS_PER_YEAR, count)), slice(start, end)
        end = start


def _largest(case: Case, own: np.ndarray, inside: np.ndarray) -> str:
    """The zone of some nodes whose stores hold most."""
    zones = sorted(set(own[inside[case.storage.node]].tolist()))
    return max(zones, key=lambda zone: float(case.storage.working_gas[own == zone].sum()), default="")


def own_zone(case: Case, cut: Bottleneck | None = None) -> np.ndarray:
    """For each store the zone whose table it reads, shape (S,): the largest group of its market, or the market.

    The group that every market of the case belongs to is none. Stores of a group beyond a cut are a zone of their own.
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
    names = np.array(found, dtype=str)
    if cut is None:
        return names
    group = np.array([int((names == name).sum()) > 1 for name in names], dtype=bool)
    return np.where(group & cut.beyond[case.storage.node], np.char.add(names, BEYOND), names)


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
