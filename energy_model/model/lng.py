"""Liquefied gas: exporters' steps, sea routes, terminals, and the limit on what Europe attracts."""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from energy_model.lp import ArrayParam, LazyModel
from energy_model.model import pyomo_units as u
from energy_model.scenario.case import Case


def add(m: LazyModel, case: Case) -> None:
    """Declare LNG from the exporter's quay to the grid of the importing market."""
    _add_sets(m, case)
    put_numbers(m, case)
    m.lng_supply = pyo.Var(
        m.E,
        m.T,
        domain=u.NonNegative,
        bounds=lambda m, e, t: (0, m.lng_rate[e, t]),
        units=u.GWH_PER_DAY,
        doc="LNG taken from an exporter's step",
    )
    m.cargo = pyo.Var(
        m.A,
        m.T,
        domain=u.NonNegative,
        bounds=lambda m, x, n, t: (0, m.sea_open[x, n, t]),
        units=u.GWH_PER_DAY,
        doc="LNG shipped from an exporter to a market",
    )
    m.sendout = pyo.Var(
        m.Q,
        m.T,
        domain=u.NonNegative,
        bounds=lambda m, q, t: (m.sendout_minimum[q, t], m.sendout_capacity[q, t]),
        units=u.GWH_PER_DAY,
        doc="Send-out of a terminal",
    )
    _add_constraints(m)
    m.balance_terms.append(lambda m, n, t: sum(m.sendout[q, t] for q in m.terminals_at[n]))
    m.cost_terms.append(lambda m: sum(m.days[t] * m.lng_price[e, t] * m.lng_supply[e, t] for e in m.E for t in m.T))
    m.cost_terms.append(
        lambda m: sum(m.days[t] * m.sea_cost[x, n, t] * m.cargo[x, n, t] for (x, n) in m.A for t in m.T)
    )


def _add_sets(m: LazyModel, case: Case) -> None:
    lng = case.lng
    steps = np.array(lng.labels, dtype=object)
    arcs = list(zip(lng.route_exporter.tolist(), case.nodes[lng.route_node].tolist(), strict=True))
    exporters = sorted(set(lng.exporter.tolist()))
    landings = sorted(set(case.nodes[lng.terminal_node].tolist()) | {node for _, node in arcs})
    m.E = pyo.Set(initialize=steps.tolist(), doc="LNG steps")
    m.X = pyo.Set(initialize=exporters, doc="LNG exporters")
    m.A = pyo.Set(dimen=2, initialize=arcs, doc="Sea routes: exporter, market")
    m.Q = pyo.Set(initialize=lng.terminal.tolist(), doc="Import terminals")
    m.L = pyo.Set(initialize=landings, doc="Markets with terminals or sea routes")
    m.M = pyo.RangeSet(1, len(case.timeline.months), doc="Calendar months of the horizon")
    m.lng_steps_of = pyo.Set(
        m.X,
        within=m.E,
        initialize={x: steps[lng.exporter == x].tolist() for x in exporters},
        doc="Steps of an exporter",
    )
    m.arcs_from = pyo.Set(
        m.X,
        within=m.A,
        dimen=2,
        initialize={x: [a for a in arcs if a[0] == x] for x in exporters},
        doc="Sea routes of an exporter",
    )
    m.arcs_to = pyo.Set(
        m.L,
        within=m.A,
        dimen=2,
        initialize={n: [a for a in arcs if a[1] == n] for n in landings},
        doc="Sea routes to a market",
    )
    terminals = {node: lng.terminal[lng.terminal_node == i].tolist() for i, node in enumerate(case.nodes)}
    m.terminals_at = pyo.Set(m.N, within=m.Q, initialize=terminals, doc="Terminals of a market")
    touched = [(np.flatnonzero(row) + 1).tolist() for row in case.timeline.month_days]
    m.periods_of = pyo.Set(
        m.M, within=m.T, initialize={k + 1: row for k, row in enumerate(touched)}, doc="Periods that touch a month"
    )


