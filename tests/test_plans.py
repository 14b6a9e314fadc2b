"""Plans of sweeps on disk: TOML, and YAML as they once were, read only where it means what it shows."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from energy_model.errors import ScenarioError
from energy_model.sweep import load_plan
from energy_model.sweep.plan import Plan

HEAD = 'title = "a"\nbase = "reference"\n'
GRID = '[axes.a]\nkind = "grid"\nfield = "weather"\nvalues = ["2017"]\n'


def axis(*lines: str) -> str:
    return "\n".join([HEAD, "[axes.a]", *lines, ""])


WRONG_TOML = {
    axis(
        'kind = "unifrom"', 'field = "weather"'
    ): "axis 'a', key 'kind', value 'unifrom': no such kind; did you mean 'uniform'?",
    axis(
        'kind = "uniform"', 'feild = "weather"', "low = 0", "high = 1"
    ): "axis 'a', key 'feild': not known; did you mean 'field'?",
    axis(
        'kind = "uniform"', 'field = "weather"', "low = 2", "high = 1"
    ): "axis 'a', high 1 lies below low 2; swap them",
    axis('kind = "uniform"', 'field = "weather"', 'low = "x"', "high = 1"): (
        "axis 'a', key 'low', value 'x': must be a number; write it without quotes and units"
    ),
    axis(
        'kind = "uniform"', 'field = "weather"', "low = nan", "high = 1"
    ): "axis 'a', key 'low', value 'nan': must be a finite",
    axis('kind = "grid"', 'field = "weather"', "values = []"): "axis 'a', key 'values': empty; give at least one",
    axis('kind = "grid"', 'field = "weather"', "values = [true]"): "axis 'a', key 'values', value 'True': must be",
    axis('kind = "discrete"', 'field = "weather"', 'values = ["1"]', "weights = [1, 2]"): (
        "axis 'a', 2 weights for 1 values; write one for each"
    ),
    axis('field = "weather"'): "axis 'a', key 'kind': missing; known: ",
    HEAD + "samples = 0\n" + GRID: "key 'samples', value '0': must be at least 1; correct the number or its sign",
    HEAD + "samples = 9\n" + GRID: "samples 9, but every axis is a grid; leave samples out",
    HEAD + "chunk = 5000\n" + GRID: "key 'chunk', value '5000': must be at most 2000",
    HEAD + GRID.replace("axes.a", "axes.case"): "axis 'case': a column of results may have this name; choose another",
    HEAD
    + GRID.replace("axes.a", "axes.'a b'"): "axis 'a b': lower case letters, digits and underscores only; rename it",
    HEAD + '[no_cut]\nprobability = 0.5\nlow = 0.6\nhigh = 0.9\nbasis = "b"\n' + GRID: (
        "no_cut, low 0.6, probability 0.5, high 0.9 are not in this order"
    ),
    HEAD + '[no_cut]\nprobability = 70\nlow = 0.6\nhihg = 0.9\nbasis = "b"\n' + GRID: (
        "no_cut, key 'hihg': not known; did you mean 'high'?"
    ),
    HEAD + "[no_cut]\nprobability = 0.5\nlow = 0.4\nhigh = 0.9\n" + GRID: "no_cut, key 'basis': missing; add it",
    HEAD + "axis = {}": "key 'axes': missing; add it",
    HEAD + "axes = 5": "key 'axes', value '5': must be keys with values",
    HEAD + "axes = {}": "key 'axes': empty; give at least one",
    GRID: "key 'title': missing; add it",
    HEAD.replace('"a"', f'"{"a" * 201}"') + GRID: "has 201 characters; at most 200, shorten it",
    HEAD.replace('"a"', '"a\\u0007"') + GRID: "holds a control character (U+0007) at place 2; delete it",
    HEAD + 'title = "b"\n' + GRID: "not valid TOML: Cannot overwrite a value (at line 3, column 12); repair the line",
    HEAD + f"seed = {'9' * 5001}\n" + GRID: "holds a number of more digits than any quantity has; correct it",
    HEAD + f"seed = {'[' * 5000}\n" + GRID: "is nested too deeply; write plain lists",
}
"""A plan in TOML, and what is said."""

YAML = "title: a\nbase: reference\n"
BOMB = "".join(f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
WRONG_YAML = {
    YAML + "axes: {a: {kind: grid, field: measures.1.supplier, values: [NO]}}": (
        "line 3: YAML reads NO without quotes as false; put it in quotes"
    ),
    YAML + "axes: {a: {kind: grid, field: weather, values: [yes]}}": "line 3: YAML reads yes without quotes as true",
    YAML + "NO: 5": "line 3: YAML reads NO without quotes as false; put it in quotes",
    YAML + "samples: 010": "line 3: YAML reads 010 as a number to the base of 8; leave the zero out",
    YAML + "seed: 10:30": "line 3: YAML reads 10:30 as a number to the base of 60; put it in quotes",
    YAML + "seed: 10:30.5": "line 3: YAML reads 10:30.5 as a number to the base of 60; put it in quotes",
    YAML + "title: b": "line 3: key 'title' stands there twice; repair it",
    "a: &a [x, x]\n" + BOMB: "unfolds to more than 100,000 values; write them out without aliases",
    "a: &a [*a]": "line 1: holds itself; write its parts out",
    "[" * 5000: "is nested too deeply; write plain lists",
    "? [a, b]\n: c": "line 1: a list or a map stands where a key must be a word; repair it",
    "title: x\n{a: 1}: 2": "line 2: a list or a map stands where a key must be a word; repair it",
    "a: !!python/object:os.system {}": "could not determine a constructor for the tag",
    "a: 2022-02-31": "day is out of range for month",
    "a: [1": "line 1: expected ',' or ']'",
    "a: *b": "line 1: found undefined alias",
    "- a": "must hold keys with values, such as 'base: reference'; see docs/sweeps.md",
    "": "must hold keys with values",
    "# " + "x" * 1_000_001: "is larger than 1 MB; a plan is a page of text",
    YAML + "axis: {}": "key 'axes': missing; add it",
}
"""A plan in YAML, and what is said."""


def problems(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as error:
        load_plan(path)
    assert str(error.value).startswith(f"plan {path.name} has ")
    return "\n".join(error.value.problems)


@pytest.mark.parametrize("text", WRONG_TOML, ids=range(len(WRONG_TOML)))
def test_a_plan_that_cannot_be_read_says_where_what_and_why(text: str, tmp_path: Path) -> None:
    assert WRONG_TOML[text] in problems(tmp_path / "wrong.toml", text)


@pytest.mark.parametrize("text", WRONG_YAML, ids=range(len(WRONG_YAML)))
@pytest.mark.filterwarnings("error")
def test_yaml_that_means_something_else_than_it_shows_is_refused(text: str, tmp_path: Path) -> None:
    assert WRONG_YAML[text] in problems(tmp_path / "wrong.yaml", text)


def test_an_old_plan_is_read_with_a_warning_as_the_same_in_toml(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "plan.toml").write_text(HEAD + GRID.replace("2017", "NO"), encoding="utf-8")
    (tmp_path / "plan.YML").write_text(
        YAML + "axes: {a: {kind: grid, field: weather, values: ['NO']}}", encoding="utf-8"
    )
    with caplog.at_level(logging.WARNING):
        old, new = load_plan(tmp_path / "plan.YML"), load_plan(tmp_path / "plan.toml")

    assert isinstance(new, Plan)
    assert old == new
    assert [
        "plan plan.YML: plans are written in TOML now, as YAML reads NO as false; see docs/sweeps.md"
    ] == caplog.messages


def test_a_few_aliases_are_no_bomb(tmp_path: Path) -> None:
    axes = "axes:\n  a: &a {kind: grid, field: weather, values: ['2017']}\n  b: {<<: *a, field: lng_case}\n"
    (tmp_path / "plan.yaml").write_text(YAML + axes, encoding="utf-8")

    assert ["weather", "lng_case"] == [axis.field for axis in load_plan(tmp_path / "plan.yaml").axes.values()]  # type: ignore[attr-defined]


BAD_INPUTS = [*WRONG_TOML, *WRONG_YAML]
"""Distinct bad inputs that this module tries."""
