"""Bans on some classes of a seller's contracts, as a law phases a gas out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from energy_model.data.load import GasData
from energy_model.data.sellers import seller_of
from energy_model.scenario.case import Case
from energy_model.scenario.contract_classes import NEW, TABLE, View, class_rows, rows_of
from energy_model.scenario.measures.base import (
    DAYS_AT_MOST,
    Countries,
    Country,
    Measure,
    Route,
    Seller,
    countries_mask,
    country_problems,
    group_problems,
    kind,
    members,
    unknown_codes,
)
from energy_model.scenario.measures.sellers import FOCUS, gas_by_pipe, gas_by_ship, sells_by_pipe, taking_part
from energy_model.scenario.measures.supply import exporters
from energy_model.scenario.origin import Asked, AskedOfClasses, ThirdCountries, with_origin

ContractClass = Literal["short_term", "long_term", "new"]
Day = date
"""The type, where a key might be named ``date``."""


@kind
class ClassBan(Measure):
    """Countries buy no more of a seller's gas than contracts of the classes that are not banned carry.

    What each class carries to each country stands in ``contract_classes.csv``. ``short_term`` and ``long_term`` are
    contracts signed before the day that the law names; ``new`` is what was signed later and all that is in no row, so a
    country without a row has nothing but new gas. Whichever class is banned, no other takes its place: new contracts
    are closed with it. Several bans on one gas add up by class. The gas is followed by its origin; it may pass in
    transit to countries that do not ban.
    """

    kind: Literal["class_ban"]
    supplier: Seller | None = None
    """Seller whose gas is meant; default is the focus of the data package."""
    channel: Literal["pipeline", "lng"]
    """Whether its gas by pipeline or its cargoes."""
    classes: Annotated[tuple[ContractClass, ...], Field(min_length=1)]
    """Classes that may no longer be bought."""
    countries: Countries
    """Countries and groups that ban."""
    exempt: tuple[Country, ...] = ()
    """Countries of the group that do not take part."""
    volumes: View = "central"
    """Which quantity of a row its contracts carry."""
    through_third_countries: ThirdCountries = "allowed"
    """Whether gas that a country outside the measure has bought may enter as its own. ``forbidden`` leaves that country
    no more of the gas than it uses or stores."""
    without_paper_over: tuple[Route, ...] = ()
    """Routes over which gas enters the countries without a paper of its origin: all of it counts as the seller's, \
whoever sold it. It may still pass to countries that do not ban."""
    delayed: tuple[Country, ...] = ()
    """Countries for which the ban begins later, as a law allows a member that misses the path of its stores."""
    delayed_until: Day | None = None
    """First day of the ban for them."""
    suspended_on: tuple[Day, ...] = ()
    """Days on which an emergency suspends the ban; nobody plans for it before."""
    suspended_days: Annotated[int, Field(ge=1, le=DAYS_AT_MOST)] = 28
    """Gas days that each suspension lasts."""

    restricts_trade: ClassVar[bool] = True
    idle: ClassVar[str] = "nobody takes part, or it is not its time"
    describes: ClassVar[str] = (
        "{countries} buy no {classes} gas from {supplier} by {channel}[, except {exempt}]"
        "[, all over {without_paper_over} counted as such][, {delayed} from {delayed_until}]"
    )
    by_default: ClassVar[Mapping[str, str]] = {"supplier": FOCUS}

    @model_validator(mode="after")
    def _goes_together(self) -> ClassBan:
        if bool(self.delayed) != (self.delayed_until is not None):
            raise ValueError("give 'delayed' and 'delayed_until' together, or neither")
        if self.without_paper_over and self.channel == "lng":
            raise ValueError("'without_paper_over' is about pipelines; leave it out, or take channel = 'pipeline'")
        return self

    @property
    def news(self) -> tuple[date, ...]:
        return self.suspended_on

    def of(self, data: GasData) -> str:
        """Code of the seller."""
        return seller_of(data, self.supplier) if self.supplier is not None else data.storyline.focus.supplier

    def sellers(self, data: GasData) -> frozenset[str]:
        return frozenset({self.of(data)})

    def problems(self, data: GasData) -> list[str]:
        known = {*data["suppliers"]["seller"], *(seller_of(data, code) for code in exporters(data))}
        found = unknown_codes([self.of(data)], known, "seller", "supplier")
        found += group_problems(self.countries, self.exempt, data) + country_problems(self.delayed, data, "delayed")
        found += unknown_codes(self.without_paper_over, data["pipelines"]["route"], "route", "without_paper_over")
        found += self._problems_with_days()
        if found:
            return found
        seller = self.of(data)
        if self.channel == "pipeline" and not sells_by_pipe(data, seller):
            return [f"key 'supplier', value '{seller}': sells no gas by pipeline; write channel = 'lng'"]
        if self.channel == "lng" and seller not in {seller_of(data, code) for code in exporters(data)}:
            return [f"key 'supplier', value '{seller}': sells no LNG; write channel = 'pipeline'"]
        if rows_of(data, seller, self.channel).empty:
            what = f"{TABLE}.csv has no row of {seller} with channel '{self.channel}'"
            found.append(f"key 'channel', value '{self.channel}': {what}; add rows, or ban the whole gas")
        found += self._problems_with_places(data)
        return found

    def oddity(self, before: Case, data: GasData) -> str | None:
        buyers = set(rows_of(data, self.of(data), self.channel)["buyer_node"])
        banning = members(self.countries, data) - members(self.exempt, data)
        if NEW not in self.classes or buyers & banning:
            return None
        return (
            f"bans all of that gas: {TABLE}.csv has no contract of {self.of(data)} with any country that bans, and "
            "what is in no row is new; add its rows, or ban the whole gas in words by an import_ban or lng_ban"
        )

    def _problems_with_days(self) -> list[str]:
        """A delay to a day before the ban, and suspensions while it is not in force."""
        late, found = self.delayed_until, []
        if late is not None and (self.start is None or late <= self.start):
            found.append(f"key 'delayed_until', value {late}: not after 'start'; give both, the later one here")
        found += [
            f"key 'suspended_on', value {day}: lies outside start to end of the ban; move it, or leave it out"
            for day in self.suspended_on
            if day < (self.start or day) or day > (self.end or day)
        ]
        return found

    def _problems_with_places(self, data: GasData) -> list[str]:
        """Delays of countries that do not ban, and routes that do not lead into those that do."""
        banning = members(self.countries, data) - members(self.exempt, data)
        found = [
            f"key 'delayed', value '{code}': does not ban, so there is nothing to delay; leave it out"
            for code in self.delayed
            if not members([code], data) & banning
        ]
        lines = data["pipelines"]
        for route in self.without_paper_over:
            mine = lines[lines["route"] == route]
            if not (mine["to_node"].isin(banning) & ~mine["from_node"].isin(banning)).any():
                found.append(
                    f"key 'without_paper_over', value '{route}': does not enter a country that bans from one that does "
                    "not; name the route that does"
                )
        return found

    def strength(self, case: Case) -> np.ndarray:
        return self._since(case, self.start)

    def _since(self, case: Case, start: date | None) -> np.ndarray:
        """Strength of a ban that begins on a day, less the days on which it is suspended, shape (T,)."""
        if not self.is_known(case):
            return np.zeros(len(case.timeline))
        daily = case.timeline.daily_ramp(start, self.end, self.ramp_days)
        for day in self.suspended_on:
            if case.believed_on is None or day <= case.believed_on:
                last = day + timedelta(days=self.suspended_days - 1)
                daily = np.where(case.timeline.active_days(day, last), 0.0, daily)
        return case.timeline.mean(daily)

    def apply(self, case: Case, data: GasData) -> Case:
        group = taking_part(case, self.countries, self.exempt)
        late = group & (countries_mask(self.delayed, case) if self.delayed else np.zeros_like(group))
        strength = np.outer(group & ~late, self._since(case, self.start))
        strength += np.outer(late, self._since(case, self.delayed_until))
        gas = (gas_by_pipe if self.channel == "pipeline" else gas_by_ship)(data, self.of(data))
        rows = class_rows(data, case.timeline, case.nodes, (self.of(data), self.channel), self.volumes)
        banned = np.isin(rows.kind, self.classes)
        classes = AskedOfClasses(
            name=rows.name,
            node=rows.node,
            rate=rows.rate,
            ban=np.where(banned[:, None], strength[rows.node], 0.0),
            beyond=strength,
        )
        none = np.zeros_like(strength)
        asked = Asked(
            ban=none,
            duty=none,
            resale=self.through_third_countries == "allowed",
            transit=True,
            classes=classes,
            presumed=self._presumed(case, group, strength),
        )
        return with_origin(case, gas, asked)

    def _presumed(self, case: Case, group: np.ndarray, strength: np.ndarray) -> np.ndarray:
        """Share of each pipeline that counts as the seller's gas, shape (P, T)."""
        lines = case.pipelines
        enters = np.isin(lines.route, self.without_paper_over) & group[lines.to_node] & ~group[lines.from_node]
        return np.asarray(enters[:, None] & (strength.max(axis=0) > 0.0), dtype=float)

    @property
    def headline(self) -> str:
        said = super().headline.replace("long_term", "long-term").replace("short_term", "short-term")
        said = said.replace("by pipeline", "by pipe").replace("by lng", "as LNG")
        if self.through_third_countries == "forbidden":
            said += ", not through third countries"
        days = ", ".join(map(str, self.suspended_on))
        return f"{said}, suspended for {self.suspended_days} days from {days}" if days else said
