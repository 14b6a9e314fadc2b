"""What was observed month by month, summed over a place: the series that a ledger holds a run against.

Every series is read from ``observed/`` as far as the data package has it. A month in which one part of a sum is silent
is no observation of the sum. Two silences are none: an entry or a terminal before its first report was not built, and
one without a report for a year up to the end of the table is closed. A country that reports demand or stock for less
than half as long as others is left out, of what was observed and of what is held against it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from energy_model.data.load import GasData
from energy_model.units import GWH_PER_TWH
from energy_model.validate.replay.compare import monthly_movement
from energy_model.validate.replay.past import whole_months

IMPORTS, LNG, NET_INJECTION = "imports by pipeline", "LNG sent out", "injection less withdrawal"
SERVED, RESPONSE = "demand served", "demand that responds"
ENTRIES, LANDED = "observed_border_entries_monthly", "observed_lng_sendout_monthly"
STORES, USED = "observed_storage_daily", "observed_demand_monthly"
BY_NODE = (NET_INJECTION, SERVED)
"""Quantities that whole countries report, in place of entries and terminals."""
CLOSED_MONTHS = 12
"""An entry or terminal without a report for so long up to the end of its table is closed."""


@dataclass(frozen=True)
class Series:
    """One quantity of a place, month by month.

    Attributes
    ----------
    quantity : str
        One of the quantities of this module.
    source : str
        Supplier of imports; empty for all else.
    nodes : tuple of str
        The nodes that were summed: of imports those at which gas arrives.
    values : Series
        TWh, by the first day of the month, in order.
    source_ids : str
        Keys of ``sources.csv``.
    """

    quantity: str
    source: str
    nodes: tuple[str, ...]
    values: pd.Series
    source_ids: str


@dataclass(frozen=True)
class _Quantity:
    """A quantity by month and what reports it: an entry, a terminal or a node. GWh; no number where it is silent."""

    by_item: pd.DataFrame
    node: pd.Series
    origin: pd.Series
    source_ids: pd.Series

    @classmethod
    def of(cls, table: pd.DataFrame, item: str, energy_gwh: pd.Series) -> _Quantity:
        """From a long table with ``month``, ``node``, the ``item`` and perhaps its ``origin``."""
        plain = table.assign(item=table[item].astype(str), energy=energy_gwh).dropna(subset=["energy"])
        wide = plain.pivot_table(index="month", columns="item", values="energy", aggfunc="sum")
        about = plain.drop_duplicates("item").set_index("item").reindex(wide.columns)
        origin = about["origin"] if "origin" in about else pd.Series("", index=about.index)
        return cls(wide.sort_index(), about["node"].astype(str), origin.astype(str), about["source_id"].astype(str))

    def summed(self, quantity: str, source: str, chosen: pd.Series) -> Series:
        """The sum of some items in the months in which none of them is silent."""
        names = chosen.index[chosen]
        wide = self.by_item[names]
        told = wide.notna()
        if quantity not in BY_NODE:
            unbuilt = told.cumsum() == 0
            closed = (told[::-1].cumsum()[::-1] == 0) & ~told.tail(CLOSED_MONTHS).any()
            told |= unbuilt | closed
        values = wide[told.all(axis=1)].sum(axis=1).div(GWH_PER_TWH)
        sources = ", ".join(sorted(self.source_ids[names].unique()))
        return Series(quantity, source, tuple(sorted(self.node[names].unique())), values, sources)


@dataclass(frozen=True)
class Observed:
    """What the data package has of each quantity, read once for all places."""

    quantities: Mapping[str, _Quantity]

    @classmethod
    def of(cls, data: GasData) -> Observed:
        """From the tables of ``observed/`` that there are."""
        found: dict[str, _Quantity] = {}
        if ENTRIES in data.tables:
            table = whole_months(data[ENTRIES])
            found[IMPORTS] = _Quantity.of(table, "entry", table["energy_gwh"])
        if LANDED in data.tables:
            table = whole_months(data[LANDED])
            found[LNG] = _Quantity.of(table, "terminal", table["energy_gwh"])
        if STORES in data.tables:
            table = data[STORES]
            moved = monthly_movement(table[table["quality_flag"].isna()])
            source = table.drop_duplicates("node").set_index("node")["source_id"].astype(str)
            moved = moved.assign(source_id=moved["node"].astype(str).map(source))
            net = moved["injection_gwh_per_day"] - moved["withdrawal_gwh_per_day"]
            found[NET_INJECTION] = _Quantity.of(moved, "node", net)
        if USED in data.tables:
            table = data[USED]
            table = table[table["note"].isna()]
            found[SERVED] = _Quantity.of(table, "node", table["demand_gwh"])
        return cls(found)

    def series(self, nodes: Collection[str], with_imports: bool) -> Iterator[Series]:
        """Every series that there is for some nodes.

        Parameters
        ----------
        with_imports : bool
            Whether imports by pipeline are among them: they are summed over all entries of a supplier into ``nodes``.
        """
        for quantity, one in self.quantities.items():
            chosen = one.node.isin(nodes)
            if quantity == IMPORTS:
                chosen &= ~one.origin.isin(nodes)
                for origin in sorted(one.origin[chosen].unique()) if with_imports else ():
                    yield one.summed(quantity, origin, chosen & (one.origin == origin))
                continue
            if quantity in BY_NODE:
                length = one.by_item.notna().sum()
                chosen &= length >= length[chosen].max() / 2
            if chosen.any():
                yield one.summed(quantity, "", chosen)
