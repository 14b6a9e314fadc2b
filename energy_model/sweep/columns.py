"""The columns of results of a sweep: one row of numbers for each case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa

from energy_model.data.regions import members
from energy_model.plan.foresight import Solved
from energy_model.results.plan_totals import curtailed_gwh, stored_gwh
from energy_model.scenario.case import Case
from energy_model.sweep.cases import PreparedSweep, column_type
from energy_model.units import GWH_PER_TWH, KEUR_PER_BEUR

DIGITS = 9
"""Results are rounded to so many decimals, below which a solver's rounding lives; a TWh has a kWh as its ninth."""
UNSERVED, PROTECTED, STORAGE = "region_unserved_twh", "region_protected_unserved_twh", "region_storage_twh_"
"""Columns of the region that is summed up: curtailed demand, of it protected customers, gas in store by month."""
FIRST = {
    "case": pa.int64(),
    "status": pa.string(),
    "reason": pa.string(),
    "point": pa.int64(),
    "with_cut": pa.bool_(),
    "weight": pa.float64(),
}
"""Columns before the axes: number, what became of it, which point of the plan, whether the cut comes, probability."""
TYPES = {"number": pa.float64(), "text": pa.string(), "date": pa.date32()}


@dataclass(frozen=True)
class Columns:
    """Columns of results, the same for every case of a sweep.

    Attributes
    ----------
    axes : mapping of str to str
        Axes and what each holds: ``number``, ``text`` or ``date``.
    markets : sequence of str
        Codes of the markets.
    months : sequence of str
        Months of the horizon, ``YYYY-MM``.
    inside : frozenset of str
        Markets of the region that is summed up.
    """

    axes: Mapping[str, str]
    markets: Sequence[str]
    months: Sequence[str]
    inside: frozenset[str]

    @classmethod
    def of(cls, study: PreparedSweep) -> Columns:
        """Columns of a study."""
        table = study.data["nodes"]
        days = study.base.horizon
        months = pd.period_range(days.start, days.end, freq="M").strftime("%Y-%m")
        markets = sorted(table.loc[table["is_market"], "node"])
        axes = {name: column_type(study, name) for name in study.plan.axes}
        return cls(axes, markets, list(months), frozenset(members(study.data, study.region)))

    @cached_property
    def results(self) -> tuple[str, ...]:
        """Names of the numbers that a solved case has."""
        per_market = ("unserved_twh", "protected_unserved_twh", "price_eur_per_mwh")
        return (
            UNSERVED,
            PROTECTED,
            *(f"{name}_{code}" for name in per_market for code in self.markets),
            *(f"{STORAGE}{month.replace('-', '_')}" for month in self.months),
            "total_cost_eur_bn",
        )

    @cached_property
    def schema(self) -> pa.Schema:
        """Columns with their types."""
        axes = [(name, TYPES[kind]) for name, kind in self.axes.items()]
        return pa.schema([*FIRST.items(), *axes, *((name, pa.float64()) for name in self.results)])

    def numbers(self, solved: Solved) -> dict[str, float]:
        """The numbers of a solved case.

        ``unserved``: curtailed demand over the horizon. ``price``: shadow price of the balance, mean weighted with
        demand. ``region_storage``: gas in the region's stores at the end of a month, between two boundaries of periods
        linear in time. ``total_cost``: all costs but the penalty on missed filling targets, which nobody pays.
        """
        case, days = solved.case, solved.case.timeline.days
        market = np.flatnonzero(case.is_market)
        codes = case.nodes[market].tolist()
        cut = solved.values["curtailment"]
        unserved, safe = (curtailed_gwh(case, cut, who) / GWH_PER_TWH for who in (None, True))
        demand = case.demand.rate[market].sum(axis=1)
        weight = np.maximum((demand * days).sum(axis=1), 1e-12)
        price = (solved.duals["balance"][market] * demand).sum(axis=1) / weight
        inside = np.isin(case.nodes, list(self.inside))
        missed = sum(
            float(short) * target.penalty_eur_per_mwh
            for short, target in zip(np.atleast_1d(solved.values["missing"]), case.storage.targets, strict=True)
        )
        found = {UNSERVED: unserved[inside[market]].sum(), PROTECTED: safe[inside[market]].sum()}
        for name, values in (
            ("unserved_twh", unserved), ("protected_unserved_twh", safe), ("price_eur_per_mwh", price)
        ):  # fmt: skip
            found |= {f"{name}_{code}": value for code, value in zip(codes, values, strict=True)}
        stored = month_end_levels(case, solved.values["level"], inside) / GWH_PER_TWH
        found |= {
            f"{STORAGE}{month.replace('-', '_')}": value
            for month, value in zip(case.timeline.months, stored, strict=True)
        }
        found["total_cost_eur_bn"] = (solved.objective_keur - missed) / KEUR_PER_BEUR
        return {name: round(float(value), DIGITS) + 0.0 for name, value in found.items()}


def month_end_levels(case: Case, level: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Gas in the stores of some nodes (``inside``, shape (N,)) at the end of each month of the horizon, GWh."""
    boundaries = np.concatenate([[0.0], np.cumsum(case.timeline.days)])
    ends = np.cumsum(case.timeline.month_days.sum(axis=1))
    return np.asarray(np.interp(ends, boundaries, stored_gwh(case, level, inside)))
