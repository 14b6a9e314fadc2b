"""What a scenario takes that says nothing: the day, the horizon, the weather and the LNG of the data package.

A file of scenarios takes them from the package it is read with; a :class:`~energy_model.scenario.schema.Scenario` that
is made in Python from the default one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from energy_model.data.home import data_root
from energy_model.data.mechanisms import MECHANISMS
from energy_model.data.storyline import RESOURCE, Storyline, read_storyline
from energy_model.errors import DataError

BY_DATA: Mapping[str, str] = {
    "as_of": "the day of the data package",
    "horizon": "that of the data package",
    "start": "that of the data package",
    "end": "that of the data package",
    "weather": "a normal year",
    "lng_case": "the central one",
    "foresight": "that of the data package",
    **dict.fromkeys(MECHANISMS, "as the data package has it"),
}
"""Keys whose default is the data package's, with what it is in words."""


def default_storyline() -> Storyline:
    """The storyline of the default package."""
    return _read(data_root() / f"{RESOURCE}.toml")


def defaults_of(root: Any = None) -> dict[str, Any]:
    """Keys that a package gives a scenario; none if its storyline cannot be read: loading the data tells that."""
    try:
        line = _read(data_root(root) / f"{RESOURCE}.toml")
    except DataError:
        return {}
    return {
        "as_of": line.as_of,
        "horizon": {"start": line.horizon.start, "end": line.horizon.end},
        "weather": line.weather.normal,
        "lng_case": line.lng.central,
        "foresight": line.foresight,
        **{name: name in line.mechanisms for name in MECHANISMS},
    }


def used_by_default(mechanism: str) -> Callable[[], bool]:
    """Whether scenarios of the default package use a mechanism, as a default that is asked for when it is needed."""
    return lambda: mechanism in default_storyline().mechanisms


def _read(file: Path) -> Storyline:
    try:
        changed = file.stat().st_mtime_ns
    except OSError:
        changed = 0
    return _known(file, changed)


@lru_cache(maxsize=8)
def _known(file: Path, changed: int) -> Storyline:
    return read_storyline(file)
