"""The problem of some periods, cut out of that of a whole horizon: the past stands, what comes after is left out.

Columns and rows are sorted by what the features of the model declare: a variable or row by period belongs to its
period, a stock to its boundary. A row over the horizon, such as the volume of a supply, leaves the window its part:
what is not used up yet, divided between the window and the periods after it as their largest amounts are. An equation
that reaches beyond the window, as between the flows of two months, is one of a later window.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from energy_model.lp import Block, Matrix, Solution
from energy_model.lp.index import IndexSet, IndexSpace
from energy_model.model.build import ROWS, VARIABLES
from energy_model.scenario.arrays import arrays_of
from energy_model.scenario.case import Case
from energy_model.timeline import DAY, Timeline

PAST, LIVE, FUTURE, TIMELESS = range(4)
LEVEL = "level"


@dataclass(frozen=True)
class Window:
    """A window of a problem.

    Attributes
    ----------
    matrix : Matrix
        The problem of the window.
    columns, rows : ndarray of int
        Where each of its columns and rows stands in the whole problem.
    """

    matrix: Matrix
    columns: np.ndarray
    rows: np.ndarray


def window(whole: Matrix, values: np.ndarray, line: Timeline, first: int, end: int) -> Window:
    """The problem of the periods from ``first`` to before ``end``.

    Parameters
    ----------
    whole : Matrix
        The problem of the horizon.
    values : ndarray, shape (columns of the whole,)
        Its columns, of which those before ``first`` are decided.
    line : Timeline
        Its periods. What belongs to a month belongs to the window that its last day lies in.
    """
    size = (first, end), (line.parts_before(first), line.parts_before(end))
    when, length = _columns(whole, line, size)
    live = (when == LIVE) | (when == TIMELESS)
    table = whole.coefficients
    used = table @ np.where(when == PAST, values, 0.0)
    lower, upper = whole.row_lower - used, whole.row_upper - used
    kept = np.zeros(whole.n_rows, dtype=bool)
    for name, block in whole.rows.items():
        if name in ROWS and (ROWS[name].by_period or ROWS[name].by_part):
            kept[block.slice] = _in_time(block, *size[int(ROWS[name].by_part)])
    over = _over_the_horizon(whole)
    counts = {kind: over.count(when == kind) for kind in (LIVE, FUTURE)}
    stocks = over.count(_stocks(whole) & (when == FUTURE))
    equation = whole.row_lower == whole.row_upper
    mine = (counts[LIVE] > 0) & (stocks == 0) & ~(equation & (counts[FUTURE] > 0))
    kept |= mine
    shared = np.flatnonzero(mine & (counts[FUTURE] > 0))
    if shared.size:
        lower[shared], upper[shared] = _parts(whole, over, shared, used[shared], when, length)
    rows, columns = np.flatnonzero(kept), np.flatnonzero(live)
    small = table[:, columns].tocsr()[rows].tocsc()
    small.sort_indices()
    return Window(
        Matrix(
            cost=whole.cost[columns],
            cost_offset=0.0,
            start=small.indptr.astype(np.int32),
            index=small.indices.astype(np.int32),
            value=small.data,
            row_lower=lower[rows],
            row_upper=upper[rows],
            col_lower=whole.col_lower[columns],
            col_upper=whole.col_upper[columns],
            columns=_blocks(whole.columns, live, size, VARIABLES),
            rows=_blocks(whole.rows, kept, size, ROWS),
        ),
        columns,
        rows,
    )


def undecided(whole: Matrix) -> dict[str, np.ndarray]:
    """Vectors of a whole problem of which nothing is decided.

    All are zero but for what is in store, of which the first morning is a bound.

    Returns
    -------
    dict of str to ndarray
        ``columns`` and ``reduced``, their duals, shape (columns,); ``duals``, of the rows, shape (rows,).
    """
    level = whole.columns[LEVEL]
    columns = np.zeros(whole.n_columns)
    columns[level.slice] = whole.col_lower[level.slice]
    return {"columns": columns, "reduced": np.zeros(whole.n_columns), "duals": np.zeros(whole.n_rows)}


def put_back(part: Window, solution: Solution, values: Mapping[str, np.ndarray]) -> None:
    """Write what a window decided into the vectors of the whole problem, as :func:`undecided` shapes and names them.

    A total over the horizon that the window says nothing about stays as it was.
    """
    matrix = part.matrix
    said = np.zeros(matrix.n_columns, dtype=bool)
    said[: len(part.columns)] = np.diff(matrix.start)[: len(part.columns)] > 0
    at = part.columns[said[: len(part.columns)]]
    values["columns"][at] = solution.col_value[: len(part.columns)][said[: len(part.columns)]]
    values["reduced"][part.columns] = solution.col_dual[: len(part.columns)]
    values["duals"][part.rows] = solution.row_dual[: len(part.rows)]


def case_of(case: Case, first: int, end: int) -> Case:
    """A case with the periods from ``first`` to before ``end`` only; its volumes are those of the horizon."""
    line = case.timeline
    last = line.end if end == len(line) else line.starts[end] - DAY
    own = Timeline(line.starts[first:end], last, tuple(day for day in line.splits if line.starts[first] < day <= last))
    months = [line.months.index(month) for month in own.months]
    parts_of_months = np.flatnonzero(line.part_days[:, first:end].sum(axis=1) > 0.0)
    parts = {}
    for name, part in case.parts.items():
        changes = {}
        for key, one in arrays_of(type(part)).items():
            value = getattr(part, key)
            if value is None:
                continue
            if one.by_period:
                changes[key] = value[..., first:end]
            elif one.axes[-1:] == ("months",):
                changes[key] = value[..., months]
            elif one.axes[-1:] == ("lng_parts",):
                changes[key] = value[..., parts_of_months]
        parts[name] = replace(part, **changes)
    return replace(case, timeline=own, **parts)


Size = tuple[tuple[int, int], tuple[int, int]]
"""First and last but one of the periods of a window, and of its parts of months."""


def _columns(whole: Matrix, line: Timeline, size: Size) -> tuple[np.ndarray, np.ndarray]:
    """For each column whether it is past, live, of later, or of no time, and the gas days of its period."""
    when = np.full(whole.n_columns, TIMELESS)
    length = np.zeros(whole.n_columns)
    for name, block in whole.columns.items():
        one = VARIABLES.get(name)
        if one is None or not (one.by_period or one.by_boundary or one.by_part):
            continue
        ahead = 1 if one.by_boundary else 0
        first, end = size[int(one.by_part)]
        at = _last_place(block)
        when[block.slice] = np.where(at < first + ahead, PAST, np.where(at < end + ahead, LIVE, FUTURE))
        if not ahead:
            length[block.slice] = (line.part_days.sum(axis=1) if one.by_part else line.days)[at]
    return when, length


def _stocks(whole: Matrix) -> np.ndarray:
    """Which columns are stocks at a boundary."""
    found = np.zeros(whole.n_columns, dtype=bool)
    for name, block in whole.columns.items():
        found[block.slice] = name in VARIABLES and VARIABLES[name].by_boundary
    return found


@dataclass(frozen=True)
class _Entries:
    """Coefficients of the rows over the horizon, in the order of columns: row, column and value of each.

    ``n_rows`` are those of the whole problem.
    """

    row: np.ndarray
    column: np.ndarray
    value: np.ndarray
    n_rows: int

    def count(self, columns: np.ndarray) -> np.ndarray:
        """How many of the marked columns each row has."""
        return np.bincount(self.row[columns[self.column]], minlength=self.n_rows)

    def total(self, factor: np.ndarray, at: np.ndarray) -> np.ndarray:
        """Sum of a factor of each coefficient over some rows."""
        return np.asarray(np.bincount(self.row, weights=factor, minlength=self.n_rows)[at])


def _over_the_horizon(whole: Matrix) -> _Entries:
    found = np.ones(whole.n_rows, dtype=bool)
    for name, block in whole.rows.items():
        if name in ROWS and (ROWS[name].by_period or ROWS[name].by_part):
            found[block.slice] = False
    at = np.flatnonzero(found[whole.index])
    column = np.searchsorted(whole.start, at, side="right") - 1
    return _Entries(whole.index[at], column, whole.value[at], whole.n_rows)


def _parts(
    whole: Matrix, over: _Entries, rows: np.ndarray, used: np.ndarray, when: np.ndarray, length: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Bounds of rows over the horizon that reach beyond the window.

    A limit leaves the window its part of what is not used up. A floor asks of the window what is owed up to its end and
    was not delivered before.
    """
    of, kinds = over.column, (PAST, LIVE, FUTURE)
    size_of = np.abs(over.value)
    bounded = np.isfinite(whole.col_upper)
    highest = size_of * np.where(bounded, whole.col_upper, 0.0)[of]
    days = (over.value != 0.0) * length[of]
    most = {kind: over.total(np.where(when[of] == kind, highest, 0.0), rows) for kind in kinds}
    time = {kind: over.total(np.where(when[of] == kind, days, 0.0), rows) for kind in kinds}
    unbounded = over.total(size_of * (~bounded & (when != TIMELESS))[of], rows) > 0.0
    size = {kind: np.where(unbounded, time[kind], most[kind]) for kind in most}
    ahead = size[LIVE] + size[FUTURE]
    part = np.divide(size[LIVE], ahead, out=np.ones_like(ahead), where=ahead > 0.0)
    whole_size = ahead + size[PAST]
    due = np.divide(size[PAST] + size[LIVE], whole_size, out=np.ones_like(ahead), where=whole_size > 0.0)
    limit, floor = whole.row_upper[rows], whole.row_lower[rows]
    with np.errstate(invalid="ignore"):
        left = np.where(np.isfinite(limit), np.maximum(limit - used, 0.0) * part, limit)
        owed = np.where(np.isfinite(floor), floor * due - used, floor)
    return owed, left


