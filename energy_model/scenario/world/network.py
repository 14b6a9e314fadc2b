"""Pipelines as they stand on the day of the vintage."""

from __future__ import annotations

import numpy as np
import pandas as pd

from energy_model.data.load import GasData
from energy_model.scenario.case import Pipelines
from energy_model.scenario.lookups import active, indices, parameter, tie_break
from energy_model.timeline import Timeline
from energy_model.units import KM_PER_1000_KM

RUNNING = ("operating", "planned")
"""States in which a pipeline carries gas once its opening date has come; ``idle`` needs a measure."""


def base_pipelines(data: GasData, timeline: Timeline, nodes: np.ndarray) -> Pipelines:
    """Directed pipelines between nodes, by their codes (N,), with arrays of shape (P, T): GWh/d, and cost in EUR/MWh.

    A listed tariff covers the whole line. Elsewhere a border costs ``default_border_tariff_eur_per_mwh``, a line
    between nodes of one country nothing, and import lines, whose length is known, pay transport per 1,000 km on top.
    Import lines lose fuel gas with their length.
    """
    table = data["pipelines"]
    table = table[table["from_node"].isin(nodes) & table["to_node"].isin(nodes)].reset_index(drop=True)
    running = table["status"].isin(RUNNING).to_numpy()
    nameplate = table["capacity_gwh_per_day"].to_numpy(float)
    capacity = nameplate[:, None] * active(table, timeline) * running[:, None]
    thousand_km = _import_length(table, data) / KM_PER_1000_KM
    cost = _transport(table, data, thousand_km)
    return Pipelines(
        id=table["pipeline"].to_numpy(str),
        name=table["name"].to_numpy(str),
        route=table["route"].to_numpy(str),
        from_node=indices(table["from_node"], nodes),
        to_node=indices(table["to_node"], nodes),
        capacity=capacity,
        nameplate=nameplate,
        minimum=np.zeros((len(table), len(timeline))),
        cost=np.outer(cost, np.ones(len(timeline))),
        duty=np.zeros((len(table), len(timeline))),
        tie_break=tie_break(table["pipeline"], timeline, data),
        loss_share=thousand_km * parameter(data, "transport_loss_share_per_1000_km"),
    )


def _import_length(table: pd.DataFrame, data: GasData) -> np.ndarray:
    """Length in km of lines that start outside the markets; 0 elsewhere."""
    nodes = data["nodes"]
    outside = table["from_node"].isin(nodes.loc[~nodes["is_market"], "node"])
    return np.where(outside, table["length_km"].fillna(0.0), 0.0).astype(float)


def _transport(table: pd.DataFrame, data: GasData, thousand_km: np.ndarray) -> np.ndarray:
    """Cost of a line, EUR/MWh: the listed tariff, else the default per border and the distance."""
    known = data["tariffs"].set_index(["from_node", "to_node"])["tariff_eur_per_mwh"]
    listed = known.reindex(pd.MultiIndex.from_frame(table[["from_node", "to_node"]])).to_numpy(float)
    by_distance = thousand_km * parameter(data, "transport_cost_eur_per_mwh_per_1000_km")
    country = data["nodes"].set_index("node")["country"]
    abroad = (table["from_node"].map(country) != table["to_node"].map(country)).to_numpy(bool)
    default = abroad * parameter(data, "default_border_tariff_eur_per_mwh")
    return np.asarray(np.where(np.isnan(listed), default + by_distance, listed))
