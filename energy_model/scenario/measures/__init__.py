"""The kinds of measure: one class each, told apart by ``kind``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Union

from pydantic import Field

from energy_model.scenario.measures.assets import AssetLoss, InitialStorage, NewLng, StorageTarget
from energy_model.scenario.measures.bans import ImportBan, LngBan
from energy_model.scenario.measures.base import Measure
from energy_model.scenario.measures.demand import ColdSpell, DemandSaving, FuelSwitch, WeatherSpell
from energy_model.scenario.measures.duties import PriceCap, Tariff
from energy_model.scenario.measures.retaliation import Retaliation
from energy_model.scenario.measures.routes import RouteCommissioning, RouteOutage
from energy_model.scenario.measures.supply import ExtraSupply, SupplyChange, SupplyCut

KINDS: dict[str, type[Measure]] = {
    "asset_loss": AssetLoss,
    "cold_spell": ColdSpell,
    "demand_saving": DemandSaving,
    "extra_supply": ExtraSupply,
    "fuel_switch": FuelSwitch,
    "import_ban": ImportBan,
    "initial_storage": InitialStorage,
    "lng_ban": LngBan,
    "new_lng": NewLng,
    "price_cap": PriceCap,
    "retaliation": Retaliation,
    "route_commissioning": RouteCommissioning,
    "route_outage": RouteOutage,
    "storage_target": StorageTarget,
    "supply_change": SupplyChange,
    "supply_cut": SupplyCut,
    "tariff": Tariff,
    "weather_spell": WeatherSpell,
}
"""Every kind of measure by the word that names it in a scenario file."""

if TYPE_CHECKING:
    AnyMeasure = Measure
else:
    AnyMeasure = Annotated[Union[tuple(KINDS.values())], Field(discriminator="kind")]  # noqa: UP007 - from the table
"""A measure of any kind, chosen by its ``kind`` key."""
