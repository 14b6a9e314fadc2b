"""Measures on terminals, storages and production: new ones, lost ones, filling targets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, ClassVar, Literal, get_args

import numpy as np
from pydantic import model_validator

from energy_model.data.load import GasData
from energy_model.data.regions import is_group
from energy_model.data.sellers import seller_of
from energy_model.scenario.arrays import append_row
from energy_model.scenario.case import Case
from energy_model.scenario.comparable_figures import PENALTIES, SENDOUT, STOCKS
from energy_model.scenario.lookups import parameter
from energy_model.scenario.measures.base import (
    Asset,
    Countries,
    Label,
    Market,
    Measure,
    NonNegative,
    Positive,
    Share,
    countries_mask,
    country_problems,
    kind,
    members,
    unknown_codes,
    unknown_places,
)
from energy_model.scenario.measures.supply import producers, scale_supplier, suppliers
from energy_model.scenario.records import FillingTarget

Day = date
"""The type, where a key is named ``date``."""


@kind
class NewLng(Measure):
    """A new import terminal or floating unit goes into operation."""

    kind: Literal["new_lng"]
    terminal: Label
    """Name of the new terminal, not one of ``lng_terminals.csv``."""
    country: Market
    """Country whose grid it feeds."""
    sendout_gwh_per_day: Annotated[Positive, SENDOUT]
    """Send-out capacity."""

    relieves: ClassVar[bool] = True
    describes: ClassVar[str] = "new LNG terminal {terminal} in {country}, {sendout_gwh_per_day:g} GWh/d"

    def problems(self, data: GasData) -> list[str]:
        found = country_problems([self.country], data, "country")
        if self.terminal in set(data["lng_terminals"]["terminal"]):
            found.append(f"key 'terminal', value '{self.terminal}': exists already; give the new one another name")
        nodes = [] if found else sorted(members([self.country], data))
        if len(nodes) > 1:
            why = f"is {len(nodes)} nodes; name the one whose grid the terminal feeds: {', '.join(nodes)}"
            found.append(f"key 'country', value '{self.country}': {why}")
        elif not found and self.country not in set(data["lng_shipping"]["node"]):
            found.append(f"key 'country', value '{self.country}': no sea routes to it in lng_shipping.csv; add them")
        return found

    def targets(self, data: GasData) -> frozenset[str]:
        return frozenset({f"terminal {self.terminal}"})

    def apply(self, case: Case, data: GasData) -> Case:
        lng = case.lng
        known = lng.terminal == self.terminal
        if known.any():  # opened again after a pause
            more = np.where(known[:, None], self.sendout_gwh_per_day * self.strength(case), 0.0)
            return case.with_("lng", sendout=lng.sendout + more)
        sendout = self.sendout_gwh_per_day * self.strength(case)
        node = case.node(self.country)
        grown = append_row(lng, "terminals", terminal=self.terminal, terminal_node=node, sendout=sendout)
        return replace(case, lng=grown)


@kind
class AssetLoss(Measure):
    """A terminal, a storage, or a country's production works only in part."""

    kind: Literal["asset_loss"]
    asset: Literal["lng_terminal", "storage", "production"]
    """What is lost; for pipelines use ``route_outage``, for cargoes of an exporter ``supply_change``."""
    id: Asset
    """Terminal or storage id of the data tables; for production the code of a country that produces, or exports by
    pipeline."""
    remaining_share: Share = 0.0
    """Share that still works."""

    idle: ClassVar[str] = "the asset does nothing in that time, or the remaining share is 1"
    describes: ClassVar[str] = "{asset} {id} works at {remaining_share:.0%}"

    @classmethod
    def outage(cls, what: str, code: str) -> dict[str, Any] | None:
        known = get_args(cls.model_fields["asset"].annotation)
        return {"kind": "asset_loss", "asset": what, "id": code} if what in known else None

    def problems(self, data: GasData) -> list[str]:
        sorts = {
            "lng_terminal": set(data["lng_terminals"]["terminal"]),
            "storage": set(data["storage"]["storage"]),
            "production": producers(data) | suppliers(data),
        }
        known, others = sorts[self.asset], [sort for sort, ids in sorts.items() if self.id in ids]
        if others and self.asset not in others:
            return [f"key 'id', value '{self.id}': is no {self.asset}; write asset = '{others[0]}'"]
        if self.asset == "production":
            return unknown_places([self.id], known, data, self.asset, "id")
        return unknown_codes([self.id], known, self.asset, "id")

    def sellers(self, data: GasData) -> frozenset[str]:
        return frozenset({seller_of(data, self.id)} if self.asset == "production" else ())

    def targets(self, data: GasData) -> frozenset[str]:
        return frozenset({f"{self.asset} {self.id}"})

    def share_left(self, data: GasData) -> tuple[str, float] | None:
        return (self.id, self.remaining_share) if self.asset == "production" else None

    def apply(self, case: Case, data: GasData) -> Case:
        left = self.remaining(case, self.remaining_share)
        if self.asset == "lng_terminal":
            hit = (case.lng.terminal == self.id)[:, None]
            return case.with_("lng", sendout=np.where(hit, case.lng.sendout * left, case.lng.sendout))
        if self.asset == "storage":
            hit, stock = (case.storage.id == self.id)[:, None], case.storage
            return case.with_(
                "storage",
                injection=np.where(hit, stock.injection * left, stock.injection),
                withdrawal=np.where(hit, stock.withdrawal * left, stock.withdrawal),
            )
        return scale_supplier(case, self.id, left)


