"""PyPSA, an independent framework, reaches the same cost on the network we hand to it."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import date

import numpy as np
import pytest
from cases import everything
from plain_package import SHIPPED
from toy_package import toy_data

from energy_model.data.load import load_data
from energy_model.errors import OutputError, SolveError
from energy_model.fast import optimum
from energy_model.lp import compile_model
from energy_model.model import build_model
from energy_model.report.exports.formats import Job, export
from energy_model.report.pypsa_export import CANNOT, add_constraints, solve_pypsa, to_pypsa, write_network
from energy_model.scenario import apply
from energy_model.scenario.arrays import NUMERIC, arrays_of, derived_of
from energy_model.scenario.case import Case
from energy_model.scenario.load import load_scenario, with_changes
from energy_model.scenario.measures import KINDS
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
    path = write_network(to_pypsa(everything(), "every feature"), tmp_path / "made" / name)
    network = pypsa.Network(str(path))

    assert "every feature" == network.name
    assert approx(cost_eur(everything()), rel=1e-6) == solve_pypsa(network, **QUIET)


def test_a_part_of_the_horizon_is_refused_because_volumes_hold_over_the_whole():
    network = to_pypsa(everything())

    with pytest.raises(SolveError, match="whole horizon"):
        add_constraints(network, network.snapshots[:1])


def test_what_a_network_cannot_say_is_refused_all_at_once_with_what_to_do():
    case = everything()
    world = toy_world(case, {"Overseas": (5.0, 20.0)})
    quality = np.ones((1, len(case.timeline)))

    with pytest.raises(
        OutputError, match=r"low_calorific \(qualities.*lng_world \(buyers.*export the scenario without"
    ):
        to_pypsa(replace(case, lng_world=world, low_calorific=quality))


def test_every_part_that_a_case_can_have_is_carried_or_named_as_one_that_is_not():
    carried = {"pipelines", "supply", "lng", "storage", "demand", "contracts"}
    optional = {one.name for one in fields(Case) if one.default is None} - {"believed_on"}

    assert optional == set(CANNOT)
    assert carried == set(everything().parts) - optional


def numbers():
    """Every number of a case that the model reads, but for tie-breaks and slices, which both sides read alike."""
    for part, held in everything().parts.items():
        derived = derived_of(type(held))
        for name, one in arrays_of(type(held)).items():
            if one.role in NUMERIC and name not in {*derived, "nameplate", "hub_link_share", "tier_slices"}:
                yield part, name


@pytest.mark.slow
@pytest.mark.parametrize(("part", "name"), list(numbers()), ids=lambda word: word)
def test_every_number_of_a_case_reaches_the_network(part, name):
    """Whatever is changed, PyPSA follows: what does not reach it would make the network cost less, or more."""
    case = everything()
    value = np.asarray(getattr(getattr(case, part), name), dtype=float)
    tied = {"route_open": 25.0, "volume": 200.0, "use": 1.0}.get(name, 0.0)
    changed = np.where(np.isfinite(value), value, tied) * (1.6 if name == "use" else 0.8)
    changed = changed if value.ndim else float(changed)
    case = case.with_(part, **{name: changed})

    assert approx(cost_eur(case), rel=1e-6) == cost_in_pypsa(case)


@pytest.mark.parametrize("part", ["supply", "lng"])
def test_a_cut_that_uses_up_more_of_a_volume_costs_the_same(part):
    """Half the rate at twice the use: by hand, a step of 100 GWh gives 50 GWh."""
    case = everything()
    mine = getattr(case, part)
    tight = case.with_(part, volume=np.full_like(mine.volume, 100.0), use=np.full_like(mine.use, 2.0))
    half = case.with_(part, volume=np.full_like(mine.volume, 50.0))

    assert approx(cost_eur(half), rel=1e-9) == cost_eur(tight)
    assert approx(cost_eur(tight), rel=1e-6) == cost_in_pypsa(tight)


@pytest.mark.parametrize("name", ["reference", "full_cutoff_february"])
def test_europe_in_months_costs_the_same_in_pypsa(data, monthly, name):
    case = apply(monthly(name, foresight="perfect", low_calorific=False, lng_world=False), data)

    assert approx(cost_eur(case), rel=1e-6) == cost_in_pypsa(case)


def exported(tmp_path, world, name, **keys):
    """A scenario as a network, checked by PyPSA; what was said, and the network read back."""
    job = Job(with_changes(load_scenario(name, world.root, world), **keys), world, tmp_path / f"{name}.nc", check=True)
    said = export("pypsa", job)
    return said, pypsa.Network(str(job.target))


def test_an_export_tells_what_is_left_out_and_what_each_of_it_costs(tmp_path):
    """The toy's cut comes by surprise: the network, which knows it, costs less, and by nothing else."""
    said, network = exported(tmp_path, toy_data(), "stop")
    told = network.meta["about"]

    assert "left out: foresight" in said[0]
    assert said[-1].endswith("bn EUR: the same")
    assert told["network_least_cost_eur"] < told["scenario_least_cost_eur"]
    assert ["foresight"] == [one["left_out"] for one in told["left_out"]]
    assert approx(told["network_least_cost_eur"], rel=1e-6) == solve_pypsa(network, **QUIET)


