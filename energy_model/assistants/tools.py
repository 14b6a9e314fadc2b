"""The tools: each takes a closed request and answers from the data package it was started with. None writes a file.

Nothing is kept between two requests but the data: what is refused or fails gives its reason, never an older result.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from inspect import cleandoc
from typing import Any, get_type_hints

from energy_model.assistants.quoted_numbers import CAVEATS, RANGE_BASIS, listed, number, plain, sources_of, table
from energy_model.assistants.requests import (
    AskRequest,
    Chosen,
    CompareRequest,
    DescribeRequest,
    ListRequest,
    Request,
    RunRequest,
    ValidateRequest,
)
from energy_model.data.load import GasData
from energy_model.data.regions import countries_of, country_name, group_codes
from energy_model.errors import InputError, ScenarioError, UnknownNameError, closest
from energy_model.impact.questions import QUESTIONS, answer
from energy_model.impact.study import study
from energy_model.registry import Registry
from energy_model.report.exports.provenance import licence_notes, licences, scenario_digest
from energy_model.report.run_sentences import run_sentences
from energy_model.results.compare import compare, one_span, scenario_difference
from energy_model.results.headline import ENERGY, headline_list, headline_values
from energy_model.results.run import Results, run, versions
from energy_model.scenario import Scenario, apply, check_against, library, load_scenario, notes
from energy_model.scenario.describe import keys_of
from energy_model.scenario.load import with_changes
from energy_model.scenario.measures import KINDS, Measure
from energy_model.sweep.spread import headline_ranges
from energy_model.validate.ledger import ledger

NO_RANGE_HERE = "not found here: run the scenario alone with ranges = true"
NO_RANGE_OF_DIFFERENCES = "ranges of differences are not found"
NO_RANGES_OF_ANSWERS = "Tables of answers have no ranges; the headlines of the same scenario do, by the tool run."


@dataclass(frozen=True)
class Desk:
    """What the tools answer from.

    Attributes
    ----------
    data : GasData
        The data package.
    """

    data: GasData

    def chosen(self, request: Chosen) -> Scenario:
        """The scenario of a request, its changes applied.

        Raises
        ------
        ScenarioError, UnknownNameError
            With every problem at once.
        """
        root = self.data.root
        if request.scenario not in library(root):
            hint = closest(request.scenario, library(root))
            raise UnknownNameError("request", [f"no scenario '{request.scenario}' in the library; {hint}"])
        found = load_scenario(request.scenario, root, self.data)
        keys = {} if request.changes is None else request.changes.model_dump(exclude_none=True)
        if request.measures:
            keys["measures"] = (*found.measures, *request.measures)
        try:
            return with_changes(found, **keys) if keys else found
        except ScenarioError as error:
            raise ScenarioError(error.where, [*error.problems, *self._with_names(found, keys, error)]) from error

    def _with_names(self, found: Scenario, keys: dict[str, Any], known: ScenarioError) -> list[str]:
        """Problems with the names of a scenario that is refused for another reason, so that all come at once."""
        try:
            check_against(found.model_copy(update=keys), self.data.at(found.as_of))
        except ScenarioError as error:
            return [problem for problem in error.problems if problem not in known.problems]
        return []

    def source(self, scenario: Scenario) -> dict[str, Any]:
        """What numbers about a scenario come from, and what of it is not as the library has it."""
        own = load_scenario(scenario.id, self.data.root, self.data)
        changed = scenario_difference(own.model_dump(mode="json"), scenario.model_dump(mode="json"))
        return {
            "model": f"energy-model {versions()['energy-model']}",
            "scenario": scenario.id,
            "scenario_title": scenario.title,
            "changed_for_this_request": [f"{key}: {one} -> {two}" for key, one, two in changed.to_numpy().tolist()],
            "scenario_sha256": scenario_digest(scenario),
            "data": self.data.storyline.title,
            "data_as_of": str(scenario.as_of),
            "data_sha256": self.data.digest,
            "data_licences": licences(self.data),
        }

    def caveats(self, scenario: Scenario, *more: str) -> list[str]:
        """What must be known about numbers of a scenario."""
        seen = self.data.at(scenario.as_of)
        found = [*notes(scenario, seen), *more, *licence_notes(seen), *CAVEATS]
        return list(dict.fromkeys(found))


Tool = Callable[[Desk, Any], dict[str, Any]]
"""Answers a request."""

_TOOLS: Registry[Tool] = Registry(__package__)
tool = _TOOLS.add
"""Decorator of a tool, by its name and its place in the list; its docstring is what an assistant reads of it."""


def every_tool() -> dict[str, Tool]:
    """Every tool by name, in order."""
    return _TOOLS.all()


def request_of(one: Tool) -> type[Request]:
    """The closed schema of a tool's arguments."""
    found: type[Request] = get_type_hints(one)["request"]
    return found


