"""Check of a promise: the plan re-optimised with the promise as ordinary steps of supply."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from energy_model.impact.inverse import entries as ways
from energy_model.impact.inverse.entries import Entry
from energy_model.impact.inverse.question import (
    CURTAILMENT,
    Region,
    first_open,
    shut_slices,
    small_problem,
    solve_small,
)
from energy_model.impact.study import Study
from energy_model.lp import Matrix
from energy_model.lp.extend import cost_of
from energy_model.plan.stages import Decisions, compiled
from energy_model.scenario.case import Case


def unmet_gwh(
    study: Study, region: Region, rates: dict[Entry, np.ndarray], share: float = 1.0, protected_only: bool = False
) -> float:
    """Least curtailment in a region that a share of a promise leaves, GWh.

    The others stay no worse off than in the cut without the promise.

    Parameters
    ----------
    rates : dict of Entry to ndarray, shape (T,)
        The promise: rate of each entry in each period, GWh/d.
    share : float
        Part of it that is granted.
    protected_only : bool
        Count customers whom the law protects, and no others.
    """
    case, matrix = _plan_with(study, rates, share)
    first = first_open(study.solved)
    small = small_problem(replace(study.solved, case=case, matrix=matrix), region, protected_only, shut=False)
    counted = region.inside[:, None, None] & shut_slices(case, protected_only)[None, :, None]
    days = np.where(np.arange(len(case.timeline)) >= first, case.timeline.days, 0.0)
    found = solve_small(replace(small, cost=cost_of(small, CURTAILMENT, np.where(counted, days, 0.0))))
    return float(found.objective)


def _plan_with(study: Study, rates: dict[Entry, np.ndarray], share: float) -> tuple[Case, Matrix]:
    """The last plan with further supply steps, its past frozen; the new steps have nothing in the past."""
    solved = study.solved
    case = ways.with_promises(solved.case, study.data, {entry: share * rate for entry, rate in rates.items()})
    fresh = compiled(case)
    past = Decisions.of(solved.matrix, solved.solution).with_room_for(fresh)
    return case, past.frozen(fresh, first_open(solved), case.timeline)
