"""Types and links of exported columns, as Table Schema has them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pandas as pd
from pandas.api.types import is_bool_dtype, is_datetime64_any_dtype, is_float_dtype, is_integer_dtype

from energy_model.results.columns import LINKS, ResultTable, unit_of


def kind_of(column: pd.Series) -> str:
    """Type of a column: boolean, integer, number, date or string."""
    kinds = {
        "boolean": is_bool_dtype,
        "integer": is_integer_dtype,
        "number": is_float_dtype,
        "date": is_datetime64_any_dtype,
    }
    return next((kind for kind, holds in kinds.items() if holds(column.dtype)), "string")


def table_schema(name: str, table: pd.DataFrame, declared: ResultTable, there: Collection[str]) -> dict[str, Any]:
    """Schema of a table: fields with type, meaning and unit, its key, and links to tables that are there.

    Parameters
    ----------
    there : collection of str
        Names of the tables that are exported along.
    """
    fields = []
    for column, words in declared.columns.items():
        unit = unit_of(column)
        fields.append(
            {"name": column, "type": kind_of(table[column]), "description": words, **({"unit": unit} if unit else {})}
        )
    links = [
        {"fields": [column], "reference": {"resource": other, "fields": [key]}}
        for column, (other, key) in LINKS.items()
        if column in declared.columns and other in there and other != name
    ]
    schema = {"fields": fields, "primaryKey": list(declared.key), "missingValues": [""]}
    return {**schema, "foreignKeys": links} if links else schema
