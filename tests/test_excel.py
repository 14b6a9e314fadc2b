"""Scenarios in Excel: a cell is read when its meaning is clear, refused by its place when not, and never lost."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from examples import tries
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl.workbook import Workbook
from workbooks import CUT, SAVING, workbook

from energy_model.data.load import GasData, load_data
from energy_model.errors import OutputError, ScenarioError
from energy_model.scenario import Scenario, load_scenario
from energy_model.scenario.codes import code_lists
from energy_model.scenario.describe import Key, keys_of
from energy_model.scenario.excel import write_excel
from energy_model.scenario.excel.book import AT_MOST_BYTES
from energy_model.scenario.load import with_changes
from energy_model.scenario.measures import KINDS
from energy_model.scenario.toml import scenario_toml

LNG = {"kind": "extra_supply", "supplier": "QA", "channel": "lng", "volume_gwh_per_year": 1000}
TARGET = {"kind": "storage_target", "countries": "DE", "date": date(2022, 11, 1), "fill_share": 0.9}

# What a cell means ----------------------------------------------------------------------------------------------------

READ: list[tuple[dict[str, Any], str, Any, Any]] = [
    (SAVING, "share", "0,15", 0.15),
    (SAVING, "share", ".15", 0.15),
    (SAVING, "share", " 0.15 ", 0.15),
    (SAVING, "share", "15 %", 0.15),
    (SAVING, "share", "15%", 0.15),
    (SAVING, "share", "12,5 %", 0.125),
    (SAVING, "share", "0,150", 0.15),
    (SAVING, "share", 1, 1.0),
    (LNG, "volume_gwh_per_year", "58888,3", 58888.3),
    (LNG, "volume_gwh_per_year", "58 888", 58888.0),
    (LNG, "volume_gwh_per_year", "58\u00a0888,3", 58888.3),
    (LNG, "volume_gwh_per_year", "1.058.888", 1_058_888.0),
    (LNG, "volume_gwh_per_year", "1.058,25", 1058.25),
    (LNG, "volume_gwh_per_year", "1,058.25", 1058.25),
    (LNG, "volume_gwh_per_year", "1’058", 1058.0),
    (LNG, "volume_gwh_per_year", "5e4", 50_000.0),
    (LNG, "volume_gwh_per_year", "500 GWh/year", 500.0),
    (LNG, "channel", "LNG", "lng"),
    (LNG, "supplier", "qa", "QA"),
    (LNG, "supplier", "Katar", "QA"),
    (SAVING, "ramp_days", 30.0, 30),
    (SAVING, "ramp_days", "30", 30),
    (SAVING, "name", 2021, "2021"),
    (SAVING, "name", 1234567, "1234567"),
    (SAVING, "name", 2021.5, "2021.5"),
    (SAVING, "start", datetime(2022, 3, 1), date(2022, 3, 1)),
    (SAVING, "start", "2022-03-01", date(2022, 3, 1)),
    (SAVING, "start", "2022-03-01 00:00:00", date(2022, 3, 1)),
    (SAVING, "start", "01.03.2022", date(2022, 3, 1)),
    (SAVING, "start", "1.3.2022", date(2022, 3, 1)),
    (SAVING, "start", "15. 3. 2022", date(2022, 3, 15)),
    (SAVING, "start", "15/03/2022", date(2022, 3, 15)),
    (SAVING, "start", "03/15/2022", date(2022, 3, 15)),
    (SAVING, "start", "03/03/2022", date(2022, 3, 3)),
    (SAVING, "countries", "DE;AT", ("DE", "AT")),
    (SAVING, "countries", "DE, AT,", ("DE", "AT")),
    (SAVING, "countries", "DE\nAT", ("DE", "AT")),
    (SAVING, "countries", "Germany; austria", ("DE", "AT")),
    (SAVING, "countries", "Deutschland, Österreich", ("DE", "AT")),
    (SAVING, "countries", "EL, UK", ("GR", "GB")),
    (SAVING, "countries", "DEU", ("DE",)),
    (SAVING, "countries", "eu27", ("EU27",)),
    (SAVING, "sectors", "industry", ("industry",)),
    (TARGET, "date", "1.11.2022", date(2022, 11, 1)),
]
"""Measure, key, what the cell holds, what is meant."""


@pytest.mark.parametrize("case", range(len(READ)), ids=[f"{key}={value!r}" for _, key, value, _ in READ])
def test_a_cell_with_one_reading_is_read(case: int, tmp_path: Path, data: GasData) -> None:
    measure, key, value, meant = READ[case]
    scenario = load_scenario(workbook(tmp_path / "book.xlsx", {**measure, key: value}), data=data)

    assert meant == getattr(scenario.measures[0], key)


READ_KEYS: list[tuple[str, Any, Any]] = [
    ("weather", 2021, "2021"),
    ("weather", 2021.0, "2021"),
    ("lng_limit_twh_per_year", "1313,5", 1313.5),
    ("lng_price_factor", "1,5", 1.5),
    ("peak_days", "30", 30),
    ("boundaries", "2022-03-01; 15.04.2022", (date(2022, 3, 1), date(2022, 4, 15))),
    ("boundaries", date(2022, 3, 1), (date(2022, 3, 1),)),
    ("days_alone", "2022-01-12", (date(2022, 1, 12),)),
    ("resolution", "Week", "week"),
    ("allocation", "Own needs first", "own_needs_first"),
    ("as_of", "31.01.2022", date(2022, 1, 31)),
    ("title", "  two blanks before", "  two blanks before"),
]


@pytest.mark.parametrize(("key", "value", "meant"), READ_KEYS)
def test_a_cell_of_the_scenario_with_one_reading_is_read(key: str, value: Any, meant: Any, tmp_path: Path) -> None:
    scenario = load_scenario(workbook(tmp_path / "book.xlsx", SAVING, head={key: value}))

    assert meant == getattr(scenario, key)


def test_the_ends_of_the_horizon_stand_in_rows_of_their_own(tmp_path: Path) -> None:
    head = {"horizon_start": "1.2.2022", "horizon_end": date(2022, 12, 31)}
    scenario = load_scenario(workbook(tmp_path / "book.xlsx", SAVING, head=head))

    assert (date(2022, 2, 1), date(2022, 12, 31)) == (scenario.horizon.start, scenario.horizon.end)


REFUSED: list[tuple[dict[str, Any], str, Any, str]] = [
    (LNG, "volume_gwh_per_year", "1.000", "may mean a thousand or a fraction"),
    (LNG, "volume_gwh_per_year", "58,888", "may mean a thousand or a fraction"),
    (LNG, "volume_gwh_per_year", "10 bcm", "the key takes GWh/year, and 10 bcm are 105,500 GWh: write 105500"),
    (LNG, "volume_gwh_per_year", "50 TWh/year", "and 50 TWh are 50,000 GWh: write 50000"),
    (LNG, "volume_gwh_per_year", "15 %", "is a percentage, and the key takes number"),
    (LNG, "volume_gwh_per_year", "1.000.5", "must be a number"),
    (LNG, "volume_gwh_per_year", "nan", "must be a number"),
    (LNG, "volume_gwh_per_year", "0x10", "must be a number"),
    (LNG, "volume_gwh_per_year", -5, "must be at least 0"),
    (LNG, "volume_gwh_per_year", True, "must be a number; write the figure alone"),
    (LNG, "volume_gwh_per_year", date(2022, 1, 2), "must be a number; write the figure alone"),
    (LNG, "channel", "ship", "must be one of 'pipeline', 'lng' or 'production'"),
    (LNG, "supplier", "Qatarr", "did you mean QA (Qatar)?"),
    (SAVING, "share", 15, "it is a share: write 0.15 for 15 %"),
    (SAVING, "share", "150 %", "must be at most 1"),
    (SAVING, "share", "fifteen", "must be a number; write the figure alone"),
    (SAVING, "ramp_days", 1.5, "must be a whole number"),
    (SAVING, "ramp_days", "two", "must be a whole number; write the figure alone"),
    (SAVING, "name", True, "must be text; give the cell the format of text"),
    (SAVING, "name", date(2022, 1, 2), "must be text; give the cell the format of text"),
    (SAVING, "name", "a\nb", "holds a line break at place 2; delete it"),
    (SAVING, "start", "mid-February", "must be a day; write it like 2022-02-15 or 15.02.2022"),
    (SAVING, "start", "03/02/2022", "may begin with the day or with the month"),
    (SAVING, "start", "31.02.2022", "is no day of the calendar"),
    (SAVING, "start", "15.02.22", "must be a day; write it like"),
    (SAVING, "start", 44607, "is a number, not a day; give the cell the format of a date"),
    (SAVING, "start", time(12, 30), "is a time of the day"),
    (SAVING, "start", datetime(2022, 3, 1, 6), "must be a day without a time"),
    (SAVING, "start", date(2021, 3, 1), "outside the horizon 2022-01-01 to 2023-03-31"),
    (SAVING, "countries", ",", "holds no item"),
    (SAVING, "countries", "DE/AT", "no such country"),
    (SAVING, "countries", "DE AT", "no such country"),
    (SAVING, "countries", "XK", "no such country; known: AT, BA, "),
    (SAVING, "countries", "Germny", "did you mean DE (Germany)?"),
    (SAVING, "sectors", "industri", "did you mean industry?"),
    (SAVING, "kind", "demand_savings", "no such kind of measure; did you mean 'demand_saving'?"),
    (SAVING, "kind", None, "key 'kind': missing"),
    (SAVING, "share", None, "key 'share': missing; add it"),
    (SAVING, "share", "=1/0", "a formula without a value"),
    (SAVING, "countries", "=A1", "a formula without a value"),
    (SAVING, "start", "=TODAY()", "a formula without a value"),
    (SAVING, "share", "#REF!", "the error #REF!; mend the formula or write the value"),
    (SAVING, "kind", "=A1", "a formula without a value"),
]
"""Measure, key, what the cell holds, what is said."""


@pytest.mark.parametrize("case", range(len(REFUSED)), ids=[f"{key}={value!r}" for _, key, value, _ in REFUSED])
def test_a_cell_without_one_reading_is_refused_by_sheet_and_row(case: int, tmp_path: Path, data: GasData) -> None:
    measure, key, value, said = REFUSED[case]
    with pytest.raises(ScenarioError) as error:
        load_scenario(workbook(tmp_path / "book.xlsx", {**measure, key: value}), data=data)

    assert 1 == len(error.value.problems), error.value.problems
    assert error.value.problems[0].startswith("sheet 'measures', row 2")
    assert said in error.value.problems[0]
    assert "quotes" not in error.value.problems[0], "a cell has none"


def test_a_problem_names_the_cell(tmp_path: Path, data: GasData) -> None:
    head = {"weather": "1963", "lng_price_factor": "much"}
    path = workbook(tmp_path / "book.xlsx", CUT, {**SAVING, "share": 15}, head=head)
    with pytest.raises(ScenarioError) as error:
        load_scenario(path, data=data)

    assert [
        "sheet 'scenario', cell B6, key 'lng_price_factor', value 'much': must be a number; write the figure alone",
        "sheet 'measures', row 3 (demand_saving 'saving'), cell F3, key 'share', value '15': must be at most 1; it is "
        "a share: write 0.15 for 15 %",
    ] == list(error.value.problems[:2])
    assert error.value.problems[2].startswith("sheet 'scenario', cell B5, key 'weather', value '1963': no such weather")


def test_a_cell_that_cannot_be_read_is_told_once_and_not_called_missing(tmp_path: Path) -> None:
    path = workbook(tmp_path / "book.xlsx", {**CUT, "remaining_share": "=1/2", "supplier": "=B1"})
    with pytest.raises(ScenarioError) as error:
        load_scenario(path)

    assert 2 == len(error.value.problems), error.value.problems
    assert all("a formula without a value" in problem for problem in error.value.problems)


def test_a_formula_that_was_calculated_counts_as_its_value(tmp_path: Path) -> None:
    """openpyxl stores no values, so a formula's value is put into the file by hand."""
    path = workbook(tmp_path / "book.xlsx", {**SAVING, "share": "=1/8"})
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet2.xml"
    assert b"<f>1/8</f><v" in parts[sheet]
    parts[sheet] = re.sub(rb"<f>1/8</f><v ?(/>|></v>)", b"<f>1/8</f><v>0.125</v>", parts[sheet])
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)

    assert 0.125 == load_scenario(path).measures[0].share  # type: ignore[attr-defined]


