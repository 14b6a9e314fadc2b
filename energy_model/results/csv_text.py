"""Tables as CSV in which no text is a formula: a spreadsheet runs what begins with ``=``, ``+``, ``-`` or ``@``."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_datetime64_any_dtype, is_numeric_dtype, is_object_dtype

_STARTS_A_FORMULA = re.compile(r"'*[=+\-@\t\n]")
_NEEDS_QUOTES = re.compile(r"[\",\r\n]")
_GUARDED = re.compile(r"'+[=+\-@\t\n]")
_A_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")

FLOAT_FORMAT, DATE_FORMAT = "%.10g", "%Y-%m-%d"


def csv_text(table: pd.DataFrame) -> str:
    """A table as CSV: equal tables give equal text; an apostrophe stands before what would be taken for a formula.

    The text is that of ``DataFrame.to_csv``, which asks about each number whether it is missing; here a column of
    numbers is formatted at once, and each distinct word looked at once.
    """
    columns = [_cells(table.iloc[:, at]) for at in range(table.shape[1])]
    if len(columns) == 1:
        columns = [[cell or '""' for cell in columns[0]]]  # an empty line would be no row
    lines = [",".join(map(_quoted, table.columns)), *map(",".join, zip(*columns, strict=True)), ""]
    return "\n".join(lines)


def unguarded(table: pd.DataFrame) -> pd.DataFrame:
    """The table as it was before :func:`csv_text`, once it is read."""
    return _with_words(table, _unguard)


def _cells(column: pd.Series) -> list[str]:
    """What stands in the cells of a column; a missing value is an empty cell."""
    kind = column.dtype
    if isinstance(kind, np.dtype) and kind.kind == "f":
        values = column.tolist()
        texts = (f"{FLOAT_FORMAT}\n" * len(values) % tuple(values)).split("\n")[:-1]
        return ["" if text == "nan" else text for text in texts]
    if is_object_dtype(kind):  # values of several types may be equal and are written differently
        return ["" if pd.isna(value) else _word(value) for value in column]
    codes, values = pd.factorize(column)
    if is_datetime64_any_dtype(kind):
        words = pd.DatetimeIndex(values).strftime(DATE_FORMAT).tolist()
    else:
        words = [_word(value) for value in values]
    words.append("")
    return [words[code] for code in codes.tolist()]


def _word(value: object) -> str:
    return _quoted(_guard(value) if isinstance(value, str) else value)


def _quoted(value: object) -> str:
    """A value as a cell, in quotes if it holds what parts cells or rows."""
    text = str(value)
    return '"' + text.replace('"', '""') + '"' if _NEEDS_QUOTES.search(text) else text


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
