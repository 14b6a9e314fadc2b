r"""Economic output that is lost to a shortage of gas.

Gas is one input next to all others. With a constant elasticity of substitution :math:`\sigma` between the two and the
other inputs fixed in the short run, a fall of gas to a share :math:`e` of normal leaves output at

.. math:: \frac{Y}{Y_0} = \left[\alpha\, e^{(\sigma-1)/\sigma} + (1-\alpha)\right]^{\sigma/(\sigma-1)}

where :math:`\alpha` is the share of gas in what the economy spends. :math:`\sigma = 0` (Leontief) gives :math:`e`: no
gas, no output; :math:`\sigma = 1` (Cobb-Douglas) gives :math:`e^\alpha`. Source: Bachmann, Baqaee, Bayer, Kuhn,
Löschel, Moll, Peichl, Pittel, Schularick, "What if?" (2022; Economica 2024), appendix; the second-order forms follow
Baqaee and Farhi.

Validity. One aggregate input, competitive prices, months rather than days, no fall of demand through income or fear;
what is measured is gross national expenditure, which is not GDP (the authors report about a tenth less for GDP). The
quarrel over losses of 0.5-3 % or of 6-12 % of GDP is about :math:`\sigma`, so
nothing here takes a single :math:`\sigma`: tables always carry all of :data:`SIGMAS`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from energy_model.data.load import GasData
from energy_model.data.regions import grouped_nodes, nodes_of_group
from energy_model.errors import DataError, ResultError
from energy_model.results.run import Results
from energy_model.units import DAYS_PER_YEAR, EUR_PER_BEUR, EUR_PER_MEUR, MWH_PER_GWH, eur_per_mwh_from_usd_per_mmbtu

SIGMAS = (0.0, 0.04, 0.1, 0.2)
"""Elasticities of substitution that are always shown together: none, a very cautious one, and two higher ones."""


def ces_output(remaining_share: float | np.ndarray, cost_share: float | np.ndarray, sigma: float) -> float | np.ndarray:
    r"""Output as a share of normal, :math:`Y/Y_0`, when an input falls to ``remaining_share`` of normal.

    Parameters
    ----------
    remaining_share : float or array of any shape
        :math:`e`, what is left of the input.
    cost_share : float or array of a shape that fits it
        :math:`\alpha`, its share in spending before the shock.
    sigma : float
        Elasticity of substitution, 0 or more.

    Notes
    -----
    Exact for any size of shock. Computed in logarithms, so that a small ``sigma`` does not overflow. Where an input is
    missing the output is missing.

    >>> [round(100 * (ces_output(0.9, 0.04, s) - 1), 2) for s in (0.0, 0.04, 0.1, 1.0)]
    [-10.0, -1.57, -0.68, -0.42]
    """
    left, share = np.asarray(remaining_share, dtype=float), np.asarray(cost_share, dtype=float)
    left, share = np.broadcast_arrays(left, share)
    known = ~(np.isnan(left) | np.isnan(share))
    left, share = np.where(known, left, 1.0), np.where(known, share, 0.0)
    with np.errstate(divide="ignore"):
        if sigma == 0.0:
            output = np.where(share > 0.0, np.minimum(left, 1.0), 1.0)
        elif sigma == 1.0:
            output = left**share
        else:
            power = (sigma - 1.0) / sigma
            output = np.exp(np.logaddexp(np.log(share) + power * np.log(left), np.log1p(-share)) / power)
    output = np.where(known, output, np.nan)
    return float(output) if np.ndim(output) == 0 else output


def second_order_change(log_change: float, cost_share: float, sigma: float) -> float:
    r"""Second-order approximation of the log change of output, not a number for ``sigma`` 0.

    .. math:: d\log Y = \alpha\, d\log E + \tfrac12\left(1-\tfrac1\sigma\right)\alpha(1-\alpha)\,(d\log E)^2

    Bachmann et al. (2022), lemma 1 of the appendix, after Baqaee and Farhi. Good for small shocks or ``sigma`` near 1;
    for ``sigma`` 0.04 and a fall of 10 % it gives -0.86 % where the exact form gives -1.57 %.

    >>> round(100 * second_order_change(-0.10, 0.04, 0.04), 2)
    -0.86
    """
    if sigma == 0.0:
        return float("nan")
    curvature = 0.5 * (1.0 - 1.0 / sigma) * cost_share * (1.0 - cost_share)
    return cost_share * log_change + curvature * log_change**2


def price_based_change(log_change: float, cost_share: float, cost_share_after: float) -> float:
    r"""Second-order change of welfare from what happens to the input's share in spending, without any ``sigma``.

    .. math:: d\log W = s\, d\log E + \tfrac12\, ds\; d\log E

    Bachmann et al. (2022), equations A7 and A8: the share after the shock carries what prices say about substitution.
    Valid where the price after the shock is a market price; a shadow price at the cost of curtailment overstates it.

    >>> round(100 * price_based_change(-0.30, 0.012, 0.036), 2)
    -0.72
    """
    return cost_share * log_change + 0.5 * (cost_share_after - cost_share) * log_change


def countries_in(nodes: pd.DataFrame, region: str) -> list[str]:
    """Codes of the countries with a market in a region."""
    return list(nodes.loc[nodes_of_group(nodes, region), "country"].unique())


def gas_in_the_economy(data: GasData, price_eur_per_mwh: float | None = None, region: str = "") -> pd.DataFrame:
    """What gas weighs in each economy and its industry in the base year, with a row for a region.

    Spending is gas used in the base year of the package times ``price_eur_per_mwh``; the default is the mean price at
    the hub in that year, which belongs to the same year's GDP. At half the price shares are half as large, and so are
    the losses of small shortages.

    Returns
    -------
    DataFrame
        Index node, the code of a country or of the region; gas_gwh, industry_gas_gwh, gdp_eur_bn,
        industry_value_added_eur_bn, gas_share (of GDP),
        industry_gas_share (of industry's value added), industry_gas_mwh_per_meur (gas intensity).
    """
    region = region or data.storyline.focus.region
    price = price_eur_per_mwh if price_eur_per_mwh is not None else _mean_price(data)
    economy = data["economy"].set_index("country")[["gdp_eur_bn", "industry_value_added_eur_bn"]]
    annual, daily = data["demand_annual"], data["demand_daily"]
    country = data["nodes"].set_index("node")["country"]
    annual = annual[annual["year"] == data.storyline.base_year]
    daily = daily[daily["weather"] == data.storyline.weather.base_year]
    gas = pd.DataFrame(
        {
            "gas_gwh": annual.groupby(annual["node"].map(country))["demand_gwh"].sum(),
            "industry_gas_gwh": daily.groupby(daily["node"].map(country))["industry_gwh"].sum(),
        }
    )
    members = [code for code in countries_in(grouped_nodes(data), region) if code in gas.index]
    if region not in economy.index:
        members = [code for code in members if code in economy.index]
        economy.loc[region] = economy.loc[members].sum()
    gas.loc[region] = gas.loc[members].sum()
    table = gas.join(economy, how="inner", validate="one_to_one")
    bn_per_gwh = price * MWH_PER_GWH / EUR_PER_BEUR
    table["gas_share"] = table["gas_gwh"] * bn_per_gwh / table["gdp_eur_bn"]
    value_added = table["industry_value_added_eur_bn"]
    table["industry_gas_share"] = table["industry_gas_gwh"] * bn_per_gwh / value_added
    in_meur = value_added * EUR_PER_BEUR / EUR_PER_MEUR
    table["industry_gas_mwh_per_meur"] = table["industry_gas_gwh"] * MWH_PER_GWH / in_meur
    return table.rename_axis("node")


def _mean_price(data: GasData) -> float:
    """Mean European gas price of the base year, EUR/MWh."""
    line, quotes = data.storyline, data["observed_prices_monthly"]
    year = quotes[(quotes["series"] == line.prices.hub) & (quotes["month"].dt.year == line.base_year)]
    rate = data["parameters"].query("parameter == 'usd_per_eur_base_year'")["value"]
    if year.empty or rate.empty:
        why = f"no price at the hub or exchange rate of {line.base_year} known on {data.as_of}; state a price instead"
        raise DataError("observed/prices_monthly.csv", [why])
    return float(eur_per_mwh_from_usd_per_mmbtu(float(year["price"].mean()), float(rate.iloc[0])))


def gas_shortfall(
    results: Results, against: Results | None = None, since: date | None = None, region: str = ""
) -> pd.DataFrame:
    """Share of gas that is missing, per market and basis.

    Missing is what is not served, whether curtailed or given up for its price, over the gas days from ``since``
    (default: the whole horizon) to the end, less the same of ``against``; the denominator is what ``against`` serves on
    the same days, or, without it, demand. What a measure saves is not asked for and so not missing.

    Returns
    -------
    DataFrame
        node, basis (``total`` or ``industry``), missing_gwh, normal_gwh, shortfall_share, days.

    Raises
    ------
    ResultError
        If the two runs have different periods.
    """
    region = region or results.labels.focus.region
    columns = ("demand", "served")
    if against is not None and not against["periods"].equals(results["periods"]):
        raise ResultError("the two runs have different periods; give both the same horizon, resolution and dates")
    normal, served = (_by_basis(results, column, since, region) for column in columns)
    missing = normal - served
    if against is not None:
        asked, normal = (_by_basis(against, column, since, region) for column in columns)
        missing = missing - (asked - normal)
    table = pd.concat({"missing_gwh": missing, "normal_gwh": normal}, axis=1).reset_index()
    table["shortfall_share"] = table["missing_gwh"] / table["normal_gwh"]
    window = results.statistics.window
    table["days"] = int((window.dates >= pd.Timestamp(since)).sum()) if since else len(window.dates)
    return table


def _by_basis(results: Results, statistic: str, since: date | None, region: str) -> pd.Series:
    """GWh over the counted days, indexed by country and basis, with the region's sum."""
    ask, members = results.statistics[statistic], countries_in(results.nodes, region)
    by_basis = {}
    sectors: dict[str, dict[str, Any]] = {"total": {}, "industry": {"sector": "industry"}}
    for basis, where in sectors.items():
        by_country = ask("country", since=since, unit="GWh", **where).sort_index()
        by_country.loc[region] = by_country[by_country.index.isin(members)].sum()
        by_basis[basis] = by_country.rename_axis("node")
    return pd.concat(by_basis, names=["basis"]).swaplevel()


def output_loss(
    results: Results,
    data: GasData,
    against: Results | None = None,
    since: date | None = None,
    region: str = "",
    country: str | None = None,
) -> pd.DataFrame:
    """Output lost to a shortage of gas, per country and for a region, at every elasticity of :data:`SIGMAS`.

    ``total`` sets all missing gas against GDP; ``industry`` sets industry's missing gas against its value added: the
    value added at risk. The exact form is the number to quote; the second-order one shows how far it carries. A
    region's is the sum of its members' losses. Read sigma 0.2 to 0.04 as the range of economists who expect
    substitution,
    sigma 0 as the upper end of those who do not: nothing replaces gas anywhere, at once.

    Parameters
    ----------
    region, country : str
        Come first in the table; the region is by default the one in focus of the data.

    Returns
    -------
    DataFrame
        node, basis, sigma, gas_share, shortfall_share, change_share (of GDP or of industry's value added),
        second_order_change_share, gdp_change_share, change_eur_bn (over the counted days).
    """
    region = region or data.storyline.focus.region
    economy = gas_in_the_economy(data, region=region)
    short = gas_shortfall(results, against, since, region)
    short = short[short["node"].isin(economy.index) & (short["normal_gwh"] > 0.0)]
    rows = [row for sigma in SIGMAS for row in _losses(short, economy, sigma)]
    members = set(countries_in(results.nodes, region))
    table = _with_region(pd.DataFrame(rows), economy, members, region)
    order = {name: number for number, name in enumerate([region, country])}
    rank = table["node"].map(lambda node: order.get(node, len(order)))
    table = table.assign(rank=rank).sort_values(["rank", "node", "basis", "sigma"], ascending=[True, True, False, True])
    return table.drop(columns=["rank", "years"]).reset_index(drop=True)


def _losses(short: pd.DataFrame, economy: pd.DataFrame, sigma: float) -> Iterable[dict[str, object]]:
    for row in short.to_dict("records"):
        land = economy.loc[row["node"]]
        total = row["basis"] == "total"
        share = float(land["gas_share" if total else "industry_gas_share"])
        left = max(1.0 - row["shortfall_share"], 0.0)
        base = float(land["gdp_eur_bn" if total else "industry_value_added_eur_bn"])
        change = float(ces_output(left, share, sigma)) - 1.0
        years = row["days"] / DAYS_PER_YEAR
        approximate = second_order_change(float(np.log(left)), share, sigma) if left > 0.0 else float("nan")
        yield {
            "node": row["node"],
            "basis": row["basis"],
            "sigma": sigma,
            "gas_share": share,
            "shortfall_share": row["shortfall_share"],
            "change_share": change,
            "second_order_change_share": float(np.expm1(approximate)),
            "gdp_change_share": change * base / float(land["gdp_eur_bn"]),
            "change_eur_bn": change * base * years,
            "years": years,
        }


def _with_region(table: pd.DataFrame, economy: pd.DataFrame, members: set[str], region: str) -> pd.DataFrame:
    """The table with the region's change replaced by the sum of its members'."""
    inside = table[table["node"].isin(members)]
    total = inside.groupby(["basis", "sigma"])["change_eur_bn"].sum()
    union = table["node"] == region
    keys = pd.MultiIndex.from_frame(table.loc[union, ["basis", "sigma"]])
    euros = total.reindex(keys).to_numpy(float)
    per_year = euros / table.loc[union, "years"].to_numpy(float)
    land = economy.loc[region]
    base = table.loc[union, "basis"].map({"total": land["gdp_eur_bn"], "industry": land["industry_value_added_eur_bn"]})
    table = table.copy()
    table.loc[union, "change_eur_bn"] = euros
    table.loc[union, "gdp_change_share"] = per_year / float(land["gdp_eur_bn"])
    table.loc[union, "change_share"] = per_year / base.to_numpy(float)
    table.loc[union, "second_order_change_share"] = float("nan")
    return table


def side_by_side(losses: pd.DataFrame, column: str = "gdp_change_share") -> pd.DataFrame:
    """One row per country and basis, one column per elasticity: the form in which losses are shown."""
    wide = losses.pivot_table(index=["node", "basis"], columns="sigma", values=column)
    wide.columns = [f"sigma {sigma:g}" for sigma in wide.columns]
    return wide.loc[pd.MultiIndex.from_frame(losses[["node", "basis"]].drop_duplicates())]
