"""Volumes of a year in a replay made of plans: more gas in one month is less in the rest of the same year.

A plan reaches into the next year and would borrow from its volume, month after month.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from energy_model.plan.foresight import Solved
from energy_model.scenario.case import Case, Supply
from energy_model.scenario.supply_by_month import SupplyByMonth
from energy_model.scenario.world.supply import base_supply
from energy_model.scenario.world.supply_by_month import with_months
from energy_model.timeline import Timeline
from energy_model.validate.replay.past import Past

DECEMBER = 12


def with_carried_volumes(past: Past, case: Case, carried: Mapping[str, float]) -> Case:
    """The case whose first month leaves, of each volume of the calendar year, the least takes of the months after it.

    Parameters
    ----------
    carried : mapping of str to float
        By step of supply what was expected of the months before in this year and not taken, GWh; below zero what was
        taken beyond that.
    """
    line = case.timeline
    if not _by_month(past):
        return case
    year, takes = _expected(past, case, line.start, date(line.start.year, DECEMBER, 31))
    if takes is None:
        return case
    least = dict(zip(takes.step.tolist(), takes.least(year.labels, year.rate), strict=True))
    days = Timeline.build(line.start, date(line.start.year, DECEMBER, 31), "month").days
    volume = dict(zip(year.labels, year.volume, strict=True))
    rate = case.supply.rate.copy()
    for k, label in enumerate(case.supply.labels):
        if label in least and not label.startswith(f"{past.history.given}:"):
            left = volume[label] + carried.get(label, 0.0) - float(least[label][1:] @ days[1:])
            rate[k, 0] = np.clip(left / days[0], float(least[label][0]), rate[k, 0])
    return case.with_("supply", rate=rate)


def carried_on(past: Past, solved: Solved, carried: Mapping[str, float]) -> dict[str, float]:
    """What is carried on after the first month of a plan, GWh by step; a calendar year begins anew."""
    case = solved.case
    first, days = case.timeline.start, float(case.timeline.days[0])
    if first.month == DECEMBER or not _by_month(past):
        return {}
    expected, takes = _expected(past, case, first, (pd.Timestamp(first) + pd.offsets.MonthEnd(0)).date())
    named = set() if takes is None else set(takes.step.tolist())
    volume = dict(zip(expected.labels, expected.volume, strict=True))
    taken = dict(zip(case.supply.labels, solved.values["supply"][:, 0] * days, strict=True))
    return {label: carried.get(label, 0.0) + float(volume[label] - taken[label]) for label in named & set(taken)}


def _by_month(past: Past) -> bool:
    return "supply_by_month" in past.era.in_force


def _expected(past: Past, case: Case, first: date, last: date) -> tuple[Supply, SupplyByMonth | None]:
    """Supply from one day to another as the tables expect it of each month."""
    months = Timeline.build(first, last, "month")
    return with_months(past.vintage, months, base_supply(past.vintage, months, case.nodes))
