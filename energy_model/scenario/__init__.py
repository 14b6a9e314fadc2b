"""What happens: scenarios, their measures, and the case they make of the data."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from energy_model.data.load import GasData
from energy_model.errors import ScenarioError
from energy_model.scenario.case import Case
from energy_model.scenario.kept_gas import with_kept
from energy_model.scenario.load import as_scenario, check_against, load_scenario
from energy_model.scenario.notes import is_changed, notes
from energy_model.scenario.response import with_lag
from energy_model.scenario.schema import Scenario
from energy_model.scenario.source import library
from energy_model.scenario.stock import with_known_stock
from energy_model.scenario.take_or_pay import with_floors
from energy_model.scenario.world import base_case, with_capacities
from energy_model.scenario.world.storage import with_usable_targets

__all__ = ["Case", "Scenario", "acting", "apply", "as_scenario", "check_against", "library", "load_scenario", "notes"]


def apply(scenario: Scenario, data: GasData, believed_on: date | None = None, base: Case | None = None) -> Case:
    """The case of a scenario: the base world of its vintage with its measures in force, in the order written.

    Parameters
    ----------
    data : GasData
        Any vintage; it is brought to ``scenario.as_of``.
    believed_on : date, optional
        Measures announced after this day have no strength yet, but their assets are there with nothing in them, so that
        all stages of a surprise have the same rows and columns.
    base : Case, optional
        The scenario's world before its measures, if it is at hand already.

    Raises
    ------
    ScenarioError
        If the measures leave no demand at all.
    """
    vintage = data if data.as_of == scenario.as_of else data.at(scenario.as_of)
    world = base or base_case(vintage, scenario)
    case, seen = replace(world, believed_on=believed_on), with_capacities(vintage, scenario.capacity_view)
    case = with_lag(case, seen, scenario.in_force, scenario.foresight)
    for measure in scenario.in_force:
        case = measure.apply(case, seen)
    if not case.demand.rate.any():
        told = (
            "its measures leave no country any demand for gas, so there is nothing to supply; lower a saving or end it"
        )
        raise ScenarioError(f"scenario {scenario.id}", [told])
    return with_kept(with_floors(with_usable_targets(with_known_stock(case)), world), world)


def acting(scenario: Scenario, data: GasData, base: Case | None = None) -> Scenario:
    """The scenario without the measures that change no number, neither alone nor after the others.

    Parameters
    ----------
    data : GasData
        The vintage of the scenario.
    base : Case, optional
        The scenario's world before its measures, if it is at hand already.
    """
    data = with_capacities(data, scenario.capacity_view)
    world = case = base or base_case(data, scenario)
    measures = []
    for measure in scenario.in_force:
        after = measure.apply(case, data)
        if is_changed(case, after) or is_changed(world, measure.apply(world, data)):
            measures.append(measure)
        case = after
    return scenario.model_copy(update={"measures": tuple(measures)})
