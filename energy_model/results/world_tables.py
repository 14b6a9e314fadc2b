"""The world market of LNG of a solved case as tables: exporters, buyers outside Europe, and who sets the price."""

from __future__ import annotations

import numpy as np
import pandas as pd

from energy_model.model.lng_world import loadable
from energy_model.plan.foresight import Solved
from energy_model.results.long_tables import long_table
from energy_model.scenario.lng_world import LngWorld

DUST_GWH = 1e-3
"""What is left of a step, or given up of it, below this is the solver's rounding."""
NOBODY = ""


def world_exporters(solved: Solved) -> pd.DataFrame:
    """What each exporter can load in each part of a month, where it goes, and what one more MWh is worth on board."""
    case, part = solved.case, solved.case.lng_world
    names, columns = np.zeros(0, dtype=object), np.zeros((5, 0, len(_parts(solved))))
    if part is not None:
        names = part.exporter
        loaded = np.stack([solved.values["lng_supply"][case.lng.exporter == x].sum(axis=0) for x in names])
        here = loaded @ case.timeline.part_days.T
        elsewhere = solved.values["world_cargo"].sum(axis=1)
        rent = np.maximum(0.0, -solved.duals["world_ability"])
        able = loadable(case)
        columns = np.stack([able, here, elsewhere, np.maximum(able - here - elsewhere, 0.0), rent])
    heads = ("loadable_gwh", "to_markets_gwh", "elsewhere_gwh", "not_loaded_gwh", "rent_eur_per_mwh")
    return long_table({"exporter": names, "since": _parts(solved)}, dict(zip(heads, columns, strict=True)))


def world_buyers(solved: Solved) -> pd.DataFrame:
    """What each buyer outside Europe takes, and what it would at the reference price; what it pays."""
    part = solved.case.lng_world
    names, columns = np.zeros(0, dtype=object), np.zeros((4, 0, len(_parts(solved))))
    if part is not None:
        names = part.buyer
        taken = part.demand - solved.values["world_forgone"].sum(axis=1)
        wanted = part.demand - part.width[:, part.is_below].sum(axis=1)
        columns = np.stack([wanted, taken, wanted - taken, solved.duals["world_balance"][part.buyer_basin]])
    heads = ("wanted_gwh", "taken_gwh", "given_up_gwh", "price_eur_per_mwh")
    return long_table({"buyer": names, "since": _parts(solved)}, dict(zip(heads, columns, strict=True)))


def marginal_lng(solved: Solved) -> pd.DataFrame:
    """Who sets the price of LNG in each basin: the last buyer that gives up, the next one that would, and the price.

    All exporters mostly run full, and the price lies between two buyers, or at one that gives up a part of a step.
    """
    columns = ["basin", "since", "price_eur_per_mwh", "partly", "last", "last_eur_per_mwh", "next", "next_eur_per_mwh"]
    part = solved.case.lng_world
    if part is None:
        return pd.DataFrame({name: pd.Series(dtype=float if name.endswith("mwh") else object) for name in columns})
    rows = []
    for r, basin in enumerate(part.basin.tolist()):
        mine = np.flatnonzero(part.buyer_basin == r)
        for y, first in enumerate(_parts(solved)):
            gone, left = _steps(part, solved.values["world_forgone"], mine, y)
            both = gone & left
            sides = [*_edge(part, mine, y, gone, last=True), *_edge(part, mine, y, left, last=False)]
            partly = _edge(part, mine, y, both, last=True)[0]
            rows.append([basin, first, float(solved.duals["world_balance"][r, y]), partly, *sides])
    return pd.DataFrame(rows, columns=columns)


def _parts(solved: Solved) -> list[str]:
    return [f"{day}" for day in solved.case.timeline.part_starts]


def _steps(part: LngWorld, forgone: np.ndarray, mine: np.ndarray, y: int) -> tuple[np.ndarray, np.ndarray]:
    """Which steps of some buyers are given up at least in part, and which are taken at least in part."""
    given, width = forgone[mine, :, y], part.width[mine, :, y]
    return given > DUST_GWH, width - given > DUST_GWH


def _edge(part: LngWorld, mine: np.ndarray, y: int, marked: np.ndarray, *, last: bool) -> tuple[str, float]:
    """The dearest (or cheapest) of the marked steps: its buyer and its price; nobody if none is marked."""
    if not marked.any():
        return NOBODY, float("nan")
    price = np.where(marked, part.price[mine, :, y], -np.inf if last else np.inf)
    at = int(price.argmax() if last else price.argmin())
    return str(part.buyer[mine[at // price.shape[1]]]), float(price.ravel()[at])
