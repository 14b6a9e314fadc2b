"""The world of one plan of a replay: what was given then, in the places of a case.

Given are demand, prices, Russian flows by route, what suppliers by pipeline sent, home production of the year, and what
was in store on the first day. The model chooses LNG, stocks, flows inside Europe, and what Norway sends to the
continent and to Great Britain.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from energy_model.cases.winter_2025.replay.entries import (
    ENTRY_PIPELINES,
    FEEDERS,
    TRANSIT_ENDS,
    TRANSIT_ENTRY,
    TRANSIT_EXIT,
    TRANSIT_ROUTE,
)
from energy_model.scenario.case import Case
from energy_model.scenario.world import base_case
from energy_model.timeline import month_of
from energy_model.validate.replay.first_day import on_first_day
from energy_model.validate.replay.given_demand import demand_as_observed
from energy_model.validate.replay.given_flows import (
    as_needed,
    expected_flows,
    sold_as_given,
    with_arrivals,
    with_entry_flows,
    with_room,
    without_limits,
)
from energy_model.validate.replay.given_lng import lng_at_observed_price, lng_attracted
from energy_model.validate.replay.past import Past

RUSSIA, BELARUS_DESK = "RU", "RU_BY"
"""The desk's sales to Belarus and Kaliningrad follow what their buyers use."""


def window_case(past: Past, first: date, last: date) -> Case:
    """The case from one day to another, without targets."""
    data = on_first_day(past.vintage, first)
    data = replace(data, tables={**data.tables, "storage_targets": data["storage_targets"].iloc[:0]})
    case = base_case(data, past.era.scenario(first, last))
    for given in (lng_at_observed_price, _asked, lng_attracted, with_russian_flows):
        case = given(case, past)
    return case


def _asked(case: Case, past: Past) -> Case:
    """Demand as observed; who does not report by month burns what the weather has for it.

    The weather is that of the year, as far as the table knows it.
    """
    offered = set(past.vintage["demand_daily"]["weather"])

    def weather(month: pd.Timestamp) -> str:
        return str(month.year) if str(month.year) in offered else past.era.weather

    return demand_as_observed(case, past, weather, lambda month, total, seen: np.ones(len(total)))


def with_russian_flows(case: Case, past: Past) -> Case:
    """Russian flows by entry point, given; after what is known, the mean of the last three months known then."""
    case = with_entry_flows(case, expected_flows(case, past, past.entry_flows(RUSSIA)), ENTRY_PIPELINES, FEEDERS)
    through = _through_ukraine(case, past)
    case = with_room(with_arrivals(case, {TRANSIT_ENTRY: through}), {TRANSIT_EXIT: through})
    return as_needed(without_limits(case, RUSSIA), BELARUS_DESK)


def expected_case(case: Case, past: Past) -> Case:
    """The case as a plan of the months ahead reads it, without pipelines: Russia can send what is given by route."""
    by_route = expected_flows(case, past, past.entry_flows(RUSSIA)).sum(axis=0).to_numpy(float)
    return sold_as_given(case, RUSSIA, by_route + _through_ukraine(case, past))


def _transit(past: Past) -> pd.DataFrame:
    """What passed Ukraine by month, GWh/d; nothing where nothing is on record any more."""
    table = past.data["observed_route_flows_daily"]
    table = table[table["route"] == TRANSIT_ROUTE]
    month = month_of(table["date"])
    mean = table.groupby(month)["flow_gwh_per_day"].mean()
    whole = pd.date_range(mean.index.min(), mean.index.max(), freq="MS")
    filled = mean.reindex(whole).ffill()  # a month that nobody reported is like the one before
    return filled.where(filled.index <= pd.Timestamp(TRANSIT_ENDS), 0.0).to_frame(TRANSIT_ROUTE).T


def _through_ukraine(case: Case, past: Past) -> np.ndarray:
    """Transit in the months of a plan, GWh/d; nothing is expected beyond its contract."""
    flow = expected_flows(case, past, _transit(past)).iloc[0].to_numpy(float)
    return np.where(case.timeline.month_firsts > pd.Timestamp(TRANSIT_ENDS), 0.0, flow)
