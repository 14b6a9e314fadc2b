"""Measures on suppliers: cuts and extra volumes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from energy_model.data.load import GasData
from energy_model.data.sellers import seller_of
from energy_model.scenario.case import Case, Lng
from energy_model.scenario.comparable_figures import PRICES, VOLUMES
from energy_model.scenario.lng_table import released_share
from energy_model.scenario.lookups import tie_break
from energy_model.scenario.measures.base import (
    Assurance,
    Measure,
    NonNegative,
    Seller,
    Share,
    Step,
    Supplier,
    kind,
    unknown_codes,
    unknown_places,
)
from energy_model.scenario.volumes import appended, scaled
from energy_model.units import DAYS_PER_YEAR

Channel = Literal["pipeline", "lng", "production"]


def suppliers(data: GasData) -> set[str]:
    """Codes of suppliers by pipeline."""
    return set(data["supply_steps"]["supplier"])


def exporters(data: GasData) -> set[str]:
    """Codes of LNG exporters."""
    return set(data["lng_supply_steps"]["exporter"])


def producers(data: GasData) -> set[str]:
    """Codes of markets with production of their own."""
    return set(data["production"]["node"])


def by_channel(data: GasData) -> dict[str, set[str]]:
    """Codes of those who offer gas, by how it comes."""
    return {"pipeline": suppliers(data), "lng": exporters(data), "production": producers(data)}


OTHERWISE = {
    "pipeline": "",
    "lng": "what its ships carry is cut by kind = 'lng_outage', changed by kind = 'supply_change' with channel = 'lng'",
    "production": "its own production is changed by kind = 'supply_change' with channel = 'production'",
}
"""What to write for gas that comes in another way than a measure is about."""


def not_by_pipe(code: str, data: GasData) -> list[str]:
    """Problems with a supplier that offers no gas by pipeline, with what to write for the gas that it does offer."""
    if code in suppliers(data):
        return []
    ways = [way for way, codes in by_channel(data).items() if code in codes]
    if not ways:
        return unknown_places([code], suppliers(data), data, "supplier", "supplier")
    otherwise = "; ".join(OTHERWISE[way] for way in ways)
    return [f"key 'supplier', value '{code}': offers no gas by pipeline; {otherwise}"]


@kind
class SupplyCut(Measure):
    """A supplier delivers by pipeline only a share of what it would."""

    kind: Literal["supply_cut"]
    supplier: Supplier
    """Supplier that cuts: a code of ``suppliers.csv``. What its seller sells under other codes is not cut."""
    remaining_share: Share
    """Share still delivered: 0 is a full stop, 1 changes nothing."""

    idle: ClassVar[str] = "the supplier offers nothing in that time, or the remaining share is 1"
    cut_key: ClassVar[str] = "remaining_share"
    describes: ClassVar[str] = "{supplier} delivers {remaining_share:.0%} of its pipeline gas"

    @classmethod
    def outage(cls, what: str, code: str) -> dict[str, Any] | None:
        return {"kind": "supply_cut", "supplier": code} if what == "supplier" else None

    def problems(self, data: GasData) -> list[str]:
        return not_by_pipe(self.supplier, data)

    def targets(self, data: GasData) -> frozenset[str]:
        return frozenset({f"supplier {self.supplier}"})

    def share_left(self, data: GasData) -> tuple[str, float]:
        return self.supplier, self.remaining_share

    def apply(self, case: Case, data: GasData) -> Case:
        left = self.remaining(case, self.remaining_share)
        return scale_supplier(case, self.supplier, left)


@kind
class SupplyChange(Measure):
    """A supplier offers more or less than it would, by a share of what it would: rates and volumes alike.

    What flows may change less: a line may be full, and gas that nobody wants at its price stays where it is. More LNG
    raises what Europe can attract by as much; less LNG leaves that limit as it is, so that others may fill it.
    """

    kind: Literal["supply_change"]
    supplier: Seller
    """Pipeline supplier, LNG exporter, or country with own production."""
    channel: Channel = "pipeline"
    """Which of the supplier's gas."""
    change_share: Annotated[float, Field(ge=-1.0, le=1.0)]
    """Change as a share: 0.05 is 5 % more, -0.05 is 5 % less, -1 is a full stop. For more than twice as much take
    ``extra_supply``."""

    idle: ClassVar[str] = "the supplier offers nothing so in that time, or the change is 0"
    describes: ClassVar[str] = "{supplier} offers {change_share:+.0%} by {channel}"

    def problems(self, data: GasData) -> list[str]:
        sellers = by_channel(data)
        others = [way for way, codes in sellers.items() if self.supplier in codes]
        if others and self.channel not in others:
            meant = " or ".join(f"'{way}'" for way in others)
            told = f"offers no gas by {self.channel}; write channel = {meant}"
            return [f"key 'supplier', value '{self.supplier}': {told}"]
        known = sellers[self.channel]
        return unknown_places([self.supplier], known, data, f"supplier by {self.channel}", "supplier")

    def targets(self, data: GasData) -> frozenset[str]:
        return frozenset({f"change of {self.supplier} by {self.channel}"})

    @property
    def brings_gas(self) -> bool:  # type: ignore[override]
        return self.change_share > 0.0

    def share_left(self, data: GasData) -> tuple[str, float] | None:
        return None if self.channel == "lng" else (self.supplier, 1.0 + self.change_share)

    def apply(self, case: Case, data: GasData) -> Case:
        multiplier = 1.0 + self.strength(case) * self.change_share
        if self.channel == "lng":
            return scale_exporter(case, self.supplier, multiplier)
        return scale_supplier(case, self.supplier, multiplier)


