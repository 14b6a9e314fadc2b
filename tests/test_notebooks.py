"""The notebooks are a course: linked, with exercises; each runs on the data as shipped and shows what is stored."""

from __future__ import annotations

import ast
import copy
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from course import FOLDER, NOTEBOOKS, differences, executed, is_near, outputs, read, shown, solutions

import energy_model

QUICK = {"00_start_here"}
"""Some ten seconds; the others take up to two minutes and run with the slow tests."""
ALLOWED = {"IPython", "energy_model", "matplotlib", "pandas"}
"""Packages that a notebook imports besides the standard library."""
LONGEST_LINE, WIDEST_OUTPUT = 160, 110
LINK = re.compile(r"\[[^\]]+\]\(([^)\s]+)\)")
every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def tried(path: Path) -> Any:
    """A notebook as a case of a test; a long one runs with the slow tests."""
    return pytest.param(path, id=path.stem, marks=[] if path.stem in QUICK else [pytest.mark.slow])


def texts(notebook: Any) -> list[str]:
    return [cell["source"] for cell in notebook.cells if cell["cell_type"] == "markdown"]


def codes(notebook: Any) -> list[str]:
    """Code of cells and of solutions, without lines that are for the notebook alone."""
    cells = [cell["source"] for cell in notebook.cells if cell["cell_type"] == "code"] + solutions(notebook)
    return ["\n".join(line for line in code.splitlines() if not line.startswith("%")) for code in cells]


def anchor(heading: str) -> str:
    """Where a notebook puts a heading.

    >>> anchor("Change one thing")
    'Change-one-thing'
    """
    return heading.replace(" ", "-")


# The course -----------------------------------------------------------------------------------------------------------


def test_the_course_is_numbered_and_begins_with_a_start_that_links_to_each() -> None:
    assert [f"{number:02d}" for number in range(len(NOTEBOOKS))] == [path.name[:2] for path in NOTEBOOKS]
    assert {path.stem for path in NOTEBOOKS} >= QUICK

    start = "\n".join(texts(read(NOTEBOOKS[0])))

    assert [path.name for path in NOTEBOOKS[1:]] == re.findall(r"^\| \[.*?\]\((\w+\.ipynb)\)", start, re.MULTILINE)


@every_notebook
def test_a_notebook_leads_to_the_one_before_the_next_and_the_documentation(path: Path) -> None:
    first, *_, last = texts(read(path))
    at = NOTEBOOKS.index(path)

    assert first.startswith("# ")
    for text in (first, last):
        assert at == 0 or f"previous: [{title(NOTEBOOKS[at - 1])}]({NOTEBOOKS[at - 1].name})" in text
        assert path == NOTEBOOKS[-1] or f"next: [{title(NOTEBOOKS[at + 1])}]({NOTEBOOKS[at + 1].name})" in text
    assert len([link for link in LINK.findall(first) if link.startswith("../docs/")]) >= 2


def title(path: Path) -> str:
    return str(texts(read(path))[0]).partition("\n")[0].removeprefix("# ")


@every_notebook
def test_what_a_notebook_links_to_is_there(path: Path) -> None:
    links = [link for text in texts(read(path)) for link in LINK.findall(text) if not link.startswith(("#", "http"))]
    pages = [page for text in texts(read(path)) for page in re.findall(r"(?<!\.\./)\bdocs/[\w/]+\.md", text)]

    assert [] == [link for link in links if not (FOLDER / link.partition("#")[0]).exists()]
    assert [] == [page for page in pages if not (FOLDER.parent / page).exists()]


@every_notebook
def test_the_contents_at_the_top_are_the_headings_below(path: Path) -> None:
    written = texts(read(path))
    headings = [heading for text in written for heading in re.findall(r"^## (.+)$", text, re.MULTILINE)]
    contents = re.findall(r"^\d+\. \[(.+?)\]\(#(.+?)\)$", written[0], re.MULTILINE)

    assert headings
    assert [(heading, anchor(heading)) for heading in headings] == contents
    assert len(set(headings)) == len(headings)


