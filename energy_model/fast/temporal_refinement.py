"""Solve short periods from the optimum of longer ones, exactly.

A daily problem is solved on blocks of weeks and months first. What limits the system in a month mostly limits it on
each of its days, so the basis of the coarse problem, copied to the finer steps, is a good guess of theirs. The
simplex method repairs the guess and goes on from there to the optimum of the fine problem, which is certified as any
other. Prices are carried as well: they tell which columns and rows of the fine problem matter
(:mod:`energy_model.fast.working_set`). Every level but the lowest, of the whole horizon, keeps the boundaries at
which limits jump, months begin and filling targets are read (:mod:`energy_model.fast.regime_changes`): a price that
jumps on another day than its target leaves a basis that contradicts the prices, and losses make one such place a
hundred times worse elsewhere.

The coarse problem is made of the fine one by putting its periods together (:mod:`energy_model.lp.merge`); no model is
built for it. Lifting changes the time a solve takes, never what it means.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import replace
from datetime import date
from math import inf

from energy_model.errors import SolveError
from energy_model.fast.curtailment_segments import Start, solve_from, start_of
from energy_model.fast.regime_changes import boundaries_to_keep
from energy_model.lp import Matrix, Solution
from energy_model.lp.merge import Merged, merge
from energy_model.model.periods import by_longer_periods
from energy_model.scenario.case import Case
from energy_model.timeline import Timeline

BLOCKS_DAYS = (90, 30, 10, 3)
"""Least length of a block on each level, coarsest first. The last step decides: by way of two days, from a week or from
five days it takes a tenth to two thirds longer than from three days (docs/performance.md)."""
WORTH_PERIODS = 1.97
"""A level is left out unless the next has at least this many times its periods; about two, as cuts keep halves
from being exact."""


def solve_lifted(
    matrix: Matrix,
    case: Case,
    *,
    cuts: Iterable[date] = (),
    blocks_days: Iterable[int] = BLOCKS_DAYS,
) -> Solution:
    """Optimum of ``matrix`` by way of coarser periods.

    Parameters
    ----------
    matrix : Matrix
        Compiled from ``case``. Decisions of the past may be frozen, up to one of the ``cuts``.
    cuts : iterable of date
        Boundaries that every level keeps, as announcements are.
    blocks_days : iterable of int
        Least length of the blocks on each level, coarsest first.

    Returns
    -------
    Solution
        As :func:`~energy_model.fast.curtailment_segments.solve_sliced` returns it.

    Raises
    ------
    SolveError
        If the fine problem has no certified optimum. A coarse level without one is passed over.
    """
    return lifted_from(matrix, case, cuts=cuts, blocks_days=blocks_days)[0]


def lifted_from(
    matrix: Matrix,
    case: Case,
    *,
    cuts: Iterable[date] = (),
    blocks_days: Iterable[int] = BLOCKS_DAYS,
) -> tuple[Solution, Start | None]:
    """Like :func:`solve_lifted`; also returns where a similar problem of the same shape can start."""
    return solve_from(matrix, case, _from_blocks(matrix, case, cuts, blocks_days))


def _from_blocks(matrix: Matrix, case: Case, cuts: Iterable[date], blocks_days: Iterable[int]) -> Start | None:
    """Where to start: the optimum of the level below, which itself is given up before the solve that counts."""
    fine, whole = case.timeline, matrix
    steps: list[tuple[Merged, Timeline, Timeline]] = []
    for coarse in reversed(ladder(fine, blocks_days, set(cuts), boundaries_to_keep(case))):
        steps.append((merge(whole, by_longer_periods(fine, coarse)), fine, coarse))
        fine, whole = coarse, steps[-1][0].matrix
    start: Start | None = None
    while steps:
        merged, fine, coarse = steps.pop()
        try:
            found = start_of(merged.matrix, replace(case, timeline=coarse), start)
        except SolveError:
            found = None
        start = None if found is None else carried(found, merged, fine, coarse)
    return start


def ladder(
    line: Timeline, blocks_days: Iterable[int], cuts: Set[date], kept: Set[date] = frozenset()
) -> list[Timeline]:
    """Coarser timelines, coarsest first, each with boundaries of the next one; levels that save little are left out.

    Every level has a boundary at the ``cuts`` and, but for the lowest, at the days ``kept``. The lowest has no other: a
    bad guess, and better than none.
    """
    levels: list[Timeline] = []
    finer = line
    for days in sorted(blocks_days):
        level = _blocks(finer, days, cuts | kept)
        if len(level) * WORTH_PERIODS <= len(finer):
            levels.insert(0, level)
            finer = level
    lowest = _blocks(finer, inf, cuts)
    return [lowest, *levels] if levels and len(lowest) < len(finer) else levels


def _blocks(line: Timeline, days: float, cuts: Set[date]) -> Timeline:
    """Periods put together to blocks of at least ``days`` days, with a boundary wherever ``cuts`` has one."""
    starts = [line.start]
    for begin in line.starts[1:]:
        if begin in cuts or (begin - starts[-1]).days >= days:
            starts.append(begin)
    return Timeline(tuple(starts), line.end)


def carried(start: Start, merged: Merged, fine: Timeline, coarse: Timeline) -> Start:
    """The start of a coarse problem on finer periods: each takes over from the block it belongs to."""
    split = start.split[..., coarse.period_of_day[fine.first_days]]
    columns, rows = start.columns[merged.column], start.rows[merged.row]
    if start.prices is None or start.slack is None:
        return Start(columns, rows, split)
    return Start(columns, rows, split, merged.prices(start.prices), start.slack[merged.row], reach=1.0)
