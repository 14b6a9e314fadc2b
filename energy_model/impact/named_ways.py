"""What bans and duties by origin let through on a way: gas that is bought before it arrives loses its seller's name.

The rules are those of the model (:mod:`energy_model.scenario.origin`). A name goes along with the gas as far as the
measures let it be carried. At every stop it may be bought within what that place may buy, the last stop being the
country itself; gas that a country outside a measure has bought goes on as that country's own, unless the measure
follows it to its end user. A line without a paper of origin gives its gas the name whatever it was before.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from energy_model.plan.foresight import Solved
from energy_model.scenario.origin import Limits, limits_of


@dataclass(frozen=True)
class Allowed:
    """What measures on origin leave of a way, by period.

    Attributes
    ----------
    most : ndarray, shape (T,)
        GWh/d that may be bought on it; infinite where nothing is asked.
    left : ndarray, shape (T,)
        The same less what is bought already, by whatever way.
    duty : ndarray, shape (T,)
        EUR/MWh that are due on it.
    names : tuple of str
        Gas whose measures limit it.
    """

    most: np.ndarray
    left: np.ndarray
    duty: np.ndarray
    names: tuple[str, ...]


def allowed(solved: Solved, source: str, start: int, taken: tuple[int, ...], inside: np.ndarray) -> Allowed:
    """What bans and duties by origin leave of a way.

    Parameters
    ----------
    source : str
        Code of the supplier whose gas it is; one that no measure names carries a name from a line without papers on.
    start : int
        Node where the way begins.
    taken : tuple of int
        Its lines; the last ends in the country.
    inside : ndarray of bool, shape (N,)
        Nodes of the country.
    """
    case = solved.case
    limits, count = limits_of(case), len(case.timeline)
    most, left, duty = np.full(count, np.inf), np.full(count, np.inf), np.zeros(count)
    names: list[str] = []
    if limits is None:
        return Allowed(most, left, duty, ())
    for row, suppliers in enumerate(limits.suppliers):
        one = _Book.of(solved, limits, row, inside).along(start, taken, named=source in suppliers)
        most, left, duty = np.minimum(most, one.most), np.minimum(left, one.left), np.maximum(duty, one.duty)
        names += one.names
    return Allowed(most, left, duty, tuple(dict.fromkeys(names)))


@dataclass(frozen=True)
class _Book:
    """One bookkeeping of a name: what each stop may buy and has bought, GWh/d, shape (N, T)."""

    solved: Solved
    limits: Limits
    row: int
    inside: np.ndarray
    buying: np.ndarray
    bought: np.ndarray

    @classmethod
    def of(cls, solved: Solved, limits: Limits, row: int, inside: np.ndarray) -> _Book:
        bought = solved.values["origin_bought"][row].copy()
        if limits.to_end_user[row]:
            own = int(limits.to_end_user[:row].sum())
            stored = solved.values["origin_injection"][own] - solved.values["origin_withdrawal"][own]
            np.add.at(bought, solved.case.storage.node, stored)
        buying = limits.buying[row].copy()
        for numbers in (buying, bought):
            numbers[inside] = numbers[inside].sum(axis=0)
        return cls(solved, limits, row, inside, buying, bought)

    def along(self, start: int, taken: tuple[int, ...], *, named: bool) -> Allowed:
        """What this bookkeeping leaves of a way, by period."""
        lines, limits, row = self.solved.case.pipelines, self.limits, self.row
        in_force, to_end_user = limits.in_force[row], bool(limits.to_end_user[row])
        reach = np.full(len(in_force), np.inf if named else 0.0)
        most, left = (np.where(in_force & named, 0.0, np.inf) for _ in range(2))
        duty = np.where(in_force & named, np.inf, 0.0)
        for stop, line in ((start, None), *((int(lines.to_node[p]), p) for p in taken)):
            if line is not None:
                counts = limits.presumed[row, line] > 0.0
                reach = np.where(counts, np.inf, np.minimum(reach, limits.carried[row, line]))
                most, left = np.where(counts, 0.0, most), np.where(counts, 0.0, left)
                duty = np.where(counts, np.inf, duty)
            if to_end_user and not self.inside[stop]:
                continue
            free = np.maximum(self.buying[stop] - self.bought[stop], 0.0)
            sold = np.minimum(reach, self.buying[stop])
            most, left = np.maximum(most, sold), np.maximum(left, np.minimum(reach, free))
            duty = np.where(sold > 0.0, np.minimum(duty, self._duty(stop)), duty)
        names = (str(limits.name[row]),) if np.isfinite(most).any() else ()
        return Allowed(most, left, np.where(np.isfinite(duty), duty, 0.0), names)

    def _duty(self, stop: int) -> np.ndarray:
        """Duty on what is bought at a stop; where an end user owes one, it has to be paid as the first buyer."""
        limits, row = self.limits, self.row
        if not limits.to_end_user[row]:
            return np.asarray(limits.duty[row, stop])
        first = int(limits.first_buyer[row])
        owed = limits.duty[first, stop] if first >= 0 else 0.0
        return np.asarray(np.where(limits.charged[row, stop] == 0.0, owed, 0.0))
