"""Read scenarios: TOML or Excel to :class:`Scenario`, with every problem of a file in one error."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from energy_model.data.load import GasData
from energy_model.data.places import place_names
from energy_model.errors import ScenarioError
from energy_model.scenario.defaults import defaults_of
from energy_model.scenario.measures.base import unknown_codes
from energy_model.scenario.schema import NAMES, Scenario, ScenarioFile
from energy_model.scenario.source import SET_ON_READING, SUFFIXES, find, is_file, library, read_raw
from energy_model.scenario.stock import stock_problems
from energy_model.scenario.words import in_words, measure_place, measure_places, with_tuples
from energy_model.scenario.written_places import Placed, located
from energy_model.timeline import DAY

_BASE_NAME = re.compile(r"[^/\\\x00]{1,200}")
OWN_KEYS = NAMES | {"based_on", "without", "measures"}
"""Keys that are not inherited as they stand."""
LIBRARY = "library"


def load_scenario(
    name: str | os.PathLike[str], root: str | os.PathLike[str] | None = None, data: GasData | None = None
) -> Scenario:
    """A scenario by library name, or from a ``.toml``, ``.xlsx`` or ``.ods`` file.

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
    return built(chain_of(name, root), data)


@dataclass(frozen=True)
class Link:
    """One scenario of a chain of ``based_on``, as written.

    Attributes
    ----------
    raw : mapping
        Keys and measures of its own.
    path : Path
        File it was read from.
    place : str
        Where the file lies: ``library``, ``command line``, or the file and the one it lies beside.
    shadows : bool
        Whether the library has another scenario of its name.
    pointer : str
        How messages point to its measures, when it is the first of the chain.
    defaults : mapping
        What the data package gives a scenario that says nothing, when it is the last of the chain.
    """

    raw: Mapping[str, Any]
    path: Path
    place: str = LIBRARY
    shadows: bool = False
    pointer: str = "measure"
    defaults: Mapping[str, Any] = field(default_factory=dict)

    @property
    def record(self) -> ScenarioFile:
        """Its line in an effective scenario."""
        return ScenarioFile(name=self.path.stem, file=self.place, shadows_library=self.shadows)


def chain_of(name: str | os.PathLike[str], root: str | os.PathLike[str] | None = None) -> list[Link]:
    """A scenario as written and all that it is built on, itself first.

    Raises
    ------
    ScenarioError
        If a file cannot be read, or the chain leads back into itself.
    """
    path = find(name, root)
    raw, known = read_raw(path, place_names(root)), library(root)
    is_library = _is_same(path, known.get(path.stem))
    own = not is_library and bool({path.stem, str(raw["id"])} & set(known))
    links = [Link(raw, path, LIBRARY if is_library else path.name, own)]
    while (base := links[-1].raw.get("based_on")) is not None:
        links.append(_base_of(links, base, root))
    links[-1] = replace(links[-1], defaults=defaults_of(root))
    return links


def built(chain: Sequence[Link], data: GasData | None = None) -> Scenario:
    """The scenario at the head of a chain, with all that it is built on filled in and checked; see `load_scenario`.

    Raises
    ------
    ScenarioError
        With every problem at once.
    """
    where = f"scenario {chain[0].path.name}"
    raw, places = _merged(chain, where)
    scenario, problems = _validated(raw, places)
    problems = [*_unread(chain), *problems]
    part, places = (scenario, places) if scenario is not None else _readable_part(raw, places)
    problems += part.problems_with_dates(places)
    found = _problems_with_names(part, data.at(part.as_of), places) if data is not None else []
    problems += [located(problem, raw) for problem in found]
    if scenario is None or problems:
        raise ScenarioError(where, problems)
    return scenario.model_copy(update={SET_ON_READING: tuple(link.record for link in chain)})


def _unread(chain: Sequence[Link]) -> Iterator[str]:
    """Cells of workbooks that could not be read."""
    for link in chain:
        if isinstance(link.raw, Placed):
            of = "" if link is chain[0] else f"{link.path.name}, "
            yield from (f"{of}{problem}" for problem in link.raw.problems)


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
    weathers = sorted(data["demand_daily"]["weather"].unique())
    if scenario.weather not in weathers:
        problems.append(
            f"key 'weather', value '{scenario.weather}': no such weather; known: {', '.join(weathers) or 'none'}"
        )
    known = data.storyline.conditions_by_name
    problems += unknown_codes(scenario.conditions, known, "condition in storyline.toml", "conditions")
    for place, measure in zip(places, scenario.measures, strict=True):
        asked = [measure.when] if measure.when is not None else []
        problems += [f"{place}, {one}" for one in unknown_codes(asked, known, "condition in storyline.toml", "when")]
    cases = set(data["lng_europe_limit"]["case"])
    if scenario.lng_case not in cases and scenario.lng_limit_twh_per_year is None:
        problems.append(
            f"key 'lng_case', value '{scenario.lng_case}': not known on {scenario.as_of}; "
            f"known on that day: {', '.join(sorted(cases)) or 'none'}"
        )
    return problems + stock_problems(scenario, data) + list(_contradictions(scenario, data, places))


