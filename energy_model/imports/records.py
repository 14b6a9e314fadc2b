"""Rows of a download: CSV with any separator, or JSON as the services answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from energy_model.errors import DataError
from energy_model.imports.csv_text import csv_cells, text_of


def records(file: Path) -> pd.DataFrame:
    """Rows of a download: CSV with any separator, or JSON as the service answers, whose tree of areas is laid flat.

    Raises
    ------
    DataError
        If it is neither, or has no rows.
    """
    text = text_of(file)
    if text.lstrip()[:1] in "{[":
        try:
            answer = json.loads(text)
        except ValueError as error:
            raise DataError(file.name, [f"is no complete JSON ({error}); download it again"]) from error
        rows = list(_flat(answer.get("data", []) if isinstance(answer, dict) else answer))
        table = pd.DataFrame(rows)
    else:
        table = csv_cells(file).reset_index(drop=True)
    if table.empty:
        raise DataError(file.name, ["has no rows; download it again, with a period and a country"])
    return table


def _flat(items: Any) -> Iterator[dict[str, Any]]:
    for item in items:
        own = {key: value for key, value in item.items() if key != "children" and not isinstance(value, list)}
        yield {key: value.get("gwh") if isinstance(value, dict) else value for key, value in own.items()}
        yield from _flat(item.get("children") or [])
