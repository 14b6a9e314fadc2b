"""Run an era: plan by plan, keeping the first month of each, or in one plan that knows everything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import pandas as pd

from energy_model.data.load import GasData
from energy_model.lp import Matrix
from energy_model.lp.extend import cost_of
from energy_model.plan.foresight import Solved, solved_as
from energy_model.plan.sharing import Shared
from energy_model.plan.stages import Step, next_plan
from energy_model.results.tables import build_tables
from energy_model.scenario.case import Case
from energy_model.validate.replay.borders import net_flows, with_month_before
from energy_model.validate.replay.era import Era, end_of_plan
from energy_model.validate.replay.habit import habit_penalty
from energy_model.validate.replay.history import History
from energy_model.validate.replay.past import Past
from energy_model.validate.replay.storage_coupling import DEVIATION, tied_storages
from energy_model.validate.replay.valued import MONTHS_AHEAD, certified, decided_month
from energy_model.validate.replay.volumes import carried_on, with_carried_volumes


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
        solved = _planned(past, Eve(era.start), end_of_plan(era.end))
        return Replayed(era, _months(solved, era, len(era.months)))
    parts: list[dict[str, pd.DataFrame]] = []
    eve = Eve(era.start)
    for month in era.months:
        eve = replace(eve, first=month.date())
        solved = _planned(past, eve, _last_day(era, eve.first))
        parts.append(_months(solved, era, 1))
        owners = solved.case.nodes[solved.case.storage.node]
        stock = np.maximum(solved.values["level"][:, 1], 0.0)
        levels = dict(zip(owners.tolist(), stock.tolist(), strict=True))
        eve = Eve(eve.first, levels, net_flows(solved), carried_on(past, solved, eve.carried))
    return Replayed(era, {name: pd.concat([part[name] for part in parts], ignore_index=True) for name in KEPT})


@dataclass(frozen=True)
class Eve:
    """What a plan begins with: its first day, gas in store by node (GWh; as observed if absent), flows over borders,
    and what the months before left of the volumes of their year, by step of supply (GWh)."""

    first: date
    levels: Mapping[str, float] | None = None
    flows: Mapping[str, float] = field(default_factory=dict)
    carried: Mapping[str, float] = field(default_factory=dict)


def _planned(past: Past, eve: Eve, last: date) -> Solved:
    """A plan from an eve to a last day."""
    case = with_carried_volumes(past, past.history.plan(past, eve.first, eve.levels, last), eve.carried)
    case = with_month_before(case, past, eve.flows)
    return decided_month(past, case) if past.era.values_stock else solve_case(past, case)


def _last_day(era: Era, first: date) -> date:
    """Last day of a plan: to the end of the next winter, or as far as a table of values looks."""
    if not era.values_stock:
        return end_of_plan(first)
    ahead = pd.date_range(first, periods=MONTHS_AHEAD, freq="ME")
    return date(ahead[-1].year, ahead[-1].month, ahead[-1].day)


def solve_case(past: Past, case: Case) -> Solved:
    """The certified optimum of a case that no scenario file describes."""
    steering = 0.0

    def solver(matrix: Matrix, step: Step, first: int) -> Shared:
        nonlocal steering
        tied = past.era.uses("together")
        if tied:
            matrix = tied_storages(matrix, case, past, habit_penalty(case, past))
        found = Shared(matrix, *certified(matrix, case))
        if tied:
            weight = cost_of(matrix, DEVIATION, matrix.block_array("cost", DEVIATION))
            steering = float(weight @ found.solution.col_value)
        return found

    plan = next_plan(None, Step(case.timeline.start, case), solver)
    return solved_as(past.era.scenario(case.timeline.start, case.timeline.end), plan, without_keur=steering)


def _months(solved: Solved, era: Era, count: int) -> dict[str, pd.DataFrame]:
    """The first ``count`` months of the tables, which close their balances or raise."""
    case = solved.case
    tables = build_tables(solved)
    starts = pd.DatetimeIndex([pd.Timestamp(start) for start in case.timeline.starts])
    out = {}
    for name in KEPT:
        table = tables[name][tables[name]["period"] <= count]
        period = table["period"].to_numpy(int) - 1
        out[name] = table.assign(month=starts[period], days=case.timeline.days[period]).drop(columns="period")
    return out
