"""Solve the cases of one chunk, each from the nearest one solved, and pack their rows."""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from energy_model.data.load import GasData
from energy_model.errors import EnergyModelError, StoppedError
from energy_model.fast import Chain, give_back
from energy_model.lp import Matrix, Solution
from energy_model.lp.interrupt import wanted_until
from energy_model.model.recompile import Recompiler
from energy_model.plan.foresight import Solved, solve_scenario
from energy_model.scenario import Case, Scenario
from energy_model.scenario.world import base_case, periods
from energy_model.sweep.axes import Value
from energy_model.sweep.cases import Failure, PreparedSweep, shown
from energy_model.sweep.columns import Columns
from energy_model.sweep.order import Chunk
from energy_model.sweep.sealed import packed
from energy_model.timeline import Timeline

FAILED = "failed"
WORLDS = 16
"""Worlds before measures, each on other periods and of 5 MB, that are kept for a later case with the same news days."""


@dataclass(frozen=True)
class Job:
    """A chunk: its number, its cases in the order in which they are solved, the values of their axes, and the place in
    the order of the case that each starts from, -1 for the first."""

    number: int
    cases: Sequence[int]
    values: Sequence[Mapping[str, Value | Failure | None]]
    after: Sequence[int]


@dataclass(frozen=True)
class Part:
    """A solved chunk as the bytes of a Parquet file."""

    number: int
    content: bytes
    cases: int
    failed: int


def job_of(study: PreparedSweep, positions: Mapping[str, np.ndarray], number: int, chunk: Chunk) -> Job:
    """The job that a worker gets for a chunk; ``positions`` are by axis, 0 to 1, shape (points, dimensions)."""
    cases = [int(case) for case in chunk.cases]
    values = [study.values(case, positions) for case in cases]
    return Job(number, cases, values, [int(place) for place in chunk.after])


class Neighbours:
    """Solves similar scenarios one after the other; what did not change since the last one is reused."""

    def __init__(self) -> None:
        self._chains: dict[tuple[int, bool], Chain] = {}
        self._last: dict[int, tuple[Matrix, Solution]] = {}
        self._beside = self._staged = False
        self._recompiler = Recompiler()
        self._near: dict[Timeline, tuple[Scenario, Case]] = {}
        self._data: GasData | None = None

    def solve(
        self, scenario: Scenario, data: GasData, *, with_cut: bool = True, plan_days: Collection[date] = ()
    ) -> Solved:
        """The scenario's plans, each from the same plan of the scenario before or of the one gone back to.

        Parameters
        ----------
        with_cut : bool
            Whether the cut comes: plans made in the knowledge of it start from each other, and so do the others.
        plan_days : collection of date
            Days on which the scenario that it is compared with has news.

        Raises
        ------
        SolveError
            If a plan has no certified optimum.
        """
        if self._data is not data:
            self._data, self._near = data, {}
        self._beside = not with_cut
        self._staged = scenario.foresight == "surprise"
        return solve_scenario(
            scenario,
            data,
            plan_days=plan_days,
            worlds=lambda announced: self._world(scenario, data, announced),
            optimum=self._optimum,
            compile_case=self._recompiler.matrix,
        )

    def _world(self, scenario: Scenario, data: GasData, announced: tuple[date, ...]) -> Case:
        """The world before measures; from the last one on the same periods what has not changed."""
        line = periods(data, scenario, announced)
        world = base_case(data, scenario, self._near.pop(line, None), announced)
        if len(self._near) >= WORLDS:
            del self._near[next(iter(self._near))]
        self._near[line] = scenario, world
        return world

    def mark(self, name: int) -> None:
        """Store the basis of the case just solved, as a start for a later one."""
        for chain in self._chains.values():
            chain.mark(name)

    def back_to(self, name: int) -> None:
        """Start the next case from the stored basis of an earlier one."""
        for chain in self._chains.values():
            chain.back_to(name)

    def forget(self, name: int) -> None:
        """Drop the stored basis of a case."""
        for chain in self._chains.values():
            chain.forget(name)

    def _optimum(self, matrix: Matrix, case: Case, plan: int) -> Solution:
        """A plan that the case before has made already, since both have the same past and expectations, stands."""
        if plan in self._last and matrix.equals(self._last[plan][0]):
            return self._last[plan][1]
        self._last.pop(plan, None)
        before = self._chains.get(self._lane(plan - 1))
        found = self._chains.setdefault(self._lane(plan), Chain()).solve(matrix, case, before)
        self._last[plan] = matrix, found
        return found

    def _lane(self, plan: int) -> tuple[int, bool]:
        """Which plans start from each other: nobody knows in the first of a surprise whether the cut comes."""
        return plan, self._beside and (plan > 0 or not self._staged)


