"""Put the parts of the base case together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from energy_model.data.load import GasData
from energy_model.data.regions import grouped_nodes
from energy_model.scenario.case import Case, Pipelines, Supply
from energy_model.scenario.schema import NAMES, Scenario
from energy_model.scenario.supply_by_month import SupplyByMonth
from energy_model.scenario.world.capacity import with_capacities
from energy_model.scenario.world.contracts import base_contracts
from energy_model.scenario.world.delivery_points import base_delivery_points
from energy_model.scenario.world.demand import base_demand
from energy_model.scenario.world.lng import base_lng, changed_lng, lng_by_month
from energy_model.scenario.world.lng_slots import base_lng_slots
from energy_model.scenario.world.lng_world import base_lng_world
from energy_model.scenario.world.low_calorific import base_low_calorific
from energy_model.scenario.world.network import base_pipelines
from energy_model.scenario.world.peaks import with_peak_days
from energy_model.scenario.world.solidarity import base_solidarity
from energy_model.scenario.world.storage import base_storage
from energy_model.scenario.world.supply import base_supply
from energy_model.scenario.world.supply_by_month import with_known_flows, with_months
from energy_model.scenario.world.transit_bookings import base_transit_bookings
from energy_model.timeline import Timeline, month_starts

ROLLING = "rolling"
"""Foresight under which stock has the value of the months ahead, and needs no customary level nor one at the end."""

NO_PART_OF_THE_WORLD = NAMES | {"based_on", "without", "files", "conditions", "measures"}
"""Keys of a scenario that say nothing of the world before its measures, but for its periods."""


@dataclass(frozen=True)
class OptionalPart:
    """A part of the world that is there if a scenario wants it."""

    wanted: str
    """Key of a scenario."""
    make: Callable[[GasData, Scenario, Case], object | None]
    """The part, from the world with all parts that every scenario has; none where the package has no rows for it."""
    reads_scenario: bool = False
    """Whether it depends on more of the scenario than whether it is wanted, so that no other world's can be taken."""


OPTIONAL_PARTS = {
    "low_calorific": OptionalPart(
        "low_calorific", lambda data, _, world: base_low_calorific(data, world.timeline, world.nodes)
    ),
    "delivery_points": OptionalPart(
        "delivery_points",
        lambda data, _, world: base_delivery_points(data, world.timeline, world.nodes, world.pipelines, world.supply),
    ),
    "transit_bookings": OptionalPart(
        "transit_bookings",
        lambda data, _, world: base_transit_bookings(
            data, world.timeline, world.nodes, world.is_market, world.pipelines
        ),
    ),
    "solidarity": OptionalPart(
        "solidarity_groups",
        lambda data, _, world: base_solidarity(data, world.timeline, _network(data), world.pipelines, world.supply),
    ),
    "lng_world": OptionalPart(
        "lng_world",
        lambda data, scenario, world: base_lng_world(data, scenario, world.timeline, world.lng.europe_limit),
        reads_scenario=True,
    ),
    "lng_slots": OptionalPart(
        "lng_slots",
        lambda data, scenario, world: base_lng_slots(
            data, world.timeline, world.nodes, world.lng, lng_by_month(scenario)
        ),
        reads_scenario=True,
    ),
}
"""By field of :class:`Case`. What belongs to its month is made with supply (:func:`_offers`)."""


def periods(data: GasData, scenario: Scenario, announced: Iterable[date] | None = None) -> Timeline:
    """Periods of a scenario, with a boundary at the decision days of the data package.

    Parameters
    ----------
    data : GasData
        Already of the scenario's vintage.
    announced : iterable of date, optional
        Announcements at which a period begins; default are all of the scenario.

    Plans that are made month by month have a boundary at the beginning of each month.
    """
    months = month_starts(scenario.horizon.start, scenario.horizon.end) if scenario.foresight == ROLLING else ()
    return with_peak_days(scenario, data).timeline((*data.storyline.decision_days, *months), announced)


def base_case(
    data: GasData,
    scenario: Scenario,
    near: tuple[Scenario, Case] | None = None,
    announced: Iterable[date] | None = None,
) -> Case:
    """The world of ``scenario`` before its measures.

    Parameters
    ----------
    data : GasData
        Already of the scenario's vintage (``data.at(scenario.as_of)``).
    near : (Scenario, Case), optional
        Another scenario and its world, from the very same data. What both have in common is taken over; the result is
        the same without it.
    announced : iterable of date, optional
        Announcements at which a period begins, besides the decision days of the data package and the boundaries of the
        scenario; default are those of the scenario.
    """
    timeline = periods(data, scenario, announced)
    if near is not None and near[1].timeline == timeline and _same_offers(scenario, near[0]):
        if _decisive(scenario) == _decisive(near[0]):
            return near[1]
        return _changed(with_capacities(data, scenario.capacity_view), scenario, *near)
    return data.once((timeline, _decisive(scenario)), lambda: _world(data, scenario, timeline))


