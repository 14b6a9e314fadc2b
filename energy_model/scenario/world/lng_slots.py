"""Usual shares of the markets in what lands as LNG, as a table gives them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from energy_model.data.load import GasData
from energy_model.scenario.case import Lng
from energy_model.scenario.lng_slots import LngSlots
from energy_model.scenario.lookups import parameter
from energy_model.scenario.world.known_lng import known_landings
from energy_model.timeline import Timeline

TABLE = "lng_slots"
BOUNDS = {"low_share": 0.0, "high_share": 1.0}
"""Columns of the least and the greatest share, and what holds where no row is known yet."""


def base_lng_slots(data: GasData, timeline: Timeline, nodes: np.ndarray, lng: Lng, by_month: bool) -> LngSlots | None:
    """Shares of ``lng_slots.csv`` of markets with terminals; ``None`` without a row.

    A row holds in its calendar month, from its day until the next one of the same market and month.

    Parameters
    ----------
    nodes : ndarray of str, shape (N,)
        Codes of the nodes of the case.
    by_month : bool
        Whether Europe attracts LNG by month: then the shares of months that were over on the day of the vintage are
        those of what landed (``known_lng.csv``).
    """
    table = data.tables.get(TABLE)
    if table is None:
        return None
    table = table[table["node"].isin(nodes[np.unique(lng.terminal_node)])].sort_values("available_from")
    if table.empty:
        return None
    at = np.array([int(np.flatnonzero(nodes == node)[0]) for node in sorted(set(table["node"].astype(str)))])
    bounds = np.array([_by_month(table[table["node"] == nodes[n]], timeline) for n in at])
    if by_month:
        in_all = lng.europe_limit / timeline.month_days.sum(axis=1)
        landed = known_landings(data, timeline, nodes)[[0, 2]][:, at].swapaxes(0, 1)
        share = np.divide(landed, in_all, out=np.zeros_like(landed), where=in_all > 0.0)
        bounds = np.where(np.isnan(landed), bounds, share)
    shares = np.array([timeline.monthly(of_market) for of_market in bounds])
    least, most = shares[:, 0], shares[:, 1]
    cost = np.full(len(at), parameter(data, "lng_slot_resale_eur_per_mwh"))
    return LngSlots(node=at, least=least, most=most, resale_cost=cost)


def _by_month(rows: pd.DataFrame, timeline: Timeline) -> np.ndarray:
    """The least and the greatest share of one market in each month, shape (2, months); rows by their first day."""
    month, since = rows["month"].to_numpy(int), rows["available_from"].to_numpy("datetime64[D]")
    told = rows[list(BOUNDS)].to_numpy(float)
    found = np.tile(list(BOUNDS.values()), (len(timeline.months), 1))
    for number, name in enumerate(timeline.months):
        known = np.flatnonzero((month == int(name[5:])) & (since <= np.datetime64(f"{name}-01")))
        if len(known):
            found[number] = told[known[-1]]
    return found.T
