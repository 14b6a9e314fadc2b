"""Published losses of output next to ours, at every elasticity; told, never pass or fail.

Two kinds of row. Where a publication states both a shortage of gas and a loss, our output module is given the
published shortage: the difference is the economics alone. Where it states only a loss, our own shortage is used, and
the difference is both.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from energy_model.cases.ukraine_2022.anchors.compare import APRIL, APRIL_SETTING, JULY_SETTING
from energy_model.cases.ukraine_2022.anchors.exact import by_sigma
from energy_model.cases.ukraine_2022.anchors.runs import AnchorRuns
from energy_model.impact.output_loss import SIGMAS, ces_output, gas_in_the_economy, output_loss
from energy_model.validate.anchors import Ours, number

UNION = "EU27"
SHARES = "share of gas in GDP at the price of 2021"
AT_THEIRS = "our output module at the published shortage"
SIGMA_NOTE = "sigma 0 / 0.04 / 0.1 / 0.2"

_AT_SHORTAGE: Mapping[str, tuple[str, str, str | float, str]] = {
    # anchor: country, basis, published shortage (anchor or percent), why different
    "bb_gdp": ("DE", "total", "bb_shortfall", "theirs takes sigma 0.1 and a gas share of 1 %"),
    "imf144_gdp_2022": (
        "DE",
        "total",
        "imf144_shortage_2022",
        "half a year there; uncertainty and supply chains added",
    ),
    "imf144_gdp_2023": ("DE", "total", "imf144_shortage_2023", "uncertainty and supply chains added there"),
    "imf144_gdp_2024": ("DE", "total", "imf144_shortage_2024", "uncertainty and supply chains added there"),
    "esm_gdp": ("DE", "total", "esm_in_shortage", "their shortage lasts part of a year"),
    "ecb_gva": (
        UNION,
        "industry",
        10.0,
        "industry alone here, all firms and their suppliers there; EU against euro area",
    ),
    "csh_output_together": ("AT", "industry", "csh_in_together", "gross output there, GDP here; cascades there"),
    "csh_output_alone": ("AT", "industry", "csh_in_alone", "gross output there, GDP here; cascades there"),
}
_APRIL_RUN: Mapping[str, str] = {
    "krebs_gdp": "their cascade along supply chains is near sigma 0 for the firms hit and less for the rest",
    "krebs_gdp_easy": "their shortage is smaller: more imports are found",
    "bundesbank_gdp": "all energy there; demand and confidence fall as well",
}
_JULY_RUN: Mapping[str, tuple[str, str]] = {
    "ec_gdp": (UNION, "trade and demand are in their model, none is in ours"),
    **{
        f"imf145_gdp_{node.lower()}": (node, "equal shares here, market or each for itself there; other shortages")
        for node in ("HU", "SK", "CZ", "IT", "DE")
    },
}


def output_rows(runs: AnchorRuns, published: pd.DataFrame) -> list[Ours]:
    """Every comparison of output lost."""
    april, reference = runs["full_cutoff_april"], runs["reference"]
    storyline = runs.data.at(april.scenario.as_of)
    lost = output_loss(april, storyline, since=APRIL)
    july = pd.concat([output_loss(results, storyline) for results in runs.july])
    against_reference = output_loss(april, storyline, reference, APRIL)
    setting = f"{APRIL_SETTING}; all gas against GDP; {SIGMA_NOTE}"
    rows = [*_at_published_shortage(gas_in_the_economy(storyline), published["value"])]
    rows += [_row(anchor, _changes(lost, "DE"), setting, why) for anchor, why in _APRIL_RUN.items()]
    rows += [
        _row(anchor, _changes(july, node), f"{JULY_SETTING}, mean; all gas against GDP; {SIGMA_NOTE}", why)
        for anchor, (node, why) in _JULY_RUN.items()
    ]
    mine = against_reference.query("node == 'DE' and basis == 'total'").set_index("sigma")["change_eur_bn"]
    rows.append(
        Ours(
            "gd_apr_loss",
            (float(mine.min()), float(mine.max())),
            f"{APRIL_SETTING}, against the reference; all gas against GDP; {SIGMA_NOTE}",
            "two years there, one here",
            text=" / ".join(number(mine[sigma]) for sigma in SIGMAS),
        )
    )
    return rows


def _at_published_shortage(economy: pd.DataFrame, value: pd.Series) -> list[Ours]:
    rows = []
    for anchor, (node, basis, shortage, why) in _AT_SHORTAGE.items():
        percent = float(value[shortage]) if isinstance(shortage, str) else shortage
        land = economy.loc[node]
        share = land["gas_share" if basis == "total" else "industry_gas_share"]
        weight = 1.0 if basis == "total" else land["industry_value_added_eur_bn"] / land["gdp_eur_bn"]
        changes = {
            sigma: float(ces_output(1.0 - percent / 100.0, float(share), sigma) - 1.0) * float(weight)
            for sigma in SIGMAS
        }
        what = "all gas against GDP" if basis == "total" else "industry's gas against its part of GDP"
        setting = f"{AT_THEIRS} of {number(percent)} %; {what}, {number(100.0 * share)} % gas; {SIGMA_NOTE}"
        rows.append(_row(anchor, changes, setting, why))
    return rows


def _changes(losses: pd.DataFrame, node: str) -> dict[float, float]:
    """Change of GDP by elasticity, all gas, mean over the runs in the table."""
    mine = losses[(losses["node"] == node) & (losses["basis"] == "total")]
    return {float(sigma): float(value) for sigma, value in mine.groupby("sigma")["gdp_change_share"].mean().items()}


def _row(anchor: str, changes: Mapping[float, float], setting: str, why: str) -> Ours:
    percent = [100.0 * change for change in changes.values()]
    return Ours(anchor, (min(percent), max(percent)), setting, why, text=by_sigma(changes))
