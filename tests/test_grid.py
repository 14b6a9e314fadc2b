"""Two lists against each other on the toy: who is cut if XX stops, or YY, or both."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from toy_package import toy_data

from energy_model.errors import ScenarioError
from energy_model.report.grid import OWN, Grid, Item, _cell, grid, write_grid
from energy_model.results.headline import headline_values
from energy_model.results.run import run
from energy_model.scenario import Scenario, load_scenario
from energy_model.scenario.changes import load_changed
from energy_model.scenario.load import with_changes

YY_STOPS = "kind=supply_cut supplier=YY remaining_share=0 start=2031-04-01"
"""What the scenario both_stop adds to stop."""


@pytest.fixture(scope="module")
def found() -> Grid:
    return grid(load_scenario("reference", toy_data().root), toy_data(), ["none", "stop"], ["none", YY_STOPS])


def test_each_field_is_the_run_of_both(found: Grid) -> None:
    """Corner by corner: the reference, one stop each, and the scenario of the library with both."""
    for (row, column), name in {(0, 0): "reference", (1, 0): "stop", (1, 1): "both_stop"}.items():
        alone = headline_values(run(name, toy_data()))
        for key in ("region_curtailed", "region_price", "total_cost"):
            assert found.values[key][row, column] == pytest.approx(alone[key], rel=1e-6, abs=1e-6)


def test_more_stops_cut_no_less(found: Grid) -> None:
    cut = found.values["region_curtailed"]

    assert (np.diff(cut, axis=0) >= -1e-9).all()
    assert (np.diff(cut, axis=1) >= -1e-9).all()
    assert cut[1, 1] > cut[0, 0]


def test_a_scenario_counts_for_what_it_does_differently_and_words_name_themselves(found: Grid) -> None:
    assert found.down == ("As it is", "Exland stops on 1 April")
    assert found.across == ("As it is", "YY delivers 0% of its pipeline gas")
    assert len(found.table) == 4


def test_a_measure_in_both_lists_counts_once() -> None:
    stop = "kind=supply_cut supplier=XX remaining_share=0 start=2031-04-01"
    same = grid(load_scenario("reference", toy_data().root), toy_data(), [stop], [stop])

    alone = headline_values(run("stop", toy_data()))
    assert same.values["region_curtailed"][0, 0] == pytest.approx(alone["region_curtailed"])


def test_what_is_added_to_all_pairs_stays_in_those_named_by_a_scenario() -> None:
    """Everything with YY stopped besides: the corner of the scenario that stops XX is the one in which both stop."""
    base = load_scenario("reference", toy_data().root)
    more = load_changed("reference", toy_data().root, toy_data(), added=[YY_STOPS])
    pairs = grid(more, toy_data(), ["none", "stop"], ["none"], against=base)

    for row, name in enumerate((more, "both_stop")):
        alone = headline_values(run(name, toy_data()))["region_curtailed"]
        assert pairs.values["region_curtailed"][row, 0] == pytest.approx(alone, rel=1e-6, abs=1e-6)
    assert pairs.values["region_curtailed"][1, 0] > pairs.values["region_curtailed"][0, 0]


def test_a_long_title_gives_way_to_what_the_pair_is() -> None:
    """A base with measures of its own has a title of up to 200 characters; so has every pair."""
    long = with_changes(load_scenario("reference", toy_data().root), title="A long title of many words " * 7)

    cell = _cell(long, Item("A stop of XX"), Item("As it is"), "pair")

    assert len(cell.title) <= 200
    assert cell.title.endswith(": A stop of XX, As it is")
    assert len(_cell(long, Item("x " * 150), Item("As it is"), "pair").title) <= 200


def test_what_a_scenario_is_called_is_no_assumption_in_any_language() -> None:
    titles = {name for name in Scenario.model_fields if "title" in name}

    assert {"title", "title_de"} <= titles
    assert titles <= OWN


def test_pairs_that_contradict_each_other_are_told_before_anything_is_solved() -> None:
    half = "kind=supply_cut supplier=XX remaining_share=0.5 start=2031-05-01"
    with pytest.raises(ScenarioError, match="both set supplier XX on 2031-05-01"):
        grid(load_scenario("reference", toy_data().root), toy_data(), ["none", "stop"], ["none", half])
    with pytest.raises(ScenarioError, match="at least one item"):
        grid(load_scenario("reference", toy_data().root), toy_data(), [], ["none"])


def test_everything_that_is_wrong_with_both_lists_is_told_at_once() -> None:
    """A scenario that is none, a measure without keys, an empty word and one given twice, each with its place."""
    with pytest.raises(ScenarioError) as told:
        grid(
            load_scenario("reference", toy_data().root), toy_data(), ["none", "stopp", "none"], ["kind=supply_cut", ""]
        )
    problems = told.value.problems

    assert any(one.startswith("item 2 down, 'stopp'") and "did you mean 'stop'?" in one for one in problems)
    assert "item 3 down, 'none': stands in the list twice; name each once" in problems
    assert sum(one.startswith("item 1 across, 'kind=supply_cut'") for one in problems) == 2
    assert any(one.startswith("item 2 across, ''") for one in problems)


def test_two_weathers_in_one_pair_are_refused(tmp_path: Path) -> None:
    texts = []
    for weather in ("harsh", "2030"):
        file = tmp_path / f"weather_{weather}.toml"
        head = f'title = "{weather}"\ndescription = "A weather."\nbased_on = "reference"\nweather = "{weather}"\n'
        file.write_text(head, encoding="utf-8")
        texts.append(str(file))
    with pytest.raises(ScenarioError, match="key 'weather' is 'harsh' in one and '2030' in the other"):
        grid(load_scenario("reference", toy_data().root), toy_data(), texts[:1], texts[1:])


def test_table_and_figure_are_written(found: Grid, tmp_path: Path) -> None:
    picture, _, table = write_grid(found, tmp_path)
    numbers = pd.read_csv(table)
    drawn = {text.get_text() for text in found.figure().axes[0].texts}

    assert picture.stat().st_size > 0
    cut = found.values["region_curtailed"]
    assert numbers["Union curtailed (TWh)"].tolist() == pytest.approx(cut.ravel(), abs=1e-4)
    assert f"{cut[1, 1]:,.0f} TWh" in drawn
    with pytest.raises(ScenarioError, match="no headline 'region_cut'"):
        found.figure("region_cut")


def test_other_resolutions_go_along() -> None:
    base = with_changes(load_scenario("reference", toy_data().root), resolution="week")
    weekly = grid(base, toy_data(), ["stop"], ["none"])

    assert weekly.scenario.resolution == "week"
    assert weekly.values["region_curtailed"][0, 0] >= 0.0
