"""Published results that must come out: closed forms, and a balance of one node."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from energy_model.data.load import GasData
from energy_model.data.regions import members as members_of
from energy_model.impact.adequacy import n_minus_1_percent, supply_standard
from energy_model.impact.output_loss import ces_output, price_based_change, second_order_change
from energy_model.units import GWH_PER_TWH
from energy_model.validate.anchors import Ours, number

CES_TOLERANCE_PP = 0.02
"""The output module must meet published numbers within this many percentage points."""
MEAN_YEARS = range(2018, 2022)
"""Years whose monthly demand Bruegel averages."""
BALANCE_MONTHS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2)
"""March 2022 to February 2023."""
CAUTIOUS_END_TWH = 100.0
"""Stock left at the end of winter by the cautious reading of "enough": an empty store cannot deliver its last gas."""


def exact_rows(data: GasData, published: pd.DataFrame) -> list[Ours]:
    """All rows that must be reproduced; ``published`` is ``anchors.csv`` by anchor."""
    return [*_output_rows(published["value"]), _bruegel_row(data, published), *_regulation_rows(data)]


def _output_rows(value: pd.Series) -> list[Ours]:
    """The output module against Bachmann et al. (2022), in percent."""
    ours = {
        "bb_ces_10_sigma_0": ces_output(0.9, 0.04, 0.0) - 1.0,
        "bb_ces_10_sigma_004": ces_output(0.9, 0.04, 0.04) - 1.0,
        "bb_ces_10_sigma_01": ces_output(0.9, 0.04, 0.1) - 1.0,
        "bb_ces_10_sigma_1": ces_output(0.9, 0.04, 1.0) - 1.0,
        "bb_ces_30_sigma_01": ces_output(0.7, 0.01, 0.1) - 1.0,
        "bb_second_order": second_order_change(-0.10, 0.04, 0.04),
        "bb_sufficient_statistic": price_based_change(-0.30, 0.012, 0.036),
    }
    return [
        Ours(
            anchor,
            (100.0 * float(change),),
            "closed form",
            "rounding" if abs(100.0 * change - value[anchor]) < 0.006 else "the source solved it on a grid",
            reproduced=bool(abs(100.0 * change - value[anchor]) <= CES_TOLERANCE_PP),
        )
        for anchor, change in ours.items()
    ]


def monthly_demand_twh(data: GasData) -> pd.Series:
    """Mean demand of the EU by calendar month, 2018 to 2021 as observed, TWh."""
    seen = data["observed_demand_monthly"]
    members = set(members_of(data, "EU27"))
    seen = seen[seen["node"].isin(members) & seen["month"].dt.year.isin(MEAN_YEARS)]
    by_month = seen.groupby(seen["month"].dt.month)["demand_gwh"].sum() / len(MEAN_YEARS) / GWH_PER_TWH
    return by_month.rename_axis("month")


def stock_path_twh(start_twh: float, monthly_supply_twh: float, demand_twh: pd.Series) -> pd.Series:
    r"""Gas in store at the end of each month of one node that takes in all it is offered.

    .. math:: L_m = L_{m-1} + S - D_m

    The level may fall below zero: that is what must be saved.
    """
    return start_twh + (monthly_supply_twh - demand_twh).cumsum()


def needed_saving_twh(stock: pd.Series, end_twh: float) -> float:
    """Smallest saving, spread as one likes, that keeps the stock at 0 or more and ends at ``end_twh``."""
    return max(0.0, -float(stock.min()), end_twh - float(stock.iloc[-1]))


def bruegel_balance(data: GasData, published: pd.DataFrame, russia_twh: float = 0.0) -> pd.DataFrame:
    """Bruegel's balance of 28 February 2022 with low and high production of the EU.

    Returns
    -------
    DataFrame
        One row per production: production_twh, end_stock_twh, needed_to_end_empty_twh, needed_to_end_cautious_twh.
    """
    value, upper = published["value"], published["value_to"]
    demand = monthly_demand_twh(data).reindex(list(BALANCE_MONTHS))
    imports = value["bru_feb_in_pipeline"] + value["bru_feb_in_lng"] + russia_twh
    rows = []
    for production in (value["bru_feb_in_production"], upper["bru_feb_in_production"]):
        stock = stock_path_twh(value["bru_feb_in_storage"], imports + production, demand)
        rows.append(
            {
                "production_twh": production,
                "end_stock_twh": float(stock.iloc[-1]),
                "needed_to_end_empty_twh": needed_saving_twh(stock, 0.0),
                "needed_to_end_cautious_twh": needed_saving_twh(stock, CAUTIOUS_END_TWH),
            }
        )
    return pd.DataFrame(rows)


def _bruegel_row(data: GasData, published: pd.DataFrame) -> Ours:
    cut = bruegel_balance(data, published)
    limited = bruegel_balance(data, published, published["value"]["bru_feb_in_russia"])
    low, high = cut["needed_to_end_empty_twh"].min(), cut["needed_to_end_cautious_twh"].max()
    return Ours(
        "bru_feb_cut",
        (low, high),
        "one node, month by month, demand of 2018-2021 as observed, inputs of the source; from empty stores with much "
        f"production to {CAUTIOUS_END_TWH:.0f} TWh left with little",
        "the source states neither production nor the stock it wants to end with; with 60 TWh a month from Russia no "
        f"saving is needed and {number(limited['end_stock_twh'].min())} to {number(limited['end_stock_twh'].max())} "
        "TWh are left",
        reproduced=bool(
            low <= published["value"]["bru_feb_cut"] <= high and limited["needed_to_end_cautious_twh"].eq(0.0).all()
        ),
    )


def _regulation_rows(data: GasData) -> list[Ours]:
    example = n_minus_1_percent(100.0 + 20.0 + 50.0 + 30.0, 60.0, 120.0)
    cases = supply_standard(data, data.storyline.as_of)["case"].nunique()
    return [
        Ours(
            "reg_n_1",
            (example,),
            "worked example: entries 100, production 20, storage 50, LNG 30, largest 60, peak 120; published is the "
            "threshold that 116.67 % passes",
            "a formula; every country's own number is in the table of adequacy",
            reproduced=bool(abs(example - 350.0 / 3.0) < 1e-9),
        ),
        Ours(
            "reg_supply_standard",
            (float(cases),),
            "all three cases computed for every country",
            "protected customers are the tiers marked so in our data",
            reproduced=cases == 3,
        ),
    ]


def storage_lasts(data: GasData, published: pd.DataFrame) -> list[Ours]:
    """How long storage lasts if Russian gas stops at the end of January 2022: one node, as in Bruegel's balance.

    The month in which stores run out; if none does, the month that ends with the least.
    """
    value = published["value"]
    members = set(members_of(data, "EU27"))
    filling = data["storage_filling"]
    filling = filling[filling["node"].isin(members) & (filling["date"] == pd.Timestamp(2022, 2, 1))]
    start = float(filling["gas_in_storage_gwh"].sum()) / GWH_PER_TWH
    supply = value["bru_feb_in_pipeline"] + value["bru_feb_in_lng"] + value["bru_feb_in_production"]
    normal = monthly_demand_twh(data)
    rows = []
    for anchor, demand in (("bru_jan_normal", normal), ("bru_jan_cold", normal * _cold_ratio(data, members))):
        stock = stock_path_twh(start, supply, demand.reindex([2, 3, 4, 5]))
        lasts = int(stock.idxmin() if stock.min() >= 0.0 else stock[stock < 0.0].index[0])
        ends = " and ".join(
            f"{stock[month]:.0f} TWh at the end of {name}" for month, name in ((3, "March"), (4, "April"))
        )
        rows.append(
            Ours(
                anchor,
                (float(lasts),),
                f"one node from {start:.0f} TWh on 1 February, pipeline and LNG of Bruegel's balance, nobody saves: "
                f"{ends}",
                "the model itself does not run stores dry: it rations from the first day so that they last",
            )
        )
    return rows


def _cold_ratio(data: GasData, members: set[str]) -> pd.Series:
    """Demand of the winter in twenty over that of an average one, by month, EU."""
    daily = data["demand_daily"]
    daily = daily[daily["node"].isin(members)]
    sectors = [column for column in daily if str(column).endswith("_gwh")]
    total = daily[sectors].sum(axis=1).groupby([daily["weather"], daily["month"]]).sum()
    return (total["cold_1_in_20"] / total["reference"]).rename_axis("month")


def by_sigma(changes: Mapping[float, float]) -> str:
    """Changes in percent at every elasticity, side by side.

    >>> by_sigma({0.0: -0.3, 0.04: -0.15, 0.1: -0.025, 0.2: -0.009})
    '-30 / -15 / -2.5 / -0.9'
    """
    return " / ".join(number(100.0 * changes[sigma]) for sigma in sorted(changes))
