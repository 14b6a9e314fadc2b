"""What an expert on European gas would expect of the scenarios, on the real network in months; slow ones in weeks.

Quantities are GWh over the horizon of fifteen months unless said otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pytest
from cases import total_curtailed_gwh

from energy_model.fast import optimum
from energy_model.lp import compile_model
from energy_model.model import build_model
from energy_model.model.build import VARIABLES
from energy_model.model.demand import slice_table, slice_width
from energy_model.plan.foresight import Solved
from energy_model.scenario import Case, Scenario, apply
from energy_model.scenario.load import with_changes

approx = pytest.approx
Monthly = Callable[..., Scenario]
Solve = Callable[[Scenario], Solved]

FULL_CUTS = ["full_cutoff_february", "full_cutoff_april", "full_cutoff_cold_winter", "full_cutoff_low_lng"]
TINY = 1e-6
"""GWh per day that count as nothing."""


def cut_on(day: date, remaining_share: float = 0.0) -> dict[str, object]:
    return {"kind": "supply_cut", "supplier": "RU", "remaining_share": remaining_share, "start": day}


def reduced_gwh(solved: Solved) -> float:
    """Demand that is not served: cut, or gone because gas is dear."""
    voluntary = solved.values["voluntary"].sum(axis=(0, 1)) @ solved.case.timeline.days
    return total_curtailed_gwh(solved) + float(voluntary)


def from_day(solved: Solved, day: date) -> np.ndarray:
    """Which periods lie on or after a day."""
    return np.array([start >= day for start in solved.case.timeline.starts])


# --- what a cut does ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FULL_CUTS)
def test_no_russian_gas_enters_europe_after_a_full_cut(monthly: Monthly, solved: Solve, name: str):
    found = solved(monthly(name))
    case, day = found.case, found.scenario.announcements()[0]
    russia = case.supply.supplier == "RU"
    lines = case.pipelines.from_node == case.node("RU")
    after = from_day(found, day)

    assert found.values["supply"][russia][:, ~after].sum() > 1_000.0
    assert found.values["supply"][russia][:, after].max() <= TINY
    assert found.values["flow"][lines][:, after].max() <= TINY


@pytest.mark.parametrize("name", FULL_CUTS)
def test_turkey_belarus_and_kaliningrad_keep_their_russian_supply(monthly: Monthly, solved: Solve, name: str):
    """Russia sells to them under other contracts and over other lines; a cut is of what goes to Europe."""
    found, reference = solved(monthly(name)), solved(monthly("reference", weather=monthly(name).weather))
    suppliers = found.case.supply.supplier
    for desk in ("RU_BY", "RU_TR"):
        sold, before = (
            (one.values["supply"][suppliers == desk] @ one.case.timeline.days).sum() for one in (found, reference)
        )
        assert sold >= before * (1.0 - 1e-6) > 0.0
    assert 0.0 == approx(total_curtailed_gwh(found, ["BY", "KGD"]), abs=1e-3)


def test_protected_customers_are_cut_last(monthly: Monthly, solved: Solve):
    """Russia, Norway and Algeria stop, 300 TWh of LNG a year come, the winter is cold: then it reaches households too.

    Where one goes without gas, its market serves no unprotected customer any more in that period.
    """
    others = ({**cut_on(date(2022, 2, 15)), "supplier": supplier} for supplier in ("NO", "DZ"))
    found = solved(monthly("full_cutoff_february", *others, weather="cold_1_in_20", lng_limit_twh_per_year=300.0))
    case, cut = found.case, found.values["curtailment"]
    protected = case.demand.tier_is_protected[slice_table(case.demand).tier]
    without = cut[:, protected].sum(axis=1) > 1e-4
    still_served = (slice_width(case)[:, ~protected] - cut[:, ~protected]).sum(axis=1)

    assert without.sum() > 10
    assert still_served[without].max() <= 1e-4


@pytest.mark.parametrize("name", FULL_CUTS)
def test_no_full_cut_of_the_library_reaches_protected_customers(monthly: Monthly, solved: Solve, name: str):
    found = solved(monthly(name))
    protected = found.case.demand.tier_is_protected[slice_table(found.case.demand).tier]

    assert 0.0 == approx(found.values["curtailment"][:, protected].sum(), abs=1e-3)


@pytest.mark.parametrize("name", FULL_CUTS)
def test_nobody_is_cut_while_demand_would_leave_by_itself(monthly: Monthly, solved: Solve, name: str):
    """Every voluntary step is cheaper than every tier: a market that is cut has used all its steps that day."""
    found = solved(monthly(name))
    matrix = compile_model(build_model(found.case))
    left = (matrix.block_array("col_upper", "voluntary") - found.values["voluntary"]).sum(axis=1)
    is_cut = found.values["curtailment"].sum(axis=1) > 1e-4

    assert is_cut.any()
    assert left[is_cut].max() <= 1e-4


def test_the_reference_leaves_nobody_short(monthly: Monthly, solved: Solve):
    assert 0.0 == approx(total_curtailed_gwh(solved(monthly("reference"))), abs=1e-3)


@pytest.mark.parametrize("name", FULL_CUTS)
def test_a_full_cut_costs_more_than_the_reference_and_leaves_europe_short(monthly: Monthly, solved: Solve, name: str):
    found, reference = solved(monthly(name)), solved(monthly("reference"))

    assert found.objective_keur > reference.objective_keur
    assert total_curtailed_gwh(found) > 100_000.0


def test_the_later_the_cut_the_lower_the_cost(monthly: Monthly, solved: Solve):
    days = [date(2022, 3, 1), date(2022, 7, 1), date(2022, 11, 1)]
    cost = [solved(monthly("reference", cut_on(day))).objective_keur for day in days]

    assert sorted(cost, reverse=True) == cost
    assert cost[0] > 1.2 * cost[-1]


def test_the_more_still_flows_the_smaller_the_shortage(monthly: Monthly, solved: Solve):
    """What is left of Russian deliveries from March on: nothing, half, everything."""
    found = [solved(monthly("reference", cut_on(date(2022, 3, 1), left))) for left in (0.0, 0.5, 1.0)]
    short, cost = [reduced_gwh(one) for one in found], [one.objective_keur for one in found]

    assert sorted(short, reverse=True) == short
    assert sorted(cost, reverse=True) == cost


# --- substitutes ----------------------------------------------------------------------------------------------------


def test_the_more_lng_europe_attracts_the_smaller_the_shortage(monthly: Monthly, solved: Solve):
    known = monthly("full_cutoff_february", foresight="perfect")
    limits = (800.0, 1_200.0, 1_600.0)
    found = [solved(with_changes(known, lng_limit_twh_per_year=limit)) for limit in limits]
    short, cost = [total_curtailed_gwh(one) for one in found], [one.objective_keur for one in found]

    assert sorted(short, reverse=True) == short
    assert sorted(cost, reverse=True) == cost
    assert short[-1] < short[0]


def test_the_more_is_saved_the_smaller_the_shortage(monthly: Monthly, solved: Solve):
    saving = {"kind": "demand_saving", "start": date(2022, 3, 1), "announced": date(2022, 2, 15)}
    shares = (0.0, 0.1, 0.2)
    found = [
        solved(monthly("full_cutoff_february", {**saving, "share": share}, foresight="perfect")) for share in shares
    ]
    short = [total_curtailed_gwh(one) for one in found]

    assert sorted(short, reverse=True) == short
    assert short[-1] < 0.5 * short[0]


@pytest.mark.parametrize("name", ["full_cutoff_with_assurances", "full_cutoff_with_savings"])
def test_what_is_meant_to_help_helps(monthly: Monthly, solved: Solve, name: str):
    helped, bare = solved(monthly(name)), solved(monthly("full_cutoff_february"))

    assert helped.objective_keur < bare.objective_keur
    assert total_curtailed_gwh(helped) < total_curtailed_gwh(bare)


def with_unlimited_lng(case: Case, everywhere: bool) -> Case:
    """Ships without limit of number or place; terminals that exist without limit, or one on every coast."""
    lng = case.lng
    case = case.with_("lng", rate=lng.rate * 99.0, volume=lng.volume * 99.0, europe_limit=lng.europe_limit * 99.0)
    if not everywhere:
        return case.with_("lng", sendout=lng.sendout * 99.0)
    coasts = np.unique(lng.route_node)
    plenty = np.full((len(coasts), len(case.timeline)), 1e5)
    return case.with_(
        "lng",
        terminal=np.append(lng.terminal, [f"every coast: {case.nodes[n]}" for n in coasts]),
        terminal_node=np.append(lng.terminal_node, coasts),
        sendout=np.vstack([lng.sendout, plenty]),
        sendout_minimum=np.vstack([lng.sendout_minimum, np.zeros_like(plenty)]),
    )


@pytest.mark.parametrize(("everywhere", "most"), [(True, 1e-3), (False, 0.01)], ids=["every coast", "existing coasts"])
def test_a_full_cut_with_unlimited_lng_leaves_nothing_unserved(data, monthly: Monthly, everywhere: bool, most: float):
    """With terminals on every coast nobody is cut; with those that exist, less than 1 % of what is cut without them."""
    short = []
    for change in (lambda case: case, lambda case: with_unlimited_lng(case, everywhere)):
        case = change(apply(monthly("full_cutoff_february", foresight="perfect"), data))
        matrix = compile_model(build_model(case))
        cut = matrix.values(optimum(matrix, case)[0].col_value, "curtailment")
        short.append(float((cut.sum(axis=(0, 1)) * case.timeline.days).sum()))

    assert short[0] > 100_000.0
    assert short[1] <= max(most * short[0] if not everywhere else most, 1e-3)


# --- Nord Stream 2 --------------------------------------------------------------------------------------------------


def test_nord_stream_2_changes_nothing_in_a_full_cut(monthly: Monthly, solved: Solve):
    """A pipe without gas: opened on the day of the cut, it moves neither the cost nor anybody's shortage."""
    opened = {"kind": "route_commissioning", "route": "nord_stream_2", "start": date(2022, 2, 15)}
    one, other = solved(monthly("full_cutoff_february")), solved(monthly("full_cutoff_february", opened))
    by_market = [found.values["curtailment"].sum(axis=1) @ found.case.timeline.days for found in (one, other)]

    assert approx(one.objective_keur, rel=1e-9) == other.objective_keur
    assert approx(by_market[0], abs=1e-3) == by_market[1]


