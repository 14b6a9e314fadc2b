"""Which scenarios are told: checked all at once, in which order, which in detail, which with ranges of headlines."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Literal

from energy_model.data.load import GasData
from energy_model.errors import ScenarioError
from energy_model.report import facts
from energy_model.report.baseline import with_base
from energy_model.results.compare import one_span
from energy_model.scenario import Scenario, as_scenario, check_against, library

RangesOf = Literal["few", "main", "none"]
"""Scenarios whose ranges of headlines are found."""


def in_reading_order(names: Sequence[str], order: Sequence[str]) -> list[str]:
    """Names as a reader wants them: those of an order first, then others as given.

    >>> in_reading_order(["my_own", "cut", "reference"], ["reference", "cut"])
    ['reference', 'cut', 'my_own']
    """
    place = {name: number for number, name in enumerate(order)}
    return sorted(names, key=lambda name: place.get(name, len(place)))


def detailed_ids(chosen: Sequence[Scenario], base: str, data: GasData) -> frozenset[str]:
    """Scenarios that get figures and ranges of their own: those that the workbook shows in detail."""
    return frozenset(facts.main_ids([one.id for one in chosen], base, data.storyline.briefing))


def ranged_ids(chosen: Sequence[Scenario], base: str, data: GasData, ranges: RangesOf) -> frozenset[str]:
    """Scenarios whose ranges are wanted."""
    detailed, told = detailed_ids(chosen, base, data), data.storyline.briefing
    own = {one.id for one in chosen if one.id not in told.order}
    wanted = {"none": frozenset[str](), "few": detailed & {base, told.shortage, *own}, "main": detailed}
    return frozenset(wanted[ranges])


def checked_scenarios(
    scenarios: Sequence[str | Scenario] | None, data: GasData, base: str | None
) -> tuple[list[Scenario], str]:
    """Scenarios and the id of the one against which all are measured; it is added if it is not among them.

    Parameters
    ----------
    scenarios : sequence, optional
        Scenarios, names of the library or files; default is the whole library in reading order.
    base : str, optional
        As in :func:`energy_model.report.baseline.with_base`.

    Raises
    ------
    ScenarioError
        With every problem of every scenario, or if they run over different days.
    """
    loaded = _load(scenarios, data)
    chosen, base = with_base(loaded, data, base)
    for added in chosen[: len(chosen) - len(loaded)]:
        check_against(added, data.at(added.as_of))
    one_span(chosen)
    return chosen, base


def _load(scenarios: Sequence[str | Scenario] | None, data: GasData) -> list[Scenario]:
    """All scenarios, checked against the data; every problem of every one in one error."""
    order, seen_on = data.storyline.briefing.order, cache(data.at)
    wanted = in_reading_order(list(library(data.root)), order) if scenarios is None else list(scenarios)
    if not wanted:
        raise ScenarioError(
            "the list of scenarios", ["is empty; name at least one, or leave it out for the whole library"]
        )
    loaded: list[Scenario] = []
    problems: list[str] = []
    for one in wanted:
        try:
            scenario = as_scenario(one, data.root)
            check_against(scenario, seen_on(scenario.as_of))
        except ScenarioError as error:
            problems += [f"{error.where}: {problem}" for problem in error.problems]
            continue
        if scenario.id in {known.id for known in loaded}:
            problems.append(f"scenario {scenario.id}: given twice; give each once")
        loaded.append(scenario)
    if problems:
        raise ScenarioError("the list of scenarios", problems)
    return loaded
