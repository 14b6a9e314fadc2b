"""Many versions of one problem on a live solver, exactly, with the working set of all cases so far.

As elsewhere (:mod:`energy_model.fast.curtailment_segments`), a curtailment tier is one column until it has segments on
both sides of the price; a tier that was split for one case stays split for the next. And the solver holds only the
columns and rows that mattered in some case so far (:mod:`energy_model.fast.sifting`); the others are priced and checked
after each solve. From case to case it is handed only the numbers that differ, and keeps its basis or goes back to an
earlier one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from energy_model.fast.column_generation import optimum_from
from energy_model.fast.curtailment_segments import CURTAILMENT, Restricted, Tiers, split_until_optimal
from energy_model.fast.other_periods import NOWHERE, Frame
from energy_model.fast.sifting import REPAIR, Mask, Sifted
from energy_model.fast.start import Start
from energy_model.fast.temporal_refinement import start_from_longer_periods
from energy_model.fast.tuning import TUNING, Tuning
from energy_model.fast.working_set import columns_within_reach, price_margins, rows_by_kind
from energy_model.lp import Matrix, Solution
from energy_model.lp.basis import AT_LOWER, BASIC
from energy_model.lp.extend import take_columns
from energy_model.lp.options import NEAR_OPTIMUM
from energy_model.scenario.case import Case

TABLE = ("start", "index", "value")
"""What makes up the coefficients of a matrix."""


@dataclass(frozen=True)
class _Guess:
    """Where the next case starts.

    Attributes
    ----------
    frame : Frame
        What stands where in the problem that the rest is about.
    start : Start
        Basis of all columns and rows, and the tiers that are split.
    columns, rows : arrays of bool
        What mattered so far, of all columns and rows.
    free_columns, free_rows : arrays of bool
        What the problem had still to decide: columns that were not fixed, rows with a bound. The basis says something
        of these alone.
    """

    frame: Frame
    start: Start
    columns: Mask
    rows: Mask
    free_columns: Mask
    free_rows: Mask

    @classmethod
    def first(cls, start: Start, matrix: Matrix, case: Case, tuning: Tuning) -> _Guess:
        """From the optimum of one case: its working set."""
        prices = np.zeros(matrix.n_rows) if start.prices is None else start.prices
        reduced, margins = matrix.minimised_reduced_cost(prices), price_margins(matrix, case, tuning)
        columns = columns_within_reach(
            matrix, start.columns, reduced, tuning.chain_margins * margins, tuning.chain_reserve_share
        )
        frame = Frame.of(matrix, case.timeline)
        return cls(frame, start, columns, start.rows != BASIC, *_free(matrix))

    def on(self, frame: Frame) -> _Guess:
        """The same for a problem on other periods: what is decided on the same days starts where that ended."""
        if self.frame.is_like(frame):
            return self
        columns, rows = frame.places_in(self.frame)
        here, there = columns != NOWHERE, rows != NOWHERE
        start = self.start
        start = Start(
            np.where(here, start.columns[columns], AT_LOWER).astype(start.columns.dtype),
            np.where(there, start.rows[rows], BASIC).astype(start.rows.dtype),
            start.split[..., frame.periods_in(self.frame)],
        )
        return _Guess(
            frame,
            start,
            self.columns[columns] & here,
            self.rows[rows] & there,
            self.free_columns[columns] & here,
            self.free_rows[rows] & there,
        )

    def beside(self, other: _Guess | None, matrix: Matrix) -> _Guess:
        """With the basis of another plan where this one's says nothing and the problem has something to decide.

        A plan is made on its day, and its basis says nothing of what had passed by then. For a plan of an earlier day
        the one made before in the same case says what was meant to happen between the two.
        """
        if other is None:
            return self
        columns, rows = _free(matrix)
        other = other.on(self.frame)
        columns &= ~self.free_columns & other.free_columns
        rows &= ~self.free_rows & other.free_rows
        if not columns.any() and not rows.any():
            return self
        start = replace(
            self.start,
            columns=np.where(columns, other.start.columns, self.start.columns),
            rows=np.where(rows, other.start.rows, self.start.rows),
        )
        return replace(
            self,
            start=start,
            columns=self.columns | (columns & other.columns),
            rows=self.rows | (rows & other.rows),
            free_columns=self.free_columns | columns,
            free_rows=self.free_rows | rows,
        )

    def problem(self, small: Matrix, kept: Mask, tuning: Tuning) -> Sifted:
        """A problem of the columns that are kept, put to the solver."""
        return Sifted(
            small,
            (self.start.columns[kept], self.start.rows),
            self.columns[kept],
            self.rows & _free(small)[1],
            options=NEAR_OPTIMUM,
            repair=REPAIR,
            joining_margin=tuning.chain_joining_margin,
            kinds=rows_by_kind(small),
            tuning=tuning,
        )

    def after(self, start: Start, problem: Sifted, kept: Mask, matrix: Matrix) -> _Guess:
        """From the optimum of a problem, with all that has joined; nothing of it where all had to."""
        columns, rows = self.columns.copy(), self.rows
        if not problem.is_whole:
            joined, binding = problem.members
            columns[kept] |= joined
            rows = rows | binding
        return _Guess(
            self.frame, start, columns | (start.columns == BASIC), rows | (start.rows != BASIC), *_free(matrix)
        )

    def with_segments(self, tiers: Tiers, wanted: np.ndarray) -> _Guess:
        """With all segments of some tiers among the columns."""
        columns = self.columns.copy()
        columns[tiers.matrix.columns[CURTAILMENT].slice] |= wanted[:, tiers.tier].ravel()
        return replace(self, columns=columns)


def _free(matrix: Matrix) -> tuple[Mask, Mask]:
    """Columns that are not fixed, and rows that have a bound."""
    return matrix.col_lower < matrix.col_upper, np.isfinite(matrix.row_lower) | np.isfinite(matrix.row_upper)


class _Live:
    """What the solver holds for a case, and where it goes on from."""

    def __init__(self, guess: _Guess, problem: Sifted | None) -> None:
        self._guess, self._problem = guess, problem

    def split(self, tiers: Tiers, start: Start, wanted: np.ndarray, kept: Mask | None) -> None:
        """Give each segment of some more tiers a column, for which the solver needs a problem anew."""
        assert self._problem is not None  # tiers are split after a solve
        assert kept is not None
        guess = self._guess.after(start, self._problem, kept, tiers.matrix)
        self._guess = guess.with_segments(tiers, wanted)
        self._problem = None

    def solve(self, small: Matrix, kept: Mask, same: bool, split: np.ndarray, tuning: Tuning) -> Restricted:
        """Optimum of a problem of the columns that are kept; the coefficients may be the ``same`` as before."""
        if self._problem is not None and same:
            self._problem.renew(small)
        else:
            self._problem = self._guess.problem(small, kept, tuning)
        found = self._problem.solve(proven=False)  # the full problem is certified by the caller
        return Restricted(found, self._problem.codes, kept, split)

    def after(self, start: Start, kept: Mask, matrix: Matrix) -> tuple[_Guess, Sifted]:
        """Where the next case starts, and the problem it finds."""
        assert self._problem is not None
        return self._guess.after(start, self._problem, kept, matrix), self._problem


class Chain:
    """A live problem and the cases solved on it so far.

    How long a case takes depends on the cases before it; its optimum does not, but for which of several equally good
    plans is found.
    """

    def __init__(self, tuning: Tuning = TUNING) -> None:
        self._tuning = tuning
        self._guess: _Guess | None = None
        self._problem: Sifted | None = None
        self._full: Matrix | None = None
        self._small: Matrix | None = None
        self._kept: np.ndarray | None = None
        self._marks: dict[int, _Guess] = {}

    def mark(self, name: int) -> None:
        """Keep the basis of the case just solved, to come back to it; none if it had no optimum."""
        if self._guess is not None:
            self._marks[name] = self._guess

    def back_to(self, name: int) -> None:
        """Let the next case start from a marked basis; what has joined since stays, where the periods are the same."""
        if self._guess is None or name not in self._marks:
            return
        before, marked = self._guess, self._marks[name]
        if not before.frame.is_like(marked.frame):
            self._guess, self._problem = marked, None
            return
        columns, rows = marked.start.columns, marked.start.rows
        start = replace(before.start, columns=columns, rows=rows)
        self._guess = replace(before, start=start, free_columns=marked.free_columns, free_rows=marked.free_rows)
        if self._problem is not None and self._kept is not None:
            self._problem.go_on_from((columns[self._kept], rows))

    def forget(self, name: int) -> None:
        """Drop a mark."""
        self._marks.pop(name, None)

    def solve(self, matrix: Matrix, case: Case, before: Chain | None = None) -> Solution:
        """Optimum of ``matrix``, compiled from ``case``, from the basis of the case before or that gone back to.

        Parameters
        ----------
        before : Chain, optional
            Of the plan made before in the same case, whose basis serves where the last case had passed already.

        Raises
        ------
        SolveError
            If there is no certified optimum; the next case then starts afresh.
        """
        tiers = Tiers(matrix, case)
        if not tiers.same_coefficients:
            return optimum_from(matrix, case, tuning=self._tuning)[0]
        guess, self._guess = self._guess, None  # given back when all went well
        problem, self._problem = self._problem, None
        earlier = None if before is None else before._guess
        guess = earlier if guess is None else guess
        if guess is None:
            return self._first(tiers, case)
        own = guess.on(Frame.of(matrix, case.timeline)).beside(earlier, matrix)
        live = _Live(own, problem if own is guess else None)

        def solver(split: np.ndarray, start: Start | None, wanted: np.ndarray) -> Restricted:
            if start is not None:
                live.split(tiers, start, wanted, self._kept)
            small, kept, same = self._restricted(tiers, split)
            return live.solve(small, kept, same, split, self._tuning)

        done = split_until_optimal(tiers, own.start.split, None, solver, self._tuning.segment_rounds)
        full = None if done is None else tiers.full_solution(done)
        if done is None or full is None:
            return optimum_from(matrix, case, tuning=self._tuning)[0]
        self._guess, self._problem = live.after(tiers.start(done), done.kept, matrix)
        return full

    def _first(self, tiers: Tiers, case: Case) -> Solution:
        """The optimum of a case with none before it."""
        matrix, tuning = tiers.matrix, self._tuning
        start = None if tiers.frozen.any() else start_from_longer_periods(matrix, case, tuning=tuning)
        found, start = optimum_from(matrix, case, start, tuning=tuning)
        self._guess = None if start is None else _Guess.first(start, matrix, case, tuning)
        return found

    def _restricted(self, tiers: Tiers, split: np.ndarray) -> tuple[Matrix, Mask, bool]:
        """The problem with one column for every tier that is not split, the same columns from case to case.

        Also returns which columns these are, and whether the coefficients are those of the problem before.
        """
        kept = tiers.columns(split, without_empty=False)
        matrix, same = tiers.with_undivided(split), self._same_table(tiers.matrix, kept)
        if self._small is not None and same:
            vectors = {key: getattr(matrix, key)[kept] for key in ("cost", "col_lower", "col_upper")}
            rows = {key: getattr(matrix, key) for key in ("row_lower", "row_upper", "cost_offset")}
            small = replace(self._small, **vectors, **rows)
        else:
            small = take_columns(matrix, kept)
        self._full, self._small, self._kept = tiers.matrix, small, kept
        return small, kept, same

    def _same_table(self, matrix: Matrix, kept: np.ndarray) -> bool:
        old = self._full
        if old is None or self._kept is None or old.shape != matrix.shape or not np.array_equal(kept, self._kept):
            return False
        return all(np.array_equal(getattr(old, key), getattr(matrix, key)) for key in TABLE)
