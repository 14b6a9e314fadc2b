"""Which parts of a compiled case belong to periods, how periods are put together and the past of a plan is frozen."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from energy_model.lp import Matrix
from energy_model.lp.merge import Merge
from energy_model.model.build import ROWS, VARIABLES
from energy_model.timeline import Timeline


def is_decided_in_time(name: str) -> bool:
    """Whether a variable is decided by period or by month, or is a stock between periods."""
    one = VARIABLES.get(name)
    return one is not None and (one.by_period or one.by_boundary or one.by_part)


def is_by_period(name: str) -> bool:
    """Whether a variable or constraint has the period as its last axis."""
    return (name in VARIABLES and VARIABLES[name].by_period) or (name in ROWS and ROWS[name].by_period)


def is_physical_rate(name: str) -> bool:
    """Whether a variable is a rate of gas in each period; shares of it by origin are none."""
    return name in VARIABLES and VARIABLES[name].by_period and not VARIABLES[name].is_attribution


def is_by_boundary(name: str) -> bool:
    """Whether the last axis of a variable is the boundary between periods."""
    return name in VARIABLES and VARIABLES[name].by_boundary


def is_by_part(name: str) -> bool:
    """Whether the last axis of a variable or constraint is the part of a month."""
    return (name in VARIABLES and VARIABLES[name].by_part) or (name in ROWS and ROWS[name].by_part)


def decided(matrix: Matrix, values: np.ndarray) -> dict[str, np.ndarray]:
    """Decisions that belong to a period or a boundary, by variable name.

    Parameters
    ----------
    values : ndarray, shape (columns,)
        A solution of the matrix.

    Returns
    -------
    dict of str to ndarray
        Each of the shape of its variable: labels of its index sets, the period, boundary or part of a month last.
    """
    return {name: matrix.values(values, name) for name in matrix.columns if is_decided_in_time(name)}


def by_longer_periods(fine: Timeline, coarse: Timeline) -> dict[str, Merge]:
    """How short periods are put together to longer ones, for every block of a case that has them.

    Rates are the same throughout a longer period, and rows of rates their mean over its gas days; changes of stock add
    up. A stock between two boundaries that stay is that at the nearer one.
    """
    period = coarse.period_of_day[fine.first_days]
    by_days = Merge(period, fine.days / coarse.days[period])
    added = Merge(period, np.ones(len(fine)))
    at_end = Merge(period, (np.diff(period, append=len(coarse)) > 0).astype(float))
    boundaries, edges = (np.append(line.first_days, line.days.sum()) for line in (fine, coarse))
    nearest = np.searchsorted((edges[1:] + edges[:-1]) / 2.0, boundaries)
    kept = Merge(nearest, (edges[nearest] == boundaries).astype(float))
    how = {name: by_days for name, one in VARIABLES.items() if one.by_period}
    how |= {name: kept for name, one in VARIABLES.items() if one.by_boundary}
    by_kind = {"rate": by_days, "change of stock": added, "stock": at_end}
    return how | {name: by_kind[one.kind] for name, one in ROWS.items() if one.by_period}


def freeze(fresh: Matrix, past: Mapping[str, np.ndarray], first: int, parts: int = 0) -> Matrix:
    """The matrix with every decision of the periods before ``first`` fixed to what was decided.

    What is decided by month is fixed for the first ``parts`` of months, those that have passed. The periods before
    ``first`` are those of the old plan; later ones may be others. Rows in which nothing is left to decide are freed:
    they held in the old plan, and rounding must not make the new one infeasible.

    ``past`` holds the values of each variable in the shape of its index sets, time last, as :func:`decided` gives them.
    """
    fixed = np.zeros(fresh.n_columns, dtype=bool)
    for name in past:
        end = parts if is_by_part(name) else first + 1 if is_by_boundary(name) else first
        if name not in fresh.columns:
            continue
        lower, upper = fresh.block_array("col_lower", name), fresh.block_array("col_upper", name)
        if past[name].shape[:-1] != lower.shape[:-1]:
            continue  # one origin more is tracked: attribution is optimised again, physical flows stay frozen
        lower[..., :end] = upper[..., :end] = past[name][..., :end]
        fresh = fresh.with_columns(name, lower=lower, upper=upper)
        mark = np.zeros(lower.shape, dtype=bool)
        mark[..., :end] = True
        fixed[fresh.columns[name].slice] = mark.ravel()
    return fresh.with_free_rows(fresh.rows_within(fixed))
