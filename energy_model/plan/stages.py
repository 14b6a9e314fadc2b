"""Plans made one after the other, each in the knowledge of its day: the only place that freezes a past.

Surprise, coalitions, best responses, decisions under risk and replays plan in stages. A plan decides its periods from
the day on which it is made; what earlier plans decided for the periods before stays, with all it used up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

import numpy as np

from energy_model.fast import Start
from energy_model.lp import Matrix, Solution, compile_model
from energy_model.model import build_model
from energy_model.model.lng_world import answer_with_lag
from energy_model.model.periods import decided, freeze
from energy_model.plan.sharing import Shared
from energy_model.scenario.case import Case
from energy_model.timeline import Timeline

LEVEL = "level"


@dataclass(frozen=True)
class Decisions:
    """What a plan decided, by variable; later plans are bound by that part of it which has passed.

    The values of a variable have the shape of its index sets, the period, boundary or part of a month last.
    """

    by_variable: Mapping[str, np.ndarray] = field(repr=False)

    @classmethod
    def of(cls, matrix: Matrix, solution: Solution) -> Decisions:
        """The decisions of an optimum."""
        return cls(decided(matrix, solution.col_value))

    def frozen(self, fresh: Matrix, first: int, line: Timeline | None = None) -> Matrix:
        """A problem with every decision of the periods before ``first`` fixed to what was decided.

        Parameters
        ----------
        line : Timeline, optional
            Its periods: what is decided by month is fixed for the months, and parts of months, that have passed.
        """
        return freeze(fresh, self.by_variable, first, 0 if line is None else line.parts_before(first))

    def with_room_for(self, fresh: Matrix) -> Decisions:
        """The same for a problem with further rows of a variable, such as supply steps: there was nothing of them."""
        wider = {}
        for name, values in self.by_variable.items():
            more = fresh.columns[name].shape[0] - values.shape[0]
            wider[name] = np.pad(values, [(0, more)] + [(0, 0)] * (values.ndim - 1))
        return Decisions(wider)

    def stock(self, boundary: int) -> np.ndarray:
        """Gas in each store at a boundary between periods, GWh, shape (stores,).

        The solver's rounding below zero is none.
        """
        return np.asarray(np.maximum(self.by_variable[LEVEL][:, boundary], 0.0))


@dataclass(frozen=True)
class Step:
    """What is known when a plan is made.

    Attributes
    ----------
    since : date
        Day on which it is made.
    case : Case
        The numbers, as far as they are known on that day.
    boundaries : frozenset of date
        Days that aggregated periods keep on the way to the optimum (:func:`energy_model.fast.optimum`).
    number : int
        Which of the steps of a scenario this is, from 0.
    is_news : bool
        Whether anything has become known; if not, the plan is only put on finer periods.
    """

    since: date
    case: Case
    boundaries: frozenset[date] = frozenset()
    number: int = 0
    is_news: bool = True


@dataclass(frozen=True)
class Plan:
    """What is decided in a step.

    Attributes
    ----------
    step : Step
    compiled : Matrix
        The problem of the step's case.
    matrix : Matrix
        The same with the past frozen, and with the rows of a rule of allocation.
    solution : Solution
        Its optimum.
    start : Start or None
        Where a similar problem can start.
    first : int
        The first period, from 0, that this plan decides.
    """

    step: Step
    compiled: Matrix = field(repr=False)
    matrix: Matrix = field(repr=False)
    solution: Solution = field(repr=False)
    start: Start | None = field(repr=False)
    first: int

    @property
    def case(self) -> Case:
        """The numbers of the plan."""
        return self.step.case

    @cached_property
    def decisions(self) -> Decisions:
        """What the plan leaves to later ones."""
        return Decisions.of(self.matrix, self.solution)


Solver = Callable[[Matrix, Step, int], Shared]
"""Solves the problem of a step; the third argument is the first period that is still to be decided."""


def compiled(case: Case) -> Matrix:
    """The problem of a case."""
    return compile_model(build_model(case))


def next_plan(
    before: Plan | None,
    step: Step,
    solver: Solver,
    compile_case: Callable[[Case], Matrix] = compiled,
    unaware: tuple[date, Plan] | None = None,
) -> Plan:
    """The plan of a step after another one; that one itself, if nothing that matters has become known.

    Parameters
    ----------
    unaware : (date, Plan), optional
        Day of the last news, and the plan that stood before it, from which buyers of LNG outside the model depart with
        a lag; default is the day of the step and ``before``.
    """
    fresh = compile_case(step.case)
    if before is not None and fresh.equals(before.compiled):
        return before
    first = step.case.timeline.boundary_at(step.since)
    matrix = fresh
    if before is not None:
        matrix = before.decisions.frozen(fresh, first, step.case.timeline)
        news, old = unaware or (step.since, before)
        matrix = answer_with_lag(matrix, step.case, news, old.case, old.decisions.by_variable)
    found = solver(matrix, step, first)
    return Plan(step, fresh, found.matrix, found.solution, found.start, first)


def stages(steps: Iterable[Step], solver: Solver, compile_case: Callable[[Case], Matrix] = compiled) -> Iterator[Plan]:
    """The plan that stands after each step, in the order of the steps.

    A step that brings nothing new repeats the plan before, with the numbers that are known now.
    """
    plan: Plan | None = None
    unaware: tuple[date, Plan] | None = None
    for step in steps:
        if plan is not None and step.is_news:
            unaware = step.since, plan
        following = next_plan(plan, step, solver, compile_case, unaware)
        if following is plan:
            following = replace(plan, step=replace(plan.step, case=step.case))
        plan = following
        yield plan
