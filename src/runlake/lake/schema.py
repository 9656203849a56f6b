"""Table specs to Arrow and back: the only place that knows both numpy columns and Arrow types.

Missing is NaN (None for text) in numpy and null in Arrow. Unit and meaning of a column travel as field metadata.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa

from runlake.errors import ActivityError
from runlake.model.findings import Array, Table
from runlake.model.table import Column, TableSpec

ARROW_TYPES: Mapping[str, pa.DataType] = {
    "bool": pa.bool_(),
    "int16": pa.int16(),
    "int32": pa.int32(),
    "int64": pa.int64(),
    "float32": pa.float32(),
    "float64": pa.float64(),
    "string": pa.string(),
    "date": pa.date32(),
    "timestamp_utc": pa.timestamp("us", tz="UTC"),
    "timestamp_local": pa.timestamp("us"),
}
_NUMPY_TYPES: Mapping[str, type[np.generic]] = {
    "bool": np.bool_,
    "int16": np.int16,
    "int32": np.int32,
    "int64": np.int64,
    "date": np.int32,
    "timestamp_utc": np.int64,
    "timestamp_local": np.int64,
}
MICROSECONDS = 1e6


@lru_cache(maxsize=64)
def arrow_schema(spec: TableSpec) -> pa.Schema:
    """The published schema of a table; the same object for the same spec."""
    fields = [
        pa.field(
            c.name,
            ARROW_TYPES[c.kind],
            nullable=c.nullable,
            metadata={"unit": c.unit, "meaning": c.meaning},
        )
        for c in spec.columns
    ]
    return pa.schema(fields, metadata={"table": spec.name, "row": spec.row})


def column_array(column: Column, values: Array) -> pa.Array:
    """One column in Arrow form; raises ActivityError when a whole number does not fit its type."""
    kind = column.kind
    if kind == "string":
        return pa.array(values, type=pa.string(), from_pandas=False)
    if kind in ("float64", "float32"):
        return pa.array(values.astype(_float_type(kind), copy=False), from_pandas=True)
    numbers = np.asarray(values)
    scale = MICROSECONDS if kind.startswith("timestamp") else 1.0
    missing = None
    if numbers.dtype.kind == "f":
        missing = ~np.isfinite(numbers)
        numbers = np.round(np.where(missing, 0.0, numbers) * scale)
        missing = missing if missing.any() else None
    elif scale != 1.0:
        numbers = numbers.astype(np.int64) * int(scale)
    whole = numbers.astype(_NUMPY_TYPES[kind])
    if kind in ("int16", "int32") and not np.array_equal(whole, numbers):
        raise ActivityError(f"column {column.name} holds values that do not fit {kind}")
    array = pa.array(whole, mask=missing)
    return array if array.type == ARROW_TYPES[kind] else array.cast(ARROW_TYPES[kind])


def _float_type(kind: str) -> type[np.generic]:
    return np.float32 if kind == "float32" else np.float64


def to_arrow(table: Table) -> pa.Table:
    """The table in Arrow form, not yet checked for nulls (see `enforced`)."""
    spec = table.spec
    arrays = [column_array(c, table[c.name]) for c in spec.columns]
    return pa.Table.from_arrays(arrays, schema=arrow_schema(spec))


def enforced(table: pa.Table, spec: TableSpec) -> pa.Table:
    """The same table, with the promise kept that columns marked as never missing hold no null.

    Raises ActivityError when the columns differ from the spec's, or where a promise is broken.
    """
    schema = arrow_schema(spec)
    if table.schema.names != schema.names or table.schema.types != schema.types:
        raise ActivityError(f"table {spec.name}: columns differ from its spec")
    for column in spec.columns:
        if not column.nullable and table.column(column.name).null_count:
            raise ActivityError(f"table {spec.name}: {column.name} must never be missing, and is")
    return table.replace_schema_metadata(schema.metadata).cast(schema)


def from_arrow(table: pa.Table, spec: TableSpec) -> Table:
    """The rows as numpy columns; text shares one object for each distinct value."""
    return Table(spec, {c.name: column_values(c, table.column(c.name)) for c in spec.columns})


def column_values(column: Column, chunked: pa.ChunkedArray) -> Array:
    """One Arrow column in numpy form, as `Findings` describes it."""
    kind = column.kind
    if kind == "string":
        return text_values(chunked)
    array = chunked.combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks)
    if kind in ("float64", "float32"):
        return np.asarray(array.to_numpy(zero_copy_only=False), dtype=np.float64)
    if kind == "bool":
        if not array.null_count:
            return np.asarray(array.to_numpy(zero_copy_only=False))
        return np.asarray(array.cast(pa.int8()).to_numpy(zero_copy_only=False), dtype=np.float64)
    if kind == "date":
        array = array.cast(pa.int32())
    elif kind.startswith("timestamp"):
        array = array.cast(pa.int64())
    numbers = array.to_numpy(zero_copy_only=False)
    if kind.startswith("timestamp"):
        return np.asarray(numbers, dtype=np.float64) / MICROSECONDS
    return np.asarray(numbers, dtype=np.float64) if kind == "date" else np.asarray(numbers)


def text_values(chunked: pa.ChunkedArray) -> Array:
    """Text as an object array of str or None, one object for each distinct value (fast and small)."""
    if chunked.num_chunks == 0 or len(chunked) == 0:
        return np.empty(0, dtype=object)
    encoded = chunked.dictionary_encode().unify_dictionaries().combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.chunk(0) if encoded.num_chunks == 1 else pa.concat_arrays(encoded.chunks)
    words = np.empty(len(encoded.dictionary) + 1, dtype=object)
    words[:-1] = encoded.dictionary.to_pylist()
    words[-1] = None
    codes = encoded.indices.fill_null(len(words) - 1).to_numpy(zero_copy_only=False)
    return np.asarray(words[codes])


def repeated(value: str | None, n: int) -> pa.Array:
    """A text column that says the same n times."""
    return pa.nulls(n, pa.string()) if value is None else pa.repeat(pa.scalar(value, pa.string()), n)


def describe(spec: TableSpec) -> list[dict[str, Any]]:
    """One mapping per column of the table, as the table `columns` holds them."""
    return [
        {
            "table": spec.name,
            "column": c.name,
            "type": str(ARROW_TYPES[c.kind]),
            "unit": c.unit or None,
            "is_nullable": c.nullable,
            "origin": c.origin,
            "meaning": c.meaning,
            "position": i,
        }
        for i, c in enumerate(spec.columns, start=1)
    ]
