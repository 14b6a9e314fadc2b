"""A component with a late unit answers as one whose unit was looked up at once."""

from __future__ import annotations

import pyomo.environ as pyo
import pytest
from pyomo.util.check_units import assert_units_consistent

from energy_model.lp import ArrayParam, LateScalarParam, LateUnit, LazyModel, compile_model, give_unit

METRE, KILOMETRE = LateUnit(("m",)), LateUnit(("km",))
SPEED = LateUnit(("km",), per=("h",))


def model(low: object, high: object, unit: object) -> LazyModel:
    """A length between two bounds."""
    m = LazyModel()
    m.T = pyo.Set(initialize=[1, 2])
    m.low = ArrayParam(m.T, values=[1.0, 2.0], units=low)
    m.high = ArrayParam(m.T, values=[3.0, 4.0], units=high)
    m.length = pyo.Var(m.T, bounds=lambda m, t: (m.low[t], m.high[t]))
    give_unit(m.length, unit)
    m.cost = pyo.Objective(rule=lambda m: sum(m.length[t] for t in m.T))
    return m


@pytest.mark.parametrize(("low", "high"), [(METRE, METRE), (KILOMETRE, METRE), (METRE, KILOMETRE)])
def test_bounds_are_converted_to_the_unit_of_the_variable(low: LateUnit, high: LateUnit) -> None:
    late = compile_model(model(low, high, METRE))
    at_once = compile_model(model(low.pyomo, high.pyomo, METRE.pyomo))

    assert [] == late.differences(at_once)
    assert (1_000.0 if low is KILOMETRE else 1.0) == late.col_lower[0]


def test_a_unit_is_what_pyomo_makes_of_it() -> None:
    m = LazyModel()
    m.speed = LateScalarParam(initialize=50.0, units=SPEED)
    m.price = LateScalarParam(initialize=2.0, units=LateUnit(("gulden",), definitions=("gulden = [money]",)))
    m.share = LateScalarParam(initialize=0.5, units=LateUnit())
    m.bill = pyo.Expression(expr=m.speed * m.price * m.share)

    assert "km/h" == str(m.speed.get_units())
    assert "dimensionless" == str(m.share.get_units())
    assert "gulden*km/h" == str(pyo.units.get_units(m.bill.expr))
    assert m.speed.mutable
    assert_units_consistent(m)


def test_a_parameter_that_is_declared_again_keeps_its_unit() -> None:
    m = model(METRE, METRE, METRE)
    m.low = ArrayParam(m.T, values=[0.0, 0.0], units=METRE)
    assert 0.0 == compile_model(m).col_lower[0]

    with pytest.raises(ValueError, match="is declared again"):
        m.low = ArrayParam(m.T, values=[0.0, 0.0], units=KILOMETRE)


def test_a_model_with_late_units_can_be_copied() -> None:
    twin = model(METRE, METRE, METRE).clone()

    assert "m" == str(twin.length.get_units())
    assert "m" == str(twin.low[1].get_units())
