"""The fan of years to come as tables give it."""

from __future__ import annotations

from dataclasses import dataclass

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


@dataclass(frozen=True)
class Branch:
    """A weather and a supply of LNG that a year can bring, with their probability."""

    weather: str
    lng_case: str
    probability: float


def branches_of(data: GasData, weather: str, lng_case: str) -> tuple[Branch, ...]:
    """Every pair of a weather and a supply of LNG of ``fan.csv``; what it says nothing of is certain as given.

    Parameters
    ----------
    weather, lng_case : str
        What holds where the table has no rows on it: names of ``demand_daily.csv`` and ``lng_europe_limit.csv``.
    """
    table = data.tables.get(TABLE)
    if table is None or table.empty:
        return (Branch(weather, lng_case, 1.0),)
    weathers, weather_weight = _branches(table, WEATHER, weather)
    states, lng_weight = _branches(table, LNG, lng_case)
    return tuple(
        Branch(one, other, float(weather_weight[i] * lng_weight[j]))
        for i, one in enumerate(weathers)
        for j, other in enumerate(states)
    )


def _branches(table: pd.DataFrame, quantity: str, otherwise: str) -> tuple[tuple[str, ...], np.ndarray]:
    """States of a quantity and their probabilities."""
    rows = table[table["quantity"] == quantity]
    if rows.empty:
        return (otherwise,), np.ones(1)
    weight = rows["weight"].to_numpy(float)
    return tuple(rows["state"].astype(str)), weight / weight.sum()
