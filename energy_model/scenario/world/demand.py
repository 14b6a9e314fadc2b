"""Demand by node, sector and period under one weather; its answer to price; the order of curtailment."""

from __future__ import annotations

import numpy as np
import pandas as pd

from energy_model.data.load import GasData
from energy_model.errors import DataError
from energy_model.scenario.case import SECTORS, Demand
from energy_model.scenario.lookups import parameter
from energy_model.scenario.schema import Scenario
from energy_model.scenario.weather import calendar_year, on_dates
from energy_model.scenario.world.response import voluntary_steps
from energy_model.timeline import Timeline
from energy_model.units import DAYS_OF_YEAR


def base_demand(data: GasData, scenario: Scenario, timeline: Timeline, nodes: np.ndarray) -> Demand:
    """Demand, GWh/d, shape (N, J, T), with its voluntary steps and curtailment tiers; ``nodes`` are codes, shape (N,).

    A weather year is repeated over the horizon by calendar day; 29 February repeats the 28th.
    """
    year = calendar_year(data, scenario.weather, nodes)
    _refuse_gaps(data, scenario.weather, year, nodes)
    names, sector, share, cost, lag = voluntary_steps(data, scenario)
    tiers = data["curtailment_tiers"].sort_values(["tier", "sector"]).reset_index(drop=True)
    tiers = tiers[tiers["share_of_sector"] > 0.0]
    return Demand(
        sectors=SECTORS,
        rate=timeline.mean(on_dates(year, timeline.dates)),
        voluntary_name=names,
        voluntary_sector=sector,
        voluntary_share=np.broadcast_to(share[None, :, None], (len(nodes), len(share), len(timeline))).copy(),
        voluntary_cost=cost,
        tier_name=tiers["name"].to_numpy(str),
        tier_sector=tiers["sector"].map(SECTORS.index).to_numpy(int),
        tier_share=tiers["share_of_sector"].to_numpy(float),
        tier_cost=tiers["cost_eur_per_mwh"].to_numpy(float),
        tier_is_protected=tiers["is_protected"].to_numpy(bool),
        tier_slices=_slices(year, tiers, parameter(data, "slice_share_of_demand")),
        slice_slope=parameter(data, "slice_slope_eur_per_mwh"),
        lag=lag,
    )


def _refuse_gaps(data: GasData, weather: str, year: np.ndarray, nodes: np.ndarray) -> None:
    """A market whose demand is not known on a day has not got none.

    Raises
    ------
    DataError
        With every market that lacks days, or that needs no gas all year, unless errors of the data are accepted.
    """
    if data.accepts_errors:
        return
    table = data["demand_daily"]
    days = table.loc[table["weather"] == weather, "node"].value_counts()
    markets = data["nodes"].loc[data["nodes"]["is_market"], "node"]
    used = year.sum(axis=(1, 2))
    problems = []
    for node in markets[markets.isin(nodes)]:
        known = int(days.get(node, 0))
        if known < DAYS_OF_YEAR:
            problems.append(f"weather '{weather}', node '{node}': {known} of {DAYS_OF_YEAR} days; add the others")
        elif not used[nodes == node].sum() > 0.0:
            problems.append(
                f"weather '{weather}', node '{node}': no demand all year; correct the table, or make it no market"
            )
    if problems:
        raise DataError(f"demand_daily.csv, as known on {data.as_of},", problems)


def _slices(year: np.ndarray, tiers: pd.DataFrame, slice_share: float) -> np.ndarray:
    """Equal slices per tier so that one slice is about ``slice_share`` of all demand."""
    of_demand = year.sum(axis=(0, 2)) / year.sum()
    share = tiers["share_of_sector"].to_numpy(float) * of_demand[tiers["sector"].map(SECTORS.index).to_numpy(int)]
    return np.asarray(np.maximum(1, np.rint(share / slice_share)).astype(int))
