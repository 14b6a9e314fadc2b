"""The days on which demand is highest, each a period of its own."""

from __future__ import annotations

import numpy as np
import pandas as pd

from energy_model.data.load import GasData
from energy_model.scenario.schema import Scenario
from energy_model.scenario.weather import daily_demand
from energy_model.timeline import Timeline


def with_peak_days(scenario: Scenario, data: GasData) -> Scenario:
    """A scenario of resolution ``peak_days`` with its days named, so that another can be put on the same periods.

    They are the days of the horizon on which all markets together need most under the scenario's weather and its
    spells of another one; of equal days the earlier. Any other resolution stays, and so do days that are named already.
    """
    if scenario.resolution != "peak_days" or scenario.days_alone:
        return scenario
    dates = Timeline.build(scenario.horizon.start, scenario.horizon.end, "month").dates
    nodes = data["nodes"]
    markets = nodes.loc[nodes["is_market"], "node"].to_numpy(str)
    demand = daily_demand(data, scenario.weather, dates, markets)
    for spell in scenario.in_force:
        if spell.weather_brought is None:
            continue
        days = np.asarray(
            (dates >= pd.Timestamp(spell.start or dates[0])) & (dates <= pd.Timestamp(spell.end or dates[-1]))
        )
        demand = np.where(days, daily_demand(data, spell.weather_brought, dates, markets), demand)
    total = demand.sum(axis=(0, 1))
    highest = np.sort(np.argsort(-total, kind="stable")[: scenario.peak_days])
    return scenario.model_copy(update={"days_alone": tuple(day.date() for day in dates[highest])})