def test_sanctions_on_nord_stream_2_alone_change_nothing(monthly: Monthly, solved: Solve):
    """It carries no gas in the reference either."""
    reference, sanctioned = solved(monthly("reference")), solved(monthly("ns2_sanctioned_permanently"))

    assert approx(reference.objective_keur, rel=1e-12) == sanctioned.objective_keur
    for name in ("flow", "supply", "sendout", "level", "curtailment"):
        assert approx(reference.values[name], abs=1e-6) == sanctioned.values[name]


def test_nord_stream_2_with_the_gas_held_back_lowers_the_cost(monthly: Monthly, solved: Solve):
    opened, reference = solved(monthly("ns2_commissioned")), solved(monthly("reference"))

    assert opened.objective_keur < 0.99 * reference.objective_keur


def test_without_more_gas_nord_stream_2_is_worth_little(monthly: Monthly, solved: Solve):
    """The pipe alone shortens the way of gas that comes anyway: less than 1 % of the cost."""
    opened = {"kind": "route_commissioning", "route": "nord_stream_2", "start": date(2022, 7, 1)}
    opened |= {"announced": date(2022, 1, 1)}
    pipe, reference = solved(monthly("reference", opened)), solved(monthly("reference"))

    assert 0.99 * reference.objective_keur <= pipe.objective_keur <= reference.objective_keur * (1.0 + 1e-9)


