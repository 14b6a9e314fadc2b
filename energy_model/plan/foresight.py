"""Solve a scenario under its foresight: one plan with full knowledge, or a new plan at every announcement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import numpy as np

from energy_model import fast
from energy_model.data.load import GasData
from energy_model.errors import SolveError
from energy_model.lp import Matrix, Solution, compile_model
from energy_model.model import build_model
from energy_model.model.clashes import explain
from energy_model.model.periods import decided, freeze, is_by_period
from energy_model.plan.knowledge import Knowledge, knowledge
from energy_model.plan.sharing import Shared, share
from energy_model.plan.terminals import alike
from energy_model.scenario import Case, Scenario, acting, apply
from energy_model.scenario.world import base_case, periods
from energy_model.timeline import Timeline

NOTHING = 1e-9
"""Smaller values are rounding of the solver, shown as zero."""


@dataclass(frozen=True)
class Stage:
    """One plan: made on a day, with what was known then."""

    decided_on: date
    first_period: int
    status: str
    objective_keur: float
    iterations: int
    solver_seconds: float
    primal_residual: float
    dual_residual: float
    relative_gap: float


@dataclass(frozen=True)
class Solved:
    """A solved scenario as arrays.

    Attributes
    ----------
    values : mapping of str to ndarray
        Columns by variable name, as :func:`values_of` gives them.
    duals : mapping of str to ndarray
        Row duals by constraint name, thousand EUR per unit of the row; each period's from the plan that decided it.
    reduced_costs : mapping of str to ndarray
        Column duals by variable name.
    objective_keur : float
        Cost of what happens, thousand EUR.
    matrix : Matrix
        The problem of the last plan, with what was decided before it frozen: questions are put to it.
    solution : Solution
        Its optimum.
    start : Start, optional
        Where a problem of the same shape can start.
    cuts : frozenset of date
        Boundaries that longer periods kept on the way to the last plan.
    """

    scenario: Scenario
    case: Case
    values: Mapping[str, np.ndarray]
    duals: Mapping[str, np.ndarray]
    reduced_costs: Mapping[str, np.ndarray]
    objective_keur: float
    stages: tuple[Stage, ...]
    matrix: Matrix
    solution: Solution
    start: fast.Start | None = None
    cuts: frozenset[date] = frozenset()


Optimum = Callable[[Matrix, Case, int], Solution]
"""Solves the problem of a plan, compiled from a case; the third argument is the number of the plan, from 0."""

Worlds = Callable[[tuple[date, ...]], Case]
"""Makes the world of a scenario with a boundary at some announcements."""


def solve_scenario(
    scenario: Scenario,
    data: GasData,
    known: Solved | Sequence[Solved] | None = None,
    *,
    base: Case | None = None,
    plan_days: Iterable[date] = (),
    worlds: Worlds | None = None,
    optimum: Optimum | None = None,
    compiled: Callable[[Case], Matrix] | None = None,
    plain: bool = False,
) -> Solved:
    """Solve all stages of a scenario.

    Under ``surprise`` each announcement ends a stage: what was decided for the periods before it stays, with all it
    used up, and the rest is planned anew. ``perfect`` has one stage that knows everything. Each plan obeys the
    scenario's rule of allocation (:mod:`energy_model.plan.sharing`). What a plan knows, and on which periods it is
    made, says :mod:`energy_model.plan.knowledge`; a measure that changes nothing is no news.

    Parameters
    ----------
    known : Solved or several, optional
        Other scenarios on the same periods. Where a plan poses the very problem of their last plan, as the first plan
        of a surprise poses that of the baseline, its optimum is taken over; the result is the same without it.
    base : Case, optional
        The world before measures, with a boundary at each announcement of the scenario, if it is at hand already.
    plan_days : iterable of date
        Further days on which a plan may be made, with nothing new known: they put scenarios on the same periods.
    worlds : callable, optional
        Another way to the world of a plan, before measures.
    optimum : callable, optional
        Another way to solve a plan, as from a similar scenario.
    compiled : callable, optional
        Another way to the matrix of a case; ``compile_model(build_model(case))`` is the usual one.
    plain : bool
        Solve each plan without acceleration (:mod:`energy_model.fast`).

    Raises
    ------
    SolveError
        If a stage has no certified optimum; an ``InfeasibleError`` says which demands and limits contradict each other.
    """
    vintage = data if data.as_of == scenario.as_of else data.at(scenario.as_of)
    record, plan, before = _Record(), None, None
    for number, (what, world) in enumerate(_worlds(scenario, vintage, plan_days, base, worlds)):
        case = apply(scenario, vintage, what.believed_on, world)
        fresh = compile_model(build_model(case)) if compiled is None else compiled(case)
        if before is not None and fresh.equals(before):
            continue  # nothing that matters has become known: the plan stands
        before, first = fresh, case.timeline.boundary_at(what.since)
        if plan is not None:
            fresh = freeze(fresh, decided(plan.matrix, plan.solution.col_value), first)
        cuts = frozenset({*what.announced, *scenario.boundaries, *vintage.storyline.decision_days})
        with _explained(fresh, case, first, vintage):
            own = optimum and Shared(fresh, optimum(fresh, case, number), None)
            least_cost = own or _same_plan(fresh, cuts, known) or _least_cost(fresh, case, cuts, plain)
        plan = share(scenario.allocation, least_cost, case, first, plain=plain)
        record.add(plan, case, first)
    assert plan is not None  # there is always a first plan
    return record.solved(scenario, case, plan, cuts)


@contextmanager
def _explained(matrix: Matrix, case: Case, first: int, data: GasData) -> Iterator[None]:
    """Let the error of a problem that nothing meets say what contradicts what."""
    try:
        yield
    except SolveError as error:
        names = dict(zip(data["nodes"]["node"].astype(str), data["nodes"]["name"].astype(str), strict=True))
        told = explain(matrix, case, first, names)
        if told is None:
            raise
        raise told from error


class _Record:
    """What the plans of a scenario say, each of the periods that it decided."""

    def __init__(self) -> None:
        self.stages: list[Stage] = []
        self.values: dict[str, np.ndarray] = {}
        self.duals: dict[str, np.ndarray] = {}
        self.reduced_costs: dict[str, np.ndarray] = {}

    def solved(self, scenario: Scenario, case: Case, plan: Shared, cuts: frozenset[date]) -> Solved:
        """The solved scenario, once its last plan has been added."""
        return Solved(
            scenario=scenario,
            case=case,
            values=self.values,
            duals=self.duals,
            reduced_costs=self.reduced_costs,
            objective_keur=float(plan.solution.objective),
            stages=tuple(self.stages),
            matrix=plan.matrix,
            solution=plan.solution,
            start=plan.start,
            cuts=cuts,
        )

    def add(self, plan: Shared, case: Case, first: int) -> None:
        """Take over a plan from its first period on; terminals are used as the plan of each period used them."""
        matrix, solution = plan.matrix, plan.solution
        self.stages.append(_stage(solution, case, first))
        _splice(self.duals, {n: matrix.values(solution.row_dual, n) for n in matrix.rows}, first)
        _splice(self.reduced_costs, {n: matrix.values(solution.col_dual, n) for n in matrix.columns}, first)
        sendout = {name: values for name, values in self.values.items() if name == "sendout"}
        self.values = values_of(matrix, solution, case)
        _splice(sendout, {"sendout": self.values["sendout"]}, first)
        self.values |= sendout


def _worlds(
    scenario: Scenario, vintage: GasData, plan_days: Iterable[date], base: Case | None, worlds: Worlds | None
) -> Iterator[tuple[Knowledge, Case]]:
    """What each plan knows, with the world before measures on its periods; plans with nothing new are left out."""
    made = worlds or (lambda days: base_case(vintage, scenario, announced=days))
    world = made(tuple(scenario.announcements())) if base is None else base
    planned = acting(scenario, vintage, world)
    told: tuple[frozenset[int], Timeline] | None = None
    for what in knowledge(planned, plan_days):
        if periods(vintage, scenario, what.announced) != world.timeline:
            world = made(what.announced)
        known = frozenset(k for k, measure in enumerate(planned.measures) if measure.is_known_on(what.believed_on))
        if (known, world.timeline) != told:
            told = known, world.timeline
            yield what, world


def values_of(matrix: Matrix, solution: Solution, case: Case) -> dict[str, np.ndarray]:
    """Columns of an optimum by variable name, shaped by their index sets, without the solver's rounding.

    The terminals of a market are used alike (:mod:`energy_model.plan.terminals`).
    """
    clean = np.where(np.abs(solution.col_value) < NOTHING, 0.0, solution.col_value)
    values = {name: matrix.values(clean, name) for name in matrix.columns}
    return values | {"sendout": alike(values["sendout"], case.lng)}


def freeze_past(fresh: Matrix, before: Matrix, solution: Solution, first: int) -> Matrix:
    """The new plan's matrix with every decision of the periods before ``first`` fixed to what was decided."""
    return freeze(fresh, decided(before, solution.col_value), first)


