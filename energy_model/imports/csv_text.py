"""CSV as people and services write it: any usual separator and line end, UTF-8 or UTF-16, every cell as text."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from energy_model.errors import DataError
from energy_model.files import reason

SEPARATORS = (",", ";", "\t", "|")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
"""First bytes of a text in UTF-16, as a spreadsheet writes it under the name of Unicode."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_QUOTED = re.compile(r'"[^"]*"')


def text_of(file: Path) -> str:
    """The text of a file.

    Raises
    ------
    DataError
        If it is not there or is no text in UTF-8 or UTF-16.
    """
    try:
        raw = file.read_bytes()
        return raw.decode("utf-16" if raw[:2] in _UTF_16 else "utf-8-sig")
    except OSError as error:
        raise DataError(file.name, [f"cannot be read: {reason(error)}; correct the path"]) from error
    except UnicodeDecodeError as error:
        why = f"byte {error.start + 1} is none of a text in UTF-8"
        raise DataError(file.name, [f"{why}; save it as CSV UTF-8, or download it again"]) from error


def csv_cells(file: Path) -> pd.DataFrame:
    """The table of a CSV file whose first row holds the heads; blank rows are left out.

    Returns
    -------
    DataFrame
        Cells as text. The index is the row of the file, counted from 1, less 2: 0 for the row below the heads.

    Raises
    ------
    DataError
        With every row that has not as many cells as the heads, and every cell with a control character.
    """
    text = text_of(file)
    head = next((line for line in text.splitlines() if line.strip()), "")
    bare = _QUOTED.sub("", head)
    separator = max(SEPARATORS, key=bare.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise DataError(file.name, [f"is no CSV ({error}); save it as CSV, or download it again"]) from error
    filled = [(number, cells) for number, cells in enumerate(rows, 1) if any(cell.strip() for cell in cells)]
    if len(filled) < 2:
        raise DataError(file.name, ["has no rows; write a row of heads and at least one below, or download it again"])
    (_, heads), *body = filled
    problems = [*_problems_with_heads(heads), *_problems_with_rows(body, len(heads))]
    if problems:
        raise DataError(file.name, problems)
    names = [name if name.strip() else f"Unnamed: {place}" for place, name in enumerate(heads)]
    index = pd.Index([number - 2 for number, _ in body])
    return pd.DataFrame([cells[: len(names)] for _, cells in body], columns=names, index=index, dtype=str)


def _problems_with_heads(heads: list[str]) -> Iterator[str]:
    """Heads that stand twice: which of the columns counts, nobody can say."""
    plain = [head.strip().casefold() for head in heads]
    for place, head in enumerate(plain):
        if head and head in plain[:place]:
            first = plain.index(head) + 1
            yield f"columns {first} and {place + 1} have the same head '{heads[place]}'; delete or rename one of them"


def _problems_with_rows(body: list[tuple[int, list[str]]], count: int) -> Iterator[str]:
    """Rows of another length than the heads, and cells with a character that no reader sees."""
    for number, cells in body:
        if any(cell.strip() for cell in cells[count:]):
            why = "quote a cell that holds the separator, and give every column a head"
            yield f"row {number} has {len(cells)} cells, the heads are {count}; {why}"
        elif len(cells) < count:
            yield f"row {number} has {len(cells)} cells, the heads are {count}; write a separator for each empty cell"
        for place, cell in enumerate(cells[:count], 1):
            if found := _CONTROL.search(cell):
                yield f"row {number}, column {place}: holds a control character (U+{ord(found[0]):04X}); delete it"