def _readable_part(raw: Mapping[str, Any], places: Sequence[str]) -> tuple[Scenario, list[str]]:
    """What can be read of a faulty scenario, so that one error tells the rest as well."""
    read: dict[str, Any] = {"id": "part", "title": "part", "description": ""}
    for key in ("as_of", "horizon", "weather", "lng_case", "lng_limit_twh_per_year", "conditions"):
        if key in raw and _validated({**read, key: raw[key]}, ())[0] is not None:
            read[key] = raw[key]
    fit = [_validated({**read, "measures": [measure]}, places)[0] is not None for measure in raw["measures"]]
    measures = [measure for measure, fits in zip(raw["measures"], fit, strict=True) if fits]
    part = Scenario.model_validate(with_tuples({**read, "measures": measures}))
    return part, [place for place, fits in zip(places, fit, strict=True) if fits]


def _base_of(links: Sequence[Link], name: Any, root: str | os.PathLike[str] | None) -> Link:
    """The scenario that the last of a chain is based on: a file beside it, else one of the library.

    A file that bears the name it is based on means the library's.
    """
    last = links[-1].path
    whose = "" if len(links) == 1 else f"{last.name}, "
    key = f"{whose}key 'based_on', value '{name}'"
    if not isinstance(name, str) or _BASE_NAME.fullmatch(name) is None:
        why = "must be the name of a scenario of the library or of a file beside this one, without a folder"
        raise ScenarioError(f"scenario {links[0].path.name}", [f"{key}: {why}; copy the file beside this one"])
    names = [name] if Path(name).suffix.lower() in SUFFIXES else [f"{name}{suffix}" for suffix in SUFFIXES]
    beside = next((path for path in map(last.with_name, names) if is_file(path)), last.with_name(names[0]))
    in_library = library(root).get(name)
    own = is_file(beside) and not _is_same(beside, last) and not _is_same(beside, in_library)
    try:
        path = beside if own else (in_library or (last if _is_same(beside, last) else find(name, root)))
        if any(_is_same(path, link.path) for link in links):
            raise ScenarioError("", [_cycle(links, path)])
        place = f"{path.name} beside {last.name}" if own else LIBRARY
        return Link(read_raw(path, place_names(root)), path, place, own and in_library is not None)
    except ScenarioError as error:
        raise ScenarioError(f"scenario {links[0].path.name}", [f"{key}: {one}" for one in error.problems]) from error


def _cycle(links: Sequence[Link], path: Path) -> str:
    if _is_same(path, links[-1].path):
        return "based on itself, a cycle; remove the key"
    chain = " -> ".join([*(link.path.stem for link in links), path.stem])
    return f"a cycle, {chain}; let one of them be based on nothing, or on another scenario"


def _is_same(one: Path, other: Path | None) -> bool:
    return other is not None and one.resolve() == other.resolve()


def _merged(chain: Sequence[Link], where: str) -> tuple[dict[str, Any], list[str]]:
    """Keys and measures of a whole chain, the oldest first, and how messages point to each measure."""
    keys: dict[str, Any] = dict(chain[-1].defaults)
    measures: list[dict[str, Any]] = []
    places: list[str] = []
    for link in reversed(chain):
        left_out = _left_out(link, measures, chain, where)
        kept = [number for number, measure in enumerate(measures) if measure.get("name") not in left_out]
        of = "" if link is chain[0] else f" of {link.path.stem}"
        own = link.raw["measures"]
        measures = [measures[number] for number in kept] + list(own)
        places = [places[number] for number in kept] + [
            measure_place(f"{link.pointer} {number}", measure, of) for number, measure in enumerate(own, start=1)
        ]
        keys = {key: value for key, value in keys.items() if key not in OWN_KEYS} | dict(link.raw)
    merged = {**keys, "measures": measures}
    if isinstance(merged.get("horizon"), Mapping):
        merged["horizon"] = {**chain[-1].defaults.get("horizon", {}), **merged["horizon"]}
    head = chain[0].raw
    return (head.filled(merged) if isinstance(head, Placed) else merged), places


