"""How numbers are told: each with unit, range, source and what it does not say; a number that is none says why."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from energy_model.report.answers import UNITS, unit_of
from energy_model.results.band import Band

ROWS_AT_MOST = 200
"""Rows of a table in one answer; how many are left out is said."""
DIGITS = 6
"""Digits of a number; more would say more than the model knows."""
NO_RANGE = "not found: ask with ranges = true"
RANGE_BASIS = (
    "low to high over the ranges that the data state for their figures, on periods of a month; no doubt about the model"
    " itself is in it"
)
NO_NUMBER = "there is nothing to divide by, such as stores to fill or demand to share"
COMPUTED = "computed"
"""Source of a number that the model named under ``source`` has computed from the data named there."""
CAVEATS = (
    "A run is what least cost would do under the scenario's assumptions, and no forecast.",
    "Prices are shadow prices, the cost of one more MWh; in a shortage that is the value which the data give the next"
    " customer cut, a judgement.",
    "The total cost holds the value of gas that is not served; it is nobody's bill.",
    "What the model cannot say stands in docs/limits.md; read it before a number is quoted.",
)
"""What every answer with numbers ends with."""


def number(value: float, unit: str, band: Band | None = None, why: str = NO_RANGE) -> dict[str, Any]:
    """A number with its unit and its range.

    Parameters
    ----------
    band : Band, optional
        Its range, in the same unit; what it is says :data:`RANGE_BASIS`.
    why : str
        Why there is none, if there is none.
    """
    told: dict[str, Any] = {"value": rounded(value), "unit": unit, "source": COMPUTED}
    if told["value"] is None:
        told["why_no_value"] = NO_NUMBER
    if band is None:
        return {**told, "range": None, "why_no_range": why}
    ends = {"low": rounded(band.low), "high": rounded(band.high), "central_on_months": rounded(band.central)}
    return {**told, "range": {**ends, "unit": unit}}


def table(caption: str, rows: pd.DataFrame) -> dict[str, Any]:
    """A table with the unit of each column; of a long one its first rows."""
    shown = rows.head(ROWS_AT_MOST)
    columns = [{"name": str(name), "unit": _words_of(str(name))} for name in rows.columns]
    told = {
        "caption": caption,
        "columns": columns,
        "rows": [[plain(cell) for cell in row] for row in shown.itertuples(index=False, name=None)],
        "source": COMPUTED,
    }
    left = len(rows) - len(shown)
    return {**told, "rows_left_out": left} if left else told


def _words_of(column: str) -> str | None:
    """Unit of a column by the end of its name; shares stay shares of one."""
    ending = unit_of(column)
    return None if ending is None else "share of 1" if ending == "share" else UNITS[ending].words


def rounded(value: float) -> float | None:
    """A number with as many digits as are told; nothing if it is none."""
    return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None


def plain(value: object) -> object:
    """A cell as JSON has it."""
    if value is None or value is pd.NaT:
        return None
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return rounded(float(value))
    if isinstance(value, date | pd.Timestamp):
        return str(pd.Timestamp(value).date())
    return str(value)


def listed(items: Mapping[str, str]) -> list[dict[str, str]]:
    """Names with what they are."""
    return [{"name": name, "title": said} for name, said in items.items()]


def sources_of(rows: pd.DataFrame, keys: Iterable[str]) -> list[dict[str, str]]:
    """Sources by their keys, with publisher and licence."""
    wanted = [key for key in ("source_id", "title", "publisher", "licence", "url") if key in rows]
    found = rows[rows["source_id"].isin(list(keys))][wanted]
    return [{str(key): str(value) for key, value in row.items()} for row in found.fillna("").to_dict("records")]
