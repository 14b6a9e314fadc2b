"""How many networks a property is tried on: every example where the slow tests run too, a third of them without."""

from __future__ import annotations

_QUICK_SHARE, _FEWEST = 1.0 / 3.0, 8
_is_quick = False


def choose(marks: str) -> None:
    """Look at the expression that selects tests by their marks; called before any test is read."""
    global _is_quick
    _is_quick = "not slow" in marks


def tries(count: int) -> int:
    """Examples of a property that is worth ``count`` of them."""
    return max(_FEWEST, round(count * _QUICK_SHARE)) if _is_quick else count
