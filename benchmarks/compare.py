"""One instance of the network in several tools: CPU seconds by stage, peak memory, equal objective.

    python benchmarks/compare.py                                 weekly, five rounds
    python benchmarks/compare.py --resolution day --rounds 1     daily (long)
    python benchmarks/compare.py --slices                        with every slice of curtailment
    python benchmarks/compare.py --growth                        with how time grows with periods and nodes (long)
    python benchmarks/compare.py --write docs/performance.md     the table into the page, between its markers

Every measurement is a process of its own, in which the libraries of a tool are imported before the clock starts; rounds
are interleaved. Each measurement is told as soon as it is made, medians are printed at the end. The instance is the
full cut of February under perfect foresight. The first table has one column per curtailment tier, which is what a tool
without lazy columns would be given; with ``--slices`` tiers have their slices, about a hundred per market and period.
Needs the extra `benchmarks`; a tool that is not installed is left out and named.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from tools.contestants import CONTESTANTS
from tools.grown import grown

STAGES = ("build", "hand-over", "solve", "read-back")
BEGIN, END = "<!-- benchmarks/compare.py: begin -->", "<!-- benchmarks/compare.py: end -->"
PACKAGES = ("highspy", "pyomo", "linopy", "pypsa", "scipy", "pyoptinterface")
MEGA = 1024.0
AGREE = 1e-6
NAMES = {"month": "monthly", "week": "weekly", "day": "daily"}
LIMIT_SECONDS = 1800.0
"""One measurement that takes longer on the clock is given up and named."""
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1")
"""Idle threads of numpy's library spin and would be counted as work."""
GROWTH = (
    ("periods", ("week", 1), ("day", 1)),
    ("nodes", ("week", 1), ("week", 10)),
    ("nodes", ("day", 1), ("day", 3)),
    ("nodes", ("day", 1), ("day", 10)),
)
"""Comparisons: along what, from, to; each end is a resolution and a number of copies."""
GROWING = ("this project",)


def one(tool: str, resolution: str, copies: int = 1, slices: bool = False) -> dict[str, object]:
    """Measure one tool in this process."""
    import logging
    import warnings

    import numpy as np

    from energy_model.data.load import load_data
    from energy_model.scenario import apply, load_scenario
    from energy_model.scenario.load import with_changes

    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    data = load_data()
    scenario = with_changes(load_scenario("full_cutoff_february"), resolution=resolution, foresight="perfect")
    case = apply(scenario, data.at(scenario.as_of))
    if not slices:
        case = case.with_("demand", tier_slices=np.ones_like(case.demand.tier_slices))
    case = grown(case, copies)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = CONTESTANTS[tool](case)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "objective": found.objective,
        "peak_mb": peak / MEGA,
        "loaded_mb": before / MEGA,
        "periods": len(case.timeline),
        "nodes": len(case.nodes),
        **found.seconds,
    }


def measured(tool: str, resolution: str, copies: int = 1, slices: bool = False) -> dict[str, float] | str:
    """Measure one tool in a process of its own; or the last line of its error."""
    command = [sys.executable, __file__, "--one", tool, "--resolution", resolution, "--copies", str(copies)]
    command += ["--slices"] if slices else []
    environment = {**os.environ, **ONE_THREAD}
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, env=environment, timeout=LIMIT_SECONDS
        )
    except subprocess.TimeoutExpired:
        return f"not done within {LIMIT_SECONDS:.0f} s"
    if done.returncode:
        return (done.stderr.strip().splitlines() or ["no output"])[-1]
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def table(resolution: str, rounds: int, tools: list[str], slices: bool = False) -> str:
    """All tools side by side, as a table of Markdown."""
    runs: dict[str, list[dict[str, float]]] = {tool: [] for tool in tools}
    failed: dict[str, str] = {}
    for _ in range(rounds):
        for tool in tools:
            if tool in failed:
                continue
            found = measured(tool, resolution, slices=slices)
            if isinstance(found, str):
                failed[tool] = found
                tell(resolution, tool, found)
            else:
                runs[tool].append(found)
                tell(resolution, tool, f"{chain(found):.2f} s CPU, {found['peak_mb']:.0f} MB")
    runs = {tool: found for tool, found in runs.items() if found}
    best = runs["HiGHS on arrays"][0]["objective"]
    medians = {
        tool: {key: statistics.median(run.get(key, 0.0) for run in found) for key in (*STAGES, "peak_mb")}
        for tool, found in runs.items()
    }
    whole = {tool: sum(median[stage] for stage in STAGES) for tool, median in medians.items()}
    label = f"{NAMES[resolution]}, every slice" if slices else NAMES[resolution]
    lines = [
        f"| {label} | {' | '.join(STAGES)} | whole chain, CPU s | against HiGHS | peak memory | same optimum |",
        "|---|" + "---:|" * (len(STAGES) + 4),
    ]
    for tool, median in medians.items():
        gap = max(abs(run["objective"] - best) / abs(best) for run in runs[tool])
        cells = [f"{median[stage]:.2f}" if median[stage] else "" for stage in STAGES]
        cells += [f"{whole[tool]:.2f}", f"{whole[tool] / whole['HiGHS on arrays']:.2f}", f"{median['peak_mb']:.0f} MB"]
        lines.append(f"| {tool} | {' | '.join(cells)} | {f'{gap:.0e}' if gap < AGREE else f'NO: {gap:.1e}'} |")
    lines += [f"\nNot measured: {tool} ({why})." for tool, why in failed.items()]
    return "\n".join(lines)


