"""Transit bookings as a table gives them, and the flows of the month before the horizon where they were observed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import numpy as np
import pandas as pd

from energy_model.data.load import GasData
from energy_model.scenario.case import Pipelines
from energy_model.scenario.lookups import day_or_none, parameter
from energy_model.scenario.transit_bookings import TransitBookings, after_flows
from energy_model.timeline import Timeline

TABLE, FLOWS = "transit_bookings", "observed_border_flows_monthly"
SHORT = "month"
"""Product that is bought anew each month: no border with it holds on to the flow of the month before."""


def base_transit_bookings(
    data: GasData, timeline: Timeline, nodes: np.ndarray, is_market: np.ndarray, pipelines: Pipelines
) -> TransitBookings | None:
    """Bookings of ``transit_bookings.csv`` and the borders between markets; ``None`` without a row.

    ``nodes``, their codes, and ``is_market``, bool, have the shape (N,).
    """
    table = data.tables.get(TABLE)
    if table is None or table.empty:
        return None
    ends = list(zip(nodes[pipelines.from_node].tolist(), nodes[pipelines.to_node].tolist(), strict=True))
    lines: dict[tuple[str, str], list[int]] = {}
    for p, pair in enumerate(ends):
        lines.setdefault(pair, []).append(p)
    table = table.assign(
        in_force=[timeline.active_share(day_or_none(a), day_or_none(b)) for a, b in table[["start", "end"]].to_numpy()]
    )
    booked = {
        pair: sum((row.booked_gwh_per_day * row.in_force for row in rows.itertuples()), np.zeros(len(timeline)))
        for pair, rows in table[table["product"] != SHORT].groupby(["from_node", "to_node"])
        if pair in lines
    }
    short = table[(table["product"] == SHORT) & np.array([share.any() for share in table["in_force"]])]
    monthly = {frozenset(pair) for pair in zip(short["from_node"], short["to_node"], strict=True)}
    borders = _borders(data, lines, set(nodes[is_market].tolist()), monthly)
    cost, shape = parameter(data, "border_change_cost_eur_per_mwh"), (len(borders), len(timeline.months))
    part = TransitBookings(
        booking=np.array([f"{start}>{end}" for start, end in booked], dtype=str),
        lines=tuple(tuple(lines[pair]) for pair in booked),
        booked=np.array(list(booked.values())).reshape(len(booked), len(timeline)),
        border=np.array([f"{start}>{end}" for start, end in borders], dtype=str),
        forward=tuple(tuple(lines.get(pair, ())) for pair in borders),
        backward=tuple(tuple(lines.get((end, start), ())) for start, end in borders),
        change_cost=np.full(shape, cost),
        before=np.zeros(shape),
        is_before_given=np.zeros(len(timeline.months), dtype=bool),
    )
    return after_flows(part, observed_before(data, timeline.start, part.border), cost)


def _borders(
    data: GasData, lines: dict[tuple[str, str], list[int]], markets: set[str], monthly: set[frozenset[str]]
) -> list[tuple[str, str]]:
    """Pairs of markets of two countries with a pipeline between them, the first in the alphabet first."""
    country = data["nodes"].set_index("node")["country"].to_dict()
    pairs = {(min(pair), max(pair)) for pair in lines if markets.issuperset(pair)}
    return sorted(pair for pair in pairs if country[pair[0]] != country[pair[1]] and frozenset(pair) not in monthly)


def observed_before(data: GasData, day: date, borders: Iterable[str]) -> dict[str, float]:
    """Net flow of each border that was observed in the month before that of a day, GWh/d.

    Parameters
    ----------
    borders : iterable of str
        Names of borders, as ``from>to``.
    """
    table = data.tables.get(FLOWS)
    if table is None:
        return {}
    month = pd.Timestamp(day).to_period("M").to_timestamp() - pd.DateOffset(months=1)
    rows = table[table["month"] == month]
    gross = rows.groupby(["from_node", "to_node"])["energy_gwh"].sum() / month.days_in_month
    found = {}
    for name in borders:
        there = tuple(name.split(">"))
        back = there[::-1]
        if there in gross.index or back in gross.index:
            found[name] = float(gross.get(there, 0.0) - gross.get(back, 0.0))
    return found
