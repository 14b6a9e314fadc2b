r"""Saving: how much is needed if it begins on a day, and the latest day on which it must begin.

The smallest saving :math:`s` with which nobody in the region is cut is linear:

.. math:: \min s \quad\text{with demand}\ D_{n,t}\,(1 - s\, a_t),\qquad v_{n,t} \le V_{n,t}\,(1 - s\, a_t)

where :math:`a_t` is the strength of saving in a period (0 before it begins) and :math:`V` what leaves for its price. It
rises with the day on which saving begins, so the latest day for a given strength is found by bisection over days, each
a programme like this one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
from scipy import sparse

from energy_model.impact.answer import Answer
from energy_model.impact.inverse.entries import entering_sign
from energy_model.impact.inverse.question import (
    VOLUNTARY,
    Region,
    first_open,
    is_cut,
    region_of,
    row_numbers,
    small_problem,
    solve_if_possible,
)
from energy_model.impact.registry import question
from energy_model.impact.study import Study
from energy_model.impact.whole_plans import to_the_end
from energy_model.lp import Matrix
from energy_model.lp.extend import add_columns, add_rows, cost_of
from energy_model.plan.foresight import Solved
from energy_model.scenario.measures.base import countries_mask
from energy_model.timeline import day_words

SAVING, ROOM = "saving", "voluntary after saving"
ROUNDING = 1e-9
SHARES = (0.10, 0.15, 0.20, 0.25, 0.30)
"""Strengths of saving whose latest day is told besides the one asked for."""


@dataclass(frozen=True)
class Aim:
    """What saving is to achieve, and how it is done.

    Attributes
    ----------
    region : Region
        Where nobody may be cut.
    tolerated_share : float
        Part of the region's demand that may be cut all the same.
    ramp_days : int
        Days until saving reaches its strength.
    savers : tuple of str or None
        Countries or groups that save, all alike; by default every market.
    """

    region: Region
    tolerated_share: float = 0.0
    ramp_days: int = 0
    savers: tuple[str, ...] | None = None


def saving_problem(solved: Solved, aim: Aim, begins: date) -> Matrix:
    """The last plan with a column for the share saved from a day on, to be minimised; 1 if all demand were saved."""
    case, days = solved.case, solved.case.timeline
    matrix = small_problem(solved, aim.region, tolerated_share=aim.tolerated_share)
    strength = days.ramp(begins, None, aim.ramp_days)
    strength[: first_open(solved)] = 0.0
    markets = np.flatnonzero(case.is_market)
    saves = countries_mask(aim.savers, case)[markets]
    demand = np.where(saves[:, None], case.demand.rate[markets].sum(axis=1) * strength, 0.0)
    balance = row_numbers(matrix, "balance")[markets]
    used = (demand > 0.0) & (balance >= 0)
    column = np.zeros(matrix.n_rows)
    column[balance[used]] = entering_sign(matrix) * demand[used]
    matrix = add_columns(matrix, SAVING, column, upper=1.0)
    matrix = _less_voluntary(matrix, np.where(saves[:, None], strength, 0.0))
    # In GWh and not as a share, so that the solver's tolerances mean the same as elsewhere.
    whole = max(float((demand @ days.days).sum()), 1.0)
    return replace(matrix, cost=cost_of(matrix, SAVING, whole), cost_offset=0.0)


def _less_voluntary(matrix: Matrix, strength: np.ndarray) -> Matrix:
    """Of demand that is saved nothing is left to give up for its price; ``strength`` has shape (markets, T)."""
    block = matrix.columns[VOLUNTARY]
    width = matrix.block_array("col_upper", VOLUNTARY)
    market, step, period = np.nonzero(width * strength[:, None, :] > 0.0)
    row = np.zeros(strength.shape, dtype=int)
    hit = (width.sum(axis=1) * strength) > 0.0
    row[hit] = np.arange(hit.sum())
    less = (width.sum(axis=1) * strength)[hit]
    columns = block.start + np.ravel_multi_index((market, step, period), block.shape)
    values = np.concatenate([np.ones(len(columns)), less])
    where = (
        np.concatenate([row[market, period], np.arange(len(less))]),
        np.concatenate([columns, np.full(len(less), matrix.n_columns - 1)]),
    )
    rows = sparse.csr_array((values, where), shape=(len(less), matrix.n_columns))
    return add_rows(matrix, ROOM, rows, upper=width.sum(axis=1)[hit])


def needed_saving(solved: Solved, aim: Aim, begins: date) -> float | None:
    """Smallest share that must be saved from a day on, the same in every sector and country; none if none is enough."""
    matrix = saving_problem(solved, aim, begins)
    found = solve_if_possible(matrix)
    return None if found is None else max(float(matrix.values(found.col_value, SAVING)[0]), 0.0)


def saving_curve(solved: Solved, aim: Aim) -> pd.Series:
    """Saving needed by the day it begins, at the start of every period that is open; empty from where none is "
    "enough."""
    starts = solved.case.timeline.starts[first_open(solved) :]
    curve = pd.Series(np.nan, index=list(starts), dtype=float)
    for day in starts:
        need = needed_saving(solved, aim, day)
        if need is None:
            break
        curve[day] = need
    return curve


