"""``docs/reliability.md``, from what the tests try: ``python tests/reliability.py`` writes it, a test compares."""

from __future__ import annotations

from pathlib import Path

import broken_tables
import test_bad_input
import test_data_mutants as mutants
import test_excel
import test_kills
import test_open_document
import test_plans
import test_workers as workers

from energy_model.data import Package

PAGE = Path(__file__).parents[1] / "docs" / "reliability.md"
ROWS_TRIED = 5
"""Rows of each table that are tried in another unit."""
TEXTS = 4
"""Texts and infinities that are written into each column of numbers."""


def mutants_of(name: str) -> int:
    """Ways in which one table goes wrong that the tests try."""
    columns = list(mutants.columns_of(name))
    numbers = len(mutants.values(Package.open(mutants.PACKAGE.root).resources[name]))
    slips, less = len(mutants.SLIPS), len(mutants.SLIPS) - 1
    return len(columns) * (slips + ROWS_TRIED * less) + numbers * TEXTS + 2


def signals() -> int:
    """Signals at moments of a command, and deaths of the parent of its workers."""
    moments = len(workers.SIGNALS) * len(workers.MOMENTS) + len(workers.LATER_MOMENTS)
    return moments + len(workers.KILLED_PARENTS)


def kills() -> int:
    """Kills, before and after each step by which something takes its place, and signals."""
    return 2 * sum(test_kills.STEPS.values()) + signals()


def files() -> list[tuple[str, int]]:
    """Bad inputs written by hand: what they are, and how many."""
    return [
        ("scenarios in TOML", len(test_bad_input.BAD_INPUTS)),
        ("scenarios in Excel", len(test_excel.BAD_INPUTS)),
        ("scenarios in LibreOffice", len(test_open_document.BAD_INPUTS)),
        ("plans of sweeps, in TOML and YAML", len(test_plans.BAD_INPUTS)),
        ("tables that are broken or implausible", len(broken_tables.BROKEN) + len(broken_tables.IMPLAUSIBLE)),
    ]


def bad_inputs() -> int:
    """All bad inputs, by hand and by rule."""
    return sum(count for _, count in files()) + sum(mutants_of(name) for name in mutants.TABLES)


def page() -> str:
    """The page of the documentation."""
    tables = sum(mutants_of(name) for name in mutants.TABLES)
    rows = "\n".join(f"| {what} | {count:,} |" for what, count in [*files(), ("tables gone wrong by rule", tables)])
    run_by = {name: f"`make {'test-all' if name in test_kills.SLOW else 'test'}`" for name in test_kills.STEPS}
    steps = "\n".join(f"| `{name}` | {n} | {2 * n} | {run_by[name]} |" for name, n in test_kills.STEPS.items())
    return HEAD.format(
        inputs=sum(count for _, count in files()),
        tables=tables,
        rows=rows,
        kills=kills(),
        signals=signals(),
        steps=steps,
    )


HEAD = """# What was tried to break it

Counted from the tests themselves (`python tests/reliability.py` writes this page, a test compares).

## Bad inputs

{inputs} inputs written by hand and {tables:,} made by rule end in a typed error that names file, row, cell or key, or
in the right result. By rule: every column of numbers of every table in MWh, TWh or TJ in place of GWh, as a whole and
row by row; a text, an empty cell or infinity in a number; a row pasted twice; half of the rows missing.

| inputs | tried |
|---|---|
{rows}

What is refused for one command is refused for all: `run`, `brief`, `impact`, `sweep`, `compare` and `export` hold the
data against the same checks, and `--accept-data-errors` is printed with every result that used them.

## Killed

{kills} kills, {signals} of them signals at some moment. Each command is killed before and after every step by which
something takes its place. What was there stays or what is new is whole; no file is torn; finished work is kept, and
the next call goes on with it. `make test-all` runs all of them, `make test` one command of each kind.

| command | steps | kills | run by |
|---|---|---|---|
{steps}

INT, TERM and HUP at several moments end a command in words within three seconds, in the solver too; no process
outlives a killed parent (`tests/test_workers.py`). A notebook's kernel that is interrupted inside the solver ends its
cell and solves the next (`tests/test_kernel.py`). A flipped bit, an edited table, a copied or foreign part of a
stored run or sweep is an error in words (`tests/test_store.py`).

## Load

Sixty scenarios in one briefing, and sweeps of 10,000 cases, of which memory does not grow with the number:
docs/scaling.md.
"""

if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
