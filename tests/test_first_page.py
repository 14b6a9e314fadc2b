"""What a newcomer sees first: the page, its answer of today, how to install it, and what can be asked."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pandas as pd
import pytest
import typer
from library_results import SHIPPED_PATH
from typer.testing import CliRunner

from energy_model import GasData, load_scenario, run, with_changes
from energy_model.cli import app
from energy_model.cli.commands import every_command
from energy_model.cli.questions import QUESTIONS
from energy_model.errors import ResultError
from energy_model.files import file_digest
from energy_model.report import today
from energy_model.report.run_sentences import run_sentences
from energy_model.results.band import Band
from energy_model.results.headline import headline_values

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
TWO_SCREENS = 100
COMMAND = "python -m energy_model.report.today README.md"


def shown_scenario(data: GasData) -> str:
    """The scenario that stands for a shortage."""
    name = data.storyline.briefing.shortage
    assert name
    return name


@pytest.fixture(scope="module")
def table(shipped: GasData) -> pd.DataFrame:
    """Numbers behind the first page, by key."""
    return pd.read_csv(ROOT / today.IMAGES / f"{shown_scenario(shipped)}.csv").set_index("key")


def answer_of_today() -> str:
    text = README.read_text(encoding="utf-8")
    return " ".join(text.partition(today.PART.begins)[2].partition(today.PART.ends)[0].split())


def test_the_first_page_is_two_screens_long() -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) <= TWO_SCREENS


def test_files_that_the_first_page_links_to_exist() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", README.read_text(encoding="utf-8"))

    assert links
    assert [] == [link for link in links if not (ROOT / link).exists()]


def test_the_picture_of_today_is_the_one_that_was_made_with_its_numbers(shipped: GasData, table: pd.DataFrame) -> None:
    picture = today.IMAGES / f"{shown_scenario(shipped)}.png"

    assert f"]({picture.as_posix()})" in answer_of_today()
    assert file_digest(ROOT / picture) == table.loc[today.PICTURE, "label"], COMMAND


def test_the_numbers_of_today_are_those_on_record(shipped: GasData, table: pd.DataFrame) -> None:
    """The results on record are solved by other tests; whoever moves them writes the first page anew."""
    recorded = pd.read_csv(SHIPPED_PATH).set_index(["scenario", "table", "column"])["total"]
    expected = recorded[shown_scenario(shipped), "curtailment", "curtailed_gwh"]

    assert table.loc[today.EVERYWHERE, "value"] == pytest.approx(expected, rel=1e-6), COMMAND


def test_the_words_of_today_are_about_the_numbers_beside_them(table: pd.DataFrame) -> None:
    words = answer_of_today()
    ranged = table.loc[list(today.SHOWN)]

    assert f"{table.loc['region_curtailed', 'value']:,.0f} TWh curtailed" in words
    for row in ranged.itertuples():
        assert row.low <= row.value * (1 + 1e-2)
        assert row.value <= row.high * (1 + 1e-2)
        ends = Band(row.low, row.value, row.high, str(row.unit)).rounded
        assert f"({ends[0]:,.0f} to {ends[2]:,.0f}) {row.unit}" in words


@pytest.mark.slow
def test_the_answer_of_today_is_what_the_package_gives(shipped: GasData, table: pd.DataFrame) -> None:
    results = run(load_scenario(shown_scenario(shipped), shipped.root, shipped), shipped)
    words = answer_of_today()

    assert headline_values(results) == pytest.approx(table["value"].drop([today.PICTURE, today.EVERYWHERE]).to_dict())
    assert [] == [sentence for sentence in run_sentences(results) if sentence not in words], COMMAND


def test_the_page_tables_ranges_where_they_are_known(data: GasData) -> None:
    scenario = with_changes(load_scenario(shown_scenario(data), data.root, data), resolution="month")
    results = run(scenario, data)
    own = headline_values(results)["region_curtailed"]
    band = Band(own - 1.0, own, own + 1.0, "TWh")

    made = today.today_table(results, {"region_curtailed": band}, results, "f" * 64).set_index("key")

    assert (own - 1.0, own + 1.0) == tuple(made.loc["region_curtailed", ["low", "high"]])
    assert made["low"].notna().sum() == 1
    assert made.loc[today.EVERYWHERE, "value"] == pytest.approx(results["curtailment"]["curtailed_gwh"].sum())
    words = " ".join(today.today_words(results, {"region_curtailed": band}, "map.png", "one week").split())
    assert band.words in words
    assert all(sentence in words for sentence in run_sentences(results))


def test_a_page_without_marks_is_refused_before_anything_is_solved(tmp_path: Path, data: GasData) -> None:
    (tmp_path / "README.md").write_text("# A page\n", encoding="utf-8")

    with pytest.raises(ResultError, match="put one where the generated part is"):
        today.write_today(tmp_path / "README.md", data)
    assert ["README.md"] == [path.name for path in tmp_path.iterdir()]


# What can be asked ----------------------------------------------------------------------------------------------------


def command_of(words: list[str]) -> tuple[typer.models.Any, list[str]]:
    """The command that words call, and what is left of them."""
    group = typer.main.get_command(app)
    while words and hasattr(group, "commands") and words[0] in group.commands:
        group, words = group.commands[words[0]], words[1:]
    return group, words


@pytest.mark.parametrize(("question", "call"), QUESTIONS, ids=[call for _, call in QUESTIONS])
def test_what_can_be_asked_is_a_command_with_these_options(question: str, call: str) -> None:
    program, *words = shlex.split(call)
    command, left = command_of(words)
    options = {word: option for option in command.params for word in option.opts if word.startswith("-")}
    places = [one for one in command.params if one.param_type_name == "argument"]
    asked = [word for word in left if word.startswith("--") and word != "--help"]
    given = len(left) - len(asked) - left.count("--help") - sum(not options[word].is_flag for word in asked)

    assert program == "energy-model"
    assert question.endswith("?")
    assert not hasattr(command, "commands") or left == ["--help"]
    if "--help" not in left:
        assert given >= sum(one.required for one in places)
    assert given <= len(places) or any(one.nargs == -1 for one in places)


def test_every_command_answers_a_question_and_the_program_alone_shows_them_all() -> None:
    shown = CliRunner().invoke(app, [])

    assert shown.exit_code == 0
    assert set(every_command()) == {shlex.split(call)[1] for _, call in QUESTIONS}
    assert [] == [text for pair in QUESTIONS for text in pair if text not in shown.output]


def test_the_installation_names_the_next_command() -> None:
    ended = CliRunner().invoke(app, ["doctor"])

    assert ended.exit_code == 0
    assert ended.output.splitlines()[-1].startswith("next: energy-model ")


@pytest.mark.parametrize(
    ("system", "needed"),
    [
        ("Linux", ["python3 -m venv", "source .venv/bin/activate", "apt install"]),
        ("macOS", ["brew install", "xcode-select --install"]),
        ("Windows", ["py -m venv", "Activate.ps1", "activate.bat", "py -m pip install", "Set-ExecutionPolicy"]),
    ],
)
def test_the_tutorial_says_how_to_install_on_each_system(system: str, needed: list[str]) -> None:
    part = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8").partition(f"**{system}.**")[2]

    assert part
    assert [] == [words for words in needed if words not in part]
