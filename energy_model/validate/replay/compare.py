"""Modelled and observed side by side, by month: one tidy table of series.

A series has a group (``storage level``, ``LNG by country``, ...), a name, a unit and months. What is observed is read
from ``observed/`` as it stands: rows added there later are compared without any other change. A sum over a region is
one over the countries that reported that month, on both sides: who does not report removes nobody else.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from energy_model.data import regions
from energy_model.data.load import GasData
from energy_model.scenario.lookups import hub_prices
from energy_model.timeline import month_of
from energy_model.units import GWH_PER_TWH
from energy_model.validate.replay.era import Era
from energy_model.validate.replay.history import History
from energy_model.validate.replay.past import LEAST_REPORTED_SHARE, whole_months

LEVEL, INJECTION, WITHDRAWAL = "storage level", "injection", "withdrawal"
LNG, LNG_REGION = "LNG by country", "LNG"
PRICE, DEMAND = "price", "demand"
BORDERS = "net flow over borders"
OBSERVED_BORDERS = "observed_border_flows_monthly"
"""Table of observed flows over borders; a package need not have it."""
IMPORTS = "imports by origin"
OBSERVED_IMPORTS = "observed_imports_monthly"
"""Table of what a group of countries imported by origin; a package need not have it."""
OBSERVED_LNG = "observed_lng_sendout_monthly"
"""Table of what terminals sent out by country; a package need not have it."""
BY_SHIP = "LNG"
"""Origin of the table of imports for gas by ship, whoever sent it."""
CURTAILED, REDUCED = "curtailed", "reduced"
SUMMED = {LNG: LNG_REGION, LEVEL: LEVEL, INJECTION: INJECTION, WITHDRAWAL: WITHDRAWAL, DEMAND: DEMAND,
          CURTAILED: CURTAILED, REDUCED: REDUCED}  # fmt: skip
"""Groups of series by country that are summed over the region, with the group of the sum."""
TWH, EUR_PER_MWH = "TWh", "EUR/MWh"
ENDS = ("from_node", "to_node")
KEY = ["group", "series", "month"]
SMALL_TWH = 1e-6
"""Less is the solver's rounding."""
STALE = pd.Timedelta(days=2)
"""A filling may be read this many days before the day it stands for."""


