"""Folders that cannot be written, runs broken off, broken tables: a clear message, and earlier outputs as they were."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

import pytest

from energy_model.data.load import load_data
from energy_model.data.package import data_root
from energy_model.errors import DataError, OutputError
from energy_model.files import check_writable, replacing_file, replacing_folder


def contents(folder: Path) -> dict[str, str]:
    """Every file of a folder, hidden ones too, with the hash of its bytes."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def write_and_stop(folder: Path, stop: BaseException) -> None:
    with replacing_folder(folder) as part:
        (part / "run.json").write_text("half")
        raise stop


def write_file_and_stop(target: Path, stop: BaseException) -> None:
    with replacing_file(target) as part:
        part.write_text("half")
        raise stop


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    """A folder with the results of an earlier run."""
    folder = tmp_path / "results" / "reference"
    (folder / "tables").mkdir(parents=True)
    (folder / "run.json").write_text("earlier")
    (folder / "tables" / "flows.csv").write_text("earlier")
    return folder


@pytest.mark.parametrize("stop", [KeyboardInterrupt, MemoryError, OSError(28, "No space left on device")])
def test_a_run_that_is_broken_off_leaves_earlier_results_and_nothing_else(earlier: Path, stop: BaseException) -> None:
    before = contents(earlier.parent)

    with pytest.raises((KeyboardInterrupt, MemoryError, OutputError)):
        write_and_stop(earlier, stop)

    assert before == contents(earlier.parent)
    assert ["reference"] == os.listdir(earlier.parent)


def test_a_finished_run_takes_the_place_of_the_earlier_one_whole(earlier: Path) -> None:
    with replacing_folder(earlier) as part:
        (part / "run.json").write_text("new")

    assert ["run.json"] == os.listdir(earlier)
    assert ["reference"] == os.listdir(earlier.parent)


@pytest.mark.parametrize("stop", [KeyboardInterrupt, OSError(28, "No space left on device")])
def test_a_file_that_is_half_written_never_replaces_the_earlier_one(tmp_path: Path, stop: BaseException) -> None:
    target = tmp_path / "brief.xlsx"
    target.write_text("earlier")

    with pytest.raises((KeyboardInterrupt, OutputError)):
        write_file_and_stop(target, stop)

    assert "earlier" == target.read_text()
    assert ["brief.xlsx"] == os.listdir(tmp_path)


def test_a_folder_that_cannot_be_written_is_found_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("a file, not a folder")

    with pytest.raises(OutputError, match=r"cannot write to .*reports.*; choose another folder"):
        check_writable(tmp_path / "reports" / "results")
    with (
        pytest.raises(OutputError, match="choose another folder"),
        replacing_folder(tmp_path / "reports" / "reference"),
    ):
        pass
    with pytest.raises(OutputError, match="the earlier file is untouched"), replacing_file(tmp_path / "reports" / "x"):
        pass
    assert "a file, not a folder" == (tmp_path / "reports").read_text()


# Tables ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the data package that may be broken."""
    shutil.copytree(data_root(), tmp_path / "data", ignore=shutil.ignore_patterns("observed"))
    shutil.copytree(data_root() / "observed", tmp_path / "data" / "observed")
    return tmp_path / "data"


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_broken_tables_are_reported_together_with_file_column_and_line(package: Path) -> None:
    edit(package / "storage.csv", "working_gas_volume_gwh", "working_gas_volume_twh")
    edit(package / "pipelines.csv", "nord_stream_1,Nord", "nord_stream_1_,Nord")
    edit(package / "lng_terminals.csv", ",ES,", ",XX,")
    lines = (package / "tariffs.csv").read_text(encoding="utf-8").splitlines()
    (package / "tariffs.csv").write_text("\n".join([lines[0], lines[1].replace(",", ",-", 3)]), encoding="utf-8")

    with pytest.raises(DataError) as error:
        load_data(package)
    said = str(error.value)

    assert "storage.csv: column 'working_gas_volume_gwh' is missing; add it (the unit belongs to the name)" in said
    assert "storage.csv: column 'working_gas_volume_twh' is not in the schema; remove it or describe it" in said
    assert "node = 'XX': is not in nodes.csv; add it to nodes or mend it" in said
    assert len(error.value.problems) >= 4


def test_a_negative_capacity_in_a_table_says_so(package: Path) -> None:
    edit(package / "lng_terminals.csv", "BE,onshore,477.0", "BE,onshore,-477.0")

    with pytest.raises(DataError, match=r"lng_terminals.csv line 2, \w+_gwh_per_day = '-.*': is below 0; correct"):
        load_data(package)


def test_a_folder_without_a_package_or_with_a_broken_one_says_so(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no datapackage\.json in it; name the folder"):
        load_data(tmp_path)
    (tmp_path / "datapackage.json").write_text("{")
    with pytest.raises(DataError, match=r"line 1: .*; repair the JSON"):
        load_data(tmp_path)
