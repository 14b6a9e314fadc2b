"""Shares of the markets in what lands as LNG: contracts with a destination and booked slots hold cargoes to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from energy_model.scenario.arrays import Array, Axis


@dataclass(frozen=True)
class LngSlots:
    """Markets and the least and most of all landings that they take without anybody buying or selling a slot."""

    AXES: ClassVar[Mapping[str, Axis]] = {
        "slot_markets": Axis("node", lambda case: case.nodes[case.lng_slots.node], "lng_slots", "lng_slot_resale"),
    }

    node: Annotated[np.ndarray, Array("slot_markets", "place", "Market whose terminals have the slots")]
    least: Annotated[
        np.ndarray, Array("slot_markets, periods", "share", "Least share of all LNG that lands", unit="share")
    ]
    most: Annotated[
        np.ndarray,
        Array("slot_markets, periods", "share", "Greatest share of all LNG that lands", unit="share", neutral=1.0),
    ]
    resale_cost: Annotated[
        np.ndarray, Array("slot_markets", "price", "Cost of selling or buying a slot or its cargo", unit="EUR/MWh")
    ]
