"""The package three years later: the model knows no year, so that all numbers stay, but for the calendar.

Ties between plans of equal cost are told apart by a cost too small to show that depends on the day; a plan that is then
overtaken by a surprise leaves other stocks behind. Both packages stand at the low view of that cost, nought, and pose
the same problems: numbers agree to 1e-9. With it, a run without a surprise agrees to 1e-6, the size of that cost.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from shifted_package import later, shifted
from test_renamed_package import without_ties

from energy_model.data import check_data
from energy_model.data.load import GasData, load_data
from energy_model.impact.questions import answer
from energy_model.impact.study import study
from energy_model.results.headline import headline_values
from energy_model.results.run import run
from energy_model.scenario import load_scenario
from energy_model.scenario.load import with_changes

pytestmark = pytest.mark.slow
YEARS = 3


@pytest.fixture(scope="module")
def moved(data: GasData, tmp_path_factory: pytest.TempPathFactory) -> GasData:
    return load_data(shifted(data.root, tmp_path_factory.mktemp("later"), YEARS))


def numbers(data: GasData, name: str) -> dict[str, float]:
    chosen = with_changes(load_scenario(name, data.root, data), resolution="month")
    return dict(headline_values(run(chosen, data), "TWh"))


def test_the_package_three_years_later_is_sound(moved: GasData) -> None:
    assert [] == [one.text for one in check_data(moved.root) if one.is_error]


def test_every_horizon_and_day_of_decision_has_moved(data: GasData, moved: GasData) -> None:
    assert moved.storyline.as_of - data.storyline.as_of == timedelta(days=365 * YEARS + 1), "one leap day lies between"
    assert [day.year - YEARS for day in moved.storyline.decision_days] == [
        day.year for day in data.storyline.decision_days
    ]
    assert not moved["storage_filling"]["date"].dt.year.isin([2018]).any()


def test_a_run_without_a_surprise_gives_the_same_numbers(data: GasData, moved: GasData) -> None:
    assert numbers(data, "reference") == pytest.approx(numbers(moved, "reference"), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("name", ["full_cutoff_february", "eu_bans_russian_gas"])
def test_a_cut_off_gives_the_same_numbers(data: GasData, moved: GasData, name: str) -> None:
    one, other = (numbers(without_ties(world), name) for world in (data, moved))

    assert one["region_curtailed"] > 1.0
    assert one == pytest.approx(other, rel=1e-9, abs=1e-9)


def test_answers_that_ask_for_a_year_give_the_same_numbers(data: GasData, moved: GasData) -> None:
    """Economy weighs gas by the output of the base year: it gave another answer when that year was in the code."""
    questions = ("economy", "substitution", "dependency", "revenues")
    one, other = (
        answer(study(load_scenario("full_cutoff_february", world.root), world, resolution="month"), questions)
        for world in map(without_ties, (data, moved))
    )
    for mine, theirs in zip(one, other, strict=True):
        assert later(mine.words, YEARS) == theirs.words
        for table, same in zip(mine.tables.values(), theirs.tables.values(), strict=True):
            for (_, values), (_, equal) in zip(
                table.select_dtypes("number").items(), same.select_dtypes("number").items(), strict=True
            ):
                assert values.to_numpy(float) == pytest.approx(equal.to_numpy(float), rel=1e-9, abs=1e-9, nan_ok=True)
