"""Bans on a seller's gas, by pipeline and by ship, at the border or by origin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

import numpy as np

from energy_model.data.load import GasData
from energy_model.data.sellers import seller_of, suppliers_of
from energy_model.scenario.case import Case
from energy_model.scenario.measures.base import Countries, Exporter, kind, unknown_places
from energy_model.scenario.measures.sellers import (
    FOCUS,
    OnSeller,
    Refusal,
    asked_by,
    gas_by_pipe,
    gas_by_ship,
    taking_part,
)
from energy_model.scenario.measures.supply import exporters


@kind
class ImportBan(OnSeller, Refusal):
    """Countries refuse a seller's pipeline gas, at their own border or by origin.

    At the border the ban closes every route of the seller where it enters a banning country from one that does not ban;
    lines between two banning countries stay open, and gas that arrives through another importer passes. By origin no
    banning country buys gas that the seller sold by pipeline; it may pass in transit, unless ``transit`` forbids it.
    What a country outside the ban has bought may come in as its own, unless ``through_third_countries`` forbids it;
    even then a country can burn the seller's gas and let other gas go on. What the seller ships is the subject of
    ``lng_ban``, also where it lands elsewhere and comes on through a pipe.
    """

    kind: Literal["import_ban"]
    countries: Countries
    """Countries and groups that ban."""

    restricts_trade: ClassVar[bool] = True
    is_read_by_origin: ClassVar[bool] = True
    describes: ClassVar[str] = "{countries} refuse pipeline gas from {supplier} at the border[, except {exempt}]"

    def problems(self, data: GasData) -> list[str]:
        return self.refusal_problems(data, self.countries) + self.seller_problems(data, by_origin=self.by == "origin")

    def apply(self, case: Case, data: GasData) -> Case:
        group = taking_part(case, self.countries, self.exempt)
        if self.by == "origin":
            gas = gas_by_pipe(data, self.of(data))
            transit = self.transit == "allowed"
            return asked_by(self, case, gas, group, resale=self.resale, ban=1.0, transit=transit)
        lines = case.pipelines
        hit = np.isin(lines.route, self.routes(data)) & group[lines.to_node] & ~group[lines.from_node]
        return case.with_("pipelines", **lines.refused(hit, self.remaining(case, 0.0)))

    @property
    def headline(self) -> str:
        return self.by_origin_words(super().headline)


@kind
class LngBan(Refusal):
    """Countries refuse a seller's liquefied gas, at their own terminals or by origin.

    At the terminals no cargo lands in a refusing country; a cargo that lands elsewhere may come on through a pipe. By
    origin no refusing country buys the gas wherever it landed, with the same rules on third countries and on transit as
    an ``import_ban``; where transit is forbidden, no cargo lands in a refusing country either.
    """

    kind: Literal["lng_ban"]
    exporter: Exporter | None = None
    """Exporter whose cargoes are refused; default is the focus of the data package."""
    countries: Countries | None = None
    """Countries and groups that refuse; default is every market."""

    only_by_ship: ClassVar[bool] = True
    restricts_trade: ClassVar[bool] = True
    describes: ClassVar[str] = "LNG from {exporter} refused by {countries}[, except {exempt}]"

    by_default: ClassVar[Mapping[str, str]] = {"countries": "every market"}

    def of(self, data: GasData) -> str:
        """Code of the exporter."""
        return self.exporter if self.exporter is not None else data.storyline.focus.supplier

    def sellers(self, data: GasData) -> frozenset[str]:
        return frozenset({seller_of(data, self.of(data))})

    def problems(self, data: GasData) -> list[str]:
        known = exporters(data)
        sellers = {seller_of(data, code) for code in known}
        found = unknown_places([self.of(data)], known | sellers, data, "LNG exporter", "exporter")
        return found + self.refusal_problems(data, self.countries)

    def apply(self, case: Case, data: GasData) -> Case:
        group = taking_part(case, self.countries, self.exempt)
        if self.by == "origin":
            gas = gas_by_ship(data, self.of(data))
            transit = self.transit == "allowed"
            case = asked_by(self, case, gas, group, resale=self.resale, ban=1.0, transit=transit)
            if transit:
                return case
        return self._with_closed_terminals(case, data, group)

    def _with_closed_terminals(self, case: Case, data: GasData, group: np.ndarray) -> Case:
        lng, strength = case.lng, self.strength(case)
        hit = np.isin(lng.route_exporter, suppliers_of(data, self.of(data))) & group[lng.route_node]
        at_node = lng.terminal_node[None, :] == lng.route_node[:, None]
        cap = np.where(strength > 0.0, (1.0 - strength) * (at_node.astype(float) @ lng.sendout), np.inf)
        return case.with_("lng", route_open=np.where(hit[:, None], np.minimum(lng.route_open, cap), lng.route_open))

    @property
    def headline(self) -> str:
        spoken = self if self.exporter is not None else self.model_copy(update={"exporter": FOCUS})
        return self.by_origin_words(super(LngBan, spoken).headline)
