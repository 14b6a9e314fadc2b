"""Tables of values for the stores of a case: which share one, what the months ahead offer, and what they leave open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from energy_model.plan.banned import open_market
from energy_model.plan.bottleneck import Bottleneck, bottleneck
from energy_model.plan.merit_order import (
    BEYOND,
    NOTHING_LEARNED,
    Learned,
    Offers,
    beyond_offers,
    offers,
    own_zone,
    pool,
)
from energy_model.plan.neighbours import lacks_lines, trading_offers
from energy_model.plan.quality import Quality, quality
from energy_model.plan.stock_value import Chances, StockValues, Stores, exchange_cost, stock_values
from energy_model.scenario.case import Case
from energy_model.scenario.fan import Fan
from energy_model.scenario.records import FillingTarget
from energy_model.scenario.world.storage import DUTY
from energy_model.timeline import DAY

LEVELS = 41
"""Levels that a table knows, empty and full included: steps of 2.5 % of the working gas."""
BEYOND_EUR_PER_MWH = 1e5
"""Price of demand that no tier covers in a month of the table: far above the last one."""
MONTHS_PER_YEAR = 12


@dataclass(frozen=True)
class Zone:
    """Stores that share a table.

    Attributes
    ----------
    name : str
    stores : ndarray of int
        Numbers of the stores.
    main : str
        Zone at whose price the stores trade; empty if they have a market of their own.
    is_beyond : bool
        Whether they stand beyond the bottleneck of their main zone, with a market of their own that trades with it.
    """

    name: str
    stores: np.ndarray
    main: str = ""
    is_beyond: bool = False


@dataclass(frozen=True)
class Outlook:
    """What a plan makes of the months ahead.

    Attributes
    ----------
    case : Case
        The months ahead as they are known, a year longer than the scenario; its months begin with calendar months.
    fan : Fan
    zones : tuple of Zone
        The largest first.
    tables : mapping of str to StockValues
        By zone.
    open_share : ndarray, shape (N, T)
        Share of each node's demand that other gas than a banned seller's may serve.
    low_calorific : Quality, optional
        What low-calorific gas in store is worth beyond that of any gas.
    """

    case: Case
    fan: Fan
    zones: tuple[Zone, ...]
    tables: Mapping[str, StockValues] = field(repr=False)
    open_share: np.ndarray = field(repr=False)
    low_calorific: Quality | None = field(default=None, repr=False)

    @property
    def leading(self) -> tuple[Zone, ...]:
        """The largest zone, with the part of it that stands beyond its bottleneck."""
        first = self.zones[0]
        return (first, *(zone for zone in self.zones if zone.is_beyond and zone.main == first.name))

    def month(self, day: date) -> int:
        """Number of the first month that begins on or after a day."""
        return self.case.timeline.boundary_at(day)

    def belief(self) -> np.ndarray:
        """Probability of each state of LNG in a month, after one in which it is central, shape (L,)."""
        return np.asarray(Chances(self.fan.weather_weight, self.fan.lng_weight, self.fan.stays).moves[self.fan.central])

    def values(self, zone: str, day: date) -> np.ndarray:
        """Value of each step of a zone's stock on a day, EUR/MWh, from empty to full, shape (steps,)."""
        return self.tables[zone].slopes(self.month(day), self.belief())


def zones_of(case: Case, cut: Bottleneck | None = None) -> tuple[Zone, ...]:
    """The zones of a case: the largest of those that are joined to each other has the table, the others its price.

    Behind the largest zone comes that part of it which stands beyond the bottleneck; stores of others that stand there
    trade at its price.
    """
    own, gas = own_zone(case, cut), case.storage.working_gas
    names = sorted(set(own.tolist()), key=lambda name: (-float(gas[own == name].sum()), name))
    names = [name for name in names if not name.endswith(BEYOND)]
    if cut is not None:
        names[1:1] = [name for name in [names[0] + BEYOND] if name in own]
    found: list[Zone] = []
    pools = {name: pool(case, name) for name in names if not name.endswith(BEYOND)}
    for name in names:
        at = case.storage.node[own == name]
        if name.endswith(BEYOND):
            found.append(Zone(name, np.flatnonzero(own == name), names[0], is_beyond=True))
            continue
        main = next((zone.name for zone in found if not zone.main and pools[zone.name][at].all()), "")
        if cut is not None and cut.beyond[at].all():
            main = next((zone.name for zone in found if zone.is_beyond and zone.main == main), main)
        is_group = bool((own == name).sum() > 1)
        found.append(Zone(name, np.flatnonzero(own == name), "" if is_group else main))
    return tuple(zone for zone in found if float(gas[zone.stores].sum()) > 0.0)


