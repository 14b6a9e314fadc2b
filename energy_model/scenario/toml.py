"""A scenario as the TOML file that would be read as the same one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from energy_model.scenario.schema import Scenario
from energy_model.scenario.source import SET_ON_READING

_INHERITANCE = {"based_on", "without", SET_ON_READING}


def scenario_toml(scenario: Scenario) -> str:
    """A scenario as it takes effect: its base is filled in, so it is based on nothing."""
    return keys_toml(scenario.model_dump(exclude_none=True, exclude=_INHERITANCE))


def keys_toml(keys: Mapping[str, Any]) -> str:
    """Raw keys of a scenario, its measures last."""
    return "\n".join(_lines(keys)) + "\n"


def _lines(keys: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"{key} = {_value(value)}" for key, value in keys.items() if key != "measures")
    for measure in keys.get("measures", ()):
        yield "\n[[measures]]"
        yield from (f"{key} = {_value(value)}" for key, value in measure.items())


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_value(item)}" for key, item in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)  # its escapes are those of a basic string of TOML
    return str(value).lower() if isinstance(value, bool) else repr(value)
