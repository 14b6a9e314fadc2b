"""How far off: bias, mean absolute error, its share, correlation, for every series; and the aims that were set."""

from __future__ import annotations

import numpy as np
import pandas as pd

from energy_model.data.load import GasData
from energy_model.units import GWH_PER_TWH
from energy_model.validate.replay import compare
from energy_model.validate.replay.entries import ENTRY_GROUPS

MATERIAL_TWH = 1.0
"""A flow below this monthly mean is listed after the others: its share says little."""
SERIES = ["era", "group", "series", "unit"]
LARGEST_STORAGES = 12
OTHER_ENTRIES = [group for origin, group in ENTRY_GROUPS.items() if origin not in {"RU", "NO"}]
"""Entry points that are neither given nor Norwegian landings."""


def scoreboard(table: pd.DataFrame, data: GasData) -> pd.DataFrame:
    """One row per era and series, the worst first.

    ``error_share`` is the mean absolute error over the mean observed; for a storage level over the working gas volume.
    ``naive_error`` is what the mean of the same months in the years before would have missed.
    """
    rows = [
        {**dict(zip(SERIES, key, strict=True)), **_measures(part)}
        for key, part in table.dropna(subset=["observed"]).groupby(SERIES, observed=True)
    ]
    scores = pd.DataFrame(rows)
    full = _working_gas(data)
    level = scores["group"] == compare.LEVEL
    scores["working_gas_twh"] = scores["series"].map(full).where(level)
    base = scores["observed_mean"].abs().where(~level, scores["working_gas_twh"])
    scores["error_share"] = scores["mean_absolute_error"] / base.where(base > 0.0)
    scores["is_given"] = (scores["group"] == compare.GIVEN) | (
        (scores["group"] == compare.DEMAND) & ~scores["era"].str.contains("response")
    )
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


def aims(table: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """The aims that were set, what came out, and whether they are reached; one row per aim and era."""
    rows = []
    for era, part in table.dropna(subset=["observed"]).groupby("era", observed=True):
        mine = scores[scores["era"] == era]
        rows += [{"era": era, **row} for row in _aim_rows(part, mine)]
    found = pd.DataFrame(rows)
    return found.assign(is_reached=found["value"] <= found["aim"])


def _aim_rows(table: pd.DataFrame, scores: pd.DataFrame) -> list[dict[str, object]]:
    def of(group: str, series: str | None = None) -> pd.DataFrame:
        return table[(table["group"] == group) & (table["series"].eq(series) if series else True)]

    level = scores[scores["group"] == compare.LEVEL].set_index("series")["error_share"]
    working = scores[scores["group"] == compare.LEVEL].set_index("series")["working_gas_twh"]
    size = working.drop(compare.EU).nlargest(LARGEST_STORAGES)
    others = table[table["group"].isin(OTHER_ENTRIES)]
    countries = level[size.index]
    lng_eu = scores[scores["group"] == compare.LNG_EU]["mean_absolute_error"].iloc[0]
    price = scores[scores["group"] == compare.PRICE]["error_share"].iloc[0]
    landings = of(compare.NORWAY)
    landings = landings[~landings["series"].isin(sum(compare.SUMMED.values(), ()))]
    return [
        _aim("EU storage at month ends", "mean error, share of working gas", 0.025, level[compare.EU]),
        _aim(
            "twelve largest storage countries", "mean error of the worst, share of working gas", 0.08, countries.max()
        ),
        _aim("EU LNG of the period", "error, share", 0.03, _total_error(of(compare.LNG_EU))),
        _aim("EU LNG by month", "mean error, TWh", 8.0, lng_eu),
        _aim("LNG by country, period", "sum of errors, share of volume", 0.15, _total_error(of(compare.LNG))),
        _aim("LNG by country, month by month", "sum of errors, share of volume", 0.15, _month_error(of(compare.LNG))),
        _aim("Norway by landing point, period", "sum of errors, share of volume", 0.10, _total_error(landings)),
        _aim("Norway by landing point, month by month", "sum of errors, share of volume", 0.10, _month_error(landings)),
        _aim("other entry points, period", "sum of errors, share of volume", 0.10, _total_error(others)),
        _aim("other entry points, month by month", "sum of errors, share of volume", 0.10, _month_error(others)),
        _aim("monthly price", "mean error, share", 0.25, price),
    ]


def _aim(what: str, measure: str, aim: float, value: float) -> dict[str, object]:
    return {"what": what, "measure": measure, "aim": aim, "value": float(value)}


def _total_error(table: pd.DataFrame) -> float:
    """Errors of the whole period by series, without sign, over what was observed."""
    total = table.groupby("series", observed=True)[["modelled", "observed"]].sum()
    return float((total["modelled"] - total["observed"]).abs().sum() / total["observed"].sum())


def _month_error(table: pd.DataFrame) -> float:
    """Errors of every series and month, without sign, over what was observed."""
    return float((table["modelled"] - table["observed"]).abs().sum() / table["observed"].sum())


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


def _working_gas(data: GasData) -> dict[str, float]:
    """Working gas in TWh by country and for the EU."""
    table = data["storage"].drop_duplicates("storage", keep="last")
    by_node = table.groupby("node", observed=True)["working_gas_volume_gwh"].sum() / GWH_PER_TWH
    eu = by_node[by_node.index.isin(compare.members(data))].sum()
    return {**by_node.to_dict(), compare.EU: float(eu)}
