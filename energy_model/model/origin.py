"""Gas that keeps its seller's name on its way, for bans and duties on origin; other cases have none of this.

A name is carried by contract, not by molecules: where gas of several sellers meets, the buyers say who gets which, in
the way that costs least. What molecules do is told after the solve, by proportional mixing (results/tracing.py). There
are two bookkeepings of names, one to the first buyer and one to the end user; how several measures go together is told
in scenario/origin.py.
"""

from __future__ import annotations

import numpy as np
import pyomo.core as pyo

from energy_model.lp import ArrayParam, LazyModel
from energy_model.model import pyomo_units as u
from energy_model.model.feature import CostTerm, Feature, Rows, Values, Variable
from energy_model.scenario.case import Case
from energy_model.scenario.origin import Limits, limits_of

BOOKS = ("first buyer", "end user")
"""How far gas is followed."""


FLOW = Variable("origin_flow", "O, P, T", u.GWH_PER_DAY, "Part of a flow that has a name", True)
BOUGHT = Variable(
    "origin_bought", "O, N, T", u.GWH_PER_DAY, "Gas of an origin that is bought, and loses its name", True
)
INJECTION = Variable("origin_injection", "U, S, T", u.GWH_PER_DAY, "Part of an injection that has a name", True)
WITHDRAWAL = Variable("origin_withdrawal", "U, S, T", u.GWH_PER_DAY, "Part of a withdrawal that has a name", True)
LEVEL = Variable("origin_level", "U, S, T0", u.GWH, "Part of a stock that has a name; none on the first day", True)
ROWS = {
    "origin_balance": Rows("origin_balance", "O, N, T", "Balance of the gas of an origin"),
    "origin_in_flow": Rows("origin_in_flow", "H, P, T", "Named gas within a flow"),
    "origin_used_up": Rows("origin_used_up", "N, T", "Gas bought and used up"),
    "origin_stays": Rows("origin_stays", "U, N, T", "Gas that stays in a country"),
    "origin_paid": Rows("origin_paid", "U, N, T", "Gas that a duty was paid on"),
    "origin_store": Rows("origin_store", "U, S, T", "Named gas carried from period to period", "change of stock"),
    "origin_injected": Rows("origin_injected", "S, T", "Named gas within an injection"),
    "origin_withdrawn": Rows("origin_withdrawn", "S, T", "Named gas within a withdrawal"),
    "origin_held": Rows("origin_held", "S, T", "Named gas within a stock", "stock"),
}


def _duties(case: Case, values: Values) -> dict[str, float]:
    limits = limits_of(case)
    paid = 0.0 if limits is None else ((values["origin_bought"] * limits.duty) @ case.timeline.days).sum()
    return {"duties by origin": paid}


FEATURE = Feature(
    variables=(FLOW, BOUGHT, INJECTION, WITHDRAWAL, LEVEL),
    rows=tuple(ROWS.values()),
    costs=(
        CostTerm(
            "origin_bought",
            rule=lambda m: sum(
                m.days[t] * m.origin_duty[o, n, t] * m.origin_bought[o, n, t] for o in m.O for n in m.N for t in m.T
            ),
            amounts=_duties,
        ),
    ),
)


def add(m: LazyModel, case: Case) -> None:
    """Declare the part of every flow that has a name, and who buys it; without a measure that asks nothing is added."""
    limits = limits_of(case)
    if limits is None:
        return
    _add_sets(m, case, limits)
    _add_numbers(m, case, limits)
    _add_variables(m)
    _add_balance(m)
    if limits.to_end_user.any():
        _add_end_use(m)
        _add_stores(m)
    if (limits.first_buyer >= 0).any():
        _add_charge(m)
    FEATURE.register(m)


