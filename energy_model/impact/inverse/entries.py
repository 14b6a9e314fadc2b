"""Where promised gas may enter: what has been said (assurances), and what would have to be found beyond it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from energy_model.data.load import GasData
from energy_model.impact.inverse.question import CURTAILMENT, row_numbers
from energy_model.lp import Matrix
from energy_model.scenario.case import Case
from energy_model.scenario.measures.supply import add_lng_step, add_supply_step
from energy_model.units import DAYS_PER_YEAR

CENTRAL, MOST, BEYOND, ANYWHERE = (
    "within the central assurance",
    "up to the high assurance",
    "LNG beyond any assurance",
    "appears where it lacks",
)
RANKS = (CENTRAL, MOST, BEYOND, ANYWHERE)
"""What has been assured is called first; gas that appears where it lacks is no trade but a bound on every promise."""


@dataclass(frozen=True)
class Entry:
    """One way in for promised gas.

    Attributes
    ----------
    name, supplier, channel : str
        Assurance (or ``beyond``), who sends, and ``lng``, ``pipeline``, ``production`` or ``anywhere``.
    standing : str
        One of :data:`RANKS`.
    most_gwh_per_day : float
        Highest rate; infinite beyond the assurances, where terminals and pipelines are the limit.
    available_from : date or None
    """

    name: str
    supplier: str
    channel: str
    standing: str
    most_gwh_per_day: float
    available_from: Any

    @property
    def rank(self) -> int:
        """Place in the order of calling, from 0."""
        return RANKS.index(self.standing)


def entries_of(case: Case, data: GasData) -> list[Entry]:
    """Every way in: assurances that the scenario has not called yet, and gas beyond them.

    Of two assurances for the same gas only the first counts. Gas beyond the assurances comes as LNG from the exporter
    with the largest assurance, as far as terminals have room.
    """
    table = data["assurances"]
    table = table[~table["alternative_to"].isin(table["assurance"])]
    called = {*case.lng.step.tolist(), *case.supply.step.tolist()}
    found: list[Entry] = []
    for row in table[~table["assurance"].isin(called)].to_dict("records"):
        if row["channel"] == "lng" and row["supplier"] not in case.lng.exporter:
            continue
        opened = None if pd.isna(row["available_from"]) else pd.Timestamp(row["available_from"]).date()
        central, high = (float(row[key]) / DAYS_PER_YEAR for key in ("volume_gwh_per_year", "high_gwh_per_year"))
        own = (row["assurance"], row["supplier"], row["channel"])
        found += [Entry(*own, CENTRAL, central, opened), Entry(*own, MOST, max(high - central, 0.0), opened)]
    by_size = table[table["channel"] == "lng"].sort_values("high_gwh_per_year", ascending=False)
    sellers = [name for name in by_size["supplier"] if name in case.lng.exporter][:1]
    found += [Entry("beyond", name, "lng", BEYOND, np.inf, None) for name in sellers]
    return [entry for entry in found if entry.most_gwh_per_day > 0.0]


def anywhere(case: Case, inside: np.ndarray) -> list[Entry]:
    """Gas that appears in the markets of a region, past every terminal and pipeline: no trade, but a lower bound.

    ``inside`` marks the markets of the region, bool, shape (markets,).
    """
    codes = case.nodes[case.is_market][inside].tolist()
    return [Entry("anywhere", code, "anywhere", ANYWHERE, np.inf, None) for code in codes]


def is_by_trade(entry: Entry) -> bool:
    """Whether the gas comes from a supplier, through terminals and pipelines."""
    return entry.standing != ANYWHERE


def is_largest_seller(entry: Entry, entries: list[Entry]) -> bool:
    """Whether it is LNG of the exporter that sells beyond its assurance."""
    sellers = {one.supplier for one in entries if one.standing == BEYOND}
    return entry.channel == "lng" and entry.supplier in sellers


def schedule(case: Case, first: int, entry: Entry | None = None) -> np.ndarray:
    """Rate in each period of one GWh/d sent in each month, shape (T, months); nothing before ``first``."""
    line = case.timeline
    share = line.month_days.T / line.days[:, None]
    share[:first] = 0.0
    if entry is not None and entry.available_from is not None:
        share = share * line.ramp(entry.available_from, None)[:, None]
    return np.asarray(share)


def gas_of(matrix: Matrix, case: Case, entry: Entry) -> sparse.csc_array:
    """Coefficients of one GWh/d that an entry sends in each period, shape (rows, T): as a step of supply or of LNG."""
    if entry.channel != "lng":
        return at_node(matrix, case, entry.supplier)
    step = int(np.flatnonzero(case.lng.exporter == entry.supplier)[0])
    block = matrix.columns["lng_supply"]
    begin = block.start + step * block.shape[1]
    weight = np.ones(matrix.n_rows)
    weight[matrix.rows["lng_limit"].slice] = 0.0  # the promise has a volume of its own
    return sparse.csc_array(sparse.diags_array(weight) @ matrix.coefficients[:, begin : begin + block.shape[1]])


def room_of(matrix: Matrix, case: Case, entry: Entry, per_month: np.ndarray) -> sparse.csc_array:
    """What one GWh/d promised in each month adds to what Europe can attract, or its exporter can load.

    As with any assurance, it is on top of what there is.

    Parameters
    ----------
    per_month : ndarray, shape (T, months)
        Rate in each period of one GWh/d promised in each month, as :func:`schedule` gives it.

    Returns
    -------
    sparse array, shape (rows, months)
        To be added to the rows of the matrix.
    """
    months = per_month.shape[1]
    table = np.zeros((matrix.n_rows, months))
    if entry.channel == "lng" and case.lng_world is not None:
        rows = row_numbers(matrix, "world_ability")[case.lng_world.exporter.tolist().index(entry.supplier)]
        table[rows[rows >= 0]] = -(case.timeline.part_days @ per_month)[rows >= 0]
    elif entry.channel == "lng":
        more = case.timeline.month_days @ per_month
        table[matrix.rows["europe_month"].slice] = -case.lng.monthly_flexibility * more
        table[matrix.rows["europe_total"].slice] = -more.sum(axis=0)
    return sparse.csc_array(table)


def at_node(matrix: Matrix, case: Case, node: str) -> sparse.csc_array:
    """Coefficients of one GWh/d that appears at a node in each period, shape (rows, T)."""
    rows = row_numbers(matrix, "balance")[case.node(node)]
    periods = np.flatnonzero(rows >= 0)
    sign = entering_sign(matrix)
    return sparse.csc_array(
        (np.full(len(periods), sign), (rows[periods], periods)), shape=(matrix.n_rows, len(case.timeline))
    )


def entering_sign(matrix: Matrix) -> float:
    """Sign with which what enters a node stands in its balance."""
    return float(np.sign(matrix.value[matrix.start[matrix.columns[CURTAILMENT].start]]))


def price_of(case: Case, entry: Entry) -> np.ndarray:
    """What promised gas costs before transport, EUR/MWh, shape (T,): that of ``extra_supply`` without its tie-break."""
    if entry.channel == "lng":
        return np.asarray(case.lng.cost[case.lng.exporter == entry.supplier].min(axis=0))
    own = case.supply.supplier == entry.supplier
    return np.asarray(case.supply.cost[own].max(axis=0)) if own.any() else np.zeros(len(case.timeline))


def with_promises(case: Case, data: GasData, rates: Mapping[Entry, np.ndarray]) -> Case:
    """The case with promised gas as further steps of supply: rate in each period, GWh/d, shape (T,) for each entry."""
    for number, (entry, rate) in enumerate(rates.items()):
        add = add_lng_step if entry.channel == "lng" else add_supply_step
        row = {"supplier": entry.supplier, "step": f"promise_{number}", "volume": DAYS_PER_YEAR, "premium": 0.0}
        case = add(case, data, row, rate)
    return case
