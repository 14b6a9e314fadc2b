"""What a data package tells: its focus, its sellers and their routes, with errors in words where it does not fit."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from energy_model.data import GasData, check_data, load_data, seal
from energy_model.data.sellers import adjective, routes_of, seller_of, suppliers_of
from energy_model.errors import DataError
from energy_model.scenario.package_check import library_problems


@pytest.fixture
def folder(data: GasData, tmp_path: Path) -> Path:
    return Path(shutil.copytree(data.root, tmp_path / "data"))


def test_a_seller_offers_gas_under_several_codes_and_over_several_routes(data: GasData) -> None:
    assert ("RU", "RU_TR", "RU_BY") == suppliers_of(data, "RU")
    assert "RU" == seller_of(data, "RU_TR")
    assert "Norwegian" == adjective(data, "NO")
    assert "nord_stream_1" in routes_of(data, "RU", supplier="RU")
    assert ("turkstream_1", "blue_stream") == routes_of(data, "RU", supplier="RU_TR")


def test_a_market_without_a_row_is_its_own_seller(data: GasData) -> None:
    assert "DE" == seller_of(data, "DE")
    assert ("DE",) == suppliers_of(data, "DE")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('supplier = "RU"', 'supplier = "XX"', ("focus.supplier", "XX", "no such seller")),
        ('country = "DE"', 'country = "RU"', ("focus.country", "RU", "no market is in that country")),
        ('region = "EU27"', 'region = "EU"', ("focus.region", "EU", "known: EU27, EUROPE")),
        ('route = "nord_stream_2"', 'route = "jamal"', ("routes.route", "jamal", "table 'routes'")),
        ('country = "SK"', 'country = "XX"', ("transit.country", "XX", "table 'nodes'")),
        ('exempt = ["HU"]', 'exempt = ["Hungary"]', ("exempt", "Hungary", "table 'nodes'")),
        ('"russian_export"', '"export"', ("contract_price", "export", "table 'prices'")),
    ],
)
def test_a_focus_that_the_tables_do_not_know_is_a_finding(folder: Path, old: str, new: str, words: tuple[str]) -> None:
    file = folder / "storyline.toml"
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    seal(folder)

    found = [problem.text for problem in check_data(folder) if problem.is_error]

    assert any(all(word in text for word in words) for text in found)


@pytest.mark.parametrize(
    ("text", "words"),
    [("title = ", ("cannot be read as TOML",)), ("title = 'x'", ("focus", "as_of")), (None, ("missing",))],
)
def test_a_damaged_storyline_is_an_error_in_words(folder: Path, text: str | None, words: tuple[str]) -> None:
    file = folder / "storyline.toml"
    file.unlink()
    if text is not None:
        file.write_text(text, encoding="utf-8")

    with pytest.raises(DataError) as told:
        load_data(folder)

    for word in words:
        assert any(word in problem and "storyline.toml" in problem for problem in told.value.problems)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "end = 2023-03-31",
            "end = 2021-03-31",
            "key 'horizon': end 2021-03-31 lies before start 2022-01-01; swap them",
        ),
        ("title = ", "titel = 'x'\ntitle = ", "key 'titel': no such key; correct its name or leave it out"),
    ],
)
def test_a_key_that_cannot_be_meant_is_told_with_what_to_do(folder: Path, old: str, new: str, told: str) -> None:
    file = folder / "storyline.toml"
    file.write_text(file.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")

    with pytest.raises(DataError) as error:
        load_data(folder)

    assert [told in problem for problem in error.value.problems] == [True]


def test_a_scenario_that_the_library_does_not_hold_is_a_finding(folder: Path) -> None:
    file = folder / "storyline.toml"
    text = file.read_text(encoding="utf-8").replace('shortage = "full_cutoff_february"', 'shortage = "full_stop"')
    file.write_text(text.replace('reference = "reference"', 'reference = "referense"'), encoding="utf-8")
    seal(folder)

    found = [problem.text for problem in check_data(folder, further=[library_problems]) if problem.is_error]

    for key, value in (("briefing.shortage", "full_stop"), ("reference", "referense")):
        assert any(f"key '{key}', value '{value}'" in text for text in found)
