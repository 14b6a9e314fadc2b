"""Cases small enough to solve by hand: for ``energy-model doctor`` and for the tests.

A toy says only what it is about; every part left out is empty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np

from energy_model.scenario.arrays import empty
from energy_model.scenario.case import SECTORS, Case, Contracts, Demand, Lng, Pipelines, Storage, Supply
from energy_model.scenario.lng_world import LngWorld
from energy_model.scenario.records import FillingTarget
from energy_model.timeline import Timeline

INDUSTRY = SECTORS.index("industry")


def toy_case(
    demand: Mapping[str, Sequence[float] | float],
    pipelines: Mapping[tuple[str, str], tuple[float, float]] | None = None,
    supply: Mapping[str, tuple[float, float]] | None = None,
    lng: Mapping[str, tuple[float, float, float]] | None = None,
    storage: Mapping[str, tuple[float, float, float, float]] | None = None,
    periods: int = 1,
    days: int = 1,
    groups: str = "UNION EVERYBODY",
    curtailment_cost: float = 1_000.0,
    slices: int = 1,
    countries: Mapping[str, str] | None = None,
) -> Case:
    """A case of a few nodes.

    Parameters
    ----------
    demand : mapping of market to GWh/d
        One number, or one per period; all of it industry.
    pipelines : mapping of (from, to) to (capacity GWh/d, cost EUR/MWh)
    supply : mapping of node to (rate GWh/d, cost EUR/MWh)
    lng : mapping of market to (send-out GWh/d, price EUR/MWh free on board, freight EUR/MWh)
        From one exporter, ``SEA``, without other limits.
    storage : mapping of market to (working gas GWh, injection GWh/d, withdrawal GWh/d, initial GWh)
    periods, days : int
        Number of periods and gas days in each.
    groups : str
        Codes of groups that every market belongs to, separated by blanks.
    curtailment_cost : float
        EUR/MWh of the only tier; its last slice costs 10 more.
    slices : int
        Equal slices of the tier.
    countries : mapping of node to country, optional
        What is not in it is a country of its own.
    """
    pipelines, supply, lng, storage = pipelines or {}, supply or {}, lng or {}, storage or {}
    line = _timeline(periods, days)
    ends = {node for pair in pipelines for node in pair}
    nodes = np.array(sorted({*demand, *ends, *supply, *lng, *storage}), dtype=str)
    return Case(
        timeline=line,
        nodes=nodes,
        country=np.array([(countries or {}).get(node, node) for node in nodes.tolist()], dtype=str),
        is_market=np.isin(nodes, list(demand)),
        places=np.array([f"{node} {groups}" if node in demand else node for node in nodes], dtype=str),
        pipelines=_pipelines(pipelines, nodes, periods),
        supply=_supply(supply, nodes, line),
        lng=_lng(lng, nodes, line),
        storage=_storage(storage, nodes, periods),
        demand=_demand(demand, nodes, periods, curtailment_cost, slices),
        contracts=empty(Contracts, {}, pipelines=()),
    )


def toy_world(
    case: Case,
    buyers: Mapping[str, tuple[float, float]],
    elasticity: float = 0.1,
    freight: float = 0.0,
    bound: Mapping[tuple[str, int], float] | None = None,
) -> LngWorld:
    """A world market of LNG around a toy: buyers in one basin, whose demand falls with the price in many steps.

    Parameters
    ----------
    buyers : mapping of buyer to (GWh/d, price EUR/MWh)
        A point of its demand; the elasticity is the same everywhere.
    freight : float
        From every exporter to the basin, EUR/MWh.
    bound : mapping of (exporter, place) to share
        Contracts: 0 is the basin, ``ANY_MARKET`` the markets of the toy.
    """
    bound, line = bound or {}, case.timeline
    exporters = sorted(set(case.lng.exporter.tolist()))
    days = line.part_days.sum(axis=1)
    edges = np.geomspace(0.25, 8.0, 201)
    taken = edges**-elasticity
    fall = np.append(-np.diff(taken), taken[-1])
    middle = np.append(np.sqrt(edges[1:] * edges[:-1]), edges[-1])
    quantity, price = (np.array(numbers, dtype=float) for numbers in zip(*buyers.values(), strict=True))
    shape = (len(buyers), len(fall), len(days))
    return LngWorld(
        exporter=np.array(exporters, dtype=str),
        basin=np.array(["overseas"], dtype=str),
        buyer=np.array(list(buyers), dtype=str),
        buyer_basin=np.zeros(len(buyers), dtype=int),
        step=np.array([f"{k}" for k in range(len(fall))], dtype=str),
        is_below=middle < 1.0,
        freight=np.full((len(exporters), 1), freight),
        width=fall[None, :, None] * np.outer(quantity, days)[:, None, :],
        price=np.broadcast_to(middle[None, :, None] * price[:, None, None], shape).copy(),
        answer=np.ones(len(days)),
        contract_exporter=np.array([exporters.index(who) for who, _ in bound], dtype=int),
        contract_basin=np.array([at for _, at in bound], dtype=int),
        contract_share=np.repeat(np.array(list(bound.values()), dtype=float).reshape(-1, 1), len(days), axis=1),
        first_month_answer=1.0,
        second_month_answer=1.0,
        diversion_cost=100.0,
    )


def target(case: Case, node: str, period: int, level_gwh: float, penalty_eur_per_mwh: float) -> FillingTarget:
    """A filling target of a node's storage at the end of a period (1..T)."""
    day = case.timeline.start + timedelta(days=int(case.timeline.days[:period].sum()))
    owner = int(np.flatnonzero(case.storage.node == case.node(node))[0])
    return FillingTarget(f"{node} {day}", "legal", (owner,), day, level_gwh, penalty_eur_per_mwh)


