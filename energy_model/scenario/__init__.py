"""What happens: scenarios, their measures, and the case they make of the data."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np

from energy_model.data.load import GasData
from energy_model.scenario.base import base_case
from energy_model.scenario.case import Case
from energy_model.scenario.load import as_scenario, check_against, library, load_scenario
from energy_model.scenario.notes import notes
from energy_model.scenario.schema import Scenario

__all__ = ["Case", "Scenario", "apply", "as_scenario", "check_against", "library", "load_scenario", "notes"]


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
    """
    vintage = data if data.as_of == scenario.as_of else data.at(scenario.as_of)
    case = replace(base or base_case(vintage, scenario), believed_on=believed_on)
    for measure in scenario.measures:
        case = measure.apply(case, vintage)
    return _floors_within_capacity(case)


def _floors_within_capacity(case: Case) -> Case:
    """Nobody owes payment for gas that its delivery route cannot carry."""
    most = [
        float((case.pipelines.capacity[list(group)] @ case.timeline.days).sum()) for group in case.contracts.pipelines
    ]
    return case.with_("contracts", floor=np.minimum(case.contracts.floor, np.array(most)))
