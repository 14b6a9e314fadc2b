"""Gas that not everybody may buy: what of it the table of values offers, by hand on three places and by the network."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from extensive_form import extensive

from energy_model.plan.banned import open_market
from energy_model.plan.outlook import outlook
from energy_model.scenario import Case
from energy_model.scenario.fan import Fan
from energy_model.scenario.origin import Asked, Gas, with_origin
from energy_model.scenario.toy import toy_case

CERTAIN = Fan(("normal",), np.ones(1), np.ones(1), np.ones(1))
DAYS, YEAR = 30, 12


def ban_of(
    case: Case, places: str, first: int = 0, *, strength: float = 1.0, resale: bool = False, transit: bool = False
) -> Case:
    """A ban on all that is sold at WELL, in some places from a period on."""
    ban = np.zeros((len(case.nodes), len(case.timeline)))
    ban[[case.node(place) for place in places.split()], first:] = strength
    return with_origin(case, Gas("well", ("WELL",)), Asked(ban, np.zeros_like(ban), resale, transit))


@pytest.mark.parametrize(
    ("line", "resale", "transit", "offered", "apart"),
    [
        (9.0, False, False, 0.0, 0.0),  # nobody can reach it
        (9.0, False, True, 0.0, 1.0),  # 3 go through, and serve the island in full
        (2.0, False, True, 2.0, 0.0),  # a line of 2: the island lacks 1
        (9.0, True, True, 9.0, 0.0),  # the island may sell it on as its own
        (9.0, True, False, 0.0, 0.0),
    ],
)
def test_what_is_sold_of_banned_gas(line: float, resale: bool, transit: bool, offered: float, apart: float) -> None:
    """A well gives 10 to a union that burns 5 and bans it; an island beyond the union burns 3 and does not."""
    case = toy_case(
        {"UNION": 5.0, "ISLE": 3.0},
        pipelines={("WELL", "UNION"): (10.0, 0.0), ("UNION", "ISLE"): (line, 0.0)},
        supply={"WELL": (10.0, 20.0), "UNION": (1.0, 5.0)},
    )

    market = open_market(ban_of(case, "UNION", resale=resale, transit=transit))

    rate = dict(zip(case.supply.supplier.tolist(), market.case.supply.rate[:, 0].tolist(), strict=True))
    assert rate == {"WELL": offered, "UNION": 1.0}
    assert 1.0 - market.open_share[case.node("ISLE"), 0] == apart
    assert market.open_share[case.node("UNION"), 0] == 1.0
    assert market.case.demand.rate.sum(axis=1)[case.node("ISLE"), 0] == 3.0 * (1.0 - apart)


def test_half_a_ban_leaves_half_of_the_demand_to_others() -> None:
    """The union may still buy 2 of its 4, and does: the other 2 are open to whatever else comes."""
    case = toy_case({"UNION": 4.0}, pipelines={("WELL", "UNION"): (10.0, 0.0)}, supply={"WELL": (10.0, 20.0)})

    market = open_market(ban_of(case, "UNION", strength=0.5))

    assert market.open_share[case.node("UNION"), 0] == 0.5
    assert market.case.supply.rate[0, 0] == 0.0
    assert market.of(case.demand.rate[None])[0].sum() == 2.0


def test_without_a_ban_the_market_is_the_case() -> None:
    case = toy_case({"UNION": 4.0}, supply={"UNION": (3.0, 20.0)})

    assert open_market(case).case is case
    assert open_market(ban_of(case, "UNION", strength=0.0)).case is case


def union_with_a_winter() -> Case:
    """Two years of a union that burns 4 a day and 12 in its last two months, between a well and an island.

    The well brings 10 at 10, ships 5 at 30, and the union's store holds 400. The neighbour of the well burns 2 and
    makes 1, which may go to the union; the island beyond the union burns 6, for which it has gas of its own.
    """
    winter = [4.0] * 10 + [12.0] * 2
    case = toy_case(
        {"UNION": winter * 2, "NEXT": 2.0, "ISLE": 6.0},
        pipelines={
            ("WELL", "UNION"): (10.0, 0.0),
            ("WELL", "NEXT"): (10.0, 0.0),
            ("NEXT", "UNION"): (4.0, 0.0),
            ("UNION", "NEXT"): (4.0, 0.0),
            ("UNION", "ISLE"): (1.0, 0.0),
        },
        supply={"WELL": (10.0, 10.0), "NEXT": (1.0, 5.0), "ISLE": (6.0, 5.0)},
        lng={"UNION": (5.0, 30.0, 0.0)},
        storage={"UNION": (400.0, 9.0, 9.0, 0.0)},
        periods=2 * YEAR,
        days=DAYS,
    )
    return case.with_("storage", holding_cost=0.001)


@pytest.mark.parametrize(
    ("first", "spring", "before_winter", "after"),
    [(None, 0.0, 180.0, 0.0), (12, 100.0, 400.0, 220.0), (8, 400.0, 360.0, 0.0)],
)
def test_stores_are_filled_for_a_ban_that_is_to_come_as_the_whole_network_fills_them(
    first: int | None, spring: float, before_winter: float, after: float
) -> None:
    """Known from the first day: no ban, one after a year, and one from the ninth month on.

    With the well, union and neighbour lack 3 a day in the winter of 60 days that ships at 30 would bring: 180 of the
    well's gas at 10 replace them. Before a ban the store is filled to its 400 with what the well still sends. Under a
    ban the union has 5 of ships and 1 of its neighbour, who burns the well's: it lacks 6 a day, 360, and lays up 2 a
    day in summer. That somebody on an island may buy what cannot get there helps nobody.
    """
    case = union_with_a_winter()
    known = case if first is None else ban_of(case, "UNION", first)
    demands, stock, nobody = known.demand.rate[None], np.zeros(1), np.full((1, YEAR), np.nan)
    since, until = known.timeline.start, known.timeline.starts[YEAR]

    found = outlook(known, CERTAIN, demands, stock, since)
    network = extensive(found, demands, stock, nobody, since, until)

    by_table = found.tables["UNION"].courses(0, 0.0, 0, YEAR)[:, 0, 0]
    assert by_table == pytest.approx(network.level[0, 0], abs=1e-6)
    assert by_table[[8, 10, 12]] == pytest.approx([spring, before_winter, after])


def test_in_the_winter_of_a_ban_the_table_asks_the_price_of_the_network() -> None:
    """With 300 of 360 in store, customers are cut from the first day of winter on: a unit more spares one of them."""
    known = ban_of(union_with_a_winter(), "UNION", 8)
    demands, stock, nobody = known.demand.rate[None], np.array([300.0]), np.full((1, YEAR), np.nan)
    since, until = known.timeline.starts[10], known.timeline.starts[YEAR]

    found = outlook(known, CERTAIN, demands, stock, since)
    network = extensive(found, demands, stock, nobody, since, until)

    values = found.values("UNION", since)
    assert network.level[0, 0, -1] == pytest.approx(0.0)
    assert 1_000.0 < network.price[known.node("UNION")] < 1_010.0
    assert values[29] == pytest.approx(network.price[known.node("UNION")], abs=10.0)


def test_gas_stored_under_the_name_of_a_banned_seller_is_worth_nothing_where_such_gas_is_left_over() -> None:
    """The neighbour may store what is banned elsewhere, and has more of it than it burns: a store of it spares nobody.

    Without that, the plan would lay up the well's gas at 10 for what the union pays. What the neighbour makes itself,
    30 in the month, may go into either store.
    """
    case = union_with_a_winter()
    both = toy_case({"A": 1.0}, storage={"NEXT": (400.0, 9.0, 9.0, 0.0), "UNION": (400.0, 9.0, 9.0, 0.0)}, periods=24)
    node = np.array([case.node("NEXT"), case.node("UNION")])
    known = ban_of(replace(case, storage=replace(both.storage, node=node, holding_cost=0.001)), "UNION", YEAR)
    demands, stock, nobody = known.demand.rate[None], np.zeros(2), np.full((2, YEAR), np.nan)
    since, until = known.timeline.starts[YEAR], known.timeline.starts[YEAR + 1]
    found = outlook(known, CERTAIN, demands, stock, since)

    laid_up = [
        extensive(one, demands, stock, nobody, since, until).level[0, 0, -1]
        for one in (found, replace(found, open_share=np.ones_like(found.open_share)))
    ]

    assert laid_up[0] <= 30.0 + 1e-6
    assert laid_up[1] >= 240.0
