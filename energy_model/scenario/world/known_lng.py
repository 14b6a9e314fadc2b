"""LNG of months that were over on the day of the vintage: what landed, by market and in all."""

from __future__ import annotations

import numpy as np

from energy_model.data.load import GasData
from energy_model.timeline import Timeline

TABLE = "known_lng"
COLUMNS = ("low_gwh_per_day", "landed_gwh_per_day", "high_gwh_per_day")


def known_landings(data: GasData, timeline: Timeline, nodes: np.ndarray) -> np.ndarray:
    """Low, central and high LNG that landed in each market and month, GWh/d, from ``known_lng.csv``.

    Returns
    -------
    ndarray, shape (3, nodes, months)
        Not a number where nothing is known.
    """
    known = np.full((len(COLUMNS), len(nodes), len(timeline.months)), np.nan)
    table = data.tables.get(TABLE)
    if table is None:
        return known
    place, month = {node: n for n, node in enumerate(nodes)}, {name: m for m, name in enumerate(timeline.months)}
    rows = table[table["node"].isin(place) & table["month"].isin(month)]
    at = rows["node"].map(place).to_numpy(int), rows["month"].map(month).to_numpy(int)
    for number, column in enumerate(COLUMNS):
        known[(number, *at)] = rows[column].to_numpy(float)
    return known


def attracted(data: GasData, timeline: Timeline, nodes: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """What Europe attracts in each month at the reference price, GWh/d: what landed, where that is known.

    A market that reports nothing of a month has its usual share (``lng_slots.csv``) of what was expected: that others
    had more than usual says nothing of it.

    Parameters
    ----------
    expected : ndarray, shape (months,)
        What Europe was expected to attract, GWh/d.
    """
    landed = known_landings(data, timeline, nodes)[1]
    daily = expected.copy()
    for number in np.flatnonzero(~np.isnan(landed).all(axis=0)):
        silent = nodes[np.isnan(landed[:, number])]
        share = _usual_share(data, timeline.months[number], silent)
        daily[number] = np.nansum(landed[:, number]) + share * expected[number]
    return daily


def _usual_share(data: GasData, month: str, nodes: np.ndarray) -> float:
    """Usual share of some markets together in what lands in a month."""
    table = data.tables.get("lng_slots")
    if table is None:
        return 0.0
    known = table["available_from"].to_numpy("datetime64[D]") <= np.datetime64(f"{month}-01")
    rows = table[known & table["node"].isin(nodes) & (table["month"] == int(month[5:]))]
    return float(rows.sort_values("available_from").drop_duplicates("node", keep="last")["usual_share"].sum())
