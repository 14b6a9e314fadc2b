"""A stretch of history that is replayed, and how the model looks at it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

import pandas as pd

from energy_model.data.load import GasData
from energy_model.data.mechanisms import MECHANISMS
from energy_model.data.storyline import Storyline
from energy_model.errors import ScenarioError
from energy_model.scenario import Scenario
from energy_model.scenario.schema import Horizon

Given = Literal["observed", "response"]
Planner = Literal["rolling", "perfect"]
ROLLING, PERFECT = "rolling", "perfect"
MONTH_BEFORE = "_month_before"
"""End of the id of an era that gives the flows over borders of the month before."""


@dataclass(frozen=True)
class Era:
    """A stretch of history.

    Attributes
    ----------
    demand : str
        ``observed``: demand is given and does not answer to price. ``response``: the demand of a normal year is given
        and the model's own response to price is taken off.
    vintage : date
        Rows of the data package published up to here may enter: hindsight is allowed for what is given.
    lng_by_year : mapping of int to str
        Row of ``lng_europe_limit.csv`` by year of the era; a year without one takes the nearest.
    lng_after : str
        The same for the months a plan looks at after the era; default is that of the era's last year.
    lng_expected : str
        The same for the months that a plan does not know yet; default is what arrived in their year.
    weather : str
        Weather of ``demand_daily.csv`` where demand is not observed.
    planner : str
        As the foresight of a scenario. ``rolling``: at the start of each month a plan is made that knows this month and
        nothing of later prices, flows and weather; what it leaves in store has the value of the months ahead.
        ``perfect``: one plan that knows everything, with customary levels.
    mechanisms : tuple of str
        Mechanisms of the model that are in force: those of the package's scenarios.
    without : tuple of str
        Mechanisms of the model left out, to show what each gains.
    month_before : bool
        Whether each plan is given the flows over borders that were observed in the month before, in place of its own.
    """

    id: str
    title: str
    start: date
    end: date
    vintage: date
    weather: str
    lng_by_year: Mapping[int, str] = field(default_factory=dict)
    lng_after: str = ""
    demand: Given = "observed"
    planner: Planner = "rolling"
    mechanisms: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    month_before: bool = False
    lng_expected: str = ""

    @property
    def months(self) -> list[pd.Timestamp]:
        """First day of each month of the era."""
        return list(pd.date_range(self.start, self.end, freq="MS"))

    @property
    def in_force(self) -> frozenset[str]:
        """Mechanisms of the model that are in force and not left out."""
        return frozenset(self.mechanisms) - frozenset(self.without)

    def planned(self, planner: Planner) -> Era:
        """The same era planned another way."""
        return replace(self, planner=planner)

    def less(self, *mechanisms: str) -> Era:
        """The same era without some mechanisms; without rolling plans there is one that knows everything."""
        planner: Planner = "perfect" if ROLLING in mechanisms else self.planner
        return replace(
            self, without=(*self.without, *(name for name in mechanisms if name != ROLLING)), planner=planner
        )

    def given_month_before(self) -> Era:
        """The same era with the flows over borders given that were observed in the month before."""
        title = f"{self.title}, month before given"
        return replace(self, id=f"{self.id}{MONTH_BEFORE}", title=title, month_before=True)

    def lng_case(self, month: pd.Timestamp) -> str:
        """Row of ``lng_europe_limit.csv`` for a month, of the era or after it."""
        if self.lng_after and month > pd.Timestamp(self.end):
            return self.lng_after
        year = min(month.year, self.end.year)
        return self.lng_by_year[min(self.lng_by_year, key=lambda known: (abs(known - year), known))]

    def scenario(self, first: date, last: date) -> Scenario:
        """The frame of a plan from ``first`` to ``last``, in months: a scenario with the era's mechanisms."""
        keys: dict[str, Any] = {name: name in self.in_force for name in MECHANISMS}
        return Scenario(
            id=self.id,
            title=self.title,
            description=self.title,
            as_of=self.vintage,
            horizon=Horizon(start=first, end=last),
            resolution="month",
            foresight=self.planner,
            weather=self.weather,
            lng_case=self.lng_case(pd.Timestamp(first)),
            **keys,
        )


def eras_of(line: Storyline) -> tuple[Era, ...]:
    """The eras that a data package names."""
    return tuple(
        Era(
            one.id,
            one.title,
            one.start,
            one.end,
            one.as_of,
            line.weather.normal,
            dict(line.replay.lng_by_year),
            one.lng_after,
            one.demand,
            lng_expected=one.lng_expected,
            mechanisms=line.mechanisms,
        )
        for one in line.replay.eras
    )


def era_between(data: GasData, first: str, last: str, demand: Given = "observed") -> Era:
    """An era of whole months that the package need not name.

    Parameters
    ----------
    first, last : str
        Months as in ``2021-06``; both belong to the era. Rows of the package published up to its end may enter, and
        what is said of the LNG that arrived in its years.

    Raises
    ------
    ScenarioError
        If one is no month, or they are in the wrong order.
    """
    start, end = _month("first", first), _month("last", last)
    if end < start:
        raise ScenarioError("replay", [f"the last month, {last}, lies before the first, {first}; swap them"])
    line = data.storyline
    title = f"{start:%B %Y}" if start == end else f"{start:%B %Y} to {end:%B %Y}"
    ends = (pd.Timestamp(end) + pd.offsets.MonthEnd(0)).date()
    lng = dict(line.replay.lng_by_year) or {line.base_year: line.lng.observed}
    told = data["lng_europe_limit"].set_index("case")["as_of"].reindex(lng.values()).max()
    return Era(
        f"replay_{start:%Y_%m}_{end:%Y_%m}" + ("_response" if demand == "response" else ""),
        title + (", demand by price" if demand == "response" else ""),
        start,
        ends,
        max(ends, line.as_of, told.date() if end.year > line.base_year else line.as_of),
        line.weather.normal,
        lng,
        demand=demand,
        lng_expected=line.lng.central if start.year > line.base_year else line.lng.observed,
        mechanisms=line.mechanisms,
    )


def end_of_plan(first: date) -> date:
    """A plan reaches to the end of the next winter that is not half over: 31 March."""
    return date(first.year + 1, 3, 31)


def _month(which: str, text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise ScenarioError("replay", [f"the {which} month, '{text}': is no month; write it like 2021-06"]) from None
