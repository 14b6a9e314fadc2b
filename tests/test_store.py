"""Stored runs: what is read is what was stored, or an error says which file is not."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from energy_model.data.load import GasData
from energy_model.errors import OutputError
from energy_model.files import folder_digests, names_digest, write_json
from energy_model.results.run import Results, run
from energy_model.results.store import check_run, read_scenario, read_table, save_results
from energy_model.scenario import Scenario

FLIPS = 60


@pytest.fixture(scope="module")
def results(data: GasData, monthly: Callable[..., Scenario]) -> Results:
    return run(monthly("reference"), data)


@pytest.fixture(scope="module")
def stored(results: Results, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_results(results, tmp_path_factory.mktemp("results"))


@pytest.fixture
def copy(stored: Path, tmp_path: Path) -> Path:
    """A stored run that may be damaged; its folder may have another name and place."""
    return Path(shutil.copytree(stored, tmp_path / "anywhere"))


def test_a_run_that_nobody_touched_reads_as_it_was_stored(results: Results, copy: Path) -> None:
    check_run(copy)

    assert read_scenario(copy) == results.scenario
    assert list(read_table(copy, "flows").columns) == list(results["flows"].columns)


def test_one_flipped_bit_anywhere_is_an_error_that_names_the_file(copy: Path) -> None:
    random = Random(7)
    files = sorted(path for path in copy.rglob("*") if path.is_file())
    for _ in range(FLIPS):
        file = random.choice(files)
        content = bytearray(whole := file.read_bytes())
        content[random.randrange(len(content))] ^= 1 << random.randrange(8)
        file.write_bytes(content)

        with pytest.raises(OutputError, match=re.escape(file.name)):
            check_run(copy)

        file.write_bytes(whole)
    check_run(copy)


def test_an_edited_table_is_never_read_as_other_numbers(copy: Path) -> None:
    file = copy / "tables" / "flows.csv.gz"
    file.write_bytes(gzip.compress(gzip.decompress(file.read_bytes()).replace(b"1", b"2")))

    with pytest.raises(OutputError, match=r"flows\.csv\.gz is not what was stored: it was edited.*run the scenario"):
        read_table(copy, "flows")
    assert len(read_table(copy, "storage"))


def test_a_table_of_another_run_or_one_that_no_run_wrote_is_named(copy: Path) -> None:
    shutil.copy(copy / "tables" / "supply.csv.gz", copy / "tables" / "lng.csv.gz")
    shutil.copy(copy / "tables" / "flows.csv.gz", copy / "tables" / "flows (1).csv.gz")
    (copy / "inputs" / "nodes.csv").write_text("node\nDE\n")

    with pytest.raises(OutputError) as error:
        check_run(copy)
    with pytest.raises(OutputError, match="is no part of this run; its tables are balance, "):
        read_table(copy, "flows (1)")

    said = str(error.value)
    assert 3 == len(said.splitlines())
    assert "lng.csv.gz is not what was stored" in said
    assert "flows (1).csv.gz is no part of this run; remove it" in said
    assert "nodes.csv is no part of this run; remove it" in said


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"sha256": []}', '{"sha256": null}', "\x00\xff"])
def test_a_broken_manifest_is_told(text: str, copy: Path) -> None:
    (copy / "manifest.json").write_text(text, encoding="utf-8")

    for read in (check_run, read_scenario, lambda folder: read_table(folder, "flows")):
        with pytest.raises(OutputError, match=r"manifest\.json is damaged .*; run the scenario again"):
            read(copy)


def test_a_missing_file_folder_or_manifest_is_told(copy: Path) -> None:
    (copy / "tables" / "flows.csv.gz").unlink()
    with pytest.raises(OutputError, match=r"flows\.csv\.gz is missing; run the scenario again"):
        read_table(copy, "flows")
    os.remove(copy / "manifest.json")
    with pytest.raises(OutputError, match=r"has no manifest\.json: it is no stored run, one of an earlier version"):
        read_scenario(copy)
    with pytest.raises(OutputError, match="there is no stored run"):
        read_scenario(copy / "nowhere")


def test_a_scenario_of_another_version_is_told(copy: Path) -> None:
    known = json.loads((copy / "scenario.json").read_text())
    write_json(copy / "scenario.json", known | {"a_key_of_next_year": 1})
    (copy / "manifest.json").unlink()
    digests = folder_digests(copy)
    write_json(copy / "manifest.json", {"sha256": digests, "seal": names_digest(digests)})

    with pytest.raises(OutputError, match="another version of this package"):
        read_scenario(copy)
