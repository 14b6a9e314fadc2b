"""A seller's answer to a ban."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import model_validator

from energy_model.data.load import GasData
from energy_model.data.sellers import seller_of, suppliers_of
from energy_model.scenario.case import Case
from energy_model.scenario.comparable_figures import VOLUMES
from energy_model.scenario.measures.base import (
    Countries,
    Country,
    NonNegative,
    Share,
    Supplier,
    group_problems,
    kind,
    unknown_codes,
)
from energy_model.scenario.measures.sellers import OnSeller, asked_by, denied_by, gas_by_pipe, taking_part
from energy_model.scenario.measures.supply import add_lng_step, add_supply_step, exporters
from energy_model.scenario.origin import ThirdCountries
from energy_model.units import DAYS_PER_YEAR

RENAMED = {"to_turkey_gwh_per_year": "redirect_gwh_per_year"}
"""Keys of older files, and what they are called now."""


@kind
class Retaliation(OnSeller):
    """A seller's answer to a ban: less for a set of countries, and more for another market or by ship.

    What it cuts is a share of a country's demand by origin, so that a country cannot make up for it through another
    one, unless ``through_third_countries`` allows it. For gas that the seller denies them, countries owe no
    take-or-pay. What it redirects is limited by what lines to the other market have left, and by the cargoes that can
    be diverted.
    """

    kind: Literal["retaliation"]
    countries: Countries
    """Countries and groups that are cut, those outside a ban among them."""
    exempt: tuple[Country, ...] = ()
    """Countries of the group that are spared."""
    remaining_share: Share = 0.0
    """Most of the seller's pipeline gas that a country gets, as a share of its demand; 1 cuts nobody."""
    through_third_countries: ThirdCountries = "forbidden"
    """Whether other countries may sell on to them what they have bought."""
    redirect_supplier: Supplier | None = None
    """Code of ``suppliers.csv`` under which the seller serves the other market; default is the first that is not the
    seller's own."""
    redirect_gwh_per_year: Annotated[NonNegative, VOLUMES] = 0.0
    """Gas that the seller offers the other market on top, at its price there."""
    to_lng_gwh_per_year: Annotated[NonNegative, VOLUMES] = 0.0
    """Liquefied gas that the seller offers Europe on top; what Europe attracts grows by as much."""

    restricts_trade: ClassVar[bool] = True
    describes: ClassVar[str] = (
        "{supplier} sells {countries}[, except {exempt},] at most {remaining_share:.0%} of demand"
        " and offers {redirect_gwh_per_year:g} GWh a year more elsewhere[ as {redirect_supplier}],"
        " {to_lng_gwh_per_year:g} as LNG"
    )

    @model_validator(mode="before")
    @classmethod
    def _renamed(cls, raw: Any) -> Any:
        if not isinstance(raw, Mapping):
            return raw
        twice = [old for old, new in RENAMED.items() if raw.get(old) is not None and raw.get(new) is not None]
        if twice:
            raise ValueError(f"'{twice[0]}' is the older name of '{RENAMED[twice[0]]}'; give one of them")
        return {RENAMED.get(key, key): value for key, value in raw.items() if not (key in RENAMED and value is None)}

    def problems(self, data: GasData) -> list[str]:
        found = group_problems(self.countries, self.exempt, data)
        wrong_seller = self.seller_problems(data, by_origin=True)
        return found + (wrong_seller or [*self._desk_problems(data), *self._volume_problems(data)])

    def _desk_problems(self, data: GasData) -> list[str]:
        desks, seller = self._desks(data), self.of(data)
        if self.redirect_supplier is not None:
            return unknown_codes([self.redirect_supplier], desks, f"other code of {seller}", "redirect_supplier")
        if self.redirect_gwh_per_year > 0.0 and not desks:
            where = f"key 'redirect_gwh_per_year', value {self.redirect_gwh_per_year:g}"
            return [f"{where}: {seller} serves no other market under a code of its own; leave it out"]
        return []

    def _volume_problems(self, data: GasData) -> list[str]:
        limits = {
            "redirect_gwh_per_year": redirect_room_gwh_per_year(data, self._desk(data)),
            "to_lng_gwh_per_year": divertible_lng_gwh_per_year(data, self.of(data)),
        }
        return [
            f"key '{key}', value {getattr(self, key):g}: the data allow at most {most:.0f}"
            for key, most in limits.items()
            if getattr(self, key) > most
        ]

    def _desks(self, data: GasData) -> tuple[str, ...]:
        """Codes under which the seller serves other markets."""
        return suppliers_of(data, seller_of(data, self.of(data)))[1:]

    def _desk(self, data: GasData) -> str | None:
        return self.redirect_supplier or next(iter(self._desks(data)), None)

    def apply(self, case: Case, data: GasData) -> Case:
        seller = self.of(data)
        group, resale = taking_part(case, self.countries, self.exempt), self.through_third_countries == "allowed"
        case = asked_by(self, case, gas_by_pipe(data, seller), group, resale=resale, ban=1.0 - self.remaining_share)
        strength = self.strength(case)
        if self.remaining_share < 1.0:
            case = denied_by(self, case, data, seller, group, self.remaining_share)
        shippers = [code for code in suppliers_of(data, seller) if code in exporters(data)]
        ways = (
            (add_supply_step, self._desk(data), self.redirect_gwh_per_year),
            (add_lng_step, next(iter(shippers), None), self.to_lng_gwh_per_year),
        )
        for add, supplier, volume in ways:
            row = {"step": "redirected", "supplier": supplier, "volume": volume, "premium": 0.0}
            case = add(case, data, row, strength) if volume > 0.0 and supplier is not None else case
        return case


def redirect_room_gwh_per_year(data: GasData, supplier: str | None) -> float:
    """Capacity of the lines that start at a supplier's node less what is sold there, GWh a year; none without one."""
    lines, steps = data["pipelines"], data["supply_steps"]
    most = float(lines.loc[lines["from_node"] == supplier, "capacity_gwh_per_day"].sum()) * DAYS_PER_YEAR
    sold = steps.loc[(steps["supplier"] == supplier) & (steps["availability"] == "base"), "volume_gwh_per_year"].sum()
    return max(most - float(sold), 0.0)


def divertible_lng_gwh_per_year(data: GasData, seller: str) -> float:
    """Cargoes of a seller that go elsewhere and could come to Europe, high view, GWh a year."""
    steps = data["lng_supply_steps"]
    mine = (steps["exporter"].isin(suppliers_of(data, seller))) & (steps["availability"] == "divertible")
    return float(steps.loc[mine, "high_gwh_per_year"].sum())
