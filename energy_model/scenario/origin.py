"""Which gas is Russian, and what a ban or a duty on its origin asks of the model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from energy_model.scenario.case import Case, Origins

RUSSIAN_SUPPLIERS = ("RU", "RU_TR", "RU_BY")
"""Supply steps and LNG exporters of Russian gas: sales to Europe, to Türkiye, to Belarus and Kaliningrad."""
BY_PIPE, BY_SHIP = "Russia, pipeline", "Russia, LNG"

By = Literal["border", "origin"]
ThirdCountries = Literal["allowed", "forbidden"]


@dataclass(frozen=True)
class Asked:
    """What a measure asks of gas of one origin.

    Attributes
    ----------
    ban : ndarray, shape (N, T)
        Strength of the ban in the countries that ban, 0 to 1; zero elsewhere.
    duty : ndarray, shape (N, T)
        EUR/MWh on what is bought.
    in_force : ndarray, shape (T,)
        Periods in which gas has to keep its name.
    resale : bool
        Whether gas that a country outside the measure has bought may go on as that country's own.
    transit : bool
        Whether gas may pass under its name through a country that bans it.
    """

    ban: np.ndarray
    duty: np.ndarray
    in_force: np.ndarray
    resale: bool
    transit: bool


def nothing_asked(case: Case) -> Asked:
    """No ban, no duty, never in force; a frame to be filled with :func:`dataclasses.replace`."""
    shape = (len(case.nodes), len(case.timeline))
    return Asked(np.zeros(shape), np.zeros(shape), np.zeros(shape[1], dtype=bool), resale=True, transit=True)


def with_origin(case: Case, name: str, asked: Asked) -> Case:
    """The case in which gas of an origin keeps its name, beside what other measures ask.

    While nothing is in force, gas loses its name where it is sold, and nothing is asked of it. While something is, it
    keeps its name over transit nodes and countries until a market buys it: no market that bans, and others as much as
    they like. Without ``resale`` a country buys no more than it uses; what it stores keeps its name.

    Parameters
    ----------
    name : str
        :data:`BY_PIPE` or :data:`BY_SHIP`.
    """
    if not asked.in_force.any():
        return case
    fresh, known = _origins(case, name, asked), case.origins
    if known is None:
        return replace(case, origins=fresh)
    if name not in known.name:
        return replace(case, origins=_beside(known, fresh))
    at = int(np.flatnonzero(known.name == name)[0])
    both = asked.in_force & known.in_force[at]
    combine: dict[str, Callable[[Any, Any], Any]] = {
        "buying": np.minimum,
        "resale": np.minimum,
        "duty": np.add,
        "carried": lambda one, other: np.where(both, np.minimum(one, other), np.maximum(one, other)),
        "kept": np.maximum,
        "in_force": np.logical_or,
    }
    changes = {}
    for field, together in combine.items():
        values = getattr(known, field).copy()
        values[at] = together(values[at], getattr(fresh, field)[0])
        changes[field] = values
    return replace(case, origins=replace(known, **changes))


def _origins(case: Case, name: str, asked: Asked) -> Origins:
    market, active = case.is_market[:, None], asked.in_force[None, :]
    demand = case.demand.rate.sum(axis=1)
    buying = np.where(asked.ban > 0.0, (1.0 - asked.ban) * demand, np.inf)
    buying = np.where(active, np.where(market, buying, 0.0), np.inf)
    outside = active & market & (asked.ban == 0.0) & (asked.duty == 0.0)
    bound = active & market & (asked.ban == 0.0) & (not asked.resale)
    is_pipe = name == BY_PIPE
    return Origins(
        name=np.array([name], dtype=str),
        suppliers=(RUSSIAN_SUPPLIERS if is_pipe else (),),
        exporters=(() if is_pipe else RUSSIAN_SUPPLIERS,),
        buying=buying[None],
        resale=np.where(bound, 0.0, np.inf)[None],
        duty=(asked.duty * active)[None],
        carried=_carried(case, asked, outside)[None],
        kept=np.where(bound[case.storage.node], np.inf, 0.0)[None],
        in_force=asked.in_force[None],
    )


def _carried(case: Case, asked: Asked, outside: np.ndarray) -> np.ndarray:
    """Most of a name in each pipeline, GWh/d, shape (P, T).

    Where gas may be sold on, nobody outside the measure sends it on under its name: that would bring him nothing.
    """
    lines = case.pipelines
    most = np.where(asked.in_force, np.full(lines.capacity.shape, np.inf), 0.0)
    if asked.resale:
        most = np.where(outside[lines.from_node], 0.0, most)
    if not asked.transit:
        ban = asked.ban[lines.to_node]
        most = np.where(ban > 0.0, np.minimum(most, (1.0 - ban) * lines.capacity), most)
    return most


def _beside(known: Origins, fresh: Origins) -> Origins:
    return Origins(
        name=np.append(known.name, fresh.name),
        suppliers=known.suppliers + fresh.suppliers,
        exporters=known.exporters + fresh.exporters,
        buying=np.concatenate([known.buying, fresh.buying]),
        resale=np.concatenate([known.resale, fresh.resale]),
        duty=np.concatenate([known.duty, fresh.duty]),
        carried=np.concatenate([known.carried, fresh.carried]),
        kept=np.concatenate([known.kept, fresh.kept]),
        in_force=np.concatenate([known.in_force, fresh.in_force]),
    )
