"""Time against the length of the horizon: the same scenario over 15, 30 and 60 months, in weeks.

    python benchmarks/horizon.py                          the reference and the full cut-off, 3 rounds
    python benchmarks/horizon.py --resolution day --months 24 --foresight perfect

Weather, prices and contracts of the data package repeat beyond their last year. Processor time is measured, from loaded
data to the optimum, after one short solve that imports everything. A row is printed as soon as it is known; the last
line is the exponent of a line through the logarithms of periods and time.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import time
from datetime import timedelta

import numpy as np
import pandas as pd

from energy_model.data.load import GasData, load_data
from energy_model.plan.foresight import solve_scenario
from energy_model.scenario import Scenario, load_scenario
from energy_model.scenario.load import with_changes

SCENARIOS = ("reference", "full_cutoff_february")
MONTHS = (15, 30, 60)
MEGA = 1024.0


def longer(scenario: Scenario, months: int) -> Scenario:
    """The scenario from its first day on for a number of months."""
    start = scenario.horizon.start
    end = (pd.Timestamp(start) + pd.DateOffset(months=months)).date() - timedelta(days=1)
    return with_changes(scenario, horizon={"start": start, "end": end})


def cpu_seconds(scenario: Scenario, data: GasData) -> tuple[float, int]:
    """Processor time of a solve, and simplex steps."""
    begin = time.process_time()
    solved = solve_scenario(scenario, data)
    return time.process_time() - begin, sum(stage.iterations for stage in solved.stages)


def growth(name: str, keys: dict[str, str | None], months: list[int], rounds: int, data: GasData) -> None:
    """Print one row for each length, and the exponent of several."""
    known, resolution = with_changes(load_scenario(name), **keys), keys["resolution"]
    periods, times = [], []
    for length in months:
        scenario = longer(known, length)
        measured = [cpu_seconds(scenario, data) for _ in range(rounds)]
        periods.append(len(scenario.timeline()))
        times.append(statistics.median(seconds for seconds, _ in measured))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGA
        print(
            f"{name:24} {resolution:5} {length:4} months {periods[-1]:5} periods {times[-1]:7.2f} s CPU "
            f"{measured[0][1]:8} steps   peak {peak:5.0f} MB",
            flush=True,
        )
    if len(periods) > 1:
        exponent = float(np.polyfit(np.log(periods), np.log(times), 1)[0])
        print(f"{name:24} {resolution:5} time grows as periods^{exponent:.2f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenarios", nargs="+", default=list(SCENARIOS))
    parser.add_argument("--months", nargs="+", type=int, default=list(MONTHS))
    parser.add_argument("--resolution", default="week", choices=["day", "week", "month"])
    parser.add_argument("--foresight", choices=["perfect", "surprise"], help="in place of the scenario's")
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    data = load_data()
    solve_scenario(with_changes(load_scenario(chosen.scenarios[0]), resolution="month"), data)
    for name in chosen.scenarios:
        keys = {"resolution": chosen.resolution, "foresight": chosen.foresight}
        growth(name, keys, chosen.months, chosen.rounds, data)


if __name__ == "__main__":
    main()
