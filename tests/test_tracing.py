"""Whose gas is consumed: tracing by proportional mixing, by hand and on random networks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from cases import answer, networks
from examples import tries
from hypothesis import given, settings
from hypothesis import strategies as st

from energy_model.plan.foresight import Solved
from energy_model.results import tracing
from energy_model.results.plan_totals import served
from energy_model.results.tracing import STOCK, STORE, UNTRACED, network_of, origins_of, seller_of
from energy_model.scenario.toy import toy_case

approx = pytest.approx


def solved(case):
    found = answer(case)
    values = {name: found.of(name) for name in found.matrix.columns}
    return Solved(None, case, values, {}, {}, found.cost, (), found.matrix, found.solution)  # type: ignore[arg-type]


def trace(run, sellers=None, stores="mixed"):
    return tracing.trace(network_of(run, sellers), stores)


def mix_of(traced, case, node, period=0):
    shares = traced.mixture[:, case.node(node), period]
    return {origin: share for origin, share in zip(traced.origins.tolist(), shares, strict=True) if share > 1e-6}


def test_transit_is_mixed_where_it_passes():
    """Germany takes 6 from Russia and 2 from Norway and sends 4 on: what it sends is three quarters Russian.

    Austria adds 2 of its own: half of what it burns is Russian, though its only border is with Germany.
    """
    case = toy_case(
        demand={"DE": 4.0, "AT": 6.0},
        pipelines={("RU", "DE"): (6.0, 1.0), ("NO", "DE"): (2.0, 1.0), ("DE", "AT"): (4.0, 1.0)},
        supply={"RU": (6.0, 10.0), "NO": (2.0, 10.0), "AT": (2.0, 5.0)},
        days=10,
    )
    traced = trace(solved(case))

    assert {"RU": approx(0.75), "NO": approx(0.25)} == mix_of(traced, case, "DE")
    burnt = traced.served_gwh(served(solved(case)))[:, case.node("AT"), 0]
    assert {"RU": approx(30.0), "NO": approx(10.0), "AT": approx(20.0)} == {
        origin: burnt[traced.rows(origin)].item() for origin in ("RU", "NO", "AT")
    }
    assert approx(60.0) == traced.served_gwh(served(solved(case)))[traced.rows("RU")].sum()


def test_a_transit_country_burns_what_it_produces_and_passes_on_what_is_left():
    """Austria produces 4, burns 6 and lets 8 of Russia's 10 through: it needs 2 of them, and Germany's 8 are Russian.

    Once Russia sends nothing Austria's customers burn the same 4: no Austrian gas is lost to Germany.
    """
    case = toy_case(
        demand={"AT": 6.0, "DE": 8.0},
        pipelines={("RU", "AT"): (10.0, 1.0), ("AT", "DE"): (8.0, 1.0)},
        supply={"RU": (10.0, 10.0), "AT": (4.0, 5.0)},
    )
    run = solved(case)
    traced = trace(run)
    burnt = traced.served_gwh(served(run))[:, :, 0]

    assert {"RU": approx(1.0)} == mix_of(traced, case, "DE")
    assert approx([2.0, 8.0]) == burnt[traced.rows("RU")[0], [case.node("AT"), case.node("DE")]]
    assert approx([4.0, 0.0]) == burnt[traced.rows("AT")[0], [case.node("AT"), case.node("DE")]]


def test_what_a_producer_does_not_burn_is_mixed_with_what_passes():
    """Austria produces 9 and burns 6; with 3 from Russia it sends 6 to Germany: half of them its own."""
    case = toy_case(
        demand={"AT": 6.0, "DE": 6.0},
        pipelines={("RU", "AT"): (3.0, 1.0), ("AT", "DE"): (6.0, 1.0)},
        supply={"RU": (3.0, 10.0), "AT": (9.0, 5.0)},
    )
    traced = trace(solved(case))

    assert {"RU": approx(0.5), "AT": approx(0.5)} == mix_of(traced, case, "DE")


def two_nodes_or_one(apart):
    """Alland produces 8 in its north, where 2 are burnt, burns 6 in its south, and lets Russian gas through the south.

    Of 10 from Russia 6 go on to Germany and 4 to a store in the south, which gives 4 on a second day of less.
    """
    north, south = ("AA_N", "AA_S") if apart else ("AA", "AA")
    inner = {(north, south): (100.0, 0.0), (south, north): (100.0, 0.0)} if apart else {}
    return toy_case(
        demand={north: (2.0, 2.0), south: (6.0, 6.0), "DE": (6.0, 6.0)} if apart else {"AA": 8.0, "DE": 6.0},
        pipelines={("RU", south): (10.0, 1.0), (south, "DE"): (6.0, 1.0), **inner},
        supply={"RU": (10.0, 10.0), north: (8.0, 5.0)},
        storage={south: (40.0, 4.0, 4.0, 10.0)},
        periods=2,
        countries={"AA_N": "AA", "AA_S": "AA"},
    )


@pytest.mark.parametrize("stores", ["source", "mixed"])
def test_a_country_of_two_nodes_burns_its_own_gas_first_as_the_same_country_of_one(stores):
    """All 8 that are burnt are its own, though 6 of them are burnt where Russian gas enters: none of that is left."""
    found = []
    for apart in (False, True):
        case = two_nodes_or_one(apart)
        run = solved(case)
        traced = trace(run, {"AA_N": "AA"}, stores)
        home = case.country == "AA"
        origins, burnt = traced.origins.tolist(), traced.served_gwh(served(run))
        found.append((origins, burnt[:, home].sum(axis=1), burnt[:, case.node("DE")], traced.kept[:, home].sum(axis=1)))
        assert approx([8.0, 8.0]) == burnt[traced.rows("AA")[0], home].sum(axis=0)
        assert approx(served(run) * case.timeline.days) == burnt.sum(axis=0)
        assert approx(served(run), abs=1e-6) == traced.kept.sum(axis=0)
    (names, *one), (same, *two) = found

    assert names == same
    for whole, parts in zip(one, two, strict=True):
        assert approx(whole, abs=1e-6) == parts


def test_nodes_of_a_country_have_one_mixture():
    """Of 8 burnt 2 are home-made: both nodes have a quarter of it, and three quarters Russian, wherever it enters."""
    case = toy_case(
        demand={"AA_N": 4.0, "AA_S": 4.0},
        pipelines={("RU", "AA_S"): (10.0, 1.0), ("AA_S", "AA_N"): (100.0, 0.0)},
        supply={"RU": (10.0, 10.0), "AA_N": (2.0, 5.0)},
        countries={"AA_N": "AA", "AA_S": "AA"},
    )
    run = solved(case)
    burnt = trace(run).served_gwh(served(run))[:, :, 0]

    assert {"RU": approx([3.0, 3.0]), "AA_N": approx([1.0, 1.0])} == {
        origin: burnt[trace(run).rows(origin)[0], case.country == "AA"] for origin in ("RU", "AA_N")
    }


def test_gas_that_circles_is_followed_to_its_source():
    """AT sends 10 to DE, DE returns 4: 6 of Russia enter AT, 2 of Norway DE; the circle changes no total.

    By hand, with a and d the Russian shares: 10 a = 6 + 4 d and 12 d = 10 a, so d = 0.75 and a = 0.9.
    """
    case = toy_case(
        demand={"DE": 8.0, "AT": 0.0},
        pipelines={("RU", "AT"): (6.0, 1.0), ("NO", "DE"): (2.0, 1.0), ("AT", "DE"): (10.0, 0.0),
                   ("DE", "AT"): (4.0, 0.0)},
        supply={"RU": (6.0, 10.0), "NO": (2.0, 10.0)},
    )  # fmt: skip
    must = np.array([[0.0], [0.0], [0.0], [4.0]])
    traced = trace(solved(case.with_("pipelines", minimum=must)))

    assert approx(0.9) == mix_of(traced, case, "AT")["RU"]
    assert approx(0.75) == mix_of(traced, case, "DE")["RU"]


def test_gas_in_store_keeps_its_origin_and_the_first_stock_stands_apart():
    """Supply of 10 against demand of 8 and then 14: 2 a day are stored for ten days, beside 20 that nobody knows."""
    case = toy_case(
        demand={"DE": (8.0, 14.0)},
        pipelines={("RU", "DE"): (10.0, 1.0)},
        supply={"RU": (10.0, 10.0)},
        storage={"DE": (100.0, 4.0, 4.0, 20.0)},
        periods=2,
        days=10,
    )
    traced = trace(solved(case.with_("storage", injection_cost=0.5)))

    assert {"RU": approx(1.0)} == mix_of(traced, case, "DE", 0)
    assert {"RU": approx(12 / 14), STOCK: approx(2 / 14)} == mix_of(traced, case, "DE", 1)
    assert [20.0, approx(40.0), approx(0.0, abs=1e-6)] == traced.stored_gwh[0].sum(axis=0).tolist()


@pytest.mark.parametrize("stores", ["source", "mixed"])
def test_a_withdrawal_is_a_source_of_its_own_or_the_gas_of_those_who_filled_the_store(stores):
    """Supply of 10 against demand of 8 and then 12: 2 a day go into an empty store and come out again, all Russian."""
    case = toy_case(
        demand={"DE": (8.0, 12.0)},
        pipelines={("RU", "DE"): (10.0, 1.0)},
        supply={"RU": (10.0, 10.0)},
        storage={"DE": (100.0, 4.0, 4.0, 0.0)},
        periods=2,
        days=10,
    )
    traced = trace(solved(case), stores=stores)

    told = {"source": {"RU": approx(10 / 12), STORE: approx(2 / 12)}, "mixed": {"RU": approx(1.0)}}
    assert told[stores] == mix_of(traced, case, "DE", 1)
    kept = {"source": [10.0, 10.0], "mixed": [8.0, 12.0]}  # a source is told net of what goes into store
    assert approx(kept[stores]) == traced.kept[traced.rows("RU")[0], case.node("DE")].tolist()


def test_a_seller_has_one_origin_by_pipe_and_one_by_ship_whatever_its_codes():
    case = toy_case(
        demand={"DE": 6.0}, pipelines={("RU_TR", "DE"): (2.0, 1.0)}, supply={"RU_TR": (2.0, 10.0)},
        lng={"DE": (4.0, 20.0, 1.0)},
    )  # fmt: skip
    traced = trace(solved(case), {"RU_TR": "RU"})

    assert {"RU": approx(1 / 3), "lng SEA": approx(2 / 3)} == mix_of(traced, case, "DE")
    assert origins_of("US") == ("US", "lng US")
    assert ("NO", "US") == (seller_of("NO"), seller_of("lng US"))


def test_codes_of_one_seller_are_traced_together():
    case = toy_case(
        demand={"DE": 6.0},
        pipelines={("RU", "DE"): (4.0, 1.0), ("RU_TR", "DE"): (2.0, 1.0)},
        supply={"RU": (4.0, 10.0), "RU_TR": (2.0, 10.0)},
    )
    apart, together = trace(solved(case)), trace(solved(case), {"RU": "RU", "RU_TR": "RU"})

    assert {"RU": approx(2 / 3), "RU_TR": approx(1 / 3)} == mix_of(apart, case, "DE")
    assert {"RU": approx(1.0)} == mix_of(together, case, "DE")


@settings(max_examples=tries(25), deadline=None)
@given(networks())
def test_every_gwh_of_an_origin_is_served_lost_or_kept(case):
    """Origins add up to what every node serves; over the horizon none is made or unmade."""
    found = solved(case)
    traced = trace(found)
    days, lines, stock = case.timeline.days, case.pipelines, case.storage
    rate = served(found)
    assert traced.mixture.min() >= -1e-9
    assert approx(np.ones((len(case.nodes), len(days)))) == traced.mixture.sum(axis=0)
    assert approx(rate, abs=1e-6) == traced.kept.sum(axis=0)

    used = traced.served_gwh(rate).sum(axis=(1, 2)) + traced.stored_gwh[:, :, -1].sum(axis=0)
    lost = np.einsum("p,pt,lpt->l", lines.loss_share, found.values["flow"] * days, traced.mixture[:, lines.from_node])
    put = found.values["injection"] * days
    lost += stock.cycle_loss_share * np.einsum("st,lst->l", put, traced.mixture[:, stock.node])
    origins = traced.origins.tolist()
    entered = np.zeros(len(origins))
    for name, sold in zip(case.supply.supplier.tolist(), found.values["supply"], strict=True):
        entered[origins.index(name)] += sold @ days
    if len(case.lng.exporter):
        entered[origins.index("lng SEA")] += (found.values["cargo"] @ days).sum()
    entered[origins.index(STOCK)] += stock.initial.sum()

    assert approx(entered, rel=1e-6, abs=1e-3) == used + lost
    assert approx(0.0, abs=1e-3) == used[origins.index(UNTRACED)]


@settings(max_examples=15, deadline=None)
@given(networks(), st.integers(1, 4))
def test_however_nodes_are_put_together_every_gwh_is_traced_and_home_use_is_what_it_can_be(case, countries):
    """Consumption by origin sums to consumption at every node; a country burns the lesser of production and use."""
    case = replace(case, country=np.array([f"C{n % countries}" for n in range(len(case.nodes))]))
    found = solved(case)
    traced, rate = trace(found), served(found)
    whose = tracing.numbered(case.country)

    assert approx(rate * case.timeline.days, abs=1e-6) == traced.served_gwh(rate).sum(axis=0)
    assert approx(rate, abs=1e-6) == traced.kept.sum(axis=0)
    for one in range(countries):
        inside = whose == one
        produced = found.values["supply"][np.isin(case.supply.node, np.flatnonzero(inside))].sum(axis=0)
        own = traced.network.home[:, inside].sum(axis=(0, 1))
        assert approx(np.minimum(produced, rate[inside].sum(axis=0)), abs=1e-6) == own


@settings(max_examples=10, deadline=None)
@given(networks())
def test_without_stores_both_ways_say_the_same(case):
    """What is in store is all that they tell apart."""
    still = {name: 0.0 * solved(case).values[name] for name in ("withdrawal", "injection")}
    found = solved(case)
    network = network_of(replace(found, values={**found.values, **still}))
    source, mixed = (tracing.trace(network, stores) for stores in ("source", "mixed"))
    passes = source.mixture.sum(axis=0) > 0.5

    for origin in network.origins.tolist():
        one, two = (traced.mixture[traced.rows(origin)[0]][passes] for traced in (source, mixed))
        assert approx(one, abs=1e-6) == two
