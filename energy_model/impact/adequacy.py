r"""Adequacy of supply as the law defines it: the N-1 formula and the supply standard of Regulation (EU) 2017/1938.

Annex II asks whether a country's infrastructure covers a day of exceptionally high demand, one winter in twenty, when
its single largest piece fails:

.. math:: N\!-\!1\,[\%] = 100\,\frac{EP_m + P_m + S_m + LNG_m - I_m}{D_{max}}
          \qquad\text{and, demand side,}\qquad 100\,\frac{EP_m + P_m + S_m + LNG_m - I_m}{D_{max} - D_{eff}}

with border entries, production, storage and LNG as technical capacities per day, the largest infrastructure I and the
part of demand that market-based measures can take off in time. The standard is met at 100 %. Article 6(1) asks for
gas for protected customers (a) over a seven-day peak and (b) over 30 days of high demand, both one winter in twenty,
and (c) over 30 days of an average winter with the single largest infrastructure out.

What to beware of: both count capacities and not gas. An entry counts in full though the gas behind it may be one
seller's
and come through two neighbours, and transit is not taken off. A country can pass N-1 and be short; that is what the
flow model is for. Stores are listed by country, so a store is a single infrastructure only where the country has one
site.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TypeVar

import numpy as np
import pandas as pd

from energy_model.data.load import GasData

STANDARD_PERCENT = 100.0
HALF_EMPTY = 0.3
"""Filling at which N-1 is told besides full stores: withdrawal falls as stores empty."""
RUNNING = ("operating", "planned")

Number = TypeVar("Number", float, pd.Series)


def n_minus_1_percent(
    capacity_gwh_per_day: Number,
    largest_gwh_per_day: Number,
    peak_demand_gwh_per_day: Number,
    market_based_gwh_per_day: Number | float = 0.0,
) -> Number:
    """N-1 in percent, Annex II of Regulation (EU) 2017/1938; with a market-based part it is the demand-side variant.

    Parameters
    ----------
    capacity_gwh_per_day : float
        Sum of border entries, production, storage withdrawal and LNG send-out.
    largest_gwh_per_day : float
        Capacity of the single largest infrastructure.
    peak_demand_gwh_per_day : float
        Demand of a day that comes once in twenty years.
    market_based_gwh_per_day : float
        Part of that demand which market-based measures can take off in time.

    >>> round(n_minus_1_percent(100 + 20 + 50 + 30, 60, 120), 2)
    116.67
    """
    left = capacity_gwh_per_day - largest_gwh_per_day
    return STANDARD_PERCENT * left / (peak_demand_gwh_per_day - market_based_gwh_per_day)


def supply_standard_percent(
    days: int, flow_gwh_per_day: Number, withdrawal_gwh_per_day: Number, stock_gwh: Number, protected_gwh: Number
) -> Number:
    """Gas that can be brought to protected customers over a spell, in percent of what they need (Article 6(1)).

    Entries, production and LNG flow every day; stores give no more than their rate allows and no more than they hold.

    >>> round(float(supply_standard_percent(30, 10.0, 20.0, 450.0, 500.0)), 1)
    150.0
    """
    stored = np.minimum(days * withdrawal_gwh_per_day, stock_gwh)
    percent: Number = STANDARD_PERCENT * (days * flow_gwh_per_day + stored) / protected_gwh
    return percent


def capacities(data: GasData, day: date, routes: Collection[str]) -> pd.DataFrame:
    """Technical capacities of every country that exist on a day, GWh/d, and its single largest infrastructure.

    Parameters
    ----------
    routes : collection of str
        Routes of one seller, which are told apart.

    Returns
    -------
    DataFrame
        Index country; entries_, production_, storage_ (full), storage_half_empty_, lng_, routes_,
        largest_, largest_other_ (that is none of the routes), all ``gwh_per_day``; largest, largest_other (names).
    """
    lines, terminals = _existing(data["pipelines"], day), _existing(data["lng_terminals"], day)
    country = data["nodes"].set_index("node")["country"]
    peaks = data["peak_demand"]["node"].map(country).unique()
    into, since = lines["to_node"].map(country), lines["from_node"].map(country)
    entering = into.isin(peaks) & (into != since)
    lines, into = lines[entering], into[entering]
    apart = lines["route"].isin(list(routes))
    storage = data["storage"]
    single = storage[storage["is_single_site"]]
    produced = data["production"].groupby("node")["production_gwh_per_day"].max()
    ashore = terminals["node"].map(country)
    pieces = pd.concat(
        [
            _pieces(into, lines["name"], lines["capacity_gwh_per_day"], apart),
            _pieces(ashore, terminals["name"], terminals["sendout_capacity_gwh_per_day"], False),
            _pieces(single["node"].map(country), single["storage"], single["withdrawal_capacity_gwh_per_day"], False),
        ],
        ignore_index=True,
    )
    table = pd.DataFrame(
        {
            "entries_gwh_per_day": lines.groupby(into)["capacity_gwh_per_day"].sum(),
            "production_gwh_per_day": _summed(produced, country),
            "storage_gwh_per_day": _summed(storage.set_index("node")["withdrawal_capacity_gwh_per_day"], country),
            "storage_half_empty_gwh_per_day": withdrawal_at(data, HALF_EMPTY),
            "lng_gwh_per_day": terminals.groupby(ashore)["sendout_capacity_gwh_per_day"].sum(),
            "routes_gwh_per_day": lines[apart].groupby(into[apart])["capacity_gwh_per_day"].sum(),
        },
        index=pd.Index(peaks),
    ).fillna(0.0)
    for name, part in (("largest", pieces), ("largest_other", pieces[~pieces["is_apart"]])):
        ordered = part.sort_values("gwh_per_day", ascending=False, kind="stable")
        first = ordered.drop_duplicates("node").set_index("node")
        table[name] = first["name"].reindex(table.index).fillna("none")
        table[f"{name}_gwh_per_day"] = first["gwh_per_day"].reindex(table.index).fillna(0.0)
    return table.rename_axis("country")


def _summed(by_node: pd.Series, country: pd.Series) -> pd.Series:
    """A number of nodes added up by country."""
    return by_node.groupby(by_node.index.map(country)).sum()


def _existing(table: pd.DataFrame, day: date) -> pd.DataFrame:
    """Rows of assets that work on a day; idle ones, are no capacity."""
    now = pd.Timestamp(day)
    opened = table["available_from"].isna() | (table["available_from"] <= now)
    closed = table["available_to"].notna() & (table["available_to"] < now)
    return table[table["status"].isin(RUNNING) & opened & ~closed]


def _pieces(node: pd.Series, name: pd.Series, capacity: pd.Series, is_apart: pd.Series | bool) -> pd.DataFrame:
    return pd.DataFrame(
        {"node": node.to_numpy(), "name": name.to_numpy(), "gwh_per_day": capacity.to_numpy(float)}
    ).assign(is_apart=np.asarray(is_apart))


def withdrawal_at(data: GasData, fill_share: float) -> pd.Series:
    """Withdrawal of each country's stores at a filling, GWh/d, by their curves."""
    points = data["storage_curve"]
    points = points[points["direction"] == "withdrawal"].sort_values("fill_share")
    own = dict(iter(points.groupby("storage")))
    country = data["nodes"].set_index("node")["country"]
    rates: dict[str, float] = {}
    for row in data["storage"].to_dict("records"):
        curve = own.get(row["storage"], own.get("default"))
        share = 1.0 if curve is None else float(np.interp(fill_share, curve["fill_share"], curve["rate_share"]))
        code = country[row["node"]]
        rates[code] = rates.get(code, 0.0) + row["withdrawal_capacity_gwh_per_day"] * share
    return pd.Series(rates)