def test_where_nothing_is_left_out_that_is_said_and_the_costs_are_the_same(tmp_path):
    said, network = exported(tmp_path, toy_data(), "stop", foresight="perfect")
    told = network.meta["about"]

    assert said[0].startswith("nothing is left out")
    assert [] == told["left_out"]
    assert approx(told["network_least_cost_eur"], rel=1e-5) == told["scenario_least_cost_eur"]


def test_a_partial_cut_is_in_the_network_as_it_is_in_the_model(tmp_path):
    """Half of what would have come: volumes shrink with the rate, which the network must not make up for."""
    half = [{"kind": "supply_cut", "supplier": "XX", "remaining_share": 0.5, "start": date(2031, 4, 1)}]
    measures = tuple(KINDS[one["kind"]](**one) for one in half)
    said, _ = exported(tmp_path, toy_data(), "reference", measures=measures, foresight="perfect")

    assert said[-1].endswith("bn EUR: the same")


def test_a_folder_is_an_export_with_provenance_that_pypsa_reads(tmp_path):
    world = toy_data()
    target = tmp_path / "net"
    export("pypsa", Job(load_scenario("stop", world.root, world), world, target))
    told = json.loads((target / "about.json").read_text(encoding="utf-8"))

    assert "stop" == pypsa.Network(str(target)).name
    assert set(told["files"]) == {path.name for path in target.iterdir()} - {"about.json"}
    with pytest.raises(OutputError, match="holds an export already"):
        export("pypsa", Job(load_scenario("stop", world.root, world), world, target))


@pytest.mark.slow
@pytest.mark.parametrize("vintage", sorted(path.parent.name for path in SHIPPED.glob("*/storyline.toml")))
def test_both_packages_as_shipped_name_every_mechanism_that_is_left_out(tmp_path, vintage):
    world = load_data(SHIPPED / vintage)
    name = world.storyline.reference
    scenario = with_changes(load_scenario(name, world.root, world), resolution="month")
    said, network = exported(tmp_path, world, name, resolution="month")
    used = {key for key in CANNOT if getattr(scenario, key, False)} | {"solidarity_groups", "foresight"}

    assert used - {"low_calorific"} <= {one["left_out"] for one in network.meta["about"]["left_out"]}
    assert said[-1].endswith("bn EUR: the same")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["reference", "full_cutoff_february"])
def test_europe_in_weeks_costs_the_same_in_pypsa(data, monthly, name):
    case = apply(monthly(name, foresight="perfect", resolution="week", low_calorific=False, lng_world=False), data)

    assert approx(cost_eur(case), rel=1e-6) == cost_in_pypsa(case)
