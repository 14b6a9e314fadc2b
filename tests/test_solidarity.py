"""Markets outside every solidarity group keep what they have bought, produce and store.

The toy: OWN produces 10 and burns 10; NEAR burns 30 and has 20. A line of 20 leads from OWN to NEAR. Everybody's
customers cost 1,000 EUR/MWh and more to cut, in ten slices of rising cost.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import oracle
import pandas as pd
import pytest
from cases import answer, tables, with_voluntary
from examples import tries
from hypothesis import given, settings
from hypothesis import strategies as st
from toy_package import MONTHS, toy_data, write_toy
from toy_package import tables as toy_tables

from energy_model import GasData, Scenario, load_data, load_scenario, run, with_changes
from energy_model.data.check import check_tables
from energy_model.data.package import Package
from energy_model.fast import optimum
from energy_model.lp import compile_model, solve
from energy_model.model import build_model
from energy_model.model.recompile import Recompiler
from energy_model.plan.foresight import solve_scenario
from energy_model.results.inputs import input_tables
from energy_model.scenario import apply
from energy_model.scenario.case import Case
from energy_model.scenario.kept_gas import with_kept
from energy_model.scenario.measures.supply import SupplyCut
from energy_model.scenario.solidarity import Solidarity
from energy_model.scenario.toy import INDUSTRY, toy_case, toy_world
from energy_model.scenario.world import base_case


def toy(periods: int = 1, produced: float = 10.0, **parts: object) -> Case:
    return toy_case(
        demand={"OWN": [10.0] * periods, "NEAR": [30.0] * periods},
        pipelines={("OWN", "NEAR"): (20.0, 1.0), ("SELL", "NEAR"): (50.0, 1.0), ("SELL", "OWN"): (20.0, 1.0)},
        supply={"OWN": (produced, 10.0), "SELL": (20.0, 10.0)},
        periods=periods,
        slices=10,
        **parts,
    )


def outside(case: Case, *codes: str, lng: float = 0.0, lng_of_year: float = 0.0, **contracts: float) -> Case:
    """The case in which some markets share with nobody; contracts of OWN as pipeline ``A_B`` = GWh/d."""
    at = np.array([case.node(code) for code in codes])
    shape = (len(codes), len(case.timeline))
    lines = [str(line).replace("_", ">") for line in contracts]
    ways = tuple((int(np.flatnonzero(case.pipelines.id == line)[0]),) for line in lines)
    bought = np.zeros((len(lines), *shape))
    for number, quantity in enumerate(contracts.values()):
        bought[number, codes.index("OWN")] = quantity
    part = Solidarity(
        node=at,
        lng=np.full(shape, lng),
        lng_of_year=lng_of_year,
        kept=np.zeros(shape),
        kept_stock=np.zeros(len(codes)),
        contract=np.array(lines, dtype=str),
        seller=np.array([line.split(">")[0] for line in lines], dtype=str),
        deliveries=ways,
        ways=ways,
        bought=bought,
    )
    return with_kept(replace(case, solidarity=part), case)


def test_a_market_outside_is_not_cut_for_gas_that_it_produces() -> None:
    """10 are short. All sharing, everybody goes without a quarter; apart, NEAR goes without 10 and OWN without none."""
    together, apart = answer(toy()), answer(outside(toy(), "OWN"))

    assert together.curtailed("OWN") == pytest.approx([2.0], abs=1.0), "a quarter of 10, within a slice"
    assert together.curtailed("NEAR").sum() + together.curtailed("OWN").sum() == pytest.approx(10.0)
    assert apart.curtailed("OWN") == pytest.approx([0.0])
    assert apart.curtailed("NEAR") == pytest.approx([10.0])


def test_it_shares_what_it_lacks_beyond_what_it_keeps() -> None:
    """OWN produces 6 of 10: at most 4 may be cut. 14 of 40 are short, so that it is cut by about a third, 3 to 4."""
    found = answer(outside(toy(produced=6.0), "OWN"))

    assert 3.0 <= found.curtailed("OWN")[0] <= 4.0 + 1e-6
    assert found.curtailed("NEAR").sum() + found.curtailed("OWN").sum() == pytest.approx(14.0)


def test_it_sells_what_its_customers_leave_at_a_price() -> None:
    """Half of OWN's demand leaves at 50 EUR/MWh: those 5 go to NEAR, which lacks 5 less; nobody in OWN is cut."""
    case = with_voluntary(toy(), ("industry at 50", INDUSTRY, 0.5, 50.0))
    only_own = case.demand.voluntary_share.copy()
    only_own[case.node("NEAR")] = 0.0
    found = answer(outside(case.with_("demand", voluntary_share=only_own), "OWN"))

    assert found.flow("OWN>NEAR") == pytest.approx([5.0])
    assert found.curtailed("OWN") == pytest.approx([0.0])
    assert found.curtailed("NEAR") == pytest.approx([5.0])


