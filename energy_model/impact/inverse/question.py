"""What all inverse questions share: a region without curtailment, a condition on the others, a small problem.

An inverse question fixes the outcome and asks for the input. The outcome is always the same: nobody in a region is
cut. It is put to the scenario's last plan, whose past is frozen, under one condition that keeps the answer honest:
nobody else is worse off than in the scenario. Customers outside the region are cut no more over the horizon, so that a
region is not saved at its neighbours' cost; buyers of LNG outside the model give up no more, for without costs they
would release every cargo for nothing; no filling target is missed by more, so that the region is not saved at the next
winter's cost.

Costs play no part in whether an outcome can be had, so steps that differ in cost alone are put together, and the
problem becomes small.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from energy_model.data.regions import group_codes, region_name
from energy_model.errors import ScenarioError, SolveError
from energy_model.impact.study import Study
from energy_model.lp import Matrix, Solution, solve
from energy_model.lp.extend import add_rows, cost_of, take_columns, with_objective
from energy_model.model.demand import slice_table
from energy_model.model.lng_world import FORGONE
from energy_model.plan.foresight import Solved
from energy_model.results import plan_totals
from energy_model.scenario.case import Case
from energy_model.scenario.measures.base import countries_mask

CURTAILMENT, VOLUNTARY = "curtailment", "voluntary"
OTHERS, BUYERS, TOLERATED = "others no worse", "buyers of LNG no worse", "tolerated"
IMPOSSIBLE = ("the problem is infeasible", "the problem is unbounded or infeasible")
SLACK_GWH = 1e-3
"""What a bound taken from a solution is widened by, so that the solver's rounding does not make it infeasible."""
NOTHING_GWH = 0.5
"""Curtailment over the horizon that counts as none: rounding of the solver over thousands of entries."""


@dataclass(frozen=True)
class Region:
    """Markets that must go unharmed.

    Attributes
    ----------
    code, name : str
        A country code or a group, and how a sentence names it.
    inside : ndarray of bool, shape (markets,)
    """

    code: str
    name: str
    inside: np.ndarray


def region_of(study: Study, code: str) -> Region:
    """The region a code stands for.

    Raises
    ------
    ScenarioError
        If it is neither a market nor a group.
    """
    case = study.case
    inside = countries_mask((code,), case)[case.is_market]
    if not inside.any():
        known = ", ".join(group_codes(study.data))
        raise ScenarioError("region", [f"'{code}' is no market; give {known} or a country code"])
    return Region(code, region_name(study.data, code), inside)


def first_open(solved: Solved) -> int:
    """Index of the first period that the last plan decides; what lies before is frozen."""
    return solved.stages[-1].first_period - 1


def curtailed_gwh(solved: Solved) -> np.ndarray:
    """Curtailment of each market over the horizon, GWh, shape (markets,)."""
    return plan_totals.curtailed_gwh(solved.case, solved.values[CURTAILMENT])


def is_cut(study: Study, region: Region) -> bool:
    """Whether anybody in a region is cut over the horizon."""
    return float(curtailed_gwh(study.solved)[region.inside].sum()) > NOTHING_GWH


def small_problem(
    solved: Solved, region: Region, protected_only: bool = False, *, shut: bool = True, tolerated_share: float = 0.0
) -> Matrix:
    """The last plan with the region uncut, the others and the stores no worse, and steps of unequal cost put together.

    The region's curtailment columns are shut in the periods that are still open (those of protected customers alone if
    ``protected_only``), or left open if not ``shut``; costs are zero. Rows ``others no worse`` hold the others, rows
    ``buyers of LNG no worse`` what each buyer outside the model gives up over the horizon. With a tolerated share the
    region may be cut by so much of its demand of the open periods.
    """
    case, matrix = solved.case, solved.matrix
    matrix = _merged(_merged(matrix, VOLUNTARY), CURTAILMENT, _groups(case, protected_only))
    open_from = first_open(solved)
    closed = region.inside[:, None, None] & shut_slices(case, protected_only)[None, :, None]
    upper, lower = matrix.block_array("col_upper", CURTAILMENT), matrix.block_array("col_lower", CURTAILMENT)
    upper[..., open_from:] = np.where(closed, lower[..., open_from:], upper[..., open_from:])
    if shut and tolerated_share == 0.0:
        matrix = matrix.with_columns(CURTAILMENT, upper=upper)
    elif shut:
        demand = case.demand.rate[case.is_market][region.inside].sum(axis=(0, 1))
        most = tolerated_share * float(demand[open_from:] @ case.timeline.days[open_from:])
        weight = np.zeros(lower.shape)
        weight[..., open_from:] = np.where(closed, case.timeline.days[open_from:], 0.0)
        matrix = add_rows(matrix, TOLERATED, cost_of(matrix, CURTAILMENT, weight), upper=most)
    matrix = with_objective(matrix, np.zeros(matrix.n_columns))
    matrix = hold_stores(matrix, case, solved.values["missing"])
    return _buyers_no_worse(_others_no_worse(matrix, solved, region), solved)


