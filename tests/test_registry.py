"""Questions, kinds of measure and commands are found where they are, by their own mark and by nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

import energy_model
from energy_model.impact.questions import QUESTIONS
from energy_model.registry import Registry
from energy_model.scenario.measures import KINDS

PACKAGE = Path(energy_model.__file__).parent

FILE = '''
"""A thing in a file of its own."""
from house_of_tools import tools


@tools.add("{key}", place={place})
def made():
    return "{key}"
'''


def test_a_file_that_is_put_into_the_folder_is_found_without_any_list(tmp_path, monkeypatch):
    folder = tmp_path / "house_of_tools"
    (folder / "inner").mkdir(parents=True)
    text = 'from energy_model.registry import Registry\ntools = Registry("house_of_tools")\n'
    (folder / "__init__.py").write_text(text, encoding="utf-8")
    (folder / "inner" / "__init__.py").write_text("", encoding="utf-8")
    (folder / "late.py").write_text(FILE.format(key="saw", place=20), encoding="utf-8")
    (folder / "inner" / "early.py").write_text(FILE.format(key="plane", place=10), encoding="utf-8")
    (folder / "__main__.py").write_text("raise SystemExit('a program is no part')", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)

    from house_of_tools import tools  # type: ignore[import-not-found]

    assert ["plane", "saw"] == list(tools.all())
    assert "saw" == tools.all()["saw"]()


def test_one_key_for_two_things_is_refused():
    tools = Registry("energy_model.impact")
    tools.add("saw")(len)

    with pytest.raises(ValueError, match="'saw' is registered twice"):
        tools.add("saw")(max)


@pytest.mark.parametrize("key", QUESTIONS)
def test_a_question_stands_in_the_file_of_its_key(key):
    assert key == QUESTIONS[key].__module__.rpartition(".")[2]


def test_no_file_lists_questions_or_kinds_by_hand():
    """A further one must need no other file: whoever names six of them keeps a list."""
    for path in [*(PACKAGE / "impact").rglob("*.py"), *(PACKAGE / "scenario").rglob("*.py")]:
        text = path.read_text(encoding="utf-8")
        named = {key for key in [*QUESTIONS, *KINDS] if f'"{key}"' in text}
        assert len(named) < 6, f"{path.name}: {sorted(named)}"
