"""Measures on demand: saving, fuel switch, cold spells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from energy_model.data.load import GasData
from energy_model.scenario.arrays import append_row
from energy_model.scenario.case import SECTORS, Case, Demand
from energy_model.scenario.comparable_figures import PRICES
from energy_model.scenario.measures.base import (
    Countries,
    Measure,
    NonNegative,
    Sectors,
    Share,
    Weather,
    countries_mask,
    country_problems,
    kind,
    unknown_codes,
)
from energy_model.scenario.weather import daily_demand

PriceResponse = Literal["contained", "added"]
SWITCH = "fuel switch"
"""How the names of voluntary steps of a fuel switch begin."""


class DemandMeasure(Measure):
    """Base of measures that act on sectors of countries."""

    countries: Countries | None = None
    """Countries and groups it acts in; default is every market."""
    sectors: Sectors = SECTORS
    """Sectors it acts on."""

    by_default: ClassVar[Mapping[str, str]] = {"countries": "every market"}

    def problems(self, data: GasData) -> list[str]:
        return country_problems(self.countries, data) + unknown_codes(self.sectors, SECTORS, "sector", "sectors")

    def mask(self, case: Case) -> np.ndarray:
        """Where the measure acts, bool, shape (N, J)."""
        return countries_mask(self.countries, case)[:, None] & np.isin(case.demand.sectors, self.sectors)


@kind
class DemandSaving(DemandMeasure):
    """Consumers use less, by policy or by appeal, without being cut off.

    A saving contains what the same consumers would have left at a price: of the saved share and the reduction at the
    going price the larger one counts, not the sum. With ``price_response = "added"`` they save first, and what remains
    answers to price as before.
    """

    kind: Literal["demand_saving"]
    share: Share
    """Share of demand saved."""
    price_response: PriceResponse = "contained"
    """Whether what these sectors reduce at a price is part of the saving, or comes on top of it."""

    idle: ClassVar[str] = "the share is 0, or these sectors burn no gas there in that time"
    relieves: ClassVar[bool] = True
    describes: ClassVar[str] = "{countries} save {share:.0%} of gas in {sectors}"

    def apply(self, case: Case, data: GasData) -> Case:
        left = self.remaining(case, 1.0 - self.share)
        rate, where = case.demand.rate, self.mask(case)
        saved = case.with_("demand", rate=np.where(where[:, :, None], rate * left, rate))
        if self.price_response == "added":
            return saved
        return saved.with_("demand", voluntary_share=_of_what_remains(case.demand, where, 1.0 - left))


def _answers_to_price(demand: Demand) -> np.ndarray:
    """Voluntary steps of the demand curve, as against those of a fuel switch, bool, shape (V,)."""
    return np.array([not str(name).startswith(SWITCH) for name in demand.voluntary_name], dtype=bool)


def _steps_beyond(demand: Demand, where: np.ndarray, gone: np.ndarray) -> np.ndarray:
    """Voluntary shares when the first ``gone`` of the demand curve is taken off, the cheapest steps first.

    Parameters
    ----------
    where : ndarray of bool, shape (N, J)
        Countries and sectors it is taken off in.
    gone : ndarray, shape (N, T)
        Share of demand.
    """
    shares, on_curve = demand.voluntary_share.copy(), _answers_to_price(demand)
    for j in np.flatnonzero(where.any(axis=0)):
        steps = np.flatnonzero(on_curve & (demand.voluntary_sector == j))
        steps = steps[np.argsort(demand.voluntary_cost[steps], kind="stable")]
        each = shares[:, steps]
        rest = np.clip(each.cumsum(axis=1) - gone[:, None, :], 0.0, each)
        shares[:, steps] = np.where(where[:, j, None, None] & (gone > 0.0)[:, None, :], rest, each)
    return shares


def _of_what_remains(demand: Demand, where: np.ndarray, saved: np.ndarray) -> np.ndarray:
    """Voluntary shares of the demand that remains when a share (T,) is saved and contains the demand curve so far."""
    beyond = _steps_beyond(demand, where, np.broadcast_to(saved, (len(where), len(saved))))
    rest = 1.0 - saved
    of_rest = np.divide(beyond, rest, out=np.zeros_like(beyond), where=rest > 0.0)
    hit = where[:, demand.voluntary_sector] & _answers_to_price(demand)
    return np.where(hit[:, :, None], of_rest, demand.voluntary_share)


@kind
class ColdSpell(DemandMeasure):
    """Cold weather raises the demand of heating sectors."""

    kind: Literal["cold_spell"]
    extra_share: Annotated[float, Field(ge=0.0, le=2.0)]
    """Extra demand as a share of the weather's own demand."""
    sectors: Sectors = ("households", "services", "power_heat")
    """Sectors that heat."""

    idle: ClassVar[str] = "the extra share is 0, or these sectors burn no gas there in that time"
    describes: ClassVar[str] = "cold spell in {countries}: {extra_share:.0%} more demand in {sectors}"

    def apply(self, case: Case, data: GasData) -> Case:
        more = 1.0 + self.strength(case) * self.extra_share
        rate = case.demand.rate
        return case.with_("demand", rate=np.where(self.mask(case)[:, :, None], rate * more, rate))


