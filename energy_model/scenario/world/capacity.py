"""Two views of what pipelines carry: the firm capacity that operators sell, and the physical one."""

from __future__ import annotations

from dataclasses import replace

from energy_model.data.load import GasData
from energy_model.scenario.schema import CapacityView

TABLE = "physical_capacity"
CAPACITY = "capacity_gwh_per_day"


def with_capacities(data: GasData, view: CapacityView) -> GasData:
    """The data with the capacities of a view: in the physical one, lines of ``physical_capacity.csv`` carry its figure.

    Whoever reads the capacity of a pipeline reads it from here; the firm view is the table of pipelines as it is.
    """
    table = data.tables.get(TABLE)
    if view == "firm" or table is None or table.empty:
        return data
    lines = data["pipelines"]
    physical = lines["pipeline"].map(table.set_index("pipeline")["physical_gwh_per_day"]).astype(float)
    seen = lines.assign(**{CAPACITY: physical.fillna(lines[CAPACITY].astype(float))})
    return replace(data, tables={**data.tables, "pipelines": seen})
