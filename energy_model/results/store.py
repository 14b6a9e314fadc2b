"""Results on disk: one folder per run, complete, reproducible to the byte, and sealed by a digest of each part.

::

    ID/
      scenario.json         the scenario as it took effect
      run.json              provenance: data, versions, stages
      tables/NAME.csv.gz
      inputs/NAME.csv.gz
      manifest.json         SHA-256 of every file above
"""

from __future__ import annotations

import gzip
import io
import json
import os
from dataclasses import asdict
from pathlib import Path

import pandas as pd
from pydantic import ValidationError

from energy_model.errors import OutputError
from energy_model.files import (
    check_writable,
    file_digest,
    folder_digests,
    names_digest,
    reason,
    replacing_file,
    replacing_folder,
    write_json,
)
from energy_model.results.csv_text import csv_text, unguarded
from energy_model.results.labels import Labels
from energy_model.results.run import Results
from energy_model.scenario import Scenario

__all__ = [
    "check_run",
    "check_writable",
    "read_labels",
    "read_scenario",
    "read_table",
    "replacing_file",
    "replacing_folder",
    "save_results",
]

MANIFEST, SCENARIO, RUN, TABLES, INPUTS = "manifest.json", "scenario.json", "run.json", "tables", "inputs"
_MEND = "run the scenario again"
_COMPRESSION = 1
"""A quarter of the time of zlib's default, for files larger by a sixth."""


def save_results(results: Results, folder: str | os.PathLike[str]) -> Path:
    """Write a run to ``folder/<scenario id>``: effective scenario, provenance, every table, every input.

    The folder is written under a temporary name and takes its place in one step; an interrupted write leaves the old
    one.

    Raises
    ------
    OutputError
        If the folder cannot be written.
    """
    target = Path(folder) / results.scenario.id
    with replacing_folder(target) as part:
        write_run(results, part)
    return target


def write_run(results: Results, folder: Path) -> None:
    """Write the files of a run into a folder that is there and empty."""
    write_json(folder / SCENARIO, results.scenario.model_dump(mode="json"))
    write_json(
        folder / RUN,
        {
            "data_digest": results.data_digest,
            "labels": results.labels.model_dump(mode="json"),
            "notes": list(results.notes),
            "objective_eur": results.objective_eur,
            "status": results.status,
            "stages": [asdict(stage) for stage in results.stages],
            "versions": dict(results.versions),
        },
    )
    for kind, tables in ((TABLES, {**results.tables, "nodes": results.nodes}), (INPUTS, results.inputs)):
        (folder / kind).mkdir()
        for name, table in tables.items():
            (folder / kind / f"{name}.csv.gz").write_bytes(_packed(table))
    digests = folder_digests(folder)
    write_json(folder / MANIFEST, {"sha256": digests, "seal": names_digest(digests)})


def read_scenario(folder: str | os.PathLike[str]) -> Scenario:
    """The effective scenario of a stored run.

    Raises
    ------
    OutputError
        If it is not there, or not as it was stored.
    """
    file = _checked(Path(folder), SCENARIO)
    try:
        return Scenario.model_validate_json(file.read_text(encoding="utf-8"))
    except ValidationError as error:
        raise OutputError(f"{file} was stored by another version of this package; {_MEND} ({error})") from error


def read_labels(folder: str | os.PathLike[str]) -> Labels:
    """Whom the headlines of a stored run are about, and the names of its suppliers and routes.

    Raises
    ------
    OutputError
        If they are not there, or not as they were stored.
    """
    file = _checked(Path(folder), RUN)
    try:
        return Labels.model_validate(json.loads(file.read_text(encoding="utf-8"))["labels"])
    except (KeyError, ValidationError) as error:
        raise OutputError(f"{file} was stored by another version of this package; {_MEND} ({error})") from error


def read_table(folder: str | os.PathLike[str], name: str) -> pd.DataFrame:
    """One table of a stored run.

    Raises
    ------
    OutputError
        If there is no such table, or it is not as it was stored.
    """
    file = _checked(Path(folder), f"{TABLES}/{name}.csv.gz")
    return unguarded(pd.read_csv(file, keep_default_na=False, na_values=[""]))


def check_run(folder: str | os.PathLike[str]) -> None:
    """See that a stored run is whole and as it was stored, every file of it.

    Raises
    ------
    OutputError
        With every file that is damaged, missing, or does not belong to it.
    """
    folder = Path(folder)
    sealed = _manifest(folder)
    problems = [problem for name in sealed if (problem := _problem(folder, name, sealed))]
    there = [path for kind in (TABLES, INPUTS) for path in sorted((folder / kind).glob("*.csv*"))]
    foreign = [path for path in there if path.relative_to(folder).as_posix() not in sealed]
    problems += [f"{path} is no part of this run; remove it" for path in foreign]
    if problems:
        raise OutputError("\n".join(problems))


def _checked(folder: Path, name: str) -> Path:
    """Path of a file of a stored run that is as it was stored."""
    problem = _problem(folder, name, _manifest(folder))
    if problem:
        raise OutputError(problem)
    return folder / name


def _manifest(folder: Path) -> dict[str, str]:
    file = folder / MANIFEST
    if not folder.is_dir():
        raise OutputError(f"{folder}: there is no stored run; name a folder below OUT/results")
    if not file.is_file():
        raise OutputError(
            f"{folder} has no {MANIFEST}: it is no stored run, one of an earlier version, or the file was lost; {_MEND}"
        )
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        sealed = {str(name): str(digest) for name, digest in content["sha256"].items()}
        seal = content["seal"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise OutputError(f"{file} is damaged ({error}); {_MEND}") from error
    if seal != names_digest(sealed):
        raise OutputError(f"{file} is damaged (its digests are not those that were stored); {_MEND}")
    return sealed


def _problem(folder: Path, name: str, sealed: dict[str, str]) -> str:
    """What is wrong with a file of a stored run; empty if nothing is."""
    file = folder / name
    if name not in sealed:
        tables = sorted(Path(one).name.removesuffix(".csv.gz") for one in sealed if one.startswith(f"{TABLES}/"))
        return f"{file} is no part of this run; its tables are {', '.join(tables)}"
    if not file.is_file():
        return f"{file} is missing; {_MEND}"
    try:
        found = file_digest(file)
    except OSError as error:
        return f"{file} cannot be read: {reason(error)}; {_MEND}"
    if found != sealed[name]:
        return f"{file} is not what was stored: it was edited, copied from elsewhere or damaged; {_MEND}"
    return ""


def _packed(table: pd.DataFrame) -> bytes:
    text = csv_text(table)
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0, compresslevel=_COMPRESSION) as file:
        file.write(text.encode("utf-8"))
    return buffer.getvalue()
