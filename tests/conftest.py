"""Fixtures shared by the tests: the data package, and its scenarios solved in months, each once per process."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import examples
import pytest
from plain_package import SHIPPED, plain_home
from trimmed_package import trimmed

from energy_model.data.cache import VARIABLE
from energy_model.data.home import VARIABLE as HOME_VARIABLE
from energy_model.data.home import default_vintage
from energy_model.data.load import GasData, load_data
from energy_model.plan.foresight import Solved, solve_scenario
from energy_model.scenario import Scenario, load_scenario
from energy_model.scenario.load import with_changes
from energy_model.scenario.measures import KINDS

examples.repeatable()
_OBJECTS_BETWEEN_COLLECTIONS = 50_000
"""As in the command line: Python's own 700 looks through all that is in memory dozens of times in a run."""


def pytest_configure(config: pytest.Config) -> None:
    """Processes of one session share a cache of data, which is nobody else's, and the plainer package of most tests."""
    examples.choose(config.option.markexpr)
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS, *gc.get_threshold()[1:])
    if VARIABLE not in os.environ:
        made = os.environ[VARIABLE] = tempfile.mkdtemp(prefix="energy-model-tests-")
        config.add_cleanup(lambda: shutil.rmtree(made, ignore_errors=True))
        config.add_cleanup(lambda: os.environ.pop(VARIABLE, None))
    if HOME_VARIABLE not in os.environ:
        home = tempfile.mkdtemp(prefix="energy-model-plain-")
        os.environ[HOME_VARIABLE] = str(plain_home(Path(home)))
        config.add_cleanup(lambda: shutil.rmtree(home, ignore_errors=True))
        config.add_cleanup(lambda: os.environ.pop(HOME_VARIABLE, None))


def pytest_collection_finish() -> None:
    """What is imported stays: it is not looked through again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _no_line_now_and_then() -> None:
    """A command that lasts longer than ten seconds says how far it is; how long a test lasts must change nothing."""
    from energy_model.cli import common

    common.SECONDS_BETWEEN_LINES = 3_600


@pytest.fixture(scope="session")
def data() -> GasData:
    """The package's own data, every vintage, for scenarios without most mechanisms (tests/plain_package.py)."""
    return load_data()


@pytest.fixture(scope="session")
def small_package(data: GasData, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound package with few rows, for tests of reading and checking; copy it before you break it."""
    return trimmed(data.root, tmp_path_factory.mktemp("package") / "data")


@pytest.fixture(scope="session")
def shipped() -> GasData:
    """The package as it is shipped: scenarios use every mechanism that its storyline names."""
    return load_data(SHIPPED / default_vintage())


@pytest.fixture(scope="session")
def monthly(data: GasData) -> Callable[..., Scenario]:
    """A scenario of the library in months: ``monthly(name, *more_measures, **changed_keys)``.

    Further measures are dictionaries as in a scenario file.
    """

    def scenario(name: str, *measures: dict[str, object], **changes: object) -> Scenario:
        known = load_scenario(name, data.root)
        added = tuple(KINDS[str(measure["kind"])](**measure).model_dump() for measure in measures)
        merged = (*(measure.model_dump() for measure in known.measures), *added)
        return with_changes(known, **{"resolution": "month", "measures": merged, **changes})

    return scenario


@pytest.fixture(scope="session")
def solved(data: GasData) -> Callable[[Scenario], Solved]:
    """Solve a scenario; the same scenario is solved once."""
    return cache(lambda scenario: solve_scenario(scenario, data))
