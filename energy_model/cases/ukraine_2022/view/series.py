"""The series that a view predicts, of a run and as they were: by month, for the EU27 and the largest countries.

What is observed is read from ``observed/`` as it stands: rows added there later are compared without any other
change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from energy_model.cases.ukraine_2022.replay import HISTORY
from energy_model.cases.ukraine_2022.replay.entries import ENTRY_PIPELINES
from energy_model.data.load import GasData
from energy_model.results.run import Results
from energy_model.results.statistics import Ask, by_column
from energy_model.timeline import month_of
from energy_model.units import GWH_PER_TWH
from energy_model.validate.replay import compare as replayed
from energy_model.validate.view import spread
from energy_model.validate.view.spread import DEMAND, FILLING, KEY, LNG, PRICE, STORE

EU, HUB = HISTORY.region, HISTORY.hub
RUSSIA, ALL_ROUTES = "Russian gas", "all routes"
TWH, SHARE, EUR_PER_MWH = "TWh", "share", "EUR/MWh"
UNITS = {**spread.UNITS, RUSSIA: TWH}
"""Groups of series in reading order, with their units."""
LEAST_SHARE = 0.5
"""Fewer than half of the EU27 are no observation of it."""
COUNTRIES = 6
"""The largest so many countries of the EU have series of their own."""

UKRAINE = "ukraine_transit"
ROUTE_ENTRIES: Mapping[str, tuple[str, ...]] = {
    "nord_stream_1": ("nord_stream_1",),
    "yamal_europe": ("kondratki", "wysokoje", "tieterowka"),
    "turkstream_2": ("strandzha",),
    "baltic_finland": ("kotlovka", "luhamaa_korneti", "varska", "narva", "imatra"),
}
"""Entry points that make up an observed route; Ukraine is counted where the gas comes from Russia."""


@dataclass(frozen=True)
class Coverage:
    """Which places have series.

    Attributes
    ----------
    eu : frozenset of str
        Markets of the EU27.
    countries : mapping of str to tuple of str
        For each group the largest countries of the EU27 that can be compared, the largest first.
    working_gas_gwh : Series
        Working gas volume by node.
    weights : mapping of str to Series
        Size of the countries of the EU27 that report, by group: who is missing counts at its usual share.
    names : mapping of str to str
        Name of each node for a reader.
    """

    eu: frozenset[str]
    countries: Mapping[str, tuple[str, ...]]
    working_gas_gwh: pd.Series
    weights: Mapping[str, pd.Series]
    names: Mapping[str, str]


def coverage_of(data: GasData) -> Coverage:
    """Largest countries by working gas, LNG of the last year, and demand, as known on the day of the vintage."""
    eu = frozenset(replayed.members(data, EU))
    gas = data["storage"].groupby("node", observed=True)["working_gas_volume_gwh"].sum()
    landed = data["observed_lng_sendout_monthly"]
    landed = landed[landed["month"] > landed["month"].max() - pd.DateOffset(months=12)]
    sent = landed.groupby("node", observed=True)["energy_gwh"].sum()
    normal = data["demand_daily"]
    normal = normal[normal["weather"] == "reference"]
    used = normal.filter(like="_gwh").sum(axis=1).groupby(normal["node"]).sum()
    largest = {
        name: tuple(size[size.index.isin(eu)].nlargest(COUNTRIES).index)
        for name, size in (("store", gas), ("lng", sent), ("demand", used))
    }
    places = {STORE: "store", FILLING: "store", LNG: "lng", DEMAND: "demand", PRICE: "demand"}
    names = dict(zip(data["nodes"]["node"], data["nodes"]["name"], strict=True))
    countries = {group: largest[by] for group, by in places.items()}
    daily = data["observed_storage_daily"]["node"].unique()
    telling = data["observed_demand_monthly"]["node"].unique()
    weights = {
        STORE: gas[gas.index.isin(eu) & gas.index.isin(daily)],
        LNG: sent[sent.index.isin(eu) & (sent > 0.0)],
        DEMAND: used[used.index.isin(eu) & used.index.isin(telling)],
    }
    return Coverage(eu, countries, gas, weights, names)


def modelled(results: Results, coverage: Coverage) -> pd.DataFrame:
    """Series of a run in whole months: group, series, unit, month, value."""
    ask = results.statistics
    level = _wide(ask.level(["month", "node"], unit="GWh"))
    frames = [
        *_stores(level, _by_month(ask.level("month", region=EU, unit="GWh")), coverage),
        _places(ask.sendout, LNG, coverage),
        _places(ask.served, DEMAND, coverage),
        _places(ask.price, PRICE, coverage),
        _long(_routes(results), RUSSIA),
    ]
    return pd.concat(frames, ignore_index=True)


def observed(data: GasData, months: list[pd.Timestamp], day: date, coverage: Coverage) -> pd.DataFrame:
    """The same series as they were, in the months that have been reported: group, series, unit, month, value."""
    seen = replayed.observed(data, months, HISTORY)

    def wide(group: str) -> pd.DataFrame:
        return seen[seen["group"] == group].pivot_table(index="month", columns="series", values="observed")

    level, landed = wide(replayed.LEVEL) * GWH_PER_TWH, wide(replayed.LNG)
    level[EU] = _whole(level, coverage.weights[STORE])
    lng = landed.reindex(columns=list(coverage.countries[LNG]))
    lng[EU] = _whole(landed, coverage.weights[LNG])
    demand = data["observed_demand_monthly"]
    demand = demand[demand["note"].isna() & demand["month"].isin(months)]
    told = demand.pivot_table(index="month", columns="node", values="demand_gwh") / GWH_PER_TWH
    used = told.reindex(columns=list(coverage.countries[DEMAND]))
    used[EU] = _whole(told, coverage.weights[DEMAND])
    frames = [
        *_stores(level, level[EU], coverage),
        _long(lng, LNG),
        _long(used, DEMAND),
        _long(wide(replayed.PRICE)[[HUB]], PRICE),
        _long(_observed_routes(data, months), RUSSIA),
    ]
    return pd.concat(frames, ignore_index=True).dropna(subset=["value"]).reset_index(drop=True)


def _whole(wide: pd.DataFrame, weights: pd.Series) -> pd.Series:
    """Sum over the countries of the EU27; one that does not report a month counts at its usual share of the others'."""
    seen = wide.reindex(columns=weights.index)
    share = seen.notna().mul(weights, axis=1).sum(axis=1) / weights.sum()
    return (seen.sum(axis=1) / share).where(share >= LEAST_SHARE)


