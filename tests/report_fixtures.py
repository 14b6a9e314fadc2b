"""Runs for the tests of the briefing: real data at monthly resolution, solved once per session."""

from __future__ import annotations

from functools import cache

from energy_model.data.load import GasData, load_data
from energy_model.results.run import Results, run
from energy_model.scenario import load_scenario

SCENARIOS = ("reference", "full_cutoff_february", "full_cutoff_with_assurances", "ns2_commissioned")


@cache
def real_data() -> GasData:
    """The package's own data."""
    return load_data()


@cache
def monthly(name: str) -> Results:
    """A scenario of the library at monthly resolution."""
    scenario = load_scenario(name, real_data().root).model_copy(update={"resolution": "month"})
    return run(scenario, real_data())


def monthly_runs() -> list[Results]:
    """A few scenarios that between them use every sheet."""
    return [monthly(name) for name in SCENARIOS]
