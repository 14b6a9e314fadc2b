"""Answers in German: sheets, questions, sentences, heads, methods and caveats; never half a sentence."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest

from energy_model.impact.answer import Answer
from energy_model.impact.questions import answer
from energy_model.impact.study import Study, study
from energy_model.report.answers import write_answers
from energy_model.report.tongue import Tongue, catalogue

ENGLISH = re.compile(r"\b(the|of|and|from|less|by|is|are|to|with|on|at|not|all|which|what)\b")
ASKED = (
    "why",
    "substitution",
    "dependency",
    "ways",
    "bans",
    "bills",
    "revenues",
    "sanctions",
    "economy",
    "storage_rule",
)


@pytest.fixture(scope="module")
def asked() -> Study:
    return study("full_cutoff_february", resolution="month")


@pytest.fixture(scope="module")
def told(asked: Study) -> list[Answer]:
    return answer(asked, ASKED)


def test_no_sentence_of_the_workbook_of_answers_stays_english(asked: Study, told: list[Answer], tmp_path: Path) -> None:
    """Names of points and routes, and the description of the scenario, are the data's."""
    data = asked.data
    tongue = Tongue.of_answers("de", data, [asked.scenario, asked.baseline])
    book = openpyxl.load_workbook(write_answers(told, asked, tmp_path / "de.xlsx", tongue))
    texts = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "s"}
    described = " ".join(asked.scenario.description.split())
    texts = {text for text in texts if " ".join(text.split()) not in described}
    names = [*data["routes"]["name"], *data["pipelines"]["name"], asked.scenario.title, asked.baseline.title]
    names += [str(one) for one in data["nodes"]["name"] if one not in tongue.names or tongue.names[one] == one]
    for name in sorted(map(str, names), key=len, reverse=True):
        texts = {text.replace(name, "") for text in texts}
    stayed = sorted(text for text in texts if ENGLISH.search(text))

    assert [] == stayed
    assert {"Titelblatt", "Warum knapp", "Rechnungen", "Wirtschaft"} <= set(book.sheetnames)
    assert all(len(name) <= 31 for name in book.sheetnames)


def test_numbers_of_german_answers_are_those_of_the_english_ones(
    asked: Study, told: list[Answer], tmp_path: Path
) -> None:
    tongue = Tongue.of_answers("de", asked.data, [asked.scenario, asked.baseline])
    books = [
        openpyxl.load_workbook(write_answers(told, asked, tmp_path / f"{number}.xlsx", one))
        for number, one in enumerate((None, tongue))
    ]
    numbers = [
        [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "n"]
        for book in books
    ]

    assert [value for value in numbers[0] if value is not None] == [value for value in numbers[1] if value is not None]
    digits = [re.sub(r"\D", "", one) for one in (told[1].words, tongue.paragraph(told[1].words))]
    assert sorted(digits[0]) == sorted(digits[1]), "no number of a sentence is lost or made up"


def test_a_sentence_that_is_not_known_stays_whole(asked: Study) -> None:
    tongue = Tongue.of_answers("de", asked.data, [asked.scenario])
    unknown = "The gas of Norway is one of many things that are not told at all."

    assert unknown == tongue.paragraph(unknown)
    assert tongue.paragraph(f"{unknown} Smaller routes stay open.") == f"{unknown} Kleinere Routen bleiben offen."
    assert "– Kleinere Routen bleiben offen." == tongue.paragraph("– Smaller routes stay open.")


def test_places_of_a_way_and_a_place_with_a_name_in_brackets_are_in_the_language(asked: Study) -> None:
    tongue = Tongue.of_answers("de", asked.data, [asked.scenario])
    exclave = next(name for name in asked.data["nodes"]["name"] if name.endswith("exclave)"))

    assert "Polen > Deutschland" == tongue.say("Poland > Germany")
    assert f"{tongue.names[exclave]} (99 %)" == tongue.say(f"{exclave} (99%)")


def test_every_german_text_of_answers_has_the_places_of_the_english_one() -> None:
    for text, there in catalogue("de", tells_answers=True).items():
        assert set(re.findall(r"\{\w+\}", there)) <= set(re.findall(r"\{\w+\}", text)), text


def test_notes_of_a_briefing_are_not_taken_for_texts_of_answers(asked: Study) -> None:
    plain = Tongue.of("de", asked.data, {})

    assert "Smaller routes stay open." == plain.say("Smaller routes stay open.")
