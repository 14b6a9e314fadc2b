"""What the figures of a package rest on: the share of each table that is measured, published, derived or less.

A row says it in its column ``basis``. A table without that column says it as a whole, by the key ``basis`` of its entry
in ``datapackage.json``; one that says neither is counted as not stated.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from energy_model.data.descriptor import BASES
from energy_model.data.load import GasData
from energy_model.data.package import Package, Resource

_PUBLISHED = ("official", "literature")
GROUND: Mapping[str, str] = {word: "published" if word in _PUBLISHED else word for word in BASES}
"""Words of the tables, and under which head they count: official figures and those of the literature are published."""
GROUNDS = tuple(dict.fromkeys(GROUND.values()))
NOT_STATED = "not_stated"
_ON_THE_MAP = "degree"
"""Unit of coordinates."""
_PLAIN = ("value", "price")
"""Columns of figures whose unit stands in another column."""


def basis_shares(data: GasData) -> pd.DataFrame:
    """Share of the rows of each table by what they rest on.

    Tables without figures of their own (names, groups, sources) are left out, and what only draws the map.

    Returns
    -------
    DataFrame
        One row per table, in the order of the descriptor: table, title, rows, and the shares measured, published,
        derived, proxy, judgement and not_stated, which add up to 1.
    """
    rows = []
    for resource in Package.open(data.root).resources.values():
        table = data.tables.get(resource.name)
        if table is None or table.empty or not _has_figures(resource):
            continue
        share = _grounds(resource, table).value_counts(normalize=True)
        rows.append(
            {
                "table": resource.name,
                "title": resource.title,
                "rows": len(table),
                **{ground: float(share.get(ground, 0.0)) for ground in (*GROUNDS, NOT_STATED)},
            }
        )
    return pd.DataFrame(rows, columns=["table", "title", "rows", *GROUNDS, NOT_STATED])


def _has_figures(resource: Resource) -> bool:
    """Whether a table states figures of the world; places on the map, years and numbers of an order are none."""
    numbers = [one for one in resource.fields if one.get("type") in ("number", "integer")]
    figures = [one for one in numbers if one["name"] in _PLAIN or one.get("unit", _ON_THE_MAP) != _ON_THE_MAP]
    return bool(figures) and not resource.is_common


def _grounds(resource: Resource, table: pd.DataFrame) -> pd.Series:
    """What each row rests on."""
    if "basis" in table:
        return table["basis"].astype(str).map(GROUND).fillna(NOT_STATED)
    return pd.Series(GROUND.get(resource.basis or "", NOT_STATED), index=table.index)
