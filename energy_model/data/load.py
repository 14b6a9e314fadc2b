"""Tables of the data package, typed and joined, seen from the day on which an author stands."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pandas as pd

from energy_model.data.package import Package, file_digest, foreign_key_problems
from energy_model.data.storyline import RESOURCE, Storyline, read_storyline
from energy_model.errors import DataError


@dataclass(frozen=True)
class GasData:
    """The world as the data package describes it.

    Attributes
    ----------
    tables : mapping of str to DataFrame
        One long table per resource, columns and units as in ``datapackage.json``.
    digest : str
        SHA-256 over all files of the package; results carry it.
    storyline : Storyline
        Whom questions are about, and when scenarios of the package decide.
    as_of : date or None
        Vintage: no row published later is in ``tables``. ``None`` means everything, hindsight included.
    """

    tables: Mapping[str, pd.DataFrame]
    digest: str
    root: Path
    keys: Mapping[str, tuple[str, ...]]
    storyline: Storyline
    as_of: date | None = None

    def __getitem__(self, name: str) -> pd.DataFrame:
        try:
            return self.tables[name]
        except KeyError:
            known = ", ".join(sorted(self.tables))
            raise DataError("data package", [f"no table '{name}'; known tables: {known}"]) from None

    def at(self, as_of: date) -> GasData:
        """The same world seen from ``as_of``: later rows are gone, superseded rows too.

        A table whose key contains ``as_of`` may hold several vintages of one thing; the latest admitted one stays.
        """
        cutoff = pd.Timestamp(as_of)
        tables = {}
        for name, table in self.tables.items():
            if "as_of" not in table:
                tables[name] = table
                continue
            known = table[table["as_of"] <= cutoff]
            key = [column for column in self.keys[name] if column != "as_of"]
            if "as_of" in self.keys[name] and key:
                known = known.sort_values("as_of", kind="stable").drop_duplicates(key, keep="last").sort_index()
            tables[name] = known.reset_index(drop=True)
        return replace(self, tables=tables, as_of=as_of)


def load_data(path: str | os.PathLike[str] | None = None) -> GasData:
    """Read, type and check the whole data package.

    Parameters
    ----------
    path : path, optional
        Folder with ``datapackage.json``; default is the package's own data.

    Raises
    ------
    DataError
        With every violation of types, constraints, keys and links at once.
    """
    package = Package.open(path)
    tables, problems = package.read_tables()
    problems += foreign_key_problems(package, tables)
    storyline, found = storyline_of(package)
    problems += found
    if problems or storyline is None:
        raise DataError(f"data package {package.root}", problems)
    keys = {name: tuple(resource.primary_key) for name, resource in package.resources.items()}
    return GasData(tables, package_digest(package), package.root, keys, storyline)


def storyline_of(package: Package) -> tuple[Storyline | None, list[str]]:
    """The storyline of a package, or what is wrong with it."""
    if RESOURCE not in package.resources:
        return None, [f"no resource '{RESOURCE}' in the descriptor; add storyline.toml, see data/README.md"]
    try:
        return read_storyline(package.file(RESOURCE)), []
    except DataError as error:
        return None, [f"{package.resources[RESOURCE].path}: {problem}" for problem in error.problems]


def package_digest(package: Package) -> str:
    """One SHA-256 over the contents of every file of the package, independent of their order."""
    whole = hashlib.sha256()
    for name in sorted(package.resources):
        whole.update(f"{name}:{file_digest(package.file(name))}\n".encode())
    return whole.hexdigest()
