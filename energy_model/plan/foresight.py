"""Solve a scenario under its foresight: one plan with full knowledge, or a new plan at every announcement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date

import numpy as np

from energy_model import fast
from energy_model.data.load import GasData
from energy_model.errors import SolveError
from energy_model.lp import Matrix, Solution
from energy_model.model.clashes import explain
from energy_model.model.periods import is_by_part, is_by_period
from energy_model.plan.ahead import MonthsAhead
from energy_model.plan.knowledge import Knowledge, knowledge
from energy_model.plan.rolling import solve_rolling
from energy_model.plan.sharing import Shared, share
from energy_model.plan.solved import Solved, Stage, stage_of, values_of
from energy_model.plan.stages import Plan, Step, compiled, stages
from energy_model.scenario import Case, Scenario, acting, apply
from energy_model.scenario.world import base_case, periods
from energy_model.timeline import Timeline

__all__ = ["Optimum", "Solved", "Stage", "Worlds", "solve_scenario", "solved_as", "values_of"]

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
    compile_case: Callable[[Case], Matrix] = compiled,
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
    compile_case : callable, optional
        Another way to the matrix of a case.
    plain : bool
        Solve each plan without acceleration (:mod:`energy_model.fast`).

    Raises
    ------
    SolveError
        If a stage has no certified optimum; an ``InfeasibleError`` says which demands and limits contradict each other.
    """
    vintage = data if data.as_of == scenario.as_of else data.at(scenario.as_of)

    steps = _steps(scenario, vintage, _worlds(scenario, vintage, plan_days, base, worlds))
    if scenario.foresight == "rolling":
        ahead = MonthsAhead(scenario, vintage)
        return solve_rolling(scenario, steps, ahead, ahead.usual(), compile_case, plain=plain)

    def solver(matrix: Matrix, step: Step, first: int) -> Shared:
        with _explained(matrix, step.case, first, vintage):
            own = optimum and Shared(matrix, optimum(matrix, step.case, step.number), None)
            least_cost = own or _same_plan(matrix, step.boundaries, known) or _least_cost(matrix, step, plain)
        return share(scenario.allocation, least_cost, step.case, first, plain=plain)

    record = _Record()
    for plan in stages(steps, solver, compile_case):
        record.add(plan)
    return record.solved(scenario)


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
        self.plan: Plan | None = None
        self.stages: list[Stage] = []
        self.values: dict[str, np.ndarray] = {}
        self.duals: dict[str, np.ndarray] = {}
        self.reduced_costs: dict[str, np.ndarray] = {}

    def solved(self, scenario: Scenario) -> Solved:
        """The solved scenario, once its last plan has been added."""
        plan = self.plan
        assert plan is not None  # there is always a first plan
        return Solved(
            scenario=scenario,
            case=plan.case,
            values=self.values,
            duals=self.duals,
            reduced_costs=self.reduced_costs,
            objective_keur=float(plan.solution.objective),
            stages=tuple(self.stages),
            matrix=plan.matrix,
            solution=plan.solution,
            start=plan.start,
            cuts=plan.step.boundaries,
        )

    def add(self, plan: Plan) -> None:
        """Take over a plan from its first period on; terminals are used as the plan of each period used them."""
        before, self.plan = self.plan, plan
        if before is not None and plan.compiled is before.compiled:
            return  # the plan stands
        matrix, solution, first = plan.matrix, plan.solution, plan.first
        self.stages.append(stage_of(solution, plan.case, first))
        parts = plan.case.timeline.parts_before(first)
        _splice(self.duals, {n: matrix.values(solution.row_dual, n) for n in matrix.rows}, first, parts)
        _splice(self.reduced_costs, {n: matrix.values(solution.col_dual, n) for n in matrix.columns}, first, parts)
        sendout = {name: values for name, values in self.values.items() if name == "sendout"}
        self.values = values_of(matrix, solution, plan.case)
        _splice(sendout, {"sendout": self.values["sendout"]}, first, parts)
        self.values |= sendout


