"""What others expected from a day, beside what this model says from the day of its package, and what came.

The table ``outlooks.csv`` has what was said, and the scenario of the library that comes nearest. What came is computed
from the observations known on the day of the package, so that no row is filled in by hand. What came under another
condition than the outlook assumed judges neither: the note of the row says so.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from energy_model.data.load import GasData
from energy_model.errors import DataError, closest
from energy_model.results.run import Results, run
from energy_model.scenario import library, load_scenario
from energy_model.scenario.load import with_changes

TABLE = "outlooks"
OBSERVED = "observed_storage_daily"
FILLING = "filling"
"""Quantity of which this model has a figure: gas in store over working gas."""


@dataclass(frozen=True)
class Scorecard:
    """Outlooks beside this model and what came.

    Attributes
    ----------
    table : DataFrame
        A row per outlook: its columns in ``outlooks.csv``, ``ours`` (share, missing where no scenario comes near),
        and ``came`` (share, missing where it is not known on the day of the package).
    as_of : Timestamp
        Day of the package.
    """

    table: pd.DataFrame
    as_of: pd.Timestamp


def scorecard(data: GasData, resolution: str = "month") -> Scorecard:
    """Hold each outlook of the package against the scenario that it names and against the observations.

    Parameters
    ----------
    data : GasData
        All vintages, or that of the package's day.
    resolution : {"day", "week", "month"}
        Periods of the runs.

    Raises
    ------
    DataError
        If the package has no outlooks, or rows name scenarios that the library does not hold.
    """
    known = data.at(data.storyline.as_of)
    if TABLE not in known.tables or known[TABLE].empty:
        raise DataError(f"{TABLE}.csv", ["the package has no outlooks; add the table, or take another package"])
    table = known[TABLE].sort_values(["said_on", "outlook"], ignore_index=True)
    names = list(table["scenario"].dropna().unique())
    held = set(library(data.root))
    problems = [f"scenario '{name}': not in the library; {closest(name, held)}" for name in names if name not in held]
    if problems:
        raise DataError(f"{TABLE}.csv", problems)
    runs = {
        name: run(with_changes(load_scenario(name, data.root, data), resolution=resolution), data) for name in names
    }
    ours = [_ours(row, runs, known) for row in table.to_dict("records")]
    came = [_came(row, known) for row in table.to_dict("records")]
    return Scorecard(table.assign(ours=ours, came=came), pd.Timestamp(data.storyline.as_of))


def _ours(row: dict[str, object], runs: dict[str, Results], known: GasData) -> float:
    """Filling of the region at the end of the day in the run, if a period ends with it."""
    if row["quantity"] != FILLING or row["scenario"] not in runs:
        return float("nan")
    results = runs[str(row["scenario"])]
    periods = results["periods"]
    ends = periods.loc[pd.to_datetime(periods["end"]) == row["date"], "period"]
    if ends.empty:
        return float("nan")
    table = results["storage"]
    table = table[(table["period"] == ends.iloc[0]) & table["node"].isin(_members(row, known))]
    return float(table["level_gwh"].sum() / _working_gas(known, set(table["node"])))


def _came(row: dict[str, object], known: GasData) -> float:
    """Filling of the region observed at the end of the day, if every store of the region reports it."""
    if row["quantity"] != FILLING or OBSERVED not in known.tables:
        return float("nan")
    table, stores = known[OBSERVED], set(known["storage"]["node"]) & _members(row, known)
    seen = table[(table["date"] == row["date"]) & table["node"].isin(stores)]
    if set(seen["node"]) != stores:
        return float("nan")
    return float(seen["gas_in_storage_gwh"].sum() / _working_gas(known, stores))


def _members(row: dict[str, object], known: GasData) -> set[str]:
    groups = known["groups"]
    return set(groups.loc[groups["group"] == row["region"], "node"])


def _working_gas(known: GasData, nodes: set[str]) -> float:
    table = known["storage"]
    return float(table.loc[table["node"].isin(nodes), "working_gas_volume_gwh"].sum())
