"""Periods of the model: days, weeks or months, cut where something is announced.

A timeline is a partition of the horizon into consecutive periods. Decisions are constant within a period. Everything
dated (a measure, an opening, a month's price) is brought to periods as the share of the period's gas days it covers.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Literal

import numpy as np
import pandas as pd

from energy_model.errors import ScenarioError

Resolution = Literal["day", "week", "month", "peak_days"]

DAY = timedelta(days=1)


def day_words(day: date) -> str:
    """A date as a reader writes it.

    >>> day_words(date(1984, 4, 1))
    '1 April 1984'
    """
    return f"{day.day} {day:%B %Y}"


def month_starts(start: date, end: date) -> tuple[date, ...]:
    """First days of calendar months after ``start`` and up to ``end``.

    >>> [str(day) for day in month_starts(date(1984, 1, 1), date(1984, 3, 15))]
    ['1984-02-01', '1984-03-01']
    """
    return tuple(day.date() for day in pd.date_range(start + DAY, end, freq="MS"))


def month_of(days: pd.Series) -> pd.Series:
    """First day of the month that each day of a column belongs to.

    >>> month_of(pd.Series(pd.to_datetime(["1984-04-17"]))).iloc[0].date()
    datetime.date(1984, 4, 1)
    """
    return days.dt.to_period("M").dt.to_timestamp()


@dataclass(frozen=True)
class Timeline:
    """Consecutive periods from ``starts[0]`` to ``end`` (both days included).

    Attributes
    ----------
    starts : tuple of date
        First gas day of each period, length T.
    end : date
        Last gas day of the horizon.
    splits : tuple of date
        Days on which a calendar month is divided into parts, as an announcement or a day of decisions divides it.
    """

    starts: tuple[date, ...]
    end: date
    splits: tuple[date, ...] = ()

    @classmethod
    def build(
        cls,
        start: date,
        end: date,
        resolution: Resolution,
        cuts: Iterable[date] = (),
        days_alone: Iterable[date] = (),
        splits: Iterable[date] = (),
    ) -> Timeline:
        """Timeline from ``start`` to ``end`` with a period boundary at every day in ``cuts``.

        Weeks start on the weekday of ``start``, months on the first; a cut adds a boundary and moves no other. Each of
        ``days_alone`` is a period of its own; ``peak_days`` has weeks besides them.

        Raises
        ------
        ScenarioError
            If the end lies before the start.
        """
        if end < start:
            raise ScenarioError("horizon", [f"end {end} lies before start {start}; swap them"])
        days = pd.date_range(start, end, freq="D")
        parts = tuple(sorted({day for day in splits if start < day <= end and day.day != 1}))
        if resolution == "day":
            marks = days
        elif resolution in ("week", "peak_days"):
            marks = days[::7]
        else:
            marks = days[days.day == 1].union(days[:1])
        edges = [*cuts, *parts, *(edge for day in days_alone for edge in (day, day + DAY))]
        inside = pd.DatetimeIndex([pd.Timestamp(cut) for cut in edges if start <= cut <= end])
        marks = marks.union(inside).unique()
        return cls(tuple(mark.date() for mark in marks), end, parts)

    def __len__(self) -> int:
        return len(self.starts)

    @cached_property
    def days(self) -> np.ndarray:
        """Gas days in each period, float, shape (T,)."""
        edges = [*self.starts, self.end + DAY]
        return np.array([(b - a).days for a, b in pairwise(edges)], dtype=float)

    @cached_property
    def first_days(self) -> np.ndarray:
        """Gas days from the start of the horizon to that of each period, int, shape (T,)."""
        return np.concatenate([[0], np.cumsum(self.days.astype(int))[:-1]])

    @property
    def start(self) -> date:
        """First gas day of the horizon."""
        return self.starts[0]

    @cached_property
    def dates(self) -> pd.DatetimeIndex:
        """Every gas day of the horizon."""
        return pd.date_range(self.start, self.end, freq="D")

    @cached_property
    def period_of_day(self) -> np.ndarray:
        """Index of the period each gas day belongs to, shape (days,)."""
        return np.repeat(np.arange(len(self)), self.days.astype(int))

    @cached_property
    def months(self) -> list[str]:
        """Calendar months touched by the horizon, as ``YYYY-MM``."""
        return sorted(set(self.dates.strftime("%Y-%m")))

    @cached_property
    def month_firsts(self) -> pd.DatetimeIndex:
        """First day of each calendar month of :attr:`months`, whether or not it lies in the horizon."""
        return pd.PeriodIndex(self.months, freq="M").to_timestamp()

    @cached_property
    def month_days(self) -> np.ndarray:
        """Gas days of each month in each period, shape (months, T); column sums are the period lengths."""
        codes = pd.Categorical(self.dates.strftime("%Y-%m"), categories=self.months).codes
        table = np.zeros((len(self.months), len(self)))
        np.add.at(table, (codes, self.period_of_day), 1.0)
        return table

    @cached_property
    def part_starts(self) -> tuple[date, ...]:
        """First days of the parts of calendar months: months, divided at :attr:`splits`."""
        firsts = [day.date() for day in self.dates if day.day == 1]
        return tuple(sorted({self.start, *firsts, *self.splits}))

    @cached_property
    def part_of_day(self) -> np.ndarray:
        """Index of the part of a month that each gas day belongs to, shape (days,)."""
        starts = np.array(self.part_starts, dtype="datetime64[D]")
        return np.asarray(np.searchsorted(starts, self.dates.to_numpy().astype("datetime64[D]"), side="right") - 1)

    @cached_property
    def part_days(self) -> np.ndarray:
        """Gas days of each part of a month in each period, shape (parts, T); column sums are the period lengths."""
        table = np.zeros((len(self.part_starts), len(self)))
        np.add.at(table, (self.part_of_day, self.period_of_day), 1.0)
        return table

    def parts_before(self, period: int) -> int:
        """Number of parts of months that end before a period, counted from 0, begins."""
        return int((self.part_days[:, period:].sum(axis=1) == 0.0).sum())

    def mean(self, daily: np.ndarray) -> np.ndarray:
        """Mean over each period, shape (..., T), of a daily series of shape (..., days), in the unit of the series."""
        return np.asarray(self.total(daily) / self.days)

    def total(self, daily: np.ndarray) -> np.ndarray:
        """Sum over each period, shape (..., T), of a daily series of shape (..., days)."""
        return np.add.reduceat(np.asarray(daily, dtype=float), self.first_days, axis=-1)

    def monthly(self, by_month: np.ndarray) -> np.ndarray:
        """Period means, shape (..., T), weighted by days, of values by month of :attr:`months`, shape (..., months)."""
        return np.asarray(np.asarray(by_month) @ self.month_days / self.days)

    def active_share(self, start: date | None, end: date | None) -> np.ndarray:
        """Share of each period's gas days on which ``start <= day <= end``, shape (T,); ``None`` is open."""
        return self.mean(self.active_days(start, end).astype(float))

    def active_days(self, start: date | None, end: date | None) -> np.ndarray:
        """Gas days on which ``start <= day <= end``, bool, shape (days,); ``None`` is open."""
        active = np.ones(len(self.dates), dtype=bool)
        if start is not None:
            active &= np.asarray(self.dates >= pd.Timestamp(start))
        if end is not None:
            active &= np.asarray(self.dates <= pd.Timestamp(end))
        return active

    def ramp(self, start: date | None, end: date | None, ramp_days: int = 0) -> np.ndarray:
        """Strength of a dated measure in each period, 0 to 1, shape (T,): the mean of :meth:`daily_ramp`."""
        return self.mean(self.daily_ramp(start, end, ramp_days))

    def daily_ramp(self, start: date | None, end: date | None, ramp_days: int = 0) -> np.ndarray:
        """Strength of a dated measure on every gas day, 0 to 1, shape (days,).

        It rises linearly over ``ramp_days`` from ``start`` on, and ends on ``end``.
        """
        strength = np.ones(len(self.dates))
        if start is not None:
            since = (self.dates - pd.Timestamp(start)).days.to_numpy()
            strength = np.clip((since + 1) / (ramp_days + 1), 0.0, 1.0)
        if end is not None:
            strength = np.where(self.dates > pd.Timestamp(end), 0.0, strength)
        return np.asarray(strength)

    def boundary_at(self, day: date) -> int:
        """Number of the first boundary on or after the morning of ``day``, 0..T: where stock is read."""
        if day > self.end:
            return len(self)
        return int(np.searchsorted(self._start_days, np.datetime64(day), side="left"))

    def at_hand(self, day: date) -> tuple[int, float]:
        """Number of the period in which a day lies, and the share of it that is still to come on that morning."""
        period = bisect_right(self.starts, day) - 1
        return period, 1.0 - (day - self.starts[period]).days / float(self.days[period])

    @cached_property
    def _start_days(self) -> np.ndarray:
        return np.array(self.starts, dtype="datetime64[D]")

    def frame(self) -> pd.DataFrame:
        """Periods as a table: period, start, end, days."""
        last = [*(start - DAY for start in self.starts[1:]), self.end]
        return pd.DataFrame(
            {
                "period": np.arange(1, len(self) + 1),
                "start": pd.to_datetime(list(self.starts)),
                "end": pd.to_datetime(last),
                "days": self.days.astype(int),
            }
        )
