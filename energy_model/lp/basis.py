"""A simplex basis as arrays of small integers, so that it can be carried over to a problem of another shape."""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int8]
Floats = NDArray[np.float64]

AT_LOWER, BASIC, AT_UPPER, FREE = range(4)
"""Codes of HiGHS: nonbasic at the lower bound, basic, nonbasic at the upper bound, free at zero."""

_STATUS = np.array([highspy.HighsBasisStatus(code) for code in range(5)], dtype=object)


def basis_codes(basis: Any) -> tuple[Codes, Codes]:
    """Codes of the columns and of the rows of a ``Solution.basis``."""
    columns = np.fromiter(map(int, basis.col_status), dtype=np.int8)
    rows = np.fromiter(map(int, basis.row_status), dtype=np.int8)
    return columns, rows


def basis_from_codes(columns: Codes, rows: Codes, *, guess: bool = False) -> Any:
    """A basis for ``solve(..., basis=...)``.

    Parameters
    ----------
    guess : bool
        The entries may be too many, too few or dependent: HiGHS drops those it cannot use and fills up with rows. If
        ``False``, as many entries must be basic as there are rows.
    """
    basis = highspy.HighsBasis()
    basis.col_status = _STATUS[columns].tolist()
    basis.row_status = _STATUS[rows].tolist()
    basis.valid, basis.alien = True, guess
    return basis


def nonbasic_codes(value: Floats, lower: Floats, upper: Floats) -> Codes:
    """Codes of columns or rows as if none were basic: at the bound they are closest to."""
    with np.errstate(invalid="ignore"):  # infinity minus infinity, where the answer does not depend on it
        at_upper = (upper - value < value - lower) & np.isfinite(upper)
    codes = np.where(at_upper, AT_UPPER, AT_LOWER)
    return np.where(np.isfinite(lower) | np.isfinite(upper), codes, FREE).astype(np.int8)
