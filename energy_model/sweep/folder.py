"""A sweep on disk: what it is, and one Parquet file for each chunk that is done.

::

    OUT/
      sweep.json            plan, base scenario, digest of the data, number of cases, versions
      results/
        part-000000.parquet

A part is written under another name and moved into place: what is there is whole. Each carries a digest of its rows and
of the sweep it belongs to (:mod:`energy_model.sweep.sealed`); nothing is read that does not stand up to it.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel

from energy_model.errors import OutputError
from energy_model.files import check_writable, reason, replacing_file, write_text
from energy_model.results.run import versions
from energy_model.scenario import Scenario
from energy_model.sweep.cases import PreparedSweep, identity_digest
from energy_model.sweep.chunk import FAILED, Part
from energy_model.sweep.plan import Plan
from energy_model.sweep.sealed import unpacked

ABOUT, RESULTS = "sweep.json", "results"
_NAME = re.compile(r"part-(\d{6})\.parquet")
_IDENTITY = ("plan", "base", "data_digest")
Stored = TypeVar("Stored", bound=BaseModel)

_log = logging.getLogger(__name__)


class Folder:
    """Where a sweep is stored.

    Raises
    ------
    OutputError
        If it cannot be written, or holds another sweep, or files that belong to none.
    """

    def __init__(self, path: Path, study: PreparedSweep, *, fresh: bool = False) -> None:
        self.path = path
        self.results = path / RESULTS
        self._sweep = study.digest
        check_writable(path)
        check_writable(self.results)
        try:
            if fresh and (path / ABOUT).is_file():
                for part in self.results.iterdir():
                    if _NAME.fullmatch(part.name):
                        part.unlink()  # first, so that a sweep broken off here can still go on
                (path / ABOUT).unlink()
        except OSError as error:
            raise OutputError(f"cannot remove the sweep in {path}: {reason(error)}; choose another folder") from error
        self._claim(about(study))

    def _claim(self, mine: Mapping[str, Any]) -> None:
        foreign = [file for file in _files(self.results) if not _NAME.fullmatch(file.name)]
        if foreign:
            names = ", ".join(file.name for file in foreign)
            raise OutputError(f"{self.results} holds files that belong to no sweep ({names}): remove them")
        if (self.path / ABOUT).is_file():
            there = _about(self.path)
            other = [key for key in mine if there.get(key) != mine[key]]
            if other:
                raise OutputError(
                    f"{self.path} holds another sweep ({', '.join(other)} differ): name another folder, or begin "
                    "afresh, which removes what is there"
                )
            return
        if _files(self.results):
            raise OutputError(f"{self.results} holds files that belong to no sweep: name another folder")
        write_text(self.path / ABOUT, json.dumps(mine, indent=1, sort_keys=True) + "\n")

    def part(self, number: int) -> Path:
        """File of a chunk."""
        return self.results / f"part-{number:06d}.parquet"

    def stored(self, number: int, cases: Sequence[int]) -> int | None:
        """How many cases of a stored chunk have no result; ``None`` if it is not there, or not as it was stored."""
        file = self.part(number)
        if not file.is_file():
            return None
        try:
            table = unpacked(file, self._sweep, number)
        except OutputError as error:
            _log.warning("%s; it is solved again", error)
            return None
        if table["case"].to_pylist() != list(cases):
            _log.warning("%s holds other cases than this plan gives it; it is solved again", file)
            return None
        return int(pc.sum(pc.equal(table["status"], FAILED)).as_py() or 0)

    def store(self, part: Part) -> None:
        """Move a solved chunk into place."""
        with replacing_file(self.part(part.number)) as file:
            file.write_bytes(part.content)


def about(study: PreparedSweep) -> dict[str, Any]:
    """What decides the results of a sweep, as JSON, with the number of cases and accepted errors of the data."""
    accepted = {"data_errors": list(study.data.errors)} if study.data.errors else {}
    return {**study.identity, **accepted, "cases": study.count, "region": study.region, "versions": dict(versions())}


def read_plan(folder: str | Path) -> Plan:
    """The plan of a stored sweep; raises OutputError if there is none that can be read."""
    return _stored(folder, "plan", Plan)


def read_base(folder: str | Path) -> Scenario:
    """The scenario that a stored sweep varies; raises OutputError if there is none that can be read."""
    return _stored(folder, "base", Scenario)


def read_results(folder: str | Path) -> pd.DataFrame:
    """All rows of a stored sweep in the order of the cases, finished or not.

    Raises
    ------
    OutputError
        With every part that is damaged, edited, copied or of another sweep; if there are none; if a case is not one of
        the plan's or is there twice.
    """
    files = _files(Path(folder, RESULTS))
    if not files:
        raise OutputError(f"{folder} holds no results of a sweep yet; run it first")
    known = _about(Path(folder))
    try:
        sweep, count = identity_digest({key: known[key] for key in _IDENTITY}), int(known["cases"])
    except (KeyError, TypeError, ValueError) as error:
        raise OutputError(
            f"{Path(folder, ABOUT)} was stored by another version ({error}); run the sweep again"
        ) from error
    tables, problems = [], []
    for file in files:
        name = _NAME.fullmatch(file.name)
        try:
            if name is None:
                raise OutputError(f"{file} belongs to no sweep")
            tables.append(unpacked(file, sweep, int(name[1])))
        except OutputError as error:
            problems.append(f"{error}; remove it and run the sweep again, which solves what is missing")
    if problems:
        raise OutputError("\n".join(problems))
    table = pa.concat_tables(tables).to_pandas().sort_values("case", ignore_index=True)
    _check_cases(table["case"], count, Path(folder))
    return table


def _check_cases(cases: pd.Series, count: int, folder: Path) -> None:
    beyond = cases[(cases < 0) | (cases >= count)]
    twice = cases[cases.duplicated()]
    if len(beyond) or len(twice):
        first = (beyond if len(beyond) else twice).iloc[0]
        why = f"is not one of the plan's {count}" if len(beyond) else "is there twice"
        raise OutputError(f"{folder}: case {first} {why}; begin the sweep afresh")


def _files(results: Path) -> list[Path]:
    """Every Parquet file there is, whoever wrote it."""
    return sorted(file for file in results.glob("*.parquet") if not file.name.startswith("."))


def _about(folder: Path) -> dict[str, Any]:
    file = folder / ABOUT
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        why = reason(error) if isinstance(error, OSError) else str(error)
        raise OutputError(f"{file} cannot be read ({why}): name another folder, or begin the sweep afresh") from error
    if not isinstance(found, dict):
        raise OutputError(f"{file} does not describe a sweep: name another folder, or begin the sweep afresh")
    return found


def _stored(folder: str | Path, what: str, kind: type[Stored]) -> Stored:
    file = Path(folder, ABOUT)
    try:
        return kind.model_validate_json(json.dumps(_about(Path(folder))[what]))
    except (KeyError, ValueError) as error:
        raise OutputError(
            f"{file} does not hold the {what} of a sweep that this version can read ({error}); run the sweep again"
        ) from error
