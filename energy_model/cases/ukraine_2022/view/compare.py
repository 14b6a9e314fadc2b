"""What became of a view: its ranges next to what was observed, month by month.

A scenario is an assumption about Russia. One that did not come true is not wrong, so only the scenario whose Russian
gas stands nearest to what flowed is held against the observations; the others are marked.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from energy_model.cases.ukraine_2022.view.series import ALL_ROUTES, RUSSIA, UNITS, Coverage, observed
from energy_model.data.load import GasData
from energy_model.validate.view.compare import in_range, joined, months_of, scored
from energy_model.validate.view.runs import View
from energy_model.validate.view.spread import FILLING, KEY

NEAREST, OTHER, OPEN = "nearest to what happened", "did not happen", "not known yet"
GIVEN, ANY = "Russian gas of the nearest scenario", "any scenario"


@dataclass(frozen=True)
class ViewComparison:
    """A view next to the observations.

    Attributes
    ----------
    table : DataFrame
        The view's table with verdict, observed, is_prediction (the month ended after the day of the view), is_inside,
        error_of_central (central less observed; both missing where nothing is observed).
    verdicts : DataFrame
        scenario, title, months, russian_gas_off_twh_per_month (mean difference of all routes, without sign), verdict.
    calibration : DataFrame
        given (the scenario that stands nearest to what flowed, or any of them), group, months, inside_share: how many
        of the observed months lie in ranges that are to hold 90 %; countries and region alike, predicted months only.
    scores : DataFrame
        Nearest scenario only, predicted months only: group, series, unit, months, observed_mean, central_mean, bias,
        mean_absolute_error, error_share (of the mean observed), inside_share (of the months).
    """

    table: pd.DataFrame
    verdicts: pd.DataFrame
    scores: pd.DataFrame
    calibration: pd.DataFrame

    @property
    def nearest(self) -> str:
        """Id of the scenario that stands nearest to what happened; empty while nothing is observed."""
        found = self.verdicts.loc[self.verdicts["verdict"] == NEAREST, "scenario"]
        return str(found.iloc[0]) if len(found) else ""


def compare_view(view: View[Coverage], data: GasData) -> ViewComparison:
    """Join a view with ``observed/``, whatever months stand there.

    Parameters
    ----------
    data : GasData
        Every vintage (not cut at the day of the view).

    Raises
    ------
    ResultError
        If the view is empty.
    """
    table = joined(view, observed(data, months_of(view), view.day, view.coverage))
    verdicts = _verdicts(view, table)
    table.insert(1, "verdict", table["scenario"].map(verdicts.set_index("scenario")["verdict"]))
    return ViewComparison(table, verdicts, _scores(table), calibration(table))


def calibration(table: pd.DataFrame) -> pd.DataFrame:
    """Share of the observed months in their range, by group: given the nearest scenario, and whatever Russia does."""
    seen = table[table["is_prediction"] & table["observed"].notna() & ~table["group"].isin([RUSSIA, FILLING])]
    nearest = seen[seen["verdict"] == NEAREST]
    any_of = seen.groupby(KEY, sort=False).agg(low=("low", "min"), high=("high", "max"), observed=("observed", "first"))
    any_of = any_of.reset_index()
    parts = [
        nearest.assign(given=GIVEN, held=nearest["is_inside"].astype(bool)),
        any_of.assign(given=ANY, held=in_range(any_of)),
    ]
    every = pd.concat([part[["given", "group", "held"]] for part in parts])
    counted = every.groupby(["given", "group"], sort=False)["held"].agg(months="size", inside_share="mean")
    return counted.reset_index()


def _verdicts(view: View[Coverage], table: pd.DataFrame) -> pd.DataFrame:
    """How far each scenario's Russian gas is from what flowed; the nearest one first."""
    total = table[(table["group"] == RUSSIA) & (table["series"] == ALL_ROUTES) & table["is_prediction"]]
    total = total.dropna(subset=["observed"])
    off = total["error_of_central"].abs().groupby(total["scenario"]).agg(["mean", "count"])
    off = off.reindex([one.id for one in view.scenarios])
    verdicts = pd.DataFrame(
        {
            "scenario": off.index,
            "title": [view.title(name) for name in off.index],
            "months": off["count"].fillna(0).astype(int).to_numpy(),
            "russian_gas_off_twh_per_month": off["mean"].to_numpy(float),
        }
    )
    verdicts = verdicts.sort_values("russian_gas_off_twh_per_month", kind="stable").reset_index(drop=True)
    verdicts["verdict"] = OTHER if len(total) else OPEN
    if len(total):
        verdicts.loc[0, "verdict"] = NEAREST
    return verdicts


def _scores(table: pd.DataFrame) -> pd.DataFrame:
    mine = table[(table["verdict"] == NEAREST) & table["is_prediction"]].dropna(subset=["observed"])
    keys = ["group", "series", "unit"]
    return scored(mine.sort_values(keys, kind="stable"), keys, list(UNITS))
