"""What a command pays before it begins: modules that only some commands need are not imported by the others."""

from __future__ import annotations

import subprocess
import sys

import pytest

NEVER = {
    "pyomo.environ",
    "pint",
    "dask.distributed",
    "frictionless",
    "matplotlib",
    "openpyxl",
    "scipy.integrate",
    "scipy.spatial",
    "scipy.stats",
}
"""Modules without which a scenario is read, solved, stored and told."""
ONLY_TO_SOLVE = NEVER | {"highspy", "numpy", "pandas", "pyarrow", "pydantic", "pyomo", "scipy", "xlsxwriter"}
"""Modules without which the program says what it can do."""


ONLY_TO_LIST = NEVER | {"highspy", "pyomo", "scipy", "xlsxwriter"}
"""Modules without which scenarios, packages of data and what can be asked are listed."""


def loaded_by(code: str) -> set[str]:
    """Every module that a fresh process holds after some code."""
    program = f"{code}\nimport sys\nsys.stderr.write('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stderr.splitlines())


@pytest.mark.parametrize("name", ["energy_model", "energy_model.cli", "energy_model.cli.program"])
def test_the_program_starts_without_numbers_or_figures(name: str) -> None:
    assert set() == ONLY_TO_SOLVE & loaded_by(f"import {name}")


@pytest.mark.parametrize("words", [("scenarios", "list"), ("scenarios", "show", "reference"), ("data", "list")])
def test_a_list_needs_no_solver_and_no_modelling_layer(words: tuple[str, ...]) -> None:
    loaded = loaded_by(
        "import sys\nfrom energy_model.cli import main\n"
        f"sys.argv[1:] = {list(words)}\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code"
    )

    assert "pydantic" in loaded
    assert set() == ONLY_TO_LIST & loaded


def test_a_list_of_scenarios_reads_no_source_code_for_what_its_keys_mean() -> None:
    loaded = loaded_by(
        "import energy_model as em\n"
        "from energy_model import library\n"
        "from energy_model.scenario.describe import docstrings\n"
        "assert [em.load_scenario(name) for name in library()]\n"
        "assert 0 == docstrings.cache_info().currsize"
    )

    assert "energy_model.scenario.describe" in loaded


def test_a_run_needs_no_statistics_no_figures_and_no_reader_of_excel() -> None:
    loaded = loaded_by(
        "import energy_model as em\n"
        "import energy_model.report.run_workbook\n"
        "em.headlines(em.run(em.with_changes(em.load_scenario('full_cutoff_february'), resolution='month')))"
    )

    assert {"pyomo", "highspy", "pandas"} <= loaded
    assert set() == NEVER & loaded


def test_pyomo_still_finds_scipy_when_one_of_its_modules_wants_it() -> None:
    loaded = loaded_by(
        "import energy_model.lp\n"
        "from pyomo.common.dependencies import scipy, scipy_available\n"
        "assert scipy_available and scipy.stats.norm.cdf(0.0) == 0.5"
    )

    assert "scipy.stats" in loaded