def put_numbers(m: LazyModel, case: Case) -> None:
    """Declare the numbers, or renew them."""
    lng, line = case.lng, case.timeline
    m.lng_rate = ArrayParam(m.E, m.T, values=lng.rate, units=u.GWH_PER_DAY, doc="Highest daily rate of a step")
    m.lng_volume = ArrayParam(m.E, values=lng.volume, units=u.GWH, doc="Volume of a step over the horizon")
    m.lng_use = ArrayParam(m.E, m.T, values=lng.use, units=u.SHARE, doc="Volume that a unit of LNG uses up")
    m.lng_price = ArrayParam(m.E, m.T, values=lng.cost, units=u.EUR_PER_MWH, doc="Price free on board")
    m.sea_cost = ArrayParam(m.A, m.T, values=lng.route_cost, units=u.EUR_PER_MWH, doc="Freight and regasification")
    m.sea_open = ArrayParam(m.A, m.T, values=lng.route_open, units=u.GWH_PER_DAY, doc="Most that a ban lets pass")
    m.sendout_capacity = ArrayParam(
        m.Q, m.T, values=lng.sendout, units=u.GWH_PER_DAY, doc="Send-out capacity of a terminal"
    )
    m.sendout_minimum = ArrayParam(
        m.Q, m.T, values=lng.sendout_minimum, units=u.GWH_PER_DAY, doc="Send-out that must be"
    )
    m.month_days = ArrayParam(m.M, m.T, values=line.month_days, units=u.DAY, doc="Gas days of a month in a period")
    m.month_limit = ArrayParam(
        m.M, values=lng.europe_limit * lng.monthly_flexibility, units=u.GWH, doc="Most LNG in one month"
    )
    m.month_share = ArrayParam(m.M, values=lng.europe_limit, units=u.GWH, doc="Even share of a month in the limit")


def _add_constraints(m: LazyModel) -> None:
    @m.Constraint(m.E, doc="Volume of an LNG step")
    def lng_limit(m: LazyModel, e: str) -> object:
        r"""An exporter's step gives no more than its volume over the horizon.

        .. math:: \sum_t h_t\, \rho_{e,t}^{-1}\, u_{e,t} \le U_e
        """
        return sum(m.days[t] * m.lng_use[e, t] * m.lng_supply[e, t] for t in m.T) <= m.lng_volume[e]

    @m.Constraint(m.X, m.T, doc="Cargoes of an exporter")
    def loading(m: LazyModel, x: str, t: int) -> object:
        r"""What an exporter's steps give is what its ships carry.

        .. math:: \sum_{e \in E_x} u_{e,t} = \sum_{n} k_{x,n,t}
        """
        return sum(m.lng_supply[e, t] for e in m.lng_steps_of[x]) == sum(m.cargo[a, n, t] for (a, n) in m.arcs_from[x])

    @m.Constraint(m.L, m.T, doc="Cargoes landed in a market")
    def landing(m: LazyModel, n: str, t: int) -> object:
        r"""What ships bring to a market leaves its terminals as gas in the same period.

        .. math:: \sum_{x} k_{x,n,t} = \sum_{j \in Q_n} g_{j,t}
        """
        return sum(m.cargo[x, k, t] for (x, k) in m.arcs_to[n]) == sum(m.sendout[q, t] for q in m.terminals_at[n])

    @m.Constraint(m.M, doc="LNG Europe attracts in a month")
    def europe_month(m: LazyModel, month: int) -> object:
        r"""A month draws at most a multiple of its even share of what Europe can attract.

        .. math:: \sum_{t} d_{m,t} \sum_e u_{e,t} \le \phi\, L_m
        """
        return (
            sum(m.month_days[month, t] * m.lng_supply[e, t] for t in m.periods_of[month] for e in m.E)
            <= m.month_limit[month]
        )

    @m.Constraint(doc="LNG Europe attracts over the horizon")
    def europe_total(m: LazyModel) -> object:
        r"""All importing markets together draw no more than Europe can attract.

        .. math:: \sum_{t} h_t \sum_e u_{e,t} \le \sum_m L_m
        """
        return sum(m.days[t] * m.lng_supply[e, t] for e in m.E for t in m.T) <= sum(m.month_share[k] for k in m.M)
