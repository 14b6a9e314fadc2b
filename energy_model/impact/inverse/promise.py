r"""The promise that is needed: the smallest extra supply that keeps a region harmless under a cut.

.. math:: \min \sum_{e,m} \sum_t h_t\, a_{e,m,t}\, p_{e,m} + M \sum_{n \in R,\,t} h_t\, z_{n,t}

over the scenario's last plan, with promised rates :math:`p_{e,m}` of entry e in month m (constant within the month),
:math:`a` the share of a period that the month covers, and :math:`z` what stays unserved in the region R. The weight M
makes a missing GWh dearer than any promise, so :math:`z > 0` only where no promise can reach.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

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
    must_hold,
    region_of,
    shut_slices,
    small_problem,
    solve_small,
)
from energy_model.impact.study import Study
from energy_model.lp import LiveModel, Matrix, Solution, compile_model
from energy_model.lp.extend import add_columns, add_rows, cost_of
from energy_model.model import build_model
from energy_model.model.demand import slice_width
from energy_model.scenario.case import Case
from energy_model.solve.foresight import Solved
from energy_model.solve.periods import LEVEL, PERIOD_COLUMNS
from energy_model.solve.slices import solve_sliced, take_columns

PROMISE, SPOT, UNSERVED = "promise", "spot", "unserved"
VOLUME, HARM, GIVEN_UP = "promised volume", "harm", "given up for its price"
Stores = Literal["as in the cut", "full", "run down"]
WEIGHT_OF_HARM = 100.0
"""GWh of promise that one GWh of harm weighs: more than any way through the network loses."""
ROUNDING = 1e-7
"""Share by which the second solve may miss the first one's volume."""
WEIGHT_OF_RANK_EUR_PER_MWH = 1e4
"""Above every cost of the model, so that the order of calling comes before cost."""


@dataclass(frozen=True)
class Need:
    """A needed promise.

    Attributes
    ----------
    rates : mapping of Entry to ndarray
        Promised rate in each period, GWh/d, shape (T,).
    monthly_gwh : DataFrame
        Index entry number, columns months.
    volume_gwh, unserved_gwh, stores_lack_gwh : float
        Promise; what it cannot reach; what store targets lack where stores were asked for.
    """

    rates: dict[Entry, np.ndarray]
    monthly_gwh: pd.DataFrame
    volume_gwh: float
    unserved_gwh: float
    stores_lack_gwh: float = 0.0