def n_minus_1(data: GasData, day: date, routes: Collection[str]) -> pd.DataFrame:
    """N-1 of every country, in percent, from the tables of one vintage.

    Dmax is the high view of ``peak_demand.csv``, which stands for the day of a winter in twenty. Deff is
    interruptible and fuel-switching industry, the first tier of ``curtailment_tiers.csv``, on the coldest day of the
    cold winter.

    Parameters
    ----------
    routes : collection of str
        Routes of one seller, whose loss is told besides that of the largest infrastructure.

    Returns
    -------
    DataFrame
        Index country; the capacities, peak_1_in_20_gwh_per_day, peak_observed_gwh_per_day, market_based_gwh_per_day,
        and supply_side_percent, demand_side_percent (the law's two variants), observed_peak_percent (on the highest day
        observed), half_empty_percent (stores at :data:`HALF_EMPTY`), routes_lost_percent (all entries over the routes
        in place of the largest), routes_and_largest_lost_percent (both), meets_standard.
    """
    table = capacities(data, day, routes)
    country = data["nodes"].set_index("node")["country"]
    peak = data["peak_demand"].groupby(data["peak_demand"]["node"].map(country))
    table["peak_1_in_20_gwh_per_day"] = peak["high_gwh_per_day"].sum()
    table["peak_observed_gwh_per_day"] = peak["peak_gwh_per_day"].sum()
    table["market_based_gwh_per_day"] = _market_based(data).reindex(table.index).fillna(0.0)
    total = table[[f"{kind}_gwh_per_day" for kind in ("entries", "production", "storage", "lng")]].sum(axis=1)
    weaker = total - table["storage_gwh_per_day"] + table["storage_half_empty_gwh_per_day"]
    largest, apart = table["largest_gwh_per_day"], table["routes_gwh_per_day"]
    dmax, deff = table["peak_1_in_20_gwh_per_day"], table["market_based_gwh_per_day"]
    variants = {
        "supply_side_percent": (total, largest, dmax, 0.0),
        "demand_side_percent": (total, largest, dmax, deff),
        "observed_peak_percent": (total, largest, table["peak_observed_gwh_per_day"], 0.0),
        "half_empty_percent": (weaker, largest, dmax, 0.0),
        "routes_lost_percent": (total, apart, dmax, 0.0),
        "routes_and_largest_lost_percent": (total, apart + table["largest_other_gwh_per_day"], dmax, 0.0),
    }
    for name, (capacity, lost, peak_day, taken_off) in variants.items():
        table[name] = n_minus_1_percent(capacity, lost, peak_day, taken_off)
    table["meets_standard"] = table["demand_side_percent"] >= STANDARD_PERCENT
    return table


