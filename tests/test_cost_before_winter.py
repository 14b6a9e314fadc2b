"""Before a winter nobody is cut at more than what a cut in it is expected to cost, in the packages that are shipped."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from energy_model import load_data, load_scenario, with_changes
from energy_model.plan import rolling
from energy_model.plan.foresight import solve_scenario
from energy_model.plan.outlook import Outlook

DATA = Path(__file__).parents[1] / "data"
NEARLY = 0.05
"""Branches whose weather and LNG last are a little harsher than a table that draws them anew."""


def worth_in_november(outlook: Outlook, left: np.ndarray, since: date, winter: date) -> float:
    """Mean over the fan of the value of the next unit in store on a day, EUR/MWh, from what is left on another."""
    zone = outlook.zones[0]
    table, first, last = outlook.tables[zone.name], outlook.month(since), outlook.month(winter)
    paths = table.courses(first, float(left[zone.stores].sum()), outlook.fan.central, last)[-1]
    middle, values = (table.levels[1:] + table.levels[:-1]) / 2.0, table.values()[last]
    weight = np.outer(table.chances.weather, table.chances.lng)
    worth = np.array([np.interp(paths[:, own], middle, values[own]) for own in range(weight.shape[1])]).T
    return float((weight * worth).sum() / weight.sum())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("vintage", "name", "year"),
    [
        ("2022-01-31", "full_cutoff_february", 2022),
        ("2022-01-31", "phase_out_by_winter", 2022),
        ("2025-10-31", "everything_at_once", 2026),
    ],
)
def test_a_cut_before_november_costs_no_more_than_is_expected_after_it(
    vintage: str, name: str, year: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of each plan from April to September: the price of its month, and the mean value of stock on 1 November.

    Stock is worth the same on both days but for loss, cost of the cycle and interest: nothing beyond them, as a choice
    of caution would be. So the price is at most what is expected.
    """
    data = load_data(DATA / vintage)
    scenario = with_changes(load_scenario(name, data.root, data), resolution="month", foresight="rolling")
    usual, ahead = rolling.expected, []

    def told(outlook: Outlook, *args: Any) -> object:
        one, left, day = usual(outlook, *args), args[2], args[3]
        if date(year, 4, 1) <= one.decided_on < date(year, 10, 1):
            ahead.append((one, worth_in_november(outlook, left, day, date(year, 11, 1))))
        return one

    monkeypatch.setattr(rolling, "expected", told)
    stock = solve_scenario(scenario, data).case.storage

    assert len(ahead) == 6
    for one, expected in ahead:
        interest = (date(year, 11, 1) - one.decided_on).days * float(np.max(stock.holding_cost))
        cycle = interest + float(np.max(stock.injection_cost)) + stock.cycle_loss_share * expected
        assert one.marginal_cost_eur_per_mwh <= expected
        assert abs(one.stock_value_eur_per_mwh - expected) <= cycle + NEARLY * expected
