"""The numbers of the scenario library stay what they are, whatever becomes of the code."""

from __future__ import annotations

import pandas as pd
import pytest
from library_results import KEYS, PATH, monthly_totals

from energy_model import GasData, library


@pytest.mark.parametrize("name", list(library()))
def test_the_results_of_the_library_are_those_on_record(name: str, data: GasData) -> None:
    recorded = pd.read_csv(PATH).query("scenario == @name").set_index(KEYS)

    now = monthly_totals(name, data).set_index(KEYS)

    gone = recorded.index.difference(now.index)
    assert gone.empty, f"results that are no longer there: {list(gone)}"
    now = now.loc[recorded.index]
    moved = (now.to_numpy() - recorded.to_numpy()) / recorded.abs().clip(lower=1.0).to_numpy()
    told = recorded.assign(now=now["total"], now_weighted=now["weighted"])[(abs(moved) > 1e-6).any(axis=1)]
    assert told.empty, f"these moved; say why before `python tests/library_results.py` writes them anew:\n{told}"
