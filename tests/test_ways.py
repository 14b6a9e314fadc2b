"""Ways to a country on the toy: BB has its own line from XX, and one to AA_S, where YY and ships arrive."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from plain_package import SHIPPED
from toy_package import toy_data

from energy_model.data.load import load_data
from energy_model.impact.study import Study, study
from energy_model.impact.ways import ALL, CHEAPEST, Way, all_ways, ways
from energy_model.scenario.changes import load_changed


@pytest.fixture(scope="module")
def calm() -> Study:
    return study("reference", toy_data(), supplier="XX", country="BB")


def mask(found: Study) -> np.ndarray:
    return found.country_mask


def test_a_way_costs_its_source_its_tariffs_and_what_is_burnt(calm: Study) -> None:
    """South Line: a tariff of 2, and fuel gas with its length. North Line, then AA_S to BB: two charges, two losses."""
    case, days = calm.solved.case, calm.solved.case.timeline.days
    price = calm.solved.duals["balance"] / days
    lines = {str(name): number for number, name in enumerate(case.pipelines.id)}
    found = {(way.source, way.lines): way for way in all_ways(calm.solved, mask(calm))}

    def at(node: str) -> float:
        return float(np.average(price[case.node(node)], weights=days))

    south = lines["xx_bb"]
    direct = found["XX", (south,)]
    assert case.pipelines.cost[south, 0] == 2.0
    assert direct.delivered == pytest.approx((at("XX") + 2.0) / (1 - case.pipelines.loss_share[south]))
    north, on = lines["yy_aa"], lines["aa_bb"]
    first = (at("YY") + case.pipelines.cost[north, 0]) / (1 - case.pipelines.loss_share[north])
    then = (first + case.pipelines.cost[on, 0]) / (1 - case.pipelines.loss_share[on])
    assert found["YY", (north, on)].delivered == pytest.approx(then)


def test_every_source_has_its_ways_and_no_way_leads_through_the_country(calm: Study) -> None:
    """XX by both neighbours, its own node and AA_S; YY, AA_S's own production and its ships by AA_S alone."""
    case = calm.solved.case
    found = list(all_ways(calm.solved, mask(calm)))
    entered = {(way.source, str(case.nodes[case.pipelines.from_node[way.lines[-1]]])) for way in found}

    assert entered == {("XX", "XX"), ("XX", "AA_S"), ("YY", "AA_S"), ("AA_S", "AA_S"), ("LNG", "AA_S")}
    inner = [case.pipelines.to_node[line] for way in found for line in way.lines[:-1]]
    assert case.node("BB") not in inner


def test_a_way_with_room_delivers_at_no_less_than_the_market(calm: Study) -> None:
    """Complementary slackness: cheaper gas with room on its way would have been taken."""
    solved = calm.solved
    lines, days = solved.case.pipelines, solved.case.timeline.days
    market = float(np.average(solved.duals["balance"][solved.case.node("BB")] / days, weights=days))
    free = [
        way
        for way in all_ways(solved, mask(calm))
        if way.source_left > 1e-6
        and (lines.capacity[list(way.lines)] - solved.values["flow"][list(way.lines)] > 1e-6).all()
    ]

    assert free
    apart = 1e-3  # tie-breaks of lines are part of the duals
    assert all(way.delivered >= market - apart for way in free)


def test_gas_that_a_seller_sells_to_single_countries_is_a_source_for_these_alone() -> None:
    """YY as a code of XX's with no route of its own into BB: no source of BB's; sold by itself it is one."""
    data = toy_data()
    own = data["suppliers"].assign(
        seller=data["suppliers"]["seller"].where(data["suppliers"]["supplier"] != "YY", "XX")
    )
    bound = replace(data, tables={**data.tables, "suppliers": own})
    answers = [ways(study("stop", each, supplier="XX", country="BB")) for each in (data, bound)]
    told = [set(answer[ALL]["source"]) for answer in answers]

    assert ["Exland", "Exland"] == [answer[CHEAPEST]["source"].iloc[0] for answer in answers]
    assert "Yland" in told[0]
    assert told[1] == told[0] - {"Yland"}


@pytest.mark.slow
def test_the_sellers_gas_before_is_what_it_sold_to_the_country_and_not_what_it_sells_to_another() -> None:
    """Hungary bought from Russia; what Russia sells to Türkiye alone would have been cheaper and was not for sale."""
    data = load_data(SHIPPED / "2025-10-31")
    told = ways(study("hungary_and_slovakia_not_exempt", data, resolution="month", country="HU"))

    assert told[CHEAPEST]["as"].iloc[0] == "Russia's gas before"
    assert told[CHEAPEST]["source"].iloc[0] == "Russia"


