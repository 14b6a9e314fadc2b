"""Every quantity of the model has a unit and a description, and every equation adds like to like."""

from __future__ import annotations

import ast
import doctest
import re
from pathlib import Path

import pyomo.environ as pyo
import pytest
from cases import everything
from pyomo.util.check_units import assert_units_consistent, check_units_equivalent

from energy_model import units
from energy_model.lp import LazyModel
from energy_model.model import build_model, pyomo_units


@pytest.fixture(scope="module")
def model() -> LazyModel:
    return build_model(everything())


def test_the_toy_leaves_no_feature_out(model):
    """Otherwise the tests below would pass on equations that are not there."""
    empty = [
        part.name
        for part in model.component_objects((pyo.Set, pyo.Var, pyo.Constraint))
        if part.is_indexed() and not len(part)
    ]
    assert [] == empty


def test_units_are_consistent(model):
    assert_units_consistent(model)


def test_cost_is_in_thousand_euro(model):
    found = pyo.units.get_units(model.cost.expr)
    assert check_units_equivalent(found, pyomo_units.THOUSAND_EUR.pyomo)
    assert pytest.approx(1_000.0) == pyo.units.convert_value(1.0, from_units=found, to_units=pyo.units.EUR)


@pytest.mark.parametrize("kind", [pyo.Set, pyo.Param, pyo.Var, pyo.Constraint, pyo.Objective], ids=lambda k: k.__name__)
def test_every_part_of_the_model_says_what_it_is(model, kind):
    parts = [part for part in model.component_objects(kind) if not part.name.endswith(("_index", "_domain"))]
    assert parts
    assert [] == [part.name for part in parts if not part.doc]


def test_every_number_and_every_variable_has_a_unit(model):
    parts = list(model.component_objects((pyo.Param, pyo.Var)))
    assert [] == [part.name for part in parts if part.get_units() is None]


def test_every_rule_states_its_equation(model):
    """docs/model.md is made of these docstrings."""
    rules = {part.name: part.rule for part in model.component_objects(pyo.Constraint)}
    docstrings = {name: getattr(rule, "_fcn", rule).__doc__ or "" for name, rule in rules.items()}
    assert [] == [name for name, text in docstrings.items() if ".. math::" not in text]


def test_examples_of_the_conversions_hold():
    found = doctest.testmod(units)
    assert found.attempted >= 3
    assert 0 == found.failed


def test_energy_shown_in_bcm_comes_back_from_bcm():
    assert pytest.approx(123.0) == units.show_energy(123.0 * units.KWH_PER_M3["europe_15c"] * units.GWH_PER_TWH, "bcm")
    assert pytest.approx(1.5) == units.show_energy(1_500.0)
    assert pytest.approx(1_500.0) == units.show_energy(1_500.0, "GWh")


def test_twenty_dollars_per_mmbtu_are_sixty_euro_per_mwh():
    """At 1.13 dollars to the euro; a dearer euro makes dollars cheaper."""
    assert pytest.approx(60.4, abs=0.05) == units.eur_per_mwh_from_usd_per_mmbtu(20.0, 1.13)
    assert units.eur_per_mwh_from_usd_per_mmbtu(20.0, 1.2) < units.eur_per_mwh_from_usd_per_mmbtu(20.0, 1.1)


# One place for conversions --------------------------------------------------------------------------------------

ROOT = Path(units.__file__).parent
YEARS = {365, 366, 8_760, 8_784, *units.KWH_PER_M3.values(), units.MWH_PER_MMBTU}
"""Numbers that mean a conversion wherever they stand."""
SCALES = {24, 1e3, 1e6, 1e9}
"""Numbers that mean one where something is multiplied or divided by them."""
NAMED = re.compile(r"^(EUR|KEUR|MEUR|BEUR|M?WH|GWH?|TWH|KWH|DAYS|HOURS|NM|KM|MW|BYTES)_?\w*_(PER|TO)_(?!DAY\b)\w+$")
"""Constants whose name is that of a conversion."""
NOT_OURS = {"lp", "fast"}
"""Arithmetic of solvers, which knows no units."""


def conversions(text: str) -> list[str]:
    """Conversions that a module spells out: its line and the number or name."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and type(node.value) in (int, float) and node.value in YEARS:
            found.append(f"line {node.lineno}: {node.value}")
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.Div)):
            sides = [side for side in (node.left, node.right) if isinstance(side, ast.Constant)]
            found += [f"line {node.lineno}: {ast.unparse(node)}" for side in sides if side.value in SCALES]
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            names = [target.id for target in node.targets if isinstance(target, ast.Name)]
            found += [f"line {node.lineno}: {name}" for name in names if NAMED.match(name)]
    return found


def test_conversions_stand_in_one_module():
    modules = [path for path in ROOT.rglob("*.py") if path.name != "units.py"]
    told = {
        str(path.relative_to(ROOT)): found
        for path in modules
        if path.relative_to(ROOT).parts[0] not in NOT_OURS and (found := conversions(path.read_text(encoding="utf-8")))
    }

    assert len(modules) > 200
    assert {} == told, "take the number from energy_model/units.py"


@pytest.mark.parametrize(
    "line", ["twh = gwh / 1e3", "rate = year / 365.0", "DAYS = 365", "KEUR_PER_BEUR = 1e6", "x = 24 * hours"]
)
def test_a_conversion_that_is_spelt_out_is_seen(line):
    assert conversions(line)


@pytest.mark.parametrize(
    "line", ["twh = gwh / GWH_PER_TWH", "tolerance = 1e-6", "width = 24.0", "LEAST_GWH_PER_DAY = 1.0"]
)
def test_other_numbers_are_left_alone(line):
    assert [] == conversions(line)
