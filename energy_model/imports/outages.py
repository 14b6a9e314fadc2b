"""A calendar of outages as people keep it or operators publish it, read row by row.

Two shapes are read by the heads of their columns. A list of one's own has gas days, both included: ``asset``, ``from``,
``to``, ``lost_gwh_per_day`` or ``lost_share``, ``kind``, ``published``, ``source``. Messages of an operator have an
event's start and stop to the hour, what is not available with its unit, a status and a version. A gas day begins at
six in the morning, Central European time; an outage of some hours counts for its share of the day.
"""

from __future__ import annotations

import math
import re
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, cast

import pandas as pd

from energy_model.data.load import GasData
from energy_model.data.package import Package
from energy_model.errors import DataError, closest
from energy_model.imports.figures import NAMES, find_columns, plain, written
from energy_model.imports.sheets import cells_of
from energy_model.units import gwh_per_day_from

FORMAT = "outages"
"""Rows of ``import_names.csv`` with what messages call an asset."""
ASSETS = {
    "pipelines": ("pipeline", "pipeline"),
    "lng_terminals": ("terminal", "lng_terminal"),
    "storage": ("storage", "storage"),
    "suppliers": ("supplier", "supplier"),
    "production": ("node", "production"),
    "lng_supply_steps": ("exporter", "lng_exporter"),
    "routes": ("route", "route"),
}
"""Tables whose things can fail: the column of their codes, and the sort of the thing."""
HEADS = {
    "asset": ("asset", "affected asset or unit", "affected asset", "unavailable asset", "asset name", "infrastructure"),
    "from": ("from", "event start", "start", "start time", "unavailability start", "from date"),
    "to": ("to", "event stop", "event end", "stop", "end", "end time", "unavailability end", "to date"),
    "lost_share": ("lost_share", "unavailable share"),
    "lost": ("lost_gwh_per_day", "unavailable capacity", "lost", "reduction"),
    "unit": ("unit", "unit of measurement", "unit of measure", "measurement unit"),
    "kind": ("kind", "type of unavailability", "unavailability type", "type of event", "event type"),
    "published": ("published", "publication date/time", "publication date", "publication time"),
    "source": ("source", "source_id", "url"),
    "status": ("event status", "status"),
    "message": ("message id", "umm id", "thread id"),
    "version": ("version", "revision"),
}
OPTIONAL = ("lost_share", "lost", "unit", "published", "source", "status", "message", "version")
KINDS = {"planned": True, "scheduled": True, "maintenance": True, "unplanned": False, "forced": False}
WITHDRAWN = {"dismissed", "cancelled", "canceled", "withdrawn", "inactive"}
ZONE, DAY_BEGINS = "CET", pd.Timedelta(hours=6)
_ONLY_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_VERSION = re.compile(r"(?P<message>.+)[_-](?P<version>\d{1,4})")


@dataclass(frozen=True)
class Outage:
    """One outage.

    Attributes
    ----------
    row : int
        Line of the file.
    what, code : str
        Sort of the thing that fails, as :meth:`~energy_model.scenario.measures.Measure.outage` takes it, and its code.
    start, end : Timestamp
        From the morning of the first gas day, or the hour in it, to the end, counted in gas days: midnight stands for
        the hour at which the gas day begins.
    lost_gwh_per_day, lost_share : float or None
        One of them.
    known : date or None
        Day on which it was published; none if the file does not say.
    """

    row: int
    what: str
    code: str
    name: str
    start: pd.Timestamp
    end: pd.Timestamp
    lost_gwh_per_day: float | None
    lost_share: float | None
    is_planned: bool
    known: date | None
    source: str

    def share_of(self, day: pd.Timestamp) -> float:
        """Part of a gas day that the outage covers."""
        covered = min(self.end, day + pd.Timedelta(days=1)) - max(self.start, day)
        return max(float(covered / pd.Timedelta(days=1)), 0.0)


