"""Physical dimensions of the model's quantities, as Pyomo knows them."""

from __future__ import annotations

import pyomo.core as pyo
from pyomo.core.base.units_container import UnitsError, units

try:
    units.get_units(units.EUR)
except (AttributeError, UnitsError):
    units.load_definitions_from_strings(["EUR = [currency]"])

DAY = units.day
GWH = units.GWh
GWH_PER_DAY = units.GWh / units.day
EUR_PER_MWH = units.EUR / units.MWh
SHARE = units.dimensionless
THOUSAND_EUR = units.EUR * units.GWh / units.MWh
"""Cost of one GWh at one EUR/MWh: the unit of the objective."""

NonNegative = pyo.NonNegativeReals
