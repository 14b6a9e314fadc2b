"""Modelled and observed side by side, by month: one tidy table of series.

A series has a group (``storage level``, ``LNG by country``, ...), a name, a unit and months. What is observed is read
from ``observed/`` as it stands: rows added there later are compared without any other change.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from energy_model.data import regions
from energy_model.data.load import GasData
from energy_model.units import GWH_PER_TWH
from energy_model.validate.replay.history import History
from energy_model.validate.replay.past import LEAST_REPORTED_SHARE, hub_prices, whole_months

LEVEL, INJECTION, WITHDRAWAL = "storage level", "injection", "withdrawal"
LNG, LNG_REGION = "LNG by country", "LNG"
PRICE, DEMAND = "price", "demand"
TWH, EUR_PER_MWH = "TWh", "EUR/MWh"
KEY = ["group", "series", "month"]
STALE = pd.Timedelta(days=2)
"""A filling may be read this many days before the day it stands for."""


def modelled(tables: Mapping[str, pd.DataFrame], data: GasData, history: History) -> pd.DataFrame:
    """Series of a run whose tables carry ``month`` and ``days`` in place of the period."""
    inside, region = members(data, history.region), history.region
    frames = [
        _energy(_by_entry(tables["flows"], data, history), "arrived_gwh"),
        _energy(tables["sendout"].assign(group=LNG, series=tables["sendout"]["node"].astype(str)), "energy_gwh"),
        _energy(_of(tables["sendout"], inside).assign(group=LNG_REGION, series=region), "energy_gwh"),
        *_modelled_storage(tables["storage"], inside, region),
        _modelled_price(tables["prices"], history.hub),
        _energy(_of(tables["demand"], inside).assign(group=DEMAND, series=region), "served_gwh"),
    ]
    return _tidy(frames, "modelled")


def observed(data: GasData, months: list[pd.Timestamp], history: History) -> pd.DataFrame:
    """The same series as they were, for the months in which they were reported."""
    inside, region = members(data, history.region), history.region
    entries = whole_months(data["observed_border_entries_monthly"])
    entries = entries[entries["entry"].isin(history.entries)]
    entries = pd.concat([entries, *[_together(entries, *pair) for pair in history.summed.items()]], ignore_index=True)
    landed = whole_months(data["observed_lng_sendout_monthly"])
    frames = [
        _energy(entries.assign(group=entries["origin"].map(history.groups), series=entries["entry"]), "energy_gwh"),
        _energy(landed.assign(group=LNG, series=landed["node"]), "energy_gwh"),
        _energy(_of(landed, inside).assign(group=LNG_REGION, series=region), "energy_gwh"),
        *_observed_storage(data, inside, region, months),
        _series(months, hub_prices(data, history).reindex(months).to_numpy(float), PRICE, history.hub, EUR_PER_MWH),
        _series(months, _whole_demand(data, inside, months) / GWH_PER_TWH, DEMAND, region, TWH),
    ]
    table = _tidy(frames, "observed")
    return table[table["month"].isin(months)].dropna(subset=["observed"]).reset_index(drop=True)


def side_by_side(run: pd.DataFrame, seen: pd.DataFrame) -> pd.DataFrame:
    """Modelled and observed in one row per series and month; a month that was not observed stays, without a number."""
    known = run.merge(seen[[*KEY, "observed"]], on=KEY, how="left", validate="one_to_one")
    return known.sort_values(KEY, kind="stable").reset_index(drop=True)


def members(data: GasData, region: str) -> set[str]:
    """Markets of a group of countries."""
    return set(regions.members(data, region))


def _of(table: pd.DataFrame, nodes: set[str]) -> pd.DataFrame:
    return table[table["node"].isin(nodes)]


def _by_entry(flows: pd.DataFrame, data: GasData, history: History) -> pd.DataFrame:
    """Flows with the entry points they stand for; the sum of both ends of a landing as an entry of its own."""
    origin = data["observed_border_entries_monthly"].drop_duplicates("entry").set_index("entry")["origin"]
    behind = [(entry, pipeline) for entry, pipelines in history.entries.items() for pipeline in pipelines]
    for name, parts in history.summed.items():
        behind += [(name, pipeline) for entry in parts for pipeline in history.entries[entry]]
    places = pd.DataFrame(behind, columns=["series", "pipeline"])
    home = {**origin.to_dict(), **{name: origin[parts[0]] for name, parts in history.summed.items()}}
    places["group"] = places["series"].map(home).map(history.groups)
    flows = flows.assign(pipeline=flows["pipeline"].astype(str))
    return flows.merge(places, on="pipeline", how="inner", validate="many_to_many")


def _together(entries: pd.DataFrame, name: str, parts: tuple[str, ...]) -> pd.DataFrame:
    """Entries that are one landing, in the months in which all of them were reported."""
    mine = entries[entries["entry"].isin(parts)]
    return mine[mine.groupby("month")["entry"].transform("nunique") == len(parts)].assign(entry=name)


def _energy(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """Monthly sums of an energy, TWh."""
    total = table.groupby(KEY, observed=True)[column].sum(min_count=1).div(GWH_PER_TWH)
    return total.rename("value").reset_index().assign(unit=TWH)


def _modelled_storage(storage: pd.DataFrame, inside: set[str], region: str) -> list[pd.DataFrame]:
    """Level at the end of each month, injection and withdrawal in it, by country and for the region."""
    storage = storage.assign(series=storage["node"].astype(str))
    both = pd.concat([storage, storage[storage["series"].isin(inside)].assign(series=region)])
    ends = both.drop_duplicates(["storage", "series", "month"], keep="last")
    out = [_energy(ends.assign(group=LEVEL), "level_gwh")]
    for group, column in ((INJECTION, "injection_gwh_per_day"), (WITHDRAWAL, "withdrawal_gwh_per_day")):
        moved = both.assign(group=group, moved=both[column] * both["days"])
        out.append(_energy(moved, "moved"))
    return out


def _observed_storage(data: GasData, members: set[str], region: str, months: list[pd.Timestamp]) -> list[pd.DataFrame]:
    """Level on the morning after the month's last day (or up to two days before), injection and withdrawal in it."""
    table = data["observed_storage_daily"]
    table = table[table["quality_flag"].isna()].sort_values("date")
    mornings = pd.DataFrame({"date": [m + pd.DateOffset(months=1) for m in months], "month": months})
    levels = []
    for node, mine in table.groupby("node", observed=True):
        near = pd.merge_asof(
            mornings.astype({"date": mine["date"].dtype}),
            mine[["date", "gas_in_storage_gwh"]],
            on="date",
            tolerance=STALE,
        )
        levels.append(near.dropna().assign(series=node))
    moved = _monthly_movement(table)
    frames = [(LEVEL, "gas_in_storage_gwh", pd.concat(levels))]
    frames += [(INJECTION, "injection_gwh_per_day", moved), (WITHDRAWAL, "withdrawal_gwh_per_day", moved)]
    out = []
    for group, column, part in frames:
        part = part[part["month"].isin(months)]
        inside = part[part["series"].isin(members)]
        whole = inside.groupby("month")["series"].nunique()
        inside = inside[inside["month"].isin(whole[whole == whole.max()].index)] if len(whole) else inside
        out += [_energy(part.assign(group=group), column), _energy(inside.assign(group=group, series=region), column)]
    return out


