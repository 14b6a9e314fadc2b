"""The aims that were set for the replay before it was run, and the errors to quote."""

from __future__ import annotations

import pandas as pd

from energy_model.cases.ukraine_2022.replay.entries import ENTRY_GROUPS
from energy_model.validate.replay import compare
from energy_model.validate.replay.era import MONTH_BEFORE
from energy_model.validate.replay.history import History
from energy_model.validate.replay.report import ReplayReport
from energy_model.validate.replay.score import aim, month_error, total_error

LARGEST_STORAGES = 12
BORDERS_FREE, BORDERS_GIVEN = 0.45, 0.35
"""Most of the error at borders, with no flow given and with those of the month before."""
OTHER_ENTRIES = [group for origin, group in ENTRY_GROUPS.items() if origin not in {"RU", "NO"}]
"""Entry points that are neither given nor Norwegian landings."""


def aim_rows(history: History, table: pd.DataFrame, scores: pd.DataFrame) -> list[dict[str, object]]:
    """The aims of one era, from its series and its scores."""

    def of(group: str, series: str | None = None) -> pd.DataFrame:
        return table[(table["group"] == group) & (table["series"].eq(series) if series else True)]

    level = scores[scores["group"] == compare.LEVEL].set_index("series")["error_share"]
    working = scores[scores["group"] == compare.LEVEL].set_index("series")["working_gas_twh"]
    size = working.drop(history.region).nlargest(LARGEST_STORAGES)
    others = table[table["group"].isin(OTHER_ENTRIES)]
    countries = level[size.index]
    lng_eu = scores[scores["group"] == compare.LNG_REGION]["mean_absolute_error"].iloc[0]
    price = scores[scores["group"] == compare.PRICE]["error_share"].iloc[0]
    cut = of(compare.CURTAILED)
    cut = cut[cut["series"] != history.region]
    landings = of(history.groups[history.landings])
    landings = landings[~landings["series"].isin(sum(history.summed.values(), ()))]
    rows = [
        aim("EU storage at month ends", "mean error, share of working gas", 0.025, level[history.region]),
        aim("twelve largest storage countries", "mean error of the worst, share of working gas", 0.10, countries.max()),
        aim("EU LNG of the period", "error, share", 0.03, total_error(of(compare.LNG_REGION))),
        aim("EU LNG by month", "mean error, TWh", 8.0, lng_eu),
        aim("LNG by country, period", "sum of errors, share of volume", 0.15, total_error(of(compare.LNG))),
        aim("LNG by country, month by month", "sum of errors, share of volume", 0.20, month_error(of(compare.LNG))),
        aim("Norway by landing point, period", "sum of errors, share of volume", 0.10, total_error(landings)),
        aim("Norway by landing point, month by month", "sum of errors, share of volume", 0.10, month_error(landings)),
        aim("other entry points, period", "sum of errors, share of volume", 0.10, total_error(others)),
        aim("other entry points, month by month", "sum of errors, share of volume", 0.10, month_error(others)),
        aim("monthly price", "mean error, share", 0.25, price),
        aim("curtailed, all countries", "sum, TWh", 0.0, round(cut["modelled"].sum(), 3)),
    ]
    borders = of(compare.BORDERS)
    if len(borders):
        given = str(table["era"].iloc[0]).endswith(MONTH_BEFORE)
        what = "borders between members, month by month" + (", month before given" if given else "")
        most = BORDERS_GIVEN if given else BORDERS_FREE
        rows.append(aim(what, "sum of errors, share of volume", most, month_error(borders)))
    return rows


def headline_errors(report: ReplayReport) -> pd.DataFrame:
    """The three errors to quote, as shares: rows are errors, columns eras, and ``of`` what they are shares of.

    Month by month, not of the whole period, in which errors of months cancel.
    """
    aims = report.aims.pivot_table(index="what", columns="era", values="value", sort=False)
    lng = report.table[report.table["group"] == compare.LNG_REGION].set_index("era")["error_share"]
    rows = {
        "EU storage at month ends": aims.loc["EU storage at month ends"],
        "EU LNG by month": lng,
        "LNG by country and month": aims.loc["LNG by country, month by month"],
    }
    bases = ("working gas volume", "send-out observed", "send-out observed, all countries")
    return pd.DataFrame(rows).T.assign(of=bases)
