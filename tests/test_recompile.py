"""Cases compiled one after the other give the matrices that each would give alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import get_args, get_type_hints

import numpy as np
import pytest
from cases import networks
from examples import tries
from hypothesis import given, settings
from hypothesis import strategies as st

from energy_model.data.load import GasData
from energy_model.data.mechanisms import MECHANISMS
from energy_model.lp import Matrix, compile_model
from energy_model.model import build_model
from energy_model.model.recompile import PARTS, Recompiler, same_structure
from energy_model.scenario import Case, Scenario, apply
from energy_model.scenario.arrays import numbers_of
from energy_model.scenario.toy import toy_case

UNSEEN = (
    "nameplate", "hub_link_share", "lng", "lng_of_year", "europe_limit", "monthly_flexibility", "first_month_answer",
    "second_month_answer",
)  # fmt: skip
"""Numbers that only results read, or what measures leave of them; limits in whose place a world market decides; what
buyers can answer in the months after news, of which there is none in this case."""
NUMBERS = [
    (part, field)
    for part, kind in get_type_hints(Case).items()
    if part in PARTS
    for field in sorted(numbers_of((get_args(kind) or (kind,))[0]))
]


def anew(case: Case) -> Matrix:
    return compile_model(build_model(case))


@pytest.fixture(scope="module")
def europe(data: GasData, monthly: Callable[..., Scenario]) -> Case:
    return apply(monthly("full_cutoff_february", **dict.fromkeys(MECHANISMS, True)), data)


@pytest.fixture(scope="module")
def matrix(europe: Case) -> Matrix:
    return anew(europe)


@pytest.fixture(scope="module")
def recompiler() -> Recompiler:
    return Recompiler()


@pytest.mark.parametrize(("part", "field"), NUMBERS)
def test_a_number_is_renewed(part: str, field: str, europe: Case, matrix: Matrix, recompiler: Recompiler) -> None:
    before = np.asarray(getattr(getattr(europe, part), field), dtype=float)
    other = np.where(np.isfinite(before), 0.75 * before + 0.01, 7.0)
    changed = europe.with_(part, **{field: other if other.ndim else float(other)})
    recompiler.matrix(europe)
    alone = anew(changed)

    assert same_structure(europe, changed)
    assert recompiler.matrix(changed).equals(alone)
    assert recompiler.matrix(europe).equals(matrix)
    assert alone.equals(matrix) == (field in UNSEEN)


def test_whatever_is_no_number_makes_another_structure(europe: Case) -> None:
    for part in PARTS:
        whole = getattr(europe, part)
        for field in (field.name for field in fields(whole) if field.compare):
            if field in numbers_of(type(whole)):
                continue
            content = getattr(whole, field)
            if isinstance(content, np.ndarray):
                others = [value for value in content.tolist() if value != content.tolist()[-1]]
                another = others[0] if others else f"{content.tolist()[-1]} no more"
                content = np.array([*content.tolist()[:-1], another])
            elif isinstance(content, bool):
                content = not content
            else:
                content = content * 2.0 if isinstance(content, float) else content[:-1]
            assert not same_structure(europe, europe.with_(part, **{field: content})), f"{part}.{field}"
    assert not same_structure(europe, replace(europe, is_market=~europe.is_market))
    shorter = europe.timeline.starts[:-1]
    assert not same_structure(europe, replace(europe, timeline=replace(europe.timeline, starts=shorter)))


def test_another_structure_is_compiled_anew(europe: Case) -> None:
    toy = toy_case({"A": [10.0]}, supply={"A": (20.0, 5.0)})
    wanting = toy.with_("storage", targets=())
    recompiler = Recompiler()
    for case in (europe, toy, europe, wanting):
        assert recompiler.matrix(case).equals(anew(case))


@settings(max_examples=tries(30), deadline=None)
@given(st.lists(networks(), min_size=2, max_size=4))
def test_any_sequence_of_networks_gives_what_each_gives_alone(sequence: list[Case]) -> None:
    recompiler = Recompiler()
    for case in sequence:
        assert recompiler.matrix(case).equals(anew(case))
        halved = case.with_("supply", rate=case.supply.rate * 0.5)
        assert same_structure(case, halved)
        assert recompiler.matrix(halved).equals(anew(halved))
