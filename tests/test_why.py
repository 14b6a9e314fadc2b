"""Why a country is short: the ring of full places around it is a minimum cut, and only it would help."""

from __future__ import annotations

from datetime import date

import networkx as nx
import numpy as np
import pytest
from cases import answer, as_solved, networks
from examples import tries
from hypothesis import given, settings

from energy_model.errors import ResultError
from energy_model.fast import optimum
from energy_model.impact.bottlenecks import PIPELINE, TERMINAL, Ring, curtailed, ring
from energy_model.impact.study import study
from energy_model.impact.why import why, why_short
from energy_model.lp import compile_model
from energy_model.model import build_model
from energy_model.report.answers import write_answers
from energy_model.results.plan_totals import served
from energy_model.scenario.case import Case
from energy_model.scenario.toy import toy_case

approx = pytest.approx
EPSILON_GWH_PER_DAY = 0.01
PLENTY = 1e9


def corridor() -> Case:
    """Russia's pipe to Germany is closed and Norway's is full; Italy has gas to spare and no pipe.

    Germany asks for 30 and Czechia for 10: they share Norway's 20 equally, so that 5 of a possible 8 go on to Czechia.
    """
    return toy_case(
        demand={"DE": 30.0, "CZ": 10.0, "IT": 5.0},
        pipelines={("RU", "DE"): (0.0, 1.0), ("NO", "DE"): (20.0, 1.0), ("DE", "CZ"): (8.0, 0.0)},
        supply={"RU": (50.0, 5.0), "NO": (60.0, 5.0), "IT": (8.0, 5.0)},
        slices=20,
    )  # fmt: skip


def ring_of(case: Case, node: str, period: int = 0) -> Ring:
    return ring(as_solved(answer(case)), case.node(node), period)


def total_cut(case: Case, zone: np.ndarray | None = None, period: int = 0) -> float:
    """GWh/d cut in the markets of a zone in a period."""
    matrix = compile_model(build_model(case))
    cut = matrix.values(optimum(matrix, case)[0].col_value, "curtailment")[:, :, period].sum(axis=1)
    return float(cut.sum() if zone is None else cut[zone[case.is_market]].sum())


def test_germany_is_short_because_norway_is_full_and_nord_stream_is_closed():
    found = ring_of(corridor(), "DE")

    names = {corridor().pipelines.id[place.index] for place in found.places if place.kind == PIPELINE}
    assert {"RU>DE", "NO>DE"} == names
    assert {"CZ", "DE"} == set(corridor().nodes[found.zone])
    assert approx(20.0) == sum(place.used_gwh_per_day for place in found.places)


def test_behind_a_full_pipe_a_country_has_a_ring_of_its_own():
    """With 9 asked in Germany, the pipe to Czechia is full and keeps Czechia 2 short."""
    case = corridor()
    rate = case.demand.rate.copy()
    rate[case.node("DE")] *= 0.3
    found = ring_of(case.with_("demand", rate=rate), "CZ")

    assert ["DE>CZ"] == [case.pipelines.id[place.index] for place in found.places]
    assert ["CZ"] == case.nodes[found.zone].tolist()
    price = 1_000.0 - 5.0 - 1.0
    assert approx(price, abs=11.0) == found.binding[0].worth_eur_per_mwh, "curtailed gas less Norway's at the border"


@settings(max_examples=tries(40), deadline=None)
@given(networks())
def test_the_ring_carries_what_the_zone_uses_and_lets_nothing_more_in(case):
    """`ring` raises if the zone's balance does not close; the reach of a node contains the node."""
    solved = as_solved(answer(case))
    cut = curtailed(solved)
    for market, code in enumerate(case.nodes[case.is_market]):
        for period in np.flatnonzero(cut[market] > 1e-3):
            found = ring(solved, case.node(code), int(period))
            assert found.zone[case.node(code)]


