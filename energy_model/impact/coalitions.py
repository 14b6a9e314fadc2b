"""What a scenario changes, piece by piece, and the outcome of any selection of the pieces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from energy_model.fast import Start, optimum
from energy_model.impact.study import Study
from energy_model.lp import Matrix, Solution, compile_model
from energy_model.model import build_model
from energy_model.model.periods import decided, freeze
from energy_model.plan.foresight import Solved, values_of
from energy_model.scenario import Case, Scenario, apply
from energy_model.scenario.measures.base import Measure
from energy_model.scenario.world import base_case
from energy_model.units import GWH_PER_TWH

SETTINGS = ("weather", "lng_case", "lng_limit_twh_per_year", "lng_price_factor", "foresight")
"""Keys of a scenario that count as pieces where they differ."""
KEUR_PER_BEUR = 1e6


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
    comes = [measure for measure in scenario.measures if measure not in baseline.measures]
    goes = [measure for measure in baseline.measures if measure not in scenario.measures]
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
    solves: int = 0
    """Problems solved so far."""
    _plans: dict[tuple[Any, ...], _Plan] = field(default_factory=dict)
    _bases: dict[tuple[Any, ...], Case] = field(default_factory=dict)
    starts: Starts = field(default_factory=dict)
    """Where a solve of a day and a shape may start: the basis of the last one like it."""

    def scenario_of(self, chosen: frozenset[int]) -> Scenario:
        """The baseline with the chosen pieces; excluded measures stay with zero strength.

        So all coalitions share one matrix shape, as all stages of a surprise do.
        """
        scenario, baseline = self.study.scenario, self.study.baseline
        silent = [m for k, piece in enumerate(self.pieces) for m in (piece.goes if k in chosen else piece.comes)]
        every = [*(m for m in baseline.measures if m not in scenario.measures), *scenario.measures]
        measures = tuple(m.model_copy(update={"announced": date.max}) if m in silent else m for m in every)
        keys = {self.pieces[k].setting for k in chosen} - {None}
        settings = {key: getattr(scenario if key in keys else baseline, key) for key in SETTINGS}
        return scenario.model_copy(update={**settings, "resolution": "month", "measures": measures})

    def outcome(self, chosen: frozenset[int]) -> np.ndarray:
        """:func:`outcomes` with the chosen pieces."""
        return self._outcomes(self._plan(self.scenario_of(chosen)))

    def cost_eur_bn(self, chosen: frozenset[int]) -> float:
        """Total cost with the chosen pieces, without penalties of filling targets."""
        return float(self.outcome(chosen)[2])

    def planned_twh(self, chosen: frozenset[int], lines: Sequence[str]) -> float:
        """Most that a plan before the last sends over some pipelines; 0 if there is but one plan."""
        plans = self._path(self.scenario_of(chosen))
        sent = [
            float((plan.matrix.values(plan.solution.col_value, "flow") @ plan.case.timeline.days)[mine].sum())
            for plan in plans[:-1]
            if (mine := np.isin(plan.case.pipelines.id, list(lines))).any()
        ]
        return max(sent, default=0.0) / GWH_PER_TWH

    def solved(self, chosen: frozenset[int]) -> Solved:
        """The solution with the chosen pieces: values and prices; no other duals, no stages."""
        scenario = self.scenario_of(chosen)
        plan = self._plan(scenario)
        return Solved(
            scenario=scenario,
            case=plan.case,
            values=values_of(plan.matrix, plan.solution, plan.case),
            duals={"balance": plan.price * plan.case.timeline.days},
            reduced_costs={},
            objective_keur=float(plan.solution.objective),
            stages=(),
            matrix=plan.matrix,
            solution=plan.solution,
        )

    def _plan(self, scenario: Scenario) -> _Plan:
        """The last plan of a scenario, by way of those before."""
        return self._path(scenario)[-1]

    def _path(self, scenario: Scenario) -> list[_Plan]:
        """The plans of a scenario in the order in which they are made."""
        start, end = scenario.horizon.start, scenario.horizon.end
        days = scenario.announcements() if scenario.foresight == "surprise" else []
        settings = tuple(getattr(scenario, key) for key in SETTINGS)
        path: tuple[Any, ...] = settings
        plan: _Plan | None = None
        made: list[_Plan] = []
        for day in [start, *days]:
            belief = end if day == max(days, default=start) or scenario.foresight == "perfect" else day
            known = tuple(k for k, m in enumerate(scenario.measures) if m.known_from is None or m.known_from <= belief)
            path = (*path, (day, known))
            if path not in self._plans:
                self._plans[path] = self._solve(scenario, settings, belief, day, plan)
            plan = self._plans[path]
            made.append(plan)
        return made

    def _solve(
        self, scenario: Scenario, settings: tuple[Any, ...], belief: date, day: date, past: _Plan | None
    ) -> _Plan:
        if settings not in self._bases:
            self._bases[settings] = base_case(self.study.data, scenario)
        case = apply(scenario, self.study.data, belief, self._bases[settings])
        matrix = compile_model(build_model(case))
        fresh, first = matrix, 0
        if past is not None:
            if fresh.equals(past.fresh):  # nothing that matters has become known: the plan stands
                return past
            first = case.timeline.boundary_at(day)
            matrix = freeze(matrix, decided(past.matrix, past.solution.col_value), first)
        place = (day, matrix.n_columns, matrix.n_rows)
        solution, start = optimum(matrix, case, self.starts.get(place) or _start_of(past, matrix))
        self.starts[place] = start
        self.solves += 1
        price = matrix.values(solution.row_dual, "balance") / case.timeline.days
        if past is not None:
            price = np.concatenate([past.price[:, :first], price[:, first:]], axis=1)
        return _Plan(case, fresh, matrix, solution, start, price)

    def _outcomes(self, plan: _Plan) -> np.ndarray:
        """Unserved energy, cost and price as the headline numbers define them."""
        case, value = plan.case, plan.solution.col_value
        inside, country = self.study.region_mask, self.study.country_mask
        cut = plan.matrix.values(value, "curtailment").sum(axis=1) @ case.timeline.days / GWH_PER_TWH
        penalty = np.array([target.penalty_eur_per_mwh for target in case.storage.targets])
        missing = np.atleast_1d(plan.matrix.values(value, "missing"))[: len(penalty)]
        cost = (plan.solution.objective - float(missing @ penalty)) / KEUR_PER_BEUR
        use = case.demand.rate.sum(axis=1)[inside] * case.timeline.days
        price = float(np.average(plan.price[inside], weights=use)) if use.sum() > 0.0 else 0.0
        unserved = (cut[mask[case.is_market]].sum() for mask in (inside, country))
        return np.array([*unserved, cost, price])


@dataclass(frozen=True)
class _Plan:
    case: Case
    fresh: Matrix  # as compiled
    matrix: Matrix  # with the past frozen
    solution: Solution
    start: Start | None
    price: np.ndarray  # EUR/MWh, each period's from the plan that decided it, shape (N, T)


def _start_of(past: _Plan | None, matrix: Matrix) -> Start | None:
    """Where the plan before ended, if the problem has kept its shape."""
    if past is None or (past.matrix.n_columns, past.matrix.n_rows) != (matrix.n_columns, matrix.n_rows):
        return None
    return past.start
