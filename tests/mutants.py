"""Ways in which tables go wrong by kind, for every table and every column: what people do to spreadsheets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from energy_model.data import GasData, Package
from energy_model.data.check import check_tables
from energy_model.data.package import Resource
from energy_model.data.ranges import RANGES
from energy_model.data.tables import foreign_key_problems, typed_problems
from energy_model.scenario.schema import Scenario
from energy_model.scenario.world import base_case

SLIPS = (1000.0, 0.001, 3.6)
"""MWh for GWh, TWh for GWh, TJ for GWh."""
UNITS = ("_gwh", "_gwh_per_day", "_gwh_per_year", "_eur_per_mwh")
"""Ends of columns with a unit that somebody may mix up."""


opened = cache(Package.open)
"""The description of a package, which no mutant of its tables changes."""


def complaints(data: GasData, name: str, table: pd.DataFrame) -> list[str]:
    """Everything that is said of the package with one table exchanged."""
    package = opened(data.root)
    form = typed_problems(table, package.resources[name])
    if form:
        return form
    tables = {**data.tables, name: table}
    links = list(foreign_key_problems(package, tables, about={name}))
    return links or [str(one) for one in check_tables(package, tables, about={name})]


def values(resource: Resource) -> list[str]:
    """Columns of numbers that are no part of the key."""
    numbers = [field["name"] for field in resource.fields if field.get("type") in {"number", "integer"}]
    return [name for name in numbers if name not in resource.primary_key]


def together(name: str, column: str) -> list[str]:
    """A column and those that state its range: whoever mixes up a unit does so in all of them."""
    return next((list(triple) for triple in RANGES.get(name, ()) if column in triple), [column])


def scaled(table: pd.DataFrame, columns: list[str], factor: float, rows: slice | None = None) -> pd.DataFrame:
    """The table with columns in another unit, in some rows or in all."""
    other = table.copy()
    for column in columns:
        moved = other[column].to_numpy(float, copy=True)
        moved[rows or slice(None)] *= factor
        other[column] = moved
    return other


def with_text(table: pd.DataFrame, column: str, text: object, row: int) -> pd.DataFrame:
    """The table with one cell replaced by a text, or by nothing."""
    cells = table[column].astype(object)
    cells.iloc[row] = text
    return table.assign(**{column: cells})


def same_world(one: Any, other: Any) -> bool:
    """Whether two worlds hold the same numbers, to the last digit."""
    if is_dataclass(one):
        return all(same_world(getattr(one, part.name), getattr(other, part.name)) for part in fields(one))
    if isinstance(one, np.ndarray):
        return one.shape == other.shape and bool(np.array_equal(one, other, equal_nan=one.dtype.kind == "f"))
    return bool(one == other)


def world(data: GasData, scenario: Scenario, name: str, table: pd.DataFrame) -> Any:
    """What the model reads of the package with one table exchanged."""
    return base_case(data.varied({name: table}).at(scenario.as_of), scenario)


def tables_of(data: GasData) -> Iterator[tuple[str, Resource, pd.DataFrame]]:
    """Every table of the package with its schema."""
    for name, resource in opened(data.root).resources.items():
        if resource.is_table:
            yield name, resource, data[name]
