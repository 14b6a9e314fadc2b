"""The data package as it lies on disk: ``datapackage.json`` (Frictionless Table Schema) and its CSV tables.

This module knows types, constraints and keys, and nothing about gas. Problems are collected, never raised one by one.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from energy_model.errors import DataError
from energy_model.files import file_digest, write_text

DESCRIPTOR = "datapackage.json"
_PACKAGED = Path(__file__).resolve().parent.parent / "_data"
_CHECKOUT = Path(__file__).resolve().parents[2] / "data"
_SHOWN_ROWS = 5
"""How many offending rows one problem names before it says "and n more"."""


def data_root(path: str | os.PathLike[str] | None = None) -> Path:
    """Folder of the data package: ``path``, else the installed copy, else ``data/`` of the checkout.

    Raises
    ------
    DataError
        If no ``datapackage.json`` is there.
    """
    candidates = [Path(path)] if path is not None else [_PACKAGED, _CHECKOUT]
    for candidate in candidates:
        if (candidate / DESCRIPTOR).is_file():
            return candidate
    raise DataError(
        f"data folder {candidates[0]}", [f"no {DESCRIPTOR} in it; name the folder that holds the data package"]
    )


@dataclass(frozen=True)
class Resource:
    """One file of the package with its schema."""

    name: str
    path: str
    title: str
    description: str
    schema: Mapping[str, Any]
    sha256: str | None

    @property
    def is_table(self) -> bool:
        """False for files that carry no rows, such as the base map."""
        return bool(self.schema.get("fields"))

    @cached_property
    def fields(self) -> list[dict[str, Any]]:
        """Field descriptors in column order."""
        return list(self.schema.get("fields", []))

    @cached_property
    def primary_key(self) -> list[str]:
        """Columns that identify a row; ``as_of`` among them means later rows supersede earlier ones."""
        key = self.schema.get("primaryKey", [])
        return [key] if isinstance(key, str) else list(key)

    @cached_property
    def foreign_keys(self) -> list[dict[str, Any]]:
        """Columns whose values must occur in another table."""
        return list(self.schema.get("foreignKeys", []))


@dataclass(frozen=True)
class Package:
    """A data package on disk."""

    root: Path
    resources: Mapping[str, Resource]

    @classmethod
    def open(cls, path: str | os.PathLike[str] | None = None) -> Package:
        """Read the descriptor.

        Raises
        ------
        DataError
            If the descriptor is missing or is not valid JSON.
        """
        root = data_root(path)
        try:
            descriptor = json.loads((root / DESCRIPTOR).read_text(encoding="utf-8"))
        except json.JSONDecodeError as error:
            raise DataError(DESCRIPTOR, [f"line {error.lineno}: {error.msg}; repair the JSON"]) from error
        resources = {
            item["name"]: Resource(
                name=item["name"],
                path=item["path"],
                title=item.get("title", item["name"]),
                description=item.get("description", ""),
                schema=item.get("schema", {}),
                sha256=item.get("hash", "").removeprefix("sha256:") or None,
            )
            for item in descriptor["resources"]
        }
        return cls(root, resources)

    def file(self, name: str) -> Path:
        """Path of a resource's file."""
        return self.root / self.resources[name].path

    def read_tables(self) -> tuple[dict[str, pd.DataFrame], list[str]]:
        """Every table, typed by its schema, and the problems found on the way."""
        tables: dict[str, pd.DataFrame] = {}
        problems: list[str] = []
        for resource in self.resources.values():
            if not resource.is_table:
                continue
            table, found = read_table(self.file(resource.name), resource)
            problems += found
            if table is not None:
                tables[resource.name] = table
        return tables, problems


def seal(path: str | os.PathLike[str] | None = None) -> list[str]:
    """Write the current hash and size of every file into the descriptor; names of resources that changed.

    Run after a deliberate edit of a table; ``data check`` reports files that were changed without it.
    """
    root = data_root(path)
    descriptor = json.loads((root / DESCRIPTOR).read_text(encoding="utf-8"))
    changed = []
    for item in descriptor["resources"]:
        file = root / item["path"]
        fresh = f"sha256:{file_digest(file)}"
        if item.get("hash") != fresh:
            changed.append(item["name"])
        item["hash"], item["bytes"] = fresh, file.stat().st_size
    write_text(root / DESCRIPTOR, json.dumps(descriptor, indent=1, ensure_ascii=False) + "\n")
    return changed


