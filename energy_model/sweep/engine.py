"""Run a sweep: chunks shared between this process and others, results stored as they come."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import pandas as pd

from energy_model.data.load import GasData, load_data
from energy_model.show import Card, Shown, counted
from energy_model.sweep.cases import PreparedSweep, prepare
from energy_model.sweep.chunk import Job, Part, job_of, solve_chunk
from energy_model.sweep.folder import Folder, read_results
from energy_model.sweep.order import chunks
from energy_model.sweep.plan import Plan, find_plan, load_plan
from energy_model.workers import BrokenProcessPool, Workers, usable

_log = logging.getLogger(__name__)

Progress = Callable[[int, int, int], None]
"""Told how many cases are done, with those of the chunk that this process is solving, how many there are, and how many
of the chunks that are done failed."""
SECONDS_BETWEEN_LOOKS = 5.0
"""After so long without a chunk that is done, what the thread beside has solved of its own is told."""


@dataclass(frozen=True, repr=False)
class Sweep(Shown):
    """A finished sweep.

    Attributes
    ----------
    folder : Path
        Where it is stored.
    cases, failed : int
        How many there are, and how many have no result.
    resumed : int
        Cases that an earlier run had solved.
    """

    folder: Path
    cases: int
    failed: int
    resumed: int

    def card(self) -> Card:
        """What the sweep says of itself."""
        return Card(
            f"Sweep: {counted(self.cases, 'case')}",
            [
                ("failed", f"{counted(self.failed, 'case')} without a result"),
                ("resumed", f"{counted(self.resumed, 'case')} solved by an earlier run"),
                ("stored in", self.folder),
            ],
            then=(("sweep.frame()", "a row for each case"), (f"energy-model risk {self.folder}", "what they say")),
        )

    def frame(self) -> pd.DataFrame:
        """All rows, in the order of the cases."""
        return read_results(self.folder)


def run_sweep(
    plan: Plan | str | os.PathLike[str],
    out_dir: str | os.PathLike[str],
    *,
    data: GasData | None = None,
    workers: int = 2,
    scheduler: str | None = None,
    fresh: bool = False,
    progress: Progress | None = None,
) -> Sweep:
    """Solve every case of a plan; chunks that the folder already holds are not solved again.

    Parameters
    ----------
    plan : Plan or path or str
        A plan, its file, or the name of one that comes with the data.
    out_dir : path
        Folder of the results.
    workers : int
        Chunks solved at a time, one in this process and each other in one of its own; their number changes the time,
        never a byte of the results. A script that asks for more than one guards its main part with
        ``if __name__ == "__main__"``, else one does the work.
    scheduler : str, optional
        Address of a Dask scheduler, such as ``tcp://host:8786``: its workers solve, ``workers`` is not used.
    fresh : bool
        Remove what the folder holds of a sweep, instead of going on with it.

    Raises
    ------
    ScenarioError
        With every problem of the plan at once.
    OutputError
        If the folder cannot be written, or holds another sweep.
    """
    data = data if data is not None else load_data()
    chosen = plan if isinstance(plan, Plan) else load_plan(find_plan(plan, data.root))
    study = prepare(chosen, data)
    folder = Folder(Path(out_dir), study, fresh=fresh)
    positions = study.positions()
    everything = list(enumerate(chunks(study, positions)))
    failed = {number: folder.stored(number, sorted(map(int, chunk.cases))) for number, chunk in everything}
    todo = [(number, chunk) for number, chunk in everything if failed[number] is None]
    todo.sort(key=lambda numbered: -len(numbered[1].cases))  # the longest first, so that workers end together
    count = _Count(study.count, progress)
    count.add(
        sum(len(chunk.cases) for number, chunk in everything if failed[number] is not None),
        sum(number or 0 for number in failed.values()),
    )
    resumed = count.done
    jobs = (job_of(study, positions, number, chunk) for number, chunk in todo)
    with closing(_solved(study, jobs, len(todo), workers, scheduler, count)) as parts:
        for part in parts:
            folder.store(part)
            count.under_way.pop(part.number, None)
            count.add(part.cases, part.failed)
    return Sweep(folder.path, study.count, count.failed, resumed)


class _Count:
    def __init__(self, total: int, progress: Progress | None) -> None:
        self.total, self.progress = total, progress
        self.done = self.failed = 0
        self.under_way: dict[int, int] = {}

    def add(self, cases: int, failed: int) -> None:
        self.done += cases
        self.failed += failed
        self.tell()

    def at(self, number: int, cases: int) -> None:
        """Note how far a chunk is that this process is solving."""
        self.under_way[number] = cases

    def tell(self) -> None:
        if self.progress is not None:
            self.progress(self.done + sum(self.under_way.copy().values()), self.total, self.failed)


def _solved(
    study: PreparedSweep, jobs: Iterator[Job], chunks: int, workers: int, scheduler: str | None, count: _Count
) -> Generator[Part, None, None]:
    if scheduler is not None:
        from energy_model.sweep.cluster import solved_on_cluster

        yield from solved_on_cluster(study, jobs, scheduler)
    elif (side_by_side := usable(min(workers, chunks))) > 1:
        yield from _Workers(study, side_by_side, count).solved(jobs)
    else:

        def at(number: int, cases: int) -> None:
            count.at(number, cases)
            count.tell()

        for job in jobs:
            yield solve_chunk(study, job, at=at)


class _Workers:
    """A thread of this process, which begins at once, and processes beside it, which need seconds to start.

    Each has one chunk at a time, so that memory does not grow with their number and nobody waits for a chunk that
    another one holds back.
    """

    def __init__(self, study: PreparedSweep, count: int, cases: _Count) -> None:
        self._study, self._count, self._cases = study, count, cases
        self._here = ThreadPoolExecutor(1)
        self._stopped = threading.Event()
        self._own: Future[Part] | None = None

    def solved(self, jobs: Iterator[Job]) -> Iterator[Part]:
        """Chunks as they are done. If a process dies, this one goes on alone."""
        waiting: dict[Future[Part], Job] = {}
        with Workers(self._count - 1, _keep, self._study) as beside:
            try:
                while True:
                    while len(waiting) < self._count and (job := next(jobs, None)) is not None:
                        try:
                            waiting[self._submitted(job, beside)] = job
                        except BrokenProcessPool:
                            jobs = self._alone(job, jobs)
                    if not waiting:
                        return
                    ended = wait(waiting, SECONDS_BETWEEN_LOOKS, FIRST_COMPLETED).done
                    if not ended:
                        self._cases.tell()
                    for future in ended:
                        job = waiting.pop(future)
                        self._own = None if future is self._own else self._own
                        try:
                            part = future.result()
                        except BrokenProcessPool:
                            jobs = self._alone(job, jobs)
                            continue
                        yield part
            finally:
                self._stopped.set()
                self._here.shutdown(wait=True, cancel_futures=True)

    def _submitted(self, job: Job, beside: Workers) -> Future[Part]:
        if self._own is None:
            self._own = self._here.submit(solve_chunk, self._study, job, self._stopped.is_set, self._cases.at)
            return self._own
        return beside.submit(_one, job)

    def _alone(self, lost: Job, jobs: Iterator[Job]) -> Iterator[Job]:
        """Without the processes; what was lost comes first."""
        if self._count > 1:
            _log.warning("a solving process stopped; going on with this one")
        self._count = 1
        return chain([lost], jobs)


_kept: PreparedSweep | None = None


def _keep(study: PreparedSweep) -> None:
    """Hold the study in a solving process, so that it travels once."""
    global _kept
    _kept = study


def _one(job: Job) -> Part:
    assert _kept is not None  # a solving process has been given the study
    return solve_chunk(_kept, job)
