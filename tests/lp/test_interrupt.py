"""A call of the solver ends when nobody waits for it any more."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest

from energy_model.lp import StoppedError, interrupt

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals are sent this way on POSIX only")

IN_TIME_SECONDS = 3.0


class Endless:
    """Stands for HiGHS: works, out of Python's reach, until its time limit is over."""

    def __init__(self) -> None:
        self.limit = threading.Event()
        self.began = threading.Event()

    def run(self) -> None:
        self.began.set()
        self.limit.wait(60.0)

    def setOptionValue(self, name: str, value: float) -> None:
        assert (name, value) == ("time_limit", 0.0)
        self.limit.set()


def test_ctrl_c_ends_a_call_of_the_solver_in_the_main_thread_at_once() -> None:
    solver = Endless()
    threading.Timer(0.5, lambda: signal.raise_signal(signal.SIGINT)).start()
    began = time.monotonic()

    with pytest.raises(KeyboardInterrupt):
        interrupt.run(solver)

    assert time.monotonic() - began < IN_TIME_SECONDS
    assert solver.limit.is_set()


def test_a_call_of_the_solver_ends_when_its_result_is_no_longer_wanted() -> None:
    solver = Endless()

    with pytest.raises(StoppedError), interrupt.wanted_until(solver.began.is_set):
        interrupt.run(solver)

    assert solver.limit.is_set()


def test_what_goes_wrong_in_the_solver_is_raised_where_it_was_called() -> None:
    class Broken(Endless):
        def run(self) -> None:
            raise MemoryError

    with pytest.raises(MemoryError):
        interrupt.run(Broken())
