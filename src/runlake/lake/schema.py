"""Table specs to Arrow and back: the only place that knows both numpy columns and Arrow types.

Missing is NaN (None for text) in numpy and null in Arrow. Unit and meaning of a column travel as field metadata.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
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
    "float32": np.float32,
    "float64": np.float64,
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


def empty_table(spec: TableSpec) -> pa.Table:
    """No rows, in the published columns (`Schema.empty_table` would import pandas)."""
    arrays = [array_of(c, []) for c in spec.columns]
    return pa.Table.from_arrays(arrays, schema=arrow_schema(spec))


def column_array(column: Column, values: Array) -> pa.Array:
    """One column in Arrow form; raises ActivityError when a whole number does not fit its type.

    Built from buffers: `pyarrow.array` would import pandas, which takes longer than a nightly run without news.
    """
    kind = column.kind
    if kind == "string":
        return text_array(values)
    numbers = np.asarray(values)
    known = np.isfinite(numbers) if numbers.dtype.kind == "f" else None
    missing = None if known is None or known.all() else ~known
    if kind in ("float64", "float32"):
        # What nobody can write into (channels of an activity) need not be copied.
        return number_array(numbers.astype(_NUMPY_TYPES[kind], copy=numbers.flags.writeable), kind, missing)
    scale = MICROSECONDS if kind.startswith("timestamp") else 1.0
    if numbers.dtype.kind == "f":
        numbers = np.round((numbers if missing is None else np.where(missing, 0.0, numbers)) * scale)
    elif scale != 1.0:
        numbers = numbers.astype(np.int64) * int(scale)
    whole = numbers.astype(_NUMPY_TYPES[kind])
    if kind in ("int16", "int32") and not np.array_equal(whole, numbers):
        raise ActivityError(f"column {column.name} holds values that do not fit {kind}")
    return number_array(whole, kind, missing)


def array_of(column: Column, values: Sequence[Any]) -> pa.Array:
    """One column in Arrow form from plain values, None for missing."""
    if column.kind == "string":
        return text_array(values)
    numbers = np.array([np.nan if v is None else v for v in values], dtype=np.float64)
    return column_array(column, numbers)


def number_array(values: Array, kind: str, missing: Array | None = None) -> pa.Array:
    """An Arrow array over the values (not copied where they are contiguous), null where `missing`."""
    bits = None if missing is None else pa.py_buffer(np.packbits(~missing, bitorder="little"))
    whole = np.packbits(values, bitorder="little") if kind == "bool" else np.ascontiguousarray(values)
    n_missing = 0 if missing is None else int(np.count_nonzero(missing))
    return pa.Array.from_buffers(ARROW_TYPES[kind], len(values), [bits, pa.py_buffer(whole)], n_missing)


def text_array(values: Sequence[str | None] | Array) -> pa.Array:
    """An Arrow array of text, null for None; what is no valid Unicode is replaced by question marks."""
    words = values.tolist() if isinstance(values, np.ndarray) else list(values)
    builder = pa.lib.StringBuilder()
    try:
        builder.append_values(words)
    except UnicodeEncodeError:
        builder = pa.lib.StringBuilder()
        builder.append_values([w if w is None else w.encode("utf-8", "replace").decode() for w in words])
    return builder.finish()


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
    numbers = _raw_numbers(array, kind)
    scale = MICROSECONDS if kind.startswith("timestamp") else 1.0
    if kind in ("float64", "float32", "date") or scale != 1.0 or array.null_count:
        numbers = numbers.astype(np.float64) / scale
    if array.null_count:
        numbers[~_bits(array.buffers()[0], array.offset, len(array))] = np.nan
    return numbers


def _raw_numbers(array: pa.Array, kind: str) -> Array:
    """The values as they lie in memory (`Array.to_numpy` would import pandas where there are nulls)."""
    data = array.buffers()[1]
    if len(array) == 0 or data is None:
        return np.zeros(len(array), dtype=_NUMPY_TYPES[kind])
    if kind == "bool":
        return _bits(data, array.offset, len(array))
    return np.frombuffer(data, dtype=_NUMPY_TYPES[kind])[array.offset : array.offset + len(array)]


def _bits(data: pa.Buffer, offset: int, n: int) -> npt.NDArray[np.bool_]:
    packed = np.frombuffer(data, dtype=np.uint8)
    return np.unpackbits(packed, count=offset + n, bitorder="little")[offset:].astype(np.bool_)


def text_values(chunked: pa.ChunkedArray) -> Array:
    """Text as an object array of str or None, one object for each distinct value (fast and small)."""
    if len(chunked) == 0:
        return np.empty(0, dtype=object)
    words, codes = coded_text(chunked)
    found = np.empty(len(words), dtype=object)
    found[:] = words
    return np.asarray(found[codes])


def coded_text(chunked: pa.ChunkedArray) -> tuple[list[str | None], Array]:
    """The distinct values of a column that is not empty, None last, and for each row which one it holds.

    Without functions of `pyarrow.compute` that take a scalar: those import pandas.
    """
    encoded = chunked.dictionary_encode().unify_dictionaries().combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.chunk(0) if encoded.num_chunks == 1 else pa.concat_arrays(encoded.chunks)
    words = [*encoded.dictionary.to_pylist(), None]
    indices = encoded.indices
    codes = np.frombuffer(indices.buffers()[1], dtype=np.int32)[indices.offset : indices.offset + len(indices)]
    if indices.null_count:
        codes = np.where(_bits(indices.buffers()[0], indices.offset, len(indices)), codes, len(words) - 1)
    return words, codes


def repeated(value: str | None, n: int) -> pa.Array:
    """A text column that says the same n times."""
    if value is None:
        return pa.nulls(n, pa.string())
    word = value.encode()
    offsets = np.arange(0, (n + 1) * len(word), len(word), dtype=np.int32) if word else np.zeros(n + 1, dtype=np.int32)
    buffers = [None, pa.py_buffer(offsets[: n + 1]), pa.py_buffer(word * n)]
    return pa.Array.from_buffers(pa.string(), n, buffers, 0)


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