_ONE_COUNTRY = "is of one country; write one measure for each, or give 'fill_share'"


def without_storage(countries: Sequence[str], data: GasData) -> list[str]:
    """Problems for countries that have no storage; a group may have members without, and unknown codes are no such."""
    stores = set(data["storage"]["node"])
    return [
        f"key 'countries', value '{code}': has no storage in storage.csv; leave it out, or add the storage"
        for code in countries
        if not is_group(data, code) and not country_problems([code], data) and not members([code], data) & stores
    ]


def _asks_no_more(target: FillingTarget, standing: FillingTarget | None) -> bool:
    """Whether a target asks for nothing, or for nothing beyond the one that stands."""
    if target.level_gwh == 0.0 or target.penalty_eur_per_mwh == 0.0:
        return True
    return (
        standing is not None
        and target.level_gwh <= standing.level_gwh
        and target.penalty_eur_per_mwh <= standing.penalty_eur_per_mwh
    )


def legal_level(case: Case, store: int, day: Day, fill_share: float, penalty: float) -> FillingTarget:
    """A share of the working gas of a store that has to be there on a day, with the price of a missing MWh."""
    level = fill_share * float(case.storage.working_gas[store])
    return FillingTarget(f"{case.storage.id[store]} {day}", "legal", (store,), day, level, penalty)


def with_levels(case: Case, asked: Sequence[FillingTarget], *, is_known: bool) -> Case:
    """The case in which levels are asked besides those that stand; a weaker one repeals no stricter one of its day."""
    # The level for the end of the horizon stands for the time after it and is nobody's to repeal.
    last = tuple(target for target in case.storage.targets if target.kind == "end_level")
    standing = {(t.storages, t.date): t for t in case.storage.targets if t.kind != "end_level"}
    for target in asked:
        key = (target.storages, target.date)
        if _asks_no_more(target, standing.get(key)):
            continue
        # What stands holds until it is known; where nothing does, an empty target keeps the rows of all stages alike.
        standing[key] = target if is_known else standing.get(key, replace(target, level_gwh=0.0))
    return case.with_("storage", targets=(*standing.values(), *last))


