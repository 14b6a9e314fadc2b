"""Measures against gas by its seller: bans, duties and caps, at the border or on origin, and the seller's answer."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, Literal

import numpy as np
from pydantic import model_validator

from energy_model.data.load import GasData
from energy_model.scenario.case import Case
from energy_model.scenario.measures.base import (
    Country,
    Exporter,
    Measure,
    NonNegative,
    Route,
    Share,
    Supplier,
    countries_mask,
    country_problems,
    unknown_codes,
    unknown_places,
)
from energy_model.scenario.measures.routes import RUSSIAN_ROUTES
from energy_model.scenario.measures.supply import (
    add_lng_step,
    add_supply_step,
    exporters,
    scale_supplier,
    suppliers,
)
from energy_model.scenario.origin import (
    BY_PIPE,
    BY_SHIP,
    RUSSIAN_SUPPLIERS,
    By,
    ThirdCountries,
    nothing_asked,
    with_origin,
)
from energy_model.units import DAYS_PER_YEAR

TO_TURKEY = "RU_TR"
"""Supplier at the Russian end of the lines to Türkiye."""
RUSSIAN_EXPORTER = "RU"


def followed(
    measure: Measure,
    case: Case,
    name: str,
    group: np.ndarray,
    *,
    resale: bool,
    ban: float = 0.0,
    duty: float = 0.0,
    transit: bool = True,
) -> Case:
    """The case in which gas of an origin keeps its name while a measure is in force.

    Parameters
    ----------
    name : str
        Origin: :data:`BY_PIPE` or :data:`BY_SHIP`.
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
    strength = measure.strength(case)
    asked = replace(
        nothing_asked(case),
        ban=np.outer(group, strength) * ban,
        duty=np.outer(group, strength) * duty,
        in_force=(strength > 0.0) & bool(group.any()),
        resale=resale,
        transit=transit,
    )
    return with_origin(case, name, asked)


def _group(case: Case, countries: tuple[str, ...], exempt: tuple[str, ...]) -> np.ndarray:
    """Countries that take part, bool, shape (N,)."""
    return countries_mask(countries, case) & ~countries_mask(exempt, case) & case.is_market


class ByBuyers(Measure):
    """Base of measures by a set of countries, at their border or on the origin of gas."""

    exempt: tuple[Country, ...] = ()
    """Countries of the group that do not take part, for example ``HU``."""
    by: By = "border"
    """``border``: where Russian gas enters the group. ``origin``: whoever in the group buys it, whatever way it came;
    transit passes."""
    through_third_countries: ThirdCountries = "allowed"
    """With ``by = "origin"``: whether gas that a country outside the measure has bought may enter as its own.
    ``forbidden`` leaves that country no more Russian gas than it uses or stores."""

    def followed(
        self,
        case: Case,
        name: str,
        countries: tuple[str, ...],
        *,
        ban: float = 0.0,
        duty: float = 0.0,
        transit: bool = True,
    ) -> Case:
        """The case in which gas of an origin is followed, with a ban or a duty in the group."""
        resale, group = self.through_third_countries == "allowed", self.group(case, countries)
        return followed(self, case, name, group, resale=resale, ban=ban, duty=duty, transit=transit)

    def group(self, case: Case, countries: tuple[str, ...]) -> np.ndarray:
        """Countries that take part, bool, shape (N,)."""
        return _group(case, countries, self.exempt)

    def buyer_problems(self, data: GasData, countries: tuple[str, ...]) -> list[str]:
        """Unknown countries; a rule on third countries that has no meaning at the border."""
        found = country_problems(countries, data) + country_problems(self.exempt, data, "exempt")
        if self.by == "border" and self.through_third_countries == "forbidden":
            found.append("key 'through_third_countries', value 'forbidden': only a measure by = 'origin' can forbid it")
        return found


