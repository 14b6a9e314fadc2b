"""What became of the view: its ranges next to what was observed, month by month and scenario by scenario.

A scenario holds under its condition alone, and whether the strait closed, and for how long, is no matter of the model.
So every scenario is held against the observations, and the reader looks at the one whose condition came true.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from energy_model.cases.winter_2025.view.predict import View
from energy_model.cases.winter_2025.view.series import UNITS, observed
from energy_model.data.load import GasData
from energy_model.errors import ResultError
from energy_model.validate.spread import FILLING, KEY

ROUNDING = 1e-6
"""An observation outside the range by less than this is inside."""


@dataclass(frozen=True)
class ViewComparison:
    """The view next to the observations.

    Attributes
    ----------
    table : DataFrame
        The view's table with observed, is_prediction (the month ended after the day of the view), is_inside,
        error_of_central (central less observed; both missing where nothing is observed).
    verdicts : DataFrame
        scenario, title, months (observed months of all predicted series), inside_share: ranges are to hold 90 %.
    scores : DataFrame
        scenario, group, series, unit, months, observed_mean, central_mean, mean_absolute_error, inside_share.
    """

    table: pd.DataFrame
    verdicts: pd.DataFrame
    scores: pd.DataFrame


def compare_view(view: View, data: GasData) -> ViewComparison:
    """Join a view with ``observed/``, whatever months stand there.

    Raises
    ------
    ResultError
        If the view is empty.
    """
    if view.table.empty:
        raise ResultError("a view without predictions cannot be compared; run at least one scenario")
    months = list(pd.DatetimeIndex(view.table["month"]).unique().sort_values())
    seen = observed(data, months, view.coverage).rename(columns={"value": "observed"})
    table = view.table.merge(seen, on=KEY, how="left", validate="many_to_one")
    known = table["observed"].notna()
    inside = table["observed"].between(table["low"] - ROUNDING, table["high"] + ROUNDING)
    table["is_prediction"] = table["month"] + pd.offsets.MonthEnd(0) > pd.Timestamp(view.day)
    table["is_inside"] = inside.astype("boolean").where(known)
    table["error_of_central"] = table["central"] - table["observed"]
    counted = table[table["is_prediction"] & known & (table["group"] != FILLING)]
    return ViewComparison(table, _verdicts(view, counted), _scores(counted))


def _verdicts(view: View, counted: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for one in view.scenarios:
        mine = counted[counted["scenario"] == one.id]
        share = float(mine["is_inside"].astype(float).mean()) if len(mine) else float("nan")
        rows.append({"scenario": one.id, "title": one.title, "months": len(mine), "inside_share": share})
    return pd.DataFrame(rows)


def _scores(counted: pd.DataFrame) -> pd.DataFrame:
    keys = ["scenario", "group", "series", "unit"]
    rows = [
        {
            **dict(zip(keys, key, strict=True)),
            "months": len(part),
            "observed_mean": float(part["observed"].mean()),
            "central_mean": float(part["central"].mean()),
            "mean_absolute_error": float(part["error_of_central"].abs().mean()),
            "inside_share": float(part["is_inside"].astype(float).mean()),
        }
        for key, part in counted.groupby(keys, observed=True, sort=False)
    ]
    heads = [*keys, "months", "observed_mean", "central_mean", "mean_absolute_error", "inside_share"]
    order = {group: number for number, group in enumerate(UNITS)}
    scores = pd.DataFrame(rows, columns=heads)
    return scores.sort_values("group", key=lambda names: names.map(order), kind="stable").reset_index(drop=True)
