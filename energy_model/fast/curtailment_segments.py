"""Solve with fine curtailment slices at the price of coarse ones, exactly.

About a hundred slices per market and period make the split of a shortage unique, but few of them are ever touched.
A tier that is not cut at all, or cut whole, needs one column: all its slices agree. Only a tier whose slices would part
at the price of the moment is split, and the problem is solved again from the basis it had, until no whole tier would
rather be split. The result is the optimum of the full problem: every slice left out has a reduced cost of the right
sign.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from energy_model.errors import SolveError
from energy_model.fast.sifting import Sifted
from energy_model.fast.working_set import alike_rows, margins, near_columns, near_rows, resting
from energy_model.lp import Matrix, Solution, certify, solve
from energy_model.lp.basis import AT_LOWER, AT_UPPER, BASIC, Codes, basis_codes, basis_from_codes
from energy_model.lp.highs import NEAR_OPTIMUM, PRIMAL_SIMPLEX, Option
from energy_model.model.demand import slice_table
from energy_model.scenario.case import Case

CURTAILMENT = "curtailment"
ROUNDING = 1e-9
ALONG = 0.03
"""Rows so near to being broken, relative to 1 + their bound, join along with those that are: a round less on days."""
FEW_TIERS = 200
"""Up to so many tiers parted at once, the plan stays nearly optimal: primal simplex repairs it in a few steps where the
dual needs hundreds to thousands. For thousands of tiers the dual takes an eighth of the time (docs/performance.md)."""
ANOTHER = 4.0
"""Prices of another problem miss by more than those of the same one on longer periods: so many times the margins of
:mod:`energy_model.fast.working_set`. With LNG a fifth dearer a start at one time took four times as long."""
ROUNDS = 12
"""Enough for any case: after that the full problem is solved as it stands."""


@dataclass(frozen=True)
class Start:
    """Where to start: a guess of the optimal basis, good or bad; it decides how long a solve takes, not its optimum.

    Attributes
    ----------
    columns, rows : array of int
        Codes of ``lp.basis`` for all columns and rows of the full problem; the first slice stands for a whole tier.
    split : array of bool
        Tiers (market, tier, period) to be split from the start.
    prices, slack : arrays of float, optional
        Row duals and the distance of each row from its nearest bound. With them only what matters near the start is
        handed to the solver at first (:mod:`energy_model.fast.working_set`); without them everything is.
    reach : float
        How many times the margins within which columns count as near; 1 if the prices are those of this very problem.
    """

    columns: Codes
    rows: Codes
    split: np.ndarray
    prices: np.ndarray | None = None
    slack: np.ndarray | None = None
    reach: float = ANOTHER

    def blind(self) -> Start:
        """The basis alone: for another objective, of which the prices say nothing."""
        return replace(self, prices=None, slack=None)

    def with_free_rows(self, count: int) -> Start:
        """The start of the problem with some rows more that bound nothing yet."""
        rows = np.append(self.rows, np.full(count, BASIC, dtype=self.rows.dtype))
        if self.prices is None or self.slack is None:
            return replace(self, rows=rows)
        more = np.zeros(count)
        return replace(self, rows=rows, prices=np.append(self.prices, more), slack=np.append(self.slack, more))


def solve_sliced(matrix: Matrix, case: Case, near: np.ndarray | None = None) -> Solution:
    """Optimum of ``matrix``, in which curtailment has one column per slice.

    Parameters
    ----------
    matrix : Matrix
        Compiled from a case; frozen columns (lower bound above zero) stay as they are.
    near : ndarray, optional
        A feasible point of ``matrix``: tiers it cuts in part are split from the start. Needed where further rows are
        so tight that no tier could be cut as a whole, as a budget at least cost is.

    Raises
    ------
    SolveError
        If there is no certified optimum.
    """
    return solve_from(matrix, case, near=near)[0]


def solve_from(
    matrix: Matrix,
    case: Case,
    start: Start | None = None,
    *,
    near: np.ndarray | None = None,
    options: Mapping[str, Option] | None = None,
) -> tuple[Solution, Start | None]:
    """Like :func:`solve_sliced`, from a start; also returns where a similar problem of the same shape can start.

    Parameters
    ----------
    options : mapping, optional
        HiGHS options. From a start that is feasible and far from optimal, as after a change of objective,
        ``PRIMAL_SIMPLEX`` is several times as fast as the default.

    Raises
    ------
    SolveError
        If there is no certified optimum.
    """
    tiers = Tiers(matrix, case)
    end = _end(tiers, case, start, near, options)
    if end is not None:
        whole = tiers.full_solution(end.found, end.kept, end.split)
        if whole is not None:
            return whole, tiers.start(end.found, end.codes, end.kept, end.split)
    if start is not None:  # from nothing, with the options for that
        return solve_from(matrix, case, near=near)
    return solve(matrix), None


def start_of(matrix: Matrix, case: Case, start: Start | None = None) -> Start | None:
    """Where a similar problem can start: like :func:`solve_from`, but its optimum is neither dealt out nor certified.

    Raises
    ------
    SolveError
        If there is none.
    """
    tiers = Tiers(matrix, case)
    end = _end(tiers, case, start, None, None)
    return None if end is None else tiers.start(end.found, end.codes, end.kept, end.split)


@dataclass(frozen=True)
class _End:
    """The optimum of the problem in which no whole tier would rather be split."""

    found: Solution
    codes: tuple[Codes, Codes]
    kept: np.ndarray
    split: np.ndarray


def _end(
    tiers: Tiers, case: Case, start: Start | None, near: np.ndarray | None, options: Mapping[str, Option] | None
) -> _End | None:
    split = tiers.frozen.copy() if near is None else tiers.frozen | tiers.cut_in_part(near)
    split |= start.split & ~tiers.empty if start is not None else False
    limits, guess, way = margins(tiers.matrix, case), start, options
    for _ in range(ROUNDS):
        small, kept = tiers.restricted(split)
        found, codes = _optimum(small, guess, kept, limits, _rows(tiers.matrix, case, guess), way)
        wanted = tiers.would_part(found.row_dual) & ~split
        if not wanted.any():
            return _End(found, codes, kept, split)
        split = split | wanted
        way = PRIMAL_SIMPLEX if wanted.sum() <= FEW_TIERS else options
        guess = tiers.parted(found, codes, kept, split, wanted)
    return None


def _rows(matrix: Matrix, case: Case, guess: Start | None) -> np.ndarray:
    if guess is None or guess.slack is None:
        return np.ones(matrix.n_rows, dtype=bool)
    return near_rows(matrix, case, guess.rows, guess.slack)


def _optimum(
    small: Matrix,
    guess: Start | None,
    kept: np.ndarray,
    limits: np.ndarray,
    rows: np.ndarray,
    options: Mapping[str, Option] | None,
) -> tuple[Solution, tuple[Codes, Codes]]:
    """Optimum of the problem of the columns that are kept, and its basis; not certified if prices guide it."""
    if guess is None:
        found = solve(small, options=options)
        return found, basis_codes(found.basis)
    codes = guess.columns[kept]
    if guess.prices is None or guess.slack is None:
        found = solve(small, basis=basis_from_codes(codes, guess.rows, guess=True), options=options)
        return found, basis_codes(found.basis)
    problem = _near(small, guess.prices, guess.reach * limits[kept], (codes, guess.rows), rows, options)
    return problem.solve(proven=False), problem.codes


def _near(
    small: Matrix,
    prices: np.ndarray,
    limits: np.ndarray,
    basis: tuple[Codes, Codes],
    rows: np.ndarray,
    options: Mapping[str, Option] | None,
) -> Sifted:
    """The live problem of what matters at guessed prices."""
    worth = small.worth(prices)
    codes = resting(basis[0], worth, small.col_lower, small.col_upper)
    columns = near_columns(small, codes, worth, limits)
    way, alike = {**NEAR_OPTIMUM, **(options or {})}, alike_rows(small)
    return Sifted(small, (codes, basis[1]), columns, rows, way, along=ALONG, alike=alike)


def whole_tiers(matrix: Matrix, case: Case) -> Matrix:
    """The problem with one column for each curtailment tier that is not frozen: the first that is solved."""
    tiers = Tiers(matrix, case)
    return tiers.restricted(tiers.frozen)[0]


class Tiers:
    """Which slices belong to which tier, and how the problem looks with some tiers whole.

    Tiers are addressed as (market, tier, period); ``first`` is the slice that stands for a whole tier.
    """

    def __init__(self, matrix: Matrix, case: Case) -> None:
        self.matrix = matrix
        slices = slice_table(case.demand)
        count = case.demand.tier_slices
        self.tier = slices.tier
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
        self.alike = int(entries.max(initial=0)) <= 1

    def _reject_ragged(self, entries: np.ndarray) -> None:
        if (entries != entries[:, self.first][:, self.tier]).any():
            raise SolveError("the slices of a curtailment tier must appear in the same rows")

    def restricted(self, split: np.ndarray) -> tuple[Matrix, np.ndarray]:
        """The problem with every tier outside ``split`` as one column; and the columns that are left."""
        if (self.first == self.last).all():  # nothing to put together, and no copy of the matrix
            return replace(self.matrix, columns={}), np.ones(self.matrix.n_columns, dtype=bool)
        upper, cost = self.upper.copy(), self.cost.copy()
        whole = ~split
        width = np.add.reduceat(self.upper, self.first, axis=1)
        mean = np.add.reduceat(self.cost * self.upper, self.first, axis=1) / np.maximum(width, 1e-30)
        upper[:, self.first] = np.where(whole, width, upper[:, self.first])
        cost[:, self.first] = np.where(whole & (width > 0.0), mean, cost[:, self.first])
        stays = split[:, self.tier] & (self.upper > 0.0)
        stays[:, self.first] |= whole & ~self.empty
        kept = np.ones(self.matrix.n_columns, dtype=bool)
        kept[self.matrix.columns[CURTAILMENT].slice] = stays.ravel()
        coarse = self.matrix.with_columns(CURTAILMENT, upper=upper, cost=cost)
        if not self.alike:
            coarse = replace(coarse, value=self._mean_coefficients(whole, width))
        return take_columns(coarse, kept), kept

    def _mean_coefficients(self, whole: np.ndarray, width: np.ndarray) -> np.ndarray:
        """Coefficients in which the column that stands for a whole tier has the mean of its slices.

        The slices of a tier have entries in the same rows, so the mean keeps the pattern.
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

    def cut_in_part(self, near: np.ndarray) -> np.ndarray:
        """Tiers of which a point cuts neither nothing nor all."""
        cut = np.add.reduceat(self.matrix.values(near, CURTAILMENT), self.first, axis=1)
        width = np.add.reduceat(self.upper, self.first, axis=1)
        return (cut > ROUNDING) & (cut < width - ROUNDING) & ~self.empty

    def would_part(self, row_dual: np.ndarray) -> np.ndarray:
        """Tiers with slices worth cutting at today's prices and slices that are not."""
        worth = self.matrix.values(self.matrix.worth(row_dual), CURTAILMENT)
        worth[self.upper <= 0.0] = 0.0
        least, most = (end.reduceat(worth, self.first, axis=1) for end in (np.minimum, np.maximum))
        return (least < -ROUNDING) & (most > ROUNDING)

    def parted(
        self, found: Solution, basis: tuple[Codes, Codes], kept: np.ndarray, split: np.ndarray, parted: np.ndarray
    ) -> Start:
        """The optimum found as a start, with each parted tier's place taken by the slice it reaches into."""
        start = self.start(found, basis, kept, split)
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
        codes[where] = np.where(parted[:, self.tier], dealt, kept_codes).ravel()
        return replace(start, columns=codes, reach=1.0)

    def start(self, found: Solution, basis: tuple[Codes, Codes], kept: np.ndarray, split: np.ndarray) -> Start:
        """The optimum found as a start; columns left out are at their lower bound."""
        columns, rows = basis
        codes = np.full(kept.size, AT_LOWER, dtype=columns.dtype)
        codes[kept] = columns
        with np.errstate(invalid="ignore"):  # rows without bounds
            slack = np.minimum(found.row_value - self.matrix.row_lower, self.matrix.row_upper - found.row_value)
        return Start(codes, rows, split, found.row_dual, slack)

    def full_solution(self, found: Solution, kept: np.ndarray, split: np.ndarray) -> Solution | None:
        """The restricted optimum with whole tiers dealt out to their slices, if that is an optimum of the full one."""
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


def take_columns(matrix: Matrix, kept: np.ndarray) -> Matrix:
    """The problem without the columns that are not kept; its columns have no names, its rows keep theirs."""
    if kept.all():
        return replace(matrix, columns={})
    inside = np.repeat(kept, np.diff(matrix.start))
    start = np.concatenate([[0], np.cumsum(np.diff(matrix.start)[kept])]).astype(matrix.start.dtype)
    return replace(
        matrix,
        cost=matrix.cost[kept],
        start=start,
        index=matrix.index[inside],
        value=matrix.value[inside],
        col_lower=matrix.col_lower[kept],
        col_upper=matrix.col_upper[kept],
        columns={},
    )
