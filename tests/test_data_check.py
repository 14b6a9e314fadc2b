"""What is said when a table is broken or implausible: one clear line per fault, all at once, and never a crash."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from broken_tables import BROKEN, IMPLAUSIBLE, TWICE_NAMED, cell, change, rename_to_another_unit
from pandas.testing import assert_frame_equal

from energy_model.data import GasData, check_data, load_data, seal
from energy_model.data.check import check_tables
from energy_model.data.package import DESCRIPTOR, Package
from energy_model.errors import DataError
from energy_model.scenario.package_check import library_problems

STORYLINE = date(2022, 1, 31)


@pytest.fixture
def folder(small_package: Path, tmp_path: Path) -> Path:
    """A copy of the package to break."""
    shutil.copytree(small_package, tmp_path / "data")
    return tmp_path / "data"


@pytest.mark.parametrize("kind", BROKEN)
def test_each_kind_of_broken_table_gives_one_clear_error(kind: str, folder: Path) -> None:
    name, edit, words = BROKEN[kind]
    change(folder, name, edit)
    with pytest.raises(DataError) as told:
        load_data(folder)
    found = [problem.text for problem in check_data(folder) if problem.is_error]

    assert TWICE_NAMED.get(kind, 1) == len(told.value.problems) == len(found)
    assert sorted(told.value.problems) == sorted(found), "the check says what loading says, and nothing on top"
    for word in words:
        assert word in found[0]


def test_a_wrong_unit_in_a_column_name_is_named_from_both_sides(folder: Path) -> None:
    change(folder, "storage", rename_to_another_unit)
    found = [problem.text for problem in check_data(folder)]

    assert any("'working_gas_volume_gwh' is missing; add it (the unit belongs to the name)" in text for text in found)
    assert any("'working_gas_volume_twh' is not in the schema" in text for text in found)


def test_all_problems_come_at_once(folder: Path) -> None:
    broken = [case for kind, case in BROKEN.items() if kind not in {"a missing column", "an unknown word"}]
    for name, edit, _ in broken:
        change(folder, name, edit, sealed=False)
    seal(folder)
    with pytest.raises(DataError) as told:
        load_data(folder)
    whole = str(told.value)

    assert re.search(r"has \d+ problems", whole)
    for _, _, words in broken:
        assert all(word in whole for word in words)


def test_a_missing_file_and_a_broken_descriptor_are_named(folder: Path) -> None:
    (folder / "economy.csv").unlink()
    with pytest.raises(DataError, match=r"economy\.csv: the file is missing; restore it"):
        load_data(folder)
    (folder / DESCRIPTOR).write_text('{"resources": [', encoding="utf-8")
    with pytest.raises(DataError, match=r"line 1: .*; repair the JSON"):
        load_data(folder)
    with pytest.raises(DataError, match="name the folder that holds a data package, or a vintage: 2022-01-31"):
        load_data(folder / "nowhere")


# What the check finds


def test_nothing_is_wrong_with_the_data_package(data: GasData) -> None:
    assert [] == [str(problem) for problem in check_data(data.root, further=[library_problems])]


def test_the_small_copy_is_sound_before_it_is_broken(folder: Path) -> None:
    assert [] == [str(problem) for problem in check_data(folder)]


def test_a_scenario_that_does_not_load_is_reported_with_the_data(folder: Path) -> None:
    file = folder / "scenarios" / "reference.toml"
    file.write_text(file.read_text(encoding="utf-8") + '\n[[measures]]\nkind = "route_outag"\n', encoding="utf-8")
    found = [str(problem) for problem in check_data(folder, further=[library_problems])]

    assert any("reference.toml" in text and "did you mean 'route_outage'?" in text for text in found)


@pytest.fixture(scope="session")
def found_everywhere(small_package: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What the check says when every table is implausible at once."""
    folder = tmp_path_factory.mktemp("implausible") / "data"
    shutil.copytree(small_package, folder)
    for name, edit, _ in IMPLAUSIBLE.values():
        change(folder, name, edit, sealed=False)
    seal(folder)
    return [str(problem) for problem in check_data(folder)]


@pytest.mark.parametrize("kind", IMPLAUSIBLE)
def test_the_check_finds(kind: str, found_everywhere: list[str]) -> None:
    assert any(IMPLAUSIBLE[kind][2] in text for text in found_everywhere), found_everywhere


def test_every_finding_names_a_file_and_what_to_do(found_everywhere: list[str]) -> None:
    for text in found_everywhere:
        assert ".csv" in text
        assert "; " in text


