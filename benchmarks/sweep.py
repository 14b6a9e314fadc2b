"""Time of a sweep with one worker and with two, by threads and by processes, and where a case spends it.

    python benchmarks/sweep.py                            256 weekly cases: one worker, two, two threads
    python benchmarks/sweep.py --samples 1000 --only 2    a thousand, with two workers alone
    python benchmarks/sweep.py --memory 10000             monthly cases in one process; prints its peak as they come
    python benchmarks/sweep.py --samples 8 --against DIR  one worker, with the package of another checkout and with this

"CPU" is the processor time of all processes, which others on the machine lengthen less than the time on the clock.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from energy_model.data.load import GasData, load_data
from energy_model.sweep import Plan, load_plan, run_sweep
from energy_model.sweep.cases import prepare
from energy_model.sweep.chunk import Job, job_of, solve_chunk
from energy_model.sweep.order import chunks
from energy_model.sweep.plan import find_plan, with_samples

PLAN = "winter_risk"
KB_PER_GB = 1024.0**2


def cpu_seconds() -> float:
    """Processor time of this process and of its finished children."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(part.ru_utime + part.ru_stime for part in used)


def jobs(plan: Plan, data: GasData) -> Iterator[Job]:
    study = prepare(plan, data)
    positions = study.positions()
    for number, chunk in enumerate(chunks(study, positions)):
        yield job_of(study, positions, number, chunk)


def peak() -> float:
    """Most memory that this process or one of its finished children has held, GB."""
    held = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return max(held) / KB_PER_GB


def told(label: str, cases: int, failed: int, wall: float, cpu: float) -> None:
    each = f"{wall / cases:.3f} s | {cpu / cases:.3f} s"
    print(f"| {label} | {cases} | {failed} | {wall:.0f} s | {cpu:.0f} s | {each} | {peak():.2f} GB |", flush=True)


def processes(plan: Plan, data: GasData, workers: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        wall, cpu = time.perf_counter(), cpu_seconds()
        sweep = run_sweep(plan, Path(folder), data=data, workers=workers)
        told(f"{workers} workers", sweep.cases, sweep.failed, time.perf_counter() - wall, cpu_seconds() - cpu)


def threads(plan: Plan, data: GasData, workers: int) -> None:
    study = prepare(plan, data)
    wall, cpu = time.perf_counter(), cpu_seconds()
    with ThreadPoolExecutor(workers) as pool:
        parts = list(pool.map(lambda job: solve_chunk(study, job), jobs(plan, data)))
    cases, failed = sum(part.cases for part in parts), sum(part.failed for part in parts)
    told(f"{workers} threads", cases, failed, time.perf_counter() - wall, cpu_seconds() - cpu)


def memory(plan: Plan, data: GasData) -> None:
    def progress(done: int, total: int, failed: int) -> None:
        print(f"{done} of {total} cases, {failed} failed, peak {peak():.2f} GB", flush=True)

    with tempfile.TemporaryDirectory() as folder:
        run_sweep(plan, Path(folder), data=data, workers=1, progress=progress)


def against(checkout: Path, samples: int) -> None:
    """One worker with the package of another checkout, and then with this one: their rows and the ratio of CPU."""
    cpu = []
    for root in (checkout, Path(__file__).parents[1]):
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [sys.executable, __file__, "--samples", str(samples), "--only", "1"]
        done = subprocess.run(
            command, env={**os.environ, "PYTHONPATH": str(root)}, cwd=root, capture_output=True, text=True, check=True
        )
        print(root.name, done.stdout.splitlines()[-1], flush=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu.append(after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime)
    print(f"CPU {cpu[0]:.0f} s and {cpu[1]:.0f} s with imports and loading, ratio {cpu[1] / cpu[0]:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=256)
    parser.add_argument("--memory", type=int, default=0)
    parser.add_argument("--only", type=int, default=0, help="this number of workers and nothing else")
    parser.add_argument("--against", type=Path, help="another checkout")
    parser.add_argument("--resolution", default=None, help="in place of the plan's")
    asked = parser.parse_args()
    if asked.against is not None:
        against(asked.against, asked.samples)
        return
    data = load_data()
    plan = load_plan(find_plan(PLAN, data.root))
    if asked.memory:
        memory(with_samples(plan.model_copy(update={"resolution": "month"}), asked.memory), data)
        return
    plan = with_samples(plan, asked.samples)
    plan = plan if asked.resolution is None else plan.model_copy(update={"resolution": asked.resolution})
    print(
        "| workers | cases | failed | clock | CPU | clock per case | CPU per case | most memory of a process so far |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for workers in [asked.only] if asked.only else [1, 2]:
        processes(plan, data, workers)
    if not asked.only:
        threads(plan, data, 2)


if __name__ == "__main__":
    main()
