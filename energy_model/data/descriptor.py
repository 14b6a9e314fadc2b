"""The descriptor of a data package, ``datapackage.json``: read, and held against what the package may be.

A descriptor comes from people: everything that is wrong with it is told at once, in words. It may name files of its own
folder and no others.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from energy_model.errors import DataError
from energy_model.units import BYTES_PER_MB

DESCRIPTOR = "datapackage.json"
KINDS_OF_FIELDS = ("string", "number", "integer", "boolean", "date")
MOST_BYTES = 20_000_000
"""A descriptor describes tables and holds none; a larger file is something else."""
_TEXTS = ("title", "description", "hash")
_LIMITS = ("minimum", "maximum")
BASES = ("measured", "official", "literature", "derived", "proxy", "judgement")
"""What a figure can rest on; ``proxy`` is a figure of another day or thing that stands in for one that was not read."""


def read_descriptor(root: Path) -> dict[str, Any]:
    """The descriptor in ``root``, sound in form.

    Raises
    ------
    DataError
        With everything that is wrong with it, at once.
    """
    found = parsed(root / DESCRIPTOR)
    if not isinstance(found, dict):
        raise DataError(DESCRIPTOR, [f"is {_named(found)} at the top, not an object; begin it with {{ and a name"])
    listed = found.get("resources")
    if not isinstance(listed, list) or not listed:
        raise DataError(DESCRIPTOR, [f"key 'resources': {_no_text(listed)}; list every table and its schema"])
    problems = [text for at, item in enumerate(listed, 1) for text in _resource_problems(root, at, item)]
    problems += _repeated(listed)
    shared = found.get("common", [])
    if not isinstance(shared, list) or not all(isinstance(name, str) and name for name in shared):
        problems.append("key 'common': list names of resources in the folder that vintages share, or leave it out")
    if not problems:
        problems = list(lost_links(listed))
    if problems:
        raise DataError(DESCRIPTOR, problems)
    return found


def parsed(path: Path) -> Any:
    """The JSON of a descriptor, whatever it holds.

    Raises
    ------
    DataError
        If it cannot be read.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise DataError(
                DESCRIPTOR, [f"has more than {MOST_BYTES / BYTES_PER_MB:.0f} MB; a descriptor holds no data"]
            )
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(DESCRIPTOR, [f"is not UTF-8 text (byte {error.start + 1}); save it as UTF-8"]) from error
    except OSError as error:
        raise DataError(DESCRIPTOR, [f"cannot be read ({error.strerror}); check its rights and the disk"]) from error
    try:
        return json.loads(text, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        raise DataError(DESCRIPTOR, [f"line {error.lineno}: {error.msg}; repair the JSON"]) from error
    except RecursionError as error:
        raise DataError(DESCRIPTOR, ["is nested beyond reading; repair the JSON"]) from error
    except ValueError as error:
        raise DataError(DESCRIPTOR, [f"a number in it cannot be read ({error}); repair the JSON"]) from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of the JSON; a key that stands there twice has no meaning."""
    content = dict(pairs)
    if len(content) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        raise DataError(DESCRIPTOR, [f"key '{key}' occurs more than once in one object; keep one" for key in twice])
    return content


def _resource_problems(root: Path, at: int, item: Any) -> Iterator[str]:
    """What is wrong with one entry of ``resources``."""
    if not isinstance(item, Mapping):
        yield f"resource {at}: is {_named(item)}, not an object; write its name, path and schema"
        return
    name = item.get("name")
    where = f"resource {at} ('{name}')" if isinstance(name, str) else f"resource {at}"
    for key in ("name", "path"):
        value = item.get(key)
        if not isinstance(value, str) or not value.strip():
            yield f"{where}, key '{key}': {_no_text(value)}; write a text"
    for key in _TEXTS:
        if key in item and not isinstance(item[key], str):
            yield f"{where}, key '{key}': is {_named(item[key])}, not a text; mend it"
    if "basis" in item and item["basis"] not in BASES:
        yield f"{where}, key 'basis', value '{item['basis']}': is not known; use one of: {', '.join(BASES)}"
    if isinstance(item.get("path"), str):
        yield from _path_problems(root, where, item["path"])
    schema = item.get("schema", {})
    if not isinstance(schema, Mapping):
        yield f"{where}, key 'schema': is {_named(schema)}, not an object; describe its fields or leave the key out"
        return
    yield from _schema_problems(where, schema)


def _path_problems(root: Path, where: str, path: str) -> Iterator[str]:
    """A file of the package lies in its folder, whatever its path says and whatever a link points to."""
    outside = f"{where}, path '{path}': leaves the folder of the package; a package may name its own files only"
    parts = re.split(r"[\\/]", path)
    if "\\" in path:
        yield f"{where}, path '{path}': holds a backslash; part folders by /, and stay in the package"
        return
    if "\0" in path or ".." in parts or Path(path).is_absolute() or re.match(r"[A-Za-z][\w+.-]*:", path):
        yield outside
        return
    try:
        if not (root / path).resolve().is_relative_to(root.resolve()):
            yield outside
        elif (root / path).is_dir():
            yield f"{where}, path '{path}': is a folder; name a file"
    except (OSError, RuntimeError):
        yield f"{where}, path '{path[:60]}': is no path of a file here; correct it"


def _schema_problems(where: str, schema: Mapping[str, Any]) -> Iterator[str]:
    fields = schema.get("fields", [])
    if not isinstance(fields, list):
        yield f"{where}, key 'fields': is {_named(fields)}, not a list; list the columns"
        return
    names: list[str] = []
    for at, field in enumerate(fields, 1):
        if not isinstance(field, Mapping) or not isinstance(field.get("name"), str) or not field["name"]:
            yield f"{where}, field {at}: has no name; write it as the column is headed"
            continue
        names.append(field["name"])
        yield from _field_problems(f"{where}, field '{field['name']}'", field)
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"{where}, field '{name}': occurs more than once; keep one"
    key = schema.get("primaryKey", [])
    columns = [key] if isinstance(key, str) else key
    if not isinstance(columns, list):
        yield f"{where}, key 'primaryKey': is {_named(key)}; name one field or a list of fields"
    else:
        lost = [name for name in columns if name not in names]
        yield from (f"{where}, key 'primaryKey': no field '{name}'; correct it" for name in lost)
    links = schema.get("foreignKeys", [])
    if not isinstance(links, list) or not all(_is_link(link) for link in links):
        yield f"{where}, key 'foreignKeys': give each 'fields' and a 'reference' of 'resource' and 'fields'"
        return
    own = [_one(link["fields"]) for link in links]
    yield from (f"{where}, key 'foreignKeys': no field '{name}'; correct it" for name in own if name not in names)


def _field_problems(where: str, field: Mapping[str, Any]) -> Iterator[str]:
    kind = field.get("type", "string")
    if kind not in KINDS_OF_FIELDS:
        yield f"{where}, type '{kind}': is not known; use one of: {', '.join(KINDS_OF_FIELDS)}"
    limits = field.get("constraints", {})
    if not isinstance(limits, Mapping):
        yield f"{where}, key 'constraints': is {_named(limits)}, not an object; mend it"
        return
    for key in _LIMITS:
        value = limits.get(key, 0)
        if key in limits and (not isinstance(value, int | float) or isinstance(value, bool) or value != value):
            yield f"{where}, {key} '{value}': is not a number; correct it"
    if "enum" in limits and not isinstance(limits["enum"], list):
        yield f"{where}, key 'enum': is {_named(limits['enum'])}, not a list; list the words"
    if "pattern" in limits:
        try:
            re.compile(limits["pattern"])
        except (re.error, TypeError, OverflowError) as error:
            yield f"{where}, pattern '{limits['pattern']}': is no regular expression ({error}); correct it"


def _is_link(link: Any) -> bool:
    """A foreign key with all its parts, of one column or of several."""
    if not isinstance(link, Mapping) or not isinstance(link.get("reference"), Mapping):
        return False
    sides = (link.get("fields"), link["reference"].get("fields"))
    named = all(isinstance(side, str) or (isinstance(side, list) and side) for side in sides)
    return named and isinstance(link["reference"].get("resource"), str)


def _one(fields: str | list[str]) -> str:
    return fields if isinstance(fields, str) else fields[0]


def _repeated(listed: list[Any]) -> Iterator[str]:
    """Two entries of one name or of one file: the second would silently take the place of the first."""
    for key in ("name", "path"):
        values = [str(item[key]) for item in listed if isinstance(item, Mapping) and isinstance(item.get(key), str)]
        for value in sorted({value for value in values if values.count(value) > 1}):
            yield f"resource with {key} '{value}': listed {values.count(value)} times; keep one"


def lost_links(listed: list[dict[str, Any]]) -> Iterator[str]:
    """Foreign keys to a table or a column that the descriptor does not have."""
    fields = {item["name"]: {field["name"] for field in item.get("schema", {}).get("fields", [])} for item in listed}
    for item in listed:
        for link in item.get("schema", {}).get("foreignKeys", []):
            target, column = link["reference"]["resource"] or item["name"], _one(link["reference"]["fields"])
            if target not in fields:
                yield f"resource '{item['name']}', key 'foreignKeys': no resource '{target}'; list it"
            elif column not in fields[target]:
                yield f"resource '{item['name']}', key 'foreignKeys': '{target}' has no field '{column}'; correct it"


def _no_text(value: Any) -> str:
    """Why a value is not what a key asks for: it is not there, of another kind, or empty."""
    if value is None:
        return "is missing"
    return "is empty" if value in ("", []) or str(value).isspace() else f"is {_named(value)}"


def _named(value: Any) -> str:
    """What a value of JSON is, in words."""
    words = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return words.get(type(value), "a number")
