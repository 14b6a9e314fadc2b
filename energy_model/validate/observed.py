"""Observations that a reader brings along: files in the layout of the package's ``observed/``, joined for one run.

Nothing is written into the package, and nothing is said of the licence of what was brought: it stays with the reader.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

import pandas as pd

from energy_model.data.load import GasData
from energy_model.data.package import Package, Resource, plain_bytes
from energy_model.data.tables import read_table
from energy_model.errors import DataError

OBSERVED = "observed_"
BORDERS = "observed_border_flows_monthly"
IMPORTS = "observed_imports_monthly"
BORDER_FIELDS = (
    {"name": "month", "type": "date", "constraints": {"required": True}},
    {"name": "from_node", "type": "string", "constraints": {"required": True}},
    {"name": "to_node", "type": "string", "constraints": {"required": True}},
    {"name": "energy_gwh", "type": "number", "constraints": {"required": True}},
    {"name": "source_id", "type": "string"},
    {"name": "as_of", "type": "date"},
)
"""Layout of flows over borders, net in the direction of the row: a package need not have such a table."""
MAY_BE_LEFT_OUT = ("days_reported", "quality_flag", "note", "source_id", "as_of")
"""Columns that are filled in: every day was reported, nothing was flagged, it was public at once."""
BROUGHT = "observed_by_reader"
"""Source of a row that names none."""


def with_observations(data: GasData, folder: Path) -> GasData:
    """The data with a reader's observations in place of the package's rows of the same key.

    Parameters
    ----------
    folder : Path
        CSV files named as in ``observed/`` of the package, such as ``storage_daily.csv``.

    Raises
    ------
    DataError
        With everything that is wrong with the folder and its files at once.
    """
    layouts = layouts_of(data)
    files = sorted(folder.glob("*.csv"))
    problems = [*_folder_problems(folder, files, layouts)]
    tables = {}
    for file in files:
        if file.stem in layouts:
            table, found = _read(file, layouts[file.stem], data)
            problems += found
            tables[layouts[file.stem].name] = table
    if problems:
        raise DataError(f"observations {folder}", problems)
    joined = {name: _joined(data, name, layouts, table) for name, table in tables.items() if table is not None}
    keys = {name: tuple(layout.primary_key) for name, layout in ((one.name, one) for one in layouts.values())}
    return replace(data, tables={**data.tables, **joined}, keys={**data.keys, **keys})


def layouts_of(data: GasData) -> dict[str, Resource]:
    """Layout of each file of observations, by its name without the ending."""
    resources = Package.open(data.root).resources
    known = {Path(one.path).stem: one for one in resources.values() if one.name.startswith(OBSERVED)}
    if BORDERS not in resources:
        stem = BORDERS.removeprefix(OBSERVED)
        schema = {"fields": list(BORDER_FIELDS), "primaryKey": ["month", "from_node", "to_node"]}
        known[stem] = Resource(BORDERS, f"observed/{stem}.csv", Path(), "Net flows over borders", "", schema, None)
    return known


def _folder_problems(folder: Path, files: list[Path], layouts: Mapping[str, Resource]) -> Iterator[str]:
    names = ", ".join(f"{stem}.csv" for stem in layouts)
    if not folder.is_dir():
        yield f"there is no such folder; name one with files such as {names}"
    elif not files:
        yield f"holds no CSV file; put one there, named {names}"
    for file in files:
        if file.stem not in layouts:
            near = get_close_matches(file.stem, layouts, 1)
            hint = f"did you mean {near[0]}.csv? " if near else ""
            yield f"{file.name}: no observations are called so; {hint}known: {names}"


def _read(file: Path, layout: Resource, data: GasData) -> tuple[pd.DataFrame | None, list[str]]:
    """A file as a table of its layout, and what is wrong with it."""
    try:
        heading = next(csv.reader([plain_bytes(file).split(b"\n", 1)[0].decode("utf-8")]), [])
    except (DataError, UnicodeDecodeError):
        heading = [field["name"] for field in layout.fields]  # the reader of tables says what is wrong
    given = {name.strip() for name in heading}
    fields = [one for one in layout.fields if one["name"] in given or one["name"] not in MAY_BE_LEFT_OUT]
    here = replace(layout, path=file.name, file=file, schema={**layout.schema, "fields": fields})
    table, problems = read_table(file, here)
    if table is None:
        return None, problems
    problems += [*_name_problems(file.name, table, data), *_month_problems(file.name, table)]
    problems += [*_unit_problems(file.name, table, layout.name, data)]
    return _filled(table, layout), problems


def _filled(table: pd.DataFrame, layout: Resource) -> pd.DataFrame:
    """The table with the columns that may be left out."""
    day = table["date"] if "date" in table else table["month"] + pd.offsets.MonthEnd(0)
    length = table["month"].dt.days_in_month if "month" in table else 1
    fresh = {"days_reported": length, "quality_flag": None, "note": None, "source_id": BROUGHT, "as_of": day}
    names = [field["name"] for field in layout.fields]
    return table.assign(**{name: fresh[name] for name in names if name not in table})[names]


def _name_problems(file: str, table: pd.DataFrame, data: GasData) -> Iterator[str]:
    """Names that nothing in the data has."""
    known = {column: set(data["nodes"]["node"]) for column in ("node", "from_node", "to_node")}
    known |= {"entry": set(data["observed_border_entries_monthly"]["entry"]), "origin": known["node"]}
    if IMPORTS in data.tables:  # gas by ship has an origin that is no node
        known["origin"] = known["origin"] | set(data[IMPORTS]["origin"])
    for column, names in known.items():
        if column not in table:
            continue
        strange = table[~table[column].isin(names)].drop_duplicates(column)
        for line, name in strange[column].items():
            near = get_close_matches(str(name), names, 1)
            hint = f"; did you mean '{near[0]}'?" if near else f"; known: {', '.join(sorted(map(str, names)))}"
            yield f"{file} line {line + 2}, {column} = '{name}': nothing in the data is called so{hint}"


def _month_problems(file: str, table: pd.DataFrame) -> Iterator[str]:
    if "month" in table:
        late = table[table["month"].notna() & (table["month"].dt.day != 1)]
        for line, day in late["month"].head(5).items():
            yield f"{file} line {line + 2}, month = '{day:%Y-%m-%d}': is no first of a month; write {day:%Y-%m}-01"


def _unit_problems(file: str, table: pd.DataFrame, name: str, data: GasData) -> Iterator[str]:
    """A series of prices in another unit than the package's."""
    if "unit" not in table or name not in data.tables:
        return
    units = data[name].drop_duplicates("series").set_index("series")["unit"]
    wrong = table[table["series"].isin(units.index) & (table["unit"] != table["series"].map(units))]
    for line, row in wrong.head(5).iterrows():
        yield (
            f"{file} line {line + 2}, unit = '{row['unit']}': the data have series {row['series']} in "
            f"{units[row['series']]}; convert it"
        )


def _joined(data: GasData, name: str, layouts: Mapping[str, Resource], table: pd.DataFrame) -> pd.DataFrame:
    """The package's rows and the reader's, which win."""
    if name not in data.tables:
        return table
    key = next(one.primary_key for one in layouts.values() if one.name == name)
    both = pd.concat([data[name], table.astype({c: data[name][c].dtype for c in key})], ignore_index=True)
    return both.drop_duplicates(key, keep="last").sort_values(key, kind="stable").reset_index(drop=True)
