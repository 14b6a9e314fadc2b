"""A process that is killed just before or just after it gives a file or folder its name.

Whatever the package writes takes its place by ``os.replace``, ``os.rename`` or by :func:`energy_model.files.exchange`;
these are the steps that are counted. The process that dies is a fork of the one that asks.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from energy_model import files

When = Literal["before", "after"]
Action = Callable[[], Any]

STEPS = ((os, "replace"), (os, "rename"), (files, "exchange"))


@contextmanager
def at_every_step(before: Action, after: Action) -> Iterator[None]:
    """Call something before and after each step."""
    known = [getattr(owner, name) for owner, name in STEPS]

    def watched(step: Callable[..., Any]) -> Callable[..., Any]:
        def take(*args: Any, **kwargs: Any) -> Any:
            before()
            found = step(*args, **kwargs)
            after()
            return found

        return take

    for (owner, name), step in zip(STEPS, known, strict=True):
        setattr(owner, name, watched(step))
    try:
        yield
    finally:
        for (owner, name), step in zip(STEPS, known, strict=True):
            setattr(owner, name, step)


def steps_of(action: Action) -> int:
    """How many steps something takes."""
    taken: list[None] = []
    with at_every_step(lambda: taken.append(None), lambda: None):
        action()
    return len(taken)


def killed(action: Action, step: int, when: When) -> bool:
    """Do something in a fork that is killed at a step, counted from 1; whether it got there."""
    child = os.fork()
    if child:
        return os.WIFSIGNALED(os.waitpid(child, 0)[1])
    try:
        with at_every_step(*_death(step, when)):
            action()
    finally:
        os._exit(0)


def _death(step: int, when: When) -> tuple[Action, Action]:
    count = 0

    def before() -> None:
        nonlocal count
        count += 1
        if (count, when) == (step, "before"):
            os.kill(os.getpid(), signal.SIGKILL)

    def after() -> None:
        if (count, when) == (step, "after"):
            os.kill(os.getpid(), signal.SIGKILL)

    return before, after


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder that is not hidden, and what is in it."""
    names = [path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file()]
    seen = [name for name in names if not any(part.startswith(".") for part in name.parts)]
    return {str(name): (folder / name).read_bytes() for name in seen}


def hidden(folder: Path) -> list[str]:
    """Hidden files and folders, at any depth."""
    return sorted(path.name for path in folder.rglob(".*"))