# How a sheet is built -------------------------------------------------------------------------------------------------


def at(sheet: str, **cells: Any) -> Callable[[Workbook], None]:
    """An edit that writes cells of a sheet."""

    def edit(book: Workbook) -> None:
        for address, value in cells.items():
            book[sheet][address] = value

    return edit


def merged(sheet: str, area: str) -> Callable[[Workbook], None]:
    return lambda book: book[sheet].merge_cells(area)


def shifted(sheet: str, rows: int = 0, columns: int = 0) -> Callable[[Workbook], None]:
    def edit(book: Workbook) -> None:
        if rows:
            book[sheet].insert_rows(1, rows)
        if columns:
            book[sheet].insert_cols(1, columns)

    return edit


def far_away(book: Workbook) -> None:
    book["measures"].cell(1_000_000, 300).number_format = "0.00"


def renamed(old: str, new: str) -> Callable[[Workbook], None]:
    def edit(book: Workbook) -> None:
        sheet = book[old]
        sheet.title = "for a moment"  # a name that differs in capitals only is taken, to openpyxl
        sheet.title = new

    return edit


def beside(name: str, text: str = "a thought") -> Callable[[Workbook], None]:
    return lambda book: book.create_sheet(name).append([text])


UNHARMED: dict[str, Callable[[Workbook], None]] = {
    "a blank first row of measures": shifted("measures", rows=1),
    "three blank first rows of measures": shifted("measures", rows=3),
    "a blank first row of the scenario": shifted("scenario", rows=1),
    "a blank first column of measures": shifted("measures", columns=1),
    "a blank first column of the scenario": shifted("scenario", columns=1),
    "a blank row between measures": lambda book: book["measures"].insert_rows(3),
    "cells of blanks only": at("measures", Z9="   ", A20=" "),
    "a cell that is formatted only, far away": far_away,
    "names of sheets in capitals": renamed("measures", "Measures"),
    "headings in other letters": at("measures", A1="Kind", D1=" Remaining  share "),
    "keys in other letters": at("scenario", A2="Title"),
    "an empty sheet": lambda book: book.create_sheet("Sheet1"),
    "a sheet of remarks": beside("# my own sums"),
    "a row of remarks": at("measures", A9="# ask the agency", B9="by Friday"),
    "a measure that is marked out": at("measures", A9="# supply_cut", C9="NO"),
    "a column of remarks": at("measures", Z1="# source", Z2="press"),
    "a column of remarks in the scenario": at("scenario", C1="# why", C2="because"),
    "the heading again above the second measure": lambda book: (
        book["measures"].insert_rows(3),
        [book["measures"].cell(3, cell.column, cell.value) for cell in book["measures"][1]],
    ),
    "a merged heading of remarks": lambda book: (
        at("measures", A9="# below: nothing")(book),
        merged("measures", "A9:D9")(book),
    ),
    "a description that is merged over empty columns": merged("scenario", "B3:F3"),
}
"""Edits that change nothing of what is meant."""