def outlook(
    case: Case,
    fan: Fan,
    demands: np.ndarray,
    stock_gwh: np.ndarray,
    since: date,
    *,
    learned: Learned = NOTHING_LEARNED,
    caution: float = 0.0,
    before: Outlook | None = None,
) -> Outlook:
    """The tables of all zones of a case.

    Parameters
    ----------
    case : Case
        The months ahead, twelve at least, of which the last twelve repeat themselves for ever.
    fan : Fan
    demands : ndarray, shape (W, N, J, T)
        Demand of the case in each weather of the fan, GWh/d.
    stock_gwh : ndarray, shape (stores,)
        Gas in each store on the day of the plan.
    since : date
        Day of the plan.
    learned : Learned
        What the last months have shown.
    caution : float
        Weight of the worst branches beyond their probability, 0 to 1.
    before : Outlook, optional
        Of the same case with the same things learned: its tables of markets are taken over.
    """
    market, count = open_market(case), len(case.timeline)
    cut = main_bottleneck(market.case)
    zones = zones_of(case, cut)
    markets = [zone.name for zone in zones if zone.is_beyond or not zone.main] if before else []
    tables = {name: before.tables[name] for name in markets} if before else {}
    prices: dict[str, np.ndarray] = {}
    repeated, at_hand = min(MONTHS_PER_YEAR, count), case.timeline.at_hand(since)
    usual = Chances(fan.weather_weight, fan.lng_weight, fan.stays)
    for zone in (one for one in zones if one.name not in markets):
        stores = stores_of(case, zone, since)
        if (main := tables.get(zone.main)) is not None and zone.main not in prices:
            prices[zone.main] = _prices(main, at_hand, float(stock_gwh[_stores(zones, zone.main)].sum()), fan)
        price = prices.get(zone.main)
        if price is not None and not zone.is_beyond:
            moves, chances = _trading(case, zone, stores, demands, price, _way(case, zone, zones), usual, learned)
        else:
            reached = pool(case, zone.main or zone.name)
            if zone is zones[0]:
                found = offers(market.case, reached, market.of(demands), fan, learned, cut)
            elif price is None:
                found = offers(case, reached, demands, fan, learned)
            else:
                assert cut is not None  # the zone stands beyond it
                found = beyond_offers(market.case, reached, market.of(demands), fan, learned, cut=cut, price=price)
            chances, moves = cautious(found, usual, caution, fan.worst_share), _moves(found, stores, case)
        tables[zone.name] = stock_values(moves, stores, chances, repeated)
    worth = _at_stock(tables[zones[0].name], at_hand, stock_gwh[zones[0].stores], fan)
    rare = before.low_calorific if before else quality(case, demands, fan.weather_weight, worth, repeated)
    return Outlook(case, fan, zones, tables, market.open_share, rare)


def _at_stock(table: StockValues, at_hand: tuple[int, float], stock_gwh: np.ndarray, fan: Fan) -> float:
    """Value of the next unit at a stock, if LNG is central, EUR/MWh; within a month, when the next one begins."""
    month, left = at_hand
    stock, central = float(stock_gwh.sum()), min(fan.central, len(table.chances.lng) - 1)
    if left < 1.0:
        weight = table.chances.weather
        stock, month = float(weight @ table.paths(month, stock, central, month + 1, left)[:, central]), month + 1
    middle = (table.levels[1:] + table.levels[:-1]) / 2.0
    return float(np.interp(stock, middle, table.slopes(month, np.eye(len(table.chances.lng))[central])))


def main_bottleneck(case: Case) -> Bottleneck | None:
    """The bottleneck of the largest zone of a case."""
    return bottleneck(case, pool(case, zones_of(case)[0].name))