def _add_sets(m: LazyModel, case: Case, limits: Limits) -> None:
    names, last = limits.name, limits.to_end_user
    arcs: dict[str, list[tuple[str, str]]] = {str(n): [] for n in case.nodes}
    for exporter, node in zip(case.lng.route_exporter.tolist(), case.nodes[case.lng.route_node].tolist(), strict=True):
        arcs[node].append((exporter, node))
    m.O = pyo.Set(initialize=names.tolist(), doc="Gas that a ban or a duty is about, in each bookkeeping it needs")
    m.U = pyo.Set(within=m.O, initialize=names[last].tolist(), doc="Gas that is followed to its end user")
    books = {book: names[last == (book == BOOKS[1])].tolist() for book in BOOKS}
    m.H = pyo.Set(initialize=[book for book in BOOKS if books[book]], doc="Bookkeepings of names")
    m.booked_in = pyo.Set(m.H, within=m.O, initialize={book: books[book] for book in m.H}, doc="Gas of a bookkeeping")
    first = {str(names[row]): [str(names[at])] if at >= 0 else [] for row, at in enumerate(limits.first_buyer)}
    m.first_buyer_of = pyo.Set(
        m.U,
        within=m.O,
        initialize={str(u): first[str(u)] for u in names[last]},
        doc="The same gas up to its first buyer",
    )
    m.stored_as = pyo.Set(
        m.O, within=m.U, initialize={str(o): [str(o)] if end else [] for o, end in zip(names, last, strict=True)},
        doc="The gas itself, if it keeps its name in store",
    )  # fmt: skip
    m.sea_routes_to = pyo.Set(m.N, within=m.A, dimen=2, initialize=arcs, doc="Sea routes that end at a node")
    lines, counted = case.pipelines, limits.presumed.any(axis=(0, 2))
    into = {str(n): lines.id[counted & (lines.to_node == at)].tolist() for at, n in enumerate(case.nodes)}
    m.presumed_into = pyo.Set(m.N, within=m.P, initialize=into, doc="Pipelines whose gas counts as one of an origin")


def _add_numbers(m: LazyModel, case: Case, limits: Limits) -> None:
    steps, lng = case.supply.supplier, case.lng.route_exporter
    by_pipe = np.array([np.isin(steps, group) for group in limits.suppliers], dtype=float)
    by_ship = np.array([np.isin(lng, group) for group in limits.exporters], dtype=float)
    m.origin_of_step = ArrayParam(m.O, m.K, values=by_pipe, units=u.SHARE, doc="Whether a step is of an origin")
    m.origin_of_ship = ArrayParam(m.O, m.A, values=by_ship, units=u.SHARE, doc="Whether a ship is of an origin")
    rate, last = u.GWH_PER_DAY, limits.to_end_user
    stored = np.maximum.accumulate(limits.kept[last], axis=2)
    at_node = np.zeros_like(limits.buying[last])
    for row, node in enumerate(case.storage.node):
        at_node[:, node] = np.maximum(at_node[:, node], stored[:, row])
    most = limits.buying.copy()
    most[last] = np.where((most[last] > 0.0) & case.is_market[:, None], np.inf, np.maximum(most[last], at_node))
    m.origin_carried = ArrayParam(m.O, m.P, m.T, values=limits.carried, units=rate, doc="Most of it in a pipeline")
    m.origin_buying = ArrayParam(m.O, m.N, m.T, values=most, units=rate, doc="Most that may be bought")
    m.origin_presumed = ArrayParam(
        m.O, m.P, m.T, values=limits.presumed, units=u.SHARE, doc="Part of a flow that counts as gas of an origin"
    )
    m.origin_duty = ArrayParam(m.O, m.N, m.T, values=limits.duty, units=u.EUR_PER_MWH, doc="Duty on it")
    if not last.any():
        return
    m.origin_bound = ArrayParam(
        m.U, m.N, m.T, values=(limits.resale[last] == 0.0).astype(float), units=u.SHARE,
        doc="Whether what is bought has to be used",
    )  # fmt: skip
    m.origin_spare = ArrayParam(
        m.N, m.T, values=limits.resale[last].min(axis=0), units=rate, doc="Most that may be bought beyond own use"
    )
    m.origin_staying = ArrayParam(m.U, m.N, m.T, values=limits.buying[last], units=rate, doc="Most that may stay")
    m.origin_charged = ArrayParam(
        m.U, m.N, m.T, values=limits.charged[last], units=rate, doc="Most that may stay without a duty"
    )
    m.origin_kept = ArrayParam(
        m.U, m.S, m.T, values=limits.kept[last], units=rate, doc="Most that may be stored by name"
    )
    m.origin_given = ArrayParam(m.U, m.S, m.T, values=stored, units=rate, doc="Most that may be withdrawn by name")
    gas = np.repeat(case.storage.working_gas[:, None], len(case.timeline) + 1, axis=1)
    gas[:, 0] = 0.0
    m.origin_stock = ArrayParam(m.S, m.T0, values=gas, units=u.GWH, doc="Most named gas in store; at first none")


