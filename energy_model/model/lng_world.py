"""The world market of LNG: exporters sell to Europe and to buyers outside it, who answer to price.

What Europe takes is left by the others at its price. A cargo belongs to its month: what an exporter can load in a month
and nobody takes is not there in the next one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pyomo.core as pyo

from energy_model.lp import ArrayParam, LazyModel, Matrix
from energy_model.model import pyomo_units as u
from energy_model.model.feature import CostTerm, Feature, Rows, Values, Variable
from energy_model.scenario.case import Case
from energy_model.scenario.lng_world import ANY_MARKET, LngWorld, answer_by_day

CARGO = Variable("world_cargo", "X, R, Y", u.GWH, "LNG shipped from an exporter to a basin outside Europe")
FORGONE = Variable("world_forgone", "Z, J, Y", u.GWH, "LNG that a buyer outside Europe does not take at its price")
DIVERTED = Variable("world_diverted", "I, Y", u.GWH, "LNG that goes elsewhere than its contract says")
ABILITY = Rows("world_ability", "X, Y", "What an exporter can load", "total")
BALANCE = Rows("world_balance", "R, Y", "Buyers of a basin outside Europe", "total")
CONTRACT = Rows("world_contract", "I, Y", "Cargoes that a contract binds to a place", "total")


def _part(case: Case) -> LngWorld:
    assert case.lng_world is not None, "only a case with a world market has its variables"
    return case.lng_world


def cargo_cost(case: Case) -> np.ndarray:
    """Loading and freight of cargoes to other basins, EUR/MWh, shape (exporters, basins, parts)."""
    part, days = _part(case), case.timeline.part_days
    loading = np.stack([case.lng.cost[case.lng.exporter == x].min(axis=0) for x in part.exporter])
    return np.asarray(part.freight[:, :, None] + (loading @ days.T / days.sum(axis=1))[:, None, :])


def loadable(case: Case) -> np.ndarray:
    """What each exporter can load in each part of a month, GWh, shape (exporters, parts)."""
    rate = np.stack([case.lng.rate[case.lng.exporter == x].sum(axis=0) for x in _part(case).exporter])
    return np.asarray(rate @ case.timeline.part_days.T)


def _ships(case: Case, values: Values) -> dict[str, float]:
    return {"LNG outside Europe, loading and freight": float((values["world_cargo"] * cargo_cost(case)).sum())}


def _given_up(case: Case, values: Values) -> dict[str, float]:
    return {"LNG outside Europe, demand given up": float((values["world_forgone"] * _part(case).price).sum())}


def _broken(case: Case, values: Values) -> dict[str, float]:
    return {"LNG contracts diverted": float(values["world_diverted"].sum() * _part(case).diversion_cost)}


FEATURE = Feature(
    part="lng_world",
    variables=(CARGO, FORGONE, DIVERTED),
    rows=(ABILITY, BALANCE, CONTRACT),
    costs=(
        CostTerm(
            "world_cargo",
            rule=lambda m: sum(
                m.world_cargo_cost[x, r, y] * m.world_cargo[x, r, y] for x in m.X for r in m.R for y in m.Y
            ),
            amounts=_ships,
        ),
        CostTerm(
            "world_forgone",
            rule=lambda m: sum(
                m.world_forgone_price[z, j, y] * m.world_forgone[z, j, y] for z in m.Z for j in m.J for y in m.Y
            ),
            amounts=_given_up,
        ),
        CostTerm(
            "world_diverted",
            rule=lambda m: sum(m.world_diversion_cost[i] * m.world_diverted[i, y] for i in m.I for y in m.Y),
            amounts=_broken,
        ),
    ),
)


def add(m: LazyModel, case: Case) -> None:
    """Declare buyers outside Europe; a case with a limit on Europe's LNG instead has none of this."""
    part = case.lng_world
    if part is None:
        return
    _add_sets(m, case, part)
    put_numbers(m, case)
    CARGO.declare(m)
    FORGONE.declare(m, bounds=lambda m, z, j, y: (m.world_least[z, j, y], m.world_most[z, j, y]))
    DIVERTED.declare(m)
    FEATURE.register(m)

    @ABILITY.declare(m)
    def world_ability(m: LazyModel, x: str, y: int) -> object:
        r"""What an exporter sends to Europe and elsewhere in a month is at most what it can load.

        .. math:: \sum_t d_{y,t} \sum_{e \in E_x} u_{e,t} + \sum_r \kappa_{x,r,y} \le S_{x,y}
        """
        return (
            sum(m.part_days[y, t] * m.lng_supply[e, t] for t in m.periods_of_part[y] for e in m.lng_steps_of[x])
            + sum(m.world_cargo[x, r, y] for r in m.R)
            <= m.world_able[x, y]
        )

    @BALANCE.declare(m)
    def world_balance(m: LazyModel, r: str, y: int) -> object:
        r"""Buyers of a basin take what they would at the lowest price, less what they give up; its dual is the price.

        .. math:: \sum_x \kappa_{x,r,y} + \sum_{z \in Z_r} \sum_j \phi_{z,j,y} = \sum_{z \in Z_r} Q_{z,y}
        """
        return sum(m.world_cargo[x, r, y] for x in m.X) + sum(
            m.world_forgone[z, j, y] for z in m.buyers_in[r] for j in m.J
        ) == sum(m.world_demand[z, y] for z in m.buyers_in[r])

    @CONTRACT.declare(m)
    def world_contract(m: LazyModel, i: int, y: int) -> object:
        r"""Bound cargoes go where their contract says, unless that is broken at a cost.

        .. math:: \sum_{(x,r) \in i} \kappa_{x,r,y} + \sum_t d_{y,t} \sum_{e \in E_i} u_{e,t} + \delta_{i,y}
            \ge \beta_{i,y}\, S_{x(i),y}
        """
        return (
            sum(m.world_cargo[x, r, y] for (x, r) in m.bound_cargoes[i])
            + sum(m.part_days[y, t] * m.lng_supply[e, t] for t in m.periods_of_part[y] for e in m.bound_steps[i])
            + m.world_diverted[i, y]
            >= m.world_bound[i, y]
        )


