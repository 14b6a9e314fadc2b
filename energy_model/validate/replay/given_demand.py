"""Demand of a plan of a replay: as it was observed where it is known, at the price of its month."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from energy_model.scenario.case import Case
from energy_model.scenario.world.demand import base_demand
from energy_model.validate.replay.past import Past

Unreported = Callable[[pd.Timestamp, np.ndarray, np.ndarray], np.ndarray]
"""Of a month, what its weather has for each node and what was observed there, GWh/d, shape (N,) each, the latter not a
number where nothing was: the factor (N,) on the weather's demand of nodes that report nothing."""


def demand_as_observed(case: Case, past: Past, weather: Callable[[pd.Timestamp], str], unreported: Unreported) -> Case:
    """Demand as observed, without an answer to price; a normal year, with one, where it is not known yet.

    Parameters
    ----------
    weather : callable
        Weather of ``demand_daily.csv`` whose use by day and sector stands for a month.
    unreported : callable
        Factor on it of the nodes that report no demand of the month.
    """
    if past.era.demand == "response":
        return case
    line, demand = case.timeline, case.demand
    months = line.month_firsts
    seen = past.demand(case.nodes, months) / line.days
    rate, share = demand.rate.copy(), demand.voluntary_share.copy()
    patterns: dict[str, np.ndarray] = {}
    for t, month in enumerate(months[: past.months_known]):
        name = weather(month)
        if name not in patterns:
            patterns[name] = _of_weather(case, past, name)
        pattern = patterns[name][:, :, t]
        total, reported = pattern.sum(axis=1), ~np.isnan(seen[:, t])
        factor = unreported(month, total, seen[:, t])
        factor[reported] = seen[reported, t] / np.maximum(total[reported], 1e-9)
        rate[:, :, t] = pattern * factor[:, None]
        share[:, :, t] = 0.0
    return case.with_("demand", rate=rate, voluntary_share=share)


def _of_weather(case: Case, past: Past, weather: str) -> np.ndarray:
    """Demand that a weather has for the horizon, GWh/d, shape of the case's."""
    line = case.timeline
    scenario = past.era.scenario(line.start, line.end).model_copy(update={"weather": weather})
    return base_demand(past.vintage, scenario, line, case.nodes).rate
