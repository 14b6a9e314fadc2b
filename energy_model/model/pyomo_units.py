"""Physical dimensions of the model's quantities, as Pyomo knows them; it is asked when somebody looks at a unit."""

from __future__ import annotations

import pyomo.core as pyo

from energy_model.lp import LateUnit

_CURRENCY = ("EUR = [currency]",)

DAY = LateUnit(("day",))
GWH = LateUnit(("GWh",))
GWH_PER_DAY = LateUnit(("GWh",), per=("day",))
EUR_PER_MWH = LateUnit(("EUR",), per=("MWh",), definitions=_CURRENCY)
SHARE = LateUnit()
THOUSAND_EUR = LateUnit(("EUR", "GWh"), per=("MWh",), definitions=_CURRENCY)
"""Cost of one GWh at one EUR/MWh: the unit of the objective."""

NonNegative = pyo.NonNegativeReals
