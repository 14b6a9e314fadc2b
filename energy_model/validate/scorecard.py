"""What others expected from a day, beside what this model says from the day of its package, and what came.

The table ``outlooks.csv`` has what was said, and the scenario of the library that comes nearest. What came is computed
from the observations of the package, so that no row is filled in by hand; they may reach beyond its day, as may what
was said, while a run knows the day alone. What came under another condition than the outlook assumed judges neither:
the note of the row says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from energy_model.data.load import GasData
from energy_model.errors import DataError, closest
from energy_model.results.run import Results, run
from energy_model.scenario import library, load_scenario
from energy_model.scenario.load import with_changes

TABLE = "outlooks"
OBSERVED = "observed_storage_daily"
FILLING, SAVING = "filling", "saving"
"""Gas in store over working gas; share of the demand of a winter that has to be saved."""
WINTER_BEGINS = 10
"""Month that begins a winter of gas, whose demand the saving is a share of."""
NIGHT = pd.Timedelta(days=1)


@dataclass(frozen=True)
class Scorecard:
    """Outlooks beside this model and what came.

    Attributes
    ----------
    table : DataFrame
        A row per outlook: its columns in ``outlooks.csv``, ``ours`` (share, missing where no scenario comes near or
        its horizon ends before), and ``came`` (share, missing where no observation reaches).
    as_of : Timestamp
        Day of the package.
    """

    table: pd.DataFrame
    as_of: pd.Timestamp


def scorecard(data: GasData, resolution: str = "month", runs: Mapping[str, Results] | None = None) -> Scorecard:
    """Hold each outlook of the package against the scenario that it names and against the observations.

    Parameters
    ----------
    data : GasData
        All vintages; of a single day, only what was said and observed by then.
    resolution : {"day", "week", "month"}
        Periods of the runs.
    runs : mapping of str to Results, optional
        Runs at hand, by scenario: nothing is solved then, and a scenario that is not among them stays blank.

    Raises
    ------
    DataError
        If the package has no outlooks, or rows name scenarios that the library does not hold.
    """
    if not has_outlooks(data):
        raise DataError(f"{TABLE}.csv", ["the package has no outlooks; add the table, or take another package"])
    table = data[TABLE].sort_values(["said_on", "outlook"], ignore_index=True)
    names = list(table["scenario"].dropna().unique())
    held = set(library(data.root))
    problems = [f"scenario '{name}': not in the library; {closest(name, held)}" for name in names if name not in held]
    if problems:
        raise DataError(f"{TABLE}.csv", problems)
    if runs is None:
        runs = {
            name: run(with_changes(load_scenario(name, data.root, data), resolution=resolution), data) for name in names
        }
    known = data.at(data.storyline.as_of)
    rows = table.to_dict("records")
    ours = [_ours(row, runs.get(str(row["scenario"])), _members(row, known)) for row in rows]
    came = [_came(row, data, known) for row in rows]
    return Scorecard(table.assign(ours=ours, came=came), pd.Timestamp(data.storyline.as_of))


def has_outlooks(data: GasData) -> bool:
    """Whether a package has anything to hold a scorecard against."""
    return TABLE in data.tables and not data[TABLE].empty


def _ours(row: Mapping[str, object], results: Results | None, members: Sequence[str]) -> float:
    """Filling of the region at the end of the day in the run, or what is saved or lacks of the winter up to it."""
    if results is None:
        return float("nan")
    ask, horizon, day = results.statistics, results.scenario.horizon, pd.Timestamp(str(row["date"]))
    begins = pd.Timestamp(day.year - (day.month < WINTER_BEGINS), WINTER_BEGINS, 1)
    first = begins if row["quantity"] == SAVING else day
    if first < pd.Timestamp(horizon.start) or day > pd.Timestamp(horizon.end):
        return float("nan")
    if row["quantity"] == FILLING:
        places = sorted(set(results["storage"]["node"].astype(str)) & set(members))
        return ask.filling.value(node=places, at=day + NIGHT)
    if row["quantity"] == SAVING:
        span = {"node": members, "since": begins, "until": day}
        return ask.shortage.value(**span) / ask.demand.value(**span)
    return float("nan")


def _came(row: Mapping[str, object], data: GasData, known: GasData) -> float:
    """Filling of the region observed at the end of the day, if every store of the region reports it."""
    if row["quantity"] != FILLING or OBSERVED not in data.tables:
        return float("nan")
    table, storage = data[OBSERVED], known["storage"]
    stores = set(storage["node"]) & set(_members(row, known))
    seen = table[(table["date"] == row["date"]) & table["node"].isin(stores)]
    if set(seen["node"]) != stores:
        return float("nan")
    working = storage.loc[storage["node"].isin(stores), "working_gas_volume_gwh"]
    return float(np.sum(seen["gas_in_storage_gwh"]) / np.sum(working))


def _members(row: Mapping[str, object], known: GasData) -> list[str]:
    groups = known["groups"]
    return sorted(groups.loc[groups["group"] == row["region"], "node"].astype(str))
