"""Files of Gas Infrastructure Europe: levels in storage (AGSI) and send-out of terminals (ALSI), CSV or JSON."""

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
    tell_gaps,
)
from energy_model.imports.months import by_month
from energy_model.imports.records import records
from energy_model.units import GWH_PER_TWH

_TERMS = {"publisher": "Gas Infrastructure Europe", "licence": "GIE terms, cite", "redistribution": "shipped"}
_DAY = ("gasDayStart", "Gas Day Start", "gasDay", "date")
_PLACE = ("code", "countryCode", "country", "name", "Name")
_STATUS = ("status", "Status")
_AGSI = {
    "the gas day": _DAY,
    "the country": _PLACE,
    "gas in storage": ("gasInStorage", "Gas in storage (TWh)"),
    "injection": ("injection", "Injection (GWh/d)"),
    "withdrawal": ("withdrawal", "Withdrawal (GWh/d)"),
    "working gas": ("workingGasVolume", "Working (gas) volume (TWh)", "Technical capacity (TWh)"),
    "status": _STATUS,
}
_ALSI = {
    "the gas day": _DAY,
    "the country": _PLACE,
    "the terminal": ("facilityName", "facility", "terminal", "name", "Name"),
    "send-out": ("sendOut", "Send-out (GWh/d)"),
    "status": _STATUS,
}
NO_FIGURE, ESTIMATED = ("N", "U"), "E"
"""States of a row: no data or unavailable, and an estimate; the others are confirmed."""
_ROUNDING = 1.02
"""More in store than the working gas by more than this share is a matter of units."""


def _placed(table: pd.DataFrame, head: str | None, options: Options, notes: list[str], file: Path) -> pd.DataFrame:
    """Rows of places that the package has, with their node."""
    if options.country:
        words = pd.Series(options.country, index=table.index)
    elif head is None:
        raise DataError(file.name, ["says of no country which it is about; name it: --country DE"])
    else:
        words = table[head].astype(str)
    codes = options.codes(words.unique())
    node = words.map(codes)
    unknown = words[node.isna()]
    if len(unknown):
        notes.append(f"{len(unknown)} rows of {listed(unknown)} left out: no market of the package (or a total)")
    if node.isna().all():
        raise DataError(file.name, [f"no row is about a market of the package; it speaks of {listed(words)}"])
    return table[node.notna()].assign(node=node[node.notna()])


def _with_status(table: pd.DataFrame, head: str | None, notes: list[str]) -> pd.DataFrame:
    """Rows that hold a figure, with a flag where it is an estimate."""
    if head is None:
        return table.assign(flag="")
    state = table[head].astype("string").str.strip().str.upper().str.slice(0, 1).fillna("")
    none = state.isin(NO_FIGURE)
    if none.any():
        notes.append(f"{int(none.sum())} rows without data by their status left out")
    estimated = (state == ESTIMATED)[~none]
    if estimated.any():
        notes.append(f"{int(estimated.sum())} rows are estimates by their status and say so")
    return table[~none].assign(flag=estimated.map({True: "estimated", False: ""}))


@file_format(
    "agsi",
    "AGSI: gas in storage by country and gas day (CSV or JSON)",
    {
        "source_id": "gie_agsi",
        "title": "Aggregated Gas Storage Inventory (AGSI)",
        "url": "https://agsi.gie.eu",
        **_TERMS,
    },
)
def agsi(file: Path, options: Options) -> list[Figures]:
    """Levels, injection and withdrawal by country; the level is that at the end of the gas day."""
    table, notes = records(file), list[str]()
    optional = ("the country", "injection", "withdrawal", "working gas", "status")
    at = find_columns(file, table.columns, _AGSI, optional)
    table = _with_status(_placed(table, at.get("the country"), options, notes, file), at.get("status"), notes)
    rows = pd.DataFrame({"date": days(table[at["the gas day"]], file, at["the gas day"]), "node": table["node"]})
    rows["gas_in_storage_gwh"] = GWH_PER_TWH * numbers(table[at["gas in storage"]], file, at["gas in storage"])
    for name in ("injection", "withdrawal"):
        rows[f"{name}_gwh_per_day"] = numbers(table[at[name]], file, at[name]) if name in at else float("nan")
    rows["quality_flag"] = table["flag"]
    if "working gas" in at:
        _refuse_other_units(rows, GWH_PER_TWH * numbers(table[at["working gas"]], file, at["working gas"]), file)
    empty = rows["gas_in_storage_gwh"].isna()
    if empty.any():
        notes.append(f"{int(empty.sum())} rows without a level left out")
    rows = once(rows[~empty], ["date", "node"], file, notes)
    tell_gaps(rows, "node", notes)
    return [Figures("observed_storage_daily", rows, rows["date"], notes)]


def _refuse_other_units(rows: pd.DataFrame, working: pd.Series, file: Path) -> None:
    over = rows[(working > 0.0) & (rows["gas_in_storage_gwh"] > _ROUNDING * working)]
    if len(over):
        first = over.iloc[0]
        raise DataError(
            file.name,
            [f"{first['node']}, {first['date'].date()}: more in store than the working gas volume; both are in TWh"],
        )


@file_format(
    "alsi",
    "ALSI: send-out of LNG terminals by gas day (CSV or JSON)",
    {
        "source_id": "gie_alsi",
        "title": "Aggregated LNG Storage Inventory (ALSI)",
        "url": "https://alsi.gie.eu",
        **_TERMS,
    },
)
def alsi(file: Path, options: Options) -> list[Figures]:
    """Send-out by terminal and month; a country's total is taken where the package has none of its terminals then."""
    table, notes = records(file), list[str]()
    at = find_columns(file, table.columns, _ALSI, ("the country", "the terminal", "status"))
    table = _with_status(_placed(table, at.get("the country"), options, notes, file), at.get("status"), notes)
    names = options.names("alsi")
    known = {plain(name): key for name, key in zip(names["name"], names["key"], strict=True)}
    words = table[at["the terminal"]].map(plain) if "the terminal" in at else pd.Series("", index=table.index)
    rows = pd.DataFrame({"date": days(table[at["the gas day"]], file, at["the gas day"]), "node": table["node"]})
    rows["terminal"] = words.map(known).fillna("all_of_" + rows["node"].str.lower())
    rows["energy_gwh"] = numbers(table[at["send-out"]], file, at["send-out"])
    rows = once(rows[rows["energy_gwh"].notna()], ["date", "terminal"], file, notes)
    tell_gaps(rows, "terminal", notes)
    return [by_month("observed_lng_sendout_monthly", rows, ["terminal", "node"], notes, options)]
