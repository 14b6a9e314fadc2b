"""A level of storages that has to be reached on any one day of a window, as a law on storage asks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import model_validator

from energy_model.data.load import GasData
from energy_model.scenario.case import Case
from energy_model.scenario.comparable_figures import PENALTIES
from energy_model.scenario.lookups import parameter
from energy_model.scenario.measures.assets import legal_level, with_levels, without_storage
from energy_model.scenario.measures.base import (
    Countries,
    Country,
    Measure,
    NonNegative,
    Share,
    countries_mask,
    group_problems,
    kind,
)
from energy_model.scenario.measures.holders import usual_filling
from energy_model.scenario.measures.mandate import Mandate, candidate_days

CUSTOM = "customary"
"""Kind of a level that nobody is obliged to."""


@kind
class StorageRule(Measure):
    """Storages hold a share of their working gas on any one day of a window; missing it has a price.

    Which day of the window it is, is free to each store. The plan is told one: the first of a month on which the store
    was fullest in the years before, or ``measured_on``. A plan that reaches the level on a day of the window keeps the
    law, so what the rule costs on any one day is at least what it costs: among several days the cheapest counts. A
    country with a level of its own is exempt here and has a rule of its own. Paths to the level bind nobody.
    """

    kind: Literal["storage_rule"]
    countries: Countries
    """Countries and groups whose storages it binds, each for itself."""
    exempt: tuple[Country, ...] = ()
    """Countries of the group that it does not bind, such as those with a level of their own."""
    fill_share: Share
    """Share of the working gas volume."""
    deviation_share: Share = 0.0
    """Points that the law lets off, as a share: 0.1 in difficult conditions, 0.15 where more holds."""
    window_start: date
    """First day of the window."""
    window_end: date
    """Last day of the window."""
    measured_on: date | None = None
    """Day of the window on which all stores are measured; default is the usual one of each."""
    penalty_eur_per_mwh: Annotated[NonNegative | None, PENALTIES] = None
    """Price of a missing MWh, below that of the first cut of customers; default is ``target_penalty_eur_per_mwh`` of \
``parameters.csv``."""
    replaces_custom: bool = False
    """Whether levels in the window that stores reach by custom are dropped, so that the rule alone asks for one."""

    idle: ClassVar[str] = (
        "it binds no store, a stricter level of that day stands already,"
        " or the share or the price of a missing MWh is 0"
    )

    @model_validator(mode="after")
    def _in_the_window(self) -> StorageRule:
        if self.window_end < self.window_start:
            raise ValueError(f"window_end {self.window_end} lies before window_start {self.window_start}; swap them")
        first, last = self._days_in_force
        if last < first:
            raise ValueError(f"start to end has no day of the window to {self.window_end}; move or leave them out")
        day = self.measured_on
        if day is not None and not first <= day <= last:
            raise ValueError(f"measured_on {day} lies outside the window, {first} to {last}; move or leave it out")
        return self

    @property
    def _days_in_force(self) -> tuple[date, date]:
        """First and last day of the window on which the rule holds."""
        return max(self.window_start, self.start or self.window_start), min(
            self.window_end, self.end or self.window_end
        )

    @property
    def level(self) -> float:
        """Share that is asked after what the law lets off."""
        return max(self.fill_share - self.deviation_share, 0.0)

    @property
    def mandate(self) -> Mandate:
        return Mandate(
            first=self.window_start,
            last=self.window_end,
            measured_on=self.measured_on,
            asking_nothing=self.model_copy(update={"fill_share": 0.0}),
            on=lambda day: self.model_copy(update={"measured_on": min(max(day, self.window_start), self.window_end)}),
        )

    @property
    def begins(self) -> date | None:
        return self.start or self.window_start

    @property
    def headline(self) -> str:
        spared = f", except {', '.join(self.exempt)}," if self.exempt else ""
        return (
            f"storages of {', '.join(self.countries)}{spared} {self.level:.0%} full on a day from {self.window_start}"
            f" to {self.window_end}"
        )

    def problems(self, data: GasData) -> list[str]:
        found = group_problems(self.countries, self.exempt, data) + without_storage(self.countries, data)
        first = float(data["curtailment_tiers"]["cost_eur_per_mwh"].min())
        if self.penalty_eur_per_mwh is not None and self.penalty_eur_per_mwh >= first:
            found.append(
                f"key 'penalty_eur_per_mwh', value {self.penalty_eur_per_mwh:g}: not below the first cut of customers"
                f" ({first:g} EUR/MWh), so customers would be cut to fill stores; lower it"
            )
        return found

    def targets(self, data: GasData) -> frozenset[str]:
        return frozenset(f"filling of {code} from {self.window_start}" for code in self.countries)

    def apply(self, case: Case, data: GasData) -> Case:
        penalty = self.penalty_eur_per_mwh
        if penalty is None:
            penalty = parameter(data, "target_penalty_eur_per_mwh")
        bound = (countries_mask(self.countries, case) & ~countries_mask(self.exempt, case))[case.storage.node]
        is_known = self.is_known(case)
        if self.replaces_custom and is_known:
            case = self._without_custom(case, bound)
        days = self.days_of(case, data)
        asked = [legal_level(case, s, days[s], self.level, penalty) for s in np.flatnonzero(bound).tolist()]
        return with_levels(case, asked, is_known=is_known)

    def _without_custom(self, case: Case, bound: np.ndarray) -> Case:
        """The case in which levels by custom in the window ask for nothing of the stores that the rule binds."""
        targets = tuple(
            replace(target, level_gwh=0.0)
            if target.kind == CUSTOM
            and self.window_start <= target.date <= self.window_end
            and bound[list(target.storages)].all()
            else target
            for target in case.storage.targets
        )
        return case.with_("storage", targets=targets)

    def days_of(self, case: Case, data: GasData) -> list[date]:
        """Day of the window on which each store is measured: the month's first on which it usually is fullest."""
        stores = case.storage.node
        if self.measured_on is not None:
            return [self.measured_on] * len(stores)
        days = candidate_days(*self._days_in_force)
        usual = np.array([usual_filling(data, day).reindex(case.nodes[stores]).to_numpy(float) for day in days])
        known = np.where(np.isnan(usual), np.nanmean(usual, axis=1, keepdims=True), usual)
        return [days[at] for at in np.argmax(np.nan_to_num(known), axis=0).tolist()]