# --- surprise -------------------------------------------------------------------------------------------------------


def test_until_the_announcement_everything_is_as_in_the_reference(monthly: Monthly, solved: Solve):
    """April's cut surprises: flows, cargoes, stocks and deliveries up to March are the reference's."""
    found, reference = solved(monthly("full_cutoff_april")), solved(monthly("reference"))
    before = ~from_day(found, date(2022, 4, 1))

    assert found.case.timeline == reference.case.timeline
    count = found.case.timeline.boundary_at(date(2022, 4, 1))
    assert count == before.sum()
    for name in (one.name for one in VARIABLES.values() if one.by_period and one.name in reference.values):
        assert approx(reference.values[name][..., before], abs=1e-9) == found.values[name][..., before]
    held = slice(0, count + 1)
    assert approx(reference.values["level"][:, held], abs=1e-9) == found.values["level"][:, held]


@pytest.mark.parametrize("name", ["full_cutoff_april", "full_cutoff_with_assurances", "germany_backs_sanctions"])
def test_what_was_used_before_an_announcement_stays_used(monthly: Monthly, solved: Solve, name: str):
    """Volumes hold over the whole horizon, and stocks run on, across every change of plan."""
    found = solved(monthly(name))
    case, values, days = found.case, found.values, found.case.timeline.days
    stock = case.storage
    change = days * ((1.0 - stock.cycle_loss_share) * values["injection"] - values["withdrawal"])

    assert len(found.stages) > 1
    assert (values["supply"] @ days <= case.supply.volume * (1.0 + 1e-9) + 1e-3).all()
    assert (values["lng_supply"] @ days <= case.lng.volume * (1.0 + 1e-9) + 1e-3).all()
    assert (values["lng_supply"].sum(axis=0) @ days) <= case.lng.europe_limit.sum() * (1.0 + 1e-9)
    assert approx(values["level"][:, :-1] + change, abs=1e-3) == values["level"][:, 1:]
    assert approx(stock.initial) == values["level"][:, 0]


