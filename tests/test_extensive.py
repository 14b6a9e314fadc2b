"""The judge of the table of values: the same plan with every branch written out on the whole network."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from extensive_form import branch_of, extensive, released, together
from plain_package import SHIPPED

from energy_model import GasData, load_data, load_scenario, with_changes
from energy_model.lp import solve
from energy_model.plan.ahead import MonthsAhead
from energy_model.plan.foresight import solve_scenario
from energy_model.plan.stages import Step, compiled
from energy_model.scenario.toy import toy_case, toy_world

FEW = {"2020": 0.45, "2021": 0.5, "cold_1_in_20": 0.05}
"""Two of the five usual years and the cold one, with their weights: nine branches with three states of LNG."""
FIRST, LAST, END = (6, 1), 10, (4, 1)
"""Month and day of the first plan, month of the last, and end of the winter after it, where the table is read."""
ROWS = [
    ("2022-01-31", "reference"),
    ("2022-01-31", "full_cutoff_february"),
    ("2022-01-31", "full_cutoff_cold_winter"),
    ("2025-10-31", "everything_at_once"),
]
"""Vintage and scenario; plans are those of the summer before the last winter of the horizon."""


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


def test_a_branch_releases_a_reserve_at_its_price_and_pays_it_once() -> None:
    """3 lie in store, 2 of them a reserve; of 4 needed in each of three periods 3 come for nothing, or 1 is cut at 90.

    The first unit in store is free; the other two are released at 50, which is less than a cut, and stay at 120.
    """
    case = toy_case({"A": 4.0}, supply={"A": (3.0, 0.0)}, storage={"A": (3.0, 9.0, 9.0, 3.0)}, periods=3)
    problem = compiled(case.with_("demand", tier_cost=np.array([90.0])))
    kept = np.zeros(problem.columns["level"].shape)
    kept[:, 1:] = 2.0
    cheap, dear = (solve(released(problem, kept, price)) for price in (50.0, 120.0))

    assert cheap.objective == pytest.approx(2 * 50.0)
    assert problem.values(cheap.col_value[: problem.n_columns], "level")[0, -1] == pytest.approx(0.0)
    assert problem.values(dear.col_value[: problem.n_columns], "level")[0, -1] == pytest.approx(2.0)


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
    summer = line.end.year - 1
    stock = np.maximum(solved.values["level"][:, line.boundary_at(date(summer, *FIRST))], 0.0)
    prices, usual = [], []
    for month in range(FIRST[0], LAST + 1):
        day = date(summer, month, 1)
        outlook = ahead(Step(day, replace(solved.case, believed_on=day), number=month), stock, day)
        found = extensive(outlook, ahead.in_weathers(outlook.case), stock, ahead.usual(), day, date(summer + 1, *END))
        markets = solved.case.is_market & solved.case.inside(outlook.zones[0].name)
        asked = outlook.case.demand.rate[markets].sum(axis=1)[:, outlook.month(day)]
        prices.append(float(found.price[markets] @ asked / asked.sum()))
        usual += [one.marginal_cost_eur_per_mwh for one in solved.expected if one.decided_on == day]
        stock = np.asarray(found.weight @ found.level[:, :, 1])
    mine = np.concatenate([zone.stores for zone in outlook.leading])
    gas = float(solved.case.storage.working_gas[mine].sum())
    end = line.boundary_at(date(summer, LAST + 1, 1))
    table = float(solved.values["level"][mine, end].sum())
    return float(stock[mine].sum()) / gas, float(np.mean(prices)), table / gas, float(np.mean(usual))


@pytest.mark.slow
@pytest.mark.parametrize(("vintage", "name"), ROWS)
def test_the_table_fills_stores_as_the_whole_network_with_all_branches_does(vintage: str, name: str) -> None:
    """Five plans from June on, with every mechanism of the package: the level of 1 November and the mean price.

    Branches that know their winter after the first month, and a table that draws each month anew, do not ask the same.
    A cold winter that is announced in October moves neither before.
    """
    level, price, by_table, usual = months_of_branches(load_data(SHIPPED / vintage), name)

    assert by_table == pytest.approx(level, abs=0.03)
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
