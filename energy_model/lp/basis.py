"""A simplex basis as arrays of small integers, so that it can be carried over to a problem of another shape."""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int8]

AT_LOWER, BASIC, AT_UPPER, FREE, NONBASIC = range(5)
"""Codes of HiGHS: nonbasic at the lower bound, basic, nonbasic at the upper bound, free at zero, nonbasic anywhere."""

_STATUS = [highspy.HighsBasisStatus(code) for code in range(5)]


def basis_codes(basis: Any) -> tuple[Codes, Codes]:
    """Codes of the columns and of the rows of a ``Solution.basis``."""
    columns = np.fromiter(map(int, basis.col_status), dtype=np.int8)
    rows = np.fromiter(map(int, basis.row_status), dtype=np.int8)
    return columns, rows


def basis_from_codes(columns: Codes, rows: Codes) -> Any:
    """A basis for ``solve(..., basis=...)``; as many entries must be basic as there are rows."""
    basis = highspy.HighsBasis()
    basis.col_status = [_STATUS[code] for code in columns.tolist()]
    basis.row_status = [_STATUS[code] for code in rows.tolist()]
    basis.valid, basis.alien = True, False
    return basis
