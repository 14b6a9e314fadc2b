"""Numbers of the data package that the base case and the measures look up: parameters, prices, nodes, tie-breaks."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from energy_model.data.load import GasData
from energy_model.data.storyline import EXCHANGE_RATE
from energy_model.errors import DataError
from energy_model.timeline import Timeline
from energy_model.units import eur_per_mwh_from_usd_per_mmbtu


def parameter(data: GasData, name: str) -> float:
    """Value of a scalar of ``parameters.csv``.

    Raises
    ------
    DataError
        If the vintage has no such parameter.
    """
    table = data["parameters"]
    row = table.loc[table["parameter"] == name, "value"]
    if row.empty:
        raise DataError("parameters.csv", [f"no parameter '{name}' known on {data.as_of}; add it with its source"])
    return float(row.iloc[0])


def indices(codes: Iterable[str], labels: np.ndarray) -> np.ndarray:
    """Positions of codes in an array of labels (n,), int, shape (codes,); every code must be there.

    Raises
    ------
    DataError
        With every code that is not there.
    """
    found = pd.Index(labels).get_indexer(list(codes))
    if (found < 0).any():
        missing = sorted({code for code, at in zip(codes, found, strict=True) if at < 0})
        raise DataError("nodes.csv", [f"no node '{code}', but another table uses it; add it" for code in missing])
    return np.asarray(found)


def active(table: pd.DataFrame, timeline: Timeline) -> np.ndarray:
    """Share of each period in which each row's asset is there, shape (rows, T)."""
    return np.array(
        [
            timeline.active_share(day_or_none(start), day_or_none(end))
            for start, end in zip(table["available_from"], table["available_to"], strict=True)
        ]
    ).reshape(len(table), len(timeline))


def monthly_price(data: GasData, series: str, timeline: Timeline) -> np.ndarray:
    """Price known on the day of the vintage, brought to periods, EUR/MWh, shape (T,).

    Months outside the quoted range take the nearest quoted month.

    Raises
    ------
    DataError
        If no row of the series was known on that day.
    """
    table = data["prices"]
    quoted = table[table["series"] == series].sort_values("month")
    if quoted.empty:
        raise DataError("prices.csv", [f"no series '{series}' known on {data.as_of}; add it with its source"])
    wanted = timeline.month_firsts
    values = np.interp(
        wanted.to_numpy().astype("int64"),
        quoted["month"].to_numpy().astype(wanted.to_numpy().dtype).astype("int64"),
        quoted["price_eur_per_mwh"].to_numpy(float),
    )
    return timeline.monthly(values)


def hub_prices(data: GasData) -> pd.Series:
    """Monthly price at the hub as observed, EUR/MWh; index first day of the month.

    It is quoted per MMBtu and counted at the exchange rate of its month; where the package has no series of that rate,
    at the one of its parameters.
    """
    table = data["observed_prices_monthly"].pivot_table(index="month", columns="series", values="price", observed=True)
    rate = table[EXCHANGE_RATE] if EXCHANGE_RATE in table else parameter(data, EXCHANGE_RATE)
    in_currency = (table[data.storyline.prices.hub] / rate).dropna()
    return in_currency * eur_per_mwh_from_usd_per_mmbtu(1.0, 1.0)


def usual_shares(data: GasData, before: date) -> pd.DataFrame:
    """Mean share of working gas in store on the first of each calendar month of the years before a day.

    Returns
    -------
    DataFrame
        Nodes (rows) by month 1..12; not a number where no such month was observed, or nothing can be stored.
    """
    seen = data["storage_filling"]
    seen = seen[(seen["date"] < pd.Timestamp(before)) & (seen["date"].dt.day == 1)]
    seen = seen.assign(node=seen["node"].astype(str), month=seen["date"].dt.month)
    level = seen.pivot_table(index="node", columns="month", values="gas_in_storage_gwh", aggfunc="mean")
    volume = data["storage"].groupby(data["storage"]["node"].astype(str))["working_gas_volume_gwh"].sum()
    share = level.reindex(columns=range(1, 13)).div(volume.where(volume > 0.0), axis=0)
    return share.clip(lower=0.0, upper=1.0)


def tie_break(names: Sequence[str], timeline: Timeline, data: GasData) -> np.ndarray:
    """A cost too small to show that differs by name and day, EUR/MWh, shape (names, T); the same in every run.

    Options of equal cost abound: two storages, two months, two ways round. Without this the solver picks one by the
    order of its rows.
    """
    day = np.array([start.toordinal() for start in timeline.starts], dtype=np.uint64)
    name = np.array([zlib.crc32(name.encode()) for name in names], dtype=np.uint64)
    mixed = (name[:, None] * np.uint64(0x9E3779B97F4A7C15)) ^ (day[None, :] * np.uint64(0xC2B2AE3D27D4EB4F))
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):  # the finish of SplitMix64
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return (mixed >> np.uint64(11)) / 2.0**53 * parameter(data, "tie_break_eur_per_mwh")


def day_or_none(value: Any) -> date | None:
    """A day of a table; ``None`` where the cell is empty."""
    return None if pd.isna(value) else pd.Timestamp(value).date()
