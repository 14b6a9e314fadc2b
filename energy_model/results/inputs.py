"""The exact numbers a case was solved with, as long tables: what is stored and compared next to the results.

Which table and column an array stands in says its declaration (:mod:`energy_model.scenario.arrays`); what the model
reads in another form than the case holds it is added here.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import pandas as pd

from energy_model.model.demand import grouped_voluntary_width, voluntary_groups
from energy_model.results.long_tables import long_table
from energy_model.scenario.arrays import PERIODS, Axis, arrays_of, numbers_of
from energy_model.scenario.case import Case
from energy_model.scenario.origin import limits_of


def input_tables(case: Case) -> dict[str, pd.DataFrame]:
    """Inputs of a case by name; every number the optimisation read and a measure can change."""
    tables: dict[str, pd.DataFrame] = {}
    for part in case.parts.values():
        tables |= _stored(part, case, case.axes)
    period, markets = np.arange(1, len(case.timeline) + 1), case.nodes[case.is_market]
    offers = [f"at {price:.6g} EUR/MWh" for price in voluntary_groups(case.demand)[0]]
    targets = case.storage.targets
    tables |= {
        "targets": pd.DataFrame(
            {
                "target": [target.name for target in targets],
                "target_gwh": [target.level_gwh for target in targets],
                "penalty_eur_per_mwh": [target.penalty_eur_per_mwh for target in targets],
            }
        ),
        "voluntary": long_table(
            {"step": offers, "node": markets, "period": period},
            {"available_gwh_per_day": grouped_voluntary_width(case).transpose(1, 0, 2)},
        ),
    }
    return tables | _origin_tables(case, period)


def _stored(part: Any, case: Case, axes: dict[str, Axis]) -> dict[str, pd.DataFrame]:
    """Arrays of a part, those over the same axes side by side; of nodes the markets."""
    together: defaultdict[tuple[str, ...], dict[str, np.ndarray]] = defaultdict(dict)
    numbers = numbers_of(type(part))
    for name, one in arrays_of(type(part)).items():
        if name in numbers and one.axes and one.is_stored:
            values = getattr(part, name)
            together[one.axes][one.header(name)] = values[case.is_market] if one.axes[0] == "nodes" else values
    tables = {}
    for over, columns in together.items():
        labels = {axes[axis].item: axes[axis].labels(case) for axis in over}
        if over[0] == "nodes":
            labels["node"] = case.nodes[case.is_market]
        first = axes[over[0]]
        tables[first.table if PERIODS in over else first.fixed] = long_table(labels, columns)
    return tables


def _origin_tables(case: Case, period: np.ndarray) -> dict[str, pd.DataFrame]:
    """What measures on the origin of gas allow, by market and by pipeline; empty if there is none."""
    limits, markets = limits_of(case), np.flatnonzero(case.is_market)
    names = [] if limits is None else limits.name.tolist()
    nodes, lines = (len(markets), len(period)), (len(case.pipelines.id), len(period))
    buying, resale, duty = (
        np.zeros((0, *nodes)) if limits is None else getattr(limits, key)[:, markets]
        for key in ("buying", "resale", "duty")
    )
    carried = np.zeros((0, *lines)) if limits is None else limits.carried
    buyers = [f"{name}, bought by {node}" for name in names for node in case.nodes[markets].tolist()]
    ways = [f"{name}, in {line}" for name in names for line in case.pipelines.id.tolist()]
    return {
        "origin_buyers": long_table(
            {"buyer": np.array(buyers, dtype=object), "period": period},
            {"allowed_gwh_per_day": buying, "resale_gwh_per_day": resale, "duty_eur_per_mwh": duty},
        ),
        "origin_pipelines": long_table(
            {"way": np.array(ways, dtype=object), "period": period}, {"allowed_gwh_per_day": carried}
        ),
    }