def read_outages(file: Path, data: GasData) -> tuple[list[Outage], list[str], list[str]]:
    """The outages of a file, CSV or workbook, what was left out, and everything that is wrong, row by row.

    Raises
    ------
    DataError
        If the file as a whole cannot be read, or lacks a column.
    """
    cells = cells_of(file)
    heads = find_columns(file, cells.columns, HEADS, OPTIONAL)
    problems: list[str] = []
    if "lost" not in heads and "lost_share" not in heads:
        problems.append("no column for what is lost; add 'lost_gwh_per_day' or 'lost_share'")
    by_unit = "lost" in heads and plain(heads["lost"]) != plain("lost_gwh_per_day")
    if by_unit and "unit" not in heads:
        problems.append(f"column '{heads['lost']}' needs a column 'unit'; or name it 'lost_gwh_per_day'")
    if problems:
        raise DataError(file.name, problems)
    table = cells[list(heads.values())].set_axis(list(heads), axis=1).apply(lambda column: column.str.strip())
    table = table.assign(row=table.index + 2)
    kept, notes = _last_versions(table[table.drop(columns="row").ne("").any(axis=1)])
    known, found = _Assets(data), []
    for record in kept.to_dict("records"):
        reader = _Row(record, heads, by_unit, known)
        outage = reader.outage()
        problems += reader.problems
        if outage is not None:
            found.append(outage)
    problems += _twice(found)
    return found, notes, problems


