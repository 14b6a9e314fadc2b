"""Whose gas is consumed: tracing by proportional mixing, by hand and on random networks."""

from __future__ import annotations

import numpy as np
import pytest
from cases import answer, networks
from hypothesis import given, settings

from energy_model.impact.tracing import STOCK, UNTRACED, consumption_table, label_of, labels_of, seller_of, trace
from energy_model.plan.foresight import Solved
from energy_model.scenario.toy import toy_case

approx = pytest.approx


def solved(case):
    found = answer(case)
    values = {name: found.of(name) for name in found.matrix.columns}
    return Solved(None, case, values, {}, {}, found.cost, (), found.matrix, found.solution)  # type: ignore[arg-type]


def mix_of(traced, node, period=0):
    shares = traced.mix_share[traced.case.node(node), :, period]
    return {label: share for label, share in zip(traced.labels.tolist(), shares, strict=True) if share > 1e-6}


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

    assert {"RU": approx(0.75), "NO": approx(0.25)} == mix_of(traced, "DE")
    assert {"RU": approx(0.5), "NO": approx(1 / 6), "AT": approx(1 / 3)} == mix_of(traced, "AT")
    assert approx(60.0) == traced.of("RU").sum()


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

    assert approx(0.9) == mix_of(traced, "AT")["RU"]
    assert approx(0.75) == mix_of(traced, "DE")["RU"]


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

    assert {"RU": approx(1.0)} == mix_of(traced, "DE", 0)
    assert {"RU": approx(12 / 14), STOCK: approx(2 / 14)} == mix_of(traced, "DE", 1)
    assert [20.0, approx(40.0), approx(0.0, abs=1e-6)] == traced.stored_gwh[0].sum(axis=0).tolist()


def test_a_seller_has_one_label_by_pipe_and_one_by_ship_whatever_its_codes():
    sellers = {"RU": "RU", "RU_TR": "RU"}

    assert labels_of("RU") == (label_of("RU_TR", sellers), label_of("RU", sellers, is_lng=True))
    assert ("NO", "US") == (seller_of("NO"), seller_of("US, LNG"))


def test_codes_of_one_seller_are_traced_together():
    case = toy_case(
        demand={"DE": 6.0},
        pipelines={("RU", "DE"): (4.0, 1.0), ("RU_TR", "DE"): (2.0, 1.0)},
        supply={"RU": (4.0, 10.0), "RU_TR": (2.0, 10.0)},
    )
    apart, together = trace(solved(case)), trace(solved(case), {"RU": "RU", "RU_TR": "RU"})

    assert {"RU": approx(2 / 3), "RU_TR": approx(1 / 3)} == mix_of(apart, "DE")
    assert {"RU": approx(1.0)} == mix_of(together, "DE")


@settings(max_examples=25, deadline=None)
@given(networks())
def test_every_gwh_of_a_label_is_consumed_lost_or_kept(case):
    """Labels add up to consumption at every market; over the horizon no label is made or unmade."""
    found = solved(case)
    traced = trace(found)
    days, lines, stock = case.timeline.days, case.pipelines, case.storage
    assert traced.mix_share.min() >= -1e-9
    assert approx(np.ones((len(case.nodes), len(days)))) == traced.mix_share.sum(axis=1)
    assert approx(traced.consumption_gwh().sum(axis=1)) == traced.served_gwh_per_day * days

    used = traced.consumption_gwh().sum(axis=(0, 2)) + traced.stored_gwh[:, :, -1].sum(axis=0)
    lost = np.einsum("p,pt,plt->l", lines.loss_share, found.values["flow"] * days, traced.mix_share[lines.from_node])
    put = found.values["injection"] * days
    lost += stock.cycle_loss_share * np.einsum("st,slt->l", put, traced.mix_share[stock.node])
    labels = traced.labels.tolist()
    entered = np.zeros(len(labels))
    for name, rate in zip(case.supply.supplier.tolist(), found.values["supply"], strict=True):
        entered[labels.index(name)] += rate @ days
    if len(case.lng.exporter):
        entered[labels.index("US, LNG")] += (found.values["cargo"] @ days).sum()
    entered[labels.index(STOCK)] += stock.initial.sum()

    assert approx(entered, rel=1e-6, abs=1e-3) == used + lost
    assert approx(0.0, abs=1e-3) == used[labels.index(UNTRACED)]


@settings(max_examples=5, deadline=None)
@given(networks())
def test_the_table_says_what_the_arrays_say(case):
    traced = trace(solved(case))
    table = consumption_table(traced)

    assert approx(traced.consumption_gwh()[case.is_market].sum()) == table["consumed_gwh"].sum()