def both(
    tables: Mapping[str, pd.DataFrame], data: GasData, months: list[pd.Timestamp], history: History
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Series of a run, and the same as they were in ``months`` and in the months of the run.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Result tables that carry ``month`` and ``days`` in place of the period.
    """
    run, seen = modelled(tables, data, history), observed(data, months, history)
    inside = members(data, history.region)
    return with_region(run, seen, "modelled", inside, history.region), with_region(
        seen, seen, "observed", inside, history.region
    )


def modelled(tables: Mapping[str, pd.DataFrame], data: GasData, history: History) -> pd.DataFrame:
    """Series of a run by country and entry; :func:`with_region` adds the region's."""
    demand = tables["demand"].assign(series=tables["demand"]["node"].astype(str))
    frames = [
        _energy(_by_entry(tables["flows"], data, history), "arrived_gwh"),
        _energy(tables["sendout"].assign(group=LNG, series=tables["sendout"]["node"].astype(str)), "energy_gwh"),
        *_modelled_storage(tables["storage"]),
        _modelled_imports(tables["flows"], members(data, history.region), history),
        _energy(_modelled_borders(tables["flows"], members(data, history.region)), "energy_gwh"),
        _modelled_price(tables["prices"], history.hub),
        _energy(demand.assign(group=DEMAND), "served_gwh"),
        _energy(demand.assign(group=CURTAILED), "curtailed_gwh"),
        _energy(demand.assign(group=REDUCED), "voluntary_gwh"),
    ]
    return _tidy(frames, "modelled")


def observed(data: GasData, months: list[pd.Timestamp], history: History) -> pd.DataFrame:
    """The same series as they were, for the months in which they were reported."""
    entries = whole_months(data["observed_border_entries_monthly"])
    entries = entries[entries["entry"].isin(history.entries)]
    entries = pd.concat([entries, *[_together(entries, *pair) for pair in history.summed.items()]], ignore_index=True)
    used = data["observed_demand_monthly"]
    frames = [
        _energy(entries.assign(group=entries["origin"].map(history.groups), series=entries["entry"]), "energy_gwh"),
        *_observed_lng(data),
        *_observed_imports(data, history),
        *_observed_storage(data, months),
        *_observed_borders(data, members(data, history.region)),
        _series(months, hub_prices(data).reindex(months).to_numpy(float), PRICE, history.hub, EUR_PER_MWH),
        _energy(used.assign(group=DEMAND, series=used["node"].astype(str)), "demand_gwh"),
    ]
    table = _tidy(frames, "observed")
    return table[table["month"].isin(months)].dropna(subset=["observed"]).reset_index(drop=True)


def with_region(table: pd.DataFrame, seen: pd.DataFrame, value: str, inside: set[str], region: str) -> pd.DataFrame:
    """Series of the region beside those of its countries.

    A sum counts the countries that reported in its month. Where none did, it is that of all, and nothing stands beside
    it. Nobody reports what was cut or saved: of these all are summed.
    """
    rows = table[table["group"].isin(SUMMED) & table["series"].isin(inside)]
    told = seen.loc[seen["group"].isin(SUMMED) & seen["series"].isin(inside), KEY].assign(is_told=True)
    rows = rows.merge(told, on=KEY, how="left")
    spoken = rows.groupby(["group", "month"])["is_told"].transform("count") > 0
    rows = rows[rows["is_told"].notna() | ~spoken]
    total = rows.groupby(["group", "month", "unit"], observed=True)[value].sum().reset_index()
    total = total.assign(group=total["group"].map(SUMMED), series=region)
    return pd.concat([table, total], ignore_index=True).sort_values(KEY, kind="stable").reset_index(drop=True)


def shown(run: pd.DataFrame, history: History) -> pd.DataFrame:
    """Series of a run that a reader sees: demand of the region alone, and cuts where there are any."""
    country = run["series"] != history.region
    silent = run["group"].isin([CURTAILED, REDUCED]) & country
    silent &= run.groupby(["group", "series"])["modelled"].transform("max") < SMALL_TWH
    return run[~silent & ~((run["group"] == DEMAND) & country)].reset_index(drop=True)


def nobody_cut(seen: pd.DataFrame, run: pd.DataFrame, era: Era) -> pd.DataFrame:
    """What was observed, and that nobody was cut: demand as observed is what was used, so all taken off is error."""
    groups = [CURTAILED, REDUCED] if era.demand == "observed" else [CURTAILED]
    rows = run.loc[run["group"].isin(groups), ["group", "series", "unit", "month"]].assign(observed=0.0)
    return pd.concat([seen, rows], ignore_index=True)


def side_by_side(run: pd.DataFrame, seen: pd.DataFrame) -> pd.DataFrame:
    """Modelled and observed in one row per series and month; a month that was not observed stays, without a number."""
    known = run.merge(seen[[*KEY, "observed"]], on=KEY, how="left", validate="one_to_one")
    return known.sort_values(KEY, kind="stable").reset_index(drop=True)


def members(data: GasData, region: str) -> set[str]:
    """Markets of a group of countries."""
    return set(regions.members(data, region))


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


def _modelled_borders(flows: pd.DataFrame, inside: set[str]) -> pd.DataFrame:
    """Net flow over each border between two members of the region: what arrives, by direction."""
    table = flows.assign(**{end: flows[end].astype(str) for end in ("from_node", "to_node")})
    return _net(
        table[["from_node", "to_node", "month", "arrived_gwh"]].set_axis([*ENDS, "month", "energy_gwh"], axis=1), inside
    )


def _observed_lng(data: GasData) -> list[pd.DataFrame]:
    if OBSERVED_LNG not in data.tables:
        return []
    landed = whole_months(data[OBSERVED_LNG])
    return [_energy(landed.assign(group=LNG, series=landed["node"]), "energy_gwh")]


def _observed_imports(data: GasData, history: History) -> list[pd.DataFrame]:
    """What the region imported by origin, of the origins that the history compares; its LNG as that of the region."""
    if OBSERVED_IMPORTS not in data.tables:
        return []
    table = data[OBSERVED_IMPORTS]
    table = table[(table["importer"] == history.region) & (table["basis"] == "measured")]
    piped = table[table["origin"].isin(history.imports)]
    frames = [_energy(piped.assign(group=IMPORTS, series=piped["origin"].astype(str)), "energy_gwh")]
    if OBSERVED_LNG not in data.tables:
        shipped = table[table["origin"] == BY_SHIP]
        frames.append(_energy(shipped.assign(group=LNG_REGION, series=history.region), "energy_gwh"))
    return frames


def _modelled_imports(flows: pd.DataFrame, inside: set[str], history: History) -> pd.DataFrame:
    """Net flow into the region from the nodes of each origin that the history compares, TWh."""
    source, target = flows["from_node"].astype(str), flows["to_node"].astype(str)
    frames = []
    for origin, nodes in history.imports.items():
        there = flows[source.isin(nodes) & target.isin(inside)]
        back = flows[source.isin(inside) & target.isin(nodes)]
        both = pd.concat([there, back.assign(arrived_gwh=-back["arrived_gwh"])])
        frames.append(both.assign(group=IMPORTS, series=origin))
    return _energy(pd.concat(frames), "arrived_gwh") if frames else pd.DataFrame()


def _observed_borders(data: GasData, inside: set[str]) -> list[pd.DataFrame]:
    if OBSERVED_BORDERS not in data.tables:
        return []
    return [_energy(_net(data[OBSERVED_BORDERS][[*ENDS, "month", "energy_gwh"]], inside), "energy_gwh")]


def _net(flows: pd.DataFrame, inside: set[str]) -> pd.DataFrame:
    """Flows between members of a region under one name for each border, negative against it."""
    flows = flows[flows["from_node"].isin(inside) & flows["to_node"].isin(inside)]
    there = flows["from_node"] < flows["to_node"]
    first, last = (flows[a].where(there, flows[b]) for a, b in (ENDS, ENDS[::-1]))
    return pd.DataFrame(
        {
            "group": BORDERS,
            "series": first + ">" + last,
            "month": flows["month"],
            "energy_gwh": flows["energy_gwh"].where(there, -flows["energy_gwh"]),
        }
    )


def _energy(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """Monthly sums of an energy, TWh."""
    total = table.groupby(KEY, observed=True)[column].sum(min_count=1).div(GWH_PER_TWH)
    return total.rename("value").reset_index().assign(unit=TWH)


def _modelled_storage(storage: pd.DataFrame) -> list[pd.DataFrame]:
    """Level at the end of each month, injection and withdrawal in it, by country."""
    storage = storage.assign(series=storage["node"].astype(str))
    ends = storage.drop_duplicates(["storage", "month"], keep="last")
    out = [_energy(ends.assign(group=LEVEL), "level_gwh")]
    for group, column in ((INJECTION, "injection_gwh_per_day"), (WITHDRAWAL, "withdrawal_gwh_per_day")):
        out.append(_energy(storage.assign(group=group, moved=storage[column] * storage["days"]), "moved"))
    return out


def _observed_storage(data: GasData, months: list[pd.Timestamp]) -> list[pd.DataFrame]:
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
    moved = monthly_movement(table)
    frames = [(LEVEL, "gas_in_storage_gwh", pd.concat(levels))]
    frames += [(INJECTION, "injection_gwh_per_day", moved), (WITHDRAWAL, "withdrawal_gwh_per_day", moved)]
    return [_energy(part[part["month"].isin(months)].assign(group=group), column) for group, column, part in frames]


def monthly_movement(table: pd.DataFrame) -> pd.DataFrame:
    """Injection and withdrawal of a month at the mean of its reported days; too few of them are no observation."""
    columns = ["injection_gwh_per_day", "withdrawal_gwh_per_day"]
    month = month_of(table["date"]).rename("month")
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


def _series(months: list[pd.Timestamp], values: np.ndarray, group: str, series: str, unit: str) -> pd.DataFrame:
    return pd.DataFrame({"group": group, "series": series, "month": months, "value": values, "unit": unit})


def _tidy(frames: list[pd.DataFrame], name: str) -> pd.DataFrame:
    table = pd.concat([frame for frame in frames if len(frame)], ignore_index=True)
    table = table.assign(month=pd.to_datetime(table["month"]), group=table["group"].astype(str))
    table = table.assign(series=table["series"].astype(str)).rename(columns={"value": name})
    return table[["group", "series", "unit", "month", name]].sort_values(KEY, kind="stable").reset_index(drop=True)
