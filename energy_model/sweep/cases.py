"""The cases of a plan: their values, their scenarios, and the order in which neighbours follow each other."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import qmc

from energy_model.data.load import GasData
from energy_model.data.regions import members
from energy_model.errors import InputError, ScenarioError, closest
from energy_model.scenario import Scenario, check_against, load_scenario
from energy_model.scenario.load import with_changes
from energy_model.scenario.measures import KINDS
from energy_model.show import Card, Shown, counted
from energy_model.sweep.axes import DataAxis, FieldAxis, Grid, Outage, PlanAxis, Value, triangular
from energy_model.sweep.fields import cut_of, field_places, left_behind, place_of
from energy_model.sweep.plan import Plan, with_keys
from energy_model.timeline import Timeline
from energy_model.units import DAYS_PER_YEAR

EDGE = 1e-12
"""Points keep this far from the faces of the unit cube, where a first failure never comes."""


@dataclass(frozen=True)
class Failure:
    """When an asset fails, for how many days, and the whole gas days that this hits."""

    start: date
    end: date
    lost_days: float

    @property
    def share(self) -> float:
        """Part of each hit day that is lost."""
        return self.lost_days / ((self.end - self.start).days + 1)


def identity_digest(identity: Mapping[str, Any]) -> str:
    """SHA-256 of what decides the numbers of a sweep."""
    return hashlib.sha256(json.dumps(dict(identity), sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, repr=False)
class PreparedSweep(Shown):
    """A plan with all it needs to make scenarios: the base scenario as it takes effect and the tables it asks.

    Attributes
    ----------
    data : GasData
        Of the base scenario's vintage.
    """

    plan: Plan
    base: Scenario
    data: GasData

    def card(self) -> Card:
        """What the prepared sweep says of itself."""
        no_cut = self.plan.no_cut
        rows: list[tuple[str, object]] = [
            ("base scenario", f"{self.base.title} ({self.base.id})"),
            ("region", self.region),
            ("axes", ", ".join(self.plan.axes) or "none"),
            ("cases", f"{counted(self.count, 'case')} at {counted(self.points, 'point')}, by {self.base.resolution}"),
        ]
        if no_cut is not None:
            rows.append(("without the cut", f"half of them, weighed with {no_cut.probability:.0%}"))
        return Card(
            f"Sweep, not solved yet: {self.plan.title}",
            rows,
            then=(("run_sweep(plan, folder)", "solve all of them"),),
        )

    @property
    def points(self) -> int:
        """Number of points: places of the grids times points drawn."""
        return self.plan.samples * math.prod(len(axis.values) for axis in self._grids().values())

    @property
    def count(self) -> int:
        """Number of cases: one for each point; where the plan weighs the case without a cut, two."""
        return self.points * (1 if self.plan.no_cut is None else 2)

    def point(self, case: int) -> int:
        """Point of a case. A case without the cut has the point of the one with it, and so the same random draws."""
        return case % self.points

    def with_cut(self, case: int) -> bool:
        """Whether the cut comes in a case; those in which it does are numbered first."""
        return case < self.points

    def weight(self, case: int) -> float:
        """Probability of a case; all add up to one. Without ``no_cut`` it is given that the plan's cut comes."""
        no_cut = self.plan.no_cut
        share = 1.0 if no_cut is None else (1.0 - no_cut.probability if self.with_cut(case) else no_cut.probability)
        return share / self.points

    @property
    def region(self) -> str:
        """Code of the region that is summed up."""
        return self.plan.region or self.data.storyline.focus.region

    @cached_property
    def cut(self) -> frozenset[int]:
        """Places of the base scenario's measures that are the cut: they do not come in a case without it."""
        return frozenset(cut_of(self.plan, self.base))

    @cached_property
    def axes_of_the_cut(self) -> frozenset[str]:
        """Axes that move nothing but the cut: without it they have no value."""
        sets = {name: field_places(axis, self.base) for name, axis in self.plan.axes.items()}
        return frozenset(name for name, found in sets.items() if found and {place for place, _ in found} <= self.cut)

    @cached_property
    def identity(self) -> dict[str, Any]:
        """What decides the numbers of the cases, as JSON: plan, base scenario, data."""
        plan, base = self.plan.model_dump(mode="json"), self.base.model_dump(mode="json")
        found = {"plan": plan, "base": base, "data_digest": self.data.digest}
        return json.loads(json.dumps(found, sort_keys=True))  # type: ignore[no-any-return]

    @property
    def digest(self) -> str:
        """SHA-256 of the identity."""
        return identity_digest(self.identity)

    def _grids(self) -> dict[str, Grid]:
        return {name: axis for name, axis in self.plan.axes.items() if isinstance(axis, Grid)}

    def positions(self) -> dict[str, np.ndarray]:
        """Where each point stands on each axis, 0..1, shape (points, dimensions).

        Grids come first and outermost; within a place of the grid all samples follow, the same ones at each.
        """
        plan, grids = self.plan, self._grids()
        sampled = {name: axis for name, axis in plan.axes.items() if name not in grids}
        size = sum(axis.dimensions for axis in sampled.values())
        points = np.zeros((plan.samples, 0))
        if size:
            engine = qmc.Sobol(size, scramble=True, rng=plan.seed)
            points = engine.random_base2(math.ceil(math.log2(plan.samples)))[: plan.samples]
        points = np.clip(points, EDGE, 1.0 - EDGE)
        corners = list(product(*(range(len(axis.values)) for axis in grids.values())))
        places = np.array(corners, dtype=float).reshape(len(corners), len(grids))
        found, column = {}, 0
        for name, axis in plan.axes.items():
            if name in grids:
                steps = max(len(grids[name].values) - 1, 1)
                found[name] = np.repeat(places[:, list(grids).index(name)] / steps, plan.samples)[:, None]
            else:
                found[name] = np.tile(points[:, column : column + axis.dimensions], (len(places), 1))
                column += axis.dimensions
        return found

    def value(self, name: str, at: np.ndarray) -> Value | Failure | None:
        """Value of an axis at a place, 0 to 1, shape (dimensions of the axis,).

        An outage's is a failure or, where it does not come, ``None``.
        """
        axis = self.plan.axes[name]
        if isinstance(axis, Grid):
            return axis.values[round(float(at[0]) * max(len(axis.values) - 1, 1))]
        if isinstance(axis, Outage):
            return self._failure(axis, self._rows[name], at)
        if isinstance(axis, DataAxis):
            row = self._rows[name]
            return triangular(float(at[0]), float(row["low"]), float(row["value"]), float(row["high"]))
        return axis.value([float(part) for part in at])

    @cached_property
    def _rows(self) -> dict[str, dict[str, Any]]:
        """Rows of the data that axes stand for."""
        found = {}
        for name, axis in self.plan.axes.items():
            if isinstance(axis, Outage):
                found[name] = _row(self.data, "outage_rates", "asset", axis.asset)
            elif isinstance(axis, DataAxis):
                found[name] = _row(self.data, "parameters", "parameter", axis.parameter)
        return found

    def _failure(self, axis: Outage, row: Mapping[str, Any], at: np.ndarray) -> Failure | None:
        horizon = self.base.horizon
        rate = float(row[{"low": "low_per_year", "central": "rate_per_year", "high": "high_per_year"}[axis.rate]])
        length = (horizon.end - horizon.start).days + 1
        after = math.inf if rate <= 0.0 else -math.log1p(-float(at[0])) / rate * DAYS_PER_YEAR
        if after >= length:
            return None
        start = horizon.start + timedelta(days=math.floor(after))
        lost = triangular(float(at[1]), *(float(row[key]) for key in ("low_days", "duration_days", "high_days")))
        end = min(start + timedelta(days=max(math.ceil(lost), 1) - 1), horizon.end)
        return Failure(start, end, min(lost, float((end - start).days + 1)))

    def scenario(self, values: Mapping[str, Value | Failure | None], *, with_cut: bool = True) -> Scenario:
        """The scenario of a case.

        Parameters
        ----------
        with_cut : bool
            Whether the measures of the cut are among the scenario's.

        Raises
        ------
        ScenarioError
            If a value is not one that its field takes, or dates contradict each other.
        """
        raw: dict[str, Any] = {}
        measures = [measure.model_dump() for measure in self.base.measures]
        for name, value in values.items():
            axis = self.plan.axes[name]
            if isinstance(axis, FieldAxis):
                for field in axis.fields:
                    place, key = place_of(field, self.base)
                    if place is None:
                        raw[key] = value
                    else:
                        measures[place][key] = value
            elif isinstance(axis, Outage) and isinstance(value, Failure):
                measures.append(_outage(name, self._rows[name], value, self._line))
        if self.base.foresight == "perfect":
            # What is announced when does not matter then, but would cut periods, other ones in each case.
            heard = {"announced": self.base.horizon.start}
            measures = [m | heard if m.get("start") or m.get("announced") else m for m in measures]
        whole = with_changes(self.base, **raw, measures=tuple(measures))
        if with_cut:
            return whole
        kept = tuple(measure for place, measure in enumerate(measures) if place not in self.cut)
        return with_changes(self.base, **raw, measures=kept)

    def plan_days(self, values: Mapping[str, Value | Failure | None], *, with_cut: bool) -> tuple[date, ...]:
        """Days of news of the same point with the cut, for a case without it: both are solved on the same periods."""
        return () if with_cut else tuple(self.scenario(values).announcements())

    def world(self, values: Mapping[str, Value | Failure | None]) -> GasData:
        """The data of a case: the vintage with the parameters that vary."""
        moved = {axis.parameter: values[name] for name, axis in self.plan.axes.items() if isinstance(axis, DataAxis)}
        if not moved:
            return self.data
        table = self.data["parameters"].copy()
        for parameter, value in moved.items():
            table.loc[table["parameter"] == parameter, "value"] = value
        return self.data.varied({"parameters": table})

    def values(self, case: int, positions: Mapping[str, np.ndarray] | None = None) -> dict[str, Value | Failure | None]:
        """Values of all axes in a case, numbered from 0.

        ``positions`` spares drawing them anew; they have the names and shapes of :meth:`positions`.
        """
        places = self.positions() if positions is None else positions
        return {name: self.value(name, at[self.point(case)]) for name, at in places.items()}

    @cached_property
    def _line(self) -> Timeline:
        """Periods of a case in which nothing is announced."""
        base, days = self.base, self.data.storyline.decision_days
        return Timeline.build(base.horizon.start, base.horizon.end, base.resolution, {*days, *base.boundaries})


