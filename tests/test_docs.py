"""Documentation is tested: everything a user can call, write or read is in it, and what is in it exists."""

from __future__ import annotations

import ast
import re
import shlex
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from pages import assert_page
from typer.testing import CliRunner

import energy_model
from energy_model.cli import app
from energy_model.data.load import GasData
from energy_model.data.mechanisms import MECHANISMS
from energy_model.data.package import Package
from energy_model.errors import ResultError
from energy_model.generated_page import GeneratedPart
from energy_model.impact.questions import QUESTIONS
from energy_model.model import describe as model_pages
from energy_model.report.exports import iamc_page
from energy_model.report.workbook import sheets_of
from energy_model.results import columns_page, statistics_page
from energy_model.results.labels import labels_of
from energy_model.results.run import Results, run
from energy_model.scenario import describe as scenario_pages
from energy_model.scenario import library, load_scenario
from energy_model.scenario.describe import keys_of
from energy_model.scenario.load import with_changes
from energy_model.scenario.measures import KINDS, Measure
from energy_model.scenario.schema import Scenario

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def commands(group: Any = None, path: str = "energy-model") -> Iterator[tuple[str, Any]]:
    """Every command with its full name, groups left out."""
    group = group if group is not None else typer.main.get_command(app)
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


def options(command: Any) -> set[str]:
    return {word for option in command.params for word in option.opts if word.startswith("--")}


# Command line ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "command"), list(commands()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_command_and_option_is_documented(name: str, command: Any) -> None:
    text = page("cli.md")
    begins = text.find(f"\n- `{name}") if f"\n- `{name}" in text else text.index(f"\n## `{name}")
    ends = re.search(r"\n(?:## |- `energy-model)|\Z", text[begins + 1 :])
    part = text[begins : begins + 1 + ends.start()] if ends else ""

    assert {option for option in options(command) if f"`{option}`" not in part} == set()
    assert command.help


def test_no_option_is_documented_that_does_not_exist() -> None:
    known = {option for _, command in commands() for option in options(command)} | {"--help"}
    written = set(re.findall(r"`(--[a-z-]+)`", page("cli.md")))

    assert written <= known


# Scenarios ------------------------------------------------------------------------------------------------------------


def examples() -> list[dict[str, Any]]:
    return [tomllib.loads(block) for block in re.findall(r"```toml\n(.*?)```", page("scenarios.md"), re.DOTALL)]


@pytest.mark.parametrize(
    ("name", "writer", "made"),
    [
        ("iamc.md", iamc_page, iamc_page.reference),
        ("model.md", model_pages, model_pages.model_markdown),
        ("results.md", columns_page, columns_page.reference),
        ("scenarios.md", scenario_pages, scenario_pages.reference_markdown),
        ("statistics.md", statistics_page, statistics_page.reference),
    ],
)
def test_generated_parts_are_up_to_date(name: str, writer: Any, made: Callable[[], str]) -> None:
    fresh = writer.PART.page(page(name), made())

    assert_page(fresh, DOCS / name, f"python -m {writer.__name__} docs/{name}")


@pytest.mark.parametrize("text", ["No mark.\n", "<!-- a -->\n<!-- a -->\n<!-- z -->\n", "<!-- a -->\nNo end.\n"])
def test_a_page_without_the_marks_of_its_generated_part_is_refused(text: str) -> None:
    with pytest.raises(ResultError, match="put one where the generated part is"):
        GeneratedPart("<!-- a -->", "<!-- z -->").page(text, "words")


def test_what_stands_around_a_generated_part_stays() -> None:
    part = GeneratedPart("<!-- a -->", "<!-- z -->")

    assert part.page("# Head\n\n<!-- a -->\nold\n<!-- z -->\n\nFoot.\n", "new\n") == (
        "# Head\n\n<!-- a -->\n\nnew\n\n<!-- z -->\n\nFoot.\n"
    )


def test_every_key_of_a_scenario_and_of_every_kind_of_measure_is_documented() -> None:
    text = page("scenarios.md")

    for key in [*keys_of(Scenario), *keys_of(Measure)]:
        assert f"| `{key.name}` |" in text or key.name == "measures"
    for kind, model in KINDS.items():
        section = text.partition(f"### `{kind}`\n")[2].partition("\n### ")[0]
        for key in keys_of(model, without=Measure):
            assert f"| `{key.name}` | {key.takes} |" in section, f"{kind}.{key.name}"


