"""The view from 31 January 2022: scenarios run to March 2023 over weather years and LNG assumptions, as ranges.

Nothing published after that day enters. What is put into ``observed/`` later is compared by
:func:`energy_model.cases.ukraine_2022.view.compare_view` without any other change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from energy_model.cases.ukraine_2022.replay import HISTORY
from energy_model.cases.ukraine_2022.view.series import Coverage, coverage_of, modelled
from energy_model.data.load import GasData, load_data
from energy_model.results.spread import Input
from energy_model.scenario import Scenario, as_scenario, library
from energy_model.scenario.load import with_changes
from energy_model.validate.reference import Step
from energy_model.validate.view.runs import Story, View, Ways, predicted
from energy_model.validate.view.single_inputs import gas_of, production_of, response

DAY = date(2022, 1, 31)
"""Where the author stands."""
PREDICTED = ("full_cutoff_", "russia_cuts_further", "phase_out_by_winter")
"""Scenarios of the library that are predicted, by the beginning of their names."""
LNG_CASES = ("low", "central", "high")
NORMAL_WEATHER, CENTRAL_LNG = "reference", "central"
ASIDE = (*response(), gas_of("NO", "gas of Norway by month"), production_of("UA", "production of Ukraine"))
"""What is moved one at a time besides weather and LNG."""


def view(
    data: GasData | None = None,
    *,
    scenarios: Sequence[str | Scenario] | None = None,
    weathers: Sequence[str] | None = None,
    lng_cases: Sequence[str] = LNG_CASES,
    aside: Sequence[Input] = ASIDE,
    progress: Step | None = None,
) -> View[Coverage]:
    """Predict, from the data of 31 January 2022 alone, in months.

    The whole view is about 300 runs of one second each.

    Parameters
    ----------
    data : GasData, optional
        Default is the package's own; rows published after :data:`DAY` are not looked at.
    scenarios : sequence, optional
        Scenarios or names of the library; default are the cut-offs, ``russia_cuts_further`` and
        ``phase_out_by_winter``.
    weathers : sequence of str, optional
        Weathers of ``demand_daily.csv``; default is all. The scenario's own is always among them.
    lng_cases : sequence of str
        Rows of ``lng_europe_limit.csv``. The scenario's own is always among them.
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
    known = whole.at(DAY)
    names = scenarios if scenarios is not None else [name for name in library(whole.root) if name.startswith(PREDICTED)]
    chosen = [with_changes(as_scenario(one, whole.root), as_of=DAY, resolution="month") for one in names]
    offered = sorted(set(known["demand_daily"]["weather"]))
    wanted = list(weathers) if weathers is not None else offered
    ways = Ways(tuple(wanted), tuple(lng_cases), (NORMAL_WEATHER, CENTRAL_LNG), tuple(aside))
    places = coverage_of(known)
    story = Story(HISTORY, places, places.working_gas_gwh, lambda results: modelled(results, places))
    left_out = (*_own_words(chosen), *_not_run(set(offered) - set(wanted), set(LNG_CASES) - set(lng_cases)))
    return replace(predicted(known, chosen, ways, story, progress), left_out=left_out)


def _own_words(scenarios: Sequence[Scenario]) -> list[str]:
    words = []
    for one in scenarios:
        if one.weather != NORMAL_WEATHER:
            words.append(f"{one.id} states its own weather ({one.weather}): only LNG varies")
        if one.lng_limit_twh_per_year is not None:
            words.append(
                f"{one.id} states its own LNG ({one.lng_limit_twh_per_year:g} TWh a year): only weather varies"
            )
        elif one.lng_case != CENTRAL_LNG:
            words.append(f"{one.id} states its own LNG ({one.lng_case}): only weather varies")
    return words


def _not_run(weathers: set[str], cases: set[str]) -> list[str]:
    kinds = {"weather": weathers, "LNG": cases}
    return [f"not run, {what}: {', '.join(sorted(missing))}" for what, missing in kinds.items() if missing]
