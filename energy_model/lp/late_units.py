"""Units that Pyomo is asked for when somebody looks at them: to load its system of units takes a third of a second.

A component declared with a :class:`LateUnit` answers ``get_units()`` as any other does.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from .pyomo_internals import ScalarParam, units_of_pyomo


@dataclass(frozen=True)
class LateUnit:
    """A product of units by their names, not looked up yet.

    Attributes
    ----------
    of, per : tuple of str
        Names of the units multiplied, and of those divided by; none is a share.
    definitions : tuple of str
        What Pyomo's system of units does not know by itself, as ``EUR = [currency]``.
    """

    of: tuple[str, ...] = ()
    per: tuple[str, ...] = ()
    definitions: tuple[str, ...] = ()

    @property
    def pyomo(self) -> Any:
        """The unit as Pyomo knows it."""
        for definition in self.definitions:
            name = definition.split("=")[0].strip()
            if not _is_known(name):
                units_of_pyomo.load_definitions_from_strings([definition])
        found = units_of_pyomo.dimensionless
        for name in self.of:
            found = found * getattr(units_of_pyomo, name)
        for name in self.per:
            found = found / getattr(units_of_pyomo, name)
        return units_of_pyomo.get_units(found)


class WithLateUnit:
    """What lets a component of Pyomo have a late unit."""

    __slots__ = ()  # a class may be swapped in for another only if their memory layout is the same

    @property
    def _units(self) -> Any:
        unit = self.__dict__["_units"]
        if isinstance(unit, LateUnit):
            unit = self.__dict__["_units"] = unit.pyomo
        return unit

    @_units.setter
    def _units(self, unit: Any) -> None:
        self.__dict__["_units"] = unit


class LateScalarParam(ScalarParam, WithLateUnit):
    """A mutable ``Param`` without index that may have a late unit."""

    def __init__(self, *, units: Any, **kwargs: Any) -> None:
        super().__init__(mutable=True, **kwargs)
        self._later = units

    def construct(self, data: Any = None) -> None:
        """Read the value; the unit is looked up when somebody asks."""
        super().construct(data)
        self._units = self._later


def give_unit(component: Any, unit: Any) -> None:
    """Set the unit of a component: late if it can be, else at once."""
    component._units = unit if isinstance(component, WithLateUnit) else _looked_up(unit)


def declared_unit(component: Any) -> Any:
    """The unit of a component as it was declared, without a look at Pyomo's units if it is a late one."""
    return component.__dict__.get("_units") if isinstance(component, WithLateUnit) else component.get_units()


def is_same_unit(one: Any, other: Any) -> bool:
    """Whether two units, late or not, are the same."""
    if isinstance(one, LateUnit) and isinstance(other, LateUnit):
        return one == other
    return str(_looked_up(one)) == str(_looked_up(other))


def _looked_up(unit: Any) -> Any:
    return unit.pyomo if isinstance(unit, LateUnit) else unit


def _is_known(name: str) -> bool:
    with suppress(Exception):  # an AttributeError or an error of Pyomo's own, whichever the version raises
        units_of_pyomo.get_units(getattr(units_of_pyomo, name))
        return True
    return False
