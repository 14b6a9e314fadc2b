"""The keys of scenarios and measures with what they take and mean, read from the schemas: for Excel and the docs.

``python -m energy_model.scenario.describe docs/scenarios.md`` writes the reference below the page's marker anew; a test
holds it up to date.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from inspect import cleandoc, getsource
from itertools import pairwise
from textwrap import dedent
from typing import Any

from pydantic import BaseModel

from energy_model.generated_page import GeneratedPart
from energy_model.scenario.defaults import BY_DATA
from energy_model.scenario.measures import KINDS
from energy_model.scenario.measures.base import Measure
from energy_model.scenario.schema import Horizon, Scenario

PART = GeneratedPart(
    "<!-- generated from the schemas; everything below is written by energy_model/scenario/describe.py -->"
)
_UNITS = {
    "_gwh": "GWh",
    "_gwh_per_day": "GWh/d",
    "_gwh_per_year": "GWh/year",
    "_twh_per_year": "TWh/year",
    "eur_per_mwh": "EUR/MWh",
    "share": "share",
    "_days": "days",
    "_factor": "multiplier",
}
"""Unit by the end of a key's name."""
_TYPES = {
    "string": "text",
    "number": "number",
    "integer": "whole number",
    "boolean": "true or false",
    "array": "list",
    "object": "table",
}
_REQUIRED = "required"
_SET_ON_READING: Mapping[tuple[type[BaseModel], str], str] = {(Scenario, "id"): "the file's name"}
"""Keys that a schema requires and a file need not have, with what is taken then."""


@dataclass(frozen=True)
class Key:
    """One key of a schema, in words."""

    name: str
    takes: str
    unit: str
    default: str
    meaning: str
    holds: str = "text"
    """``text``, ``number``, ``whole number``, ``true or false``, ``day`` or ``table``; of a list, each of its items."""
    is_list: bool = False
    choices: tuple[str, ...] = ()
    """The only words it takes, if they are fixed."""
    codes: str = ""
    """The code list that its words are from, see :mod:`energy_model.scenario.codes`."""

    @property
    def is_free_text(self) -> bool:
        """Whether it takes any words, so that not even a blank may be lost."""
        return self.holds == "text" and not (self.choices or self.codes)


@cache
def keys_of(model: type[BaseModel], without: type[BaseModel] | None = None) -> tuple[Key, ...]:
    """Every key of a schema, or those that it has on top of another one."""
    schema = model.model_json_schema()
    known = without.model_fields if without is not None else {}
    required = set(schema.get("required", []))

    def default(name: str, item: Mapping[str, Any]) -> str:
        if name in BY_DATA and model in (Scenario, Horizon):
            return BY_DATA[name]
        return _SET_ON_READING.get((model, name), _REQUIRED) if name in required else _default(item)

    return tuple(
        Key(name, _takes(item), unit_of(name), default(name, item), _meaning(model, name), **_shape(item))
        for name, item in schema["properties"].items()
        if name not in known
    )


@cache
def codes_of(model: type[BaseModel]) -> Mapping[str, str]:
    """Code list of every key whose words are from one; what the keys mean is not read for it."""
    listed = {name: _shape(item)["codes"] for name, item in model.model_json_schema()["properties"].items()}
    return {name: codes for name, codes in listed.items() if codes}


def unit_of(key: str) -> str:
    """Unit that a key's name carries, or nothing."""
    return next((unit for ending, unit in _UNITS.items() if key.endswith(ending)), "")


def reference_markdown() -> str:
    """The reference part of docs/scenarios.md: every key of a scenario and of every kind of measure."""
    return "\n".join(_reference())


def _reference() -> Iterator[str]:
    yield "### Keys of a scenario\n"
    yield from _table([key for key in keys_of(Scenario) if key.name != "measures"])
    yield "\n`horizon` is a table of two days:\n"
    yield from _table(keys_of(Horizon))
    yield "\n### Keys that every measure takes\n"
    yield from _table(keys_of(Measure))
    for kind, model in KINDS.items():
        yield f"\n### `{kind}`\n"
        yield cleandoc(model.__doc__ or "").replace("``", "`") + "\n"
        yield from _table(keys_of(model, without=Measure))


def _table(keys: Iterable[Key]) -> Iterator[str]:
    yield "| key | takes | unit | default | meaning |"
    yield "|---|---|---|---|---|"
    for key in keys:
        yield f"| `{key.name}` | {key.takes} | {key.unit} | {key.default} | {key.meaning.replace('``', '`')} |"


def _takes(item: Mapping[str, Any]) -> str:
    part = _part(item)
    if "enum" in part:
        return " or ".join(f"`{word}`" for word in part["enum"])
    if "const" in part:
        return f"`{part['const']}`"
    if part.get("format") == "date":
        return "day"
    words = _TYPES.get(str(part.get("type", "object")), str(part.get("type")))
    limits = {"minimum": "at least", "exclusiveMinimum": "above", "maximum": "at most"}
    bounds = [f"{say} {part[name]:g}" for name, say in limits.items() if name in part]
    return ", ".join([words, *bounds])


def _shape(item: Mapping[str, Any]) -> dict[str, Any]:
    part = _part(item)
    is_list = part.get("type") == "array"
    each = part.get("items", {}) if is_list else part
    holds = "day" if each.get("format") == "date" else _TYPES.get(str(each.get("type", "object")), "text")
    choices = tuple(each["enum"]) if "enum" in each else (each["const"],) if "const" in each else ()
    return {"holds": holds, "is_list": is_list, "choices": choices, "codes": each.get("codes", "")}


def _part(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a key takes besides nothing."""
    return next((part for part in item.get("anyOf", [item]) if part.get("type") != "null"), item)


def _default(item: Mapping[str, Any]) -> str:
    value = item.get("default")
    if value is None:
        return "none"
    if isinstance(value, Mapping):
        return " to ".join(map(str, value.values()))
    if isinstance(value, (list, tuple)):
        return ", ".join(f"`{part}`" for part in value) if value else "empty"
    return f"`{value}`"


def _meaning(model: type[BaseModel], name: str) -> str:
    for schema in model.__mro__:  # a kind's own ``kind`` is explained by the base class
        if schema is not BaseModel and issubclass(schema, BaseModel) and name in docstrings(schema):
            return " ".join(docstrings(schema)[name].split())
    return ""


@cache
def docstrings(schema: type[BaseModel]) -> Mapping[str, str]:
    """What is written below the fields of a schema, by field.

    Pydantic reads it too (``use_attribute_docstrings``), but when the class is made: a fifth of a second at each start.
    """
    (body,) = ast.parse(dedent(getsource(schema))).body
    found = {}
    for field, said in pairwise(body.body if isinstance(body, ast.ClassDef) else []):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(said, ast.Expr):
            found[field.target.id] = str(ast.literal_eval(said.value))
    return found


if __name__ == "__main__":
    PART.write(sys.argv[1:], reference_markdown)
