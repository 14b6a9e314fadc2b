"""The world market of LNG: buyers outside Europe who answer to price, and contracts that bind cargoes to a place.

What exporters can load stands with the steps of LNG (:class:`energy_model.scenario.case.Lng`): their rates. All is
counted by parts of calendar months (:attr:`energy_model.timeline.Timeline.part_starts`), and as send-out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar

import numpy as np

from energy_model.scenario.arrays import Array, Axis
from energy_model.timeline import Timeline

ANY_MARKET = -1
"""Place of a contract that binds cargoes to any market of the model."""
EARLY_DAYS = 30
"""Days of which the first and the second after news have an answer of their own."""


def answer_by_day(news: date, timeline: Timeline, early: Sequence[float]) -> np.ndarray:
    """Share of their answer that buyers give in each part of a month after the news of a day, shape (parts,).

    Parameters
    ----------
    early : sequence of float
        Shares in the first and in the second month; all of it comes after them, nothing before the news.
    """
    since = (timeline.dates.to_numpy().astype("datetime64[D]") - np.datetime64(news)).astype(int)
    daily = np.select([since < 0, since < EARLY_DAYS, since < 2 * EARLY_DAYS], [0.0, *early], 1.0)
    return np.asarray(np.bincount(timeline.part_of_day, daily) / np.bincount(timeline.part_of_day))


def _contract_names(part: LngWorld) -> list[str]:
    places = ["markets of the model" if at == ANY_MARKET else str(part.basin[at]) for at in part.contract_basin]
    return [f"{part.exporter[x]} to {place}" for x, place in zip(part.contract_exporter, places, strict=True)]


@dataclass(frozen=True)
class LngWorld:
    """Buyers outside Europe and contracts.

    A buyer takes at the reference price what is expected of it. Below that price it would take more, above it takes
    less, by steps of its demand that leave at their price; the last step is all that is left then. By how much it can
    move in a month is a share of each step, the ``answer``: the news has to reach it first.
    """

    AXES: ClassVar[Mapping[str, Axis]] = {
        "lng_parts": Axis("since", lambda case: [f"{day}" for day in case.timeline.part_starts], fixed="lng_answer"),
        "lng_exporters": Axis("exporter", lambda case: case.lng_world.exporter, fixed="lng_freight"),
        "lng_basins": Axis("basin", lambda case: case.lng_world.basin),
        "lng_buyers": Axis("buyer", lambda case: case.lng_world.buyer, fixed="lng_buyers"),
        "lng_buyer_steps": Axis("buyer_step", lambda case: case.lng_world.step, fixed="lng_buyer_steps"),
        "lng_contracts": Axis("contract", lambda case: _contract_names(case.lng_world), fixed="lng_contracts"),
    }

    exporter: Annotated[np.ndarray, Array("lng_exporters", "name", "Exporter")]
    basin: Annotated[np.ndarray, Array("lng_basins", "name", "Basin that ships sail to")]
    buyer: Annotated[np.ndarray, Array("lng_buyers", "name", "Buyer outside Europe")]
    buyer_basin: Annotated[np.ndarray, Array("lng_buyers", "place", "Basin of a buyer")]
    step: Annotated[np.ndarray, Array("lng_buyer_steps", "name", "Step of a buyer's demand, the cheapest first")]
    is_below: Annotated[
        np.ndarray, Array("lng_buyer_steps", "flag", "Whether the step is not taken at the reference price")
    ]
    freight: Annotated[
        np.ndarray, Array("lng_exporters, lng_basins", "price", "Freight from an exporter to a basin", unit="EUR/MWh")
    ]
    width: Annotated[
        np.ndarray,
        Array("lng_buyers, lng_buyer_steps, lng_parts", "volume", "Demand that leaves at a step's price", unit="GWh"),
    ]
    price: Annotated[
        np.ndarray,
        Array("lng_buyers, lng_buyer_steps, lng_parts", "price", "Price at which a step leaves", unit="EUR/MWh"),
    ]
    answer: Annotated[
        np.ndarray, Array("lng_parts", "share", "Share of each step that can move so soon", unit="share", neutral=1.0)
    ]
    contract_exporter: Annotated[np.ndarray, Array("lng_contracts", "place", "Exporter that is bound")]
    contract_basin: Annotated[
        np.ndarray, Array("lng_contracts", "place", "Basin that it is bound to; -1 for the markets of the model")
    ]
    contract_share: Annotated[
        np.ndarray,
        Array("lng_contracts, lng_parts", "share", "Share of what the exporter can load", unit="share"),
    ]
    first_month_answer: Annotated[
        float, Array("", "share", "Share of its answer that a buyer gives in the month after news", unit="share")
    ]
    second_month_answer: Annotated[float, Array("", "share", "The same in the second month", unit="share")]
    diversion_cost: Annotated[float, Array("", "price", "Cost of breaking a contract", unit="EUR/MWh")]

    @property
    def demand(self) -> np.ndarray:
        """What each buyer would take at the lowest price, GWh, shape (buyers, parts)."""
        return np.asarray(self.width.sum(axis=1))

    @property
    def is_last(self) -> np.ndarray:
        """Whether a step is the last one, which has no lag, bool, shape (steps,): what is not there cannot be taken."""
        return np.asarray(np.arange(len(self.step)) == len(self.step) - 1)

    def share_of(self, forgone: np.ndarray) -> np.ndarray:
        """What is given up as a share of each step; of an empty step the share at the reference price.

        ``forgone``, GWh, and the shares have the shape (buyers, steps, parts).
        """
        at_reference = np.broadcast_to(self.is_below[:, None].astype(float), self.width.shape)
        return np.asarray(np.divide(forgone, self.width, out=at_reference.copy(), where=self.width > 0.0))

    def limits(self, lag: np.ndarray, start: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Least and most of each step that a buyer can give up, GWh, shape (buyers, steps, parts).

        Parameters
        ----------
        lag : ndarray, shape (parts,)
            Share of each step that can move.
        start : ndarray, optional
            Share of each step that was given up before anything moved; default is that at the reference price.
        """
        before = np.broadcast_to(self.is_below[:, None].astype(float), self.width.shape) if start is None else start
        least, most = before * (1.0 - lag), before + lag * (1.0 - before)
        least = np.where(self.is_last[:, None], 0.0, least)
        return least * self.width, np.where(self.is_last[:, None], 1.0, most) * self.width
