"""Tables of the data package, typed and joined, seen from the day on which an author stands."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from energy_model.data import cache
from energy_model.data.memory import Shadow, changed_tables, digest_of, shadow
from energy_model.data.package import COMMON_SOURCES, SOURCES, Package, package_digest
from energy_model.data.storyline import Storyline, storyline_of
from energy_model.data.tables import foreign_key_problems, read_tables
from energy_model.data.verdict import errors_in_memory, errors_of
from energy_model.data.vintage import seen_from
from energy_model.errors import DataError, UnknownTableError
from energy_model.show import Card, Shown, counted, no_table

ACCEPT = (
    "mend the data, or accept that every result carries these errors: --accept-data-errors on the command line, "
    "load_data(accept_errors=True) in Python"
)

Made = TypeVar("Made")
MOST_MADE = 4
"""How much of what is made of a vintage stays with it: scenarios of one briefing differ in weather and in LNG."""


@dataclass(frozen=True, repr=False)
class GasData(Shown):
    """The world as the data package describes it.

    Tables may be changed in memory. Results then carry another digest, and the changed tables are checked as a package
    on disk is, before anything is solved.

    Attributes
    ----------
    tables : mapping of str to DataFrame
        One long table per resource, columns and units as in ``datapackage.json``.
    recorded : str
        SHA-256 over the files that were read; :attr:`digest` is the one results carry.
    storyline : Storyline
        Whom questions are about, and when scenarios of the package decide.
    as_of : date or None
        Vintage: no row published later is in ``tables``. ``None`` means everything, hindsight included.
    read : mapping of str to Shadow
        The tables as they were read; without them every table counts as made in memory.
    accepts_errors : bool
        Whether the data are used although ``data check`` finds errors.
    errors : tuple of str
        The errors that were accepted; every result carries them.
    """

    tables: Mapping[str, pd.DataFrame]
    recorded: str
    root: Path
    keys: Mapping[str, tuple[str, ...]]
    storyline: Storyline
    as_of: date | None = None
    read: Mapping[str, Shadow] = field(default_factory=dict, repr=False)
    accepts_errors: bool = False
    errors: tuple[str, ...] = ()
    _seen: dict[date, GasData] = field(default_factory=dict, init=False, repr=False, compare=False)
    _made: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __getitem__(self, name: str) -> pd.DataFrame:
        try:
            return self.tables[name]
        except KeyError:
            raise UnknownTableError("data package", [no_table(name, self.tables)]) from None

    def _ipython_key_completions_(self) -> list[str]:
        return sorted(self.tables)

    def card(self) -> Card:
        """What the data say of themselves."""
        line, sizes = self.storyline, {name: len(table) for name, table in self.tables.items()}
        largest = sorted(sizes, key=lambda name: -sizes[name])[:4]
        seen = "everything, hindsight included" if self.as_of is None else f"what was public on {self.as_of}"
        rows: list[tuple[str, object]] = [
            ("stands on", line.as_of),
            ("shows", seen),
            ("about", f"{line.focus.supplier} to {line.focus.region} and {line.focus.country}"),
            ("tables", f"{counted(len(sizes), 'table')}, {counted(sum(sizes.values()), 'row')}"),
            ("largest", ", ".join(f"{name} {sizes[name]:,}" for name in largest)),
            ("digest", self.digest[:12]),
        ]
        if self.changed:
            rows.append(("changed", f"in memory: {', '.join(self.changed)}"))
        if self.errors:
            rows.append(("errors", f"{counted(len(self.errors), 'error')} accepted"))
        name = "nodes" if "nodes" in sizes else next(iter(sizes), "nodes")
        return Card(
            f"Data package: {line.title}",
            rows,
            then=(
                (f'data["{name}"]', "a table; tab lists them"),
                ("library()", "the scenarios that come along"),
                (f'run("{line.reference}", data)', "solve one"),
            ),
        )

    @property
    def sources(self) -> pd.DataFrame:
        """Every source, of the tables of the package and of what vintages share."""
        listed = [self.tables[name] for name in (SOURCES, COMMON_SOURCES) if name in self.tables]
        return pd.concat(listed, ignore_index=True).drop_duplicates("source_id", ignore_index=True)

    @property
    def changed(self) -> list[str]:
        """Names of tables that were changed, added or removed in memory."""
        return changed_tables(self.tables, self.read)

    @property
    def digest(self) -> str:
        """SHA-256 of the package, or another one as soon as a table was changed in memory; results carry it."""
        changed = self.changed
        return digest_of(self.recorded, self.tables, changed) if changed else self.recorded

    def varied(self, tables: Mapping[str, pd.DataFrame]) -> GasData:
        """These data with tables in which the product itself moves numbers within the ranges they state.

        Results carry another digest. The tables are not checked as those that somebody else changed.
        """
        digest = digest_of(self.recorded, tables, sorted(tables))
        read = {**self.read, **shadow(tables)}
        return replace(self, tables={**self.tables, **tables}, recorded=digest, read=read)

    def at(self, as_of: date) -> GasData:
        """The same world seen from ``as_of``: later rows are gone, superseded rows too.

        A table whose key contains ``as_of`` may hold several vintages of one thing; the latest admitted one stays.

        Raises
        ------
        DataError
            If tables were changed in memory and ``data check`` would refuse them.
        """
        sound = self.checked()
        last = self._seen.get(as_of) if sound is self else None
        if last is not None and not last.changed:
            return last
        tables = seen_from(sound.tables, sound.keys, as_of)
        vintage = replace(sound, tables=tables, read=shadow(tables), as_of=as_of)
        self._seen.clear()
        if sound is self:
            self._seen[as_of] = vintage
        return vintage

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What somebody makes of these tables: the latest few by key, and anew once a table was changed in memory."""
        if self.changed:
            return make()
        if key not in self._made:
            made = make()
            while len(self._made) >= MOST_MADE:
                self._made.pop(next(iter(self._made)))
            self._made[key] = made
        found: Made = self._made[key]
        return found

    def __getstate__(self) -> dict[str, Any]:
        """Another process gets the tables once; it makes its own record of what it was given."""
        return {**self.__dict__, "read": None if not self.changed else self.read, "_seen": {}, "_made": {}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        read = shadow(state["tables"]) if state["read"] is None else state["read"]
        self.__dict__.update({**state, "read": read})

    def checked(self) -> GasData:
        """These data, with the errors that changes in memory brought if they are accepted.

        Raises
        ------
        DataError
            With every error of the changed tables at once, unless errors are accepted.
        """
        changed = self.changed
        if not changed:
            return self
        digest = digest_of(self.recorded, self.tables, changed)
        before = {name: known.table for name, known in self.read.items()}
        errors = errors_in_memory(digest, self.root, self.tables, before, changed, self.as_of)
        if errors and not self.accepts_errors:
            raise DataError(f"data package, changed in memory ({', '.join(changed)})", errors, ACCEPT)
        return replace(self, recorded=digest, errors=tuple(dict.fromkeys([*self.errors, *errors])))


def load_data(path: str | os.PathLike[str] | None = None, accept_errors: bool = False) -> GasData:
    """Read, type and check the whole data package.

    Parameters
    ----------
    path : str or path, optional
        Name of a vintage, or a folder with ``datapackage.json``; default is what ``data/vintages.toml`` names.
    accept_errors : bool, optional
        Use data that ``data check`` refuses; every result names the errors then. Tables that cannot be read as their
        schema says are refused all the same.

    Raises
    ------
    DataError
        With every violation of types, constraints, keys and links at once, or with every error of ``data check``.
    """
    package = Package.open(path)
    known = cache.read(package)
    tables, form = (known, {}) if known else read_tables(package)
    problems = [*package.missing(), *(text for found in form.values() for text in found)]
    problems = [*dict.fromkeys(problems), *(() if known else foreign_key_problems(package, tables))]
    storyline, untold = storyline_of(package)
    problems += untold
    if problems or storyline is None:
        raise DataError(f"data package {package.root}", problems)
    if not known:
        cache.write(package, tables)
    errors = errors_of(package, tables)
    if errors and not accept_errors:
        raise DataError(f"data package {package.root}", errors, ACCEPT)
    return as_data(package, tables, storyline, accept_errors, errors)


def as_data(
    package: Package,
    read: Mapping[str, pd.DataFrame],
    storyline: Storyline,
    accept_errors: bool = False,
    errors: tuple[str, ...] = (),
) -> GasData:
    """Tables that were read from a package, as the world they describe; nothing is checked here."""
    tables = {name: table.reset_index(drop=True) for name, table in read.items()}
    keys = {name: tuple(resource.primary_key) for name, resource in package.resources.items()}
    digest = package_digest(package)
    return GasData(tables, digest, package.root, keys, storyline, None, shadow(tables), accept_errors, errors)
