"""How the code hangs together: who may import whom, what the library never does, how long its parts are."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import networkx as nx
import pytest

import energy_model
from energy_model import errors

ROOT = Path(energy_model.__file__).parent
MODULES = sorted(path for path in ROOT.rglob("*.py") if "_data" not in path.parts)

BELOW: dict[str, set[str]] = {
    "lp": set(),
    "errors": {"lp"},
    "units": set(),
    "registry": set(),
    "files": {"errors"},
    "show": {"errors"},
    "workers": {"errors"},
    "timeline": {"errors", "units"},
    "data": {"errors", "units", "timeline"},
    "scenario": {"errors", "units", "timeline", "data"},
    "model": {"errors", "units", "timeline", "data", "scenario", "lp"},
    "fast": {"errors", "units", "timeline", "data", "scenario", "lp", "model"},
    "plan": {"errors", "units", "timeline", "data", "scenario", "lp", "model", "fast"},
    "results": {"errors", "units", "timeline", "data", "scenario", "lp", "model", "fast", "plan"},
}
for part in BELOW.keys() - {"errors", "registry", "units", "files", "show", "workers", "lp"}:
    BELOW[part] |= {"files", "registry", "show", "workers"}  # everything may write, register, show, share its work
BELOW["imports"] = {*BELOW["scenario"], "scenario"}
BELOW["sweep"] = {*BELOW["results"], "results"}
BELOW["impact"] = {*BELOW["sweep"], "sweep"}
BELOW["risk"] = {*BELOW["impact"], "impact"}
BELOW["validate"] = {*BELOW["impact"], "impact"}
BELOW["report"] = {*BELOW["validate"], "validate", "risk"}
BELOW["cli"] = {*BELOW["report"], "report", "imports"}
BELOW["cases"] = {*BELOW["report"], "report"}  # plug-ins: they may use everything, and are loaded by name alone
"""What each part of the package may import of the others."""

LONGEST_FILE, LONGEST_FUNCTION = 400, 60
FORBIDDEN_MODULES = {"http", "random", "requests", "socket", "ssl", "urllib", "urllib3"}
ON_LINE = "imports/services.py"
"""The only module that opens a connection, for the command that says so."""
CLOCK = {"now", "today", "utcnow", "time", "time_ns", "localtime", "gmtime", "monotonic"}


def part_of(path: Path) -> str:
    """First name below the package: ``model`` for ``model/storage.py``."""
    first = path.relative_to(ROOT).parts[0]
    return first.removesuffix(".py")


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imports(path: Path) -> Iterator[tuple[str, str]]:
    """Every imported module with the name taken from it, at the top of the file or inside a function."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((name.name, "") for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:  # within the compiler, so that it can be copied out under another name
                assert (part_of(path), node.level) == ("lp", 1), f"{path.name}: relative import"
                continue
            yield from ((str(node.module), name.name) for name in node.names)