@settings(max_examples=tries(40), deadline=None)
@given(networks())
def test_on_a_day_without_stores_volumes_and_ships_the_ring_is_a_minimum_cut(case):
    """networkx: the largest flow into all demand is what is served, and the zone's ring is a cut of that width."""
    case = one_day(case)
    solved = as_solved(answer(case))
    graph, asked = network(case), float(case.demand.rate.sum())
    flow = nx.maximum_flow_value(graph, "all supply", "all demand")
    assert approx(asked - flow, abs=1e-6 * max(asked, 1.0)) == curtailed(solved).sum()

    for market, code in enumerate(case.nodes[case.is_market]):
        if curtailed(solved)[market, 0] <= 1e-3:
            continue
        found = ring(solved, case.node(code), 0)
        zone = set(case.nodes[found.zone].tolist())
        inside = graph.copy()
        for other in case.nodes[~found.zone]:
            inside.add_edge("all supply", other, capacity=PLENTY)
            inside.remove_edge(other, "all demand")
        widest = nx.maximum_flow_value(inside, "all supply", "all demand")
        assert approx(widest, abs=1e-6 * max(asked, 1.0)) == sum(place.used_gwh_per_day for place in found.places), zone


def one_day(case: Case) -> Case:
    """The first period without stores, ships, contracts, losses and prices at which anybody saves."""
    return toy_case(
        demand={code: float(case.demand.rate[case.node(code)].sum(axis=0)[0]) for code in case.nodes[case.is_market]},
        pipelines={
            (str(case.nodes[a]), str(case.nodes[b])): (float(capacity), float(price))
            for a, b, capacity, price in zip(
                case.pipelines.from_node, case.pipelines.to_node, case.pipelines.capacity[:, 0],
                case.pipelines.cost[:, 0], strict=True,
            )
        },
        supply={
            str(code): (float(case.supply.rate[case.supply.node == n, 0].sum()), 10.0)
            for n, code in enumerate(case.nodes)
        },
        curtailment_cost=5_000.0,
    )  # fmt: skip


def network(case: Case) -> nx.DiGraph:
    graph = nx.DiGraph()
    for code, demand in zip(case.nodes, case.demand.rate.sum(axis=(1, 2)), strict=True):
        graph.add_edge(code, "all demand", capacity=float(demand))
    for n, rate in zip(case.supply.node, case.supply.rate[:, 0], strict=True):
        graph.add_edge("all supply", case.nodes[n], capacity=float(rate))
    lines = case.pipelines
    for a, b, capacity in zip(lines.from_node, lines.to_node, lines.capacity[:, 0], strict=True):
        graph.add_edge(case.nodes[a], case.nodes[b], capacity=float(capacity))
    return graph


@settings(max_examples=tries(25), deadline=None)
@given(networks())
def test_only_a_wider_ring_lowers_the_shortage(case):
    """Half a GWh a day more at the most valuable place of the ring helps the zone; more anywhere outside does not."""
    case = one_day(case)
    solved = as_solved(answer(case))
    short = np.flatnonzero(curtailed(solved)[:, 0] > 0.1)
    if not short.size:
        return
    code = case.nodes[case.is_market][short[0]]
    found = ring(solved, case.node(code), 0)
    before = total_cut(case, found.zone)
    ringed = {(place.variable, place.index) for place in found.places}
    worth = {(place.variable, place.index) for place in found.binding}
    for key in [
        *(("flow", k) for k in range(len(case.pipelines.id))),
        *(("supply", k) for k in range(len(case.supply.node))),
    ]:
        after = total_cut(widened(case, *key), found.zone)
        if key in worth:
            assert after < before - 1e-6, f"{key} is on the ring"
        elif key not in ringed:
            assert after > before - 1e-6, f"{key} is not on the ring"


def widened(case: Case, variable: str, index: int) -> Case:
    part, field = ("pipelines", "capacity") if variable == "flow" else ("supply", "rate")
    more = getattr(getattr(case, part), field).copy()
    more[index] += EPSILON_GWH_PER_DAY
    wider = case.with_(part, **{field: more})
    return wider.with_("supply", volume=wider.supply.rate @ case.timeline.days)


def test_a_pipe_from_where_no_gas_is_relieves_nobody():
    """Of two idle pipes without capacity only that from a seller with gas to spare would help."""
    case = toy_case(
        demand={"DE": 10.0, "PL": 0.0},
        pipelines={("RU", "DE"): (4.0, 1.0), ("PL", "DE"): (0.0, 1.0), ("NO", "DE"): (0.0, 1.0)},
        supply={"RU": (4.0, 10.0), "NO": (9.0, 10.0)},
    )
    found = ring_of(case, "DE")

    ways = {case.pipelines.id[place.index] for place in found.binding if place.variable == "flow"}
    assert "NO>DE" in ways
    assert "PL>DE" not in ways


@pytest.fixture(scope="module")
def cut():
    return study("full_cutoff_february", resolution="month")


