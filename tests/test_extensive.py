"""The judge of the table of values: the same plan with every branch written out on the whole network."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from extensive_form import branch_of, extensive, together

from energy_model import GasData, load_scenario, with_changes
from energy_model.lp import solve
from energy_model.plan.ahead import MonthsAhead
from energy_model.plan.foresight import solve_scenario
from energy_model.plan.stages import Step, compiled
from energy_model.scenario.toy import toy_case, toy_world

FEW = {"2020": 0.45, "2021": 0.5, "cold_1_in_20": 0.05}
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


def of_few(data: GasData) -> GasData:
    """The data with a fan of nine branches."""
    fan = data["fan"]
    few = fan[(fan["quantity"] != "weather") | fan["state"].isin(FEW)].copy()
    few["weight"] = few["weight"].where(few["quantity"] != "weather", few["state"].astype(str).map(FEW))
    return replace(data, tables={**data.tables, "fan": few})


def months_of_branches(data: GasData, name: str) -> tuple[float, float, float, float]:
    """Level at the end and mean price of plans with branches, and the same of plans with the table, from one stock.

    Each plan knows what is announced by its own day, in both.
    """
    scenario = with_changes(load_scenario(name, data.root, data), resolution="month", foresight="rolling")
    vintage = of_few(data.at(scenario.as_of))
    solved = solve_scenario(scenario, vintage)
    line, ahead = solved.case.timeline, MonthsAhead(scenario, vintage)
    stock = np.maximum(solved.values["level"][:, line.boundary_at(FIRST)], 0.0)
    prices, usual = [], []
    for month in range(FIRST.month, LAST + 1):
        day = date(FIRST.year, month, 1)
        outlook = ahead(Step(day, replace(solved.case, believed_on=day), number=month), stock, day)
        found = extensive(outlook, ahead.in_weathers(outlook.case), stock, ahead.usual(), day, END)
        markets = solved.case.is_market & solved.case.inside(outlook.zones[0].name)
        asked = outlook.case.demand.rate[markets].sum(axis=1)[:, outlook.month(day)]
        prices.append(float(found.price[markets] @ asked / asked.sum()))
        usual += [one.marginal_cost_eur_per_mwh for one in solved.expected if one.decided_on == day]
        stock = np.asarray(found.weight @ found.level[:, :, 1])
    mine = np.concatenate([zone.stores for zone in outlook.leading])
    gas = float(solved.case.storage.working_gas[mine].sum())
    end = line.boundary_at(date(FIRST.year, LAST + 1, 1))
    table = float(solved.values["level"][mine, end].sum())
    return float(stock[mine].sum()) / gas, float(np.mean(prices)), table / gas, float(np.mean(usual))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["reference", "full_cutoff_february", "full_cutoff_cold_winter"])
def test_the_table_fills_stores_as_the_whole_network_with_all_branches_does(shipped: GasData, name: str) -> None:
    """Five plans from June on, with every mechanism of the package: the level of 1 November and the mean price.

    Branches that know their winter after the first month, and a table that draws each month anew, do not ask the same.
    A cold winter that is announced in October moves neither before.
    """
    level, price, by_table, usual = months_of_branches(shipped, name)

    assert by_table == pytest.approx(level, abs=0.04)
    assert usual == pytest.approx(price, rel=0.10)


def test_a_branch_with_little_lng_is_one_in_which_the_others_ask_for_more() -> None:
    """Europe attracts 4 of 10; with half of that the others ask for 8 in place of 6, from the second month on."""
    case = toy_case({"A": 2.0}, lng={"A": (9.0, 10.0, 0.0)}, periods=3, days=31)
    case = replace(case, lng_world=toy_world(case, {"asia": (6.0, 10.0)}))
    limit = 4.0 * case.timeline.month_days.sum(axis=1)
    case = case.with_("lng", rate=np.full_like(case.lng.rate, 10.0), europe_limit=limit)
    usual = case.lng_world.demand.sum(axis=0)

    branch = branch_of(case, case.demand.rate[None], 0, 0.5, first=0)

    assert branch.lng_world.demand.sum(axis=0) / usual == pytest.approx([1.0, *[8.0 / 6.0] * 3])