def _monthly_movement(table: pd.DataFrame) -> pd.DataFrame:
    """Injection and withdrawal of a month at the mean of its reported days; too few of them are no observation."""
    columns = ["injection_gwh_per_day", "withdrawal_gwh_per_day"]
    month = table["date"].dt.to_period("M").dt.to_timestamp().rename("month")
    by = table.groupby(["node", month], observed=True)
    moved = by[columns].mean().assign(seen=by.size()).reset_index()
    length = moved["month"].dt.days_in_month
    moved[columns] = moved[columns].mul(length, axis=0)
    return moved[moved["seen"] >= LEAST_REPORTED_SHARE * length].assign(series=lambda t: t["node"])


def _modelled_price(prices: pd.DataFrame, hub: str) -> pd.DataFrame:
    mine = prices[prices["node"] == hub]
    weighted = (mine["price_eur_per_mwh"] * mine["days"]).groupby(mine["month"]).sum()
    price = weighted / mine.groupby("month")["days"].sum()
    return _series(list(price.index), price.to_numpy(float), PRICE, hub, EUR_PER_MWH)


def _whole_demand(data: GasData, inside: set[str], months: list[pd.Timestamp]) -> np.ndarray:
    """Demand of the region in GWh in months that every reporting member reported."""
    table = data["observed_demand_monthly"]
    wide = _of(table, inside).pivot_table(index="month", columns="node", values="demand_gwh", observed=True)
    return np.asarray(wide.dropna().sum(axis=1).reindex(pd.DatetimeIndex(months)).to_numpy(float))


def _series(months: list[pd.Timestamp], values: np.ndarray, group: str, series: str, unit: str) -> pd.DataFrame:
    return pd.DataFrame({"group": group, "series": series, "month": months, "value": values, "unit": unit})


def _tidy(frames: list[pd.DataFrame], name: str) -> pd.DataFrame:
    table = pd.concat([frame for frame in frames if len(frame)], ignore_index=True)
    table = table.assign(month=pd.to_datetime(table["month"]), group=table["group"].astype(str))
    table = table.assign(series=table["series"].astype(str)).rename(columns={"value": name})
    return table[["group", "series", "unit", "month", name]].sort_values(KEY, kind="stable").reset_index(drop=True)