class ImportBan(ByBuyers):
    """Countries refuse Russian pipeline gas, at their own border or by origin.

    At the border the ban closes every Russian route where it enters a banning country from one that does not ban;
    Russian gas that arrives through another importer passes. By origin no banning country buys gas that was sold by
    Russia; it may pass in transit, unless ``transit`` forbids it. What a country outside the ban has bought may come in
    as its own, unless ``through_third_countries`` forbids it; even then a country can burn Russian gas and let other
    gas go on.
    """

    kind: Literal["import_ban"]
    countries: tuple[Country, ...]
    """Countries that ban; ``EU27`` and ``EUROPE`` are groups."""
    transit: ThirdCountries = "allowed"
    """With ``by = "origin"``: whether Russian gas may pass through a banning country to one that does not ban."""

    describes: ClassVar[str] = "{countries} refuse Russian pipeline gas at the border[, except {exempt}]"

    def problems(self, data: GasData) -> list[str]:
        found = self.buyer_problems(data, self.countries)
        if self.by == "border" and self.transit == "forbidden":
            found.append("key 'transit', value 'forbidden': only a ban by = 'origin' can forbid it")
        return found

    def apply(self, case: Case, data: GasData) -> Case:
        if self.by == "origin":
            return self.followed(case, BY_PIPE, self.countries, ban=1.0, transit=self.transit == "allowed")
        banned = countries_mask(self.countries, case) & ~countries_mask(self.exempt, case)
        lines = case.pipelines
        hit = np.isin(lines.route, RUSSIAN_ROUTES) & banned[lines.to_node] & ~banned[lines.from_node]
        return case.with_("pipelines", **lines.refused(hit, self.remaining(case, 0.0)))

    @property
    def headline(self) -> str:
        return _by_origin(super().headline, self)


class LngBan(ByBuyers):
    """Countries refuse liquefied gas from an exporter, at their own terminals or, from Russia, by origin."""

    kind: Literal["lng_ban"]
    exporter: Exporter
    """Exporter whose cargoes are refused, for example ``RU``."""
    countries: tuple[Country, ...] = ("EUROPE",)
    """Countries that refuse; ``EU27`` and ``EUROPE`` are groups."""

    describes: ClassVar[str] = "LNG from {exporter} refused by {countries}[, except {exempt}]"

    def problems(self, data: GasData) -> list[str]:
        found = unknown_places([self.exporter], exporters(data), data, "LNG exporter", "exporter")
        if self.by == "origin" and self.exporter != RUSSIAN_EXPORTER:
            found.append(f"key 'by', value 'origin': only gas of {RUSSIAN_EXPORTER} is followed past the port")
        return found + self.buyer_problems(data, self.countries)

    def apply(self, case: Case, data: GasData) -> Case:
        if self.by == "origin":
            return self.followed(case, BY_SHIP, self.countries, ban=1.0)
        banned = countries_mask(self.countries, case) & ~countries_mask(self.exempt, case)
        hit = (case.lng.route_exporter == self.exporter) & banned[case.lng.route_node]
        closed = np.where(self.strength(case) > 0.0, 1.0 - self.strength(case), np.inf)
        weekly_most = case.lng.sendout.sum(axis=0)
        cap = np.where(np.isinf(closed), np.inf, closed * weekly_most)
        return case.with_(
            "lng", route_open=np.where(hit[:, None], np.minimum(case.lng.route_open, cap), case.lng.route_open)
        )

    @property
    def headline(self) -> str:
        return _by_origin(super().headline, self)


