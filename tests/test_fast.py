"""One door to speed: what lies behind it is nobody else's business, and the plain way leads to the same optimum."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from cases import everything

import energy_model
from energy_model import fast
from energy_model.data.load import GasData
from energy_model.fast import TUNING, optimum, tuning
from energy_model.lp import compile_model, highs
from energy_model.model import build_model
from energy_model.plan.foresight import Solved, solve_scenario
from energy_model.results.run import run
from energy_model.scenario import Scenario

PACKAGE = Path(energy_model.__file__).parent
PAGE = Path(__file__).parents[1] / "docs" / "fast.md"
SLOW = pytest.mark.slow


def test_the_rest_of_the_package_imports_the_public_names_of_fast_alone() -> None:
    for path in PACKAGE.rglob("*.py"):
        if path.parent.name == "fast":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith("energy_model.fast"):
                assert "energy_model.fast" == node.module, f"{path}: {node.module}"
                assert {name.name for name in node.names} <= set(fast.__all__), path
            elif isinstance(node, ast.Import):
                assert not any(name.name.startswith("energy_model.fast") for name in node.names), path


def test_every_constant_has_its_reason_beside_it() -> None:
    tree = ast.parse(Path(tuning.__file__).read_text(encoding="utf-8"))
    (declared,) = (node for node in tree.body if isinstance(node, ast.ClassDef))
    names = [node.target.id for node in declared.body if isinstance(node, ast.AnnAssign)]
    followed = [
        isinstance(after, ast.Expr) and len(str(after.value.value)) > 40
        for node, after in zip(declared.body, [*declared.body[1:], None], strict=True)
        if isinstance(node, ast.AnnAssign)
    ]

    assert [field.name for field in fields(TUNING)] == names
    assert all(followed), names


def test_no_constant_of_tuning_stands_elsewhere() -> None:
    """Numbers at the top of a module of fast are constants that somebody forgot to give a reason."""
    for path in (PACKAGE / "fast").glob("*.py"):
        if path.name == "tuning.py":
            continue
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            value = getattr(node, "value", None)
            assert not isinstance(value, ast.Constant) or isinstance(value.value, str), f"{path.name}: {value.value}"


@pytest.mark.parametrize(
    ("name", "allocation"),
    [
        ("full_cutoff_february", "cooperative"),
        ("eu_bans_russian_gas", "cooperative"),
        pytest.param("full_cutoff_february", "own_needs_first", marks=SLOW),
        pytest.param("full_cutoff_february", "protected_first", marks=SLOW),
        pytest.param("full_cutoff_with_assurances", "cooperative", marks=SLOW),
        pytest.param("reference", "cooperative", marks=SLOW),
    ],
)
def test_the_plain_way_has_the_results_of_the_fast_one(
    data: GasData, monthly: Callable[..., Scenario], name: str, allocation: str
) -> None:
    """With surprise, bans by origin and rules of sharing."""
    scenario = monthly(name, allocation=allocation)
    one, other = (solve_scenario(scenario, data, plain=plain) for plain in (False, True))

    assert one.objective_keur == pytest.approx(other.objective_keur, rel=1e-9)
    for part in ("curtailment", "voluntary", "supply"):
        assert at_days(one, part) == pytest.approx(at_days(other, part), rel=1e-6, abs=1e-3), part


def at_days(solved: Solved, part: str) -> np.ndarray:
    """Gas by market or supply step over the horizon, GWh."""
    values = solved.values[part]
    return values.reshape(values.shape[0], -1, values.shape[-1]).sum(axis=1) @ solved.case.timeline.days


def test_plain_is_one_call_of_the_solver_with_the_full_matrix(monkeypatch: pytest.MonkeyPatch) -> None:
    handed: list[tuple[int, int]] = []
    usual = highs.LiveModel.__init__
    monkeypatch.setattr(
        highs.LiveModel,
        "__init__",
        lambda self, matrix, **how: handed.append(matrix.shape) or usual(self, matrix, **how),
    )
    case = everything()
    matrix = compile_model(build_model(case))
    plain, start = optimum(matrix, case, plain=True)
    counted = list(handed)

    assert [matrix.shape] == counted
    assert start is None
    assert plain.objective == pytest.approx(optimum(matrix, case)[0].objective, rel=1e-9)


def test_a_plain_run_has_the_headlines_of_a_fast_one(data: GasData, monthly: Callable[..., Scenario]) -> None:
    one, other = (energy_model.headlines(run(monthly("reference"), data, plain=plain)) for plain in (False, True))

    assert one.to_dict() == pytest.approx(other.to_dict(), rel=1e-6, abs=1e-4)


def test_the_page_names_every_module_and_every_constant() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for path in (PACKAGE / "fast").glob("*.py"):
        assert path.name == "__init__.py" or f"`{path.name}`" in page, path.name
    for field in fields(TUNING):
        assert f"`{field.name}`" in page, field.name
