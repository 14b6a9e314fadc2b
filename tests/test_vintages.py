"""Data packages by vintage: chosen by name, sharing what no day changes, made anew from a frame."""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import typer
from typer.testing import CliRunner

from energy_model.cli import app
from energy_model.data import Package, check_data, home, package_digest, seal
from energy_model.data.descriptor import DESCRIPTOR
from energy_model.data.frame import CHECKLIST, new_vintage
from energy_model.data.home import COMMON, HOME_FILE, data_home, data_root, default_vintage, vintages
from energy_model.data.listing import vintage_list
from energy_model.data.load import GasData, load_data
from energy_model.data.places import names_in, place_names
from energy_model.errors import DataError

SMALL = ["sources", "nodes", "suppliers"]
NEW = "2031-01-31"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A package of a few tables that shares what vintages share, in a home of its own."""
    shutil.copytree(data_home() / COMMON, tmp_path / COMMON)
    folder = tmp_path / "small"
    folder.mkdir()
    whole = json.loads((data_root() / DESCRIPTOR).read_text(encoding="utf-8"))
    kept = [one for one in whole["resources"] if one["name"] in SMALL]
    (folder / DESCRIPTOR).write_text(json.dumps({**whole, "resources": kept}), encoding="utf-8")
    for one in kept:
        shutil.copy(data_root() / one["path"], folder / one["path"])
    return folder


def described(folder: Path, **keys: Any) -> None:
    """Change keys of a descriptor."""
    content = json.loads((folder / DESCRIPTOR).read_text(encoding="utf-8"))
    (folder / DESCRIPTOR).write_text(json.dumps({**content, **keys}), encoding="utf-8")


# Chosen by name


def test_without_a_name_the_default_is_meant_and_a_name_is_that_folder(data: GasData) -> None:
    assert data_root() == data.root == vintages()[default_vintage()] == data_root(default_vintage())
    assert Package.open(default_vintage()).root == data.root


def test_a_vintage_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(DataError, match=rf"or a vintage: .*{default_vintage()}"):
        load_data("1999-12-31")


def test_a_text_that_names_a_vintage_and_a_folder_is_refused_and_a_path_is_the_folder(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = default_vintage()
    small.rename(small.with_name(name))
    monkeypatch.chdir(small.parent)
    with pytest.raises(DataError, match=rf"names the vintage .* and a folder here; write \./{name}"):
        data_root(name)

    assert data_root(Path(name)) == Path(name)


def test_the_folder_of_all_vintages_says_which_to_name() -> None:
    with pytest.raises(DataError, match="it holds vintages, name the folder of one"):
        load_data(data_home())


def test_a_default_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(home.VARIABLE, str(tmp_path))
    (tmp_path / HOME_FILE).write_text('default = "2031-01-31"\n', encoding="utf-8")
    with pytest.raises(DataError, match="key 'default', value '2031-01-31': no such vintage; known: none"):
        data_root()
    monkeypatch.setenv(home.VARIABLE, str(tmp_path / "nowhere"))
    with pytest.raises(DataError, match=r"ENERGY_MODEL_DATA, value .*nowhere': no vintages.toml there"):
        data_root()


def commands(group: Any) -> Iterator[Any]:
    for command in group.commands.values():
        yield from commands(command) if hasattr(command, "commands") else [command]


def test_every_command_that_takes_a_folder_of_data_takes_the_name_of_a_vintage() -> None:
    takes = {
        one.name: {word for option in one.params for word in option.opts}
        for one in commands(typer.main.get_command(app))
    }

    assert [] == [name for name, words in takes.items() if ("--data" in words) != ("--vintage" in words)]
    assert 10 < sum("--vintage" in words for words in takes.values())


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["--vintage", "2022-01-3"], 1, "did you mean '2022-01-31'?"),
        (["--vintage", "x"], 1, "known: 2022-01-31"),
        (["--vintage", "2022-01-31", "--data", "x"], 2, "not both"),
    ],
)
def test_a_wrong_choice_of_data_is_told_in_words(words: list[str], code: int, told: str) -> None:
    found = CliRunner().invoke(app, ["scenarios", "list", *words], env={"COLUMNS": "200"})

    assert code == found.exit_code
    assert told in found.output
    assert "Traceback" not in found.output


def test_the_list_of_vintages_says_what_each_is_about() -> None:
    row = vintage_list().set_index("name").loc["2022-01-31"]

    assert ("2022-01-31", "RU, EU27, DE", True) == (row["as_of"], row["focus"], bool(row["is_default"]))
    assert len([one for one in Package.open().resources.values() if one.is_table]) == row["tables"]
    shown = CliRunner().invoke(app, ["data", "list", "--json"])
    assert "2022-01-31" in [one["name"] for one in json.loads(shown.stdout)]


def test_a_vintage_that_cannot_be_read_is_listed_with_the_reason(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(home.VARIABLE, str(small.parent))
    (small.parent / HOME_FILE).write_text('default = "small"\n', encoding="utf-8")
    (small / DESCRIPTOR).write_text("{", encoding="utf-8")
    (row,) = vintage_list().to_dict("records")

    assert str(row["title"]).startswith("cannot be read: line 1")
    assert not row["is_sealed"]


def test_the_wheel_and_the_source_archive_carry_every_vintage() -> None:
    built = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]
    targets = built["build"]["targets"]

    assert {"data": f"energy_model/{home._PACKAGED.name}"} == targets["wheel"]["force-include"]
    assert "data" in targets["sdist"]["include"]


# What vintages share


def test_what_no_day_changes_has_no_day_and_lies_apart(data: GasData) -> None:
    shared = [one for one in Package.open().resources.values() if one.is_common]

    assert {"basemap", "country_names", "common_sources", "import_names"} == {one.name for one in shared}
    assert all("as_of" not in {field["name"] for field in one.fields} for one in shared)
    assert {*data["country_names"]["source_id"]} <= {*data["common_sources"]["source_id"]}


def test_a_shared_file_enters_the_digest_and_is_sealed_with_a_package_beside_it(small: Path) -> None:
    before = package_digest(Package.open(small))
    file = small.parent / COMMON / "country_names.csv"
    file.write_text(file.read_text(encoding="utf-8") + "Albion,GB,english,team_judgement,\n", encoding="utf-8")
    found = [str(one) for one in check_data(small)]

    assert before != package_digest(Package.open(small))
    assert any(text.startswith("error: common/country_names.csv: differs from the hash") for text in found), found
    assert "country_names" in seal(small)
    assert not [one for one in check_data(small) if "differs from the hash" in one.text]


def test_a_package_elsewhere_takes_shared_files_from_the_installed_folder_and_never_writes_there(
    small: Path, tmp_path: Path
) -> None:
    away = shutil.copytree(small, tmp_path / "away" / "small")
    installed = {path: path.read_bytes() for path in sorted((data_home() / COMMON).iterdir())}
    seal(away)

    assert data_home() / COMMON == Package.open(away).file("country_names").parent
    assert installed == {path: path.read_bytes() for path in sorted((data_home() / COMMON).iterdir())}


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["atlas"], "key 'common', 'atlas': not there; it has: "),
        (["country_names"], "no resource 'common_sources'"),
        ("basemap", "key 'common': list names"),
        ([["basemap"]], "key 'common': list names"),
    ],
)
def test_a_wrong_list_of_shared_files_is_told(small: Path, names: Any, told: str) -> None:
    described(small, common=names)
    with pytest.raises(DataError, match=told):
        Package.open(small)


def test_a_file_that_is_shared_and_own_is_refused(small: Path) -> None:
    described(small, common=["common_sources", "country_names", "sources"])
    with pytest.raises(DataError, match="'sources': not there"):
        Package.open(small)
    content = json.loads((small / DESCRIPTOR).read_text(encoding="utf-8"))
    own = {**content["resources"][0], "name": "country_names"}
    described(small, resources=[own], common=["country_names", "common_sources"])
    with pytest.raises(DataError, match="'country_names': the package has a file of that name itself; keep one"):
        Package.open(small)


def test_a_name_of_a_country_without_a_node_is_passed_over(small: Path, data: GasData) -> None:
    nodes = pd.read_csv(small / "nodes.csv", dtype=str, keep_default_na=False)
    nodes[nodes["node"] != "DE"].to_csv(small / "nodes.csv", index=False)

    assert "deutschland" in place_names(data.root)
    assert {"deutschland", "deu", "germany"}.isdisjoint(place_names(small))
    assert "frankreich" in place_names(small)
    assert names_in(data) == place_names(data.root)


# A new one


@pytest.fixture(scope="module")
def frame(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new_vintage(NEW, folder=tmp_path_factory.mktemp("frame"))[0]


def test_an_unfilled_frame_says_everything_that_is_missing_at_once(frame: Path) -> None:
    errors = [one.text for one in check_data(frame) if one.is_error]
    tables = [one for one in Package.open(frame).resources.values() if one.is_table and not one.is_common]
    empty = [one.path for one in tables if f"{one.path}: holds a heading and no rows" in "\n".join(errors)]

    assert {one.path for one in tables} - {"sources.csv"} == {*empty}
    assert any(text.startswith("storyline.toml: key 'focus'") for text in errors)
    assert not any("key 'as_of'" in text for text in errors), "the name says the day"
    assert 1 == sum("hash" in text for text in errors)


def test_the_checklist_names_every_table_with_units_limits_and_an_example(frame: Path) -> None:
    text = (frame / CHECKLIST).read_text(encoding="utf-8")
    for resource in Package.open().resources.values():
        assert resource.is_common or not resource.is_table or f"`{resource.path}`" in text
    assert "| `capacity_gwh_per_day` | GWh/d | number; 0 to 5000 | 330.0 |" in text


def test_a_frame_filled_with_the_rows_it_was_copied_from_is_that_vintage(
    frame: Path, tmp_path: Path, data: GasData
) -> None:
    """The walk through docs/new_vintage.md, with figures that are at hand."""
    filled = shutil.copytree(frame, tmp_path / NEW)
    for resource in Package.open().resources.values():
        if not resource.is_common:
            shutil.copy(resource.file, filled / resource.path)
    shutil.copytree(data.root / "scenarios", filled / "scenarios", dirs_exist_ok=True)
    shutil.copytree(data.root / "sweeps", filled / "sweeps")
    seal(filled)

    assert data.recorded == load_data(filled).recorded


@pytest.mark.parametrize("name", ["", "..", "a/b", "common", "2031 01 31", "x" * 300 + "/"])
def test_a_name_that_no_folder_should_have_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is no name of a vintage"):
        new_vintage(name, folder=tmp_path)

    assert [] == [*tmp_path.iterdir()]


def test_nothing_that_is_there_is_overwritten(frame: Path) -> None:
    before = (frame / DESCRIPTOR).read_bytes()
    with pytest.raises(DataError, match="is there already"):
        new_vintage(NEW, folder=frame.parent)

    assert before == (frame / DESCRIPTOR).read_bytes()
