"""Every array of a case says what it is, and whoever treats arrays alike goes by that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from cases import everything

from energy_model import GasData, library, load_scenario
from energy_model.results.inputs import input_tables
from energy_model.scenario import apply
from energy_model.scenario.arrays import append_row, arrays_of, derived_of, numbers_of
from energy_model.scenario.case import Case, Pipelines, Supply
from energy_model.scenario.toy import toy_case


def undeclared(part: Any) -> Iterator[str]:
    """Fields of a part that hold an array and say nothing about it."""
    declared = arrays_of(type(part))
    for one in fields(part):
        if one.name not in declared and isinstance(getattr(part, one.name), np.ndarray):
            yield one.name


def misshapen(part: Any, lengths: Mapping[str, int]) -> Iterator[str]:
    """What is wrong with the shapes of a part's arrays, in words."""
    for name, one in arrays_of(type(part)).items():
        value = getattr(part, name)
        if value is None and name in derived_of(type(part)):
            continue
        wanted = tuple(lengths[axis] for axis in one.axes)
        if np.shape(value) != wanted:
            yield f"{type(part).__name__}.{name} has shape {np.shape(value)}; {', '.join(one.axes)} have {wanted}"


def faults(case: Case) -> list[str]:
    """Arrays without a declaration, and shapes that are not those of the declared axes."""
    lengths = case.lengths
    parts = [case, *case.parts.values()]
    silent = [f"{type(part).__name__}.{name}" for part in parts for name in undeclared(part)]
    return silent + [fault for part in parts for fault in misshapen(part, lengths)]


@pytest.mark.parametrize("name", list(library()))
def test_all_arrays_of_the_library_run_over_the_axes_they_declare(name: str, data: GasData) -> None:
    scenario = load_scenario(name, data.root).model_copy(update={"resolution": "month"})

    assert faults(apply(scenario, data.at(scenario.as_of))) == []


def test_a_toy_with_everything_runs_over_the_axes_it_declares() -> None:
    assert faults(everything()) == []


def test_an_array_of_another_shape_is_named() -> None:
    case = everything().with_("pipelines", loss_share=np.zeros(1))

    assert len(faults(case)) == 1
    assert "Pipelines.loss_share has shape (1,)" in faults(case)[0]


def test_an_added_step_offers_what_is_said_of_it_and_uses_up_its_volume_one_to_one() -> None:
    case = toy_case({"A": [4.0, 5.0]}, supply={"A": (3.0, 10.0)}, periods=2)
    rate = np.array([1.0, 2.0])

    grown = append_row(case.supply, "supply_steps", supplier="A", step="more", node=0, rate=rate, volume=3.0, cost=20.0)

    assert grown.labels == ["A:base", "A:more"]
    assert grown.rate.tolist() == [[3.0, 3.0], [1.0, 2.0]]
    assert grown.use.tolist() == [[1.0, 1.0], [1.0, 1.0]]
    assert grown.hub_link_share.tolist() == [0.0, 1.0], "gas that nobody says otherwise of follows the hub"
    assert faults(replace(case, supply=grown)) == []


def test_an_added_pipeline_without_a_place_is_refused() -> None:
    lines = toy_case({"A": [4.0]}, {("B", "A"): (5.0, 1.0)}).pipelines

    with pytest.raises(AssertionError, match="to_node of the new entry has to be said"):
        append_row(lines, "pipelines", id="new", from_node=0)
    with pytest.raises(AssertionError, match="no array of Pipelines over pipelines: colour"):
        append_row(lines, "pipelines", colour="red")


def test_a_price_is_a_number_and_a_name_is_structure() -> None:
    assert {"rate", "volume", "cost"} <= numbers_of(Supply)
    assert not {"supplier", "node", "offered"} & numbers_of(Supply)


def test_every_number_over_an_axis_is_stored_with_the_inputs() -> None:
    case = everything()
    stored = {column for table in input_tables(case).values() for column in table.columns}

    for part in case.parts.values():
        for name, one in arrays_of(type(part)).items():
            if name in numbers_of(type(part)) and one.axes and one.is_stored:
                assert one.header(name) in stored, f"{type(part).__name__}.{name}"


def test_the_minimum_flow_of_a_pipeline_is_stored_as_it_was_solved() -> None:
    case = toy_case({"A": [4.0, 5.0]}, {("B", "A"): (5.0, 1.0)}, supply={"B": (9.0, 1.0)}, periods=2)
    case = case.with_("pipelines", minimum=np.array([[1.0, 2.0]]))

    assert input_tables(case)["pipelines"]["minimum_gwh_per_day"].tolist() == [1.0, 2.0]
    assert Pipelines.AXES["pipelines"].item in input_tables(case)["pipelines"]
