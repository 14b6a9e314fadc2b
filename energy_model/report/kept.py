"""Finished scenarios of a briefing that is not finished: kept beside it, exact to the bit, for the next call.

::

    OUT/.brief/KEY/
      about.json            scenario, stages, provenance, types of columns
      tables/NAME.feather, inputs/NAME.feather, nodes.feather
      manifest.json         SHA-256 of every file above

The key is made of all that decides a result: the scenario, the data, the code of this package and the versions of the
libraries. So what is found under it is what would be computed anew.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import fields
from functools import lru_cache
from pathlib import Path
from typing import Any, get_type_hints

import numpy as np
import pandas as pd
from pyarrow import feather
from pydantic import TypeAdapter

from energy_model.data.load import GasData
from energy_model.errors import OutputError
from energy_model.files import file_digest, folder_digests, mend, names_digest, reason, replacing_folder, write_json
from energy_model.results.run import Results, versions
from energy_model.scenario import Scenario

KEPT, ABOUT, MANIFEST = ".brief", "about.json", "manifest.json"
_TABLES, _NODES = ("tables", "inputs"), "nodes"
_KEY = re.compile(r"[0-9a-f]{64}")

_log = logging.getLogger(__name__)


class Kept:
    """Finished scenarios that lie beside a briefing.

    Parameters
    ----------
    out : Path
        Folder of the briefing.
    data : GasData
        What the scenarios are solved with.
    beside : sequence of Scenario
        All scenarios of the briefing: each is solved on the periods of all.
    """

    def __init__(self, out: Path, data: GasData, beside: Sequence[Scenario] = ()) -> None:
        self.folder = out / KEPT
        days = {day for one in beside for day in one.announcements()}
        days -= set(data.storyline.decision_days) if days else set()
        self._plan_days = [str(day) for day in sorted(days)]
        self._world = {"data": data.digest, "code": code_digest(), **versions()}

    def _place(self, scenario: Scenario) -> Path:
        told = {"scenario": scenario.model_dump(mode="json"), "plan_days": self._plan_days, **self._world}
        decisive = json.dumps(told, sort_keys=True)
        return self.folder / hashlib.sha256(decisive.encode()).hexdigest()

    def put(self, results: Results) -> None:
        """Keep a finished scenario."""
        with replacing_folder(self._place(results.scenario)) as part:
            objects: dict[str, Any] = {_NODES: _objects(results.nodes)}
            results.nodes.to_feather(part / f"{_NODES}.feather")
            for kind in _TABLES:
                (part / kind).mkdir()
                tables: Mapping[str, pd.DataFrame] = getattr(results, kind)
                objects[kind] = [(name, _objects(table)) for name, table in tables.items()]
                for name, table in tables.items():
                    table.to_feather(part / kind / f"{name}.feather")
            about = {
                "world": self._world,
                "objects": objects,
                "scenario": results.scenario.model_dump(mode="json"),
                **{name: kind.dump_python(getattr(results, name), mode="json") for name, kind in _others().items()},
            }
            (part / ABOUT).write_text(json.dumps(about), encoding="utf-8")
            write_json(part / MANIFEST, folder_digests(part))

    def get(self, scenario: Scenario) -> Results | None:
        """A scenario that has been kept; ``None`` if it was not, or is not as it was kept."""
        place = self._place(scenario)
        if not place.is_dir():
            return None
        try:
            sealed = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
            found = {name: digest for name, digest in folder_digests(place).items() if name != MANIFEST}
            if names_digest(sealed) == names_digest(found):
                return _read(place, scenario)
        except (OSError, ValueError, KeyError, TypeError) as error:
            _log.info("%s: %s", place, error)
        _log.warning("%s is damaged: %s is solved again", place, scenario.id)
        return None

    def count(self, scenarios: Iterable[Scenario]) -> int:
        """How many of some scenarios are kept."""
        return sum(self._place(scenario).is_dir() for scenario in scenarios)

    def remove(self, scenarios: Iterable[Scenario]) -> None:
        """Delete stored scenarios, and with them what other data or another version has left behind."""
        for scenario in scenarios:
            shutil.rmtree(self._place(scenario), ignore_errors=True)
        for place in self._all():
            if not self._is_of_this_world(place):
                shutil.rmtree(place, ignore_errors=True)
        self._remove_folder()

    def begin(self, scenarios: Iterable[Scenario], *, fresh: bool) -> int:
        """How many of some scenarios are stored; if everything is to be solved afresh, delete them first."""
        for place in self._all() if fresh else ():
            shutil.rmtree(place, ignore_errors=True)
        self._remove_folder()
        return self.count(scenarios)

    def _all(self) -> list[Path]:
        return [path for path in self.folder.glob("*") if path.is_dir() and _KEY.fullmatch(path.name)]

    def _is_of_this_world(self, place: Path) -> bool:
        try:
            return bool(json.loads((place / ABOUT).read_text(encoding="utf-8"))["world"] == self._world)
        except (OSError, ValueError, KeyError, TypeError):
            return False

    def _remove_folder(self) -> None:
        if self.folder.is_dir():
            mend(self.folder)
            with suppress(OSError):
                self.folder.rmdir()  # only if it is empty


@contextmanager
def telling_failures(kept: Kept, chosen: Sequence[Scenario]) -> Iterator[None]:
    """Say what a failure leaves for the next call; one of the disk is told in words."""
    try:
        yield
    except BaseException as error:
        if there := kept.count(chosen):
            _log.warning("%d of %d scenarios are solved and kept: the same call goes on there", there, len(chosen))
        if not isinstance(error, OSError):
            raise
        out = kept.folder.parent
        raise OutputError(f"cannot write to {out}: {reason(error)}; earlier results are untouched") from error


def _read(place: Path, scenario: Scenario) -> Results:
    about = json.loads((place / ABOUT).read_text(encoding="utf-8"))
    objects = about["objects"]
    found: dict[str, Any] = {name: kind.validate_json(json.dumps(about[name])) for name, kind in _others().items()}
    for kind in _TABLES:
        found[kind] = {name: _table(place / kind / f"{name}.feather", columns) for name, columns in objects[kind]}
    return Results(scenario=scenario, nodes=_table(place / f"{_NODES}.feather", objects[_NODES]), **found)


@lru_cache(maxsize=1)
def _others() -> dict[str, TypeAdapter[Any]]:
    """What a result holds beside its scenario and its tables, and how each is written as JSON and read."""
    kinds = get_type_hints(Results)
    return {f.name: TypeAdapter(kinds[f.name]) for f in fields(Results) if f.name not in (*_TABLES, _NODES, "scenario")}


def _objects(table: pd.DataFrame) -> list[str]:
    """Columns of Python's own objects, or of categories that are such; a file does not tell them from text."""
    kinds = {str(name): getattr(kind, "categories", table[name]).dtype for name, kind in table.dtypes.items()}
    return [name for name, kind in kinds.items() if kind == np.dtype(object)]


def _table(path: Path, objects: list[str]) -> pd.DataFrame:
    """A table with the types it had."""
    stored = feather.read_table(path)
    table = stored.to_pandas()
    for name in objects:
        if isinstance(kind := table[name].dtype, pd.CategoricalDtype):
            table[name] = table[name].cat.rename_categories(pd.Index(kind.categories, dtype=object))
        else:
            table[name] = pd.Series(stored[name].to_pylist(), dtype=object)
    return table


@lru_cache(maxsize=1)
def code_digest() -> str:
    """SHA-256 of the code of this package."""
    root = Path(__file__).parents[1]
    files = sorted([*root.rglob("*.py"), *root.rglob("*.toml")])  # words of pages are in TOML
    return names_digest({path.relative_to(root).as_posix(): file_digest(path) for path in files})
