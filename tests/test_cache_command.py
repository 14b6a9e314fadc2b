"""What is kept between calls can be looked at and deleted, and nothing else goes with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from toy_package import write_toy
from typer.testing import CliRunner

from energy_model import load_data
from energy_model.cli import app
from energy_model.data import cache
from energy_model.report.finished import FOLDER
from energy_model.report.run_cache import RUNS


def said(*words: str) -> str:
    done = CliRunner().invoke(app, list(words))
    assert 0 == done.exit_code, done.output
    return done.output


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "kept"))
    return tmp_path / "kept"


def test_what_is_kept_is_shown_and_deleted_and_read_anew(place: Path, tmp_path: Path) -> None:
    package = write_toy(tmp_path / "toy")
    before = load_data(package)
    seal, own = place / FOLDER / "one.json", place / "my notes.txt"
    solved = place / RUNS / f"{0:064x}" / "about.json"
    for file in (seal, solved):
        file.parent.mkdir(parents=True)
        file.write_text("{}", encoding="utf-8")
    own.write_text("mine", encoding="utf-8")

    shown = said("cache", "show")
    assert f"folder: {place}" in shown
    assert "tables of data packages: 1," in shown
    assert "seals of finished briefings: 1," in shown
    assert "solved scenarios, their figures, ranges and answers: 1, 0.0 MB" in shown

    assert "deleted: 3 files and folders" in said("cache", "clear")
    assert [own] == [path for path in place.rglob("*") if path.is_file()]
    assert "tables of data packages: 0, 0.0 MB" in said("cache", "show")
    after = load_data(package)
    assert before.digest == after.digest
    assert all(before[name].equals(after[name]) for name in before.tables)


def test_without_a_cache_there_is_nothing_to_show_or_delete(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(cache.VARIABLE, cache.OFF)

    assert "folder: none" in said("cache", "show")
    assert "deleted: 0 files and folders in none" in said("cache", "clear")


def test_a_folder_that_is_not_there_yet_is_no_error(place: Path) -> None:
    assert "tables of data packages: 0, 0.0 MB" in said("cache", "show")
    assert "deleted: 0 files" in said("cache", "clear")
    assert not place.exists()
