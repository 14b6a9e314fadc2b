"""Measures on the same gas go together soundly: zero is nothing, stricter never costs less, order does not matter."""

from __future__ import annotations

from datetime import date
from functools import cache
from itertools import pairwise

import pandas as pd
import pytest
from cases import cost, costs
from examples import tries
from hypothesis import given, settings
from hypothesis import strategies as st
from ladders import (
    ABSENT,
    DUTIES,
    EXAMPLES,
    LADDERS,
    ORIGIN,
    SHARES,
    STRICT,
    THIRD,
    UNION,
    Ladder,
    applied,
    europe_in_small,
    same_numbers,
)

from energy_model.data.load import GasData
from energy_model.plan.foresight import Solved, solve_scenario
from energy_model.results.run import run
from energy_model.scenario import apply
from energy_model.scenario.measures import KINDS
from energy_model.scenario.measures.bans import ImportBan
from energy_model.scenario.measures.retaliation import Retaliation
from energy_model.scenario.world import base_case

approx = pytest.approx


@pytest.fixture(scope="module")
def vintage(data: GasData) -> GasData:
    return data.at(data.storyline.as_of)


def no_dearer(weak: float, strict: float) -> bool:
    return weak <= strict * (1.0 + 1e-7) + 1e-4


@pytest.mark.parametrize(("kind", "keys"), ABSENT, ids=[f"{kind} {n}" for n, (kind, _) in enumerate(ABSENT)])
def test_a_measure_of_strength_zero_leaves_every_number_as_it_is(vintage, kind, keys):
    """Alone, and beside any other measure."""
    nothing = KINDS[kind].model_validate({"kind": kind, **keys})

    @settings(max_examples=EXAMPLES["zero"])
    @given(europe_in_small(), st.sampled_from(LADDERS))
    def tried(case, ladder):
        strong = ladder.measures()[-1]

        assert same_numbers(case, applied(case, vintage, nothing))
        alone = applied(case, vintage, strong)
        assert same_numbers(alone, applied(case, vintage, strong, nothing))
        assert same_numbers(alone, applied(case, vintage, nothing, strong))

    tried()


@pytest.mark.parametrize("ladder", LADDERS, ids=lambda ladder: ladder.name)
def test_a_stricter_measure_never_costs_less_whatever_else_is_in_force(vintage, ladder: Ladder):
    """Beside another measure, of any kind and strength, or the same kind again."""

    @settings(max_examples=EXAMPLES["monotone"])
    @given(europe_in_small(), st.sampled_from(LADDERS), st.integers(0, 3))
    def tried(case, beside, rung):
        others = beside.measures()
        given_anyway = applied(case, vintage, others[min(rung, len(others) - 1)])
        rungs = [given_anyway, *(applied(given_anyway, vintage, one) for one in ladder.measures())]
        if ladder.kind == "price_cap":
            del rungs[0]  # paying less is a gain; what the seller answers is not
        found = costs(rungs)

        assert all(no_dearer(weak, strict) for weak, strict in pairwise(found)), (beside.name, found)

    tried()


TWO_SELLERS = tuple(ladder for ladder in LADDERS if "another seller" in ladder.name)


@settings(max_examples=tries(EXAMPLES["two_sellers"]))
@given(europe_in_small(), st.sampled_from(TWO_SELLERS), st.sampled_from(LADDERS[:14]))
def test_a_rule_on_one_sellers_gas_stays_as_strict_beside_a_ban_on_anothers(vintage, case, ladder, beside):
    """Names of both share the lines."""
    given_anyway = applied(case, vintage, beside.measures()[0])
    found = costs(applied(given_anyway, vintage, one) for one in ladder.measures())

    assert all(no_dearer(weak, strict) for weak, strict in pairwise(found)), (beside.name, found)


@settings(max_examples=tries(EXAMPLES["order"]))
@given(europe_in_small(), st.lists(st.sampled_from(LADDERS), min_size=2, max_size=3))
def test_the_order_of_measures_does_not_matter(vintage, case, chosen):
    measures = [ladder.measures()[-1] for ladder in chosen]

    assert approx(cost(applied(case, vintage, *measures)), rel=1e-7) == cost(applied(case, vintage, *measures[::-1]))


@settings(max_examples=EXAMPLES["closed_gap"])
@given(europe_in_small(), st.sampled_from(["allowed", "forbidden"]))
def test_a_seller_that_refuses_the_exempt_leaves_the_ban_without_exemption(vintage, case, third):
    """Austria is exempt and then cut off: as if it had joined the ban."""
    common = {"kind": "import_ban", "countries": ("EU27",), "by": "origin", "through_third_countries": third}
    exempting, joined = (ImportBan.model_validate({**common, "exempt": spared}) for spared in (("AT",), ()))
    refusal = Retaliation.model_validate(
        {"kind": "retaliation", "countries": ("AT",), "through_third_countries": third}
    )

    assert approx(cost(applied(case, vintage, joined)), rel=1e-7) == cost(applied(case, vintage, exempting, refusal))


# Europe ---------------------------------------------------------------------------------------------------------------

