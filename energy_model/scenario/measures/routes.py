"""Measures on pipelines: outages and commissioning."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import model_validator

from energy_model.data.load import GasData
from energy_model.data.sellers import seller_of
from energy_model.scenario.case import Case
from energy_model.scenario.comparable_figures import CAPACITY
from energy_model.scenario.measures.base import Measure, NonNegative, Pipeline, Route, Share, kind, unknown_codes


class RouteMeasure(Measure):
    """Base of measures that name routes or single pipelines."""

    route: Route | None = None
    """Named route of ``routes.csv``: all its pipelines."""
    pipeline: Pipeline | None = None
    """One pipeline of ``pipelines.csv``, if not the whole route."""

    @model_validator(mode="after")
    def _route_or_pipeline(self) -> RouteMeasure:
        if (self.route is None) == (self.pipeline is None):
            raise ValueError("name either 'route' or 'pipeline'")
        return self

    def problems(self, data: GasData) -> list[str]:
        table = data["pipelines"]
        if self.route is not None:
            return unknown_codes([self.route], table["route"], "route", "route")
        return unknown_codes([str(self.pipeline)], table["pipeline"], "pipeline", "pipeline")

    def targets(self, data: GasData) -> frozenset[str]:
        table = data["pipelines"]
        mine = table["route"] == self.route if self.route is not None else table["pipeline"] == self.pipeline
        return frozenset(f"pipeline {name}" for name in table.loc[mine, "pipeline"])

    def sellers(self, data: GasData) -> frozenset[str]:
        lines, routes = data["pipelines"], data["routes"].set_index("route")["supplier"].dropna()
        mine = lines["route"] == self.route if self.route is not None else lines["pipeline"] == self.pipeline
        built_for = routes.reindex(lines.loc[mine, "route"].unique()).dropna()
        return frozenset(seller_of(data, str(code)) for code in built_for)

    def hit(self, case: Case) -> np.ndarray:
        """Pipelines the measure acts on, bool, shape (P,)."""
        if self.route is not None:
            return np.asarray(case.pipelines.route == self.route)
        return np.asarray(case.pipelines.id == self.pipeline)


@kind
class RouteOutage(RouteMeasure):
    """A route or a pipeline can carry only a share of its capacity."""

    kind: Literal["route_outage"]
    remaining_share: Share = 0.0
    """Share of capacity left: 0 is closed, 1 changes nothing."""

    shuts_route: ClassVar[bool] = True
    idle: ClassVar[str] = "no pipeline of it has capacity in that time, or the remaining share is 1"
    describes: ClassVar[str] = "[{route}][{pipeline}] carries {remaining_share:.0%} of its capacity"

    @classmethod
    def outage(cls, what: str, code: str) -> dict[str, Any] | None:
        return {"kind": "route_outage", what: code} if what in ("route", "pipeline") else None

    def apply(self, case: Case, data: GasData) -> Case:
        return case.with_(
            "pipelines", **case.pipelines.scaled(self.hit(case), self.remaining(case, self.remaining_share))
        )


@kind
class RouteCommissioning(RouteMeasure):
    """A route that is built but not running is allowed to run."""

    kind: Literal["route_commissioning"]
    capacity_gwh_per_day: Annotated[NonNegative | None, CAPACITY] = None
    """Capacity that is offered; default is the pipeline's capacity in ``pipelines.csv``."""

    idle: ClassVar[str] = "it is open already with no less capacity"
    opens_route: ClassVar[bool] = True
    describes: ClassVar[str] = "[{route}][{pipeline}] goes into operation"

    def oddity(self, before: Case, data: GasData) -> str | None:
        acts = self.strength(before) > 0.0
        running = self.hit(before) & (before.pipelines.capacity[:, acts] > 0.0).any(axis=1)
        if not running.any():
            return None
        return (
            f"opens what carries gas already ({', '.join(before.pipelines.id[running])}): it lifts maintenance and"
            " outages that the data or earlier measures have there; if these are to stay, delete the measure"
        )

    def apply(self, case: Case, data: GasData) -> Case:
        s = self.strength(case)
        lines = case.pipelines
        full = (
            lines.nameplate if self.capacity_gwh_per_day is None else np.full(len(lines.id), self.capacity_gwh_per_day)
        )
        return case.with_("pipelines", **lines.opened(self.hit(case), full[:, None] * s))
