"""Demand of a weather year by calendar day."""

from __future__ import annotations

import numpy as np
import pandas as pd

from energy_model.data.load import GasData
from energy_model.scenario.case import SECTORS
from energy_model.units import DAYS_OF_YEAR

_CUMULATIVE_DAYS = np.cumsum([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30])


def daily_demand(data: GasData, weather: str, dates: pd.DatetimeIndex, nodes: np.ndarray) -> np.ndarray:
    """Demand on each of some days, GWh/d, shape (N, J, days)."""
    return on_dates(calendar_year(data, weather, nodes), dates)


def on_dates(year: np.ndarray, dates: pd.DatetimeIndex) -> np.ndarray:
    """A calendar year of demand repeated over some days; 29 February repeats the 28th.

    Parameters
    ----------
    year : ndarray, shape (N, J, 365)
        Demand on each day of a year without 29 February, GWh/d.

    Returns
    -------
    ndarray, shape (N, J, days)
    """
    return year[:, :, _day_of_year(dates.month.to_numpy(), np.minimum(dates.day, _last_day(dates)))]


def calendar_year(data: GasData, weather: str, nodes: np.ndarray) -> np.ndarray:
    """One year of demand, GWh/d, shape (N, J, 365); nodes without rows have none."""
    table = data["demand_daily"]
    table = table[table["weather"] == weather]
    where = pd.Index(nodes).get_indexer(table["node"])
    known = where >= 0
    day = _day_of_year(table["month"].to_numpy(), table["day"].to_numpy())
    values = table[[f"{sector}_gwh" for sector in SECTORS]].to_numpy(float)
    year = np.zeros((len(nodes), len(SECTORS), DAYS_OF_YEAR))
    year[where[known], :, day[known]] = values[known]
    return year


def _day_of_year(month: np.ndarray, day: np.ndarray) -> np.ndarray:
    return np.asarray(_CUMULATIVE_DAYS[np.asarray(month) - 1] + np.asarray(day) - 1)


def _last_day(dates: pd.DatetimeIndex) -> np.ndarray:
    return np.where(dates.month == 2, 28, 31)