def test_gas_of_others_passes_through_while_its_customers_are_cut() -> None:
    """SELL reaches NEAR by way of OWN alone, which owns nothing: both are cut alike, as without the mechanism."""
    case = toy_case(
        demand={"OWN": 10.0, "NEAR": 30.0},
        pipelines={("SELL", "OWN"): (50.0, 1.0), ("OWN", "NEAR"): (50.0, 1.0)},
        supply={"SELL": (20.0, 10.0)},
        slices=10,
    )
    together, apart = answer(case), answer(outside(case, "OWN"))

    assert apart.curtailed("OWN") == pytest.approx(together.curtailed("OWN"))
    assert apart.flow("OWN>NEAR")[0] > 10.0


def test_a_contract_counts_for_what_the_seller_and_the_way_bring_of_it(data: GasData) -> None:
    """OWN has a contract of 10 with SELL. A cut of half leaves 5 of it, a line of 4 leaves 4."""
    case = outside(toy(produced=0.0), "OWN", SELL_OWN=10.0)
    half = SupplyCut(kind="supply_cut", supplier="SELL", remaining_share=0.5).apply(case, data)
    capacity = np.where(case.pipelines.id[:, None] == "SELL>OWN", 4.0, case.pipelines.capacity)
    narrow = case.with_("pipelines", capacity=capacity)

    assert case.solidarity.kept == pytest.approx(10.0)
    assert with_kept(half, case).solidarity.kept == pytest.approx(5.0)
    assert with_kept(narrow, case).solidarity.kept == pytest.approx(10.0 * 4.0 / 20.0)


def test_a_contract_is_served_before_others_share_the_rest_of_the_seller() -> None:
    """SELL has 20 for 40. OWN, without wells, has 8 of them under contract: it is cut by 2, NEAR by 18."""
    found = answer(outside(toy(produced=0.0), "OWN", SELL_OWN=8.0))

    assert found.curtailed("OWN") == pytest.approx([2.0])
    assert found.curtailed("NEAR") == pytest.approx([18.0])


def test_stock_serves_its_own_customers_before_others() -> None:
    """Two days, 10 in OWN's store and 15 produced: it lacks 5 over both and has 10, so that nobody there is cut."""
    case = toy(periods=2, produced=7.5, storage={"OWN": (10.0, 10.0, 10.0, 10.0)})
    together, apart = answer(case), answer(outside(case, "OWN"))

    assert together.curtailed("OWN").sum() > 1.0
    assert apart.curtailed("OWN").sum() == pytest.approx(0.0)


def test_lng_shrinks_with_what_europe_attracts_and_with_terminals() -> None:
    """4 a day bought in a year in which all landed 8 a day. Europe attracts half as much now: 2 are kept."""
    case = toy_case(demand={"OWN": 10.0}, lng={"OWN": (3.0, 20.0, 1.0)}, periods=31)
    days = float(case.timeline.days.sum())
    limited = case.with_("lng", europe_limit=np.full_like(case.lng.europe_limit, 4.0 * days))

    def kept(one: Case, lng: float) -> np.ndarray:
        return outside(one, "OWN", lng=lng, lng_of_year=8.0 * 365.0).solidarity.kept

    assert kept(limited, 4.0) == pytest.approx(2.0)
    assert kept(limited, 8.0) == pytest.approx(3.0), "the terminal takes in no more"