@kind
class ExtraSupply(Measure):
    """A supplier sends more than it does today: an assurance, a step it holds back, or a volume of one's own.

    With ``lng_world`` an assurance of LNG is what ``lng_world.csv`` says by ``released_share``: cargoes that other
    buyers release, who then want as much less, or further production. A volume of one's own is further production. Of
    both Europe gets what its price draws: the others take a part.
    """

    kind: Literal["extra_supply"]
    assurance: Assurance | None = None
    """Row of ``assurances.csv`` to call, or ``all``: every row of the vintage, of two for the same gas only one."""
    case: Literal["low", "central", "high"] = "central"
    """Which of the row's three volumes."""
    step: Step | None = None
    """Step of ``supply_steps.csv`` that is withheld or for emergencies: its code there."""
    supplier: Seller | None = None
    """Without an assurance: pipeline supplier, market with own production, or LNG exporter."""
    channel: Channel | None = None
    """Without an assurance: how the gas comes."""
    volume_gwh_per_year: Annotated[NonNegative | None, VOLUMES] = None
    """Without an assurance: extra volume per year."""
    premium_eur_per_mwh: Annotated[NonNegative, PRICES] = 0.0
    """Without an assurance: price above the supplier's cheapest cargo, or above its dearest step by pipeline."""

    brings_gas: ClassVar[bool] = True
    relieves: ClassVar[bool] = True
    describes: ClassVar[str] = (
        "extra supply[, assurance: {assurance}][, step {step}][ from {supplier}, {volume_gwh_per_year:g} GWh a year]"
        "[ ({case})]"
    )

    idle: ClassVar[str] = "the volume is 0, or the gas is there only after the end"

    @property
    def begins_by_data(self) -> bool:
        return self.assurance is not None or self.step is not None

    @model_validator(mode="after")
    def _one_way(self) -> ExtraSupply:
        own = (self.supplier, self.channel, self.volume_gwh_per_year)
        ways = (self.assurance is not None) + (self.step is not None) + any(part is not None for part in own)
        if ways != 1 or (any(part is not None for part in own) and None in own):
            raise ValueError("give 'assurance', or 'step', or all of 'supplier', 'channel' and 'volume_gwh_per_year'")
        return self

    def problems(self, data: GasData) -> list[str]:
        if self.assurance is not None:
            known = [*data["assurances"]["assurance"], "all"]
            return unknown_codes([self.assurance], known, "assurance known on this day", "assurance")
        if self.step is not None:
            table = data["supply_steps"]
            return unknown_codes([self.step], table.loc[table["availability"] != "base", "step"], "step", "step")
        sellers = by_channel(data)[str(self.channel)]
        return unknown_places([str(self.supplier)], sellers, data, "supplier", "supplier")

    def apply(self, case: Case, data: GasData) -> Case:
        for row in self._rows(data):
            strength = self._strength_from(case, row["available_from"])
            add = add_lng_step if row["channel"] == "lng" else add_supply_step
            case = add(case, data, row, strength)
        return case

    def _strength_from(self, case: Case, available_from: date | None) -> np.ndarray:
        """Strength in each period when the gas itself is there from a day of its own, shape (T,)."""
        if not self.is_known(case):
            return np.zeros(len(case.timeline))
        begins = [day for day in (self.start, available_from) if day is not None]
        return case.timeline.ramp(max(begins, default=None), self.end, self.ramp_days)

    def _rows(self, data: GasData) -> list[dict[str, Any]]:
        if self.step is not None:
            table = data["supply_steps"].set_index("step").loc[[self.step]].reset_index()
            return [
                _row(r, r["step"], "pipeline", r[self._column], max(r["cost_eur_per_mwh"] - _dearest(data, r), 0.0))
                for r in table.to_dict("records")
            ]
        if self.assurance is None:
            own = {"supplier": self.supplier, "available_from": None}
            name = f"extra_{self.supplier}_{self.channel}".lower()
            return [
                _row(own, name, str(self.channel), float(self.volume_gwh_per_year or 0.0), self.premium_eur_per_mwh)
            ]
        table = data["assurances"]
        if self.assurance != "all":
            table = table[table["assurance"] == self.assurance]
        else:
            table = table[~table["alternative_to"].isin(table["assurance"])]
        rows = (
            _row(r, r["assurance"], r["channel"], r[self._column], r["premium_eur_per_mwh"])
            | {"released": released_share(data, str(r["assurance"]))}
            for r in table.to_dict("records")
        )
        return [row for row in rows if row["volume"] > 0.0]

    def sellers(self, data: GasData) -> frozenset[str]:
        return frozenset(seller_of(data, str(row["supplier"])) for row in self._rows(data))

    def targets(self, data: GasData) -> frozenset[str]:
        if self.step is not None:
            return frozenset({f"extra gas {self.step}"})
        return frozenset(f"extra gas {row['step']}" for row in self._rows(data)) if self.assurance else frozenset()

    @property
    def _column(self) -> str:
        names = {"low": "low_gwh_per_year", "central": "volume_gwh_per_year", "high": "high_gwh_per_year"}
        if self.step is not None:
            names |= {"low": "low_volume_gwh_per_year", "high": "high_volume_gwh_per_year"}
        return names[self.case]


