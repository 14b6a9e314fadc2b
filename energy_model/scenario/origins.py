"""What measures ask of gas by its seller, as arrays of a case; how they go together says scenario/origin.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from energy_model.scenario.arrays import Array, Axis


@dataclass(frozen=True)
class Origins:
    """What measures ask of gas by its seller: one row for each seller's gas and each rule on third countries."""

    AXES: ClassVar[Mapping[str, Axis]] = {
        "origins": Axis("origin", lambda case: case.origins.name),
        "contract_classes": Axis("contract_class", lambda case: case.origins.class_name),
    }

    name: Annotated[np.ndarray, Array("origins", "name", "Name of the gas")]
    suppliers: tuple[tuple[str, ...], ...]  # for each origin the suppliers by pipeline
    exporters: tuple[tuple[str, ...], ...]  # for each origin the LNG exporters
    to_end_user: Annotated[
        np.ndarray, Array("origins", "flag", "Whether third countries may not sell the gas on as their own")
    ]
    ban: Annotated[
        np.ndarray,
        Array(
            "origins, nodes, periods",
            "share",
            "Share of a country's demand that it may not buy",
            unit="share",
            is_stored=False,
        ),
    ]
    no_transit: Annotated[
        np.ndarray,
        Array(
            "origins, nodes, periods",
            "share",
            "Share of a pipeline into a country that the gas may not use",
            unit="share",
            is_stored=False,
        ),
    ]
    duty: Annotated[
        np.ndarray, Array("origins, nodes, periods", "price", "Duty on what is bought", unit="EUR/MWh", is_stored=False)
    ]
    in_force: Annotated[np.ndarray, Array("origins, periods", "flag", "Whether a measure is in force")]
    beyond: Annotated[
        np.ndarray,
        Array(
            "origins, nodes, periods",
            "share",
            "Share of what is in no class of contracts that a country may not buy",
            unit="share",
            is_stored=False,
        ),
    ]
    class_ban: Annotated[
        np.ndarray,
        Array(
            "origins, contract_classes, periods",
            "share",
            "Share of what a class carries that its country may not buy",
            unit="share",
            is_stored=False,
        ),
    ]
    presumed: Annotated[
        np.ndarray,
        Array(
            "origins, pipelines, periods",
            "share",
            "Share of what a pipeline carries that counts as the gas, having no paper of another origin",
            unit="share",
            is_stored=False,
        ),
    ]
    class_name: Annotated[np.ndarray, Array("contract_classes", "name", "Seller, buyer and class")]
    class_gas: Annotated[np.ndarray, Array("contract_classes", "name", "Gas that it is of")]
    class_node: Annotated[np.ndarray, Array("contract_classes", "place", "Market of the buyer")]
    class_rate: Annotated[
        np.ndarray,
        Array("contract_classes, periods", "limit", "What a class carries", unit="GWh/d", is_stored=False),
    ]
