"""A month of a replay as scenarios plan one: the gas that it leaves in store has the value of the months ahead."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

import numpy as np
import pandas as pd

from energy_model.errors import SolveError
from energy_model.fast import Start, optimum
from energy_model.lp import Block, Matrix, Solution, solve
from energy_model.lp.matrix import inner
from energy_model.plan.bands import bands, valued
from energy_model.plan.merit_order import Learned
from energy_model.plan.outlook import outlook
from energy_model.plan.rolling import known_targets, lng_of_the_window
from energy_model.plan.solved import Solved, values_of
from energy_model.plan.stages import compiled
from energy_model.plan.window import Window, case_of, put_back, undecided, window
from energy_model.scenario.case import Case
from energy_model.scenario.weather import calendar_year, on_dates
from energy_model.scenario.world.fan import base_fan
from energy_model.scenario.world.storage import usual_filling
from energy_model.validate.replay.past import Past

MISSING, TARGET = "missing", "filling_target"
UNSCALED: Mapping[str, int] = {"simplex_scale_strategy": 0}
"""Option of the solver for a problem whose duals lose digits when it is scaled back."""
SEEN_MONTHS = 3
"""Months before a plan whose demand tells what is to be expected."""
MONTHS_AHEAD = 24
"""A table of values needs the months that are known and a year that repeats itself."""


def decided_month(past: Past, case: Case) -> Solved:
    """The first month of a case, of which later months are as they are expected.

    Raises
    ------
    SolveError
        If it has no certified optimum.
    """
    line, stock = case.timeline, case.storage.initial
    since, day = line.starts[:2]
    fan = base_fan(past.vintage, past.era.weather)
    expected = past.history.ahead(case, past)
    demands = _in_weathers(expected, past, fan.weathers)
    table = outlook(expected, fan, demands, stock, since, learned=learned(past, case))
    whole = compiled(case)
    vectors = undecided(whole)
    part = window(known_targets(whole, case, since), vectors["columns"], line, 0, 1)
    due = np.array([target.date <= day for target in case.storage.targets], dtype=bool)
    own = case_of(case, 0, 1)
    own = own.with_("storage", targets=tuple(target for target in own.storage.targets if target.date <= day))
    usual = usual_filling(past.vintage, case, past.era.start)
    month = lng_of_the_window(part.matrix, case, 0, 1)
    matrix = valued(month, bands(table, own, stock, since, day, usual), 1)
    solution, _ = certified(matrix, own)
    put_back(Window(part.matrix, part.columns, part.rows), solution, vectors)
    shape = compiled(own)
    values = values_of(whole, replace(solution, col_value=vectors["columns"]), case)
    return Solved(
        scenario=past.era.scenario(since, line.end),
        case=own,
        values=_first(values, shape.columns, due),
        duals=_first({name: whole.values(vectors["duals"], name) for name in whole.rows}, shape.rows, due),
        reduced_costs=_first(
            {name: whole.values(vectors["reduced"], name) for name in whole.columns}, shape.columns, due
        ),
        objective_keur=inner(part.matrix.cost, solution.col_value[: len(part.columns)]),
        stages=(),
        matrix=matrix,
        solution=solution,
    )


def certified(matrix: Matrix, case: Case) -> tuple[Solution, Start | None]:
    """The optimum; one that is left a hair outside the tolerances is found plainly, and then without scaling.

    Raises
    ------
    SolveError
        If there is none.
    """
    for plain in (False, True):
        with suppress(SolveError):
            return optimum(matrix, case, plain=plain)
    return solve(matrix, options=UNSCALED), None


def learned(past: Past, case: Case) -> Learned:
    """What the months before a plan have shown: demand of the region against a normal year.

    What was used at the price of the day holds all that users have given up at it. Where the demand of a normal year is
    given, with the model's own answer to price, nothing is learned.
    """
    if past.era.demand != "observed":
        return Learned()
    first = pd.Timestamp(case.timeline.start)
    months = list(pd.date_range(end=first - pd.DateOffset(months=1), periods=SEEN_MONTHS, freq="MS"))
    days = pd.date_range(months[0], first - pd.Timedelta(days=1))
    inside = case.inside(past.history.region)
    seen = past.demand(case.nodes, months)[inside]
    year = on_dates(calendar_year(past.vintage, past.era.weather, case.nodes), days).sum(axis=1)[inside]
    usual = np.array([year[:, (days >= m) & (days < m + pd.DateOffset(months=1))].sum(axis=1) for m in months]).T
    reported = ~np.isnan(seen)
    ratio = float(seen[reported].sum() / usual[reported].sum()) if reported.any() else 1.0
    return Learned(demand=ratio, reduced_below_eur_per_mwh=float(past.hub_price([first])[0]))


def _in_weathers(case: Case, past: Past, weathers: tuple[str, ...]) -> np.ndarray:
    """Demand of a case in each weather of the fan, GWh/d, shape (W, N, J, T)."""
    line = case.timeline

    def demand(weather: str) -> np.ndarray:
        return np.asarray(line.mean(on_dates(calendar_year(past.vintage, weather, case.nodes), line.dates)))

    normal, years = demand(past.era.weather), np.array([demand(weather) for weather in weathers])
    return np.asarray(case.demand.rate * np.divide(years, normal, out=np.ones_like(years), where=normal > 0.0))


def _first(values: Mapping[str, np.ndarray], blocks: Mapping[str, Block], due: np.ndarray) -> dict[str, np.ndarray]:
    """What belongs to the first month, in the shapes of a case that ends with it."""
    found = {}
    for name, value in values.items():
        if name in (MISSING, TARGET):
            found[name] = np.atleast_1d(value)[due]
        elif name in blocks:
            found[name] = value[tuple(slice(0, size) for size in blocks[name].shape)]
    return found
