"""An exporter of LNG that can load only a part."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from energy_model.data.load import GasData
from energy_model.scenario.case import Case
from energy_model.scenario.lng_table import exporters_of, has_world, places_of, voyage_days
from energy_model.scenario.lng_world import ANY_MARKET
from energy_model.scenario.measures.base import (
    Basin,
    Days,
    Exporter,
    Measure,
    Share,
    kind,
    unknown_codes,
    unknown_places,
)
from energy_model.scenario.measures.supply import exporters, scale_exporter


@kind
class LngOutage(Measure):
    """An LNG exporter loads only a share: plants fail, a strait is closed, workers strike, gas is short.

    What is not loaded is lost to all buyers. With ``lng_world`` Europe loses a part of it, as others outbid it or give
    way; without, it loses what that exporter sends to Europe. The loss is felt at the terminals when the ships that
    were loaded before have arrived: after the days of a voyage to the nearest market.
    """

    kind: Literal["lng_outage"]
    exporter: Exporter
    """Exporter: a code of ``lng_supply_steps.csv`` or, with ``lng_world``, an exporter of ``lng_regions.csv``."""
    remaining_share: Share
    """Share still loaded while the outage lasts: 0 is a full stop, 1 changes nothing."""
    repair_days: Days = 0
    """Days after ``end`` over which what is lost comes back, linearly; 0 is at once."""
    force_majeure: tuple[Basin, ...] = ()
    """With ``lng_world``: places whose contracts bear the loss first, ``europe`` or basins of ``lng_regions.csv``; \
default is all alike."""

    idle: ClassVar[str] = "the exporter loads nothing in that time, or the remaining share is 1"
    describes: ClassVar[str] = "{exporter} loads {remaining_share:.0%} of its LNG[, force majeure for {force_majeure}]"

    @property
    def headline(self) -> str:
        within = f", repaired within {self.repair_days} days" if self.repair_days else ""
        return f"{super().headline}{within}"

    @classmethod
    def outage(cls, what: str, code: str) -> dict[str, Any] | None:
        return {"kind": "lng_outage", "exporter": code} if what == "lng_exporter" else None

    def problems(self, data: GasData) -> list[str]:
        known = exporters(data) | (set(exporters_of(data)) if has_world(data) else set())
        found = unknown_places([self.exporter], known, data, "LNG exporter", "exporter")
        return found + unknown_codes(self.force_majeure, places_of(data), "basin", "force_majeure")

    def targets(self, data: GasData) -> frozenset[str]:
        return frozenset({f"LNG of {self.exporter}"})

    def left(self, case: Case, delay_days: int) -> np.ndarray:
        """Multiplier of what is loaded as it arrives, by period, shape (T,)."""
        if not self.is_known(case):
            return np.ones(len(case.timeline))
        dates = case.timeline.dates.to_numpy().astype("datetime64[D]") - np.timedelta64(delay_days, "D")
        strength = np.ones(len(dates))
        if self.start is not None:
            since = (dates - np.datetime64(self.start)).astype(int)
            strength = np.clip((since + 1) / (self.ramp_days + 1), 0.0, 1.0)
        if self.end is not None:
            after = (dates - np.datetime64(self.end)).astype(int)
            strength = np.minimum(strength, np.clip(1.0 - after / (self.repair_days + 1), 0.0, 1.0))
        return np.asarray(case.timeline.mean(1.0 - strength * (1.0 - self.remaining_share)))

    def apply(self, case: Case, data: GasData) -> Case:
        left = self.left(case, voyage_days(data, self.exporter))
        if (left == 1.0).all():
            return case
        if case.lng_world is not None and self.force_majeure:
            case = self._declared(case, data, left)
        return scale_exporter(case, self.exporter, left)

    def _declared(self, case: Case, data: GasData, left: np.ndarray) -> Case:
        """Contracts with the places named bear the loss; the others keep what they had as far as there is enough."""
        world = case.lng_world
        assert world is not None, "contracts are of a world market"
        place = {key: at for at, key in enumerate(world.basin.tolist())} | {"europe": ANY_MARKET}
        days = case.timeline.part_days
        share = days @ left / days.sum(axis=1)
        mine = world.contract_exporter == world.exporter.tolist().index(self.exporter)
        hit = mine & np.isin(world.contract_basin, [place[key] for key in self.force_majeure])
        bound = world.contract_share.copy()
        free = 1.0 - bound[mine].sum(axis=0)
        spared = bound[mine & ~hit].sum(axis=0)
        lost = np.clip(1.0 - share - free, 0.0, None)
        of_hit = bound[hit].sum(axis=0)
        keeps = np.divide(np.maximum(of_hit - lost, 0.0), of_hit, out=np.zeros_like(of_hit), where=of_hit > 0.0)
        others = np.divide(np.minimum(spared, share), spared, out=np.zeros_like(spared), where=spared > 0.0)
        scale = np.divide(1.0, share, out=np.zeros_like(share), where=share > 0.0)
        bound[hit] *= keeps * scale
        bound[mine & ~hit] *= others * scale
        return case.with_("lng_world", contract_share=np.minimum(bound, 1.0))
