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
from energy_model.errors import InputError, ScenarioError
from energy_model.scenario import Scenario, check_against, load_scenario
from energy_model.scenario.load import with_changes
from energy_model.scenario.words import closest
from energy_model.sweep.axes import Axis, DataAxis, FieldAxis, Grid, Outage, Value, triangular
from energy_model.sweep.plan import Plan, with_keys
from energy_model.units import DAYS_PER_YEAR

SCENARIO_KEYS = ("weather", "lng_case", "lng_limit_twh_per_year", "lng_price_factor")
"""Keys of a scenario that an axis may set; the others say how the model looks at it and are the plan's."""
MEASURE_KEYS_KEPT = {"kind", "name", "note"}
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


@dataclass(frozen=True)
class Study:
    """A plan with all it needs to make scenarios: the base scenario as it takes effect and the tables it asks.

    Attributes
    ----------
    data : GasData
        Of the base scenario's vintage.
    """

    plan: Plan
    base: Scenario
    data: GasData

    @property
    def count(self) -> int:
        """Number of cases."""
        return self.plan.samples * math.prod(len(axis.values) for axis in self._grids().values())

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
        """Where each case stands on each axis, 0..1, shape (cases, dimensions).

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
        """Value of an axis at a place; an outage's is a failure or, where it does not come, ``None``."""
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

    def scenario(self, values: Mapping[str, Value | Failure | None]) -> Scenario:
        """The scenario of a case.

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
                    place, key = _place(field, self.base)
                    if place is None:
                        raw[key] = value
                    else:
                        measures[place][key] = value
            elif isinstance(axis, Outage) and isinstance(value, Failure):
                measures.append(_outage(name, self._rows[name], value))
        if self.base.foresight == "perfect":
            # What is announced when does not matter then, but would cut periods, other ones in each case.
            heard = {"announced": self.base.horizon.start}
            measures = [m | heard if m.get("start") or m.get("announced") else m for m in measures]
        return with_changes(self.base, **raw, measures=tuple(measures))

    def world(self, values: Mapping[str, Value | Failure | None]) -> GasData:
        """The data of a case: the vintage with the parameters that vary."""
        moved = {axis.parameter: values[name] for name, axis in self.plan.axes.items() if isinstance(axis, DataAxis)}
        if not moved:
            return self.data
        table = self.data["parameters"].copy()
        for parameter, value in moved.items():
            table.loc[table["parameter"] == parameter, "value"] = value
        return self.data.varied({"parameters": table})

    def values(self, case: int) -> dict[str, Value | Failure | None]:
        """Values of all axes in a case, numbered from 0."""
        return {name: self.value(name, places[case]) for name, places in self.positions().items()}


def prepare(plan: Plan, data: GasData) -> Study:
    """A plan held against the data: does its base exist, does each axis name something, do its ends make sense?

    Raises
    ------
    ScenarioError
        With every problem at once.
    """
    plan = with_keys(plan)
    base = load_scenario(plan.base, data.root, data)
    base = with_changes(base, foresight=plan.foresight, resolution=plan.resolution)
    vintage = data.at(base.as_of)
    study = Study(plan, base, vintage)
    problems = [
        f"axis '{name}', {problem}" for name, axis in plan.axes.items() for problem in _named(axis, base, vintage)
    ]
    taken = [field for axis in plan.axes.values() if isinstance(axis, FieldAxis) for field in axis.fields]
    problems += [f"key 'field', value '{field}': set by two axes; keep one" for field in sorted(_twice(taken))]
    if not problems:
        problems = list(dict.fromkeys(_ends(study)))
    if problems:
        raise ScenarioError(f"plan '{plan.title}'", problems)
    return study


def _twice(fields: list[str]) -> set[str]:
    return {field for field in fields if fields.count(field) > 1}


def _named(axis: Axis, base: Scenario, data: GasData) -> Iterator[str]:
    """What the axis names and the scenario or the data do not know."""
    if isinstance(axis, FieldAxis):
        for field in axis.fields:
            try:
                _place(field, base)
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


def _ends(study: Study) -> Iterator[str]:
    """Problems of the base, and of each axis at its ends while the others stand at their first value."""
    edge = {name: study.value(name, np.zeros(max(axis.dimensions, 1))) for name, axis in study.plan.axes.items()}
    try:
        check_against(study.scenario(edge), study.data)
    except InputError as error:
        yield from error.problems
        return
    for name, axis in study.plan.axes.items():
        for value in axis.ends() if isinstance(axis, FieldAxis) else []:
            try:
                check_against(study.scenario({**edge, name: value}), study.data)
            except InputError as error:
                yield from (f"axis '{name}', value '{value}': {problem}" for problem in error.problems)


def _place(field: str, base: Scenario) -> tuple[int | None, str]:
    """Which measure a field belongs to (``None``: the scenario itself) and its key."""
    where = f"key 'field', value '{field}'"
    if not field.startswith("measures."):
        if field not in SCENARIO_KEYS:
            known = [*SCENARIO_KEYS, *(f"measures.{label}.KEY" for label in _labels(base))]
            raise ScenarioError("plan", [f"{where}: not a field that can vary; {closest(field, known)}"])
        return None, field
    label, _, key = field.removeprefix("measures.").rpartition(".")
    labels = _labels(base)
    by_number = {str(number): number - 1 for number in range(1, len(labels) + 1)}
    place = labels.index(label) if label in labels else by_number.get(label)
    if place is None:
        told = f"{closest(label, labels)}" if labels else "the base scenario has no measures"
        raise ScenarioError("plan", [f"{where}: no measure '{label}' in {base.id}; {told}"])
    keys = [key for key in type(base.measures[place]).model_fields if key not in MEASURE_KEYS_KEPT]
    if key not in keys:
        raise ScenarioError("plan", [f"{where}: {base.measures[place].kind} has no key '{key}'; {closest(key, keys)}"])
    return place, key


def _labels(base: Scenario) -> list[str]:
    return [measure.name or str(number) for number, measure in enumerate(base.measures, start=1)]


def _row(data: GasData, table: str, key: str, name: str) -> dict[str, Any]:
    rows = data[table]
    return rows[rows[key] == name].iloc[0].to_dict()


def _outage(name: str, row: Mapping[str, Any], failure: Failure) -> dict[str, Any]:
    """The measure that a failure is."""
    left = 1.0 - float(row["lost_share"]) * failure.share
    dated = {"name": f"outage {name}", "start": failure.start, "end": failure.end, "remaining_share": left}
    kind, target = str(row["kind"]), str(row["target"])
    if kind in ("route", "pipeline"):
        return {"kind": "route_outage", kind: target, **dated}
    if kind == "supplier":
        return {"kind": "supply_cut", "supplier": target, **dated}
    return {"kind": "asset_loss", "asset": kind, "id": target, **dated}


def shown(value: Value | Failure | None) -> Value:
    """A value as it stands in its column: of an outage the gas days lost, 0 for none."""
    if value is None:
        return 0.0
    if isinstance(value, Failure):
        return value.lost_days
    return float(value) if isinstance(value, (int, float)) else value


def column_type(study: Study, name: str) -> str:
    """``number``, ``text`` or ``date``: what the column of an axis holds."""
    axis = study.plan.axes[name]
    kinds = {type(shown(value)) for value in axis.ends()} if isinstance(axis, FieldAxis) else {float}
    if kinds == {float}:
        return "number"
    return "date" if kinds == {date} or kinds == {pd.Timestamp} else "text"
