"""Times of solving with and without longer periods first, and of other algorithms, side by side in one run.

    python benchmarks/lifting.py                 weekly, 3 rounds
    python benchmarks/lifting.py --algorithms    other algorithms on the weekly matrix as well (minutes)
    python benchmarks/lifting.py --warm          other scenarios from the optimum of the full cut-off
    python benchmarks/lifting.py --resolutions   what months, weeks and peak days miss against days (a minute)
    python benchmarks/lifting.py --daily         daily as well (minutes)

"Cold" solves the periods as they stand, "lifted" by way of longer ones; all ways but "HiGHS alone", which solves the
matrix with every slice from nothing, split curtailment tiers where needed. Of a single plan, building the matrix of the
periods asked for is not counted. Rounds are interleaved; medians of processor seconds and their ratio to the first.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import time
from collections.abc import Callable

import numpy as np
from run import MEGA, SCENARIOS

from energy_model.data.load import GasData, load_data
from energy_model.errors import SolveError
from energy_model.fast import optimum
from energy_model.fast.curtailment_segments import undivided
from energy_model.lp import Matrix, compile_model, solve
from energy_model.lp.options import PRIMAL_SIMPLEX, Option
from energy_model.model import build_model
from energy_model.plan import foresight
from energy_model.plan.foresight import Solved, solve_scenario
from energy_model.scenario import Scenario, apply, load_scenario
from energy_model.scenario.load import with_changes
from energy_model.units import GWH_PER_TWH

LIMIT_SECONDS = 600.0
ALGORITHMS: dict[str, dict[str, Option]] = {
    "dual simplex": {},
    "interior point": {"solver": "ipm"},
    "primal simplex": PRIMAL_SIMPLEX,
    "PDLP": {"solver": "pdlp"},
}


CHANGED: tuple[tuple[str, dict[str, object]], ...] = (
    (SCENARIOS[-1], {"lng_price_factor": 1.2}),
    (SCENARIOS[-1], {"lng_case": "high"}),
    ("full_cutoff_low_lng", {}),
    ("full_cutoff_with_savings", {}),
    (SCENARIOS[0], {}),
)
"""Scenarios of the same shape as the full cut-off, from a change of prices to none of its measures."""


def seconds(work: Callable[[], object]) -> float:
    """Processor time of a call, in seconds: what else the machine does counts little."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


