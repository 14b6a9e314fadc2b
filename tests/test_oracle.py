"""Two independent ways to the same least cost: the package's, and rows written by hand for scipy."""

from __future__ import annotations

import numpy as np
import oracle
import pytest
from cases import cost, everything, networks
from examples import tries
from hypothesis import given, settings

from energy_model.fast import optimum
from energy_model.lp import compile_model
from energy_model.model import build_model
from energy_model.scenario import apply

approx = pytest.approx


@settings(max_examples=tries(40))
@given(networks())
def test_random_networks_cost_the_same_written_by_hand(case):
    assert approx(oracle.least_cost(case), rel=1e-6, abs=1e-6) == cost(case)


def test_a_network_with_every_feature_costs_the_same_written_by_hand():
    assert approx(oracle.least_cost(everything()), rel=1e-8) == cost(everything())


@pytest.mark.parametrize(
    ("feature", "change"),
    [
        ("losses", lambda case: case.with_("pipelines", loss_share=np.zeros(len(case.pipelines.id)))),
        ("tariffs", lambda case: case.with_("pipelines", cost=case.pipelines.cost * 0.0)),
        ("volumes of supply", lambda case: case.with_("supply", volume=case.supply.volume * 0.5)),
        ("volumes of ships", lambda case: case.with_("lng", volume=case.lng.volume * 0.5)),
        ("Europe's LNG", lambda case: case.with_("lng", europe_limit=case.lng.europe_limit * 0.5)),
        ("monthly flexibility", lambda case: case.with_("lng", monthly_flexibility=1.0)),
        ("freight", lambda case: case.with_("lng", route_cost=case.lng.route_cost * 2.0)),
        ("terminals", lambda case: case.with_("lng", sendout=case.lng.sendout * 0.5)),
        ("stock on the first day", lambda case: case.with_("storage", initial=case.storage.initial * 0.5)),
        ("cycle loss", lambda case: case.with_("storage", cycle_loss_share=0.1)),
        ("cost of keeping", lambda case: case.with_("storage", holding_cost=1.0)),
        ("cost of injection", lambda case: case.with_("storage", injection_cost=9.0)),
        ("curves", lambda case: case.with_("storage", curve_intercept=case.storage.curve_intercept * 0.2)),
        ("targets", lambda case: case.with_("storage", targets=())),
        ("voluntary steps", lambda case: case.with_("demand", voluntary_share=case.demand.voluntary_share * 2.0)),
        ("tiers", lambda case: case.with_("demand", tier_cost=case.demand.tier_cost * 2.0)),
        ("slope of slices", lambda case: case.with_("demand", slice_slope=0.0)),
        ("take-or-pay", lambda case: case.with_("contracts", floor=case.contracts.floor * 9.0)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_feature_moves_the_cost_and_both_ways_agree_by_how_much(feature, change):
    case = everything()
    changed = change(case)

    assert approx(cost(case), rel=1e-5) != cost(changed), f"{feature} should matter here"
    assert approx(oracle.least_cost(changed), rel=1e-8) == cost(changed)


@pytest.mark.parametrize(
    ("name", "method"),
    [("reference", "highs-ds"), ("full_cutoff_cold_winter", "highs-ipm"), ("phase_out_by_winter", "highs-ds")],
)
def test_europe_costs_the_same_written_by_hand(data, monthly, name, method):
    """With everything known from the start; by the simplex or the interior point method of scipy."""
    scenario = monthly(name, foresight="perfect")
    case = apply(scenario, data)
    found = optimum(compile_model(build_model(case)), case)[0]

    assert approx(oracle.least_cost(case, method), rel=1e-6) == found.objective


def test_the_compiler_says_of_europe_what_pyomo_says(data, monthly):
    """Entry by entry: cost, bounds and coefficients of every row and column."""
    case = apply(monthly("reference"), data)

    assert [] == compile_model(build_model(case)).differences(compile_model(build_model(case), method="plain"))
