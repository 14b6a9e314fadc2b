"""The model as tools for assistants: closed requests, numbers with unit and range, refusals without any number."""

from __future__ import annotations

import asyncio
import json
import math
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from toy_package import YEAR, toy_data, write_toy
from typer.testing import CliRunner

import energy_model
from energy_model import headlines, run
from energy_model.assistants import server
from energy_model.assistants.quoted_numbers import NO_RANGE, number, table
from energy_model.assistants.requests import Request
from energy_model.assistants.tools import Desk, every_tool, request_of
from energy_model.cli import app
from energy_model.errors import OutputError, SolveError
from energy_model.impact.questions import QUESTIONS
from energy_model.results.headline import headline_values
from energy_model.scenario.measures import KINDS

CUT = {"kind": "supply_cut", "supplier": "YY", "remaining_share": 0.5, "start": f"{YEAR}-04-01"}


def asked(tool: str, /, **arguments: Any) -> dict[str, Any]:
    told, refused = server.answered(Desk(toy_data()), tool, arguments)
    assert not refused, told
    return told


def refused(tool: str, /, **arguments: Any) -> str:
    told, is_refused = server.answered(Desk(toy_data()), tool, arguments)
    assert is_refused
    assert {"refused", "problems"} == set(told), "a refusal holds no number"
    return "\n".join(told["problems"])


def numbers(told: object) -> Iterator[dict[str, Any]]:
    """Every number of an answer that stands by itself."""
    if isinstance(told, dict):
        if "value" in told:
            yield told
        for one in told.values():
            yield from numbers(one)
    elif isinstance(told, list):
        for one in told:
            yield from numbers(one)


# Requests -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", every_tool())
def test_requests_are_closed_all_the_way_down(name: str) -> None:
    schema = request_of(every_tool()[name]).model_json_schema()
    objects = [schema, *(one for one in schema.get("$defs", {}).values() if one.get("type") == "object")]

    assert all(one["additionalProperties"] is False for one in objects)
    assert "description" in next(iter(schema["properties"].values()), {"description": ""}) or "$ref" in str(schema)