@kind
class WeatherSpell(DemandMeasure):
    """From one day to another it is as cold or as mild as in another weather of the data.

    Demand of these days is that of the other weather, by calendar day; measures before and after it keep their shares.
    Under ``surprise`` nobody knows of it before ``announced``, by default its first day; from then on all of it is
    known.
    """

    kind: Literal["weather_spell"]
    weather: Weather
    """Weather of ``demand_daily.csv``: a year, or one made of several."""

    idle: ClassVar[str] = "it is the weather of the scenario itself, or these sectors burn no gas there in that time"
    describes: ClassVar[str] = "weather {weather} in {countries}, demand of {sectors}"

    @property
    def weather_brought(self) -> str:
        return self.weather

    @model_validator(mode="after")
    def _at_once(self) -> WeatherSpell:
        if self.ramp_days:
            raise ValueError("'ramp_days': a weather comes from one day to the next; leave it out")
        return self

    def problems(self, data: GasData) -> list[str]:
        known = data["demand_daily"]["weather"].unique()
        return super().problems(data) + unknown_codes([self.weather], known, "weather", "weather")

    def apply(self, case: Case, data: GasData) -> Case:
        if not self.is_known(case):
            return case
        line = case.timeline
        own, other = (daily_demand(data, name, line.dates, case.nodes) for name in (case.weather, self.weather))
        usual, changed = line.mean(own), line.mean(np.where(line.active_days(self.start, self.end), other, own))
        factor = np.divide(changed, usual, out=np.ones_like(usual), where=usual > 0.0)
        rate = np.where(usual > 0.0, case.demand.rate * factor, case.demand.rate + changed)
        return case.with_("demand", rate=np.where(self.mask(case)[:, :, None], rate, case.demand.rate))


@kind
class FuelSwitch(DemandMeasure):
    """Users who can burn something else stop burning gas once it costs more than a price.

    The switch contains what the same sectors would have left at a price anyhow: above the price the larger of the two
    counts, not the sum, unless ``price_response`` is ``added``.
    """

    kind: Literal["fuel_switch"]
    share: Share
    """Share of the sectors' demand that can switch."""
    price_eur_per_mwh: Annotated[NonNegative, PRICES]
    """Gas price from which the other fuel is cheaper."""
    price_response: PriceResponse = "contained"
    """Whether what these sectors reduce at a price is part of the switch, or comes on top of it."""
    sectors: Sectors = ("power_heat",)
    """Sectors that can switch."""

    idle: ClassVar[str] = "the share is 0, or that demand has left by then at a lower price"
    relieves: ClassVar[bool] = True
    describes: ClassVar[str] = "{share:.0%} of {sectors} in {countries} can leave gas at {price_eur_per_mwh:g} EUR/MWh"

    def apply(self, case: Case, data: GasData) -> Case:
        if self.share == 0.0:
            return case
        where = self.mask(case)
        share = self.share * self.strength(case)
        for j in np.flatnonzero(where.any(axis=0)):
            demand = case.demand
            of_sector = np.zeros_like(where)
            of_sector[:, j] = where[:, j]
            steps = demand.voluntary_share
            switched = np.broadcast_to(share, (len(where), len(share)))
            if self.price_response == "contained":
                cheaper = (demand.voluntary_sector == j) & (demand.voluntary_cost < self.price_eur_per_mwh)
                gone = steps[:, cheaper & _answers_to_price(demand)].sum(axis=1)
                switched = np.maximum(switched - gone, 0.0)
                dearer = _steps_beyond(demand, of_sector, np.where(switched > 0.0, share, 0.0))
                steps = np.where(cheaper[None, :, None], steps, dearer)
            room = 1.0 - steps[:, demand.voluntary_sector == j].sum(axis=1)
            added = np.where(where[:, j, None], np.clip(switched, 0.0, np.maximum(room, 0.0)), 0.0)
            grown = append_row(
                replace(demand, voluntary_share=steps),
                "voluntary_steps",
                voluntary_name=f"{SWITCH} {demand.sectors[j]}",
                voluntary_sector=j,
                voluntary_share=added,
                voluntary_cost=self.price_eur_per_mwh,
            )
            case = replace(case, demand=grown)
        return case