def prepare(plan: Plan, data: GasData) -> PreparedSweep:
    """A plan held against the data: does its base exist, does each axis name something, do its ends make sense?

    Raises
    ------
    ScenarioError
        With every problem at once.
    """
    plan = with_keys(plan)
    try:
        base = load_scenario(plan.base, data.root, data)
    except ScenarioError as error:
        told = (f"key 'base', value '{plan.base}': {problem}" for problem in error.problems)
        raise ScenarioError(f"plan '{plan.title}'", list(told)) from error
    base = with_changes(base, foresight=plan.foresight, resolution=plan.resolution)
    vintage = data.at(base.as_of)
    study = PreparedSweep(plan, base, vintage)
    problems = [
        f"axis '{name}', {problem}" for name, axis in plan.axes.items() for problem in _named(axis, base, vintage)
    ]
    problems += _of_the_plan(plan, base, vintage)
    problems += [] if problems or base.foresight == "perfect" else left_behind(plan, base)
    taken = [field for axis in plan.axes.values() if isinstance(axis, FieldAxis) for field in axis.fields]
    twice = sorted({field for field in taken if taken.count(field) > 1})
    problems += [f"key 'field', value '{field}': set by two axes; keep one" for field in twice]
    if not problems:
        problems = list(dict.fromkeys(_ends(study)))
    if problems:
        raise ScenarioError(f"plan '{plan.title}'", problems)
    return study


