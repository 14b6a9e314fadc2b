"""A release is refused as long as a source does not let its rows be passed on; nothing is built then."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pandas as pd
import pytest
from toy_package import write_toy
from typer.testing import CliRunner

from energy_model.cli import app
from energy_model.data.check import release_problems
from energy_model.data.redistribution import ALLOWED, home_problems

ROOT = Path(__file__).parents[1]
NEEDED = ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE", "energy_model/__init__.py")
RULE = "energy_model/data/redistribution.py"
TOY = "toy/sources.csv"


def with_terms(package: Path, words: str) -> Path:
    """Write what the terms of the toy's one source allow."""
    file = package / "sources.csv"
    table = pd.read_csv(file, dtype=str, keep_default_na=False)
    table.assign(redistribution=words).to_csv(file, index=False)
    return package


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """What a build needs of this project, with the toy as its only data."""
    for name in (*NEEDED, RULE):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    write_toy(tmp_path / "data" / "toy")
    return tmp_path


def built(project: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hatchling", "build", *words], cwd=project, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("target", ["wheel", "sdist"])
def test_nothing_is_built_of_a_package_whose_publisher_has_not_been_asked(project: Path, target: str) -> None:
    with_terms(project / "data" / "toy", "ask")
    refused = built(project, "-t", target)

    assert refused.returncode != 0
    assert f"not to be released: {TOY}, source_id = 'toy': its rows may be used and not passed on" in refused.stderr
    assert "pip install -e ." in refused.stderr
    assert [] == [*project.glob("dist/*")]


def test_the_same_package_is_built_once_the_publisher_agreed_and_carries_its_data(project: Path) -> None:
    done = built(project, "-t", "wheel")
    (wheel,) = project.glob("dist/*.whl")

    assert 0 == done.returncode, done.stderr
    assert "energy_model/_data/toy/sources.csv" in ZipFile(wheel).namelist()


def test_the_check_on_the_command_line_says_the_same_and_fails(tmp_path: Path) -> None:
    toy = with_terms(write_toy(tmp_path / "toy"), "ask")
    (problem,) = release_problems(toy)
    shown = CliRunner().invoke(app, ["data", "check", "--release", "--data", str(toy)])

    assert home_problems(tmp_path) == [f"toy/{problem}"]
    assert 1 == shown.exit_code
    assert shown.exception is None or isinstance(shown.exception, SystemExit)


@pytest.mark.parametrize("words", ["", "perhaps"])
def test_terms_that_are_not_said_allow_nothing(tmp_path: Path, words: str) -> None:
    with_terms(write_toy(tmp_path / "toy"), words)
    (problem,) = home_problems(tmp_path)

    assert f"{TOY}, source_id = 'toy': redistribution says {repr(words) if words else 'nothing'}" in problem
    assert ", ".join(ALLOWED) in problem


def test_a_home_without_a_package_or_with_a_broken_one_is_no_release(tmp_path: Path) -> None:
    assert "no data package there" in home_problems(tmp_path)[0]
    toy = write_toy(tmp_path / "toy")
    (toy / "sources.csv").unlink()
    assert "sources.csv: cannot be read" in home_problems(tmp_path)[0]
    (toy / "datapackage.json").write_text('{"resources": []}', encoding="utf-8")
    assert "lists no table of sources" in home_problems(tmp_path)[0]
    (toy / "datapackage.json").write_text("{", encoding="utf-8")
    assert "cannot be read" in home_problems(tmp_path)[0]


def test_what_is_shipped_may_be_passed_on() -> None:
    assert [] == home_problems(ROOT / "data")


def test_a_release_checks_every_package_whole_before_it_builds() -> None:
    """The target of the Makefile: `data check --release` for each package, then wheel and source archive."""
    recipe = re.search(r"^release:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)

    assert recipe is not None
    check, build = recipe[1].index("data check --release"), recipe[1].index("-m hatchling build")
    assert check < build
