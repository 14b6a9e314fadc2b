"""Tables go wrong by kind; whatever the table and the column, it is told, or the model reads the same numbers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from mutants import SLIPS, UNITS, complaints, opened, same_world, scaled, tables_of, together, values, with_text, world

from energy_model.data import load_data
from energy_model.scenario.case import Case
from energy_model.scenario.load import load_scenario, with_changes
from energy_model.scenario.schema import Scenario
from energy_model.scenario.world import base_case

PACKAGE = load_data()
TABLES = [name for name, _, _ in tables_of(PACKAGE)]
READ_BY_THE_MODEL = {
    "pipelines", "tariffs", "lng_terminals", "lng_supply_steps", "lng_europe_limit", "lng_shipping", "supply_steps",
    "supply_profile", "production", "contracts", "storage", "storage_curve", "storage_targets", "storage_filling",
    "demand_daily", "curtailment_tiers", "demand_response", "prices", "parameters", "nodes",
}  # fmt: skip
TJ = 3.6
"""A single pipe or contract may be 3.6 times as large, and no other figure says that it is not; so may a share."""
HELD_ROW_BY_ROW = {
    "contracts", "lng_europe_limit", "lng_shipping", "lng_supply_steps", "lng_terminals", "prices", "production",
    "storage", "storage_filling", "supply_steps",
}  # fmt: skip
"""Tables in which each single figure has another beside it: a year, a report, a neighbour or a size."""
MAY_BE_SHORTER = {"tariffs", "storage_targets"}
"""A border without a tariff costs the default of parameters.csv; a day without a target has none."""
KNOWN_FROM_HERE_ALONE = {"demand_daily"}
"""Who uses the gas of a day is known from the columns of this table alone."""
every_table = pytest.mark.parametrize("name", TABLES)


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return with_changes(load_scenario("reference"), resolution="month")


@pytest.fixture(scope="module")
def as_it_is(scenario: Scenario) -> Case:
    return base_case(PACKAGE.at(scenario.as_of), scenario)


def columns_of(name: str) -> Iterator[list[str]]:
    """Columns of numbers, each with those that state its range, once."""
    seen: set[tuple[str, ...]] = set()
    for column in values(opened(PACKAGE.root).resources[name]):
        columns = together(name, column)
        if tuple(columns) not in seen:
            seen.add(tuple(columns))
            yield columns


def is_told(name: str, table: pd.DataFrame, as_it_is: Case, scenario: Scenario) -> bool:
    """A finding that names the table's file, or a world that is the same to the last digit."""
    path = opened(PACKAGE.root).resources[name].path
    found = complaints(PACKAGE, name, table)
    if found:
        return any(path in text for text in found)
    return same_world(as_it_is, world(PACKAGE, scenario, name, table))


@every_table
def test_a_column_in_another_unit_is_told(name: str, scenario: Scenario, as_it_is: Case) -> None:
    table = PACKAGE[name]
    silent = [
        (columns, factor)
        for columns in columns_of(name)
        for factor in SLIPS
        if factor != TJ or columns[-1].endswith(UNITS)
        if not is_told(name, scaled(table, columns, factor), as_it_is, scenario)
    ]

    assert [] == silent


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(HELD_ROW_BY_ROW))
def test_a_row_in_another_unit_is_told(name: str, scenario: Scenario, as_it_is: Case) -> None:
    table = PACKAGE[name]
    some = np.linspace(0, len(table) - 1, 5).astype(int)
    silent = [
        (columns, factor, int(row))
        for columns in columns_of(name)
        for factor in SLIPS
        if factor != TJ
        for row in some
        if not is_told(name, scaled(table, columns, factor, slice(row, row + 1)), as_it_is, scenario)
    ]

    assert [] == silent


@every_table
def test_a_text_an_empty_cell_or_infinity_in_a_number_is_told_with_its_line(name: str) -> None:
    table = PACKAGE[name]
    resource = opened(PACKAGE.root).resources[name]
    row = len(table) // 2
    required = {field["name"] for field in resource.fields if field.get("constraints", {}).get("required")}
    for column in values(resource):
        for text in ("n/a", "0,5", "12 TWh", np.inf, *([None] if column in required else [])):
            found = complaints(PACKAGE, name, with_text(table, column, text, row))

            assert any(f"{resource.path} line {row + 2}, {column} = " in one for one in found), (column, text, found)


