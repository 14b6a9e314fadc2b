"""LNG under slot and the season of what Europe attracts.

The toy: A and B burn 20 GWh/d each and have a terminal; gas of their own costs 30 EUR/MWh. LNG costs 10, freight to A
is 1 and to B 3, and 20 GWh/d arrive.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from cases import answer, tables
from oracle import least_cost

from energy_model import GasData, load_scenario, run, with_changes
from energy_model.errors import DataError
from energy_model.model.build import build_model
from energy_model.scenario.case import Case
from energy_model.scenario.lng_slots import LngSlots
from energy_model.scenario.toy import toy_case
from energy_model.scenario.world import base_case

CARGOES, FREIGHT_TO_B, LENGTH = 20.0, 2.0, 10.0


def toy(resale_cost: float = 5.0, least_of_b: float = 0.0, most_of_a: float = 1.0) -> Case:
    case = toy_case(
        demand={"A": [20.0, 20.0], "B": [20.0, 20.0]},
        supply={"A": (50.0, 30.0), "B": (50.0, 30.0)},
        lng={"A": (50.0, 10.0, 1.0), "B": (50.0, 10.0, 1.0 + FREIGHT_TO_B)},
        periods=2,
        days=int(LENGTH),
    )
    lng = case.lng
    case = case.with_("lng", rate=np.full(lng.rate.shape, CARGOES), volume=np.full(1, 1e6))
    case = case.with_("lng", europe_limit=np.full(len(case.timeline.months), 1e6))
    return replace(case, lng_slots=slots(case, resale_cost, least_of_b, most_of_a))


def slots(case: Case, resale_cost: float, least_of_b: float, most_of_a: float) -> LngSlots:
    one = np.ones((2, len(case.timeline)))
    return LngSlots(
        node=np.array([case.node("A"), case.node("B")]),
        least=one * np.array([[0.0], [least_of_b]]),
        most=one * np.array([[most_of_a], [1.0]]),
        resale_cost=np.full(2, resale_cost),
    )


def test_without_slots_every_cargo_lands_where_it_costs_least() -> None:
    found = answer(toy())

    assert found.sendout("A") == pytest.approx([CARGOES] * 2)
    assert found.sendout("B") == pytest.approx([0.0] * 2)


@pytest.mark.parametrize("bounds", [{"least_of_b": 0.3}, {"most_of_a": 0.7}])
def test_a_market_keeps_its_share_while_a_slot_costs_more_than_the_way_saves(bounds: dict[str, float]) -> None:
    """Three tenths of 20 belong to B; a slot costs 5, the freight that is saved is 2."""
    found = answer(toy(**bounds))

    assert found.sendout("B") == pytest.approx([6.0] * 2)
    assert found.cost == pytest.approx(2 * LENGTH * (20.0 * 11.0 + 6.0 * FREIGHT_TO_B + 20.0 * 30.0), rel=1e-4)


def test_a_slot_is_sold_where_the_other_way_saves_more() -> None:
    """A slot costs 1, the freight that is saved is 2: nothing lands in B, and the slots of 6 are sold."""
    found = answer(toy(resale_cost=1.0, least_of_b=0.3))

    assert found.sendout("B") == pytest.approx([0.0] * 2)
    costs = tables(found)["costs"].set_index("component")["cost_eur"]
    assert costs["LNG slots sold and bought"] == pytest.approx(2 * LENGTH * 6.0 * 1e3)


def test_a_slot_is_no_reason_for_a_cut() -> None:
    """B has gas enough and holds all slots; A has none but cargoes, and buys every slot rather than cut."""
    case = toy(least_of_b=1.0)
    case = case.with_("supply", rate=np.where((case.supply.supplier == "A")[:, None], 0.0, case.supply.rate))
    found = answer(case)

    assert found.sendout("A") == pytest.approx([20.0] * 2)
    assert found.of("curtailment").sum() == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("resale_cost", "least_of_b", "most_of_a"), [(5.0, 0.3, 1.0), (1.0, 0.6, 0.2), (0.0, 0.5, 0.5)]
)
def test_an_independent_reading_of_the_rows_costs_the_same(
    resale_cost: float, least_of_b: float, most_of_a: float
) -> None:
    case = toy(resale_cost, least_of_b, most_of_a)

    assert answer(case).cost == pytest.approx(least_cost(case), rel=1e-9)


def test_shares_that_bind_nobody_leave_no_trace() -> None:
    case = toy()

    assert answer(replace(case, lng_slots=None)).cost == pytest.approx(answer(case).cost)
    assert not hasattr(build_model(replace(case, lng_slots=None)), "slot_sold")


# On the package -------------------------------------------------------------------------------------------------------


def of_the_package(data: GasData, **keys: object) -> Case:
    scenario = with_changes(load_scenario("reference", data.root), resolution="month", **keys)
    return base_case(data.at(scenario.as_of), scenario)


def test_shares_of_the_markets_leave_room_for_every_cargo(data: GasData) -> None:
    part = of_the_package(data, lng_slots=True).lng_slots

    assert part is not None
    assert (part.least.sum(axis=0) < 1.0).all()
    assert (part.most.sum(axis=0) > 1.0).all()
    assert (part.least <= part.most).all()


def test_turkiye_takes_its_lng_in_winter(data: GasData) -> None:
    """It burns twice as much in January as in August, and its pipelines run evenly."""
    case = of_the_package(data, lng_slots=True)
    at = case.lng_slots.node.tolist().index(case.node("TR"))

    assert case.lng_slots.least[at, :2].min() > 1.5 * case.lng_slots.most[at, 7]


def test_with_slots_every_market_lands_within_its_shares_unless_it_pays(data: GasData) -> None:
    scenario = with_changes(load_scenario("reference", data.root), resolution="month", lng_slots=True)
    found = run(scenario, data)
    part = of_the_package(data, lng_slots=True).lng_slots
    landed = found["sendout"].pivot_table(index="node", columns="period", values="energy_gwh", aggfunc="sum")
    nodes = of_the_package(data).nodes[part.node]
    share = (landed / landed.sum()).reindex(nodes).to_numpy()

    paid = found["costs"].set_index("component")["cost_eur"].get("LNG slots sold and bought", 0.0)
    outside = (np.maximum(part.least - share, 0.0) + np.maximum(share - part.most, 0.0)) * landed.sum().to_numpy()
    assert paid == pytest.approx(10.0 * outside.sum() * 1e3, rel=1e-3, abs=1e3)


def test_europe_attracts_most_in_spring_and_least_in_late_summer(shipped: GasData) -> None:
    """Buyers in Asia want most in winter and summer: what they leave is most from March to May, least in August.

    The first month is known, and has no season.
    """
    even = of_the_package(shipped, lng_season=False).lng.europe_limit
    season = of_the_package(shipped, lng_season=True).lng.europe_limit

    share = (season / even)[1:13]
    assert int(np.argmin(share)) == 6
    assert set(np.argsort(share)[-2:]) == {1, 2}
    assert season[1:13].sum() == pytest.approx(even[1:13].sum(), rel=0.01)


def test_the_season_counts_for_nothing_without_a_world_market(shipped: GasData) -> None:
    keys = {"lng_world": False, "lng_slots": False}

    assert (
        of_the_package(shipped, lng_season=True, **keys).lng.europe_limit
        == of_the_package(shipped, lng_season=False, **keys).lng.europe_limit
    ).all()


def test_a_season_that_nobody_measured_is_refused_in_words(shipped: GasData) -> None:
    table = shipped["lng_world"]
    less = table[~((table["code"] == "europe") & (table["key"] == "08"))]
    bare = replace(shipped, tables={**shipped.tables, "lng_world": less})

    with pytest.raises(DataError, match=r"code 'europe', quantity 'season_share', key '08': no row known"):
        of_the_package(bare, lng_season=True)


def test_a_season_of_ones_is_none(shipped: GasData) -> None:
    """Strength zero: a year that is spread by shares of one is spread evenly."""
    table = shipped["lng_world"]
    flat = (table["code"] == "europe") & (table["quantity"] == "season_share")
    ones = {name: table[name].mask(flat, 1.0) for name in ("value", "low", "high")}
    bare = replace(shipped, tables={**shipped.tables, "lng_world": table.assign(**ones)})

    assert of_the_package(bare, lng_season=True).lng.europe_limit[1:] == pytest.approx(
        of_the_package(shipped, lng_season=False).lng.europe_limit[1:]
    )


def test_a_season_of_a_later_day_is_not_known_on_the_first_one(shipped: GasData) -> None:
    """Rows of next year hold what this one will have shown: no plan that starts before them reads them."""
    told = of_the_package(shipped, lng_season=True).lng.europe_limit
    table = shipped["lng_world"]
    europe = table[(table["code"] == "europe") & (table["quantity"] == "season_share")]
    mirrored = 2.0 - europe.drop_duplicates("key", keep="last")[["value", "low", "high"]]
    later = europe.drop_duplicates("key", keep="last").assign(
        available_from=europe["available_from"].max() + pd.DateOffset(years=1),
        value=mirrored["value"], low=mirrored["high"], high=mirrored["low"],
    )  # fmt: skip
    more = replace(shipped, tables={**shipped.tables, "lng_world": pd.concat([table, later], ignore_index=True)})

    assert of_the_package(more, lng_season=True).lng.europe_limit == pytest.approx(told)


# Stricter slots -------------------------------------------------------------------------------------------------------


def test_slots_that_are_sold_for_nothing_change_no_cost() -> None:
    """Strength zero: whoever may sell on for nothing holds nobody's cargo."""
    free = toy(resale_cost=0.0, least_of_b=0.5, most_of_a=0.5)

    assert answer(free).cost == pytest.approx(answer(replace(free, lng_slots=None)).cost, rel=1e-9)