@every_notebook
def test_a_notebook_has_exercises_and_each_a_folded_solution_to_run(path: Path) -> None:
    notebook = read(path)
    part = next(text for text in texts(notebook) if text.startswith("## Exercises"))
    asked = re.findall(r"^\*\*(\d)\.\*\* .+$", part, re.MULTILINE)

    assert 2 <= len(asked) <= 3
    assert [str(number) for number in range(1, len(asked) + 1)] == asked
    assert len(asked) == len(solutions(notebook)) == part.count("<details>") == part.count("</details>")
    assert [] == [code for code in solutions(notebook) if not code.strip()]


@every_notebook
def test_a_notebook_uses_public_names_alone(path: Path) -> None:
    wrong = []
    for code in codes(read(path)):
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, ast.ImportFrom):
                names = [str(node.module)]
                taken = [one.name for one in node.names] if node.module == energy_model.__name__ else []
                wrong += [name for name in taken if name not in energy_model.__all__]
                wrong += [f"from {node.module} import ..."] if str(node.module).startswith("energy_model.") else []
            elif isinstance(node, ast.Import):
                names = [one.name for one in node.names]
            else:
                names = []
                if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "em":
                    wrong += [f"em.{node.attr}"] if node.attr not in energy_model.__all__ else []
            wrong += [name for name in names if name.partition(".")[0] not in ALLOWED | sys.stdlib_module_names]

    assert [] == wrong


@every_notebook
def test_lines_are_short_and_nothing_in_an_output_runs_over_the_edge(path: Path) -> None:
    notebook = read(path)
    lines = [line for cell in notebook.cells for line in cell["source"].splitlines() if not line.startswith("|")]
    printed = [
        line
        for cell in notebook.cells
        for one in cell.get("outputs", [])
        if one["output_type"] == "stream"
        for line in one["text"].splitlines()
    ]

    assert [] == [line for line in lines if len(line) > LONGEST_LINE]
    assert [] == [line for line in printed if len(line) > WIDEST_OUTPUT]


@every_notebook
def test_outputs_are_stored_in_the_order_of_the_cells_and_none_is_an_error_or_a_warning(path: Path) -> None:
    cells = [cell for cell in read(path).cells if cell["cell_type"] == "code"]
    found = [output for cell in cells for output in cell["outputs"]]

    assert list(range(1, len(cells) + 1)) == [cell["execution_count"] for cell in cells], "python tests/course.py"
    assert len(found) >= len(cells) // 2
    assert [] == [one for one in found if one["output_type"] == "error" or one.get("name") == "stderr"]


# What is shown is what comes out --------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")  # of the notebook client itself
@pytest.mark.parametrize("path", [tried(path) for path in NOTEBOOKS])
def test_a_notebook_runs_with_its_solutions_and_shows_what_is_stored(path: Path) -> None:
    fresh = executed(path, solved=True)

    told = list(differences(read(path), fresh))
    assert told == [], "find out why they moved; if the new ones are right: python tests/course.py " + path.stem


def test_a_changed_word_a_moved_number_and_a_lost_output_are_told() -> None:
    stored = read(NOTEBOOKS[0])
    at = next(number for number, cell in enumerate(stored.cells) if any(map(shown, outputs(cell))))
    assert [] == list(differences(stored, stored))

    for change, words in (
        (lambda text: text + " more", "words differ"),
        (lambda text: re.sub(r"\d", "9", text), "is stored"),
    ):
        other = copy.deepcopy(stored)
        for output in other.cells[at]["outputs"]:
            for kind, text in output.get("data", {}).items():
                output["data"][kind] = change(text) if isinstance(text, str) else text
        assert any(words in told for told in differences(stored, other))
    lost = copy.deepcopy(stored)
    lost.cells[at]["outputs"] = []
    assert [f"cell {at}: {len(outputs(stored.cells[at]))} outputs are stored, 0 come out"] == list(
        differences(stored, lost)
    )


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ("1,000.0", "1,019.9", True),
        ("1,000.0", "1,021.0", False),
        ("0.02", "0.04", True),
        ("0.02", "0.05", False),
        ("-3.0", "3.0", False),
        ("1.0e-09", "1.01e-09", True),
    ],
)
def test_a_number_may_move_by_a_fiftieth_or_by_two_of_its_last_digit(before: str, now: str, expected: bool) -> None:
    assert expected == is_near(before, now)
