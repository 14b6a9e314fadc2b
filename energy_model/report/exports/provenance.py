"""What an export says of itself: scenario, data and versions by their digests, sources, licence, how to cite it.

``about.json`` is for programs, ``CITATION.cff`` for those who cite (Citation File Format 1.2.0). No clock, no path and
no name of a machine enters: the same scenario gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import metadata
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from energy_model.data.load import GasData
from energy_model.data.package import Package
from energy_model.files import folder_digests, names_digest, write_json
from energy_model.results.columns import HEADLINES, NODES, RESULT_TABLES, ResultTable
from energy_model.results.headline import headline_list, headline_values
from energy_model.results.run import Results
from energy_model.scenario import Scenario

MADE_BY = "energy-model export"
ABOUT, CITATION = "about.json", "CITATION.cff"
ASK = "ask"
"""What ``sources.csv`` says of a source whose rows are not to be passed on before its publisher has agreed."""
_DISTRIBUTION = "energy-model"


def scenario_digest(scenario: Scenario) -> str:
    """SHA-256 of a scenario as it took effect; where it was read from does not enter."""
    told = scenario.model_dump(mode="json", exclude={"files"})
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def exported_tables(results: Results) -> dict[str, tuple[pd.DataFrame, ResultTable]]:
    """Every table of a run with its declaration: headlines first, then the results, then the nodes."""
    values = headline_values(results)
    rows = [(one.key, one.label, values[one.key], one.unit) for one in headline_list(results)]
    headlines = pd.DataFrame(rows, columns=list(HEADLINES.columns))
    tables = {name: (table, RESULT_TABLES[name]) for name, table in results.tables.items()}
    return {"headlines": (headlines, HEADLINES), **tables, "nodes": (results.nodes, NODES)}


def about(results: Results, data: GasData, name: str) -> dict[str, Any]:
    """What an export of a run says of itself, but for its files.

    Parameters
    ----------
    data : GasData
        As public on the scenario's day.
    name : str
        The format.
    """
    scenario = results.scenario
    return {
        "made_by": MADE_BY,
        "format": name,
        "scenario_id": scenario.id,
        "scenario_digest": scenario_digest(scenario),
        "scenario": scenario.model_dump(mode="json", exclude={"files"}),
        "data": {
            "title": data.storyline.title,
            "as_of": scenario.as_of.isoformat(),
            "digest": results.data_digest,
            "licences": licences(data),
            "sources": sources(data),
            "errors_accepted": list(data.errors),
        },
        "status": results.status,
        "objective_eur": results.objective_eur,
        "notes": list(results.notes),
        "versions": dict(results.versions),
    }


def finish(folder: Path, results: Results, data: GasData, name: str) -> None:
    """Write citation and ``about.json``, with the SHA-256 of every other file, into a folder that is filled."""
    text = yaml.safe_dump(citation(results, data), sort_keys=False, allow_unicode=True, width=100)
    (folder / CITATION).write_text(text, encoding="utf-8", newline="\n")
    write_json(folder / ABOUT, {**about(results, data, name), "files": folder_digests(folder)})


def licences(data: GasData) -> list[dict[str, str]]:
    """Licences that the descriptor of the data package names."""
    found = Package.open(data.root).descriptor.get("licenses", [])
    return [{str(key): str(value) for key, value in one.items()} for one in found]


def sources(data: GasData) -> list[dict[str, str]]:
    """Sources of every row that was public on the scenario's day, by key."""
    named = [table["source_id"] for table in data.tables.values() if "source_id" in table]
    used = {str(key) for column in named for key in column.dropna().unique()}
    listed = data.sources[data.sources["source_id"].isin(used)].sort_values("source_id")
    keys = [key for key in ("source_id", "title", "publisher", "url", "licence", "redistribution") if key in listed]
    rows = listed[keys].astype(object).where(listed[keys].notna(), "").to_dict("records")
    return [{str(key): str(value) for key, value in row.items()} for row in rows]


def licence_notes(data: GasData) -> list[str]:
    """What must be known before an export is passed on."""
    notes = [] if licences(data) else ["the data package names no licence: ask its makers before you pass this on"]
    asked = [row["source_id"] for row in sources(data) if row.get("redistribution") == ASK]
    if asked:
        notes.append(f"before you pass this on, ask the publishers of: {', '.join(asked)}")
    return notes


def authors() -> list[str]:
    """Authors of the software."""
    return metadata(_DISTRIBUTION).get_all("Author") or []


def title(results: Results) -> str:
    """Title of an export."""
    return f"{results.scenario.title}: results of a gas-flow network model"


def identifier(results: Results) -> str:
    """SHA-256 over scenario, data and versions: what decides the numbers."""
    decides = {"scenario": scenario_digest(results.scenario), "data": results.data_digest, **results.versions}
    return f"sha256:{names_digest(decides)}"


def citation(results: Results, data: GasData) -> dict[str, Any]:
    """Citation of an export as a data set, with the software and the data package that it comes from."""
    named = [one["name"] for one in licences(data) if "name" in one]
    software = metadata(_DISTRIBUTION)
    return {
        "cff-version": "1.2.0",
        "message": "Please cite these results, the software and the data; if you made them, add your name first.",
        "type": "dataset",
        "title": title(results),
        "authors": _people(authors()),
        "version": results.versions[_DISTRIBUTION],
        **({"license": named[0] if len(named) == 1 else named} if named else {}),
        "identifiers": [{"type": "other", "value": identifier(results), "description": "Scenario, data and versions"}],
        "references": [
            {
                "type": "software",
                "title": software["Summary"],
                "authors": _people(authors()),
                "version": software["Version"],
                "license": " or ".join(software.get_all("License-Expression") or []),
            },
            {
                "type": "dataset",
                "title": data.storyline.title,
                "authors": _people(_makers(data)),
                "notes": f"as public on {results.scenario.as_of}; SHA-256 {results.data_digest}",
            },
        ],
    }


def _makers(data: GasData) -> list[str]:
    """Who made the data package: its contributors, or whoever made it if it names none."""
    found = Package.open(data.root).descriptor.get("contributors", [])
    return [str(one["title"]) for one in found if one.get("title")] or ["The makers of the data package"]


def _people(names: list[str]) -> list[dict[str, str]]:
    return [{"name": name} for name in names]