def _steps(scenario: Scenario, vintage: GasData, worlds: Iterable[tuple[Knowledge, Case, bool]]) -> Iterator[Step]:
    """What is known in each plan of a scenario."""
    for number, (what, world, is_news) in enumerate(worlds):
        kept = frozenset({*what.announced, *scenario.boundaries, *vintage.storyline.decision_days})
        yield Step(what.since, apply(scenario, vintage, what.believed_on, world), kept, number, is_news)


def _worlds(
    scenario: Scenario, vintage: GasData, plan_days: Iterable[date], base: Case | None, worlds: Worlds | None
) -> Iterator[tuple[Knowledge, Case, bool]]:
    """What each plan knows, the world before measures on its periods, and whether it is news; others are left out."""
    made = worlds or (lambda days: base_case(vintage, scenario, announced=days))
    world = made(tuple(scenario.announcements())) if base is None else base
    planned = acting(scenario, vintage, world)
    told: tuple[frozenset[tuple[int, int]], Timeline] | None = None
    for what in knowledge(planned, plan_days):
        if periods(vintage, scenario, what.announced) != world.timeline:
            world = made(what.announced)
        known = frozenset(
            (k, sum(what.believed_on is None or day <= what.believed_on for day in measure.news))
            for k, measure in enumerate(planned.measures)
            if measure.is_known_on(what.believed_on)
        )
        if (known, world.timeline) != told:
            is_news = told is None or known != told[0]
            told = known, world.timeline
            yield what, world, is_news


def solved_as(scenario: Scenario, plan: Plan, balance_prices: np.ndarray | None = None) -> Solved:
    """One plan as a solved scenario without stages.

    Parameters
    ----------
    balance_prices : ndarray, optional
        EUR/MWh, shape (nodes, periods): the only duals, where each period has those of the plan that decided it.
    """
    matrix, solution = plan.matrix, plan.solution
    duals = {name: matrix.values(solution.row_dual, name) for name in matrix.rows}
    reduced = {name: matrix.values(solution.col_dual, name) for name in matrix.columns}
    if balance_prices is not None:
        duals, reduced = {"balance": balance_prices * plan.case.timeline.days}, {}
    return Solved(
        scenario=scenario,
        case=plan.case,
        values=values_of(matrix, solution, plan.case),
        duals=duals,
        reduced_costs=reduced,
        objective_keur=float(solution.objective),
        stages=(),
        matrix=matrix,
        solution=solution,
    )


def _least_cost(matrix: Matrix, step: Step, plain: bool) -> Shared:
    return Shared(matrix, *fast.optimum(matrix, step.case, boundaries=step.boundaries, plain=plain))


def _same_plan(matrix: Matrix, cuts: frozenset[date], known: Solved | Sequence[Solved] | None) -> Shared | None:
    """The optimum of a known problem, if this one is the same to the last bit and would be solved the same way."""
    for other in [known] if isinstance(known, Solved) else known or []:
        if cuts == other.cuts and matrix.equals(other.matrix):
            return Shared(matrix, other.solution, other.start)
    return None


def _splice(kept: dict[str, np.ndarray], fresh: Mapping[str, np.ndarray], first: int, parts: int) -> None:
    """Let what has passed keep what the plan that decided it says: periods before ``first``, ``parts`` of months.

    A plan that follows the gas of more sellers than the one before has bookkeepings of its own for all periods. It may
    have more periods, where what became known falls into one, but none that begins before ``first``.
    """
    for name, values in fresh.items():
        if first and name in kept and is_by_period(name) and kept[name].shape[:-1] == values.shape[:-1]:
            values = np.concatenate([kept[name][..., :first], values[..., first:]], axis=-1)
        if parts and name in kept and is_by_part(name):
            values = np.concatenate([kept[name][..., :parts], values[..., parts:]], axis=-1)
        kept[name] = values
