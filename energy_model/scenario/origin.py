r"""What bans, duties and cuts by origin ask of the model, and how several of them go together.

Each measure constrains a bookkeeping of names beside the physical flows: which part of a flow is a seller's gas, and
who buys it. There are two bookkeepings:

* *first buyer*: gas loses its name with the first market that buys it, and goes on as that market's own;
* *end user*: it keeps its name until it is burnt. A country buys no more than it uses; what it stores keeps its name.

Every measure writes its limits into the first; one that forbids the way through third countries writes them into the
second as well. All measures on a seller's gas share the two bookkeepings, because a MWh has one buyer. The stricter of
two limits holds, and duties add up. In each, the named gas of all sellers together is part of a flow. That this is
sound:

1. *Each measure only takes away.* In either bookkeeping it lowers an upper limit or raises a duty, never the reverse.
   So the feasible set shrinks with every measure and with every number that is tightened, and no cost falls. Minimum
   and sum do not depend on the order of measures.
2. *From "allowed" to "forbidden" only adds.* The limits on first buyers stay, those on end users come in addition.
3. *A name less is never in the way.* Named gas appears in nothing but upper limits, so names of a feasible plan can be
   struck out. Hence the periods and the gas that one more measure lets us follow take nothing back elsewhere.
4. *Strength zero is absent.* A measure without ban and duty in every period leaves the case as it is.

Two simplifications change no optimum. Where a market may buy and sell on without limit and duty, nothing leaves it
under a name: it could have bought the gas. And where nobody levies a duty and all measures, on whatever gas, forbid
third countries, first buyers need no bookkeeping: let each country buy there what stays with it as end user.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from energy_model.scenario.case import Case, Origins

By = Literal["border", "origin"]
ThirdCountries = Literal["allowed", "forbidden"]


@dataclass(frozen=True)
class Gas:
    """Gas of one seller, by pipeline or by ship.

    Attributes
    ----------
    name : str
        For a reader, for example ``Sealand, pipeline``.
    suppliers, exporters : tuple of str
        Codes under which it is offered by pipeline, and as LNG.
    """

    name: str
    suppliers: tuple[str, ...] = ()
    exporters: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asked:
    """What a measure asks of a seller's gas.

    Attributes
    ----------
    ban : ndarray, shape (N, T)
        Strength of the ban in the countries that ban, 0 to 1; zero elsewhere.
    duty : ndarray, shape (N, T)
        EUR/MWh on what is bought.
    resale : bool
        Whether gas that a country outside the measure has bought may go on as that country's own.
    transit : bool
        Whether gas may pass under its name through a country that bans it.
    """

    ban: np.ndarray
    duty: np.ndarray
    resale: bool
    transit: bool


@dataclass(frozen=True)
class Limits:
    """The bookkeepings that a case needs, and what all its measures together let happen in them; B bookkeepings.

    Attributes
    ----------
    name : ndarray of str, shape (B,)
    suppliers, exporters : tuple
        Whose gas each follows.
    to_end_user : ndarray of bool, shape (B,)
        Which of the two it is.
    buying : ndarray, shape (B, N, T)
        GWh/d that may be bought; of an end user, what it may buy or store beyond what it takes from store.
    resale : ndarray, shape (B, N, T)
        GWh/d beyond its own use that a country may buy: none, or without limit.
    duty : ndarray, shape (B, N, T)
        EUR/MWh on what is bought; all duties are paid by first buyers.
    carried : ndarray, shape (B, P, T)
        GWh/d of a name in a pipeline.
    kept : ndarray, shape (B, S, T)
        GWh/d that may be stored under a name.
    in_force : ndarray of bool, shape (B, T)
    first_buyer : ndarray of int, shape (B,)
        Of an end user's bookkeeping, that of the first buyer of the same gas; -1 if there is none.
    charged : ndarray, shape (B, N, T)
        0 where end users need to have paid a duty as first buyers; elsewhere infinite.
    """

    name: np.ndarray
    suppliers: tuple[tuple[str, ...], ...]
    exporters: tuple[tuple[str, ...], ...]
    to_end_user: np.ndarray
    buying: np.ndarray
    resale: np.ndarray
    duty: np.ndarray
    carried: np.ndarray
    kept: np.ndarray
    in_force: np.ndarray
    first_buyer: np.ndarray
    charged: np.ndarray


def with_origin(case: Case, gas: Gas, asked: Asked) -> Case:
    """The case in which a measure asks something of a seller's gas, beside what other measures ask."""
    in_force = np.asarray(((asked.ban > 0.0) | (asked.duty > 0.0)).any(axis=0))
    if not in_force.any():
        return case
    fresh = Origins(
        name=np.array([gas.name], dtype=str),
        suppliers=(gas.suppliers,),
        exporters=(gas.exporters,),
        to_end_user=np.array([not asked.resale], dtype=bool),
        ban=asked.ban[None],
        no_transit=(np.zeros_like(asked.ban) if asked.transit else asked.ban)[None],
        duty=asked.duty[None],
        in_force=in_force[None],
    )
    return replace(case, origins=fresh if case.origins is None else _together(case.origins, fresh))


