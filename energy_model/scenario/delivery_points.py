"""Where sellers hand their gas over: points under contract, and landing points with a usual share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from energy_model.scenario.arrays import Array, Axis

Places = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class DeliveryPoints:
    """Borders at which a share of what a seller delivers is taken, in the net flow of the period.

    A point of contracts has a least share of all that the seller's supply steps give. A landing point has a least and
    a greatest share of what arrives at all landing points of its seller.
    """

    AXES: ClassVar[Mapping[str, Axis]] = {
        "delivery_points": Axis(
            "point", lambda case: case.delivery_points.id, "delivery_points", "delivery_point_costs"
        )
    }

    id: Annotated[np.ndarray, Array("delivery_points", "name", "Seller and border")]
    forward: Places  # for each point the pipelines that carry gas over the border
    backward: Places  # for each point those that carry it back
    steps: Places  # for each point the supply steps whose gas is shared out; none at a landing point
    landings: Places  # for each landing point the pipelines at all landing points of the seller
    least: Annotated[
        np.ndarray, Array("delivery_points, periods", "share", "Least share of the seller's gas", unit="share")
    ]
    most: Annotated[
        np.ndarray,
        Array("delivery_points, periods", "share", "Greatest share of the seller's gas", unit="share", neutral=1.0),
    ]
    has_most: Annotated[np.ndarray, Array("delivery_points", "flag", "Whether there is a greatest share")]
    swap_cost: Annotated[
        np.ndarray, Array("delivery_points", "price", "Cost of handing gas over elsewhere", unit="EUR/MWh")
    ]