class PromiseProblem:
    """The programme of one region, kept alive for its variants."""

    def __init__(self, study: Study, region: Region, protected_only: bool = False) -> None:
        self.study, self.region, self._protected_only = study, region, protected_only
        self.case, self.first = study.case, first_open(study.solved)
        self.entries = ways.entries_of(self.case, study.data)
        matrix = small_problem(study.solved, region, protected_only)
        self._real_cost = study.solved.matrix.cost
        matrix = self._with_promises(matrix)
        matrix = self._with_spot(matrix)
        matrix = self._with_unserved(matrix)
        matrix = add_rows(matrix, VOLUME, self.volume_of(matrix))
        matrix = add_rows(matrix, HARM, self._harm(matrix))
        rows = market_rows(matrix, self.case, VOLUNTARY, region.inside)
        self.matrix = add_rows(matrix, GIVEN_UP, rows)
        self._kept = (matrix.col_lower != 0.0) | (matrix.col_upper != 0.0)

    @cached_property
    def _live(self) -> LiveModel:
        return LiveModel(take_columns(self.matrix, self._kept))

    def least(
        self, *, stores: Stores = "as in the cut", voluntary: bool = False, spot: bool = False, pipes: bool = False
    ) -> Need:
        """The smallest promise.

        Parameters
        ----------
        stores : {"as in the cut", "full", "run down"}
            No filling target is missed by more than in the cut; the region's are missed by no more than without it;
            those that the plan itself gives up before it cuts anybody (their penalty is below the cost of cutting the
            first customer) may be missed by anything.
        voluntary : bool
            Nobody in the region may give up more gas for its price than without the cut.
        spot : bool
            Gas appears where it is needed: no route, no terminal; a lower bound.
        pipes : bool
            Suppliers by pipeline send whatever their pipelines carry, and not only what has been assured.
        """
        matrix = self._asked(stores, voluntary, spot, pipes)
        return self._need(matrix, self._solve(matrix), stores == "full")

    def composed(self) -> Need:
        """The smallest promise, made of what has been assured as far as it goes, then at least cost."""
        matrix = self._asked("as in the cut", False, False, False)
        first = self._solve(matrix).col_value
        for row, amount in ((VOLUME, self.volume_of(matrix) @ first), (HARM, self._harm(matrix) @ first)):
            matrix = matrix.with_rows(row, upper=float(amount) * (1.0 + ROUNDING) + SLACK_GWH)
        second = self._solve(replace(matrix, cost=self._delivered_cost(matrix)))
        return self._need(matrix, second, False)

    def binding(self) -> pd.DataFrame:
        """Terminals and pipelines that are full where gas lacks in spite of every promise: value of one GWh more.

        Returns
        -------
        DataFrame
            what, name, days_full, saved_gwh_per_gwh (mean over those days), the gravest first.
        """
        matrix = self._asked("as in the cut", False, False, False)
        found = self._solve(matrix)
        dual, days, rows = matrix.reduced_cost(self._row_dual), self.case.timeline.days, []
        names = {"flow": self.case.pipelines.name, "sendout": self.case.lng.terminal}
        for block, what in (("sendout", "terminal"), ("flow", "pipeline")):
            value = -matrix.values(dual, block) / days / WEIGHT_OF_HARM
            full = (value > 0.5) & (matrix.values(found.col_value, block) > 0.0)
            for number in np.flatnonzero(full.any(axis=1)):
                on = full[number]
                mean = float(value[number, on] @ days[on] / days[on].sum())
                rows.append((what, str(names[block][number]), int(days[on].sum()), mean))
        table = pd.DataFrame(rows, columns=["what", "name", "full_days", "saved_gwh_per_gwh"])
        return table.sort_values(["full_days", "name"], ascending=[False, True]).reset_index(drop=True)

    def volume_of(self, matrix: Matrix) -> np.ndarray:
        """GWh over the horizon of every column that is promise."""
        vector = np.zeros(matrix.n_columns)
        for name, gwh in ((PROMISE, self._promise_gwh), (SPOT, self._spot_gwh)):
            if name in matrix.columns:
                vector[matrix.columns[name].slice] = gwh
        return vector

    def _with_promises(self, matrix: Matrix) -> Matrix:
        case, parts, cost, gwh, owner, upper = self.case, [], [], [], [], []
        for number, entry in enumerate(self.entries):
            per_month = ways.schedule(case, self.first, entry)
            parts.append(ways.columns_of(matrix, case, entry, per_month))
            gwh.append(case.timeline.days @ per_month)
            cost.append((case.timeline.days * ways.price_of(case, entry)) @ per_month)
            owner.append(np.full(per_month.shape[1], number))
            upper.append(np.where(gwh[-1] > 0.0, entry.most_gwh_per_day, 0.0))
        none = np.zeros(0)
        self._promise_gwh = np.concatenate([none, *gwh])
        self._promise_cost = np.concatenate([none, *cost])
        self._owner = np.concatenate([none, *owner]).astype(int)
        beyond = np.array([entry.standing == ways.BEYOND_PIPE for entry in self.entries], dtype=bool)
        self._is_beyond_pipe = beyond[self._owner]
        table = sparse.hstack(parts) if parts else sparse.csc_array((matrix.n_rows, 0))
        return add_columns(matrix, PROMISE, table, upper=np.concatenate([none, *upper]))

    def _with_spot(self, matrix: Matrix) -> Matrix:
        """Gas that appears in a market of the region: shut unless it is asked for."""
        case, days = self.case, self.case.timeline.days
        codes = case.nodes[case.is_market][self.region.inside]
        table = sparse.hstack([ways.at_node(matrix, case, code) for code in codes])
        now = (np.arange(len(days)) >= self.first).astype(float)
        self._spot_gwh = np.tile(days, len(codes))
        self._spot_open = np.tile(np.where(now > 0.0, np.inf, 0.0), len(codes))
        return add_columns(matrix, SPOT, table, upper=self._spot_open)

    def _with_unserved(self, matrix: Matrix) -> Matrix:
        case = self.case
        codes = case.nodes[case.is_market][self.region.inside]
        table = sparse.hstack([ways.at_node(matrix, case, code) for code in codes])
        counted = shut_slices(case, self._protected_only)
        width = slice_width(case)[:, counted].sum(axis=1)[self.region.inside]
        width[:, : self.first] = 0.0
        return add_columns(matrix, UNSERVED, table, upper=width.ravel())

    def _harm(self, matrix: Matrix) -> np.ndarray:
        vector = np.zeros(matrix.n_columns)
        vector[matrix.columns[UNSERVED].slice] = np.tile(self.case.timeline.days, int(self.region.inside.sum()))
        return vector

    def _asked(self, stores: Stores, voluntary: bool, spot: bool, pipes: bool) -> Matrix:
        """The problem of one variant: bounds and objective."""
        matrix = self.matrix
        shut = self._is_beyond_pipe & (not pipes) | spot
        open_promise = np.where(shut, 0.0, self.matrix.block_array("col_upper", PROMISE))
        matrix = matrix.with_columns(PROMISE, upper=open_promise)
        matrix = matrix.with_columns(SPOT, upper=self._spot_open if spot else 0.0)
        cost = self.volume_of(matrix) + WEIGHT_OF_HARM * self._harm(matrix)
        if stores == "run down" and self.case.storage.targets:
            held = must_hold(self.case)
            kept = matrix.block_array("col_upper", "missing")
            matrix = matrix.with_columns("missing", upper=np.where(held, kept, np.inf))
        if stores == "full" and self.case.storage.targets:
            mine, before = self._own_targets(), self._missing_before()
            cost[matrix.columns["missing"].slice] = np.where(mine, WEIGHT_OF_HARM, 0.0)
            upper = np.where(mine, np.inf, matrix.block_array("col_upper", "missing"))
            matrix = matrix.with_columns("missing", lower=np.where(mine, before, 0.0), upper=upper)
        if voluntary:
            matrix = matrix.with_rows(GIVEN_UP, upper=self._voluntary_before() + SLACK_GWH)
        return replace(matrix, cost=cost, cost_offset=0.0)

    def _own_targets(self) -> np.ndarray:
        """Filling targets of stores that lie in the region, bool, shape (G,)."""
        stock, codes = self.case.storage, self.case.nodes[self.case.is_market][self.region.inside]
        home = np.isin(self.case.nodes[stock.node], codes)
        return np.array([bool(home[list(target.storages)].all()) for target in stock.targets])

    def _missing_before(self) -> np.ndarray:
        """What each target lacks without the cut, GWh; targets that only the scenario has should lack nothing."""
        before = self.study.before
        names = [target.name for target in before.case.storage.targets]
        lacking = dict(zip(names, np.atleast_1d(before.values["missing"]).tolist(), strict=True))
        return np.array([lacking.get(target.name, 0.0) for target in self.case.storage.targets])

    def _voluntary_before(self) -> np.ndarray:
        """What each market of the region gives up for its price without the cut, or gave up before it, GWh."""
        before, inside = self.study.before, self.region.inside
        without = before.values[VOLUNTARY].sum(axis=1) @ before.case.timeline.days
        now = self.study.solved.values[VOLUNTARY].sum(axis=1)[:, : self.first] @ self.case.timeline.days[: self.first]
        return np.maximum(without, now)[inside]

    def _solve(self, matrix: Matrix) -> Solution:
        found = self._live.solve(take_columns(matrix, self._kept))
        value = np.zeros(matrix.n_columns)
        value[self._kept] = found.col_value
        self._row_dual = found.row_dual
        return replace(found, col_value=value)

    def _delivered_cost(self, matrix: Matrix) -> np.ndarray:
        """Cost of gas and transport alone, with the order of calling before it."""
        cost = np.zeros(matrix.n_columns)
        cost[: self._real_cost.size] = self._real_cost
        for name in (CURTAILMENT, VOLUNTARY, "missing"):
            cost[matrix.columns[name].slice] = 0.0
        ranks = np.array([entry.rank for entry in self.entries])[self._owner] if self.entries else np.zeros(0)
        promise = matrix.columns[PROMISE].slice
        cost[promise] = self._promise_cost + WEIGHT_OF_RANK_EUR_PER_MWH * ranks * self._promise_gwh
        return cost

    def _need(self, matrix: Matrix, found: Solution, stores: bool) -> Need:
        rate = np.maximum(matrix.values(found.col_value, PROMISE), 0.0)
        months = self.case.timeline.months
        rates, monthly = {}, {}
        for number, entry in enumerate(self.entries):
            mine = rate[self._owner == number]
            profile = ways.schedule(self.case, self.first, entry) @ mine
            if profile @ self.case.timeline.days > SLACK_GWH:
                rates[entry] = profile
            monthly[number] = mine * self._promise_gwh[self._owner == number]
        lacking = np.zeros(1)
        if stores and self.case.storage.targets:
            lacking = (matrix.values(found.col_value, "missing") - self._missing_before())[self._own_targets()]
        table = pd.DataFrame.from_dict(monthly, orient="index", columns=months)
        volume = float(self.volume_of(matrix) @ found.col_value)
        return Need(rates, table, volume, float(self._harm(matrix) @ found.col_value), float(lacking.sum()))


