"""Markets outside every solidarity group, and what they have bought, as tables give it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from energy_model.data.consistent import LNG
from energy_model.data.demand_agrees import DAYS_IN_MONTH
from energy_model.data.load import GasData
from energy_model.data.regions import members
from energy_model.scenario.case import Pipelines, Supply
from energy_model.scenario.lookups import active
from energy_model.scenario.solidarity import Solidarity
from energy_model.scenario.world.contracts import delivery_points, way_of
from energy_model.timeline import Timeline
from energy_model.units import DAYS_PER_YEAR

GROUPS, PURCHASES = "solidarity", "purchases"


def base_solidarity(
    data: GasData, timeline: Timeline, network: pd.DataFrame, pipelines: Pipelines, supply: Supply
) -> Solidarity | None:
    """Markets in no group of ``solidarity.csv``; ``None`` without such a table, or where everybody is in one."""
    sharing = data.tables.get(GROUPS)
    if sharing is None or sharing.empty:
        return None
    inside = {code for group in sharing["group"].astype(str) for code in members(data, group)}
    mine = network["is_market"] & ~network["node"].isin(inside)
    at = np.flatnonzero(mine.to_numpy(bool))
    if not len(at):
        return None
    codes = network["node"].to_numpy(str)[at]
    names, sellers, deliveries, ways, bought = _contracts(data, timeline, codes, pipelines, supply)
    return Solidarity(
        node=at,
        lng=_lng(data, timeline, codes),
        lng_of_year=_lng_of_year(data),
        kept=np.zeros((len(at), len(timeline))),
        kept_stock=np.zeros(len(at)),
        contract=names,
        seller=sellers,
        deliveries=deliveries,
        ways=ways,
        bought=bought,
    )


def _lng(data: GasData, timeline: Timeline, codes: np.ndarray) -> np.ndarray:
    """LNG that each market bought, GWh/d, shape (markets, T)."""
    table = _purchases(data)
    return np.array(
        [_by_period(table[(table["node"] == code) & (table["supplier"] == LNG)], timeline) for code in codes]
    )


def _by_period(rows: pd.DataFrame, timeline: Timeline) -> np.ndarray:
    """What was bought for a calendar month, in every year of the horizon, GWh/d, shape (T,)."""
    months = timeline.dates.month
    bought = rows.groupby("month")["energy_gwh"].sum().reindex(range(1, 13)).fillna(0.0)
    return timeline.mean((bought.to_numpy(float) / DAYS_IN_MONTH)[months - 1])


def _purchases(data: GasData) -> pd.DataFrame:
    table = data.tables.get(PURCHASES)
    return pd.DataFrame(columns=["node", "supplier", "route", "month", "energy_gwh"]) if table is None else table


def _lng_of_year(data: GasData) -> float:
    """LNG that all markets landed in the base year, GWh: what the monthly purchases were a part of."""
    table = data["lng_europe_limit"]
    return float(table.loc[table["case"] == data.storyline.lng.observed, "limit_gwh_per_year"].sum())


def _contracts(
    data: GasData, timeline: Timeline, codes: np.ndarray, pipelines: Pipelines, supply: Supply
) -> tuple[np.ndarray, np.ndarray, tuple[tuple[int, ...], ...], tuple[tuple[int, ...], ...], np.ndarray]:
    """What these markets bought by pipeline, pooled by seller and delivery route as contracts with take-or-pay are."""
    known, bought = data["contracts"], _purchases(data)
    known = known[known["annual_quantity_gwh"].gt(0.0)].rename(
        columns={"buyer_node": "node", "delivery_route": "route"}
    )
    known, bought = (
        table[
            table["node"].isin(codes) & table["route"].isin(pipelines.route) & table["supplier"].isin(supply.supplier)
        ]
        for table in (known, bought)
    )
    ways = pd.concat([known[["supplier", "route"]], bought[["supplier", "route"]]]).astype(str)
    pools = sorted(set(ways.itertuples(index=False, name=None)))
    rate = np.zeros((len(pools), len(codes), len(timeline)))
    for number, (supplier, route) in enumerate(pools):
        part = known[(known["supplier"] == supplier) & (known["route"] == route)]
        in_force = active(part.rename(columns={"start": "available_from", "end": "available_to"}), timeline)
        quantity = part["annual_quantity_gwh"].to_numpy(float)[:, None] / DAYS_PER_YEAR * in_force
        np.add.at(rate[number], pd.Index(codes).get_indexer(part["node"]), quantity)
        part = bought[(bought["supplier"] == supplier) & (bought["route"] == route)]
        for at in pd.unique(part["node"]):
            rate[number, np.flatnonzero(codes == at)[0]] += _by_period(part[part["node"] == at], timeline)
    return (
        np.array([f"{supplier} over {route}" for supplier, route in pools], dtype=str),
        np.array([supplier for supplier, _ in pools], dtype=str),
        tuple(delivery_points(pipelines, route) for _, route in pools),
        tuple(way_of(data, pipelines, supplier, route) for supplier, route in pools),
        rate,
    )
