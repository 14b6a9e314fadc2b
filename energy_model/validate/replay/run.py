"""Run an era as a scenario is run: planned month by month, or in one plan that knows everything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from energy_model import fast
from energy_model.data.load import GasData
from energy_model.lp import Matrix
from energy_model.plan.foresight import solved_as
from energy_model.plan.rolling import solve_rolling
from energy_model.plan.sharing import Shared
from energy_model.plan.solved import Solved
from energy_model.plan.stages import Step, compiled, next_plan
from energy_model.results.tables import build_tables
from energy_model.scenario.world.storage import usual_filling
from energy_model.validate.replay.ahead import MonthsAheadThen
from energy_model.validate.replay.borders import with_months_before
from energy_model.validate.replay.customary import with_customary_levels
from energy_model.validate.replay.era import PERFECT, Era, end_of_plan
from energy_model.validate.replay.history import History
from energy_model.validate.replay.past import Past


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

    Its case holds what happened in every month. Each plan decides one of them and reads of later ones what was known
    then, as plans of a scenario read the months ahead.

    Raises
    ------
    SolveError, ResultError
        If a plan has no certified optimum or its balances do not close.
    """
    truth = Past(data, era, history, months_known=len(era.months))
    if era.planner == PERFECT:
        return Replayed(era, _months(_all_known(truth), len(era.months)))
    case = with_months_before(history.plan(truth, era.start, era.end), truth)
    solved = solve_rolling(
        era.scenario(era.start, era.end),
        [Step(era.start, case)],
        MonthsAheadThen(Past(data, era, history)),
        usual_filling(truth.vintage, case, era.start),
        compiled,
    )
    return Replayed(era, _months(solved, len(era.months)))


def _all_known(past: Past) -> Solved:
    """One plan of the whole era and the winter after it, with customary levels."""
    era = past.era
    case = with_customary_levels(past.history.plan(past, era.start, end_of_plan(era.end)), past)

    def solver(matrix: Matrix, step: Step, first: int) -> Shared:
        return Shared(matrix, *fast.optimum(matrix, case))

    plan = next_plan(None, Step(case.timeline.start, case), solver)
    return solved_as(era.scenario(case.timeline.start, case.timeline.end), plan)


def _months(solved: Solved, count: int) -> dict[str, pd.DataFrame]:
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
