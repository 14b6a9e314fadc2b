"""Stopping rule of sampling: sweeps of growing size until the standard error of the mean meets a target."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from energy_model.data.load import GasData
from energy_model.risk.tables import mean_error, solved_with_cut
from energy_model.sweep import Plan, Sweep, run_sweep
from energy_model.sweep.columns import UNSERVED
from energy_model.sweep.engine import Progress
from energy_model.sweep.plan import with_samples

FIRST_SAMPLES = 64
"""Points of the first sweep; each later one has twice as many."""


@dataclass(frozen=True)
class Enough:
    """The last of the sweeps.

    Attributes
    ----------
    sweep : Sweep
    error_twh : float
        Standard error of the region's expected unserved gas, given the cut.
    is_met : bool
        Whether it is at most the target; if not, all points of the plan were drawn.
    """

    sweep: Sweep
    error_twh: float
    is_met: bool


def run_until(
    plan: Plan,
    out_dir: str | os.PathLike[str],
    target_twh: float,
    *,
    data: GasData | None = None,
    workers: int = 2,
    scheduler: str | None = None,
    progress: Progress | None = None,
    first_samples: int = FIRST_SAMPLES,
) -> Enough:
    """Run a plan with 64, 128, 256, ... points, at most its own number, until the error meets the target.

    Each size has a folder of its own, named by its number, so that an interrupted run goes on and every sweep is the
    same to the byte however it came about. A size begins anew: all together cost less than twice the last.

    Parameters
    ----------
    target_twh : float
        Standard error of the region's expected unserved gas, given the cut, that is small enough.

    Raises
    ------
    ScenarioError, OutputError, ResultError
        As :func:`~energy_model.sweep.run_sweep` and :func:`~energy_model.risk.tables.sample`.
    """
    for count in _sizes(first_samples, plan.samples):
        folder = Path(out_dir) / f"samples_{count:06d}"
        sized = with_samples(plan, count)
        sweep = run_sweep(sized, folder, data=data, workers=workers, scheduler=scheduler, progress=progress)
        _, error = mean_error(solved_with_cut(sweep.frame())[UNSERVED].to_numpy(float))
        found = Enough(sweep, error, error <= target_twh)
        if found.is_met:
            break
    return found


def _sizes(first: int, most: int) -> Iterator[int]:
    size = first
    while size < most:
        yield size
        size *= 2
    yield most
