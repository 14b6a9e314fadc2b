"""Solve compiled matrices with HiGHS: once, or again and again with other numbers."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import highspy
import numpy as np

from . import interrupt
from .basis import BASIC, Codes, basis_codes, basis_from_codes, nonbasic_codes
from .certificate import TOLERANCE, Certificate, certify
from .errors import SolveError
from .matrix import Floats, Ints, Matrix
from .options import ALWAYS, Option

Algorithm = Literal["simplex", "ipm"]

_COLUMN_WISE = 1
_MINIMISE, _MAXIMISE = 1, -1
_WORDS = {
    highspy.HighsModelStatus.kOptimal: "optimal",
    highspy.HighsModelStatus.kInfeasible: "infeasible: no flows meet all constraints",
    highspy.HighsModelStatus.kUnbounded: "unbounded: some cost can fall without limit",
    highspy.HighsModelStatus.kUnboundedOrInfeasible: "unbounded or infeasible",
    highspy.HighsModelStatus.kTimeLimit: "not finished within the time limit",
    highspy.HighsModelStatus.kIterationLimit: "not finished within the iteration limit",
}


@dataclass(frozen=True)
class Solution:
    """A certified optimum."""

    status: str
    objective: float
    col_value: Floats = field(repr=False)
    col_dual: Floats = field(repr=False)
    row_value: Floats = field(repr=False)
    row_dual: Floats = field(repr=False)
    iterations: int
    seconds: float
    certificate: Certificate
    basis: Any = field(repr=False, default=None)
    """Basis for a warm start of a problem of the same shape (opaque)."""
    was_warm: bool = False
    """Whether the result comes from a warm start (``False`` also after a warm start that had to be repeated)."""

    def __getstate__(self) -> dict[str, Any]:
        """For another process: the basis as plain arrays."""
        basis = self.basis
        codes = None if basis is None else (*basis_codes(basis), bool(basis.valid), bool(basis.alien))
        return {**vars(self), "basis": codes}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """As it was there."""
        if state["basis"] is not None:
            columns, rows, is_valid, is_guess = state["basis"]
            basis = basis_from_codes(columns, rows, guess=is_guess)
            basis.valid = is_valid
            state = {**state, "basis": basis}
        self.__dict__.update(state)


@dataclass(frozen=True)
class Attempt:
    """An optimum that HiGHS reports and nobody has certified: a point and its duals."""

    col_value: Floats
    row_dual: Floats
    iterations: int
    seconds: float


def solve(
    matrix: Matrix,
    *,
    method: Algorithm = "simplex",
    options: Mapping[str, Option] | None = None,
    basis: Any = None,
    tolerance: float = TOLERANCE,
) -> Solution:
    """Solve a matrix once.

    Parameters
    ----------
    matrix : Matrix
    method : {"simplex", "ipm"}
        Serial dual simplex, or interior point (with crossover).
    options : mapping, optional
        HiGHS options by name, for example ``{"time_limit": 60.0}``.
    basis : optional
        ``Solution.basis`` of a problem of the same shape.
    tolerance : float
        What the certificate must meet.

    Raises
    ------
    SolveError
        Not optimal, or reported as optimal while the certificate fails.
    """
    return LiveModel(matrix, method=method, options=options, basis=basis, tolerance=tolerance).solve()


class LiveModel:
    """A HiGHS instance that keeps its matrix and basis, to be solved again after numbers have changed.

    >>> live = LiveModel(matrix)                                     # doctest: +SKIP
    >>> base = live.solve()                                          # doctest: +SKIP
    >>> cut = live.solve(matrix.with_columns("supply", upper=less))  # doctest: +SKIP
    """

    def __init__(
        self,
        matrix: Matrix,
        *,
        method: Algorithm = "simplex",
        options: Mapping[str, Option] | None = None,
        basis: Any = None,
        tolerance: float = TOLERANCE,
    ) -> None:
        self._highs: Any = highspy.Highs()
        self._tolerance = tolerance
        self._set({**ALWAYS, "solver": method, **(options or {})})
        self._can_warm = method == "simplex"
        self._matrix = matrix
        self._pass(matrix)
        self._warm = False
        if basis is not None and self._can_warm:
            self.start_from(basis)

    @property
    def matrix(self) -> Matrix:
        """The problem as it stands."""
        return self._matrix

    def solve(self, matrix: Matrix | None = None, *, warm: bool = True) -> Solution:
        """Solve the problem as it stands, or another version of it.

        Parameters
        ----------
        matrix : Matrix, optional
            Same coefficients, other bounds or costs (made by ``with_columns`` and ``with_rows``): only what differs
            is handed over. Other coefficients of the same shape: handed over whole, the basis is kept.
        warm : bool
            Start from the last basis. A warm start that fails its certificate is repeated cold.

        Raises
        ------
        SolveError
            Not optimal, or reported as optimal while the certificate fails.
        """
        started = time.perf_counter()
        if matrix is not None:
            self.update(matrix)
        if not warm:
            self._highs.clearSolver()
            self._warm = False
        was_warm = self._warm
        status = self._run()
        solution = self._read(started, was_warm) if status == "optimal" else None
        if was_warm and (solution is None or not solution.certificate.passes(self._tolerance)):
            self._highs.clearSolver()
            status = self._run()
            solution = self._read(started, was_warm=False) if status == "optimal" else None
        self._warm = solution is not None and self._can_warm
        if solution is None:
            raise SolveError(f"the problem is {status}")
        if not solution.certificate.passes(self._tolerance):
            raise SolveError(f"HiGHS calls the solution optimal, its certificate does not: {solution.certificate}")
        return solution

    def start_from(self, basis: Any) -> None:
        """Start the next solve from a basis of the problem as it stands (:mod:`.basis`).

        Raises
        ------
        SolveError
            If it has another shape.
        """
        self._require_ok(self._highs.setBasis(basis), "the basis does not fit the matrix")
        self._warm = self._can_warm

    def attempt(self) -> Attempt | None:
        """Solve the problem as it stands, from the basis it has; ``None`` if that does not come to an optimum.

        Not certified: for a problem that is part of a larger one, whose optimum is.
        """
        started = time.perf_counter()
        if self._run() != "optimal":
            return None
        found = self._highs.getSolution()
        col_value, row_dual = np.array(found.col_value, dtype=np.float64), np.array(found.row_dual, dtype=np.float64)
        return Attempt(col_value, row_dual, self._iterations(), time.perf_counter() - started)

    @property
    def is_infeasible(self) -> bool:
        """Whether the last solve found that nothing meets all rows; otherwise it ended without knowing."""
        return bool(self._highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible)

    def infeasibility(self) -> Floats | None:
        """A combination of rows that no column can meet, after an attempt found one."""
        if not self.is_infeasible:
            return None
        _, known, ray = self._highs.getDualRay()
        return np.asarray(ray) if known else None

    def anew(self, options: Mapping[str, Option], basis: Any = None) -> None:
        """Forget how the last solve ended; the next one starts with other options from a basis, or from nothing."""
        self._highs.clearSolver()
        self._set(options)
        if basis is not None:
            self.start_from(basis)

    def grow(self, matrix: Matrix, options: Mapping[str, Option] | None = None) -> None:
        """Take over a larger problem, which has the rows and columns of this one first, and keep the basis.

        Parameters
        ----------
        options : mapping, optional
            HiGHS options from now on.

        Raises
        ------
        SolveError
            If HiGHS does not accept an option, or what is new.
        """
        self._set(options or {})
        rows, columns = self._matrix.shape
        if matrix.n_rows > rows:
            start, index, value = _below(matrix, rows, columns)
            done = self._highs.addRows(
                matrix.n_rows - rows,
                matrix.row_lower[rows:],
                matrix.row_upper[rows:],
                value.size,
                start,
                index,
                value,
            )
            self._require_ok(done, "new rows were not accepted")
        if matrix.n_columns > columns:
            first = int(matrix.start[columns])
            done = self._highs.addCols(
                matrix.n_columns - columns,
                matrix.cost[columns:],
                matrix.col_lower[columns:],
                matrix.col_upper[columns:],
                matrix.value.size - first,
                matrix.start[columns:] - first,
                matrix.index[first:],
                matrix.value[first:],
            )
            self._require_ok(done, "new columns were not accepted")
        before, self._matrix = self._matrix, matrix
        self._change("row", before, rows)
        self._highs.changeObjectiveOffset(matrix.cost_offset)

    def codes(self) -> tuple[Codes, Codes]:
        """Basis of the last solve as codes of columns and rows (:mod:`.basis`)."""
        m, found = self._matrix, self._highs.getSolution()
        # Without columns or rows HiGHS runs no simplex and knows no basis: all rows are basic.
        known = m.n_columns > 0 and m.n_rows > 0
        basic = np.asarray(self._highs.getBasicVariables()[1]) if known else -1 - np.arange(m.n_rows)
        columns = nonbasic_codes(np.array(found.col_value), m.col_lower, m.col_upper)
        rows = nonbasic_codes(np.array(found.row_value), m.row_lower, m.row_upper)
        columns[basic[basic >= 0]] = BASIC
        rows[-1 - basic[basic < 0]] = BASIC
        return columns, rows

    def update(self, matrix: Matrix, options: Mapping[str, Option] | None = None) -> None:
        """Hand over what differs from the problem as it stands, and HiGHS options from now on."""
        self._set(options or {})
        old, self._matrix = self._matrix, matrix
        if not matrix.has_coefficients_of(old):
            self._repass(old, matrix)
            return
        moved = np.flatnonzero(old.cost != matrix.cost).astype(np.int32)
        if moved.size:
            done = self._highs.changeColsCost(moved.size, moved, matrix.cost[moved])
            self._require_ok(done, "new costs were not accepted")
        if old.cost_offset != matrix.cost_offset:
            self._require_ok(self._highs.changeObjectiveOffset(matrix.cost_offset), "new offset was not accepted")
        self._change("col", old, matrix.n_columns)
        self._change("row", old, matrix.n_rows)

    def option(self, name: str) -> Option:
        """A HiGHS option as it stands."""
        _, setting = self._highs.getOptionValue(name)
        return setting  # type: ignore[no-any-return]

    def _set(self, options: Mapping[str, Option]) -> None:
        for name, setting in options.items():
            if self._highs.setOptionValue(name, setting) != highspy.HighsStatus.kOk:
                raise SolveError(f"HiGHS does not accept option {name} = {setting!r}")

    def _change(self, side: Literal["col", "row"], old: Matrix, count: int) -> None:
        """Hand over the bounds that differ from those of ``old``, among the first columns or rows."""
        change = self._highs.changeColsBounds if side == "col" else self._highs.changeRowsBounds
        lower, upper = (getattr(self._matrix, f"{side}_{end}")[:count] for end in ("lower", "upper"))
        differs = (getattr(old, f"{side}_lower") != lower) | (getattr(old, f"{side}_upper") != upper)
        moved = np.flatnonzero(differs).astype(np.int32)
        if moved.size:
            done = change(moved.size, moved, lower[moved], upper[moved])
            self._require_ok(done, f"new {side} bounds were not accepted")

    def _repass(self, old: Matrix, new: Matrix) -> None:
        basis = self._highs.getBasis() if self._warm and old.shape == new.shape else None
        self._pass(new)
        self._warm = basis is not None and self._highs.setBasis(basis) == highspy.HighsStatus.kOk

    def _pass(self, matrix: Matrix) -> None:
        rows, columns = matrix.shape
        done = self._highs.passModel(
            columns,
            rows,
            matrix.value.size,
            _COLUMN_WISE,
            _MAXIMISE if matrix.maximise else _MINIMISE,
            matrix.cost_offset,
            matrix.cost,
            matrix.col_lower,
            matrix.col_upper,
            matrix.row_lower,
            matrix.row_upper,
            matrix.start,
            matrix.index,
            matrix.value,
            # Not optional: HiGHS reads one entry per column whatever the length, beyond the end of an empty array.
            np.zeros(columns, dtype=np.int32),
        )
        self._require_ok(done, "the matrix was not accepted (a bound crossed, a coefficient too large?)")

    def _run(self) -> str:
        interrupt.run(self._highs)
        status = self._highs.getModelStatus()
        if status == highspy.HighsModelStatus.kModelEmpty:
            return "optimal"
        return _WORDS.get(status) or str(self._highs.modelStatusToString(status)).lower()

    def _iterations(self) -> int:
        info = self._highs.getInfo()  # it counts -1 for an algorithm that did not run
        return int(max(info.simplex_iteration_count, 0) + max(info.ipm_iteration_count, 0))

    def _read(self, started: float, was_warm: bool) -> Solution:
        found = self._highs.getSolution()
        col_value, col_dual = np.array(found.col_value, dtype=np.float64), np.array(found.col_dual, dtype=np.float64)
        row_value, row_dual = np.array(found.row_value, dtype=np.float64), np.array(found.row_dual, dtype=np.float64)
        return Solution(
            status="optimal",
            objective=self._matrix.objective(col_value),
            col_value=col_value,
            col_dual=col_dual,
            row_value=row_value,
            row_dual=row_dual,
            iterations=self._iterations(),
            seconds=time.perf_counter() - started,
            certificate=certify(self._matrix, col_value, col_dual, row_value, row_dual),
            basis=self._highs.getBasis(),
            was_warm=was_warm,
        )

    @staticmethod
    def _require_ok(status: Any, meaning: str) -> None:
        if status == highspy.HighsStatus.kError:
            raise SolveError(f"HiGHS: {meaning}")


def _below(matrix: Matrix, rows: int, columns: int) -> tuple[Ints, Ints, Floats]:
    """Starts, column numbers and values of the rows from ``rows`` on, within the first columns."""
    places = np.flatnonzero(matrix.index[: matrix.start[columns]] >= rows)
    row = matrix.index[places] - rows
    order = np.argsort(row, kind="stable")
    column = np.searchsorted(matrix.start, places[order], side="right") - 1
    start = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=matrix.n_rows - rows))])
    return start.astype(np.int32), column.astype(np.int32), matrix.value[places[order]]