def hold_stores(matrix: Matrix, case: Case, missing_gwh: np.ndarray) -> Matrix:
    """The problem in which no filling target lacks more than ``missing_gwh``, shape (G,)."""
    if not case.storage.targets:
        return matrix
    most = np.minimum(matrix.block_array("col_upper", "missing"), missing_gwh + SLACK_GWH)
    return matrix.with_columns("missing", upper=most)


def shut_slices(case: Case, protected_only: bool) -> np.ndarray:
    """Slices of customers the question is about, bool, shape (slices,)."""
    tier = slice_table(case.demand).tier
    return case.demand.tier_is_protected[tier] if protected_only else np.ones(len(tier), dtype=bool)


def market_rows(matrix: Matrix, case: Case, block: str, keep: np.ndarray) -> sparse.csr_array:
    """Rows that sum a demand variable over the horizon in GWh, one per kept market, shape (markets kept, columns)."""
    place = matrix.columns[block]
    days = np.broadcast_to(case.timeline.days, place.shape).reshape(-1)
    market = np.repeat(np.arange(place.shape[0]), int(np.prod(place.shape[1:])))
    row = (np.cumsum(keep) - 1)[market]
    used = keep[market]
    entries = (days[used], (row[used], place.start + np.flatnonzero(used)))
    return sparse.csr_array(entries, shape=(int(keep.sum()), matrix.n_columns))


def solve_small(matrix: Matrix, basis: Any = None) -> Solution:
    """Optimum of a problem without the columns that are fixed to nothing; values over all columns."""
    kept = (matrix.col_lower != 0.0) | (matrix.col_upper != 0.0)
    found = solve(take_columns(matrix, kept), basis=basis)
    value, dual = np.zeros(matrix.n_columns), matrix.reduced_cost(found.row_dual)
    value[kept] = found.col_value
    return Solution(**{**vars(found), "col_value": value, "col_dual": dual})


def solve_if_possible(matrix: Matrix) -> Solution | None:
    """Optimum, or none if the outcome asked for cannot be had at all.

    Raises
    ------
    SolveError
        For every other way to end without an optimum.
    """
    try:
        return solve_small(matrix)
    except SolveError as error:
        if str(error).startswith(IMPOSSIBLE):
            return None
        raise


def row_numbers(matrix: Matrix, name: str) -> np.ndarray:
    """Row of every index of a constraint, shaped by its index sets; -1 where there is none."""
    block = matrix.rows[name]
    numbers = np.full(int(np.prod(block.shape)), -1)
    numbers[slice(None) if block.places is None else block.places] = np.arange(block.start, block.start + block.size)
    return numbers.reshape(block.shape)


def _groups(case: Case, protected_only: bool) -> np.ndarray:
    """Slices that may be put together: all, or protected and unprotected customers apart."""
    tier = slice_table(case.demand).tier
    return case.demand.tier_is_protected[tier].astype(int) if protected_only else np.zeros(len(tier), dtype=int)


def _merged(matrix: Matrix, name: str, group: np.ndarray | None = None) -> Matrix:
    """The problem in which the steps of a demand variable (its second axis) stand in one column for each group."""
    block = matrix.columns[name]
    if int(np.diff(matrix.start)[block.slice].max(initial=0)) > 1:
        return matrix  # a rule counts steps apart; leave them
    labels = np.zeros(block.shape[1], dtype=int) if group is None else group
    lower, upper = matrix.block_array("col_lower", name), matrix.block_array("col_upper", name)
    for label in np.unique(labels):
        mine = np.flatnonzero(labels == label)
        for bound in (lower, upper):
            total = bound[:, mine].sum(axis=1)
            bound[:, mine] = 0.0
            bound[:, mine[0]] = total
    return matrix.with_columns(name, lower=lower, upper=upper)


def _others_no_worse(matrix: Matrix, solved: Solved, region: Region) -> Matrix:
    outside = ~region.inside
    if not outside.any():
        return matrix
    most = curtailed_gwh(solved)[outside] + SLACK_GWH
    labels = solved.case.nodes[solved.case.is_market][outside].tolist()
    rows = market_rows(matrix, solved.case, CURTAILMENT, outside)
    return add_rows(matrix, OTHERS, rows, upper=most, labels=labels)


def _buyers_no_worse(matrix: Matrix, solved: Solved) -> Matrix:
    part = solved.case.lng_world
    if part is None:
        return matrix
    place = matrix.columns[FORGONE.name]
    buyer = np.repeat(np.arange(place.shape[0]), int(np.prod(place.shape[1:])))
    entries = (np.ones(buyer.size), (buyer, place.start + np.arange(buyer.size)))
    rows = sparse.csr_array(entries, shape=(place.shape[0], matrix.n_columns))
    most = solved.values[FORGONE.name].sum(axis=(1, 2)) + SLACK_GWH
    return add_rows(matrix, BUYERS, rows, upper=most, labels=part.buyer.tolist())
