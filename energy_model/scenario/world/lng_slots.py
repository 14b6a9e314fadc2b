"""Usual shares of the markets in what lands as LNG, as a table gives them."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from energy_model.data.load import GasData
from energy_model.scenario.case import Lng
from energy_model.scenario.lng_slots import LngSlots
from energy_model.scenario.lookups import parameter
from energy_model.timeline import Timeline

TABLE = "lng_slots"
BOUNDS = {"low_share": 0.0, "high_share": 1.0}
"""Columns of the least and the greatest share, and what holds where no row is known yet."""


def base_lng_slots(data: GasData, timeline: Timeline, nodes: np.ndarray, lng: Lng) -> LngSlots | None:
    """Shares of ``lng_slots.csv`` of markets with terminals; ``None`` without a row.

    A row holds in its calendar month, from its day until the next one of the same market and month.
    """
    table = data.tables.get(TABLE)
    if table is None:
        return None
    table = table[table["node"].isin(nodes[np.unique(lng.terminal_node)])].sort_values("available_from")
    if table.empty:
        return None
    at = np.array([int(np.flatnonzero(nodes == node)[0]) for node in sorted(set(table["node"].astype(str)))])
    least, most = (
        np.array([timeline.monthly(_by_month(table[table["node"] == nodes[n]], timeline, column)) for n in at])
        for column in BOUNDS
    )
    cost = np.full(len(at), parameter(data, "lng_slot_resale_eur_per_mwh"))
    return LngSlots(node=at, least=least, most=most, resale_cost=cost)


def _by_month(rows: pd.DataFrame, timeline: Timeline, column: str) -> np.ndarray:
    """A share of one market in each month, shape (months,)."""
    found = []
    for name in timeline.months:
        first = date(int(name[:4]), int(name[5:]), 1)
        known = rows[(rows["month"] == first.month) & (rows["available_from"] <= pd.Timestamp(first))]
        found.append(float(known[column].iloc[-1]) if len(known) else BOUNDS[column])
    return np.array(found)
