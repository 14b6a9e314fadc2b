"""Tables of a package as they were typed when it was last read, so that a second process does not parse them again.

One Arrow file for each sealed content of a package lies in the cache folder of the user, named by a hash of everything
that it depends on: the files of the package, its descriptor, the code that reads them, the libraries. A file that is
damaged, or that something else has written, counts as missing; a folder that cannot be written is no error. Nothing in
a file is ever executed. ``ENERGY_MODEL_CACHE`` names another folder, or ``off``.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from energy_model.data import package as reader
from energy_model.data import tables as typing_rules
from energy_model.data.package import Package, plain_bytes
from energy_model.data.sealed import depends_on, is_sealed
from energy_model.errors import DataError, OutputError
from energy_model.files import replacing_file

VARIABLE, OFF = "ENERGY_MODEL_CACHE", "off"
"""Environment variable that names the folder, or switches the cache off."""
FORMAT = "1"
"""To be raised when what is written changes; files of another format are never read."""
MOST_FILES = 8
"""Contents that are kept, the latest: a package that is edited leaves one behind with each edit."""
_SUFFIX = ".arrow"
_HEADER = b"energy-model data cache"
_CODE = (reader, typing_rules)

Tables = dict[str, pd.DataFrame]


def folder() -> Path | None:
    """Where files are kept; ``None`` if the cache is off, or if the system does not know of a place."""
    chosen = os.environ.get(VARIABLE, "")
    if chosen.strip().lower() == OFF:
        return None
    if chosen:
        return Path(chosen)
    with suppress(RuntimeError, OSError):  # a user without a home
        from platformdirs import user_cache_path

        return Path(user_cache_path("energy-model", appauthor=False)) / "data"
    return None


def files() -> list[Path]:
    """Files of tables that are kept, the latest first; nothing else that lies in the folder."""
    place = folder()
    if place is None or not place.is_dir():
        return []
    found = [path for path in place.glob(f"*{_SUFFIX}") if path.is_file()]
    return sorted(found, key=lambda path: path.stat().st_mtime_ns, reverse=True)


def read(package: Package) -> Tables | None:
    """Tables of a package of exactly this content, none of which breaks its schema; ``None`` if they must be read."""
    place = folder()
    if place is None:
        return None
    try:
        return _unpacked((place / _name(package)).read_bytes())
    except (DataError, OSError, ValueError, KeyError, TypeError, AttributeError, pa.ArrowException):
        return None


def write(package: Package, tables: Tables) -> None:
    """Keep tables without a fault of form, unless the package has changed meanwhile or the folder cannot be written.

    A package that is not sealed is being edited: each of its contents would be read once.
    """
    place = folder()
    if place is None or not is_sealed(package):
        return
    with suppress(OSError, OutputError, DataError, pa.ArrowException):
        content = _packed(tables)
        if not _is_same(tables, _unpacked(content)) or _name(Package.open(package.root)) != _name(package):
            return
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        with replacing_file(place / _name(package)) as part:
            part.write_bytes(content)
        for old in files()[MOST_FILES:]:
            old.unlink(missing_ok=True)


def _name(package: Package) -> str:
    whole = hashlib.sha256(depends_on(package, package.descriptor).encode())
    for module in _CODE:
        whole.update(plain_bytes(Path(str(module.__file__))))
    whole.update(f"{FORMAT} {np.__version__} {pd.__version__} {pa.__version__}".encode())
    return f"{whole.hexdigest()}{_SUFFIX}"


def _packed(tables: Tables) -> bytes:
    """A line that names the content, a digest of what follows, a line of sizes, and one Arrow stream after another."""
    streams = {name: _stream(table) for name, table in tables.items()}
    sizes = json.dumps({name: len(stream) for name, stream in streams.items()}).encode()
    body = b"\n".join([sizes, b"".join(streams.values())])
    return b"\n".join([_HEADER, hashlib.sha256(body).hexdigest().encode(), body])


def _unpacked(content: bytes) -> Tables:
    """
    Raises
    ------
    DataError, ValueError, KeyError, TypeError, AttributeError, ArrowException
        If it is not what :func:`_packed` made.
    """
    begin = len(_HEADER) + 1 + 2 * hashlib.sha256().digest_size + 1
    expected = b"\n".join([_HEADER, hashlib.sha256(memoryview(content)[begin:]).hexdigest().encode(), b""])
    if content[:begin] != expected:
        raise DataError("cache of tables", ["it is damaged, or none; delete it"])
    sizes = content[begin : content.index(b"\n", begin)]
    begin += len(sizes) + 1
    whole, tables = pa.py_buffer(content), {}
    for name, size in json.loads(sizes).items():
        tables[str(name)] = _table(whole.slice(begin, size))
        begin += size
    return tables


def _stream(table: pd.DataFrame) -> bytes:
    """A table as an Arrow stream; words become a dictionary, so that each is stored once."""
    kinds = {str(name): str(kind) for name, kind in table.dtypes.items()}
    content = pa.table({name: _column(table[name]) for name in kinds})
    content = content.replace_schema_metadata({"dtypes": json.dumps(kinds)})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, content.schema) as writer:
        writer.write_table(content)
    return bytes(sink.getvalue())


def _column(column: pd.Series) -> pa.Array:
    if column.dtype != object:
        return pa.array(column.to_numpy())
    codes, words = pd.factorize(column)
    places = codes.astype(np.min_scalar_type(-len(words) - 1))
    return pa.DictionaryArray.from_arrays(pa.array(places, mask=codes < 0), pa.array(words, pa.string()))


def _table(stream: pa.Buffer) -> pd.DataFrame:
    content = pa.ipc.open_stream(stream).read_all().combine_chunks()
    kinds = json.loads(content.schema.metadata[b"dtypes"])
    rows = pd.RangeIndex(content.num_rows)
    columns = {name: _values(content.column(name), kind) for name, kind in kinds.items()}
    series = {name: pd.Series(values, index=rows, dtype=values.dtype, copy=False) for name, values in columns.items()}
    return pd.DataFrame(series, index=rows)


def _values(column: pa.ChunkedArray, kind: str) -> np.ndarray:
    if not pa.types.is_dictionary(column.type):
        return np.asarray(column.to_numpy(), dtype=kind)
    part = column.chunk(0)
    words = np.array([*part.dictionary.to_pylist(), None], dtype=object)
    return np.asarray(words[part.indices.fill_null(-1).to_numpy()])


def _is_same(one: Tables, other: Tables) -> bool:
    """Whether both hold the same values of the same types in the same order."""
    return list(one) == list(other) and all(
        table.dtypes.equals(other[name].dtypes) and table.index.equals(other[name].index) and table.equals(other[name])
        for name, table in one.items()
    )
