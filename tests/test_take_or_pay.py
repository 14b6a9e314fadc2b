"""Take-or-pay is owed pro rata of what the seller could deliver and the way could carry, however it is refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from energy_model.data import GasData
from energy_model.scenario import Case, Scenario, apply, load_scenario
from energy_model.scenario.load import with_changes
from energy_model.scenario.take_or_pay import maximum_flow
from energy_model.scenario.world import base_case

approx = pytest.approx
MARCH, HALF_YEAR = date(2022, 3, 1), date(2022, 7, 1)


@dataclass(frozen=True)
class World:
    """The reference in months, its own measures in force, and the world before them."""

    scenario: Scenario
    vintage: GasData
    base: Case

    def case(self, *measures: dict[str, object]) -> Case:
        """The case with further measures."""
        added = (*(m.model_dump() for m in self.scenario.measures), *measures)
        return apply(with_changes(self.scenario, measures=added), self.vintage, base=self.base)


@pytest.fixture(scope="module")
def world(data: GasData) -> World:
    scenario = with_changes(load_scenario("reference"), resolution="month")
    vintage = data.at(scenario.as_of)
    return World(scenario, vintage, base_case(vintage, scenario))


def owed(case: Case, contract: str) -> float:
    return float(case.contracts.floor[case.contracts.id == contract][0])


def closed(route: str, share: float = 0.0, start: date = MARCH, **more: object) -> dict[str, object]:
    return {"kind": "route_outage", "route": route, "remaining_share": share, "start": start, **more}


@pytest.mark.parametrize(
    ("route", "contract"),
    [("nord_stream_1", "RU over nord_stream_1"), ("ukraine_transit", "RU over ukraine_transit"),
     ("lithuania", "RU over lithuania"), ("transmed", "DZ over transmed"), ("blue_stream", "RU_TR over blue_stream")],
)  # fmt: skip
def test_a_closed_way_leaves_the_share_of_the_days_before(world, route: str, contract: str) -> None:
    before, case = world.case(), world.case(closed(route))

    open_days = (1.0 - case.timeline.active_share(MARCH, None)) * case.timeline.days
    by_period = before.contracts.owed[before.contracts.id == contract][0]
    assert by_period @ open_days == approx(owed(case, contract), rel=1e-6)
    assert 0.0 < owed(case, contract) < owed(before, contract)


def test_half_a_way_leaves_half_of_what_is_owed(world) -> None:
    whole = world.case()
    half = world.case({**closed("nord_stream_1", 0.5), "start": None})

    assert 0.5 * owed(whole, "RU over nord_stream_1") == approx(owed(half, "RU over nord_stream_1"), rel=1e-6)


def test_a_break_upstream_of_the_delivery_point_counts(world) -> None:
    """What leaves Russia for Belarus cannot reach Poland or Lithuania when that line is closed."""
    whole = world.case()
    case = world.case({**closed("belarus"), "start": None})

    for contract in ("RU over belarus_poland", "RU over lithuania"):
        assert owed(whole, contract) > 0.0 == approx(owed(case, contract))
    assert owed(whole, "RU over nord_stream_1") == approx(owed(case, "RU over nord_stream_1"))


def test_a_seller_that_halves_is_owed_half(world) -> None:
    whole = world.case()
    cut = {"kind": "supply_cut", "supplier": "RU", "remaining_share": 0.5}
    case = world.case(cut)
    russian = whole.contracts.supplier == "RU"

    assert 0.5 * whole.contracts.floor[russian] == approx(case.contracts.floor[russian])
    assert whole.contracts.floor[~russian] == approx(case.contracts.floor[~russian])


def test_a_seller_that_halves_over_half_a_way_is_owed_half_not_a_quarter(world) -> None:
    whole = world.case()
    cut = {"kind": "supply_cut", "supplier": "RU", "remaining_share": 0.5}
    case = world.case(cut, {**closed("nord_stream_1", 0.5), "start": None})

    assert 0.5 * owed(whole, "RU over nord_stream_1") == approx(owed(case, "RU over nord_stream_1"), rel=1e-6)


@pytest.mark.parametrize("countries", [("EU27",), ("DE",), ("EUROPE",)])
def test_one_refusal_is_one_bill_at_the_border_or_by_origin(world, countries: tuple[str, ...]) -> None:
    ban = {"kind": "import_ban", "countries": countries, "start": MARCH}
    whole = world.case()
    border, origin = (world.case({**ban, "by": by}) for by in ("border", "origin"))

    assert whole.contracts.floor == approx(border.contracts.floor)
    assert whole.contracts.floor == approx(origin.contracts.floor)


@pytest.mark.parametrize("order", [1, -1])
def test_a_ban_does_not_pay_for_an_outage_nor_an_outage_for_a_ban(world, order: int) -> None:
    ban = {"kind": "import_ban", "countries": ("EU27",), "start": MARCH}
    outage = closed("nord_stream_1", 0.0, HALF_YEAR)
    alone = world.case(outage)

    both = world.case(*[ban, outage][::order])

    assert alone.contracts.floor == approx(both.contracts.floor)


def test_nobody_owes_more_because_a_seller_offers_more(world) -> None:
    whole = world.case()
    more = world.case(
        {"kind": "extra_supply", "supplier": "NO", "channel": "pipeline", "volume_gwh_per_year": 50_000.0},
    )  # fmt: skip

    assert whole.contracts.floor == approx(more.contracts.floor)


def test_a_floor_is_never_more_than_the_delivery_point_can_carry(world) -> None:
    case = world.case()
    technical = case.pipelines.capacity if case.pipelines.technical is None else case.pipelines.technical
    most = np.array([technical[list(group)].sum(axis=0) @ case.timeline.days for group in case.contracts.pipelines])

    assert (case.contracts.floor <= most + 1e-6).all()


def test_who_is_denied_gas_by_the_seller_owes_nothing_for_it(world) -> None:
    """A retaliation that sells nobody anything leads to the bill of a full cut, not to that of a ban."""
    keys: dict[str, object] = {"remaining_share": 0.0, "start": MARCH}
    desks = [{"kind": "supply_cut", "supplier": code, **keys} for code in ("RU", "RU_TR", "RU_BY")]
    cut, denied = world.case(*desks), world.case({"kind": "retaliation", "countries": ("EUROPE",), **keys})

    assert cut.contracts.floor == approx(denied.contracts.floor)


@pytest.mark.parametrize("group", [{"countries": ("EUROPE",), "exempt": ("AT",)}, {"countries": ("DE", "IT")}], ids=str)
def test_a_cap_below_the_floor_is_a_refusal_by_the_seller_and_one_above_it_none(world, group) -> None:
    keys: dict[str, object] = {**group, "start": MARCH}
    cap: dict[str, object] = {"kind": "price_cap", "floor_eur_per_mwh": 8.0, **keys}
    denied = world.case({"kind": "retaliation", "remaining_share": 0.0, **keys})
    below, above = (world.case({**cap, "cap_eur_per_mwh": price}) for price in (6.0, 8.0))
    banned = world.case({"kind": "import_ban", "by": "origin", **keys})

    assert denied.contracts.floor == approx(below.contracts.floor)
    assert below.contracts.floor.sum() < banned.contracts.floor.sum(), "who bans owes what could have come"
    assert world.case().contracts.floor == approx(above.contracts.floor)


def test_a_seller_that_spares_a_country_is_owed_what_it_bought(world) -> None:
    keys: dict[str, object] = {"kind": "retaliation", "remaining_share": 0.0, "start": MARCH}
    whole, all_but_one = world.case(), world.case({**keys, "countries": ("EUROPE",), "exempt": ("AT",)})
    one = world.case({**keys, "countries": ("AT",)})
    nobody = world.case({**keys, "countries": ("EUROPE",)})
    none = world.case({**keys, "supplier": "NO", "countries": ("AT",)})

    forgiven = [whole.contracts.floor - case.contracts.floor for case in (one, all_but_one, nobody)]
    assert forgiven[0] + forgiven[1] == approx(forgiven[2])
    assert ["RU over ukraine_transit"] == whole.contracts.id[forgiven[0] > 1.0].tolist()
    assert whole.contracts.floor == approx(none.contracts.floor), "Austria has no contract with Norway in the data"


ARCS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.sampled_from([0.0, 0.5, 1.0, 30.0, 700.25])))


@given(ARCS)
def test_what_a_way_can_carry_is_the_maximum_flow(arcs: list[tuple[int, int, float]]) -> None:
    arcs = [(begin, end, size) for begin, end, size in arcs if begin != end]
    graph = nx.DiGraph()
    graph.add_nodes_from(range(7))
    for begin, end, size in arcs:
        known = graph.get_edge_data(begin, end, {"capacity": 0.0})["capacity"]
        graph.add_edge(begin, end, capacity=known + size)

    assert pytest.approx(nx.maximum_flow_value(graph, 0, 6)) == maximum_flow(tuple(arcs), 0, 6)
