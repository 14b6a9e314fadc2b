r"""The promise that is needed: the minimum extra supply that avoids curtailment in a region under a cut.

Two linear programmes over the scenario's last plan, one after the other:

.. math:: z^* = \min \sum_{n \in R,\,i,\,t} h_t\, c_{n,i,t}, \qquad
          \min \sum_{e,m} \sum_t h_t\, a_{e,m,t}\, p_{e,m} \quad\text{with harm}\ z \le z^*

with curtailment :math:`c` in the region R, promised rates :math:`p_{e,m}` of entry e in month m (constant within the
month, GWh/d), days :math:`h` and :math:`a` the share of a period that the month covers. The first asks how little
shortage any promise can leave, the second how small a promise leaves no more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import sparse

from energy_model.impact.inverse import entries as ways
from energy_model.impact.inverse.entries import Entry
from energy_model.impact.inverse.question import (
    CURTAILMENT,
    SLACK_GWH,
    VOLUNTARY,
    Region,
    first_open,
    market_rows,
    region_of,
    shut_slices,
    small_problem,
)
from energy_model.impact.study import Study
from energy_model.lp import LiveModel, Matrix, Solution
from energy_model.lp.extend import add_columns, add_rows, cost_of, take_columns
from energy_model.results.plan_totals import reduced_gwh

PROMISE, SENT, NO_MORE = "promise", "sent", "no more than promised"
HARM, GIVEN_UP = "harm", "given up for its price"
MISSING = "missing"
WEIGHT_OF_RANK_EUR_PER_MWH = 1e4
"""Above every cost of the model, so that the order of calling comes before cost."""
FULL = 1e-6
"""Least GWh saved by one GWh more of capacity at which a terminal or pipeline counts as in the way."""


@dataclass(frozen=True)
class Need:
    """A needed promise.

    Attributes
    ----------
    rates : mapping of Entry to ndarray
        Promised rate in each period, GWh/d, shape (T,).
    monthly_gwh : DataFrame
        Index entry number, columns months.
    volume_gwh, unserved_gwh : float
        The promise, and the shortage that no promise removes.
    """

    rates: dict[Entry, np.ndarray]
    monthly_gwh: pd.DataFrame
    volume_gwh: float
    unserved_gwh: float


class PromiseProblem:
    """The programmes of one region, reused for their variants."""

    def __init__(self, study: Study, region: Region, protected_only: bool = False) -> None:
        self.study, self.region, self.case = study, region, study.case
        self.first = first_open(study.solved)
        self.entries = [*ways.entries_of(self.case, study.data), *ways.anywhere(self.case, region.inside)]
        matrix = self._with_promises(small_problem(study.solved, region, protected_only, shut=False))
        counted = region.inside[:, None, None] & shut_slices(self.case, protected_only)[None, :, None]
        open_days = np.where(np.arange(len(self.case.timeline)) >= self.first, self.case.timeline.days, 0.0)
        self._harm = cost_of(matrix, CURTAILMENT, np.where(counted, open_days, 0.0))
        self._volume = cost_of(matrix, PROMISE, self._gwh)
        matrix = add_rows(matrix, HARM, self._harm)
        self._matrix = add_rows(matrix, GIVEN_UP, market_rows(matrix, self.case, VOLUNTARY, region.inside))
        self._kept = (matrix.col_lower != 0.0) | (matrix.col_upper != 0.0)

    def least(
        self,
        allow: Callable[[Entry], bool] = ways.is_by_trade,
        *,
        full_stores: bool = False,
        no_voluntary: bool = False,
    ) -> Need:
        """The smallest promise.

        Parameters
        ----------
        allow : callable
            Entries that may be used.
        full_stores : bool
            No filling target in the region is missed by more than without the cut; otherwise by no more than in it.
        no_voluntary : bool
            Nobody in the region may give up more gas for its price than without the cut.
        """
        matrix = self._asked(allow, full_stores, no_voluntary)
        matrix, _ = self._least_harmful(matrix, full_stores)
        return self._need(matrix, self._solve(matrix, self._volume))

    def composed(self) -> Need:
        """The promise made of central assurances as far as they reach, then of the highest, then of gas beyond them.

        A GWh of each further rank weighs one more; of equal weight the cheapest is taken.
        """
        matrix, _ = self._least_harmful(self._asked(ways.is_by_trade, False, False), False)
        cost = np.zeros(matrix.n_columns)
        own = self.study.solved.matrix.cost
        cost[: own.size] = own
        for name in (CURTAILMENT, VOLUNTARY, MISSING):
            if name in matrix.columns:
                cost[matrix.columns[name].slice] = 0.0
        rank = np.array([1.0 + entry.rank for entry in self.entries])[self._owner]
        cost[matrix.columns[PROMISE].slice] = self._price + WEIGHT_OF_RANK_EUR_PER_MWH * rank * self._gwh
        return self._need(matrix, self._solve(matrix, cost))

    def binding(self) -> pd.DataFrame:
        """Terminals and pipelines that are full where gas lacks in spite of every promise.

        Returns
        -------
        DataFrame
            what, name, full_days, saved_gwh_per_gwh (what one GWh more of room saves, mean over those days).
        """
        matrix, found = self._least_harmful(self._asked(ways.is_by_trade, False, False), False)
        days, rows = self.case.timeline.days, []
        names = {"flow": self.case.pipelines.name, "sendout": self.case.lng.terminal}
        for block, what in (("sendout", "terminal"), ("flow", "pipeline")):
            value = -matrix.values(found.col_dual, block) / days
            full = (value > FULL) & (matrix.values(found.col_value, block) > 0.0)
            for number in np.flatnonzero(full.any(axis=1)):
                on = full[number]
                mean = float(value[number, on] @ days[on] / days[on].sum())
                rows.append((what, str(names[block][number]), int(days[on].sum()), mean))
        table = pd.DataFrame(rows, columns=["what", "name", "full_days", "saved_gwh_per_gwh"])
        return table.sort_values(["full_days", "name"], ascending=[False, True]).reset_index(drop=True)

    def _with_promises(self, matrix: Matrix) -> Matrix:
        """Promised rates of each entry and month, none before the announcement, and what is sent of them by period."""
        case, room, gas, upper, price = self.case, [], [], [np.zeros(0)], [np.zeros(0)]
        self._gwh, self._schedules, self._owner = np.zeros(0), [], np.zeros(0, dtype=int)
        for number, entry in enumerate(self.entries):
            per_month = ways.schedule(case, self.first, entry)
            gwh = case.timeline.days @ per_month
            self._schedules.append(per_month)
            self._gwh = np.append(self._gwh, gwh)
            self._owner = np.append(self._owner, np.full(gwh.size, number))
            gas.append(ways.gas_of(matrix, case, entry))
            room.append(ways.room_of(matrix, case, entry, per_month))
            price.append((case.timeline.days * ways.price_of(case, entry)) @ per_month)
            upper.append(np.where(gwh > 0.0, entry.most_gwh_per_day, 0.0))
        self._price = np.concatenate(price)
        before = matrix.n_columns
        matrix = add_columns(matrix, PROMISE, sparse.hstack(room), upper=np.concatenate(upper))
        matrix = add_columns(matrix, SENT, sparse.hstack(gas))
        promised = -sparse.block_diag(self._schedules)
        rows = sparse.hstack(
            [sparse.csr_array((promised.shape[0], before)), promised, sparse.eye_array(promised.shape[0])]
        )
        return add_rows(matrix, NO_MORE, rows, upper=0.0)

    def _asked(self, allow: Callable[[Entry], bool], full_stores: bool, no_voluntary: bool) -> Matrix:
        """The bounds of one variant."""
        allowed = np.array([allow(entry) for entry in self.entries])[self._owner]
        most = self._matrix.block_array("col_upper", PROMISE)
        matrix = self._matrix.with_columns(PROMISE, upper=np.where(allowed, most, 0.0))
        if full_stores and self.case.storage.targets:
            mine, before = self._own_targets, self._missing_before
            most = matrix.block_array("col_upper", MISSING)
            matrix = matrix.with_columns(
                MISSING, lower=np.where(mine, before, 0.0), upper=np.where(mine, np.inf, np.maximum(most, 0.0))
            )
        if no_voluntary:
            matrix = matrix.with_rows(GIVEN_UP, upper=self._voluntary_before + SLACK_GWH)
        return matrix

    def _least_harmful(self, matrix: Matrix, full_stores: bool) -> tuple[Matrix, Solution]:
        """The variant held to the least harm that any promise leaves, and that first solution."""
        cost = self._harm.copy()
        with_stores = full_stores and bool(self.case.storage.targets)
        if with_stores:
            cost[matrix.columns[MISSING].slice] = np.where(self._own_targets, 1.0, 0.0)
        found = self._solve(matrix, cost)
        held = matrix.with_rows(HARM, upper=float(self._harm @ found.col_value) + SLACK_GWH)
        if with_stores:
            lacking = np.maximum(matrix.values(found.col_value, MISSING), 0.0) + SLACK_GWH
            most = matrix.block_array("col_upper", MISSING)
            held = held.with_columns(MISSING, upper=np.where(self._own_targets, lacking, most))
        return held, found

    @cached_property
    def _own_targets(self) -> np.ndarray:
        """Filling targets of stores that lie in the region, bool, shape (G,)."""
        stock, codes = self.case.storage, self.case.nodes[self.case.is_market][self.region.inside]
        home = np.isin(self.case.nodes[stock.node], codes)
        return np.array([bool(home[list(target.storages)].all()) for target in stock.targets])

    @cached_property
    def _missing_before(self) -> np.ndarray:
        """What each target lacks without the cut, GWh; targets that only the scenario has should lack nothing."""
        before = self.study.before
        names = [target.name for target in before.case.storage.targets]
        lacking = dict(zip(names, np.atleast_1d(before.values[MISSING]).tolist(), strict=True))
        return np.array([lacking.get(target.name, 0.0) for target in self.case.storage.targets])

    @cached_property
    def _voluntary_before(self) -> np.ndarray:
        """What each market of the region gives up for its price without the cut, or gave up before it, GWh."""
        before, days = self.study.before, self.case.timeline.days
        without = reduced_gwh(before.case, before.values[VOLUNTARY])
        past = np.where(np.arange(len(days)) < self.first, days, 0.0)
        now = reduced_gwh(self.case, self.study.solved.values[VOLUNTARY], past)
        return np.asarray(np.maximum(without, now)[self.region.inside])

    @cached_property
    def _live(self) -> LiveModel:
        return LiveModel(take_columns(self._matrix, self._kept))

    def _solve(self, matrix: Matrix, cost: np.ndarray) -> Solution:
        matrix = replace(matrix, cost=cost, cost_offset=0.0)
        found = self._live.solve(take_columns(matrix, self._kept))
        value = np.zeros(matrix.n_columns)
        value[self._kept] = found.col_value
        return replace(found, col_value=value, col_dual=matrix.reduced_cost(found.row_dual))

    def _need(self, matrix: Matrix, found: Solution) -> Need:
        rate = np.maximum(matrix.values(found.col_value, PROMISE), 0.0)
        rates, monthly = {}, {}
        for number, entry in enumerate(self.entries):
            mine = self._owner == number
            profile = self._schedules[number] @ rate[mine]
            if profile @ self.case.timeline.days > SLACK_GWH:
                rates[entry] = profile
            monthly[number] = (rate * self._gwh)[mine]
        table = pd.DataFrame.from_dict(monthly, orient="index", columns=self.case.timeline.months)
        return Need(rates, table, float(rate @ self._gwh), float(self._harm @ found.col_value))


def needed(study: Study, region: str, *, protected_only: bool = False) -> Need:
    """The smallest promise that avoids curtailment in a region, made of what has been assured as far as it goes."""
    return PromiseProblem(study, region_of(study, region), protected_only).composed()
