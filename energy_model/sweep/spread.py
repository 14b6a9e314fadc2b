"""Ranges of headlines in the computing time of a small sweep: each run is warm-started from the one before it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from energy_model.data.load import GasData
from energy_model.fast import Chain
from energy_model.lp import Matrix, Solution
from energy_model.results.ranges import Bands, RangeStore, bands_of
from energy_model.results.spread import run_data_spread
from energy_model.scenario import Case, Scenario


def headline_ranges(
    scenario: Scenario,
    data: GasData,
    store: RangeStore | None = None,
    progress: Callable[[int, int, str], None] | None = None,
    *,
    workers: int = 1,
) -> Bands:
    """Low, central and high of each headline over the stated ranges of the data, on periods of a month.

    Parameters
    ----------
    scenario : Scenario
        As loaded.
    data : GasData
        Loaded data package.
    store : RangeStore, optional
        Where they are read from if they are known, and kept if not.
    progress : callable, optional
        Told ``(done, total, what)`` after each run.
    workers : int
        As :func:`energy_model.results.spread.run_data_spread` takes it.

    Raises
    ------
    ScenarioError, DataError, SolveError, ResultError
        As :func:`energy_model.run`.
    """
    known = None if store is None else store.read(scenario, data)
    if known is not None:
        return known
    chains: defaultdict[int, Chain] = defaultdict(Chain)

    def optimum(matrix: Matrix, case: Case, plan: int) -> Solution:
        return chains[plan].solve(matrix, case)

    bands = bands_of(run_data_spread(scenario, data, progress=progress, optimum=optimum, workers=workers))
    if store is not None:
        store.write(scenario, data, bands)
    return bands