@pytest.mark.parametrize("resale_cost", [0.5, 1.0, 5.0])
def test_stricter_or_dearer_slots_never_make_gas_cheaper(resale_cost: float) -> None:
    strict = [answer(toy(resale_cost, least_of_b=share)).cost for share in (0.0, 0.3, 0.6, 1.0)]
    dear = [answer(toy(factor * resale_cost, least_of_b=0.3)).cost for factor in (1.0, 2.0, 10.0)]

    assert strict == sorted(strict)
    assert dear == sorted(dear)


def test_stricter_or_dearer_slots_never_help_europe(shipped: GasData) -> None:
    """With everything known, months of the reference: each slot that holds a cargo is one more thing to pay for."""

    def cost(resale_eur_per_mwh: float, narrower: float = 0.0, **keys: object) -> float:
        table, parameters = shipped["lng_slots"], shipped["parameters"]
        usual = table["usual_share"]
        towards = {name: table[name] + narrower * (usual - table[name]) for name in ("low_share", "high_share")}
        resale = parameters["parameter"] == "lng_slot_resale_eur_per_mwh"
        priced = parameters.assign(value=parameters["value"].mask(resale, resale_eur_per_mwh))
        changed = {**shipped.tables, "lng_slots": table.assign(**towards), "parameters": priced}
        scenario = load_scenario("reference", shipped.root, shipped)
        scenario = with_changes(scenario, resolution="month", foresight="perfect", **keys)
        return run(scenario, replace(shipped, tables=changed)).objective_eur

    none = cost(10.0, lng_slots=False)
    usual, dear, narrow = cost(10.0), cost(30.0), cost(10.0, narrower=0.9)

    assert none < usual < dear
    assert usual < narrow