@pytest.mark.parametrize("elasticity", [0.001, 0.1, 1.0])
@pytest.mark.parametrize(("lost", "kept"), [(0.0, 15.0), (5.0, 14.25), (10.0, 10.0), (15.0, 5.0), (30.0, 0.0)])
def test_an_outage_leaves_a_market_no_more_than_arrives(lost: float, kept: float, elasticity: float) -> None:
    """Of 100 that an exporter loads 80 go overseas and 20 come, 15 of them bought by OWN.

    A loss shrinks purchases in proportion, 5 of 100 by a twentieth; and if buyers overseas give nothing up, 20 less
    the loss arrive. Where they do give way more arrives than is kept, and the market shares it.
    """
    case = toy_case(demand={"OWN": [20.0]}, lng={"OWN": (100.0, 100.0, 0.0)}, days=30)
    world = toy_world(case, {"Overseas": (80.0, 20.0)}, elasticity)
    limit = case.timeline.month_days.sum(axis=1) * 20.0
    loaded = np.full_like(case.lng.rate, 100.0)
    less = case.with_("lng", rate=loaded - lost, offered=loaded, europe_limit=limit)
    keeps = outside(replace(less, lng_world=world), "OWN", lng=15.0, lng_of_year=20.0 * 365.0)

    assert keeps.solidarity.kept == pytest.approx(kept)
    assert answer(keeps).sendout("OWN").sum() >= kept - 0.1


def test_a_world_that_asks_for_more_leaves_less_to_keep() -> None:
    """Buyers overseas are expected to take 90 of 100 instead of 80: half as much comes, and half is kept."""
    case = toy_case(demand={"OWN": [20.0]}, lng={"OWN": (100.0, 100.0, 0.0)}, days=30)
    limit = case.timeline.month_days.sum(axis=1) * 10.0
    world = toy_world(case, {"Overseas": (90.0, 20.0)}, 0.1)
    keeps = outside(
        replace(case.with_("lng", europe_limit=limit), lng_world=world), "OWN", lng=15.0, lng_of_year=20.0 * 365.0
    )

    assert keeps.solidarity.kept == pytest.approx(7.5)


def test_kept_gas_that_cannot_be_brought_is_told_and_nothing_breaks() -> None:
    """The line from the store of gas is shut after the contract was counted: OWN is cut by all that it keeps."""
    case = outside(toy(produced=0.0), "OWN", SELL_OWN=10.0)
    capacity = np.where(case.pipelines.to_node[:, None] == case.node("OWN"), 0.0, case.pipelines.capacity)
    found = answer(case.with_("pipelines", capacity=capacity))

    assert found.curtailed("OWN") == pytest.approx([10.0])
    assert tables(found)["kept_gas"]["ceded_gwh_per_day"].to_numpy() == pytest.approx([10.0])


@given(
    produced=st.integers(0, 12),
    sold=st.integers(0, 40),
    stored=st.integers(0, 20),
    burnt=st.lists(st.integers(1, 20), min_size=3, max_size=3),
)
@settings(max_examples=tries(25), deadline=None)
def test_nobody_outside_goes_short_of_its_own_gas_so_that_another_may_burn_it(
    produced: int, sold: int, stored: int, burnt: list[int]
) -> None:
    """In each day cut by at most its deficit, over all days by at most that less its stock; cost never falls."""
    case = toy_case(
        demand={"OWN": [float(rate) for rate in burnt], "NEAR": [15.0] * 3},
        pipelines={("OWN", "NEAR"): (20.0, 1.0), ("SELL", "NEAR"): (50.0, 1.0), ("SELL", "OWN"): (20.0, 1.0)},
        supply={"OWN": (float(produced), 10.0), "SELL": (float(sold), 10.0)},
        storage={"OWN": (20.0, 20.0, 20.0, float(stored))},
        periods=3,
        slices=5,
    )
    kept = outside(case, "OWN")
    found = answer(kept)
    deficit = np.maximum(np.array(burnt, dtype=float) - produced, 0.0)

    assert (found.curtailed("OWN") <= deficit + 1e-6).all()
    assert found.curtailed("OWN").sum() <= max(deficit.sum() - stored, 0.0) + 1e-6
    assert found.cost >= answer(case).cost - 1e-6
    assert oracle.least_cost(kept) == pytest.approx(found.cost)
    assert answer(kept, sliced=True).cost == pytest.approx(found.cost)


