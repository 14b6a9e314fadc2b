"""The frame of a new vintage: a package of the same form without its figures, and a list of what must be filled in."""

from __future__ import annotations

import csv
import json
import os
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from energy_model.data.home import COMMON
from energy_model.data.package import COMMON_SOURCES, DESCRIPTOR, SOURCES, Package, Resource
from energy_model.data.sealed import VERDICT
from energy_model.data.storyline import RESOURCE, storyline_of
from energy_model.errors import DataError
from energy_model.files import check_writable, replacing_folder

CHECKLIST = "CHECKLIST.md"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_PROVENANCE = {"source_id", "as_of", "note", "basis"}
"""Columns that mean the same in every table."""
_COPIED = "Example lines are those of {name}: take the mark away and write what is true now."


def new_vintage(
    name: str, like: str | os.PathLike[str] | None = None, folder: str | os.PathLike[str] = "."
) -> tuple[Path, str]:
    """Write the frame of a data package: descriptor, tables without rows, sources, storyline and reference scenario.

    Parameters
    ----------
    name : str
        Of the new vintage and its folder, best the day on which it stands, such as ``2031-01-31``.
    like : str or path, optional
        Vintage, or folder of a package, whose form it takes; default is the default vintage.
    folder : path, optional
        Folder in which the new one is made; what lies in ``data/`` of a checkout is known by its name.

    Returns
    -------
    (Path, str)
        The new folder, and its checklist in Markdown, which lies there too.

    Raises
    ------
    DataError
        If the name is none, or the package to copy cannot be read.
    OutputError
        If there is something of that name already, or nothing can be written.
    """
    if _NAME.fullmatch(name) is None or name in (COMMON, ".", ".."):
        why = "is no name of a vintage; use letters, digits, points, - and _, best the day on which it stands"
        raise DataError(f"vintage '{name[:60]}'", [why])
    target = Path(folder) / name
    if target.exists():
        raise DataError(f"vintage '{name}'", [f"{target} is there already; choose another name or folder"])
    package = Package.open(like)
    package.refuse_missing()
    checklist = "\n".join(_checklist(package, name)) + "\n"
    check_writable(Path(folder))
    with replacing_folder(target) as part:
        _write(package, name, part, checklist)
    return target, checklist


def _write(package: Package, name: str, part: Path, checklist: str) -> None:
    files = {DESCRIPTOR: json.dumps(_descriptor(package, name), indent=1, ensure_ascii=False) + "\n"}
    for resource in package.resources.values():
        if not resource.is_common:
            files[resource.path] = _skeleton(resource, package.root.name, name)
    for reference in _reference(package):
        files[reference.relative_to(package.root).as_posix()] = _commented(reference, package.root.name)
    files[CHECKLIST] = checklist
    for path, text in files.items():
        (part / path).parent.mkdir(parents=True, exist_ok=True)
        (part / path).write_text(text, encoding="utf-8", newline="\n")


def _descriptor(package: Package, name: str) -> dict[str, Any]:
    """The descriptor of the package that is copied, without hashes and without a verdict."""
    resources = [
        {key: value for key, value in item.items() if key not in ("hash", "bytes")}
        for item in package.descriptor["resources"]
    ]
    kept = {key: value for key, value in package.descriptor.items() if key != VERDICT}
    title = {"name": f"energy-model-{name.lower()}", "title": f"Data package {name}"}
    return {**kept, **title, "description": f"In the form of {package.root.name}.", "resources": resources}


def _skeleton(resource: Resource, like: str, name: str) -> str:
    if resource.name == SOURCES:
        return resource.file.read_text(encoding="utf-8-sig")
    if resource.is_table:
        return ",".join(field["name"] for field in resource.fields) + "\n"
    if resource.name != RESOURCE:
        return resource.file.read_text(encoding="utf-8-sig")
    return _day(name) + _commented(resource.file, like)


def _day(name: str) -> str:
    """The line of a storyline that the name of a vintage gives, if it is a day."""
    try:
        return f"as_of = {date.fromisoformat(name)}\n"
    except ValueError:
        return ""


def _commented(file: Path, like: str) -> str:
    """A file of TOML with every key as an example in a comment."""
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    marked = [line if not line.strip() or line.startswith("#") else f"# {line}" for line in lines]
    return "\n".join([f"# {_COPIED.format(name=like)}", *marked]) + "\n"


def _reference(package: Package) -> list[Path]:
    """The file of the scenario that all others are measured against."""
    storyline, _ = storyline_of(package)
    file = package.root / "scenarios" / f"{storyline.reference if storyline else 'reference'}.toml"
    return [file] if file.is_file() else []


def _checklist(package: Package, name: str) -> Iterator[str]:
    """What must be filled in, table by table: rows, units, limits and an example."""
    like = package.root.name
    yield f"# What vintage {name} needs\n"
    yield (
        f"The frame has the form of `{like}`. Fill in each table, then run `energy-model data seal --data FOLDER`,"
        " which also says, all at once, what is still missing or wrong. A table that no scenario of yours needs may be"
        f" taken out of `{DESCRIPTOR}` with its file. Every row names its `source_id` (a key of `{SOURCES}.csv`) and,"
        " as `as_of`, the day on which the figure was public.\n"
    )
    yield (
        "- [ ] `storyline.toml`: who is asked about, the reference scenario, days of decisions; every key stands there "
        "as an example"
    )
    yield "- [ ] `scenarios/`: the reference first; other scenarios are built on it"
    yield f"- [ ] `{SOURCES}.csv`: the sources of `{like}` are there; add new ones, remove what no row uses\n"
    for resource in package.resources.values():
        if resource.is_table and not resource.is_common and resource.name not in (SOURCES, COMMON_SOURCES):
            yield from _of_table(resource, like)


def _of_table(resource: Resource, like: str) -> Iterator[str]:
    heading, example, count = _first_row(resource)
    key = ", ".join(f"`{column}`" for column in resource.primary_key) or "no key"
    yield f"## [ ] `{resource.path}`: {resource.title}\n"
    yield f"{resource.description}\n"
    yield f"One row for each of {key}; {count:,} rows in `{like}`.\n"
    yield "| column | unit | takes | example |\n|---|---|---|---|"
    for field in resource.fields:
        if field["name"] in _PROVENANCE:
            continue
        shown = example[heading.index(field["name"])] if field["name"] in heading and example else ""
        yield f"| `{field['name']}` | {field.get('unit', '')} | {_takes(field)} | {_cell(shown)} |"
    yield ""


def _takes(field: dict[str, Any]) -> str:
    limits = field.get("constraints", {})
    words = [str(field.get("type", "string"))]
    if "minimum" in limits or "maximum" in limits:
        words.append(f"{limits.get('minimum', 'any')} to {limits.get('maximum', 'any')}")
    if "enum" in limits:
        words.append("one of " + ", ".join(map(str, limits["enum"])))
    if "pattern" in limits:
        words.append(f"of the form `{limits['pattern']}`")
    words += [] if limits.get("required") else ["may be blank"]
    return _cell("; ".join(words))


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _first_row(resource: Resource) -> tuple[list[str], list[str], int]:
    with resource.file.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.reader(lines)
        heading, example = next(rows, []), next(rows, [])
        return heading, example, sum(1 for _ in rows) + bool(example)