def _add_variables(m: LazyModel) -> None:
    FLOW.declare(m, bounds=lambda m, o, p, t: (0, m.origin_carried[o, p, t]))
    BOUGHT.declare(m, bounds=lambda m, o, n, t: (0, m.origin_buying[o, n, t]))
    INJECTION.declare(m, bounds=lambda m, o, s, t: (0, m.origin_kept[o, s, t]))
    WITHDRAWAL.declare(m, bounds=lambda m, o, s, t: (0, m.origin_given[o, s, t]))
    LEVEL.declare(m, bounds=lambda m, o, s, t: (0, m.origin_stock[s, t]))


def _add_balance(m: LazyModel) -> None:
    @ROWS["origin_balance"].declare(m)
    def origin_balance(m: LazyModel, o: str, n: str, t: int) -> object:
        r"""Gas of an origin that enters a node is sent on under its name, stored under it, or bought. What enters
        over a line without a paper of its origin counts as such gas.

        .. math:: \sum_{k \in K_n \cap o} q_{k,t} + \sum_{x \in o} k_{x,n,t}
            + \sum_{p \in P^{in}_n} (1-\epsilon_p)\, (f^o_{p,t} + \pi^o_{p,t} (f_{p,t} - f^o_{p,t}))
            + \sum_{s \in S_n} w^o_{s,t}
            = \sum_{p \in P^{out}_n} f^o_{p,t} + \sum_{s \in S_n} i^o_{s,t} + b^o_{n,t}
        """
        return (
            sum(m.origin_of_step[o, k] * m.supply[k, t] for k in m.steps_at[n])
            + sum(m.origin_of_ship[o, x, d] * m.cargo[x, d, t] for (x, d) in m.sea_routes_to[n])
            + sum(m.pipe_yield[p] * m.origin_flow[o, p, t] for p in m.pipes_into[n])
            + sum(m.pipe_yield[p] * m.origin_presumed[o, p, t] * m.flow[p, t] for p in m.presumed_into[n])
            - sum(m.pipe_yield[p] * m.origin_presumed[o, p, t] * m.origin_flow[o, p, t] for p in m.presumed_into[n])
            + sum(m.origin_withdrawal[u, s, t] for u in m.stored_as[o] for s in m.storages_at[n])
            - sum(m.origin_flow[o, p, t] for p in m.pipes_out[n])
            - sum(m.origin_injection[u, s, t] for u in m.stored_as[o] for s in m.storages_at[n])
            - m.origin_bought[o, n, t]
            == 0
        )

    @ROWS["origin_in_flow"].declare(m)
    def origin_in_flow(m: LazyModel, h: str, p: str, t: int) -> object:
        r"""Gas with a name is part of the flow, in each bookkeeping.

        .. math:: \sum_{o \in O_h} f^o_{p,t} \le f_{p,t}
        """
        return sum(m.origin_flow[o, p, t] for o in m.booked_in[h]) <= m.flow[p, t]


