"""Tables in memory against those that were read: has anything been changed, and which hash does it carry then?

Tables are handed out as they are, so that a notebook can change them. A shallow copy made when they were read shares
their memory until somebody writes (pandas copies on write), so that an unchanged table is recognised in microseconds
and a changed one never passes for what was read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

Tables = Mapping[str, pd.DataFrame]
Place = tuple[int, tuple[int, ...], str]
"""Address, steps and type of a column's values."""


@dataclass(frozen=True)
class Shadow:
    """A table as it was read.

    Attributes
    ----------
    table : DataFrame
        A shallow copy: later writes to the table that was read do not reach it.
    """

    table: pd.DataFrame

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Where the values of each column lie in memory; looked up once, as nothing moves what nobody writes to."""
        return _places(self.table)


def shadow(tables: Tables) -> dict[str, Shadow]:
    """What the tables hold now."""
    return {name: Shadow(table.copy(deep=False)) for name, table in tables.items()}


def changed_tables(tables: Tables, read: Mapping[str, Shadow]) -> list[str]:
    """Names of tables that differ from what was read, or that are there in one of the two only."""
    changed = {name for name, table in tables.items() if name in read and not _is_same(table, read[name])}
    return sorted(changed | (set(tables) ^ set(read)))


def digest_of(recorded: str, tables: Tables, changed: list[str]) -> str:
    """A hash for tables that were changed in memory, of the recorded one and of every changed table's content."""
    whole = hashlib.sha256(recorded.encode())
    for name in changed:
        whole.update(f"{name}:{_content(tables[name]) if name in tables else 'removed'}\n".encode())
    return whole.hexdigest()


def _is_same(table: pd.DataFrame, read: Shadow) -> bool:
    if not table.columns.equals(read.table.columns) or not table.index.equals(read.table.index):
        return False
    return _places(table) == read.places or table.equals(read.table)


def _places(table: pd.DataFrame) -> tuple[Place, ...]:
    return tuple(_place(np.asarray(values)) for values in _stored(table))


def _stored(table: pd.DataFrame) -> Iterable[Any]:
    """Values of each column as they lie in memory; by pandas' own iterator if it is there.

    It is no public name, but a Series around each column takes ten times as long, and this is asked at every step.
    """
    quick = getattr(table, "_iter_column_arrays", None)
    return quick() if quick is not None else (column.array for _, column in table.items())


def _place(values: np.ndarray) -> Place:
    return values.__array_interface__["data"][0], values.strides, values.dtype.str


def _content(table: pd.DataFrame) -> str:
    """A hash of names, types and values of a table, the same in every process."""
    whole = hashlib.sha256(repr([(str(name), str(kind)) for name, kind in table.dtypes.items()]).encode())
    for at in range(table.shape[1]):
        column = table.iloc[:, at]
        plain = column.astype(str) if column.dtype == object else column
        whole.update(np.ascontiguousarray(pd.util.hash_pandas_object(plain, index=False).to_numpy()).tobytes())
    return whole.hexdigest()
