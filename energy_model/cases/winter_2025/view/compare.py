"""What became of the view: its ranges next to what was observed, month by month and scenario by scenario.

A scenario holds under its condition alone, and whether the strait closed, and for how long, is no matter of the model.
So every scenario is held against the observations, and the reader looks at the one whose condition came true.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from energy_model.cases.winter_2025.view.series import UNITS, Coverage, observed
from energy_model.data.load import GasData
from energy_model.validate.view.compare import joined, months_of, scored
from energy_model.validate.view.runs import View
from energy_model.validate.view.spread import FILLING


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
        scenario and the columns of :func:`energy_model.validate.view.compare.scored`.
    """

    table: pd.DataFrame
    verdicts: pd.DataFrame
    scores: pd.DataFrame


def compare_view(view: View[Coverage], data: GasData) -> ViewComparison:
    """Join a view with ``observed/``, whatever months stand there.

    Raises
    ------
    ResultError
        If the view is empty.
    """
    table = joined(view, observed(data, months_of(view), view.coverage))
    counted = table[table["is_prediction"] & table["observed"].notna() & (table["group"] != FILLING)]
    return ViewComparison(
        table, _verdicts(view, counted), scored(counted, ["scenario", "group", "series", "unit"], list(UNITS))
    )


def _verdicts(view: View[Coverage], counted: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for one in view.scenarios:
        mine = counted[counted["scenario"] == one.id]
        share = float(mine["is_inside"].astype(float).mean()) if len(mine) else float("nan")
        rows.append({"scenario": one.id, "title": one.title, "months": len(mine), "inside_share": share})
    return pd.DataFrame(rows)