class Tariff(ByBuyers):
    """A duty on Russian pipeline gas: where it enters the group, over one route, or by origin on whoever buys it."""

    kind: Literal["tariff"]
    eur_per_mwh: NonNegative
    """Duty per MWh, paid by the importer."""
    countries: tuple[Country, ...] = ("EU27",)
    """Countries that levy it; at the border, where the gas enters them from outside the group."""
    route: Route | None = None
    """At the border, one route; default is every Russian route."""

    describes: ClassVar[str] = (
        "duty of {eur_per_mwh:g} EUR/MWh on Russian pipeline gas into {countries}[, except {exempt}][ over {route}]"
    )

    def problems(self, data: GasData) -> list[str]:
        found = self.buyer_problems(data, self.countries)
        if self.route is not None:
            found += unknown_codes([self.route], data["pipelines"]["route"], "route", "route")
            if self.by == "origin":
                found.append(f"key 'route', value '{self.route}': a duty by origin is on every route; leave it out")
        return found

    def apply(self, case: Case, data: GasData) -> Case:
        if self.by == "origin":
            return self.followed(case, BY_PIPE, self.countries, duty=self.eur_per_mwh)
        inside = self.group(case, self.countries)
        lines = case.pipelines
        routes = RUSSIAN_ROUTES if self.route is None else (self.route,)
        hit = np.isin(lines.route, routes) & inside[lines.to_node] & ~inside[lines.from_node]
        duty = self.eur_per_mwh * self.strength(case)
        return case.with_("pipelines", cost=np.where(hit[:, None], lines.cost + duty, lines.cost))

    @property
    def headline(self) -> str:
        return _by_origin(super().headline, self)


class PriceCap(Measure):
    """Buyers pay a supplier no more than a cap; the supplier may answer by delivering less.

    Without ``countries`` every buyer pays the cap. With them the cap is on Russian gas by origin: if it lies below the
    lowest price at which Russia sells, Russia sells these countries nothing, as under a ban. Otherwise no flow changes;
    who keeps the difference between price and cap is not part of the model's cost.
    """

    kind: Literal["price_cap"]
    supplier: Supplier
    """Supplier whose price is capped."""
    cap_eur_per_mwh: NonNegative
    """Highest price paid."""
    remaining_share: Share = 1.0
    """Without ``countries``: share the supplier still delivers under the cap: its answer, a judgement of the author."""
    countries: tuple[Country, ...] = ()
    """Countries that set the cap, on Russian gas by origin; default is every buyer of the supplier."""
    exempt: tuple[Country, ...] = ()
    """Countries of the group that do not take part."""
    floor_eur_per_mwh: NonNegative | None = None
    """With ``countries``: lowest price at which Russia sells, a judgement of the author."""
    through_third_countries: ThirdCountries = "allowed"
    """With ``countries``: whether gas that other countries have bought may enter as their own."""

    describes: ClassVar[str] = (
        "{supplier} paid at most {cap_eur_per_mwh:g} EUR/MWh[ by {countries}][, except {exempt}]"
        "[, sells from {floor_eur_per_mwh:g} EUR/MWh], delivers {remaining_share:.0%}"
    )

    @model_validator(mode="after")
    def _group_and_floor(self) -> PriceCap:
        if bool(self.countries) != (self.floor_eur_per_mwh is not None):
            raise ValueError("give 'countries' and 'floor_eur_per_mwh' together, or neither")
        if self.countries and (self.supplier != RUSSIAN_EXPORTER or self.remaining_share < 1.0):
            raise ValueError("a cap by countries is on supplier 'RU', and its answer is 'floor_eur_per_mwh' alone")
        return self

    def problems(self, data: GasData) -> list[str]:
        found = unknown_places([self.supplier], suppliers(data), data, "supplier", "supplier")
        return found + country_problems(self.countries, data) + country_problems(self.exempt, data, "exempt")

    def targets(self, data: GasData) -> frozenset[str]:
        return frozenset({f"price of {self.supplier}"})

    def apply(self, case: Case, data: GasData) -> Case:
        if self.countries:
            if self.cap_eur_per_mwh >= float(self.floor_eur_per_mwh or 0.0):
                return case
            group, resale = _group(case, self.countries, self.exempt), self.through_third_countries == "allowed"
            return followed(self, case, BY_PIPE, group, resale=resale, ban=1.0)
        from energy_model.scenario.base import tie_break

        case = scale_supplier(case, self.supplier, self.remaining(case, self.remaining_share))
        s = self.strength(case)
        hit = (case.supply.supplier == self.supplier)[:, None]
        steps = case.supply.supplier.astype(object) + case.supply.step.astype(object)
        most = self.cap_eur_per_mwh + tie_break(steps, case.timeline, data)
        capped = s * np.minimum(case.supply.cost, most) + (1.0 - s) * case.supply.cost
        return case.with_("supply", cost=np.where(hit, capped, case.supply.cost))


