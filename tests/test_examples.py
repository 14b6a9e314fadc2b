"""Properties are tried on the same examples in every run, on whatever machine and after whatever other tests."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

CONSTANTS = [1_000.0 + number / 8.0 for number in range(400)]


def drawn() -> list[list[float]]:
    found: list[list[float]] = []

    @settings(max_examples=50)
    @given(st.lists(st.floats(0.0, 10_000.0), min_size=8))
    def draw(numbers: list[float]) -> None:
        found.append(numbers)

    draw()
    return found


def test_a_module_that_is_loaded_before_changes_no_example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = drawn()
    (tmp_path / "loaded_before.py").write_text(f"NUMBERS = {CONSTANTS}")
    monkeypatch.syspath_prepend(tmp_path)
    importlib.import_module("loaded_before")
    after = drawn()
    sys.modules.pop("loaded_before")

    assert len(before) > 40
    assert before == after


def test_neither_clock_nor_chance_decides_over_an_example() -> None:
    used = settings()

    assert (True, None, None) == (used.derandomize, used.database, used.deadline)
    assert HealthCheck.too_slow in used.suppress_health_check
