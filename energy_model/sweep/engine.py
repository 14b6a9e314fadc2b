"""Run a sweep: chunks shared between this process and others, results stored as they come."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from ctypes import c_bool
from dataclasses import dataclass
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pandas as pd

from energy_model.data.load import GasData, load_data
from energy_model.sweep.cases import Study, prepare
from energy_model.sweep.chunk import Job, Part, job_of, solve_chunk
from energy_model.sweep.folder import Folder, read_results
from energy_model.sweep.order import chunks
from energy_model.sweep.plan import Plan, find_plan, load_plan

_log = logging.getLogger(__name__)
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")

Progress = Callable[[int, int, int], None]
"""Told how many cases are done, how many there are, and how many failed."""


@dataclass(frozen=True)
class Sweep:
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
        never a byte of the results. A script that asks for more than one must guard its main part with
        ``if __name__ == "__main__"``.
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
    todo = [(number, chunk) for number, chunk in everything if not folder.is_done(number, len(chunk.cases))]
    todo.sort(key=lambda numbered: -len(numbered[1].cases))  # the longest first, so that workers end together
    solved = {number for number, _ in everything} - {number for number, _ in todo}
    count = _Count(study.count, progress)
    count.add(
        sum(len(chunk.cases) for number, chunk in everything if number in solved), sum(map(folder.failed, solved))
    )
    resumed = count.done
    jobs = (job_of(study, positions, number, chunk) for number, chunk in todo)
    with closing(_solved(study, jobs, len(todo), workers, scheduler)) as parts:
        for part in parts:
            folder.store(part)
            count.add(part.cases, part.failed)
    return Sweep(folder.path, study.count, count.failed, resumed)


class _Count:
    def __init__(self, total: int, progress: Progress | None) -> None:
        self.total, self.progress = total, progress
        self.done = self.failed = 0

    def add(self, cases: int, failed: int) -> None:
        self.done += cases
        self.failed += failed
        if self.progress is not None:
            self.progress(self.done, self.total, self.failed)


def _solved(
    study: Study, jobs: Iterator[Job], count: int, workers: int, scheduler: str | None
) -> Generator[Part, None, None]:
    if scheduler is not None:
        from energy_model.sweep.cluster import solved_on_cluster

        yield from solved_on_cluster(study, jobs, scheduler)
    elif min(workers, count) > 1:
        yield from _Workers(study, min(workers, count)).solved(jobs)
    else:
        for job in jobs:
            yield solve_chunk(study, job)


class _Workers:
    """A thread of this process, which begins at once, and processes beside it, which need seconds to start.

    Each has one chunk at a time, so that memory does not grow with their number and nobody waits for a chunk that
    another one holds back.
    """

    def __init__(self, study: Study, count: int) -> None:
        self._study, self._count = study, count
        self._here = ThreadPoolExecutor(1)
        context = get_context("spawn")
        self._stopped = context.RawValue(c_bool, False)
        self._beside = ProcessPoolExecutor(
            count - 1, mp_context=context, initializer=_keep, initargs=(study, self._stopped)
        )
        self._own: Future[Part] | None = None

    def solved(self, jobs: Iterator[Job]) -> Iterator[Part]:
        """Chunks as they are done. If a process dies, this one goes on alone."""
        waiting: dict[Future[Part], Job] = {}
        with _one_thread_each():
            try:
                while True:
                    while len(waiting) < self._count and (job := next(jobs, None)) is not None:
                        try:
                            waiting[self._submitted(job)] = job
                        except BrokenProcessPool:
                            jobs = self._alone(job, jobs)
                    if not waiting:
                        return
                    for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                        job = waiting.pop(future)
                        self._own = None if future is self._own else self._own
                        try:
                            part = future.result()
                        except BrokenProcessPool:
                            jobs = self._alone(job, jobs)
                            continue
                        yield part
            finally:
                self._stopped.value = True
                self._here.shutdown(wait=True, cancel_futures=True)
                self._beside.shutdown(wait=True, cancel_futures=True)

    def _submitted(self, job: Job) -> Future[Part]:
        if self._own is None:
            self._own = self._here.submit(solve_chunk, self._study, job, lambda: self._stopped.value)
            return self._own
        return self._beside.submit(_one, job)

    def _alone(self, lost: Job, jobs: Iterator[Job]) -> Iterator[Job]:
        """Without the processes; what was lost comes first."""
        if self._count > 1:
            _log.warning("a solving process stopped; going on with this one")
        self._count = 1
        return chain([lost], jobs)


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Processes begun meanwhile use one thread for arrays: more of them only wait for each other's turn."""
    before = {name: os.environ.get(name) for name in THREADS}
    os.environ.update(dict.fromkeys(THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value


_kept: tuple[Study, Any] | None = None


def _keep(study: Study, stopped: Any) -> None:
    """Hold the study in a solving process, so that it travels once, and the word that it is to stop."""
    global _kept
    _kept = study, stopped


def _one(job: Job) -> Part:
    assert _kept is not None  # a solving process has been given the study
    study, stopped = _kept
    return solve_chunk(study, job, lambda: stopped.value)