def interleaved(ways: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Median seconds of each way, taken in turns."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, work in ways.items():
            times[name].append(seconds(work))
    return {name: statistics.median(values) for name, values in times.items()}


def line(title: str, medians: dict[str, float]) -> None:
    """Print the times of a row and their ratio to the first."""
    first = next(iter(medians.values()))
    parts = [f"{name} {value:7.2f} s ({value / first:5.2f})" for name, value in medians.items()]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGA
    print(f"{title:44}  {'  '.join(parts)}  peak memory {peak:5.0f} MB", flush=True)


def one_plan(name: str, resolution: str, rounds: int, data: GasData) -> None:
    """One plan with full knowledge."""
    scenario = with_changes(load_scenario(name), resolution=resolution, foresight="perfect")
    case = apply(scenario, data)
    matrix = compile_model(build_model(case))
    cuts = scenario.announcements()
    ways: dict[str, Callable[[], object]] = {
        "lifted": lambda: optimum(matrix, case, boundaries=cuts),
        "cold": lambda: optimum(matrix, case)[0],
    }
    medians = interleaved(ways, rounds)
    line(f"{name}, one plan, {resolution}", {key: medians[key] for key in ("cold", "lifted")})


def surprise(name: str, rounds: int, data: GasData) -> None:
    """All plans of a scenario as the library has it, weekly, with everything but tables; and from its baseline."""
    scenario = load_scenario(name)
    days = {"boundaries": tuple(scenario.announcements())}
    scenario = scenario.model_copy(update=days)
    known = solve_scenario(load_scenario("reference").model_copy(update=days), data)
    ways: dict[str, Callable[[], object]] = {
        "cold": lambda: _plain(scenario, data),
        "lifted": lambda: solve_scenario(scenario, data),
        "lifted, first plan known": lambda: solve_scenario(scenario, data, known),
    }
    line(f"{name}, every plan, week", interleaved(ways, rounds))


def _plain(scenario: Scenario, data: GasData) -> Solved:
    usual, foresight.LIFTED = foresight.LIFTED, ()
    try:
        return solve_scenario(scenario, data)
    finally:
        foresight.LIFTED = usual


def warm(rounds: int, data: GasData) -> None:
    """Scenarios of the same shape, weekly, from the optimum of another, by themselves, and by HiGHS alone."""
    first = load_scenario(SCENARIOS[-1])
    days = {"boundaries": tuple(first.announcements()), "foresight": "perfect"}
    case = apply(with_changes(first, **days), data)
    start = optimum(compile_model(build_model(case)), case)[1]
    for name, changes in CHANGED:
        other = apply(with_changes(load_scenario(name), **days, **changes), data)
        matrix = compile_model(build_model(other))
        ways: dict[str, Callable[[], object]] = {
            "cold": lambda m=matrix, c=other: optimum(m, c)[0],  # type: ignore[misc]
            "lifted": lambda m=matrix, c=other: optimum(m, c, boundaries=first.announcements()),  # type: ignore[misc]
            "warm": lambda m=matrix, c=other: optimum(m, c, start),  # type: ignore[misc]
            "HiGHS alone": lambda m=matrix: solve(m),  # type: ignore[misc]
        }
        line(f"{name} {changes or ''}", interleaved(ways, rounds))


def resolutions(name: str, data: GasData) -> None:
    """Objective, curtailment and the EU's worst day at each resolution, one plan."""
    for resolution in ("month", "week", "peak_days", "day"):
        scenario = with_changes(load_scenario(name), resolution=resolution, foresight="perfect")
        begin = time.process_time()
        case = apply(scenario, data)
        matrix = compile_model(build_model(case))
        found, _ = optimum(matrix, case, boundaries=scenario.announcements())
        took = time.process_time() - begin
        cut = matrix.values(found.col_value, "curtailment").sum(axis=1)
        holding = matrix.values(matrix.cost * found.col_value, "level").sum() / 1e6
        eu = cut[case.inside("EU27")[case.is_market]].sum(axis=0)
        print(
            f"{resolution:10} {len(case.timeline):4} periods {took:6.2f} s  {found.objective / 1e6:.4f} bn EUR, "
            f"{found.objective / 1e6 - holding:.4f} without holding; curtailed "
            f"{(cut @ case.timeline.days).sum() / GWH_PER_TWH:.2f} TWh; EU at worst {eu.max():.0f} GWh/d "
            f"from {case.timeline.starts[int(np.argmax(eu))]}",
            flush=True,
        )


def algorithms(name: str, rounds: int, data: GasData) -> None:
    """Cold solves of the weekly matrix with one column per curtailment tier."""
    case = apply(with_changes(load_scenario(name), foresight="perfect"), data)
    matrix = undivided(compile_model(build_model(case)), case)
    print(f"one column per tier: {matrix.n_rows:,} rows, {matrix.n_columns:,} columns")
    for title, options in ALGORITHMS.items():
        try:
            medians = interleaved({title: lambda o=options: _limited(matrix, o)}, rounds)  # type: ignore[misc]
            line(f"{name}, weekly, cold", medians)
        except SolveError as error:
            print(f"{name}, weekly, cold: {title}: {error}", flush=True)


def _limited(matrix: Matrix, options: dict[str, Option]) -> object:
    return solve(matrix, options={**options, "time_limit": LIMIT_SECONDS})


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--algorithms", action="store_true", help="other algorithms as well")
    parser.add_argument("--warm", action="store_true", help="warm starts as well")
    parser.add_argument("--resolutions", action="store_true", help="the error of longer periods as well")
    parser.add_argument("--daily", action="store_true", help="daily resolution as well")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    data = load_data()
    data = data.at(load_scenario(SCENARIOS[0]).as_of)
    for name in SCENARIOS:
        one_plan(name, "week", options.rounds, data)
        surprise(name, options.rounds, data)
    if options.algorithms:
        algorithms(SCENARIOS[-1], 1, data)
    if options.warm:
        warm(options.rounds, data)
    if options.resolutions:
        resolutions(SCENARIOS[-1], data)
    if options.daily:
        one_plan(SCENARIOS[-1], "day", options.rounds, data)


if __name__ == "__main__":
    main()
