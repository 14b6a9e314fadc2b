"""The run against which others are measured: named, or the reference of the data package; never the first at hand."""

from __future__ import annotations

from collections.abc import Sequence

from energy_model.data.load import GasData
from energy_model.scenario import Scenario, as_scenario

SHARED = ("as_of", "horizon", "resolution", "peak_days", "days_alone")
"""Keys that a base solved along takes over where all the others agree on them."""


def with_base(chosen: Sequence[Scenario], data: GasData, base: str | None = None) -> tuple[list[Scenario], str]:
    """The scenarios with the one against which they are measured, and its id.

    Parameters
    ----------
    chosen : sequence of Scenario
        As loaded.
    base : str, optional
        Id of one of them, a name of the library or a path; default is the reference of the data package. One that is
        not among them comes first, over their days and on their resolution.

    Raises
    ------
    ScenarioError
        If there is no such scenario.
    """
    wanted = data.storyline.reference if base is None else base
    if wanted in {one.id for one in chosen}:
        return list(chosen), wanted
    found = as_scenario(wanted, data.root, data)
    if found.id in {one.id for one in chosen}:
        return list(chosen), found.id
    agreed = {key: {getattr(one, key) for one in chosen} for key in SHARED}
    changes = {key: values.pop() for key, values in agreed.items() if len(values) == 1}
    return [found.model_copy(update=changes), *chosen], found.id
