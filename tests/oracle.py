"""The gas-flow problem once more, written down row by row from a case for scipy: slow, plain, and of its own.

Nothing of the package's model, compiler or solver is used here; only the numbers of the case are shared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array

from energy_model.scenario.case import Case

Terms = dict[int, float]
Balance = dict[tuple[int, int], Terms]


class Programme:
    """Columns and rows of a linear programme, one at a time."""

    def __init__(self) -> None:
        self.cost: list[float] = []
        self.bounds: list[tuple[float, float | None]] = []
        self.equal: list[tuple[Terms, float]] = []
        self.at_most: list[tuple[Terms, float]] = []

    def column(self, cost: float = 0.0, most: float | None = None, least: float = 0.0) -> int:
        self.cost.append(cost)
        self.bounds.append((least, None if most is None or np.isinf(most) else most))
        return len(self.cost) - 1

    def least_cost(self, method: str) -> float:
        kinds = {"eq": self.equal, "ub": self.at_most}
        arguments: dict[str, object] = {}
        for kind, rows in kinds.items():
            if rows:
                places = [(r, c, v) for r, (terms, _) in enumerate(rows) for c, v in terms.items()]
                row, column, value = zip(*places, strict=True) if places else ((), (), ())
                arguments[f"A_{kind}"] = coo_array((value, (row, column)), shape=(len(rows), len(self.cost))).tocsr()
                arguments[f"b_{kind}"] = [number for _, number in rows]
        found = linprog(self.cost, bounds=self.bounds, method=method, **arguments)
        assert found.status == 0, found.message
        return float(found.fun)


def least_cost(case: Case, method: str = "highs") -> float:
    """Least cost of a case in thousand EUR."""
    lp = Programme()
    periods = range(len(case.timeline))
    days = case.timeline.days
    # What enters a node in a period counts plus, what leaves it minus.
    balance: dict[tuple[int, int], Terms] = {(n, t): {} for n in range(len(case.nodes)) for t in periods}
    supply = _suppliers(lp, case, balance)
    flow = _pipelines(lp, case, balance)
    _ships(lp, case, balance)
    stored = _stores(lp, case, balance)
    spared = _customers(lp, case, balance)
    if case.supply_by_month is not None:
        _least_takes(lp, case, supply)
    if case.low_calorific is not None:
        _low_calorific(lp, case, (supply, flow, stored), spared)
    if case.delivery_points is not None:
        _delivery_points(lp, case, supply, flow)
    if case.transit_bookings is not None:
        _transit_bookings(lp, case, flow)
    if case.solidarity is not None:
        _solidarity(lp, case, spared)
    for c, group in enumerate(case.contracts.id):
        untaken = lp.column(case.contracts.price[c])
        terms = {flow[p, t]: -days[t] for p in case.contracts.pipelines[c] for t in periods}
        lp.at_most.append((terms | {untaken: -1.0}, -case.contracts.floor[c]))
        assert group
    for (n, t), terms in balance.items():
        lp.equal.append((terms, float(case.demand.rate[n, :, t].sum()) if case.is_market[n] else 0.0))
    return lp.least_cost(method)


def _suppliers(lp: Programme, case: Case, balance: Balance) -> dict[tuple[int, int], int]:
    steps, taken = case.supply, {}
    for k in range(len(steps.supplier)):
        over_time: Terms = {}
        for t, length in enumerate(case.timeline.days):
            x = lp.column(length * (steps.cost + steps.tie_break)[k, t], steps.rate[k, t])
            balance[steps.node[k], t][x] = 1.0
            taken[k, t] = x
            over_time[x] = length * steps.use[k, t]
        lp.at_most.append((over_time, steps.volume[k]))
    return taken


def _pipelines(lp: Programme, case: Case, balance: dict[tuple[int, int], Terms]) -> dict[tuple[int, int], int]:
    lines, flow = case.pipelines, {}
    for p in range(len(lines.id)):
        for t, length in enumerate(case.timeline.days):
            x = flow[p, t] = lp.column(length * (lines.cost + lines.duty + lines.tie_break)[p, t], lines.capacity[p, t])
            balance[lines.from_node[p], t][x] = -1.0
            balance[lines.to_node[p], t][x] = 1.0 - lines.loss_share[p]
    return flow


def _ships(lp: Programme, case: Case, balance: dict[tuple[int, int], Terms]) -> None:
    lng, days, in_month = case.lng, case.timeline.days, case.timeline.month_days
    loaded: dict[tuple[str, int], Terms] = defaultdict(dict)
    landed: dict[tuple[int, int], Terms] = defaultdict(dict)
    sent: dict[tuple[int, int], list[int]] = defaultdict(list)
    whole: Terms = {}
    monthly: list[Terms] = [{} for _ in in_month]
    for e in range(len(lng.exporter)):
        over_time: Terms = {}
        for t, length in enumerate(days):
            x = lp.column(length * (lng.cost + lng.tie_break)[e, t], lng.rate[e, t])
            loaded[lng.exporter[e], t][x] = 1.0
            over_time[x] = length * lng.use[e, t]
            whole[x] = length
            for m, row in enumerate(in_month):
                monthly[m][x] = row[t]
        lp.at_most.append((over_time, lng.volume[e]))
    for a in range(len(lng.route_exporter)):
        for t, length in enumerate(days):
            x = lp.column(length * (lng.route_cost + lng.route_tie_break)[a, t], lng.route_open[a, t])
            loaded[lng.route_exporter[a], t][x] = -1.0
            landed[lng.route_node[a], t][x] = 1.0
    for q in range(len(lng.terminal)):
        for t in range(len(days)):
            x = lp.column(0.0, lng.sendout[q, t])
            landed[lng.terminal_node[q], t][x] = -1.0
            balance[lng.terminal_node[q], t][x] = 1.0
            sent[int(lng.terminal_node[q]), t].append(x)
    lp.equal += [(terms, 0.0) for terms in (*loaded.values(), *landed.values())]
    if case.lng_slots is not None:
        _slots(lp, case, sent)
    if case.lng_world is not None:
        _world(lp, case, loaded)
        return
    lp.at_most.append((whole, lng.europe_limit.sum()))
    lp.at_most += [
        (terms, limit * lng.monthly_flexibility) for terms, limit in zip(monthly, lng.europe_limit, strict=True)
    ]


def _slots(lp: Programme, case: Case, sent: Mapping[tuple[int, int], list[int]]) -> None:
    """What a market sends out lies between its shares of all that is sent out; a unit outside costs a slot."""
    part = case.lng_slots
    for t, length in enumerate(case.timeline.days):
        everywhere = [x for (_, when), columns in sent.items() if when == t for x in columns]
        for row, n in enumerate(part.node):
            outside, own = lp.column(length * part.resale_cost[row]), set(sent[int(n), t])
            for sign, share in ((1.0, part.most[row, t]), (-1.0, part.least[row, t])):
                terms = {x: sign * ((x in own) - share) for x in everywhere}
                lp.at_most.append((terms | {outside: -1.0}, 0.0))


def _world(lp: Programme, case: Case, loaded: Mapping[tuple[str, int], Terms]) -> None:
    """Buyers outside the model, and contracts. In ``loaded`` what goes to Europe stands with a minus, by ship."""
    part, line, lng = case.lng_world, case.timeline, case.lng
    days = line.part_days
    for y, in_part in enumerate(days):
        carried: dict[tuple[int, int], int] = {}
        for x, name in enumerate(part.exporter):
            mine = lng.exporter == name
            most = float((lng.rate[mine] * in_part).sum())
            used: Terms = {}
            for t in np.flatnonzero(in_part):
                used |= {c: in_part[t] for c, sign in loaded[str(name), int(t)].items() if sign < 0.0}
            price = float((lng.cost[mine].min(axis=0) * in_part).sum() / in_part.sum())
            for r in range(len(part.basin)):
                carried[x, r] = lp.column(price + part.freight[x, r])
            lp.at_most.append((used | {carried[x, r]: 1.0 for r in range(len(part.basin))}, most))
            for i in np.flatnonzero(part.contract_exporter == x):
                at = part.contract_basin[i]
                bound = used if at < 0 else {carried[x, int(at)]: 1.0}
                broken = lp.column(part.diversion_cost)
                terms = {column: -weight for column, weight in bound.items()} | {broken: -1.0}
                lp.at_most.append((terms, -float(part.contract_share[i, y]) * most))
        for r in range(len(part.basin)):
            terms, wanted = {carried[x, r]: 1.0 for x in range(len(part.exporter))}, 0.0
            for z in np.flatnonzero(part.buyer_basin == r):
                for j, width in enumerate(part.width[z, :, y]):
                    lag = 1.0 if j == len(part.step) - 1 else part.answer[y]
                    least, most = ((1.0 - lag) * width, width) if part.is_below[j] else (0.0, lag * width)
                    terms[lp.column(float(part.price[z, j, y]), most, least)] = 1.0
                    wanted += width
            lp.equal.append((terms, wanted))


def _stores(lp: Programme, case: Case, balance: Balance) -> dict[tuple[int, int], tuple[int, int]]:
    """Columns of what goes in and of what comes out."""
    stock, days, moved = case.storage, case.timeline.days, {}
    level: dict[tuple[int, int], int] = {}
    for s, volume in enumerate(stock.working_gas):
        level[s, 0] = lp.column(0.0, stock.initial[s], stock.initial[s])
        for t, length in enumerate(days):
            level[s, t + 1] = lp.column(stock.holding_cost * length, volume)
            into = lp.column(length * stock.injection_cost, stock.injection[s, t])
            out_cost = (stock.withdrawal_cost + stock.tie_break)[s, t]
            out = lp.column(length * out_cost, stock.withdrawal[s, t])
            balance[stock.node[s], t] |= {into: -1.0, out: 1.0}
            moved[s, t] = (into, out)
            kept = length * (1.0 - stock.cycle_loss_share)
            lp.equal.append(({level[s, t + 1]: 1.0, level[s, t]: -1.0, into: -kept, out: length}, 0.0))
            for b in np.flatnonzero(stock.curve_storage == s):
                x, most = (into, stock.injection) if stock.curve_kind[b] == "injection" else (out, stock.withdrawal)
                rate = most[s, t]
                fall = {x: 1.0, level[s, t]: -rate * stock.curve_slope[b] / volume}
                lp.at_most.append((fall, rate * stock.curve_intercept[b]))
    for target in stock.targets:
        short = lp.column(target.penalty_eur_per_mwh)
        boundary = sum(start < target.date for start in case.timeline.starts)
        held = {level[s, boundary]: -1.0 for s in target.storages}
        lp.at_most.append((held | {short: -1.0}, -target.level_gwh))
    return moved


def _customers(lp: Programme, case: Case, balance: Balance) -> dict[tuple[int, int], Terms]:
    """What a unit of each column spares at households and services; steps of one price are used alike."""
    demand, spared = case.demand, defaultdict(dict)
    small = [demand.sectors.index(sector) for sector in ("households", "services")]
    for n in np.flatnonzero(case.is_market):
        for t, length in enumerate(case.timeline.days):
            left, at = demand.rate[n, :, t].copy(), spared[n, t]
            widths = [
                demand.voluntary_share[n, v, t] * demand.rate[n, j, t] for v, j in enumerate(demand.voluntary_sector)
            ]
            reach: dict[float, list[float]] = defaultdict(lambda: [0.0, 0.0])
            for price, width, j in zip(demand.voluntary_cost, widths, demand.voluntary_sector, strict=True):
                reach[round(price, 6)][0] += width
                reach[round(price, 6)][1] += width * (j in small)
            for v, j in enumerate(demand.voluntary_sector):
                left[j] -= widths[v]
                x = lp.column(length * demand.voluntary_cost[v], widths[v])
                balance[n, t][x] = 1.0
                both, small_users = reach[round(demand.voluntary_cost[v], 6)]
                at[x] = ("reduced", small_users / both if both > 0.0 else 0.0)
            for i, j in enumerate(demand.tier_sector):
                count = demand.tier_slices[i]
                for k in range(count):
                    price = demand.tier_cost[i] + demand.slice_slope * (k + 0.5) / count
                    width = max(left[j], 0.0) * demand.tier_share[i] / count
                    x = lp.column(length * price, width)
                    balance[n, t][x] = 1.0
                    at[x] = ("cut", float(j in small))
    return spared


def _least_takes(lp: Programme, case: Case, supply: dict[tuple[int, int], int]) -> None:
    """A share of what a step offers is taken, or what is missing has its price."""
    part = case.supply_by_month
    for row, label in enumerate(part.step):
        k = case.supply.labels.index(label)
        for t, length in enumerate(case.timeline.days):
            missing = lp.column(length * part.price[row, t])
            least = part.least_share[row, t] * case.supply.rate[k, t]
            lp.at_most.append(({supply[k, t]: -1.0, missing: -1.0}, -least))


def _low_calorific(lp: Programme, case: Case, columns: tuple, spared: dict[tuple[int, int], dict]) -> None:
    """Whoever burns low-calorific gas gets it from wells, conversion, lines and stores, or goes without."""
    (supply, flow, stored), part, lines = columns, case.low_calorific, case.pipelines
    small = [case.demand.sectors.index(sector) for sector in ("households", "services")]
    for row, n in enumerate(part.node):
        for t, length in enumerate(case.timeline.days):
            apart = length * part.tie_break[row, t]
            made, without = lp.column(apart, part.conversion[row, t]), lp.column(2.0 * apart)
            terms = {made: -1.0, without: -1.0}
            for k in np.flatnonzero(case.supply.node == n):
                terms[supply[k, t]] = -part.produced_share[row, t]
            for p in part.line:
                if lines.to_node[p] == n:
                    terms[flow[p, t]] = lines.loss_share[p] - 1.0
                elif lines.from_node[p] == n:
                    terms[flow[p, t]] = 1.0
            for s in np.flatnonzero(case.storage.node == n):
                into, out = stored[s, t]
                terms |= {into: part.stored_share[row], out: -part.stored_share[row]}
            burnt = part.household_share[row, t] * case.demand.rate[n, small, t].sum()
            lp.at_most.append((terms, -burnt))
            share = {"reduced": part.household_share[row, t], "cut": 1.0}
            relief = {x: -share[how] * users for x, (how, users) in spared[n, t].items()}
            lp.at_most.append((relief | {without: 1.0}, 0.0))


def _delivery_points(lp: Programme, case: Case, supply: dict[tuple[int, int], int], flow: dict) -> None:
    """The net flow at a point is its share of what the seller delivers, or a swap is paid for what is missing."""
    part = case.delivery_points
    for y in range(len(part.id)):
        for t, length in enumerate(case.timeline.days):
            least: Terms = defaultdict(float)
            least[lp.column(length * part.swap_cost[y])] = -1.0
            for sign, lines in ((-1.0, part.forward[y]), (1.0, part.backward[y])):
                for p in lines:
                    least[flow[p, t]] += sign
            for k in part.steps[y]:
                least[supply[k, t]] += part.least[y, t]
            for p in part.landings[y]:
                least[flow[p, t]] += part.least[y, t]
            lp.at_most.append((dict(least), 0.0))
            if part.has_most[y]:
                most: Terms = defaultdict(float)
                most[lp.column(length * part.swap_cost[y])] = -1.0
                for p in part.forward[y]:
                    most[flow[p, t]] += 1.0
                for p in part.landings[y]:
                    most[flow[p, t]] -= part.most[y, t]
                lp.at_most.append((dict(most), 0.0))


def _transit_bookings(lp: Programme, case: Case, flow: dict) -> None:
    """Booked use gives the fee back; a mean net flow of a month other than that of the month before is paid."""
    part, month_days = case.transit_bookings, case.timeline.month_days
    for b, lines in enumerate(part.lines):
        fees = case.pipelines.cost[list(lines)].min(axis=0)
        for t, length in enumerate(case.timeline.days):
            used = lp.column(-length * fees[t], part.booked[b, t] if fees[t] > 0.0 else 0.0)
            lp.at_most.append(({used: 1.0} | {flow[p, t]: -1.0 for p in lines}, 0.0))
    for j in range(len(part.border)):
        for k in range(0 if part.is_before_given[0] else 1, len(month_days)):
            price = part.change_cost[j, k] * month_days[k].sum()
            row: Terms = defaultdict(float)
            row[lp.column(price)], row[lp.column(price)] = -1.0, 1.0
            for sign, month in ((1.0, k), (-1.0, k - 1)):
                if month < 0 or (month < k and part.is_before_given[k]):
                    continue
                for t, share in enumerate(month_days[month] / month_days[month].sum()):
                    for way, lines in ((sign, part.forward[j]), (-sign, part.backward[j])):
                        for p in lines:
                            row[flow[p, t]] += way * share
            lp.equal.append((dict(row), part.before[j, k]))


def _solidarity(lp: Programme, case: Case, spared: dict[tuple[int, int], dict]) -> None:
    """A market outside is cut by what it needs beyond what it keeps; over the horizon its stock serves it as well."""
    part, days = case.solidarity, case.timeline.days
    dearest = float((case.demand.tier_cost + case.demand.slice_slope * (1.0 - 0.5 / case.demand.tier_slices)).max())
    for row, n in enumerate(part.node):
        of_horizon: Terms = {}
        beyond = 0.0
        for t, length in enumerate(days):
            ceded = lp.column(length * dearest)
            cut = [x for x, (how, _) in spared[n, t].items() if how == "cut"]
            most = sum(lp.bounds[x][1] or 0.0 for x in cut)
            needed = max(most - part.kept[row, t], 0.0)
            lp.at_most.append((dict.fromkeys(cut, 1.0) | {ceded: -1.0}, needed))
            of_horizon |= dict.fromkeys(cut, length) | {ceded: -length}
            beyond += length * needed
        lp.at_most.append((of_horizon, max(beyond - part.kept_stock[row], 0.0)))
