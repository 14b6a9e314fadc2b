"""The numbers of the scenario library stay what they are, whatever becomes of the code."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from library_results import KEYS, PATH, SHIPPED_PATH, SURPRISE_PATH, SURPRISES, monthly_totals

from energy_model import GasData, library

IN_EVERY_RUN = ("reference", "full_cutoff_february", "germany_backs_sanctions")
"""Scenarios that are solved with every mechanism in the fast tests; the others in the slow ones."""
scenarios = pytest.mark.parametrize("name", list(library()))
shipped_scenarios = pytest.mark.parametrize(
    "name", [name if name in IN_EVERY_RUN else pytest.param(name, marks=pytest.mark.slow) for name in library()]
)


@scenarios
def test_the_results_of_the_library_are_those_on_record(name: str, data: GasData) -> None:
    held(name, data, PATH)


@shipped_scenarios
def test_the_results_with_every_mechanism_are_those_on_record(name: str, shipped: GasData) -> None:
    held(name, shipped, SHIPPED_PATH)


@pytest.mark.parametrize("name", SURPRISES)
def test_plans_by_surprise_give_what_they_gave_when_they_were_the_default(name: str, shipped: GasData) -> None:
    held(name, shipped, SURPRISE_PATH, foresight="surprise")


def held(name: str, data: GasData, path: Path, **changes: str) -> None:
    """A scenario gives the totals that are on record."""
    recorded = pd.read_csv(path).query("scenario == @name").set_index(KEYS)

    now = monthly_totals(name, data, **changes).set_index(KEYS)

    gone = recorded.index.difference(now.index)
    assert gone.empty, f"results that are no longer there: {list(gone)}"
    now = now.loc[recorded.index]
    moved = (now.to_numpy() - recorded.to_numpy()) / recorded.abs().clip(lower=1.0).to_numpy()
    told = recorded.assign(now=now["total"], now_weighted=now["weighted"])[(abs(moved) > 1e-6).any(axis=1)]
    assert told.empty, f"these moved; say why before `python tests/library_results.py` writes them anew:\n{told}"