@every_table
def test_a_row_pasted_twice_is_told_with_both_lines(name: str) -> None:
    table = PACKAGE[name]
    resource = opened(PACKAGE.root).resources[name]
    found = complaints(PACKAGE, name, pd.concat([table, table.iloc[[0]]], ignore_index=True))

    assert any(f"{resource.path} line 2," in one and "more than once" in one for one in found), found
    assert any(f"{resource.path} line {len(table) + 2}," in one for one in found), found


@pytest.mark.parametrize("name", sorted(READ_BY_THE_MODEL - MAY_BE_SHORTER))
def test_a_table_of_which_half_is_missing_is_told(name: str, scenario: Scenario, as_it_is: Case) -> None:
    assert is_told(name, PACKAGE[name].iloc[: len(PACKAGE[name]) // 2], as_it_is, scenario)


@pytest.mark.parametrize("name", sorted(READ_BY_THE_MODEL - KNOWN_FROM_HERE_ALONE))
def test_two_columns_that_changed_places_are_told(name: str, scenario: Scenario, as_it_is: Case) -> None:
    table = PACKAGE[name]
    columns = values(opened(PACKAGE.root).resources[name])
    for one, other in pairwise(columns):
        swapped = table.assign(**{one: table[other], other: table[one]})

        assert is_told(name, swapped, as_it_is, scenario), (one, other)


@pytest.mark.parametrize(("factor", "words"), [(0.9, "net"), (3.6, "TJ"), (1000.0, "MWh"), (0.001, "TWh")])
@pytest.mark.parametrize("weather", ["reference", "cold_1_in_20", "2021"])
def test_demand_of_one_country_in_another_unit_is_told_with_its_lines_and_the_likely_slip(
    weather: str, factor: float, words: str
) -> None:
    table = PACKAGE["demand_daily"]
    hit = (table["weather"] == weather) & (table["node"] == "NL")
    sectors = [name for name in table if name.endswith("_gwh")]
    other = table.copy()
    other.loc[hit, sectors] *= factor
    found = complaints(PACKAGE, "demand_daily", other)
    first, last = (int(line) + 2 for line in np.flatnonzero(hit)[[0, -1]])

    assert any(f"lines {first} to {last}" in one and f"weather '{weather}', node 'NL'" in one for one in found), found
    assert any(words in one for one in found), found


def test_every_weather_needs_every_day_of_every_market() -> None:
    table = PACKAGE["demand_daily"]
    hit = (table["weather"] == "reference") & (table["node"] == "DE")
    days = hit & (table["month"] == 1) & table["day"].isin([15, 16, 17])

    assert any("'DE': 0 of 365 days" in one for one in complaints(PACKAGE, "demand_daily", table[~hit]))
    (found,) = complaints(PACKAGE, "demand_daily", table[~days])
    assert "'DE': 362 of 365 days" in found
    assert "add month 1 day 15 and 2 more" in found


def test_a_day_without_demand_and_a_day_that_is_none_are_told_with_their_line() -> None:
    table = PACKAGE["demand_daily"]
    row = int(np.flatnonzero((table["weather"] == "reference") & (table["node"] == "FR"))[40])
    sectors = [name for name in table if name.endswith("_gwh")]
    none = table.copy()
    none.loc[row, sectors] = 0.0
    late = table.copy()
    late.loc[row, ["month", "day"]] = [2, 31]

    assert any(f"demand_daily.csv line {row + 2}," in one for one in complaints(PACKAGE, "demand_daily", none))
    assert any(f"line {row + 2}, day = '31'" in one for one in complaints(PACKAGE, "demand_daily", late))


def test_a_line_turned_round_and_a_store_without_volume_are_told_where_they_stand() -> None:
    lines, stores = PACKAGE["pipelines"], PACKAGE["storage"]
    one = int(np.flatnonzero(lines["pipeline"] == "nord_stream_1")[0])
    turned = lines.copy()
    turned.loc[one, ["from_node", "to_node"]] = ["DE", "RU"]
    de = int(np.flatnonzero(stores["node"] == "DE")[0])
    empty = stores.copy()
    empty.loc[de, "working_gas_volume_gwh"] = 0.0

    assert any(
        f"pipelines.csv line {one + 2}, to_node = 'RU'" in text for text in complaints(PACKAGE, "pipelines", turned)
    )
    assert any(f"storage.csv line {de + 2}, working" in text for text in complaints(PACKAGE, "storage", empty))
