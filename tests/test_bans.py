"""Bans and duties on the origin of gas: by hand, and what must hold in any network."""

from __future__ import annotations

import numpy as np
import pytest
from cases import answer, cost, networks
from hypothesis import given, settings
from hypothesis import strategies as st

from energy_model.lp import compile_model
from energy_model.model import build_model
from energy_model.scenario.origin import Asked, Gas, with_origin
from energy_model.scenario.toy import toy_case

approx = pytest.approx

BY_PIPE = Gas("Russia, pipeline", suppliers=("RU",))
BY_SHIP = Gas("Russia, LNG", exporters=("RU",))


def banned(case, *nodes, resale=True, strength=1.0, duty=0.0, gas=BY_PIPE, passes=True):
    """The case in which countries ban gas of an origin, or levy a duty on it, in every period."""
    mine = np.isin(case.nodes, nodes)[:, None] * np.ones(len(case.timeline))
    ban = strength * mine if not duty else np.zeros_like(mine)
    return with_origin(case, gas, Asked(ban=ban, duty=duty * mine, resale=resale, transit=passes))


def transit():
    """Russian gas reaches Austria through Germany; Norway could serve either, for more."""
    return toy_case(
        demand={"DE": 4.0, "AT": 6.0},
        pipelines={("RU", "DE"): (10.0, 1.0), ("NO", "DE"): (10.0, 1.0), ("DE", "AT"): (10.0, 1.0)},
        supply={"RU": (10.0, 10.0), "NO": (10.0, 30.0)},
    )


@pytest.mark.parametrize("resale", [True, False])
def test_banned_gas_passes_in_transit_and_is_not_bought(resale):
    """Germany alone: its 4 come from Norway, 6 of Russia go on to Austria."""
    found = answer(banned(transit(), "DE", resale=resale))

    assert approx(6.0) == found.supply("RU")[0]
    assert approx(4.0) == found.supply("NO")[0]
    assert approx(6 * 11 + 4 * 31 + 6 * 1) == found.cost


def test_a_ban_at_the_end_of_the_chain_is_on_origin_and_not_on_the_last_border():
    """Austria's only border is with Germany; the ban still keeps Russian gas out, unless Germany sells its own on."""
    strict, free = answer(banned(transit(), "AT", resale=False)), answer(banned(transit(), "AT"))

    assert approx(4.0) == strict.supply("RU")[0]
    assert approx(6.0) == strict.supply("NO")[0]
    assert approx(10.0) == free.supply("RU")[0]


def test_without_transit_named_gas_does_not_even_pass():
    """Germany lets nothing of Russia in: Austria burns Norway's as well."""
    found = answer(banned(transit(), "DE", resale=False, passes=False))

    assert approx(0.0, abs=1e-6) == found.supply("RU")[0]
    assert approx(10.0) == found.supply("NO")[0]


def chain():
    """Ukraine's own demand of 3, and a line from it to Slovakia, which can also take dear LNG."""
    return toy_case(
        demand={"UA": 3.0, "SK": 5.0},
        pipelines={("RU", "UA"): (10.0, 1.0), ("UA", "SK"): (10.0, 1.0)},
        supply={"RU": (10.0, 10.0), "UA": (2.0, 5.0)},
        lng={"SK": (10.0, 48.0, 2.0)},
    )


def test_a_third_country_sells_on_what_it_bought_unless_the_ban_says_otherwise():
    """With resale nothing changes; without it Ukraine uses Russian gas itself and its own 2 go on: a swap is left."""
    free, strict = answer(banned(chain(), "SK")), answer(banned(chain(), "SK", resale=False))

    assert approx(cost(chain())) == free.cost
    assert approx(6.0) == free.supply("RU")[0]
    assert approx(3.0) == strict.supply("RU")[0]
    assert approx(3.0) == strict.sendout("SK")[0]
    assert approx(2.0) == strict.flow("UA>SK")[0]


def test_gas_in_a_third_countrys_store_keeps_its_name():
    """Ukraine could buy in the first period and sell from store in the second; without resale it may not."""
    case = toy_case(
        demand={"UA": (0.0, 0.0), "SK": (0.0, 4.0)},
        pipelines={("RU", "UA"): (10.0, 1.0), ("UA", "SK"): (10.0, 1.0)},
        supply={"RU": (10.0, 10.0)},
        lng={"SK": (10.0, 48.0, 2.0)},
        storage={"UA": (100.0, 10.0, 10.0, 0.0)},
        periods=2,
    )

    assert approx(0.0, abs=1e-6) == answer(banned(case, "SK")).sendout("SK").sum()
    assert approx(4.0) == answer(banned(case, "SK", resale=False)).sendout("SK").sum()