class Retaliation(Measure):
    """Russia's answer to a ban: it sells less to a set of countries, and more to Türkiye or by ship.

    What it cuts is a share of a country's demand by origin, so that a country cannot make up for it through another
    one. What it redirects is limited by what lines to Türkiye have left, and by what exporters can divert.
    """

    kind: Literal["retaliation"]
    countries: tuple[Country, ...]
    """Countries that are cut, those outside a ban among them; ``EU27`` and ``EUROPE`` are groups."""
    exempt: tuple[Country, ...] = ()
    """Countries of the group that are spared."""
    remaining_share: Share = 0.0
    """Most Russian pipeline gas that a country gets, as a share of its demand."""
    through_third_countries: ThirdCountries = "allowed"
    """Whether other countries may sell on what they have bought."""
    to_turkey_gwh_per_year: NonNegative = 0.0
    """Gas that Russia offers Türkiye on top, at its price there."""
    to_lng_gwh_per_year: NonNegative = 0.0
    """Liquefied gas that Russia offers Europe on top; what Europe attracts grows by as much."""

    describes: ClassVar[str] = (
        "Russia sells {countries}[, except {exempt},] at most {remaining_share:.0%} of demand"
        " and offers {to_turkey_gwh_per_year:g} GWh a year more to Türkiye, {to_lng_gwh_per_year:g} as LNG"
    )

    def problems(self, data: GasData) -> list[str]:
        found = country_problems(self.countries, data) + country_problems(self.exempt, data, "exempt")
        limits = {"to_turkey_gwh_per_year": room_to_turkey_gwh_per_year(data),
                  "to_lng_gwh_per_year": divertible_lng_gwh_per_year(data)}  # fmt: skip
        for key, most in limits.items():
            if getattr(self, key) > most:
                found.append(f"key '{key}', value {getattr(self, key):g}: the data allow at most {most:.0f}")
        return found

    def apply(self, case: Case, data: GasData) -> Case:
        group, resale = _group(case, self.countries, self.exempt), self.through_third_countries == "allowed"
        case = followed(self, case, BY_PIPE, group, resale=resale, ban=1.0 - self.remaining_share)
        strength = self.strength(case)
        ways = (
            (add_supply_step, TO_TURKEY, self.to_turkey_gwh_per_year),
            (add_lng_step, RUSSIAN_EXPORTER, self.to_lng_gwh_per_year),
        )
        for add, supplier, volume in ways:
            row = {"step": "redirected", "supplier": supplier, "volume": volume, "premium": 0.0}
            case = add(case, data, row, strength) if volume > 0.0 else case
        return case


def room_to_turkey_gwh_per_year(data: GasData) -> float:
    """Capacity of the lines from Russia to Türkiye less what is sold there, GWh a year."""
    lines, steps = data["pipelines"], data["supply_steps"]
    most = float(lines.loc[lines["from_node"] == TO_TURKEY, "capacity_gwh_per_day"].sum()) * DAYS_PER_YEAR
    sold = steps.loc[(steps["supplier"] == TO_TURKEY) & (steps["availability"] == "base"), "volume_gwh_per_year"].sum()
    return max(most - float(sold), 0.0)


def divertible_lng_gwh_per_year(data: GasData) -> float:
    """Russian cargoes that go elsewhere and could come to Europe, high view, GWh a year."""
    steps = data["lng_supply_steps"]
    mine = (steps["exporter"].isin(RUSSIAN_SUPPLIERS)) & (steps["availability"] == "divertible")
    return float(steps.loc[mine, "high_gwh_per_year"].sum())


def _by_origin(headline: str, measure: ByBuyers) -> str:
    """The headline of a measure at the border, or of the same one by origin."""
    if measure.by == "border":
        return headline
    third = "" if measure.through_third_countries == "allowed" else ", not through third countries"
    no_transit = ", not in transit" if getattr(measure, "transit", "allowed") == "forbidden" else ""
    return f"{headline.replace(' at the border', '').replace(' into ', ' bought by ')}, by origin{third}{no_transit}"
