"""Which examples a property is tried on, and how many: all where the slow tests run too, a third of them without."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers

_QUICK_SHARE, _FEWEST = 1.0 / 3.0, 8
_is_quick = False


def repeatable() -> None:
    """Draw the same examples in every run: a failure on one machine is a failure on all.

    Hypothesis draws some of its values from the constants of the modules that are loaded; which ones are depends on
    the files that a process happened to test before. So these constants stay empty. Nor does a busy machine count.
    """
    providers._get_local_constants = lambda: providers._local_constants
    slow = [HealthCheck.too_slow]
    settings.register_profile("repeatable", derandomize=True, database=None, deadline=None, suppress_health_check=slow)
    settings.load_profile("repeatable")


def choose(marks: str) -> None:
    """Look at the expression that selects tests by their marks; called before any test is read."""
    global _is_quick
    _is_quick = "not slow" in marks


def tries(count: int) -> int:
    """Examples of a property that is worth ``count`` of them."""
    return max(_FEWEST, round(count * _QUICK_SHARE)) if _is_quick else count