def test_warning_is_worth_something(monthly: Monthly, solved: Solve):
    """Europe told of April's cut on 1 January pays less, and is short of less, than Europe taken by surprise."""
    surprised = solved(monthly("full_cutoff_april"))
    warned = solved(monthly("full_cutoff_april", foresight="perfect"))

    assert warned.objective_keur < surprised.objective_keur
    assert total_curtailed_gwh(warned) <= total_curtailed_gwh(surprised) + 1e-3


# --- in weeks -------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("name", ["full_cutoff_february", "full_cutoff_cold_winter", "full_cutoff_with_assurances"])
def test_weeks_and_months_tell_the_same_story(monthly: Monthly, solved: Solve, name: str):
    weekly, by_month = solved(monthly(name, resolution="week")), solved(monthly(name))

    assert approx(total_curtailed_gwh(by_month), rel=0.1) == total_curtailed_gwh(weekly)
    assert approx(by_month.objective_keur, rel=0.1) == weekly.objective_keur


@pytest.mark.slow
@pytest.mark.parametrize("name", ["full_cutoff_february", "germany_backs_sanctions"])
def test_surprise_is_never_cheaper_than_foresight_in_weeks(monthly: Monthly, solved: Solve, name: str):
    surprised = solved(monthly(name, resolution="week"))
    warned = solved(monthly(name, resolution="week", foresight="perfect"))

    assert surprised.objective_keur >= warned.objective_keur * (1.0 - 1e-9)


@pytest.mark.slow
def test_nord_stream_2_changes_nothing_in_a_full_cut_in_weeks_either(monthly: Monthly, solved: Solve):
    opened = {"kind": "route_commissioning", "route": "nord_stream_2", "start": date(2022, 2, 15)}
    one = solved(monthly("full_cutoff_february", resolution="week"))
    other = solved(monthly("full_cutoff_february", opened, resolution="week"))

    assert approx(one.objective_keur, rel=1e-9) == other.objective_keur