def _row(row: Mapping[str, Any], name: str, channel: str, volume: float, premium: float) -> dict[str, Any]:
    day = row["available_from"]
    opened = None if pd.isna(day) else pd.Timestamp(day).date()
    return {
        "step": name,
        "supplier": row["supplier"],
        "channel": channel,
        "volume": float(volume),
        "premium": float(premium),
        "available_from": opened,
    }


def _dearest(data: GasData, row: Mapping[str, Any]) -> float:
    """Highest cost among the supplier's steps that flow anyway; a released step's premium is counted from it."""
    steps = data["supply_steps"]
    mine = steps[(steps["supplier"] == row["supplier"]) & (steps["availability"] == "base")]
    return float(mine["cost_eur_per_mwh"].max()) if len(mine) else 0.0


def scale_supplier(case: Case, supplier: str, multiplier: np.ndarray) -> Case:
    """The case with a supplier's daily rates multiplied per period, and its volumes with them.

    What is owed under take-or-pay follows when all measures are in force
    (:func:`~energy_model.scenario.take_or_pay.with_floors`).

    ``multiplier`` has the shape (T,).
    """
    hit = case.supply.supplier == supplier
    return case.with_("supply", **scaled(case.supply, hit, multiplier, case.timeline))


def scale_exporter(case: Case, exporter: str, multiplier: np.ndarray) -> Case:
    """The case with an LNG exporter's rates and volumes multiplied; what Europe can attract grows by what is added.

    A step's rates let it send its volume at uneven times; what is added is a share of the volume, not of the rates.

    ``multiplier`` has the shape (T,).
    """
    lng, line = case.lng, case.timeline
    changed = scaled(lng, lng.exporter == exporter, multiplier, line)
    most = lng.rate @ line.days
    of_volume = np.minimum(np.divide(lng.volume, most, out=np.ones_like(most), where=most > 0.0), 1.0)
    added = of_volume @ np.maximum(changed["rate"] - lng.rate, 0.0)
    return case.with_("lng", europe_limit=lng.europe_limit + line.month_days @ added, **changed)


