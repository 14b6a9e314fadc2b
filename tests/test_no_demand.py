"""A country that saves all its gas: no number where there is none, and every output can be opened."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from report_fixtures import small_validation

from energy_model.data.load import GasData
from energy_model.errors import ScenarioError
from energy_model.report.facts import shortfall_by_period
from energy_model.report.figures import shortfall_by_country
from energy_model.report.run_workbook import write_run_workbook
from energy_model.report.workbook import write_workbook
from energy_model.results.headline import headline_values
from energy_model.results.run import Results, run
from energy_model.scenario import Scenario, apply


@pytest.fixture(scope="module")
def runs(monthly: Callable[..., Scenario], data: GasData) -> list[Results]:
    nothing = {"kind": "demand_saving", "share": 1.0, "countries": ("DE",)}
    return [
        run(monthly("reference"), data),
        run(monthly("reference", nothing, id="nothing", title="Nothing $x^{"), data),
    ]


def test_a_price_and_a_share_of_no_demand_are_no_numbers(runs: list[Results]) -> None:
    values = headline_values(runs[1])

    assert (0.0, 0.0) == (values["country_demand"], values["country_curtailed"])
    assert math.isnan(values["country_price"])
    assert math.isnan(values["country_curtailed_share"])
    assert values["region_price"] > 0.0


def test_nobody_goes_short_where_nobody_burns_gas(runs: list[Results]) -> None:
    assert (shortfall_by_period(runs[1], frozenset({"DE"})) == 0.0).all()


def test_figures_and_workbook_of_a_country_without_demand_can_be_opened(
    runs: list[Results], data: GasData, tmp_path: Path
) -> None:
    shortfall_by_country(runs[1])
    path = write_workbook(runs, tmp_path / "briefing.xlsx", data=data, validation=small_validation())
    for data_only in (True, False):
        book = openpyxl.load_workbook(path, data_only=data_only)
        assert not [
            cell.coordinate for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "e"
        ]


def test_a_scenario_that_leaves_nobody_any_demand_is_refused(monthly: Callable[..., Scenario], data: GasData) -> None:
    nothing = {"kind": "demand_saving", "share": 1.0, "price_response": "added"}

    with pytest.raises(ScenarioError, match="leave no country any demand for gas, so there is nothing to supply"):
        apply(monthly("reference", nothing), data)


@pytest.mark.parametrize("months", [{}, {"start": date(2022, 6, 1), "end": date(2022, 7, 31)}], ids=["all", "two"])
def test_the_workbook_of_a_run_leaves_the_share_of_no_demand_blank(
    months: dict[str, date], monthly: Callable[..., Scenario], data: GasData, tmp_path: Path
) -> None:
    nothing = {"kind": "demand_saving", "share": 1.0, "countries": ("DE",), **months}
    results = run(monthly("full_cutoff_february", nothing), data)
    sheet = openpyxl.load_workbook(write_run_workbook(results, tmp_path / "run.xlsx"))["By month"]
    rows = [row for row in sheet.iter_rows(values_only=True) if any(cell is not None for cell in row)]
    first = next(number for number, row in enumerate(rows) if str(row[0]).startswith("Germany"))
    germany = {row[0]: row for row in rows[first + 1 : first + 16]}
    burnt = {month: row for month, row in germany.items() if row[1] > 0.0}
    idle = {month: row for month, row in germany.items() if row[1] == 0.0}

    assert (15 if not months else 2) == len(idle)
    assert all(0.0 == row[2] and row[4] is None for row in idle.values())
    assert all(row[4] == pytest.approx(row[2] / row[1], abs=1e-9) for row in burnt.values())
