"""Long-term contracts: take-or-pay at the delivery point."""

from __future__ import annotations

import pyomo.environ as pyo

from energy_model.lp import ArrayParam, LazyModel
from energy_model.model import pyomo_units as u
from energy_model.scenario.case import Case


def add(m: LazyModel, case: Case) -> None:
    """Declare gas not taken and the floor it fills; without contracts nothing is added."""
    contracts = case.contracts
    if not len(contracts.id):
        return
    places = {
        label: case.pipelines.id[list(group)].tolist()
        for label, group in zip(contracts.id, contracts.pipelines, strict=True)
    }
    m.W = pyo.Set(initialize=contracts.id.tolist(), doc="Contracts pooled by supplier and delivery point")
    m.delivered_over = pyo.Set(m.W, within=m.P, initialize=places, doc="Pipelines at a delivery point")
    put_numbers(m, case)
    m.untaken = pyo.Var(m.W, domain=u.NonNegative, units=u.GWH, doc="Gas paid for and not taken")

    @m.Constraint(m.W, doc="Take-or-pay")
    def take_or_pay(m: LazyModel, w: str) -> object:
        r"""What is delivered, or paid for without being taken, reaches the floor.

        .. math:: \sum_{p \in P_w} \sum_t h_t f_{p,t} + y_w \ge Q_w
        """
        return sum(m.days[t] * m.flow[p, t] for p in m.delivered_over[w] for t in m.T) + m.untaken[w] >= m.floor[w]

    m.cost_terms.append(lambda m: sum(m.contract_price[w] * m.untaken[w] for w in m.W))


def put_numbers(m: LazyModel, case: Case) -> None:
    """Declare the numbers, or renew them; without contracts there are none."""
    contracts = case.contracts
    if len(contracts.id):
        m.floor = ArrayParam(m.W, values=contracts.floor, units=u.GWH, doc="Take-or-pay quantity over the horizon")
        m.contract_price = ArrayParam(m.W, values=contracts.price, units=u.EUR_PER_MWH, doc="Price of gas not taken")
