"""Markets outside every group that shares by the rule of allocation: each keeps what it has bought."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np

from energy_model.scenario.arrays import Array, Axis


@dataclass(frozen=True)
class Solidarity:
    """What markets outside every solidarity group have bought, produce and hold in store."""

    AXES: ClassVar[Mapping[str, Axis]] = {
        "keeping_markets": Axis("node", lambda case: case.nodes[case.solidarity.node], "kept", "kept_stocks"),
        "kept_contracts": Axis("contract", lambda case: case.solidarity.contract),
    }

    node: Annotated[np.ndarray, Array("keeping_markets", "place", "Market that shares with nobody")]
    lng: Annotated[
        np.ndarray,
        Array("keeping_markets, periods", "floor", "LNG bought for the month", unit="GWh/d", column="bought_lng"),
    ]
    lng_of_year: Annotated[
        float, Array("", "volume", "LNG of all markets in the year in which it was bought", unit="GWh")
    ]
    kept: Annotated[
        np.ndarray,
        Array(
            "keeping_markets, periods",
            "floor",
            "Own production, LNG and pipeline gas under contract that can come, after measures",
            unit="GWh/d",
        ),
    ]
    kept_stock: Annotated[
        np.ndarray,
        Array("keeping_markets", "stock", "Gas in own stores above what must be left at the end", unit="GWh"),
    ]
    contract: Annotated[
        np.ndarray, Array("kept_contracts", "name", "Contracts of these markets, pooled by seller and way")
    ]
    seller: Annotated[np.ndarray, Array("kept_contracts", "name", "Supplier")]
    deliveries: tuple[tuple[int, ...], ...]  # for each contract the pipelines of its delivery point
    ways: tuple[tuple[int, ...], ...]  # for each contract the way of its gas
    bought: Annotated[
        np.ndarray | None,
        Array("kept_contracts, keeping_markets, periods", "floor", "Contract quantity before measures", unit="GWh/d"),
    ] = field(default=None, compare=False)
