"""What a downloaded file says, as rows of a table of the data package, and where formats register."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from energy_model.data.package import Package
from energy_model.data.places import place_names
from energy_model.errors import DataError
from energy_model.registry import Registry

NAMES = "import_names"
"""Table of what files call a point, a series or a terminal, and what the data package calls it."""
_SHOWN = 6


@dataclass(frozen=True)
class Figures:
    """Rows for one table, and what was done on the way.

    Attributes
    ----------
    rows : DataFrame
        Columns of the table but for ``source_id`` and ``as_of``; unique in the table's key.
    ends : Series
        Last day of the period that each row is about: the day on which a new figure is taken as public.
    notes : list of str
        What was left out, converted or found missing, each with its rule.
    """

    table: str
    rows: pd.DataFrame
    ends: pd.Series
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Options:
    """What the caller knows and the file does not say."""

    package: Package
    country: str | None = None
    as_of: date | None = None

    def codes(self, words: Iterable[str]) -> dict[str, str | None]:
        """Node by word, none where nobody bears that name or it is no node."""
        known, nodes = place_names(self.package.root), set(self.column("nodes", "node"))
        found = {word: known.get(" ".join(word.casefold().split())) for word in words}
        return {word: code if code in nodes else None for word, code in found.items()}

    def column(self, table: str, name: str) -> list[str]:
        """A column of a table of the package, as written."""
        return list(written(self.package, table)[name])

    def names(self, format_name: str) -> pd.DataFrame:
        """Rows of the table of names for one format.

        Raises
        ------
        DataError
            If the package has no such table.
        """
        if NAMES not in self.package.resources:
            raise DataError(f"data package {self.package.root}", [f"no table {NAMES}; take it from common/ by name"])
        table = written(self.package, NAMES)
        return table[table["format"] == format_name]


Reader = Callable[[Path, Options], list[Figures]]


@dataclass(frozen=True)
class Format:
    """A kind of file.

    Attributes
    ----------
    source : mapping
        The row of ``sources.csv`` that its figures name.
    """

    name: str
    title: str
    source: Mapping[str, str]
    read: Reader


_FORMATS: Registry[Format] = Registry(__package__)


def file_format(name: str, title: str, source: Mapping[str, str]) -> Callable[[Reader], Reader]:
    """Decorator of the reader of a format."""

    def add(read: Reader) -> Reader:
        _FORMATS.add(name)(Format(name, title, source, read))
        return read

    return add


def every_format() -> dict[str, Format]:
    """Every format by its name; this folder is looked through for them."""
    return _FORMATS.all()


def written(package: Package, table: str) -> pd.DataFrame:
    """A table as it is written on disk, every cell as text."""
    return pd.read_csv(package.file(table), dtype=str, keep_default_na=False, encoding="utf-8-sig")


def plain(text: object) -> str:
    """Small letters and digits without accents: how names and heads are compared."""
    bare = unicodedata.normalize("NFKD", str(text).casefold())
    return "".join(letter for letter in bare if letter.isalnum())


def find_columns(
    file: Path, there: Iterable[str], wanted: Mapping[str, tuple[str, ...]], optional: Iterable[str] = ()
) -> dict[str, str]:
    """Heads of a file by what they mean.

    Raises
    ------
    DataError
        With every column that is missing, and what the file has.
    """
    heads = {plain(head): str(head) for head in there}
    found = {}
    for meaning, spellings in wanted.items():
        hit = next((heads[plain(one)] for one in spellings if plain(one) in heads), None)
        if hit is not None:
            found[meaning] = hit
    lost = [meaning for meaning in wanted if meaning not in found and meaning not in set(optional)]
    if lost:
        has = ", ".join(map(str, there))
        raise DataError(
            file.name,
            [f"no column for {meaning} (such as '{wanted[meaning][0]}'); the file has: {has}" for meaning in lost],
        )
    return found


def numbers(cells: pd.Series, file: Path, name: str) -> pd.Series:
    """Numbers of a column; a blank, a dash or a colon is no figure.

    Raises
    ------
    DataError
        With the first cells that are neither.
    """
    text = cells.astype("string").str.strip().fillna("")
    value = pd.to_numeric(text.mask(text.isin(["", "-", ":", "..", "…", "NA", "N/A", "None", "nan"])), errors="coerce")
    odd = text[value.isna() & ~text.isin(["", "-", ":", "..", "…", "NA", "N/A", "None", "nan"])]
    if len(odd):
        shown = [
            f"column '{name}', row {row + 2}, value '{cell}': not a number" for row, cell in odd.head(_SHOWN).items()
        ]
        raise DataError(file.name, [f"{one}; write a decimal point and no thousands' separator" for one in shown])
    return value.astype(float)


def days(cells: pd.Series, file: Path, name: str) -> pd.Series:
    """Gas days of a column, written year first.

    Raises
    ------
    DataError
        With the first cells that are no day.
    """
    text = cells.astype("string").str.strip().str.slice(0, 10)
    value = pd.to_datetime(text, format="%Y-%m-%d", errors="coerce")
    odd = cells[value.isna()]
    if len(odd):
        shown = [f"column '{name}', row {row + 2}, value '{cell}': not a day" for row, cell in odd.head(_SHOWN).items()]
        raise DataError(file.name, [f"{one}; write it as 2025-11-20" for one in shown])
    return value


def listed(words: Iterable[Any]) -> str:
    """The first few of some words, and how many there are besides."""
    every = list(dict.fromkeys(map(str, words)))
    more = f" and {len(every) - _SHOWN} more" if len(every) > _SHOWN else ""
    return ", ".join(every[:_SHOWN]) + more


def once(rows: pd.DataFrame, key: list[str], file: Path, notes: list[str]) -> pd.DataFrame:
    """Rows without repetitions; rows of one key that say different things are refused.

    Raises
    ------
    DataError
        With every key that stands there twice with different figures.
    """
    bare = rows.drop_duplicates()
    if len(bare) < len(rows):
        notes.append(f"{len(rows) - len(bare)} rows stand there twice and were taken once")
    twice = bare[bare.duplicated(key, keep=False)]
    if len(twice):
        each = twice.groupby(key, sort=True).head(1)[key].astype(str).agg(" ".join, axis=1)
        raise DataError(
            file.name, [f"{one}: stands there twice with different figures; keep one" for one in each[:_SHOWN]]
        )
    return bare.reset_index(drop=True)


def tell_gaps(rows: pd.DataFrame, of: str, notes: list[str]) -> None:
    """Say which gas days between the first and the last of each place are missing; they stay missing."""
    for place, mine in rows.groupby(of):
        every = pd.date_range(mine["date"].min(), mine["date"].max())
        gone = every.difference(pd.DatetimeIndex(mine["date"]))
        if len(gone):
            notes.append(f"{place}: {len(gone)} gas days without a figure stay without one, the first {gone[0].date()}")
