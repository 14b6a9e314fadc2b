"""The compiler's tests need nothing but the compiler: copied out with it they run as they stand."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers

# The same examples in every run, whatever modules are loaded and whatever else the machine does.
providers._get_local_constants = lambda: providers._local_constants
slow = [HealthCheck.too_slow]
settings.register_profile("repeatable", derandomize=True, database=None, deadline=None, suppress_health_check=slow)
settings.load_profile("repeatable")
