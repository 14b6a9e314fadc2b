"""What a sweep reuses from case to case: the basis of a case with news on other days, and solves that end nowhere."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from energy_model.data.load import GasData
from energy_model.fast import warm_chain
from energy_model.fast.other_periods import Frame
from energy_model.fast.sifting import Sifted
from energy_model.lp import compile_model, solve
from energy_model.lp.basis import basis_codes
from energy_model.lp.highs import LiveModel
from energy_model.model import build_model
from energy_model.plan.foresight import solve_scenario
from energy_model.scenario import load_scenario
from energy_model.scenario.load import with_changes
from energy_model.scenario.toy import toy_case
from energy_model.sweep.chunk import Neighbours

DAYS = (date(2022, 3, 12), date(2022, 6, 1), date(2022, 9, 17))


def test_cases_with_news_on_other_days_start_from_each_other(data: GasData, monkeypatch: pytest.MonkeyPatch) -> None:
    """With every mechanism of the package: the day divides its month, and the segments of a tier have many rows."""
    base = load_scenario("full_cutoff_february", data.root, data)
    base, known = with_changes(base, foresight="surprise", resolution="month"), data.at(base.as_of)
    neighbours, afresh = Neighbours(), []
    usual = warm_chain.optimum_from
    monkeypatch.setattr(warm_chain, "optimum_from", lambda *given, **how: afresh.append(1) or usual(*given, **how))

    for day in DAYS:
        moved = tuple(m.model_copy(update={"start": day, "announced": day}) for m in base.measures)
        scenario = with_changes(base, measures=tuple(m.model_dump() for m in moved))
        warm = neighbours.solve(scenario, known)
        assert warm.objective_keur == pytest.approx(solve_scenario(scenario, known).objective_keur, rel=1e-9)

    assert len(afresh) == 1


def halves(periods: int, days: int) -> Frame:
    case = toy_case(
        {"DE": 12.0, "FR": 9.0},
        pipelines={("DE", "FR"): (12.0, 1.0)},
        supply={"DE": (25.0, 30.0)},
        storage={"DE": (40.0, 5.0, 5.0, 20.0)},
        periods=periods,
        days=days,
    )
    return Frame.of(compile_model(build_model(case)), case.timeline)


def test_what_is_decided_on_the_same_days_corresponds() -> None:
    """Four periods of six days, and each in two halves: both start from the whole."""
    fine, coarse = halves(8, 3), halves(4, 6)
    columns, rows = fine.places_in(coarse)

    for places, name, place in (
        (columns, "flow", np.arange(8) // 2),
        (columns, "level", np.arange(9) // 2),
        (rows, "balance", np.arange(8) // 2),
    ):
        mine, theirs = (getattr(frame, "rows" if places is rows else "columns")[name] for frame in (fine, coarse))
        there = (theirs.start + np.arange(theirs.size)).reshape(theirs.shape)
        assert (places[mine.slice].reshape(mine.shape) == there[..., place]).all()
    assert not fine.is_like(coarse)
    assert fine.is_like(halves(8, 3))


@pytest.mark.parametrize("silent", [1, 2])
def test_a_solve_that_ends_without_knowing_is_made_in_another_way(silent: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With other options, then from nothing; what is left out stays out, as nothing says that it is needed."""
    case = toy_case({"DE": [12.0, 20.0]}, supply={"DE": (15.0, 30.0)}, periods=2, slices=3)
    matrix = compile_model(build_model(case))
    best = solve(matrix)
    codes = basis_codes(best.basis)
    sifted = Sifted(matrix, codes, codes[0] == 1, np.ones(matrix.n_rows, dtype=bool))
    usual, asked = LiveModel.attempt, []

    def attempt(live: LiveModel) -> Any:
        asked.append(1)
        return None if len(asked) <= silent else usual(live)

    monkeypatch.setattr(LiveModel, "attempt", attempt)

    assert sifted.solve().objective == pytest.approx(best.objective)
    assert len(asked) == silent + 1
    assert not sifted.is_whole
