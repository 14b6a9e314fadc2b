"""The cache of typed tables: the same data as the files hold, or no cache at all."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from energy_model.data import cache, seal
from energy_model.data.home import COMMON
from energy_model.data.load import GasData, load_data
from energy_model.data.package import Package
from energy_model.errors import DataError


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "cache"
    monkeypatch.setenv(cache.VARIABLE, str(place))
    return place


@pytest.fixture(scope="module")
def sealed(data: GasData, small_package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("sealed") / "data"
    shutil.copytree(data.root.parent / COMMON, home / COMMON)
    shutil.copytree(small_package, home / data.root.name)
    seal(home / data.root.name)
    return home / data.root.name


@pytest.fixture
def package(sealed: Path, tmp_path: Path) -> Path:
    """A sealed copy of the package and of what vintages share, which may be edited."""
    return Path(shutil.copytree(sealed.parent, tmp_path / "data")) / sealed.name


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def from_files(path: Path, monkeypatch: pytest.MonkeyPatch) -> GasData:
    """The package read without a cache."""
    with monkeypatch.context() as patch:
        patch.setenv(cache.VARIABLE, "off")
        return load_data(path)


def assert_same(one: GasData, other: GasData) -> None:
    assert one.digest == other.digest
    assert list(one.tables) == list(other.tables)
    for name, table in one.tables.items():
        pd.testing.assert_frame_equal(table, other[name], check_exact=True)
        assert [type(value) for value in table.iloc[0]] == [type(value) for value in other[name].iloc[0]]


def test_data_from_the_cache_are_those_of_the_files_in_every_type_and_value(
    folder: Path, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, plain = load_data(package), from_files(package, monkeypatch)
    monkeypatch.setattr("energy_model.data.load.read_tables", None)  # no file is parsed again

    second = load_data(package)

    assert 1 == len(files(folder))
    assert_same(plain, first)
    assert_same(plain, second)


def test_tables_from_the_cache_are_guarded_against_changes_in_memory(folder: Path, package: Path) -> None:
    load_data(package)
    world = load_data(package)
    before = world.digest

    world["nodes"].loc[0, "latitude"] = 89.0

    assert ["nodes"] == world.changed
    assert before != world.digest
    assert before == load_data(package).digest


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"something else altogether",
        lambda content: content[: len(content) // 2],
        lambda content: content.replace(b"Germany", b"Austria", 1),
    ],
)
def test_a_damaged_or_foreign_file_is_made_anew(
    folder: Path, package: Path, damage: object, caplog: pytest.LogCaptureFixture
) -> None:
    before = load_data(package)
    (kept,) = files(folder)
    sound = kept.read_bytes()
    kept.write_bytes(damage(sound))  # type: ignore[operator]
    assert sound != kept.read_bytes()

    world = load_data(package)

    assert sound == kept.read_bytes()
    assert [] == caplog.records
    assert_same(before, world)


def test_a_changed_byte_is_read_and_checked_anew(folder: Path, package: Path) -> None:
    demand = package / "demand_annual.csv"
    before = load_data(package)
    text = demand.read_text(encoding="utf-8")
    demand.write_text(text + text.splitlines()[1] + "\n", encoding="utf-8")

    with pytest.raises(DataError, match="occurs more than once"):
        load_data(package)

    demand.write_text(text, encoding="utf-8")
    assert_same(before, load_data(package))


def test_every_file_and_the_descriptor_decide_which_content_is_meant(folder: Path, package: Path) -> None:
    known = {cache._name(Package.open(package))}
    for resource in Package.open(package).resources.values():
        file = resource.file
        assert file.is_relative_to(package.parent)
        content = file.read_bytes()
        file.write_bytes(content + b" ")
        known.add(cache._name(Package.open(package)))
        file.write_bytes(content)
    descriptor = package / "datapackage.json"
    descriptor.write_text(descriptor.read_text(encoding="utf-8").replace('"title"', '"title" ', 1), encoding="utf-8")
    assert cache._name(Package.open(package)) in known  # a blank in the JSON says nothing
    descriptor.write_text(descriptor.read_text(encoding="utf-8").replace('"date"', '"string"', 1), encoding="utf-8")
    known.add(cache._name(Package.open(package)))

    assert len(Package.open(package).resources) + 2 == len(known)


def test_a_package_that_is_being_edited_leaves_nothing_behind(folder: Path, package: Path) -> None:
    prices = package / "prices.csv"
    prices.write_bytes(prices.read_bytes() + b"\n")  # a blank line: other bytes, the same table
    with pytest.raises(DataError, match=r"prices\.csv"):
        load_data(package)
    assert [] == files(folder)

    seal(package)
    load_data(package)
    assert 1 == len(files(folder))


def test_the_latest_contents_are_kept_and_no_more(folder: Path, package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MOST_FILES", 2)
    folder.mkdir()
    for at in range(3):
        (folder / f"{at}.arrow").write_bytes(b"")
        os.utime(folder / f"{at}.arrow", (0, at))
    load_data(package)

    assert 2 == len(files(folder))
    assert "2.arrow" in {path.name for path in files(folder)}


@pytest.mark.parametrize("place", ["a file", "off"])
def test_without_a_folder_to_write_in_the_files_are_read(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("no folder", encoding="utf-8")
    monkeypatch.setenv(cache.VARIABLE, "OFF" if place == "off" else str(blocked / "cache"))

    assert_same(load_data(package), load_data(package))
    assert [blocked] == [path for path in files(tmp_path) if not path.is_relative_to(package.parent)]


def test_the_folder_is_that_of_the_system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(cache.VARIABLE)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    place = cache.folder()

    assert place is not None
    assert "energy-model" in place.parts
    assert sys.platform != "linux" or place.is_relative_to(tmp_path)


def test_two_processes_at_once_leave_one_sound_file(folder: Path, package: Path) -> None:
    code = f"from energy_model.data.load import load_data; print(load_data({str(package)!r}).digest)"
    running = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    digests = {process.communicate()[0].strip() for process in running}

    assert {load_data(package).digest} == digests
    assert 1 == len(files(folder))
