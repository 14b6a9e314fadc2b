"""What was observed, as a replay of one era needs it: wide, by month, in the model's units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from energy_model.data.load import GasData
from energy_model.scenario.lookups import hub_prices
from energy_model.validate.replay.era import Era
from energy_model.validate.replay.history import History

LEAST_REPORTED_SHARE = 0.5
"""A month with fewer of its gas days reported is no observation."""

FOUND = ("known_flows", "known_lng")
"""Tables of months that were over on the day of the vintage: what was seen there is what a replay is judged by."""
SEEN = ("measured", "derived")


def whole_months(table: pd.DataFrame) -> pd.DataFrame:
    """Monthly energies at the mean of the days that were reported; months with too few of them are left out."""
    length = table["month"].dt.days_in_month
    known = table["days_reported"] >= LEAST_REPORTED_SHARE * length
    scaled = table["energy_gwh"] * length / table["days_reported"].where(known)
    return table.assign(energy_gwh=scaled)[known]


@dataclass(frozen=True)
class Past:
    """The data package with its observations, seen from one era.

    Attributes
    ----------
    months_known : int
        Months, from the first of a case on, of which what happened is known to whoever plans; later ones are expected.
    """

    data: GasData
    era: Era
    history: History
    months_known: int = 1

    @cached_property
    def vintage(self) -> GasData:
        """The world as known at the end of the era: hindsight is allowed for what is given, not for what is judged."""
        seen = self.data.at(self.era.vintage)
        kept = {name: seen[name].loc[lambda rows: ~rows["basis"].isin(SEEN)] for name in FOUND if name in seen.tables}
        return seen.varied(kept) if kept else seen

    @cached_property
    def _entries(self) -> pd.DataFrame:
        table = self.data["observed_border_entries_monthly"]
        wide = table.pivot_table(
            index=["origin", "entry"], columns="month", values="energy_gwh", aggfunc="sum", observed=True
        )
        return wide / np.array([month.days_in_month for month in wide.columns], dtype=float)

    def entry_flows(self, origin: str, months: Sequence[pd.Timestamp] | None = None) -> pd.DataFrame:
        """Mean flow by entry (rows) and month (columns, by default all on record), GWh/d.

        A month without report is not a number.

        Given flows count what was reported: a gas day without a figure is a day without flow, or more gas would be
        forced into the smallest markets than they can take.
        """
        flows = self._entries.loc[origin]
        return flows if months is None else flows.reindex(columns=pd.DatetimeIndex(months))

    @cached_property
    def _demand(self) -> pd.DataFrame:
        table = self.data["observed_demand_monthly"]
        return table.pivot_table(index="node", columns="month", values="demand_gwh", aggfunc="sum", observed=True)

    def demand(self, nodes: np.ndarray, months: Sequence[pd.Timestamp]) -> np.ndarray:
        """Demand by node and month, GWh, shape (N, months); not a number where nothing is reported.

        ``nodes`` holds codes, shape (N,).
        """
        return np.asarray(self._demand.reindex(index=nodes, columns=pd.DatetimeIndex(months)).to_numpy(float))

    @cached_property
    def _production(self) -> pd.DataFrame:
        table = self.data.tables.get("observed_production_monthly")
        if table is None:
            return pd.DataFrame()
        return table.pivot_table(index="node", columns="month", values="energy_gwh", aggfunc="sum", observed=True)

    def production(self, nodes: np.ndarray, months: Sequence[pd.Timestamp]) -> np.ndarray:
        """Natural gas made by node and month, GWh, shape (N, months); not a number where nothing is reported.

        A package need not have the table: then nothing is.
        """
        wide = self._production.reindex(index=nodes, columns=pd.DatetimeIndex(months))
        return np.asarray(wide.to_numpy(float, copy=True))

    @cached_property
    def _hub(self) -> pd.Series:
        return hub_prices(self.data)

    def hub_price(self, months: Sequence[pd.Timestamp]) -> np.ndarray:
        """Price at the hub, EUR/MWh, shape (months,); not a number where it is not published."""
        return np.asarray(self._hub.reindex(pd.DatetimeIndex(months)).to_numpy(float, copy=True))

    @cached_property
    def usual_filling(self) -> pd.DataFrame:
        """Mean gas in store at the start of each calendar month (columns 1..12) of the years before, GWh, by node."""
        seen = self.data["storage_filling"]
        seen = seen[(seen["date"] < pd.Timestamp(self.era.start)) & (seen["basis"] == "measured")]
        seen = seen.assign(number=seen["date"].dt.month)
        return seen.pivot_table(index="node", columns="number", values="gas_in_storage_gwh", observed=True)