def _add_sets(m: LazyModel, case: Case, part: LngWorld) -> None:
    line, steps = case.timeline, np.array(case.lng.labels, dtype=object)
    m.R = pyo.Set(initialize=part.basin.tolist(), doc="Basins outside Europe that LNG is shipped to")
    m.Z = pyo.Set(initialize=part.buyer.tolist(), doc="Buyers of LNG outside Europe")
    m.J = pyo.Set(initialize=part.step.tolist(), doc="Steps of a buyer's demand, by the price at which they leave")
    m.Y = pyo.RangeSet(1, len(line.part_starts), doc="Calendar months, divided where something is announced")
    m.I = pyo.RangeSet(1, len(part.contract_exporter), doc="Contracts that bind cargoes to a place")
    m.periods_of_part = pyo.Set(
        m.Y,
        within=m.T,
        initialize={k + 1: (np.flatnonzero(row) + 1).tolist() for k, row in enumerate(line.part_days)},
        doc="Periods that touch a part of a month",
    )
    m.buyers_in = pyo.Set(
        m.R,
        within=m.Z,
        initialize={str(r): part.buyer[part.buyer_basin == k].tolist() for k, r in enumerate(part.basin)},
        doc="Buyers of a basin",
    )
    ends = list(enumerate(zip(part.contract_exporter.tolist(), part.contract_basin.tolist(), strict=True), start=1))
    m.bound_cargoes = pyo.Set(
        m.I,
        dimen=2,
        initialize={
            i: [] if at == ANY_MARKET else [(str(part.exporter[x]), str(part.basin[at]))] for i, (x, at) in ends
        },
        doc="Cargoes to a basin that a contract is about",
    )
    m.bound_steps = pyo.Set(
        m.I,
        within=m.E,
        initialize={
            i: steps[case.lng.exporter == part.exporter[x]].tolist() if at == ANY_MARKET else [] for i, (x, at) in ends
        },
        doc="Steps of LNG to Europe that a contract is about",
    )


