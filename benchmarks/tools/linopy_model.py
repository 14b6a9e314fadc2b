"""The case in linopy: variables over labelled arrays, sums by group, one balance per node."""

from __future__ import annotations

import linopy
import numpy as np
import pandas as pd
import xarray as xr

from energy_model.model.demand import grouped_voluntary_width, slice_table, slice_width, voluntary_groups
from energy_model.scenario.case import Case


def build(case: Case) -> linopy.Model:
    """The model, ready to solve. Rates in GWh/d, cost in thousand EUR."""
    m = linopy.Model()
    period = pd.RangeIndex(1, len(case.timeline) + 1, name="period")
    days = xr.DataArray(case.timeline.days, coords=[period])
    enters: list[linopy.LinearExpression] = []
    cost: list[linopy.LinearExpression] = []
    flow = _pipelines(m, case, period, days, enters, cost)
    _supply(m, case, period, days, enters, cost)
    _ships(m, case, period, days, enters, cost)
    _stores(m, case, period, days, enters, cost)
    _customers(m, case, period, days, enters, cost)
    _contracts(m, case, flow, days, cost)
    balance = linopy.merge(enters, join="outer")
    asked = np.where(case.is_market[:, None], case.demand.rate.sum(axis=1), 0.0)
    demand = xr.DataArray(asked, coords=[pd.Index(case.nodes, name="node"), period])
    m.add_constraints(balance == demand.reindex(node=balance.indexes["node"]), name="balance")
    m.add_objective(linopy.merge([part.sum() for part in cost]))
    return m


def _array(values: np.ndarray, names: pd.Index, period: pd.RangeIndex) -> xr.DataArray:
    return xr.DataArray(np.broadcast_to(values, (len(names), len(period))), coords=[names, period])


def _at(case: Case, nodes: np.ndarray, names: pd.Index) -> pd.Series:
    return pd.Series(case.nodes[nodes], index=names, name="node")


def _pipelines(m, case, period, days, enters, cost):  # type: ignore[no-untyped-def]
    lines = case.pipelines
    pipe = pd.Index(lines.id, name="pipe")
    flow = m.add_variables(_array(lines.minimum, pipe, period), _array(lines.capacity, pipe, period), name="flow")
    arrives = xr.DataArray(1.0 - lines.loss_share, coords=[pipe])
    enters.append((flow * arrives).groupby(_at(case, lines.to_node, pipe)).sum())
    enters.append((-1 * flow).groupby(_at(case, lines.from_node, pipe)).sum())
    cost.append(flow * (_array(lines.cost, pipe, period) * days))
    return flow


def _supply(m, case, period, days, enters, cost):  # type: ignore[no-untyped-def]
    steps = case.supply
    step = pd.Index([f"{a}:{b}" for a, b in zip(steps.supplier, steps.step, strict=True)], name="step")
    taken = m.add_variables(0, _array(steps.rate, step, period), name="supply")
    m.add_constraints((taken * days).sum("period") <= xr.DataArray(steps.volume, coords=[step]), name="volume")
    enters.append((1 * taken).groupby(_at(case, steps.node, step)).sum())
    cost.append(taken * (_array(steps.cost, step, period) * days))


def _ships(m, case, period, days, enters, cost):  # type: ignore[no-untyped-def]
    lng = case.lng
    step = pd.Index([f"{a}:{b}" for a, b in zip(lng.exporter, lng.step, strict=True)], name="lng_step")
    route = pd.Index([f"{a}>{b}" for a, b in zip(lng.route_exporter, lng.route_node, strict=True)], name="sea_route")
    terminal = pd.Index(lng.terminal, name="terminal")
    loaded = m.add_variables(0, _array(lng.rate, step, period), name="lng_supply")
    cargo = m.add_variables(0, _array(lng.route_open, route, period), name="cargo")
    sendout = m.add_variables(
        _array(lng.sendout_minimum, terminal, period), _array(lng.sendout, terminal, period), name="sendout"
    )
    by_exporter = pd.Series(lng.exporter, index=step, name="exporter")
    leaving = pd.Series(lng.route_exporter, index=route, name="exporter")
    given = linopy.merge([(1 * loaded).groupby(by_exporter).sum(), (-1 * cargo).groupby(leaving).sum()], join="outer")
    m.add_constraints(given == 0, name="loading")
    landed = (1 * cargo).groupby(_at(case, lng.route_node, route)).sum()
    sent = (-1 * sendout).groupby(_at(case, lng.terminal_node, terminal)).sum()
    m.add_constraints(linopy.merge([landed, sent], join="outer") == 0, name="landing")
    m.add_constraints((loaded * days).sum("period") <= xr.DataArray(lng.volume, coords=[step]), name="lng_volume")
    month = pd.RangeIndex(len(lng.europe_limit), name="month")
    in_month = xr.DataArray(case.timeline.month_days, coords=[month, period])
    drawn = (1 * loaded).sum("lng_step")
    limit = xr.DataArray(lng.europe_limit * lng.monthly_flexibility, coords=[month])
    m.add_constraints((drawn * in_month).sum("period") <= limit, name="month")
    m.add_constraints((drawn * days).sum("period") <= float(lng.europe_limit.sum()), name="horizon")
    enters.append((1 * sendout).groupby(_at(case, lng.terminal_node, terminal)).sum())
    cost.append(loaded * (_array(lng.cost, step, period) * days))
    cost.append(cargo * (_array(lng.route_cost, route, period) * days))