def _of_the_plan(plan: Plan, base: Scenario, data: GasData) -> Iterator[str]:
    """What the plan itself names and the scenario or the data do not know."""

    for attempt, key in (
        (lambda: plan.region and members(data, plan.region), "key 'region': "),
        (lambda: cut_of(plan, base), ""),
    ):
        try:
            attempt()
        except InputError as error:
            yield from (f"{key}{problem}" for problem in error.problems)


def _named(axis: PlanAxis, base: Scenario, data: GasData) -> Iterator[str]:
    """What the axis names and the scenario or the data do not know."""
    if isinstance(axis, FieldAxis):
        for field in axis.fields:
            try:
                place_of(field, base)
            except ScenarioError as error:
                yield from error.problems
    elif isinstance(axis, Outage):
        known = list(data["outage_rates"]["asset"])
        if axis.asset not in known:
            yield f"key 'asset', value '{axis.asset}': no row of outage_rates.csv; {closest(axis.asset, known)}"
    elif isinstance(axis, DataAxis):
        table = data["parameters"]
        ranged = list(table.loc[table["low"].notna() & table["high"].notna(), "parameter"])
        if axis.parameter not in ranged:
            told = f"key 'parameter', value '{axis.parameter}': no row of parameters.csv with a low and a high"
            yield f"{told}; {closest(axis.parameter, ranged)}"


