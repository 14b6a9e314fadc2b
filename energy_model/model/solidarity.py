"""Solidarity: a market outside every group is not cut for the gas that it has bought, so that another may burn it.

What a market outside keeps is known before the problem is solved: its production, LNG and contracts as far as measures
let them come, and its stock. Beyond that it is a buyer like others. It sells what its customers leave at a price. Gas
that only passes through is not bounded.
"""

from __future__ import annotations

import numpy as np
import pyomo.core as pyo

from energy_model.lp import ArrayParam, LazyModel
from energy_model.model import pyomo_units as u
from energy_model.model.demand import slice_table, slice_width
from energy_model.model.feature import CostTerm, Feature, Rows, Table, Variable
from energy_model.scenario.case import Case
from energy_model.scenario.kept_gas import needed_by_order

CEDED = Variable(
    "ceded", "F, T", u.GWH_PER_DAY, "Curtailment for gas that cannot be brought although it is kept",
    table=Table("kept_gas", "node", "ceded_gwh_per_day"),
)  # fmt: skip


def _weight(case: Case) -> np.ndarray:
    """What a unit weighs: as much as the dearest cut, so that nobody outside is worth the kept gas."""
    assert case.solidarity is not None, "only a case with such markets has the variable"
    return np.full((len(case.solidarity.node), len(case.timeline)), float(slice_table(case.demand).cost.max()))


FEATURE = Feature(
    part="solidarity",
    variables=(CEDED,),
    rows=(
        Rows("kept_gas", "F, T", "What a market cuts beyond what it keeps"),
        Rows("kept_stock", "F", "What a market cuts over the horizon beyond what it keeps and has in store", "total"),
    ),
    costs=(
        CostTerm(
            CEDED.name,
            rule=lambda m: sum(m.days[t] * m.kept_weight[n, t] * m.ceded[n, t] for n in m.F for t in m.T),
            amounts=lambda case, values: {},
            tie_break=_weight,
        ),
    ),
)
GAS, STOCK = FEATURE.rows


def add(m: LazyModel, case: Case) -> None:
    """Declare what markets outside every group may be cut by; a case in which all share has none of this."""
    part = case.solidarity
    if part is None:
        return
    codes = case.nodes[part.node].tolist()
    m.F = pyo.Set(within=m.D, initialize=codes, doc="Markets outside every solidarity group")
    put_numbers(m, case)
    CEDED.declare(m)
    FEATURE.register(m)

    @GAS.declare(m)
    def kept_gas(m: LazyModel, n: str, t: int) -> object:
        r"""Customers are cut by no more than what they need beyond the gas that their market keeps; kept gas that
        cannot be brought weighs as much as the dearest cut.

        .. math:: \sum_c x_{n,c,t} \le \max(0, \sum_c \bar{x}_{n,c,t} - K_{n,t}) + z_{n,t}
        """
        return sum(m.curtailment[n, c, t] for c in m.C) <= m.needed_beyond_kept[n, t] + m.ceded[n, t]

    @STOCK.declare(m)
    def kept_stock(m: LazyModel, n: str) -> object:
        r"""Over the horizon its stock, above what is left at the end, serves its own customers too.

        .. math:: \sum_t h_t \sum_c x_{n,c,t} \le \max(0, \sum_t h_t \max(0, \sum_c \bar{x}_{n,c,t} - K_{n,t}) - S_n)
            + \sum_t h_t\, z_{n,t}
        """
        return sum(m.days[t] * m.curtailment[n, c, t] for c in m.C for t in m.T) <= m.needed_beyond_stock[n] + sum(
            m.days[t] * m.ceded[n, t] for t in m.T
        )


def put_numbers(m: LazyModel, case: Case) -> None:
    """Declare the numbers, or renew them; where everybody shares there are none."""
    part = case.solidarity
    if part is None:
        return
    needed = needed_by_order(case, slice_width(case))
    beyond = np.maximum(needed @ case.timeline.days - part.kept_stock, 0.0)
    m.needed_beyond_kept = ArrayParam(
        m.F, m.T, values=needed, units=u.GWH_PER_DAY, doc="Demand that no price moves beyond what is kept"
    )
    m.needed_beyond_stock = ArrayParam(
        m.F, values=beyond, units=u.GWH, doc="The same over the horizon, beyond the stock too"
    )
    m.kept_weight = ArrayParam(
        m.F, m.T, values=_weight(case), units=u.EUR_PER_MWH, doc="Weight of kept gas that does not come"
    )