def put_numbers(m: LazyModel, case: Case) -> None:
    """Declare the numbers, or renew them; without a world market there are none."""
    part = case.lng_world
    if part is None:
        return
    least, most = part.limits(part.answer)
    able = loadable(case)
    m.part_days = ArrayParam(
        m.Y, m.T, values=case.timeline.part_days, units=u.DAY, doc="Gas days of a part of a month in a period"
    )
    m.world_able = ArrayParam(m.X, m.Y, values=able, units=u.GWH, doc="What an exporter can load")
    m.world_cargo_cost = ArrayParam(
        m.X, m.R, m.Y, values=cargo_cost(case), units=u.EUR_PER_MWH, doc="Loading and freight to a basin"
    )
    m.world_demand = ArrayParam(m.Z, m.Y, values=part.demand, units=u.GWH, doc="Demand at the lowest price")
    m.world_forgone_price = ArrayParam(
        m.Z, m.J, m.Y, values=part.price, units=u.EUR_PER_MWH, doc="Price at which a step of demand leaves"
    )
    m.world_least = ArrayParam(m.Z, m.J, m.Y, values=least, units=u.GWH, doc="Least that is given up so soon")
    m.world_most = ArrayParam(m.Z, m.J, m.Y, values=most, units=u.GWH, doc="Most that is given up so soon")
    m.world_bound = ArrayParam(
        m.I, m.Y, values=part.contract_share * able[part.contract_exporter], units=u.GWH, doc="Cargoes bound to a place"
    )
    m.world_diversion_cost = ArrayParam(
        m.I, values=np.full(len(part.contract_exporter), part.diversion_cost), units=u.EUR_PER_MWH,
        doc="Cost of breaking a contract",
    )  # fmt: skip


def answer_with_lag(matrix: Matrix, case: Case, news: date, before: Case, decided: Mapping[str, np.ndarray]) -> Matrix:
    """A plan in which buyers outside Europe depart from what they planned before only as far as news lets them so soon.

    Parameters
    ----------
    matrix : Matrix
        Compiled from ``case``, with the past frozen.
    news : date
        Day of the news.
    before : Case
        Of the plan that was made before, in which ``decided`` was decided.
    decided : mapping of str to ndarray
        Values of the variables of that plan by name; what buyers gave up, GWh, has the shape (buyers, steps, parts).
    """
    new, old = case.lng_world, before.lng_world
    if new is None or old is None:
        return matrix
    start = _carried(np.clip(old.share_of(decided[FORGONE.name]), 0.0, 1.0), before, case)
    early = (new.first_month_answer, new.second_month_answer)
    lag = answer_by_day(news, case.timeline, early)
    least, most = new.limits(lag, start)
    lower, upper = (matrix.block_array(end, FORGONE.name) for end in ("col_lower", "col_upper"))
    fixed = np.arange(lower.shape[-1]) < case.timeline.parts_before(case.timeline.boundary_at(news))
    tighter = np.clip(least, lower, upper), np.clip(most, lower, upper)
    return matrix.with_columns(
        FORGONE.name, lower=np.where(fixed, lower, tighter[0]), upper=np.where(fixed, upper, tighter[1])
    )


def with_more_left(matrix: Matrix, case: Case, more: np.ndarray) -> Matrix:
    """The problem in which buyers elsewhere want less, so that more is left for Europe at every price.

    Parameters
    ----------
    more : ndarray, shape (months,)
        What is left in addition in each month, GWh; each buyer wants less by its share of all demand.
    """
    part, line = _part(case), case.timeline
    month_of_part = np.searchsorted(line.months, [f"{day:%Y-%m}" for day in line.part_starts])
    days = line.part_days.sum(axis=1)
    by_part = (more / line.month_days.sum(axis=1))[month_of_part] * days
    wanted = np.stack([part.demand[part.buyer_basin == r].sum(axis=0) for r in range(len(part.basin))])
    less = wanted / wanted.sum(axis=0) * by_part
    lower, upper = (matrix.block_array(end, BALANCE.name) for end in ("row_lower", "row_upper"))
    return matrix.with_rows(BALANCE.name, lower=lower - less, upper=upper - less)


def _carried(share: np.ndarray, before: Case, case: Case) -> np.ndarray:
    """Values by part of a month of one plan as means over the parts of another."""
    first = np.concatenate([[0], np.flatnonzero(np.diff(case.timeline.part_of_day)) + 1])
    daily = share[..., before.timeline.part_of_day]
    return np.asarray(np.add.reduceat(daily, first, axis=-1) / np.bincount(case.timeline.part_of_day))