@kind
class StorageTarget(Measure):
    """Storages should hold a share of their working gas volume on a day; missing it has a price.

    It takes the place of a level that stands on that day, unless it asks for less at no higher price: a weaker level
    repeals no stricter one.
    """

    kind: Literal["storage_target"]
    countries: Countries
    """Countries and groups whose storages it binds, each for itself."""
    date: date
    """Day at whose beginning the level is measured."""
    fill_share: Share
    """Share of the working gas volume."""
    penalty_eur_per_mwh: Annotated[NonNegative | None, PENALTIES] = None
    """Price of a missing MWh; default is ``target_penalty_eur_per_mwh`` of ``parameters.csv``."""

    idle: ClassVar[str] = "a stricter level of that day stands already, or the share or the price of a missing MWh is 0"
    describes: ClassVar[str] = "storages of {countries} {fill_share:.0%} full by {date}"

    @model_validator(mode="after")
    def _in_force_on_its_day(self) -> StorageTarget:
        if (self.start or self.date) > self.date or (self.end or self.date) < self.date:
            raise ValueError(f"date {self.date} lies outside start to end; move it, or leave 'start' and 'end' out")
        return self

    @property
    def begins(self) -> Day | None:
        return self.start or self.date

    def problems(self, data: GasData) -> list[str]:
        return country_problems(self.countries, data) + without_storage(self.countries, data)

    def targets(self, data: GasData) -> frozenset[str]:
        return frozenset(f"filling of {code} on {self.date}" for code in self.countries)

    def apply(self, case: Case, data: GasData) -> Case:
        penalty = self.penalty_eur_per_mwh
        if penalty is None:
            penalty = parameter(data, "target_penalty_eur_per_mwh")
        bound = countries_mask(self.countries, case)[case.storage.node]
        asked = [legal_level(case, int(s), self.date, self.fill_share, penalty) for s in np.flatnonzero(bound)]
        return with_levels(case, asked, is_known=self.is_known(case))


@kind
class InitialStorage(Measure):
    """Gas in store when the horizon begins, in place of what was observed.

    A horizon may begin on any day. Where no level was observed in the month before, it has to be given.
    """

    kind: Literal["initial_storage"]
    countries: Countries
    """Countries and groups it is about. One that is named after its group has its own."""
    fill_share: Share | None = None
    """Share of the working gas volume in store, the same in each country."""
    gas_in_storage_gwh: Annotated[NonNegative | None, STOCKS] = None
    """Gas in store of one country, in place of the share."""

    idle: ClassVar[str] = "these levels are the observed ones"
    describes: ClassVar[str] = (
        "storages of {countries} hold [{fill_share:.0%}][{gas_in_storage_gwh:g} GWh] when the horizon begins"
    )

    @property
    def stock_given(self) -> tuple[str, ...]:
        return self.countries

    @model_validator(mode="after")
    def _of_the_first_day(self) -> InitialStorage:
        dated = [key for key in ("start", "end", "announced") if getattr(self, key) is not None]
        dated += ["ramp_days"] if self.ramp_days else []
        if dated:
            raise ValueError(f"is the stock of the first day of the horizon; leave out {', '.join(dated)}")
        if (self.fill_share is None) == (self.gas_in_storage_gwh is None):
            raise ValueError("give either 'fill_share' or 'gas_in_storage_gwh'")
        if self.gas_in_storage_gwh is not None and len(self.countries) != 1:
            raise ValueError(f"'gas_in_storage_gwh' {_ONE_COUNTRY}")
        return self

    def problems(self, data: GasData) -> list[str]:
        found = country_problems(self.countries, data) + without_storage(self.countries, data)
        if found or self.gas_in_storage_gwh is None:
            return found
        if is_group(data, self.countries[0]):
            return [f"key 'gas_in_storage_gwh', value {self.gas_in_storage_gwh:g}: {_ONE_COUNTRY}"]
        stores = data["storage"]
        most = float(stores.loc[stores["node"].isin(members(self.countries, data)), "working_gas_volume_gwh"].sum())
        if self.gas_in_storage_gwh > most:
            found.append(
                f"key 'gas_in_storage_gwh', value {self.gas_in_storage_gwh:g}: {self.countries[0]} can hold "
                f"{most:,.0f} GWh; correct the number or its unit"
            )
        return found

    def targets(self, data: GasData) -> frozenset[str]:
        return frozenset(f"stock of {code} on the first day" for code in self.countries)

    def apply(self, case: Case, data: GasData) -> Case:
        stock = case.storage
        hit = countries_mask(self.countries, case)[stock.node]
        if not self.is_known(case) or not hit.any():
            return case
        share = self.fill_share
        if share is None:
            share = float(self.gas_in_storage_gwh or 0.0) / float(stock.working_gas[hit].sum())
        return case.with_("storage", initial=np.where(hit, share * stock.working_gas, stock.initial))
