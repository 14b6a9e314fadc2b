"""What measures on a seller's gas share: whose gas it is, who takes part, at the border or by origin."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from energy_model.data.load import GasData
from energy_model.data.sellers import seller_name, seller_of, suppliers_of
from energy_model.scenario.case import Case
from energy_model.scenario.measures.base import (
    Country,
    Measure,
    Supplier,
    countries_mask,
    group_problems,
    unknown_codes,
)
from energy_model.scenario.measures.supply import suppliers
from energy_model.scenario.origin import Asked, By, Gas, ThirdCountries, with_origin
from energy_model.scenario.records import Denial

FOCUS = "the focus supplier"
"""Stands in a headline for a seller that is not named."""


def gas_by_pipe(data: GasData, supplier: str) -> Gas:
    """All gas that a seller sells by pipeline, under whatever code."""
    seller = seller_of(data, supplier)
    return Gas(f"{seller_name(data, seller)}, pipeline", suppliers=suppliers_of(data, seller))


def gas_by_ship(data: GasData, supplier: str) -> Gas:
    """All gas that a seller sells as LNG, under whatever code."""
    seller = seller_of(data, supplier)
    return Gas(f"{seller_name(data, seller)}, LNG", exporters=suppliers_of(data, seller))


def sells_by_pipe(data: GasData, seller: str) -> bool:
    """Whether a seller offers gas by pipeline or from production of its own."""
    return bool({*suppliers(data), *data["production"]["node"]} & set(suppliers_of(data, seller)))


def taking_part(case: Case, countries: Sequence[str] | None, exempt: Sequence[str]) -> np.ndarray:
    """Markets that take part, bool, shape (N,)."""
    return np.asarray(countries_mask(countries, case) & ~countries_mask(exempt, case) & case.is_market)


def asked_by(
    measure: Measure,
    case: Case,
    gas: Gas,
    group: np.ndarray,
    *,
    resale: bool,
    ban: float = 0.0,
    duty: float = 0.0,
    transit: bool = True,
) -> Case:
    """The case in which a measure asks something of a seller's gas while it is in force.

    Parameters
    ----------
    group : ndarray of bool, shape (N,)
        Countries that take part.
    resale : bool
        Whether gas that another country has bought may go on as its own.
    ban : float
        At full strength, 1 is a full ban.
    duty : float
        At full strength, EUR/MWh.
    transit : bool
        Whether gas may pass under its name through a country of the group.
    """
    strength = np.outer(group, measure.strength(case))
    return with_origin(case, gas, Asked(ban=strength * ban, duty=strength * duty, resale=resale, transit=transit))


def denied_by(
    measure: Measure, case: Case, data: GasData, seller: str, group: np.ndarray, remaining_share: float
) -> Case:
    """The case in which the seller itself leaves a group no more than a share of its demand: no take-or-pay beyond it.

    Parameters
    ----------
    group : ndarray of bool, shape (N,)
        Countries that are denied gas.
    """
    suppliers = suppliers_of(data, seller_of(data, seller))
    denied = Denial(suppliers, np.outer(group, measure.strength(case)), remaining_share)
    return case.with_("contracts", denials=(*case.contracts.denials, denied))


class OnSeller(Measure):
    """Base of measures on one seller's gas."""

    supplier: Supplier | None = None
    """Seller whose gas is meant, a code of ``suppliers.csv``; default is the focus of the data package."""

    def of(self, data: GasData) -> str:
        """Code of the seller, or of one of its desks."""
        return self.supplier if self.supplier is not None else data.storyline.focus.supplier

    def sellers(self, data: GasData) -> frozenset[str]:
        return frozenset({seller_of(data, self.of(data))})

    def seller_problems(self, data: GasData, *, by_origin: bool) -> list[str]:
        """A code no table knows; a desk where gas can only be told apart by seller; gas that does not come by pipe."""
        code, table = self.of(data), data["suppliers"]
        found = unknown_codes([code], {*table["supplier"], *table["seller"]}, "supplier", "supplier")
        if found:
            return found
        seller = seller_of(data, code)
        where = f"key 'supplier', value '{code}'"
        if by_origin and seller != code:
            found.append(f"{where}: sells for {seller}, and gas is followed by its seller; write '{seller}'")
        elif not sells_by_pipe(data, seller):
            found.append(f"{where}: sells no gas by pipeline; use lng_ban for its cargoes")
        elif not by_origin and not self.routes(data):
            found.append(f"{where}: routes.csv has no route of its gas; use by = 'origin'")
        return found

    def routes(self, data: GasData) -> tuple[str, ...]:
        """Routes that were built for the seller's gas; those of one desk, if a desk is named."""
        code, table = self.of(data), data["routes"]
        codes = suppliers_of(data, code) if code == seller_of(data, code) else (code,)
        return tuple(table.loc[table["supplier"].isin(codes), "route"])

    @property
    def headline(self) -> str:
        spoken = self if self.supplier is not None else self.model_copy(update={"supplier": FOCUS})
        return super(OnSeller, spoken).headline


class ByBuyers(Measure):
    """Base of measures by a set of countries, at their border or on the origin of gas."""

    exempt: tuple[Country, ...] = ()
    """Countries of the group that do not take part."""
    by: By = "border"
    """``border``: where the gas enters the group. ``origin``: whoever in the group buys it, whatever way it came;
    transit passes."""
    through_third_countries: ThirdCountries = "allowed"
    """With ``by = "origin"``: whether gas that a country outside the measure has bought may enter as its own.
    ``forbidden`` leaves that country no more of the gas than it uses or stores."""

    @property
    def resale(self) -> bool:
        """Whether countries outside the measure may sell on what they have bought."""
        return self.through_third_countries == "allowed"

    def buyer_problems(self, data: GasData, countries: Sequence[str] | None) -> list[str]:
        """Unknown countries; a rule on third countries that has no meaning at the border."""
        found = group_problems(countries, self.exempt, data)
        if self.by == "border" and self.through_third_countries == "forbidden":
            found.append("key 'through_third_countries', value 'forbidden': only a measure by = 'origin' can forbid it")
        return found

    def by_origin_words(self, headline: str) -> str:
        """The headline of a measure at the border, or of the same one by origin."""
        if self.by == "border":
            return headline
        third = "" if self.resale else ", not through third countries"
        return f"{headline.replace(' at the border', '').replace(' into ', ' bought by ')}, by origin{third}"


class Refusal(ByBuyers):
    """Base of bans: countries buy none of a seller's gas, and may keep it from passing."""

    transit: ThirdCountries = "allowed"
    """With ``by = "origin"``: whether the gas may pass through a banning country to one that does not ban."""

    def refusal_problems(self, data: GasData, countries: Sequence[str] | None) -> list[str]:
        """Problems with the buyers, and a rule on transit that has no meaning at the border."""
        found = self.buyer_problems(data, countries)
        if self.by == "border" and self.transit == "forbidden":
            found.append("key 'transit', value 'forbidden': only a ban by = 'origin' can forbid it")
        return found

    def by_origin_words(self, headline: str) -> str:
        """The headline, with the rule on transit."""
        said = super().by_origin_words(headline)
        return f"{said}, not in transit" if self.transit == "forbidden" else said
