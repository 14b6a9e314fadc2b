"""Every notebook runs from top to bottom on real data."""

from __future__ import annotations

import ast
import asyncio
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest
from plain_package import SHIPPED

from energy_model.data.home import VARIABLE

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
LONG = {"02_can_you_trust_it", "03_nord_stream_2", "04_what_must_be_promised", "06_risk", "07_winter_2025_26"}
"""Half a minute each: history replayed, published results rebuilt, two variants of each of fifteen routes, all inverse
questions, a sweep, eight runs of two winters."""
SECOND = {"07_winter_2025_26"}
"""Of a package that the plain home of the tests does not hold: they run on the data as shipped."""


def read(path: Path) -> Any:
    """A notebook; what checks its form takes seconds to load and is not there before it is needed."""
    import nbformat

    return nbformat.read(path, as_version=4)


def tried(path: Path) -> Any:
    """A notebook as a case of a test; a long one runs with the slow tests."""
    return pytest.param(path, id=path.stem, marks=[pytest.mark.slow] if path.stem in LONG else [])


def test_there_is_a_first_notebook():
    assert "01_first_cutoff.ipynb" in [path.name for path in NOTEBOOKS]
    assert {path.stem for path in NOTEBOOKS} >= LONG | SECOND


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_what_a_notebook_imports_is_there_and_its_cells_are_python(path: Path):
    for cell in read(path).cells:
        if cell["cell_type"] != "code":
            continue
        lines = [line for line in cell["source"].splitlines() if not line.startswith("%")]
        for node in ast.walk(ast.parse("\n".join(lines))):
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith("energy_model"):
                names: dict[str, object] = {}
                exec(compile(ast.Module([node], []), path.name, "exec"), names)
                assert {name.asname or name.name for name in node.names} <= names.keys()


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")  # of the notebook client itself
@pytest.mark.parametrize("path", [tried(path) for path in NOTEBOOKS])
def test_a_notebook_runs_without_error(path: Path, monkeypatch: pytest.MonkeyPatch):
    from nbclient import NotebookClient

    if path.stem in SECOND:
        monkeypatch.setenv(VARIABLE, str(SHIPPED))

    if sys.platform == "win32":
        asyncio.set_event_loop_policy(asyncio.WindowsSelectorEventLoopPolicy())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        notebook = read(path)
        client = NotebookClient(
            notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": path.parent}}
        )
        client.execute()

    errors = [
        output for cell in notebook.cells for output in cell.get("outputs", []) if output["output_type"] == "error"
    ]
    assert [] == errors
