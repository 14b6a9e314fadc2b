"""Processor time and clock of whole commands, each in a process of its own, as a user starts them.

    python benchmarks/commands.py                       import, load, check, run
    python benchmarks/commands.py --brief               the briefing too, from nothing and once more (minutes)
    python benchmarks/commands.py --against OTHER       side by side with another checkout, for a ratio

Every row is printed as soon as it is known; compiled modules stay, as they do for a user. "cold" begins with an
empty cache of data, "warm" with what was left.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
COMMAND = "import sys; sys.argv = ['energy-model', *{words!r}]; from energy_model.cli import main; main()"


@dataclass(frozen=True)
class Row:
    """A command, and whether what earlier calls have left behind is removed before it."""

    name: str
    code: str
    cold: bool = False


def command(name: str, *words: str, cold: bool = False) -> Row:
    """A row that calls the program."""
    return Row(name, COMMAND.format(words=list(words)), cold)


IMPORT = Row("import of what a run needs", "import energy_model.results.run, energy_model.results.store")
LOAD = "import energy_model as em; em.load_data()"
ROWS = (
    IMPORT,
    Row("load_data, cold", LOAD, cold=True),
    Row("load_data, warm", LOAD),
    command("data check", "data", "check"),
    command("run full_cutoff_february, weeks", "run", "full_cutoff_february", "--out", "run"),
)
BRIEF = (
    command("brief, cold", "brief", "--out", "brief", cold=True),
    command("brief, warm", "brief", "--out", "brief"),
)


def measured(row: Row, checkout: Path, place: Path) -> tuple[float, float]:
    """Processor time of a command and of its children, and time on the clock."""
    if row.cold:
        shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True, exist_ok=True)
    written = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment = {**written, "PYTHONPATH": str(checkout), "ENERGY_MODEL_CACHE": str(place / "cache")}
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", row.code], cwd=place, env=environment, capture_output=True, text=True, check=False
    )
    clock, after = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(f"{row.name} in {checkout} failed:\n{done.stderr[-2000:]}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, clock


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--brief", action="store_true", help="the briefing too, one round")
    parser.add_argument("--against", type=Path, help="another checkout, measured in turn with this one")
    chosen = parser.parse_args()
    checkouts = [HERE] if chosen.against is None else [HERE, chosen.against.resolve()]
    with tempfile.TemporaryDirectory() as folder:
        for row in (*ROWS, *(BRIEF if chosen.brief else ())):
            rounds = 1 if row in BRIEF else chosen.rounds
            found: dict[Path, list[tuple[float, float]]] = {checkout: [] for checkout in checkouts}
            for _ in range(rounds):  # in turn, so that other work on the machine slows down both
                for number, checkout in enumerate(checkouts):
                    found[checkout].append(measured(row, checkout, Path(folder) / str(number)))
            cpu = [statistics.median(one for one, _ in found[checkout]) for checkout in checkouts]
            clock = [statistics.median(one for _, one in found[checkout]) for checkout in checkouts]
            ratio = f"   {cpu[0] / cpu[1]:.2f} of the other's {cpu[1]:.2f} s" if len(cpu) > 1 else ""
            print(f"{row.name:34} {cpu[0]:7.2f} s CPU {clock[0]:7.2f} s clock{ratio}", flush=True)


if __name__ == "__main__":
    main()
