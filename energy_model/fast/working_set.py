"""The working set: columns and rows of a case's problem that matter at an estimate of its optimum.

Columns with a large reduced cost at the estimated duals are fixed at their bound; lines of a storage curve far above
the estimated rate, and usual shares that do not bind, are left out. Whatever is missing joins later
(:mod:`energy_model.fast.sifting`): these choices change the time a solve takes, never its optimum.
"""

from __future__ import annotations

import numpy as np

from energy_model.fast.sifting import Mask
from energy_model.fast.tuning import ROUNDING, TUNING, Tuning
from energy_model.lp import Matrix
from energy_model.lp.basis import AT_LOWER, AT_UPPER, BASIC, Codes
from energy_model.model.periods import is_by_period, is_physical_rate
from energy_model.scenario.case import Case

CURVES = {"withdrawal_curve": "withdrawal", "injection_curve": "injection"}
"""Constraints that are lines of a storage curve, and the rate that they limit."""
USUAL_SHARES = ("slot_least", "slot_most")
"""Constraints that hold each market to a share of the whole: most never bind, and all of them together tie every market
to every other. With all of them from the start the last level takes four times as long."""


def price_margins(matrix: Matrix, case: Case, tuning: Tuning = TUNING) -> np.ndarray:
    """Largest reduced cost of a column of the working set, thousand EUR per unit; infinite for those always in it.

    Has the shape (n,), one entry per column.
    """
    days = case.timeline.days
    margin = np.full(matrix.n_columns, np.inf)
    for name, block in matrix.columns.items():
        if is_physical_rate(name) and block.shape[-1] == len(days):
            eur_per_mwh = tuning.cargo_margin_eur_per_mwh if name == "cargo" else tuning.price_margin_eur_per_mwh
            margin[block.slice] = block.flat(np.broadcast_to(eur_per_mwh * days, block.shape))
    return margin


def columns_within_reach(
    matrix: Matrix, codes: Codes, reduced: np.ndarray, margin: np.ndarray, reserve_share: float
) -> Mask:
    """Columns that may move.

    Parameters
    ----------
    matrix : Matrix
        Of ``n`` columns.
    codes : array of int, shape (n,)
        The estimated basis.
    reduced : array of float, shape (n,)
        Reduced costs at the estimated duals, of a problem to be minimised.
    margin : array of float, shape (n,)
        As :func:`price_margins` gives them.
    reserve_share : float
        Share of what could yet be cut, or given back, in a market that is in the working set whatever its price.

    Notes
    -----
    Only single-entry columns, such as price-responsive demand, may be fixed at their upper bound; any other would push
    gas into the network. Of the single-entry columns the nearest of each row stay on both sides, so that what one
    period lacks against the estimate has somewhere to come from and what it has in excess has somewhere to go.
    """
    single = np.diff(matrix.start) == 1
    idle = (codes != BASIC) & (reduced > margin)
    full = (codes != BASIC) & (reduced < -margin) & single & np.isfinite(matrix.col_upper)
    reach = _nearest(matrix, idle & single, reduced, reserve_share) | _nearest(matrix, full, -reduced, reserve_share)
    return np.asarray(~(idle | full) | reach)


def _nearest(matrix: Matrix, among: Mask, distance: np.ndarray, share: float) -> Mask:
    """Of the marked columns of a single row, those of least distance in each row that together make up a share."""
    width = matrix.col_upper - matrix.col_lower
    column = np.flatnonzero(among & (width > 0.0) & np.isfinite(width))
    row = matrix.index[matrix.start[:-1][column]]
    order = np.lexsort((distance[column], row))
    row, column = row[order], column[order]
    width = width[column]
    total = np.bincount(row, width, minlength=matrix.n_rows)
    before = np.cumsum(width) - width
    begins = np.flatnonzero(np.diff(row, prepend=-1))
    before -= np.repeat(before[begins], np.diff(begins, append=row.size))
    found = np.zeros(among.size, dtype=bool)
    found[column[before < share * total[row]]] = True
    return found


def rows_within_reach(matrix: Matrix, case: Case, codes: Codes, slack: np.ndarray, tuning: Tuning = TUNING) -> Mask:
    """Rows that may bind: all but lines of storage curves that the estimate stays clear of, and shares it leaves free.

    Parameters
    ----------
    codes : array of int, shape (rows,)
        The estimated basis.
    slack : array of float, shape (rows,)
        Distance of each row from its nearest bound at the estimated point.
    """
    near = np.ones(matrix.n_rows, dtype=bool)
    curve = case.storage.curve_storage
    for name, column in CURVES.items():
        block = matrix.rows.get(name)
        if block is None or column not in matrix.columns:
            continue
        store = curve[case.storage.curve_kind == column]
        most = matrix.block_array("col_upper", column)[store]
        clear = (codes[block.slice] == BASIC) & (slack[block.slice] > tuning.storage_curve_share * block.flat(most))
        near[block.slice] = ~clear
    for name in USUAL_SHARES:
        if (block := matrix.rows.get(name)) is not None:
            near[block.slice] = codes[block.slice] != BASIC
    return near


def rows_by_kind(matrix: Matrix) -> np.ndarray:
    """A number for each row, the same for a row in all periods, shape (rows,).

    What one period lacks, such as a cargo to a terminal or price-responsive demand, the others mostly lack too.
    """
    number = np.arange(matrix.n_rows, dtype=np.float64)
    for name, block in matrix.rows.items():
        if is_by_period(name):
            first = np.fmin.reduce(block.shaped(number), axis=-1, keepdims=True)
            number[block.slice] = block.flat(np.broadcast_to(first, block.shape))
    return number.astype(np.int32)


def nonbasic_at_best_bound(codes: Codes, reduced: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> Codes:
    """The estimate with every nonbasic column at the bound that the sign of its reduced cost asks for.

    Codes of the basis, reduced costs of a problem to be minimised, and bounds all have the shape (n,): one per column.
    """
    wanted = np.where((reduced < -ROUNDING) & np.isfinite(upper), AT_UPPER, codes)
    wanted = np.where((reduced > ROUNDING) & np.isfinite(lower), AT_LOWER, wanted)
    return np.where(codes == BASIC, codes, wanted).astype(codes.dtype)
