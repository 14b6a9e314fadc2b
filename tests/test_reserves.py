"""Gas that has to be kept on every day: what the table of values, plans and the whole network make of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from energy_model import GasData, load_scenario, run, with_changes
from energy_model.plan.bands import with_reserve
from energy_model.plan.foresight import solve_scenario
from energy_model.plan.outlook import filled_alike, reserved
from energy_model.plan.stock_value import Chances, Stores, exchange_cost, stock_values
from energy_model.scenario.records import Reserve
from energy_model.scenario.toy import toy_case
from energy_model.scenario.world import base_case

DUTIES = {("FR", "2022-11-01"): 0.85, ("ES", "2022-11-01"): 0.5}


@pytest.mark.parametrize("foresight", ["rolling", "surprise"])
def test_a_duty_holds_though_more_than_it_is_usual_on_its_day(data: GasData, foresight: str) -> None:
    """In France 85 % are owed on 1 November and 97 % are usual: who asks for nothing usual still asks for what is
    owed."""
    scenario = with_changes(load_scenario("reference", data.root, data), resolution="month", foresight=foresight)
    stock = base_case(data, scenario).storage
    found = {
        (str(target.name.split("_")[0]).upper(), str(target.date)): (target.kind, target.level_gwh)
        for target in stock.targets
    }
    gas = dict(zip((one.split("_")[0].upper() for one in stock.id), stock.working_gas, strict=True))

    for (node, day), share in DUTIES.items():
        kind, level = found[node, day]
        assert level >= share * gas[node] - 1e-6
        assert kind == ("legal" if foresight == "rolling" else "customary")
    assert {target.kind for target in stock.targets} == (
        {"legal"} if foresight == "rolling" else {"legal", "customary", "end_level"}
    )


def test_a_duty_within_a_month_is_prepared_for_as_one_at_its_end(data: GasData) -> None:
    """Half of the EU27 is owed on 20 March 2023 or on 1 April: plans by month fill for both alike, and keep it."""
    found = []
    for day in (date(2023, 3, 20), date(2023, 4, 1)):
        owed = {"kind": "storage_target", "name": "half full", "countries": ("EU27",), "date": day, "fill_share": 0.5}
        plain = load_scenario("reference", data.root, data)
        results = run(with_changes(plain, resolution="month", foresight="rolling", measures=(owed,)), data)
        targets = results["targets"]
        assert targets.loc[pd.to_datetime(targets["date"]) == str(day), "missing_gwh"].sum() < 1.0
        found.append(float(results["costs"]["cost_eur"].sum()))

    assert found[0] == pytest.approx(found[1], rel=1e-9)


def table(release: float) -> list[float]:
    """Values of three units at the beginning of a month in which 3 are needed and the market gives none below 100.

    The lowest unit is a reserve.
    """
    levels, moved = np.arange(4.0), np.arange(-3.0, 4.0)
    cost = exchange_cost(3.0, np.array([100.0]), np.array([9.0]), moved)[None, None, None]
    fast, none = np.full((1, 4), 9.0), np.zeros(1)
    stores = Stores(levels, fast, fast, none, none, none, kept=np.ones(1), release=release)
    return stock_values(cost, stores, Chances(np.ones(1), np.ones(1))).slopes(0, np.ones(1)).tolist()


def test_a_reserve_is_released_where_gas_is_dearer_than_its_release() -> None:
    """At 100 a unit: all three are worth 100 to the market, the reserve as well, as it leaves if its release costs 40.

    If the release costs 150, the reserve stays for ever, and what keeps it there is 150.
    """
    assert table(40.0) == pytest.approx([100.0, 100.0, 100.0])
    assert table(150.0) == pytest.approx([150.0, 100.0, 100.0])


def test_the_release_is_paid_once() -> None:
    """Two months of need: a unit of the reserve that left in the first is not paid for again in the second."""
    levels, moved = np.arange(3.0), np.arange(-2.0, 3.0)
    cost = np.array([exchange_cost(need, np.array([100.0]), np.array([9.0]), moved) for need in (1.0, 0.0)])
    fast, none = np.full((2, 3), 9.0), np.zeros(2)
    stores = Stores(levels, fast, fast, none, none, none, kept=np.ones(2), release=40.0)

    found = stock_values(cost[:, None, None], stores, Chances(np.ones(1), np.ones(1)))

    assert found.cost[0, 0, 0] - found.cost[0, 1, 0] == pytest.approx(100.0 - 40.0)


def test_the_lowest_gas_of_a_store_is_worth_its_release_more() -> None:
    """Bands of 2 each at 30 and 20, of which the lowest 3 are a reserve."""
    width, value = with_reserve(np.array([2.0, 2.0]), np.array([30.0, 20.0]), 3.0, 100.0)

    assert dict(zip(value.tolist(), width.tolist(), strict=True)) == {130.0: 2.0, 120.0: 1.0, 30.0: 0.0, 20.0: 1.0}


def test_stores_are_filled_alike_above_what_they_keep() -> None:
    """Two stores of 10, one of which keeps 4: with 2 in both all is its own, with 4 it has those, with 12 each has half
    of the rest: 4 + 3 and 5 of 16."""
    filling = filled_alike(np.array([2.0, 4.0, 12.0]), np.array([10.0, 10.0]), np.array([4.0, 0.0]))

    assert filling.T == pytest.approx(np.array([[0.2, 0.0], [0.4, 0.0], [0.7, 0.5]]))


def test_a_reserve_holds_from_its_day_to_the_next_and_the_first_before_it() -> None:
    case = toy_case({"A": 1.0}, supply={"A": (9.0, 10.0)}, storage={"A": (10.0, 9.0, 9.0, 5.0)})
    rows = (
        Reserve(0, date(2022, 4, 1), 3.0, 150.0),
        Reserve(0, date(2023, 4, 1), 4.0, 150.0),
        Reserve(0, date(2022, 6, 1), 9.0, 150.0, known_on=date(2022, 5, 1)),
    )
    case = case.with_("storage", reserves=rows[:2])
    told = replace(case, storage=replace(case.storage, reserves=(rows[0], rows[2], rows[1])))
    since = date(2022, 2, 1)

    assert [reserved(case, since, date(*day))[0] for day in ((2022, 2, 1), (2022, 7, 1), (2023, 4, 1))] == [3, 3, 4]
    assert reserved(told, since, date(2022, 7, 1))[0] == 3.0, "nobody knows of it yet"
    assert reserved(told, date(2022, 5, 1), date(2022, 7, 1))[0] == 9.0


def test_reserves_stay_in_store_on_every_day_of_a_shortage(data: GasData) -> None:
    """With all transit stopped stores are drawn down to what has to be kept, and not below at a price under 150."""
    scenario = with_changes(
        load_scenario("ukraine_transit_stops", data.root, data), resolution="month", foresight="rolling"
    )
    solved = solve_scenario(scenario, data)
    stock, line = solved.case.storage, solved.case.timeline

    held = np.array([reserved(solved.case, line.start, day) for day in line.starts]).T
    assert (held.sum(axis=0) > 0.0).all()
    assert (solved.values["level"][:, :-1] >= np.minimum(held, stock.initial[:, None]) - 1e-6).all()