def test_another_purchase_is_another_number_and_no_other_model() -> None:
    one, other = outside(toy(), "OWN", SELL_OWN=5.0), outside(toy(), "OWN", SELL_OWN=7.0)
    recompiler = Recompiler()

    for case in (one, other, toy(), one):
        assert recompiler.matrix(case).equals(compile_model(build_model(case)))
    assert input_tables(other)["kept"]["kept_gwh_per_day"].tolist() == [17.0]
    assert input_tables(toy()).get("kept") is None


# On the data ----------------------------------------------------------------------------------------------------------

OUTSIDE = {"BA", "BY", "CH", "GB", "KGD", "MD", "MK", "RS", "TR", "UA"}


@pytest.fixture(scope="module")
def cut(data: GasData) -> Scenario:
    return with_changes(load_scenario("full_cutoff_february", data.root), resolution="month", solidarity_groups=True)


def with_table(data: GasData, name: str, table: pd.DataFrame | None) -> GasData:
    """The package with another table, or without it."""
    others = {key: one for key, one in data.tables.items() if key != name}
    return replace(data, tables=others if table is None else others | {name: table})


def test_markets_outside_the_union_keep_their_gas(cut: Scenario, data: GasData) -> None:
    case = apply(cut, data)
    part = case.solidarity
    of = dict(zip(case.nodes[part.node].tolist(), part.kept, strict=True))
    year = case.timeline.days / case.timeline.days.sum() * 365.0

    assert set(of) == OUTSIDE
    assert 560e3 < float(of["TR"] @ year) < 640e3, "590 TWh: 451 under contract, 150 of LNG and its own"
    assert 800e3 < float(of["GB"] @ year) < 950e3, "883 TWh a year, and two winters in fifteen months"
    assert of["CH"].sum() == pytest.approx(0.0), "it buys from neighbours"
    assert of["RS"][-1] < of["RS"][0], "its seller has stopped"


def test_a_full_cut_leaves_turkiye_what_it_bought_and_the_union_short_of_it(cut: Scenario, data: GasData) -> None:
    """The shortage of the Union grows by what others are cut less; nothing is gained or lost."""
    apart, together = solve_scenario(cut, data), solve_scenario(with_changes(cut, solidarity_groups=False), data)
    days, case = apart.case.timeline.days, apart.case
    codes = case.nodes[case.is_market].tolist()

    def curtailed(found: object) -> np.ndarray:
        return (found.values["curtailment"].sum(axis=1) @ days) / 1e3

    before, after = curtailed(together), curtailed(apart)
    union = case.inside("EU27")[case.is_market]

    assert before[codes.index("TR")] > 50.0
    assert after[codes.index("TR")] == pytest.approx(0.0, abs=0.1)
    assert after[codes.index("UA")] < before[codes.index("UA")]
    assert 90.0 < after[union].sum() - before[union].sum() < 130.0
    assert after.sum() == pytest.approx(before.sum(), abs=5.0)
    assert apart.values["ceded"].sum() == pytest.approx(0.0, abs=1e-6)


def test_where_nobody_is_cut_nothing_changes(data: GasData) -> None:
    reference = with_changes(load_scenario("reference", data.root), resolution="month")
    apart = solve_scenario(with_changes(reference, solidarity_groups=True), data)

    assert apart.objective_keur == pytest.approx(solve_scenario(reference, data).objective_keur)


