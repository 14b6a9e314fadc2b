"""A scenario with and without a route, by how much room the seller's other routes have: what is solved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from energy_model.data.load import GasData
from energy_model.data.sellers import route_names
from energy_model.impact.adversary import default_days, routes_from
from energy_model.impact.coalitions import Coalitions, Piece, Starts, pieces
from energy_model.impact.study import Study
from energy_model.plan.foresight import Solved
from energy_model.scenario import Scenario, apply, load_scenario
from energy_model.scenario.measures.base import Measure
from energy_model.scenario.measures.routes import RouteOutage

AS_IT_IS, CHANGED, WITH_GAS = "as_it_is", "changed", "changed_with_gas"
"""The route as the reference has it; stopped or opened; opened with the gas that comes with it."""
LOW, CENTRAL, HIGH = "low", "central", "high"
ROOMS = (LOW, CENTRAL, HIGH)
"""Capacity of the seller's other routes at its own border: low, central and high figure of ``pipelines.csv``."""
MOST_ROUTES = 2
"""Routes asked about where the storyline names none: the seller's largest."""
NOTHING_GWH = 1.0


@dataclass(frozen=True)
class RouteChange:
    """What happens to a route.

    Attributes
    ----------
    name : str
    lines : tuple of str
        Its pipelines; those at the seller's border, if it has any there.
    pipe, gas : tuple of Measure
        What stops or opens the route, and what its opening brings with it.
    """

    name: str
    lines: tuple[str, ...]
    pipe: tuple[Measure, ...]
    gas: tuple[Measure, ...] = ()

    @property
    def opens(self) -> bool:
        """Whether the route is idle as it is, and the change opens it."""
        return any(measure.opens_route for measure in self.pipe)

    @property
    def begins(self) -> date | None:
        """First day of the change."""
        return self.pipe[0].start

    @property
    def variants(self) -> tuple[str, ...]:
        """What is solved."""
        return (AS_IT_IS, CHANGED, WITH_GAS) if self.gas else (AS_IT_IS, CHANGED)


@dataclass(frozen=True)
class Runs:
    """Solutions on months by variant of one route.

    Attributes
    ----------
    scenario, baseline : mapping of str to Solved
        By variant; ``baseline`` is empty if nothing else differs from it or no gas comes with the route.
    cost_eur_bn : mapping of str to float
        Total cost without penalties of filling targets.
    counted_on_twh : float
        Most that a plan made before the last announcement sends over the changed route.
    starts : mapping
        Where solves of similar variants may start.
    """

    scenario: Mapping[str, Solved]
    baseline: Mapping[str, Solved]
    cost_eur_bn: Mapping[str, float]
    counted_on_twh: float
    starts: Starts


def changes_of(study: Study) -> list[RouteChange]:
    """Routes of the seller to ask about: those of the storyline, else those the scenario acts on and the largest."""
    about, line, names = study.subject, study.data.storyline, route_names(study.data)
    found = [
        _from_library(study, one.route, one.scenario, names.get(one.route, one.route))
        for one in line.routes
        if one.route in about.routes
    ]
    if not found:
        hit = study.scenario.in_force
        own = {name: lines_of(study, route) for route, name in names.items() if route in about.routes}
        acted_on = {name: lines for name, lines in own.items() if any(_is_on(one, lines, study.data) for one in hit)}
        largest = {
            name: lines
            for name, lines in routes_from(study).items()
            if not any(set(lines) & set(others) for others in acted_on.values())
        }
        found = [_stop(study, name, lines) for name, lines in [*acted_on.items(), *largest.items()][:MOST_ROUTES]]
    return [change for change in found if change.pipe]


def lines_of(study: Study, route: str) -> tuple[str, ...]:
    """Pipelines of a route; those at the seller's border, if it has any there."""
    table = study.data["pipelines"]
    table = table[table["route"] == route]
    first = table[table["from_node"] == study.subject.seller]
    return tuple((first if len(first) else table)["pipeline"])


def _from_library(study: Study, route: str, scenario: str, name: str) -> RouteChange:
    """What a scenario of the library does to a route."""
    data, lines = study.data, lines_of(study, route)
    base = load_scenario(data.storyline.reference, data.root).in_force
    fresh = [measure for measure in load_scenario(scenario, data.root).in_force if measure not in base]
    pipe = tuple(one for one in fresh if _is_on(one, lines, data))
    return RouteChange(name, lines, pipe, tuple(one for one in fresh if one.brings_gas))