def _together(one: Origins, other: Origins) -> Origins:
    """What the rows of one and the single row of the other ask; rows on the same gas by the same rule become one."""
    same = np.flatnonzero((one.name == other.name[0]) & (one.to_end_user == other.to_end_user[0]))
    if len(same):
        changes = {}
        for field in ("ban", "no_transit", "duty", "in_force"):
            values = getattr(one, field).copy()
            values[same] = (np.add if field == "duty" else np.maximum)(values[same], getattr(other, field))
            changes[field] = values
        return replace(one, **changes)
    names, last = np.append(one.name, other.name), np.append(one.to_end_user, other.to_end_user)
    order = np.lexsort((last, names))
    groups = [*zip(one.suppliers, one.exporters, strict=True), *zip(other.suppliers, other.exporters, strict=True)]

    def rows(field: str) -> np.ndarray:
        return np.concatenate([getattr(one, field), getattr(other, field)])[order]

    return Origins(
        name=names[order],
        suppliers=tuple(groups[row][0] for row in order),
        exporters=tuple(groups[row][1] for row in order),
        to_end_user=last[order],
        ban=rows("ban"),
        no_transit=rows("no_transit"),
        duty=rows("duty"),
        in_force=rows("in_force"),
    )


def limits_of(case: Case) -> Limits | None:
    """What all measures of a case together ask of gas by its seller; ``None`` if they ask nothing."""
    origins = case.origins
    if origins is None:
        return None
    found: list[_Bookkeeping] = []
    with_first_buyers = bool(origins.duty.any() or not origins.to_end_user.all())
    for name in dict.fromkeys(origins.name.tolist()):
        mine = np.flatnonzero(origins.name == name)
        strict = mine[origins.to_end_user[mine]]
        if with_first_buyers:
            found.append(_Bookkeeping.of(origins, mine, name, to_end_user=False))
        if len(strict):
            label = f"{name}, end user" if found and found[-1].gas == name else name
            found.append(_Bookkeeping.of(origins, strict, label, to_end_user=True))
    return _limits(case, found)


@dataclass(frozen=True)
class _Bookkeeping:
    """All that is asked of one gas in one bookkeeping."""

    label: str
    gas: str
    suppliers: tuple[str, ...]
    exporters: tuple[str, ...]
    to_end_user: bool
    ban: np.ndarray
    no_transit: np.ndarray
    duty: np.ndarray
    in_force: np.ndarray

    @classmethod
    def of(cls, origins: Origins, rows: np.ndarray, label: str, *, to_end_user: bool) -> _Bookkeeping:
        at = int(rows[0])
        return cls(
            label=label,
            gas=str(origins.name[at]),
            suppliers=origins.suppliers[at],
            exporters=origins.exporters[at],
            to_end_user=to_end_user,
            ban=origins.ban[rows].max(axis=0),
            no_transit=origins.no_transit[rows].max(axis=0),
            duty=origins.duty[rows].sum(axis=0),
            in_force=origins.in_force[rows].any(axis=0),
        )

    def buying(self, case: Case) -> np.ndarray:
        """Most that may be bought, shape (N, T): where nothing is in force, gas loses its name where it is sold."""
        demand = case.demand.rate.sum(axis=1)
        most = np.where(self.ban > 0.0, (1.0 - self.ban) * demand, np.inf)
        return np.where(self.in_force, np.where(case.is_market[:, None], most, 0.0), np.inf)

    def bound(self, case: Case) -> np.ndarray:
        """Countries and periods in which what is bought has to be used, shape (N, T)."""
        return np.asarray(self.in_force & case.is_market[:, None] & self.to_end_user)

    def carried(self, case: Case) -> np.ndarray:
        """Most of the name in each pipeline, shape (P, T)."""
        lines = case.pipelines
        free = self.in_force & case.is_market[:, None] & (self.ban == 0.0) & (self.duty == 0.0) & (not self.to_end_user)
        most = np.where(self.in_force, np.full(lines.capacity.shape, np.inf), 0.0)
        most = np.where(free[lines.from_node], 0.0, most)
        closed = self.no_transit[lines.to_node]
        return np.where(closed > 0.0, np.minimum(most, (1.0 - closed) * lines.capacity), most)


def _limits(case: Case, found: list[_Bookkeeping]) -> Limits:
    buying = np.array([one.buying(case) for one in found])
    bound = np.array([one.bound(case) for one in found])
    first = [
        next((row for row, other in enumerate(found) if other.gas == one.gas and not other.to_end_user), -1)
        if one.to_end_user
        else -1
        for one in found
    ]
    return Limits(
        name=np.array([one.label for one in found], dtype=str),
        suppliers=tuple(one.suppliers for one in found),
        exporters=tuple(one.exporters for one in found),
        to_end_user=np.array([one.to_end_user for one in found]),
        buying=buying,
        resale=np.where(bound, 0.0, np.inf),
        duty=np.array([np.zeros_like(one.duty) if one.to_end_user else one.duty for one in found]),
        carried=np.array([one.carried(case) for one in found]),
        kept=np.where((bound & (buying > 0.0))[:, case.storage.node], np.inf, 0.0),
        in_force=np.array([one.in_force for one in found]),
        first_buyer=np.array(first, dtype=int),
        charged=np.array([np.where(one.duty * one.to_end_user > 0.0, 0.0, np.inf) for one in found]),
    )


def furthest(limits: Limits | None, gas: Gas) -> int | None:
    """Row of the bookkeeping that follows a gas furthest: to its end user if a measure asks, else to its first buyer.

    ``None`` if no measure asks anything of the gas.
    """
    if limits is None:
        return None
    groups = zip(limits.suppliers, limits.exporters, strict=True)
    rows = [row for row, group in enumerate(groups) if group == (gas.suppliers, gas.exporters)]
    return rows[-1] if rows else None
