"""Gas that keeps its seller's name on its way, for bans and duties on origin; other cases have none of this.

A name is carried by contract, not by molecules: where gas of several sellers meets, the buyers say who gets which, in
the way that costs least. What molecules do is told after the solve, by proportional mixing (impact/tracing.py).
"""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from energy_model.lp import ArrayParam, LazyModel
from energy_model.model import dims
from energy_model.scenario.case import Case, Origins


def add(m: LazyModel, case: Case) -> None:
    """Declare the part of every flow that has a name, and who buys it; without a measure that asks nothing is added."""
    origins = case.origins
    if origins is None:
        return
    _add_numbers(m, case, origins)
    _add_variables(m)
    _add_balance(m)
    _add_stores(m)
    m.cost_terms.append(
        lambda m: sum(
            m.days[t] * m.origin_duty[o, n, t] * m.origin_bought[o, n, t] for o in m.O for n in m.N for t in m.T
        )
    )


def _add_numbers(m: LazyModel, case: Case, origins: Origins) -> None:
    steps, lng = case.supply.supplier, case.lng.route_exporter
    m.O = pyo.Set(initialize=origins.name.tolist(), doc="Origins of gas that a ban or a duty is about")
    arcs: dict[str, list[tuple[str, str]]] = {str(n): [] for n in case.nodes}
    for exporter, node in zip(lng.tolist(), case.nodes[case.lng.route_node].tolist(), strict=True):
        arcs[node].append((exporter, node))
    m.sea_routes_to = pyo.Set(m.N, within=m.A, dimen=2, initialize=arcs, doc="Sea routes that end at a node")
    by_pipe = np.array([np.isin(steps, group) for group in origins.suppliers], dtype=float)
    by_ship = np.array([np.isin(lng, group) for group in origins.exporters], dtype=float)
    m.origin_of_step = ArrayParam(m.O, m.K, values=by_pipe, units=dims.SHARE, doc="Whether a step is of an origin")
    m.origin_of_ship = ArrayParam(m.O, m.A, values=by_ship, units=dims.SHARE, doc="Whether a ship is of an origin")
    rate = dims.GWH_PER_DAY
    m.origin_carried = ArrayParam(m.O, m.P, m.T, values=origins.carried, units=rate, doc="Most of it in a pipeline")
    m.origin_buying = ArrayParam(m.O, m.N, m.T, values=origins.buying, units=rate, doc="Most that may be bought")
    m.origin_resale = ArrayParam(m.O, m.N, m.T, values=origins.resale, units=rate, doc="Most that may be sold on")
    m.origin_kept = ArrayParam(m.O, m.S, m.T, values=origins.kept, units=rate, doc="Most that may be stored by name")
    most = np.repeat(case.storage.working_gas[:, None], len(case.timeline) + 1, axis=1)
    most[:, 0] = 0.0
    m.origin_stock = ArrayParam(m.S, m.T0, values=most, units=dims.GWH, doc="Most named gas in store; at first none")
    m.origin_duty = ArrayParam(m.O, m.N, m.T, values=origins.duty, units=dims.EUR_PER_MWH, doc="Duty on it")


def _add_variables(m: LazyModel) -> None:
    rate, plain = dims.GWH_PER_DAY, dims.NonNegative
    m.origin_flow = pyo.Var(
        m.O, m.P, m.T, domain=plain, units=rate, doc="Part of a flow that has a name",
        bounds=lambda m, o, p, t: (0, m.origin_carried[o, p, t]),
    )  # fmt: skip
    m.origin_bought = pyo.Var(
        m.O, m.N, m.T, domain=plain, units=rate, doc="Gas of an origin that is bought, and loses its name",
        bounds=lambda m, o, n, t: (0, m.origin_buying[o, n, t]),
    )  # fmt: skip
    m.origin_injection = pyo.Var(
        m.O, m.S, m.T, domain=plain, units=rate, doc="Part of an injection that has a name",
        bounds=lambda m, o, s, t: (0, m.origin_kept[o, s, t]),
    )  # fmt: skip
    m.origin_withdrawal = pyo.Var(
        m.O, m.S, m.T, domain=plain, units=rate, doc="Part of a withdrawal that has a name",
        bounds=lambda m, o, s, t: (0, None),
    )  # fmt: skip
    m.origin_level = pyo.Var(
        m.O, m.S, m.T0, domain=plain, units=dims.GWH, doc="Part of a stock that has a name; none on the first day",
        bounds=lambda m, o, s, t: (0, m.origin_stock[s, t]),
    )  # fmt: skip