def test_the_examples_show_every_key() -> None:
    shown = examples()
    measures = [measure for example in shown for measure in example.get("measures", [])]

    assert {key.name for key in keys_of(Scenario)} == {key for example in shown for key in example}
    for kind, model in KINDS.items():
        own = {key for measure in measures if measure["kind"] == kind for key in measure} | set(Measure.model_fields)
        rest = {"pipeline"} if kind == "route_commissioning" else set()  # shown with route_outage
        assert set(model.model_fields) == own | rest, kind
    assert set(Measure.model_fields) == {key for measure in measures for key in measure} & set(Measure.model_fields)


@pytest.mark.parametrize("number", range(len(examples())))
def test_every_example_is_a_scenario_that_fits_the_data(number: int, data: GasData, tmp_path: Path) -> None:
    block = re.findall(r"```toml\n(.*?)```", page("scenarios.md"), re.DOTALL)[number]
    (tmp_path / "example.toml").write_text(block, encoding="utf-8")

    assert load_scenario(tmp_path / "example.toml", data=data).measures


def test_every_scenario_of_the_library_is_described() -> None:
    described = set(re.findall(r"^\| `(\w+)` \|", page("scenarios.md").partition("## The library")[2], re.MULTILINE))

    assert set(library()) <= described


# Model and results ----------------------------------------------------------------------------------------------------


def test_every_component_of_the_model_has_a_unit_and_a_meaning() -> None:
    tables = [line.split("|")[1:-1] for line in page("model.md").splitlines() if line.startswith("| `")]

    assert len(tables) > 50
    assert [] == [row for row in tables if not row[-1].strip()]
    assert [] == [row for row in tables if len(row) == 4 and not row[2].strip()]


def test_every_equation_is_written_and_explained() -> None:
    pattern = r"^\*\*`(\w+)`\*\*[^.]*\. ([^`]+)\n\n```math\n([^`]+)```"
    equations = re.findall(pattern, page("model.md"), re.MULTILINE)

    assert {"balance", "storage_level", "supply_limit", "take_or_pay", "cost"} <= {name for name, _, _ in equations}
    assert all(words and formula for _, words, formula in equations)


@pytest.fixture(scope="module")
def results(data: GasData) -> Results:
    """Of a run with every mechanism of the model: each has tables of its own."""
    every = dict.fromkeys(MECHANISMS, True)
    return run(with_changes(load_scenario("full_cutoff_february", data.root), resolution="month", **every), data)


def test_every_result_table_and_column_is_documented(results: Results) -> None:
    tables = page("results.md").partition("## Result tables")[2].partition("## Tables of rolling foresight")[0]

    assert list(results.tables) == re.findall(r"^### `(\w+)`", tables, re.MULTILINE)
    for name, table in results.tables.items():
        section = tables.partition(f"### `{name}`\n")[2].partition("\n### ")[0]
        assert {f"`{column}`" for column in table.columns} == set(re.findall(r"`[a-z_]+`", first_cells(section))), name


def first_cells(section: str) -> str:
    """First column of the tables of a section."""
    return "\n".join(line.split("|")[1] for line in section.splitlines() if line.startswith("|"))


def test_every_input_table_and_column_is_documented(results: Results) -> None:
    text = page("results.md").partition("## Input tables")[2].partition("\n## ")[0]
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", text, re.MULTILINE))

    assert list(results.inputs) == list(rows)
    for name, table in results.inputs.items():
        assert list(table.columns) == re.findall(r"`(\w+)`", rows[name]), name


def test_every_table_of_the_data_is_documented() -> None:
    text = "".join(item.read_text("utf-8") for item in PAGES)

    assert [] == [name for name in Package.open().resources if not re.search(rf"\b{name}\b", text)]


COUNTED = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen twenty twenty-one twenty-two twenty-three twenty-four"
)


@pytest.mark.parametrize("path", ["README.md", "docs/impact.md", "docs/scenarios.md"])
def test_numbers_of_scenarios_and_questions_in_words_are_those_of_the_code(path: str, data: GasData) -> None:
    counts = {"scenarios": len(library(data.root)), "questions": len(QUESTIONS)}
    text = (ROOT / path).read_text(encoding="utf-8")

    for word, what in re.findall(r"\b(?:the|All|puts|of) ([\w-]+) (scenarios|questions)\b", text):
        assert word not in COUNTED.split() or COUNTED.split().index(word) + 1 == counts[what], f"{path}: {word} {what}"