def _stores(m, case, period, days, enters, cost):  # type: ignore[no-untyped-def]
    stock = case.storage
    store = pd.Index(stock.id, name="store")
    volume = np.repeat(stock.working_gas[:, None], len(period), axis=1)
    level = m.add_variables(0, _array(volume, store, period), name="level")
    into = m.add_variables(0, _array(stock.injection, store, period), name="injection")
    out = m.add_variables(0, _array(stock.withdrawal, store, period), name="withdrawal")
    first = np.zeros((len(store), len(period)))
    first[:, 0] = stock.initial
    before = level.shift(period=1)
    change = into * (days * (1.0 - stock.cycle_loss_share)) - out * days
    m.add_constraints(level - before - change == _array(first, store, period), name="storage_level")
    for kind, x, rate in (("withdrawal", out, stock.withdrawal), ("injection", into, stock.injection)):
        mine = np.flatnonzero(stock.curve_kind == kind)
        if not mine.size:
            continue
        owner = stock.curve_storage[mine]
        line = pd.RangeIndex(len(mine), name="line")
        who = xr.DataArray(store[owner], coords=[line])
        slope = rate[owner] * (stock.curve_slope[mine] / stock.working_gas[owner])[:, None]
        most = rate[owner] * stock.curve_intercept[mine][:, None] + slope * first[owner]
        held = before.sel(store=who) * _array(slope, line, period)
        m.add_constraints(x.sel(store=who) - held <= _array(most, line, period), name=f"{kind}_curve")
    for g, target in enumerate(stock.targets):
        short = m.add_variables(0, name=f"missing_{g}")
        boundary = case.timeline.boundary_at(target.date)
        held = (1 * level.sel(store=store[list(target.storages)], period=boundary)).sum("store")
        m.add_constraints(held + short >= target.level_gwh, name=f"target_{g}")
        cost.append(target.penalty_eur_per_mwh * short)
    node = _at(case, stock.node, store)
    enters.append((1 * out).groupby(node).sum())
    enters.append((-1 * into).groupby(node).sum())
    cost.append(into * (days * stock.injection_cost))
    cost.append(out * (_array(stock.withdrawal_cost, store, period) * days))
    cost.append(level * (days * stock.holding_cost))


def _customers(m, case, period, days, enters, cost):  # type: ignore[no-untyped-def]
    node = pd.Index(case.nodes[case.is_market], name="node")
    prices, _ = voluntary_groups(case.demand)
    slices = slice_table(case.demand)
    for name, width, price in (
        ("voluntary", grouped_voluntary_width(case), prices),
        ("curtailment", slice_width(case), slices.cost),
    ):
        kind = pd.RangeIndex(len(price), name=name)
        x = m.add_variables(0, xr.DataArray(width, coords=[node, kind, period]), name=name)
        enters.append((1 * x).sum(name))
        cost.append(x * (xr.DataArray(price, coords=[kind]) * days))


def _contracts(m, case, flow, days, cost):  # type: ignore[no-untyped-def]
    deals = case.contracts
    for c in range(len(deals.id)):
        untaken = m.add_variables(0, name=f"untaken_{c}")
        pipes = case.pipelines.id[list(deals.pipelines[c])]
        m.add_constraints((flow.sel(pipe=pipes) * days).sum() + untaken >= deals.floor[c], name=f"take_or_pay_{c}")
        cost.append(float(deals.price[c]) * untaken)
