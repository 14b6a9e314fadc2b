"""PyPSA, an independent framework, reaches the same cost on the network we hand to it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from cases import everything

from energy_model.errors import OutputError, SolveError
from energy_model.fast import optimum
from energy_model.lp import compile_model
from energy_model.model import build_model
from energy_model.report.pypsa_export import add_constraints, solve_pypsa, to_pypsa, write_pypsa
from energy_model.scenario import apply
from energy_model.scenario.records import FillingTarget
from energy_model.scenario.toy import toy_world

pypsa = pytest.importorskip("pypsa", reason="the extra 'pypsa' is not installed")
pytestmark = [
    pytest.mark.filterwarnings("default"),  # PyPSA and its dependencies warn about each other's coming versions
    pytest.mark.filterwarnings("error:.*silently.*"),  # linopy filling gaps for us
]
approx = pytest.approx

EUR_PER_KEUR = 1e3
QUIET = {"io_api": "direct", "log_to_console": False}


def cost_eur(case) -> float:
    return optimum(compile_model(build_model(case)), case)[0].objective * EUR_PER_KEUR


def cost_in_pypsa(case) -> float:
    return solve_pypsa(to_pypsa(case), **QUIET)


def test_a_network_with_every_feature_costs_the_same_in_pypsa():
    assert approx(cost_eur(everything()), rel=1e-6) == cost_in_pypsa(everything())


@pytest.mark.parametrize(
    ("feature", "change"),
    [
        ("curves", lambda case: case.with_("storage", curve_intercept=case.storage.curve_intercept * 0.2)),
        ("targets", lambda case: case.with_("storage", targets=())),
        ("cost of keeping", lambda case: case.with_("storage", holding_cost=1.0)),
        ("monthly flexibility", lambda case: case.with_("lng", monthly_flexibility=1.0)),
        ("Europe's LNG", lambda case: case.with_("lng", europe_limit=case.lng.europe_limit * 0.5)),
        ("volumes of supply", lambda case: case.with_("supply", volume=case.supply.volume * 0.5)),
        ("take-or-pay", lambda case: case.with_("contracts", floor=case.contracts.floor * 9.0)),
        ("flows that must be", lambda case: case.with_("pipelines", minimum=case.pipelines.capacity * 0.4)),
        ("least send-out", lambda case: case.with_("lng", sendout_minimum=case.lng.sendout * 0.3)),
        ("losses", lambda case: case.with_("pipelines", loss_share=np.zeros(len(case.pipelines.id)))),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_pypsa_lacks_is_added_as_rows(feature, change):
    changed = change(everything())

    assert approx(cost_eur(changed), rel=1e-6) == cost_in_pypsa(changed)
    assert approx(cost_eur(everything()), rel=1e-5) != cost_in_pypsa(changed), f"{feature} should matter here"


def test_a_target_over_several_stores_and_one_on_the_first_morning_are_kept():
    case = everything()
    first = case.timeline.start
    joint = FillingTarget("DE and AT", "legal", (0, 1), case.timeline.starts[1], 300.0, 90.0)
    at_once = FillingTarget("AT now", "legal", (1,), first, case.storage.initial[1] + 5.0, 70.0)
    case = case.with_("storage", targets=(*case.storage.targets, joint, at_once))

    assert cost_eur(case) > cost_eur(everything())
    assert approx(cost_eur(case), rel=1e-6) == cost_in_pypsa(case)


def test_without_the_added_rows_the_network_is_too_cheap():
    network = to_pypsa(everything())
    network.optimize(solver_name="highs", include_objective_constant=False, **QUIET)

    assert network.objective < cost_eur(everything())


@pytest.mark.parametrize("name", ["network.nc", "network"])
def test_a_network_read_back_from_its_file_costs_the_same(tmp_path, name):
    path = write_pypsa(everything(), tmp_path / "made" / name, name="every feature")
    network = pypsa.Network(str(path))

    assert "every feature" == network.name
    assert approx(cost_eur(everything()), rel=1e-6) == solve_pypsa(network, **QUIET)


def test_a_part_of_the_horizon_is_refused_because_volumes_hold_over_the_whole():
    network = to_pypsa(everything())

    with pytest.raises(SolveError, match="whole horizon"):
        add_constraints(network, network.snapshots[:1])


def test_a_world_market_of_lng_is_refused_with_what_to_do():
    case = everything()
    world = toy_world(case, {"Overseas": (5.0, 20.0)})

    with pytest.raises(OutputError, match="export the scenario with lng_world = false"):
        to_pypsa(replace(case, lng_world=world))


@pytest.mark.parametrize("name", ["reference", "full_cutoff_february"])
def test_europe_in_months_costs_the_same_in_pypsa(data, monthly, name):
    case = apply(monthly(name, foresight="perfect", low_calorific=False, lng_world=False), data)

    assert approx(cost_eur(case), rel=1e-6) == cost_in_pypsa(case)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["reference", "full_cutoff_february"])
def test_europe_in_weeks_costs_the_same_in_pypsa(data, monthly, name):
    case = apply(monthly(name, foresight="perfect", resolution="week", low_calorific=False, lng_world=False), data)

    assert approx(cost_eur(case), rel=1e-6) == cost_in_pypsa(case)
