"""Low-calorific gas: which customers burn it, where it is produced, stored and made, and which pipelines carry it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from energy_model.scenario.arrays import Array, Axis

HOUSEHOLD_TYPE = ("households", "services")
"""Sectors whose appliances burn one quality; metered customers are left out, as many of them can burn either."""


@dataclass(frozen=True)
class LowCalorific:
    """Gas of a lower calorific value, for appliances that burn nothing else; all gas of a case is counted as energy."""

    AXES: ClassVar[Mapping[str, Axis]] = {
        "low_calorific_nodes": Axis(
            "node", lambda case: case.nodes[case.low_calorific.node], "low_calorific", "low_calorific_stores"
        ),
        "low_calorific_lines": Axis("pipeline", lambda case: case.pipelines.id[case.low_calorific.line]),
    }

    node: Annotated[np.ndarray, Array("low_calorific_nodes", "place", "Node where it is burnt or comes from")]
    line: Annotated[np.ndarray, Array("low_calorific_lines", "place", "Pipeline that carries nothing else")]
    household_share: Annotated[
        np.ndarray,
        Array(
            "low_calorific_nodes, periods",
            "share",
            "Share of the demand of households and services that burns nothing else",
            unit="share",
        ),
    ]
    conversion: Annotated[
        np.ndarray,
        Array("low_calorific_nodes, periods", "limit", "Capacity of making it from high-calorific gas", unit="GWh/d"),
    ]
    produced_share: Annotated[
        np.ndarray,
        Array("low_calorific_nodes, periods", "share", "Share of what is produced at the node", unit="share"),
    ]
    tie_break: Annotated[
        np.ndarray,
        Array(
            "low_calorific_nodes, periods",
            "price",
            "Tells options of equal cost apart in the objective; part of no price and of no payment",
            unit="EUR/MWh",
            is_stored=False,
        ),
    ]
    stored_share: Annotated[
        np.ndarray,
        Array("low_calorific_nodes", "share", "Share of what goes into store and comes out of it", unit="share"),
    ]

    def need(self, sectors: Sequence[str], demand: np.ndarray) -> np.ndarray:
        """What has to be low-calorific of a demand of shape (nodes, sectors, T), GWh/d, shape (own nodes, T)."""
        mine = [sectors.index(sector) for sector in HOUSEHOLD_TYPE]
        return np.asarray(self.household_share * demand[self.node][:, mine].sum(axis=1))