def solve_chunk(
    study: PreparedSweep,
    job: Job,
    stopped: Callable[[], bool] = lambda: False,
    at: Callable[[int, int], None] = lambda number, cases: None,
) -> Part:
    """Solve a chunk. A case that cannot be solved has its reason in its row; the others go on.

    Parameters
    ----------
    stopped : callable
        Asked before each case, and while the solver works, whether to give up.
    at : callable
        Told the number of the chunk, and how many of its cases have been solved, after each case.

    Raises
    ------
    StoppedError
        If it was told to.
    """
    with wanted_until(stopped):
        return _solve_chunk(study, job, stopped, at)


def _solve_chunk(study: PreparedSweep, job: Job, stopped: Callable[[], bool], at: Callable[[int, int], None]) -> Part:
    columns = Columns.of(study)
    neighbours = Neighbours()
    rows = {}
    last = {after: place for place, after in enumerate(job.after) if after != place - 1}  # to go back to a case
    for place, (case, values, after) in enumerate(zip(job.cases, job.values, job.after, strict=True)):
        if stopped():
            raise StoppedError(f"chunk {job.number} was given up")
        with_cut = study.with_cut(case)
        rows[case] = dict.fromkeys(columns.schema.names) | _given(values, columns) | _place(study, case)
        rows[case] |= {} if with_cut else dict.fromkeys(study.axes_of_the_cut)
        try:
            if after != place - 1:
                neighbours.back_to(after)
            scenario = study.scenario(values, with_cut=with_cut)
            days = study.plan_days(values, with_cut=with_cut)
            solved = neighbours.solve(scenario, study.world(values), with_cut=with_cut, plan_days=days)
            rows[case] |= {"status": solved.solution.status, "reason": "", **columns.numbers(solved)}
            if place in last:
                neighbours.mark(place)
        except StoppedError:
            raise
        except EnergyModelError as error:
            rows[case] |= {"status": FAILED, "reason": str(error)}
        except Exception as error:  # whatever it is, it must not stop the cases that follow
            rows[case] |= {"status": FAILED, "reason": f"unexpected {type(error).__name__}: {error}"}
        if last.get(after) == place:
            neighbours.forget(after)
        at(job.number, place + 1)
    del neighbours
    gc.collect()  # models refer to themselves; what they held is of no use to the next chunk
    give_back()
    failed = sum(row["status"] == FAILED for row in rows.values())
    content = packed([rows[case] for case in sorted(rows)], columns.schema, study.digest, job.number)
    return Part(job.number, content, len(rows), failed)


def _place(study: PreparedSweep, case: int) -> dict[str, object]:
    """What a row says of its case before it is solved."""
    return {
        "case": case,
        "point": study.point(case),
        "with_cut": study.with_cut(case),
        "weight": study.weight(case),
    }


def _given(values: Mapping[str, Value | Failure | None], columns: Columns) -> dict[str, Value]:
    given = {name: shown(value) for name, value in values.items()}
    return {name: str(value) if columns.axes[name] == "text" else value for name, value in given.items()}
