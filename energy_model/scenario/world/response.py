"""How demand answers to price: steps of a demand curve, and how long an answer takes, by sector."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd

from energy_model.data.load import GasData
from energy_model.scenario.case import SECTORS
from energy_model.scenario.lookups import hub_prices, parameter
from energy_model.scenario.records import ResponseLag
from energy_model.scenario.schema import Scenario

RESPONSE_STEPS = 6
"""Number of ``response_price_*_eur_per_mwh`` parameters: where the demand curve is cut into steps."""
LAG = "response_lag"
View = Literal["low", "central", "high"]
_ELASTICITY = {"low": "high", "central": "elasticity", "high": "low"}
"""Column of each view: an elasticity is negative, so that the smallest answer is the highest number."""
_MONTHS = {"low": "high_months", "central": "months_to_half", "high": "low_months"}
"""The smallest answer also takes longest."""

Steps = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, ResponseLag | None]
"""Name, sector, share of the sector's demand and price of each step, and how long it takes."""


def voluntary_steps(data: GasData, scenario: Scenario) -> Steps:
    r"""Constant-elasticity demand cut into steps.

    With the price at which a sector's demand was observed, :math:`p_0`, and elasticity e < 0, demand falls by
    :math:`(a/p_0)^e - (b/p_0)^e` between the prices a < b; the step is valued at their geometric mean.
    """
    lags = data.tables.get(LAG) if scenario.response_lag else None
    lags = None if lags is None or lags.empty else lags
    answers = data["demand_response"].set_index("sector")
    elasticity = (answers if lags is None else lags.set_index("sector"))[_ELASTICITY[scenario.demand_response]]
    between = 1 if lags is None else int(parameter(data, "response_steps_between"))
    edges = [parameter(data, f"response_price_{k}_eur_per_mwh") for k in range(1, RESPONSE_STEPS + 1)]
    rows = []
    for sector, base in answers["reference_price_eur_per_mwh"].items():
        cuts = _cut_finer([base, *edges], between)
        for low, high in itertools.pairwise(cuts):
            share = (low / base) ** elasticity[sector] - (high / base) ** elasticity[sector]
            rows.append((f"{sector} at {low:g} to {high:g} EUR/MWh", SECTORS.index(sector), share, np.sqrt(low * high)))
    names, sectors, shares, costs = (np.array(column) for column in zip(*rows, strict=True))
    if lags is None:
        return names, sectors, shares, costs, None
    months = lags.set_index("sector")[_MONTHS[scenario.demand_response]]
    half = np.array([float(months[SECTORS[sector]]) for sector in sectors])
    hub = hub_prices(data)
    return names, sectors, shares, costs, ResponseLag(half, tuple(standing_since(hub, cost) for cost in costs))


def standing_since(hub: pd.Series, price: float) -> date | None:
    """First day of the month since which the price at the hub has been this high without a break; ``None`` if the last
    month that was published on the day of the vintage was cheaper.

    Parameters
    ----------
    hub : Series
        Monthly prices, EUR/MWh, as :func:`energy_model.scenario.lookups.hub_prices` gives them.
    """
    cheaper = np.flatnonzero(hub.to_numpy() < price)
    first = int(cheaper[-1]) + 1 if cheaper.size else 0
    return None if first == len(hub) else pd.Timestamp(hub.index[first]).date()


def _cut_finer(edges: list[float], parts: int) -> list[float]:
    """Edges with each interval cut into parts of equal ratio."""
    finer = [edges[0]]
    for low, high in itertools.pairwise(edges):
        finer += [low * (high / low) ** (k / parts) for k in range(1, parts)] + [high]
    return finer