@pytest.mark.parametrize("how", ["off", "no table", "one group"])
def test_left_out_or_with_everybody_in_one_group_it_leaves_no_trace(how: str, cut: Scenario, data: GasData) -> None:
    group = data.tables["solidarity"].assign(group=data.storyline.everybody)
    vintage = data.at(cut.as_of)
    package = {"off": vintage, "no table": with_table(vintage, "solidarity", None)}.get(
        how, with_table(vintage, "solidarity", group)
    )
    scenario = with_changes(cut, solidarity_groups=how != "off")
    plain = base_case(vintage, with_changes(cut, solidarity_groups=False))

    case = base_case(package, scenario)

    assert case.solidarity is None
    assert compile_model(build_model(case)).equals(compile_model(build_model(plain)))


def test_the_fast_way_gives_what_the_plain_one_gives(cut: Scenario, data: GasData) -> None:
    case = apply(cut, data)
    matrix = compile_model(build_model(case))

    assert optimum(matrix, case)[0].objective == pytest.approx(solve(matrix).objective, rel=1e-9)


def test_a_route_that_stops_takes_its_contract_with_it(cut: Scenario, data: GasData) -> None:
    """Moldova's contract comes through Ukraine: without that way nothing of it is kept."""
    stop = with_changes(load_scenario("ukraine_transit_stops", data.root), resolution="month", solidarity_groups=True)
    case, before = apply(stop, data), base_case(data.at(stop.as_of), stop)
    moldova = case.nodes[case.solidarity.node].tolist().index("MD")
    march = case.timeline.starts.index(date(2022, 3, 1))

    assert before.solidarity.bought[:, moldova, march].sum() > 50.0
    assert case.solidarity.kept[moldova, march] == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize(
    ("table", "column", "value", "words"),
    [
        ("solidarity", "group", "EU28", "no such group"),
        ("purchases", "node", "DE", "shares with its group"),
        ("purchases", "supplier", "XX", "no such supplier"),
        ("purchases", "energy_gwh", 9e6, "figures of this kind"),
    ],
)
def test_a_row_that_cannot_be_meant_is_found(table: str, column: str, value: object, words: str, data: GasData) -> None:
    changed = data.tables[table].copy()
    changed.loc[changed.index[0], column] = value
    if column == "energy_gwh":
        changed["high_gwh"] = changed["high_gwh"].clip(lower=9e6)
    found = check_tables(Package.open(data.root), {**data.tables, table: changed}, about=[table])

    assert any(words in problem.text for problem in found)


def test_a_package_of_other_names_says_who_shares(tmp_path: Path) -> None:
    """CC lies outside UNION and bought 9 GWh a day by ship and 6 of XX; YY and XX stop, and so does what XX brings."""
    bought = [
        {"node": "CC", "supplier": supplier, "route": route, "month": month, "energy_gwh": rate * days}
        for supplier, route, rate in (("LNG", "", 9.0), ("YY", "north_line", 6.0))
        for month, days in enumerate(MONTHS, 1)
    ]
    terminal = {"terminal": "cc_lng", "name": "Celand LNG", "node": "CC", "kind": "onshore", "status": "operating"}
    terminal |= {"sendout_capacity_gwh_per_day": 5.0, "latitude": 42.0, "longitude": 12.0}
    terminals = [*toy_tables()["lng_terminals"], terminal]
    folder = write_toy(tmp_path / "toy", solidarity=[{"group": "UNION"}], purchases=bought, lng_terminals=terminals)
    with_tables, without = load_data(folder, accept_errors=True), toy_data()
    scenario = with_changes(load_scenario("both_stop", folder), solidarity_groups=True)

    part = apply(scenario, with_tables).solidarity

    assert apply(scenario, with_tables).nodes[part.node].tolist() == ["CC"]
    assert part.kept[0, :3] == pytest.approx(5.0 + 6.0), "the terminal takes in 5; YY sends what was bought"
    assert part.kept[0, 3:] == pytest.approx(5.0), "YY has stopped"
    assert apply(scenario, without).solidarity is None


def test_results_say_what_could_not_be_brought(cut: Scenario, data: GasData) -> None:
    assert run(cut, data)["kept_gas"]["ceded_gwh_per_day"].sum() == pytest.approx(0.0, abs=1e-6)
