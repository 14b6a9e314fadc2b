"""Processes that share work with this one: how they begin, and that none outlives it.

They are started afresh (``spawn``), so that they depend on nothing that this process holds. Each ends by itself as soon
as this one has ended, however that came about, or has given the work up: it waits for the end of a pipe of which only
this process holds the other side. An interruption from the keyboard is for this process alone.
"""

from __future__ import annotations

import ast
import logging
import multiprocessing
import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnContext, SpawnProcess
from multiprocessing.queues import Queue
from pathlib import Path
from types import FrameType
from typing import Any, TypeVar

__all__ = ["BrokenProcessPool", "Workers", "processes", "usable"]

WORKERS_AT_MOST = 2
"""Processes that share the work of a briefing, unless somebody asks for more."""

THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
"""Environment variables for the number of threads that share a sum over a long array; it decides the last digits."""
UNGUARDED = (
    'the script has no `if __name__ == "__main__":` around the call, so other processes would run it again from the'
    " top: going on with one process (workers=1 says the same)"
)
_GIVEN_UP = 1

_log = logging.getLogger(__name__)
Answer = TypeVar("Answer")


def usable(wanted: int) -> int:
    """How many workers there can be: one, with a word of warning, in a script without a main guard."""
    if getattr(multiprocessing.current_process(), "_inheriting", False):
        sys.exit(_GIVEN_UP)  # a process that runs such a script again from the top; nobody needs it
    if wanted > 1 and _is_unguarded():
        _log.warning(UNGUARDED)
        return 1
    return wanted


def processes(wanted: int | None, jobs: int) -> int:
    """How many processes share some jobs: as many as are wanted, by default two, or one on a machine with one core."""
    most = min(WORKERS_AT_MOST, os.cpu_count() or 1) if wanted is None else wanted
    return usable(max(1, min(most, jobs)))


class Workers:
    """A pool of processes, to be used in a ``with`` block: left by an exception, all of them end at once.

    Parameters
    ----------
    count : int
        Processes at most; each begins when there is work for it.
    begin : callable
        Called in every process first, with the arguments that follow.
    """

    def __init__(self, count: int, begin: Callable[..., None], *args: Any) -> None:
        self._context = _Context()
        self._ends, self._holds = self._context.Pipe(duplex=False)
        self._given = self._context.Queue()
        self._pool = ProcessPoolExecutor(
            count, mp_context=self._context, initializer=_begin, initargs=(self._ends, self._given)
        )
        # By a queue and not with the start of a process, which would wait until the process has read all of it.
        for given in [pickle.dumps((begin, args))] * count:
            self._given.put(given)

    def submit(self, work: Callable[..., Answer], *args: Any) -> Future[Answer]:
        """Hand work to a process.

        Raises
        ------
        BrokenProcessPool
            If a process has died.
        """
        with _for_children():
            return self._pool.submit(work, *args)

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, error: object, *_: object) -> None:
        if error is not None:
            for process in self._context.begun:
                if process.pid is not None:
                    process.kill()
        self._given.cancel_join_thread()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._given.close()
        self._holds.close()
        self._ends.close()


class _Context(SpawnContext):
    """Starts processes afresh and remembers them."""

    def __init__(self) -> None:
        super().__init__()
        self.begun: list[SpawnProcess] = []

    def Process(self, *args: Any, **kwargs: Any) -> SpawnProcess:  # type: ignore[override]
        """Make a process, as the context of multiprocessing does."""
        self.begun.append(SpawnProcess(*args, **kwargs))
        return self.begun[-1]


def _begin(ends: Connection, given: Queue[bytes]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _held())
    threading.Thread(target=_end_with, args=(ends,), daemon=True).start()
    begin, args = pickle.loads(given.get())
    begin(*args)


def _end_with(other: Connection) -> None:
    """End this process when the other side of a pipe is gone."""
    try:
        other.recv_bytes()
    except (EOFError, OSError):
        os._exit(_GIVEN_UP)


@contextmanager
def _for_children() -> Iterator[None]:
    """What processes begun meanwhile inherit.

    One thread for arrays: more of them only wait for each other's turn. Signals that end a program are held back: here
    until the process has begun, there until it is ready for them.
    """
    with _signals_wait(), _one_thread():
        yield


@contextmanager
def _one_thread() -> Iterator[None]:
    before = {name: os.environ.get(name) for name in THREADS}
    os.environ.update(dict.fromkeys(THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value


@contextmanager
def _signals_wait() -> Iterator[None]:
    """Hold signals back: by the mask that a new process inherits, and by handlers that only take note of them.

    Another thread of this process may get a signal in spite of the mask; its handler is called in the main thread.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    noted: list[int] = []
    handlers: dict[signal.Signals, Any] = {}
    if threading.current_thread() is threading.main_thread():
        handlers = {number: signal.getsignal(number) for number in _held()}
        handlers = {number: handler for number, handler in handlers.items() if callable(handler)}
        for number in handlers:
            signal.signal(number, lambda number, _: noted.append(number))
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, _held())
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        for number, handler in handlers.items():
            signal.signal(number, handler)
        for arrived in noted:
            signal.raise_signal(arrived)


def _held() -> set[signal.Signals]:
    return {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}


def _is_unguarded() -> bool:
    """Whether the statement of the script that is being executed would be executed by a new process too."""
    main = sys.modules.get("__main__")
    file = getattr(main, "__file__", None)
    module = getattr(getattr(main, "__spec__", None), "name", "")
    if file is None or module.rpartition(".")[2] == "__main__":  # not run again by a new process
        return False
    line = _line_of(vars(main))
    if line is None:
        return False
    try:
        tree = ast.parse(Path(file).read_bytes())
    except (OSError, SyntaxError, ValueError):
        return False
    guards = [node for node in ast.walk(tree) if isinstance(node, ast.If) and "__name__" in ast.unparse(node.test)]
    return not any(guard.lineno <= line <= (guard.end_lineno or line) for guard in guards)


def _line_of(scope: dict[str, Any]) -> int | None:
    """Line of a module's own code that is being executed in this thread."""
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        if frame.f_globals is scope and frame.f_code.co_name == "<module>":
            return frame.f_lineno
        frame = frame.f_back
    return None
