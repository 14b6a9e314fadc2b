"""A scenario that begins today: with the levels in storage of a downloaded file, and all else as the data have it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from energy_model.data.load import GasData
from energy_model.data.package import Package
from energy_model.errors import DataError
from energy_model.imports.figures import every_format
from energy_model.imports.join import options_for
from energy_model.scenario.load import with_changes
from energy_model.scenario.schema import Scenario
from energy_model.scenario.stock import EVER
from energy_model.scenario.world.storage import observed_stock
from energy_model.timeline import day_words
from energy_model.units import GWH_PER_TWH

LEVELS = "agsi"
OLDEST = pd.Timedelta(days=7)
"""A level that is older than this before the day is not today's."""


def begun_today(scenario: Scenario, file: Path, day: date, data: GasData) -> tuple[Scenario, list[str]]:
    """The scenario with its horizon begun on a day, from the levels of a file, and what a reader must know of it.

    Parameters
    ----------
    file : path
        Levels by country and gas day, as ``data import agsi`` reads them.
    day : date
        First gas day of the horizon and the day on which the author stands. A level is that of the end of a gas day,
        so that the day before it counts.

    Raises
    ------
    DataError
        If the file cannot be read, or has no level of the week before for any country with storage.
    ScenarioError
        If a measure lies before the day.
    """
    first = pd.Timestamp(day)
    told = _of_the_file(file, first, data)
    old = observed_stock(data.at(day), day, EVER)
    recent = observed_stock(data.at(day), day)
    held = set(data["storage"]["node"].astype(str))
    old = old[old.index.isin(held - set(recent.index) - set(told.index))]
    measures = [one for one in scenario.measures if not one.stock_given]
    levels = pd.concat([told, old["gas_in_storage_gwh"]])
    given = [
        {"kind": "initial_storage", "countries": [node], "gas_in_storage_gwh": float(level)}
        for node, level in levels.clip(upper=_working_gas(data).reindex(levels.index)).items()
    ]
    begun = with_changes(
        scenario,
        as_of=day,
        horizon={"start": day, "end": scenario.horizon.end},
        measures=(*measures, *given),
    )
    notes = [_words(file, told, day)]
    if len(old):
        known = ", ".join(f"{node} {when.date()}" for node, when in old["date"].items())
        notes.append(f"nothing newer is known of the stores of {known}: they begin with the level of that day")
    return begun, [*notes, _older(data, day)]


def _of_the_file(file: Path, first: pd.Timestamp, data: GasData) -> pd.Series:
    """The last level of each country with storage in the week before the first day, by node, GWh."""
    (figures,) = every_format()[LEVELS].read(file, options_for(Package.open(data.root)))
    rows = figures.rows
    lately = rows[(rows["date"] < first) & (rows["date"] >= first - OLDEST)]
    newest = lately.sort_values("date").groupby("node")["gas_in_storage_gwh"].last()
    newest = newest[newest.index.isin(_working_gas(data).index)]
    if newest.empty:
        why = f"no level of the {OLDEST.days} days before {day_words(first.date())} for a country with storage"
        raise DataError(file.name, [f"{why}; download those days"])
    return newest


def _working_gas(data: GasData) -> pd.Series:
    table = data["storage"]
    return table.groupby(table["node"].astype(str))["working_gas_volume_gwh"].sum()


def _words(file: Path, told: pd.Series, day: date) -> str:
    total = told.sum() / GWH_PER_TWH
    return (
        f"begins on {day_words(day)} with {total:,.1f} TWh in store in {', '.join(sorted(told.index))} by {file.name}; "
        "other stores as the data have them"
    )


def _older(data: GasData, day: date) -> str:
    """Tables by the day of their newest row: what the answer still takes from before."""
    tables = data.at(day).tables
    newest = {name: table["as_of"].max().date() for name, table in tables.items() if "as_of" in table and len(table)}
    by_day: dict[date, list[str]] = {}
    for name, when in sorted(newest.items()):
        by_day.setdefault(when, []).append(name)
    listed = [f"{when}: {', '.join(names)}" for when, names in sorted(by_day.items()) if when < day]
    return f"all else is older than {day}; newest rows by table, " + "; ".join(listed)