@pytest.mark.parametrize("name", UNHARMED)
def test_what_changes_no_meaning_changes_no_scenario(name: str, tmp_path: Path) -> None:
    plain = load_scenario(workbook(tmp_path / "book.xlsx", CUT, SAVING))
    edited = load_scenario(workbook(tmp_path / "book.xlsx", CUT, SAVING, edit=UNHARMED[name]))

    assert 2 == len(plain.measures)
    assert plain == edited


HARMED: dict[str, tuple[Callable[[Workbook], None], str]] = {
    "a column without a heading": (at("measures", Z2="lost"), "cell Z2, value 'lost': stands in a column without"),
    "a heading that is gone": (at("measures", D1=None), "cell D2, value '0.5': stands in a column without a heading"),
    "a heading twice": (at("measures", Z1="start"), "cell Z1: the heading 'start' stands in E1 already"),
    "the heading of the kind twice": (at("measures", Z1="kind"), "cell Z1: the heading 'kind' stands in A1 already"),
    "a misspelt heading": (
        at("measures", D1="remaning_share"),
        "cell D1: heading, key 'remaning_share': not known; did",
    ),
    "a heading that is a formula": (at("measures", D1="=A9"), "cell D1: a formula without a value"),
    "no heading at all": (lambda book: book["measures"].delete_rows(1), "row 1: stands above any heading"),
    "a note above the heading": (
        lambda book: (book["measures"].insert_rows(1), at("measures", A1="for Monday")(book)),
        "row 1: stands above any heading that begins with 'kind'",
    ),
    "a row with a note only": (at("measures", G9="lost"), "sheet 'measures', row 9 (no kind), key 'kind': missing"),
    "a start for two rows": (merged("measures", "E2:E3"), "cell E2: merged with the cells up to row 3"),
    "a value for two keys": (merged("measures", "C2:D2"), "cell C2: merged with the cells up to the column of D"),
    "a key twice": (at("scenario", A9="title", B9="Another"), "cell A9, key 'title': stands in B2 already"),
    "a key that is not known": (
        at("scenario", A9="wether", B9="2021"),
        "cell A9, key 'wether': not known; did you mean",
    ),
    "the measures as a key": (at("scenario", A9="measures", B9="x"), "measures stand on the sheet 'measures'"),
    "a value without a key": (at("scenario", B9="lost"), "cell B9, value 'lost': stands without a key to its left"),
    "a cell beside the value": (at("scenario", C2="lost"), "cell C2, value 'lost': stands beside key and value"),
    "a heading beside the value": (at("scenario", C1="source"), "cell C1, value 'source': stands beside the headings"),
    "a title without a value": (at("scenario", B2="=A1"), "cell B2, key 'title': a formula without a value"),
    "a horizon without a value": (at("scenario", A9="horizon_end", B9="=A1"), "key 'horizon_end': a formula without"),
    "a sheet of somebody's own": (beside("Sums", "7"), "sheet 'Sums', cell A1: is on a sheet that is no part of a"),
    "another sheet of measures": (beside("measures (2)", "kind"), "sheet 'measures (2)', cell A1: is on a sheet that"),
    "no sheet of measures": (renamed("measures", "steps"), "sheet 'measures' is missing; start from `energy-model"),
    "the row pasted twice": (
        lambda book: [book["measures"].cell(9, cell.column, cell.value) for cell in book["measures"][2]],
        "row 2 (supply_cut 'cut') and sheet 'measures', row 9 (supply_cut 'cut'): one and the same measure, twice",
    ),
    "a word in the help": (
        lambda book: (book.create_sheet("help").append(["kind", "key"]), at("help", F30="lost")(book)),
        "sheet 'help', cell F30, value 'lost': stands outside the tables of the template, which are not read",
    ),
}
"""Edits whose meaning is lost or open, and what is said."""


