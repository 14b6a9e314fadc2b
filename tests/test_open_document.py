"""A spreadsheet of LibreOffice (.ods) is read, and refused, as a workbook with the same cells is."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from open_documents import as_ods, cell, row, sheet, written
from test_excel import HARMED, READ, REFUSED
from workbooks import CUT, HEAD, SAVING, workbook

from energy_model.data.load import GasData
from energy_model.errors import ScenarioError
from energy_model.scenario import load_scenario
from energy_model.scenario.excel import write_excel

TITLES = sheet("scenario", row(cell("key"), cell("value")), *(row(cell(k), cell(v)) for k, v in HEAD.items()))
KEYS = row(*(cell(key) for key in CUT))
VALUES = row(*(cell(value) for value in CUT.values()))


@pytest.mark.parametrize("case", range(len(READ)), ids=[f"{key}={value!r}" for _, key, value, _ in READ])
def test_a_cell_with_one_reading_is_read(case: int, tmp_path: Path, data: GasData) -> None:
    measure, key, value, meant = READ[case]
    scenario = load_scenario(as_ods(workbook(tmp_path / "book.xlsx", {**measure, key: value})), data=data)

    assert meant == getattr(scenario.measures[0], key)


@pytest.mark.parametrize("case", range(len(REFUSED)), ids=[f"{key}={value!r}" for _, key, value, _ in REFUSED])
def test_a_cell_without_one_reading_is_refused_by_sheet_and_row(case: int, tmp_path: Path, data: GasData) -> None:
    measure, key, value, said = REFUSED[case]
    with pytest.raises(ScenarioError) as error:
        load_scenario(as_ods(workbook(tmp_path / "book.xlsx", {**measure, key: value})), data=data)

    assert 1 == len(error.value.problems), error.value.problems
    assert error.value.problems[0].startswith("sheet 'measures', row 2")
    assert said in error.value.problems[0]


@pytest.mark.parametrize("name", HARMED)
def test_what_would_be_lost_is_refused_by_sheet_and_cell(name: str, tmp_path: Path, data: GasData) -> None:
    edit, said = HARMED[name]
    with pytest.raises(ScenarioError, match=r"^scenario book\.ods") as error:
        load_scenario(as_ods(workbook(tmp_path / "book.xlsx", CUT, SAVING, edit=edit)), data=data)

    assert any(said in problem for problem in error.value.problems), error.value.problems


def test_the_template_saved_by_libreoffice_is_the_same_scenario(tmp_path: Path) -> None:
    write_excel(load_scenario("full_cutoff_with_assurances"), book := tmp_path / "book.xlsx")
    one, other = load_scenario(book), load_scenario(as_ods(book))

    assert (one.measures, one.horizon, one.title) == (other.measures, other.horizon, other.title)


@pytest.mark.parametrize("name", ["book.ODS", "book.xlsx"])
def test_what_a_file_is_decides_and_not_how_its_name_ends(name: str, tmp_path: Path) -> None:
    plain = load_scenario(workbook(tmp_path / "plain.xlsx", CUT))
    spreadsheet = as_ods(tmp_path / "plain.xlsx", tmp_path / name)

    assert plain.measures == load_scenario(spreadsheet).measures


def test_a_spreadsheet_can_be_the_base_of_a_scenario_beside_it(tmp_path: Path) -> None:
    book = workbook(tmp_path / "mother.xlsx", CUT)
    as_ods(book)
    book.unlink()
    (tmp_path / "child.toml").write_text('title = "A"\ndescription = "B"\nbased_on = "mother"\n', encoding="utf-8")

    assert ["cut"] == [measure.name for measure in load_scenario(tmp_path / "child.toml").measures]


def test_a_calculated_formula_counts_as_its_value(tmp_path: Path) -> None:
    half = '<table:table-cell table:formula="of:=1/2" office:value-type="percentage" office:value="0.5"/>'
    cells = [half if key == "remaining_share" else cell(value) for key, value in CUT.items()]
    path = written(tmp_path / "book.ods", TITLES + sheet("measures", KEYS, row(*cells)))

    assert 0.5 == load_scenario(path).measures[0].remaining_share  # type: ignore[attr-defined]


@pytest.mark.parametrize("shown", ["#DIV/0!", "Err:502", "#N/A"])
def test_a_formula_that_ended_in_an_error_is_told(shown: str, tmp_path: Path) -> None:
    wrong = f'<table:table-cell table:formula="of:=1/0" office:value-type="string"><text:p>{shown}</text:p>'
    cells = [f"{wrong}</table:table-cell>" if key == "start" else cell(value) for key, value in CUT.items()]
    path = written(tmp_path / "book.ods", TITLES + sheet("measures", KEYS, row(*cells)))

    with pytest.raises(ScenarioError, match=f"cell E2, key 'start': the error {shown}; mend the formula"):
        load_scenario(path)


def test_rows_in_groups_blanks_spans_and_comments_are_read_as_they_look(tmp_path: Path) -> None:
    comment = "<office:annotation><text:p>who says so?</text:p></office:annotation>"
    cells = [cell(value) for value in CUT.values()]
    name = list(CUT).index("name")
    cells[name] = (
        f'<table:table-cell office:value-type="string">{comment}'
        '<text:p>cut <text:s text:c="1"/><text:span>in</text:span> May</text:p></table:table-cell>'
    )
    inside = f"<table:table-row-group><table:table-rows>{row(*cells)}</table:table-rows></table:table-row-group>"
    path = written(tmp_path / "book.ods", TITLES + sheet("measures", KEYS, row(cell(None), repeated=3), inside))

    measure = load_scenario(path).measures[0]

    assert ("cut  in May", date(2022, 2, 15)) == (measure.name, measure.start)


def test_a_row_that_stands_for_several_is_that_many_measures(tmp_path: Path, data: GasData) -> None:
    repeated = row(*(cell(value) for value in CUT.values()), repeated=2)
    path = written(tmp_path / "book.ods", TITLES + sheet("measures", KEYS, repeated))

    with pytest.raises(ScenarioError, match=r"row 2 .* and sheet 'measures', row 3 .*one and the same measure, twice"):
        load_scenario(path, data=data)


TOO_MANY = cell("lost", 'table:number-columns-repeated="900000"')
BROKEN: dict[str, tuple[dict[str, Any], str]] = {
    "a text": ({"kind": "application/vnd.oasis.opendocument.text"}, "it is no spreadsheet but application/vnd"),
    "with a password": ({"manifest": "<m><encryption-data/></m>"}, "it is encrypted"),
    "a torn sheet": ({"sheets": "<table:table"}, "cannot be opened as a workbook"),
    "a sheet with entities": ({"sheets": "&lol;"}, "cannot be opened as a workbook"),
    "a row of a million cells": ({"sheets": sheet("measures", row(TOO_MANY))}, "has more than 200,000 filled cells"),
    "a million rows": ({"sheets": sheet("measures", row(cell("x"), repeated=900_000))}, "more than 200,000 filled"),
    "a number that is none": (
        {"sheets": sheet("measures", row('<table:table-cell office:value-type="float" office:value="1,5"/>'))},
        "cannot be opened as a workbook",
    ),
    "no sheets": ({"sheets": ""}, "sheet 'scenario' is missing"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_damaged_spreadsheet_is_refused_in_words(name: str, tmp_path: Path) -> None:
    parts, said = BROKEN[name]
    path = written(tmp_path / "book.ods", **{"sheets": TITLES + sheet("measures", KEYS, VALUES), **parts})

    with pytest.raises(ScenarioError, match=rf"(?s)scenario book\.ods.*{said}"):
        load_scenario(path)


BAD_INPUTS = [*range(len(REFUSED)), *HARMED, *BROKEN]
"""Distinct bad inputs that this module tries."""
