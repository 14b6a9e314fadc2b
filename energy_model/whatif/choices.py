"""What one may choose without writing a file, and the scenario that a choice is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from energy_model.data.load import GasData
from energy_model.data.sellers import seller_name
from energy_model.errors import ScenarioError
from energy_model.report.facts import day_name
from energy_model.report.onepage.options import helps, relieving
from energy_model.report.selection import in_reading_order
from energy_model.scenario import Scenario, check_against, library, load_scenario
from energy_model.scenario.lng_table import exporters_of, has_world
from energy_model.scenario.load import with_changes
from energy_model.scenario.measures import KINDS
from energy_model.scenario.measures.supply import exporters, suppliers

LOOPBACK = "127.0.0.1"
"""The only address that is listened on: no other machine can ask."""
ID = "what_if"
NOBODY = ""
AS_IT_IS = {"": "as in the scenario"}
SEPARATOR = ":"
SORTS = {"supplier": "by pipeline", "lng_exporter": "LNG"}
"""Sorts of gas that may be cut, as measures name them in ``Measure.outage``, and how a reader is told."""
MOST_SAVED = 0.5
"""Largest share of demand that may be saved: more is no saving but a cut."""
Share = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]
Level = Literal["low", "central", "high"]


class Choice(BaseModel):
    """What somebody chose. Every key has the value that changes nothing, except the scenario it starts from."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    based_on: str = ""
    """Scenario of the library that it starts from; default is the package's reference."""
    supplier: str = NOBODY
    """Whose gas is cut, as ``options_of`` lists it: sort and code, as in ``supplier:XX``; empty is nobody's."""
    remaining_share: Share = 0.0
    """Share that is still delivered."""
    start: date | None = None
    """First gas day of the cut and of savings; default is the day after the data package's own."""
    end: date | None = None
    """Last gas day of the cut; default is the end of the horizon."""
    saving: Annotated[float, Field(ge=0.0, le=MOST_SAVED, allow_inf_nan=False)] = 0.0
    """Share of demand that all sectors of the region in focus save from the first day on."""
    lng_case: str = ""
    """Row of ``lng_europe_limit.csv``; default is that of the scenario."""
    lng_elasticity: Level | None = None
    """How much buyers of LNG outside Europe answer to price; default is that of the scenario."""
    weather: str = ""
    """Weather of ``demand_daily.csv``; default is that of the scenario."""
    helps: tuple[str, ...] = ()
    """Titles of helps of the data package."""

    @model_validator(mode="after")
    def _in_order(self) -> Choice:
        if self.start is not None and self.end is not None and self.end < self.start:
            raise ValueError(f"the last day, {self.end}, lies before the first, {self.start}; choose a later one")
        return self


@dataclass(frozen=True)
class Options:
    """What a data package lets one choose, each a mapping of value to what a reader is told.

    Attributes
    ----------
    first, last : date
        First and last gas day of the horizon.
    start : date
        Day that a cut begins on unless another is chosen.
    region : str
        Who saves.
    """

    based_on: Mapping[str, str]
    supplier: Mapping[str, str]
    lng_case: Mapping[str, str]
    lng_elasticity: Mapping[str, str]
    weather: Mapping[str, str]
    helps: Mapping[str, str]
    first: date
    last: date
    start: date
    region: str


def options_of(data: GasData) -> Options:
    """Everything that may be chosen, in reading order; the first of each changes nothing."""
    told = data.storyline
    vintage = data.at(told.as_of)
    known = in_reading_order(list(library(data.root)), told.briefing.order)
    titles = {name: load_scenario(name, data.root).title for name in known}
    usual = told.horizon.start
    return Options(
        based_on={told.reference: titles[told.reference]} | titles,
        supplier={NOBODY: "nobody's"} | dict(_suppliers(vintage)),
        lng_case=AS_IT_IS | {told.lng.low: "low", told.lng.central: "central", told.lng.high: "high"},
        lng_elasticity=AS_IT_IS | {"low": "low", "central": "central", "high": "high"} if has_world(vintage) else {},
        weather=AS_IT_IS | {name: _weather(name, data) for name in _weathers(vintage)},
        helps={one.title: one.title for one in helps(data)},
        first=usual,
        last=told.horizon.end,
        start=max(usual, min(told.as_of + timedelta(days=1), told.horizon.end)),
        region=told.group_name(told.focus.region).words,
    )


def _suppliers(data: GasData) -> Iterator[tuple[str, str]]:
    """Suppliers by pipeline, the one in focus first, then exporters of LNG, by name."""
    focus = data.storyline.focus.supplier
    named = [data["suppliers"].set_index("supplier")["name"]]
    if has_world(data):
        named.append(data["lng_regions"].set_index("region")["name"])
    names = {str(code): str(name) for table in named for code, name in table.items()}
    shipped = exporters(data) | (set(exporters_of(data)) if has_world(data) else set())
    for sort, codes in zip(SORTS, (suppliers(data), shipped), strict=True):
        told = {code: names.get(code) or seller_name(data, code) for code in codes}
        for code in sorted(told, key=lambda code: (code != focus, told[code])):
            yield f"{sort}{SEPARATOR}{code}", f"{told[code]}, {SORTS[sort]}"


