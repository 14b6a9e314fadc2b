"""A run as a ledger reads it: quantities by whole calendar month, and the measures that act on them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd

from energy_model.data.load import GasData
from energy_model.results.border import carriers
from energy_model.results.run import Results
from energy_model.scenario import load_scenario
from energy_model.scenario.measures.base import Measure
from energy_model.validate.past_months import IMPORTS, LNG, NET_INJECTION, RESPONSE, SERVED, Series


class RunMonths:
    """Quantities of a run by whole calendar month, TWh, each table asked for once."""

    def __init__(self, results: Results, data: GasData) -> None:
        self.results, self.data = results, data
        dates = results.statistics.window.dates
        months = pd.Series(1, index=dates).groupby(dates.strftime("%Y-%m")).sum()
        lengths = pd.to_datetime(months.index + "-01").days_in_month
        self.months = list(months.index[months.to_numpy() == lengths.to_numpy()])

    def values(self, series: Series) -> dict[str, float]:
        """The quantity of a series by whole month, ``YYYY-MM``: TWh, of the response a share of demand."""
        if series.quantity == IMPORTS:
            row = self._arrivals.reindex([series.source]).fillna(0.0).iloc[0]
            return {month: float(row[month]) for month in self.months}
        total = self._summed(series.quantity, series.nodes)
        if series.quantity == RESPONSE:
            demand = self._summed("demand", series.nodes)
            total = np.divide(total, demand, out=np.zeros_like(total), where=demand > 0.0)
        return dict(zip(self.months, total.tolist(), strict=True))

    def reason(self, series: Series, month: pd.Timestamp) -> str:
        """Measures in force in a month: on imports those about their source, on all else those of this scenario alone.

        What the reference of the package has too is no reason for what this scenario does to stores and demand.
        """
        first, last = month.date(), (month + pd.offsets.MonthEnd(0)).date()
        acting = [about for about in self._measures if _acts(about[0], first, last)]
        if series.quantity == IMPORTS:
            said = [one.headline for one, sources, _ in acting if series.source in sources]
        else:
            said = [one.headline for one, _, is_usual in acting if not is_usual]
        return "; ".join(dict.fromkeys(said))

    def _summed(self, quantity: str, nodes: Collection[str]) -> np.ndarray:
        """Sum over those of the nodes that the run has, by whole month."""
        table = self._tables[quantity]
        return np.asarray(table[table.index.isin(nodes)].sum().to_numpy(float))

    @cached_property
    def _tables(self) -> dict[str, pd.DataFrame]:
        """Each quantity by node and whole month."""
        ask, by = self.results.statistics, ["node", "month"]
        found = {
            LNG: ask.sendout(by),
            NET_INJECTION: ask.injection(by) - ask.withdrawal(by),
            SERVED: ask.served(by),
            RESPONSE: ask.reduced(by),
            "demand": ask.demand(by),
        }
        return {name: self._wide(one) for name, one in found.items()}

    def _wide(self, values: pd.Series) -> pd.DataFrame:
        """A statistic by something and month, whole months only."""
        wide = values.rename("value").reset_index().pivot_table(index=values.index.names[0], columns="month")["value"]
        return wide.reindex(columns=self.months)

    @cached_property
    def _inside(self) -> frozenset[str]:
        return self.results.labels.region_nodes(self.results.nodes)

    @cached_property
    def _entries(self) -> dict[str, str]:
        return entry_sources(self.results, self._inside)

    @cached_property
    def _arrivals(self) -> pd.DataFrame:
        """What arrives in the region over the entries of each source, by whole month."""
        ask, by = self.results.statistics, ["pipeline", "month"]
        arrived = self._wide(ask.flow(by) - ask.losses(by))
        mine = arrived[arrived.index.isin(self._entries)]
        return mine.groupby(mine.index.map(self._entries)).sum()

    @cached_property
    def _measures(self) -> list[tuple[Measure, set[str], bool]]:
        """Measures of the scenario, whose gas each is about, and whether the package's reference has it too."""
        usual = load_scenario(self.data.storyline.reference, self.data.root).in_force
        return [
            (one, self._sources(one), any(one.is_copy_of(other) for other in usual))
            for one in self.results.scenario.in_force
        ]

    def _sources(self, measure: Measure) -> set[str]:
        """Suppliers and neighbours that a measure is about, by name or by a pipeline of theirs."""
        sellers = measure.sellers(self.data)
        codes = {one.code for one in self.results.labels.suppliers if one.seller in sellers}
        lines = {target.removeprefix("pipeline ") for target in measure.targets(self.data)}
        return {*codes, *sellers, *(self._entries[line] for line in lines if line in self._entries)}


def _acts(measure: Measure, first: date, last: date) -> bool:
    """Whether a measure acts on a day between two."""
    begins, end = measure.begins, measure.end
    return (begins is None or begins <= last) and (end is None or end >= first)


def entry_sources(results: Results, inside: Collection[str]) -> dict[str, str]:
    """Source of what arrives over each pipeline into some nodes, by pipeline; gas on its way back has none.

    The source is the supplier that the route belongs to, else the one behind a transit node, else the neighbour. A
    pipeline counts if its source's gas reaches it without passing through ``inside``.

    Parameters
    ----------
    inside : collection of str
        Codes of the nodes within the border.
    """
    flows = results["flows"]
    lines = flows.loc[flows["period"] == flows["period"].min(), ["pipeline", "route", "from_node", "to_node"]]
    lines = lines.astype(str).drop_duplicates("pipeline")
    owner = {row.route: row.supplier for row in results.labels.routes if row.supplier}
    behind = carriers(flows, results.nodes)
    codes = set(results.nodes["node"].astype(str))
    begins, ends = lines["from_node"].isin(inside), lines["to_node"].isin(inside)
    apart, crossing = lines[~begins & ~ends], lines[~begins & ends]
    outside: dict[str, set[str]] = {}
    for start, end in zip(apart["from_node"], apart["to_node"], strict=True):
        outside.setdefault(start, set()).add(end)
    reached: dict[str, set[str]] = {}
    found = {}
    for pipeline, route, start in zip(crossing["pipeline"], crossing["route"], crossing["from_node"], strict=True):
        source = owner.get(route, behind.get(start, start))
        if source not in codes:
            continue
        if source not in reached:
            reached[source] = _reached(source, outside)
        if start in reached[source]:
            found[str(pipeline)] = str(source)
    return found


def _reached(source: str, onward: Mapping[str, Collection[str]]) -> set[str]:
    """Places to which a way leads, its beginning among them.

    The graph routines of scipy take longer to import, a tenth of a second, than a few dozen arcs to follow.

    >>> sorted(_reached("a", {"a": ["b"], "b": ["a", "c"], "d": ["e"]}))
    ['a', 'b', 'c']
    """
    found, ahead = {source}, [source]
    while ahead:
        new = set(onward.get(ahead.pop(), ())) - found
        found |= new
        ahead += new
    return found
