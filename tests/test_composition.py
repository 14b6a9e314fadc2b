"""Measures on the same gas go together soundly: zero is nothing, stricter never costs less, order does not matter."""

from __future__ import annotations

from itertools import pairwise

import pytest
from cases import cost
from hypothesis import given, settings
from hypothesis import strategies as st
from ladders import ABSENT, LADDERS, Ladder, applied, europe_in_small, same_numbers

from energy_model.data.load import GasData
from energy_model.scenario.measures import KINDS
from energy_model.scenario.measures.bans import ImportBan
from energy_model.scenario.measures.retaliation import Retaliation

approx = pytest.approx

EXAMPLES = {"zero": 3, "monotone": 4, "order": 40, "closed_gap": 12}
"""Networks that each property is tried on; zero and monotone, for every row and ladder."""


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
        costs = [cost(given_anyway), *(cost(applied(given_anyway, vintage, one)) for one in ladder.measures())]
        if ladder.kind == "price_cap":
            del costs[0]  # paying less is a gain; what the seller answers is not

        assert all(no_dearer(weak, strict) for weak, strict in pairwise(costs)), (beside.name, costs)

    tried()


@settings(max_examples=EXAMPLES["order"])
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
