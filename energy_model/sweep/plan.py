"""A plan of a sweep: a base scenario and the axes along which it is varied. Closed schema, all problems at once."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from energy_model.errors import ScenarioError, closest
from energy_model.scenario.measures.base import Line, Text
from energy_model.scenario.source import SUFFIXES, is_file, read_toml
from energy_model.scenario.words import why, with_tuples
from energy_model.sweep.axes import KINDS, AnyAxis, Grid
from energy_model.timeline import Resolution

SAMPLES_AT_MOST = 2**30
"""Points of a Sobol sequence of 30 bits."""
_NAME = re.compile(r"^[a-z][a-z0-9_]*$")
_YAML = (".yaml", ".yml")
RESERVED = ("case", "status", "reason", "point", "with_cut", "weight")
RESERVED_ENDINGS = re.compile(r"^(region|protected|unserved|price|total)_")
"""Names of columns of results, which axes must not take."""


Chance = Annotated[float, Field(ge=0.0, le=1.0)]


class NoCut(BaseModel):
    """The case in which nobody cuts: what then does not happen, how likely it is, and on what that judgement rests."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    probability: Chance
    """That the cut does not come within the horizon."""
    low: Chance
    """Least probability that a sceptic would still accept."""
    high: Chance
    """Largest one."""
    basis: Annotated[str, Field(min_length=1)]
    """On what the judgement rests, in words; printed beside every probability."""
    measures: tuple[str, ...] = ()
    """Measures of the base scenario that do not come then, by name or number from 1; default: all that become known
    after the first day of the horizon."""

    @model_validator(mode="after")
    def _in_order(self) -> NoCut:
        if not self.low <= self.probability <= self.high:
            raise ValueError(
                f"low {self.low:g}, probability {self.probability:g}, high {self.high:g} are not in this order"
            )
        return self


class Plan(BaseModel):
    """What is varied, how often, and how it is solved."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    title: Line
    """One line for a table or a cover."""
    description: Text = ""
    """A paragraph that a reader without the file understands."""
    base: str
    """Scenario that is varied: a name of the library, or a .toml, .xlsx or .ods file beside the plan."""
    foresight: Literal["perfect", "surprise", "rolling"] | None = None
    """In place of the scenario's. Under ``perfect`` everybody knows from the first day what comes and when; under
    ``surprise`` a plan is made at each announcement, under ``rolling`` one each month as well."""
    resolution: Resolution | None = None
    """In place of the scenario's: ``day``, ``week`` or ``month``."""
    samples: Annotated[int, Field(ge=1, le=SAMPLES_AT_MOST)] = 1
    """Points drawn over all axes that are not grids; a power of two fills them most evenly."""
    seed: Annotated[int, Field(ge=0)] = 0
    """Of the scrambling of the points: the same seed gives the same points."""
    chunk: Annotated[int, Field(ge=1, le=2_000)] = 100
    """Cases that are solved one after the other from each other's optimum, and stored together; at most 2,000, as the
    distances between all of them are held at once."""
    region: str | None = None
    """Whose shortage and stores are summed up: a group or a country; default: that of the data package."""
    no_cut: NoCut | None = None
    """How likely it is that the cut does not come: then every point is solved with the cut and without. Left out, all
    results are conditional on what the plan describes."""
    axes: Annotated[dict[str, AnyAxis], Field(min_length=1)]
    """What varies, by name; the names become columns."""

    @model_validator(mode="after")
    def _usable(self) -> Plan:
        for name in self.axes:
            if not _NAME.match(name):
                raise ValueError(f"axis '{name}': lower case letters, digits and underscores only; rename it")
            if name in RESERVED or RESERVED_ENDINGS.match(name):
                raise ValueError(f"axis '{name}': a column of results may have this name; choose another")
        sampled = [name for name, axis in self.axes.items() if not isinstance(axis, Grid)]
        if self.samples > 1 and not sampled:
            raise ValueError(f"samples {self.samples}, but every axis is a grid; leave samples out")
        return self


def load_plan(path: str | os.PathLike[str]) -> Plan:
    """Read a plan from a TOML file, or from one in YAML with a warning.

    Its ``base``, if a file, becomes a path from where the program runs.

    Raises
    ------
    ScenarioError
        With every problem of the file at once.
    """
    path = Path(path)
    raw = _read(path)
    try:
        plan = Plan.model_validate(with_tuples(raw))
    except ValidationError as error:
        raise ScenarioError(f"plan {path.name}", list(_in_words(error.errors(), raw))) from error
    beside = path.parent / plan.base
    if Path(plan.base).suffix.lower() in SUFFIXES and is_file(beside):
        plan = plan.model_copy(update={"base": str(beside)})
    return plan


