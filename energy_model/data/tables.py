"""One table of a data package: read from CSV, typed by its schema, held against its constraints, keys and links.

Nothing here knows about gas. Problems are collected, never raised one by one.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from energy_model.data.package import DESCRIPTOR, Package, Resource, plain_bytes
from energy_model.errors import DataError

_SHOWN_ROWS = 5
"""How many offending rows one problem names before it says "and n more"."""
_NUMBERS = {"number", "integer"}
_TRUTH = "write true or false"
Fault = tuple[np.ndarray, str, str]
"""Cells at fault, why, and what to do."""
_SHOWN_LETTERS = 60
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_PARTED = {";": "semicolons", "\t": "tabulators", "|": "bars"}
_TOO_MANY = re.compile(r"Expected (\d+) fields in line (\d+), saw (\d+)")


def read_tables(package: Package) -> tuple[dict[str, pd.DataFrame], dict[str, list[str]]]:
    """Every table of a package that could be read, typed by its schema, and by table what is wrong with its form."""
    tables: dict[str, pd.DataFrame] = {}
    problems: dict[str, list[str]] = {}
    for resource in package.resources.values():
        if not resource.is_table:
            continue
        table, problems[resource.name] = read_table(package.file(resource.name), resource)
        if table is not None:
            tables[resource.name] = table
    return tables, problems


def read_table(file: Path, resource: Resource) -> tuple[pd.DataFrame | None, list[str]]:
    """One table with the types its schema asks for, and every violation found.

    Returns
    -------
    (DataFrame or None, list of str)
        ``None`` where the file is missing, cannot be read or lacks a column. Row ``i`` stood on line ``i + 2``.
    """
    if not file.is_file():
        return None, [f"{resource.path}: the file is missing; restore it or remove it from {DESCRIPTOR}"]
    try:
        content = plain_bytes(file)
    except DataError as error:
        return None, [f"{resource.path}: {problem}" for problem in error.problems]
    problems = [f"{resource.path}{text}" for text in _text_problems(content)]
    if problems:
        return None, problems
    raw, problems = _raw(content, resource)
    expected = [field["name"] for field in resource.fields]
    if raw is None or any(name not in raw.columns for name in expected):
        return None, problems
    table, found = _typed(raw, resource)
    if table.empty:
        found.append(f"{resource.path}: holds a heading and no rows; fill it in, or take the table out of {DESCRIPTOR}")
    return table, problems + found + key_problems(raw, resource)


def typed_problems(table: pd.DataFrame, resource: Resource) -> list[str]:
    """Violations of its schema by a table that was made or changed in memory."""
    lost = [field["name"] for field in resource.fields if field["name"] not in table]
    if lost:
        return [f"{resource.path}: column '{name}' is missing; add it (the unit belongs to the name)" for name in lost]
    if table.empty:
        return [f"{resource.path}: holds no rows; restore them"]
    return _typed(table, resource)[1] + key_problems(table, resource)


def _text_problems(content: bytes) -> Iterator[str]:
    """What keeps bytes from being a table in UTF-8 with commas between its columns."""
    if content.startswith(_UTF_16):
        yield ": is UTF-16 text, as 'Unicode text' of a spreadsheet is; save it as CSV UTF-8"
        return
    if b"\0" in content:
        line = content.count(b"\n", 0, content.index(b"\0")) + 1
        yield f" line {line}: holds a NUL byte, so the file is damaged or no text; restore it or save it as CSV UTF-8"
        return
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        yield (
            f" line {line}: cannot be read as UTF-8 (byte 0x{content[error.start]:02x}), it may be in a code page of "
            "Windows; save it as CSV UTF-8"
        )
        return
    heading = content.split(b"\n", 1)[0].decode("utf-8").strip()
    if not heading:
        yield " line 1: holds no heading; begin the file with the names of its columns"
        return
    for mark, word in _PARTED.items():
        if mark in heading and "," not in heading:
            yield (
                f" line 1: columns are parted by {word}, as a spreadsheet of another language saves them; put commas "
                "between columns, points into numbers (0.5) and dates as 2022-01-31"
            )
            return


def _raw(content: bytes, resource: Resource) -> tuple[pd.DataFrame | None, list[str]]:
    """Cells of a table before they are typed, and what is wrong with its heading or the shape of its rows."""
    expected = [field["name"] for field in resource.fields]
    words = {field["name"]: object for field in resource.fields if field.get("type") not in _NUMBERS}
    heading = next(csv.reader([content.split(b"\n", 1)[0].decode("utf-8")]))
    problems = list(_heading_problems(heading, expected, resource.path))
    if problems:
        return None, problems
    try:
        raw = pd.read_csv(
            io.BytesIO(content),
            keep_default_na=False,
            na_values=[""],
            encoding="utf-8",
            low_memory=False,
            dtype=words,
            header=0,
            names=[name.strip() for name in heading],
        )
    except (ValueError, OverflowError) as error:  # ParserError is a ValueError
        if "out of memory" in str(error):
            raise MemoryError from error
        return None, [f"{resource.path}{_shape_in_words(str(error))}"]
    if not isinstance(raw.index, pd.RangeIndex):
        return None, [
            f"{resource.path} line 2: rows have more values than the heading has names, as a comma at the end of each "
            "row leaves them; remove it"
        ]
    if b"\n\n" in content:
        raw = _on_its_lines(raw, content)
    return raw, []


def _heading_problems(heading: list[str], expected: list[str], path: str) -> Iterator[str]:
    names = [name.strip() for name in heading]
    for name in expected:
        if name not in names:
            yield f"{path}: column '{name}' is missing; add it (the unit belongs to the name)"
    for name in dict.fromkeys(names):
        if not name:
            yield f"{path} line 1: a column has no heading, as a comma at the end of a line leaves it; remove it"
        elif name not in expected:
            yield f"{path}: column '{name}' is not in the schema; remove it or describe it in {DESCRIPTOR}"
        elif names.count(name) > 1:
            yield f"{path} line 1: column '{name}' occurs {names.count(name)} times; keep one"


def _shape_in_words(said: str) -> str:
    counted = _TOO_MANY.search(said)
    if counted:
        names, line, values = counted.groups()
        return (
            f" line {line}: has {values} values, the heading {names} names; put a text with a comma into quotes, write "
            "0.5 for 0,5, and remove a comma at the end"
        )
    if "EOF inside string" in said:
        return f": a text that begins with a quote never ends ({said.strip()}); close it"
    return f": cannot be read as UTF-8 CSV ({said.strip()}); repair or restore it"


def _on_its_lines(raw: pd.DataFrame, content: bytes) -> pd.DataFrame:
    """Rows numbered by their line in a file with blank lines between them."""
    lines = [number for number, line in enumerate(content.split(b"\n")[1:]) if line.strip()]
    return raw.set_axis(pd.Index(lines), axis=0) if len(lines) == len(raw) else raw


def _typed(raw: pd.DataFrame, resource: Resource) -> tuple[pd.DataFrame, list[str]]:
    """A table with the types its schema asks for, and every cell that breaks its type or its constraints."""
    columns: dict[str, pd.Series] = {}
    problems: list[str] = []
    for field in resource.fields:
        cells = raw[field["name"]]
        read = _numbers if field.get("type") in _NUMBERS else _texts
        values, faults = read(cells, field)
        columns[field["name"]] = pd.Series(values, index=raw.index, dtype=values.dtype, copy=False)
        for bad, why, mend in faults:
            problems += _rows(resource.path, field["name"], cells, bad, why, mend)
    return pd.DataFrame(columns, index=raw.index), problems


def _numbers(raw: pd.Series, field: Mapping[str, Any]) -> tuple[np.ndarray, list[Fault]]:
    """A column of numbers, and its faults: cells that are none, that are empty, or beyond a limit."""
    limits = field.get("constraints", {})
    plain = raw.dtype.kind in "if"
    values = (raw if plain else pd.to_numeric(raw, errors="coerce")).to_numpy()
    if values.dtype.kind not in "if":
        values = values.astype(float)
    finite = np.isfinite(values)
    empty = np.isnan(values) if plain else raw.isna().to_numpy(dtype=bool)
    wrong = np.isnan(values) & ~empty
    if field["type"] == "integer" and finite.all():
        wrong = values % 1 != 0
        values = values if wrong.any() else values.astype("int64")
    kind = "a number" if field["type"] == "number" else "an integer"
    faults = [
        (wrong, f"is not {kind}", "write it in digits, with a point before decimals"),
        (~finite & ~np.isnan(values), "is infinite", "write a number that can be"),
    ]
    if limits.get("required"):
        faults.append((empty, "is empty", "fill it in"))
    if "minimum" in limits:
        faults.append((values < limits["minimum"], f"is below {limits['minimum']}", "correct the number or its sign"))
    if "maximum" in limits:
        faults.append((values > limits["maximum"], f"is above {limits['maximum']}", "correct the number or its unit"))
    return values, faults


def _texts(raw: pd.Series, field: Mapping[str, Any]) -> tuple[np.ndarray | pd.DatetimeIndex, list[Fault]]:
    """A column of words, days or yes and no, and its faults; each distinct word is looked at once."""
    kind, limits = field.get("type", "string"), field.get("constraints", {})
    if kind == "date" and raw.dtype.kind == "M":
        empty = raw.isna().to_numpy(dtype=bool)
        return pd.DatetimeIndex(raw), [(empty, "is empty", "fill it in")] if limits.get("required") else []
    codes, words = _words(raw)
    faults: list[Fault] = []
    if kind == "boolean":
        truth = [word.strip().lower() for word in words]
        column = np.array([*(word == "true" for word in truth), False])[codes]
        faults.append((_where([word not in {"true", "false"} for word in truth], codes), "is not a boolean", _TRUTH))
    elif kind == "date":
        days = pd.to_datetime(pd.Index(words, dtype=object), format="%Y-%m-%d", errors="coerce")
        column = days.append(pd.DatetimeIndex([pd.NaT]))[codes]
        faults.append((_where(list(days.isna()), codes), "is not a date", "write it like 2022-01-31"))
    else:
        column = np.array([*words, None], dtype=object)[codes]
    if limits.get("required"):
        faults.append((codes < 0, "is empty", "fill it in"))
    if "enum" in limits:
        known = {str(word) for word in limits["enum"]}
        bad = _where([word not in known for word in words], codes)
        faults.append((bad, "is not known", f"use one of: {', '.join(map(str, limits['enum']))}"))
    if "pattern" in limits:
        form = re.compile(limits["pattern"])
        bad = _where([not form.fullmatch(word) for word in words], codes)
        faults.append((bad, "has the wrong form", f"write it like {limits['pattern']}"))
    return column, faults


def _words(raw: pd.Series) -> tuple[np.ndarray, list[str]]:
    """The place of each cell among the distinct texts of a column, -1 where it is empty, and the texts.

    Cells of one text become one object, as few words fill the long tables.
    """
    if isinstance(raw.dtype, pd.CategoricalDtype):
        codes, words = raw.cat.codes.to_numpy(), raw.cat.categories
    else:
        codes, words = pd.factorize(raw)
    return codes, [str(word) for word in words]


def _where(bad: list[bool], codes: np.ndarray) -> np.ndarray:
    """Cells whose word is bad; an empty cell has none."""
    return np.asarray(np.array([*bad, False])[codes])


def key_problems(table: pd.DataFrame, resource: Resource) -> list[str]:
    """Rows of one key: which of them counts would be chance."""
    key = [name for name in resource.primary_key if name in table]
    if not key:
        return []
    repeated = table[table.duplicated(key, keep=False).to_numpy()]
    words = [" / ".join(map(_short, row)) for row in repeated[key].itertuples(index=False, name=None)]
    shown, every = pd.Series(words, index=repeated.index, dtype=object), np.ones(len(repeated), dtype=bool)
    return _rows(resource.path, "+".join(key), shown, every, "occurs more than once", "keep one row")


def _rows(path: str, name: str, cells: pd.Series, bad: np.ndarray, why: str, mend: str) -> list[str]:
    """At most a handful of offending rows in words; line 1 of the file is the header."""
    if not bad.any():
        return []
    hit = np.flatnonzero(bad)
    shown = cells.iloc[hit[:_SHOWN_ROWS]]
    problems = [f"{path} line {at + 2}, {name} = '{_short(cell)}': {why}; {mend}" for at, cell in shown.items()]
    if len(hit) > _SHOWN_ROWS:
        problems.append(f"{path}, {name}: and {len(hit) - _SHOWN_ROWS} more rows where it {why}; {mend}")
    return problems


def _short(cell: object) -> str:
    text = "" if pd.isna(cell) else str(cell)
    return text if len(text) <= _SHOWN_LETTERS else f"{text[:_SHOWN_LETTERS]}..."


def foreign_key_problems(
    package: Package, tables: Mapping[str, pd.DataFrame], about: Collection[str] | None = None
) -> Iterator[str]:
    """Values that point to nothing.

    Parameters
    ----------
    about : collection of str, optional
        Only links from or to one of these tables, because all others were looked at; by default every link.
    """
    for resource in package.resources.values():
        if resource.name not in tables:
            continue
        for link in resource.foreign_keys:
            column, target = link["fields"], link["reference"]["resource"] or resource.name
            there = link["reference"]["fields"]
            name = column if isinstance(column, str) else column[0]
            known_column = there if isinstance(there, str) else there[0]
            if target not in tables or name not in tables[resource.name]:
                continue
            if about is not None and resource.name not in about and target not in about:
                continue
            values = tables[resource.name][name]
            lost = set(values.unique()) - set(tables[target][known_column]) - {None}
            if lost:
                bad = values.isin([value for value in lost if not pd.isna(value)]).to_numpy()
                why, mend = f"is not in {target}.csv", f"add it to {target} or mend it"
                yield from _rows(resource.path, name, values, bad, why, mend)
