"""Read scenarios: TOML or Excel to :class:`Scenario`, with every problem of a file in one error."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from energy_model.data.load import GasData, load_data
from energy_model.data.package import data_root
from energy_model.errors import InputError, ScenarioError
from energy_model.scenario.measures import RouteCommissioning, RouteOutage
from energy_model.scenario.schema import Scenario
from energy_model.scenario.words import closest, in_words, measure_places
from energy_model.timeline import DAY

_OWN_KEYS = {"id", "title", "description", "based_on", "without", "measures"}
"""Keys that are not inherited as they stand."""
NOT_A_LIST = "must be a list of tables; begin each measure with a line [[measures]]"


def library(root: str | os.PathLike[str] | None = None) -> dict[str, Path]:
    """Scenarios of the data package by name, in reading order (the reference first)."""
    folder = data_root(root) / "scenarios"
    found = {path.stem: path for path in sorted(folder.glob("*.toml"))}
    return {name: found[name] for name in sorted(found, key=lambda name: (name != "reference", name))}


def load_scenario(
    name: str | os.PathLike[str], root: str | os.PathLike[str] | None = None, data: GasData | None = None
) -> Scenario:
    """A scenario by library name, or from a ``.toml`` or ``.xlsx`` file.

    Parameters
    ----------
    root : path, optional
        Folder of the data package whose library is meant; default is the package's own.
    data : GasData, optional
        If given, names of places, suppliers and the like are looked up in it as well.

    Raises
    ------
    ScenarioError
        With every problem at once: unknown keys and kinds, wrong types, dates outside the horizon, contradictions,
        a cycle in ``based_on``; with ``data`` also unknown names.
    """
    path = _find(name, root)
    raw = _read(path)
    chain, inherited = _with_base(raw, path, root)
    places = measure_places(chain, inherited, str(raw.get("based_on")))
    scenario, problems = _validated(chain, places)
    part, places = (scenario, places) if scenario is not None else _readable_part(chain, places)
    problems += part.problems_with_dates(places)
    problems += _problems_with_names(part, data.at(part.as_of), places) if data is not None else []
    if scenario is None or problems:
        raise ScenarioError(f"scenario {path.name}", problems)
    return scenario


def check_against(scenario: Scenario, data: GasData) -> None:
    """Hold a scenario against the data of its vintage: do all its names exist, do dates and measures agree?

    Raises
    ------
    ScenarioError
        With every problem at once.
    """
    places = measure_places(scenario.model_dump(include={"measures"}))
    problems = scenario.problems_with_dates(places) + _problems_with_names(scenario, data, places)
    if problems:
        raise ScenarioError(f"scenario {scenario.id}", problems)


def _problems_with_names(scenario: Scenario, data: GasData, places: Sequence[str]) -> list[str]:
    """Names the data of the vintage do not know, and measures that contradict each other."""
    problems = [
        f"{place}, {found}"
        for place, measure in zip(places, scenario.measures, strict=True)
        for found in measure.problems(data)
    ]
    weathers = sorted(set(data["demand_daily"]["weather"]))
    if scenario.weather not in weathers:
        problems.append(f"key 'weather', value '{scenario.weather}': no such weather; known: {', '.join(weathers)}")
    cases = set(data["lng_europe_limit"]["case"])
    if scenario.lng_case not in cases and scenario.lng_limit_twh_per_year is None:
        problems.append(
            f"key 'lng_case', value '{scenario.lng_case}': not known on {scenario.as_of}; "
            f"known on that day: {', '.join(sorted(cases))}"
        )
    return problems + list(_contradictions(scenario, data, places))


def _readable_part(raw: Mapping[str, Any], places: Sequence[str]) -> tuple[Scenario, list[str]]:
    """What can be read of a faulty scenario, so that one error tells the rest as well."""
    read: dict[str, Any] = {"id": "part", "title": "", "description": ""}
    for key in ("as_of", "horizon", "weather", "lng_case", "lng_limit_twh_per_year"):
        if key in raw and _validated({**read, key: raw[key]}, ())[0] is not None:
            read[key] = raw[key]
    fit = [_validated({**read, "measures": [measure]}, places)[0] is not None for measure in raw["measures"]]
    measures = [measure for measure, fits in zip(raw["measures"], fit, strict=True) if fits]
    part = Scenario.model_validate(_tuples({**read, "measures": measures}))
    return part, [place for place, fits in zip(places, fit, strict=True) if fits]


def library_problems(root: Path) -> Iterator[str]:
    """What keeps scenarios of a data package from loading, or from holding against the data of their day."""
    known = load_data(root)
    for name in library(root):
        try:
            scenario = load_scenario(name, root)
            check_against(scenario, known.at(scenario.as_of))
        except InputError as broken:
            yield from (f"scenarios/{name}.toml: {problem}" for problem in broken.problems)


def _find(name: str | os.PathLike[str], root: str | os.PathLike[str] | None) -> Path:
    path = Path(name)
    if path.suffix in {".toml", ".xlsx"}:
        if path.is_file():
            return path
        raise ScenarioError(f"scenario {name}", ["no such file; check the path"])
    known = library(root)
    if str(name) in known:
        return known[str(name)]
    why = "no scenario of this name in the library, and no path to a .toml or .xlsx file"
    raise ScenarioError(f"scenario {name}", [f"{why}; {closest(str(name), known)}"])


def _read(path: Path) -> dict[str, Any]:
    if path.suffix == ".xlsx":
        from energy_model.scenario.excel import read_excel

        raw = read_excel(path)
    else:
        raw = _read_toml(path)
    raw.setdefault("id", re.sub(r"[^a-z0-9]+", "_", path.stem.lower()).strip("_"))
    raw.setdefault("measures", [])
    if not isinstance(raw["measures"], list) or not all(isinstance(measure, Mapping) for measure in raw["measures"]):
        raise ScenarioError(f"scenario {path.name}", [f"key 'measures': {NOT_A_LIST}"])
    return raw


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(f"scenario {path.name}", [f"not valid TOML: {error}; repair the line"]) from error
    except UnicodeDecodeError as error:
        raise ScenarioError(f"scenario {path.name}", [f"is not UTF-8 text ({error}); save it as UTF-8"]) from error


def _with_base(raw: dict[str, Any], path: Path, root: str | os.PathLike[str] | None) -> tuple[dict[str, Any], int]:
    """The raw scenario with its base filled in, and the number of inherited measures, which stand before its own."""
    where, base_name = f"scenario {path.name}", raw.get("based_on")
    if base_name is None:
        if raw.get("without"):
            raise ScenarioError(where, ["key 'without' needs 'based_on'; add it or leave both out"])
        return raw, 0
    if base_name == raw["id"]:
        raise ScenarioError(where, [f"key 'based_on', value '{base_name}': based on itself, a cycle; remove the key"])
    base_path = path.with_name(f"{base_name}.toml")
    try:
        base = _read(base_path if base_path.is_file() else _find(str(base_name), root))
    except ScenarioError as error:
        problems = [f"key 'based_on', value '{base_name}': {problem}" for problem in error.problems]
        raise ScenarioError(where, problems) from error
    if base.get("based_on") is not None:
        shape = "a cycle" if base["based_on"] == raw["id"] else "two levels"
        raise ScenarioError(
            where,
            [
                f"key 'based_on', value '{base_name}': that one is itself based on '{base['based_on']}' ({shape}); "
                "only one level is allowed, copy the measures you need"
            ],
        )
    without = raw.get("without", [])
    if not isinstance(without, list):
        raise ScenarioError(where, [f"key 'without', value '{without}': must be a list of names of measures"])
    named = {measure.get("name") for measure in base["measures"]}
    missing = [name for name in without if name not in named]
    if missing:
        known = ", ".join(sorted(name for name in named if name)) or "none has a name"
        raise ScenarioError(
            where,
            [f"key 'without', value '{name}': no such measure in {base_name}; known: {known}" for name in missing],
        )
    kept = [measure for measure in base["measures"] if measure.get("name") not in without]
    keys = {key: value for key, value in base.items() if key not in _OWN_KEYS}
    return {**keys, **raw, "measures": [*kept, *raw["measures"]]}, len(kept)


def _validated(raw: Mapping[str, Any], places: Sequence[str]) -> tuple[Scenario | None, list[str]]:
    """The scenario, or the problems of its schema in words."""
    try:
        return Scenario.model_validate(_tuples(raw)), []
    except ValidationError as error:
        return None, list(in_words(error.errors(), raw, places))


def _tuples(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_tuples(item) for item in value)
    if isinstance(value, Mapping):
        return {key: _tuples(item) for key, item in value.items()}
    return value


def _contradictions(scenario: Scenario, data: GasData, places: Sequence[str]) -> Iterator[str]:
    """Pairs of measures that set the same thing at the same time."""
    dated = [
        (place, m, m.targets(data), m.start or scenario.horizon.start, m.end or scenario.horizon.end)
        for place, m in zip(places, scenario.measures, strict=True)
    ]
    for (place, one, targets, start, end), (place2, other, others, start2, end2) in combinations(dated, 2):
        both = targets & others
        if not both or start > end2 or start2 > end:
            continue
        since = max(start, start2)
        what = f"{place} and {place2}: both set {', '.join(sorted(both))} on {since}"
        if one.kind == other.kind:
            mend = f"end the one that starts first on {since - DAY}" if start != start2 else "keep one of them"
            yield f"{what}; {mend}, or leave an inherited one out with 'without'"
        elif isinstance(one, RouteOutage) and isinstance(other, RouteCommissioning):
            mend = f"end the outage on {since - DAY}, or write it after the opening"
            yield f"{what}, and the opening undoes the outage; {mend}"


def as_scenario(given: Scenario | str, root: Path | None = None, data: GasData | None = None) -> Scenario:
    """A scenario as it is; a name of the library or a path, loaded as by :func:`load_scenario`."""
    return given if isinstance(given, Scenario) else load_scenario(given, root, data)


def with_changes(scenario: Scenario, **changes: object) -> Scenario:
    """The scenario with keys replaced; ``None`` leaves a key as it is. Measures are given as mappings.

    Raises
    ------
    ScenarioError
        If a value is not one the key takes.
    """
    raw = {**scenario.model_dump(), **{key: value for key, value in changes.items() if value is not None}}
    places = measure_places(raw)
    changed, problems = _validated(raw, places)
    problems += changed.problems_with_dates(places) if changed is not None else []
    if changed is None or problems:
        raise ScenarioError(f"scenario {scenario.id}", problems)
    return changed
