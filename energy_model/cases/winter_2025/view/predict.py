"""The view from 31 October 2025: scenarios run over weather years and LNG assumptions, as ranges.

One scenario says what is expected of a world without news, the others what follows if the Strait of Hormuz closes on 28
February 2026. Nothing published after the day enters.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from energy_model.cases.winter_2025.replay import HISTORY
from energy_model.cases.winter_2025.view.series import Coverage, coverage_of, modelled
from energy_model.data.load import GasData, load_data
from energy_model.results.run import Results
from energy_model.results.spread import Input
from energy_model.scenario import Scenario, as_scenario
from energy_model.scenario.load import with_changes
from energy_model.validate.reference import Step
from energy_model.validate.view.runs import Story, View, Ways, predicted
from energy_model.validate.view.single_inputs import gas_of, production_of, response

PREDICTED = ("reference", "hormuz_closes_three_months", "hormuz_closes_one_year")
"""Scenarios of the library: without news, and under each condition."""
ASIDE = (*response(), gas_of("NO", "gas of Norway by month"), production_of("UA", "production of Ukraine"))
"""What is moved one at a time besides weather and LNG."""
SHOWN_TO = pd.Timestamp("2026-10-01")
"""Last month of the view: the winter that begins, and the summer after it."""


def view(
    data: GasData | None = None,
    *,
    scenarios: Sequence[str | Scenario] = PREDICTED,
    weathers: Sequence[str] | None = None,
    lng_cases: Sequence[str] | None = None,
    aside: Sequence[Input] = ASIDE,
    progress: Step | None = None,
) -> View[Coverage]:
    """Predict, from the data of the package's day alone, in months.

    Parameters
    ----------
    data : GasData, optional
        Default is the package's own; rows published after its day are not looked at.
    scenarios : sequence, optional
        Scenarios or names of the library.
    weathers : sequence of str, optional
        Weathers of ``demand_daily.csv``; default are those of ``fan.csv``. The scenario's own is always among them.
    lng_cases : sequence of str, optional
        Rows of ``lng_europe_limit.csv``; default are low, central and high of the storyline.
    aside : sequence of Input
        Further inputs that go to either end of their range, one at a time.
    progress : callable, optional
        Told ``(what, done, total)`` after each run.

    Raises
    ------
    ScenarioError, DataError, SolveError, ResultError
        As :func:`energy_model.run`.
    """
    whole = data if data is not None else load_data()
    line = whole.storyline
    day = line.as_of
    known = whole.at(day)
    fan = known["fan"]
    wanted = list(weathers) if weathers is not None else fan[fan["quantity"] == "weather"]["state"].astype(str).tolist()
    cases = list(lng_cases) if lng_cases is not None else [line.lng.low, line.lng.central, line.lng.high]
    chosen = [with_changes(as_scenario(one, whole.root), as_of=day, resolution="month") for one in scenarios]
    ways = Ways(tuple(wanted), tuple(cases), (line.weather.normal, line.lng.central), tuple(aside))
    places = coverage_of(known)

    def series(results: Results) -> pd.DataFrame:
        table = modelled(results, known, places)
        return table[table["month"] <= SHOWN_TO]

    return predicted(known, chosen, ways, Story(HISTORY, places, places.working_gas_gwh, series), progress)
