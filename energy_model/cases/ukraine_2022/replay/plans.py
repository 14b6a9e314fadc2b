"""The world of one plan of a replay: what was given then, in the places of a case.

Given are Russian flows by route, demand, what was made at home, prices, what was in store on the first day, and which
assets ran. Everything else is the model's choice.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from energy_model.cases.ukraine_2022.replay.entries import IDLE
from energy_model.cases.ukraine_2022.replay.russian_flows import with_russian_flows
from energy_model.data.load import GasData
from energy_model.scenario.case import Case
from energy_model.scenario.lookups import active
from energy_model.scenario.world import base_case
from energy_model.scenario.world.storage import DUTIES
from energy_model.timeline import Timeline
from energy_model.units import DAYS_PER_YEAR
from energy_model.validate.replay.first_day import on_first_day
from energy_model.validate.replay.given_demand import demand_as_observed
from energy_model.validate.replay.given_lng import lng_at_observed_price, lng_attracted
from energy_model.validate.replay.given_production import production_as_observed
from energy_model.validate.replay.past import Past

NORWAY = "NO"
STEADY = ("DZ", "LY", "AZ")
"""Suppliers under long contracts: their year's volume comes evenly, not when prices are highest."""
LIKE_THE_EU = ("GB", "CH")
"""Markets outside the EU that share its weather: where they report nothing, they move as it does."""
STORYLINE = date(2022, 1, 31)
"""Duties written down by this day are taken as old ones."""


def window_case(past: Past, first: date, last: date) -> Case:
    """The case from one day to another."""
    data = _with_duties(on_first_day(past.vintage, first), first)
    case = base_case(data, past.era.scenario(first, last))
    for given in (_able, production_as_observed, lng_at_observed_price, _asked, lng_attracted, _reopened):
        case = given(case, past)
    return with_russian_flows(case, past)


def _with_duties(data: GasData, first: date) -> GasData:
    """Levels that somebody is obliged to, each known from the day on which it was decreed."""
    table = data["storage_targets"]
    table = table[table["kind"].isin(DUTIES)]
    if first.year < STORYLINE.year:
        earlier = pd.DateOffset(years=STORYLINE.year - first.year)
        table = table.assign(date=table["date"] - earlier).drop_duplicates(["scope", "date"])
    return replace(data, tables={**data.tables, "storage_targets": table})


def _able(case: Case, past: Past) -> Case:
    """Exports of the year where no table says what suppliers by pipeline send in a month.

    Of 2021: Norway at that year's availability, maintenance included, the others at that year's exports, evenly.
    Norway sells all it can make: its year has no volume below its daily rate.
    """
    if "supply_by_month" in past.era.in_force:
        return case
    supply, line = case.supply, case.timeline
    rate, volume = supply.rate.copy(), supply.volume.copy()
    history = past.vintage["production_history"].query("year == @line.start.year and quantity == 'export_to_europe'")
    if line.start.year < STORYLINE.year and len(history):
        exported = history.set_index("node")["energy_gwh"]
        for supplier in exported.index.intersection(STEADY):
            volume[supply.supplier == supplier] = exported[supplier] / DAYS_PER_YEAR * line.days.sum()
        rate[supply.supplier == NORWAY] *= _availability(past, line)
    steady = np.isin(supply.supplier, STEADY)
    rate[steady] = np.minimum(rate[steady], (volume[steady] / line.days.sum())[:, None])
    norway = supply.supplier == NORWAY
    volume[norway] = rate[norway] @ line.days
    return case.with_("supply", rate=rate, volume=volume)


def _availability(past: Past, line: Timeline) -> np.ndarray:
    """Norway's availability of the year over the best of three years, by period."""
    profile = past.vintage["supply_profile"].query("supplier == @NORWAY").set_index("month")
    ratio = profile["rate_base_year_share"] / profile["rate_share"]
    year = past.vintage.storyline.base_year
    return line.monthly(np.array([ratio[m.month] if m.year == year else 1.0 for m in line.month_firsts]))


def _asked(case: Case, past: Past) -> Case:
    """Demand as observed, by sector and day as in the year of the statistics.

    In a month that they do not report, Great Britain, Switzerland and members of the EU move as the EU does against the
    same month of that year; others repeat it.
    """
    line = past.vintage.storyline
    inside = case.inside(past.history.region)
    moving = np.isin(case.nodes, LIKE_THE_EU) | inside

    def unreported(month: pd.Timestamp, total: np.ndarray, seen: np.ndarray) -> np.ndarray:
        among = ~np.isnan(seen) & inside
        europe = seen[among].sum() / total[among].sum() if month.year != line.base_year else 1.0
        return np.where(moving, europe, 1.0)

    return demand_as_observed(case, past, lambda month: line.weather.base_year, unreported)


def _reopened(case: Case, past: Past) -> Case:
    """Lines that have closed since run up to their last day; a line without trade does not run."""
    table = past.vintage["pipelines"].set_index("pipeline").reindex(case.pipelines.id).reset_index()
    closed = (table["status"] == "closed").to_numpy()
    open_then = case.pipelines.nameplate[:, None] * active(table, case.timeline)
    capacity = np.where(closed[:, None], open_then, case.pipelines.capacity)
    capacity[case.pipelines.id == IDLE] = 0.0
    return case.with_("pipelines", capacity=capacity)
