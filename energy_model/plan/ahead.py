"""The months ahead of a scenario as each of its plans knows them, with the fan of its data package."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from energy_model.data.load import GasData
from energy_model.plan.merit_order import Learned
from energy_model.plan.outlook import Outlook, outlook
from energy_model.plan.stages import Step
from energy_model.scenario import Case, Scenario, apply
from energy_model.scenario.fan import Fan
from energy_model.scenario.schema import Horizon
from energy_model.scenario.weather import calendar_year, on_dates
from energy_model.scenario.world import base_case
from energy_model.scenario.world.build import NO_PART_OF_THE_WORLD
from energy_model.scenario.world.fan import base_fan
from energy_model.scenario.world.storage import usual_filling

SEEN_MONTHS = 3
"""Months before a plan whose LNG tells what is to be expected."""
SAME = 1e-9


class MonthsAhead:
    """Outlooks of a scenario: its months and a year more, in every weather, with what the last months showed.

    Parameters
    ----------
    scenario : Scenario
        Measures count in a plan from the day on which they are known. Its weather and its LNG are what comes true; the
        plans reckon with the fan.
    data : GasData
        Of the scenario's vintage.
    """

    def __init__(self, scenario: Scenario, data: GasData) -> None:
        self.fan = base_fan(data, scenario.weather)
        self._data = replace(data, storyline=data.storyline.model_copy(update={"decision_days": ()}))
        end = scenario.horizon.end
        last = date(end.year + 1, end.month, 1) + timedelta(days=31)
        changes = {
            "resolution": "month",
            "horizon": Horizon(start=scenario.horizon.start, end=last.replace(day=1) - timedelta(days=1)),
            "boundaries": (),
            "days_alone": (),
            "weather": scenario.weather if scenario.weather in self.fan.weathers else data.storyline.weather.normal,
            "lng_case": data.storyline.lng.central,
            "lng_limit_twh_per_year": None,
        }
        self._scenario = scenario.model_copy(update=changes)
        decisive = (getattr(self._scenario, key) for key in Scenario.model_fields if key not in NO_PART_OF_THE_WORLD)
        self._base, self._weather = data.once(("months ahead", self.fan.weathers, *decisive), self._before_measures)
        self._cases: dict[int, Case] = {}
        self._last: tuple[object, Outlook] | None = None

    def _before_measures(self) -> tuple[Case, np.ndarray]:
        """The months ahead before measures, and what each weather of the fan makes of their demand; only to be read."""
        base = base_case(self._data, self._scenario, announced=())
        usual = base.demand.rate
        dates, nodes = base.timeline.dates, base.nodes
        years = [on_dates(calendar_year(self._data, weather, nodes), dates) for weather in self.fan.weathers]
        demands = np.array([base.timeline.mean(year) for year in years])
        share = np.divide(demands, usual, out=np.ones_like(demands), where=usual > 0.0)
        share.setflags(write=False)
        return base, share

    def usual(self) -> np.ndarray:
        """Filling of each store at the beginning of each calendar month before the horizon, shape (stores, 12)."""
        return usual_filling(self._data, self._base, self._scenario.horizon.start)

    def __call__(self, step: Step, stock_gwh: np.ndarray, since: date) -> Outlook:
        """The outlook of a plan.

        Parameters
        ----------
        step : Step
            What is known.
        stock_gwh : ndarray, shape (stores,)
            Gas in each store on the day of the plan.
        since : date
            Day of the plan.
        """
        if step.number not in self._cases:
            self._cases[step.number] = self.known(step.case.believed_on)
        case = self._cases[step.number]
        seen = Learned(lng=self._lng(step.case, case, since))
        late = tuple(target.known_on is not None and target.known_on > since for target in case.storage.targets)
        key = (step.number, seen, late)
        before = self._last[1] if self._last is not None and self._last[0] == key else None
        found = outlook(
            case,
            self.fan,
            self.in_weathers(case),
            stock_gwh,
            since,
            learned=seen,
            caution=self._scenario.caution_share,
            before=before,
        )
        self._last = (key, found)
        return found

    def known(self, believed_on: date | None) -> Case:
        """The months ahead with the measures that are announced by a day; ``None`` is all of them."""
        return apply(self._scenario, self._data, believed_on, self._base)

    def in_weathers(self, case: Case) -> np.ndarray:
        """Demand of the months ahead in each weather of the fan, GWh/d, shape (W, N, J, T).

        On the days of a weather that is announced it is that weather which comes, in every branch.

        Parameters
        ----------
        case : Case
            The months ahead with the measures that are known.
        """
        if not any(one.weather_brought is not None and one.is_known(case) for one in self._scenario.in_force):
            return np.asarray(case.demand.rate * self._weather)
        rates = []
        for weather, share in zip(self.fan.weathers, self._weather, strict=True):
            base = replace(self._base, weather=weather).with_("demand", rate=self._base.demand.rate * share)
            rates.append(apply(self._scenario, self._data, case.believed_on, base).demand.rate)
        return np.array(rates)

    def _lng(self, truth: Case, expected: Case, since: date) -> float:
        """LNG that Europe attracted in the last months over what was expected; it counts more the longer it is seen."""
        months = [month for month in truth.timeline.months if month < f"{since:%Y-%m}"]
        if not months:
            return 1.0
        sums = []
        for case in (truth, expected):
            sums.append(sum(float(case.lng.europe_limit[case.timeline.months.index(m)]) for m in months[-SEEN_MONTHS:]))
        if not (np.isfinite(sums).all() and sums[1] > 0.0):
            return 1.0
        return learned_share(sums[0] / sums[1], len(months), self.fan)


def learned_share(ratio: float, months: int, fan: Fan) -> float:
    """What came over what was expected, as far as so many months make it believed."""
    weight = min(1.0, months / max(fan.learned_in_months, 1.0))
    return 1.0 if abs(ratio - 1.0) < SAME else 1.0 + weight * (ratio - 1.0)
