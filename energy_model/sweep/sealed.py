"""A chunk's rows as a Parquet file that carries its place in the sweep and a digest of its numbers.

The digest in the file's metadata covers every value, the number of the part and the sweep. So a flipped bit, an edited
row, a copy under another number and a part of another sweep are all told; none is read as other numbers.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from energy_model.errors import OutputError

COMPRESSION = "zstd"
_SWEEP, _PART, _SEAL = b"sweep", b"part", b"sha256"


def packed(rows: Iterable[Mapping[str, object]], schema: pa.Schema, sweep: str, number: int) -> bytes:
    """Rows as a Parquet file; equal rows give equal bytes.

    Parameters
    ----------
    sweep : str
        Digest of the sweep.
    number : int
        Of the chunk.
    """
    table = pa.Table.from_pylist([dict(row) for row in rows], schema=schema)
    seal = {_SWEEP: sweep.encode(), _PART: str(number).encode(), _SEAL: _digest(table, sweep, number).encode()}
    sink = pa.BufferOutputStream()
    pq.write_table(table.replace_schema_metadata(seal), sink, compression=COMPRESSION, write_page_checksum=True)
    return bytes(sink.getvalue().to_pybytes())


def unpacked(file: Path, sweep: str, number: int) -> pa.Table:
    """Rows of a part.

    Raises
    ------
    OutputError
        If the file is not that part of that sweep, or not as it was written.
    """
    try:
        table = pq.read_table(file, page_checksum_verification=True)
        known = table.schema.metadata or {}
        table = table.replace_schema_metadata(None)
        if not {_SWEEP, _PART, _SEAL} <= set(known):
            raise OutputError(f"{file} is no part of a sweep, or of one that an earlier version stored")
        of, part, seal = known[_SWEEP].decode(), int(known[_PART]), known[_SEAL].decode()
        is_intact = seal == _digest(table, of, part)
    except (pa.ArrowException, OSError, ValueError, MemoryError, OverflowError) as error:
        raise OutputError(f"{file} is damaged ({_short(error)})") from error
    if not is_intact:
        raise OutputError(f"{file} is damaged or was edited: its digest is not that of its rows")
    if of != sweep:
        raise OutputError(f"{file} belongs to another sweep")
    if part != number:
        raise OutputError(f"{file} is a copy of part {part}")
    return table


def _digest(table: pa.Table, sweep: str, number: int) -> str:
    """SHA-256 of all values with names and types of their columns."""
    whole = hashlib.sha256(json.dumps([sweep, number, table.num_rows, str(table.schema)]).encode())
    for column in table.columns:
        if pa.types.is_floating(column.type) or pa.types.is_integer(column.type):
            whole.update(column.is_null().to_numpy().tobytes())
            whole.update(column.fill_null(0).to_numpy().tobytes())
        else:
            whole.update(json.dumps(column.to_pylist(), default=str).encode())
    return whole.hexdigest()


def _short(error: BaseException) -> str:
    return (" ".join(str(error).split()) or type(error).__name__)[:200]
