"""Tables as files that give them back to the bit: values, types and Python's own objects."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
from pyarrow import feather

from energy_model.errors import OutputError

OBJECTS = "objects.json"
"""Names of the tables in a folder, each with its columns of objects."""


def objects_of(table: pd.DataFrame) -> list[str]:
    """Names of columns of Python's own objects, or of categories that are such; a file does not tell them from text."""
    kinds = {str(name): getattr(kind, "categories", table[name]).dtype for name, kind in table.dtypes.items()}
    return [name for name, kind in kinds.items() if kind == np.dtype(object)]


def late_table(path: Path, objects: list[str]) -> Callable[[], pd.DataFrame]:
    """A table that was written as Feather, made of what lies in the file now when somebody asks for it.

    Parameters
    ----------
    objects : list of str
        As :func:`table_of` takes them.
    """
    content = path.read_bytes()
    return lambda: table_of(BytesIO(content), objects)


def table_of(file: Path | BytesIO, objects: list[str]) -> pd.DataFrame:
    """A table that was written as Feather, with the types it had.

    Parameters
    ----------
    file : Path or BytesIO
        Where it was written to, or what lies there.
    objects : list of str
        Its columns of Python's own objects, as :func:`objects_of` named them.
    """
    stored = feather.read_table(file)
    table = stored.to_pandas()
    for name in objects:
        if isinstance(kind := table[name].dtype, pd.CategoricalDtype):
            table[name] = table[name].cat.rename_categories(pd.Index(kind.categories, dtype=object))
        else:
            table[name] = pd.Series(stored[name].to_pylist(), dtype=object)
    return table


def is_same(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    """Whether two tables hold the same values of the same types in the same order, under the same names."""
    if not (one.equals(other) and one.dtypes.equals(other.dtypes) and one.index.equals(other.index)):
        return False
    names = [*one.index.names, *one.columns.names], [*other.index.names, *other.columns.names]
    return names[0] == names[1] and all(
        [type(value) for value in one[name]] == [type(value) for value in other[name]] for name in objects_of(one)
    )


def write_tables(tables: Mapping[str, pd.DataFrame], folder: Path) -> None:
    """Write tables into a folder, each as Feather, with their names.

    Raises
    ------
    OutputError, ValueError, TypeError
        If reading would not give one back exactly.
    """
    objects = [(name, objects_of(table)) for name, table in tables.items()]
    for number, table in enumerate(tables.values()):
        table.to_feather(folder / f"{number}.feather")
    (folder / OBJECTS).write_text(json.dumps(objects), encoding="utf-8")
    back = read_tables(folder)
    for name, table in tables.items():
        if not is_same(table, back[name]):
            raise OutputError(f"a file does not hold the table {name!r} as it is")


def read_tables(folder: Path) -> dict[str, pd.DataFrame]:
    """Tables that :func:`write_tables` wrote.

    Raises
    ------
    OSError, ValueError, KeyError, TypeError
        If they are not there, or not whole.
    """
    told = json.loads((folder / OBJECTS).read_text(encoding="utf-8"))
    return {str(name): table_of(folder / f"{n}.feather", objects) for n, (name, objects) in enumerate(told)}