def _least_cost(matrix: Matrix, case: Case, cuts: frozenset[date], plain: bool) -> Shared:
    return Shared(matrix, *fast.optimum(matrix, case, boundaries=cuts, plain=plain))


def _same_plan(matrix: Matrix, cuts: frozenset[date], known: Solved | Sequence[Solved] | None) -> Shared | None:
    """The optimum of a known problem, if this one is the same to the last bit and would be solved the same way."""
    for other in [known] if isinstance(known, Solved) else known or []:
        if cuts == other.cuts and matrix.equals(other.matrix):
            return Shared(matrix, other.solution, other.start)
    return None


def _stage(solution: Solution, case: Case, first: int) -> Stage:
    proof = solution.certificate
    return Stage(
        decided_on=case.timeline.starts[first],
        first_period=first + 1,
        status=solution.status,
        objective_keur=float(solution.objective),
        iterations=solution.iterations,
        solver_seconds=solution.seconds,
        primal_residual=proof.primal_residual,
        dual_residual=proof.dual_residual,
        relative_gap=proof.relative_gap,
    )


def _splice(kept: dict[str, np.ndarray], fresh: Mapping[str, np.ndarray], first: int) -> None:
    """Let the periods before ``first`` keep what the plan that decided them says of them.

    A plan that follows the gas of more sellers than the one before has bookkeepings of its own for all periods.
    """
    for name, values in fresh.items():
        if first and name in kept and is_by_period(name) and kept[name].shape == values.shape:
            values = np.concatenate([kept[name][..., :first], values[..., first:]], axis=-1)
        kept[name] = values
