"""Sentences of a briefing are about what a scenario does, whoever's gas it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest

from energy_model import GasData, Scenario, run
from energy_model.report.findings import Story, lost_sentence
from energy_model.results import lost_gas
from energy_model.results.run import Results

Monthly = Callable[..., Scenario]


def stopped(supplier: str, monthly: Monthly, data: GasData) -> tuple[Story, Results]:
    """A supplier stops in March; measured against the reference."""
    cut = {"kind": "supply_cut", "supplier": supplier, "remaining_share": 0.0, "start": date(2022, 3, 1)}
    base, other = run(monthly("reference"), data), run(monthly("reference", cut).model_copy(update={"id": "cut"}), data)
    return Story((base, other), base), other


def volumes(text: str) -> list[float]:
    return [float(number.replace(",", "")) for number in re.findall(r"([\d,.]+) TWh", text)]


def test_what_replaces_russian_gas_is_told_of_a_russian_stop(monthly: Monthly, data: GasData) -> None:
    told = lost_sentence(*stopped("RU", monthly, data))

    assert told.startswith("Russian gas lost in the consumption of the EU27 against the reference: ")


def test_a_norwegian_stop_is_no_loss_of_russian_gas(monthly: Monthly, data: GasData) -> None:
    """What Europe gives up then stands in for Norway's gas; what is lost and what makes up for it are one sum."""
    told = lost_sentence(*stopped("NO", monthly, data))
    lost, gained = told.split(", made up for by ")

    assert "Russian gas lost" not in told
    assert "less other pipeline gas (most of it from Norway)" in lost
    assert sum(volumes(lost)) == pytest.approx(sum(volumes(gained)), rel=0.01)


def test_the_largest_loss_is_that_of_the_seller_who_stops(monthly: Monthly, data: GasData) -> None:
    for supplier, is_largest in (("RU", True), ("NO", False)):
        story, cut = stopped(supplier, monthly, data)
        region = frozenset(data["groups"].loc[data["groups"]["group"] == "EU27", "node"])
        change = lost_gas.loss(story.traced(story.base), story.traced(cut), region)

        assert lost_gas.is_largest_loss(change, 500.0) is is_largest
