"""Times of the whole chain against HiGHS alone on the same matrix, measured side by side in one run.

    python benchmarks/run.py                 weekly, 15 months, 5 rounds
    python benchmarks/run.py --daily         daily as well (minutes)

The chain goes from loaded data to result tables. "HiGHS alone" is `passModel` with arrays and `run` on the matrix with
every curtailment slice, nothing else. Rounds are interleaved; medians and their ratio are printed.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import time
from collections.abc import Callable

from energy_model.data.load import GasData, load_data
from energy_model.lp import Matrix, compile_model, solve
from energy_model.model import build_model
from energy_model.plan.foresight import solve_scenario
from energy_model.results.run import to_results
from energy_model.scenario import Scenario, apply, load_scenario
from energy_model.scenario.load import with_changes

SCENARIOS = ("reference", "full_cutoff_february")
MEGA = 1024.0


def seconds(work: Callable[[], object]) -> float:
    """Wall time of a call, in seconds."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def chain(scenario: Scenario, data: GasData) -> None:
    """From loaded data to result tables."""
    vintage = data.at(scenario.as_of)
    to_results(solve_scenario(scenario, vintage), vintage)


def compiled(scenario: Scenario, data: GasData) -> Matrix:
    """The matrix HiGHS gets when it works alone."""
    return compile_model(build_model(apply(scenario, data)))


def measure(name: str, resolution: str, rounds: int, data: GasData) -> None:
    """Print one row: scenario, matrix, medians and ratio."""
    scenario = with_changes(load_scenario(name), resolution=resolution, foresight="perfect")
    matrix = compiled(scenario, data)
    build = statistics.median(seconds(lambda: compiled(scenario, data)) for _ in range(rounds))
    whole, alone = [], []
    for _ in range(rounds):
        whole.append(seconds(lambda: chain(scenario, data)))
        alone.append(seconds(lambda: solve(matrix)))
    rows, columns = matrix.shape
    a, b = statistics.median(whole), statistics.median(alone)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGA
    print(
        f"{name:22} {resolution:5} {rows:8,} rows {columns:10,} columns  "
        f"build and compile {build:6.2f} s  chain {a:7.2f} s  HiGHS alone {b:7.2f} s  ratio {a / b:5.2f}  "
        f"peak memory {peak:6.0f} MB"
    )


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--daily", action="store_true", help="daily resolution as well")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    begin = time.perf_counter()
    data = load_data()
    print(f"loading the data package: {time.perf_counter() - begin:.2f} s")
    for name in SCENARIOS:
        measure(name, "week", options.rounds, data)
    if options.daily:
        measure("full_cutoff_february", "day", 1, data)


if __name__ == "__main__":
    main()
