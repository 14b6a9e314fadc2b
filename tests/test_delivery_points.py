"""Delivery points: gas under contract crosses its border in proportion to what the seller delivers.

The toy: S reaches B directly for 1 EUR/MWh, or by way of A for 1.5. B burns 20 GWh/d and A 1, so S delivers 21.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from cases import Answer, answer, tables
from oracle import least_cost
from toy_package import AS_OF, BASE_YEAR, toy_data, write_toy

from energy_model import GasData, Scenario, load_data, load_scenario, run, with_changes
from energy_model.errors import DataError
from energy_model.results.inputs import input_tables
from energy_model.scenario.case import Case
from energy_model.scenario.delivery_points import DeliveryPoints
from energy_model.scenario.toy import toy_case
from energy_model.scenario.world import base_case

DETOUR = "A>B"


def toy(rate: float = 100.0) -> Case:
    return toy_case(
        demand={"A": 1.0, "B": 20.0},
        pipelines={
            ("S", "A"): (100.0, 0.5),
            ("A", "B"): (100.0, 1.0),
            ("B", "A"): (100.0, 0.2),
            ("S", "B"): (100.0, 1.0),
        },
        supply={"S": (rate, 10.0)},
    )


def due(case: Case, share: float, swap_cost: float = 3.0, most: float | None = None) -> Case:
    """A share of what S delivers is due at the border from A to B; with a greatest share it is a landing point."""
    lines = case.pipelines.id
    place = {name: int(np.flatnonzero(lines == name)[0]) for name in lines}
    periods = np.ones((1, len(case.timeline)))
    part = DeliveryPoints(
        id=np.array([f"S at {DETOUR}"]),
        forward=((place[DETOUR],),),
        backward=((place["B>A"],),),
        steps=((0,),) if most is None else ((),),
        landings=((),) if most is None else ((place[DETOUR], place["S>B"]),),
        least=share * periods,
        most=periods * (1.0 if most is None else most),
        has_most=np.array([most is not None]),
        swap_cost=np.array([swap_cost]),
    )
    return replace(case, delivery_points=part)


def elsewhere(found: Answer) -> float:
    return float(found.of("handed_over_elsewhere").sum())


def test_gas_under_contract_takes_its_way_though_another_costs_less() -> None:
    """0.6 of 21 cross from A to B: 12.6; without a contract nothing does."""
    assert answer(toy()).flow(DETOUR) == pytest.approx([0.0])
    found = answer(due(toy(), 0.6))

    assert found.flow(DETOUR) == pytest.approx([12.6])
    assert elsewhere(found) == pytest.approx(0.0)


def test_a_cut_of_the_seller_lowers_the_point_in_proportion() -> None:
    """S gives half, 10.5: 6.3 cross, and nobody is cut at the point more than elsewhere."""
    found = answer(due(toy(rate=10.5), 0.6))

    assert found.flow(DETOUR) == pytest.approx([6.3])
    assert answer(due(toy(rate=0.0), 0.6)).flow(DETOUR) == pytest.approx([0.0])


def test_a_detour_dearer_than_a_swap_is_not_taken() -> None:
    """The detour costs 0.5 more than the direct way, the swap 0.3: all 12.6 are swapped."""
    found = answer(due(toy(), 0.6, swap_cost=0.3))

    assert found.flow(DETOUR) == pytest.approx([0.0])
    assert elsewhere(found) == pytest.approx(12.6)
    costs = tables(found)["costs"].set_index("component")["cost_eur"]
    assert costs["swaps between delivery points"] == pytest.approx(0.3e3 * 12.6)


def test_a_point_that_no_pipe_reaches_makes_nothing_infeasible() -> None:
    """The line from A to B is shut: the share is handed over elsewhere, and everybody is served."""
    case = due(toy(), 0.6)
    capacity = np.where((case.pipelines.id == DETOUR)[:, None], 0.0, case.pipelines.capacity)
    found = answer(case.with_("pipelines", capacity=capacity))

    assert elsewhere(found) == pytest.approx(12.6)
    assert found.curtailed("B") == pytest.approx([0.0])


def test_gas_that_turns_round_at_the_border_was_not_taken_there() -> None:
    """Sending 12.6 there and back for 1.2 would be cheaper than a swap for 3: the net flow counts."""
    case = due(toy(), 0.6)
    found = answer(case)

    assert found.flow("B>A") == pytest.approx([0.0])
    assert found.flow(DETOUR) - found.flow("B>A") == pytest.approx([12.6])


def test_a_landing_point_keeps_within_its_usual_shares() -> None:
    """At least 0.2 and at most 0.3 of what lands in B by both ways: 4 of 20; if the detour were free, 6 of 20."""
    dear = due(toy(), 0.2, most=0.3)
    cheap = dear.with_("pipelines", cost=0.0 * dear.pipelines.cost + (dear.pipelines.id == "S>B")[:, None])

    assert answer(dear).flow(DETOUR) == pytest.approx([4.0])
    assert answer(cheap).flow(DETOUR) == pytest.approx([6.0])


@pytest.mark.parametrize(("share", "most"), [(0.6, None), (0.2, 0.3)])
def test_an_independent_reading_of_the_rows_costs_the_same(share: float, most: float | None) -> None:
    case = due(toy(), share, most=most)

    assert answer(case).cost == pytest.approx(least_cost(case), rel=1e-9)


def test_a_share_of_nothing_leaves_no_trace() -> None:
    assert answer(due(toy(), 0.0)).cost == pytest.approx(answer(toy()).cost)
    assert tables(answer(toy()))["delivery_points"].empty


# On packages ----------------------------------------------------------------------------------------------------------


def entries(**flows: float) -> list[dict]:
    """What landed at each entry in every month of the two years before the toy's horizon."""
    months = [f"{year}-{month:02}-01" for year in (BASE_YEAR - 1, BASE_YEAR) for month in range(1, 13)]
    return [
        {"month": month, "entry": entry, "origin": "XX", "node": "BB", "energy_gwh": flow, "days_reported": 30}
        | {"as_of": month}
        for month in months
        for entry, flow in flows.items()
    ]


