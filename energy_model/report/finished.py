"""A finished briefing is not made anew: of the same scenarios, data, code and libraries, and every file as it was.

The seal of a briefing lies in the cache folder of the user (:mod:`energy_model.data.cache`), named by the folder of the
briefing. It holds a key made of all that decides a briefing, a digest of every file that was written, and what the call
said. A file that was changed or deleted since voids it, and so does a seal that cannot be read.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

from energy_model.data import cache
from energy_model.data.load import GasData
from energy_model.errors import OutputError
from energy_model.files import file_digest, folder_digests, replacing_file, write_json
from energy_model.report.run_cache import code_digest
from energy_model.results.run import Results, run, versions
from energy_model.scenario import Scenario

DRAWN_WITH = ("matplotlib", "XlsxWriter")
"""Libraries that decide what figures and workbooks look like, beside those that decide the numbers."""
FOLDER = "briefings"
MOST_SEALS = 32
"""Seals that are kept, the latest: one for each folder into which a briefing was written."""


class Seal:
    """The seal of a briefing.

    Parameters
    ----------
    out : Path
        Folder of the briefing.
    data : GasData
        What the scenarios are solved with.
    asked : mapping
        What the call asks for, by name.
    """

    def __init__(self, out: Path, data: GasData, asked: Mapping[str, object]) -> None:
        world = {"data": data.digest, "errors": data.errors, "code": code_digest(), **versions()}
        drawn = {name: version(name) for name in DRAWN_WITH}
        wanted = {name: value for name, value in asked.items() if name != "fresh"}
        decisive = json.dumps({"asked": wanted, **world, **drawn}, sort_keys=True, default=_plain)
        self._out = out.resolve()
        self._key = hashlib.sha256(decisive.encode()).hexdigest()
        place = cache.folder()
        name = hashlib.sha256(os.fsencode(self._out)).hexdigest()
        self._file = None if place is None else place / FOLDER / f"{name}.json"

    def read(self) -> dict[str, Any] | None:
        """What the call said that made this very briefing; ``None`` if it is not there, or not as it was made."""
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            content = json.loads(self._file.read_text(encoding="utf-8"))  # type: ignore[union-attr]
            files: dict[str, str] = content["files"]
            if content["key"] == self._key and all(file_digest(self._out / one) == files[one] for one in files):
                return dict(content["said"])
        return None

    def write(self, parts: Sequence[Path], said: Mapping[str, object]) -> None:
        """Seal files and folders of a briefing; nothing is kept without a cache folder, or in one that is full."""
        if self._file is None:
            return
        with suppress(OSError, OutputError):
            files = {}
            for made in parts:
                name = made.resolve().relative_to(self._out).as_posix()
                inside = {f"{name}/{one}": digest for one, digest in folder_digests(made).items()}
                files.update(inside if made.is_dir() else {name: file_digest(made)})
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with replacing_file(self._file) as part:
                write_json(part, {"key": self._key, "files": files, "said": said})
            for old in seals()[MOST_SEALS:]:
                old.unlink(missing_ok=True)


def seals() -> list[Path]:
    """Seals that are kept, the latest first."""
    place = cache.folder()
    found = [] if place is None else [path for path in (place / FOLDER).glob("*.json") if path.is_file()]
    return sorted(found, key=lambda path: path.stat().st_mtime_ns, reverse=True)


def _plain(value: object) -> object:
    """A scenario and a set as JSON takes them."""
    if isinstance(value, Scenario):
        return value.model_dump(mode="json")
    assert isinstance(value, frozenset), value
    return sorted(value)


class RunsOnDemand(Sequence[Results]):
    """The runs of a briefing that an earlier call has made: each is solved when somebody asks for it."""

    def __init__(self, scenarios: Sequence[Scenario], data: GasData) -> None:
        self._scenarios, self._data = tuple(scenarios), data
        self._solved: dict[int, Results] = {}

    def __len__(self) -> int:
        return len(self._scenarios)

    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self)))]
        place = range(len(self))[at]
        if place not in self._solved:
            self._solved[place] = run(self._scenarios[place], self._data, beside=self._scenarios)
        return self._solved[place]