SPRING = {"start": date(2022, 1, 1), "end": date(2022, 6, 30)}
FEBRUARY = {"start": date(2022, 2, 1)}
BAN = {"kind": "import_ban", "countries": ("EU27",), "exempt": ("HU", "SK"), **STRICT, **FEBRUARY}
CUT = {"kind": "supply_cut", "supplier": "RU", "remaining_share": 0.5, **FEBRUARY}
EUROPE = (
    (BAN, "retaliation", {"countries": ("HU", "SK"), **FEBRUARY}, SHARES),
    (BAN, "lng_ban", UNION | ORIGIN | FEBRUARY, ({}, THIRD[1], {**THIRD[1], "transit": "forbidden"})),
    (BAN, "tariff", {"countries": ("HU", "UA"), **STRICT, **FEBRUARY}, DUTIES),
    (BAN, "supply_cut", {"supplier": "RU", **FEBRUARY}, SHARES),
    (BAN, "route_outage", {"route": "ukraine_exit", **FEBRUARY}, SHARES),
    (CUT, "import_ban", UNION | ORIGIN | FEBRUARY, ({"exempt": ("DE", "HU")}, {"exempt": ("HU",)}, {})),
    (CUT, "import_ban", {"supplier": "NO", **UNION, **ORIGIN, **FEBRUARY}, THIRD),
    (CUT, "tariff", UNION | ORIGIN | FEBRUARY, DUTIES),
    ({"kind": "tariff", "eur_per_mwh": 20.0, **ORIGIN}, "import_ban", UNION | FEBRUARY, ({**ORIGIN}, {**STRICT})),
)
"""A measure in force, and the rungs of another beside it: bans, duties, cuts and outages on the network of Europe."""


@pytest.fixture(scope="module")
def spring(monthly, data):
    """Cost of half a year of Europe under measures, in thousand EUR; the world before them is made once."""
    plain = monthly("reference", horizon=SPRING, foresight="perfect")
    worlds = cache(lambda announced: base_case(data.at(plain.as_of), plain, announced=announced))
    known = dict[str, float]()

    def solved(*measures: dict[str, object]) -> float:
        if (key := repr(measures)) not in known:
            scenario = monthly("reference", *measures, horizon=SPRING, foresight="perfect")
            known[key] = solve_scenario(scenario, data, worlds=worlds).objective_keur
        return known[key]

    return solved


@pytest.mark.parametrize("row", EUROPE, ids=lambda row: f"{row[1]} beside {row[0]['kind']}")
def test_a_stricter_measure_never_costs_europe_less(spring, row):
    beside, kind, common, rungs = row
    found = [spring(beside), *(spring(beside, {"kind": kind, **common, **rung}) for rung in rungs)]

    assert all(no_dearer(weak, strict) for weak, strict in pairwise(found)), found


@pytest.mark.parametrize(("kind", "keys"), ABSENT, ids=[f"{kind} {n}" for n, (kind, _) in enumerate(ABSENT)])
def test_a_measure_of_strength_zero_leaves_every_number_of_europe_as_it_is(monthly, data, kind, keys):
    plain = monthly("reference", BAN, horizon=SPRING)
    nothing = KINDS[kind].model_validate({"kind": kind, **keys})
    case = apply(plain, data)

    assert same_numbers(case, nothing.apply(case, data.at(plain.as_of)))


def test_a_refusal_that_refuses_nobody_changes_no_table(monthly, data):
    """It is announced after the ban, and yet adds no date."""
    nothing = {"kind": "retaliation", "countries": ("HU", "SK"), "remaining_share": 1.0, "start": date(2022, 5, 1)}
    alone, beside = (run(monthly("reference", *measures), data) for measures in ((BAN,), (BAN, nothing)))

    for name in alone.tables:
        pd.testing.assert_frame_equal(alone[name], beside[name], rtol=1e-6, atol=1e-6)


def test_what_exempt_countries_are_refused_they_do_not_get_through_a_neighbour(monthly, data):
    """Hungary and Slovakia at a third of their demand: they buy a third, and Europe pays for it."""
    refused = {"kind": "retaliation", "countries": ("HU", "SK"), "remaining_share": 0.3, **FEBRUARY}
    scenario = monthly("reference", BAN, refused, horizon=SPRING, foresight="perfect")
    found = solve_scenario(scenario, data)
    case = found.case
    bought, late = found.values["origin_bought"][0], case.timeline.first_days >= 31
    for country in ("HU", "SK"):
        node = case.node(country)
        staying = bought[node][late] @ case.timeline.days[late]
        assert 0.0 < staying <= 0.3 * case.demand.rate[node].sum(axis=0)[late] @ case.timeline.days[late] + 1e-3


def test_measures_on_several_sellers_can_be_announced_one_after_the_other(monthly, data):
    """Each plan follows the gas of more sellers than the one before; what flowed stays as it was decided."""
    loose = {"kind": "import_ban", "countries": ("EU27",), "exempt": ("HU", "SK", "IT"), **ORIGIN}
    duty = {"kind": "tariff", "eur_per_mwh": 15.0, "countries": ("HU", "IT"), **STRICT, "ramp_days": 30}
    refusal = {"kind": "retaliation", "countries": ("HU", "SK"), "remaining_share": 0.4}
    norway = {"kind": "import_ban", "supplier": "NO", "countries": ("DE",), **ORIGIN}
    days = (date(2022, 2, 1), date(2022, 3, 10), date(2022, 4, 5), date(2022, 5, 1))

    def in_order(*kinds: dict[str, object], foresight: str = "surprise") -> Solved:
        measures = [{**measure, "start": day} for measure, day in zip(kinds, days, strict=True)]
        return solve_scenario(monthly("reference", *measures, horizon=SPRING, foresight=foresight), data)

    surprised, otherwise = in_order(loose, duty, refusal, norway), in_order(loose, norway, duty, refusal)
    forewarned = in_order(loose, duty, refusal, norway, foresight="perfect")
    before = surprised.case.timeline.boundary_at(days[1])

    assert [5, 5] == [len(one.stages) for one in (surprised, otherwise)]
    assert surprised.objective_keur >= forewarned.objective_keur * (1.0 - 1e-9)
    assert surprised.case.timeline == otherwise.case.timeline
    assert approx(surprised.values["flow"][:, :before], abs=1e-6) == otherwise.values["flow"][:, :before]