def _add_balance(m: LazyModel) -> None:
    @m.Constraint(m.O, m.N, m.T, doc="Balance of the gas of an origin")
    def origin_balance(m: LazyModel, o: str, n: str, t: int) -> object:
        r"""Gas of an origin that enters a node is sent on under its name, stored under it, or bought.

        .. math:: \sum_{k \in K_n \cap o} q_{k,t} + \sum_{x \in o} k_{x,n,t}
            + \sum_{p \in P^{in}_n} (1-\epsilon_p)\, f^o_{p,t} + \sum_{s \in S_n} w^o_{s,t}
            = \sum_{p \in P^{out}_n} f^o_{p,t} + \sum_{s \in S_n} i^o_{s,t} + b^o_{n,t}
        """
        return (
            sum(m.origin_of_step[o, k] * m.supply[k, t] for k in m.steps_at[n])
            + sum(m.origin_of_ship[o, x, d] * m.cargo[x, d, t] for (x, d) in m.sea_routes_to[n])
            + sum(m.pipe_yield[p] * m.origin_flow[o, p, t] for p in m.pipes_into[n])
            + sum(m.origin_withdrawal[o, s, t] for s in m.storages_at[n])
            - sum(m.origin_flow[o, p, t] for p in m.pipes_out[n])
            - sum(m.origin_injection[o, s, t] for s in m.storages_at[n])
            - m.origin_bought[o, n, t]
            == 0
        )

    @m.Constraint(m.P, m.T, doc="Named gas within a flow")
    def origin_in_flow(m: LazyModel, p: str, t: int) -> object:
        r"""Gas with a name is part of the flow.

        .. math:: \sum_o f^o_{p,t} \le f_{p,t}
        """
        return sum(m.origin_flow[o, p, t] for o in m.O) <= m.flow[p, t]

    @m.Constraint(m.O, m.N, m.T, doc="Gas bought and used up")
    def origin_used_up(m: LazyModel, o: str, n: str, t: int) -> object:
        r"""What is bought is used where it is bought, unless it may be sold on without its name; use is what remains
        of the node's gas when all that leaves has left.

        .. math:: b^o_{n,t} \le \sum_{k \in K_n} q_{k,t} + \sum_{p \in P^{in}_n} (1-\epsilon_p) f_{p,t}
            - \sum_{p \in P^{out}_n} f_{p,t} + \sum_{j \in Q_n} g_{j,t}
            + \sum_{s \in S_n} (w_{s,t} - i_{s,t}) + R^o_{n,t}
        """
        return (
            m.origin_bought[o, n, t]
            - sum(m.supply[k, t] for k in m.steps_at[n])
            - sum(m.pipe_yield[p] * m.flow[p, t] for p in m.pipes_into[n])
            + sum(m.flow[p, t] for p in m.pipes_out[n])
            - sum(m.sendout[q, t] for q in m.terminals_at[n])
            - sum(m.withdrawal[s, t] for s in m.storages_at[n])
            + sum(m.injection[s, t] for s in m.storages_at[n])
            <= m.origin_resale[o, n, t]
        )


def _add_stores(m: LazyModel) -> None:
    @m.Constraint(m.O, m.S, m.T, doc="Named gas carried from period to period")
    def origin_store(m: LazyModel, o: str, s: str, t: int) -> object:
        r"""Gas stored under its name comes out under it.

        .. math:: l^o_{s,t} = l^o_{s,t-1} + h_t\,((1-\lambda)\, i^o_{s,t} - w^o_{s,t})
        """
        return m.origin_level[o, s, t] == m.origin_level[o, s, t - 1] + m.days[t] * (
            m.injection_yield * m.origin_injection[o, s, t] - m.origin_withdrawal[o, s, t]
        )

    @m.Constraint(m.S, m.T, doc="Named gas within an injection")
    def origin_injected(m: LazyModel, s: str, t: int) -> object:
        r"""Gas stored under a name is part of the injection.

        .. math:: \sum_o i^o_{s,t} \le i_{s,t}
        """
        return sum(m.origin_injection[o, s, t] for o in m.O) <= m.injection[s, t]

    @m.Constraint(m.S, m.T, doc="Named gas within a withdrawal")
    def origin_withdrawn(m: LazyModel, s: str, t: int) -> object:
        r"""Gas withdrawn under a name is part of the withdrawal.

        .. math:: \sum_o w^o_{s,t} \le w_{s,t}
        """
        return sum(m.origin_withdrawal[o, s, t] for o in m.O) <= m.withdrawal[s, t]

    @m.Constraint(m.S, m.T, doc="Named gas within a stock")
    def origin_held(m: LazyModel, s: str, t: int) -> object:
        r"""Gas kept under a name is part of the stock.

        .. math:: \sum_o l^o_{s,t} \le l_{s,t}
        """
        return sum(m.origin_level[o, s, t] for o in m.O) <= m.level[s, t]
