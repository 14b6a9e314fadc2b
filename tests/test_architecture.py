"""How the code hangs together: who may import whom, what the library never does, how long its parts are."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.metadata import packages_distributions
from pathlib import Path

import networkx as nx
import pytest

import energy_model
from energy_model import errors
from energy_model.scenario.measures.base import every_kind

ROOT = Path(energy_model.__file__).parent
MODULES = sorted(path for path in ROOT.rglob("*.py") if "_data" not in path.parts)
Trees = dict[Path, ast.Module]

BELOW: dict[str, set[str]] = {
    "lp": set(),
    "errors": {"lp"},
    "units": set(),
    "registry": set(),
    "made_folders": set(),
    "files": {"errors", "made_folders"},
    "generated_page": {"errors", "files"},
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
ALL_ALONE = {"errors", "registry", "units", "made_folders", "files", "generated_page", "show", "workers", "lp"}
for part in BELOW.keys() - ALL_ALONE:
    BELOW[part] |= {"files", "generated_page", "registry", "show", "workers"}  # everything may write, show, share
BELOW["imports"] = {*BELOW["scenario"], "scenario"}
BELOW["sweep"] = {*BELOW["results"], "results"}
BELOW["impact"] = {*BELOW["sweep"], "sweep"}
BELOW["risk"] = {*BELOW["impact"], "impact"}
BELOW["validate"] = {*BELOW["impact"], "impact"}
BELOW["report"] = {*BELOW["validate"], "validate", "risk"}
BELOW["whatif"] = {*BELOW["report"], "report"}
BELOW["assistants"] = {*BELOW["report"], "report"}
BELOW["cli"] = {*BELOW["whatif"], "whatif", "imports", "made_folders", "assistants"}
BELOW["cases"] = {*BELOW["report"], "report"}  # plug-ins: they may use everything, and are loaded by name alone
"""What each part of the package may import of the others."""

LONGEST_FILE, LONGEST_FUNCTION = 400, 60
FORBIDDEN_MODULES = {"http", "random", "requests", "socket", "ssl", "urllib", "urllib3"}
ON_LINE = "imports/services.py"
"""The only module that opens a connection, for the command that says so."""
LISTENS, WAITS = "whatif/server.py", "whatif/desk.py"
"""The only module that listens, on the loopback address, and the one that knows since when nobody has asked."""
BROUGHT_BY_AN_EXTRA = {
    ON_LINE: {"requests", "urllib3"}, "whatif/app.py": {"starlette"}, "whatif/widgets.py": {"ipywidgets"},
}  # fmt: skip
"""What a module may import at its top although an extra brings it: those who call it say how to install that."""
CLOCK = {"now", "today", "utcnow", "time", "time_ns", "localtime", "gmtime", "monotonic"}


def part_of(path: Path) -> str:
    """First name below the package: ``model`` for ``model/storage.py``."""
    first = path.relative_to(ROOT).parts[0]
    return first.removesuffix(".py")


@pytest.fixture(scope="module")
def trees() -> Trees:
    """The source of every module, read once for all tests; none changes it."""
    return {path: parsed(path) for path in MODULES}


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imports(path: Path, tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Every imported module with the name taken from it, at the top of the file or inside a function."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((name.name, "") for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:  # within the compiler, so that it can be copied out under another name
                assert (part_of(path), node.level) == ("lp", 1), f"{path.name}: relative import"
                continue
            yield from ((str(node.module), name.name) for name in node.names)


def taken_at_run_time(path: Path, name: str) -> Iterator[tuple[str, str]]:
    """Every imported module with the name taken from it, but for what types alone need; relative ones in full."""
    source = parsed(path)
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


def test_imports_point_one_way(trees: Trees) -> None:
    wrong = []
    for path, tree in trees.items():
        part = part_of(path)
        if part == "__init__":
            continue  # names are loaded when first used; see the test of the public names
        for module, name in imports(path, tree):
            if module.split(".")[0] != "energy_model":
                continue
            other = module.split(".")[1] if "." in module else name
            public = part == "cli" and module == "energy_model" and name in energy_model.__all__
            if not (other == part or other in BELOW[part] or public):
                wrong.append(f"{short(path)} imports {module}.{name}")

    assert [] == wrong


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
                for folder in folders_around(target):
                    if not name.startswith(folder):  # who is inside was imported by way of it
                        graph.add_edge(name, f"{folder}__init__")

    assert [] == [sorted(circle) for circle in nx.strongly_connected_components(graph) if len(circle) > 1]


def folders_around(name: str) -> list[str]:
    """Packages that are imported before a module of theirs, each with a dot at its end.

    >>> folders_around("energy_model.report.workbook.book")
    ['energy_model.report.', 'energy_model.report.workbook.']
    """
    parts = name.removesuffix(".__init__").split(".")
    return [".".join(parts[:count]) + "." for count in range(2, len(parts))]


@pytest.mark.parametrize(("library", "parts"), [("pyomo", {"model", "lp"}), ("highspy", {"lp"})])
def test_the_layer_and_the_solver_stay_where_they_belong(library: str, parts: set[str], trees: Trees) -> None:
    """Pyomo in the model and its compiler, HiGHS in the compiler."""
    using = {
        path for path, tree in trees.items() for module, _ in imports(path, tree) if module.split(".")[0] == library
    }

    assert using
    assert [] == [short(path) for path in sorted(using) if part_of(path) not in parts]


def test_what_a_file_imports_first_is_installed_with_the_package(trees: Trees) -> None:
    """What an extra brings may be imported inside a function, which then says how to install it."""
    wrong = []
    for path, tree in trees.items():
        for node in tree.body:
            named = isinstance(node, ast.ImportFrom) and not node.level and node.module
            for module in (
                [one.name for one in node.names] if isinstance(node, ast.Import) else [named] if named else []
            ):
                name = module.split(".")[0]
                if name not in installed_modules() | BROUGHT_BY_AN_EXTRA.get(short(path), set()):
                    wrong.append(f"{short(path)} imports {name}, which no dependency of a user brings")

    assert [] == wrong


@cache
def installed_modules() -> set[str]:
    """Modules of Python, of this package and of its dependencies without any extra."""
    wanted = tomllib.loads((ROOT.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    ours = {distribution(re.split(r"[\[><=]", one)[0]) for one in wanted}
    brought = {name for name, by in packages_distributions().items() if ours & {distribution(one) for one in by}}
    return {*sys.stdlib_module_names, "energy_model", *brought}


def distribution(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_part_of_the_package_has_its_place_in_the_order() -> None:
    assert {part_of(path) for path in MODULES} <= {*BELOW, "__init__"}


def test_the_library_does_not_print_read_a_clock_use_the_network_or_roll_dice(trees: Trees) -> None:
    assert [] == [wrong for path, tree in trees.items() for wrong in forbidden(path, tree)]


def forbidden(path: Path, tree: ast.Module) -> Iterator[str]:
    """What a module does and no module of a library may."""
    for module, _ in imports(path, tree):
        name = module.split(".")[0]
        may = name in BROUGHT_BY_AN_EXTRA.get(short(path), set()) or (short(path), name) == (LISTENS, "socket")
        if name in FORBIDDEN_MODULES and not may:
            yield f"{short(path)} imports {module}"
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        said = ast.unparse(node.func)
        where = f"{short(path)} line {node.lineno}: {said}"
        owner, _, called = said.rpartition(".")
        is_clock = owner.split(".")[-1] in {"time", "date", "datetime", "Timestamp"} and called in CLOCK
        is_clock = is_clock and short(path) != WAITS
        if said in {"print", "input", "breakpoint"} or said.startswith(("np.random", "numpy.random")) or is_clock:
            yield where
        if said.endswith("perf_counter") and part_of(path) != "lp":
            yield f"{where}: only the solver's seconds are timed"


def test_a_file_fits_in_one_sitting_and_a_function_on_one_screen(trees: Trees) -> None:
    files = {short(path): len(path.read_text(encoding="utf-8").splitlines()) for path in trees}
    functions = {
        f"{short(path)}: {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    }

    assert {} == {name: length for name, length in files.items() if length > LONGEST_FILE}
    assert {} == {name: length for name, length in functions.items() if length > LONGEST_FUNCTION}


def test_every_function_does_something(trees: Trees) -> None:
    """A body is more than a docstring, ``...``, ``pass`` or NotImplementedError; what is asked for is an attribute."""
    hollow = [
        f"{short(path)} line {node.lineno}: {node.name}"
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and all(map(is_hollow, node.body))
    ]

    assert [] == hollow


def is_hollow(line: ast.stmt) -> bool:
    """Whether a statement says nothing."""
    is_words = isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant)
    is_unwritten = isinstance(line, ast.Raise) and line.exc is not None and "NotImplementedError" in ast.unparse(line)
    return is_words or is_unwritten or isinstance(line, ast.Pass)


def test_nobody_outside_the_measures_asks_of_what_class_one_is(trees: Trees) -> None:
    """What a question needs to know of a measure is an attribute of it, so that a further kind is one file."""
    kinds = {model.__name__ for model in every_kind().values()}
    asked = [
        f"{short(path)} line {node.lineno}: {ast.unparse(node)}"
        for path, tree in trees.items()
        if path.parent.name != "measures"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"isinstance", "issubclass"}
        if kinds & {name.id for name in ast.walk(node.args[1]) if isinstance(name, ast.Name)}
    ]

    assert len(kinds) > 20
    assert [] == asked


def test_a_file_says_what_it_is_for_and_does_nothing_when_imported(trees: Trees) -> None:
    wrong = []
    for path, tree in trees.items():
        if not ast.get_docstring(tree):
            wrong.append(f"{short(path)} has no docstring")
        for node in tree.body:
            is_call = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
            if is_call or isinstance(node, (ast.For, ast.While, ast.With)):
                wrong.append(f"{short(path)} line {node.lineno}: {ast.unparse(node)}")

    assert [] == wrong


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


def test_every_error_raised_on_purpose_is_of_the_packages_own_tree(trees: Trees) -> None:
    """ValueError and TypeError are for programmers: wrong arguments in lp, keys twice, and pydantic's validators."""
    allowed = {"AttributeError", "KeyboardInterrupt", "AssertionError"}
    own = {error.__name__ for error in vars(errors).values() if isinstance(error, type)}
    functions = [node for tree in trees.values() for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    own |= {made.name for made in functions if made.returns is not None and ast.unparse(made.returns) in own}
    validators = {"data", "registry", "scenario", "model", "sweep", "whatif"}
    for path, tree in trees.items():
        if part_of(path) in {"lp", "cli"}:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                raised = ast.unparse(node.exc.func)
                in_validator = raised == "ValueError" and part_of(path) in validators
                assert raised in own | allowed or in_validator, f"{short(path)} line {node.lineno}: {raised}"


def test_a_public_function_names_the_errors_that_it_raises(trees: Trees) -> None:
    """In its docstring, as far as it raises them itself; what functions below it raise is theirs to say."""
    own = {error.__name__ for error in vars(errors).values() if isinstance(error, type)}
    silent = [
        f"{short(path)} line {node.lineno}: {node.name} raises {name}"
        for path, tree in trees.items()
        for holder in ast.walk(tree)
        if isinstance(holder, (ast.Module, ast.ClassDef))
        for node in holder.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        for name in sorted(raised_in(node) & own)
        if name not in (ast.get_docstring(node) or "")
    ]

    assert [] == silent


def raised_in(function: ast.FunctionDef) -> set[str]:
    """Names of the errors that the statements of a function raise, without those of functions within it."""
    found, waiting = set(), list(ast.iter_child_nodes(function))
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.FunctionDef, ast.Lambda)):
            continue
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            found.add(ast.unparse(node.exc.func).rpartition(".")[2])
        waiting += ast.iter_child_nodes(node)
    return found


def test_a_public_function_says_the_shapes_of_its_arrays(trees: Trees) -> None:
    """In its docstring or its class's; a method without a docstring has that of the method that it stands for."""
    silent = [
        f"{short(path)} line {node.lineno}: {node.name} has arrays and says no shape"
        for path, tree in trees.items()
        for holder in ast.walk(tree)
        if isinstance(holder, (ast.Module, ast.ClassDef)) and not getattr(holder, "name", "").startswith("_")
        for node in holder.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and has_arrays(node)
        if "shape" not in said_of(node) + (said_of(holder) if isinstance(holder, ast.ClassDef) else "")
        if said_of(node) or not (isinstance(holder, ast.ClassDef) and holder.bases)
    ]

    assert [] == silent


def has_arrays(function: ast.FunctionDef) -> bool:
    """Whether an annotation of its parameters or of its result names arrays."""
    arguments = function.args
    taken = [one.annotation for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
    words = " ".join(ast.unparse(one) for one in (*taken, function.returns) if one is not None)
    return bool(re.search(r"\b(ndarray|NDArray|c[sr][cr]_array)\b", words))


def said_of(node: ast.FunctionDef | ast.ClassDef | ast.Module) -> str:
    """Its docstring."""
    return ast.get_docstring(node) or ""