def cautious(found: Offers, chances: Chances, caution: float, worst_share: float) -> Chances:
    """Chances with part of the weight on the worst branches: one weather and one state of LNG all year.

    The branches are ordered by what the last twelve months would cost without stores.
    """
    if caution <= 0.0:
        return chances
    weight = np.outer(chances.weather, chances.lng)
    cost = np.zeros(weight.shape)
    for w, own in np.ndindex(weight.shape):
        cost[w, own] = sum(
            float(_exchange(found, (t, w, own), np.zeros(1))[0])
            for t in range(max(len(found.need) - MONTHS_PER_YEAR, 0), len(found.need))
        )
    left, worst = worst_share, np.zeros(weight.size)
    for place in np.argsort(-cost.ravel(), kind="stable"):
        worst[place] = min(left, weight.ravel()[place])
        left -= worst[place]
    mixed = (1.0 - caution) * weight + caution * (worst / worst.sum()).reshape(weight.shape)
    return replace(chances, weather=mixed.sum(axis=1), lng=mixed.sum(axis=0))


def stores_of(case: Case, zone: Zone, since: date) -> Stores:
    """The stores of a zone as one: all are filled alike above what has to be kept, and duties that are known add up.

    A duty holds at the first end of a month on or after the morning of its day, as in a plan by month.
    """
    stock, line, mine = case.storage, case.timeline, zone.stores
    levels = np.linspace(0.0, float(stock.working_gas[mine].sum()), LEVELS)
    ends = [*line.starts[1:], line.end + DAY]
    held = np.array([reserved(case, since, end)[mine] for end in ends])
    filling = filled_alike(levels, stock.working_gas[mine], held.mean(axis=0))
    most = {}
    for kind, rate in (("injection", stock.injection), ("withdrawal", stock.withdrawal)):
        share = np.array([stock.rate_share(s, kind, own) for s, own in zip(mine.tolist(), filling, strict=True)])
        most[kind] = (rate[mine] * line.days).T @ share
    wanted, penalty = np.zeros(len(line)), np.zeros(len(line))
    for target in duties(case, since):
        if line.start < target.date <= ends[-1] and set(target.storages) <= set(mine.tolist()):
            t = line.boundary_at(target.date) - 1
            wanted[t] += target.level_gwh
            penalty[t] = max(penalty[t], target.penalty_eur_per_mwh)
    return Stores(
        levels,
        most["injection"] * (1.0 - stock.cycle_loss_share),
        most["withdrawal"],
        stock.holding_cost * line.days,
        wanted,
        penalty,
        (stock.working_gas[mine, None] * stock.usable[mine]).sum(axis=0),
        held.sum(axis=1),
        release_price(case),
    )


