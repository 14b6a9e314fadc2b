"""Mechanisms of the model can be left out: by a scenario's own key, or by what its data package uses."""

from __future__ import annotations

from pathlib import Path

import pytest
from toy_package import STORYLINE

from energy_model import GasData, load_scenario
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
    assert getattr(Scenario(id="a", title="", description=""), name) is (name in data.storyline.mechanisms)


def test_a_mechanism_that_does_not_exist_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such mechanism: tides; known: low_calorific"):
        read_storyline(storyline(tmp_path, '["low_calorific", "tides"]'))
    assert read_storyline(storyline(tmp_path, '["low_calorific"]')).mechanisms == ("low_calorific",)
