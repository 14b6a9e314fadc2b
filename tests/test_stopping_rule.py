"""Sampling stops when the mean is known well enough, and not before."""

from __future__ import annotations

import pandas as pd
import pytest
from toy_package import toy_data
from toy_sweep import toy_plan

from energy_model.risk.stopping_rule import run_until
from energy_model.risk.tables import mean_error
from energy_model.sweep import read_results
from energy_model.sweep.columns import UNSERVED


def error_of(table: pd.DataFrame) -> float:
    return mean_error(table[UNSERVED].to_numpy(float))[1]


def test_it_stops_at_the_first_size_that_is_enough(tmp_path):
    loose = run_until(toy_plan(samples=16), tmp_path, 60.0, data=toy_data(), workers=1, first_samples=4)
    sizes = sorted(folder.name for folder in tmp_path.iterdir())

    assert loose.is_met
    assert loose.error_twh == pytest.approx(error_of(loose.sweep.frame()))
    assert loose.error_twh <= 60.0
    assert sizes[-1] == f"samples_{loose.sweep.cases:06d}"
    for smaller in sizes[:-1]:
        assert error_of(read_results(tmp_path / smaller)) > 60.0

    strict = run_until(toy_plan(samples=16), tmp_path, 1e-3, data=toy_data(), workers=1, first_samples=4)
    assert not strict.is_met
    assert strict.sweep.cases == 16
    again = run_until(toy_plan(samples=16), tmp_path, 60.0, data=toy_data(), workers=1, first_samples=4)
    assert again.sweep.resumed == again.sweep.cases, "what was solved at one size is not solved again"
