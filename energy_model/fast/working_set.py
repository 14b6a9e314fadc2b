"""Which columns and rows of a case's problem matter near a guess of its optimum.

A column far from paying at the guessed prices rests at its bound, a line of a storage curve far above the guessed rate
is not looked at. What is left out too much joins later (:mod:`energy_model.fast.sifting`): these choices change the
time a solve takes, never its optimum.
"""

from __future__ import annotations

import numpy as np

from energy_model.fast.sifting import Mask
from energy_model.lp import Matrix
from energy_model.lp.basis import AT_LOWER, AT_UPPER, BASIC, Codes
from energy_model.model.periods import is_by_period, is_physical_rate
from energy_model.scenario.case import Case

MARGIN_EUR_PER_MWH = 10.0
"""Prices of longer periods miss those of their days by less than this nearly everywhere."""
CARGO_MARGIN_EUR_PER_MWH = 1.0
"""Freight differs little between ships, and what an exporter has left limits all of its routes alike."""
NEAR_RATE = 0.1
"""A line of a storage curve matters if it is above the rate by less than this share of the store's capacity."""
BESIDE = 0.1
"""Share of what could yet be cut, or given back, that stays within reach where columns that lack cost a round each."""
ROUNDING = 1e-9
CURVES = {"withdrawal_curve": "withdrawal", "injection_curve": "injection"}


def margins(matrix: Matrix, case: Case) -> np.ndarray:
    """How far a column may be from paying and yet matter, thousand EUR per unit; infinite for those that always do."""
    days = case.timeline.days
    margin = np.full(matrix.n_columns, np.inf)
    for name, block in matrix.columns.items():
        if is_physical_rate(name) and block.shape[-1] == len(days):
            eur_per_mwh = CARGO_MARGIN_EUR_PER_MWH if name == "cargo" else MARGIN_EUR_PER_MWH
            margin[block.slice] = block.flat(np.broadcast_to(eur_per_mwh * days, block.shape))
    return margin


def near_columns(matrix: Matrix, codes: Codes, worth: np.ndarray, margin: np.ndarray, beside: float = BESIDE) -> Mask:
    """Columns that may move.

    Parameters
    ----------
    matrix : Matrix
        Of ``n`` columns.
    codes : array of int, shape (n,)
        The guessed basis.
    worth : array of float, shape (n,)
        Reduced costs at the guessed prices, of a problem to be minimised.
    margin : array of float, shape (n,)
        As :func:`margins` gives them.
    beside : float
        Share of what could yet be cut, or given back, in a market that stays within reach whatever its price.

    Notes
    -----
    At a bound from above rest only columns of a single row, such as demand that leaves: the others would force gas on
    the network. Of these, the nearest of each row stay on both sides, so that what one period lacks against the guess
    has somewhere to come from and what it has more has somewhere to go.
    """
    single = np.diff(matrix.start) == 1
    idle = (codes != BASIC) & (worth > margin)
    full = (codes != BASIC) & (worth < -margin) & single & np.isfinite(matrix.col_upper)
    reach = _nearest(matrix, idle & single, worth, beside) | _nearest(matrix, full, -worth, beside)
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


def near_rows(matrix: Matrix, case: Case, codes: Codes, slack: np.ndarray) -> Mask:
    """Rows that may bind: all but lines of the storage curves that the guess stays clear of.

    Parameters
    ----------
    codes : array of int, shape (rows,)
        The guessed basis.
    slack : array of float, shape (rows,)
        Distance of each row from its nearest bound at the guessed point.
    """
    near = np.ones(matrix.n_rows, dtype=bool)
    curve = case.storage.curve_storage
    for name, column in CURVES.items():
        block = matrix.rows.get(name)
        if block is None or column not in matrix.columns:
            continue
        store = curve[case.storage.curve_kind == column]
        most = matrix.block_array("col_upper", column)[store]
        clear = (codes[block.slice] == BASIC) & (slack[block.slice] > NEAR_RATE * block.flat(most))
        near[block.slice] = ~clear
    return near


def alike_rows(matrix: Matrix) -> np.ndarray:
    """A number for each row, the same for a row in all periods, shape (rows,).

    What one period lacks, as a ship to a terminal or demand that leaves, the others mostly lack too.
    """
    number = np.arange(matrix.n_rows, dtype=np.float64)
    for name, block in matrix.rows.items():
        if is_by_period(name):
            first = np.fmin.reduce(block.shaped(number), axis=-1, keepdims=True)
            number[block.slice] = block.flat(np.broadcast_to(first, block.shape))
    return number.astype(np.int32)


def resting(codes: Codes, worth: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> Codes:
    """The guess with every column that is not basic at the bound where its reduced cost wants it."""
    wanted = np.where((worth < -ROUNDING) & np.isfinite(upper), AT_UPPER, codes)
    wanted = np.where((worth > ROUNDING) & np.isfinite(lower), AT_LOWER, wanted)
    return np.where(codes == BASIC, codes, wanted).astype(codes.dtype)
