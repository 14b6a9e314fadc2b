"""The model in words and formulas, read from the model itself: the generated part of docs/model.md.

``python -m energy_model.model.describe docs/model.md`` writes it anew below the marker; a test holds it up to date.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from inspect import cleandoc
from textwrap import fill
from typing import Any

import numpy as np
import pyomo.core as pyo

from energy_model.generated_page import GeneratedPart
from energy_model.lp import LazyModel
from energy_model.model import lng_world
from energy_model.model.build import FEATURES, add_sets
from energy_model.model.feature import Feature
from energy_model.scenario.arrays import arrays_of, derived_of
from energy_model.scenario.case import Case, Contracts
from energy_model.scenario.delivery_points import DeliveryPoints
from energy_model.scenario.lng_slots import LngSlots
from energy_model.scenario.lng_world import ANY_MARKET
from energy_model.scenario.low_calorific import LowCalorific
from energy_model.scenario.origin import Asked, Gas, with_origin
from energy_model.scenario.solidarity import Solidarity
from energy_model.scenario.supply_by_month import SupplyByMonth
from energy_model.scenario.toy import target, toy_case, toy_world
from energy_model.scenario.transit_bookings import TransitBookings

PART = GeneratedPart(
    "<!-- generated from the rules' docstrings; everything below is written by energy_model/model/describe.py -->"
)
_KINDS = (("Sets", (pyo.Set, pyo.RangeSet)), ("Parameters", (pyo.Param,)), ("Variables", (pyo.Var,)))
_MATH = ".. math::"


def model_markdown() -> str:
    """Every set, parameter, variable and equation of the model, feature by feature."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    case = _case_with_everything()
    limited = replace(case, lng_world=None)  # a limit on Europe's LNG and a world market exclude each other
    m = LazyModel(name="described")
    add_sets(m, case)
    seen = _names(m)
    yield from _arrays(case)
    yield "## Shared by all features\n"
    yield from _tables([m.component(name) for name in seen])
    for feature in FEATURES:
        feature.add(m, case if feature is lng_world else limited)
        fresh = [name for name in _names(m) if name not in seen]
        seen += fresh
        title = feature.__name__.rpartition(".")[2].replace("_", " ").replace("lng", "LNG")
        yield f"\n## {title[0].upper()}{title[1:]}\n"
        yield _wrapped(f"{_said(feature)} {_said(feature.add)}")
        components = [m.component(name) for name in fresh]
        yield from _tables(components)
        yield from _terms(feature.FEATURE)
        yield from _equations(components)


def _arrays(case: Case) -> Iterator[str]:
    """What a case says, array by array."""
    yield "## Arrays of a case\n"
    yield _wrapped(
        "Each array says beside its type over which axes it runs, in which unit, and what role it plays "
        "(`energy_model/scenario/arrays.py`). Recompiling, coarse periods, stored inputs, toys and added rows go by "
        "that. Derived arrays are kept for measures and answers; the model does not read them."
    )
    yield "| array | over | unit | role | meaning |"
    yield "|---|---|---|---|---|"
    for name, part in {"": case, **case.parts}.items():
        kind = type(part)
        for field, one in arrays_of(kind).items():
            role = f"{one.role}, derived" if field in derived_of(kind) else one.role
            said = f"{name}.{field}".lstrip(".")
            yield f"| `{said}` | {', '.join(one.axes)} | {one.unit} | {role} | {one.doc} |"
    yield ""


def _names(m: LazyModel) -> list[str]:
    kinds = (*(kind for _, group in _KINDS for kind in group), pyo.Constraint, pyo.Objective)
    return [str(item.name) for item in m.component_objects(kinds, descend_into=False) if "_index" not in item.name]


def _tables(components: Iterable[Any]) -> Iterator[str]:
    for title, kinds in _KINDS:
        mine = [item for item in components if item.ctype in kinds]
        if not mine:
            continue
        with_unit = pyo.Set not in kinds
        yield f"{title}:\n"
        yield "| name | over | unit | meaning |" if with_unit else "| name | over | meaning |"
        yield "|---|---|---|---|" if with_unit else "|---|---|---|"
        for item in mine:
            unit = f" {_unit(item)} |" if with_unit else ""
            yield f"| `{item.local_name}` | {_index(item)} |{unit} {item.doc or ''} |"
        yield ""


