"""LNG under contract or slot: markets keep their usual shares of what lands, or somebody pays for another terminal.

Long contracts name a destination, and slots are booked for years: a cargo lands where its holder has one. He sells
both on where another market pays for the trouble. So a slot is never a reason for a cut.
"""

from __future__ import annotations

import numpy as np
import pyomo.core as pyo

from energy_model.lp import ArrayParam, LazyModel
from energy_model.model import pyomo_units as u
from energy_model.model.feature import CostTerm, Feature, Rows, Values, Variable
from energy_model.scenario.case import Case


def _cost(case: Case, gas: np.ndarray) -> float:
    assert case.lng_slots is not None, "only a case with slots has the variable"
    return float(case.lng_slots.resale_cost @ (gas @ case.timeline.days))


def _sold(case: Case, values: Values) -> dict[str, float]:
    return {"LNG slots sold and bought": _cost(case, values["slot_sold"])}


def _bought(case: Case, values: Values) -> dict[str, float]:
    return {"LNG slots sold and bought": _cost(case, values["slot_bought"])}


LANDED = Variable("lng_landed", "T", u.GWH_PER_DAY, "LNG that lands in all markets")
SOLD = Variable("slot_sold", "LS, T", u.GWH_PER_DAY, "LNG below the least share of a market")
BOUGHT = Variable("slot_bought", "LS, T", u.GWH_PER_DAY, "LNG above the greatest share of a market")
TOTAL = Rows("slot_total", "T", "LNG that lands in all markets")
LEAST = Rows("slot_least", "LS, T", "Least share of a market in the LNG that lands")
MOST = Rows("slot_most", "LS, T", "Greatest share of a market in the LNG that lands")
FEATURE = Feature(
    part="lng_slots",
    variables=(LANDED, SOLD, BOUGHT),
    rows=(TOTAL, LEAST, MOST),
    costs=(
        CostTerm(
            "slot_sold",
            rule=lambda m: sum(m.days[t] * m.slot_resale[n] * m.slot_sold[n, t] for n in m.LS for t in m.T),
            amounts=_sold,
        ),
        CostTerm(
            "slot_bought",
            rule=lambda m: sum(m.days[t] * m.slot_resale[n] * m.slot_bought[n, t] for n in m.LS for t in m.T),
            amounts=_bought,
        ),
    ),
)


def add(m: LazyModel, case: Case) -> None:
    """Declare usual shares and what is paid for leaving them; a case without slots has none of this."""
    part = case.lng_slots
    if part is None:
        return
    m.LS = pyo.Set(within=m.N, initialize=case.nodes[part.node].tolist(), doc="Markets with LNG under slot")
    put_numbers(m, case)
    LANDED.declare(m)
    SOLD.declare(m)
    BOUGHT.declare(m)
    FEATURE.register(m)

    @TOTAL.declare(m)
    def slot_total(m: LazyModel, t: int) -> object:
        r"""What lands in all markets.

        .. math:: G_t = \sum_{j \in Q} g_{j,t}
        """
        return m.lng_landed[t] == sum(m.sendout[q, t] for q in m.Q)

    @LEAST.declare(m)
    def slot_least(m: LazyModel, n: str, t: int) -> object:
        r"""A market lands its least share of all LNG, or its slots are sold at a cost.

        .. math:: \sum_{j \in Q_n} g_{j,t} + v_{n,t} \ge \underline{\alpha}_{n,t}\, G_t
        """
        landed = sum(m.sendout[q, t] for q in m.terminals_at[n])
        return landed + m.slot_sold[n, t] >= m.slot_least_share[n, t] * m.lng_landed[t]

    @MOST.declare(m)
    def slot_most(m: LazyModel, n: str, t: int) -> object:
        r"""Beyond its greatest share of all LNG a market buys slots of others at a cost.

        .. math:: \sum_{j \in Q_n} g_{j,t} \le \overline{\alpha}_{n,t}\, G_t + w_{n,t}
        """
        landed = sum(m.sendout[q, t] for q in m.terminals_at[n])
        return landed <= m.slot_most_share[n, t] * m.lng_landed[t] + m.slot_bought[n, t]


def put_numbers(m: LazyModel, case: Case) -> None:
    """Declare the numbers, or renew them; without slots there are none."""
    part = case.lng_slots
    if part is None:
        return
    m.slot_least_share = ArrayParam(m.LS, m.T, values=part.least, units=u.SHARE, doc="Least share of all LNG")
    m.slot_most_share = ArrayParam(m.LS, m.T, values=part.most, units=u.SHARE, doc="Greatest share of all LNG")
    m.slot_resale = ArrayParam(
        m.LS, values=part.resale_cost, units=u.EUR_PER_MWH, doc="Cost of selling or buying a slot or its cargo"
    )