def test_no_request_can_name_a_file() -> None:
    for path in ("../reference", "/etc/passwd", "x.toml", "a b", "=cmd()", "x" * 101):
        assert "should" in refused("run", scenario=path)


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("run", {}, "scenario: is required; give it"),
        ("run", {"scenario": "stop", "unit": "barrels"}, "unit: Input should be"),
        ("run", {"scenario": "stop", "out": "/tmp/x"}, "out: is not known; leave it out"),
        ("run", {"scenario": "stopp"}, "no scenario 'stopp' in the library; did you mean 'stop'?"),
        ("run", {"scenario": "stop", "changes": {"title": "mine"}}, "changes.title: is not known"),
        ("run", {"scenario": "stop", "changes": {"weather": "hot"}}, "hot"),
        ("run", {"scenario": "stop", "measures": [{"kind": "magic"}]}, "measures.0"),
        ("run", {"scenario": "stop", "measures": [{**CUT, "remaining_share": 1.5}]}, "remaining_share"),
        ("run", {"scenario": "stop", "measures": [{**CUT, "start": "1999-01-01"}]}, "outside the horizon"),
        ("run", {"scenario": "stop", "measures": [CUT] * 21}, "at most 20"),
        ("run", {"scenario": 7}, "scenario: Input should be a valid string"),
        ("describe", {"about": "measure", "name": "supply_cutt"}, "no measure 'supply_cutt'; did you mean"),
        ("describe", {"about": "question"}, "no question ''"),
        ("ask", {"scenario": "stop", "question": "who"}, "question: Input should be"),
        ("ask", {"scenario": "stop", "question": "why", "country": "ZZ"}, "ZZ"),
        ("ask", {"scenario": "stop", "question": "why", "probability": 0.5}, "'probability' is taken by backing"),
        ("compare", {"base": {"scenario": "stop"}}, "other: is required"),
        ("nothing", {}, "no tool 'nothing'; known: list"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_meant_is_refused_with_its_reason(name: str, arguments: dict[str, Any], message: str) -> None:
    assert message in refused(name, **arguments)


def test_every_problem_of_a_request_is_told_at_once() -> None:
    said = refused("run", scenario="stop", unit="barrels", out="x", changes={"resolution": "year"})

    assert 3 == len(said.splitlines())


# Answers --------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    """A run with its ranges."""
    return asked("run", scenario="stop")


def test_a_run_tells_the_headlines_of_the_model_with_unit_range_source_and_caveats(told: dict[str, Any]) -> None:
    values = headline_values(run("stop", toy_data()), "TWh")

    assert set(values) == set(told["headlines"])
    for key, one in told["headlines"].items():
        assert values[key] == pytest.approx(one["value"], rel=1e-5)
        assert one["unit"]
        assert one["range"]["low"] <= one["range"]["central_on_months"] <= one["range"]["high"]
        assert one["range"]["unit"] == one["unit"]
    assert "optimal" == told["status"]
    assert toy_data().digest == told["source"]["data_sha256"]
    assert [] == told["source"]["changed_for_this_request"]
    assert told["caveats"]
    assert told["in_words"]


def test_without_ranges_each_number_says_that_it_has_none() -> None:
    told = asked("run", scenario="stop", ranges=False, unit="bcm")

    assert {NO_RANGE} == {one["why_no_range"] for one in numbers(told)}
    assert "bcm" == told["headlines"]["region_curtailed"]["unit"]
    expected = headlines(run("stop", toy_data()), "bcm")["Union curtailed (bcm)"]
    assert expected == pytest.approx(told["headlines"]["region_curtailed"]["value"], rel=1e-5)


def test_what_was_changed_for_a_request_is_told_and_changes_the_answer_and_the_next_is_as_before() -> None:
    before = asked("run", scenario="reference", ranges=False)
    changed = asked("run", scenario="reference", ranges=False, changes={"weather": "harsh"}, measures=[CUT])
    after = asked("run", scenario="reference", ranges=False)

    assert before == after
    key = "region_demand"
    assert changed["headlines"][key]["value"] > before["headlines"][key]["value"]
    said = "\n".join(changed["source"]["changed_for_this_request"])
    assert "harsh" in said
    assert "supply_cut" in said


def test_a_failed_run_gives_its_reason_and_never_an_older_result(monkeypatch: pytest.MonkeyPatch) -> None:
    asked("run", scenario="stop", ranges=False)

    def fails(*_: object, **__: object) -> None:
        raise SolveError("the solver stopped at an iteration limit")

    monkeypatch.setattr("energy_model.assistants.tools.run", fails)
    assert "the solver stopped at an iteration limit" == refused("run", scenario="stop", ranges=False)
    monkeypatch.setattr("energy_model.assistants.tools.run", lambda *_: 1 / 0)
    assert "the tool 'run' failed (ZeroDivisionError); nothing was computed" == refused("run", scenario="stop")


def test_errors_of_the_data_that_were_accepted_are_a_caveat() -> None:
    wrong = replace(toy_data(), accepts_errors=True, errors=("prices.csv, row 3: too high",))
    told, is_refused = server.answered(Desk(wrong), "run", {"scenario": "stop", "ranges": False})

    assert not is_refused
    assert 1 == sum("prices.csv, row 3" in caveat for caveat in told["caveats"])


def test_a_comparison_has_the_numbers_of_both_and_their_difference() -> None:
    told = asked("compare", base={"scenario": "reference"}, other={"scenario": "stop"})

    for one in told["headlines"].values():
        base, other, difference = (one[name]["value"] for name in ("base", "other", "difference"))
        assert other - base == pytest.approx(difference, rel=1e-3, abs=1e-3)
    assert told["headlines"]["region_curtailed"]["difference"]["value"] > 0.0
    assert any("supply_cut" in row["other"] for row in told["differs"])


def test_an_answer_has_words_tables_with_units_method_and_caveats() -> None:
    told = asked("ask", scenario="stop", question="substitution")

    assert told["applies"]
    assert told["answer"]
    assert told["method"]
    assert told["caveats"]
    columns = [column for one in told["tables"] for column in one["columns"]]
    assert any("TWh" == column["unit"] for column in columns)
    for one in told["tables"]:
        assert all(len(row) == len(one["columns"]) for row in one["rows"])


def test_a_question_that_does_not_apply_says_so_and_gives_no_number() -> None:
    told = asked("ask", scenario="reference", question="bans")

    assert not told["applies"]
    assert told["answer"]
    assert "tables" not in told


def test_a_scenario_is_valid_or_has_every_problem() -> None:
    assert asked("validate", scenario="stop", measures=[CUT])["valid"]
    told = asked("validate", scenario="stop", measures=[{**CUT, "supplier": "ZZ"}, {**CUT, "start": "1999-01-01"}])

    assert not told["valid"]
    assert 2 == len(told["problems"])


def test_the_lists_are_those_of_the_package() -> None:
    assert set(QUESTIONS) == {one["name"] for one in asked("list", what="questions")["questions"]}
    assert set(KINDS) == {one["name"] for one in asked("list", what="measures")["measures"]}
    assert {"UNION", "ALL", "AA", "BB", "CC"} == {one["name"] for one in asked("list", what="places")["places"]}
    for kind in KINDS:
        assert "kind" in {key["key"] for key in asked("describe", about="measure", name=kind)["keys"]}
    assert "2031-04-01" in json.dumps(asked("describe", about="scenario", name="stop"))
    assert "Gas of Exland" in asked("describe", about="data")["title"]


def test_a_number_that_is_none_says_why_and_a_long_table_what_is_left_out() -> None:
    import pandas as pd

    told = number(math.nan, "share")
    assert told["value"] is None
    assert told["why_no_value"]
    long = table("long", pd.DataFrame({"country": ["AA"] * 300, "curtailed_twh": [1.0] * 300}))
    assert 200 == len(long["rows"])
    assert 100 == long["rows_left_out"]
    assert [None, "TWh"] == [column["unit"] for column in long["columns"]]
    json.dumps(long, allow_nan=False)


# The protocol ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """One session with a server in a process of its own, over stdio, by the SDK's own client."""
    pytest.importorskip("mcp", reason="the extra 'mcp' is not installed")
    folder = tmp_path_factory.mktemp("assistant")
    package = write_toy(folder / "toy")
    (folder / "empty").mkdir()
    return asyncio.run(_session(package, folder / "empty", folder / "errors.txt"))


async def _session(package: Path, where: Path, errors: Path) -> dict[str, Any]:
    from mcp import Client
    from mcp.client.stdio import StdioServerParameters, stdio_client

    command = ["-m", "energy_model.cli", "mcp", "--data", str(package)]
    ours = {**os.environ, "PYTHONPATH": str(Path(energy_model.__file__).parents[1])}
    started = StdioServerParameters(command=sys.executable, args=command, env=ours, cwd=where)
    found: dict[str, Any] = {}
    with errors.open("w") as log:
        async with Client(stdio_client(started, errlog=log), read_timeout_seconds=300) as client:
            found["tools"] = (await client.list_tools()).tools
            calls: dict[str, tuple[str, dict[str, Any]]] = {
                "list": ("list", {"what": "scenarios"}),
                "describe": ("describe", {"about": "scenario", "name": "stop"}),
                "validate": ("validate", {"scenario": "stop"}),
                "run": ("run", {"scenario": "stop"}),
                "compare": ("compare", {"base": {"scenario": "reference"}, "other": {"scenario": "stop"}}),
                "ask": ("ask", {"scenario": "stop", "question": "why"}),
                "nonsense": ("run", {"scenario": "stop", "nonsense": [1, {"a": None}]}),
                "unknown scenario": ("run", {"scenario": "stopp"}),
                "unknown tool": ("solve", {}),
            }
            for label, (name, arguments) in calls.items():
                found[label] = await client.call_tool(name, arguments)
            both = [{"scenario": one, "ranges": False} for one in ("reference", "stop")]
            found["at once"] = await asyncio.gather(*(client.call_tool("run", one) for one in both))
    found["written"] = sorted(path.name for path in where.iterdir())
    found["errors"] = errors.read_text(encoding="utf-8")
    return found


def test_the_tools_are_listed_with_closed_schemas(session: dict[str, Any]) -> None:
    assert list(every_tool()) == [one.name for one in session["tools"]]
    for one in session["tools"]:
        assert one.input_schema["additionalProperties"] is False
        assert one.annotations.read_only_hint
        assert len(one.description) > 30


@pytest.mark.parametrize("name", ["list", "describe", "validate", "run", "compare", "ask"])
def test_each_tool_answers_over_stdio_as_it_does_here(name: str, session: dict[str, Any], told: dict[str, Any]) -> None:
    there = session[name]

    assert not there.is_error, there.content[0].text
    assert json.loads(there.content[0].text) == there.structured_content
    if name == "run":
        assert told["headlines"] == there.structured_content["headlines"]


@pytest.mark.parametrize(
    ("label", "message"),
    [
        ("nonsense", "nonsense: is not known; leave it out"),
        ("unknown scenario", "no scenario 'stopp' in the library; did you mean 'stop'?"),
        ("unknown tool", "no tool 'solve'"),
    ],
)
def test_what_is_refused_over_stdio_is_an_error_with_its_reason(
    label: str, message: str, session: dict[str, Any]
) -> None:
    told = session[label]

    assert told.is_error
    assert message in told.content[0].text
    assert not re.search(r'"value"', told.content[0].text)


def test_two_requests_at_once_each_get_their_own_answer(session: dict[str, Any]) -> None:
    names = [one.structured_content["source"]["scenario"] for one in session["at once"]]
    cuts = [one.structured_content["headlines"]["region_curtailed"]["value"] for one in session["at once"]]

    assert ["reference", "stop"] == names
    assert cuts[0] < cuts[1]


def test_the_server_writes_no_file_and_complains_of_nothing(session: dict[str, Any]) -> None:
    assert [] == session["written"]
    assert "Traceback" not in session["errors"]


def test_without_the_sdk_the_command_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(module: str) -> None:
        raise ImportError(f"No module named '{module}'")

    monkeypatch.setattr(server, "import_module", missing)
    with pytest.raises(OutputError, match=r'pip install "energy-model\[mcp\]"'):
        server.serve(toy_data())


def test_bad_data_end_the_command_before_it_serves(tmp_path: Path) -> None:
    ended = CliRunner().invoke(app, ["mcp", "--data", str(tmp_path)])

    assert 1 == ended.exit_code
    assert "datapackage.json" in ended.stderr


def test_a_request_is_what_a_tool_takes() -> None:
    assert all(issubclass(request_of(one), Request) for one in every_tool().values())
