"""A question put to the statistics of a run: what is asked, whether that is there, and the answer as a named series."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from energy_model.errors import UnknownNameError, closest
from energy_model.results.declared import DEFAULT_UNITS, MOMENTS, STATISTICS, Statistic
from energy_model.results.names import Names
from energy_model.results.window import DAY, Slots, Window
from energy_model.units import ENERGY_UNITS, MONEY_UNITS, RATE_UNITS, SHARE_UNITS, show_energy, show_rate

STORED = ("stock", "share")


@dataclass(frozen=True)
class Question:
    """What is asked of a statistic."""

    name: str
    by: tuple[str, ...]
    region: str | None
    since: Any
    until: Any
    at: Any
    unit: str | None
    where: Mapping[str, Any]

    @property
    def about(self) -> Statistic:
        """What the statistic is."""
        return STATISTICS[self.name]

    @property
    def time(self) -> str | None:
        """Grouping in time."""
        return next((name for name in self.by if name in MOMENTS), None)

    @property
    def things(self) -> tuple[str, ...]:
        """Groupings by what and where."""
        return tuple(name for name in self.by if name not in MOMENTS)

    @property
    def dimensions(self) -> set[str]:
        """Every dimension besides time that a table must have."""
        return {*self.things, *self.where}

    @property
    def mornings(self) -> list[pd.Timestamp]:
        """Days on which stock is read."""
        return [pd.Timestamp(day) for day in self._several(self.at)]

    def slots(self, window: Window) -> Slots:
        """Places in time that are asked for."""
        mornings = None if self.at is None else self.mornings
        return window.slots(self.time, self.since, self.until, mornings, self.about.kind in STORED)

    def labels_of(self, wanted: Any) -> list[str]:
        """Labels that a filter names, one or several."""
        return [str(label) for label in self._several(wanted)]

    @staticmethod
    def _several(wanted: Any) -> list[Any]:
        alone = isinstance(wanted, str) or not isinstance(wanted, (Collection, pd.Index, np.ndarray, pd.Series))
        return [wanted] if alone else list(wanted)

    def border(self, names: Names) -> frozenset[str]:
        """Nodes inside the border that is asked about: those of the region, else of the country or node, else all."""
        if self.region is not None:
            return names.groups[self.region]
        for dimension in ("node", "country", "group"):
            if dimension in self.where:
                wanted = self.labels_of(self.where[dimension])
                if dimension == "group":
                    return frozenset().union(*(names.groups[group] for group in wanted))
                nodes = names.nodes["node"].to_numpy(str)
                label = nodes if dimension == "node" else names.country_of(nodes)
                return frozenset(nodes[np.isin(label, wanted)].tolist())
        return frozenset(names.nodes.loc[names.nodes["is_market"], "node"].astype(str))

    def check(self, names: Names, window: Window, known: Callable[[str], set[str]]) -> None:
        """See that everything asked about is there.

        Parameters
        ----------
        known : callable
            Labels of a dimension that the tables have.

        Raises
        ------
        UnknownNameError
            With everything that is not.
        """
        problems = [*self._unknown(names, known), *self._days(window), *self._units()]
        if problems:
            raise UnknownNameError(f"statistics.{self.name}", problems)

    def _unknown(self, names: Names, known: Callable[[str], set[str]]) -> Iterator[str]:
        about = self.about
        for name in self.by:
            if name not in about.dimensions:
                yield f"by '{name}': {self.name} has no such grouping; {closest(name, about.dimensions)}"
        times = [name for name in self.by if name in MOMENTS]
        if len(times) > 1:
            yield f"by {', '.join(times)}: two groupings in time; keep one"
        if len(set(self.by)) < len(self.by):
            yield f"by {', '.join(self.by)}: a grouping stands twice; keep one"
        things = [name for name in about.dimensions if name not in MOMENTS]
        for name in self.where:
            if name not in things:
                hint = closest(name, [*things, "region", "since", "until", "at", "unit", "names"])
                yield f"key '{name}': {self.name} cannot be chosen by it; {hint}"
        if self.region is not None and "node" not in things:
            yield f"key 'region': {self.name} lies at no node; choose by {', '.join(things)}"
        filters = {name: wanted for name, wanted in self.where.items() if name in things}
        if self.region is not None and self.region not in names.groups:
            yield f"region '{self.region}': no such group of countries; {closest(str(self.region), names.groups)}"
        for name, wanted in filters.items():
            there, labels = names.known(name), self.labels_of(wanted)
            if not there.issuperset(labels):
                there |= known(name)
            for label in labels:
                if label not in there:
                    meant = names.code_of(label)
                    hint = f"did you mean '{meant}'?" if meant in there else closest(label, sorted(there))
                    yield f"{name} '{label}': not known; {hint}"
        asked = {name for name in self.dimensions if name in things}
        if not any(asked <= {*source.dimensions} for source in self.about.sources):
            yield f"{' and '.join(sorted(asked))}: {self.name} is not told apart by all at once; ask one by one"

    def _days(self, window: Window) -> Iterator[str]:
        about, first, last = self.about, window.dates[0], window.dates[-1]
        span = f"the run has {first:%Y-%m-%d} to {last:%Y-%m-%d}"
        bounds = []
        for key in ("since", "until"):
            day = getattr(self, key)
            if day is None:
                continue
            if not about.times:
                yield f"key '{key}': {self.name} is a number of the whole run; leave it out"
            found = _as_day(day)
            if found is None:
                yield f"{key} '{day}': is no day; write one such as {first:%Y-%m-%d}"
            else:
                bounds.append((key, found))
        days = dict(bounds)
        since, until = days.get("since", first), days.get("until", last)
        if bounds and (since > until or since > last or until < first):
            yield f"{', '.join(f'{key} {day:%Y-%m-%d}' for key, day in bounds)}: no day of the run; {span}"
        if self.at is None:
            return
        if about.kind not in STORED:
            yield f"key 'at': {self.name} is no stock, it has no value at a moment; use since and until"
        if self.time is not None or bounds:
            yield "key 'at': stands beside another choice in time; keep one of them"
        for day in self._several(self.at):
            found = _as_day(day)
            if found is None or not first <= found <= last + DAY:
                yield f"at '{day}': is no morning of the run; {span}"

    def _units(self) -> Iterator[str]:
        units = units_of(self.about)
        if self.unit is not None and self.unit not in units:
            yield f"unit '{self.unit}': {self.name} is given in {', '.join(units)}; {closest(str(self.unit), units)}"

    def series(self, index: pd.MultiIndex | None, values: np.ndarray, time: Slots) -> pd.Series:
        """Numbers by group and place in time as a series in the unit asked for, levels as asked.

        Parameters
        ----------
        values : ndarray, shape (groups, places in time)
            Energy in GWh, money in EUR, prices in EUR/MWh, shares of one.
        """
        unit = self.unit or DEFAULT_UNITS[self.about.kind]
        values = _in_unit(values, unit, time.days)
        groups, places = values.shape
        columns: dict[str, Any] = {}
        if index is not None:
            rows = np.repeat(np.arange(groups), places)
            columns = {str(name): index.get_level_values(name).take(rows) for name in index.names}
        if time.name is not None:
            columns[time.name] = time.labels.take(np.tile(np.arange(places), groups))
        order = [*self.by, *([time.name] if time.name is not None and time.name not in self.by else [])]
        if not columns:
            return _named(pd.Series(values.ravel()), self.name, unit)
        codes = [pd.factorize(columns[name])[0] for name in order]
        sort = np.lexsort(codes[::-1])
        arrays = [columns[name].take(sort) for name in order]
        built = (
            pd.Index(arrays[0], name=order[0]) if len(order) == 1 else pd.MultiIndex.from_arrays(arrays, names=order)
        )
        return _named(pd.Series(values.ravel()[sort], index=built), self.name, unit)


def units_of(about: Statistic) -> tuple[str, ...]:
    """Units in which a statistic can be asked for."""
    by_kind: dict[str, tuple[str, ...]] = {
        "energy": (*ENERGY_UNITS, *RATE_UNITS),
        "stock": ENERGY_UNITS,
        "size": ENERGY_UNITS,
        "share": tuple(SHARE_UNITS),
        "price": ("EUR/MWh",),
        "money": tuple(MONEY_UNITS),
    }
    return by_kind[about.kind]


def shown(found: pd.Series, asked: Question, names: Names, window: Window) -> pd.Series:
    """An answer with names for readers in place of codes, and days in place of numbers of periods."""
    if found.index.names == [None]:
        return found
    slots = asked.slots(window)
    days = dict(zip(slots.labels, slots.days_shown, strict=True))
    levels = [
        pd.Index(
            [days[label] if level == "period" else names.shown(str(level), label)
             for label in found.index.get_level_values(level)], name=level)
        for level in found.index.names
    ]  # fmt: skip
    index = levels[0] if len(levels) == 1 else pd.MultiIndex.from_arrays(levels)
    return found.set_axis(index)


def _as_day(day: Any) -> pd.Timestamp | None:
    try:
        found = pd.Timestamp(day)
    except (TypeError, ValueError):
        return None
    return None if pd.isna(found) else found


def _in_unit(values: np.ndarray, unit: str, days: np.ndarray) -> np.ndarray:
    if unit in ENERGY_UNITS:
        return np.asarray(show_energy(values, unit))  # type: ignore[arg-type]
    if unit in RATE_UNITS:
        return np.asarray(show_rate(values / days, unit))
    return np.asarray(values / {**MONEY_UNITS, **SHARE_UNITS, "EUR/MWh": 1.0}[unit])


def _named(found: pd.Series, name: str, unit: str) -> pd.Series:
    found = found.rename(f"{name} ({unit})")
    found.attrs["unit"] = unit
    return found
