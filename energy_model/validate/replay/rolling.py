"""Run an era: plan by plan, keeping the first month of each, or in one plan that knows everything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from energy_model.data.load import GasData
from energy_model.fast import optimum
from energy_model.lp import Matrix
from energy_model.lp.extend import cost_of
from energy_model.plan.foresight import Solved, solved_as
from energy_model.plan.sharing import Shared
from energy_model.plan.stages import Decisions, Step, next_plan
from energy_model.results.tables import build_tables
from energy_model.scenario.case import Case
from energy_model.validate.replay.era import Era, end_of_plan
from energy_model.validate.replay.history import History
from energy_model.validate.replay.past import Past
from energy_model.validate.replay.storage_coupling import DEVIATION, tied_storages


@dataclass(frozen=True)
class Replayed:
    """What a replay chose: result tables of the months of the era, with the month in each row."""

    era: Era
    tables: Mapping[str, pd.DataFrame]

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.tables[name]


KEPT = ("flows", "supply", "lng", "sendout", "storage", "demand", "prices", "balance")
"""Tables a comparison needs."""


def run_era(data: GasData, era: Era, history: History) -> Replayed:
    """Replay an era.

    Raises
    ------
    SolveError, ResultError
        If a plan has no certified optimum or its balances do not close.
    """
    past = Past(data, era, history)
    if era.foresight == "perfect":
        case = history.plan(past, era.start, None, end_of_plan(era.end))
        return Replayed(era, _months(solve_case(past, case), case, era, len(era.months)))
    parts: list[dict[str, pd.DataFrame]] = []
    levels = None
    for month in era.months:
        first = month.date()
        case = history.plan(past, first, levels, end_of_plan(first))
        solved = solve_case(past, case)
        parts.append(_months(solved, case, era, 1))
        owners = case.nodes[case.storage.node]
        stock = Decisions.of(solved.matrix, solved.solution).stock(1)
        levels = dict(zip(owners.tolist(), stock.tolist(), strict=True))
    return Replayed(era, {name: pd.concat([part[name] for part in parts], ignore_index=True) for name in KEPT})


def solve_case(past: Past, case: Case) -> Solved:
    """The certified optimum of a case that no scenario file describes."""
    steering = 0.0

    def solver(matrix: Matrix, step: Step, first: int) -> Shared:
        nonlocal steering
        tied = past.era.has("together")
        if tied:
            matrix = tied_storages(matrix, case, past, past.history.steering_cost(case, past))
        found = Shared(matrix, *optimum(matrix, case))
        if tied:
            weight = cost_of(matrix, DEVIATION, matrix.block_array("cost", DEVIATION))
            steering = float(weight @ found.solution.col_value)
        return found

    plan = next_plan(None, Step(case.timeline.start, case), solver)
    return solved_as(past.era.scenario(case.timeline.start, case.timeline.end), plan, without_keur=steering)


def _months(solved: Solved, case: Case, era: Era, count: int) -> dict[str, pd.DataFrame]:
    """The first ``count`` months of the tables, which close their balances or raise."""
    tables = build_tables(solved)
    starts = pd.DatetimeIndex([pd.Timestamp(start) for start in case.timeline.starts])
    out = {}
    for name in KEPT:
        table = tables[name][tables[name]["period"] <= count]
        period = table["period"].to_numpy(int) - 1
        out[name] = table.assign(month=starts[period], days=case.timeline.days[period]).drop(columns="period")
    return out
