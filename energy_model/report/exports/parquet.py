"""Tables as Parquet: typed, small, with meaning and unit beside each column."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from energy_model.report.exports.formats import Job, export_format
from energy_model.report.exports.provenance import exported_tables, identifier, licence_notes
from energy_model.report.exports.schema import kind_of
from energy_model.results.columns import ResultTable, unit_of

_TYPES = {
    "boolean": pa.bool_(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "date": pa.date32(),
    "string": pa.string(),
}


@export_format("parquet", place=20)
def write_parquet(job: Job) -> list[str]:
    """A folder of Parquet files, one per table, typed, with unit and meaning in the metadata of each column."""
    tables = exported_tables(job.results)
    whole = {"scenario": job.scenario.id, "identifier": identifier(job.results)}
    with job.folder("parquet") as folder:
        for name, (table, declared) in tables.items():
            pq.write_table(arrow_table(table, declared, whole), folder / f"{name}.parquet")
    return licence_notes(job.seen)


def arrow_table(table: pd.DataFrame, declared: ResultTable, whole: dict[str, str]) -> pa.Table:
    """A table with the declared columns; ``whole`` is kept beside it."""
    fields, arrays = [], []
    for column, words in declared.columns.items():
        kind = _TYPES[kind_of(table[column])]
        values = table[column]
        if kind == pa.string():
            values = values.astype(object).where(values.notna(), None)
        arrays.append(pa.array(values, from_pandas=True).cast(kind))
        fields.append(pa.field(column, kind, metadata={"unit": unit_of(column), "description": words}))
    return pa.table(arrays, schema=pa.schema(fields, metadata=whole))
