"""Long-term contracts with take-or-pay at a delivery point."""

from __future__ import annotations

import numpy as np
import pandas as pd

from energy_model.data.load import GasData
from energy_model.scenario.case import Contracts, Pipelines, Supply
from energy_model.scenario.lookups import day_or_none
from energy_model.timeline import Timeline
from energy_model.units import DAYS_PER_YEAR


def base_contracts(
    data: GasData, timeline: Timeline, nodes: np.ndarray, pipelines: Pipelines, supply: Supply
) -> Contracts:
    """Contracts with a known quantity, take-or-pay share and delivery route, pooled by supplier and route.

    Pooling keeps two buyers at one flange from counting the same gas twice. What is owed in a period follows the
    seller's rates in it; what the seller or the way cannot deliver is taken off when all measures are in force
    (:func:`~energy_model.scenario.take_or_pay.with_floors`).

    ``nodes`` holds the codes of the nodes of the case, shape (N,).
    """
    table = data["contracts"]
    usable = (
        table["delivery_route"].isin(pipelines.route)
        & table["annual_quantity_gwh"].gt(0.0)
        & table["take_or_pay_share"].gt(0.0)
        & table["supplier"].isin(supply.supplier)
    )
    table = table[usable]
    pooled, owed_in = [], []
    for (supplier, route), part in table.groupby(["supplier", "delivery_route"]):
        by_row = _owed(part, supply, str(supplier), timeline)
        if by_row.any():
            pooled.append((str(supplier), str(route), by_row.sum(axis=0)))
            bought_in = nodes[:, None] == part["buyer_node"].to_numpy(object)[None, :]
            owed_in.append(bought_in.astype(float) @ by_row)
    owed = np.array([owed for _, _, owed in pooled]).reshape(len(pooled), len(timeline))
    return Contracts(
        id=np.array([f"{supplier} over {route}" for supplier, route, _ in pooled], dtype=str),
        pipelines=tuple(delivery_points(pipelines, route) for _, route, _ in pooled),
        supplier=np.array([supplier for supplier, _, _ in pooled], dtype=str),
        floor=owed @ timeline.days,
        price=np.array([float(supply.cost[supply.supplier == supplier].max()) for supplier, _, _ in pooled]),
        owed=owed,
        owed_in=np.array(owed_in).reshape(len(pooled), len(nodes), len(timeline)),
        ways=tuple(way_of(data, pipelines, supplier, route) for supplier, route, _ in pooled),
    )


def _owed(contracts: pd.DataFrame, supply: Supply, supplier: str, timeline: Timeline) -> np.ndarray:
    """Quantity owed under each of a supplier's contracts, spread as the supplier's rates are, GWh/d, (contracts, T)."""
    rate = supply.rate[supply.supplier == supplier].sum(axis=0)
    owed = np.zeros((len(contracts), len(timeline)))
    for number, row in enumerate(contracts.itertuples()):
        in_force = timeline.active_share(day_or_none(row.start), day_or_none(row.end))
        quantity = row.annual_quantity_gwh * row.take_or_pay_share * float(in_force @ timeline.days) / DAYS_PER_YEAR
        weight = rate * in_force
        total = float(weight @ timeline.days)
        owed[number] = weight * (quantity / total) if total > 0.0 else 0.0
    return owed


def way_of(data: GasData, pipelines: Pipelines, supplier: str, route: str) -> tuple[int, ...]:
    """Pipelines of the routes that were built for a supplier's gas, and of the delivery route."""
    table = data["routes"]
    routes = {route, *table.loc[table["supplier"] == supplier, "route"]}
    return tuple(p for p, name in enumerate(pipelines.route.tolist()) if name in routes)


def delivery_points(pipelines: Pipelines, route: str) -> tuple[int, ...]:
    """Pipelines of a route whose far end is not the start of another pipeline of it: where the gas is handed over."""
    mine = np.flatnonzero(pipelines.route == route)
    onward = set(pipelines.from_node[mine])
    last = [int(p) for p in mine if pipelines.to_node[p] not in onward]
    return tuple(last) if last else tuple(int(p) for p in mine)
