"""Every data package that is installed passes its checks, runs its reference and its library, and tells of it."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import pytest
from plain_package import SHIPPED

from energy_model import GasData, Results, library, load_data, load_scenario, run, with_changes, write_workbook
from energy_model.data import check_data
from energy_model.data.basis import NOT_STATED, basis_shares
from energy_model.data.descriptor import DESCRIPTOR
from energy_model.impact.questions import QUESTIONS, answer
from energy_model.impact.study import study
from energy_model.report.audit_page import audit_page
from energy_model.results.headline import headline_values
from energy_model.scenario.package_check import library_problems

PACKAGES = [file.parent for file in sorted(SHIPPED.glob(f"*/{DESCRIPTOR}")) if file.parent.name != "common"]
SCENARIOS = [(root, name) for root in PACKAGES for name in library(root)]
QUICK = ("substitution", "dependency")
"""Questions that need no further solve, or few."""
each_package = pytest.mark.parametrize("root", PACKAGES, ids=lambda root: root.name)


@cache
def package(root: Path) -> GasData:
    return load_data(root)


@cache
def in_months(root: Path, name: str) -> Results:
    return run(with_changes(load_scenario(name, root), resolution="month"), package(root))


@each_package
def test_nothing_is_wrong_with_a_package(root: Path) -> None:
    assert [] == [str(problem) for problem in check_data(root, further=[library_problems])]


@each_package
def test_every_table_says_what_its_figures_rest_on(root: Path) -> None:
    shares = basis_shares(package(root)).set_index("table")

    assert [] == shares.index[shares[NOT_STATED] > 0.0].tolist()
    assert "## What the figures rest on" in audit_page(package(root))


@each_package
def test_nobody_is_cut_in_the_reference(root: Path) -> None:
    """No government cut a consumer in the winters in which these packages stand."""
    assert headline_values(in_months(root, package(root).storyline.reference), "TWh")["region_curtailed"] < 1.0


@each_package
def test_days_of_a_month_cost_no_less_than_the_month(root: Path) -> None:
    """A month of days has its cold days to serve, which the month as a whole does not see."""
    data = package(root)
    start = data.storyline.horizon.start
    end = date(start.year, start.month, 28)
    short = with_changes(
        load_scenario(data.storyline.reference, root), horizon={"start": start, "end": end}, measures=()
    )
    month, days = (run(with_changes(short, resolution=one), data) for one in ("month", "day"))

    assert days.objective_eur >= month.objective_eur * (1.0 - 1e-6)
    assert 28 == len(days["periods"])


@each_package
def test_a_workbook_and_answers_are_made_of_runs(root: Path, tmp_path: Path) -> None:
    """A shortage beside the reference in the workbook; a route of the seller in focus that stops, in the answers."""
    data = package(root)
    names = (data.storyline.reference, data.storyline.briefing.shortage)
    path = write_workbook([in_months(root, name) for name in names], tmp_path / "briefing.xlsx", data=data)
    stopped = with_changes(load_scenario(data.storyline.routes[0].scenario, root), resolution="month")
    answers = answer(study(stopped, data), QUICK)

    assert path.stat().st_size > 50_000
    assert set(QUICK) <= set(QUESTIONS)
    assert all(one.tables for one in answers)


@pytest.mark.slow
@pytest.mark.parametrize(("root", "name"), SCENARIOS, ids=lambda one: one.name if isinstance(one, Path) else one)
def test_no_scenario_of_a_library_fails_and_none_is_cheaper_than_nothing_at_all(root: Path, name: str) -> None:
    """Whatever happens, all demand of the region is served, reduced at a price, or curtailed."""
    told = headline_values(in_months(root, name), "TWh")

    assert 0.0 <= told["region_curtailed"] + told["region_voluntary"] < told["region_demand"]
    assert told["region_price"] > 0.0