def latest_day(solved: Solved, aim: Aim, share: float, curve: pd.Series | None = None) -> date | None:
    """Last day on which saving of a given strength may begin and still be enough; none if it is too late at once.

    The saving that is needed never falls when it begins later, so the curve says in which period the day lies. There
    the day asked about next is the one at which a straight line between the nearest days known reaches the strength:
    a guess is wrong by a day or two, where halving takes five steps.
    """
    curve = saving_curve(solved, aim) if curve is None else curve
    enough = curve.index[curve <= share + ROUNDING]
    if len(enough) == 0:
        return None
    day: date = enough[-1]
    line = solved.case.timeline
    later = [start for start in line.starts if start > day]
    low, high = 0, ((later[0] if later else line.end + timedelta(days=1)) - day).days
    at_low, at_high = float(curve[day]), float(curve[later[0]]) if later else np.nan
    while high - low > 1:
        middle = _between(low, high, (share - at_low) / (at_high - at_low) if at_high > at_low else np.nan)
        need = needed_saving(solved, aim, day + timedelta(days=middle))
        if need is not None and need <= share + ROUNDING:
            low, at_low = middle, need
        else:
            high, at_high = middle, np.nan if need is None else need
    return day + timedelta(days=low)


def _between(low: int, high: int, part: float) -> int:
    """A whole number strictly between two, so far on the way from one to the other; half of it if that is unknown.

    >>> _between(0, 31, 0.25), _between(0, 31, 1.0), _between(0, 31, float("nan"))
    (7, 30, 15)
    """
    middle = (low + high) // 2 if np.isnan(part) else low + int(part * (high - low))
    return min(max(middle, low + 1), high - 1)


@question("saving", place=150)
@to_the_end
def saving_start(
    study: Study, region: str | None = None, share: float = 0.15, *, tolerated_share: float = 0.01, ramp_days: int = 0
) -> Answer:
    """Answer on which day saving must begin at the latest.

    Parameters
    ----------
    region : str, optional
        Where nobody may be cut; everybody in the model saves. Default is the region asked about.
    share : float
        Strength of saving.
    tolerated_share : float
        Part of the region's demand that may be cut all the same: a country at the end of one pipe would decide alone.
    ramp_days : int
        Days until saving reaches its strength.
    """
    solved = study.months.solved
    region = region or study.subject.region
    where = region_of(study.months, region)
    name = f"Saving start {region}"
    question = f"On which day must saving begin at the latest to spare {where.name}?"
    if not is_cut(study.months, where):
        why = f"No saving is needed: nobody in {where.name} is cut in this scenario."
        return Answer.not_applicable(name, question, why)
    strict, lenient = Aim(where, 0.0, ramp_days), Aim(where, tolerated_share, ramp_days)
    curves = [saving_curve(solved, aim) for aim in (strict, lenient)]
    curve = pd.concat(curves, axis=1, keys=["needed_share", "needed_with_some_cut_share"])
    curve = curve.rename_axis("saving begins").reset_index()
    shares = sorted({share, *SHARES})
    days = [latest_day(solved, lenient, one, curves[1]) for one in shares]
    latest = _latest(shares, days, curve["saving begins"][0])
    return Answer(
        name=name,
        question=question,
        words=_words(where, share, tolerated_share, days[shares.index(share)], curve),
        tables={
            f"Latest day by strength, {tolerated_share:.0%} of demand cut all the same": latest,
            f"Saving needed by the day it begins: nobody cut, or at most {tolerated_share:.0%} of demand": curve,
        },
        method=(
            "Smallest share of demand that everybody must save from a day on so that nobody in the region is cut (or"
            " no more than a tolerated part of its demand): a linear programme for each day, in months, over the"
            " scenario's last plan; elsewhere nobody is cut more, and no filling target missed by more, than in the"
            " scenario. The latest day is found by bisection over days, because the saving needed never falls when it"
            " begins later. Saving comes on top of what the scenario has and of what leaves for its price. Empty: no"
            " saving from then on is enough."
        ),
        caveats=(
            "Saving is spread evenly over countries and sectors; a household saves like a fertiliser works.",
            "In months: a day within a month is an interpolation between its first and its last.",
            "Without some tolerance the answer is that of the one country at the end of one pipe.",
        ),
    )


def _latest(shares: list[float], days: list[date | None], announced: date) -> pd.DataFrame:
    """The latest day by strength of saving."""
    late = [(day - announced).days if day is not None else None for day in days]
    return pd.DataFrame(
        {
            "saving_share": shares,
            "must begin by": [str(day) if day is not None else "too late at once" for day in days],
            "after_the_announcement_days": pd.Series(late, dtype=float),
        }
    )


def _words(where: Region, share: float, tolerated: float, day: date | None, curve: pd.DataFrame) -> str:
    strict, lenient = (float(curve[name].iloc[0]) for name in ("needed_share", "needed_with_some_cut_share"))
    alone = "no saving, however strong, is enough" if pd.isna(strict) else f"{strict:.1%} are needed"
    head = f"To spare {where.name} every single cut {alone} from the day of the announcement on."
    if pd.isna(lenient):
        return f"{head} Nor can cuts be held to {tolerated:.0%} of its demand."
    if day is None:
        return (
            f"{head} To hold cuts to {tolerated:.0%} of its demand {lenient:.1%} are needed at once, so saving"
            f" {share:.0%} is not enough on any day."
        )
    return (
        f"{head} To hold cuts to {tolerated:.0%} of its demand {lenient:.1%} are needed at once; saving {share:.0%} is"
        f" enough if it begins by {day_words(day)}."
    )
