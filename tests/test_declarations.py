"""What features of the model declare is what the model is, and everything that goes by it forgets nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyomo.environ as pyo
import pytest
from cases import answer, as_solved, everything

from energy_model.errors import ResultError
from energy_model.lp import LazyModel
from energy_model.model import build_model
from energy_model.model.build import BALANCE_TERMS, COST_TERMS, DECLARED, ROWS, VARIABLES
from energy_model.model.periods import by_longer_periods, decided, freeze, is_by_period, is_decided_in_time
from energy_model.results import tables
from energy_model.scenario.case import Case
from energy_model.scenario.delivery_points import DeliveryPoints
from energy_model.scenario.lng_slots import LngSlots
from energy_model.scenario.lng_world import ANY_MARKET, LngWorld
from energy_model.scenario.low_calorific import LowCalorific
from energy_model.scenario.origin import Asked, Gas, with_origin
from energy_model.scenario.solidarity import Solidarity
from energy_model.scenario.supply_by_month import SupplyByMonth
from energy_model.scenario.toy import toy_world
from energy_model.scenario.transit_bookings import TransitBookings
from energy_model.timeline import Timeline


def with_every_feature() -> Case:
    """Everything of the toy, a second quality, a market that keeps its gas, a ban by origin and a duty to the end."""
    case = everything()
    half = np.full((len(case.nodes), len(case.timeline)), 0.5)
    asked = Asked(ban=half, duty=10.0 * half, resale=False, transit=True)
    takes = SupplyByMonth(
        np.array(["RU:base"]), np.full((1, len(case.timeline)), 0.5), np.full((1, len(case.timeline)), 2.0)
    )
    case = replace(case, low_calorific=_quality(case), supply_by_month=takes)
    case = replace(case, delivery_points=_points(case), transit_bookings=_bookings(case))
    case = replace(case, lng_world=_world(case), lng_slots=_slots(case))
    case = replace(case, solidarity=_keeping(case))
    return with_origin(case, Gas("Russia, pipeline", suppliers=("RU",)), asked)


def _world(case: Case) -> LngWorld:
    """A buyer overseas, and a contract of the exporter with the toy's markets."""
    exporter = str(case.lng.exporter[0])
    return toy_world(case, {"Overseas": (5.0, 20.0)}, bound={(exporter, ANY_MARKET): 0.2, (exporter, 0): 0.1})


def _slots(case: Case) -> LngSlots:
    """The first market with a terminal lands between a tenth and a half of all LNG."""
    one, at = np.ones((1, len(case.timeline))), case.lng.terminal_node[:1]
    return LngSlots(at, 0.1 * one, 0.5 * one, np.array([10.0]))


def _quality(case: Case) -> LowCalorific:
    """A tenth of the households of DE burns low-calorific gas; half of what enters there is of that quality."""
    one = np.ones((1, len(case.timeline)))
    at, none = np.array([case.node("DE")]), np.zeros(0, dtype=int)
    return LowCalorific(at, none, 0.1 * one, one, 0.5 * one, 1e-4 * one, np.array([0.1]))


def _points(case: Case) -> DeliveryPoints:
    """Nine tenths of all that the first seller sends are due at the last pipeline, and at most a tenth lands there."""
    lines, one = len(case.pipelines.id), np.ones((1, len(case.timeline)))
    return DeliveryPoints(
        id=np.array(["point"]),
        forward=((lines - 1,),),
        backward=((),),
        steps=((0,),),
        landings=(tuple(range(lines)),),
        least=0.9 * one,
        most=0.1 * one,
        has_most=np.array([True]),
        swap_cost=np.array([3.0]),
    )


def _bookings(case: Case) -> TransitBookings:
    """The first pipeline is booked for 5 GWh/d, and its flow was 1 GWh/d in the month before."""
    one = np.ones((1, len(case.timeline.months)))
    return TransitBookings(
        booking=np.array(["booking"]),
        lines=((0,),),
        booked=np.full((1, len(case.timeline)), 5.0),
        border=np.array(["border"]),
        forward=((0,),),
        backward=((),),
        change_cost=one,
        before=one,
        is_before_given=np.array([True] + [False] * (len(case.timeline.months) - 1)),
    )


def _keeping(case: Case) -> Solidarity:
    """DE keeps one GWh a day and nothing in store."""
    at, one = np.array([case.node("DE")]), np.ones((1, len(case.timeline)))
    return Solidarity(at, one, 0.0, one, np.zeros(1), np.zeros(0, dtype=str), np.zeros(0, dtype=str), (), ())


@pytest.fixture(scope="module")
def case() -> Case:
    return with_every_feature()


@pytest.fixture(scope="module")
def model(case: Case) -> LazyModel:
    return build_model(case)


def sets_of(component: object) -> tuple[str, ...]:
    """Names of the index sets of a component of the model."""
    if not component.is_indexed():
        return ()
    return tuple(part.local_name for part in component.index_set().subsets())


@pytest.mark.parametrize(("kind", "declared"), [(pyo.Var, VARIABLES), (pyo.Constraint, ROWS)])
def test_every_variable_and_constraint_is_declared_over_the_sets_it_has(case, model, kind, declared) -> None:
    limited = build_model(replace(case, lng_world=None))  # a limit on Europe's LNG in place of the world market
    found = {
        one.local_name: sets_of(one) for m in (model, limited) for one in m.component_objects(kind, descend_into=False)
    }

    assert found == {name: one.sets for name, one in declared.items()}


