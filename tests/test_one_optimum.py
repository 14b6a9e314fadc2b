"""One optimum: what a plan says does not depend on the way the solver took to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from energy_model.fast import TUNING, optimum
from energy_model.lp import compile_model, solve
from energy_model.model import build_model
from energy_model.plan import foresight
from energy_model.plan.foresight import Solved, solve_scenario
from energy_model.plan.terminals import pro_rata
from energy_model.scenario import apply, library, load_scenario
from energy_model.scenario.toy import toy_case

GWH_PER_DAY = 1e-3
"""Less than a thousandth of a GWh a day is rounding."""
EUR_PER_MWH = 0.5
"""A price between what one more and one less MWh is worth is one of many: this much at most, where a past is frozen."""
NAMES = ("origin_flow", "origin_bought", "origin_injection", "origin_withdrawal", "origin_level")
"""Whose name gas carries is open where nobody is banned; how much flows is not."""


def two_ways(scenario, data, monkeypatch) -> tuple[Solved, Solved]:
    """By way of longer periods, and from nothing."""
    lifted = solve_scenario(scenario, data)
    monkeypatch.setattr(foresight.fast, "optimum", partial(optimum, tuning=replace(TUNING, longest_period_days=0.0)))
    return lifted, solve_scenario(scenario, data)


def assert_same_plan(one: Solved, other: Solved) -> None:
    assert one.objective_keur == pytest.approx(other.objective_keur, rel=1e-12)
    for name in set(one.values) - set(NAMES):
        assert np.abs(one.values[name] - other.values[name]).max(initial=0.0) < GWH_PER_DAY, name
    case = one.case
    prices = [solved.duals["balance"][case.is_market] / case.timeline.days for solved in (one, other)]
    assert np.abs(prices[0] - prices[1]).max() < EUR_PER_MWH


# --- terminals --------------------------------------------------------------------------------------------------------


def terminals(*capacities: tuple[str, float, float]):
    """LNG of a toy world with terminals (market, capacity, minimum), one period."""
    nodes = sorted({node for node, _, _ in capacities})
    case = toy_case(dict.fromkeys(nodes, 10.0), lng=dict.fromkeys(nodes, (1.0, 20.0, 0.0)))
    _, capacity, minimum = zip(*capacities, strict=True)
    return replace(
        case.lng,
        terminal=np.array([f"terminal {q}" for q in range(len(capacities))]),
        terminal_node=np.array([case.node(node) for node, _, _ in capacities]),
        sendout=np.array(capacity)[:, None],
        sendout_minimum=np.array(minimum)[:, None],
    )


def test_terminals_of_a_market_send_out_the_same_share_of_their_capacity():
    lng = terminals(("DE", 10.0, 0.0), ("FR", 50.0, 0.0), ("DE", 30.0, 0.0))

    assert pro_rata(np.array([[10.0], [7.0], [10.0]]), lng).ravel() == pytest.approx([5.0, 7.0, 15.0])


def test_a_terminal_sends_out_first_what_it_must():
    """20 to send, 4 of them bound to the first: of 16 left each takes its part of the room, 6 and 30."""
    lng = terminals(("DE", 10.0, 4.0), ("DE", 30.0, 0.0))

    assert pro_rata(np.array([[4.0], [16.0]]), lng).ravel() == pytest.approx([4.0 + 16.0 / 6.0, 80.0 / 6.0])


def test_a_closed_terminal_sends_out_nothing():
    lng = terminals(("DE", 0.0, 0.0), ("DE", 30.0, 0.0), ("FR", 0.0, 0.0))

    assert pro_rata(np.array([[0.0], [30.0], [0.0]]), lng).ravel() == pytest.approx([0.0, 30.0, 0.0])


@given(st.lists(st.tuples(st.sampled_from(["DE", "FR", "IT"]), st.floats(0.0, 50.0), st.floats(0.0, 1.0)),
                min_size=1, max_size=8), st.data())  # fmt: skip
def test_any_division_ends_in_the_same_one_within_the_limits(rows, draw):
    """Two divisions with the same sums: the terminals filled one after the other, forwards and backwards."""
    lng = terminals(*((node, capacity, share * capacity) for node, capacity, share in rows))
    filled = draw.draw(st.floats(0.0, 1.0))
    room = (lng.sendout - lng.sendout_minimum).ravel()
    ways = []
    for order in (range(len(rows)), reversed(range(len(rows)))):
        given_out = lng.sendout_minimum.ravel().copy()
        left = {n: filled * room[lng.terminal_node == n].sum() for n in set(lng.terminal_node.tolist())}
        for q in order:
            step = min(room[q], left[lng.terminal_node[q]])
            given_out[q], left[lng.terminal_node[q]] = given_out[q] + step, left[lng.terminal_node[q]] - step
        ways.append(pro_rata(given_out[:, None], lng))

    assert ways[0] == pytest.approx(ways[1], abs=1e-9)
    assert (ways[0] <= lng.sendout + 1e-9).all()
    assert (ways[0] >= lng.sendout_minimum - 1e-9).all()
    for n in set(lng.terminal_node.tolist()):
        mine = lng.terminal_node == n
        assert ways[0][mine].sum() == pytest.approx(lng.sendout_minimum[mine].sum() + filled * room[mine].sum())


# --- Europe -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ns2_commissioned", "full_cutoff_low_lng"])
def test_what_happens_under_surprise_does_not_depend_on_the_way(data, name, monkeypatch):
    """A second plan lives on what the first left of an exporter's steps of one price, and plans 1e-7 apart are two."""
    assert_same_plan(*two_ways(load_scenario(name, data.root), data, monkeypatch))


