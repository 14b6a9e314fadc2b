"""Supply by month: gas of a supplier that belongs to its month, and the part of it that is taken or paid for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar

import numpy as np

from energy_model.scenario.arrays import Array, Axis


@dataclass(frozen=True)
class SupplyByMonth:
    """Steps of supply of which a part has to be taken in its month; what they can give then is the rate of supply."""

    AXES: ClassVar[Mapping[str, Axis]] = {
        "monthly_steps": Axis("supply_step", lambda case: case.supply_by_month.step, "supply_by_month"),
    }

    step: Annotated[np.ndarray, Array("monthly_steps", "name", "Step of supply, ``supplier:step``")]
    least_share: Annotated[
        np.ndarray,
        Array("monthly_steps, periods", "share", "Share of what the step offers that is to be taken", unit="share"),
    ]
    price: Annotated[
        np.ndarray,
        Array("monthly_steps, periods", "price", "Cost of gas that is not taken in its month", unit="EUR/MWh"),
    ]

    def least(self, labels: list[str], rate: np.ndarray) -> np.ndarray:
        """Least take of each step, GWh/d, shape (steps here, T).

        It is a share of what the supplier offers after all measures: half a cut halves it, a stop ends it.

        Parameters
        ----------
        labels : list of str
            Names of the steps of a supply.
        rate : ndarray, shape (K, T)
            Their highest daily rates, GWh/d.
        """
        at = {label: k for k, label in enumerate(labels)}
        return np.asarray(self.least_share * rate[[at[str(label)] for label in self.step]])

    def without(self, supplier: str) -> SupplyByMonth | None:
        """The same without the steps of a supplier whose flows are given; ``None`` if nothing is left."""
        kept = ~np.char.startswith(self.step.astype(str), f"{supplier}:")
        if not kept.any():
            return None
        return replace(self, step=self.step[kept], least_share=self.least_share[kept], price=self.price[kept])
