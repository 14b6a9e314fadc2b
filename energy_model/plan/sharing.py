"""How countries share a shortage: a rule that comes before cost.

``cooperative`` is what least cost does by itself: tiers are cut in the same order everywhere, in slices of rising
weight, so that countries share alike as far as the network lets them. The other rules start from that plan and add
rows to it:

``protected_first`` is lexicographic. First the least curtailment of protected customers, summed over all countries and
days; then, with that total as a row, least cost.

``own_needs_first`` lets no country in want export on balance: in each period a country either cuts nobody or sends out
no more than it takes in. Transit passes. Either-or is no linear constraint, so it is met by rounds of linear problems:

- A pair of country and period that breaks the rule is bound, and stays bound. If the gas it has of its own (production,
  LNG landed, net withdrawal) and voluntary reduction cover its demand, it may not cut (``x = 0``) and exports the rest;
  if not, it may not export on balance (row ``own_needs``).
- After each round every bound pair takes the side on which it stands. The last plan less some exports and with some
  more cuts is then feasible: a pair that may not cut lives on its own gas, every importer it fed has a deficit of its
  own and may cut it. Only a flow that is forced (``minimum``) could break this; no scenario has one.
- When no pair breaks the rule the plan is valid, and further rounds keep it feasible, so they only lower its cost.
- After ``FREE_ROUNDS`` rounds all pairs are bound. The same argument holds, and no pair can break the rule any more:
  there are at most ``FREE_ROUNDS + 1`` rounds to a valid plan and ``IMPROVING_ROUNDS`` more.

The result obeys the rule, and each of its problems is solved to a certified optimum. It is the least cost for the sides
taken, not for every choice of sides: a problem with integers would find cheaper ones that evade the sense of the rule
(docs/model.md compares them).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from energy_model.errors import SolveError
from energy_model.fast import Start, optimum
from energy_model.lp import Matrix, Solution
from energy_model.lp.extend import add_rows, cost_of, with_objective
from energy_model.lp.matrix import inner
from energy_model.lp.sparse_arrays import sparse
from energy_model.model.demand import slice_table
from energy_model.scenario.case import Case

COOPERATIVE, PROTECTED_FIRST, OWN_NEEDS_FIRST = RULES = ("cooperative", "protected_first", "own_needs_first")
CURTAILMENT = "curtailment"
OWN_NEEDS, PROTECTED = "own_needs", "protected_total"
"""Names of the rows that the rules add."""
FREE_ROUNDS, IMPROVING_ROUNDS = 8, 6
NOTHING_GWH_PER_DAY = 1e-4
"""Cuts and exports below this (one tenth of a MWh a day) are rounding of the solver."""
ROUNDING = 1e-7
SLACK = 1e-6
"""Room of the row that keeps the least protected curtailment, relative and in GWh."""


@dataclass(frozen=True)
class Shared:
    """A problem with the rows of its rule, its optimum, and where a similar one can start."""

    matrix: Matrix
    solution: Solution
    start: Start | None


def share(rule: str, plan: Shared, case: Case, first: int = 0, *, plain: bool = False) -> Shared:
    """The plan under a rule.

    Parameters
    ----------
    rule : str
        One of :data:`RULES`.
    plan : Shared
        The optimum at least cost, without rows of a rule.
    first : int
        First period that is still to be decided; what was decided before it stays as it is.
    plain : bool
        Hand each problem to HiGHS as it stands.

    Raises
    ------
    SolveError
        If a problem on the way has no certified optimum, or the rule is not known.
    """
    if rule == COOPERATIVE:
        return plan
    if rule == PROTECTED_FIRST:
        return _protected_first(plan, case, plain)
    if rule == OWN_NEEDS_FIRST:
        return _own_needs_first(plan, case, first, plain)
    raise SolveError(f"no rule of allocation {rule!r}; known: {', '.join(RULES)}")


def net_exports(case: Case, flow: np.ndarray) -> np.ndarray:
    """Gas that leaves each market by pipeline less gas that arrives, GWh/d, shape (markets, T)."""
    lines = case.pipelines
    net = np.zeros((len(case.nodes), len(case.timeline)))
    np.add.at(net, lines.from_node, flow)
    np.subtract.at(net, lines.to_node, flow * (1.0 - lines.loss_share)[:, None])
    return np.asarray(net[case.is_market])


def exports_in_want(case: Case, flow: np.ndarray, curtailment: np.ndarray) -> np.ndarray:
    """Net exports of countries in periods in which they cut their own customers, GWh/d, shape (markets, T)."""
    net, cut = net_exports(case, flow), curtailment.sum(axis=1)
    return np.where((net > NOTHING_GWH_PER_DAY) & (cut > NOTHING_GWH_PER_DAY), net, 0.0)


def is_protected_slice(case: Case) -> np.ndarray:
    """Which curtailment slices are protected customers, shape (slices,)."""
    return case.demand.tier_is_protected[slice_table(case.demand).tier]


def _protected_first(plan: Shared, case: Case, plain: bool) -> Shared:
    """First the least curtailment of protected customers, then least cost.

    .. math:: \\min \\sum_t h_t \\sum_n \\sum_{c\\ \\text{protected}} x_{n,c,t}
    """
    weight = cost_of(plan.matrix, CURTAILMENT, is_protected_slice(case)[:, None] * case.timeline.days)
    found = _with_rows(plan, PROTECTED, weight)
    cut_gwh = inner(weight, plan.solution.col_value)
    if cut_gwh <= SLACK:
        return _bounded(found, PROTECTED, SLACK)
    start = found.start and found.start.for_another_objective()
    best, _ = optimum(with_objective(found.matrix, weight), case, start, plain=plain)
    bounded = _bounded(found, PROTECTED, best.objective + SLACK * (1.0 + best.objective))
    if cut_gwh <= best.objective + SLACK * (1.0 + best.objective):
        return bounded
    solution, start = optimum(bounded.matrix, case, found.start, point=best.col_value, plain=plain)
    return Shared(bounded.matrix, _with_effort(solution, best), start)


def _own_needs_first(plan: Shared, case: Case, first: int, plain: bool) -> Shared:
    """No country cuts and exports on balance in the same period: rounds until none does, then a few to improve."""
    if "flow" not in plan.matrix.columns:
        return plan
    matrix = plan.matrix
    now = _with_rows(plan, OWN_NEEDS, _export_rows(matrix, case))
    valid: Shared | None = None
    bound = np.zeros((int(case.is_market.sum()), len(case.timeline)), dtype=bool)
    sides: np.ndarray | None = None
    for number in range(FREE_ROUNDS + 1 + IMPROVING_ROUNDS):
        flow, cut = (matrix.values(now.solution.col_value, name) for name in ("flow", CURTAILMENT))
        broken = exports_in_want(case, flow, cut) > 0.0
        broken[:, :first] = False
        if not broken.any():
            if valid is not None and not _falls(now.solution, valid.solution):
                break
            valid = now
        elif number > FREE_ROUNDS:
            break
        bound |= broken
        if number == FREE_ROUNDS and broken.any():
            bound[:, first:] = True
        covered = net_exports(case, flow) - cut.sum(axis=1) >= -ROUNDING
        wanted = np.where(bound, np.where(covered, 1, 2), 0)
        if not bound.any() or (sides is not None and (wanted == sides).all()):
            break
        sides = wanted
        now = _solved_on(sides, now, plan.matrix, case, plain)
    if valid is None:
        raise SolveError("own_needs_first: a country in want still exports on balance; is a flow forced to be?")
    return valid


def _falls(now: Solution, before: Solution) -> bool:
    return now.objective < before.objective - ROUNDING * (1.0 + abs(before.objective))


def _solved_on(sides: np.ndarray, now: Shared, unshared: Matrix, case: Case, plain: bool) -> Shared:
    """Optimum with each bound pair on its side: 1 may not cut, 2 may not export on balance."""
    lower, upper = (unshared.block_array(side, CURTAILMENT) for side in ("col_lower", "col_upper"))
    most = np.where((sides == 1)[:, None, :], lower, upper)
    net = np.where(sides == 2, 0.0, np.inf).ravel()
    matrix = now.matrix.with_columns(CURTAILMENT, upper=most).with_rows(OWN_NEEDS, upper=net)
    solution, start = optimum(matrix, case, now.start, plain=plain)
    return Shared(matrix, _with_effort(solution, now.solution), start)


def _export_rows(matrix: Matrix, case: Case) -> sparse.coo_array:
    """Net exports of each market in each period as rows over all columns.

    .. math:: \\sum_{p \\in P^{out}_n} f_{p,t} - \\sum_{p \\in P^{in}_n} (1-\\epsilon_p)\\, f_{p,t} \\le 0
    """
    lines, count = case.pipelines, len(case.timeline)
    number = np.full(len(case.nodes), -1)
    number[case.is_market] = np.arange(int(case.is_market.sum()))
    column = matrix.columns["flow"].start + np.arange(len(lines.id) * count).reshape(-1, count)
    rows, columns, values = [], [], []
    for ends, sign in ((lines.from_node, np.ones(len(lines.id))), (lines.to_node, lines.loss_share - 1.0)):
        market = number[ends]
        mine = market >= 0
        rows.append((market[mine, None] * count + np.arange(count)).ravel())
        columns.append(column[mine].ravel())
        values.append(np.repeat(sign[mine], count))
    shape = (int(case.is_market.sum()) * count, matrix.n_columns)
    return sparse.coo_array((np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=shape)


def _with_rows(plan: Shared, name: str, coefficients: np.ndarray | sparse.coo_array) -> Shared:
    """The plan with extra rows that do not bind yet: it stays optimal."""
    matrix = add_rows(plan.matrix, name, coefficients)
    more = matrix.n_rows - plan.matrix.n_rows
    activity = matrix.coefficients @ plan.solution.col_value
    solution = replace(
        plan.solution,
        row_value=np.append(plan.solution.row_value, activity[-more:] if more else activity[:0]),
        row_dual=np.append(plan.solution.row_dual, np.zeros(more)),
        basis=None,
    )
    return Shared(matrix, solution, None if plan.start is None else plan.start.with_free_rows(more))


def _bounded(plan: Shared, name: str, upper: float) -> Shared:
    return replace(plan, matrix=plan.matrix.with_rows(name, upper=upper))


def _with_effort(solution: Solution, before: Solution) -> Solution:
    """The solution with the work of the one before it added to its own."""
    return replace(
        solution, iterations=solution.iterations + before.iterations, seconds=solution.seconds + before.seconds
    )
