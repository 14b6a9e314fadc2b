"""Transit bookings: a fee that is owed anyway is no reason to choose another way, and flows follow last month's.

Who has booked a border pays whether he uses it or not, so up to what is booked its use costs no tariff. Another flow
than in the month before takes other bookings, which cost a little: of two ways that cost about the same, the one
that was used stays in use.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pyomo.core as pyo

from energy_model.lp import ArrayParam, LazyModel
from energy_model.model import pyomo_units as u
from energy_model.model.feature import CostTerm, Feature, Rows, Table, Values, Variable
from energy_model.scenario.case import Case
from energy_model.scenario.transit_bookings import TransitBookings

USED = Variable(
    "booked_use", "BK, T", u.GWH_PER_DAY, "Flow whose fee is owed anyway",
    table=Table("transit_bookings", "booking", "used_gwh_per_day"),
)  # fmt: skip
RISE = Variable("border_rise", "BO, BM", u.GWH_PER_DAY, "Net flow of a month above that of the month before")
FALL = Variable("border_fall", "BO, BM", u.GWH_PER_DAY, "Net flow of a month below that of the month before")
WITHIN = Rows("booked_within", "BK, T", "Use of a booking is flow")
CHANGE = Rows("border_change", "BO, BM", "Net flow of a border from month to month", "total")


def _part(case: Case) -> TransitBookings:
    assert case.transit_bookings is not None, "only a case with bookings has the variable"
    return case.transit_bookings


def _fees(case: Case) -> np.ndarray:
    """Fee that a booking spares its user, GWh by GWh: that of the cheapest pipeline of its direction, EUR/MWh."""
    cost = case.pipelines.cost
    return np.array([cost[list(own)].min(axis=0) for own in _part(case).lines]).reshape(-1, cost.shape[1])


def _first(part: TransitBookings) -> int:
    """Place of the first month of which the month before is known."""
    return 0 if part.is_before_given[0] else 1


def _changes(case: Case, values: Values, name: str) -> dict[str, float]:
    part, days = _part(case), case.timeline.month_days.sum(axis=1)
    price = (part.change_cost * days)[:, _first(part) :]
    return {"changes of flows at borders": float((price * values[name].reshape(price.shape)).sum())}


def _change_cost(m: LazyModel, name: str) -> object:
    change = getattr(m, name)
    return sum(m.border_days[k] * m.border_change_cost[j, k] * change[j, k] for j in m.BO for k in m.BM)


FEATURE = Feature(
    part="transit_bookings",
    variables=(USED, RISE, FALL),
    rows=(WITHIN, CHANGE),
    costs=(
        CostTerm(
            "booked_use",
            rule=lambda m: sum(m.days[t] * -m.booked_fee[g, t] * m.booked_use[g, t] for g in m.BK for t in m.T),
            amounts=lambda case, values: {
                "transport paid beforehand": -float(((values["booked_use"] * _fees(case)) @ case.timeline.days).sum())
            },
        ),
        CostTerm(
            "border_rise",
            rule=partial(_change_cost, name="border_rise"),
            amounts=partial(_changes, name="border_rise"),
        ),
        CostTerm(
            "border_fall",
            rule=partial(_change_cost, name="border_fall"),
            amounts=partial(_changes, name="border_fall"),
        ),
    ),
)


def add(m: LazyModel, case: Case) -> None:
    """Declare the use of bookings and the changes of flows; a case without bookings has none of this."""
    part = case.transit_bookings
    if part is None:
        return
    lines, month_days = case.pipelines.id, case.timeline.month_days
    first = _first(part)
    m.BK = pyo.Set(initialize=part.booking.tolist(), doc="Directions of borders that are booked")
    m.BO = pyo.Set(initialize=part.border.tolist(), doc="Borders between markets")
    m.BM = pyo.RangeSet(first + 1, len(month_days), doc="Calendar months of which the month before is known")
    for name, over, labels, places, doc in (
        ("booked_lines", m.BK, part.booking, part.lines, "Pipelines of a booked direction"),
        ("border_forward", m.BO, part.border, part.forward, "Pipelines in the direction of a border's name"),
        ("border_backward", m.BO, part.border, part.backward, "Pipelines in the other direction"),
    ):
        members = {label: lines[list(own)].tolist() for label, own in zip(labels, places, strict=True)}
        setattr(m, name, pyo.Set(over, within=m.P, initialize=members, doc=doc))
    touched = [(np.flatnonzero(row) + 1).tolist() for row in month_days]
    for name, offset, doc in (
        ("border_periods", 0, "Periods that touch a month"),
        ("border_periods_before", 1, "Periods that touch the month before"),
    ):
        own = {k + 1: touched[k - offset] if k >= offset else [] for k in range(first, len(touched))}
        setattr(m, name, pyo.Set(m.BM, within=m.T, initialize=own, doc=doc))
    put_numbers(m, case)
    USED.declare(m, bounds=lambda m, g, t: (0, m.booked_capacity[g, t]))
    RISE.declare(m)
    FALL.declare(m)
    FEATURE.register(m)
    _add_constraints(m)


def _add_constraints(m: LazyModel) -> None:
    @WITHIN.declare(m)
    def booked_within(m: LazyModel, g: str, t: int) -> object:
        r"""A booking is used by gas that flows.

        .. math:: b_{g,t} \le \sum_{p \in P_g} f_{p,t}
        """
        return m.booked_use[g, t] <= sum(m.flow[p, t] for p in m.booked_lines[g])

    @CHANGE.declare(m)
    def border_change(m: LazyModel, j: str, k: int) -> object:
        r"""The mean net flow of a month is that of the month before, and what it rises or falls.

        .. math:: \sum_t \mu_{k,t} \Big(\sum_{p \in P^{+}_j} f_{p,t} - \sum_{p \in P^{-}_j} f_{p,t}\Big)
            - \sum_t \mu_{k-1,t} \Big(\sum_{p \in P^{+}_j} f_{p,t} - \sum_{p \in P^{-}_j} f_{p,t}\Big)
            = F_{j,k} + c^{+}_{j,k} - c^{-}_{j,k}
        """
        return (
            sum(m.month_part[k, t] * m.flow[p, t] for t in m.border_periods[k] for p in m.border_forward[j])
            - sum(m.month_part[k, t] * m.flow[p, t] for t in m.border_periods[k] for p in m.border_backward[j])
            - sum(m.month_before[k, t] * m.flow[p, t] for t in m.border_periods_before[k] for p in m.border_forward[j])
            + sum(m.month_before[k, t] * m.flow[p, t] for t in m.border_periods_before[k] for p in m.border_backward[j])
            == m.border_before[j, k] + m.border_rise[j, k] - m.border_fall[j, k]
        )


def put_numbers(m: LazyModel, case: Case) -> None:
    """Declare the numbers, or renew them; without bookings there are none."""
    part = case.transit_bookings
    if part is None:
        return
    first, fees = _first(part), _fees(case)
    month = case.timeline.month_days / case.timeline.month_days.sum(axis=1, keepdims=True)
    before = np.vstack([np.zeros((1, month.shape[1])), month[:-1]]) * ~part.is_before_given[:, None]
    capacity = np.where(fees > 0.0, part.booked, 0.0)
    m.booked_capacity = ArrayParam(
        m.BK, m.T, values=capacity, units=u.GWH_PER_DAY, doc="Booked capacity that has a fee"
    )
    m.booked_fee = ArrayParam(m.BK, m.T, values=fees, units=u.EUR_PER_MWH, doc="Fee that is owed anyway")
    m.month_part = ArrayParam(m.BM, m.T, values=month[first:], units=u.SHARE, doc="Share of a month in a period")
    m.month_before = ArrayParam(
        m.BM, m.T, values=before[first:], units=u.SHARE, doc="Share of the month before in a period"
    )
    m.border_before = ArrayParam(
        m.BO,
        m.BM,
        values=part.before[:, first:],
        units=u.GWH_PER_DAY,
        doc="Net flow of the month before where it is given",
    )
    m.border_days = ArrayParam(
        m.BM, values=case.timeline.month_days.sum(axis=1)[first:], units=u.DAY, doc="Gas days of a month in the horizon"
    )
    m.border_change_cost = ArrayParam(
        m.BO,
        m.BM,
        values=part.change_cost[:, first:],
        units=u.EUR_PER_MWH,
        doc="Cost of another flow than the month before",
    )
