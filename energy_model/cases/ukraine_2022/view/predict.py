"""The view from 31 January 2022: scenarios run to March 2023 over weather years and LNG assumptions, as ranges.

Nothing published after that day enters. What is put into ``observed/`` later is compared by
:func:`energy_model.cases.ukraine_2022.view.compare_view` without any other change.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from energy_model.cases.ukraine_2022.replay import HISTORY
from energy_model.cases.ukraine_2022.view.series import Coverage, coverage_of, modelled
from energy_model.data.load import GasData, load_data
from energy_model.results.run import run
from energy_model.scenario import Scenario, as_scenario, check_against, library
from energy_model.scenario.load import with_changes
from energy_model.validate.spread import KEY, RUN, combinations, model_error, price_wander, ranges, widened

DAY = date(2022, 1, 31)
"""Where the author stands."""
PREDICTED = ("full_cutoff_", "russia_cuts_further", "phase_out_by_winter")
"""Scenarios of the library that are predicted, by the beginning of their names."""
LNG_CASES = ("low", "central", "high")
NORMAL_WEATHER, CENTRAL_LNG = "reference", "central"


@dataclass(frozen=True)
class View:
    """Predictions as ranges.

    Attributes
    ----------
    table : DataFrame
        scenario, group, series, unit, month, low, central, high. Central is normal weather and central LNG (or what the
        scenario itself states); low and high hold the extremes over all combinations and the model's own error
        (:mod:`energy_model.validate.spread`), nominally 90 %.
    by_run : DataFrame
        scenario, weather, lng_case, is_central, group, series, unit, month, value: every combination.
    scenarios : tuple of Scenario
        As they were run, at central weather and LNG.
    left_out : tuple of str
        Combinations that were not run, in words.
    day : date
        Vintage of every number.
    """

    table: pd.DataFrame
    by_run: pd.DataFrame
    scenarios: tuple[Scenario, ...]
    left_out: tuple[str, ...]
    coverage: Coverage
    day: date
    data_digest: str

    def title(self, scenario: str) -> str:
        """Title of a scenario by its id."""
        return next(one.title for one in self.scenarios if one.id == scenario)


def view(
    data: GasData | None = None,
    *,
    scenarios: Sequence[str | Scenario] | None = None,
    weathers: Sequence[str] | None = None,
    lng_cases: Sequence[str] = LNG_CASES,
    progress: Callable[[str, int, int], None] | None = None,
) -> View:
    """Predict, from the data of 31 January 2022 alone, in months.

    The whole view is about 140 runs of one second each.

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
    normal = (NORMAL_WEATHER, CENTRAL_LNG)
    plan = [(one, *way) for one in chosen for way in combinations(one, wanted, lng_cases, normal)]
    changed = [with_changes(one, weather=weather, lng_case=case) for one, weather, case in plan]
    for one in changed:
        check_against(one, known)
    coverage = coverage_of(known)
    parts = []
    for number, (base, variant) in enumerate(zip((one for one, *_ in plan), changed, strict=True), start=1):
        part = modelled(run(variant, known), coverage)
        way = (base.id, variant.weather, variant.lng_case)
        part = part.assign(**dict(zip(RUN, way, strict=True)))
        parts.append(part.assign(is_central=(variant.weather, variant.lng_case) == (base.weather, base.lng_case)))
        if progress is not None:
            progress(", ".join(way), number, len(plan))
    by_run = pd.concat(parts, ignore_index=True)[[*RUN, "is_central", *KEY, "value"]]
    left_out = (*_own_words(chosen), *_not_run(set(offered) - set(wanted), set(LNG_CASES) - set(lng_cases)))
    error = model_error(known, DAY, HISTORY, coverage.working_gas_gwh)
    table = widened(ranges(by_run), error, price_wander(known, DAY, HISTORY), DAY)
    return View(table, by_run, tuple(chosen), left_out, coverage, DAY, known.digest)


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