def read_table(file: Path, resource: Resource) -> tuple[pd.DataFrame | None, list[str]]:
    """One table with the types its schema asks for, and every violation found.

    Returns
    -------
    (DataFrame or None, list of str)
        ``None`` where the file is missing or lacks a column.
    """
    if not file.is_file():
        return None, [f"{resource.path}: the file is missing; restore it or remove it from {DESCRIPTOR}"]
    try:
        raw = pd.read_csv(file, keep_default_na=False, na_values=[""], encoding="utf-8", low_memory=False)
    except (ValueError, UnicodeDecodeError) as error:
        return None, [f"{resource.path}: cannot be read as UTF-8 CSV ({error}); repair or restore it"]
    expected = [field["name"] for field in resource.fields]
    problems = [
        f"{resource.path}: column '{name}' is missing; add it (the unit belongs to the name)"
        for name in expected
        if name not in raw.columns
    ]
    problems += [
        f"{resource.path}: column '{name}' is not in the schema; remove it or describe it in {DESCRIPTOR}"
        for name in raw.columns
        if name not in expected
    ]
    if any(name not in raw.columns for name in expected):
        return None, problems
    table = pd.DataFrame(index=raw.index)
    for field in resource.fields:
        column, found = _typed(raw[field["name"]], field, resource.path)
        table[field["name"]] = column
        problems += found
        problems += _constraint_problems(column, raw[field["name"]], field, resource.path)
    problems += _key_problems(table, resource)
    return table, problems


def _typed(raw: pd.Series, field: Mapping[str, Any], path: str) -> tuple[pd.Series, list[str]]:
    kind, name = field.get("type", "string"), field["name"]
    if kind in {"number", "integer"}:
        column = pd.to_numeric(raw, errors="coerce")
        bad = column.isna() & raw.notna()
        if kind == "integer" and not bad.any() and column.notna().all():
            bad = column % 1 != 0
            column = column if bad.any() else column.astype("int64")
    elif kind == "boolean":
        words = raw.astype("string").str.lower()
        bad = ~words.isin(["true", "false"]) & raw.notna()
        column = words == "true"
    elif kind == "date":
        column = pd.to_datetime(raw.astype("string"), format="%Y-%m-%d", errors="coerce")
        bad = column.isna() & raw.notna()
    else:
        column = _words(raw)
        bad = pd.Series(False, index=raw.index)
    return column, _rows(path, name, raw, bad, f"is not a {kind}", "write it as the schema says")


def _words(raw: pd.Series) -> pd.Series:
    """Text, ``None`` where a cell is empty; cells of one text are one object, as few words fill the long tables."""
    place, words = pd.factorize(raw.astype("string"))
    return pd.Series(np.array([*words, None], dtype=object)[place], index=raw.index, dtype=object)


def _constraint_problems(column: pd.Series, raw: pd.Series, field: Mapping[str, Any], path: str) -> list[str]:
    name, limits = field["name"], field.get("constraints", {})
    problems: list[str] = []
    if limits.get("required"):
        problems += _rows(path, name, raw.fillna(""), raw.isna(), "is empty", "fill it in")
    if "minimum" in limits:
        low = limits["minimum"]
        problems += _rows(path, name, column, column < low, f"is below {low}", "correct the number or its sign")
    if "maximum" in limits:
        high = limits["maximum"]
        problems += _rows(path, name, column, column > high, f"is above {high}", "correct the number or its unit")
    if "enum" in limits:
        known = ", ".join(map(str, limits["enum"]))
        bad = column.notna() & ~column.isin(limits["enum"])
        problems += _rows(path, name, column, bad, "is not known", f"use one of: {known}")
    if "pattern" in limits:
        bad = column.notna() & ~column.astype("string").str.fullmatch(limits["pattern"]).fillna(True).astype(bool)
        problems += _rows(path, name, column, bad, "has the wrong form", f"write it like {limits['pattern']}")
    return problems


def _key_problems(table: pd.DataFrame, resource: Resource) -> list[str]:
    key = [name for name in resource.primary_key if name in table]
    if not key:
        return []
    repeated = table.duplicated(key, keep=False)
    shown = table[key].astype(str).agg(" / ".join, axis=1) if repeated.any() else table.index.to_series()
    return _rows(resource.path, "+".join(key), shown, repeated, "occurs more than once", "keep one row")


def _rows(path: str, name: str, values: pd.Series, bad: pd.Series, why: str, mend: str) -> list[str]:
    """At most a handful of offending rows in words; line 1 of the file is the header."""
    rows = bad.index[bad.to_numpy(dtype=bool)]
    problems = [f"{path} line {row + 2}, {name} = '{values[row]}': {why}; {mend}" for row in rows[:_SHOWN_ROWS]]
    if len(rows) > _SHOWN_ROWS:
        problems.append(f"{path}, {name}: and {len(rows) - _SHOWN_ROWS} more rows where it {why}")
    return problems


def foreign_key_problems(package: Package, tables: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    """Values that point to nothing, over all tables."""
    for resource in package.resources.values():
        if resource.name not in tables:
            continue
        for link in resource.foreign_keys:
            column, target = link["fields"], link["reference"]["resource"] or resource.name
            there = link["reference"]["fields"]
            name = column if isinstance(column, str) else column[0]
            known_column = there if isinstance(there, str) else there[0]
            if target not in tables:
                continue
            values = tables[resource.name][name]
            bad = values.notna() & ~values.isin(tables[target][known_column])
            yield from _rows(
                resource.path, name, values, bad, f"is not in {target}.csv", f"add it to {target} or mend it"
            )
