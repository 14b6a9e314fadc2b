"""Measures on demand: saving, fuel switch, cold spells."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from energy_model.data.load import GasData
from energy_model.scenario.case import SECTORS, Case
from energy_model.scenario.measures.base import (
    Measure,
    NonNegative,
    Share,
    countries_mask,
    country_problems,
    unknown_codes,
)


class DemandMeasure(Measure):
    """Base of measures that act on sectors of countries."""

    countries: tuple[str, ...] = ("EUROPE",)
    """Countries it acts in; ``EU27`` and ``EUROPE`` are groups."""
    sectors: tuple[str, ...] = SECTORS
    """Sectors it acts on."""

    def problems(self, data: GasData) -> list[str]:
        return country_problems(self.countries, data) + unknown_codes(self.sectors, SECTORS, "sector", "sectors")

    def mask(self, case: Case) -> np.ndarray:
        """Where the measure acts, bool, shape (N, J)."""
        return countries_mask(self.countries, case)[:, None] & np.isin(case.demand.sectors, self.sectors)


class DemandSaving(DemandMeasure):
    """Consumers use less, by policy or by appeal, without being cut off."""

    kind: Literal["demand_saving"]
    share: Share
    """Share of demand saved."""

    idle: ClassVar[str] = "the share is 0, or these sectors burn no gas there in that time"
    describes: ClassVar[str] = "{countries} save {share:.0%} of gas in {sectors}"

    def apply(self, case: Case, data: GasData) -> Case:
        left = self.remaining(case, 1.0 - self.share)
        rate = case.demand.rate
        return case.with_("demand", rate=np.where(self.mask(case)[:, :, None], rate * left, rate))


class ColdSpell(DemandMeasure):
    """Cold weather raises the demand of heating sectors."""

    kind: Literal["cold_spell"]
    extra_share: Annotated[float, Field(ge=0.0, le=2.0)]
    """Extra demand as a share of the weather's own demand."""
    sectors: tuple[str, ...] = ("households", "services", "power_heat")
    """Sectors that heat."""

    idle: ClassVar[str] = "the extra share is 0, or these sectors burn no gas there in that time"
    describes: ClassVar[str] = "cold spell in {countries}: {extra_share:.0%} more demand in {sectors}"

    def apply(self, case: Case, data: GasData) -> Case:
        more = 1.0 + self.strength(case) * self.extra_share
        rate = case.demand.rate
        return case.with_("demand", rate=np.where(self.mask(case)[:, :, None], rate * more, rate))


class FuelSwitch(DemandMeasure):
    """Users who can burn something else stop burning gas once it costs more than a price."""

    kind: Literal["fuel_switch"]
    share: Share
    """Share of the sectors' demand that can switch."""
    price_eur_per_mwh: NonNegative
    """Gas price from which the other fuel is cheaper."""
    sectors: tuple[str, ...] = ("power_heat",)
    """Sectors that can switch."""

    idle: ClassVar[str] = "the share is 0, or that demand has left by then at a lower price"
    describes: ClassVar[str] = "{share:.0%} of {sectors} in {countries} can leave gas at {price_eur_per_mwh:g} EUR/MWh"

    def apply(self, case: Case, data: GasData) -> Case:
        if self.share == 0.0:
            return case
        demand = case.demand
        where = self.mask(case)
        share = self.share * self.strength(case)
        for j in np.flatnonzero(where.any(axis=0)):
            taken = demand.voluntary_share[:, demand.voluntary_sector == j].sum(axis=1)
            added = np.where(where[:, j, None], np.minimum(share, 1.0 - taken), 0.0)
            case = case.with_(
                "demand",
                voluntary_name=np.append(demand.voluntary_name, f"fuel switch {demand.sectors[j]}"),
                voluntary_sector=np.append(demand.voluntary_sector, j),
                voluntary_share=np.concatenate([demand.voluntary_share, added[:, None, :]], axis=1),
                voluntary_cost=np.append(demand.voluntary_cost, self.price_eur_per_mwh),
            )
            demand = case.demand
        return case
