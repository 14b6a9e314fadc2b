"""Dependence turned round: outages of any exporter by length and by train, and what answers say of any supplier."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from energy_model import GasData, load_scenario, with_changes
from energy_model.impact.questions import answer
from energy_model.impact.study import study
from energy_model.scenario import check_against
from energy_model.scenario.measures.lng_outage import LngOutage
from energy_model.scenario.world import base_case

APRIL = date(2022, 4, 1)
approx = pytest.approx


def outage(**keys) -> LngOutage:
    return LngOutage.model_validate({"kind": "lng_outage", "exporter": "US", "remaining_share": 0.0, **keys})


@pytest.mark.parametrize("days", [30, 91, 365])
def test_an_outage_of_a_month_a_quarter_or_a_year_loses_the_days_it_lasts(days, data: GasData):
    case = base_case(data, with_changes(load_scenario("reference", data.root), resolution="week"))
    lost = 1.0 - outage(start=date(2022, 1, 10), end=date(2022, 1, 9) + timedelta(days)).left(case, 0)

    assert approx(days) == lost @ case.timeline.days


def test_repair_by_trains_is_one_outage_after_another_and_none_contradicts_another(data: GasData):
    """Of three trains none loads in April, one in May, two in June: six months of one train are lost."""
    dates = [(date(2022, month, 1), date(2022, month + 1, 1) - timedelta(1)) for month in (4, 5, 6)]
    trains = [outage(start=first, end=last, remaining_share=k / 3.0) for k, (first, last) in enumerate(dates)]
    reference = load_scenario("reference", data.root)
    scenario = with_changes(reference, measures=(*reference.measures, *(one.model_dump() for one in trains)))
    case = base_case(data, scenario)
    left = np.prod([one.left(case, 0) for one in trains], axis=0)

    check_against(scenario, data)
    assert approx(30.0 + 31.0 * 2.0 / 3.0 + 30.0 / 3.0, rel=0.02) == (1.0 - left) @ case.timeline.days


def test_a_headline_names_a_repair_only_if_there_is_one():
    assert outage().headline == "US loads 0% of its LNG"
    assert outage(repair_days=90).headline.endswith("repaired within 90 days")


@pytest.mark.parametrize("exporter", ["US", "QA"])
def test_what_is_lost_with_the_gas_is_not_said_to_stand_in_for_it(exporter, data: GasData):
    """Nothing that shrinks is named among what comes in place of the lost gas."""
    reference = load_scenario("reference", data.root)
    cut = outage(exporter=exporter, start=APRIL).model_dump()
    scenario = with_changes(reference, resolution="month", measures=(*reference.measures, cut))
    (found,) = answer(study(scenario, data, supplier=exporter), ["substitution"])
    instead = found.words.split("In its place: ")[1].split(".")[0]

    assert " -" not in instead
