"""A sweep on disk: what it is, and one Parquet file for each chunk that is done.

::

    OUT/
      sweep.json            plan, base scenario, digest of the data, versions
      results/
        part-000000.parquet

A part is written under another name and moved into place: what is there is whole.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd
import pyarrow.parquet as pq
from pydantic import BaseModel

from energy_model.errors import OutputError
from energy_model.files import check_writable, replacing_file
from energy_model.results.run import versions
from energy_model.scenario import Scenario
from energy_model.sweep.cases import Study
from energy_model.sweep.chunk import Part
from energy_model.sweep.plan import Plan

ABOUT, RESULTS = "sweep.json", "results"
Stored = TypeVar("Stored", bound=BaseModel)


class Folder:
    """Where a sweep is stored.

    Raises
    ------
    OutputError
        If it cannot be written, or holds another sweep.
    """

    def __init__(self, path: Path, study: Study, *, fresh: bool = False) -> None:
        self.path = path
        self.results = path / RESULTS
        if fresh and (path / ABOUT).is_file():
            shutil.rmtree(self.results, ignore_errors=True)
            (path / ABOUT).unlink()
        check_writable(self.results)
        self._claim(about(study))

    def _claim(self, mine: Mapping[str, Any]) -> None:
        file = self.path / ABOUT
        if file.is_file():
            there = json.loads(file.read_text(encoding="utf-8"))
            other = [key for key in mine if there.get(key) != mine[key]]
            if other:
                raise OutputError(
                    f"{self.path} holds another sweep ({', '.join(other)} differ): name another folder, or begin "
                    "afresh, which removes what is there"
                )
            return
        if any(self.results.glob("*.parquet")):
            raise OutputError(f"{self.results} holds files that belong to no sweep: name another folder")
        with replacing_file(file) as part:
            part.write_text(json.dumps(mine, indent=1, sort_keys=True) + "\n", encoding="utf-8")

    def part(self, number: int) -> Path:
        """File of a chunk."""
        return self.results / f"part-{number:06d}.parquet"

    def is_done(self, number: int, cases: int) -> bool:
        """Whether a chunk is there with all its cases."""
        file = self.part(number)
        try:
            return file.is_file() and pq.read_metadata(file).num_rows == cases
        except (OSError, ValueError):  # not a Parquet file: solved again
            return False

    def store(self, part: Part) -> None:
        """Move a solved chunk into place."""
        with replacing_file(self.part(part.number)) as file:
            file.write_bytes(part.content)

    def failed(self, number: int) -> int:
        """Failed cases of a stored chunk."""
        status = pq.read_table(self.part(number), columns=["status"])["status"]
        return sum(value.as_py() == "failed" for value in status)


def about(study: Study) -> dict[str, Any]:
    """What decides the results of a sweep, as JSON."""
    found: dict[str, Any] = {
        "plan": study.plan.model_dump(mode="json"),
        "base": study.base.model_dump(mode="json"),
        "data_digest": study.data.digest,
        "versions": dict(versions()),
    }
    return json.loads(json.dumps(found, sort_keys=True))  # type: ignore[no-any-return]


def read_plan(folder: str | Path) -> Plan:
    """The plan of a stored sweep; raises OutputError if there is none that can be read."""
    return _stored(folder, "plan", Plan)


def read_base(folder: str | Path) -> Scenario:
    """The scenario that a stored sweep varies; raises OutputError if there is none that can be read."""
    return _stored(folder, "base", Scenario)


def _stored(folder: str | Path, what: str, kind: type[Stored]) -> Stored:
    file = Path(folder, ABOUT)
    try:
        return kind.model_validate_json(json.dumps(json.loads(file.read_text(encoding="utf-8"))[what]))
    except (OSError, KeyError, ValueError) as error:
        raise OutputError(
            f"{file} does not hold the {what} of a sweep that this version can read ({error}); run the sweep again"
        ) from error


def read_results(folder: str | Path) -> pd.DataFrame:
    """All rows of a stored sweep in the order of the cases, finished or not."""
    parts = sorted(Path(folder, RESULTS).glob("part-*.parquet"))
    if not parts:
        raise OutputError(f"{folder} holds no results of a sweep yet; run it first")
    table = pd.concat([pd.read_parquet(part) for part in parts], ignore_index=True)
    return table.sort_values("case", ignore_index=True)
