"""A call of the solver ends when nobody waits for it any more."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator

import pytest

from energy_model.lp import StoppedError, interrupt

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals are sent this way on POSIX only")

PATIENCE_SECONDS = 300.0
"""How long the stand-in works if nobody tells it to end: longer than the busiest machine needs for a test."""


class Endless:
    """Stands for HiGHS: works, out of Python's reach, until its time limit is over."""

    def __init__(self) -> None:
        self.limit = threading.Event()
        self.began = threading.Event()
        self.ended_by_itself = False

    def run(self) -> None:
        self.began.set()
        self.ended_by_itself = not self.limit.wait(PATIENCE_SECONDS)

    def setOptionValue(self, name: str, value: float) -> None:
        assert (name, value) == ("time_limit", 0.0)
        self.limit.set()


@pytest.fixture
def _ctrl_c_is_heard() -> Iterator[None]:
    """A shell's background jobs ignore Ctrl-C, and hand that down."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_ctrl_c_is_heard")
def test_ctrl_c_ends_a_call_of_the_solver_in_the_main_thread_at_once() -> None:
    class Interrupted(Endless):
        def run(self) -> None:
            signal.raise_signal(signal.SIGINT)
            super().run()

    solver = Interrupted()
    with pytest.raises(KeyboardInterrupt):
        interrupt.run(solver)

    assert solver.limit.is_set()
    assert not solver.ended_by_itself


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
