"""Long-term contracts with take-or-pay at a delivery point."""

from __future__ import annotations

import numpy as np
import pandas as pd

from energy_model.data.load import GasData
from energy_model.scenario.case import Contracts, Pipelines, Supply
from energy_model.timeline import Timeline
from energy_model.units import DAYS_PER_YEAR


def base_contracts(data: GasData, timeline: Timeline, pipelines: Pipelines, supply: Supply) -> Contracts:
    """Contracts with a known quantity, take-or-pay share and delivery route, pooled by supplier and route.

    Pooling keeps two buyers at one flange from counting the same gas twice. A floor is never more than the route can
    carry.
    """
    table = data["contracts"]
    usable = (
        table["delivery_route"].isin(pipelines.route)
        & table["annual_quantity_gwh"].gt(0.0)
        & table["take_or_pay_share"].gt(0.0)
        & table["supplier"].isin(supply.supplier)
    )
    table = table[usable]
    years = np.array([_years_in_force(row.start, row.end, timeline) for row in table.itertuples()], dtype=float)
    floors = table["annual_quantity_gwh"] * table["take_or_pay_share"] * years
    pooled = floors.groupby([table["supplier"], table["delivery_route"]]).sum()
    pooled = pooled[pooled > 0.0]
    suppliers = [supplier for supplier, _ in pooled.index]
    price = [float(supply.cost[supply.supplier == supplier].max()) for supplier in suppliers]
    return Contracts(
        id=np.array([f"{supplier} over {route}" for supplier, route in pooled.index], dtype=str),
        pipelines=tuple(_delivery_points(pipelines, route) for _, route in pooled.index),
        supplier=np.array(suppliers, dtype=str),
        floor=pooled.to_numpy(float),
        price=np.array(price, dtype=float),
    )


def _delivery_points(pipelines: Pipelines, route: str) -> tuple[int, ...]:
    """Pipelines of a route whose far end is not the start of another pipeline of it: where the gas is handed over."""
    mine = np.flatnonzero(pipelines.route == route)
    onward = set(pipelines.from_node[mine])
    last = [int(p) for p in mine if pipelines.to_node[p] not in onward]
    return tuple(last) if last else tuple(int(p) for p in mine)


def _years_in_force(start: object, end: object, timeline: Timeline) -> float:
    first = None if pd.isna(start) else pd.Timestamp(start).date()
    last = None if pd.isna(end) else pd.Timestamp(end).date()
    return float(timeline.active_share(first, last) @ timeline.days) / DAYS_PER_YEAR
