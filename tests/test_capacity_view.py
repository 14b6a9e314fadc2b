"""Firm and physical capacity: two views of the same lines, named in each scenario and with each run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from toy_package import toy_data, write_toy

from energy_model import GasData, load_data, load_scenario, run, with_changes
from energy_model.data.check import check_data
from energy_model.errors import ScenarioError
from energy_model.scenario import apply
from energy_model.scenario.case import Case
from energy_model.scenario.world import base_case


def seen(name: str, data: GasData, view: str) -> Case:
    scenario = with_changes(load_scenario(name, data.root), capacity_view=view, resolution="month")
    return apply(scenario, data)


def capacity(case: Case, line: str) -> np.ndarray:
    return case.pipelines.capacity[case.pipelines.id == line][0]


def with_physical(folder: Path, **lines: float) -> GasData:
    rows = [{"pipeline": line, "physical_gwh_per_day": figure} for line, figure in lines.items()]
    return load_data(write_toy(folder / "toy", physical_capacity=rows), accept_errors=True)


def test_lines_of_the_table_carry_what_they_have_carried_and_others_their_firm_capacity(tmp_path: Path) -> None:
    data = with_physical(tmp_path, xx_aa=310.0)
    firm, physical = (seen("reference", data, view) for view in ("firm", "physical"))

    assert capacity(firm, "xx_aa") == pytest.approx(300.0)
    assert capacity(physical, "xx_aa") == pytest.approx(310.0)
    assert capacity(physical, "xx_bb") == pytest.approx(capacity(firm, "xx_bb"))


def test_an_outage_takes_its_share_of_either(tmp_path: Path) -> None:
    """East Line stops on 1 April in both views."""
    data = with_physical(tmp_path, xx_aa=310.0)

    for view, figure in (("firm", 300.0), ("physical", 310.0)):
        line = capacity(seen("east_stops", data, view), "xx_aa")
        assert line[:3] == pytest.approx(figure)
        assert line[3:] == pytest.approx(0.0)


def test_without_a_table_the_views_are_the_same() -> None:
    data = toy_data()
    firm, physical = (seen("reference", data, view) for view in ("firm", "physical"))

    assert (firm.pipelines.capacity == physical.pipelines.capacity).all()
    assert (firm.contracts.floor == physical.contracts.floor).all()


def test_another_view_is_no_number_of_the_world_beside(tmp_path: Path) -> None:
    """A world taken over from a scenario with the other view is not used."""
    data = with_physical(tmp_path, xx_aa=310.0)
    firm = with_changes(load_scenario("reference", data.root), resolution="month")
    physical = with_changes(firm, capacity_view="physical")
    world = base_case(data.at(firm.as_of), firm)

    beside = base_case(data.at(firm.as_of), physical, near=(firm, world))
    assert capacity(beside, "xx_aa") == pytest.approx(310.0)
    assert capacity(base_case(data.at(firm.as_of), firm, near=(physical, beside)), "xx_aa") == pytest.approx(300.0)


def test_each_run_says_which_view_it_has(tmp_path: Path) -> None:
    data = with_physical(tmp_path, xx_aa=310.0)
    scenario = with_changes(load_scenario("reference", data.root), resolution="month", capacity_view="physical")

    for shown in (scenario, run(scenario, data)):
        assert ("capacities", "physical") in [(row[0], row[1]) for row in shown.card().rows]


def test_a_view_that_does_not_exist_is_refused(data: GasData) -> None:
    with pytest.raises(ScenarioError, match="capacity_view"):
        with_changes(load_scenario("reference", data.root), capacity_view="wishful")


def test_in_january_single_best_days_and_later_months_are_not_in_it(data: GasData) -> None:
    """Nord Stream 1 carried 1,854 on one day, 1,826 in its best week; what Dornum showed in July was not known."""
    firm, physical = (seen("reference", data, view) for view in ("firm", "physical"))

    assert capacity(firm, "nord_stream_1")[-1] == pytest.approx(1742.0)
    assert 1774.0 <= capacity(physical, "nord_stream_1")[-1] <= 1826.0
    assert capacity(physical, "europipe_2_dornum") == pytest.approx(capacity(firm, "europipe_2_dornum"))


def test_a_slip_of_units_and_a_lost_line_are_named(tmp_path: Path) -> None:
    rows = [{"pipeline": line, "physical_gwh_per_day": 300_000.0} for line in ("xx_aa", "zz")]
    found = " ".join(str(one) for one in check_data(write_toy(tmp_path / "toy", physical_capacity=rows)))

    assert "physical_capacity.csv line 2, physical_gwh_per_day = '300000': far outside the range" in found
    assert "physical_capacity.csv line 3, pipeline = 'zz': no such pipeline" in found


def test_more_room_never_costs_more(tmp_path: Path) -> None:
    data = with_physical(tmp_path, xx_aa=310.0, aa_cc=105.0)
    scenario = with_changes(load_scenario("stop", data.root), resolution="month", foresight="perfect")
    costs = [run(with_changes(scenario, capacity_view=view), data).objective_eur for view in ("firm", "physical")]

    assert costs[1] <= costs[0] + 1.0
