"""Solve short periods from the optimum of longer ones, exactly.

A daily problem is solved on blocks of weeks and months first. What limits the system in a month mostly limits it on
each of its days, so the basis of the coarse problem, copied to the finer steps, is a good guess of theirs. The simplex
method repairs the guess and goes on from there to the optimum of the fine problem, which is certified as any other.
Prices are carried as well: they tell which columns and rows of the fine problem matter
(:mod:`energy_model.solve.near`). Every level keeps the boundaries at which limits jump, months begin and filling
targets are read (:mod:`energy_model.solve.jumps`): a price that jumps on another day than its target leaves a basis
that contradicts the prices, and losses make one such place a hundred times worse elsewhere.
Lifting changes the time a solve takes, never what it means.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from datetime import date
from typing import Any

import numpy as np

from energy_model.errors import SolveError
from energy_model.lp import Block, Matrix, Solution, compile_model
from energy_model.lp.basis import AT_LOWER, BASIC, Codes
from energy_model.model import build_model
from energy_model.scenario.case import Case
from energy_model.solve.jumps import boundaries_to_keep, days_of
from energy_model.solve.periods import BY_BOUNDARY, BY_PERIOD, STOCK_ROWS, freeze
from energy_model.solve.slices import Start, solve_from
from energy_model.timeline import Timeline

BLOCKS_DAYS = (90, 30, 10, 3)
"""Least length of a block on each level, coarsest first. The last step decides: by way of two days, from a week or from
five days it takes a tenth to two thirds longer than from three days (docs/performance.md)."""
WORTH_PERIODS = 1.97
"""A level is left out unless the next has at least this many times its periods; about two, as cuts keep halves
from being exact."""
PARTS = ("pipelines", "supply", "lng", "storage", "demand", "origins")
RATES = frozenset(
    {"capacity", "minimum", "rate", "cost", "route_cost", "route_open", "sendout", "sendout_minimum", "injection",
     "withdrawal", "withdrawal_cost", "voluntary_share", "buying", "resale", "duty", "carried", "kept"}
)  # fmt: skip
"""Fields of a case whose last axis is the period; all are rates, prices or shares, so that blocks take their mean."""


def solve_lifted(
    matrix: Matrix,
    case: Case,
    *,
    cuts: Iterable[date] = (),
    past: Mapping[str, np.ndarray] | None = None,
    first: int = 0,
    blocks_days: Iterable[int] = BLOCKS_DAYS,
) -> Solution:
    """Optimum of ``matrix`` by way of coarser periods.

    Parameters
    ----------
    matrix : Matrix
        Compiled from ``case``; with a ``past``, frozen already.
    cuts : iterable of date
        Boundaries that every level keeps, as announcements are.
    past : mapping of str to ndarray, optional
        What was decided, for the periods before ``first``; coarser levels are frozen to its means.
    blocks_days : iterable of int
        Least length of the blocks on each level, coarsest first.

    Returns
    -------
    Solution
        As :func:`~energy_model.solve.slices.solve_sliced` returns it.

    Raises
    ------
    SolveError
        If the fine problem has no certified optimum. A coarse level without one is passed over.
    """
    return lifted_from(matrix, case, cuts=cuts, past=past, first=first, blocks_days=blocks_days)[0]


def lifted_from(
    matrix: Matrix,
    case: Case,
    *,
    cuts: Iterable[date] = (),
    past: Mapping[str, np.ndarray] | None = None,
    first: int = 0,
    blocks_days: Iterable[int] = BLOCKS_DAYS,
) -> tuple[Solution, Start | None]:
    """Like :func:`solve_lifted`; also returns where a similar problem of the same shape can start."""
    return solve_from(matrix, case, _from_blocks(matrix, case, cuts, past, first, blocks_days))


def _from_blocks(
    matrix: Matrix,
    case: Case,
    cuts: Iterable[date],
    past: Mapping[str, np.ndarray] | None,
    first: int,
    blocks_days: Iterable[int],
) -> Start | None:
    """Where to start: the optimum of the level below, which itself is given up before the solve that counts."""
    line = case.timeline
    kept = {*cuts, *days_of(line, [first]), *boundaries_to_keep(case)}
    start: Start | None = None
    below: tuple[Matrix, Timeline] | None = None
    for level in ladder(line, blocks_days, kept):
        coarse = coarsened(case, level)
        problem = compile_model(build_model(coarse))
        if past is not None:
            means = {name: _on_blocks(name, values, line, level) for name, values in past.items()}
            problem = freeze(problem, means, level.boundary_at(line.starts[first]))
        guess = None if start is None or below is None else carried(start, *below, problem, level)
        try:
            _, start = solve_from(problem, coarse, guess)
        except SolveError:
            start = None
        below = (problem, level)
    return None if start is None or below is None else carried(start, *below, matrix, line)


def ladder(line: Timeline, blocks_days: Iterable[int], cuts: Iterable[date]) -> list[Timeline]:
    """Coarser timelines, coarsest first, each with boundaries of the next one; levels that save little are left out."""
    levels: list[Timeline] = []
    finer = line
    for days in sorted(blocks_days):
        level = _blocks(finer, days, frozenset(cuts))
        if len(level) * WORTH_PERIODS <= len(finer):
            levels.insert(0, level)
            finer = level
    return levels


def _blocks(line: Timeline, days: int, cuts: frozenset[date]) -> Timeline:
    """Periods put together to blocks of at least ``days`` days, with a boundary wherever ``cuts`` has one."""
    starts = [line.start]
    for begin in line.starts[1:]:
        if begin in cuts or (begin - starts[-1]).days >= days:
            starts.append(begin)
    return Timeline(tuple(starts), line.end)


def coarsened(case: Case, line: Timeline) -> Case:
    """The case on longer periods that are unions of its own: rates, prices and shares are means over gas days."""
    parts: dict[str, Any] = {}
    for name in PARTS:
        part = getattr(case, name)
        if part is None:
            continue
        means = {
            field.name: _means(getattr(part, field.name), case.timeline, line)
            for field in fields(part)
            if field.name in RATES and np.ndim(getattr(part, field.name)) >= 2
        }
        parts[name] = replace(part, **means)
    return replace(case, timeline=line, **parts)


def _means(values: np.ndarray, fine: Timeline, coarse: Timeline) -> np.ndarray:
    begin = np.searchsorted(_days(fine)[:-1], _days(coarse)[:-1])
    return np.add.reduceat(values * fine.days, begin, axis=-1) / coarse.days


def _on_blocks(name: str, values: np.ndarray, fine: Timeline, coarse: Timeline) -> np.ndarray:
    if name in BY_BOUNDARY:
        return values[..., np.searchsorted(_days(fine), _days(coarse))]
    return _means(values, fine, coarse)


def carried(start: Start, old: Matrix, coarse: Timeline, new: Matrix, fine: Timeline) -> Start:
    """The start of a coarse problem on finer periods: each takes over from the block it belongs to."""
    period = np.searchsorted(_days(coarse), _days(fine)[:-1], side="right") - 1
    boundary = np.searchsorted(_days(coarse), _days(fine), side="left")
    places = {**dict.fromkeys(BY_PERIOD, period), **dict.fromkeys(BY_BOUNDARY, boundary)}
    columns = _carried_codes(start.columns, old.columns, new.columns, places, AT_LOWER)
    rows = _carried_codes(start.rows, old.rows, new.rows, places, BASIC)
    split = start.split[..., period]
    if start.prices is None or start.slack is None:
        return Start(columns, rows, split)
    slack = _carried(start.slack, old.rows, new.rows, places)
    prices = _carried(start.prices, old.rows, new.rows, places)
    longer = fine.days / coarse.days[period]
    for name, block in new.rows.items():
        if name in BY_PERIOD and name not in STOCK_ROWS:  # a rate costs as much as the days it lasts
            prices[block.slice] = block.flat(block.shaped(prices) * longer)
    return Start(columns, rows, split, prices, slack, reach=1.0)


def _carried_codes(
    codes: Codes, old: Mapping[str, Block], new: Mapping[str, Block], places: Mapping[str, np.ndarray], other: int
) -> Codes:
    return _carried(codes.astype(np.float64), old, new, places, other).astype(np.int8)


def _carried(
    vector: np.ndarray,
    old: Mapping[str, Block],
    new: Mapping[str, Block],
    places: Mapping[str, np.ndarray],
    other: float = 0.0,
) -> np.ndarray:
    """A vector block by block; rows that only the finer problem has are ``other``. All axes but time are the same."""
    found = np.full(sum(block.size for block in new.values()), other)
    for name, block in new.items():
        values = np.nan_to_num(old[name].shaped(vector), nan=other)
        values = values[..., places[name]] if name in places else values
        found[block.slice] = block.flat(values)
    return found


def _days(line: Timeline) -> np.ndarray:
    """Boundaries as days since the start, 0 to the length of the horizon."""
    return np.concatenate([[0.0], np.cumsum(line.days)])
