"""Which parts of a compiled case belong to periods, how periods are put together and the past of a plan is frozen."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from energy_model.lp import Matrix
from energy_model.lp.merge import Merge
from energy_model.timeline import Timeline

PERIOD_COLUMNS = (
    "supply", "flow", "lng_supply", "cargo", "sendout", "injection", "withdrawal", "voluntary", "curtailment",
)  # fmt: skip
"""Variables whose last axis is the period: decisions that are frozen once their period has passed."""
PERIOD_ROWS = ("balance", "loading", "landing", "storage_level", "withdrawal_curve", "injection_curve")
"""Constraints whose last axis is the period: their duals belong to the plan that decided the period."""
LEVEL = "level"
"""Stock in store: its last axis is the boundary between periods."""
ORIGIN_COLUMNS = ("origin_flow", "origin_bought", "origin_injection", "origin_withdrawal")
ORIGIN_ROWS = ("origin_in_flow", "origin_balance", "origin_used_up", "origin_stays", "origin_paid", "origin_store",
               "origin_injected", "origin_withdrawn", "origin_held")  # fmt: skip
ORIGIN_LEVEL = "origin_level"
"""The same of a case in which a measure asks where gas comes from; other cases have none of them."""
STOCK_ROWS = ("storage_level", "origin_store")
"""Of the constraints by period, those in GWh; all others are rates."""
END_ROWS = ("origin_held",)
"""Of the constraints by period, those on the stock at its end."""
BY_PERIOD = (*PERIOD_COLUMNS, *PERIOD_ROWS, *ORIGIN_COLUMNS, *ORIGIN_ROWS)
BY_BOUNDARY = (LEVEL, ORIGIN_LEVEL)
DECISIONS = (*PERIOD_COLUMNS, *ORIGIN_COLUMNS, *BY_BOUNDARY)


def decided(matrix: Matrix, values: np.ndarray) -> dict[str, np.ndarray]:
    """Decisions that belong to a period or a boundary, by variable name."""
    return {name: matrix.values(values, name) for name in DECISIONS if name in matrix.columns}


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
    how = dict.fromkeys(BY_PERIOD, by_days) | dict.fromkeys(STOCK_ROWS, added)
    return how | dict.fromkeys(END_ROWS, at_end) | dict.fromkeys(BY_BOUNDARY, kept)


def freeze(fresh: Matrix, past: Mapping[str, np.ndarray], first: int) -> Matrix:
    """The matrix with every decision of the periods before ``first`` fixed to what was decided.

    The periods before ``first`` are those of the old plan; later ones may be others. Rows in which nothing is left to
    decide are freed: they held in the old plan, and rounding must not make the new one infeasible.
    """
    fixed = np.zeros(fresh.n_columns, dtype=bool)
    for name in past:
        end = first + 1 if name in BY_BOUNDARY else first
        if name not in fresh.columns:
            continue
        lower, upper = fresh.block_array("col_lower", name), fresh.block_array("col_upper", name)
        if past[name].shape[:-1] != lower.shape[:-1]:
            continue  # gas of an origin more is followed: names are told anew, what flowed stays
        lower[..., :end] = upper[..., :end] = past[name][..., :end]
        fresh = fresh.with_columns(name, lower=lower, upper=upper)
        mark = np.zeros(lower.shape, dtype=bool)
        mark[..., :end] = True
        fixed[fresh.columns[name].slice] = mark.ravel()
    return fresh.with_free_rows(fresh.rows_within(fixed))
