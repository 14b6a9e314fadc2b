"""Solved scenarios, their figures and their ranges, kept for the next call: exact to the bit.

::

    CACHE/runs/KEY/
      about.json            scenario, stages, provenance, types of columns
      tables/NAME.feather, inputs/NAME.feather, nodes.feather
      files/...             what :func:`energy_model.results.store.write_run` writes
      manifest.json         SHA-256 of every file above
    CACHE/runs/KEY/         of figures, of ranges, of an answer: files/..., manifest.json
    CACHE/runs/KEY/         of numbers worked out of a run: numbers.json, manifest.json

They lie in the cache folder of the user (:mod:`energy_model.data.cache`), where briefings into any folder find them;
without one in ``OUT/.brief``, until the briefing is finished. The key is made of all that decides a result: the
scenario, the data, the code of this package and the versions of the libraries. So what is found under it is what would
be computed anew. Each folder takes its place in one step: calls that keep the same do not disturb each other.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import fields
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, get_type_hints

import pandas as pd
from pydantic import TypeAdapter

from energy_model.data import cache
from energy_model.data.load import GasData
from energy_model.errors import OutputError
from energy_model.files import file_digest, folder_digests, mend, names_digest, reason, replacing_folder, write_json
from energy_model.report.kept_tables import late_table, objects_of, table_of
from energy_model.results.known import known_numbers, set_known
from energy_model.results.ranges import Bands, RangeStore, range_key
from energy_model.results.run import Results, versions
from energy_model.results.store import write_run
from energy_model.scenario import Scenario
from energy_model.show import LateTables

KEPT, RUNS = ".brief", "runs"
"""Folder beside a briefing, and in the cache folder."""
ABOUT, MANIFEST, FILES, NUMBERS = "about.json", "manifest.json", "files", "numbers.json"
MOST_BYTES = 500_000_000
"""What is kept in the cache folder at most, the latest: some three hundred weekly scenarios."""
DRAWN_WITH = ("matplotlib",)
"""Libraries that decide what figures look like, beside those that decide the numbers."""
_OF_NUMBERS = {"what": "numbers worked out of a run"}
_TABLES, _NODES = ("tables", "inputs"), "nodes"
_KEY = re.compile(r"[0-9a-f]{64}")

_log = logging.getLogger(__name__)


class Kept:
    """Solved scenarios of a briefing, those of earlier calls among them.

    Parameters
    ----------
    out : Path
        Folder of the briefing; an attribute too.
    data : GasData
        What the scenarios are solved with.
    beside : sequence of Scenario
        All scenarios of the briefing: each is solved on the periods of all.
    """

    def __init__(self, out: Path, data: GasData, beside: Sequence[Scenario] = ()) -> None:
        shared = _shared()
        self.folder = out / KEPT if shared is None else shared
        self.out = out
        self._is_shared = shared is not None
        self._is_fresh = False
        days = {day for one in beside for day in one.announcements()}
        days -= set(data.storyline.decision_days) if days else set()
        self._plan_days = [str(day) for day in sorted(days)]
        self._world = {"data": data.digest, "code": code_digest(), **versions()}

    def _place(self, scenario: Scenario) -> Path:
        told = {"scenario": scenario.model_dump(mode="json"), "plan_days": self._plan_days, **self._world}
        return self.folder / _key(told)

    def put(self, results: Results) -> None:
        """Keep a solved scenario; in a cache folder that is full it is not kept."""
        with self._without_harm(), replacing_folder(self._place(results.scenario)) as part:
            objects: dict[str, Any] = {_NODES: objects_of(results.nodes)}
            results.nodes.to_feather(part / f"{_NODES}.feather")
            for kind in _TABLES:
                (part / kind).mkdir()
                tables: Mapping[str, pd.DataFrame] = getattr(results, kind)
                objects[kind] = [(name, objects_of(table)) for name, table in tables.items()]
                for name, table in tables.items():
                    table.to_feather(part / kind / f"{name}.feather")
            about = {
                "world": self._world,
                "objects": objects,
                "scenario": results.scenario.model_dump(mode="json"),
                **{name: kind.dump_python(getattr(results, name), mode="json") for name, kind in _others().items()},
            }
            (part / ABOUT).write_text(json.dumps(about), encoding="utf-8")
            (part / FILES).mkdir()
            write_run(results, part / FILES)
            write_json(part / MANIFEST, folder_digests(part))

    def get(self, scenario: Scenario) -> Results | None:
        """A scenario that has been kept; ``None`` if it was not, or is not as it was kept."""
        place = self._place(scenario)
        if self._is_fresh or not place.is_dir():
            return None
        try:
            if _is_whole(place):
                found = _read(place, scenario)
                set_known(found, self._read_known(scenario))
                return found
        except (OSError, ValueError, KeyError, TypeError) as error:
            _log.info("%s: %s", place, error)
        _log.warning("%s is damaged: %s is solved again", place, scenario.id)
        return None

    def put_known(self, results: Iterable[Results]) -> None:
        """Keep what was worked out of runs in the cache folder."""
        for one in results if self._is_shared else ():
            known, place = known_numbers(one), self._made(one.scenario, _OF_NUMBERS)
            if not known.keys() <= self._read_known(one.scenario).keys():
                with self._without_harm(), replacing_folder(place) as part:
                    (part / NUMBERS).write_text(json.dumps(known), encoding="utf-8")
                    write_json(part / MANIFEST, folder_digests(part))

    def _read_known(self, scenario: Scenario) -> dict[str, Any]:
        """What was worked out of a run before; nothing if that was not kept, or not as it was."""
        place = self._made(scenario, _OF_NUMBERS)
        with suppress(OSError, ValueError, KeyError, TypeError):
            if place.is_dir() and _is_whole(place):
                return dict(json.loads((place / NUMBERS).read_text(encoding="utf-8")))
        return {}

    def write_files(self, results: Results, folder: Path) -> None:
        """Write the files of a run that has just been kept, or read, into a folder that is not there yet.

        Nothing is written if the folder of that name in the briefing that is there holds them as they are.
        """
        with suppress(OSError, ValueError):
            sealed: dict[str, str] = json.loads((self._place(results.scenario) / MANIFEST).read_text(encoding="utf-8"))
            own = {name.removeprefix(f"{FILES}/"): one for name, one in sealed.items() if name.startswith(f"{FILES}/")}
            if own == folder_digests(self.out / folder.parent.name / folder.name):
                return
        with suppress(OSError):
            shutil.copytree(self._place(results.scenario) / FILES, folder)
            return
        shutil.rmtree(folder, ignore_errors=True)  # another call has removed what was kept
        folder.mkdir()
        write_run(results, folder)

    def made(self, scenario: Scenario | None, told: Mapping[str, object], folder: Path) -> bool:
        """Copy what an earlier call has made of a scenario, such as its figures; whether there is any.

        Parameters
        ----------
        scenario : Scenario or None
            None for what is made of the data alone.
        told : mapping
            What it is, and what decides it beside the scenario and the data.
        folder : Path
            Where the files are put, beside what is there.
        """
        place = self._made(scenario, told)
        if self._is_fresh or not place.is_dir():
            return False
        with suppress(OSError, ValueError, KeyError, TypeError):
            if _is_whole(place):
                shutil.copytree(place / FILES, folder, dirs_exist_ok=True)
                return True
        return False

    def make(
        self, scenario: Scenario | None, told: Mapping[str, object], folder: Path, write: Callable[[Path], object]
    ) -> None:
        """Make something of a scenario, or of the data alone, and keep it in the cache folder.

        Parameters
        ----------
        write : callable
            Writes the files into the folder that it is given.
        """
        if not self._is_shared:
            write(folder)
            return
        own = folder.with_name(f"{folder.name} {self._made(scenario, told).name[:16]}")
        shutil.rmtree(own, ignore_errors=True)  # begun by a process that died
        own.mkdir()
        write(own)
        with self._without_harm(), replacing_folder(self._made(scenario, told)) as part:
            shutil.copytree(own, part / FILES)
            write_json(part / MANIFEST, folder_digests(part))
        shutil.copytree(own, folder, dirs_exist_ok=True)
        shutil.rmtree(own)

    def ranges(self, scenario: Scenario, data: GasData, folder: Path) -> Bands | None:
        """Ranges of the headlines of a scenario: those in the folder of the briefing, or, copied, those of another."""
        found = RangeStore(self.out).read(scenario, data)
        if found is None and self.made(None, _of_ranges(scenario, data), folder):
            found = RangeStore(folder).read(scenario, data)
        return found

    def put_ranges(self, scenario: Scenario, data: GasData, folder: Path, bands: Bands) -> None:
        """Write ranges of a scenario into a folder of outputs, and keep them."""
        self.make(None, _of_ranges(scenario, data), folder, lambda own: RangeStore(own).write(scenario, data, bands))

    def _made(self, scenario: Scenario | None, told: Mapping[str, object]) -> Path:
        made_of = self._world if scenario is None else self._place(scenario).name
        return self.folder / _key({"made_of": made_of, **told, **_drawn_with()})

    @contextmanager
    def _without_harm(self) -> Iterator[None]:
        """In the cache folder, nothing that fails stops a briefing."""
        try:
            yield
        except (OSError, OutputError) as error:
            if not self._is_shared:
                raise
            _log.info("not kept: %s", error)

    def count(self, scenarios: Iterable[Scenario]) -> int:
        """How many of some scenarios are kept."""
        return 0 if self._is_fresh else sum(self._place(scenario).is_dir() for scenario in scenarios)

    def remove(self, scenarios: Iterable[Scenario]) -> None:
        """Delete stored scenarios, and with them what other data or another version has left behind.

        What lies in the cache folder stays, up to :data:`MOST_BYTES`.
        """
        beside = self.out / KEPT  # of a call without a cache folder
        if self._is_shared:
            _trim()
        else:
            for scenario in scenarios:
                shutil.rmtree(self._place(scenario), ignore_errors=True)
        for place in _places(beside):
            if not self._is_of_this_world(place):
                shutil.rmtree(place, ignore_errors=True)
        _remove_empty(beside)

    def begin(self, scenarios: Iterable[Scenario], *, fresh: bool) -> int:
        """How many of some scenarios are stored; if all is to be solved afresh, none is looked at from now on."""
        for place in _places(self.out / KEPT) if fresh else ():
            shutil.rmtree(place, ignore_errors=True)
        _remove_empty(self.out / KEPT)
        self._is_fresh = fresh and self._is_shared
        return self.count(scenarios)

    def _is_of_this_world(self, place: Path) -> bool:
        try:
            return bool(json.loads((place / ABOUT).read_text(encoding="utf-8"))["world"] == self._world)
        except (OSError, ValueError, KeyError, TypeError):
            return False


def runs() -> list[Path]:
    """Folders of what is kept in the cache folder, the latest first."""
    place = cache.folder()
    found = [] if place is None else [(path, path.stat().st_mtime_ns) for path in _places(place / RUNS)]
    return [path for path, _ in sorted(found, key=lambda one: -one[1])]


def size_of(place: Path) -> int:
    """Bytes of a file, or of those below a folder."""
    files = place.rglob("*") if place.is_dir() else [place]
    return sum(path.stat().st_size for path in files if path.is_file())


def _trim() -> None:
    """Keep the latest in the cache folder; another call may remove at the same time."""
    left = MOST_BYTES
    for place in runs():
        with suppress(OSError):
            left -= size_of(place)
        if left < 0:
            shutil.rmtree(place, ignore_errors=True)


def _shared() -> Path | None:
    """The place in the cache folder; none if there is no cache, or if it cannot be written."""
    place = cache.folder()
    if place is None:
        return None
    with suppress(OSError):
        (place / RUNS).mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.access(place / RUNS, os.W_OK):
            return place / RUNS
    return None


def _places(folder: Path) -> list[Path]:
    return [path for path in folder.glob("*") if path.is_dir() and _KEY.fullmatch(path.name)]


def _remove_empty(folder: Path) -> None:
    if folder.is_dir():
        mend(folder)
        with suppress(OSError):
            folder.rmdir()  # only if it is empty


def _key(told: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _is_whole(place: Path) -> bool:
    """Whether every file of a folder is as it was kept; it counts as used then."""
    sealed = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
    found = {name: digest for name, digest in folder_digests(place).items() if name != MANIFEST}
    is_same = names_digest(sealed) == names_digest(found)
    if is_same:
        os.utime(place)
    return is_same


def _of_ranges(scenario: Scenario, data: GasData) -> dict[str, object]:
    """What decides the ranges of a scenario: nothing of what it is compared with."""
    return {"what": "ranges", "key": range_key(scenario, data)}


@contextmanager
def telling_failures(kept: Kept, chosen: Sequence[Scenario]) -> Iterator[None]:
    """Say what a failure leaves for the next call; one of the disk is told in words.

    Raises
    ------
    OutputError
        If it is one of the disk.
    """
    try:
        yield
    except BaseException as error:
        if there := kept.count(chosen):
            _log.warning("%d of %d scenarios are solved and kept: the same call goes on there", there, len(chosen))
        if not isinstance(error, OSError):
            raise
        raise OutputError(f"cannot write to {kept.out}: {reason(error)}; earlier results are untouched") from error


def _read(place: Path, scenario: Scenario) -> Results:
    about = json.loads((place / ABOUT).read_text(encoding="utf-8"))
    objects = about["objects"]
    found: dict[str, Any] = {name: kind.validate_json(json.dumps(about[name])) for name, kind in _others().items()}
    for kind, words in zip(_TABLES, ("results", "inputs"), strict=True):
        late = {name: late_table(place / kind / f"{name}.feather", columns) for name, columns in objects[kind]}
        found[kind] = LateTables(late, f"{words} of '{scenario.id}'")
    return Results(scenario=scenario, nodes=table_of(place / f"{_NODES}.feather", objects[_NODES]), **found)


@lru_cache(maxsize=1)
def _others() -> dict[str, TypeAdapter[Any]]:
    """What a result holds beside its scenario and its tables, and how each is written as JSON and read."""
    kinds = get_type_hints(Results)
    return {f.name: TypeAdapter(kinds[f.name]) for f in fields(Results) if f.name not in (*_TABLES, _NODES, "scenario")}


@lru_cache(maxsize=1)
def _drawn_with() -> dict[str, str]:
    return {name: version(name) for name in DRAWN_WITH}


@lru_cache(maxsize=1)
def code_digest() -> str:
    """SHA-256 of the code of this package."""
    root = Path(__file__).parents[1]
    files = sorted([*root.rglob("*.py"), *root.rglob("*.toml")])  # words of pages are in TOML
    return names_digest({path.relative_to(root).as_posix(): file_digest(path) for path in files})
