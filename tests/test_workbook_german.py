"""The briefing in German: whole, with numbers as they are written there, and the same when it is computed anew."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import openpyxl
import pytest
from matplotlib.text import Text
from report_fixtures import monthly, real_data, small_bands

from energy_model.errors import OutputError, ResultError
from energy_model.report import figures
from energy_model.report.figure_words import in_language, save_figure_files
from energy_model.report.geography import basemap_of
from energy_model.report.german_sentences import german_sentences
from energy_model.report.onepage.language import Language
from energy_model.report.run_workbook import write_run_workbook
from energy_model.report.sheet_tables import fitting
from energy_model.report.tongue import Tongue, catalogue
from energy_model.report.whose import Whose
from energy_model.report.workbook import write_workbook
from energy_model.validate.ledger import ledger

IN_THE_LANGUAGE_OF_THE_DATA = ("Past months", "Assumptions", "Sources", "Outlooks")
"""Sheets that hold notes of the data, or of the ledger, as they are."""
ENGLISH = re.compile(r"\b(the|of|and|from|less|by|is|are|to|with|on|at)\b")
GERMAN_LOCALE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse">
<value>de-DE</value></prop></item></oor:items>
"""


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("books")
    runs = [monthly("reference"), monthly("full_cutoff_february"), monthly("ns2_commissioned")]
    return {
        code: write_workbook(runs, folder / f"{code}.xlsx", data=real_data(), bands=small_bands(), language=code)
        for code in ("en", "de")
    }


@pytest.fixture(scope="module")
def german(books: dict[str, Path]) -> openpyxl.Workbook:
    return openpyxl.load_workbook(books["de"], data_only=True)


def test_no_word_stays_english_but_names(books, german):
    english = openpyxl.load_workbook(books["en"], data_only=True)
    data = real_data()
    names = {*data["nodes"]["name"], *data["routes"]["name"], *data["suppliers"]["name"], "bcm", "optimal", "EUR/MWh"}
    stayed = set()
    for sheet, there in zip(english.worksheets, german.worksheets, strict=True):
        for row in sheet.iter_rows() if sheet.title not in IN_THE_LANGUAGE_OF_THE_DATA else ():
            for cell in row:
                text = cell.value
                if isinstance(text, str) and re.search(r"[a-z]{3}", text) and there[cell.coordinate].value == text:
                    stayed |= {text} - names
    provenance = re.compile(r"[0-9a-f]{64}|numpy")
    stayed = {text for text in stayed if text.split(" | ")[0] not in names and not provenance.search(text)}

    assert set() == stayed
    assert not set(english.sheetnames) & set(german.sheetnames)


def test_no_sentence_of_the_workbook_of_a_run_stays_english(tmp_path):
    """Its sentences are those of the one page; notes of measures and the description are the data's."""
    data, run = real_data(), monthly("full_cutoff_february")
    said, past = german_sentences(run, monthly("reference"), data, {}), ledger(run, data)
    bands = small_bands()["full_cutoff_february"]
    tongue = Tongue.of_runs("de", data, [run])
    english = openpyxl.load_workbook(write_run_workbook(run, tmp_path / "en.xlsx", bands, None, past))
    german = openpyxl.load_workbook(write_run_workbook(run, tmp_path / "de.xlsx", bands, said, past, tongue))
    texts = [cell.value for sheet in german for row in sheet.iter_rows() for cell in row if cell.data_type == "s"]
    of_the_data = {one.note for one in run.scenario.in_force} | {" ".join(run.scenario.description.split())}
    of_the_data |= {f"{name} (TWh)" for name in data["routes"]["name"]}
    stayed = [text for text in texts if ENGLISH.search(text) and text not in of_the_data]

    assert [] == stayed, "\n".join(stayed)
    assert ["Überblick", "Maßnahmen", "Nach Monat", "Frühere Monate", "Kontrollen"] == german.sheetnames
    assert len(english.sheetnames) == len(german.sheetnames)
    assert "EU27: abgeschaltet (TWh)" in texts
    assert "0,0 %" not in texts
    assert " %" in next(row[1].number_format for row in german["Überblick"] if str(row[0].value).endswith("(%)"))


def test_a_sentence_that_is_german_already_is_not_translated_again(tmp_path):
    """Where nobody is cut the sentence began 'EU27: keinem Monat': its 'In' had been taken for the English one."""
    data, run = real_data(), monthly("reference")
    said = german_sentences(run, None, data, {})
    path = write_run_workbook(run, tmp_path / "de.xlsx", said=said, tongue=Tongue.of_runs("de", data, [run]))
    texts = [cell.value for row in openpyxl.load_workbook(path)["Überblick"].iter_rows() for cell in row]

    assert any("In keinem Monat" in sentence for sentence in said)
    assert set(said) <= set(texts)


def test_a_text_with_a_unit_is_known_before_any_pattern():
    """The head over what a run has is not taken for one that names the run others are measured against."""
    assert "In der Rechnung (in ihrer Einheit)" == Tongue.of("de", real_data(), {}).say("In the run (in its unit)")