@pytest.mark.parametrize("name", HARMED)
def test_what_would_be_lost_is_refused_by_sheet_and_cell(name: str, tmp_path: Path, data: GasData) -> None:
    edit, said = HARMED[name]
    with pytest.raises(ScenarioError) as error:
        load_scenario(workbook(tmp_path / "book.xlsx", CUT, SAVING, edit=edit), data=data)

    assert any(said in problem for problem in error.value.problems), error.value.problems


def test_a_heading_or_key_that_is_not_known_is_told_even_if_nothing_stands_there(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A template of an earlier version has columns of keys that are gone; nobody filled them in."""

    def old(book: Workbook) -> None:
        at("measures", Z1="to_the_moon")(book)
        at("scenario", A9="optimism")(book)

    plain = load_scenario(workbook(tmp_path / "book.xlsx", CUT))
    assert plain == load_scenario(workbook(tmp_path / "book.xlsx", CUT, edit=old))
    assert ["cell A9, key 'optimism': not known", "cell Z1: heading, key 'to_the_moon': not known"] == [
        message.partition(", ")[2].partition(";")[0] for message in caplog.messages
    ]


def test_two_sheets_whose_names_differ_in_blanks_only_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="sheets 'measures' and 'measures ' have one name; rename one of them"):
        load_scenario(workbook(tmp_path / "book.xlsx", CUT, edit=beside("measures ")))


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Scenario]:
    """A workbook in the layout of the template, without its help, and the scenario in it."""
    folder = tmp_path_factory.mktemp("stray")
    path = workbook(folder / "book.xlsx", CUT, SAVING, head={"weather": None, "horizon_end": None})
    return path, load_scenario(path)


WORDS = st.one_of(
    st.text(st.characters(codec="ascii", categories=["L", "N", "P"]), min_size=1, max_size=8),
    st.sampled_from(["DE", "0,5", "15.02.2022", "kind", "lng_ban", "title", "RU", "=1+1", "2022-06-01"]),
    st.integers(-5, 5000),
    st.floats(0.0, 1.0),
    st.dates(date(2022, 1, 1), date(2022, 12, 31)),
)


@settings(max_examples=tries(150), deadline=None, suppress_health_check=list(HealthCheck))
@given(sheet=st.sampled_from(["scenario", "measures"]), row=st.integers(1, 12), column=st.integers(1, 12), value=WORDS)
@example(sheet="measures", row=1, column=9, value="start")
@example(sheet="measures", row=7, column=1, value="kind")
@example(sheet="scenario", row=1, column=3, value="key")
def test_every_cell_is_used_or_complained_about(
    sheet: str, row: int, column: int, value: Any, plain: tuple[Path, Scenario], tmp_path: Path
) -> None:
    """A stray cell changes the scenario or is named by an error. A heading or key without values changes nothing."""
    path, before = plain
    book = openpyxl.load_workbook(path)
    cell = book[sheet].cell(row, column)
    if cell.value is not None or str(value).startswith("#"):
        return
    cell.value = value
    book.save(tmp_path / path.name)
    try:
        after = load_scenario(tmp_path / path.name)
    except ScenarioError as error:
        said = "\n".join(error.problems)
        assert f"cell {cell.coordinate}" in said or f"sheet '{sheet}', row {row}" in said, said
    else:
        is_heading = (sheet, row) == ("measures", 1) or (sheet, column) == ("scenario", 1) or value == "kind"
        assert before != after or is_heading, "the cell was ignored"


# Files that are no workbooks ------------------------------------------------------------------------------------------


def rewritten(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """A workbook with parts of its archive changed."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


ENTITIES = b'<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
BROKEN: dict[str, Callable[[dict[str, bytes]], None]] = {
    "no styles": lambda parts: parts.pop("xl/styles.xml"),
    "no sheet": lambda parts: parts.pop("xl/worksheets/sheet2.xml"),
    "no list of sheets": lambda parts: parts.pop("xl/workbook.xml"),
    "no types": lambda parts: parts.pop("[Content_Types].xml"),
    "a sheet that is no XML": lambda parts: parts.update({"xl/worksheets/sheet2.xml": b"<worksheet"}),
    "a sheet that is empty": lambda parts: parts.update({"xl/worksheets/sheet2.xml": b""}),
    "a sheet with entities": lambda parts: parts.update(
        {"xl/worksheets/sheet2.xml": ENTITIES + parts["xl/worksheets/sheet2.xml"]}
    ),
    "a bomb": lambda parts: parts.update({"xl/media/image1.png": bytes(AT_MOST_BYTES + 1)}),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_damaged_workbook_is_refused_in_words(name: str, tmp_path: Path) -> None:
    path = rewritten(workbook(tmp_path / "book.xlsx", TARGET), BROKEN[name])
    said = "cannot be opened as a workbook|is too large|sheet 'measures' is missing"

    with pytest.raises(ScenarioError, match=rf"(?s)scenario book\.xlsx.*({said})"):
        load_scenario(path)


@pytest.mark.parametrize("content", [b"", b"no workbook", b"PK\x03\x04 torn"], ids=["empty", "text", "torn"])
def test_a_file_that_is_no_workbook_says_so(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "book.xlsx").write_bytes(content)

    with pytest.raises(ScenarioError, match=r"(?s)scenario book\.xlsx.*cannot be opened as a workbook"):
        load_scenario(tmp_path / "book.xlsx")


def test_an_encrypted_workbook_says_so(tmp_path: Path) -> None:
    path = workbook(tmp_path / "book.xlsx", CUT)
    content = bytearray(path.read_bytes())
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1  # the flag of the first entry in the directory
    path.write_bytes(content)

    with pytest.raises(ScenarioError, match="it is encrypted"):
        load_scenario(path)


def test_a_chart_in_place_of_a_sheet_says_so(tmp_path: Path) -> None:
    def charted(book: Workbook) -> None:
        del book["measures"]
        book.create_chartsheet("measures")

    with pytest.raises(ScenarioError, match=r"no table|is a chart"):
        load_scenario(workbook(tmp_path / "book.xlsx", CUT, edit=charted))


@pytest.mark.parametrize("suffix", [".XLSX", ".Xlsx"])
def test_the_ending_of_a_workbook_may_be_in_capitals(suffix: str, tmp_path: Path) -> None:
    path = workbook(tmp_path / "book.xlsx", CUT)

    assert load_scenario(path).measures == load_scenario(path.rename(tmp_path / f"book{suffix}")).measures


@pytest.mark.parametrize("suffix", [".fods", ".xls", ".XLS", ".xlsm", ".csv"])
def test_another_spreadsheet_has_to_be_saved_as_xlsx(suffix: str, tmp_path: Path) -> None:
    (tmp_path / f"book{suffix}").write_bytes(b"anything")

    with pytest.raises(ScenarioError, match=r"is not read; open it and save it as \.xlsx"):
        load_scenario(tmp_path / f"book{suffix}")


def test_a_workbook_without_its_sheets_says_which(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "book.xlsx")

    with pytest.raises(ScenarioError) as error:
        load_scenario(tmp_path / "book.xlsx")
    assert 2 == len(error.value.problems)
    assert "sheet 'measures' is missing; start from `energy-model scenarios template`" in error.value.problems[1]


def test_a_fault_in_the_workbook_a_scenario_is_built_on_names_it(tmp_path: Path) -> None:
    workbook(tmp_path / "mother.xlsx", {**CUT, "start": "soon"})
    (tmp_path / "child.toml").write_text('title = "A"\ndescription = "B"\nbased_on = "mother.xlsx"\n')

    with pytest.raises(
        ScenarioError, match=r"mother\.xlsx, sheet 'measures', row 2, cell E2, key 'start', value 'soon'"
    ):
        load_scenario(tmp_path / "child.toml")


# There and back -------------------------------------------------------------------------------------------------------

VALID: dict[str, tuple[dict[str, Any], ...]] = {
    "asset_loss": ({"asset": "storage", "id": "de_storage", "remaining_share": 0.5},),
    "cold_spell": ({"extra_share": 0.2, "countries": ("DE", "PL"), "sectors": ("households",)},),
    "demand_saving": ({"share": 0.15, "sectors": ("industry",), "countries": ("EU27",), "price_response": "added"},),
    "extra_supply": (
        {"supplier": "US", "channel": "lng", "volume_gwh_per_year": 1000.0, "premium_eur_per_mwh": 5.0},
        {"assurance": "us_extra", "case": "low"},
        {"step": "europe_spot_withheld", "case": "high"},
    ),
    "fuel_switch": (
        {"share": 0.1, "price_eur_per_mwh": 90.0, "countries": ("DE",), "sectors": ("power_heat",)},
        {"share": 0.1, "price_eur_per_mwh": 90.0, "price_response": "added"},
    ),
    "held_storage": (
        {"holder": "RU", "state": "trustee", "countries": ("DE", "AT")},
        {"holder": "RU", "state": "trustee"},
    ),
    "import_ban": (
        {"supplier": "RU", "countries": ("EU27",), "exempt": ("HU", "SK"), "by": "origin"},
        {"countries": ("AT",), "by": "origin", "through_third_countries": "forbidden", "transit": "forbidden"},
    ),
    "initial_storage": (
        {"countries": ("DE", "AT"), "fill_share": 0.4},
        {"countries": ("DE",), "gas_in_storage_gwh": 90_000.0},
    ),
    "class_ban": (
        {
            "supplier": "RU",
            "channel": "pipeline",
            "classes": ("short_term", "new"),
            "countries": ("EU27",),
            "exempt": ("HU",),
            "volumes": "high",
            "through_third_countries": "forbidden",
            "without_paper_over": ("balkan_stream",),
            "delayed": ("SK", "AT"),
            "delayed_until": date(2022, 11, 1),
            "suspended_on": (date(2022, 12, 1), date(2023, 1, 10)),
            "suspended_days": 14,
        },
    ),
    "lng_ban": (
        {"exporter": "RU", "countries": ("EUROPE",), "exempt": ("GB",)},
        {"exporter": "RU", "by": "origin", "through_third_countries": "forbidden", "transit": "forbidden"},
    ),
    "lng_outage": (
        {"exporter": "QA", "remaining_share": 0.5, "repair_days": 20, "force_majeure": ("europe",)},
        {"exporter": "QA", "remaining_share": 0.0},
    ),
    "new_lng": ({"terminal": "stade", "country": "DE", "sendout_gwh_per_day": 130.0},),
    "price_cap": (
        {"supplier": "RU", "cap_eur_per_mwh": 10.0, "remaining_share": 0.5},
        {
            "supplier": "RU",
            "cap_eur_per_mwh": 10.0,
            "countries": ("EU27",),
            "floor_eur_per_mwh": 5.0,
            "exempt": ("HU",),
            "through_third_countries": "forbidden",
        },
    ),
    "retaliation": (
        {
            "countries": ("HU", "SK"),
            "remaining_share": 0.5,
            "redirect_gwh_per_year": 1e4,
            "to_lng_gwh_per_year": 1e3,
            "supplier": "RU",
            "redirect_supplier": "RU_TR",
            "exempt": ("AT",),
            "through_third_countries": "forbidden",
        },
    ),
    "route_commissioning": ({"route": "nord_stream_2", "capacity_gwh_per_day": 500.0}, {"pipeline": "nord_stream_2"}),
    "route_outage": ({"pipeline": "nord_stream_1", "remaining_share": 0.4}, {"route": "ukraine_transit"}),
    "storage_rule": (
        {
            "countries": ("EU27",),
            "exempt": ("DE",),
            "fill_share": 0.9,
            "deviation_share": 0.1,
            "window_start": date(2022, 10, 1),
            "window_end": date(2022, 12, 1),
            "measured_on": date(2022, 11, 1),
            "penalty_eur_per_mwh": 100.0,
            "replaces_custom": True,
        },
    ),
    "storage_target": (
        {"countries": ("DE",), "date": date(2022, 11, 1), "fill_share": 0.9, "penalty_eur_per_mwh": 1000.0},
    ),
    "supply_change": ({"supplier": "NO", "channel": "pipeline", "change_share": 0.05},),
    "supply_cut": ({"supplier": "NO", "remaining_share": 0.9},),
    "tariff": (
        {"eur_per_mwh": 30.0, "route": "nord_stream_1", "countries": ("EU27",), "exempt": ("HU",)},
        {"eur_per_mwh": 30.0, "supplier": "RU", "by": "origin", "through_third_countries": "forbidden"},
    ),
    "weather_spell": ({"weather": "2021", "countries": ("DE",), "sectors": ("households", "services")},),
}
"""Keys of a measure that are allowed together; their values are drawn."""

DAYS = st.dates(date(2022, 1, 1), date(2023, 3, 31))
LINES = st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), max_size=40)
TEXTS = st.one_of(
    LINES, st.sampled_from(["=1+1", "+4", "-50 % of it", "@home", "'x", '"a"', '""', "#1", "2021", " a\n\tb "])
)


