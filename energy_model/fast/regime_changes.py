"""Boundaries that aggregated periods must keep, because the optimum before them is another one than after.

An aggregated period across such a boundary yields a basis that fits neither side. A pipeline that closes in the middle
of it leaves a terminal that no cargo may reach, or a balance that nothing can close; dozens of columns have to join and
the simplex method takes as many iterations as from nothing.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from energy_model.fast.tuning import TUNING, Tuning
from energy_model.scenario.arrays import Role, arrays_of, derived_of
from energy_model.scenario.case import Case

REGIMES: tuple[Role, ...] = ("limit", "floor", "flag")
"""Roles of the arrays by period that say what a case lets happen. Demand and costs move all the time, and the basis
moves along. So do the limits of a ban by origin, which follow demand: of these the days count on which the ban comes
and goes."""


def boundaries_to_keep(case: Case, tuning: Tuning = TUNING) -> set[date]:
    """First days of the periods with which limits jump, a month begins, or a filling target is read.

    The cap on LNG imports is given by the month, which is why months count.
    """
    line = case.timeline
    read = [line.boundary_at(target.date) for target in case.storage.targets]
    found = {
        line.starts[boundary] for boundary in (*np.flatnonzero(_jumps(case, tuning)), *read) if boundary < len(line)
    }
    return found | {day for day in line.starts if day.day == 1}


def _jumps(case: Case, tuning: Tuning) -> np.ndarray:
    """Periods that allow another amount than the one before, shape (T,)."""
    found = np.zeros(len(case.timeline), dtype=bool)
    for part in case.parts.values():
        derived = derived_of(type(part))
        for name, one in arrays_of(type(part)).items():
            if one.role not in REGIMES or not one.by_period or name in derived:
                continue
            limit = getattr(part, name).reshape(-1, len(case.timeline))
            bound = np.isfinite(limit)
            found[1:] |= (bound[:, 1:] != bound[:, :-1]).any(axis=0)
            limit = np.where(bound, limit, 0.0)
            total = limit.sum(axis=0)
            moved = np.abs(np.diff(limit, axis=1)).sum(axis=0)
            found[1:] |= moved > tuning.regime_change_share * np.maximum(total[1:], total[:-1])
    return found
