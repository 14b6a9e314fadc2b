"""Strength zero changes nothing, stricter never costs less, a date changes no past: for every kind and pair."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from measure_kinds import DATED, FORMS, STRICTER_CASES, STRICTER_PAIRS, WITHOUT_ZERO, ZERO_CASES, ZERO_PAIRS, Form, page
from pages import assert_page

from energy_model.data import GasData
from energy_model.fast import optimum
from energy_model.model.recompile import Recompiler
from energy_model.plan.foresight import Solved, Worlds, solve_scenario
from energy_model.scenario import Case, Scenario, apply, load_scenario
from energy_model.scenario.load import with_changes
from energy_model.scenario.measures import KINDS
from energy_model.scenario.world import base_case

SPRING = {"start": date(2022, 1, 1), "end": date(2022, 4, 30)}
MARCH = date(2022, 3, 10)
EVERY = 47
"""Of the pairs of strengths, every so manieth runs in the fast suite."""


@dataclass(frozen=True)
class World:
    """The reference over four months under perfect foresight, and the world before its measures."""

    scenario: Scenario
    vintage: GasData
    base: Case

    def case(self, *measures: dict[str, Any]) -> Case:
        """The case with further measures."""
        added = (*(m.model_dump() for m in self.scenario.measures), *measures)
        return apply(with_changes(self.scenario, measures=added), self.vintage, base=self.base)


@pytest.fixture(scope="module")
def world(data: GasData) -> World:
    scenario = with_changes(load_scenario("reference"), resolution="month", foresight="perfect", horizon=SPRING)
    vintage = data.at(scenario.as_of)
    return World(scenario, vintage, base_case(vintage, scenario))


@pytest.fixture(scope="module")
def cost(world: World) -> Any:
    """Least cost under some measures, thousand EUR, with the take-or-pay that failures forgive; each is solved once."""
    due, again, known = world.case().contracts, Recompiler(), dict[str, float]()

    def least(*measures: dict[str, Any]) -> float:
        if (key := repr(measures)) not in known:
            case = world.case(*measures)
            found = optimum(again.matrix(case), case)[0]
            known[key] = found.objective + float((due.floor - case.contracts.floor) @ due.price)
        return known[key]

    return least


def differing(one: Any, other: Any, where: str = "case") -> list[str]:
    """Names of the numbers in which two cases differ."""
    if one is other:
        return []
    if hasattr(one, "__dataclass_fields__") and type(one) is type(other):
        return [
            name
            for part in fields(one)
            if part.compare
            for name in differing(getattr(one, part.name), getattr(other, part.name), f"{where}.{part.name}")
        ]
    same = np.array_equal(one, other) if isinstance(one, np.ndarray) else one == other
    return [] if same else [where]


def named(*parts: Any) -> str:
    return ", ".join(f"{p.kind} {p.name}" if isinstance(p, Form) else str(p) for p in parts)


def test_every_kind_of_measure_is_tried() -> None:
    assert set(KINDS) == {form.kind for form in FORMS} | set(WITHOUT_ZERO)


@pytest.mark.parametrize("form", FORMS, ids=named)
def test_a_form_in_force_changes_something(world: World, form: Form) -> None:
    """Without this the tests of strength zero would prove nothing."""
    assert differing(world.case(), world.case(form.measure()))


@pytest.mark.parametrize(("form", "zero"), ZERO_CASES, ids=named)
def test_strength_zero_leaves_every_number_as_it_is(world: World, form: Form, zero: dict[str, Any]) -> None:
    assert [] == differing(world.case(), world.case(form.measure(**zero)))


@pytest.mark.parametrize("one", FORMS, ids=named)
def test_strength_zero_changes_nothing_beside_another_measure(world: World, one: Form) -> None:
    alone = world.case(one.measure())
    for first, other, zero in ZERO_PAIRS:
        if first is one:
            nothing = other.measure(**zero)
            for written in ((one.measure(), nothing), (nothing, one.measure())):
                assert [] == differing(alone, world.case(*written)), named(one, other, zero)


@pytest.mark.parametrize(("form", "mild", "strict"), STRICTER_CASES, ids=named)
def test_a_stricter_measure_never_costs_less(
    cost: Any, form: Form, mild: dict[str, Any], strict: dict[str, Any]
) -> None:
    before, after = (cost(form.measure(**keys)) for keys in (mild, strict))

    assert after >= before * (1.0 - 1e-9)


def check_pairs(cost: Any, pairs: list[Any]) -> None:
    for one, mild, strict, other in pairs:
        before, after = (cost(one.measure(**keys), other.measure()) for keys in (mild, strict))
        assert after >= before * (1.0 - 1e-9), named(one, mild, strict, other)


def test_a_stricter_measure_never_costs_less_beside_another(cost: Any) -> None:
    check_pairs(cost, STRICTER_PAIRS[::EVERY])


@pytest.mark.slow
def test_a_stricter_measure_never_costs_less_beside_any_other(cost: Any) -> None:
    check_pairs(cost, STRICTER_PAIRS)


@pytest.fixture(scope="module")
def cut(data: GasData, monthly: Any) -> tuple[Scenario, Solved]:
    """The full stop of February, on the periods of a scenario in which something becomes known in March."""
    scenario = monthly("full_cutoff_february", horizon=SPRING)
    return scenario, solve_scenario(scenario, data, plan_days=[MARCH])


@pytest.fixture(scope="module")
def worlds(data: GasData, cut: tuple[Scenario, Solved]) -> Worlds:
    """The world before measures, which all scenarios of one horizon share, made once for each set of boundaries."""
    vintage = data.at(cut[0].as_of)
    return cache(lambda announced: base_case(vintage, cut[0], announced=announced))


@pytest.mark.parametrize("form", DATED, ids=named)
def test_what_becomes_known_in_march_leaves_the_past_as_it_was(
    data: GasData, cut: tuple[Scenario, Solved], worlds: Worlds, form: Form
) -> None:
    scenario, before = cut
    dated = {"announced": MARCH} if form.kind == "storage_target" else {"start": MARCH}
    own = (*(m.model_dump() for m in scenario.measures), form.measure(**dated))
    after = solve_scenario(with_changes(scenario, measures=own), data, worlds=worlds)
    line, until = before.case.timeline, before.case.timeline.boundary_at(MARCH)

    assert line == after.case.timeline
    for name, end in (("level", until + 1), ("flow", until), ("cargo", until)):
        assert before.values[name][..., :end] == pytest.approx(after.values[name][..., :end], abs=1e-6)
    reduced = [one.values["voluntary"].sum(axis=1)[..., :until] for one in (before, after)]
    assert reduced[0] == pytest.approx(reduced[1], abs=1e-6)


def test_the_page_says_what_is_tested() -> None:
    file = Path(__file__).parents[1] / "docs" / "measures.md"
    assert_page(page(), file, "python tests/measure_kinds.py")
