"""Delivery points as tables give them: points of contracts, and landing points with their usual shares."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from energy_model.data.load import GasData
from energy_model.errors import DataError
from energy_model.scenario.case import Pipelines, Supply
from energy_model.scenario.delivery_points import DeliveryPoints
from energy_model.scenario.lookups import day_or_none, parameter
from energy_model.timeline import Timeline

CONTRACT_POINTS, LANDING_POINTS = "delivery_points", "landing_points"
MONTHS_BEFORE = 24
"""Months before the horizon whose shares are the usual ones of a landing point."""


@dataclass(frozen=True)
class _Point:
    supplier: str
    start: str
    end: str
    least: np.ndarray
    most: np.ndarray | None = None

    @property
    def place(self) -> tuple[str, str, str]:
        """Seller and border."""
        return self.supplier, self.start, self.end


def base_delivery_points(
    data: GasData, timeline: Timeline, nodes: np.ndarray, pipelines: Pipelines, supply: Supply
) -> DeliveryPoints | None:
    """Points of ``delivery_points.csv`` and ``landing_points.csv``; ``None`` without a point that has a pipeline.

    A border that stands in both is one point.

    ``nodes`` holds the codes of the nodes of the case, shape (N,).
    """
    found = _joined(_under_contract(data, timeline, supply), _landings(data, timeline))
    over = [(_lines(pipelines, nodes, one.start, one.end), one) for one in found]
    over = [(lines, one) for lines, one in over if lines]
    if not over:
        return None
    points = [one for _, one in over]
    at_seller = {
        one.supplier: sorted({p for lines, other in over if _same_landing(one, other) for p in lines}) for one in points
    }
    whole = np.ones(len(timeline))
    return DeliveryPoints(
        id=np.array([f"{one.supplier} at {one.start}>{one.end}" for one in points], dtype=str),
        forward=tuple(lines for lines, _ in over),
        backward=tuple(_lines(pipelines, nodes, one.end, one.start) for one in points),
        steps=tuple(
            () if one.most is not None else tuple(np.flatnonzero(supply.supplier == one.supplier).tolist())
            for one in points
        ),
        landings=tuple(() if one.most is None else tuple(at_seller[one.supplier]) for one in points),
        least=np.array([one.least for one in points]),
        most=np.array([whole if one.most is None else one.most for one in points]),
        has_most=np.array([one.most is not None for one in points]),
        swap_cost=np.full(len(points), parameter(data, "delivery_swap_cost_eur_per_mwh")),
    )


def _joined(contracts: list[_Point], landings: list[_Point]) -> list[_Point]:
    """Points of contracts, and landing points; a landing point that a contract names takes at least its share."""
    named = {one.place: one.least for one in contracts}
    usual = {one.place for one in landings}
    raised = [
        replace(one, least=np.maximum(one.least, share), most=None if one.most is None else np.maximum(one.most, share))
        for one in landings
        for share in [named.get(one.place, one.least)]
    ]
    return [*(one for one in contracts if one.place not in usual), *raised]


def _same_landing(one: _Point, other: _Point) -> bool:
    return one.supplier == other.supplier and one.most is not None and other.most is not None


def _lines(pipelines: Pipelines, nodes: np.ndarray, start: str, end: str) -> tuple[int, ...]:
    begins, ends = nodes[pipelines.from_node] == start, nodes[pipelines.to_node] == end
    return tuple(np.flatnonzero(begins & ends).tolist())


def _under_contract(data: GasData, timeline: Timeline, supply: Supply) -> list[_Point]:
    """Borders that gas under contract crosses, with their share of all that the seller has sold by contract."""
    table = data.tables.get(CONTRACT_POINTS)
    if table is None or table.empty:
        return []
    contracts = data["contracts"].set_index("contract")
    sold = {
        str(code): row.annual_quantity_gwh * timeline.active_share(day_or_none(row.start), day_or_none(row.end))
        for code, row in zip(contracts.index, contracts.itertuples(), strict=True)
    }
    table = table[table["contract"].isin(contracts.index)]
    table = table.assign(supplier=table["contract"].map(contracts["supplier"]))
    table = table[table["supplier"].isin(supply.supplier)]
    found = []
    for (supplier, start, end), rows in table.groupby(["supplier", "from_node", "to_node"], sort=True):
        whole = sum(sold[str(code)] for code in contracts.index[contracts["supplier"] == supplier])
        mine = sum(share * sold[code] for code, share in zip(rows["contract"], rows["share"], strict=True))
        least = np.divide(mine, whole, out=np.zeros(len(timeline)), where=np.asarray(whole) > 0.0)
        found.append(_Point(str(supplier), str(start), str(end), least))
    return found


def _landings(data: GasData, timeline: Timeline) -> list[_Point]:
    """Landing points with the lowest and the highest share that they had in a month of the two years before.

    Months in which a point reported nothing count for none of its seller's points.
    """
    table = data.tables.get(LANDING_POINTS)
    if table is None or table.empty:
        return []
    last = pd.Timestamp(timeline.start).to_period("M").to_timestamp() - pd.DateOffset(months=1)
    months = pd.date_range(end=last, periods=MONTHS_BEFORE, freq="MS")
    seen = data["observed_border_entries_monthly"].pivot_table(
        index="entry", columns="month", values="energy_gwh", aggfunc="sum", observed=True
    )
    found = []
    for supplier, rows in table.groupby("supplier", sort=True):
        flows = seen.reindex(index=rows["entry"], columns=months).dropna(axis=1)
        flows = flows.loc[:, flows.sum() > 0.0]
        if flows.empty:
            raise DataError(
                "observed/border_entries_monthly.csv",
                [
                    f"no month of {months[0]:%Y-%m} to {months[-1]:%Y-%m} in which all landing points of {supplier} "
                    "reported, so their usual shares are not known; add such months, or leave delivery points out"
                ],
            )
        share = flows / flows.sum()
        for row in rows.itertuples():
            own = share.loc[row.entry]
            least, most = (np.full(len(timeline), bound) for bound in (own.min(), own.max()))
            found.append(_Point(str(supplier), str(row.from_node), str(row.to_node), least, most))
    return found
