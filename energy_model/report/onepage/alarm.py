"""Alarm levels of the emergency plan for a country, period by period, by a rule on its stock and on curtailment.

Article 11 of Regulation (EU) 2017/1938 names three levels and gives no numbers. The rule here takes its numbers from
the law alone. *Emergency*: customers are cut by order, so measures of the market no longer suffice. *Alert*: nobody is
cut, but stock lasts less than the thirty days of Article 6(1) at the pace at which it is drawn on. *Early warning*: at
that pace it would not last until the end of March, when winter ends. A country without stores has only the emergency.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from energy_model.report import facts, style
from energy_model.results.headline import curtailed_share
from energy_model.results.run import Results

NONE, EARLY, ALERT, EMERGENCY = LEVELS = ("none", "early", "alert", "emergency")
"""Levels from calm to grave."""
COLOURS: Mapping[str, str] = {NONE: "#FFFFFF", EARLY: "#FBE9B7", ALERT: "#F3B562", EMERGENCY: "#DE8168"}
SPELL_DAYS = 30.0
"""Length of the spell for which Article 6(1) asks supply to be secured."""
WINTER_ENDS = (4, 1)
"""Morning after the last day of winter."""


@dataclass(frozen=True)
class Alarms:
    """Alarm levels of a country.

    Attributes
    ----------
    table : DataFrame
        By period: start, end, level, curtailed_share, filling, draw_gwh_per_day (withdrawal less injection), lasts_days
        (stock over the draw; infinite where it is not drawn on, no number without stores).
    has_stores : bool
    curve : tuple of DatetimeIndex and ndarray
        Filling at the boundaries between periods as a share of one; without stores the share of demand served.
    """

    table: pd.DataFrame
    has_stores: bool
    curve: tuple[pd.DatetimeIndex, np.ndarray]

    def days(self, *levels: str) -> int:
        """Gas days of some levels; of all without any."""
        length = (self.table["end"] - self.table["start"]).dt.days + 1
        return int(length[self.table["level"].isin(levels)].sum()) if levels else int(length.sum())

    def first(self, level: str) -> pd.Timestamp | None:
        """First day of a level; none if it is never reached."""
        mine = self.table[self.table["level"] == level]
        return None if mine.empty else pd.Timestamp(mine["start"].iloc[0])


def alarms(results: Results, country: str) -> Alarms:
    """Alarm levels of a country, from the statistics of a run."""
    ask = results.statistics
    where: dict[str, Any] = {"country": country}
    periods = results["periods"].set_index("period")
    cut = curtailed_share(results, "period", **where).fillna(0.0).reindex(periods.index, fill_value=0.0)
    has_stores = ask.working_gas.value(**where) > 0.0
    table = pd.DataFrame({"start": periods["start"], "end": periods["end"], "curtailed_share": cut})
    edges = facts.period_ends(results)
    if has_stores:
        level, filled = ask.level("boundary", unit="GWh", **where), ask.filling("boundary", **where)
        draw = ask.withdrawal("period", unit="GWh/day", **where) - ask.injection("period", unit="GWh/day", **where)
        begins = level.to_numpy()[:-1]
        taken = draw.reindex(periods.index, fill_value=0.0).to_numpy()
        with np.errstate(divide="ignore"):
            lasts = np.where(taken > 0.0, begins / np.where(taken > 0.0, taken, 1.0), np.inf)
        table = table.assign(filling=filled.to_numpy()[:-1], draw_gwh_per_day=taken, lasts_days=lasts)
        curve = filled.to_numpy()
    else:
        table = table.assign(filling=np.nan, draw_gwh_per_day=0.0, lasts_days=np.nan)
        curve = np.append(1.0 - cut.to_numpy(), 1.0 - cut.to_numpy()[-1:])
    levels = [
        level_of(share, lasts, start)
        for share, lasts, start in zip(table["curtailed_share"], table["lasts_days"], table["start"], strict=True)
    ]
    return Alarms(table.assign(level=levels).reset_index(drop=True), has_stores, (edges, curve))


def level_of(curtailed_share: float, lasts_days: float, start: pd.Timestamp) -> str:
    """Level of a period by the rule of this module.

    Parameters
    ----------
    curtailed_share : float
        Share of demand that is cut by order.
    lasts_days : float
        Days that stock lasts at the pace of the period; infinite if it is not drawn on, no number without stores.
    start : Timestamp
        First day of the period.

    >>> day = pd.Timestamp("2031-01-10")
    >>> [level_of(0.1, 5.0, day), level_of(0.0, 20.0, day), level_of(0.0, 70.0, day), level_of(0.0, 90.0, day)]
    ['emergency', 'alert', 'early', 'none']
    >>> level_of(0.0, float("nan"), day)
    'none'
    """
    if curtailed_share > style.SHORTFALL_SEEN:
        return EMERGENCY
    if lasts_days < SPELL_DAYS:
        return ALERT
    return EARLY if lasts_days < _days_of_winter_left(start) else NONE


def _days_of_winter_left(start: pd.Timestamp) -> float:
    """Days until the end of the winter that a day belongs to; none from April to the end of October."""
    if WINTER_ENDS[0] <= start.month < 11:
        return 0.0
    ends = pd.Timestamp(start.year + (start.month >= 11), *WINTER_ENDS)
    return float((ends - start).days)