def chain(found: Mapping[str, float]) -> float:
    """CPU seconds of the whole chain."""
    return sum(found.get(stage, 0.0) for stage in STAGES)


def tell(resolution: str, tool: str, words: str) -> None:
    """Say at once what was measured: an interrupted comparison has lost nothing that is on the screen."""
    print(f"{NAMES[resolution]:8} {tool:24} {words}", file=sys.stderr, flush=True)


def growth(rounds: int, tools: Sequence[str]) -> str:
    """Growth exponents of the whole chain: over periods (week to day) and over nodes (copies of the network).

    The exponent is log(time ratio) / log(size ratio).
    """
    lines = ["| growth | from | to | size | CPU s from | CPU s to | exponent |", "|---|---|---|---:|---:|---:|---:|"]
    known: dict[tuple[str, str, int], dict[str, float] | str] = {}
    for tool in tools:
        for what, *ends in GROWTH:
            for end in ends:
                if (tool, *end) not in known:
                    known[(tool, *end)] = _chain(tool, *end, rounds)
            names = [f"{NAMES[resolution]} x {copies}" for resolution, copies in ends]
            small, large = (known[(tool, *end)] for end in ends)
            if isinstance(small, str) or isinstance(large, str):
                lines.append(f"| {tool} | {names[0]} | {names[1]} | {what} | | | {large} |")
                continue
            size, begin, end = large[what] / small[what], small["seconds"], large["seconds"]
            rate = math.log(end / begin) / math.log(size)
            lines.append(
                f"| {tool} | {names[0]} | {names[1]} | {what} x {size:.1f} | {begin:.2f} | {end:.2f} | {rate:.2f} |"
            )
    return "\n".join(lines)


def _chain(tool: str, resolution: str, copies: int, rounds: int) -> dict[str, float] | str:
    """Periods, nodes and the median CPU seconds of the whole chain; or why there are none."""
    runs = []
    for _ in range(rounds):
        found = measured(tool, resolution, copies)
        if isinstance(found, str):
            return found
        runs.append(found)
        tell(resolution, f"{tool} x {copies}", f"{chain(found):.2f} s CPU")
    whole = statistics.median(map(chain, runs))
    return {"periods": runs[0]["periods"], "nodes": runs[0]["nodes"], "seconds": whole}


def versions() -> str:
    """What was installed."""
    found = []
    for package in PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            found.append(f"{package} absent")
    return ", ".join(found)


def main() -> None:
    """Read the options, measure, print, and write the page if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--resolution", choices=("month", "week", "day"), action="append")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--tools", nargs="+", choices=list(CONTESTANTS), default=list(CONTESTANTS))
    parser.add_argument("--write", type=Path)
    parser.add_argument("--growth", action="store_true", help="also how time grows with periods and nodes")
    parser.add_argument("--growth-rounds", type=int, default=1)
    parser.add_argument("--slices", action="store_true", help="every slice of curtailment, as the product solves it")
    parser.add_argument("--copies", type=int, default=1)
    parser.add_argument("--one", choices=list(CONTESTANTS), help=argparse.SUPPRESS)
    options = parser.parse_args()
    wanted = options.resolution or ["week"]
    if options.one:
        print(json.dumps(one(options.one, wanted[0], options.copies, options.slices)))
        return
    parts = []
    for resolution in wanted:
        parts.append(table(resolution, options.rounds, options.tools, options.slices))
        print(f"{parts[-1]}\n", flush=True)
    if options.growth:
        parts.append(growth(options.growth_rounds, GROWING))
        print(f"{parts[-1]}\n", flush=True)
    parts.append(f"Medians of {options.rounds}; growth: of {options.growth_rounds}; {versions()}.")
    print(parts[-1])
    text = "\n\n".join(parts)
    if options.write:
        page = options.write.read_text(encoding="utf-8")
        head, _, rest = page.partition(BEGIN)
        _, _, tail = rest.partition(END)
        options.write.write_text(f"{head}{BEGIN}\n\n{text}\n\n{END}{tail}", encoding="utf-8")


if __name__ == "__main__":
    main()
