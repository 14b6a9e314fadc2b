"""Low-calorific gas as a table gives it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from energy_model.data.load import GasData
from energy_model.scenario.lookups import tie_break
from energy_model.scenario.low_calorific import LowCalorific
from energy_model.timeline import Timeline

TABLE = "low_calorific"
QUALITY = "L"


def base_low_calorific(data: GasData, timeline: Timeline, nodes: np.ndarray) -> LowCalorific | None:
    """Nodes of ``low_calorific.csv`` and the pipelines between them for gas of quality L; ``None`` without a row.

    ``nodes`` holds the codes of the nodes of the case, shape (N,).
    """
    table = data.tables.get(TABLE)
    if table is None:
        return None
    table = table[table["node"].isin(nodes)]
    if table.empty:
        return None
    codes = list(dict.fromkeys(table["node"].astype(str)))
    at = np.array([int(np.flatnonzero(nodes == code)[0]) for code in codes])
    return LowCalorific(
        node=at,
        line=_lines(data, nodes, codes),
        household_share=_by_period(table, "household_share", codes, timeline),
        conversion=_by_period(table, "conversion_gwh_per_day", codes, timeline),
        produced_share=_by_period(table, "produced_share", codes, timeline),
        tie_break=tie_break([f"low-calorific gas of {code}" for code in codes], timeline, data),
        stored_share=_by_period(table, "stored_share", codes, timeline).mean(axis=1),
    )


def _lines(data: GasData, nodes: np.ndarray, codes: list[str]) -> np.ndarray:
    """Pipelines for low-calorific gas of which both ends have some, by their place in the case."""
    table = data["pipelines"]
    table = table[table["from_node"].isin(nodes) & table["to_node"].isin(nodes)]
    low = table["gas_quality"].eq(QUALITY) & table["from_node"].isin(codes) & table["to_node"].isin(codes)
    return np.flatnonzero(low.to_numpy(bool))


def _by_period(table: pd.DataFrame, quantity: str, codes: list[str], timeline: Timeline) -> np.ndarray:
    """Values of a quantity, each from its day until the next one's, shape (nodes, T); nothing before the first."""
    values = np.zeros((len(codes), len(timeline)))
    rows = table[table["quantity"] == quantity].sort_values("available_from")
    for number, code in enumerate(codes):
        mine = rows[rows["node"] == code]
        before = 0.0
        for value, day in zip(mine["value"], mine["available_from"], strict=True):
            values[number] += (float(value) - before) * timeline.active_share(day.date(), None)
            before = float(value)
    return values