def test_the_answer_puts_the_cheapest_first_and_the_sellers_gas_before_above(calm: Study) -> None:
    told = ways(study("stop", toy_data(), supplier="XX", country="BB"))
    table = told[CHEAPEST]
    own, rest = table.iloc[0], table.iloc[1:]

    assert own["as"] == "Exland's gas before"
    assert rest["delivered_eur_per_mwh"].is_monotonic_increasing
    above = rest["delivered_eur_per_mwh"] - own["delivered_eur_per_mwh"]
    assert rest["above_exland_eur_per_mwh"].tolist() == pytest.approx(above.tolist())
    parts = table["source_price_eur_per_mwh"] + table["tariffs_eur_per_mwh"] + table["losses_eur_per_mwh"]
    assert parts.tolist() == pytest.approx(table["delivered_eur_per_mwh"].tolist())
    assert (table["left_gwh_per_day"] <= table["capacity_gwh_per_day"] + 1e-6).all()
    assert set(rest["source"]) <= set(told[ALL]["source"])
    assert "can be brought to Beland, the cheapest from" in told.words


def test_a_country_has_its_own_terminal_as_a_way_without_a_line() -> None:
    told = ways(study("reference", toy_data(), supplier="XX", country="AA"))
    ships = told[CHEAPEST].set_index("source").loc["LNG at Aland, south"]

    assert ships["way"] == "Aland, south"
    assert (ships["narrowest"], ships["tariffs_eur_per_mwh"]) == ("terminal", 0.0)


def test_a_way_that_closes_has_the_price_of_the_days_on_which_it_was_open() -> None:
    """East Line stops in April: a quarter of the year is left, and its price is that of the first three months."""
    stopped = study("east_stops", toy_data(), supplier="XX", country="AA")
    case, days = stopped.solved.case, stopped.solved.case.timeline.days
    (way,) = (
        one for one in all_ways(stopped.solved, stopped.country_mask) if len(one.lines) == 1 and one.source == "XX"
    )
    price = stopped.solved.duals["balance"][case.node("XX")] / days

    assert way.open_share == pytest.approx(90 / 365)
    assert way.source_price == pytest.approx(np.average(price[:3], weights=days[:3]))


BAN = "kind=import_ban supplier=XX by=origin countries=BB"


def with_measure(words: str) -> Study:
    data = toy_data()
    return study(load_changed("reference", data.root, data, added=[words]), data, supplier="XX", country="BB")


def ways_of(found: Study, source: str) -> dict[tuple[str, ...], Way]:
    """Ways of a source by the codes of their lines."""
    lines = found.solved.case.pipelines.id
    return {tuple(lines[list(way.lines)]): way for way in all_ways(found.solved, mask(found)) if way.source == source}


DIRECT = ("xx_bb",)


def test_a_ban_of_the_scenario_closes_the_ways_of_its_gas_but_what_a_third_country_bought() -> None:
    """Beland bans all year. Gas that Aland has bought is Aland's own, unless the ban follows it to its end user."""
    free, strict = with_measure(BAN), with_measure(f"{BAN} through_third_countries=forbidden")
    told = ways(strict)

    assert [way[-1] for way in ways_of(free, "XX")] == ["aa_bb"]
    assert ways_of(strict, "XX") == {}
    assert "Bans of the scenario leave no way for gas of Exland." in told.words
    assert "Exland" not in set(told[ALL]["source"][1:]), "the first row is its gas as it was before"
    assert "Exland's gas before" == told[ALL]["as"][0]


def test_a_ban_from_a_day_on_leaves_the_way_open_until_then_and_a_part_of_a_ban_what_may_be_bought() -> None:
    """A ban from February leaves January, 31 days of 365, in which Beland may buy without limit.

    With half a ban on average of the ramp it may buy the share of its demand that the ban leaves.
    """
    stopped = with_measure(f"{BAN} start=2031-02-01 through_third_countries=forbidden")
    way = ways_of(stopped, "XX")[DIRECT]
    assert way.open_share == pytest.approx(31 / 365)
    assert way.allowed is not None
    assert np.isinf(way.allowed.most).tolist() == [True] + [False] * 11

    ramp = with_measure(f"{BAN} start=2031-01-01 ramp_days=730")
    way = ways_of(ramp, "XX")[DIRECT]
    assert way.allowed is not None
    strength = ramp.scenario.measures[-1].strength(ramp.solved.case)
    np.testing.assert_allclose(way.allowed.most, (1.0 - strength) * 100.0)
    assert (way.allowed.left <= way.allowed.most + 1e-9).all()


def test_a_duty_by_origin_is_due_on_delivery_unless_the_gas_was_bought_before() -> None:
    duty = "kind=tariff supplier=XX by=origin countries=BB eur_per_mwh=5"
    free, strict = with_measure(duty), with_measure(f"{duty} through_third_countries=forbidden")

    for found, due in ((free, 0.0), (strict, 5.0)):
        own = ways_of(found, "XX")
        lines = found.solved.case.pipelines
        way = next(way for codes, way in own.items() if codes[-1] == "aa_bb")
        assert way.tariffs == pytest.approx(lines.cost[list(way.lines), 0].sum() + due)
        assert own[DIRECT].tariffs == pytest.approx(2.0 + 5.0)