def _ends(study: PreparedSweep) -> Iterator[str]:
    """Problems of the base, and of each axis at its ends while the others stand at their first value."""
    edge = {name: study.value(name, np.zeros(max(axis.dimensions, 1))) for name, axis in study.plan.axes.items()}
    try:
        check_against(study.scenario(edge), study.data)
    except InputError as error:
        whose = _by_axis(study, edge)
        yield from (f"{whose.get(problem, '')}{problem}" for problem in error.problems)
        return
    for name, axis in study.plan.axes.items():
        for value in axis.ends() if isinstance(axis, FieldAxis) else []:
            try:
                check_against(study.scenario({**edge, name: value}), study.data)
            except InputError as error:
                yield from (f"axis '{name}', value '{value}': {problem}" for problem in error.problems)


def _by_axis(study: PreparedSweep, edge: Mapping[str, Value | Failure | None]) -> dict[str, str]:
    """How messages of the first case begin: with the axis that makes a problem alone."""
    whose: dict[str, str] = {}
    for name, value in edge.items():
        try:
            check_against(study.scenario({name: value}), study.data)
        except InputError as error:
            whose |= dict.fromkeys(error.problems, f"axis '{name}', value '{shown(value)}': ")
    return whose


def _row(data: GasData, table: str, key: str, name: str) -> dict[str, Any]:
    rows = data[table]
    row: dict[str, Any] = rows[rows[key] == name].iloc[0].to_dict()
    return row


def _outage(name: str, row: Mapping[str, Any], failure: Failure, line: Timeline) -> dict[str, Any]:
    """The measure that a failure is; it is known from the first day of the period in which it falls.

    So that no failure, which lasts a day or two, cuts a period of its own.
    """
    left = 1.0 - float(row["lost_share"]) * failure.share
    known = line.starts[int(line.period_of_day[(failure.start - line.start).days])]
    dated = {"name": f"outage {name}", "start": failure.start, "end": failure.end, "announced": known}
    dated["remaining_share"] = left
    said = (model.outage(str(row["kind"]), str(row["target"])) for model in KINDS.values())
    return next(keys | dated for keys in said if keys is not None)


def shown(value: Value | Failure | None) -> Value:
    """A value as it stands in its column: of an outage the gas days lost, 0 for none."""
    if value is None:
        return 0.0
    if isinstance(value, Failure):
        return value.lost_days
    return float(value) if isinstance(value, (int, float)) else value


def column_type(study: PreparedSweep, name: str) -> str:
    """``number``, ``text`` or ``date``: what the column of an axis holds."""
    axis = study.plan.axes[name]
    kinds = {type(shown(value)) for value in axis.ends()} if isinstance(axis, FieldAxis) else {float}
    if kinds == {float}:
        return "number"
    return "date" if kinds == {date} or kinds == {pd.Timestamp} else "text"
