"""Predictions from the data of a day alone: scenarios run over weather years and LNG assumptions, as ranges."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

import pandas as pd

from energy_model.data.load import GasData
from energy_model.results.run import Results, run
from energy_model.results.spread import EASY, TIGHT, Input
from energy_model.scenario import Scenario, check_against
from energy_model.scenario.load import with_changes
from energy_model.validate.reference import Step
from energy_model.validate.replay.history import History
from energy_model.validate.view.spread import ASIDE, KEY, RUN, combinations, model_error, price_wander, ranges, widened

Places = TypeVar("Places")
SIDES = (TIGHT, EASY)


@dataclass(frozen=True)
class View(Generic[Places]):
    """Predictions as ranges.

    Attributes
    ----------
    table : DataFrame
        scenario, group, series, unit, month, low, central, high. Central is normal weather and central LNG (or what the
        scenario itself states); low and high hold the extremes over all combinations, what the further inputs move, and
        the model's own error (:mod:`energy_model.validate.view.spread`), nominally 90 %.
    by_run : DataFrame
        scenario, weather, lng_case, is_central, group, series, unit, month, value: every combination.
    aside : DataFrame
        scenario, input, side, group, series, unit, month, value: the central run with one further input at an end.
    scenarios : tuple of Scenario
        As they were run, at central weather and LNG.
    coverage : object
        Which places have series, as the case of the past declares it.
    day : date
        Vintage of every number.
    data_digest : str
        What the data were.
    left_out : tuple of str
        Combinations that were not run, in words.
    """

    table: pd.DataFrame
    by_run: pd.DataFrame
    aside: pd.DataFrame
    scenarios: tuple[Scenario, ...]
    coverage: Places
    day: date
    data_digest: str
    left_out: tuple[str, ...] = ()

    def title(self, scenario: str) -> str:
        """Title of a scenario by its id."""
        return next(one.title for one in self.scenarios if one.id == scenario)


def further(view: View[Places]) -> str:
    """The inputs that a view moved one at a time, in words."""
    names = view.aside["input"].unique().tolist()
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names) or "no further inputs"


@dataclass(frozen=True)
class Ways:
    """Weathers and rows of ``lng_europe_limit.csv`` over which scenarios are run, and the normal one of each.

    ``aside`` are further inputs: each goes to either end of its range with the central weather and LNG.
    """

    weathers: tuple[str, ...]
    lng_cases: tuple[str, ...]
    normal: tuple[str, str]
    aside: tuple[Input, ...] = ()


@dataclass(frozen=True)
class Story(Generic[Places]):
    """What a case of the past predicts.

    Attributes
    ----------
    history : History
        How the past is looked at, for the model's own error.
    coverage : object
        Which places have series.
    working_gas_gwh : Series
        Working gas volume by node.
    series : callable
        Series of a run: group, series, unit, month, value.
    """

    history: History
    coverage: Places
    working_gas_gwh: pd.Series
    series: Callable[[Results], pd.DataFrame]


def predicted(
    known: GasData,
    scenarios: Sequence[Scenario],
    ways: Ways,
    story: Story[Places],
    progress: Step | None = None,
) -> View[Places]:
    """Run scenarios over all ways, and make ranges of what comes out.

    Parameters
    ----------
    known : GasData
        What is known on the day of the view.
    scenarios : sequence of Scenario
        In months; the weather and the LNG that one states itself are not varied, and its own are always among them.
    progress : callable, optional
        Told ``(what, done, total)`` after each run.

    Raises
    ------
    ScenarioError, DataError, SolveError, ResultError
        As :func:`energy_model.run`.
    """
    day = known.as_of
    assert day is not None, "a view stands on a day"
    plan = [(one, *way) for one in scenarios for way in combinations(one, ways.weathers, ways.lng_cases, ways.normal)]
    changed = [with_changes(one, weather=weather, lng_case=case) for one, weather, case in plan]
    further = [(one, item, side) for one in scenarios for item in ways.aside if item.acts(one) for side in SIDES]
    count = len(plan) + len(further)
    for one in changed:
        check_against(one, known)
    parts = []
    for done, (base, variant) in enumerate(zip((one for one, *_ in plan), changed, strict=True), start=1):
        way = (base.id, variant.weather, variant.lng_case)
        part = story.series(run(variant, known)).assign(**dict(zip(RUN, way, strict=True)))
        parts.append(part.assign(is_central=(variant.weather, variant.lng_case) == (base.weather, base.lng_case)))
        if progress is not None:
            progress(", ".join(way), done, count)
    ends = []
    for done, (base, item, side) in enumerate(further, start=len(plan) + 1):
        end = {"scenario": base.id, "input": item.name, "side": side}
        ends.append(story.series(run(base, item.moved(known, side))).assign(**end))
        if progress is not None:
            progress(", ".join(end.values()), done, count)
    by_run = pd.concat(parts, ignore_index=True)[[*RUN, "is_central", *KEY, "value"]]
    error = model_error(known, day, story.history, story.working_gas_gwh)
    aside = pd.concat(ends, ignore_index=True) if ends else pd.DataFrame(columns=[*ASIDE, *KEY, "value"])
    table = widened(ranges(by_run, aside), error, price_wander(known, day), day)
    return View(table, by_run, aside[[*ASIDE, *KEY, "value"]], tuple(scenarios), story.coverage, day, known.digest)
