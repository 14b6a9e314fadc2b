"""Capacity at borders that was booked beforehand, and what it costs to change a border's flow between months."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar

import numpy as np

from energy_model.scenario.arrays import Array, Axis

Places = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class TransitBookings:
    """Bookings by direction, and borders between markets with the cost of changing their net flow."""

    AXES: ClassVar[Mapping[str, Axis]] = {
        "bookings": Axis("booking", lambda case: case.transit_bookings.booking, "transit_bookings"),
        "borders": Axis("border", lambda case: case.transit_bookings.border, fixed="border_changes"),
    }

    booking: Annotated[np.ndarray, Array("bookings", "name", "Border and direction that is booked")]
    lines: Places  # for each booking the pipelines of its direction
    booked: Annotated[
        np.ndarray,
        Array("bookings, periods", "limit", "Capacity whose fee is owed whether it is used or not", unit="GWh/d"),
    ]
    border: Annotated[np.ndarray, Array("borders", "name", "Border between two markets")]
    forward: Places  # for each border the pipelines in the direction of its name
    backward: Places  # for each border those of the other direction
    change_cost: Annotated[
        np.ndarray,
        Array("borders, months", "price", "Cost of a net flow other than in the month before", unit="EUR/MWh"),
    ]
    before: Annotated[
        np.ndarray,
        Array("borders, months", "demand", "Net flow of the month before, where it is given", unit="GWh/d"),
    ]
    is_before_given: Annotated[
        np.ndarray, Array("months", "flag", "Whether the flows of the month before are given, as before the horizon")
    ]


def after_flows(
    part: TransitBookings, net: Mapping[str, float], cost_eur_per_mwh: float, month: int = 0
) -> TransitBookings:
    """The same with given net flows of the month before, so that a month changes them at a price.

    Parameters
    ----------
    net : mapping of str to float
        Net flow by border in the direction of its name, GWh/d. Other borders change in this month for nothing.
    month : int
        Number of the month that follows these flows.
    """
    before, cost, given = part.before.copy(), part.change_cost.copy(), part.is_before_given.copy()
    before[:, month], cost[:, month] = 0.0, 0.0
    for number, name in enumerate(part.border):
        if name in net:
            before[number, month], cost[number, month] = net[name], cost_eur_per_mwh
    given[month] = bool(cost[:, month].any())
    return replace(part, before=before, change_cost=cost, is_before_given=given)