def filled_alike(levels: np.ndarray, gas: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """Filling of each store when all of them together hold some gas, shape (stores, K).

    What has to be kept is there first; above it all are filled alike.

    Parameters
    ----------
    levels : ndarray, shape (K,)
        Gas in all stores, GWh.
    gas, kept : ndarray, shape (stores,)
        Working gas of each, and what it has to keep, GWh.
    """
    least = float(kept.sum())
    low = np.minimum(levels / least, 1.0) if least > 0.0 else np.ones_like(levels)
    high = np.maximum(levels - least, 0.0) / max(float(gas.sum()) - least, 1e-9)
    stock = np.outer(kept, low) + np.outer(gas - kept, high)
    return np.asarray(stock / np.maximum(gas, 1e-9)[:, None])


def duties(case: Case, since: date) -> tuple[FillingTarget, ...]:
    """Targets that somebody is obliged to and that are known on a day."""
    return tuple(
        target
        for target in case.storage.targets
        if target.kind == DUTY and (target.known_on is None or target.known_on <= since)
    )


def reserved(case: Case, since: date, day: date) -> np.ndarray:
    """Gas that has to be kept in each store on a day, as is known on the day of a plan, GWh, shape (stores,)."""
    held = np.zeros(len(case.storage.working_gas))
    first = set()
    for one in case.storage.reserves:
        if (one.known_on is None or one.known_on <= since) and (one.since <= day or one.storage not in first):
            held[one.storage] = one.level_gwh
            first.add(one.storage)
    return held


def release_price(case: Case) -> float:
    """What a MWh of a reserve costs when it is released, EUR/MWh."""
    return max((one.release_eur_per_mwh for one in case.storage.reserves), default=0.0)


def _stores(zones: tuple[Zone, ...], name: str) -> np.ndarray:
    return next(zone.stores for zone in zones if zone.name == name)


def _gain(stores: Stores) -> np.ndarray:
    count = len(stores.levels)
    return np.asarray((np.arange(2 * count - 1) - (count - 1)) * stores.step)


def _operation(gain: np.ndarray, case: Case, t: int) -> np.ndarray:
    """Cost of putting in or taking out, thousand EUR."""
    stock = case.storage
    into = np.maximum(gain, 0.0) / (1.0 - stock.cycle_loss_share) * stock.injection_cost
    return np.asarray(into + np.maximum(-gain, 0.0) * float(stock.withdrawal_cost[:, t].mean()))


def _moved(gain: np.ndarray, case: Case) -> np.ndarray:
    """Gas that the market gives, GWh: a little of what is put in is lost."""
    return np.asarray(np.where(gain > 0.0, gain / (1.0 - case.storage.cycle_loss_share), gain))


def _moves(found: Offers, stores: Stores, case: Case) -> np.ndarray:
    gain = _gain(stores)
    moved = _moved(gain, case)
    months, weathers, states, _ = found.width.shape
    cost = np.empty((months, weathers, states, len(gain)))
    for t in range(months):
        operation = _operation(gain, case, t)
        for w in range(weathers):
            for own in range(states):
                cost[t, w, own] = operation + _exchange(found, (t, w, own), moved)
    return cost


def _exchange(found: Offers, at: tuple[int, int, int], moved: np.ndarray) -> np.ndarray:
    """Cost of a month in one weather and one state of LNG, whose prices may be the same in all states."""
    month, _, state = at
    price = found.price[month, min(state, found.price.shape[1] - 1)]
    return exchange_cost(found.need[at], price, found.width[at], moved, BEYOND_EUR_PER_MWH)


def _prices(table: StockValues, at_hand: tuple[int, float], stock_gwh: float, fan: Fan) -> np.ndarray:
    """Price of each month in each state of LNG: the value of the next unit at the stock to be expected, (months, L)."""
    first, left = at_hand
    months, states = len(table.cost) - 1, len(table.chances.lng)
    weight = np.outer(table.chances.weather, table.chances.lng)
    middle = (table.levels[1:] + table.levels[:-1]) / 2.0
    price = np.zeros((months, states))
    courses, values = table.courses(first, stock_gwh, fan.central, months - 1, left), table.values()
    for t in range(months):
        level = float((weight * courses[max(t - first, 0)]).sum() / weight.sum())
        for own in range(states):
            price[t, own] = np.interp(level, middle, values[t, own])
    return price


def _way(case: Case, zone: Zone, zones: tuple[Zone, ...]) -> float:
    """Cost of the cheapest pipeline between the markets of a zone and those of its main one, EUR/MWh; 0 without one."""
    lines = case.pipelines
    here, there = (
        np.isin(np.arange(len(case.nodes)), case.storage.node[stores])
        for stores in (zone.stores, _stores(zones, zone.main))
    )
    between = here[lines.from_node] & there[lines.to_node] | there[lines.from_node] & here[lines.to_node]
    return float(lines.cost[between].mean(axis=1).min()) if between.any() else 0.0


def _trading(
    case: Case,
    zone: Zone,
    stores: Stores,
    demands: np.ndarray,
    price: np.ndarray,
    way: float,
    usual: Chances,
    learned: Learned,
) -> tuple[np.ndarray, Chances]:
    """Cost of each month for stores that trade with another zone, and what is not known of it."""
    here = np.isin(np.arange(len(case.nodes)), case.storage.node[zone.stores])
    if lacks_lines(case, here, demands):
        return _moves(trading_offers(case, here, demands, price, way, learned), stores, case), usual
    return _trade(price, stores, case, way), replace(usual, weather=np.ones(1))


def _trade(price: np.ndarray, stores: Stores, case: Case, way: float) -> np.ndarray:
    """Cost of a month for stores that buy and sell at the price of another zone, (months, 1, L, moves).

    Gas pays for the way there when it is bought and for the way back when it is sold.
    """
    gain = _gain(stores)
    moved = _moved(gain, case)
    own = np.array([_operation(gain, case, t) + way * np.abs(moved) for t in range(len(price))])
    return np.asarray((price[:, :, None] * moved + own[:, None, :])[:, None])
