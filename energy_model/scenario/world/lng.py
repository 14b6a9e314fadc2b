"""Liquefied gas: what exporters can send, how far it travels, where it lands, how much Europe can attract."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from energy_model.data.load import GasData
from energy_model.errors import DataError
from energy_model.scenario.case import Case, Lng
from energy_model.scenario.lng_table import exporters_of
from energy_model.scenario.lookups import active, indices, monthly_price, parameter, tie_break
from energy_model.scenario.schema import Scenario
from energy_model.scenario.world.known_lng import attracted
from energy_model.scenario.world.lng_world import ability, loading_cost, season_of_europe
from energy_model.timeline import Timeline
from energy_model.units import DAYS_PER_YEAR, GWH_PER_TWH, NM_PER_1000_NM

OFFERED = ("base", "divertible")
"""Availability of steps that the market can win without anybody's promise."""
LOADED = "loaded"
"""Name of the step of an exporter that sells to the whole world."""


def base_lng(data: GasData, scenario: Scenario, timeline: Timeline, nodes: np.ndarray) -> Lng:
    """Steps, sea routes and terminals.

    The reference price is free on board; freight and regasification are paid on the way to the importing market, and a
    step's premium over the reference is what Europe must offer to win it. With a world market each exporter has one
    step instead: what it can load for anybody, at what stops it from loading.

    ``nodes`` holds the codes of the nodes of the case, shape (N,); terminals and routes to other nodes are left out.
    """
    steps = _steps(data)
    routes = data["lng_shipping"]
    terminals = data["lng_terminals"]
    terminals = terminals[terminals["node"].isin(nodes)].reset_index(drop=True)
    routes = routes[routes["node"].isin(nodes) & routes["exporter"].isin(steps["exporter"])].reset_index(drop=True)
    freight = routes["distance_nm"].to_numpy(float) / NM_PER_1000_NM
    freight = freight * parameter(data, "shipping_cost_eur_per_mwh_per_1000_nm")
    regasification = parameter(data, "regasification_cost_eur_per_mwh")
    volume = steps["volume_gwh_per_year"].to_numpy(float)
    opened = active(steps.assign(available_to=None), timeline)
    flexibility = parameter(data, "lng_monthly_flexibility")
    most = volume / DAYS_PER_YEAR * flexibility
    lng = Lng(
        exporter=steps["exporter"].to_numpy(str),
        step=steps["step"].to_numpy(str),
        rate=most[:, None] * opened,
        volume=volume / DAYS_PER_YEAR * (opened @ timeline.days),
        use=np.ones((len(steps), len(timeline))),
        cost=_cost(data, scenario, timeline),
        tie_break=tie_break(steps["exporter"] + steps["step"], timeline, data),
        route_exporter=routes["exporter"].to_numpy(str),
        route_node=indices(routes["node"], nodes),
        route_cost=np.outer(freight + regasification, np.ones(len(timeline))),
        route_tie_break=tie_break(routes["exporter"] + routes["node"], timeline, data),
        route_open=np.full((len(routes), len(timeline)), np.inf),
        terminal=terminals["terminal"].to_numpy(str),
        terminal_node=indices(terminals["node"], nodes),
        sendout=terminals["sendout_capacity_gwh_per_day"].to_numpy(float)[:, None] * active(terminals, timeline),
        sendout_minimum=np.zeros((len(terminals), len(timeline))),
        europe_limit=_monthly_limit(data, scenario, timeline, nodes),
        monthly_flexibility=flexibility,
    )
    return _with_abilities(lng, data, timeline) if scenario.lng_world else lng


def _with_abilities(lng: Lng, data: GasData, timeline: Timeline) -> Lng:
    """The same with one step for each exporter of the world market: what it can load."""
    exporters = np.array(exporters_of(data), dtype=str)
    rate, shape = ability(data, timeline), (len(exporters), len(timeline))
    return replace(
        lng,
        exporter=exporters,
        step=np.full(len(exporters), LOADED),
        rate=rate,
        volume=rate @ timeline.days,
        use=np.ones(shape),
        cost=loading_cost(data, timeline),
        tie_break=tie_break([f"{code} {LOADED}" for code in exporters], timeline, data),
    )


def changed_lng(data: GasData, scenario: Scenario, other: Scenario, world: Case) -> Lng:
    """What ``base_lng`` gives, from the world of another scenario with the same data and periods."""
    timeline, nodes, lng = world.timeline, world.nodes, world.lng
    if scenario.lng_world != other.lng_world:
        return base_lng(data, scenario, timeline, nodes)
    same_price = scenario.lng_world or scenario.lng_price_factor == other.lng_price_factor
    cost = lng.cost if same_price else _cost(data, scenario, timeline)
    return replace(lng, cost=cost, europe_limit=_monthly_limit(data, scenario, timeline, nodes))


def _steps(data: GasData) -> pd.DataFrame:
    steps = data["lng_supply_steps"]
    return steps[steps["availability"].isin(OFFERED)].reset_index(drop=True)


def _cost(data: GasData, scenario: Scenario, timeline: Timeline) -> np.ndarray:
    """Free on board, of each step in each period, EUR per MWh."""
    steps = _steps(data)
    price = monthly_price(data, data.storyline.prices.lng, timeline) * scenario.lng_price_factor
    premium = steps["premium_eur_per_mwh"].to_numpy(float)[:, None]
    return np.asarray(price + premium)


def _monthly_limit(data: GasData, scenario: Scenario, timeline: Timeline, nodes: np.ndarray) -> np.ndarray:
    """What Europe can attract in each month, GWh: evenly, or as it landed and by the season that others left it."""
    yearly = np.full(len(timeline.months), _limit(data, scenario))
    if lng_by_month(scenario):
        daily = attracted(data, timeline, nodes, season_of_europe(data, timeline, yearly))
    else:
        daily = yearly / DAYS_PER_YEAR
    return np.asarray(timeline.month_days.sum(axis=1) * daily)


def lng_by_month(scenario: Scenario) -> bool:
    """Whether Europe attracts LNG by the season of the years before, and by what landed in months that are known."""
    return scenario.lng_world and scenario.lng_season


def _limit(data: GasData, scenario: Scenario) -> float:
    """What Europe can attract, GWh per year."""
    if scenario.lng_limit_twh_per_year is not None:
        return scenario.lng_limit_twh_per_year * GWH_PER_TWH
    table = data["lng_europe_limit"]
    row = table.loc[table["case"] == scenario.lng_case, "limit_gwh_per_year"]
    if row.empty:
        raise DataError(
            "lng_europe_limit.csv", [f"no case '{scenario.lng_case}' known on {data.as_of}; choose another"]
        )
    return float(row.iloc[0])
