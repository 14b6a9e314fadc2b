"""The view from 31 October 2025: scenarios run over weather years and LNG assumptions, as ranges.

One scenario says what is expected of a world without news, the others what follows if the Strait of Hormuz closes on 28
February 2026. Nothing published after the day enters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from energy_model.cases.winter_2025.replay import HISTORY
from energy_model.cases.winter_2025.view.series import Coverage, coverage_of, modelled
from energy_model.data.load import GasData, load_data
from energy_model.results.run import run
from energy_model.scenario import Scenario, as_scenario, check_against
from energy_model.scenario.load import with_changes
from energy_model.validate.reference import Step
from energy_model.validate.spread import KEY, RUN, combinations, model_error, price_wander, ranges, widened

PREDICTED = ("reference", "hormuz_closes_three_months", "hormuz_closes_one_year")
"""Scenarios of the library: without news, and under each condition."""
SHOWN_TO = pd.Timestamp("2026-10-01")
"""Last month of the view: the winter that begins, and the summer after it."""


@dataclass(frozen=True)
class View:
    """Predictions as ranges.

    Attributes
    ----------
    table : DataFrame
        scenario, group, series, unit, month, low, central, high. Central is normal weather and central LNG; low and
        high hold the extremes over all combinations and the model's own error (:mod:`energy_model.validate.spread`),
        nominally 90 %.
    by_run : DataFrame
        scenario, weather, lng_case, is_central, group, series, unit, month, value: every combination.
    scenarios : tuple of Scenario
        As they were run, at central weather and LNG.
    day : date
        Vintage of every number.
    """

    table: pd.DataFrame
    by_run: pd.DataFrame
    scenarios: tuple[Scenario, ...]
    coverage: Coverage
    day: date
    data_digest: str


def view(
    data: GasData | None = None,
    *,
    scenarios: Sequence[str | Scenario] = PREDICTED,
    weathers: Sequence[str] | None = None,
    lng_cases: Sequence[str] | None = None,
    progress: Step | None = None,
) -> View:
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
    normal = (line.weather.normal, line.lng.central)
    plan = [(one, *way) for one in chosen for way in combinations(one, wanted, cases, normal)]
    changed = [with_changes(one, weather=weather, lng_case=case) for one, weather, case in plan]
    for one in changed:
        check_against(one, known)
    coverage, parts = coverage_of(known), []
    for number, (base, variant) in enumerate(zip((one for one, *_ in plan), changed, strict=True), start=1):
        part = modelled(run(variant, known), known, coverage)
        way = (base.id, variant.weather, variant.lng_case)
        part = part[part["month"] <= SHOWN_TO].assign(**dict(zip(RUN, way, strict=True)))
        parts.append(part.assign(is_central=(variant.weather, variant.lng_case) == (base.weather, base.lng_case)))
        if progress is not None:
            progress(", ".join(way), number, len(plan))
    by_run = pd.concat(parts, ignore_index=True)[[*RUN, "is_central", *KEY, "value"]]
    error = model_error(known, day, HISTORY, coverage.working_gas_gwh)
    table = widened(ranges(by_run), error, price_wander(known, day, HISTORY), day)
    return View(table, by_run, tuple(chosen), coverage, day, known.digest)
