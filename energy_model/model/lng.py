"""Liquefied gas: exporters' steps, sea routes, terminals, and the limit on what Europe attracts."""

from __future__ import annotations

import numpy as np
import pyomo.core as pyo

from energy_model.lp import ArrayParam, LazyModel
from energy_model.model import pyomo_units as u
from energy_model.model.feature import BalanceTerm, CostTerm, Feature, Rows, Variable, at_nodes
from energy_model.scenario.case import Case

LNG_SUPPLY = Variable("lng_supply", "E, T", u.GWH_PER_DAY, "LNG taken from an exporter's step")
CARGO = Variable("cargo", "A, T", u.GWH_PER_DAY, "LNG shipped from an exporter to a market")
SENDOUT = Variable("sendout", "Q, T", u.GWH_PER_DAY, "Send-out of a terminal")
VOLUME = Rows("lng_limit", "E", "Volume of an LNG step", "total")
LOADING = Rows("loading", "X, T", "Cargoes of an exporter")
LANDING = Rows("landing", "L, T", "Cargoes landed in a market")
MONTH = Rows("europe_month", "M", "LNG Europe attracts in a month", "total")
HORIZON = Rows("europe_total", "", "LNG Europe attracts over the horizon", "total")
FEATURE = Feature(
    part="lng",
    variables=(LNG_SUPPLY, CARGO, SENDOUT),
    rows=(VOLUME, LOADING, LANDING, MONTH, HORIZON),
    balance=(
        BalanceTerm(
            "lng",
            "sendout",
            "enters",
            rule=lambda m, n, t: sum(m.sendout[q, t] for q in m.terminals_at[n]),
            amount=lambda case, values: at_nodes(case, case.lng.terminal_node, values["sendout"]),
        ),
    ),
    costs=(
        CostTerm(
            "lng_supply",
            rule=lambda m: sum(m.days[t] * m.lng_price[e, t] * m.lng_supply[e, t] for e in m.E for t in m.T),
            amounts=lambda case, values: {
                "LNG free on board": ((values["lng_supply"] * case.lng.cost) @ case.timeline.days).sum()
            },
            tie_break=lambda case: case.lng.tie_break,
        ),
        CostTerm(
            "cargo",
            rule=lambda m: sum(m.days[t] * m.sea_cost[x, n, t] * m.cargo[x, n, t] for (x, n) in m.A for t in m.T),
            amounts=lambda case, values: {
                "LNG freight and regasification": ((values["cargo"] * case.lng.route_cost) @ case.timeline.days).sum()
            },
            tie_break=lambda case: case.lng.route_tie_break,
        ),
    ),
)


def add(m: LazyModel, case: Case) -> None:
    """Declare LNG from the exporter's quay to the grid of the importing market."""
    _add_sets(m, case)
    put_numbers(m, case)
    LNG_SUPPLY.declare(m, bounds=lambda m, e, t: (0, m.lng_rate[e, t]))
    CARGO.declare(m, bounds=lambda m, x, n, t: (0, m.sea_open[x, n, t]))
    SENDOUT.declare(m, bounds=lambda m, q, t: (m.sendout_minimum[q, t], m.sendout_capacity[q, t]))
    _add_constraints(m)
    if case.lng_world is None:
        _add_limits(m)
    FEATURE.register(m)


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
    m.lng_price = ArrayParam(m.E, m.T, values=lng.cost + lng.tie_break, units=u.EUR_PER_MWH, doc="Price free on board")
    freight = lng.route_cost + lng.route_tie_break
    m.sea_cost = ArrayParam(m.A, m.T, values=freight, units=u.EUR_PER_MWH, doc="Freight and regasification")
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
    @VOLUME.declare(m)
    def lng_limit(m: LazyModel, e: str) -> object:
        r"""An exporter's step gives no more than its volume over the horizon.

        .. math:: \sum_t h_t\, \rho_{e,t}^{-1}\, u_{e,t} \le U_e
        """
        return sum(m.days[t] * m.lng_use[e, t] * m.lng_supply[e, t] for t in m.T) <= m.lng_volume[e]

    @LOADING.declare(m)
    def loading(m: LazyModel, x: str, t: int) -> object:
        r"""What an exporter's steps give is what its ships carry.

        .. math:: \sum_{e \in E_x} u_{e,t} = \sum_{n} k_{x,n,t}
        """
        return sum(m.lng_supply[e, t] for e in m.lng_steps_of[x]) == sum(m.cargo[a, n, t] for (a, n) in m.arcs_from[x])

    @LANDING.declare(m)
    def landing(m: LazyModel, n: str, t: int) -> object:
        r"""What ships bring to a market leaves its terminals as gas in the same period.

        .. math:: \sum_{x} k_{x,n,t} = \sum_{j \in Q_n} g_{j,t}
        """
        return sum(m.cargo[x, k, t] for (x, k) in m.arcs_to[n]) == sum(m.sendout[q, t] for q in m.terminals_at[n])


def _add_limits(m: LazyModel) -> None:
    """What Europe as a whole attracts; with a world market that is an outcome."""

    @MONTH.declare(m)
    def europe_month(m: LazyModel, month: int) -> object:
        r"""A month draws at most a multiple of its even share of what Europe can attract.

        .. math:: \sum_{t} d_{m,t} \sum_e u_{e,t} \le \phi\, L_m
        """
        return (
            sum(m.month_days[month, t] * m.lng_supply[e, t] for t in m.periods_of[month] for e in m.E)
            <= m.month_limit[month]
        )

    @HORIZON.declare(m)
    def europe_total(m: LazyModel) -> object:
        r"""All importing markets together draw no more than Europe can attract.

        .. math:: \sum_{t} h_t \sum_e u_{e,t} \le \sum_m L_m
        """
        return sum(m.days[t] * m.lng_supply[e, t] for e in m.E for t in m.T) <= sum(m.month_share[k] for k in m.M)
