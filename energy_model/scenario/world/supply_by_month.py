"""Supply by month as tables give it, and the flows of months that were known on the day of the vintage."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from energy_model.data.load import GasData
from energy_model.scenario.case import Pipelines, Supply
from energy_model.scenario.lookups import parameter
from energy_model.scenario.supply_by_month import SupplyByMonth
from energy_model.timeline import Timeline

TABLE = "supply_by_month"
KNOWN = "known_flows"
DEFERRAL = "supply_deferral_cost_eur_per_mwh"
FOUND_DEFERRAL = "found_supply_deferral_cost_eur_per_mwh"
"""Where the month was over on the day of the vintage: what was taken can no longer be postponed."""
FOUND = "measured"
COLUMNS = ("expected_gwh_per_day", "least_share", "most_share")


def with_months(data: GasData, timeline: Timeline, supply: Supply) -> tuple[Supply, SupplyByMonth | None]:
    """Supply whose steps of ``supply_by_month.csv`` offer in each month what the table says, and their least takes.

    A step offers what is expected of the month and the swing above it. Its volume is what is expected over the
    horizon: more than that in one month is less in others. Steps that the table does not name stay as they are.
    """
    table = data.tables.get(TABLE)
    if table is None:
        return supply, None
    table = table.assign(label=table["supplier"].astype(str) + ":" + table["step"].astype(str))
    labels = supply.labels
    named = [label for label in dict.fromkeys(table["label"]) if label in labels]
    if not named:
        return supply, None
    months = {label: _by_month(table[table["label"] == label], timeline) for label in named}
    rate, volume = supply.rate.copy(), supply.volume.copy()
    least_share = np.zeros((len(named), len(timeline)))
    found = np.array([_found(table[table["label"] == label], timeline) for label in named])
    for number, label in enumerate(named):
        expected, least, most = months[label]
        offered, k = timeline.monthly(expected * most), labels.index(label)
        rate[k] = offered
        volume[k] = float(timeline.monthly(expected) @ timeline.days)
        taken = timeline.monthly(expected * least)
        least_share[number] = np.divide(taken, offered, out=np.zeros(len(timeline)), where=offered > 0.0)
    usual = parameter(data, DEFERRAL)
    of_found = parameter(data, FOUND_DEFERRAL) if found.any() else usual
    has_least = (least_share > 0.0).any(axis=1)
    takes = SupplyByMonth(
        step=np.array(named, dtype=str)[has_least],
        least_share=least_share[has_least],
        price=(usual + found * (of_found - usual))[has_least],
    )
    return replace(supply, rate=rate, volume=volume), takes if has_least.any() else None


def with_known_flows(data: GasData, timeline: Timeline, pipelines: Pipelines) -> Pipelines:
    """Pipelines that carry, in months of ``known_flows.csv``, what arrived over them then, and no more.

    That may be more than operators sell as firm: what was carried can be carried.
    """
    table = data.tables.get(KNOWN)
    if table is None:
        return pipelines
    capacity, ids = pipelines.capacity.copy(), pipelines.id.tolist()
    for line, part in table[table["pipeline"].isin(ids)].groupby("pipeline"):
        p = ids.index(str(line))
        arrived = dict(zip(part["month"].astype(str), part["flow_gwh_per_day"].astype(float), strict=True))
        known = np.array([month in arrived for month in timeline.months])
        flow = np.array([arrived.get(month, 0.0) for month in timeline.months]) / (1.0 - pipelines.loss_share[p])
        share = timeline.monthly(known.astype(float))
        capacity[p] = (1.0 - share) * capacity[p] + timeline.monthly(flow * known)
    return replace(pipelines, capacity=capacity)


def _found(rows: pd.DataFrame, timeline: Timeline) -> np.ndarray:
    """Part of each period in months of which a row of their own says what was measured, shape (periods,)."""
    measured = set(rows.loc[rows["basis"] == FOUND, "month"].astype(str))
    return timeline.monthly(np.array([month in measured for month in timeline.months], dtype=float))


def _by_month(rows: pd.DataFrame, timeline: Timeline) -> np.ndarray:
    """The columns of a step for each month of a timeline, shape (columns, months).

    The row of a month of a year, ``2031-01``, goes before that of the calendar month, ``01``.
    """
    place = {month: at for at, month in enumerate(rows["month"].astype(str))}
    told = rows[list(COLUMNS)].to_numpy(float)
    return np.asarray(told[[place[month if month in place else month[-2:]] for month in timeline.months]].T)
