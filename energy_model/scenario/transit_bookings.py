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
        Array("borders, months", "demand", "Net flow of the month before, where the horizon has none", unit="GWh/d"),
    ]
    is_before_known: Annotated[bool, Array("", "flag", "Whether the flows before the horizon were observed")]


def after_flows(part: TransitBookings, net: Mapping[str, float], cost_eur_per_mwh: float) -> TransitBookings:
    """The same with the net flows of the month before the horizon, so that the first month changes at a price, too.

    Parameters
    ----------
    net : mapping of str to float
        Net flow by border in the direction of its name, GWh/d. The first month of other borders is free.
    """
    before, cost = np.zeros_like(part.before), part.change_cost.copy()
    cost[:, 0] = 0.0
    for number, name in enumerate(part.border):
        if name in net:
            before[number, 0], cost[number, 0] = net[name], cost_eur_per_mwh
    return replace(part, before=before, change_cost=cost, is_before_known=bool(cost[:, 0].any()))