def _left_out(link: Link, inherited: Sequence[Mapping[str, Any]], chain: Sequence[Link], where: str) -> Sequence[str]:
    """Names of inherited measures that a scenario leaves out."""
    without, base = link.raw.get("without", []), link.raw.get("based_on")
    place = "" if link is chain[0] else f"{link.path.name}, "
    if not isinstance(without, list) or not all(isinstance(name, str) for name in without):
        raise ScenarioError(where, [f"{place}key 'without', value '{without}': must be a list of names of measures"])
    if without and base is None:
        raise ScenarioError(where, [f"{place}key 'without' needs 'based_on'; add it or leave both out"])
    named = {measure.get("name") for measure in inherited}
    missing = [name for name in without if name not in named]
    if missing:
        known = ", ".join(sorted(name for name in named if name)) or "none has a name"
        why = f"no such measure in {base}" + (" or what it is built on" if len(chain) > 2 else "")
        raise ScenarioError(where, [f"{place}key 'without', value '{name}': {why}; known: {known}" for name in missing])
    return without


def _validated(raw: Mapping[str, Any], places: Sequence[str]) -> tuple[Scenario | None, list[str]]:
    """The scenario, or the problems of its schema in words."""
    try:
        return Scenario.model_validate(with_tuples(raw)), []
    except ValidationError as error:
        return None, list(in_words(error.errors(), raw, places))


def _contradictions(scenario: Scenario, data: GasData, places: Sequence[str]) -> Iterator[str]:
    """Pairs of measures that set the same thing at the same time."""
    dated = [
        (place, m, m.targets(data), m.start or scenario.horizon.start, m.end or scenario.horizon.end)
        for place, m in zip(places, scenario.measures, strict=True)
        if scenario.holds(m)
    ]
    for (place, one, targets, start, end), (place2, other, others, start2, end2) in combinations(dated, 2):
        if one.is_copy_of(other):
            yield f"{place} and {place2}: one and the same measure, twice; delete one, or give each a name of its own"
            continue
        if one.name is not None and one.name == other.name:
            yield f"{place} and {place2}: both are named '{one.name}', and no table could tell them apart; rename one"
        both = targets & others
        if not both or start > end2 or start2 > end:
            continue
        since = max(start, start2)
        what = f"{place} and {place2}: both set {', '.join(sorted(both))} on {since}"
        if one.kind == other.kind:
            mend = f"end the one that starts first on {since - DAY}" if start != start2 else "keep one of them"
            yield f"{what}; {mend}, or leave an inherited one out with 'without'"
        elif one.shuts_route and other.opens_route:
            mend = f"end the outage on {since - DAY}, or write it after the opening"
            yield f"{what}, and the opening undoes the outage; {mend}"


def as_scenario(given: Scenario | str, root: Path | None = None, data: GasData | None = None) -> Scenario:
    """A scenario, validated; a name of the library or a path, loaded as by :func:`load_scenario`.

    Raises
    ------
    ScenarioError
        With every problem at once, also of a scenario that was changed past its schema.
    """
    return validated(given) if isinstance(given, Scenario) else load_scenario(given, root, data)


def validated(scenario: Scenario) -> Scenario:
    """The scenario, once more held against its schema: ``model_copy`` of pydantic checks nothing.

    Raises
    ------
    ScenarioError
        With every problem at once.
    """
    return with_changes(scenario)


def with_changes(scenario: Scenario, **changes: object) -> Scenario:
    """The scenario with keys replaced, checked like a file; ``None`` leaves a key as it is.

    Parameters
    ----------
    scenario : Scenario
        Stays as it is.
    **changes
        Keys of a scenario with their new values, for example ``resolution="month"``; ``measures`` replaces all of them
        and takes measures or mappings with their keys.

    Raises
    ------
    ScenarioError
        With every problem at once: unknown keys, values a key does not take, dates that cannot be meant.
    """
    given = {key: value for key, value in changes.items() if value is not None}
    raw = {key: _plain(value) for key, value in {**vars(scenario), **given}.items()}
    places = measure_places(raw) if isinstance(raw.get("measures"), tuple) else []
    changed, problems = _validated(raw, places)
    problems += changed.problems_with_dates(places) if changed is not None else []
    if changed is None or problems:
        raise ScenarioError(f"scenario {scenario.id}", problems)
    return changed


def planned_to_the_end(scenario: Scenario) -> Scenario:
    """The scenario with plans that reach to the end of the horizon; itself if its plans do.

    Under rolling foresight the last plan decides the last month alone; by surprise the same announcements are met with
    plans of the whole horizon.
    """
    return with_changes(scenario, foresight="surprise") if scenario.foresight == "rolling" else scenario


def _plain(value: Any) -> Any:
    """A value as a file would give it: schemas as mappings, so that they are validated anew."""
    if isinstance(value, BaseModel):
        return {key: _plain(item) for key, item in vars(value).items()}
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return tuple(_plain(item) for item in value) if isinstance(value, (list, tuple)) else value