@tool("list", place=10)
def list_things(desk: Desk, request: ListRequest) -> dict[str, Any]:
    """List what there is: scenarios of the library, kinds of measure, questions, or places a question may be about."""
    data = desk.data
    if request.what == "scenarios":
        names = {name: load_scenario(name, data.root).title for name in library(data.root)}
    elif request.what == "measures":
        names = {kind: cleandoc(one.__doc__ or "").split("\n")[0] for kind, one in KINDS.items()}
    elif request.what == "questions":
        names = {key: cleandoc(one.__doc__ or "").split("\n")[0] for key, one in QUESTIONS.items()}
    else:
        names = {code: data.storyline.group_name(code).title for code in group_codes(data)}
        names |= {code: country_name(data["nodes"], code) for code in countries_of(data)}
    return {request.what: listed(names)}


@tool("describe", place=20)
def describe(desk: Desk, request: DescribeRequest) -> dict[str, Any]:
    """Describe a scenario as it takes effect, a kind of measure with its keys, a question, or the data package.

    Raises
    ------
    UnknownNameError
        If there is nothing of that name.
    """
    if request.about == "data":
        line, data = desk.data.storyline, desk.data
        focus = line.focus.model_dump()
        told = {"title": line.title, "as_of": str(line.as_of), "about": focus, "sha256": data.digest}
        return {**told, "tables": sorted(data.tables), "licences": licences(data), "caveats": licence_notes(data)}
    things: dict[str, Collection[str]]
    things = {"scenario": library(desk.data.root), "measure": KINDS, "question": QUESTIONS}
    known = things[request.about]
    if request.name not in known:
        hint = closest(str(request.name or ""), known)
        raise UnknownNameError("request", [f"no {request.about} '{request.name or ''}'; {hint}"])
    if request.about == "scenario":
        found = load_scenario(str(request.name), desk.data.root, desk.data)
        effective = found.model_dump(mode="json", exclude={"files"}, exclude_none=True)
        says = [one.headline for one in found.in_force]
        return {"scenario": effective, "measures_in_words": says, "caveats": desk.caveats(found)}
    if request.about == "question":
        return {"question": request.name, "meaning": cleandoc(QUESTIONS[str(request.name)].__doc__ or "")}
    kind = KINDS[str(request.name)]
    keys = [*keys_of(kind, without=Measure), *keys_of(Measure)]
    told_keys = [
        {"key": key.name, "takes": key.takes, "unit": key.unit, "default": key.default, "meaning": key.meaning}
        for key in keys
    ]
    return {"measure": request.name, "meaning": cleandoc(kind.__doc__ or ""), "keys": told_keys}


