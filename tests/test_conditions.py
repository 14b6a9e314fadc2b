"""Measures that hang on a condition: they act where it holds, and leave no trace where it does not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from report_fixtures import monthly as solved_monthly
from report_fixtures import real_data
from toy_package import STORYLINE

from energy_model import GasData, load_scenario, with_changes, write_workbook
from energy_model.data.storyline import read_storyline
from energy_model.errors import DataError, ResultError, ScenarioError
from energy_model.impact.backing import (
    COLUMNS,
    COMES,
    FAILS,
    NOT_MET,
    NOTHING,
    backing,
    by_chance,
    outcomes_of,
    pays_from,
    worth,
    worth_table,
)
from energy_model.impact.questions import answer
from energy_model.impact.study import study
from energy_model.scenario import apply, check_against, notes
from energy_model.scenario.excel.template import write_excel
from energy_model.scenario.notes import is_changed

CUT = {"kind": "supply_cut", "supplier": "RU", "remaining_share": 0.5, "start": "2022-03-01"}


def two(data: GasData, **keys: object):
    """The scenario in which the assurances hang on backing, in months, with keys changed."""
    return with_changes(load_scenario("germany_backs_sanctions", data.root), resolution="month", **keys)


def test_a_measure_whose_condition_does_not_hold_leaves_the_case_as_without_it(data):
    dormant = two(data, conditions=())
    without = two(data, measures=tuple(one for one in dormant.measures if one.when is None))

    assert not is_changed(apply(without, data), apply(dormant, data))
    assert dormant.announcements() == without.announcements()


def test_a_measure_whose_condition_holds_is_the_measure_without_one(data):
    met = two(data)
    plain = two(data, measures=tuple(one.model_copy(update={"when": None}) for one in met.measures))

    assert any(one.when for one in met.measures)
    assert not is_changed(apply(plain, data), apply(met, data))
    assert met.announcements() == plain.announcements()


def test_notes_say_which_measures_do_nothing_for_want_of_their_condition(data):
    told = [note for note in notes(two(data, conditions=()), data) if "germany_backs" in note]

    assert 2 == len(told)
    assert "the measure extra_supply 'all assurances'" in told[1]
    assert "it hangs on the condition 'germany_backs', which does not hold in this scenario" in told[1]


def test_a_condition_that_the_package_does_not_know_is_refused_with_the_nearest(data):
    scenario = two(data, conditions=("germany_back",))
    wrong = two(data, measures=(scenario.measures[-1].model_copy(update={"when": "germany_bakcs"}),))

    with pytest.raises(
        ScenarioError, match=r"key 'conditions', value 'germany_back': no such condition.*germany_backs"
    ):
        check_against(scenario, data)
    with pytest.raises(ScenarioError, match=r"key 'when', value 'germany_bakcs': no such condition"):
        check_against(wrong, data)


def test_two_cuts_on_conditions_contradict_each_other_only_where_both_hold(data):
    measures = ({**CUT, "when": "germany_backs", "start": None}, {**CUT, "remaining_share": 0.0, "start": None})

    check_against(two(data, measures=measures, conditions=()), data)
    with pytest.raises(ScenarioError, match="both set supplier RU"):
        check_against(two(data, measures=measures), data)


def test_a_workbook_offers_the_conditions_of_the_package(data, tmp_path):
    path = write_excel(two(data), tmp_path / "scenario.xlsx", data)

    assert two(data).in_force == with_changes(load_scenario(path, data.root, data), resolution="month").in_force


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ('[backing]\ncondition = "rain"\n', "backing.condition, value 'rain': not among conditions"),
        ('[backing]\ncondition = "dry"\nprobability = 0.9\nhigh = 0.5\n', "not in order"),
        ('[[conditions]]\nname = "dry"\nwords = "twice"\n', "told twice"),
    ],
)
def test_an_offer_that_cannot_be_meant_is_refused(tmp_path: Path, lines: str, told: str) -> None:
    lines = lines.replace("[backing]\n", '[backing]\ncountry = "AA"\nbacked = "a"\nnot_backed = "b"\n')
    file = tmp_path / "storyline.toml"
    file.write_text(f'{STORYLINE}\n[[conditions]]\nname = "dry"\nwords = "it is dry"\n{lines}', encoding="utf-8")

    with pytest.raises(DataError, match=told):
        read_storyline(file)


def outcomes() -> pd.DataFrame:
    """By hand: 2 TWh cut with the promise, 10 if it fails, 12 without the condition, 0 if nothing happens."""
    rows = {COMES: (2.0, 5.0, 60.0, 70.0), FAILS: (10.0, 9.0, 100.0, 90.0)}
    rows |= {NOT_MET: (12.0, 9.0, 110.0, 95.0), NOTHING: (0.0, 1.0, 40.0, 50.0)}
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(COLUMNS)).rename_axis("outcome")


def test_expected_worth_is_the_chance_times_what_the_promise_saves_and_the_rest_times_what_is_saved_without_it():
    assert worth(outcomes(), 0.25).to_list() == pytest.approx([0.25 * 10 + 0.75 * 2, 1.0, 20.0, 10.0])
    assert worth_table(outcomes(), {"asked": 0.25})["price_saved_eur_per_mwh"].to_list() == pytest.approx([50, 10, 20])


def test_meeting_the_condition_pays_from_the_chance_at_which_both_prices_are_equal():
    """Not met and a chance q of 110 against 40 else; met with a chance of one half: 0.5 x 60 + 0.5 x 100 = 80."""
    q = pays_from(outcomes(), 0.5)

    assert q * 110 + (1 - q) * 40 == pytest.approx(80.0)
    assert by_chance(outcomes(), [0.0, 0.5, 1.0])["pays_from_share"].is_monotonic_decreasing
    assert np.isnan(pays_from(outcomes().assign(price_eur_per_mwh=40.0), 0.5))


def test_assurances_that_come_spare_germany_cuts_and_assurances_that_fail_spare_it_nothing(data):
    """The condition itself ends a pipeline that carries nothing, so without the promised gas nothing changes."""
    table = outcomes_of(study("germany_backs_sanctions", data, resolution="month"), data.storyline.backing)

    assert (worth(table, 1.0)[["curtailed_twh", "reduced_twh", "price_eur_per_mwh"]] > 1.0).all()
    assert worth(table, 0.0).to_numpy() == pytest.approx(0.0, abs=1e-4)
    same = outcomes_of(study("germany_does_not_back", data, resolution="month"), data.storyline.backing)
    assert same.to_numpy() == pytest.approx(table.to_numpy(), rel=1e-5, abs=1e-4)


def test_a_scenario_in_which_nothing_hangs_on_the_condition_has_no_offer_to_weigh(data):
    found = backing(study("reference", data, resolution="month"))

    assert not found.applies
    assert "germany_backs_sanctions" in found.words


def test_a_chance_beyond_one_and_an_argument_that_no_question_asked_takes_are_refused(data):
    asked = study("germany_backs_sanctions", data, resolution="month")

    with pytest.raises(ResultError, match="a probability lies between 0 and 1"):
        backing(asked, 1.5)
    with pytest.raises(ResultError, match="'probability' is taken by backing, which is not asked"):
        answer(asked, ["why"], given={"probability": 0.5})


def test_the_briefing_weighs_the_offer_with_a_chance_in_a_cell(tmp_path):
    offer = ("reference", "germany_backs_sanctions", "germany_backs_in_vain", "germany_does_not_back")
    path = write_workbook([solved_monthly(name) for name in offer], tmp_path / "briefing.xlsx", data=real_data())
    values, formulas = (openpyxl.load_workbook(path, data_only=shown)["Offer"] for shown in (True, False))
    row = next(cell.row for cell in values["A"] if cell.value == "Curtailed (TWh)")
    chance = next(cell for cell in values["B"] if cell.value == real_data().storyline.backing.probability)
    backed, vain, without = (values.cell(row, col).value for col in (2, 3, 4))

    assert formulas.cell(row, 7).value == f"=${chance.column_letter}${chance.row}*E{row}+(1-$B${chance.row})*F{row}"
    assert values.cell(row, 7).value == pytest.approx(0.5 * (without - backed) + 0.5 * (without - vain))
