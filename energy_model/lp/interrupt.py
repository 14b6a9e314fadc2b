"""A call of HiGHS that can be broken off.

While HiGHS works, Python does not see that somebody pressed Ctrl-C, or that the work is no longer wanted. So it works
in a thread of its own, and the one that asked waits where it can be reached. HiGHS looks at its time limit at every
step: without any time left it comes back, within a second on the largest problems here.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from .errors import StoppedError

LOOK_SECONDS = 0.1
"""How often somebody who waits looks whether the work is still wanted."""
PATIENCE_SECONDS = 2.0
"""How long HiGHS may take to come back before it is left to itself."""

_of_thread = threading.local()


@contextmanager
def wanted_until(stopped: Callable[[], bool]) -> Iterator[None]:
    """Let every call of HiGHS from this thread end with :class:`StoppedError` once the work is no longer wanted."""
    before = getattr(_of_thread, "stopped", None)
    _of_thread.stopped = stopped
    try:
        yield
    finally:
        _of_thread.stopped = before


def run(highs: Any) -> None:
    """Run HiGHS.

    Raises
    ------
    KeyboardInterrupt
        In the main thread, within seconds.
    StoppedError
        If the work is no longer wanted (:func:`wanted_until`).
    """
    stopped: Callable[[], bool] | None = getattr(_of_thread, "stopped", None)
    if stopped is None and threading.current_thread() is not threading.main_thread():
        highs.run()  # nobody can reach this thread
        return
    done, failed = threading.Event(), []

    def work() -> None:
        try:
            highs.run()
        except BaseException as error:
            failed.append(error)
        finally:
            done.set()

    try:
        try:
            threading.Thread(target=work, name="HiGHS", daemon=True).start()
        except RuntimeError:  # no memory for another thread
            work()
        while not done.wait(LOOK_SECONDS):
            if stopped is not None and stopped():
                raise StoppedError("the solver was told to end before it had a result")
    except BaseException:
        highs.setOptionValue("time_limit", 0.0)
        done.wait(PATIENCE_SECONDS)
        raise
    if failed:
        raise failed[0]
