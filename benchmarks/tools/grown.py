"""A larger network of the same kind: copies of the case, each a little different, side by side and linked.

Only the growth of time with size is read off it; its numbers mean nothing. Copies share what Europe attracts as LNG,
and every market is linked both ways with its twin in the next copy, so that the whole is one problem.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np

from energy_model.scenario.case import Case, Pipelines

SPREAD = 0.05
"""Demand of a copy differs from the original by up to this share, so that copies are no mirror images."""
LINK_GWH_PER_DAY, LINK_EUR_PER_MWH, LINK_LOSS_SHARE = 50.0, 1.0, 0.005
PER_ASSET = ("pipelines", "supply", "lng", "storage", "contracts")
BASES = {
    "from_node": "nodes", "to_node": "nodes", "node": "nodes", "route_node": "nodes", "terminal_node": "nodes",
    "curve_storage": "storages",
}  # fmt: skip
NAMES = ("id", "name", "supplier", "exporter", "route_exporter", "terminal")


def grown(case: Case, copies: int, seed: int = 1) -> Case:
    """The case ``copies`` times over, linked."""
    if copies == 1:
        return case
    sizes = {"nodes": len(case.nodes), "storages": len(case.storage.id), "pipes": len(case.pipelines.id)}
    parts = {name: _part(getattr(case, name), copies, sizes) for name in PER_ASSET}
    spread = np.random.default_rng(seed).uniform(1.0 - SPREAD, 1.0 + SPREAD, copies)
    whole = replace(
        case,
        nodes=_names(case.nodes, copies),
        is_market=np.tile(case.is_market, copies),
        places=np.tile(case.places, copies),
        demand=replace(
            case.demand,
            rate=np.concatenate([case.demand.rate * factor for factor in spread]),
            voluntary_share=np.concatenate([case.demand.voluntary_share] * copies),
        ),
        **parts,
    )
    return replace(whole, pipelines=_linked(whole.pipelines, case, copies))


def _part(part: Any, copies: int, sizes: dict[str, int]) -> Any:
    changes: dict[str, Any] = {}
    for field in fields(part):
        name, value = field.name, getattr(part, field.name)
        if np.isscalar(value):
            continue  # one for all assets
        if name == "europe_limit":
            changes[name] = value * copies
        elif name == "targets":
            changes[name] = tuple(
                replace(t, name=f"{t.name} {c}", storages=tuple(s + c * sizes["storages"] for s in t.storages))
                for c in range(copies)
                for t in value
            )
        elif name == "pipelines":
            changes[name] = tuple(tuple(p + c * sizes["pipes"] for p in deal) for c in range(copies) for deal in value)
        elif name in BASES:
            changes[name] = np.concatenate([value + c * sizes[BASES[name]] for c in range(copies)])
        elif name in NAMES:
            changes[name] = _names(value, copies)
        else:
            changes[name] = np.concatenate([value] * copies)
    return replace(part, **changes)


def _names(values: np.ndarray, copies: int) -> np.ndarray:
    return np.array([f"{value}.{c}" for c in range(copies) for value in values.tolist()], dtype=str)


def _linked(lines: Pipelines, case: Case, copies: int) -> Pipelines:
    """Two pipelines between each market and its twin in the next copy."""
    markets, count = np.flatnonzero(case.is_market), len(case.nodes)
    here = np.concatenate([markets + c * count for c in range(copies - 1)])
    begin, end = np.concatenate([here, here + count]), np.concatenate([here + count, here])
    links, periods = len(begin), len(case.timeline)
    names = np.array([f"link {a} {b}" for a, b in zip(begin, end, strict=True)], dtype=str)
    more = {
        "id": names,
        "name": names,
        "route": np.full(links, "link"),
        "from_node": begin,
        "to_node": end,
        "capacity": np.full((links, periods), LINK_GWH_PER_DAY),
        "minimum": np.zeros((links, periods)),
        "nameplate": np.full(links, LINK_GWH_PER_DAY),
        "cost": np.full((links, periods), LINK_EUR_PER_MWH),
        "duty": np.zeros((links, periods)),
        "tie_break": np.zeros((links, periods)),
        "loss_share": np.full(links, LINK_LOSS_SHARE),
    }
    return Pipelines(**{key: np.concatenate([getattr(lines, key), value]) for key, value in more.items()})
