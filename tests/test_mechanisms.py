"""Mechanisms of the model can be left out: by a scenario's own key, or by what its data package uses."""

from __future__ import annotations

from pathlib import Path

import pytest
from toy_package import STORYLINE, write_toy

from energy_model import GasData, load_scenario
from energy_model.data import seal
from energy_model.data.mechanisms import MECHANISMS
from energy_model.data.storyline import read_storyline
from energy_model.errors import DataError
from energy_model.scenario.schema import Scenario


def storyline(folder: Path, mechanisms: str) -> Path:
    """The storyline of the small package with a list of mechanisms."""
    file = folder / "storyline.toml"
    file.write_text(f"mechanisms = {mechanisms}\n{STORYLINE}", encoding="utf-8")
    return file


@pytest.mark.parametrize("name", MECHANISMS)
def test_a_scenario_uses_what_its_package_uses(name: str, data: GasData) -> None:
    scenario = load_scenario(data.storyline.reference, data.root)

    assert getattr(scenario, name) is (name in data.storyline.mechanisms)
    assert getattr(Scenario(id="a", title="A", description=""), name) is (name in data.storyline.mechanisms)


def test_a_mechanism_that_does_not_exist_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such mechanism: tides; known: low_calorific"):
        read_storyline(storyline(tmp_path, '["low_calorific", "tides"]'))
    assert read_storyline(storyline(tmp_path, '["low_calorific"]')).mechanisms == ("low_calorific",)


def test_a_package_says_what_plans_of_its_scenarios_know(tmp_path: Path) -> None:
    """Where it says nothing, nobody plans for what is not announced."""
    file = tmp_path / "storyline.toml"
    for told, expected in (("", "surprise"), ('foresight = "rolling"\n', "rolling")):
        file.write_text(f"{told}{STORYLINE}", encoding="utf-8")
        assert read_storyline(file).foresight == expected

    file.write_text(f'foresight = "hindsight"\n{STORYLINE}', encoding="utf-8")
    with pytest.raises(DataError, match="foresight"):
        read_storyline(file)


def test_scenarios_take_the_foresight_of_their_package(tmp_path: Path) -> None:
    root = write_toy(tmp_path)
    file = root / "storyline.toml"
    file.write_text(f'foresight = "rolling"\n{file.read_text(encoding="utf-8")}', encoding="utf-8")
    seal(root)

    assert load_scenario("reference", root).foresight == "rolling"
    assert Scenario(id="a", title="A", description="").foresight == "surprise", "the default package says so"
