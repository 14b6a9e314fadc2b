"""Long-term contracts: take-or-pay at the delivery point."""

from __future__ import annotations

import numpy as np
import pyomo.core as pyo

from energy_model.lp import ArrayParam, LazyModel
from energy_model.model import pyomo_units as u
from energy_model.model.feature import CostTerm, Feature, Rows, Variable
from energy_model.scenario.case import Case

UNTAKEN = Variable("untaken", "W", u.GWH, "Gas paid for and not taken")
TAKE_OR_PAY = Rows("take_or_pay", "W", "Take-or-pay", "total")
FEATURE = Feature(
    part="contracts",
    variables=(UNTAKEN,),
    rows=(TAKE_OR_PAY,),
    costs=(
        CostTerm(
            "untaken",
            rule=lambda m: sum(m.contract_price[w] * m.untaken[w] for w in m.W),
            amounts=lambda case, values: {
                "take-or-pay without delivery": float(np.atleast_1d(values["untaken"]) @ case.contracts.price)
            },
        ),
    ),
)


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
    UNTAKEN.declare(m)

    @TAKE_OR_PAY.declare(m)
    def take_or_pay(m: LazyModel, w: str) -> object:
        r"""What is delivered, or paid for without being taken, reaches the floor.

        .. math:: \sum_{p \in P_w} \sum_t h_t f_{p,t} + y_w \ge Q_w
        """
        return sum(m.days[t] * m.flow[p, t] for p in m.delivered_over[w] for t in m.T) + m.untaken[w] >= m.floor[w]

    FEATURE.register(m)


def put_numbers(m: LazyModel, case: Case) -> None:
    """Declare the numbers, or renew them; without contracts there are none."""
    contracts = case.contracts
    if len(contracts.id):
        m.floor = ArrayParam(m.W, values=contracts.floor, units=u.GWH, doc="Take-or-pay quantity over the horizon")
        m.contract_price = ArrayParam(m.W, values=contracts.price, units=u.EUR_PER_MWH, doc="Price of gas not taken")
