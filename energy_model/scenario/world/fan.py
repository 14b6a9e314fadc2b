"""The fan of years to come as tables give it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from energy_model.data.load import GasData
from energy_model.scenario.fan import Fan
from energy_model.scenario.lookups import parameter

TABLE = "fan"
WEATHER, LNG = "weather", "lng"


def base_fan(data: GasData, weather: str) -> Fan:
    """Branches of ``fan.csv``; where it says nothing, the given weather and the central supply of LNG are certain."""
    table = data.tables.get(TABLE)
    if table is None or table.empty:
        return Fan((weather,), np.ones(1), np.ones(1), np.ones(1))
    limits = data["lng_europe_limit"].set_index("case")["limit_gwh_per_year"]
    central = data.storyline.lng.central
    weathers, weather_weight = _branches(table, WEATHER, weather)
    states, lng_weight = _branches(table, LNG, central)
    return Fan(
        weathers=weathers,
        weather_weight=weather_weight,
        lng_share=np.array([float(limits[name]) for name in states]) / float(limits[central]),
        lng_weight=lng_weight,
        central=states.index(central),
        stays=parameter(data, "fan_lng_stays_share"),
        learned_in_months=parameter(data, "fan_learned_in_months"),
        worst_share=parameter(data, "fan_worst_share"),
    )


def _branches(table: pd.DataFrame, quantity: str, otherwise: str) -> tuple[tuple[str, ...], np.ndarray]:
    """States of a quantity and their probabilities."""
    rows = table[table["quantity"] == quantity]
    if rows.empty:
        return (otherwise,), np.ones(1)
    weight = rows["weight"].to_numpy(float)
    return tuple(rows["state"].astype(str)), weight / weight.sum()
