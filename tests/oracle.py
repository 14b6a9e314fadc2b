"""The gas-flow problem once more, written down row by row from a case for scipy: slow, plain, and of its own.

Nothing of the package's model, compiler or solver is used here; only the numbers of the case are shared.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array

from energy_model.scenario.case import Case

Terms = dict[int, float]


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
    _suppliers(lp, case, balance)
    flow = _pipelines(lp, case, balance)
    _ships(lp, case, balance)
    _stores(lp, case, balance)
    _customers(lp, case, balance)
    for c, group in enumerate(case.contracts.id):
        untaken = lp.column(case.contracts.price[c])
        terms = {flow[p, t]: -days[t] for p in case.contracts.pipelines[c] for t in periods}
        lp.at_most.append((terms | {untaken: -1.0}, -case.contracts.floor[c]))
        assert group
    for (n, t), terms in balance.items():
        lp.equal.append((terms, float(case.demand.rate[n, :, t].sum()) if case.is_market[n] else 0.0))
    return lp.least_cost(method)


def _suppliers(lp: Programme, case: Case, balance: dict[tuple[int, int], Terms]) -> None:
    steps = case.supply
    for k in range(len(steps.supplier)):
        over_time: Terms = {}
        for t, length in enumerate(case.timeline.days):
            x = lp.column(length * steps.cost[k, t], steps.rate[k, t])
            balance[steps.node[k], t][x] = 1.0
            over_time[x] = length * steps.use[k, t]
        lp.at_most.append((over_time, steps.volume[k]))


def _pipelines(lp: Programme, case: Case, balance: dict[tuple[int, int], Terms]) -> dict[tuple[int, int], int]:
    lines, flow = case.pipelines, {}
    for p in range(len(lines.id)):
        for t, length in enumerate(case.timeline.days):
            x = flow[p, t] = lp.column(length * lines.cost[p, t], lines.capacity[p, t])
            balance[lines.from_node[p], t][x] = -1.0
            balance[lines.to_node[p], t][x] = 1.0 - lines.loss_share[p]
    return flow


def _ships(lp: Programme, case: Case, balance: dict[tuple[int, int], Terms]) -> None:
    lng, days, in_month = case.lng, case.timeline.days, case.timeline.month_days
    loaded: dict[tuple[str, int], Terms] = defaultdict(dict)
    landed: dict[tuple[int, int], Terms] = defaultdict(dict)
    whole: Terms = {}
    monthly: list[Terms] = [{} for _ in in_month]
    for e in range(len(lng.exporter)):
        over_time: Terms = {}
        for t, length in enumerate(days):
            x = lp.column(length * lng.cost[e, t], lng.rate[e, t])
            loaded[lng.exporter[e], t][x] = 1.0
            over_time[x] = length * lng.use[e, t]
            whole[x] = length
            for m, row in enumerate(in_month):
                monthly[m][x] = row[t]
        lp.at_most.append((over_time, lng.volume[e]))
    for a in range(len(lng.route_exporter)):
        for t, length in enumerate(days):
            x = lp.column(length * lng.route_cost[a, t], lng.route_open[a, t])
            loaded[lng.route_exporter[a], t][x] = -1.0
            landed[lng.route_node[a], t][x] = 1.0
    for q in range(len(lng.terminal)):
        for t in range(len(days)):
            x = lp.column(0.0, lng.sendout[q, t])
            landed[lng.terminal_node[q], t][x] = -1.0
            balance[lng.terminal_node[q], t][x] = 1.0
    lp.equal += [(terms, 0.0) for terms in (*loaded.values(), *landed.values())]
    lp.at_most.append((whole, lng.europe_limit.sum()))
    lp.at_most += [
        (terms, limit * lng.monthly_flexibility) for terms, limit in zip(monthly, lng.europe_limit, strict=True)
    ]


def _stores(lp: Programme, case: Case, balance: dict[tuple[int, int], Terms]) -> None:
    stock, days = case.storage, case.timeline.days
    level: dict[tuple[int, int], int] = {}
    for s, volume in enumerate(stock.working_gas):
        level[s, 0] = lp.column(0.0, stock.initial[s], stock.initial[s])
        for t, length in enumerate(days):
            level[s, t + 1] = lp.column(stock.holding_cost * length, volume)
            into = lp.column(length * stock.injection_cost, stock.injection[s, t])
            out_cost = np.broadcast_to(stock.withdrawal_cost, stock.withdrawal.shape)[s, t]
            out = lp.column(length * out_cost, stock.withdrawal[s, t])
            balance[stock.node[s], t] |= {into: -1.0, out: 1.0}
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


def _customers(lp: Programme, case: Case, balance: dict[tuple[int, int], Terms]) -> None:
    demand = case.demand
    for n in np.flatnonzero(case.is_market):
        for t, length in enumerate(case.timeline.days):
            left = demand.rate[n, :, t].copy()
            for v, j in enumerate(demand.voluntary_sector):
                width = demand.voluntary_share[n, v, t] * demand.rate[n, j, t]
                left[j] -= width
                balance[n, t][lp.column(length * demand.voluntary_cost[v], width)] = 1.0
            for i, j in enumerate(demand.tier_sector):
                count = demand.tier_slices[i]
                for k in range(count):
                    price = demand.tier_cost[i] + demand.slice_slope * (k + 0.5) / count
                    width = max(left[j], 0.0) * demand.tier_share[i] / count
                    balance[n, t][lp.column(length * price, width)] = 1.0
