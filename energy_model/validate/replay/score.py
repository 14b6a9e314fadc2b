"""Errors of a replay: bias, mean absolute error, its share, correlation, for every series; and the aims."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from energy_model.data.load import GasData
from energy_model.units import GWH_PER_TWH
from energy_model.validate.replay import compare
from energy_model.validate.replay.era import Era
from energy_model.validate.replay.history import History

MATERIAL_TWH = 1.0
"""A flow below this monthly mean is listed after the others: its share says little."""
SERIES = ["era", "group", "series", "unit"]


def scoreboard(table: pd.DataFrame, data: GasData, history: History, eras: Iterable[Era]) -> pd.DataFrame:
    """One row per era and series, the worst first.

    ``error_share`` is the mean absolute error over the mean observed; for a storage level over the working gas volume.
    ``naive_error`` is what the mean of the same months in the years before would have missed.
    """
    rows = [
        {**dict(zip(SERIES, key, strict=True)), **_measures(part)}
        for key, part in table.dropna(subset=["observed"]).groupby(SERIES, observed=True)
    ]
    scores = pd.DataFrame(rows)
    full = _working_gas(data, history.region)
    level = scores["group"] == compare.LEVEL
    scores["working_gas_twh"] = scores["series"].map(full).where(level)
    base = scores["observed_mean"].abs().where(~level, scores["working_gas_twh"])
    scores["error_share"] = scores["mean_absolute_error"] / base.where(base > 0.0)
    answering = [era.id for era in eras if era.demand == "response"]
    given_demand = (scores["group"] == compare.DEMAND) & ~scores["era"].isin(answering)
    scores["is_given"] = (scores["group"] == history.groups[history.given]) | given_demand
    scores["is_material"] = (scores["observed_mean"].abs() >= MATERIAL_TWH) & ~scores["is_given"]
    order = ["is_material", "error_share", "era", "group", "series"]
    return scores.sort_values(order, ascending=[False, False, True, True, True], kind="stable").reset_index(drop=True)


def naive(data: GasData, months: list[pd.Timestamp], seen: pd.DataFrame) -> pd.DataFrame:
    """Mean of the same calendar months in the observations ``seen`` of earlier years, by series and month."""
    before = seen[seen["month"] < min(months)]
    usual = before.assign(number=before["month"].dt.month).groupby(["group", "series", "number"])["observed"].mean()
    wanted = pd.DataFrame({"month": months}).assign(number=lambda t: t["month"].dt.month)
    table = usual.rename("naive").reset_index().merge(wanted, on="number", validate="many_to_many")
    return table.loc[table["group"] != compare.PRICE, [*compare.KEY, "naive"]]


def aims(table: pd.DataFrame, scores: pd.DataFrame, history: History) -> pd.DataFrame:
    """The aims that were set, what came out, and whether they are reached; one row per aim and era."""
    rows = []
    for era, part in table.dropna(subset=["observed"]).groupby("era", observed=True):
        mine = scores[scores["era"] == era]
        rows += [{"era": era, **row} for row in history.aims(history, part, mine)]
    found = pd.DataFrame(rows)
    return found.assign(is_reached=found["value"] <= found["aim"])


def aim(what: str, measure: str, most: float, value: float) -> dict[str, object]:
    """One aim: what is held, how it is measured, the most it may be, what it is."""
    return {"what": what, "measure": measure, "aim": most, "value": float(value)}


def total_error(table: pd.DataFrame) -> float:
    """Errors of the whole period by series, without sign, over what was observed."""
    total = table.groupby("series", observed=True)[["modelled", "observed"]].sum()
    return float((total["modelled"] - total["observed"]).abs().sum() / total["observed"].sum())


def month_error(table: pd.DataFrame) -> float:
    """Errors of every series and month, without sign, over what was observed."""
    return float((table["modelled"] - table["observed"]).abs().sum() / table["observed"].abs().sum())


def _measures(part: pd.DataFrame) -> dict[str, float]:
    gap = part["modelled"] - part["observed"]
    moves = part["modelled"].std(ddof=0) > 1e-9 and part["observed"].std(ddof=0) > 1e-9
    missed = (part["naive"] - part["observed"]).abs() if "naive" in part else pd.Series(dtype=float)
    return {
        "months": len(part),
        "observed_mean": float(part["observed"].mean()),
        "modelled_mean": float(part["modelled"].mean()),
        "bias": float(gap.mean()),
        "mean_absolute_error": float(gap.abs().mean()),
        "correlation": float(np.corrcoef(part["modelled"], part["observed"])[0, 1]) if moves else float("nan"),
        "naive_error": float(missed.mean()) if missed.notna().all() and len(missed) else float("nan"),
    }


def _working_gas(data: GasData, region: str) -> dict[str, float]:
    """Working gas in TWh by country and for the region."""
    table = data["storage"].drop_duplicates("storage", keep="last")
    by_node = table.groupby("node", observed=True)["working_gas_volume_gwh"].sum() / GWH_PER_TWH
    inside = by_node[by_node.index.isin(compare.members(data, region))].sum()
    return {**by_node.to_dict(), region: float(inside)}
