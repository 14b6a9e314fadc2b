"""What a scenario changes, piece by piece, and the outcome of any selection of the pieces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from energy_model.fast import Start, optimum
from energy_model.impact.study import Study
from energy_model.lp import Matrix
from energy_model.plan.foresight import Solved, solved_as
from energy_model.plan.knowledge import knowledge
from energy_model.plan.sharing import Shared
from energy_model.plan.stages import Plan, Step, next_plan
from energy_model.results.plan_totals import curtailed_gwh, mean_price
from energy_model.scenario import Case, Scenario, apply
from energy_model.scenario.measures.base import Measure
from energy_model.scenario.world import base_case
from energy_model.units import GWH_PER_TWH, KEUR_PER_BEUR

SETTINGS = (
    "weather",
    "lng_case",
    "lng_limit_twh_per_year",
    "lng_elasticity",
    "lng_price_factor",
    "foresight",
)
"""Keys of a scenario that count as pieces where they differ."""


Starts = dict[tuple[date, int, int], Start | None]


@dataclass(frozen=True)
class Piece:
    """One thing in which a scenario differs from its baseline: measures that come, measures that go, or a setting."""

    name: str
    comes: tuple[Measure, ...] = ()
    goes: tuple[Measure, ...] = ()
    setting: str | None = None


def pieces(scenario: Scenario, baseline: Scenario, grouped_above: int) -> list[Piece]:
    """What the scenario changes, in the order written; measures of one kind together if there are too many.

    Parameters
    ----------
    grouped_above : int
        Largest number of measures that are pieces of their own.
    """
    comes = [measure for measure in scenario.in_force if measure not in baseline.in_force]
    goes = [measure for measure in baseline.in_force if measure not in scenario.in_force]
    found = [Piece(_name(measure), comes=(measure,)) for measure in comes]
    found += [Piece(f"without: {_name(measure)}", goes=(measure,)) for measure in goes]
    if len(found) > grouped_above:
        kinds = dict.fromkeys(measure.kind for measure in (*comes, *goes))
        found = [_together(kind, comes, goes) for kind in kinds]
    differ = [key for key in SETTINGS if getattr(scenario, key) != getattr(baseline, key)]
    return found + [Piece(f"{key.replace('_', ' ')}: {getattr(scenario, key)}", setting=key) for key in differ]


def outcomes(study: Study) -> tuple[str, ...]:
    """Names of outcomes: curtailment of region and country, total cost without penalties, mean price of the region."""
    about = study.subject
    unserved = (f"{key}_unserved_twh" for key in (about.region_key, about.country_key))
    return (*unserved, "cost_eur_bn", "mean_price_eur_per_mwh")


def _name(measure: Measure) -> str:
    return measure.name or measure.headline


def _together(kind: str, comes: list[Measure], goes: list[Measure]) -> Piece:
    more, less = (tuple(m for m in part if m.kind == kind) for part in (comes, goes))
    count = len(more) + len(less)
    return Piece(f"{kind.replace('_', ' ')}{f' ({count} measures)' if count > 1 else ''}", comes=more, goes=less)


@dataclass
class Coalitions:
    """Outcomes of selections of pieces, on months; a plan that several selections share is solved once.

    Under surprise a plan depends on what is known when it is made. Selections that differ only in what is announced
    later share it, and every solve starts from the basis of a similar one.
    """

    study: Study
    pieces: list[Piece]
    _plans: dict[tuple[Any, ...], _Priced] = field(default_factory=dict)
    _bases: dict[tuple[Any, ...], Case] = field(default_factory=dict)
    starts: Starts = field(default_factory=dict)
    """Where a solve of a day and a shape may start: the basis of the last one like it."""

    def scenario_of(self, chosen: frozenset[int]) -> Scenario:
        """The baseline with the chosen pieces; excluded measures stay with zero strength.

        So all coalitions share one matrix shape, as all stages of a surprise do.
        """
        scenario, baseline = self.study.scenario, self.study.baseline
        silent = [m for k, piece in enumerate(self.pieces) for m in (piece.goes if k in chosen else piece.comes)]
        every = [*(m for m in baseline.in_force if m not in scenario.in_force), *scenario.in_force]
        measures = tuple(m.model_copy(update={"announced": date.max}) if m in silent else m for m in every)
        keys = {self.pieces[k].setting for k in chosen} - {None}
        settings = {key: getattr(scenario if key in keys else baseline, key) for key in SETTINGS}
        return scenario.model_copy(update={**settings, "resolution": "month", "measures": measures})

    def outcome(self, chosen: frozenset[int]) -> np.ndarray:
        """:func:`outcomes` with the chosen pieces, each in the unit that its name ends with, shape (outcomes,)."""
        return self._outcomes(self._plan(self.scenario_of(chosen)))

    def cost_eur_bn(self, chosen: frozenset[int]) -> float:
        """Total cost with the chosen pieces, without penalties of filling targets."""
        return float(self.outcome(chosen)[2])

    def planned_twh(self, chosen: frozenset[int], lines: Sequence[str]) -> float:
        """Most that a plan before the last sends over some pipelines; 0 if there is but one plan."""
        plans = [made.plan for made in self._path(self.scenario_of(chosen))]
        sent = [
            float((plan.matrix.values(plan.solution.col_value, "flow") @ plan.case.timeline.days)[mine].sum())
            for plan in plans[:-1]
            if (mine := np.isin(plan.case.pipelines.id, list(lines))).any()
        ]
        return max(sent, default=0.0) / GWH_PER_TWH

    def solved(self, chosen: frozenset[int]) -> Solved:
        """The solution with the chosen pieces: values and prices; no other duals, no stages."""
        scenario = self.scenario_of(chosen)
        made = self._plan(scenario)
        return solved_as(scenario, made.plan, made.price)

    def _plan(self, scenario: Scenario) -> _Priced:
        """The last plan of a scenario, by way of those before."""
        return self._path(scenario)[-1]

    def _path(self, scenario: Scenario) -> list[_Priced]:
        """The plans of a scenario in the order in which they are made."""
        settings = tuple(getattr(scenario, key) for key in SETTINGS)
        path: tuple[Any, ...] = settings
        made: list[_Priced] = []
        for what in knowledge(scenario):
            belief = what.believed_on or scenario.horizon.end
            known = tuple(k for k, m in enumerate(scenario.measures) if m.known_from is None or m.known_from <= belief)
            path = (*path, (what.since, known))
            if path not in self._plans:
                if settings not in self._bases:
                    self._bases[settings] = base_case(self.study.data, scenario)
                case = apply(scenario, self.study.data, belief, self._bases[settings])
                self._plans[path] = self._made(Step(what.since, case), made[-1] if made else None)
            made.append(self._plans[path])
        return made

    def _made(self, step: Step, before: _Priced | None) -> _Priced:
        """The plan of a step, with prices of each period from the plan that decided it."""

        def solver(matrix: Matrix, step: Step, first: int) -> Shared:
            place = (step.since, matrix.n_columns, matrix.n_rows)
            past = None if before is None else before.plan
            solution, self.starts[place] = optimum(matrix, step.case, self.starts.get(place) or _start_of(past, matrix))
            return Shared(matrix, solution, self.starts[place])

        plan = next_plan(None if before is None else before.plan, step, solver)
        if before is not None and plan is before.plan:
            return before
        price = plan.matrix.values(plan.solution.row_dual, "balance") / plan.case.timeline.days
        if before is not None:
            price = np.concatenate([before.price[:, : plan.first], price[:, plan.first :]], axis=1)
        return _Priced(plan, price)

    def _outcomes(self, made: _Priced) -> np.ndarray:
        """Unserved energy, cost and price as the headline numbers define them."""
        plan = made.plan
        case, value = plan.case, plan.solution.col_value
        inside, country = self.study.region_mask, self.study.country_mask
        cut = curtailed_gwh(case, plan.matrix.values(value, "curtailment")) / GWH_PER_TWH
        penalty = np.array([target.penalty_eur_per_mwh for target in case.storage.targets])
        missing = np.atleast_1d(plan.matrix.values(value, "missing"))[: len(penalty)]
        cost = (plan.solution.objective - float(missing @ penalty)) / KEUR_PER_BEUR
        unserved = (cut[mask[case.is_market]].sum() for mask in (inside, country))
        return np.array([*unserved, cost, mean_price(case, made.price, inside)])


@dataclass(frozen=True)
class _Priced:
    """A plan and its prices, EUR/MWh, each period's from the plan that decided it, shape (nodes, periods)."""

    plan: Plan
    price: np.ndarray


def _start_of(past: Plan | None, matrix: Matrix) -> Start | None:
    """Where the plan before ended, if the problem has kept its shape."""
    return past.start if past is not None and past.matrix.shape == matrix.shape else None
