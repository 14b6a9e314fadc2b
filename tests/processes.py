"""Other processes as tests see them: whether they live, and what of the processor they have used."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

PATIENCE_SECONDS = 300.0
"""How long a test waits for what comes at once, whatever else the machine does, before it says that it failed."""
HAS_PROC = Path("/proc/self/stat").exists()


def state_of(pid: int) -> list[str]:
    """Fields of a process after its name, as Linux tells them; none if it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def is_alive(pid: int) -> bool:
    """Whether a process lives; one that has ended and is not waited for does not."""
    return state_of(pid)[:1] not in ([], ["Z"])


def are_gone(pids: Sequence[int]) -> bool:
    """Wait until none of some processes is alive; whether that came about."""
    until = time.monotonic() + PATIENCE_SECONDS
    while any(is_alive(pid) for pid in pids) and time.monotonic() < until:
        time.sleep(0.02)
    return not any(is_alive(pid) for pid in pids)


def processor_seconds(pid: int) -> float:
    """What a living process has used of the processor: it does not grow while others have their turn."""
    user, system = state_of(pid)[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
