"""The compiler's tests need nothing but the compiler: copied out with it they run as they stand."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, database=None, deadline=None)
settings.load_profile("repeatable")