def test_a_row_that_others_count_on_and_is_gone_is_a_finding_and_no_crash(folder: Path, data: GasData) -> None:
    lost = "target_penalty_eur_per_mwh"
    change(folder, "parameters", lambda table: table[table["parameter"] != lost], sealed=False)
    change(folder, "curtailment_tiers", lambda table: table.iloc[:0])
    found = [str(problem) for problem in check_data(folder)]

    assert any("curtailment_tiers.csv: holds a heading and no rows" in text for text in found), found
    change(folder, "curtailment_tiers", lambda table: pd.read_csv(data.root / "curtailment_tiers.csv", dtype=str))
    found = [str(problem) for problem in check_data(folder)]

    assert any(f"nothing there is called '{lost}'" in text for text in found), found


def test_the_check_tells_errors_from_warnings_and_puts_errors_first(folder: Path) -> None:
    change(folder, "sources", IMPLAUSIBLE["a source nobody uses"][1], sealed=False)
    change(folder, "curtailment_tiers", IMPLAUSIBLE["tiers that lose gas"][1])
    found = check_data(folder)

    assert ["error", "warning"] == [problem.severity for problem in found]


def test_an_edit_without_a_seal_is_noticed_and_sealing_mends_it(folder: Path) -> None:
    change(folder, "tariffs", cell("note", "another word", from_node="AT", to_node="IT"), sealed=False)
    (before,) = check_data(folder)

    assert "tariffs.csv: differs from the hash" in before.text
    assert "energy-model data seal" in before.text
    assert ["tariffs"] == seal(folder)
    assert [] == check_data(folder)


def test_a_file_the_descriptor_does_not_list_is_noticed(folder: Path) -> None:
    (folder / "secret_flows.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (found,) = check_data(folder)

    assert "secret_flows.csv: not listed in datapackage.json" in found.text


def test_digest_changes_with_one_number_and_not_with_the_place_of_the_folder(folder: Path, tmp_path: Path) -> None:
    before = load_data(folder).digest
    shutil.copytree(folder, tmp_path / "elsewhere")
    moved = load_data(tmp_path / "elsewhere").digest
    change(folder, "pipelines", cell("capacity_gwh_per_day", "1742.1", pipeline="nord_stream_1"))

    assert before == moved
    assert before != load_data(folder).digest


SLOW = pytest.mark.slow


@pytest.mark.parametrize(
    "name",
    [
        "pipelines",
        "demand_daily",
        "contracts",
        pytest.param("storage_curve", marks=SLOW),
        pytest.param("prices", marks=SLOW),
    ],
)
def test_the_order_of_rows_in_a_table_carries_no_meaning(name: str, folder: Path) -> None:
    before = load_data(folder).at(STORYLINE)
    change(folder, name, lambda table: table.sample(frac=1.0, random_state=7))
    after = load_data(folder).at(STORYLINE)
    key = list(before.keys[name])

    assert_frame_equal(
        before[name].sort_values(key, ignore_index=True), after[name].sort_values(key, ignore_index=True)
    )


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # the oracle's own dependencies warn; only its verdict counts
def test_an_independent_reader_of_the_standard_accepts_the_package(small_package: Path) -> None:
    import frictionless

    with frictionless.system.use_context(trusted=True):
        report = frictionless.Package(str(small_package / DESCRIPTOR)).validate()
    found = [f"{task.name}: {fault.message}" for task in report.tasks for fault in task.errors]

    assert [] == [*found, *(fault.message for fault in report.errors)]


@pytest.mark.parametrize("column", ["low_gwh", "high_gwh"])
def test_low_and_high_of_a_figure_in_another_unit_are_found_as_the_figure_is(column: str, data: GasData) -> None:
    """A range from 30 to 48,200,000 GWh about 43,800 GWh holds the figure; the figures of its ends are none."""
    changed = data.tables["contracts"].copy()
    changed[column] = changed[column].astype(float)
    first = changed.index[changed[column] > 0.0][0]
    changed.loc[first, column] *= 1e-4 if column == "low_gwh" else 1e4
    found = check_tables(Package.open(data.root), {**data.tables, "contracts": changed}, about=["contracts"])

    assert any(f"{column} = " in one.text and "figures of this kind" in one.text for one in found if one.is_error)


def test_words_that_another_table_has_are_not_listed_a_second_time(data: GasData) -> None:
    """A new route is a row of routes.csv: a list of routes in the descriptor besides would refuse its pipelines."""
    for descriptor in sorted(data.root.parent.glob("*/datapackage.json")):
        for table in json.loads(descriptor.read_text(encoding="utf-8"))["resources"]:
            schema = table.get("schema", {})
            linked = {key["fields"][0] for key in schema.get("foreignKeys", ())}
            listed = {field["name"] for field in schema.get("fields", ()) if "enum" in field.get("constraints", {})}
            assert not linked & listed, f"{descriptor.parent.name}, {table['name']}"
