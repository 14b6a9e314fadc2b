"""What became of a view: its ranges beside what was observed, month by month."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from energy_model.errors import ResultError
from energy_model.validate.view.runs import View
from energy_model.validate.view.spread import KEY

ROUNDING = 1e-6
"""An observation outside the range by less than this is inside."""
MEASURES = ("months", "observed_mean", "central_mean", "bias", "mean_absolute_error", "error_share", "inside_share")


def months_of(view: View[Any]) -> list[pd.Timestamp]:
    """First days of the months that a view predicts.

    Raises
    ------
    ResultError
        If it predicts none.
    """
    if view.table.empty:
        raise ResultError("a view without predictions cannot be compared; run at least one scenario")
    return list(pd.DatetimeIndex(view.table["month"]).unique().sort_values())


def joined(view: View[Any], seen: pd.DataFrame) -> pd.DataFrame:
    """The table of a view with what was observed.

    Parameters
    ----------
    seen : DataFrame
        group, series, unit, month, value.

    Returns
    -------
    DataFrame
        The table with observed, is_prediction (the month ended after the day of the view), is_inside (missing where
        nothing is observed), error_of_central (central less observed).
    """
    table = view.table.merge(seen.rename(columns={"value": "observed"}), on=KEY, how="left", validate="many_to_one")
    inside = in_range(table)
    table["is_prediction"] = table["month"] + pd.offsets.MonthEnd(0) > pd.Timestamp(view.day)
    table["is_inside"] = inside.astype("boolean").where(table["observed"].notna())
    table["error_of_central"] = table["central"] - table["observed"]
    return table


def in_range(table: pd.DataFrame) -> pd.Series:
    """Whether what was observed lies between ``low`` and ``high``; not so where nothing was."""
    return table["observed"].between(table["low"] - ROUNDING, table["high"] + ROUNDING)


def scored(counted: pd.DataFrame, keys: Sequence[str], groups: Sequence[str]) -> pd.DataFrame:
    """Errors of the central line and months in the range, by series.

    Parameters
    ----------
    counted : DataFrame
        Rows of :func:`joined` that count; each has an observation.
    keys : sequence of str
        What makes a series; ``group`` is one of them.
    groups : sequence of str
        Groups in reading order.

    Returns
    -------
    DataFrame
        The keys, months, observed_mean, central_mean, bias, mean_absolute_error, error_share (of the mean observed),
        inside_share (of the months).
    """
    rows = [
        {**dict(zip(keys, key, strict=True)), **_measures(part)}
        for key, part in counted.groupby(list(keys), observed=True, sort=False)
    ]
    scores = pd.DataFrame(rows, columns=[*keys, *MEASURES])
    order = {group: number for number, group in enumerate(groups)}
    return scores.sort_values("group", key=lambda names: names.map(order), kind="stable").reset_index(drop=True)


def _measures(part: pd.DataFrame) -> dict[str, float]:
    error, mean = part["error_of_central"], float(part["observed"].mean())
    size = float(error.abs().mean())
    return {
        "months": len(part),
        "observed_mean": mean,
        "central_mean": float(part["central"].mean()),
        "bias": float(error.mean()),
        "mean_absolute_error": size,
        "error_share": size / mean if mean else float("nan"),
        "inside_share": float(part["is_inside"].astype(float).mean()),
    }
