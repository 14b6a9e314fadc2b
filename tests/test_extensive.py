"""The judge of the table of values: the same plan with every branch written out on the whole network."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from energy_model import GasData, load_scenario, with_changes
from energy_model.lp import solve
from energy_model.plan.ahead import MonthsAhead
from energy_model.plan.extensive import Branches, extensive, together
from energy_model.plan.foresight import solve_scenario
from energy_model.plan.outlook import Outlook
from energy_model.plan.stages import Step, compiled
from energy_model.scenario.toy import toy_case

FEW = {3: 0.45, 4: 0.5, 5: 0.05}
"""Two of the five usual years and the cold one, with their weights: nine branches with three states of LNG."""
FIRST, LAST, END = date(2022, 6, 1), 10, date(2023, 4, 1)


def test_branches_share_their_first_period_and_nothing_else() -> None:
    """1 of 2 is needed in the first period at 10, then 4 or none with equal chance, 2 at 10 and more at 90.

    A unit put into store costs 10 and spares 90 with one half: two are put in, and the cost is
    10 (1 + 2) + 0.5 * 2 * 10 = 40.
    """
    parts = []
    for need in (4.0, 0.0):
        case = toy_case({"A": [1.0, need]}, supply={"A": (3.0, 10.0)}, storage={"A": (2.0, 9.0, 9.0, 0.0)}, periods=2)
        rate = case.supply.rate.copy()
        rate[:, 1] = 2.0
        parts.append(compiled(case.with_("supply", rate=rate).with_("demand", tier_cost=np.array([90.0]))))

    matrix, places = together(parts, np.array([0.5, 0.5]))
    found = solve(matrix)

    stored = [parts[k].values(found.col_value[places[k]], "level")[0, 1] for k in (0, 1)]
    assert stored == pytest.approx([2.0, 2.0])
    assert found.objective == pytest.approx(40.0)


def months_of_branches(data: GasData, name: str) -> tuple[float, float, float, float]:
    """Level at the end and mean price of plans with branches, and the same of plans with the table, from one stock."""
    scenario = with_changes(load_scenario(name), resolution="month", foresight="rolling")
    vintage = data.at(scenario.as_of)
    solved = solve_scenario(scenario, vintage)
    line, ahead = solved.case.timeline, MonthsAhead(scenario, vintage)
    step = Step(FIRST, solved.case, number=99)
    stock = np.maximum(solved.values["level"][:, line.boundary_at(FIRST)], 0.0)
    prices, usual = [], []
    for month in range(FIRST.month, LAST + 1):
        day = date(FIRST.year, month, 1)
        outlook = ahead(step, stock, day)
        found = of_few(outlook, ahead, stock, day)
        markets = solved.case.is_market & solved.case.inside(outlook.zones[0].name)
        asked = outlook.case.demand.rate[markets].sum(axis=1)[:, outlook.month(day)]
        prices.append(float(found.price[markets] @ asked / asked.sum()))
        usual += [one.marginal_cost_eur_per_mwh for one in solved.expected if one.decided_on == day]
        stock = np.asarray(found.weight @ found.level[:, :, 1])
    mine = outlook.zones[0].stores
    gas = float(solved.case.storage.working_gas[mine].sum())
    end = line.boundary_at(date(FIRST.year, LAST + 1, 1))
    table = float(solved.values["level"][mine, end].sum())
    return float(stock[mine].sum()) / gas, float(np.mean(prices)), table / gas, float(np.mean(usual))


def of_few(outlook: Outlook, ahead: MonthsAhead, stock: np.ndarray, day: date) -> Branches:
    """The plan of a day with nine branches."""
    few = list(FEW)
    fan = replace(
        outlook.fan,
        weathers=tuple(outlook.fan.weathers[k] for k in few),
        weather_weight=np.array(list(FEW.values())),
    )
    demands = ahead.in_weathers(outlook.case)[few]
    return extensive(replace(outlook, fan=fan), demands, stock, ahead.usual(), day, END)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["reference", "full_cutoff_february"])
def test_the_table_fills_stores_as_the_whole_network_with_all_branches_does(data: GasData, name: str) -> None:
    """Five plans from June on: the level of 1 November differs by at most 4 points, the mean price by at most 10 %."""
    level, price, by_table, usual = months_of_branches(data, name)

    assert by_table == pytest.approx(level, abs=0.04)
    assert usual == pytest.approx(price, rel=0.10)