def test_a_name_is_declared_once() -> None:
    names = [one.name for feature in DECLARED for one in (*feature.variables, *feature.rows)]

    assert len(names) == len(set(names))


def test_all_that_runs_over_periods_or_boundaries_is_frozen(case: Case, model: LazyModel) -> None:
    """By the index sets of the model itself: a stock is fixed on the morning of the new plan, a rate up to it.
    What belongs to a month is fixed when that has passed."""
    found = answer(case)
    past = decided(found.matrix, found.solution.col_value)

    frozen = freeze(found.matrix, past, 1, parts=1)

    for variable in model.component_objects(pyo.Var, descend_into=False):
        last = variable.index_set().subsets(expand_all_set_operators=True) if variable.is_indexed() else []
        end = {"T": 1, "T0": 2, "Y": 1}.get(list(last)[-1].local_name if last else "", 0)
        lower, upper = (frozen.block_array(f"col_{bound}", variable.local_name) for bound in ("lower", "upper"))
        fixed = found.of(variable.local_name)[..., :end] if end else lower[..., :0]
        assert lower[..., :end] == pytest.approx(fixed), variable.local_name
        assert upper[..., :end] == pytest.approx(fixed), variable.local_name


def test_all_that_runs_over_periods_is_put_together_for_longer_ones(case: Case, model: LazyModel) -> None:
    line = case.timeline
    how = by_longer_periods(line, Timeline(line.starts[:1], line.end))

    for one in model.component_objects((pyo.Var, pyo.Constraint), descend_into=False):
        in_time = bool({"T", "T0"} & set(sets_of(one)[-1:]))
        assert in_time == (one.local_name in how), one.local_name


def test_a_column_of_a_question_is_no_decision_of_a_period() -> None:
    assert not is_decided_in_time("promise")
    assert not is_by_period("promise")
    assert not is_decided_in_time("missing")


def test_terms_read_from_the_case_are_those_of_the_rows(case: Case) -> None:
    """What a feature says of a solved case, and what its rule put into the rows, are two readings of one balance."""
    found = answer(case)
    values = as_solved(found).values
    demand = next(term for term in BALANCE_TERMS if term.name == "demand").amount(case, values)

    rows = found.matrix.rows["balance"].shaped(found.matrix.coefficients @ found.solution.col_value)
    read = sum(
        (1.0 if term.side == "enters" else -1.0) * term.amount(case, values)
        for term in BALANCE_TERMS
        if term.name != "demand"
    )

    assert np.abs(demand).sum() > 0.0
    assert abs(read) == pytest.approx(abs(rows), abs=1e-6)


def test_costs_read_from_the_case_are_the_objective(case: Case) -> None:
    found = answer(case)
    values = as_solved(found).values

    stated = {term.of: sum(term.amounts(case, values).values()) for term in COST_TERMS}

    assert sum(stated.values()) == pytest.approx(found.cost, rel=1e-9)
    assert stated["origin_bought"] > 0.0, "a duty by origin is paid"


@pytest.mark.parametrize("lost", ["flow", "cargo", "curtailment", "level"])
def test_a_cost_that_a_feature_forgets_to_state_is_an_error(monkeypatch, case: Case, lost: str) -> None:
    solved = as_solved(answer(case))
    kept = tuple(
        replace(term, amounts=lambda case, values: {"nothing": 0.0}) if term.of == lost else term for term in COST_TERMS
    )
    monkeypatch.setattr(tables, "COST_TERMS", kept)

    with pytest.raises(ResultError, match="costs add up to"):
        tables.build_tables(solved)


def test_gas_that_a_feature_forgets_to_state_is_an_error(monkeypatch, case: Case) -> None:
    solved = as_solved(answer(case))
    monkeypatch.setattr(tables, "BALANCE_TERMS", tuple(term for term in BALANCE_TERMS if term.name != "withdrawal"))

    with pytest.raises(ResultError, match="the balance of"):
        tables.build_tables(solved)


def test_a_tie_break_enters_the_objective_and_nobody_pays_it(case: Case) -> None:
    """Two EUR/MWh more on every unit of supply, as a tie-break: another objective, the same payments and offers."""
    told = case.with_("supply", tie_break=case.supply.tie_break + 2.0)
    plain, apart = answer(case), answer(told)
    costs, other = (tables.build_tables(as_solved(one))["costs"].set_index("component") for one in (plain, apart))
    volume = (apart.of("supply") @ told.timeline.days).sum()

    assert apart.cost - other["cost_eur"].sum() / 1e3 == pytest.approx(2.0 * volume, rel=1e-4)
    assert costs.loc["pipeline supply"].item() / (plain.of("supply") @ case.timeline.days).sum() == pytest.approx(
        other.loc["pipeline supply"].item() / volume
    )


def test_a_duty_at_the_border_is_told_apart_from_transport(case: Case) -> None:
    flow = answer(case.with_("pipelines", duty=case.pipelines.duty + 3.0))
    costs = tables.build_tables(as_solved(flow))["costs"].set_index("component")["cost_eur"]
    carried = flow.of("flow") @ case.timeline.days

    assert costs["import duties"] == pytest.approx(3e3 * carried.sum())
    assert costs["transport"] == pytest.approx(
        1e3 * ((flow.of("flow") * case.pipelines.cost) @ case.timeline.days).sum()
    )
