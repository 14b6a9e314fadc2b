"""The plan that stands until something becomes known is the same in most scenarios of a briefing: solved once."""

from __future__ import annotations

from collections.abc import Sequence

from energy_model.data.load import GasData
from energy_model.plan.foresight import Solved, solve_scenario
from energy_model.scenario import Scenario
from energy_model.scenario.world.build import NO_PART_OF_THE_WORLD

FEWEST = 5
"""With fewer scenarios, what a process saves does not pay for the plan."""
_latest: tuple[object, Solved] | None = None


def first_plan(scenario: Scenario, base: str, beside: Sequence[Scenario], data: GasData) -> Solved | None:
    """The solved base, if a scenario of the same world may begin with its plan; solved once in each process.

    Parameters
    ----------
    base : str
        Id of the scenario against which all are measured.
    beside : sequence of Scenario
        All scenarios of the briefing, the base among them: each is solved on the periods of all.
    """
    global _latest
    reference = next((one for one in beside if one.id == base), None)
    if reference is None or len(beside) < FEWEST or not _is_of_one_world(scenario, reference):
        return None
    key = (reference, tuple(beside), data.digest)
    if _latest is None or _latest[0] != key:
        days = {day for one in beside for day in one.announcements()}
        _latest = key, solve_scenario(reference, data, plan_days=days)
    return _latest[1]


def _is_of_one_world(scenario: Scenario, other: Scenario) -> bool:
    keys = Scenario.model_fields.keys() - NO_PART_OF_THE_WORLD
    return scenario.foresight == "surprise" and all(getattr(scenario, key) == getattr(other, key) for key in keys)
