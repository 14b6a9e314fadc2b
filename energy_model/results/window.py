"""The days of a run: periods brought to months, to the days between two dates, and to the mornings of stock."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

DAY = pd.Timedelta(days=1)


@dataclass(frozen=True)
class Slots:
    """Places in time of an answer.

    Attributes
    ----------
    name : str or None
        Grouping in time; ``None`` if there is none.
    labels, days_shown : Index
        One for each place, and its day for a reader.
    weights : ndarray
        Share of each period that falls in each place, shape (K, T).
    days : ndarray
        Gas days of each place.
    moments : ndarray
        Days from the start of the run to the moment at which stock is read.
    """

    name: str | None
    labels: pd.Index
    days_shown: pd.Index
    weights: np.ndarray
    days: np.ndarray
    moments: np.ndarray

    def no_time(self) -> Slots:
        """One place that is the whole run, for numbers without a period."""
        one = np.ones((1, 1))
        return Slots(None, pd.Index([0]), pd.Index([0]), one, one[0], one[0])


@dataclass(frozen=True)
class Window:
    """The days of a run."""

    start: pd.Timestamp
    days: np.ndarray
    _known: dict[tuple[str | None, bool], Slots] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def of(cls, periods: pd.DataFrame) -> Window:
        """From the table ``periods``."""
        return cls(pd.Timestamp(periods["start"].iloc[0]), periods["days"].to_numpy(float))

    @cached_property
    def boundaries(self) -> np.ndarray:
        """Days from the start of the run to each boundary between periods, shape (T+1,)."""
        return np.concatenate([[0.0], np.cumsum(self.days)])

    @cached_property
    def dates(self) -> pd.DatetimeIndex:
        """Every gas day."""
        return pd.date_range(self.start, periods=int(self.boundaries[-1]), freq="D")

    def slots(
        self, time: str | None, since: Any, until: Any, mornings: list[pd.Timestamp] | None, at_end: bool
    ) -> Slots:
        """Places in time: those of a grouping within some days, or some mornings.

        Parameters
        ----------
        time : str or None
            A grouping of :data:`~energy_model.results.declared.MOMENTS`.
        since, until : date or None
            First and last day that count.
        mornings : list of Timestamp or None
            Days on which stock is read, in place of a grouping.
        at_end : bool
            Whether a reader takes a period for its end, as for what is in store, or for its first day.
        """
        if mornings is not None:
            since_start = np.array([(day - self.start) / DAY for day in mornings], dtype=float)
            index = pd.DatetimeIndex(mornings)
            size = (len(mornings), len(self.days))
            return Slots("date", index, index, np.zeros(size), np.ones(len(mornings)), since_start)
        if since is not None or until is not None:
            return self._between(time, since, until, at_end)
        if (time, at_end) not in self._known:
            self._known[time, at_end] = self._between(time, None, None, at_end)
        return self._known[time, at_end]

    def _between(self, time: str | None, since: Any, until: Any, at_end: bool) -> Slots:
        """Places in time of a grouping within some days."""
        counts = np.ones(len(self.dates), dtype=bool)
        if since is not None:
            counts &= np.asarray(self.dates >= pd.Timestamp(since))
        if until is not None:
            counts &= np.asarray(self.dates <= pd.Timestamp(until))
        period = np.repeat(np.arange(len(self.days)), self.days.astype(int))
        if time == "month":
            place, months = pd.factorize(self.dates.strftime("%Y-%m"))
            labels, shown = pd.Index(months), pd.Index(months)
            moments = np.flatnonzero(np.append(place[1:] != place[:-1], True)) + 1.0
        elif time == "period":
            place = period
            labels = pd.Index(np.arange(1, len(self.days) + 1))
            ends = self.boundaries[1:] if at_end else self.boundaries[:-1]
            shown = self.start + pd.to_timedelta(ends, unit="D")
            moments = self.boundaries[1:]
        elif time == "boundary":
            labels = self.start + pd.to_timedelta(self.boundaries, unit="D")
            inside = np.asarray((labels >= self._edge(since, 0)) & (labels <= self._edge(until, -1)))
            size = (int(inside.sum()), len(self.days))
            return Slots("boundary", labels[inside], labels[inside], np.zeros(size), np.ones(size[0]),
                         self.boundaries[inside])  # fmt: skip
        else:
            place, labels, shown = np.zeros(len(period), dtype=int), pd.Index([0]), pd.Index([0])
            moments = self.boundaries[-1:]
        shares = np.zeros((len(labels), len(self.days)))
        np.add.at(shares, (place[counts], period[counts]), 1.0)
        there = shares.sum(axis=1) > 0.0
        return Slots(time, labels[there], shown[there], shares[there] / self.days, shares[there].sum(axis=1),
                     moments[there])  # fmt: skip

    def _edge(self, day: object, place: int) -> pd.Timestamp:
        edge: Any = (self.start + self.boundaries[place] * DAY) if day is None else pd.Timestamp(str(day))
        return edge
