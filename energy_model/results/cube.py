"""A table of results as an array: what each row of it is about, and a number for each period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from energy_model.errors import ResultError


@dataclass(frozen=True)
class Cube:
    """Numbers by item and period.

    Attributes
    ----------
    labels : mapping of str to ndarray
        What each item is, by dimension; each of shape (I,).
    values : ndarray
        Shape (I, T); a number without a period has one of them.
    """

    labels: Mapping[str, np.ndarray]
    values: np.ndarray

    def where(self, chosen: np.ndarray) -> Cube:
        """The items chosen, bool, shape (I,)."""
        return Cube({name: column[chosen] for name, column in self.labels.items()}, self.values[chosen])

    def grouped(self, by: Sequence[str]) -> tuple[pd.MultiIndex | None, np.ndarray]:
        """Sums by some dimensions: the groups that there are, and an array of shape (groups, T).

        Groups come in the order in which their labels appear; without a dimension there is one group and no index.
        """
        if not by:
            return None, self.values.sum(axis=0, keepdims=True)
        codes, names = zip(*(pd.factorize(self.labels[name]) for name in by), strict=True)
        place = np.zeros(len(self.values), dtype=int)
        for code, label in zip(codes, names, strict=True):
            place = place * len(label) + code
        there, group = np.unique(place, return_inverse=True)
        total = np.zeros((len(there), self.values.shape[1]))
        np.add.at(total, group, self.values)
        columns = np.unravel_index(there, [len(label) for label in names])
        return pd.MultiIndex.from_arrays(
            [label[column] for label, column in zip(names, columns, strict=True)], names=list(by)
        ), total


def items_of(table: pd.DataFrame, count: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The first row of each item of a long table, and all its rows in the order of items and periods.

    Parameters
    ----------
    count : int
        Number of periods; a table without the column ``period`` has one row for each item.

    Raises
    ------
    ResultError
        If an item has not one row for each period.
    """
    if "period" not in table:
        return table, table
    if not _in_order(table, count):
        keys = [name for name in table.columns if not pd.api.types.is_float_dtype(table[name]) and name != "period"]
        table = table.sort_values([*keys, "period"], kind="stable")
        if not _in_order(table, count):
            what = ", ".join(table.columns[:3])
            raise ResultError(f"the table of {what}, ... has not one row for each of the {count} periods of its items")
    return table.iloc[::count], table


def _in_order(table: pd.DataFrame, count: int) -> bool:
    period = table["period"].to_numpy()
    return not len(period) % count and bool((period.reshape(-1, count) == np.arange(1, count + 1)).all())


def shaped(rows: pd.DataFrame, column: str, count: int) -> np.ndarray:
    """A column of rows in the order of items and periods as an array of shape (items, count)."""
    return np.asarray(rows[column].to_numpy(float).reshape(-1, count))