def _timeline(periods: int, days: int) -> Timeline:
    first = date(2022, 1, 1)
    starts = tuple(first + timedelta(days=days * k) for k in range(periods))
    return Timeline(starts, first + timedelta(days=days * periods - 1))


def _flat(values: Sequence[float], periods: int) -> np.ndarray:
    return np.repeat(np.array(values, dtype=float).reshape(-1, 1), periods, axis=1)


def _at(codes: Sequence[str], nodes: np.ndarray) -> np.ndarray:
    return np.array([int(np.flatnonzero(nodes == code)[0]) for code in codes], dtype=int)


def _pipelines(pairs: Mapping[tuple[str, str], tuple[float, float]], nodes: np.ndarray, periods: int) -> Pipelines:
    capacity = _flat([numbers[0] for numbers in pairs.values()], periods)
    names = np.array([f"{a}>{b}" for a, b in pairs], dtype=str)
    return empty(
        Pipelines,
        {"pipelines": len(pairs), "periods": periods},
        id=names,
        name=names,
        route=names,
        from_node=_at([a for a, _ in pairs], nodes),
        to_node=_at([b for _, b in pairs], nodes),
        capacity=capacity,
        nameplate=capacity.max(axis=1, initial=0.0),
        cost=_flat([numbers[1] for numbers in pairs.values()], periods),
    )


def _supply(steps: Mapping[str, tuple[float, float]], nodes: np.ndarray, line: Timeline) -> Supply:
    rate = _flat([numbers[0] for numbers in steps.values()], len(line))
    return empty(
        Supply,
        {"supply_steps": len(steps), "periods": len(line)},
        supplier=np.array(list(steps), dtype=str),
        step=np.array(["base"] * len(steps), dtype=str),
        node=_at(list(steps), nodes),
        rate=rate,
        volume=rate @ line.days,
        cost=_flat([numbers[1] for numbers in steps.values()], len(line)),
        hub_link_share=np.zeros(len(steps)),
    )


def _lng(terminals: Mapping[str, tuple[float, float, float]], nodes: np.ndarray, line: Timeline) -> Lng:
    count, periods = len(terminals), len(line)
    send = _flat([numbers[0] for numbers in terminals.values()], periods)
    plenty = float(send.sum()) + 1.0
    exporters = 1 if count else 0
    price = max((numbers[1] for numbers in terminals.values()), default=0.0)
    return empty(
        Lng,
        {"lng_steps": exporters, "sea_routes": count, "terminals": count, "periods": periods},
        exporter=np.array(["SEA"] * exporters, dtype=str),
        step=np.array(["base"] * exporters, dtype=str),
        rate=_flat([plenty] * exporters, periods),
        volume=np.array([plenty * line.days.sum()] * exporters),
        cost=_flat([price] * exporters, periods),
        route_exporter=np.array(["SEA"] * count, dtype=str),
        route_node=_at(list(terminals), nodes),
        route_cost=_flat([numbers[2] for numbers in terminals.values()], periods),
        terminal=np.array([f"{node} terminal" for node in terminals], dtype=str),
        terminal_node=_at(list(terminals), nodes),
        sendout=send,
        europe_limit=plenty * line.month_days.sum(axis=1),
    )


def _storage(stores: Mapping[str, tuple[float, float, float, float]], nodes: np.ndarray, periods: int) -> Storage:
    numbers = np.array(list(stores.values()), dtype=float).reshape(-1, 4)
    return empty(
        Storage,
        {"storages": len(stores), "periods": periods},
        id=np.array([f"{node} storage" for node in stores], dtype=str),
        node=_at(list(stores), nodes),
        working_gas=numbers[:, 0],
        injection=np.repeat(numbers[:, 1:2], periods, axis=1),
        withdrawal=np.repeat(numbers[:, 2:3], periods, axis=1),
        initial=numbers[:, 3],
    )


def _demand(
    demand: Mapping[str, Sequence[float] | float], nodes: np.ndarray, periods: int, cost: float, slices: int
) -> Demand:
    rate = np.zeros((len(nodes), len(SECTORS), periods))
    for node, value in demand.items():
        rate[_at([node], nodes)[0], INDUSTRY] = value
    return empty(
        Demand,
        {"nodes": len(nodes), "periods": periods},
        sectors=SECTORS,
        rate=rate,
        tier_name=np.array(["industry"], dtype=str),
        tier_sector=np.array([INDUSTRY]),
        tier_share=np.array([1.0]),
        tier_cost=np.array([cost]),
        tier_is_protected=np.array([False]),
        tier_slices=np.array([slices]),
        slice_slope=10.0,
    )
