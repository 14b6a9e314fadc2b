"""The command line. It talks; the library does not.

What ends a command early ends it in words: Ctrl-C, and the signals TERM and HUP alike, from the first import on.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from types import FrameType
from typing import Any

__all__ = ["EXIT_FAILED", "EXIT_INTERRUPTED", "app", "main"]

_HOME = {"EXIT_FAILED": "common", "EXIT_INTERRUPTED": "common", "app": "program"}
_LIKE_CTRL_C = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
_INTERRUPTED = 130
_OBJECTS_BETWEEN_COLLECTIONS = 50_000
"""Python's own 700 looks through everything that imports and tables leave in memory dozens of times in a run."""


def main() -> None:
    """Entry point of ``energy-model``."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError):  # no text stream, or a closed one
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS, *gc.get_threshold()[1:])
    _on_signals(_end_at_once)
    from energy_model.workers import THREADS

    for name in THREADS:  # sums of long vectors then end in the same digits on every machine, and in other processes
        os.environ.setdefault(name, "1")
    from energy_model.cli.program import app

    _on_signals(signal.default_int_handler)
    code = _ended(app)
    if code == _INTERRUPTED:
        # Nobody waits for a solver that was told to end; and Python would end by a signal, not by the code, if the
        # interruption reached it while a library ran code from text, as dataclasses do.
        _leave(_INTERRUPTED)
    gc.freeze()  # the system takes the memory back at once; nothing is gained by a look for what refers to itself
    sys.exit(code)


def _ended(app: Callable[[], object]) -> int | str | None:
    """Run the program; its exit code."""
    try:
        app()
    except KeyboardInterrupt:  # before or after the command itself
        _say_interrupted()
        return _INTERRUPTED
    except SystemExit as end:
        return end.code
    return 0


def _on_signals(handler: Any) -> None:
    """Let signals that end a program call a handler, except those that this process was told to ignore."""
    for name in _LIKE_CTRL_C:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, handler)


def _end_at_once(number: int, frame: FrameType | None) -> None:
    """While modules are imported nothing has been begun."""
    _say_interrupted()
    _leave(_INTERRUPTED)


def _say_interrupted() -> None:
    with suppress(OSError, ValueError):
        sys.stderr.write("interrupted; earlier outputs are untouched\n")


def _leave(code: int) -> None:
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"energy_model.cli.{_HOME[name]}"), name)
    raise AttributeError(f"module 'energy_model.cli' has no attribute {name!r}")
