"""Results on disk: one folder per run, complete and reproducible to the byte."""

from __future__ import annotations

import gzip
import io
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path

import pandas as pd

from energy_model.errors import OutputError
from energy_model.results.run import Results
from energy_model.scenario import Scenario

FLOAT_FORMAT = "%.10g"


def save_results(results: Results, folder: str | os.PathLike[str]) -> Path:
    """Write a run to ``folder/<scenario id>``: effective scenario, provenance, every table, every input.

    The folder is written under a temporary name and moved into place; an interrupted write leaves the old one.

    Raises
    ------
    OutputError
        If the folder cannot be written.
    """
    target = Path(folder) / results.scenario.id
    with replacing_folder(target) as part:
        _write_json(part / "scenario.json", results.scenario.model_dump(mode="json"))
        _write_json(
            part / "run.json",
            {
                "data_digest": results.data_digest,
                "objective_eur": results.objective_eur,
                "status": results.status,
                "stages": [_stable(asdict(stage)) for stage in results.stages],
                "versions": dict(results.versions),
            },
        )
        for kind, tables in (("tables", results.tables), ("inputs", results.inputs)):
            (part / kind).mkdir()
            for name, table in tables.items():
                (part / kind / f"{name}.csv.gz").write_bytes(_packed(table))
        (part / "tables" / "nodes.csv.gz").write_bytes(_packed(results.nodes))
    return target


def read_scenario(folder: str | os.PathLike[str]) -> Scenario:
    """The effective scenario of a stored run."""
    return Scenario.model_validate_json(Path(folder, "scenario.json").read_text(encoding="utf-8"))


def read_table(folder: str | os.PathLike[str], name: str) -> pd.DataFrame:
    """One table of a stored run."""
    return pd.read_csv(Path(folder, "tables", f"{name}.csv.gz"), keep_default_na=False, na_values=[""])


def check_writable(folder: str | os.PathLike[str]) -> None:
    """Make the folder and see that a file can be written to it: before the work, not after.

    Raises
    ------
    OutputError
        If it cannot.
    """
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise OutputError(f"cannot write to {folder}: {error.strerror}; choose another folder") from error


@contextmanager
def replacing_folder(target: Path) -> Iterator[Path]:
    """A fresh folder beside ``target`` that takes its place when the block ends without error."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    except OSError as error:
        raise OutputError(f"cannot write to {target.parent}: {error.strerror}; choose another folder") from error
    old = part.with_name(f"{part.name}.old")
    try:
        yield part
        part.chmod(0o755)
        if target.exists():
            target.replace(old)
        part.replace(target)
    except OSError as error:
        raise OutputError(f"cannot write {target}: {error.strerror}; earlier results are untouched") from error
    finally:
        if old.exists() and not target.exists():
            old.replace(target)  # stopped between the two moves: put the earlier results back
        shutil.rmtree(old, ignore_errors=True)
        shutil.rmtree(part, ignore_errors=True)


@contextmanager
def replacing_file(target: Path) -> Iterator[Path]:
    """A temporary path beside ``target`` that is moved onto it when the block ends without error."""
    part = target.with_name(f".{target.stem}.part{target.suffix}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield part
        part.replace(target)
    except OSError as error:
        raise OutputError(f"cannot write {target}: {error.strerror}; the earlier file is untouched") from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _packed(table: pd.DataFrame) -> bytes:
    text = table.to_csv(index=False, float_format=FLOAT_FORMAT, date_format="%Y-%m-%d", lineterminator="\n")
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0, compresslevel=6) as file:
        file.write(text.encode("utf-8"))
    return buffer.getvalue()


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=1, sort_keys=True, default=str) + "\n", encoding="utf-8")


def _stable(stage: dict[str, object]) -> dict[str, object]:
    """A stage without the one number that differs between equal runs."""
    return {key: value for key, value in stage.items() if key != "solver_seconds"}
