"""A run as a Frictionless data package: tables with schemas and units, sources, licence, digests, citation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from energy_model.data.descriptor import DESCRIPTOR
from energy_model.files import file_digest, write_json
from energy_model.report.exports.formats import Job, export_format
from energy_model.report.exports.provenance import (
    authors,
    exported_tables,
    identifier,
    licence_notes,
    licences,
    scenario_digest,
    sources,
    title,
)
from energy_model.report.exports.schema import table_schema
from energy_model.results.csv_text import csv_text

SCENARIO = "scenario.json"


@export_format("datapackage", place=30)
def write_datapackage(job: Job) -> list[str]:
    """A Frictionless data package: CSV with schemas, units, keys, sources, licence, digests and a citation."""
    tables = exported_tables(job.results)
    with job.folder("datapackage") as folder:
        write_json(folder / SCENARIO, job.results.scenario.model_dump(mode="json", exclude={"files"}))
        (folder / "data").mkdir()
        resources = []
        for name, (table, declared) in tables.items():
            path = folder / "data" / f"{name}.csv"
            path.write_text(csv_text(table), encoding="utf-8", newline="\n")
            words = " ".join(part for part in (declared.before, declared.after) if part)
            resources.append(_resource(folder, path, name, words, table_schema(name, table, declared, tables)))
        write_json(folder / DESCRIPTOR, {**_head(job), "resources": resources})
    return licence_notes(job.seen)


def _head(job: Job) -> dict[str, Any]:
    """What the package is, whose it is, and what it comes from."""
    results = job.results
    scenario, named = results.scenario, licences(job.seen)
    return {
        "profile": "tabular-data-package",
        "name": scenario.id,
        "id": identifier(results),
        "title": title(results),
        "description": scenario.description,
        "version": results.versions["energy-model"],
        "keywords": ["natural gas", "energy security", "optimisation"],
        "contributors": [{"title": name, "role": "author"} for name in authors()],
        **({"licenses": named} if named else {}),
        "sources": [
            {
                "title": f"{row['title']} ({row['publisher']})",
                **({"path": row["url"]} if row["url"] else {}),
                **{key: row[key] for key in ("source_id", "licence", "redistribution") if key in row},
            }
            for row in sources(job.seen)
        ],
        "scenario": {"id": scenario.id, "path": SCENARIO, "sha256": scenario_digest(scenario)},
        "data": {"title": job.seen.storyline.title, "as_of": str(scenario.as_of), "sha256": results.data_digest},
        "notes": list(results.notes),
    }


def _resource(folder: Path, path: Path, name: str, words: str, schema: dict[str, Any]) -> dict[str, Any]:
    """A table of the descriptor."""
    return {
        "name": name,
        "path": path.relative_to(folder).as_posix(),
        "profile": "tabular-data-resource",
        "title": name.replace("_", " ").capitalize(),
        **({"description": words} if words else {}),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": path.stat().st_size,
        "hash": f"sha256:{file_digest(path)}",
        "schema": schema,
    }