def _unused(name: str, taken: np.ndarray) -> str:
    """``name``, numbered if the supplier has a step of that name already: the same gas called twice, at other times."""
    count = sum(str(step) == name or str(step).startswith(f"{name} ") for step in taken)
    return f"{name} {count + 1}" if count else name


def add_supply_step(case: Case, data: GasData, row: Mapping[str, Any], strength: np.ndarray) -> Case:
    """One more step of pipeline supply or indigenous production at the supplier's node; none without a volume.

    Parameters
    ----------
    row : mapping
        ``supplier``, ``step``, ``volume`` in GWh a year and ``premium`` over the supplier's dearest step in EUR/MWh.
    strength : ndarray, shape (T,)
        Share of the daily volume that is there in each period.
    """
    if row["volume"] == 0.0:
        return case
    supply = case.supply
    own = np.flatnonzero(supply.supplier == row["supplier"])
    node = supply.node[own[-1]] if own.size else case.node(row["supplier"])
    dearest = supply.cost[own].max(axis=0) if own.size else np.zeros(len(case.timeline))
    step = _unused(row["step"], supply.step[own])
    cost = dearest + row["premium"]
    apart = tie_break([row["supplier"] + step], case.timeline, data)[0]
    daily = row["volume"] / DAYS_PER_YEAR
    volume = daily * float(strength @ case.timeline.days)
    said = {"supplier": row["supplier"], "step": step, "node": node, "volume": volume, "cost": cost, "tie_break": apart}
    return replace(case, supply=appended(supply, "supply_steps", daily * strength, **said))


def released(case: Case, rate: np.ndarray) -> Case:
    """The case in which buyers of LNG elsewhere want less at any price, each by its share of demand.

    ``rate`` is by how much in all, GWh/d, shape (T,).
    """
    world = case.lng_world
    assert world is not None, "without a world market nobody releases cargoes"
    wanted = world.width[:, -1]
    less = np.minimum(case.timeline.part_days @ rate, wanted.sum(axis=0))
    share = np.divide(wanted, wanted.sum(axis=0), out=np.zeros_like(wanted), where=wanted.sum(axis=0) > 0.0)
    width = world.width.copy()
    width[:, -1] -= share * less
    return case.with_("lng_world", width=width)


def add_lng_step(case: Case, data: GasData, row: Mapping[str, Any], strength: np.ndarray) -> Case:
    """One more step of an LNG exporter; what Europe can attract grows by as much. None without a volume.

    In a world market it is further production, of which buyers elsewhere get their part, but for the share that they
    release.

    Parameters
    ----------
    row : mapping
        As for :func:`add_supply_step`, the premium over the exporter's cheapest step; ``released``, the share that
        buyers elsewhere leave to Europe, if there is any.
    strength : ndarray, shape (T,)
        Share of the daily volume that is there in each period.
    """
    if row["volume"] == 0.0:
        return case
    lng: Lng = case.lng
    own = np.flatnonzero(lng.exporter == row["supplier"])
    step = _unused(row["step"], lng.step[own])
    cost = lng.cost[own].min(axis=0) + row["premium"]
    apart = tie_break([row["supplier"] + step], case.timeline, data)[0]
    daily = row["volume"] / DAYS_PER_YEAR
    volume = daily * float(strength @ case.timeline.days)
    if case.lng_world is not None and row.get("released", 0.0) > 0.0:
        case = released(case, row["released"] * daily * strength)
        daily, volume = (1.0 - row["released"]) * daily, (1.0 - row["released"]) * volume
        if volume == 0.0:
            return case
    said = {"exporter": row["supplier"], "step": step, "volume": volume, "cost": cost, "tie_break": apart}
    limit = lng.europe_limit + case.timeline.month_days @ (daily * strength)
    return replace(case, lng=replace(appended(lng, "lng_steps", daily * strength, **said), europe_limit=limit))
