"""Stretches of history that are replayed, and how the model looks at them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import pandas as pd

from energy_model.scenario import Scenario
from energy_model.scenario.schema import Horizon

MECHANISMS = {
    "rolling": "plans month by month that know nothing of later prices, flows and weather",
    "habit": "stores aim for the filling of the years before, at the price of what carrying gas into winter earns",
    "together": "stores of the EU leave their usual path together, each on its own only at the price of habit",
    "lng_season": "Europe attracts LNG with the season of the years before, not evenly",
    "lng_booking": "countries land their usual shares of the LNG, Türkiye what it bought in 2021 (hindsight in 2021)",
    "landing": "landing points of Norway and Algeria stay in the range of their months of the two years before",
    "delivery": "contracts with one delivery point are taken there, month by month",
    "production": "production and exports as able in the year, Norwegian maintenance included (hindsight in 2021)",
}
"""What a replay adds to the plain network. Each can be left out to see what it gains."""


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
    without : tuple of str
        Mechanisms left out, to show what each gains; names as in :data:`MECHANISMS`.
    """

    id: str
    title: str
    start: date
    end: date
    vintage: date
    lng_case: Literal["2021", "2022_hindsight"]
    demand: Literal["observed", "response"] = "observed"
    foresight: Literal["rolling", "perfect"] = "rolling"
    lng_case_after: Literal["high", "2022_hindsight"] = "high"
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
            weather="reference",
            lng_case=self.lng_case,
        )


YEAR_2021 = Era("replay_2021", "2021", date(2021, 1, 1), date(2021, 12, 31), date(2022, 1, 31), "2021")
YEAR_2022 = Era(
    "replay_2022",
    "January to August 2022",
    date(2022, 1, 1),
    date(2022, 8, 31),
    date(2022, 8, 31),
    "2022_hindsight",
    lng_case_after="2022_hindsight",
)
RESPONSE_2022 = replace(
    YEAR_2022, id="replay_2022_response", title="January to August 2022, demand by price", demand="response"
)
ERAS = (YEAR_2021, YEAR_2022, RESPONSE_2022)


def end_of_plan(first: date) -> date:
    """A plan reaches to the end of the next winter that is not half over: 31 March."""
    return date(first.year + 1, 3, 31)