def _decisive(scenario: Scenario) -> tuple[object, ...]:
    """All that the world before measures depends on, of the scenario."""
    return tuple(getattr(scenario, key) for key in Scenario.model_fields if key not in NO_PART_OF_THE_WORLD)


def _world(data: GasData, scenario: Scenario, timeline: Timeline) -> Case:
    """The world of a scenario on some periods; its arrays can only be read, as several scenarios share them."""
    data = with_capacities(data, scenario.capacity_view)
    network = _network(data)
    nodes, is_market = network["node"].to_numpy(str), network["is_market"].to_numpy(bool)
    pipelines, supply, takes = _offers(data, scenario, timeline, nodes)
    world = Case(
        timeline=timeline,
        nodes=nodes,
        country=network["country"].to_numpy(str),
        is_market=is_market,
        places=(network["node"] + " " + network["country"] + " " + network["groups"]).to_numpy(str),
        pipelines=pipelines,
        supply=supply,
        lng=base_lng(data, scenario, timeline, nodes),
        storage=base_storage(data, timeline, nodes, only_duties=scenario.foresight == ROLLING),
        demand=base_demand(data, scenario, timeline, nodes),
        contracts=base_contracts(data, timeline, nodes, pipelines, supply),
        supply_by_month=takes,
        weather=scenario.weather,
    )
    world = _with_optional_parts(data, scenario, world)
    for part in (world, *world.parts.values()):
        for values in vars(part).values():
            if isinstance(values, np.ndarray):
                values.setflags(write=False)
    return world


def _offers(
    data: GasData, scenario: Scenario, timeline: Timeline, nodes: np.ndarray
) -> tuple[Pipelines, Supply, SupplyByMonth | None]:
    """Pipelines and supply, with what belongs to its month if the scenario says so."""
    pipelines = base_pipelines(data, timeline, nodes)
    supply = base_supply(data, timeline, nodes)
    if not scenario.supply_by_month:
        return pipelines, supply, None
    return with_known_flows(data, timeline, pipelines), *with_months(data, timeline, supply)


def _same_offers(scenario: Scenario, other: Scenario) -> bool:
    """Whether two scenarios have the same pipelines, supply and filling targets before measures."""
    return all(
        getattr(scenario, key) == getattr(other, key) for key in ("supply_by_month", "capacity_view", "foresight")
    )


def _same_demand(scenario: Scenario, other: Scenario) -> bool:
    """Whether two scenarios have the same demand before measures, and the same answer to price."""
    keys = ("weather", "response_lag", "demand_response")
    return all(getattr(scenario, key) == getattr(other, key) for key in keys)


def _changed(data: GasData, scenario: Scenario, other: Scenario, world: Case) -> Case:
    """The world of ``scenario`` from another's with the same periods: few parts read its keys."""
    demand = world.demand
    if not _same_demand(scenario, other):
        demand = base_demand(data, scenario, world.timeline, world.nodes)
    lng = changed_lng(data, scenario, other, world)
    return _with_optional_parts(data, scenario, replace(world, lng=lng, demand=demand, weather=scenario.weather), world)


def _with_optional_parts(data: GasData, scenario: Scenario, world: Case, other: Case | None = None) -> Case:
    """A world with the parts that a scenario wants; those that do not depend on the scenario from another world."""
    parts: dict[str, object | None] = {}
    for name, part in OPTIONAL_PARTS.items():
        if not getattr(scenario, part.wanted):
            parts[name] = None
        elif other is not None and not part.reads_scenario and getattr(other, name) is not None:
            parts[name] = getattr(other, name)
        else:
            parts[name] = part.make(data, scenario, world)
    return replace(world, **parts)  # type: ignore[arg-type]


def _network(data: GasData) -> pd.DataFrame:
    """The nodes at which gas is used or a pipeline ends, with their groups."""
    table = grouped_nodes(data)
    ends = data["pipelines"]["from_node"], data["pipelines"]["to_node"]
    return table[table["is_market"] | table["node"].isin(ends[0]) | table["node"].isin(ends[1])]
