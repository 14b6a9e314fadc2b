"""The world before any measure: tables of one vintage brought to the nodes, assets and periods of a case."""

from energy_model.scenario.world.build import base_case, periods
from energy_model.scenario.world.capacity import with_capacities
from energy_model.scenario.world.peaks import with_peak_days

__all__ = ["base_case", "periods", "with_capacities", "with_peak_days"]
