"""Files of ENTSOG: flows by point and gas day of the Transparency Platform, and the System Capacity Map."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from energy_model.errors import DataError
from energy_model.imports.figures import (
    Figures,
    Options,
    days,
    file_format,
    find_columns,
    listed,
    numbers,
    once,
    plain,
    written,
)
from energy_model.imports.months import by_month
from energy_model.imports.sheets import cells_of, table_below

_TERMS = {"publisher": "ENTSOG", "licence": "ENTSOG terms, cite", "redistribution": "shipped"}
FLOW, DAILY = "physicalflow", "day"
_DOUBTFUL = 3.0
"""A capacity so many times larger or smaller than before is another line's, unless its name says otherwise."""
GWH_PER = {"kwh": 1e-6, "mwh": 1e-3, "gwh": 1.0, "kwhd": 1e-6, "mwhd": 1e-3, "gwhd": 1.0}
"""Gigawatt hours in the unit of a row."""
_FLOWS = {
    "the indicator": ("indicator",),
    "the period": ("periodFrom", "gas day"),
    "its length": ("periodType",),
    "the operator": ("operatorKey",),
    "the point": ("pointLabel", "point"),
    "the direction": ("directionKey", "direction"),
    "the unit": ("unit",),
    "the flow": ("value",),
    "status": ("flowStatus",),
}
_CAPACITIES = {
    "where it begins": ("From CC", "from_cc"),
    "where it ends": ("To CC", "to_cc"),
    "the point": ("Point", "Location", "Name", "point"),
    "the capacity": ("Technical physical capacity (GWh/d)", "capacity_gwh_d"),
}


@file_format(
    "entsog-flows",
    "ENTSOG Transparency Platform: physical flows by point and gas day (CSV or XLSX)",
    {
        "source_id": "entsog_tp",
        "title": "Transparency Platform, physical flows",
        "url": "https://transparency.entsog.eu",
        **_TERMS,
    },
)
def flows(file: Path, options: Options) -> list[Figures]:
    """Flows at the points of ``import_names.csv``, summed over operators and by month: entries and terminals.

    Raises
    ------
    DataError
        If no row is about a point that the table of names has.
    """
    table, notes = cells_of(file), list[str]()
    at = find_columns(file, table.columns, _FLOWS, ("the indicator", "its length", "the operator", "status"))
    table = _of_daily_flows(table, at, file, notes)
    names = options.names("entsog-flows")
    label = table[at["the point"]].map(plain)
    side = table[at["the direction"]].astype(str).str.casefold()
    node = options.codes(table[at["the operator"]].astype(str).str.slice(0, 2).unique()) if "the operator" in at else {}
    reports = table[at["the operator"]].astype(str).str.slice(0, 2).map(node) if node else None
    energy = numbers(table[at["the flow"]], file, at["the flow"]) * table[at["the unit"]].map(plain).map(GWH_PER)
    day = days(table[at["the period"]], file, at["the period"])
    parts: dict[str, list[pd.DataFrame]] = {}
    used = pd.Series(False, index=table.index)
    for row in names.itertuples():
        mine = label.str.contains(plain(row.name), regex=False) & (side == row.direction)
        if reports is not None:
            mine &= reports.isna() | (reports == row.node)
        used |= mine
        found = pd.DataFrame({"date": day[mine], "name": row.key, "node": row.node, "energy_gwh": energy[mine]})
        parts.setdefault(row.table, []).append(found.assign(origin=row.origin, point=label[mine], of=table.index[mine]))
    if not used.all():
        notes.append(
            f"{int((~used).sum())} rows left out, of points that the package does not name: "
            f"{listed(table.loc[~used, at['the point']])}"
        )
    if not used.any():
        raise DataError(file.name, ["no row is about a point that import_names.csv names; add its points there"])
    return [_summed(name, pd.concat(found), notes, options) for name, found in parts.items() if sum(map(len, found))]


def _of_daily_flows(table: pd.DataFrame, at: dict[str, str], file: Path, notes: list[str]) -> pd.DataFrame:
    """Rows of physical flow by gas day in a unit of energy.

    Raises
    ------
    DataError
        If nothing is left, or a unit is not one of energy.
    """
    keep = pd.Series(True, index=table.index)
    for meaning, wanted, words in (
        ("the indicator", FLOW, "of another indicator"),
        ("its length", DAILY, "by the hour"),
    ):
        if meaning in at:
            other = table[at[meaning]].map(plain) != wanted
            if (other & keep).any():
                notes.append(f"{int((other & keep).sum())} rows {words} left out")
            keep &= ~other
    if not keep.any():
        raise DataError(file.name, ["no row of physical flow by gas day; download that indicator with periodType=day"])
    odd = sorted(set(table.loc[keep, at["the unit"]].map(plain)) - set(GWH_PER))
    if odd:
        raise DataError(file.name, [f"unit '{unit}': not a unit of energy; download flows in kWh/d" for unit in odd])
    return table[keep].reset_index(drop=True)


