"""From arrays to long tables, without a Python loop over rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd


def long_table(axes: Mapping[str, Sequence[object] | np.ndarray], values: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """One row per combination of the axes, in product order, with one column per array of values.

    Parameters
    ----------
    axes : mapping of column name to labels
        Their order is the order of the arrays' axes. Labels become categories.
    values : mapping of column name to ndarray
        Each of the shape given by the axes.
    """
    shape = tuple(len(labels) for labels in axes.values())
    columns: dict[str, object] = {}
    for number, (name, labels) in enumerate(axes.items()):
        codes = np.broadcast_to(
            np.arange(shape[number]).reshape([-1 if i == number else 1 for i in range(len(shape))]), shape
        ).ravel()
        distinct = pd.Index(labels)
        is_named = (distinct.is_unique and distinct.dtype == object) or distinct.dtype.kind in "OUT"
        if is_named and not codes.size:
            distinct = pd.Index([], dtype=object)
        columns[name] = pd.Categorical.from_codes(codes, categories=distinct) if is_named else distinct.take(codes)
    columns |= {name: np.asarray(array, dtype=float).ravel() for name, array in values.items()}
    return pd.DataFrame(columns)
