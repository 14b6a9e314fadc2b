"""Sources of what an answer stands on: keys of ``sources.csv`` that the rows of a table name."""

from __future__ import annotations

import pandas as pd

from energy_model.data.load import GasData

OWN = ("own_computation", "team_judgement")
"""Keys that stand for work of our own; an answer names what others published."""


def price_sources(data: GasData) -> tuple[str, ...]:
    """Of the prices at which contracts and the forward market are counted."""
    table, line = data["prices"], data.storyline
    return _published(table[table["series"].isin([*line.prices.quoted, line.contract_price])])


def table_sources(data: GasData, *tables: str) -> tuple[str, ...]:
    """Of all rows of some tables."""
    return tuple(dict.fromkeys(key for name in tables for key in _published(data[name])))


def _published(rows: pd.DataFrame) -> tuple[str, ...]:
    return tuple(key for key in rows["source_id"].astype(str).drop_duplicates() if key not in OWN)
