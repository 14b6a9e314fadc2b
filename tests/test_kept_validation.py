"""Replay and published results are made once for data and code, and taken over by every later briefing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from report_fixtures import real_data, small_validation
from toy_package import toy_data

from energy_model.data.cache import OFF, VARIABLE
from energy_model.report import kept_validation
from energy_model.report.kept_tables import OBJECTS
from energy_model.report.kept_validation import OF_REPLAY, known_validation, new_validation
from energy_model.report.run_cache import RUNS, Kept

CALLS: list[object] = []


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of a test's own, and a validation that is at hand."""
    made = small_validation()
    monthly = pd.DataFrame({"era": ["a", "b"], "month": pd.to_datetime(["2021-01-01"] * 2), "modelled": [0.1, None]})
    made = replace(
        made, replay=replace(made.replay, series=monthly, internal_flows=monthly.assign(name="Land to land"))
    )
    published = made.published.table.astype({"reproduced": "boolean"})
    made = replace(made, published=replace(made.published, table=published))
    CALLS.clear()
    monkeypatch.setenv(VARIABLE, str(tmp_path / "kept"))
    monkeypatch.setattr(kept_validation, "replay", lambda data: CALLS.append(data) or made.replay)
    monkeypatch.setattr(kept_validation, "anchors", lambda data: made.published)
    return tmp_path


def test_it_is_given_back_to_the_bit(place: Path) -> None:
    data = real_data()
    kept = Kept(place, data)
    before = known_validation(data, kept, place)
    found = new_validation(data, kept, place)
    again = known_validation(data, Kept(place / "elsewhere", data), place)

    assert before is None
    assert 1 == len(CALLS)
    assert again is not None
    for name in OF_REPLAY:
        pd.testing.assert_frame_equal(getattr(found.replay, name), getattr(again.replay, name), check_exact=True)
    pd.testing.assert_frame_equal(found.published.table, again.published.table, check_exact=True)
    assert found.replay.titles.items() <= again.replay.titles.items()


def test_other_data_a_damaged_file_and_a_fresh_call_have_none(place: Path) -> None:
    data = real_data()
    new_validation(data, Kept(place, data), place)
    fresh = Kept(place, data)
    fresh.begin([], fresh=True)

    assert known_validation(data, fresh, place) is None
    assert known_validation(toy_data(), Kept(place, toy_data()), place) is None
    for file in (place / "kept" / RUNS).rglob(OBJECTS):
        file.write_text("[]", encoding="utf-8")
    assert known_validation(data, Kept(place, data), place) is None


def test_without_a_cache_folder_it_is_made_and_not_kept(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, OFF)
    data = real_data()

    assert len(new_validation(data, Kept(place, data), place).published.table) > 0
    assert known_validation(data, Kept(place, data), place) is None
