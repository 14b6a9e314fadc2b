"""Duties on a seller's gas and caps on its price."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import model_validator

from energy_model.data.load import GasData
from energy_model.scenario.case import Case
from energy_model.scenario.comparable_figures import PRICES
from energy_model.scenario.measures.base import (
    Countries,
    Country,
    Measure,
    NonNegative,
    Route,
    Share,
    group_problems,
    kind,
    unknown_codes,
    unknown_places,
)
from energy_model.scenario.measures.sellers import ByBuyers, OnSeller, asked_by, denied_by, gas_by_pipe, taking_part
from energy_model.scenario.measures.supply import scale_supplier, suppliers
from energy_model.scenario.origin import ThirdCountries
from energy_model.scenario.records import Ceiling

WEAK = (
    "A duty by origin is weak: the levying countries swap gas with others at no cost, so that the seller's gas is"
    " bought where no duty is due, and little is paid. At the border the same duty is paid on all that enters."
)
"""What has to be said beside the effect of a duty by origin."""


@kind
class Tariff(OnSeller, ByBuyers):
    """A duty on a seller's pipeline gas: where it enters the group, over one route, or by origin on whoever buys it.

    By origin it is weak, because names are exchanged freely: the levying countries buy other gas on paper while the
    seller's gas is bought by their neighbours. At the border it is paid on all that enters.
    """

    kind: Literal["tariff"]
    eur_per_mwh: Annotated[NonNegative, PRICES]
    """Duty per MWh, paid by the importer."""
    countries: Countries | None = None
    """Countries and groups that levy it; at the border, where the gas enters them from outside the group. Default is
    the region in focus of the data package."""
    route: Route | None = None
    """At the border, one route; default is every route of the seller."""

    restricts_trade: ClassVar[bool] = True
    describes: ClassVar[str] = (
        "duty of {eur_per_mwh:g} EUR/MWh on pipeline gas from {supplier} into {countries}[, except {exempt}]"
        "[ over {route}]"
    )

    by_default: ClassVar[Mapping[str, str]] = {"countries": "the region in focus"}

    def problems(self, data: GasData) -> list[str]:
        found = self.buyer_problems(data, self.levied_by(data))
        found += self.seller_problems(data, by_origin=self.by == "origin")
        if self.route is None:
            return found
        unknown = unknown_codes([self.route], data["pipelines"]["route"], "route", "route")
        if self.by == "origin":
            found.append(f"key 'route', value '{self.route}': a duty by origin is on every route; leave it out")
        elif not unknown and not found and self.route not in self.routes(data):
            built = f"was not built for gas of {self.of(data)} (routes.csv)"
            mend = f"name one of its routes, {', '.join(sorted(self.routes(data)))}, or the seller whose route it is"
            found.append(f"key 'route', value '{self.route}': {built}; {mend}")
        return found + unknown

    def levied_by(self, data: GasData) -> tuple[str, ...]:
        """Countries and groups that levy it."""
        return self.countries if self.countries is not None else (data.storyline.focus.region,)

    def apply(self, case: Case, data: GasData) -> Case:
        group = taking_part(case, self.levied_by(data), self.exempt)
        if self.by == "origin":
            gas = gas_by_pipe(data, self.of(data))
            return asked_by(self, case, gas, group, resale=self.resale, duty=self.eur_per_mwh)
        lines = case.pipelines
        routes = self.routes(data) if self.route is None else (self.route,)
        hit = np.isin(lines.route, routes) & group[lines.to_node] & ~group[lines.from_node]
        duty = self.eur_per_mwh * self.strength(case)
        return case.with_("pipelines", duty=lines.duty + np.where(hit[:, None], duty, 0.0))

    @property
    def headline(self) -> str:
        said = self.by_origin_words(super().headline)
        return f"{said}, weak because swaps are free" if self.by == "origin" else said


def weak_duties(measures: Iterable[Measure]) -> str:
    """What has to be said of duties by origin among measures; empty if there are none."""
    return (
        WEAK
        if any(isinstance(one, Tariff) and one.by == "origin" and one.eur_per_mwh > 0.0 for one in measures)
        else ""
    )


@kind
class PriceCap(OnSeller):
    """Buyers pay a supplier no more than a cap; the supplier may answer by delivering less.

    Without ``countries`` every buyer pays the cap. With them the cap is on the seller's pipeline gas by origin: if it
    lies below the lowest price at which the seller sells, the seller refuses and these countries get nothing. As it is
    the seller who does not deliver, they owe no take-or-pay, unlike under a ban of their own; what a court makes of a
    cap that breaks a contract's price is outside. Otherwise no flow changes; who keeps the difference between price and
    cap is not part of the model's cost.
    """

    kind: Literal["price_cap"]
    cap_eur_per_mwh: Annotated[NonNegative, PRICES]
    """Highest price paid."""
    remaining_share: Share = 1.0
    """Without ``countries``: share the supplier still delivers under the cap: its answer, a judgement of the author."""
    countries: tuple[Country, ...] = ()
    """Countries that set the cap, on the seller's gas by origin; default is every buyer of the supplier."""
    exempt: tuple[Country, ...] = ()
    """Countries of the group that do not take part."""
    floor_eur_per_mwh: Annotated[NonNegative | None, PRICES] = None
    """With ``countries``: lowest price at which the seller sells, a judgement of the author."""
    through_third_countries: ThirdCountries = "allowed"
    """With ``countries``: whether gas that other countries have bought may enter as their own."""

    restricts_trade: ClassVar[bool] = True
    describes: ClassVar[str] = (
        "{supplier} paid at most {cap_eur_per_mwh:g} EUR/MWh[ by {countries}][, except {exempt}]"
        "[, sells from {floor_eur_per_mwh:g} EUR/MWh], delivers {remaining_share:.0%}"
    )

    @model_validator(mode="after")
    def _group_and_floor(self) -> PriceCap:
        if bool(self.countries) != (self.floor_eur_per_mwh is not None):
            raise ValueError("give 'countries' and 'floor_eur_per_mwh' together, or neither")
        if not self.countries and (self.exempt or self.through_third_countries == "forbidden"):
            raise ValueError("'exempt' and 'through_third_countries' are of a cap by countries; add 'countries'")
        if self.countries and self.remaining_share < 1.0:
            raise ValueError(
                "the answer to a cap by countries is 'floor_eur_per_mwh' alone; leave 'remaining_share' out"
            )
        return self

    def problems(self, data: GasData) -> list[str]:
        found = group_problems(self.countries, self.exempt, data)
        if self.countries:
            return found + self.seller_problems(data, by_origin=True)
        return found + unknown_places([self.of(data)], suppliers(data), data, "supplier", "supplier")

    def targets(self, data: GasData) -> frozenset[str]:
        return frozenset({f"price of {self.of(data)}"})

    def share_left(self, data: GasData) -> tuple[str, float] | None:
        return None if self.countries else (self.of(data), self.remaining_share)

    def apply(self, case: Case, data: GasData) -> Case:
        case = self._capped(case, data)
        if self.countries:
            if self.cap_eur_per_mwh >= float(self.floor_eur_per_mwh or 0.0):
                return case
            group, resale = taking_part(case, self.countries, self.exempt), self.through_third_countries == "allowed"
            case = asked_by(self, case, gas_by_pipe(data, self.of(data)), group, resale=resale, ban=1.0)
            return denied_by(self, case, data, self.of(data), group, 0.0)
        supplier = self.of(data)
        case = scale_supplier(case, supplier, self.remaining(case, self.remaining_share))
        s = self.strength(case)
        hit = (case.supply.supplier == supplier)[:, None]
        capped = s * np.minimum(case.supply.cost, self.cap_eur_per_mwh) + (1.0 - s) * case.supply.cost
        return case.with_("supply", cost=np.where(hit, capped, case.supply.cost))

    def _capped(self, case: Case, data: GasData) -> Case:
        """The case in which the buyers that take part pay no more than the cap while it is in full force."""
        buyers = np.ones(len(case.nodes), dtype=bool)
        if self.countries:
            buyers = taking_part(case, self.countries, self.exempt)
        limit = np.where(buyers[:, None] & (self.strength(case) >= 1.0), self.cap_eur_per_mwh, np.inf)
        return case.with_("supply", ceilings=(*case.supply.ceilings, Ceiling(self.of(data), limit)))
