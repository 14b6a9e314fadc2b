"""About a hundred curtailment segments per market by exact column generation, at the price of a few.

So many segments per market and period make the split of a shortage unique, but few of them are ever touched. A tier
that is not cut at all, or cut in full, needs one column: its segments agree. Only a tier with segments on both sides of
the price is split, and the problem is solved again from the basis it had, until no undivided tier has such segments.
The result is the optimum of the full problem: every segment that is left out has a reduced cost of the right sign.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from energy_model.errors import SolveError
from energy_model.fast.start import Start
from energy_model.fast.tuning import ROUNDING
from energy_model.lp import Matrix, Solution, certify
from energy_model.lp.basis import AT_LOWER, AT_UPPER, BASIC, Codes
from energy_model.lp.extend import take_columns
from energy_model.model.demand import slice_table
from energy_model.scenario.case import Case

CURTAILMENT = "curtailment"


@dataclass(frozen=True)
class Restricted:
    """The optimum of a problem in which some tiers have a single column.

    Attributes
    ----------
    found : Solution
        Certified, if at all, for this problem alone.
    codes : pair of arrays of int
        Its basis.
    kept : array of bool, shape (n,)
        The columns of the full problem that it has.
    split : array of bool, shape (markets, tiers, T)
        Tiers whose segments have columns of their own.
    """

    found: Solution
    codes: tuple[Codes, Codes]
    kept: np.ndarray
    split: np.ndarray


Solver = Callable[[np.ndarray, Start | None, np.ndarray], Restricted]
"""Solves the problem in which the tiers of the first argument are split, from a start; the third argument marks those
that have been split since the last time."""


def split_until_optimal(
    tiers: Tiers, split: np.ndarray, start: Start | None, solver: Solver, rounds: int
) -> Restricted | None:
    """Optimum of the problem in which no undivided tier has segments on both sides of the price.

    Parameters
    ----------
    split : array of bool, shape (markets, tiers, T)
        Tiers to be split from the beginning.
    rounds : int
        After so many without an end there is none.
    """
    wanted = np.zeros_like(split)
    for _ in range(rounds):
        done = solver(split, start, wanted)
        wanted = tiers.would_split(done.found.row_dual) & ~split & ~tiers.frozen
        if not wanted.any():
            return done
        split = split | wanted
        start = tiers.start_after_split(done, split, wanted)
    return None


def undivided(matrix: Matrix, case: Case) -> Matrix:
    """The problem with one column for each curtailment tier that is not frozen: the first that is solved."""
    tiers = Tiers(matrix, case)
    return tiers.restricted(tiers.frozen)[0]


class Tiers:
    """Which segments belong to which tier, and what the problem is if some tiers have a single column.

    Tiers are addressed as (market, tier, period); ``first`` is the segment that stands for an undivided tier. An array
    ``split``, bool, shape (markets, tiers, T), marks the tiers whose segments have columns of their own.
    """

    def __init__(self, matrix: Matrix, case: Case) -> None:
        self.matrix = matrix
        segments = slice_table(case.demand)
        count = case.demand.tier_slices
        self.tier = segments.tier
        self.first = np.concatenate([[0], np.cumsum(count)[:-1]])
        self.last = self.first + count - 1
        self.cost = matrix.block_array("cost", CURTAILMENT)
        self.lower = matrix.block_array("col_lower", CURTAILMENT)
        self.upper = matrix.block_array("col_upper", CURTAILMENT)
        fixed = np.add.reduceat(self.lower == self.upper, self.first, axis=1)
        empty = np.maximum.reduceat(self.upper, self.first, axis=1) <= 0.0
        self.frozen = (fixed == count[None, :, None]) & ~empty
        self.empty = empty
        entries = np.diff(matrix.start)[matrix.columns[CURTAILMENT].slice].reshape(self.upper.shape)
        self._reject_ragged(entries)
        self.same_coefficients = self._segments_agree(entries)

    def _reject_ragged(self, entries: np.ndarray) -> None:
        if (entries != entries[:, self.first][:, self.tier]).any():
            raise SolveError("the segments of a curtailment tier must appear in the same rows")

    def _segments_agree(self, entries: np.ndarray) -> bool:
        """Whether each segment has the coefficients of its tier's first: then their mean is the same in every case."""
        start, value = self.matrix.start[:-1][self.matrix.columns[CURTAILMENT].slice], self.matrix.value
        begin = start.reshape(self.upper.shape)
        for slot in range(int(entries.max(initial=0))):
            has = entries > slot
            own = value[np.where(has, begin + slot, 0)]
            if (has & (own != own[:, self.first][:, self.tier])).any():
                return False
        return True

    def restricted(self, split: np.ndarray) -> tuple[Matrix, np.ndarray]:
        """The problem with every tier outside ``split`` as one column, none if it is empty; and the columns it has.

        ``split`` has the shape (markets, tiers, T); the columns are marked by bool, shape (n,), among those of the full
        problem.
        """
        if (self.first == self.last).all():  # nothing to put together, and no copy of the matrix
            return replace(self.matrix, columns={}), np.ones(self.matrix.n_columns, dtype=bool)
        kept = self.columns(split, without_empty=True)
        return take_columns(self.with_undivided(split), kept), kept

    def columns(self, split: np.ndarray, *, without_empty: bool) -> np.ndarray:
        """All columns but the segments of undivided tiers, bool, shape (n,); the first segment stands for its tier.

        Without the empty ones, the columns differ from case to case.
        """
        stays = split[:, self.tier] & ((self.upper > 0.0) | (not without_empty))
        stays[:, self.first] |= ~split & ~(self.empty & without_empty)
        kept = np.ones(self.matrix.n_columns, dtype=bool)
        kept[self.matrix.columns[CURTAILMENT].slice] = stays.ravel()
        return kept

    def with_undivided(self, split: np.ndarray) -> Matrix:
        """The full problem, in which the first segment of every tier outside ``split`` has the numbers of its tier.

        ``split`` has the shape (markets, tiers, T).
        """
        width = np.add.reduceat(self.upper, self.first, axis=1)
        weight = np.add.reduceat(self.cost * self.upper, self.first, axis=1)
        mean = np.add.reduceat(self.cost, self.first, axis=1) / (self.last - self.first + 1)[None, :, None]
        np.divide(weight, width, out=mean, where=width > 0.0)
        floor = np.add.reduceat(self.lower, self.first, axis=1)
        vectors: dict[str, np.ndarray] = {}
        for key, own, of_tier in (
            ("cost", self.cost, mean),
            ("col_lower", self.lower, floor),
            ("col_upper", self.upper, width),
        ):
            block = own.copy()
            block[:, self.first] = np.where(split, block[:, self.first], of_tier)
            vectors[key] = getattr(self.matrix, key).copy()
            vectors[key][self.matrix.columns[CURTAILMENT].slice] = block.ravel()
        whole = replace(self.matrix, **vectors)  # type: ignore[arg-type]
        return whole if self.same_coefficients else replace(whole, value=self._mean_coefficients(~split, width))

    def _mean_coefficients(self, whole: np.ndarray, width: np.ndarray) -> np.ndarray:
        """Coefficients in which the column that stands for an undivided tier has the mean of its segments.

        The segments of a tier have entries in the same rows, so the mean keeps the pattern.
        """
        where, start = self.matrix.columns[CURTAILMENT].slice, self.matrix.start
        entries = np.diff(start)[where].reshape(self.upper.shape)
        share = np.divide(
            self.upper, width[:, self.tier], out=np.zeros_like(self.upper), where=width[:, self.tier] > 0.0
        )
        value = self.matrix.value.copy()
        begin = start[:-1][where].reshape(self.upper.shape)
        market, tier, period = np.nonzero(whole & ~self.empty)
        for slot in range(int(entries.max(initial=0))):
            at = np.minimum(begin + slot, value.size - 1)
            mean = np.add.reduceat(share * self.matrix.value[at], self.first, axis=1)
            value[at[market, self.first[tier], period]] = mean[market, tier, period]
        return value

    def cut_in_part(self, point: np.ndarray) -> np.ndarray:
        """Tiers of which a point (n,) cuts neither nothing nor all, bool, shape (markets, tiers, T)."""
        cut = np.add.reduceat(self.matrix.values(point, CURTAILMENT), self.first, axis=1)
        width = np.add.reduceat(self.upper, self.first, axis=1)
        return (cut > ROUNDING) & (cut < width - ROUNDING) & ~self.empty

    def would_split(self, row_dual: np.ndarray) -> np.ndarray:
        """Tiers with segments that pay at these prices and segments that do not, bool, shape (markets, tiers, T).

        ``row_dual`` has the dual of each row of the matrix, thousand EUR per unit of the row.
        """
        reduced = self.matrix.values(self.matrix.minimised_reduced_cost(row_dual), CURTAILMENT)
        reduced[self.upper <= 0.0] = 0.0
        least, most = (end.reduceat(reduced, self.first, axis=1) for end in (np.minimum, np.maximum))
        return (least < -ROUNDING) & (most > ROUNDING)

    def start_after_split(self, done: Restricted, split: np.ndarray, wanted: np.ndarray) -> Start:
        """The optimum as a start, where a segment takes the place of each newly split tier: the one it reaches into.

        ``split``, and the newly split ones of it, ``wanted``, have the shape (markets, tiers, T).
        """
        found, kept = done.found, done.kept
        start = self.start(replace(done, split=split))
        codes = start.columns.copy()
        value = np.zeros(kept.size)
        value[kept] = found.col_value
        where = self.matrix.columns[CURTAILMENT].slice
        of_tier = codes[where].reshape(self.upper.shape)[:, self.first]
        width = np.add.reduceat(self.upper, self.first, axis=1)
        share = np.divide(
            value[where].reshape(self.upper.shape)[:, self.first], width, out=np.zeros_like(width), where=width > 0
        )
        count = (self.last - self.first + 1)[None, :, None]
        reached = np.clip(np.floor(share * count + ROUNDING), 0, count - 1)[:, self.tier]
        number = (np.arange(len(self.tier)) - self.first[self.tier])[None, :, None]
        basic = np.where(number < reached, AT_UPPER, np.where(number == reached, BASIC, AT_LOWER))
        dealt = np.where(of_tier[:, self.tier] == BASIC, basic, of_tier[:, self.tier])
        kept_codes = codes[where].reshape(self.upper.shape)
        codes[where] = np.where(wanted[:, self.tier], dealt, kept_codes).ravel()
        return replace(start, columns=codes, margins=1.0)

    def start(self, done: Restricted) -> Start:
        """The optimum as a start; columns that were left out are at their lower bound."""
        (columns, rows), found, kept = done.codes, done.found, done.kept
        codes = np.full(kept.size, AT_LOWER, dtype=columns.dtype)
        codes[kept] = columns
        with np.errstate(invalid="ignore"):  # rows without bounds
            slack = np.minimum(found.row_value - self.matrix.row_lower, self.matrix.row_upper - found.row_value)
        return Start(codes, rows, done.split, found.row_dual, slack)

    def full_solution(self, done: Restricted) -> Solution | None:
        """The restricted optimum with undivided tiers dealt out to their segments, if the full problem certifies it."""
        found, kept, split = done.found, done.kept, done.split
        value = np.zeros(kept.size)
        value[kept] = found.col_value
        dealt = self.matrix.values(value, CURTAILMENT).copy()
        width = np.add.reduceat(self.upper, self.first, axis=1)
        share = np.divide(dealt[:, self.first], width, out=np.zeros_like(width), where=width > 0.0)
        dealt = np.where(split[:, self.tier], dealt, share[:, self.tier] * self.upper)
        value[self.matrix.columns[CURTAILMENT].slice] = dealt.ravel()
        dual = self.matrix.reduced_cost(found.row_dual)
        proof = certify(self.matrix, value, dual, found.row_value, found.row_dual)
        if not proof.passes():
            return None
        objective = self.matrix.objective(value)
        return replace(found, col_value=value, col_dual=dual, objective=objective, certificate=proof, basis=None)