def test_the_version_is_the_newest_of_the_changelog_and_that_of_the_citation() -> None:
    newest = re.search(r"^## \[([\d.]+)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    cited = re.search(r"^version: (.+)$", (ROOT / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE)

    assert newest
    assert cited
    assert energy_model.__version__ == newest[1] == cited[1]


GUIDES = [DOCS / "tutorial.md", *sorted((DOCS / "howto").glob("*.md"))]
every_guide = pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)


def calls(path: Path) -> list[list[str]]:
    """Commands of a guide, without the program's name."""
    blocks = re.findall(r"```sh\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)
    lines = [shlex.split(line) for block in blocks for line in block.splitlines()]
    assert all(line[0] == "energy-model" for line in lines)
    return [line[1:] for line in lines]


def files(path: Path, folder: Path) -> None:
    for name, text in re.findall(
        r'```(?:toml|csv) title="([\w.]+)"\n(.*?)```', path.read_text(encoding="utf-8"), re.DOTALL
    ):
        (folder / name).write_text(text, encoding="utf-8")


@every_guide
def test_a_guide_uses_commands_and_options_that_exist(path: Path) -> None:
    known = {name.removeprefix("energy-model "): options(command) for name, command in commands()}
    for call in calls(path):
        name = " ".join(call[:2]) if " ".join(call[:2]) in known else call[0]
        assert {word for word in call if word.startswith("--")} <= set(known[name]), call


@pytest.mark.slow
@every_guide
def test_a_guide_runs_as_it_is_written(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files(path, tmp_path)
    monkeypatch.chdir(tmp_path)

    for call in calls(path):
        ended = CliRunner().invoke(app, call)
        assert ended.exit_code == 0, f"{call}: {ended.output}"
    for block in re.findall(r"```python\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL):
        exec(block, {})


# Workbook, dependencies, pages ----------------------------------------------------------------------------------------


def test_every_sheet_of_the_workbook_is_documented_in_order(data: GasData) -> None:
    assert list(sheets_of(labels_of(data), data["nodes"])) == re.findall(
        r"^\| `([^`]+)` \|", page("workbook.md"), re.MULTILINE
    )


def test_every_dependency_is_documented_with_its_licence() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"]
    wanted = [
        *project["project"]["dependencies"],
        *extras["notebooks"],
        *extras["pypsa"],
        *extras["benchmarks"],
        *extras["distributed"],
        *extras["refresh"],
        *extras["onepager"],
        *extras["serve"],
        *extras["mcp"],
        *extras["docs"],
        *extras["dev"],
        *project["build-system"]["requires"],
    ]
    names = {re.split(r"[\[><=]", item)[0] for item in wanted} - {"energy-model"}
    rows = dict(re.findall(r"^\| ([\w-]+) \| (.+) \|$", page("dependencies.md"), re.MULTILINE))

    assert names == set(rows) - {"package"}
    assert all(re.search("Apache|BSD|ISC|MIT|MPL|PSF", row) for name, row in rows.items() if name in names)


def test_the_readme_begins_with_the_two_commands_and_then_pip_and_the_index_has_every_page() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")

    assert -1 < text.find("make brief") < text.find("make test") < text.find("pip install")
    index = page("index.md")
    assert "docs/index.md" in text
    assert [] == [one.name for one in PAGES[1:] if one.name != "index.md" and f"docs/{one.name}" not in index]


every_page = pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)


@every_page
def test_pages_that_are_named_exist(path: Path) -> None:
    named = set(
        re.findall(
            r"\b((?:docs|energy_model|notebooks|benchmarks|data)/[\w/]+\.(?:md|py|ipynb|csv|json))\b",
            path.read_text("utf-8"),
        )
    )

    assert [] == sorted(name for name in named if not (ROOT / name).exists())


@every_page
def test_python_on_a_page_is_python_and_uses_names_that_exist(path: Path) -> None:
    for block in re.findall(r"```python\n(.*?)```", path.read_text("utf-8"), re.DOTALL):
        for node in ast.walk(ast.parse(block)):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) in {"em", "energy_model"}:
                assert node.attr in energy_model.__all__, f"{path.name}: {node.attr}"


@every_page
def test_a_page_is_plain_text_that_fits_a_screen(path: Path) -> None:
    text = path.read_text("utf-8")

    assert text.startswith("# ")
    assert text.endswith("\n")
    assert not re.search("[\U0001f300-\U0001faff\u2600-\u27bf]", text), "no emojis"
    prose = [line for line in text.splitlines() if not line.startswith(("|", "```", "$"))]
    assert max(len(line) for line in prose if "generated" not in line) <= 140
