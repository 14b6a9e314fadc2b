"""The months ahead as they looked in a month of history: what a plan of a replay reckons with."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from energy_model.plan.ahead import learned_share
from energy_model.plan.merit_order import Learned
from energy_model.plan.outlook import Outlook, outlook
from energy_model.plan.stages import Step
from energy_model.scenario.case import Case
from energy_model.scenario.weather import calendar_year, on_dates
from energy_model.scenario.world.fan import base_fan
from energy_model.validate.replay.given_flows import MONTHS_SEEN
from energy_model.validate.replay.given_lng import attracted, central, expected
from energy_model.validate.replay.past import Past

MONTHS_AHEAD = 24
"""A table of values needs the months that are known and a year that repeats itself."""


class MonthsAheadThen:
    """Outlooks of an era: two years from the month of a plan on, with what the last months had shown.

    Parameters
    ----------
    past : Past
        Of which one month is known: that of the plan, which is given.
    """

    def __init__(self, past: Past) -> None:
        self.past = past
        self.fan = base_fan(past.vintage, past.era.weather)

    def __call__(self, step: Step, stock_gwh: np.ndarray, since: date) -> Outlook:
        """The outlook of a plan.

        Parameters
        ----------
        stock_gwh : ndarray, shape (stores,)
            Gas in each store on the day of the plan.
        since : date
            Day of the plan.
        """
        history = self.past.history
        case = history.ahead(history.plan(self.past, since, _last_day(since)), self.past)
        next_month = pd.Timestamp(since) + pd.DateOffset(months=1)
        fan = self.fan.around(float(expected(self.past, [next_month])[0]) / central(self.past))
        return outlook(case, fan, self._in_weathers(case), stock_gwh, since, learned=self.learned(case))

    def learned(self, case: Case) -> Learned:
        """What the last months have shown, that of the plan included: LNG, and demand at the prices of these months.

        What was used then holds all that users had given up at those prices. Where the demand of a normal year is used,
        with the model's own answer to price, nothing is learned of it.
        """
        months = list(pd.date_range(end=pd.Timestamp(case.timeline.start), periods=MONTHS_SEEN, freq="MS"))
        lng = self._lng(months)
        if self.past.era.demand != "observed":
            return Learned(lng=lng)
        return Learned(lng, self._demand(case, months), float(np.nanmean(self.past.hub_price(months))))

    def _lng(self, months: list[pd.Timestamp]) -> float:
        """LNG that Europe attracted over what was expected of it, as far as it has been seen."""
        era = self.past.era
        mine = [month for month in months if month >= pd.Timestamp(era.start)]
        count = len(pd.date_range(era.start, months[-1], freq="MS"))
        return learned_share(attracted(self.past, mine).sum() / expected(self.past, mine).sum(), count, self.fan)

    def _demand(self, case: Case, months: list[pd.Timestamp]) -> float:
        """Demand of the region over what its weather explains: the nearest of the fan's weathers of these months."""
        past, inside = self.past, case.inside(self.past.history.region)
        seen = past.demand(case.nodes, months)[inside]
        reported = ~np.isnan(seen)
        if not reported.any():
            return 1.0
        days = pd.date_range(months[0], months[-1] + pd.offsets.MonthEnd(0))
        totals = []
        for weather in self.fan.weathers:
            year = on_dates(calendar_year(past.vintage, weather, case.nodes), days).sum(axis=1)[inside]
            by_month = np.array(
                [year[:, days.to_period("M") == month.to_period("M")].sum(axis=1) for month in months]
            ).T
            totals.append(float(by_month[reported].sum()))
        total = float(seen[reported].sum())
        return total / float(np.clip(total, min(totals), max(totals)))

    def _in_weathers(self, case: Case) -> np.ndarray:
        """Demand of a case in each weather of the fan, GWh/d, shape (W, N, J, T)."""
        line, data = case.timeline, self.past.vintage

        def demand(weather: str) -> np.ndarray:
            return np.asarray(line.mean(on_dates(calendar_year(data, weather, case.nodes), line.dates)))

        normal, years = demand(self.past.era.weather), np.array([demand(weather) for weather in self.fan.weathers])
        return np.asarray(case.demand.rate * np.divide(years, normal, out=np.ones_like(years), where=normal > 0.0))


def _last_day(first: date) -> date:
    """Last day of the months ahead."""
    last = pd.date_range(first, periods=MONTHS_AHEAD, freq="ME")[-1]
    return date(last.year, last.month, last.day)
