"""The stock of the first day: a horizon may begin on any day, and nobody guesses what was in store."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pytest

from energy_model.data.load import GasData
from energy_model.errors import DataError, ScenarioError
from energy_model.impact.study import study
from energy_model.results.run import run
from energy_model.scenario import Case, Scenario, apply, check_against, notes

approx = pytest.approx

LAST_OF_FEBRUARY = date(2022, 2, 28)
UNSEEN = ("BY", "KGD", "RS", "TR")
"""Countries whose level is published once a year."""
Monthly = Callable[..., Scenario]


def levels(case: Case) -> dict[str, float]:
    return dict(zip(case.nodes[case.storage.node], case.storage.initial, strict=True))


def given(*countries: str, **more: object) -> dict[str, object]:
    return {"kind": "initial_storage", "countries": countries, **more}


def from_the_last_of_february(monthly: Monthly, *measures: dict[str, object]) -> Scenario:
    horizon = {"start": LAST_OF_FEBRUARY, "end": date(2022, 12, 31)}
    return monthly("reference", *measures, as_of=LAST_OF_FEBRUARY, horizon=horizon)


def from_june(monthly: Monthly, *measures: dict[str, object]) -> Scenario:
    return monthly("reference", *measures, horizon={"start": date(2022, 6, 1), "end": date(2022, 9, 30)})


def test_the_reference_begins_with_the_levels_of_its_first_day_and_has_nothing_to_tell(
    monthly: Monthly, data: GasData
) -> None:
    reference = monthly("reference")

    assert 133_410.1 == levels(apply(reference, data))["DE"]
    assert () == notes(reference, data)


def test_a_level_of_the_very_day_is_taken_before_one_of_the_month(monthly: Monthly, data: GasData) -> None:
    scenario = from_the_last_of_february(monthly, given(*UNSEEN, fill_share=0.5))
    found = levels(apply(scenario, data))
    told = notes(scenario, data)

    assert 69_924.6 == found["DE"], "what AGSI says of that day, not the 88,398 of 1 February"
    hindsight, other = told
    assert "lies after 2022-01-31, the day of the data package" in hindsight
    assert "gas in store on 28 February 2022 is that of 1 February 2022 for UA" in other


def test_without_a_level_of_the_month_before_the_measure_to_give_it_is_named(monthly: Monthly, data: GasData) -> None:
    scenario = from_the_last_of_february(monthly)
    with pytest.raises(ScenarioError) as error:
        check_against(scenario, data.at(scenario.as_of))

    assert 1 == len(error.value.problems)
    problem = error.value.problems[0]
    assert "no level of gas in store of the 31 days before it is known on 2022-02-28" in problem
    assert "for BY, KGD, RS, TR (last on 1 January 2022)" in problem
    assert 'kind = "initial_storage", countries = ["BY", "KGD", "RS", "TR"], fill_share = ...' in problem
    with pytest.raises(DataError, match="neither observed in the month before"):
        apply(scenario, data)


def test_what_was_published_later_is_not_known(monthly: Monthly, data: GasData) -> None:
    """The package holds the levels of June 2022; who stands on 31 January does not know them."""
    with pytest.raises(ScenarioError, match="last on 31 January 2022"):
        run(from_june(monthly), data)


def test_a_summer_alone_runs_with_the_stock_it_is_given(monthly: Monthly, data: GasData) -> None:
    half = from_june(monthly, given("EUROPE", fill_share=0.4), given("DE", gas_in_storage_gwh=100_000.0))
    results = run(half, data)
    first = results["storage"].query("period == 1").set_index("storage")["level_at_start_gwh"]

    assert 100_000.0 == approx(first["de_storage"])
    assert 0.4 * 95_480.1 == approx(first["at_storage"])
    assert () == results.notes


def test_more_gas_in_store_never_costs_more(monthly: Monthly, data: GasData) -> None:
    costs = [
        run(from_june(monthly, given("EUROPE", fill_share=share)), data).objective_eur for share in (0.2, 0.4, 0.8)
    ]

    assert (np.diff(costs) < 0.0).all()


def test_the_observed_level_given_again_changes_nothing_and_says_so(monthly: Monthly, data: GasData) -> None:
    again = monthly("reference", given("DE", gas_in_storage_gwh=133_410.1))

    assert levels(apply(monthly("reference"), data)) == approx(levels(apply(again, data)))
    assert (
        "initial_storage (storages of DE hold 133410 GWh when the horizon begins) changes nothing"
        in notes(again, data)[0]
    )


WRONG = {
    "is the stock of the first day of the horizon; leave out start": {"fill_share": 0.5, "start": date(2022, 7, 1)},
    "leave out ramp_days": {"fill_share": 0.5, "ramp_days": 3},
    "give either 'fill_share' or 'gas_in_storage_gwh'": {},
    "of one country; write one measure for each": {"countries": ("EU27",), "gas_in_storage_gwh": 1e5},
    "DE can hold 242,054 GWh; correct the number or its unit": {"gas_in_storage_gwh": 1e6},
    "value 'GR': has no storage in storage.csv": {"countries": ("GR",), "fill_share": 0.5},
    "must be at most 1; it is a share": {"fill_share": 62.0},
}


@pytest.mark.parametrize("told", WRONG)
def test_a_stock_that_cannot_be_is_refused(told: str, monthly: Monthly, data: GasData) -> None:
    from energy_model.scenario.load import with_changes

    measure = {**given("DE"), **WRONG[told]}
    with pytest.raises(ScenarioError, match=told):
        run(with_changes(monthly("reference"), measures=(measure,)), data)


def test_a_baseline_without_a_stock_of_its_own_begins_with_that_of_the_scenario(
    monthly: Monthly, data: GasData
) -> None:
    scenario = from_june(monthly, given("EUROPE", fill_share=0.4))
    found = study(scenario, data)
    observed = study(monthly("reference", given("DE", fill_share=0.1)), data)

    assert levels(apply(found.scenario, data)) == approx(levels(apply(found.baseline, data)))
    begun = [levels(apply(one, data))["DE"] for one in (observed.scenario, observed.baseline)]
    assert begun[0] < begun[1], "here the stock is the question"
