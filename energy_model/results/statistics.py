"""One vocabulary of results: what was curtailed, served, paid, in store, by whatever grouping a reader wants.

>>> results.statistics.curtailed("country", region="UNION")            # doctest: +SKIP
>>> results.statistics.filling("month", country="AA", unit="%")       # doctest: +SKIP
>>> results.statistics.price.value(region="UNION")                     # doctest: +SKIP

Every number is computed here and nowhere else; what can be asked is declared in :mod:`energy_model.results.declared`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from energy_model.errors import UnknownNameError, closest
from energy_model.results.border import PIPELINE, SHIP, border_cube
from energy_model.results.cube import Cube, items_of, shaped
from energy_model.results.declared import COLUMNS, STATISTICS, UNPAID, Source, Statistic
from energy_model.results.labels import Labels
from energy_model.results.names import Names
from energy_model.results.question import Question, shown
from energy_model.results.window import Slots, Window
from energy_model.units import EUR_PER_KEUR


@dataclass(frozen=True)
class Statistics:
    """What can be asked of the tables of a run; ``dir()`` lists it.

    Attributes
    ----------
    tables : mapping of str to DataFrame
        Tables of results, and ``stores`` with ``storage`` and ``working_gas_volume_gwh``.
    nodes : DataFrame
        The nodes of the run.
    labels : Labels
        Names of sellers and routes.
    """

    tables: Mapping[str, pd.DataFrame] = field(repr=False)
    nodes: pd.DataFrame = field(repr=False)
    labels: Labels = field(repr=False)
    _cubes: dict[Source, Cube] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __getattr__(self, name: str) -> Ask:
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in STATISTICS:
            raise AttributeError(f"no statistic '{name}'; {closest(name, STATISTICS)}")
        return Ask(self, name)

    def __getitem__(self, name: str) -> Ask:
        if name not in STATISTICS:
            raise UnknownNameError("statistics", [f"no statistic '{name}'; {closest(name, STATISTICS)}"])
        return Ask(self, name)

    def __dir__(self) -> list[str]:
        return sorted({*object.__dir__(self), *STATISTICS})

    def _ipython_key_completions_(self) -> list[str]:
        return list(STATISTICS)

    def __repr__(self) -> str:
        width = max(map(len, STATISTICS))
        lines = [f"  {name:<{width}}  by {', '.join(one.dimensions)}" for name, one in STATISTICS.items()]
        head = "statistics of a run: ask .NAME(by, region=, since=, until=, unit=) or .NAME.value(region=)"
        return "\n".join([head, *(line if len(line) <= 100 else f"{line[:97]}..." for line in lines)])

    @cached_property
    def window(self) -> Window:
        """The days of the run."""
        return Window.of(self.tables["periods"])

    @cached_property
    def names(self) -> Names:
        """Codes that a question may name, and names for readers."""
        return Names(self.nodes, self.labels)

    def cube(self, source: Source) -> Cube:
        """Numbers of a source by item and period, with every label that its items have."""
        if source not in self._cubes:
            columns = COLUMNS[source.table]
            count = len(self.window.days) if source.table != "costs" else 1
            heads, rows = items_of(self.tables[source.table], count)
            values = np.sum([shaped(rows, name, count) for name in source.plus], axis=0)
            for name in source.minus:
                values = values - shaped(rows, name, count)
            values = values * self.window.days if source.by_day else values
            found = Cube({name: heads[column].to_numpy() for name, column in columns.items()}, values)
            self._cubes[source] = self._labelled(found)
        return self._cubes[source]

    def border(self, inside: Collection[str]) -> Cube:
        """What crosses the border of some nodes, GWh."""
        count = len(self.window.days)
        return self._labelled(border_cube(self.tables["flows"], self.tables["lng"], self.nodes, inside, count))

    def prices_at(self, nodes: np.ndarray) -> np.ndarray:
        """Shadow price at each of some nodes by period, EUR/MWh, shape (I, T); no number where there is no market."""
        count = len(self.window.days)
        markets, rows = items_of(self.tables["prices"], count)
        price = shaped(rows, "price_eur_per_mwh", count)
        place = pd.Index(markets["node"].astype(str)).get_indexer(nodes.astype(str))
        return np.where(place[:, None] >= 0, price[place], np.nan)

    def stock(self, chosen: np.ndarray) -> np.ndarray:
        """Gas in some of the stores (bool) at the boundaries between periods, GWh, shape (S, T+1)."""
        count = len(self.window.days)
        _, rows = items_of(self.tables["storage"], count)
        level, start = (shaped(rows, name, count) for name in ("level_gwh", "level_at_start_gwh"))
        return np.asarray(np.concatenate([start[:, :1], level], axis=1)[chosen])

    def volumes(self, stores: np.ndarray) -> np.ndarray:
        """Working gas volume of stores, given by their codes, GWh; both of shape (n,)."""
        known = self.tables["stores"].set_index("storage")["working_gas_volume_gwh"]
        return np.asarray(known.loc[stores.astype(str)].to_numpy(float))

    def _labelled(self, found: Cube) -> Cube:
        labels = dict(found.labels)
        if "node" in labels:
            labels["country"] = self.names.country_of(labels["node"].astype(str))
        if "supplier" in labels:
            labels["seller"] = np.array([self.labels.seller_of(str(who)) for who in labels["supplier"]], dtype=str)
        return Cube(labels, found.values)


@dataclass(frozen=True)
class Ask:
    """One statistic of a run, to be called; its words, unit and groupings are in ``about``."""

    statistics: Statistics = field(repr=False)
    name: str

    @property
    def about(self) -> Statistic:
        """What the statistic is."""
        return STATISTICS[self.name]

    def __repr__(self) -> str:
        lines = [f"{self.name}: {self.about.words}", f"  by {', '.join(self.about.dimensions)}"]
        return "\n".join(line if len(line) <= 100 else f"{line[:97]}..." for line in lines)

    def __call__(
        self,
        by: str | Collection[str] | None = None,
        *,
        region: str | None = None,
        since: object = None,
        until: object = None,
        at: Any = None,
        unit: str | None = None,
        names: bool = False,
        **where: Any,
    ) -> pd.Series:
        """The statistic by one or several groupings, as a series with named axes and its unit in ``attrs``.

        Parameters
        ----------
        by : str or list of str, optional
            Groupings; default is the one of the declaration.
        region : str, optional
            Group of countries: only its markets. Of imports and their value it is where the border is drawn.
        since, until : date, optional
            First and last day that count; periods are split by days. Of what is in store, moments that are shown.
        at : date or list of date, optional
            Mornings on which stock is read, between two boundaries in proportion to time.
        unit : str, optional
            Energy in TWh, GWh or bcm, or as a mean rate in GWh/day or mcm/day; money in bn EUR, m EUR or EUR; a
            share also in %.
        names : bool, optional
            Names for readers in place of codes, and days in place of numbers of periods.
        **where
            A label or several of any grouping that the statistic has: ``country="AA"``, ``sector=["industry"]``.

        Raises
        ------
        UnknownNameError
            With everything that is not there at once: a grouping, a name, a unit, a day outside the run.
        """
        wanted = self.about.by if by is None else by
        groupings = (wanted,) if isinstance(wanted, str) else tuple(wanted)
        asked = Question(self.name, groupings, region, since, until, at, unit, where)
        found = self._numbers(asked)
        return shown(found, asked, self.statistics.names, self.statistics.window) if names else found

    def value(
        self,
        *,
        region: str | None = None,
        since: object = None,
        until: object = None,
        at: object = None,
        unit: str | None = None,
        **where: Any,
    ) -> float:
        """The statistic as one number: a total, a mean price, or the stock at the end of the run unless ``at`` a day.

        Parameters are those of the call. There is no number where there is nothing to divide by.
        """
        return float(self._numbers(Question(self.name, (), region, since, until, at, unit, where)).iloc[0])

    def _numbers(self, asked: Question) -> pd.Series:
        statistics, about = self.statistics, self.about
        asked.check(statistics.names, statistics.window, self._there)
        time = asked.slots(statistics.window)
        if about.kind in ("stock", "share", "size"):
            return self._stocks(asked, time)
        source = next(one for one in about.sources if asked.dimensions <= {*one.dimensions})
        if source.table == "border":
            cube = statistics.border(asked.border(statistics.names))
            cube = Cube(cube.labels, self._valued(cube) if about.kind == "money" else cube.values)
        else:
            cube = statistics.cube(source)
        cube = self._chosen(cube, asked)
        if source.table == "costs":
            unpaid = np.isin(cube.labels["component"].astype(str), UNPAID)
            cube = cube.where(unpaid if self.name == "penalty" else ~unpaid)
            return asked.series(*cube.grouped(asked.things), time.no_time())
        weights = cube
        if about.kind in ("price", "money") and source.table != "border":
            cube = Cube(cube.labels, self._valued(cube))
        index, total = cube.grouped(asked.things)
        total = total @ time.weights.T
        if about.kind == "price":
            divisor = weights.grouped(asked.things)[1] @ time.weights.T
            total = np.divide(total, divisor, out=np.full_like(total, np.nan), where=divisor > 0.0)
        return asked.series(index, total, time)

    def _there(self, dimension: str) -> set[str]:
        """Labels of a dimension in the tables of the statistic."""
        if dimension == "channel":
            return {PIPELINE, SHIP}
        found: set[str] = set()
        for source in self.about.sources:
            column = COLUMNS[source.table].get(dimension)
            if column is not None and source.table != "border":
                found |= set(self.statistics.cube(source).labels[dimension].astype(str))
        return found

    def _valued(self, cube: Cube) -> np.ndarray:
        """Energy at the shadow price of its node: EUR, or GWh x EUR/MWh where it is only a weight."""
        factor = EUR_PER_KEUR if self.about.kind == "money" else 1.0
        return np.asarray(cube.values * self.statistics.prices_at(cube.labels["node"]) * factor)

    def _stocks(self, asked: Question, time: Slots) -> pd.Series:
        statistics, kind = self.statistics, self.about.kind
        cube = statistics.cube(self.about.sources[0])
        numbered = Cube({**cube.labels, "_row": np.arange(len(cube.values))}, cube.values)
        cube = self._chosen(numbered, asked)
        volume = Cube(cube.labels, statistics.volumes(cube.labels["storage"])[:, None])
        if kind == "size":
            return asked.series(*volume.grouped(asked.things), time.no_time())
        rows = cube.labels["_row"].astype(int)
        every = statistics.stock(np.ones(len(numbered.values), dtype=bool))
        index, level = Cube(cube.labels, every[rows]).grouped(asked.things)
        level = (
            np.stack([np.interp(time.moments, statistics.window.boundaries, row) for row in level])
            if len(level)
            else np.zeros((0, len(time.moments)))
        )
        if kind == "share":
            full = volume.grouped(asked.things)[1]
            level = np.divide(level, full, out=np.full_like(level, np.nan), where=full > 0.0)
        return asked.series(index, level, time)

    def _chosen(self, cube: Cube, asked: Question) -> Cube:
        names = self.statistics.names
        chosen = np.ones(len(cube.values), dtype=bool)
        if asked.region is not None:
            chosen &= np.isin(cube.labels["node"].astype(str), list(names.groups[asked.region]))
        for dimension, wanted in asked.where.items():
            if dimension == "group":
                inside = [node for group in asked.labels_of(wanted) for node in names.groups[group]]
                chosen &= np.isin(cube.labels["node"].astype(str), inside)
            else:
                chosen &= np.isin(cube.labels[dimension].astype(str), asked.labels_of(wanted))
        cube = cube.where(chosen)
        return names.by_group(cube) if "group" in asked.things else cube


def by_column(found: pd.Series, name: str) -> pd.DataFrame:
    """A statistic with one of its groupings as columns."""
    rows = [str(level) for level in found.index.names if level != name]
    return found.rename("value").reset_index().pivot_table(index=rows, columns=name, values="value", dropna=False)