def test_numbers_and_days_are_written_as_they_are_there(german):
    sheet = german["Überblick"]
    sentence = sheet["G4"].value

    assert re.search(r"EU27: [\d.]+ TWh des Gasbedarfs werden auf Anordnung abgeschaltet, \d+,\d % davon", sentence)
    assert sheet["A2"].value.startswith("1. Januar 2022 bis 31. März 2023. Datenstand 31. Januar 2022")
    assert "Lieferstopp im Februar" == sheet["B4"].value
    assert any("%" in cell.number_format and " %" in cell.number_format for row in sheet["B10:E20"] for cell in row)


def test_every_formula_is_short_enough_for_excel(books):
    """Excel takes 8,192 letters and calls a file damaged that has more. LibreOffice takes them, so they are counted."""
    for path in books.values():
        formulas = [cell.value for sheet in openpyxl.load_workbook(path) for row in sheet.iter_rows() for cell in row
                    if cell.data_type == "f"]  # fmt: skip
        assert len(formulas) > 500
        assert max(map(len, formulas)) < 4000
    with pytest.raises(ResultError, match="sheet Summary, cell G4, has 8,193 letters"):
        fitting("=" + "1" * 8192, "Summary", "G4")


def test_whose_gas_is_lost_is_told_in_german_too():
    """Sheet titles and rows about one seller or several, by pipeline, by ship, or both."""
    tongue = Tongue.of("de", real_data(), {})
    sellers = {
        (): (),
        ("NO",): ("NO",),
        ("QA",): (),
        ("NO", "DZ"): ("NO", "DZ"),
        ("QA", "NO"): ("NO",),
        ("QA", "US"): (),
    }
    names = {"NO": "Norway", "QA": "Qatar", "DZ": "Algeria", "US": "United States"}
    for codes, piped in sellers.items():
        told = Whose("RU", codes, tuple(names[one] for one in codes), piped)
        for text in [told.title] if not codes else [told.title, told.gas, told.lost("the EU27")]:
            assert tongue.say(text) != text or text == "LNG"
            assert not re.search("|".join([*names.values(), "gas from", "lost"]), tongue.say(text)), text


def test_every_scenario_has_a_short_title_in_german_that_is_no_other_ones():
    folder = Path(real_data().root).parent
    for root in sorted(one.parent for one in folder.glob("*/scenarios")):
        made = [tomllib.loads(one.read_text(encoding="utf-8")) for one in sorted(root.glob("scenarios/*.toml"))]
        short = [one.get("short_title_de") for one in made]
        assert None not in short, root
        assert len(set(short)) == len(short), root


def test_every_german_text_has_the_places_of_the_english_one():
    for text, there in catalogue("de").items():
        assert set(re.findall(r"\{\w+\}", there)) <= set(re.findall(r"\{\w+\}", text)), text


def test_english_is_left_as_it_is_and_another_language_is_refused(tmp_path):
    assert "1,234 of {x}" == Tongue(Language("en", {})).say("1,234 of {x}")
    with pytest.raises(OutputError, match="no language 'fr'"):
        write_workbook([monthly("reference")], tmp_path / "fr.xlsx", data=real_data(), language="fr")
    assert [] == list(tmp_path.iterdir())


@pytest.mark.filterwarnings("ignore:Unable to read chart")
def test_a_german_program_computes_what_is_stored(books, german, tmp_path):
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice (soffice) is not installed; it recomputes the formulas")
    (tmp_path / "profile" / "user").mkdir(parents=True)
    (tmp_path / "profile" / "user" / "registrymodifications.xcu").write_text(GERMAN_LOCALE, encoding="utf-8")
    formulas = openpyxl.load_workbook(books["de"])
    formulas.save(tmp_path / "blank.xlsx")
    home = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    command = [soffice, home, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "back")]
    subprocess.run([*command, str(tmp_path / "blank.xlsx")], check=True, capture_output=True, timeout=300)
    again = openpyxl.load_workbook(tmp_path / "back" / "blank.xlsx", data_only=True)
    wrong, words = [], 0
    for sheet in formulas:
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"):
            mine, theirs = (book[sheet.title][cell.coordinate].value for book in (german, again))
            is_number = isinstance(mine, float | int)
            words += isinstance(mine, str)
            if not (theirs == pytest.approx(mine, rel=1e-9, abs=2e-6) if is_number else (mine or "") == (theirs or "")):
                wrong.append(f"{sheet.title}!{cell.coordinate}: {mine} here, {theirs} recomputed")
    assert wrong == []
    assert words > 15


def test_figures_are_german_too_but_for_names_of_the_data(tmp_path):
    """Each text of a figure that the catalogue knows is in German, and what is written elsewhere stays English."""
    data, run = real_data(), monthly("full_cutoff_february")
    known = {text for text, there in catalogue("de").items() if text != there and "{" not in text}
    with in_language("de", data, [run]):
        drawn = [figures.supply_mix(run), figures.flow_map(run, data, basemap_of(data)), figures.storage_curve([run])]
        for number, figure in enumerate(drawn):
            save_figure_files(figure, tmp_path / f"{number}.png")
    texts = {text.get_text() for figure in drawn for text in figure.findobj(Text)}

    assert texts & known == set()
    assert {"Einfuhr nach Herkunft", "Maßstab", "Ungedeckt", "GWh/Tag"} <= texts
    assert all(f.finding.startswith("EU27: ") and "werden" in f.finding for f in drawn[:1])
    assert any(text.startswith("Eigene Modellrechnung; Datenstand 31. Januar 2022.") for text in texts)
    assert figures.supply_mix(run).finding.endswith("is curtailed")