@tool("validate", place=30)
def validate(desk: Desk, request: ValidateRequest) -> dict[str, Any]:
    """Say whether a scenario with its changes can be run, with every problem at once; nothing is solved."""
    try:
        scenario = desk.chosen(request)
        seen = desk.data.at(scenario.as_of)
        check_against(scenario, seen)
        apply(scenario, seen)
    except InputError as error:
        return {"valid": False, "problems": list(error.problems), "where": error.where}
    return {"valid": True, "problems": [], "notes": notes(scenario, seen), "source": desk.source(scenario)}


@tool("run", place=40)
def solve(desk: Desk, request: RunRequest) -> dict[str, Any]:
    """Solve a scenario: headlines with unit and range, who goes short, when and why, what lies outside of history."""
    scenario = desk.chosen(request)
    results = run(scenario, desk.data)
    bands = headline_ranges(scenario, desk.data) if request.ranges else {}
    told = {}
    values = headline_values(results, request.unit)
    for one in headline_list(results, request.unit):
        unit = request.unit if one.unit == ENERGY else one.unit
        band = bands[one.key].in_unit(request.unit) if one.key in bands else None
        told[one.key] = {"label": one.label, **number(values[one.key], unit, band)}
    return {
        "source": desk.source(scenario),
        "status": results.status,
        "headlines": told,
        **({"range_basis": RANGE_BASIS} if request.ranges else {}),
        "in_words": run_sentences(results, request.unit),
        "against_past_months": ledger(results, desk.data).words,
        "caveats": desk.caveats(scenario, *results.notes),
    }


@tool("compare", place=50)
def compare_two(desk: Desk, request: CompareRequest) -> dict[str, Any]:
    """Solve two scenarios on the same periods: what differs between them, and what comes out differently."""
    scenarios = [desk.chosen(one) for one in (request.base, request.other)]
    one_span(scenarios)
    base, other = (run(one, desk.data, beside=scenarios) for one in scenarios)
    found = compare(base, other, unit=request.unit)
    return {
        "base": desk.source(scenarios[0]),
        "other": desk.source(scenarios[1]),
        "differs": [{str(k): plain(v) for k, v in row.items()} for row in found.keys.to_dict("records")],
        "headlines": _differences(base, other, request.unit),
        "difference": "other less base",
        "caveats": list(dict.fromkeys([*desk.caveats(base.scenario), *desk.caveats(other.scenario)])),
    }


def _differences(base: Results, other: Results, unit: Any) -> dict[str, Any]:
    """Each headline of both runs and the difference, with units."""
    one, two = headline_values(base, unit), headline_values(other, unit)
    told = {}
    for each in headline_list(base, unit):
        if each.key in two:
            sign = unit if each.unit == ENERGY else each.unit
            difference = two[each.key] - one[each.key]
            told[each.key] = {
                "label": each.label,
                "base": number(one[each.key], sign, why=NO_RANGE_HERE),
                "other": number(two[each.key], sign, why=NO_RANGE_HERE),
                "difference": number(difference, sign, why=NO_RANGE_OF_DIFFERENCES),
            }
    return told


@tool("ask", place=60)
def ask(desk: Desk, request: AskRequest) -> dict[str, Any]:
    """Ask what a scenario means by a question of the list: words, tables with units, method, sources, caveats."""
    subject = {"supplier": request.supplier, "region": request.region, "country": request.country}
    scenario = desk.chosen(request)
    found = study(scenario, desk.data, **subject)
    given = {"probability": request.probability, "price_limit_eur_per_mwh": request.price_limit_eur_per_mwh}
    one = answer(found, [request.question], given=given)[0]
    told: dict[str, Any] = {"source": desk.source(scenario), "question": one.question, "applies": one.applies}
    told |= {"about": found.subject.said, "answer": one.words}
    if not one.applies:
        return told
    return {
        **told,
        "tables": [table(caption, rows) for caption, rows in one.tables.items()],
        "method": one.method,
        "sources": sources_of(desk.data.sources, one.sources),
        "caveats": [*one.caveats, NO_RANGES_OF_ANSWERS, *desk.caveats(scenario)],
    }
