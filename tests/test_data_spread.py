"""The range of a headline over the data: every input that a scenario reads is varied, and no other."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
import pytest
from plain_package import SHIPPED

from energy_model.data.descriptor import DESCRIPTOR
from energy_model.data.load import GasData, load_data
from energy_model.data.mechanisms import MECHANISMS
from energy_model.lp.matrix import Matrix
from energy_model.plan.stages import compiled
from energy_model.results.spread import EASY, INPUTS, TIGHT, FanWeight
from energy_model.scenario import Scenario, load_scenario
from energy_model.scenario.load import with_changes
from energy_model.scenario.world import base_case
from energy_model.scenario.world.fan import base_fan

VINTAGES = sorted(file.parent.name for file in SHIPPED.glob(f"*/{DESCRIPTOR}") if file.parent.name != "common")
WITHOUT: Mapping[str, bool] = dict.fromkeys(MECHANISMS, False)
KEYS: Mapping[str, Mapping[str, object]] = {
    "as shipped": {},
    "without mechanisms": WITHOUT,
    "with its own answers": {"demand_response": "low", "lng_elasticity": "low", "lng_limit_twh_per_year": 1_300.0},
}


@cache
def shipped_data(vintage: str) -> GasData:
    return load_data(SHIPPED / vintage)


def scenario_with(data: GasData, keys: Mapping[str, object]) -> Scenario:
    return with_changes(load_scenario(data.storyline.reference, data.root), **{"resolution": "month", **keys})


def problem(scenario: Scenario, data: GasData) -> tuple[Matrix, np.ndarray]:
    """The problem before any news, and the months until demand answers to some."""
    case = base_case(data, scenario)
    lag = case.demand.lag
    return compiled(case), lag.half_months if lag is not None else np.empty(0)


def differ(one: Matrix, other: Matrix) -> bool:
    pairs = ((getattr(one, name), getattr(other, name)) for name in ("cost", "value", "row_lower", "row_upper"))
    bounds = ((getattr(one, name), getattr(other, name)) for name in ("col_lower", "col_upper"))
    return any(a.shape != b.shape or not np.array_equal(a, b) for a, b in (*pairs, *bounds))


def reached(scenario: Scenario, data: GasData) -> set[str]:
    """Inputs of which the problem, or the fan behind it, is another one at the tight side of their range."""
    central, lag = problem(scenario, data)
    weights = base_fan(data, scenario.weather).lng_weight
    found = set()
    for item in INPUTS:
        world = item.moved(data, TIGHT)
        if isinstance(item, FanWeight):
            moves = not np.array_equal(weights, base_fan(world, scenario.weather).lng_weight)
        else:
            matrix, months = problem(scenario, world)
            moves = differ(central, matrix) or not np.array_equal(months, lag)
        found |= {item.name} if moves else set()
    return found


EACH = [
    pytest.param(
        vintage, keys, id=f"{vintage}, {name}", marks=[pytest.mark.slow] if keys and vintage != VINTAGES[0] else []
    )
    for vintage in VINTAGES
    for name, keys in KEYS.items()
]
"""Each vintage as it is shipped, and the first with other keys; others with other keys among the slow tests."""


@pytest.mark.parametrize(("vintage", "keys"), EACH)
def test_every_input_that_is_varied_reaches_the_problem_and_no_other_does(
    vintage: str, keys: Mapping[str, object]
) -> None:
    whole = shipped_data(vintage)
    scenario = scenario_with(whole, keys)
    data = whole.at(scenario.as_of)
    read = {one.name for one in INPUTS if one.acts(scenario)}
    planning = {"stock left at the end", "weight of little LNG in plans"}  # how plans look ahead is asked below

    assert reached(scenario, data) - planning == read - planning


@pytest.mark.parametrize("vintage", VINTAGES)
def test_weights_of_the_fan_stay_probabilities(vintage: str) -> None:
    data = shipped_data(vintage)
    (weight,) = (one for one in INPUTS if isinstance(one, FanWeight))
    central, tight, easy = (
        base_fan(one, "").lng_weight for one in (data, weight.moved(data, TIGHT), weight.moved(data, EASY))
    )

    for fan in (central, tight, easy):
        assert pytest.approx(1.0) == fan.sum()
    assert tight[0] > central[0] > easy[0]


def test_two_keys_of_planning_are_varied_where_they_count(data: GasData) -> None:
    planned = {name: scenario_with(data, {"foresight": name}) for name in ("surprise", "perfect", "rolling")}
    read = {name: {one.name for one in INPUTS if one.acts(scenario)} for name, scenario in planned.items()}

    assert read["surprise"] == read["perfect"]
    assert read["rolling"] - read["surprise"] == {"weight of little LNG in plans"}
    assert read["surprise"] - read["rolling"] == {"stock left at the end"}