def test_nor_where_a_cap_makes_the_steps_of_a_supplier_cost_the_same(data, monthly, monkeypatch):
    cap = {"kind": "price_cap", "supplier": "RU", "cap_eur_per_mwh": 4.0, "remaining_share": 1.0}
    scenario = monthly("ns2_commissioned", cap, resolution="week")
    assert_same_plan(*two_ways(scenario, data, monkeypatch))


def test_the_past_of_a_surprise_stays_as_it_was_divided(data, monthly, solved):
    """A terminal fails in June: until May nothing changes for the others."""
    failure = {"kind": "asset_loss", "asset": "lng_terminal", "id": "dunkerque", "start": date(2022, 6, 1)}
    before, after = solved(monthly("reference")), solved(monthly("reference", failure))
    lng = after.case.lng
    french = lng.terminal_node == after.case.node("FR")
    used = after.values["sendout"][french] / np.maximum(before.case.lng.sendout[french], 1e-9)

    june = after.case.timeline.boundary_at(date(2022, 6, 1))
    assert used[:, :june] == pytest.approx(np.repeat(used[:1, :june], french.sum(), axis=0), abs=1e-6)
    assert before.values["sendout"][:, :june] == pytest.approx(after.values["sendout"][:, :june], abs=GWH_PER_DAY)
    assert after.values["sendout"][lng.terminal == "dunkerque", june:] == pytest.approx(0.0, abs=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(library(None)))
def test_no_scenario_of_the_library_depends_on_the_way(data, name, monkeypatch):
    assert_same_plan(*two_ways(load_scenario(name, data.root), data, monkeypatch))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["full_cutoff_february", "reference"])
def test_interior_point_and_the_whole_matrix_lead_to_the_same_plan(data, monthly, name):
    scenario = monthly(name, foresight="perfect")
    case = apply(scenario, data)
    matrix = compile_model(build_model(case))
    cold, lifted = (
        optimum(matrix, case)[0],
        optimum(matrix, case, boundaries=scenario.announcements(), tuning=replace(TUNING, longest_period_days=np.inf))[
            0
        ],
    )

    for other in (lifted, solve(matrix, method="ipm"), solve(matrix)):
        assert cold.objective == pytest.approx(other.objective, rel=1e-9)
        for block in matrix.columns:
            found, expected = (matrix.values(one.col_value, block) for one in (other, cold))
            if block == "sendout":
                found, expected = pro_rata(found, case.lng), pro_rata(expected, case.lng)
            assert np.abs(found - expected).max(initial=0.0) < GWH_PER_DAY, block
