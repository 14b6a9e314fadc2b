"""Files of scenarios: where they lie, and their raw keys, whether TOML or Excel."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from energy_model.data.package import data_root
from energy_model.errors import ScenarioError, closest
from energy_model.scenario.codes import with_codes

SET_ON_READING = "files"
"""Key of a scenario that no file may write."""
WORKBOOKS = (".xlsx", ".ods")
SUFFIXES = (".toml", *WORKBOOKS)
"""Endings of scenario files, in capital or small letters."""
_SPREADSHEETS = (".fods", ".xls", ".xlsb", ".xlsm", ".xltx", ".csv", ".numbers")
_NOT_A_LIST = "must be a list of tables; begin each measure with a line [[measures]]"


def library(root: str | os.PathLike[str] | None = None) -> dict[str, Path]:
    """Scenarios of the data package by name, in reading order (the reference first)."""
    folder = data_root(root) / "scenarios"
    found = {path.stem: path for path in sorted(folder.glob("*.toml"))}
    return {name: found[name] for name in sorted(found, key=lambda name: (name != "reference", name))}


def find(name: str | os.PathLike[str], root: str | os.PathLike[str] | None) -> Path:
    """Path of a scenario, given as a path or as a name of the library.

    Raises
    ------
    ScenarioError
        If there is none.
    """
    path = Path(name)
    if path.suffix.lower() in SUFFIXES:
        if is_file(path):
            return path
        raise ScenarioError(f"scenario {name}", ["no such file; check the path"])
    known = library(root)
    if str(name) in known:
        return known[str(name)]
    if path.suffix.lower() in _SPREADSHEETS:
        raise ScenarioError(f"scenario {name}", [f"a {path.suffix} file is not read; open it and save it as .xlsx"])
    why = "no scenario of this name in the library, and no path to a .toml, .xlsx or .ods file"
    raise ScenarioError(f"scenario {name}", [f"{why}; {closest(str(name), known)}"])


def is_file(path: Path) -> bool:
    """Whether a file is there; a name that no disk can hold is none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def read_raw(path: Path, names: Mapping[str, str]) -> dict[str, Any]:
    """Raw keys of a file, names of countries in its measures replaced by codes.

    Parameters
    ----------
    names : mapping of str to str
        Codes by name, see :func:`energy_model.data.places.place_names`.

    Raises
    ------
    ScenarioError
        If the file is no TOML or no workbook, or its measures are no list.
    """
    where = f"scenario {path.name}"
    raw: dict[str, Any]
    if path.suffix.lower() in WORKBOOKS:
        from energy_model.scenario.excel import read_excel

        raw = read_excel(path)
    else:
        raw = read_toml(path, where)
    raw.setdefault("id", re.sub(r"[^a-z0-9]+", "_", path.stem.lower()).strip("_"))
    raw.setdefault("measures", [])
    if not isinstance(raw["measures"], list) or not all(isinstance(measure, Mapping) for measure in raw["measures"]):
        raise ScenarioError(where, [f"key 'measures': {_NOT_A_LIST}"])
    if SET_ON_READING in raw:
        raise ScenarioError(where, [f"key '{SET_ON_READING}': is set on reading; leave it out"])
    for measure in raw["measures"]:
        with_codes(measure, names)
    return raw


def read_toml(path: Path, where: str) -> dict[str, Any]:
    """Keys of a TOML file; ``where`` names it in messages.

    Raises
    ------
    ScenarioError
        If it cannot be read, or is no TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(where, [f"not valid TOML: {error}; repair the line"]) from error
    except UnicodeDecodeError as error:
        raise ScenarioError(where, [f"is not UTF-8 text ({error}); save it as UTF-8"]) from error
    except OSError as error:
        raise ScenarioError(where, [f"cannot be read: {error.strerror}; check the path"]) from error
    except ValueError as error:
        raise ScenarioError(where, ["holds a number of more digits than any quantity has; correct it"]) from error
    except RecursionError as error:
        raise ScenarioError(where, ["is nested too deeply; write plain lists"]) from error
