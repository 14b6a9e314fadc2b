"""What each part of the model does to an answer: from the model without mechanisms to the scenario itself."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from energy_model import GasData, load_scenario, with_changes
from energy_model.data.mechanisms import MECHANISMS
from energy_model.errors import ResultError
from energy_model.impact.answer import Picture
from energy_model.impact.mechanisms import ALONE, STEPS, WITHOUT, known, mechanisms, used_by, with_only
from energy_model.impact.study import study
from energy_model.plan.foresight import solve_scenario
from energy_model.report import waterfall as page
from energy_model.report.plots.answers import waterfall_figure
from energy_model.results.plan_totals import curtailed_gwh

CUT = "full_cutoff_february"


def cut(data: GasData, **keys: object):
    """The cut in months, with keys changed; low-calorific gas in use, and nothing else that can be left out."""
    others = {name: False for name in MECHANISMS if name != "low_calorific"}
    scenario = with_changes(load_scenario(CUT, data.root), resolution="month", foresight="surprise", **others)
    return with_changes(scenario, **{"low_calorific": True, **keys})


def test_steps_lead_from_the_model_without_the_mechanism_to_the_scenario_itself(data):
    asked = study(cut(data), data)
    steps = mechanisms(asked)[STEPS].set_index("step")["eu27_curtailed_twh"]
    without = solve_scenario(cut(data, low_calorific=False), data)
    inside = asked.region_mask[without.case.is_market]
    by_hand = curtailed_gwh(without.case, without.values["curtailment"])[inside].sum() / 1e3

    assert [WITHOUT, "low_calorific"] == steps.index.to_list()
    assert steps[WITHOUT] == pytest.approx(by_hand, rel=1e-4)
    assert steps["low_calorific"] == pytest.approx(asked.results.statistics.curtailed.value(region="EU27"), rel=1e-4)


def test_left_out_alone_the_only_mechanism_does_what_its_step_does(data):
    found = mechanisms(study(cut(data), data))
    step, alone = found[STEPS].iloc[-1], found[ALONE].iloc[0]

    assert alone["eu27_curtailed_change_twh"] == pytest.approx(step["eu27_curtailed_change_twh"])
    assert alone["eu27_curtailed_change_twh"] > 0.0


def test_no_combination_of_mechanisms_is_solved_twice(data, monkeypatch):
    """Of two mechanisms there are four combinations, and that of both is the scenario itself, which is solved."""
    asked, solved = study(cut(data, response_lag=True), data), []

    def solve(scenario, *_, **__):
        solved.append(used_by(scenario))
        return asked.solved

    monkeypatch.setattr("energy_model.impact.mechanisms.solve_scenario", solve)
    mechanisms(asked)

    assert [(), ("low_calorific",), ("response_lag",)] == sorted(solved)


def test_a_scenario_that_uses_no_mechanism_has_nothing_to_leave_out(data):
    found = mechanisms(study(cut(data, low_calorific=False), data))

    assert not found.applies
    assert "low_calorific" in found.words


def test_every_mechanism_of_the_model_can_be_left_out_by_name(data):
    scenario = with_changes(cut(data), **dict.fromkeys(MECHANISMS, True))

    assert tuple(MECHANISMS) == used_by(scenario)
    assert set(MECHANISMS) <= set(known())
    assert () == used_by(with_only(scenario, frozenset()))
    for name in MECHANISMS:
        assert (name,) == used_by(with_only(scenario, frozenset({name})))


def test_a_bar_of_the_waterfall_begins_where_the_last_one_ended():
    """640 without; a step of -500 to 140, one of +20 to 160."""
    steps = pd.DataFrame({"step": [WITHOUT, "world", "lag"], "union_curtailed_twh": [640.0, 140.0, 160.0]})
    picture = Picture("steps", "Steps", "step", ("union_curtailed_twh",), "A test")
    (axes,) = waterfall_figure(steps, picture, "").axes
    bars = [(bar.get_x(), bar.get_width()) for bar in axes.patches]

    assert bars == [(0.0, 640.0), (140.0, 500.0), (140.0, 20.0), (0.0, 160.0)]
    assert ["640", "-500", "+20", "160"] == [text.get_text().strip() for text in axes.texts]
    assert axes.patches[1].get_facecolor() != axes.patches[2].get_facecolor()


def test_the_page_keeps_what_is_written_by_hand_and_refuses_a_page_without_its_marker(data):
    asked = study(cut(data), data)
    answer = mechanisms(asked)
    made = page.headline_page(
        f"# By hand\n\n{page.PART.begins}\nold numbers\n", asked, answer, "../images/headline.png"
    )

    assert made.startswith(f"# By hand\n\n{page.PART.begins}\n\n## Full cut-off")
    assert "old numbers" not in made
    assert "| low_calorific | households" in made
    with pytest.raises(ResultError, match="0 lines"):
        page.headline_page("# By hand\n", asked, answer, "../images/headline.png")


def test_the_page_of_the_documentation_can_be_written_anew():
    text = Path("docs/notes/headline.md").read_text(encoding="utf-8")

    assert page.PART.begins in text
    assert "643 TWh" in text


def test_questions_put_to_the_last_plan_are_asked_of_plans_that_reach_to_the_end(data):
    """Under rolling foresight the last plan decides the last month alone."""
    asked, plain = (study(cut(data, foresight=how), data) for how in ("rolling", "surprise"))

    assert "surprise" == asked.to_the_end.scenario.foresight == asked.to_the_end.baseline.foresight
    assert "rolling" == asked.months.scenario.foresight
    assert plain.to_the_end is plain
