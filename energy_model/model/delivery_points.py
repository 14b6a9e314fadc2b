"""Delivery points: gas under contract is taken at its border in proportion to what the seller delivers.

A share that is not taken there is handed over elsewhere, at the cost of a swap; so a point that cannot be reached
makes nothing infeasible, and a cut of the seller lowers all his points alike.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pyomo.core as pyo

from energy_model.lp import ArrayParam, LazyModel
from energy_model.model import pyomo_units as u
from energy_model.model.feature import CostTerm, Feature, Rows, Table, Values, Variable
from energy_model.scenario.case import Case
from energy_model.scenario.delivery_points import DeliveryPoints

ELSEWHERE = Variable(
    "handed_over_elsewhere", "DP, T", u.GWH_PER_DAY, "Gas that is handed over elsewhere than at its delivery point",
    table=Table("delivery_points", "point", "elsewhere_gwh_per_day"),
)  # fmt: skip
BEYOND = Variable(
    "landed_beyond", "DL, T", u.GWH_PER_DAY, "Gas at a landing point beyond its greatest share",
    table=Table("landing_points", "point", "beyond_gwh_per_day"),
)  # fmt: skip


def _swaps(m: LazyModel, name: str) -> object:
    variable = getattr(m, name)
    points = m.DP if name == ELSEWHERE.name else m.DL
    return sum(m.days[t] * m.swap_cost[y] * variable[y, t] for y in points for t in m.T)


def _part(case: Case) -> DeliveryPoints:
    assert case.delivery_points is not None, "only a case with delivery points has the variable"
    return case.delivery_points


def _paid(case: Case, values: Values, name: str) -> dict[str, float]:
    part = _part(case)
    cost = part.swap_cost if name == ELSEWHERE.name else part.swap_cost[part.has_most]
    return {"swaps between delivery points": float(cost @ (values[name] @ case.timeline.days))}


LEAST = Rows("delivery_least", "DP, T", "Least share of a seller's gas at a delivery point")
MOST = Rows("delivery_most", "DL, T", "Greatest share of a seller's gas at a landing point")
FEATURE = Feature(
    part="delivery_points",
    variables=(ELSEWHERE, BEYOND),
    rows=(LEAST, MOST),
    costs=tuple(
        CostTerm(one.name, rule=partial(_swaps, name=one.name), amounts=partial(_paid, name=one.name))
        for one in (ELSEWHERE, BEYOND)
    ),
)


def add(m: LazyModel, case: Case) -> None:
    """Declare what is taken at delivery points; a case without them has none of this."""
    part = case.delivery_points
    if part is None:
        return
    lines, steps = case.pipelines.id, np.array(case.supply.labels, dtype=object)
    m.DP = pyo.Set(initialize=part.id.tolist(), doc="Delivery points: seller and border")
    m.DL = pyo.Set(within=m.DP, initialize=part.id[part.has_most].tolist(), doc="Landing points with a greatest share")
    for name, places, labels, within, doc in (
        ("point_forward", part.forward, lines, m.P, "Pipelines that carry gas over the border of a delivery point"),
        ("point_backward", part.backward, lines, m.P, "Pipelines that carry gas back over it"),
        ("point_steps", part.steps, steps, m.K, "Supply steps whose gas is shared out"),
        ("point_landings", part.landings, lines, m.P, "Pipelines at all landing points of the seller"),
    ):
        members = {y: labels[list(own)].tolist() for y, own in zip(part.id, places, strict=True)}
        setattr(m, name, pyo.Set(m.DP, within=within, initialize=members, doc=doc))
    put_numbers(m, case)
    ELSEWHERE.declare(m)
    BEYOND.declare(m)
    FEATURE.register(m)

    @LEAST.declare(m)
    def delivery_least(m: LazyModel, y: str, t: int) -> object:
        r"""The net flow over the border of a delivery point, and what is handed over elsewhere, reach the point's
        share of what its seller delivers.

        .. math:: \sum_{p \in P^{+}_y} f_{p,t} - \sum_{p \in P^{-}_y} f_{p,t} + e_{y,t}
            \ge a_{y,t} \Big(\sum_{k \in K_y} q_{k,t} + \sum_{p \in P^{L}_y} f_{p,t}\Big)
        """
        return (
            sum(m.flow[p, t] for p in m.point_forward[y])
            - sum(m.flow[p, t] for p in m.point_backward[y])
            + m.handed_over_elsewhere[y, t]
            - m.delivery_share[y, t] * sum(m.supply[k, t] for k in m.point_steps[y])
            - m.delivery_share[y, t] * sum(m.flow[p, t] for p in m.point_landings[y])
            >= 0.0
        )

    @MOST.declare(m)
    def delivery_most(m: LazyModel, y: str, t: int) -> object:
        r"""A landing point takes no more than its greatest share of what lands at all points of the seller.

        .. math:: \sum_{p \in P^{+}_y} f_{p,t} - \bar e_{y,t} \le \bar a_{y,t} \sum_{p \in P^{L}_y} f_{p,t}
        """
        return (
            sum(m.flow[p, t] for p in m.point_forward[y])
            - m.landed_beyond[y, t]
            - m.landing_share[y, t] * sum(m.flow[p, t] for p in m.point_landings[y])
            <= 0.0
        )


def put_numbers(m: LazyModel, case: Case) -> None:
    """Declare the numbers, or renew them; without delivery points there are none."""
    part = case.delivery_points
    if part is None:
        return
    m.delivery_share = ArrayParam(m.DP, m.T, values=part.least, units=u.SHARE, doc="Least share at a delivery point")
    m.landing_share = ArrayParam(
        m.DL, m.T, values=part.most[part.has_most], units=u.SHARE, doc="Greatest share at a landing point"
    )
    m.swap_cost = ArrayParam(m.DP, values=part.swap_cost, units=u.EUR_PER_MWH, doc="Cost of handing gas over elsewhere")
