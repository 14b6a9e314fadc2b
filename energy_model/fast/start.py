"""Where a solve starts: an estimate of the optimal basis and of the prices, opaque outside this package."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from energy_model.fast.tuning import TUNING
from energy_model.lp.basis import BASIC, Codes
from energy_model.lp.options import PRIMAL_SIMPLEX, Option


@dataclass(frozen=True)
class Start:
    """An estimate of the optimal basis; it decides how long a solve takes, not its optimum.

    Attributes
    ----------
    columns, rows : array of int
        Codes of ``lp.basis`` for all columns and rows of the full problem; the first segment stands for its tier.
    split : array of bool
        Tiers (market, tier, period) whose segments have columns of their own from the start.
    prices, slack : arrays of float, optional
        Row duals and the distance of each row from its nearest bound. With them only a working set is handed to the
        solver at first (:mod:`energy_model.fast.working_set`); without them everything is.
    margins : float
        How many times the usual margins columns of the working set may be from paying; 1 if the prices are those of
        this very problem.
    options : mapping
        HiGHS options that suit this start.
    """

    columns: Codes
    rows: Codes
    split: np.ndarray
    prices: np.ndarray | None = None
    slack: np.ndarray | None = None
    margins: float = TUNING.other_problem_margins
    options: Mapping[str, Option] = field(default_factory=dict)

    def for_another_objective(self) -> Start:
        """The basis alone: it stays feasible, prices say nothing, and primal simplex goes on from it fastest."""
        return replace(self, prices=None, slack=None, options=PRIMAL_SIMPLEX)

    def with_free_rows(self, count: int) -> Start:
        """The start of the problem with extra rows that do not bind yet."""
        rows = np.append(self.rows, np.full(count, BASIC, dtype=self.rows.dtype))
        if self.prices is None or self.slack is None:
            return replace(self, rows=rows)
        more = np.zeros(count)
        return replace(self, rows=rows, prices=np.append(self.prices, more), slack=np.append(self.slack, more))
