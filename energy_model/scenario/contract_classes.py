"""What the contracts of each class carry, as a table gives it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from energy_model.data.load import GasData
from energy_model.data.sellers import seller_of, suppliers_of
from energy_model.scenario.lookups import day_or_none, indices
from energy_model.timeline import Timeline
from energy_model.units import DAYS_PER_YEAR

TABLE = "contract_classes"
"""What contracts carry by seller, buyer, channel and class."""
NEW = "new"
"""Class of contracts signed after the day of a ban."""
View = Literal["low", "central", "high"]
_COLUMN = {"low": "low_gwh", "central": "annual_gwh", "high": "high_gwh"}


@dataclass(frozen=True)
class ClassRows:
    """Rows of the table on one gas: code, class, market of the buyer, and what each carries.

    Attributes
    ----------
    name, kind : ndarray of str, shape (R,)
    node : ndarray of int, shape (R,)
    rate : ndarray, shape (R, T)
        GWh/d, the yearly quantity spread evenly over the days of a year on which the contracts are in force.
    """

    name: np.ndarray
    kind: np.ndarray
    node: np.ndarray
    rate: np.ndarray


def rows_of(data: GasData, supplier: str, channel: str) -> pd.DataFrame:
    """Rows of ``contract_classes.csv`` on a seller's gas by one channel; none without the table."""
    table = data.tables.get(TABLE)
    if table is None:
        return pd.DataFrame(columns=["buyer_node"])
    mine = table["supplier"].isin(suppliers_of(data, seller_of(data, supplier))) & table["channel"].eq(channel)
    return table[mine]


def class_rows(
    data: GasData, timeline: Timeline, nodes: Sequence[str] | np.ndarray, gas: tuple[str, str], view: View
) -> ClassRows:
    """What each class carries.

    Parameters
    ----------
    nodes : sequence of str or ndarray of str, shape (N,)
        Nodes of the case; rows of others are left out.
    gas : (str, str)
        Seller and channel, ``pipeline`` or ``lng``.
    view : str
        Which of the three quantities of a row.
    """
    table = rows_of(data, *gas)
    table = table[table["buyer_node"].isin(list(nodes))]
    in_force = [
        timeline.active_share(day_or_none(start), day_or_none(end))
        for start, end in zip(table["start"], table["end"], strict=True)
    ]
    rate = table[_COLUMN[view]].to_numpy(float) / DAYS_PER_YEAR
    before = table["signed_before"].eq("yes").to_numpy(bool)
    return ClassRows(
        name=table["contract_class"].to_numpy(str),
        kind=np.where(before, table["class"].to_numpy(str), NEW),
        node=indices(table["buyer_node"], np.asarray(nodes)),
        rate=rate[:, None] * np.array(in_force).reshape(len(table), len(timeline)),
    )
