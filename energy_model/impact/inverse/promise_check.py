"""Check of a promise: the plan re-optimised with the promise as ordinary steps of supply."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from energy_model.fast import optimum
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
from energy_model.plan.foresight import Solved, values_of
from energy_model.plan.stages import Decisions, compiled
from energy_model.scenario.case import Case


def unmet_gwh(
    study: Study, region: Region, rates: dict[Entry, np.ndarray], share: float = 1.0, protected_only: bool = False
) -> float:
    """Least curtailment in a region that a share of a promise leaves, GWh.

    The others stay no worse off than in the cut without the promise.
    """
    case, matrix = _plan_with(study, rates, share)
    first = first_open(study.solved)
    small = small_problem(replace(study.solved, case=case, matrix=matrix), region, protected_only, shut=False)
    counted = region.inside[:, None, None] & shut_slices(case, protected_only)[None, :, None]
    days = np.where(np.arange(len(case.timeline)) >= first, case.timeline.days, 0.0)
    found = solve_small(replace(small, cost=cost_of(small, CURTAILMENT, np.where(counted, days, 0.0))))
    return float(found.objective)


def granted(study: Study, rates: dict[Entry, np.ndarray], share: float = 1.0) -> Solved:
    """The scenario's last plan, re-optimised at least cost with a share of a promise in the case as further supply.

    Everybody shares the promised gas by the model's own rule.
    """
    case, matrix = _plan_with(study, rates, share)
    solution = optimum(matrix, case)[0]
    values = values_of(matrix, solution, case)
    return replace(
        study.solved, case=case, values=values, objective_keur=solution.objective, matrix=matrix, solution=solution
    )


def _plan_with(study: Study, rates: dict[Entry, np.ndarray], share: float) -> tuple[Case, Matrix]:
    """The last plan with further supply steps, its past frozen; the new steps have nothing in the past."""
    solved = study.solved
    case = ways.with_promises(solved.case, study.data, {entry: share * rate for entry, rate in rates.items()})
    fresh = compiled(case)
    past = Decisions.of(solved.matrix, solved.solution).with_room_for(fresh)
    return case, past.frozen(fresh, first_open(solved), case.timeline)
