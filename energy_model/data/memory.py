"""Tables in memory against those that were read: has anything been changed, and which hash does it carry then?

Tables are handed out as they are, so that a notebook can change them. A shallow copy made when they were read shares
their memory until somebody writes (pandas copies on write), so that an unchanged table is recognised in microseconds
and a changed one never passes for what was read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import numpy as np
import pandas as pd

Tables = Mapping[str, pd.DataFrame]


def shadow(tables: Tables) -> dict[str, pd.DataFrame]:
    """What the tables hold now; later writes to them do not reach it."""
    return {name: table.copy(deep=False) for name, table in tables.items()}


def changed_tables(tables: Tables, read: Tables) -> list[str]:
    """Names of tables that differ from what was read, or that are there in one of the two only."""
    changed = {name for name, table in tables.items() if name in read and not _is_same(table, read[name])}
    return sorted(changed | (set(tables) ^ set(read)))


def digest_of(recorded: str, tables: Tables, changed: list[str]) -> str:
    """A hash for tables that were changed in memory, of the recorded one and of every changed table's content."""
    whole = hashlib.sha256(recorded.encode())
    for name in changed:
        whole.update(f"{name}:{_content(tables[name]) if name in tables else 'removed'}\n".encode())
    return whole.hexdigest()


def _is_same(table: pd.DataFrame, read: pd.DataFrame) -> bool:
    if not table.columns.equals(read.columns) or not table.index.equals(read.index):
        return False
    return all(_is_same_column(table[name], read[name]) for name in table.columns)


def _is_same_column(column: pd.Series, read: pd.Series) -> bool:
    if column.dtype != read.dtype:
        return False
    return _memory(column) == _memory(read) or column.equals(read)


def _memory(column: pd.Series) -> tuple[int, tuple[int, ...]]:
    """Where a column's values lie."""
    values = column.to_numpy()
    return values.__array_interface__["data"][0], values.strides


def _content(table: pd.DataFrame) -> str:
    """A hash of names, types and values of a table, the same in every process."""
    whole = hashlib.sha256(repr([(str(name), str(kind)) for name, kind in table.dtypes.items()]).encode())
    for at in range(table.shape[1]):
        column = table.iloc[:, at]
        plain = column.astype(str) if column.dtype == object else column
        whole.update(np.ascontiguousarray(pd.util.hash_pandas_object(plain, index=False).to_numpy()).tobytes())
    return whole.hexdigest()
