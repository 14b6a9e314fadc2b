"""Tables as CSV in which no text is a formula: a spreadsheet runs what begins with ``=``, ``+``, ``-`` or ``@``."""

from __future__ import annotations

import re
from collections.abc import Callable

import pandas as pd
from pandas.api.types import is_bool_dtype, is_datetime64_any_dtype, is_numeric_dtype

_STARTS_A_FORMULA = re.compile(r"'*[=+\-@\t\n]")
_GUARDED = re.compile(r"'+[=+\-@\t\n]")
_A_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


FLOAT_FORMAT = "%.10g"


def csv_text(table: pd.DataFrame) -> str:
    """A table as CSV: equal tables give equal text; an apostrophe stands before what would be taken for a formula."""
    return _with_words(table, _guard).to_csv(
        index=False, float_format=FLOAT_FORMAT, date_format="%Y-%m-%d", lineterminator="\n"
    )


def unguarded(table: pd.DataFrame) -> pd.DataFrame:
    """The table as it was before :func:`csv_text`, once it is read."""
    return _with_words(table, _unguard)


def _guard(word: str) -> str:
    word = word.replace("\r\n", "\n").replace("\r", "\n")  # alone it would end the row
    return f"'{word}" if _STARTS_A_FORMULA.match(word) and not _A_NUMBER.fullmatch(word) else word


def _unguard(word: str) -> str:
    return word[1:] if _GUARDED.match(word) else word


def _with_words(table: pd.DataFrame, change: Callable[[str], str]) -> pd.DataFrame:
    """The table with its texts changed; the table itself if none is."""
    changed = {}
    for name in table.columns:
        column = table[name]
        if is_numeric_dtype(column) or is_datetime64_any_dtype(column) or is_bool_dtype(column):
            continue
        words = [word for word in column.unique() if isinstance(word, str)]
        other = {word: change(word) for word in words if change(word) != word}
        if other:
            changed[name] = column.astype(object).map(lambda value, other=other: other.get(value, value))
    return table.assign(**changed) if changed else table