def _stop(study: Study, name: str, lines: tuple[str, ...]) -> RouteChange:
    """Pipelines that stop on the first day on which a cut may begin."""
    given = {"kind": "route_outage", "name": f"{name} stops", "start": default_days(study)[0]}
    return RouteChange(name, lines, tuple(RouteOutage.model_validate({**given, "pipeline": line}) for line in lines))


def _is_on(measure: Measure, lines: tuple[str, ...], data: GasData) -> bool:
    """Whether a measure acts on one of some pipelines."""
    return not measure.targets(data).isdisjoint(f"pipeline {line}" for line in lines)


def has_gas(study: Study, change: RouteChange) -> bool:
    """Whether the seller has any gas on offer from the day of the change on, what comes with the route included."""
    both = study.scenario.model_copy(update={"measures": (*change.pipe, *change.gas, *study.scenario.in_force)})
    case = apply(both, study.data)
    supply, line = case.supply, case.timeline
    after = np.array([change.begins is None or day >= change.begins for day in line.starts])
    rate = supply.rate[supply.supplier == study.subject.seller]
    return float((rate * line.days * after).sum()) > NOTHING_GWH


def solve_variants(
    study: Study, change: RouteChange, data: GasData | None = None, *, ratios: bool = False, like: Runs | None = None
) -> Runs:
    """The scenario with each variant of a route, on months, all else equal.

    Parameters
    ----------
    data : GasData, optional
        With other capacities, see :func:`room_elsewhere`; default is the study's.
    ratios : bool
        Solve the baseline's variants as well.
    like : Runs, optional
        Of the same route, to start from.
    """
    data = data if data is not None else study.data
    days = {day for one in (*change.pipe, *change.gas) if (day := one.known_from) is not None}
    frame = {"resolution": "month", "boundaries": tuple(sorted({*study.scenario.boundaries, *days}))}
    gas = frozenset[str]().union(*(one.targets(data) for one in change.gas))

    def without(one: Scenario) -> Scenario:
        rest = tuple(
            measure
            for measure in one.in_force
            if not _is_on(measure, change.lines, data) and measure.targets(data).isdisjoint(gas)
        )
        return one.model_copy(update={**frame, "measures": rest})

    scenario, baseline = without(study.scenario), without(study.baseline)
    full = scenario.model_copy(update={"measures": (*change.pipe, *change.gas, *scenario.measures)})
    own = pieces(scenario, baseline, grouped_above=0)
    line = [Piece(CHANGED, comes=change.pipe), Piece(WITH_GAS, comes=change.gas)]
    game = Coalitions(replace(study, scenario=full, baseline=baseline, data=data), [*own, *line])
    game.starts.update(like.starts if like is not None else {})
    n, every = len(own), frozenset(range(len(own)))
    chosen = {AS_IT_IS: frozenset[int](), CHANGED: frozenset({n}), WITH_GAS: frozenset({n, n + 1})}
    chosen = {name: chosen[name] for name in change.variants}
    return Runs(
        {name: game.solved(every | more) for name, more in chosen.items()},
        {name: game.solved(more) for name, more in chosen.items()} if own and ratios and change.gas else {},
        {name: game.cost_eur_bn(every | more) for name, more in chosen.items()},
        game.planned_twh(every | chosen[CHANGED], change.lines),
        game.starts,
    )


def room_elsewhere(data: GasData, change: RouteChange, seller: str, side: str) -> tuple[GasData, float]:
    """The data with the seller's other routes at one side of their range, and their capacity at its border, GWh/d."""
    table = data["pipelines"].copy()
    others = (table["from_node"] == seller) & ~table["pipeline"].isin(change.lines) & (table["status"] == "operating")
    column = "capacity_gwh_per_day" if side == CENTRAL else f"{side}_gwh_per_day"
    capacity = table["capacity_gwh_per_day"].astype(float)
    table["capacity_gwh_per_day"] = capacity.where(~others | table[column].isna(), table[column])
    total = float(table.loc[others, "capacity_gwh_per_day"].sum())
    return replace(data, tables={**data.tables, "pipelines": table}), total
