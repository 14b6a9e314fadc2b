"""What must hold in any network, tried on random small ones; Europe's turn is in test_properties_europe.py."""

from __future__ import annotations

import numpy as np
import pytest
from cases import answer, cost, everything, in_halves, networks, tables
from hypothesis import given, settings
from hypothesis import strategies as st

from energy_model.lp import solve
from energy_model.plan.stages import Decisions
from energy_model.scenario.toy import toy_case

approx = pytest.approx


@settings(max_examples=25)
@given(networks())
def test_the_balance_closes_and_the_costs_add_up(case):
    """``tables`` itself refuses a balance or a sum that does not close."""
    found = answer(case)
    shown = tables(found)

    assert shown["balance"]["residual_gwh_per_day"].abs().max() <= 1e-6
    assert approx(found.cost * 1e3, rel=1e-9, abs=1e-3) == shown["costs"]["cost_eur"].sum()
    assert approx(shown["demand"]["demand_gwh"].sum()) == (case.demand.rate.sum(axis=(0, 1)) @ case.timeline.days)


CAPACITIES = {
    "pipelines": ("pipelines", ("capacity",)),
    "supply": ("supply", ("rate", "volume")),
    "an exporter's volume": ("lng", ("rate", "volume")),
    "terminals": ("lng", ("sendout",)),
    "what Europe attracts": ("lng", ("europe_limit",)),
    "injection": ("storage", ("injection",)),
    "withdrawal": ("storage", ("withdrawal",)),
    "gas in store on the first day": ("storage", ("initial",)),
}


@pytest.mark.parametrize("what", CAPACITIES)
@settings(max_examples=8)
@given(case=networks(), factor=st.floats(1.0, 3.0), draws=st.data())
def test_more_of_what_brings_gas_never_raises_the_cost(what, case, factor, draws):
    part, fields = CAPACITIES[what]
    case = case.with_("storage", holding_cost=0.0)  # else gas that nobody can use costs interest
    before = getattr(case, part)
    size = len(getattr(before, fields[0]))
    grown = np.array([factor if draws.draw(st.booleans()) else 1.0 for _ in range(size)])
    more = {name: (getattr(before, name).T * grown).T for name in fields}
    if what == "gas in store on the first day":
        more = {"initial": np.minimum(more["initial"], case.storage.working_gas)}

    assert cost(case.with_(part, **more)) <= cost(case) * (1.0 + 1e-9) + 1e-6


@settings(max_examples=15)
@given(networks(), st.data())
def test_a_pipeline_in_two_equal_halves_carries_the_same(case, draws):
    if not len(case.pipelines.id):
        return
    pipeline = draws.draw(st.integers(0, len(case.pipelines.id) - 1))

    assert approx(cost(case), rel=1e-9, abs=1e-6) == cost(in_halves(case, pipeline))


@settings(max_examples=15)
@given(networks(), st.floats(0.1, 10.0))
def test_the_unit_of_energy_does_not_matter(case, factor):
    """All quantities of gas times a factor: the cost too."""
    scaled = {
        "pipelines": ("capacity",),
        "supply": ("rate", "volume"),
        "lng": ("rate", "volume", "sendout", "europe_limit"),
        "storage": ("working_gas", "injection", "withdrawal", "initial"),
        "demand": ("rate",),
        "contracts": ("floor",),
    }
    grown = case.with_("storage", targets=())
    before = cost(grown)
    for part, names in scaled.items():
        grown = grown.with_(part, **{name: getattr(getattr(grown, part), name) * factor for name in names})

    assert approx(before * factor, rel=1e-8, abs=1e-6) == cost(grown)


@settings(max_examples=15)
@given(networks(), st.randoms(use_true_random=False))
def test_the_order_of_assets_does_not_matter(case, random):
    def shuffled(count: int) -> np.ndarray:
        order = list(range(count))
        random.shuffle(order)
        return np.array(order, dtype=int)

    lines, contracts, steps = (
        shuffled(count) for count in (len(case.pipelines.id), len(case.contracts.id), len(case.supply.supplier))
    )
    now_at = {int(old): new for new, old in enumerate(lines)}
    other = (
        case.with_(
            "pipelines", **{n: values[lines] for n, values in vars(case.pipelines).items() if values is not None}
        )
        .with_(
            "supply", **{n: values[steps] for n, values in vars(case.supply).items() if isinstance(values, np.ndarray)}
        )
        .with_(
            "contracts",
            pipelines=tuple(tuple(now_at[p] for p in case.contracts.pipelines[c]) for c in contracts),
            **{name: getattr(case.contracts, name)[contracts] for name in ("id", "supplier", "floor", "price")},
        )
    )
    assert approx(cost(case), rel=1e-9, abs=1e-6) == cost(other)


def test_the_same_case_gives_the_same_numbers():
    one, two = answer(everything()), answer(everything())

    assert one.cost == two.cost
    assert np.array_equal(one.solution.col_value, two.solution.col_value)


# --- foresight, on a network solved by hand -------------------------------------------------------------------------


def test_a_surprise_finds_the_store_emptied_by_those_who_did_not_expect_it():
    """50 GWh in store, 5 a day for twice ten days; gas costs 20 now and 10 then.

    Who expects it to come empties the store now and buys 50 at 10 then. When it stops, 50 x 1,005 are unserved. Who had
    known would have bought 50 at 20 and kept the store: early warning is worth 50 x (1,005 - 20).
    """
    believed = toy_case(
        {"DE": 5.0}, supply={"DE": (5.0, 0.0)}, storage={"DE": (50.0, 9.0, 9.0, 50.0)}, periods=2, days=10
    ).with_("supply", cost=np.array([[20.0, 10.0]]))
    actual = believed.with_("supply", rate=np.array([[5.0, 0.0]]))
    plan, wiser = answer(believed), answer(actual)
    frozen = Decisions.of(plan.matrix, plan.solution).frozen(wiser.matrix, first=1)
    surprised = solve(frozen)

    assert approx(50.0 * 10.0) == plan.cost
    assert approx(50.0 * 20.0) == wiser.cost
    assert approx(50.0 * 1_005.0) == surprised.objective
    assert approx([50.0, 0.0, 0.0]) == frozen.values(surprised.col_value, "level")[0]