def _add_end_use(m: LazyModel) -> None:
    @ROWS["origin_used_up"].declare(m)
    def origin_used_up(m: LazyModel, n: str, t: int) -> object:
        r"""What end users buy is used where it is bought; use is what remains of the node's gas when all that leaves
        has left. A gas of which nothing is asked in a period does not count.

        .. math:: \sum_{o \in U} \beta^o_{n,t}\, b^o_{n,t} \le \sum_{k \in K_n} q_{k,t}
            + \sum_{p \in P^{in}_n} (1-\epsilon_p) f_{p,t} - \sum_{p \in P^{out}_n} f_{p,t}
            + \sum_{j \in Q_n} g_{j,t} + \sum_{s \in S_n} (w_{s,t} - i_{s,t}) + R_{n,t}
        """
        return (
            sum(m.origin_bound[u, n, t] * m.origin_bought[u, n, t] for u in m.U)
            - sum(m.supply[k, t] for k in m.steps_at[n])
            - sum(m.pipe_yield[p] * m.flow[p, t] for p in m.pipes_into[n])
            + sum(m.flow[p, t] for p in m.pipes_out[n])
            - sum(m.sendout[q, t] for q in m.terminals_at[n])
            - sum(m.withdrawal[s, t] for s in m.storages_at[n])
            + sum(m.injection[s, t] for s in m.storages_at[n])
            <= m.origin_spare[n, t]
        )

    @ROWS["origin_stays"].declare(m)
    def origin_stays(m: LazyModel, u: str, n: str, t: int) -> object:
        r"""What a country buys or stores of an origin, less what it takes from store, is within what it may buy.

        .. math:: b^o_{n,t} + \sum_{s \in S_n} (i^o_{s,t} - w^o_{s,t}) \le B^o_{n,t}
        """
        return _staying(m, u, n, t) <= m.origin_staying[u, n, t]


def _add_charge(m: LazyModel) -> None:
    @ROWS["origin_paid"].declare(m)
    def origin_paid(m: LazyModel, u: str, n: str, t: int) -> object:
        r"""Where end users owe a duty, what stays in a country was bought by it first, and the duty is paid then.

        .. math:: b^u_{n,t} + \sum_{s \in S_n} (i^u_{s,t} - w^u_{s,t}) \le b^o_{n,t} + C^u_{n,t}
        """
        return (
            _staying(m, u, n, t) - sum(m.origin_bought[o, n, t] for o in m.first_buyer_of[u])
            <= m.origin_charged[u, n, t]
        )


def _staying(m: LazyModel, u: str, n: str, t: int) -> object:
    return m.origin_bought[u, n, t] + sum(
        m.origin_injection[u, s, t] - m.origin_withdrawal[u, s, t] for s in m.storages_at[n]
    )


def _add_stores(m: LazyModel) -> None:
    @ROWS["origin_store"].declare(m)
    def origin_store(m: LazyModel, u: str, s: str, t: int) -> object:
        r"""Gas stored under its name comes out under it.

        .. math:: l^o_{s,t} = l^o_{s,t-1} + h_t\,((1-\lambda)\, i^o_{s,t} - w^o_{s,t})
        """
        return m.origin_level[u, s, t] == m.origin_level[u, s, t - 1] + m.days[t] * (
            m.injection_yield * m.origin_injection[u, s, t] - m.origin_withdrawal[u, s, t]
        )

    @ROWS["origin_injected"].declare(m)
    def origin_injected(m: LazyModel, s: str, t: int) -> object:
        r"""Gas stored under a name is part of the injection.

        .. math:: \sum_{o \in U} i^o_{s,t} \le i_{s,t}
        """
        return sum(m.origin_injection[u, s, t] for u in m.U) <= m.injection[s, t]

    @ROWS["origin_withdrawn"].declare(m)
    def origin_withdrawn(m: LazyModel, s: str, t: int) -> object:
        r"""Gas withdrawn under a name is part of the withdrawal.

        .. math:: \sum_{o \in U} w^o_{s,t} \le w_{s,t}
        """
        return sum(m.origin_withdrawal[u, s, t] for u in m.U) <= m.withdrawal[s, t]

    @ROWS["origin_held"].declare(m)
    def origin_held(m: LazyModel, s: str, t: int) -> object:
        r"""Gas kept under a name is part of the stock.

        .. math:: \sum_{o \in U} l^o_{s,t} \le l_{s,t}
        """
        return sum(m.origin_level[u, s, t] for u in m.U) <= m.level[s, t]