def _wide(asked: pd.Series) -> pd.DataFrame:
    """A statistic by month and node: first days of months (rows) and nodes (columns)."""
    wide = by_column(asked, "node")
    return wide.set_axis(pd.to_datetime(wide.index.astype(str)), axis=0)


def _by_month(asked: pd.Series) -> pd.Series:
    """A statistic by month, under the first days of the months."""
    return asked.set_axis(pd.to_datetime(asked.index.astype(str)))


def _long(wide: pd.DataFrame, group: str) -> pd.DataFrame:
    """Months by series as rows; a month without a number has none."""
    table = wide.rename_axis(index="month").reset_index()
    table = table.melt("month", var_name="series", value_name="value").dropna(subset=["value"])
    return table.assign(group=group, unit=UNITS[group], series=table["series"].astype(str))[[*KEY, "value"]]


def _places(asked: Ask, group: str, coverage: Coverage) -> pd.DataFrame:
    """A statistic by month, of the EU27 and of the group's countries."""
    chosen = _wide(asked(["month", "node"])).reindex(columns=list(coverage.countries[group]))
    chosen[EU] = _by_month(asked("month", region=EU))
    return _long(chosen, group)


def _stores(level: pd.DataFrame, together: pd.Series, coverage: Coverage) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Gas in store at the end of each month, TWh, and as a share of the working gas known on the day of the view."""
    chosen = level.reindex(columns=list(coverage.countries[STORE]))
    chosen[EU] = together
    gas = coverage.working_gas_gwh
    full = gas.reindex(chosen.columns)
    full[EU] = gas[gas.index.isin(coverage.eu)].sum()
    return _long(chosen / GWH_PER_TWH, STORE), _long(chosen / full, FILLING)


def _routes(results: Results) -> pd.DataFrame:
    """Russian gas by route and month, TWh, at the entry points of the observations.

    Through Ukraine: what comes from Russia less what goes on to Moldova. Gas out of Ukraine's own stores that flows
    west is not Russian.
    """
    ask, there = results.statistics, set(results["flows"]["pipeline"].astype(str))

    def arrived(**where: Any) -> pd.Series:
        return _by_month(ask.flow("month", **where) - ask.losses("month", **where))

    behind = {route: [p for e in entries for p in ENTRY_PIPELINES[e]] for route, entries in ROUTE_ENTRIES.items()}
    routes = {route: arrived(pipeline=[p for p in lines if p in there]) for route, lines in behind.items()}
    through = arrived(from_node="RU", to_node="UA") - arrived(from_node="UA", to_node="MD")
    table = pd.DataFrame({**routes, UKRAINE: through.clip(lower=0.0)})
    table[ALL_ROUTES] = table.sum(axis=1)
    return table


def _observed_routes(data: GasData, months: list[pd.Timestamp]) -> pd.DataFrame:
    """Russian gas by route, TWh, in months of which every day is reported on every route."""
    table = data["observed_route_flows_daily"]
    table = table.assign(month=month_of(table["date"]))
    days, flow = (
        table.pivot_table(index="month", columns="route", values="flow_gwh_per_day", aggfunc=how)
        for how in ("count", "sum")
    )
    full = days.eq(days.index.days_in_month, axis=0)
    wide = (flow / GWH_PER_TWH).where(full)
    wide[ALL_ROUTES] = wide.sum(axis=1, skipna=False)
    return wide[wide.index.isin(months)]