def needed(study: Study, region: str = "DE", *, protected_only: bool = False) -> Need:
    """The smallest promise that keeps a region uncut, made of what has been assured as far as it goes."""
    return PromiseProblem(study, region_of(study, region), protected_only).composed()


def unmet_gwh(
    study: Study, region: Region, rates: dict[Entry, np.ndarray], share: float = 1.0, protected_only: bool = False
) -> float:
    """What a share of a promise leaves unserved in a region at the least, GWh.

    The promise is put into the case as steps of supply like others, and the last plan is built and compiled anew; the
    columns of the question are not used. The others stay no worse off than in the cut without the promise.
    """
    case, matrix = _plan_with(study, rates, share)
    with_promise = replace(study.solved, case=case, matrix=matrix)
    small = small_problem(with_promise, region, protected_only, shut=False)
    counted = region.inside[:, None, None] & (shut_slices(case, protected_only)[None, :, None])
    days = np.where(counted, case.timeline.days, 0.0)
    found = solve_small(replace(small, cost=cost_of(small, CURTAILMENT, days)))
    return float(found.objective)


def granted(study: Study, rates: dict[Entry, np.ndarray], share: float = 1.0) -> Solved:
    """The scenario's last plan, made anew at least cost with a share of a promise in the case as further supply.

    Nothing of the question is left in it: everybody shares the promised gas by the model's own rule.
    """
    case, matrix = _plan_with(study, rates, share)
    solution = solve_sliced(matrix, case)
    values = {name: matrix.values(solution.col_value, name) for name in matrix.columns}
    return replace(
        study.solved, case=case, values=values, objective_keur=solution.objective, matrix=matrix, solution=solution
    )


def _plan_with(study: Study, rates: dict[Entry, np.ndarray], share: float) -> tuple[Case, Matrix]:
    """The last plan with further supply steps, its past frozen; the new steps have nothing in the past."""
    solved = study.solved
    case = ways.with_promises(solved.case, study.data, {entry: share * rate for entry, rate in rates.items()})
    fresh = compile_model(build_model(case))
    fixed = np.zeros(fresh.n_columns, dtype=bool)
    first = first_open(solved)
    for name in (*PERIOD_COLUMNS, LEVEL):
        past = first + 1 if name == LEVEL else first
        decided = solved.matrix.values(solved.solution.col_value, name)
        lower, upper = fresh.block_array("col_lower", name), fresh.block_array("col_upper", name)
        lower[: len(decided), ..., :past] = upper[: len(decided), ..., :past] = decided[..., :past]
        lower[len(decided) :, ..., :past] = upper[len(decided) :, ..., :past] = 0.0
        fresh = fresh.with_columns(name, lower=lower, upper=upper)
        mark = np.zeros(lower.shape, dtype=bool)
        mark[..., :past] = True
        fixed[fresh.columns[name].slice] = mark.ravel()
    return case, fresh.with_free_rows(fresh.rows_within(fixed))