def _last_place(block: Block) -> np.ndarray:
    """Place on the last axis of each entry of a block."""
    count = block.shape[-1] if block.shape else 1
    places = np.arange(block.size) if block.places is None else block.places
    return np.asarray(places % max(count, 1))


def _in_time(block: Block, first: int, end: int) -> np.ndarray:
    at = _last_place(block)
    return np.asarray((at >= first) & (at < end))


def _blocks(
    blocks: Mapping[str, Block], kept: np.ndarray, size: Size, declared: Mapping[str, object]
) -> dict[str, Block]:
    """Blocks of what is kept, with the last axis cut to the window."""
    found, start = {}, 0
    for name, block in blocks.items():
        mask = kept[block.slice]
        count = int(mask.sum())
        space, places = block.space, block.places
        one = declared.get(name)
        by_boundary, by_part = getattr(one, "by_boundary", False), getattr(one, "by_part", False)
        if getattr(one, "by_period", False) or by_boundary or by_part:
            first, end = (place + int(by_boundary) for place in size[int(by_part)])
            last = space.axes[-1]
            space = IndexSpace((*space.axes[:-1], IndexSet(last.labels[first:end], last.dimen)))
            if places is not None:
                own = places[mask]
                row, at = np.divmod(own, block.shape[-1])
                places = row * (end - first) + (at - first)
        elif count < block.size:
            places = (np.arange(block.size) if places is None else places)[mask]
        if count or not block.size:
            found[name] = Block(name, start, count, space, places)
        start += count
    return found
