"""Supply by month: gas belongs to its month, and the least take of a step is taken or its deferral costs."""

from __future__ import annotations

import pyomo.core as pyo

from energy_model.lp import ArrayParam, LazyModel
from energy_model.model import pyomo_units as u
from energy_model.model.feature import CostTerm, Feature, Rows, Table, Values, Variable
from energy_model.scenario.case import Case


def _cost(case: Case, values: Values) -> dict[str, float]:
    assert case.supply_by_month is not None, "only a case with least takes has the variable"
    deferred = values["deferred"]
    return {
        "gas not taken in its month": float((case.supply_by_month.price * deferred).sum(axis=0) @ case.timeline.days)
    }


DEFERRED = Variable(
    "deferred", "KM, T", u.GWH_PER_DAY, "Gas of a step below its least take",
    table=Table("deferred", "supply_step", "deferred_gwh_per_day"),
)  # fmt: skip
LEAST = Rows("least_take", "KM, T", "Least take of a step")
FEATURE = Feature(
    part="supply_by_month",
    variables=(DEFERRED,),
    rows=(LEAST,),
    costs=(
        CostTerm(
            "deferred",
            rule=lambda m: sum(m.days[t] * m.deferral_price[g, t] * m.deferred[g, t] for g in m.KM for t in m.T),
            amounts=_cost,
        ),
    ),
)


def add(m: LazyModel, case: Case) -> None:
    """Declare least takes and what is deferred; a case without them has none of this."""
    part = case.supply_by_month
    if part is None:
        return
    m.KM = pyo.Set(within=m.K, initialize=part.step.tolist(), doc="Supply steps with a least take")
    put_numbers(m, case)
    DEFERRED.declare(m)

    @LEAST.declare(m)
    def least_take(m: LazyModel, g: str, t: int) -> object:
        r"""The least take of a step is taken, or it is deferred at a cost; only the swing above can make up for it.

        .. math:: q_{g,t} + \delta_{g,t} \ge \underline{q}_{g,t}
        """
        return m.supply[g, t] + m.deferred[g, t] >= m.supply_least[g, t]

    FEATURE.register(m)


def put_numbers(m: LazyModel, case: Case) -> None:
    """Declare the numbers, or renew them; without least takes there are none."""
    part = case.supply_by_month
    if part is None:
        return
    least = part.least(case.supply.labels, case.supply.rate)
    m.supply_least = ArrayParam(m.KM, m.T, values=least, units=u.GWH_PER_DAY, doc="Least take of a step")
    m.deferral_price = ArrayParam(
        m.KM, m.T, values=part.price, units=u.EUR_PER_MWH, doc="Cost of gas that is not taken in its month"
    )