@cache
def lists() -> dict[str, list[tuple[str, str]]]:
    return code_lists(load_data().at(date(2022, 1, 31)))


def drawn(key: Key, given: Any) -> st.SearchStrategy[Any]:
    """Values of a key: those of its type, within bounds that hold for every key of the unit."""
    if key.choices:
        return st.just(given)
    if key.codes:
        codes = [code for code, _ in lists()[key.codes]]
        one = st.just(given) if key.codes in ("asset", "market", "seller") else st.sampled_from(codes)
        return st.lists(st.sampled_from(codes), min_size=1, max_size=4, unique=True).map(tuple) if key.is_list else one
    if key.holds == "day":
        return DAYS
    if isinstance(given, int):
        return st.integers(0, 400)
    if key.holds == "text":
        return st.sampled_from(["stade", "Wilhelmshaven 2", "2nd unit"])
    return st.floats(0.0, 1.0, exclude_min=True) if key.unit == "share" else st.floats(1e-3, 1e3)


@st.composite
def measures_of(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    chosen = draw(st.sampled_from(VALID[kind]))
    keys = {key.name: key for key in keys_of(KINDS[kind])}
    free = kind not in ("price_cap", "initial_storage", "class_ban", "storage_rule", "storage_target")
    values = {name: draw(drawn(keys[name], value)) if free else value for name, value in chosen.items()}
    start, end = sorted((draw(DAYS), draw(DAYS)))
    words = {
        "name": draw(st.one_of(st.none(), TEXTS.filter(lambda text: "\n" not in text))),
        "start": start,
        "end": draw(st.one_of(st.none(), st.just(end))),
        "ramp_days": draw(st.integers(0, 400)),
        "announced": draw(st.one_of(st.none(), st.just(date(2022, 1, 1)))),
        "note": draw(st.one_of(st.none(), TEXTS)),
    }
    undated = {
        "initial_storage": {"start", "end", "announced", "ramp_days"},
        "storage_rule": {"start", "end"},  # they would have to leave a day of its window
        "storage_target": {"start", "end"},  # and its day
        "weather_spell": {"ramp_days"},
    }
    words = {key: value for key, value in words.items() if key not in undated.get(kind, ())}
    return {"kind": kind, **values, **{key: value for key, value in words.items() if value is not None}}


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    kinds = draw(st.lists(st.sampled_from(sorted(KINDS)), max_size=5))
    own = {
        "title": draw(TEXTS.filter(lambda text: text and "\n" not in text)),
        "description": draw(TEXTS),
        "resolution": draw(st.sampled_from(["day", "week", "month", "peak_days"])),
        "peak_days": draw(st.integers(1, 200)),
        "days_alone": tuple(draw(st.lists(DAYS, max_size=3))),
        "boundaries": tuple(draw(st.lists(DAYS, max_size=3))),
        "foresight": draw(st.sampled_from(["perfect", "surprise"])),
        "allocation": draw(st.sampled_from(["cooperative", "protected_first", "own_needs_first"])),
        "weather": draw(st.sampled_from(["2017", "2021", "reference"])),
        "lng_limit_twh_per_year": draw(st.one_of(st.none(), st.floats(0.0, 1e4))),
        "lng_price_factor": draw(st.floats(0.1, 10.0)),
        "measures": tuple(draw(measures_of(kind)) for kind in kinds),
    }
    bare = load_scenario("reference").model_copy(update={"files": (), "based_on": None, "without": ()})
    return with_changes(bare, **own)


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(scenario=scenarios())
def test_toml_to_excel_to_toml_is_the_identity(scenario: Scenario, data: GasData, tmp_path: Path) -> None:
    text = scenario_toml(scenario)
    path = tmp_path / "reference.toml"
    path.write_text(text, encoding="utf-8", newline="")
    from_toml = load_scenario(path)
    from_excel = load_scenario(write_excel(from_toml, tmp_path / "reference.xlsx", data))

    assert scenario == from_toml.model_copy(update={"files": ()})
    assert text == scenario_toml(from_excel)


def test_every_word_that_a_measure_takes_is_free_or_from_a_list() -> None:
    """What is from a list is offered in the template, and names of countries in it are understood."""
    for kind, model in KINDS.items():
        free = {key.name for key in keys_of(model) if key.is_free_text}
        assert free <= {"name", "note", "terminal"}, f"{kind}: {free}"
        assert {key.codes for key in keys_of(model) if key.codes} <= lists().keys()


def test_every_key_of_every_kind_is_among_the_generated_ones() -> None:
    common = {"kind", "name", "start", "end", "ramp_days", "announced", "when", "note"}

    assert KINDS.keys() == VALID.keys()
    for kind, model in KINDS.items():
        tried = {key for keys in VALID[kind] for key in keys}
        assert set(model.model_fields) == tried | common, kind


def test_the_longest_description_goes_through_a_cell_and_a_longer_one_is_refused(tmp_path: Path, data: GasData) -> None:
    reference = load_scenario("reference")
    long = with_changes(reference, description="ü" * 32_767)

    assert long.description == load_scenario(write_excel(long, tmp_path / "book.xlsx", data)).description
    with pytest.raises(ScenarioError, match="has 32,768 characters; at most 32,767, shorten it"):
        with_changes(reference, description="ü" * 32_768)


# The template ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, data: GasData) -> Workbook:
    path = tmp_path_factory.mktemp("template") / "book.xlsx"
    return openpyxl.load_workbook(write_excel(load_scenario("full_cutoff_february"), path, data))


def headings(template: Workbook) -> dict[int, list[str]]:
    return {
        row[0].row: [cell.value for cell in row if cell.value is not None]
        for row in template["measures"].iter_rows()
        if row[0].value == "kind"
    }


def test_the_template_has_a_short_block_for_every_kind(template: Workbook) -> None:
    blocks = {tuple(keys) for keys in headings(template).values()}

    for model in KINDS.values():
        assert any(set(model.model_fields) == set(keys) for keys in blocks), model.__name__
    assert max(map(len, blocks)) <= 20, "a block fits on a page"


@pytest.mark.parametrize(
    ("key", "offered"),
    [
        ("supplier", "RU"),
        ("route", "nord_stream_1"),
        ("pipeline", "yamal_mallnow"),
        ("countries", "DE"),
        ("exporter", "QA"),
        ("sectors", "industry"),
        ("country", "DE"),
        ("id", "de_storage"),
        ("assurance", "us_extra"),
        ("kind", "supply_cut"),
        ("channel", "lng"),
        ("through_third_countries", "forbidden"),
    ],
)
def test_a_cell_offers_what_its_key_takes(key: str, offered: str, template: Workbook) -> None:
    sheet = template["measures"]
    for row, keys in headings(template).items():
        if key not in keys or (key == "kind" and offered != sheet.cell(row - 1, 1).value[2:].partition(":")[0]):
            continue
        cell = sheet.cell(row + 2, keys.index(key) + 1)
        rule = next(rule for rule in sheet.data_validations.dataValidation if cell.coordinate in rule.sqref)
        words = rule.formula1.strip('"').split(",")
        if rule.formula1.startswith("'codes'!"):
            area = rule.formula1.partition("!")[2].replace("$", "")
            words = [cell.value for (cell,) in template["codes"][area]]
        assert offered in words
        return
    pytest.fail(f"no block has {key}")


def test_nothing_in_a_template_is_a_formula_whatever_its_texts_begin_with(tmp_path: Path, data: GasData) -> None:
    name = '=HYPERLINK("http://evil.example","x")'
    measures = ({"kind": "supply_cut", "supplier": "NO", "remaining_share": 0.5, "name": "=1+1", "note": "@see mail"},)
    scenario = with_changes(load_scenario("reference"), title=name, description="-50 % of it", measures=measures)
    path = write_excel(scenario, tmp_path / "reference.xlsx", data)
    book = openpyxl.load_workbook(path)

    assert not any(cell.data_type == "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert (name, "=1+1", "@see mail") == (
        load_scenario(path).title,
        load_scenario(path).measures[0].name,
        load_scenario(path).measures[0].note,
    )


def test_the_template_as_written_is_read_without_a_complaint(tmp_path: Path, data: GasData) -> None:
    scenario = load_scenario("full_cutoff_february")
    read = load_scenario(write_excel(scenario, tmp_path / "book.xlsx", data), data=data)

    assert scenario.measures == read.measures


def test_a_row_filled_in_below_the_heading_of_its_kind_becomes_a_measure(tmp_path: Path, data: GasData) -> None:
    path = write_excel(load_scenario("reference"), tmp_path / "book.xlsx", data)
    book = openpyxl.load_workbook(path)
    row = next(row for row, keys in headings(book).items() if "extra_share" in keys)
    keys = headings(book)[row]
    for key, value in {"kind": "cold_spell", "extra_share": "10 %", "countries": "Germany; Poland"}.items():
        book["measures"].cell(row + 2, keys.index(key) + 1).value = value
    book.save(path)
    last = load_scenario(path, data=data).measures[-1]

    assert ("cold_spell", 0.1, ("DE", "PL")) == (last.kind, last.extra_share, last.countries)  # type: ignore[attr-defined]


def test_a_template_that_cannot_be_written_leaves_the_earlier_one(
    tmp_path: Path, data: GasData, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_excel(load_scenario("reference"), tmp_path / "book.xlsx", data)
    earlier = path.read_bytes()

    def full_disk(book: Workbook, name: Path) -> None:
        Path(name).write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Workbook, "save", full_disk)
    with pytest.raises(OutputError, match="No space left on device; the earlier file is untouched"):
        write_excel(load_scenario("full_cutoff_april"), path, data)

    assert earlier == path.read_bytes()
    assert ["book.xlsx"] == [item.name for item in tmp_path.iterdir()]


BAD_INPUTS = [*range(len(REFUSED)), *HARMED, *BROKEN]
"""Distinct bad inputs that this module tries, besides those that hypothesis writes."""
