"""Measures on the part of stores that a seller holds: filled as usual, left empty, emptied, or under a trustee."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import model_validator

from energy_model.data.load import GasData
from energy_model.data.sellers import seller_of
from energy_model.scenario.case import Case
from energy_model.scenario.lookups import usual_shares
from energy_model.scenario.measures.assets import without_storage
from energy_model.scenario.measures.base import (
    Countries,
    Holder,
    Measure,
    country_problems,
    kind,
    members,
    unknown_codes,
)

TABLE = "storage_holders"
"""Who holds which part of a store, and how full it is."""
OF_THE_FIRST_DAY = ("filled", "left_empty", "emptied")
"""States in which the horizon begins; only a trustee comes on a day."""


@kind
class HeldStorage(Measure):
    """What becomes of the part of stores that a seller holds, by the rows of ``storage_holders.csv``.

    ``filled``: the horizon begins as if the holder had filled it as others do, to the mean level of the day in the
    years before. ``left_empty``: what lies in it may be used, and nobody may put more in than that, until ``end``.
    ``emptied``: the holder has taken out what lay in it, and nobody may use it, until ``end``. ``trustee``: from
    ``start`` on it may be filled by anybody, whatever an earlier measure says. Levels asked of a store are asked of
    the part that may be used.
    """

    kind: Literal["held_storage"]
    holder: Holder
    """Seller that holds the stores: a code of ``storage_holders.csv``."""
    state: Literal["filled", "left_empty", "emptied", "trustee"]
    """What becomes of its part."""
    countries: Countries | None = None
    """Countries and groups whose stores are meant; default is all in which it holds any."""

    idle: ClassVar[str] = "the holder's part is so already, or a trustee takes over what nobody leaves empty"
    describes: ClassVar[str] = "stores held by {holder}[ in {countries}]: {state}"

    @model_validator(mode="after")
    def _dates_of_the_state(self) -> HeldStorage:
        keys = ("start", "announced", *(("end",) if self.state == "filled" else ()))
        dated = [key for key in keys if getattr(self, key) is not None] if self.state in OF_THE_FIRST_DAY else []
        dated += ["ramp_days"] if self.ramp_days and self.state in OF_THE_FIRST_DAY else []
        if dated:
            raise ValueError(
                f"state '{self.state}' is how the horizon begins; leave out {', '.join(dated)}, or take 'trustee', "
                "which begins on a day"
            )
        return self

    def problems(self, data: GasData) -> list[str]:
        table = data.tables.get(TABLE)
        if table is None or table.empty:
            why = f"the data package has no table {TABLE}.csv that says what it holds; add it"
            return [f"key 'holder', value '{self.holder}': {why}"]
        found = unknown_codes([self.holder], table["holder"].astype(str), "holder of stores", "holder")
        found += country_problems(self.countries, data) + without_storage(self.countries or (), data)
        if not found and self._rows(data).empty:
            found.append(
                f"key 'countries', value '{', '.join(self.countries or ())}': {self.holder} holds no store there by "
                f"{TABLE}.csv; leave the key out, or name a country in which it does"
            )
        return found

    def sellers(self, data: GasData) -> frozenset[str]:
        return frozenset({seller_of(data, self.holder)})

    def targets(self, data: GasData) -> frozenset[str]:
        what = "trustee of stores" if self.state == "trustee" else "stores"
        return frozenset(f"{what} held by {self.holder} in {store}" for store in self._rows(data)["storage"])

    def apply(self, case: Case, data: GasData) -> Case:
        stock = case.storage
        held, filled = self._held(case, data)
        share = np.divide(held, stock.working_gas, out=np.zeros_like(held), where=stock.working_gas > 0.0)
        if self.state == "trustee":
            free = np.minimum(stock.usable + np.outer(share, self.strength(case)), 1.0)
            return case.with_("storage", usable=free)
        if not self.is_known(case):
            return case
        gas = filled * held
        if self.state == "filled":
            usual = usual_filling(data, case.timeline.start).reindex(case.nodes[stock.node]).to_numpy(float)
            more = held * np.maximum(np.nan_to_num(usual) - filled, 0.0)
            return case.with_("storage", initial=np.minimum(stock.initial + more, stock.working_gas))
        left = share * filled if self.state == "left_empty" else np.zeros_like(share)
        usable = np.maximum(stock.usable - np.outer(share - left, self.strength(case)), 0.0)
        case = case.with_("storage", usable=usable)
        if self.state == "emptied":
            case = case.with_("storage", initial=np.maximum(stock.initial - gas, 0.0))
        return case

    def _rows(self, data: GasData) -> pd.DataFrame:
        """Rows of the holder in the countries that are meant."""
        table = data.tables.get(TABLE)
        if table is None:
            return pd.DataFrame(columns=["storage"])
        table = table[table["holder"].astype(str) == self.holder]
        if self.countries is None:
            return table
        stores = data["storage"]
        inside = stores.loc[stores["node"].isin(members(self.countries, data)), "storage"]
        return table[table["storage"].isin(inside)]

    def _held(self, case: Case, data: GasData) -> tuple[np.ndarray, np.ndarray]:
        """Working gas of each store that is held, GWh, and how full it is, shape (stores,)."""
        rows = self._rows(data)
        gas = rows["working_gas_gwh"].astype(float)
        by_store = pd.DataFrame({"held": gas, "filled": gas * rows["fill_share"].astype(float)})
        by_store = by_store.groupby(rows["storage"].astype(str)).sum().reindex(case.storage.id, fill_value=0.0)
        held = np.minimum(by_store["held"].to_numpy(float), case.storage.working_gas)
        filled = by_store["filled"].to_numpy(float)
        return held, np.divide(filled, held, out=np.zeros_like(held), where=held > 0.0)


def usual_filling(data: GasData, first: date) -> pd.Series:
    """Mean share of the working gas in store on the first of a day's month, of the years before the day, by node."""
    return usual_shares(data, first)[first.month].dropna()
