"""With a Pyomo that has changed, models are compiled row by row, and the reason is said in words."""

from __future__ import annotations

import ast
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyomo.environ as pyo
import pytest
from pyomo.core.expr import template_expr
from toy_network import network

from energy_model import lp
from energy_model.lp import ArrayParam, LazyModel, SolveError, compile, compile_model, pyomo_internals
from energy_model.lp.pyomo_internals import ARRAYS, EVERYWHERE, EXPANSION, Internal

PACKAGE = Path(str(lp.__file__)).parent
LISTED = {part for internal in (*EVERYWHERE, *ARRAYS, *EXPANSION) for part in internal.name.split(".")}
PROMISED = {"__future__", "pyomo.common.dependencies", "pyomo.core", "pyomo.repn", "pyomo.version"}
"""Modules of Pyomo that its documentation describes."""


@pytest.fixture
def looked_at_anew() -> Iterator[None]:
    """Pyomo is looked at once per process: here once per test."""
    checks = (pyomo_internals.why_not_expandable, pyomo_internals.require, compile.distrust)
    for check in checks:
        check.cache_clear()
    yield
    for check in checks:
        check.cache_clear()


def without(patch: pytest.MonkeyPatch, *lost: Internal) -> None:
    """Let the installed Pyomo seem to lack some names."""
    usual = pyomo_internals.look_up

    def look_up(internal: Internal) -> object:
        if internal in lost:
            raise AttributeError(internal.name)
        return usual(internal)

    patch.setattr(pyomo_internals, "look_up", look_up)


def test_the_installed_pyomo_has_every_name_and_the_trial_model_comes_out_right() -> None:
    assert [] == pyomo_internals.missing((*EVERYWHERE, *ARRAYS, *EXPANSION))
    assert "" == compile.distrust()


@pytest.mark.usefixtures("looked_at_anew")
@pytest.mark.parametrize("lost", EXPANSION, ids=str)
def test_without_a_name_the_model_is_built_and_read_row_by_row(
    lost: Internal, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    expected = compile_model(network(), method="plain")
    without(monkeypatch, lost)
    pyomo_internals.why_not_expandable.cache_clear()
    compile.distrust.cache_clear()
    with caplog.at_level(logging.WARNING):
        model = network()
        found = compile_model(model)
        compile_model(model)

    assert [] == found.differences(expected)
    assert type(model.balance).__name__ == "IndexedConstraint", "an ordinary component of Pyomo"
    (said,) = [record.getMessage() for record in caplog.records]
    assert f"{lost} ({lost.purpose})" in said
    assert f"Pyomo {pyomo_internals.PYOMO_VERSION} lacks" in said


@pytest.mark.usefixtures("looked_at_anew")
def test_a_pyomo_that_reads_sums_otherwise_is_found_out_by_the_trial_model(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    expected = compile_model(network(), method="plain")
    usual = template_expr.TemplateSumExpression.template_args
    monkeypatch.setattr(
        template_expr.TemplateSumExpression, "template_args", lambda self: [2 * part for part in usual(self)]
    )
    with caplog.at_level(logging.WARNING):
        found = compile_model(network())

    assert [] == found.differences(expected)
    assert "a trial model goes wrong on placeholders" in caplog.text


@pytest.mark.usefixtures("looked_at_anew")
@pytest.mark.parametrize("lost", ARRAYS, ids=str)
def test_array_parameters_say_what_they_lack_and_what_to_use(lost: Internal, monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, lost)
    with pytest.raises(SolveError, match=rf"{re.escape(str(lost))}.*pyo\.Param"):
        ArrayParam(pyo.Set(initialize=[1]), values=1.0)


@pytest.mark.usefixtures("looked_at_anew")
@pytest.mark.parametrize("lost", EVERYWHERE, ids=str)
def test_without_what_every_path_needs_nothing_is_compiled(lost: Internal, monkeypatch: pytest.MonkeyPatch) -> None:
    model = LazyModel()
    without(monkeypatch, lost)
    with pytest.raises(SolveError, match=re.escape(str(lost))):
        compile_model(model)


A_PYOMO_WITHOUT = """
import logging, sys
sys.path.insert(0, {tests!r})
logging.basicConfig(level=logging.WARNING)
import pyomo.environ as pyo
from pyomo.core.base import set as sets
from pyomo.core.expr import relational_expr, template_expr
del template_expr.templatize_rule, template_expr._TemplateIterManager, sets._OrderedSetMixin
del relational_expr.tuple_to_relational_expr
from toy_network import network
from energy_model.lp import compile_model, solve
print(round(solve(compile_model(network())).objective, 3))
"""


def test_with_names_truly_gone_the_package_imports_compiles_and_solves() -> None:
    code = A_PYOMO_WITHOUT.format(tests=str(Path(__file__).parent))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300)

    assert (0, round(lp.solve(compile_model(network())).objective, 3)) == (done.returncode, float(done.stdout)), done
    for gone in ("templatize_rule", "_TemplateIterManager.pause", "_OrderedSetMixin.first", "tuple_to_relational_expr"):
        assert gone in done.stderr


def private_names(path: Path) -> Iterator[tuple[int, str]]:
    """Private attributes that a module reads or sets, and what it imports from within Pyomo."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and re.match(r"_[a-z]", node.attr):
            yield node.lineno, node.attr
        elif isinstance(node, ast.ImportFrom) and not node.level and str(node.module).startswith("pyomo"):
            yield node.lineno, str(node.module)
        elif isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names if name.name.startswith("pyomo"))


def test_no_module_uses_a_private_name_of_pyomo_that_is_not_on_the_list() -> None:
    own: set[str] = set()
    for path in PACKAGE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                own.add(node.name)
            elif isinstance(node, ast.AnnAssign | ast.Assign):
                targets = [node.target] if isinstance(node, ast.AnnAssign) else node.targets
                for target in targets:
                    for part in ast.walk(target):
                        if isinstance(part, ast.Name):
                            own.add(part.id)
                        elif isinstance(part, ast.Attribute) and ast.unparse(part.value) == "self":
                            own.add(part.attr)
    pyomos = LISTED & {"_data", "_constructed", "_active", "_index", "_expr", "_args_", "_dense"}
    for path in sorted(PACKAGE.glob("*.py")):
        for line, name in private_names(path):
            assert name in (own - pyomos) | LISTED | PROMISED, f"{path.name} line {line}: {name}"
