"""A start for short periods from the optimum of longer ones.

A daily problem is solved on periods of months and weeks first. What limits the system in a month mostly limits it on
each of its days, so the basis of the aggregated problem, copied to the finer periods, is a good estimate of theirs, and
the simplex method repairs it. The duals are carried along: they tell which columns and rows of the fine problem matter
(:mod:`energy_model.fast.working_set`). Every level but the lowest, the whole horizon, keeps the boundaries at which
limits change, months begin and filling targets are read (:mod:`energy_model.fast.regime_changes`): a price that changes
on another day than its target leaves a basis that contradicts the prices, and losses multiply the damage of one such
place elsewhere.

The aggregated problem is made of the fine one by adding up its periods (:mod:`energy_model.lp.merge`); no model is
built for it. It changes the time a solve takes, never the optimum.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import replace
from datetime import date
from math import inf

from energy_model.errors import SolveError
from energy_model.fast.column_generation import start_near_optimum
from energy_model.fast.regime_changes import boundaries_to_keep
from energy_model.fast.start import Start
from energy_model.fast.tuning import TUNING, Tuning
from energy_model.lp import Matrix
from energy_model.lp.merge import Merged, merge
from energy_model.model.periods import by_longer_periods
from energy_model.scenario.case import Case
from energy_model.timeline import Timeline


def start_from_longer_periods(
    matrix: Matrix, case: Case, boundaries: Iterable[date] = (), tuning: Tuning = TUNING
) -> Start | None:
    """Where the problem of a case can start, from the optima of aggregated ones, the coarsest first.

    Parameters
    ----------
    matrix : Matrix
        Compiled from ``case``. Decisions of the past may be frozen, up to one of the ``boundaries``.
    boundaries : iterable of date
        Days on which a period begins on every level, as announcements are.

    Returns
    -------
    Start or None
        ``None`` if no level saves anything, or the last one has no optimum; a level without one is passed over.
    """
    fine, whole = case.timeline, matrix
    steps: list[tuple[Merged, Timeline, Timeline]] = []
    for coarse in reversed(ladder(fine, set(boundaries), boundaries_to_keep(case, tuning), tuning)):
        steps.append((merge(whole, by_longer_periods(fine, coarse)), fine, coarse))
        fine, whole = coarse, steps[-1][0].matrix
    start: Start | None = None
    while steps:
        merged, fine, coarse = steps.pop()
        try:
            found = start_near_optimum(merged.matrix, replace(case, timeline=coarse), start, tuning=tuning)
        except SolveError:
            found = None
        start = None if found is None else carried(found, merged, fine, coarse)
    return start


def ladder(line: Timeline, always: Set[date], kept: Set[date] = frozenset(), tuning: Tuning = TUNING) -> list[Timeline]:
    """Coarser timelines, coarsest first, each with boundaries of the next one; levels that save little are left out.

    Every level has a boundary on the days of ``always`` and, but for the lowest, of ``kept``. The lowest has no other:
    a poor estimate, and better than none.
    """
    levels: list[Timeline] = []
    finer = line
    for days in sorted(tuning.block_days):
        level = _blocks(finer, days, always | kept)
        if len(level) * tuning.worthwhile_ratio <= len(finer):
            levels.insert(0, level)
            finer = level
    lowest = _blocks(finer, inf, always)
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
    return Start(columns, rows, split, merged.prices(start.prices), start.slack[merged.row], margins=1.0)
