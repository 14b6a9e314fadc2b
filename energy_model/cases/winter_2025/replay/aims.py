"""The aims of the replay, those of the replay of 2021 and 2022 as far as they are observed, and the errors to quote."""

from __future__ import annotations

import pandas as pd

from energy_model.validate.replay import compare
from energy_model.validate.replay.history import History
from energy_model.validate.replay.report import ReplayReport
from energy_model.validate.replay.score import aim, month_error, total_error

LARGEST_STORAGES = 12
STOCK, PRICE, LNG = "EU storage at month ends", "monthly price", "EU LNG by month"


def aim_rows(history: History, table: pd.DataFrame, scores: pd.DataFrame) -> list[dict[str, object]]:
    """The aims of one era, from its series and its scores; what was not observed has none."""
    by = {group: part.set_index("series") for group, part in scores.groupby("group")}
    level = by[compare.LEVEL]
    size = level["working_gas_twh"].drop(history.region).nlargest(LARGEST_STORAGES)
    rows = [
        aim(STOCK, "mean error, share of working gas", 0.025, level.loc[history.region, "error_share"]),
        aim(
            "twelve largest storage countries",
            "mean error of the worst, share of working gas",
            0.10,
            level.loc[size.index, "error_share"].max(),
        ),
        aim(PRICE, "mean error, share", 0.25, by[compare.PRICE]["error_share"].iloc[0]),
    ]
    lng = table[table["group"] == compare.LNG_REGION]
    if len(lng):
        error = float(by[compare.LNG_REGION]["mean_absolute_error"].iloc[0])
        rows.append(aim("EU LNG of the period", "error, share", 0.03, total_error(lng)))
        rows.append(aim(LNG, "mean error, TWh", 8.0, error))
    imports = table[table["group"] == compare.IMPORTS]
    if len(imports):
        what = "Norway and Great Britain to the EU, month by month"
        rows.append(aim(what, "sum of errors, share of volume", 0.10, month_error(imports)))
    entries = table[table["group"].isin(set(history.groups.values()) - {history.groups[history.given]})]
    rows.append(aim("entry points in the south", "sum of errors, share of volume", 0.10, month_error(entries)))
    cut = table[(table["group"] == compare.CURTAILED) & (table["series"] != history.region)]
    rows.append(aim("curtailed, all countries", "sum, TWh", 0.0, round(float(cut["modelled"].sum()), 3)))
    return rows


def headline_errors(report: ReplayReport) -> pd.DataFrame:
    """The errors to quote that every era has, as shares: rows are errors, columns eras, ``of`` what of."""
    aims = report.aims.pivot_table(index="what", columns="era", values="value", sort=False)
    return aims.loc[[STOCK, PRICE]].rename_axis(index=None).assign(of=["working gas volume", "price observed"])