def test_the_answer_names_places_and_what_they_are_worth(cut):
    told = why(cut)

    assert told.words.startswith("Hardest hit: Germany")
    assert (told.table["worth_eur_per_mwh"] > 0.0).all()
    assert {"pipeline", "LNG terminal"} & set(told.table["kind"])
    for country in told.table["country"].unique():
        assert country in told.words


def test_more_gas_at_the_first_relief_lowers_the_zones_shortage(cut):
    """On the network of Europe, the last plan: a free GWh a day there against one outside the zone."""
    found = why_short(cut, "DE")
    case, matrix = cut.case, cut.matrix
    base = optimum(matrix, case)[0]
    first = found.ring.binding[0]
    assert first.worth_eur_per_mwh > 0.0

    def cost_with(node: int) -> float:
        balance = matrix.rows["balance"]
        t = found.period - 1
        lower = matrix.block_array("row_lower", "balance").copy()
        lower[node, t] -= 1.0
        upper = matrix.block_array("row_upper", "balance").copy()
        upper[node, t] -= 1.0
        assert balance.shape == lower.shape
        return optimum(matrix.with_rows("balance", lower=lower, upper=upper), case)[0].objective

    days = case.timeline.days[found.period - 1]
    saved = base.objective - cost_with(first.node)
    assert saved / days == approx(float(first.worth_eur_per_mwh), rel=0.6)
    outside = int(np.flatnonzero(~found.ring.zone & case.is_market)[0])
    assert base.objective - cost_with(outside) < saved


def test_where_nobody_is_short_the_answer_says_so_and_can_still_be_written(tmp_path):
    calm = study("nord_stream_1_stops", resolution="month")
    told = why(calm)

    assert "No country of the EU27 is short" in told.words
    assert not told.applies
    assert not told.tables
    assert write_answers([told], calm, tmp_path / "why.xlsx").is_file()


def test_a_country_that_is_not_short_a_place_that_is_no_market_and_a_day_outside_are_refused(cut):
    with pytest.raises(ResultError, match="no market"):
        why_short(cut, "RU")
    with pytest.raises(ResultError, match="is not short"):
        why_short(cut, "DE", date(2022, 1, 31))
    with pytest.raises(ResultError, match="outside the horizon"):
        why_short(cut, "DE", date(2030, 1, 1))


def test_what_a_zone_is_served_is_its_demand_less_what_is_cut(cut):
    solved = cut.solved
    asked = cut.case.demand.rate[:, :, 0].sum()
    given_up = sum(solved.values[name][:, :, 0].sum() for name in ("voluntary", "curtailment"))

    assert approx(asked - given_up) == served(solved)[:, 0].sum()


def test_on_the_network_of_europe_a_wider_way_into_the_zone_saves_what_is_said_and_a_pipe_with_room_nothing(cut):
    """The most valuable pipe or terminal of Germany's ring, 1 GWh/d wider in the period; then a pipe off the ring.

    Where all LNG is taken a wider terminal brings no more of it: it saves by cutting less deep where cuts are deepest.
    """
    found = why_short(cut, "DE")
    case, matrix, t = cut.case, cut.matrix, found.period - 1
    base, days = optimum(matrix, case)[0], case.timeline.days
    place = next(place for place in found.ring.binding if place.kind in (PIPELINE, TERMINAL))
    spare = case.pipelines.capacity[:, t] - cut.solved.values["flow"][:, t] > 1.0
    off_ring = spare & ~(found.ring.zone[case.pipelines.to_node] & ~found.ring.zone[case.pipelines.from_node])

    def solved_with(variable: str, index: int):
        upper = matrix.block_array("col_upper", variable)
        upper[index, t] += 1.0
        return optimum(matrix.with_columns(variable, upper=upper), case)[0]

    def zone_short(solution) -> float:
        cut_gwh = matrix.values(solution.col_value, "curtailment").sum(axis=1) @ days
        return float(cut_gwh[found.ring.zone[case.is_market]].sum())

    wider = solved_with(place.variable, place.index)
    assert wider.objective < base.objective - 0.1
    assert approx(place.worth_eur_per_mwh, rel=0.05) == (base.objective - wider.objective) / days[t]
    elsewhere = solved_with("flow", int(np.flatnonzero(off_ring)[0]))
    assert approx(base.objective, rel=1e-9) == elsewhere.objective
    assert approx(zone_short(base), abs=1e-3) == zone_short(elsewhere)