def with_samples(plan: Plan, samples: int | None) -> Plan:
    """The plan with another number of points; ``None`` leaves it.

    Raises
    ------
    ScenarioError
        If the plan has nothing to draw.
    """
    return plan if samples is None else with_keys(plan, samples=samples)


def with_keys(plan: Plan, **keys: object) -> Plan:
    """The plan with keys replaced, checked like a file.

    Raises
    ------
    ScenarioError
        With every problem at once.
    """
    raw = {**plan.model_dump(warnings=False), **keys}
    try:
        return Plan.model_validate(raw)
    except ValidationError as error:
        raise ScenarioError(f"plan '{plan.title}'", list(_in_words(error.errors(), raw))) from error


def library_plans(root: Path) -> dict[str, Path]:
    """Plans that come with a data package, by name."""
    return {path.stem: path for path in sorted((root / "sweeps").glob("*.toml"))}


def find_plan(name: str | os.PathLike[str], root: Path) -> Path:
    """Path of a plan, given as a path or as a name of those that come with the data.

    Raises
    ------
    ScenarioError
        If there is none.
    """
    known = library_plans(root)
    if is_file(Path(name)):
        return Path(name)
    if str(name) in known:
        return known[str(name)]
    why_not = "no such file, and no plan of this name comes with the data"
    raise ScenarioError(f"plan {name}", [f"{why_not}; {closest(str(name), known)}"])


def _read(path: Path) -> dict[str, Any]:
    where = f"plan {path.name}"
    if path.suffix.lower() in _YAML:
        from energy_model.sweep.yaml_plan import read_yaml

        raw = read_yaml(path, where)
    else:
        raw = read_toml(path, where)
    if not isinstance(raw, dict):
        raise ScenarioError(where, ["must hold keys with values, such as 'base: reference'; see docs/sweeps.md"])
    return raw


def _in_words(errors: Iterable[Mapping[str, Any]], raw: Mapping[str, Any]) -> Iterator[str]:
    """Problems of the schema, one line each: axis, key, value, why, what to do."""
    told: set[tuple[Any, ...]] = set()
    for error in errors:
        place, prefix = [str(part) for part in error["loc"]], ""
        known: Iterable[str] = Plan.model_fields
        if place and place[0] == "axes" and len(place) > 1:
            prefix, kind = f"axis '{place[1]}', ", _kind(raw, place[1])
            known = KINDS[kind].model_fields if kind in KINDS else ("kind",)
            place = [part for part in place[2:] if part != kind]
        elif place and place[0] == "no_cut" and (len(place) > 1 or error["type"] == "value_error"):
            prefix, known, place = "no_cut, ", NoCut.model_fields, place[1:]
        key = place[0] if place else ""
        if (prefix, key, error["type"] == "extra_forbidden") in told:
            continue  # a union tries every type it may be; one line is enough
        told.add((prefix, key, error["type"] == "extra_forbidden"))
        yield f"{prefix}{_one(error, key, known)}"


def _kind(raw: Mapping[str, Any], axis: str) -> str:
    axes = raw.get("axes")
    found = axes.get(axis) if isinstance(axes, Mapping) else None
    return str(found.get("kind")) if isinstance(found, Mapping) else ""


def _one(error: Mapping[str, Any], key: str, known: Iterable[str]) -> str:
    kind, value = error["type"], error["input"]
    if kind == "extra_forbidden":
        return f"key '{key}': not known; {closest(key, known)}"
    if kind == "union_tag_not_found":
        return f"key 'kind': missing; known: {', '.join(KINDS)}"
    if kind == "union_tag_invalid":
        return f"key 'kind', value '{value.get('kind')}': no such kind; {closest(str(value.get('kind')), KINDS)}"
    if kind == "missing":
        return f"key '{key}': missing; add it"
    if kind in ("model_attributes_type", "dict_type"):
        return f"{f'key {key!r}, ' if key else ''}value '{value}': must be keys with values"
    if kind in ("too_short",):
        return f"key '{key}': empty; give at least one"
    if not key:
        return why(error)
    return f"key '{key}', value '{value}': {why(error)}"
