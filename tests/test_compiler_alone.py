"""The compiler stands on its own: copied out under another name it runs, with its page and its tests."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from energy_model import EnergyModelError, lp
from energy_model.errors import SolveError, StoppedError

REPOSITORY = Path(__file__).parents[1]
NAME = "arrays_from_pyomo"


@pytest.fixture
def copied_out(tmp_path: Path) -> Path:
    """The package under another name beside its tests and its page, where the project cannot be imported."""
    shutil.copytree(REPOSITORY / "energy_model" / "lp", tmp_path / NAME, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(REPOSITORY / "tests" / "lp", tmp_path / "tests" / "lp")
    (tmp_path / "docs").mkdir()
    shutil.copy(REPOSITORY / "docs" / "compiler.md", tmp_path / "docs")
    for path in [*tmp_path.glob("tests/lp/*.py"), *tmp_path.glob("docs/*.md")]:
        text = path.read_text(encoding="utf-8")
        text = text.replace("from energy_model import lp", f"import {NAME} as lp").replace("energy_model.lp", NAME)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "conftest.py").write_text('import sys\n\nsys.modules["energy_model"] = None\n', encoding="utf-8")
    return tmp_path


def output(folder: Path, *command: str) -> str:
    """What Python says when it runs something in a folder, without an error."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    done = subprocess.run(
        [sys.executable, "-W", "error", *command],
        cwd=folder,
        env={**environment, "PYTHONPATH": f"{folder}{os.pathsep}{folder / 'tests' / 'lp'}"},
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert 0 == done.returncode, done.stdout + done.stderr
    return done.stdout


def test_the_compiler_names_nothing_of_the_project() -> None:
    for path in (REPOSITORY / "energy_model" / "lp").glob("*.py"):
        assert not re.search(r"energy[_-]model|\bgas\b", path.read_text(encoding="utf-8")), path.name


def test_copied_out_the_examples_of_its_page_run(copied_out: Path) -> None:
    code = "import conftest, runpy; run = runpy.run_path('tests/lp/test_compiler.py')"
    output(copied_out, "-c", f"{code}; run['test_the_examples_of_the_page_run']()")


@pytest.mark.slow
def test_copied_out_all_of_its_tests_pass(copied_out: Path) -> None:
    assert " passed" in output(copied_out, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/lp")


def test_its_errors_are_raised_as_errors_of_the_project() -> None:
    assert isinstance(lp.SolveError("no optimum"), SolveError)
    assert isinstance(lp.StoppedError(), StoppedError)
    assert issubclass(SolveError, EnergyModelError)
    assert issubclass(StoppedError, EnergyModelError)
    assert type(lp.CompilerError()) is lp.CompilerError
    with pytest.raises(EnergyModelError, match="not finite"):
        raise lp.SolveError("a cost is not finite")