def _terms(feature: Feature) -> Iterator[str]:
    """What a feature adds to the balance of a node and to the cost."""
    for side in ("enters", "leaves"):
        if mine := [f"`{term.name}`" for term in feature.balance if term.side == side]:
            yield f"What {side} a node: {', '.join(mine)}.\n"
    if feature.costs:
        yield f"What costs money: {', '.join(f'`{term.of}`' for term in feature.costs)}.\n"


def _equations(components: Iterable[Any]) -> Iterator[str]:
    for item in components:
        if item.ctype not in (pyo.Constraint, pyo.Objective):
            continue
        words, _, formula = _said(item._rule._fcn).partition(_MATH)
        over = f", for each of {_index(item)}" if item.is_indexed() else ""
        yield _wrapped(f"**`{item.local_name}`**{over}. {' '.join(words.split())}")
        yield f"```math\n{cleandoc(formula)}\n```\n"


def _wrapped(text: str) -> str:
    return fill(text, width=120, break_long_words=False, break_on_hyphens=False) + "\n"


def _said(documented: Any) -> str:
    return cleandoc(documented.__doc__ or "").replace("``", "`")


def _index(item: Any) -> str:
    if not item.is_indexed():
        return ""
    return ", ".join(f"`{part.local_name}`" for part in item.index_set().subsets())


def _unit(item: Any) -> str:
    unit = str(item.get_units())
    return {"dimensionless": "share", "None": "", "d": "days"}.get(unit, unit)


def _case_with_everything() -> Case:
    """Two nodes with one of everything: enough to have every component declared."""
    case = toy_case(
        demand={"A": 10.0},
        pipelines={("S", "A"): (10.0, 1.0)},
        supply={"S": (10.0, 10.0)},
        lng={"A": (5.0, 20.0, 1.0)},
        storage={"A": (50.0, 5.0, 5.0, 20.0)},
        periods=2,
    )
    one = np.array([1.0])
    stock = replace(
        case.storage,
        targets=(target(case, "A", 2, 10.0, 100.0),),
        curve_storage=np.array([0]),
        curve_kind=np.array(["withdrawal"]),
        curve_intercept=one,
        curve_slope=one,
    )
    contracts = Contracts(np.array(["S over S>A"]), ((0,),), np.array(["S"]), one, one)
    quality = LowCalorific(
        node=np.array([case.node("A")]),
        line=np.zeros(0, dtype=int),
        household_share=np.ones((1, 2)),
        conversion=np.ones((1, 2)),
        produced_share=np.ones((1, 2)),
        tie_break=np.zeros((1, 2)),
        stored_share=one,
    )
    takes = SupplyByMonth(np.array(["S:base"]), np.full((1, 2), 0.5), np.ones((1, 2)))
    case = replace(case, storage=stock, contracts=contracts, low_calorific=quality, supply_by_month=takes)
    case = replace(case, delivery_points=_points(), transit_bookings=_bookings())
    world = toy_world(case, {"Overseas": (20.0, 20.0)}, bound={("SEA", ANY_MARKET): 0.5, ("SEA", 0): 0.1})
    case = replace(case, lng_world=world, lng_slots=LngSlots(quality.node, np.zeros((1, 2)), np.ones((1, 2)), one))
    none = np.zeros(0, dtype=str)
    keeping = Solidarity(quality.node, np.zeros((1, 2)), 0.0, np.ones((1, 2)), one, none, none, (), ())
    case = replace(case, solidarity=keeping)
    everywhere = np.ones((len(case.nodes), 2))
    levied = Asked(ban=0.0 * everywhere, duty=everywhere, resale=False, transit=True)
    return with_origin(case, Gas("Sealand, pipeline", suppliers=("S",)), levied)


def _points() -> DeliveryPoints:
    """One point that is both under contract and a landing point."""
    one = np.ones((1, 2))
    return DeliveryPoints(
        id=np.array(["S at S>A"]),
        forward=((0,),),
        backward=((),),
        steps=((0,),),
        landings=((0,),),
        least=0.5 * one,
        most=one,
        has_most=np.array([True]),
        swap_cost=np.array([3.0]),
    )


def _bookings() -> TransitBookings:
    """A booking and a border, with the flow of the month before."""
    one = np.ones((1, 1))
    return TransitBookings(
        booking=np.array(["S>A"]),
        lines=((0,),),
        booked=np.ones((1, 2)),
        border=np.array(["A>S"]),
        forward=((),),
        backward=((0,),),
        change_cost=one,
        before=-one,
        is_before_given=np.ones(1, dtype=bool),
    )


if __name__ == "__main__":
    PART.write(sys.argv[1:], model_markdown)