def _summed(table: str, rows: pd.DataFrame, notes: list[str], options: Options) -> Figures:
    twice = rows.duplicated(["date", "name", "point", "of"])
    rows = rows[~twice & rows["energy_gwh"].notna()]
    name = "terminal" if "lng" in table else "entry"
    daily = rows.groupby(["date", "name", "origin", "node"], as_index=False)["energy_gwh"].sum()
    keys = [name, "node"] if name == "terminal" else [name, "origin", "node"]
    return by_month(table, daily.rename(columns={"name": name}), keys, notes, options)


@file_format(
    "entsog-capacity",
    "ENTSOG and GIE System Capacity Map: capacities at borders (XLSX)",
    {
        "source_id": "entsog_capmap",
        "title": "System Capacity Map",
        "url": "https://www.entsog.eu/maps",
        **_TERMS,
        "publisher": "ENTSOG and GIE",
    },
)
def capacity(file: Path, options: Options) -> list[Figures]:
    """Capacity of the pipelines that the map names: a new row from its day on, all else as the row before has it.

    A border with one pipeline and one row needs no name, unless the figures are far apart. Where names decide, a
    pipeline's name must stand in the point's, or the other way round.

    Raises
    ------
    DataError
        If the day of the map is not given, or no point of it stands for a pipeline.
    """
    if options.as_of is None:
        raise DataError(file.name, ["does not say of which day it is; give the day of the map: --as-of 2026-05-01"])
    sheet = table_below(file, ("From CC", "To CC"))
    at = find_columns(file, sheet.columns, _CAPACITIES, ("the point",))
    notes: list[str] = []
    value = numbers(sheet[at["the capacity"]], file, at["the capacity"])
    codes = options.codes({*sheet[at["where it begins"]].astype(str), *sheet[at["where it ends"]].astype(str)})
    ends = [sheet[at[side]].astype(str).map(codes) for side in ("where it begins", "where it ends")]
    given = pd.DataFrame({"from": ends[0], "to": ends[1], "value": value})
    given["point"] = sheet[at["the point"]].map(plain) if "the point" in at else ""
    unknown = given[["from", "to"]].isna().any(axis=1)
    if unknown.any():
        notes.append(f"{int(unknown.sum())} rows left out: an end that is no node of the package")
    given = given[~unknown & given["value"].notna()]
    held = _newest(written(options.package, "pipelines"))
    found, unmatched = [], []
    for (start, end), mine in given.groupby(["from", "to"]):
        own = held[(held["from_node"] == start) & (held["to_node"] == end) & (held["status"] == "operating")]
        pairs, lost = _pairs(mine, own)
        found += pairs
        unmatched += [f"{start}>{end} {point}".strip() for point in lost]
    if unmatched:
        notes.append(
            f"{len(unmatched)} rows belong to no single pipeline of the package and were left out: {listed(unmatched)}"
        )
    if not found:
        raise DataError(
            file.name, ["no row belongs to a pipeline of the package; see the notes on how rows are matched"]
        )
    rows = once(pd.DataFrame(found), ["pipeline"], file, notes)
    rows["available_from"] = options.as_of.isoformat()
    return [Figures("pipelines", rows, pd.Series(pd.Timestamp(options.as_of), index=rows.index), notes)]


def _newest(table: pd.DataFrame) -> pd.DataFrame:
    return table.sort_values("as_of").drop_duplicates("pipeline", keep="last")


def _pairs(given: pd.DataFrame, own: pd.DataFrame) -> tuple[list[dict[str, str]], list[str]]:
    """Rows of the map with the pipeline each belongs to, and points without one."""
    pairs, lost = [], []
    for row in given.itertuples():
        names = own["name"].map(plain)
        hit = own[[bool(row.point) and (row.point in name or name in row.point) for name in names]]
        if len(own) == len(given) == 1:
            before = float(own["capacity_gwh_per_day"].iloc[0])
            hit = own if before / _DOUBTFUL <= float(row.value) <= before * _DOUBTFUL else own.iloc[:0]
        if len(hit) == 1:
            pairs.append(_renewed(hit.iloc[0].to_dict(), float(row.value)))
        else:
            lost.append(str(row.point))
    return pairs, lost


def _renewed(row: dict[str, str], value: float) -> dict[str, str]:
    low, high = (float(row[key] or value) for key in ("low_gwh_per_day", "high_gwh_per_day"))
    return row | {
        "capacity_gwh_per_day": f"{value:g}",
        "low_gwh_per_day": f"{min(low, value):g}",
        "high_gwh_per_day": f"{max(high, value):g}",
        "capacity_basis": "firm technical",
        "basis": "official",
        "note": "capacity as the map of this day has it; low and high widened where they did not hold it",
    }