def test_gas_that_was_in_store_before_is_nobodys():
    case = toy_case(
        demand={"DE": 4.0},
        pipelines={("RU", "DE"): (10.0, 1.0)},
        supply={"RU": (10.0, 10.0)},
        storage={"DE": (100.0, 10.0, 10.0, 3.0)},
    )
    found = answer(banned(case, "DE", resale=False))

    assert approx(3.0) == found.withdrawn("DE")[0]
    assert approx(1.0) == found.curtailed("DE")[0]


def test_half_a_ban_lets_half_of_demand_be_russian():
    found = answer(banned(transit(), "DE", strength=0.5))

    assert approx(2.0) == found.supply("NO")[0]


def test_ships_are_followed_past_the_port():
    """LNG from Russia lands in Belgium; Germany bans it by origin, and Belgium may not sell it on."""
    case = toy_case(
        demand={"BE": 1.0, "DE": 5.0},
        pipelines={("BE", "DE"): (10.0, 1.0)},
        lng={"BE": (20.0, 20.0, 1.0)},
    )
    russian = case.with_("lng", exporter=np.array(["RU"]), route_exporter=np.array(["RU"]))

    assert approx(5.0) == answer(banned(russian, "DE", resale=False, gas=BY_SHIP)).curtailed("DE")[0]
    assert approx(0.0, abs=1e-6) == answer(banned(case, "DE", resale=False, gas=BY_SHIP)).curtailed("DE")[0]


def test_a_duty_is_paid_as_long_as_other_gas_is_dearer():
    """Norway costs 20 more: a duty of 15 is paid on 4, one of 25 is not."""
    paid, shunned = (answer(banned(transit(), "DE", duty=height)) for height in (15.0, 25.0))

    assert approx(cost(transit()) + 4 * 15.0) == paid.cost
    assert approx(4.0) == shunned.supply("NO")[0]


def test_a_case_without_a_ban_is_the_same_problem_to_the_last_bit():
    case = transit()
    names = compile_model(build_model(case)).columns

    assert not [name for name in names if name.startswith("origin")]
    assert banned(case, "DE", strength=0.0) is case
    assert banned(case) is case, "nobody takes part"


@settings(max_examples=15, deadline=None)
@given(networks(), st.sampled_from(["DE", "CZ", "AT"]))
def test_a_stricter_ban_never_costs_less(case, node):
    """Nothing, resale allowed, resale forbidden, and the supplier gone altogether: in order of cost."""
    gone = case.with_("supply", rate=np.where((case.supply.supplier == "RU")[:, None], 0.0, case.supply.rate))
    markets = case.nodes[case.is_market]
    costs = [
        cost(case),
        cost(banned(case, node)),
        cost(banned(case, node, resale=False)),
        cost(banned(case, node, resale=False, passes=False)),
        cost(banned(case, *markets, resale=False, passes=False)),
    ]

    assert approx(np.sort(costs), rel=1e-6, abs=1e-4) == costs
    assert approx(cost(gone), rel=1e-6, abs=1e-4) == costs[-1]


@settings(max_examples=15, deadline=None)
@given(networks(), st.booleans())
def test_no_named_gas_is_bought_where_it_is_banned_and_it_balances(case, resale):
    found = answer(banned(case, "DE", resale=resale), sliced=True)

    bought = found.of("origin_bought")[0]
    assert approx(0.0, abs=1e-6) == bought[case.node("DE")]
    assert (found.of("origin_flow").sum(axis=0) <= found.of("flow") + 1e-6).all()
    lost = (case.pipelines.loss_share[:, None] * found.of("origin_flow")[0]).sum(axis=0)
    stored = (found.of("origin_injection") - found.of("origin_withdrawal")).sum(axis=(0, 1))
    sold = found.of("supply")[case.supply.supplier == "RU"].sum(axis=0)
    assert approx(sold, abs=1e-5) == bought.sum(axis=0) + lost + stored