def _weathers(data: GasData) -> list[str]:
    return sorted(map(str, data["demand_daily"]["weather"].unique()))


def _weather(name: str, data: GasData) -> str:
    roles = data.storyline.weather
    if name == roles.normal:
        return "normal year"
    return "cold winter, one in twenty years" if name == roles.cold else name.replace("_", " ")


def read_choice(raw: object) -> Choice:
    """A choice as a page sends it.

    Raises
    ------
    ScenarioError
        With every problem at once, each naming its key.
    """
    try:
        return Choice.model_validate(raw)
    except ValidationError as error:
        said = [
            f"key '{'.'.join(map(str, one['loc'])) or 'start'}', value {one['input']!r}: {one['msg']}"
            for one in error.errors(include_url=False)
        ]
        raise ScenarioError("choice", said) from error


def scenario_of(choice: Choice, data: GasData, resolution: str | None = None) -> Scenario:
    """The scenario that a choice is, checked against the data package like a file.

    Parameters
    ----------
    resolution : str, optional
        ``day``, ``week`` or ``month``; default is that of the scenario it starts from.

    Raises
    ------
    ScenarioError
        With every problem at once: names that the package does not know, dates outside the horizon, measures that
        contradict those of the scenario it starts from.
    """
    options = options_of(data)
    problems = list(_unknown(choice, options))
    start = choice.start or options.start
    days = {"start": choice.start, "end": choice.end}
    problems += [
        f"key '{key}', value '{day}': outside of {options.first} to {options.last}; choose a day of the horizon"
        for key, day in days.items()
        if day is not None and not options.first <= day <= options.last
    ]
    if choice.end is not None and choice.end < start:
        problems.append(f"key 'end', value '{choice.end}': before the first day, {start}; choose a later one")
    if problems:
        raise ScenarioError("choice", problems)
    base = load_scenario(choice.based_on or data.storyline.reference, data.root)
    changed = with_changes(
        base,
        measures=(*base.measures, *_measures(choice, start, data)),
        lng_case=choice.lng_case or None,
        lng_elasticity=choice.lng_elasticity,
        weather=choice.weather or None,
        resolution=resolution,
    )
    said = "; ".join(_words(choice, options, start)) or "nothing changes"
    own = base.id != data.storyline.reference
    title = f"What if: {said} (from: {base.title})" if own else f"What if: {said}"
    description = f"Chosen on a page, not written by an author. It starts from '{base.title}': {said}."
    named = changed.model_copy(
        update={
            "id": ID,
            "title": title,
            "title_de": None,
            "short_title": "What if",
            "short_title_de": None,
            "description": description,
        }
    )
    check_against(named, data.at(named.as_of))
    return named


def _unknown(choice: Choice, options: Options) -> Iterator[str]:
    """Values that the package does not offer."""
    for key in ("based_on", "supplier", "lng_case", "lng_elasticity", "weather"):
        value, known = getattr(choice, key), getattr(options, key)
        if value and value not in known:
            offered = ", ".join(name for name in known if name) or "none"
            yield f"key '{key}', value '{value}': not offered by the data package; choose one of {offered}"
    for title in choice.helps:
        if title not in options.helps:
            offered = "; ".join(options.helps) or "none"
            yield f"key 'helps', value '{title}': not offered by the data package; choose among {offered}"


def _measures(choice: Choice, start: date, data: GasData) -> Iterator[Mapping[str, Any]]:
    """Keys of the measures that a choice adds."""
    if choice.supplier != NOBODY:
        sort, code = choice.supplier.split(SEPARATOR, maxsplit=1)
        keys = next(found for one in KINDS.values() if (found := one.outage(sort, code)) is not None)
        days = {"start": start} if choice.end is None else {"start": start, "end": choice.end}
        yield {**keys, "name": "what if: cut", "remaining_share": choice.remaining_share, **days}
    if choice.saving > 0.0:
        saving = {"kind": "demand_saving", "share": choice.saving, "countries": (data.storyline.focus.region,)}
        yield {**saving, "name": "what if: saving", "start": start}
    for one in helps(data):
        if one.title in choice.helps:
            for name in one.scenarios:
                for measure in relieving(load_scenario(name, data.root)):
                    yield measure.model_dump(exclude_none=True)


def _words(choice: Choice, options: Options, start: date) -> Iterator[str]:
    """What a choice changes, in words."""
    if choice.supplier != NOBODY:
        until = f" until {day_name(choice.end)}" if choice.end is not None else ""
        share = f"{choice.remaining_share:.0%} still delivered" if choice.remaining_share else "nothing delivered"
        yield f"{options.supplier[choice.supplier]}: {share} from {day_name(start)}{until}"
    if choice.saving:
        yield f"{options.region} saves {choice.saving:.0%} from {day_name(start)}"
    for key, words in (("weather", "weather"), ("lng_case", "LNG for Europe"), ("lng_elasticity", "buyers elsewhere")):
        if getattr(choice, key):
            yield f"{words}: {getattr(options, key)[getattr(choice, key)]}"
    yield from choice.helps
