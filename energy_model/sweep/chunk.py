"""Solve the cases of one chunk, each from the nearest one solved, and pack their rows."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from energy_model.data.load import GasData
from energy_model.errors import EnergyModelError, StoppedError
from energy_model.lp import Matrix, Solution
from energy_model.lp.interrupt import wanted_until
from energy_model.lp.memory import give_back
from energy_model.model.again import Recompiler
from energy_model.scenario import Case, Scenario
from energy_model.scenario.base import base_case
from energy_model.solve.foresight import Solved, solve_scenario
from energy_model.sweep.axes import Value
from energy_model.sweep.cases import Failure, Study, shown
from energy_model.sweep.columns import Columns
from energy_model.sweep.order import Chunk
from energy_model.sweep.sealed import packed
from energy_model.sweep.warm import Chain

FAILED = "failed"


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


def job_of(study: Study, positions: Mapping[str, np.ndarray], number: int, chunk: Chunk) -> Job:
    """What a worker has to know of a chunk."""
    cases = [int(case) for case in chunk.cases]
    values = [{name: study.value(name, places[case]) for name, places in positions.items()} for case in cases]
    return Job(number, cases, values, [int(place) for place in chunk.after])


class Neighbours:
    """Solves scenarios that resemble each other: what did not change since the last one is not worked out again."""

    def __init__(self) -> None:
        self._chains: dict[int, Chain] = {}
        self._recompiler = Recompiler()
        self._near: tuple[GasData, Scenario, Case] | None = None

    def solve(self, scenario: Scenario, data: GasData) -> Solved:
        """The scenario's plans, each from the same plan of the scenario before or of the one gone back to.

        Raises
        ------
        SolveError
            If a plan has no certified optimum.
        """
        near = self._near[1:] if self._near is not None and self._near[0] is data else None
        base = base_case(data, scenario, near)
        self._near = (data, scenario, base)
        return solve_scenario(scenario, data, base=base, optimum=self._optimum, compiled=self._recompiler.matrix)

    def mark(self, name: int) -> None:
        """Keep where the case just solved has ended, to come back to it."""
        for chain in self._chains.values():
            chain.mark(name)

    def back_to(self, name: int) -> None:
        """Let the next case start where a marked one has ended."""
        for chain in self._chains.values():
            chain.back_to(name)

    def forget(self, name: int) -> None:
        """Nobody comes back to a marked case."""
        for chain in self._chains.values():
            chain.forget(name)

    def _optimum(self, matrix: Matrix, case: Case, plan: int) -> Solution:
        return self._chains.setdefault(plan, Chain()).solve(matrix, case)


def solve_chunk(study: Study, job: Job, stopped: Callable[[], bool] = lambda: False) -> Part:
    """Solve a chunk. A case that cannot be solved has its reason in its row; the others go on.

    Parameters
    ----------
    stopped : callable
        Asked before each case, and while the solver works, whether to give up.

    Raises
    ------
    StoppedError
        If it was told to.
    """
    with wanted_until(stopped):
        return _solve_chunk(study, job, stopped)


def _solve_chunk(study: Study, job: Job, stopped: Callable[[], bool]) -> Part:
    columns = Columns.of(study)
    neighbours = Neighbours()
    rows = {}
    last = {after: place for place, after in enumerate(job.after) if after != place - 1}  # to go back to a case
    for place, (case, values, after) in enumerate(zip(job.cases, job.values, job.after, strict=True)):
        if stopped():
            raise StoppedError(f"chunk {job.number} was given up")
        rows[case] = dict.fromkeys(columns.schema.names) | _given(values, columns) | {"case": case}
        try:
            if after != place - 1:
                neighbours.back_to(after)
            solved = neighbours.solve(study.scenario(values), study.world(values))
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
    del neighbours
    gc.collect()  # models refer to themselves; what they held is of no use to the next chunk
    give_back()
    failed = sum(row["status"] == FAILED for row in rows.values())
    content = packed([rows[case] for case in sorted(rows)], columns.schema, study.digest, job.number)
    return Part(job.number, content, len(rows), failed)


def _given(values: Mapping[str, Value | Failure | None], columns: Columns) -> dict[str, Value]:
    given = {name: shown(value) for name, value in values.items()}
    return {name: str(value) if columns.axes[name] == "text" else value for name, value in given.items()}
