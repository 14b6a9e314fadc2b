"""The series that the view predicts, of a run and as they were: by month, for the EU27 and its largest markets.

Stock, demand and imports of the EU27 are sums over the members that have reported before the day of the view; a month
in which one of them is missing has no sum. What is observed is read from ``observed/`` as it stands, so rows that a
reader brings along join without any other change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from energy_model.cases.winter_2025.replay import HISTORY
from energy_model.data.load import GasData
from energy_model.results.run import Results
from energy_model.timeline import month_of
from energy_model.units import GWH_PER_TWH
from energy_model.validate.replay import compare
from energy_model.validate.view import spread
from energy_model.validate.view.spread import DEMAND, FILLING, KEY, LNG, PRICE, STORE

EU, HUB = HISTORY.region, HISTORY.hub
IMPORTS = "imports by pipeline"
UNITS = {**spread.UNITS, IMPORTS: "TWh"}
"""Groups of series in reading order, with their units."""
ORIGINS: Mapping[str, str] = {"NO": "Norway", "GB": "Great Britain, net", "strandzha": "Russia, TurkStream"}
"""Imports that are shown, under the name of the origin or of the one point through which they come."""
GIVEN = HISTORY.groups[HISTORY.given]
COUNTRIES = 6
"""The largest so many members have series of their own."""
TABLES = ("flows", "sendout", "storage", "demand", "prices")


@dataclass(frozen=True)
class Coverage:
    """Which places have series.

    Attributes
    ----------
    telling : mapping of str to frozenset of str
        Members of the EU27 whose sum is shown, by group.
    countries : tuple of str
        The largest members by working gas and by demand that have series of their own, the largest first.
    working_gas_gwh : Series
        Working gas volume by node.
    names : mapping of str to str
        Name of each node for a reader.
    """

    telling: Mapping[str, frozenset[str]]
    countries: tuple[str, ...]
    working_gas_gwh: pd.Series
    names: Mapping[str, str]


def coverage_of(data: GasData) -> Coverage:
    """Members that report, and the largest of them, as known on the day of the vintage."""
    eu = set(compare.members(data, EU))
    gas = data["storage"].groupby("node", observed=True)["working_gas_volume_gwh"].sum()
    stores = frozenset(eu & set(data["observed_storage_daily"]["node"].astype(str)))
    users = frozenset(eu & set(data["observed_demand_monthly"]["node"].astype(str)))
    largest = tuple(gas[gas.index.isin(stores)].nlargest(COUNTRIES).index.astype(str))
    names = dict(zip(data["nodes"]["node"].astype(str), data["nodes"]["name"], strict=True))
    return Coverage({STORE: stores, DEMAND: users, LNG: frozenset(eu)}, largest, gas, names)


def modelled(results: Results, data: GasData, coverage: Coverage) -> pd.DataFrame:
    """Series of a run whose periods do not cross the end of a month: group, series, unit, month, value."""
    periods = results["periods"].set_index("period")
    month, days = month_of(periods["start"]), periods["days"]
    tables = {}
    for name in TABLES:
        table = results[name]
        tables[name] = table.assign(month=table["period"].map(month), days=table["period"].map(days))
    found = compare.modelled(tables, data, HISTORY).rename(columns={"modelled": "value"})
    return _told(found, coverage)


def observed(data: GasData, months: list[pd.Timestamp], coverage: Coverage) -> pd.DataFrame:
    """The same series as they were, in the months that have been reported: group, series, unit, month, value."""
    seen = compare.observed(data, months, HISTORY).rename(columns={"observed": "value"})
    return _told(seen, coverage)


def _told(found: pd.DataFrame, coverage: Coverage) -> pd.DataFrame:
    """Series of the view out of those of a replay, in the words and with the sums of the view."""
    stock = _with_sum(found[found["group"] == compare.LEVEL], STORE, coverage)
    full = coverage.working_gas_gwh.div(GWH_PER_TWH)
    whole = full[full.index.isin(coverage.telling[STORE])].sum()
    gas = stock["series"].map({**full.to_dict(), EU: whole}).astype(float)
    filling = stock.assign(group=FILLING, unit=UNITS[FILLING], value=stock["value"] / gas)
    lng = found[(found["group"] == compare.LNG_REGION) & (found["series"] == EU)].assign(group=LNG)
    if lng.empty:
        by_country = found[found["group"] == compare.LNG]
        lng = _with_sum(by_country, LNG, coverage)
        lng = lng[lng["series"] == EU]
    demand = _with_sum(found[found["group"] == compare.DEMAND], DEMAND, coverage)
    price = found[(found["group"] == compare.PRICE) & (found["series"] == HUB)].assign(group=PRICE)
    piped = found[found["group"].isin([compare.IMPORTS, GIVEN]) & found["series"].isin(ORIGINS)].assign(group=IMPORTS)
    table = pd.concat([stock, filling, lng, demand, price, piped], ignore_index=True)
    return table.dropna(subset=["value"])[[*KEY, "value"]].reset_index(drop=True)


def _with_sum(part: pd.DataFrame, group: str, coverage: Coverage) -> pd.DataFrame:
    """The largest countries, and the EU27 in the months for which every member that tells has told."""
    telling = coverage.telling[group]
    mine = part[part["series"].isin(telling)]
    by_month = mine.groupby(["unit", "month"])["value"].agg(["sum", "count"]).reset_index()
    least = len(telling) if group != LNG else 1  # a member without a terminal has no row
    total = by_month[by_month["count"] >= least].rename(columns={"sum": "value"}).drop(columns="count")
    own = mine[mine["series"].isin(coverage.countries)]
    return pd.concat([own, total.assign(series=EU)], ignore_index=True).assign(group=group)