def _market_based(data: GasData) -> pd.Series:
    """Demand that the first curtailment tier takes off on the coldest day, GWh/d."""
    first = data["curtailment_tiers"].sort_values("tier").iloc[0]
    cold = data["demand_daily"]
    cold = cold[cold["weather"] == data.storyline.weather.cold]
    sectors = [column for column in cold if str(column).endswith("_gwh")]
    cold = _by_country(cold, data)
    coldest = cold.loc[cold[sectors].sum(axis=1).groupby(cold["country"]).idxmax()].set_index("country")
    return coldest[f"{first['sector']}_gwh"] * float(first["share_of_sector"])


def supply_standard(
    data: GasData, day: date, routes: Collection[str] = (), fill_share: float = HALF_EMPTY
) -> pd.DataFrame:
    """The three cases of Article 6(1) for every country: gas within reach of protected customers over what they need.

    Protected are the tiers marked so in ``curtailment_tiers.csv``; stores stand at ``fill_share`` when the spell
    begins. Cover far above 100 % is the rule, because transit capacity counts: what is told is that pipes are not the
    limit.

    Returns
    -------
    DataFrame
        country, case, days, protected_gwh, cover_percent, without_routes_percent, meets_standard.
    """
    table = capacities(data, day, routes)
    flow = table[["entries_gwh_per_day", "production_gwh_per_day", "lng_gwh_per_day"]].sum(axis=1)
    country = data["nodes"].set_index("node")["country"]
    stock = _summed(data["storage"].set_index("node")["working_gas_volume_gwh"], country)
    stock = stock.reindex(table.index).fillna(0.0) * fill_share
    rate = withdrawal_at(data, fill_share).reindex(table.index).fillna(0.0)
    apart = table["routes_gwh_per_day"]
    roles = data.storyline.weather
    cases = {
        "a: seven-day peak, 1 in 20": (roles.cold, 7, 0.0, 0.0),
        "b: 30 days of high demand, 1 in 20": (roles.cold, 30, 0.0, 0.0),
        "c: 30 days, largest infrastructure out, average winter": (
            roles.normal, 30, table["largest_gwh_per_day"], table["largest_other_gwh_per_day"],
        ),
    }  # fmt: skip
    parts = []
    for name, (weather, days, lost, other_lost) in cases.items():
        need = _protected(data, weather, days).reindex(table.index)
        part = pd.DataFrame({"case": name, "days": days, "protected_gwh": need}, index=table.index)
        left, without = flow - lost, flow - apart - other_lost
        part["cover_percent"] = supply_standard_percent(days, left, rate, stock, need)
        part["without_routes_percent"] = supply_standard_percent(days, without, rate, stock, need)
        parts.append(part.reset_index())
    result = pd.concat(parts, ignore_index=True)
    result["meets_standard"] = result["cover_percent"] >= STANDARD_PERCENT
    return result


def _by_country(daily: pd.DataFrame, data: GasData) -> pd.DataFrame:
    """Daily demand added up by country."""
    country = daily["node"].map(data["nodes"].set_index("node")["country"]).rename("country")
    sectors = [column for column in daily if str(column).endswith("_gwh")]
    return daily.groupby([country, daily["month"], daily["day"]], sort=False)[sectors].sum().reset_index()


def _protected(data: GasData, weather: str, days: int) -> pd.Series:
    """Highest need of protected customers over consecutive days of a year, GWh, by country."""
    tiers = data["curtailment_tiers"]
    shares = tiers[tiers["is_protected"]].groupby("sector")["share_of_sector"].sum()
    year = data["demand_daily"]
    year = _by_country(year[year["weather"] == weather], data).sort_values(["country", "month", "day"])
    need = sum(year[f"{sector}_gwh"] * share for sector, share in shares.items())
    worst = {}
    for node, values in need.groupby(year["country"]):
        around = np.concatenate([values.to_numpy(float), values.to_numpy(float)[: days - 1]])
        worst[node] = float(np.convolve(around, np.ones(days), mode="valid").max())
    return pd.Series(worst)
