"""A stretch of history that is replayed, and how the model looks at it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import pandas as pd

from energy_model.scenario import Scenario
from energy_model.scenario.schema import Horizon


@dataclass(frozen=True)
class Era:
    """A stretch of history.

    Attributes
    ----------
    demand : str
        ``observed``: demand is given and does not answer to price. ``response``: the demand of a normal year is given
        and the model's own response to price is taken off.
    foresight : str
        ``rolling``: at the start of each month a plan is made to the end of the next winter, knowing this month and
        nothing of later prices and weather; its first month happens. ``perfect``: one plan that knows everything.
    vintage : date
        Rows of the data package published up to here may enter: hindsight is allowed for what is given.
    lng_case : str
        Row of ``lng_europe_limit.csv``.
    lng_case_after : str
        The same for the months a plan looks at after the era.
    weather : str
        Weather of ``demand_daily.csv`` where demand is not observed.
    without : tuple of str
        Mechanisms left out, to show what each gains; names of the history's.
    """

    id: str
    title: str
    start: date
    end: date
    vintage: date
    lng_case: str
    lng_case_after: str
    weather: str
    demand: Literal["observed", "response"] = "observed"
    foresight: Literal["rolling", "perfect"] = "rolling"
    without: tuple[str, ...] = ()

    @property
    def months(self) -> list[pd.Timestamp]:
        """First day of each month of the era."""
        return list(pd.date_range(self.start, self.end, freq="MS"))

    def less(self, *mechanisms: str) -> Era:
        """The same era without some mechanisms."""
        foresight = "perfect" if "rolling" in mechanisms else self.foresight
        return replace(self, without=(*self.without, *mechanisms), foresight=foresight)

    def has(self, mechanism: str) -> bool:
        """Whether a mechanism is in force."""
        return mechanism not in self.without

    def scenario(self, first: date, last: date) -> Scenario:
        """The frame of a plan from ``first`` to ``last``, in months."""
        return Scenario(
            id=self.id,
            title=self.title,
            description=self.title,
            as_of=self.vintage,
            horizon=Horizon(start=first, end=last),
            resolution="month",
            foresight="perfect",
            weather=self.weather,
            lng_case=self.lng_case,
        )


def end_of_plan(first: date) -> date:
    """A plan reaches to the end of the next winter that is not half over: 31 March."""
    return date(first.year + 1, 3, 31)
