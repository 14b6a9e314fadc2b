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

A ban may be on some classes of contracts alone. Each class carries an amount to each country; what is in no class lies
beyond them all. With the strength :math:`s_c` of the ban on class c and :math:`\bar s` of what lies beyond, at least as
large as any of them, a country with demand D may buy

.. math:: \sum_c (1 - s_c)\, R_c + (1-\bar s)\, (D - \sum_c R_c)^+ ,

and without any of them as much as it likes. The limit falls with every strength. If all classes are banned at full
strength it is that of a ban on the whole gas, nothing; while such bans ramp up, it is the same where demand is no less
than what the classes carry.

Gas that enters over a line without a paper of its origin counts as the seller's: its name is given to all that the line
carries, whatever it was before. That, too, only adds to what the upper limits meet.

Two simplifications change no optimum. Where a market may buy and sell on without limit and duty, nothing leaves it
under a name: it could have bought the gas. And where nobody levies a duty and all measures, on whatever gas, forbid
third countries, first buyers need no bookkeeping: let each country buy there what stays with it as end user.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from energy_model.scenario.case import Case
from energy_model.scenario.origins import Origins

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
class AskedOfClasses:
    """What a measure asks of a seller's gas by the class of its contracts; R classes, each of one country.

    Attributes
    ----------
    name : ndarray of str, shape (R,)
    node : ndarray of int, shape (R,)
        Market of the buyer.
    rate : ndarray, shape (R, T)
        GWh/d that each carries.
    ban : ndarray, shape (R, T)
        Strength of the ban on each, 0 to 1.
    beyond : ndarray, shape (N, T)
        Strength of the ban on what is in none of them, in the countries that ban; no less than that of any class.
    """

    name: np.ndarray
    node: np.ndarray
    rate: np.ndarray
    ban: np.ndarray
    beyond: np.ndarray


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
    classes : AskedOfClasses, optional
        A ban on some classes of contracts alone.
    presumed : ndarray, shape (P, T), optional
        Share of what a pipeline carries that counts as the seller's gas.
    """

    ban: np.ndarray
    duty: np.ndarray
    resale: bool
    transit: bool
    classes: AskedOfClasses | None = None
    presumed: np.ndarray | None = None


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
    presumed : ndarray, shape (B, P, T)
        Share of what a pipeline carries that counts as the gas at its end.
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
    presumed: np.ndarray


def with_origin(case: Case, gas: Gas, asked: Asked) -> Case:
    """The case in which a measure asks something of a seller's gas, beside what other measures ask."""
    classes, nodes, periods = asked.classes, len(case.nodes), len(case.timeline)
    beyond = np.zeros((nodes, periods)) if classes is None else classes.beyond
    in_force = np.asarray(((asked.ban > 0.0) | (asked.duty > 0.0) | (beyond > 0.0)).any(axis=0))
    if not in_force.any():
        return case
    none = np.zeros((0, periods))
    presumed = np.zeros_like(case.pipelines.capacity) if asked.presumed is None else asked.presumed
    fresh = Origins(
        name=np.array([gas.name], dtype=str),
        suppliers=(gas.suppliers,),
        exporters=(gas.exporters,),
        to_end_user=np.array([not asked.resale], dtype=bool),
        ban=asked.ban[None],
        no_transit=(np.zeros_like(asked.ban) if asked.transit else asked.ban)[None],
        duty=asked.duty[None],
        in_force=in_force[None],
        beyond=beyond[None],
        class_ban=(none if classes is None else classes.ban)[None],
        presumed=presumed[None],
        class_name=np.array([] if classes is None else classes.name, dtype=str),
        class_gas=np.array([] if classes is None else [gas.name] * len(classes.name), dtype=str),
        class_node=np.array([] if classes is None else classes.node, dtype=int),
        class_rate=none if classes is None else classes.rate,
    )
    return replace(case, origins=fresh if case.origins is None else _together(case.origins, fresh))


def _together(one: Origins, other: Origins) -> Origins:
    """What the rows of one and the single row of the other ask; rows on the same gas by the same rule become one."""
    classes = _classes_of_both(one, other)
    one, other = _on_classes(one, classes), _on_classes(other, classes)
    same = np.flatnonzero((one.name == other.name[0]) & (one.to_end_user == other.to_end_user[0]))
    if len(same):
        changes = {}
        for field in ("ban", "no_transit", "duty", "in_force", "beyond", "class_ban", "presumed"):
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
        beyond=rows("beyond"),
        class_ban=rows("class_ban"),
        presumed=rows("presumed"),
        **classes,
    )


def _classes_of_both(one: Origins, other: Origins) -> dict[str, Any]:
    """Classes of contracts that either knows, in the order of their names; of two amounts the lower one."""
    names, first, back = np.unique(np.append(one.class_name, other.class_name), return_index=True, return_inverse=True)
    rate = np.full((len(names), one.class_rate.shape[1]), np.inf)
    np.minimum.at(rate, back, np.vstack([one.class_rate, other.class_rate]))
    return {
        "class_name": names,
        "class_gas": np.append(one.class_gas, other.class_gas)[first],
        "class_node": np.append(one.class_node, other.class_node)[first],
        "class_rate": rate,
    }


def _on_classes(origins: Origins, classes: dict[str, Any]) -> Origins:
    """The same on more classes, of which it asks nothing."""
    names = classes["class_name"]
    ban = np.zeros((len(origins.name), len(names), origins.class_ban.shape[2]))
    ban[:, np.searchsorted(names, origins.class_name)] = origins.class_ban
    return replace(origins, class_ban=ban, **classes)


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
    whole: np.ndarray
    carried_by_classes: np.ndarray
    left_by_classes: np.ndarray
    presumed: np.ndarray

    @classmethod
    def of(cls, origins: Origins, rows: np.ndarray, label: str, *, to_end_user: bool) -> _Bookkeeping:
        at = int(rows[0])
        whole, beyond = origins.ban[rows].max(axis=0), origins.beyond[rows].max(axis=0)
        ban = np.maximum(whole, beyond)
        own = np.flatnonzero(origins.class_gas == origins.name[at])
        where = origins.class_node[own]
        on_class = np.maximum(origins.class_ban[rows][:, own].max(axis=0), whole[where])
        carried, left = np.zeros_like(ban), np.zeros_like(ban)
        np.add.at(carried, where, origins.class_rate[own])
        np.add.at(left, where, (1.0 - on_class) * origins.class_rate[own])
        return cls(
            label=label,
            gas=str(origins.name[at]),
            suppliers=origins.suppliers[at],
            exporters=origins.exporters[at],
            to_end_user=to_end_user,
            ban=ban,
            whole=whole,
            no_transit=origins.no_transit[rows].max(axis=0),
            duty=origins.duty[rows].sum(axis=0),
            in_force=origins.in_force[rows].any(axis=0),
            carried_by_classes=carried,
            left_by_classes=left,
            presumed=origins.presumed[rows].max(axis=0),
        )

    def buying(self, case: Case) -> np.ndarray:
        """Most that may be bought, shape (N, T): where nothing is in force, gas loses its name where it is sold."""
        demand = case.demand.rate.sum(axis=1)
        left = self.left_by_classes + (1.0 - self.ban) * np.maximum(demand - self.carried_by_classes, 0.0)
        most = np.where(self.ban > 0.0, left, np.inf)
        most = np.where(self.whole > 0.0, np.minimum(most, (1.0 - self.whole) * demand), most)
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
        presumed=np.array([one.presumed for one in found]),
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
