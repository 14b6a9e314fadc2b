"""How much of the answer to a price has come in each period.

Nobody turns a boiler down on the day of bad news. Half of an answer comes within some months of the price that calls
for it, half of the rest in as many again. A price that stood when the author decided has been answered since it came. A
higher one has been answered since the first news that makes gas scarcer; without such news, from the first day.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import numpy as np

from energy_model.data.load import GasData
from energy_model.scenario.case import Case
from energy_model.scenario.measures.base import Measure
from energy_model.scenario.notes import is_changed
from energy_model.timeline import Timeline
from energy_model.units import DAYS_PER_YEAR

MONTH = DAYS_PER_YEAR / 12.0


def with_lag(case: Case, data: GasData, measures: Iterable[Measure], foresight: str) -> Case:
    """The case with only that part of each voluntary step that has come by then.

    Parameters
    ----------
    data : GasData
        What measures read.
    foresight : str
        Under ``perfect`` all news is known from the first day.
    """
    lag = case.demand.lag
    if lag is None:
        return case
    news = None if foresight == "perfect" else _news(case, data, measures)
    start = case.timeline.start
    came = np.ones((len(lag.half_months), len(case.timeline)))
    for half, since in set(zip(lag.half_months.tolist(), lag.standing_since, strict=True)):
        hit = [(h, s) == (half, since) for h, s in zip(lag.half_months.tolist(), lag.standing_since, strict=True)]
        came[hit] = share_come(case.timeline, half, since or start)
        if since is None and news is not None:
            later = np.arange(len(case.timeline)) >= case.timeline.boundary_at(news)
            came[hit] = np.where(later, share_come(case.timeline, half, news), came[hit])
    return case.with_("demand", voluntary_share=case.demand.voluntary_share * came[None])


def share_come(line: Timeline, half_months: float, since: date) -> np.ndarray:
    r"""Share of an answer that has come in the middle of each period, shape (T,).

    .. math:: 1 - 2^{-m_t / H}
    """
    if half_months <= 0.0:
        return np.ones(len(line))
    middle = line.first_days + 0.5 * line.days + (line.start - since).days
    return np.asarray(1.0 - 0.5 ** (np.maximum(middle, 0.0) / MONTH / half_months))


def _news(case: Case, data: GasData, measures: Iterable[Measure]) -> date | None:
    """Day of the first news after the start that makes gas scarcer, as far as it is known in the case."""
    waiting = [m for m in measures if not m.relieves and m.is_known(case)]
    dated = [(m.known_from, m) for m in waiting if m.known_from is not None and m.known_from > case.timeline.start]
    for day, measure in sorted(dated, key=lambda one: one[0]):
        if day <= case.timeline.end and is_changed(case, measure.apply(case, data)):
            return day
    return None