def _last_versions(table: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """The last version of each message, without those that were withdrawn."""
    notes = []
    if "message" in table:
        parts = table["message"].str.fullmatch(_VERSION)
        split = table["message"].str.extract(_VERSION)
        thread = split["message"].where(parts, table["message"])
        number = table["version"] if "version" in table else split["version"].where(parts, "0")
        number = pd.to_numeric(number, errors="coerce").fillna(0)
        ordered = table.assign(_thread=thread.where(thread != "", table["row"].astype(str)), _number=number)
        last = ordered.sort_values(["_number", "row"], kind="stable").drop_duplicates("_thread", keep="last")
        if len(last) < len(table):
            notes.append(f"{len(table) - len(last)} rows are earlier versions of a message and were left out")
        table = last.sort_values("row").drop(columns=["_thread", "_number"])
    if "status" in table:
        gone = table["status"].str.casefold().isin(WITHDRAWN)
        if gone.any():
            rows = ", ".join(map(str, table.loc[gone, "row"]))
            notes.append(f"{int(gone.sum())} messages were withdrawn and count for nothing (row {rows})")
        table = table[~gone]
    return table, notes


def _twice(found: list[Outage]) -> Iterator[str]:
    """Rows that say the same thing again."""
    seen: dict[tuple[object, ...], int] = {}
    for one in found:
        key = (one.what, one.code, one.name, one.start, one.end, one.lost_gwh_per_day, one.lost_share)
        if key in seen:
            yield f"row {one.row}: says the same as row {seen[key]}; delete one of them"
        seen.setdefault(key, one.row)


class _Assets:
    """Codes and names of what can fail."""

    def __init__(self, data: GasData) -> None:
        self.by_word: dict[str, tuple[str, str]] = {}
        self.shown: list[str] = []
        for table, (column, what) in ASSETS.items():
            rows = data.tables.get(table)
            if rows is None:
                continue
            if what == "supplier":
                rows = rows[rows[column].isin(data["supply_steps"]["supplier"])]
            codes = rows[column].astype(str)
            for code in codes.drop_duplicates():
                self._add(code, what, code)
            for name, code in zip(rows["name"].astype(str), codes, strict=True) if "name" in rows else ():
                self._add(name, what, code)
        package = Package.open(data.root)
        if NAMES in package.resources:
            table = written(package, NAMES)
            for row in table[table["format"] == FORMAT].to_dict("records"):
                if (row["key"], ASSETS[row["table"]][1]) in self.codes:
                    self._add(row["name"], ASSETS[row["table"]][1], row["key"])

    @property
    def codes(self) -> set[tuple[str, str]]:
        """Every code with its sort."""
        return {(code, what) for what, code in self.by_word.values()}

    def _add(self, word: str, what: str, code: str) -> None:
        if plain(word) not in self.by_word:
            self.by_word[plain(word)] = what, code
            self.shown.append(word)

    def find(self, word: str) -> tuple[str, str] | None:
        """Sort and code of what bears a name; ``sort:code`` says the sort as well."""
        sort, _, code = word.rpartition(":")
        if sort and (code, sort) in {(c, w) for c, w in self._every_sort()}:
            return sort, code
        return self.by_word.get(plain(word))

    def _every_sort(self) -> Iterator[tuple[str, str]]:
        for what, code in self.by_word.values():
            for _, other in ASSETS.values():
                if other == what or {other, what} <= {"supplier", "production", "lng_exporter"}:
                    yield code, other

    def hint(self, word: str) -> str:
        """Names near to one that nothing bears."""
        near = closest(word, self.shown)
        return (
            near if near.startswith("did") else "name a pipeline, terminal, storage, supplier or producer of the data"
        )


class _Row:
    """A row being read; what is wrong with it gathers in ``problems``."""

    def __init__(
        self, record: Mapping[Hashable, Any], heads: Mapping[str, str], by_unit: bool, assets: _Assets
    ) -> None:
        self.record, self.heads = {str(key): value for key, value in record.items()}, heads
        self.row, self.by_unit, self.assets = int(record["row"]), by_unit, assets
        self.problems: list[str] = []

    def outage(self) -> Outage | None:
        """The outage, if nothing is wrong."""
        start, end = self._moment("from", 0), self._moment("to", 1)
        thing = self.assets.find(self.record["asset"])
        if thing is None:
            hint = self.assets.hint(self.record["asset"])
            self._wrong("asset", f"nothing in the data is called so; {hint}; or add its name to import_names.csv")
        lost, share = self._lost()
        kind = next((is_planned for word, is_planned in KINDS.items() if plain(self.record["kind"]) == word), None)
        if kind is None:
            self._wrong("kind", "write planned or unplanned")
        published = self.record.get("published", "")
        known = self._moment("published", 0) if published else None
        if start is not None and end is not None and end <= start:
            self._wrong("to", "lies before the start; swap them, or correct one")
        if self.problems:
            return None
        what, code = cast("tuple[str, str]", thing)
        return Outage(
            self.row, what, code, self.record["asset"], cast("pd.Timestamp", start), cast("pd.Timestamp", end), lost,
            share, bool(kind), None if known is None else known.date(), self.record.get("source", ""),
        )  # fmt: skip

    def _wrong(self, key: str, why: str) -> None:
        self.problems.append(f"row {self.row}, {self.heads.get(key, key)} = '{self.record.get(key, '')}': {why}")

    def _moment(self, key: str, days_after: int) -> pd.Timestamp | None:
        """A moment in gas days; of a mere day its morning, or that of the day after."""
        text = self.record[key]
        try:
            if _ONLY_DAY.fullmatch(text):
                return pd.Timestamp(text) + pd.Timedelta(days=days_after)
            if not _ONLY_DAY.match(text):
                raise ValueError
            stamp = pd.Timestamp(text)
        except ValueError:
            self._wrong(key, "is no day; write it as 2031-04-16, or 2031-04-16T06:00 with the hour")
            return None
        local = stamp if stamp.tzinfo is None else stamp.tz_convert(ZONE).tz_localize(None)
        return cast("pd.Timestamp", local - DAY_BEGINS)

    def _number(self, key: str) -> float | None:
        text = self.record.get(key, "")
        if not text:
            return None
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            self._wrong(key, "is no number; write a decimal point and no thousands' separator")
            return None
        if value < 0.0:
            self._wrong(key, "must be 0 or more")
            return None
        return value

    def _lost(self) -> tuple[float | None, float | None]:
        before = len(self.problems)
        amount, share = self._number("lost"), self._number("lost_share")
        if len(self.problems) > before:
            return None, None
        if (amount is None) == (share is None):
            only = "lost" if "lost" in self.heads else "lost_share"
            self._wrong(only, "give either what is lost a day or 'lost_share', and one of them only")
        if share is not None and share > 1.0:
            self._wrong("lost_share", "is more than all; a share lies between 0 and 1")
        if amount is not None and self.by_unit:
            factor = gwh_per_day_from(self.record["unit"])
            if factor is None:
                self._wrong("unit", "is no unit of a rate of gas; write GWh/d, MWh/d, kWh/h, MSm3/d or mcm/d")
                return None, None
            amount *= factor
        return amount, share
