"""The data package with one country in two nodes that are joined without a limit: nothing that is asked may change."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd

from energy_model.data import Package, seal

SHARED = {
    "demand_daily": ("households_gwh", "services_gwh", "industry_gwh", "power_heat_gwh", "other_gwh"),
    "demand_annual": ("demand_gwh",),
    "peak_demand": ("peak_gwh_per_day", "low_gwh_per_day", "high_gwh_per_day"),
    "observed_demand_monthly": ("demand_gwh",),
}
"""Tables whose rows of the country are shared between both nodes, and the columns that are divided."""
BY_COUNTRY = {"economy", "storage_targets", "country_names", "trade", "audit_references", "anchors"}
"""Tables that speak of countries and not of nodes."""
PROSE = {"note", "description", "label", "reference", "title", "name"}
UNLIMITED_GWH_PER_DAY = 5_000.0


def split(root: Path, folder: Path, country: str, part: float = 0.4) -> Path:
    """A copy of a package in which a country has the nodes ``DE_N`` and ``DE_S`` in place of its own.

    Everything stands at the first node; the second has a part of the demand.
    """
    copy, first, second = folder / "split", f"{country}_N", f"{country}_S"
    shutil.copytree(root, copy)
    package = Package.open(copy)
    for name in package.resources:
        file = package.file(name)
        if file.suffix != ".csv" or name in BY_COUNTRY or package.resources[name].is_common:
            continue
        table = pd.read_csv(file, dtype=str, keep_default_na=False)
        codes = [column for column in table.columns if column not in PROSE and column != "country"]
        mine = (table[codes] == country).any(axis=1)
        if not mine.any():
            continue
        table[codes] = table[codes].replace({country: first})
        if name in SHARED or name in ("nodes", "groups"):
            table = _shared(table, mine, SHARED.get(name, ()), part, {first: second})
        if name == "nodes":
            at_home = table["country"] == country
            title = table.loc[at_home, "name"].iloc[0]
            table.loc[at_home, "name"] = [f"{title}, north", f"{title}, south"]
        if name == "pipelines":
            table = _joined(table, first, second)
        table.to_csv(file, index=False)
    line = copy / "storyline.toml"
    text = line.read_text(encoding="utf-8")
    line.write_text(text.replace(f'tariff = ["PL", "{country}"]', f'tariff = ["PL", "{first}"]'), encoding="utf-8")
    seal(copy)
    return copy


def _shared(table: pd.DataFrame, mine: pd.Series, divided: tuple[str, ...], part: float, to: dict[str, str]):
    """The rows of the first node once more for the second, numbers shared between both."""
    more = table[mine].replace(to)
    for column in divided:
        if column in table:
            numbers = pd.to_numeric(table.loc[mine, column])
            table.loc[mine, column] = (numbers * (1.0 - part)).map(repr)
            more[column] = (numbers * part).map(repr)
    return pd.concat([table, more], ignore_index=True)


def _joined(table: pd.DataFrame, first: str, second: str) -> pd.DataFrame:
    """Pipelines with one more in each direction between the nodes."""
    like = table[(table["route"] == "interconnector") & (table["status"] == "operating")].iloc[[0]]
    ends = {"north_south": (first, second), "south_north": (second, first)}
    rows = []
    for name, (start, end) in ends.items():
        row = like.assign(pipeline=name, name=name, from_node=start, to_node=end, **dict.fromkeys(BLANK, ""))
        row = row.assign(reverse_of=next(other for other in ends if other != name))
        rows.append(row.assign(**dict.fromkeys(CAPACITY, str(UNLIMITED_GWH_PER_DAY))))
    return pd.concat([table, *rows], ignore_index=True)


BLANK = ("length_km", "note", "available_from", "available_to")
CAPACITY = ("capacity_gwh_per_day", "low_gwh_per_day", "high_gwh_per_day")
