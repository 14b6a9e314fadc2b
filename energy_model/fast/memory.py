"""Memory that has been freed, given back to the system."""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any


def give_back() -> None:
    """Return to the operating system what the C library keeps for later; a matter of milliseconds.

    Between two large problems the library keeps hundreds of megabytes in pieces the next one does not fit into. Where
    it has no such function (outside glibc), nothing happens.
    """
    trim = _trim()
    if trim is not None:
        trim(0)


@cache
def _trim() -> Any:
    try:
        return getattr(ctypes.CDLL(None), "malloc_trim", None)
    except (OSError, TypeError):  # Windows has no library of that name
        return None