def taken_at_run_time(path: Path, name: str) -> Iterator[tuple[str, str]]:
    """Every imported module with the name taken from it, but for what types alone need; relative ones in full."""
    source = tree(path)
    for node in ast.walk(source):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            node.body = []
    for node in ast.walk(source):
        if isinstance(node, ast.Import):
            yield from ((one.name, "") for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            within = name.rsplit(".", node.level)[0] + "." if node.level else ""
            yield from ((f"{within}{node.module or ''}".rstrip("."), one.name) for one in node.names)


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


every_module = pytest.mark.parametrize("path", MODULES, ids=short)


@every_module
def test_imports_point_one_way(path: Path) -> None:
    part = part_of(path)
    if part == "__init__":
        return  # names are loaded when first used; see the test of the public names
    for module, name in imports(path):
        if module.split(".")[0] != "energy_model":
            continue
        other = module.split(".")[1] if "." in module else name
        public = part == "cli" and module == "energy_model" and name in energy_model.__all__
        assert other == part or other in BELOW[part] or public, f"{short(path)} imports {module}.{name}"


def test_no_module_imports_itself_by_way_of_others() -> None:
    """Neither at the top of a file nor inside a function; what is imported for types alone does not count."""
    names = {path: ".".join(["energy_model", *path.relative_to(ROOT).with_suffix("").parts]) for path in MODULES}
    known = {name.removesuffix(".__init__"): name for name in names.values()}
    graph: nx.DiGraph = nx.DiGraph()
    for path, name in names.items():
        for module, taken in taken_at_run_time(path, name):
            target = known.get(f"{module}.{taken}") or known.get(module)
            if target and target != name:
                graph.add_edge(name, target)

    assert [] == [sorted(circle) for circle in nx.strongly_connected_components(graph) if len(circle) > 1]


@every_module
def test_pyomo_stays_in_the_model_and_its_compiler(path: Path) -> None:
    uses = any(module.split(".")[0] == "pyomo" for module, _ in imports(path))

    assert not uses or part_of(path) in {"model", "lp"}


@every_module
def test_highspy_stays_in_the_compiler(path: Path) -> None:
    uses = any(module.split(".")[0] == "highspy" for module, _ in imports(path))

    assert not uses or part_of(path) == "lp"


def test_every_part_of_the_package_has_its_place_in_the_order() -> None:
    assert {part_of(path) for path in MODULES} <= {*BELOW, "__init__"}


@every_module
def test_the_library_does_not_print_read_a_clock_use_the_network_or_roll_dice(path: Path) -> None:
    for module, _ in imports(path):
        is_service = short(path) == ON_LINE and module.split(".")[0] in {"requests", "urllib3"}
        assert module.split(".")[0] not in FORBIDDEN_MODULES or is_service, f"{short(path)} imports {module}"
    for node in ast.walk(tree(path)):
        if not isinstance(node, ast.Call):
            continue
        said = ast.unparse(node.func)
        where = f"{short(path)} line {node.lineno}: {said}"
        assert said not in {"print", "input", "breakpoint"}, where
        assert not said.startswith(("np.random", "numpy.random")), where
        owner, _, called = said.rpartition(".")
        is_clock = owner.split(".")[-1] in {"time", "date", "datetime", "Timestamp"} and called in CLOCK
        assert not is_clock, where
        assert not said.endswith("perf_counter") or part_of(path) == "lp", (
            f"{where}: only the solver's seconds are timed"
        )


@every_module
def test_a_file_fits_in_one_sitting_and_a_function_on_one_screen(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE, short(path)
    for node in ast.walk(tree(path)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= LONGEST_FUNCTION, f"{short(path)}: {node.name} has {length} lines"


@every_module
def test_a_file_says_what_it_is_for_and_does_nothing_when_imported(path: Path) -> None:
    body = tree(path).body
    assert ast.get_docstring(tree(path)), f"{short(path)} has no docstring"
    loops = [node for node in body if isinstance(node, (ast.For, ast.While, ast.With))]
    calls = [node for node in body if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)]

    assert [] == loops
    assert [] == [ast.unparse(node) for node in calls]


def test_the_public_names_are_sorted_and_each_can_be_imported() -> None:
    assert sorted(energy_model.__all__) == energy_model.__all__
    assert list(energy_model._HOME) == energy_model.__all__
    for name in energy_model.__all__:
        found = getattr(energy_model, name)
        assert found.__doc__, f"{name} has no docstring"
        assert found.__module__.startswith("energy_model")


def test_a_name_that_is_not_public_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'solve_everything'"):
        _ = energy_model.solve_everything


@pytest.mark.parametrize("package", [path.parent for path in MODULES if path.name == "__init__.py"], ids=short)
def test_what_a_package_promises_it_has(package: Path) -> None:
    name = ".".join(["energy_model", *package.relative_to(ROOT).parts])
    module = import_module(name)

    for public in getattr(module, "__all__", []):
        assert hasattr(module, public), f"{name}.{public}"


def test_every_error_raised_on_purpose_is_of_the_packages_own_tree() -> None:
    """ValueError and TypeError are for programmers: wrong arguments in lp, keys twice, and pydantic's validators."""
    allowed = {"AttributeError", "KeyboardInterrupt", "AssertionError"}
    own = {error.__name__ for error in vars(errors).values() if isinstance(error, type)}
    functions = [node for path in MODULES for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef)]
    own |= {made.name for made in functions if made.returns is not None and ast.unparse(made.returns) in own}
    validators = {"data", "registry", "scenario", "model", "sweep"}
    for path in MODULES:
        if part_of(path) in {"lp", "cli"}:
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                raised = ast.unparse(node.exc.func)
                in_validator = raised == "ValueError" and part_of(path) in validators
                assert raised in own | allowed or in_validator, f"{short(path)} line {node.lineno}: {raised}"