LANDINGS = [
    {"supplier": "XX", "entry": "east", "from_node": "XX", "to_node": "AA_N"},
    {"supplier": "XX", "entry": "south", "from_node": "XX", "to_node": "BB"},
]
POINTS = [{"contract": "xx_aland", "from_node": "AA_S", "to_node": "CC", "share": 0.3, "point": "Border"}]


def test_a_small_package_reads_points_and_landings(tmp_path) -> None:
    """The one contract crosses to CC with 0.3 until it ends on 30 June; 3 of 4 GWh landed in the east."""
    folder = write_toy(
        tmp_path / "toy",
        delivery_points=POINTS,
        landing_points=LANDINGS,
        observed_border_entries_monthly=entries(east=300.0, south=100.0),
    )
    data = load_data(folder, accept_errors=True)
    scenario = with_changes(load_scenario("reference", folder), delivery_points=True)
    part = base_case(data.at(scenario.as_of), scenario).delivery_points

    assert part.id.tolist() == ["XX at AA_S>CC", "XX at XX>AA_N", "XX at XX>BB"]
    assert part.least[0] == pytest.approx([0.3] * 6 + [0.0] * 6)
    assert part.least[1:, 0] == pytest.approx([0.75, 0.25])
    assert part.most[1:, 0] == pytest.approx([0.75, 0.25])
    assert run(scenario, data)["delivery_points"]["point"].nunique() == 3


def test_a_landing_point_that_a_contract_names_takes_at_least_its_share(tmp_path) -> None:
    """Half of what lands is due in the south, where a quarter did: one point, with the greater of both shares."""
    due_south = {"contract": "xx_aland", "from_node": "XX", "to_node": "BB", "share": 0.5, "point": "South"}
    folder = write_toy(
        tmp_path / "toy",
        delivery_points=[due_south],
        landing_points=LANDINGS,
        observed_border_entries_monthly=entries(east=300.0, south=100.0),
    )
    data = load_data(folder, accept_errors=True)
    scenario = with_changes(load_scenario("reference", folder), delivery_points=True)
    part = base_case(data.at(scenario.as_of), scenario).delivery_points

    assert part.id.tolist() == ["XX at XX>AA_N", "XX at XX>BB"]
    assert part.least[1] == pytest.approx([0.5] * 6 + [0.25] * 6)  # the contract ends in June
    assert part.most[1] == pytest.approx([0.5] * 6 + [0.25] * 6)
    assert part.least[0] == pytest.approx([0.75] * 12)
    found = run(scenario, data)
    assert found["delivery_points"]["point"].nunique() == 2


@pytest.mark.parametrize("points", [None, []])
def test_a_package_without_rows_is_the_package_without_the_mechanism(points: list | None) -> None:
    scenario = with_changes(load_scenario("reference", toy_data().root), delivery_points=True)
    data = toy_data().at(scenario.as_of)
    if points is not None:
        data = replace(data, tables={**data.tables, "delivery_points": data["contracts"].head(0)})

    assert base_case(data, scenario).delivery_points is None


def test_landing_points_without_observations_are_an_error_in_words(tmp_path) -> None:
    folder = write_toy(tmp_path / "toy", landing_points=LANDINGS, observed_border_entries_monthly=entries(east=300.0))
    data = load_data(folder, accept_errors=True)
    scenario = with_changes(load_scenario("reference", folder), delivery_points=True)

    with pytest.raises(DataError, match=r"(?s)border_entries_monthly.csv.*all landing points of XX"):
        base_case(data.at(date.fromisoformat(AS_OF)), scenario)


@pytest.fixture(scope="module")
def reference(data: GasData) -> Scenario:
    return with_changes(load_scenario("reference", data.root), resolution="month")


def net(results, there: str, back: str) -> float:
    """Net flow over a border in the first year, TWh."""
    energy = results["flows"].query("period <= 12").groupby("pipeline", observed=True)["energy_gwh"].sum() / 1e3
    return float(energy[there] - energy[back])


def test_italian_contracts_bring_gas_over_the_brenner_side_of_austria(reference: Scenario, data: GasData) -> None:
    """Contracts at Tarvisio are 240 TWh of 1,200; left out, the gas that Italy burns comes by whatever is cheapest."""
    taken = run(with_changes(reference, delivery_points=True), data)
    free = run(with_changes(reference, delivery_points=False), data)

    assert 180.0 < net(taken, "tarvisio_at_it", "tarvisio_it_at") < 290.0
    assert net(free, "tarvisio_at_it", "tarvisio_it_at") < 120.0
    assert net(taken, "baumgarten_sk_at", "baumgarten_at_sk") > net(taken, "tarvisio_at_it", "tarvisio_it_at")


def test_landing_shares_are_those_of_the_two_years_before(reference: Scenario, data: GasData) -> None:
    case = base_case(data.at(reference.as_of), with_changes(reference, delivery_points=True))
    part = case.delivery_points
    norway = np.array([name.startswith(("NO at NO", "NO at EMD")) for name in part.id])
    seen = data["observed_border_entries_monthly"].query("entry == 'dornum' and month >= '2020' and month < '2022'")

    assert norway.sum() == 5
    assert part.least[norway].sum(axis=0).max() < 1.0 < part.most[norway].sum(axis=0).min()
    assert len(seen) == 24
    assert input_tables(case)["delivery_points"]["point"].nunique() == len(part.id)
