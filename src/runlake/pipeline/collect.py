"""Rows of chosen activities, in a chosen order, out of the last snapshot and the packs of this run."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from runlake.lake.schema import ARROW_TYPES, coded_text, empty_table, number_array
from runlake.model.table import TableSpec
from runlake.pipeline.packs import Pack


def read_part(path: Path, spec: TableSpec) -> pa.Table:
    """A table of a snapshot in today's columns; empty when the snapshot has none."""
    if not path.is_file():
        return empty_table(spec)
    with pq.ParquetFile(path) as parquet:
        return aligned(parquet.read(), spec)


@lru_cache(maxsize=64)
def _plain_schema(spec: TableSpec) -> pa.Schema:
    return pa.schema([pa.field(c.name, ARROW_TYPES[c.kind]) for c in spec.columns])


def aligned(table: pa.Table, spec: TableSpec) -> pa.Table:
    """The same rows in today's columns: those that an older version lacked come out missing."""
    schema = _plain_schema(spec)
    if table.schema.equals(schema):
        return table.replace_schema_metadata(None)
    if table.schema.names == schema.names and table.schema.types == schema.types:
        return table.replace_schema_metadata(None).cast(schema)
    names = set(table.schema.names)
    columns = [
        table.column(f.name).cast(f.type) if f.name in names else pa.chunked_array([pa.nulls(table.num_rows, f.type)])
        for f in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def runs_of_text(column: pa.ChunkedArray) -> tuple[list[str], np.ndarray]:
    """The values of a column without their repetitions, and where each run begins (with the end of all)."""
    if len(column) == 0:
        return [], np.zeros(1, dtype=np.int64)
    words, codes = coded_text(column)
    starts = np.concatenate(([0], np.flatnonzero(np.diff(codes)) + 1))
    return [words[code] for code in codes[starts]], np.append(starts, len(codes)).astype(np.int64)


def spliced(parts: Sequence[pa.Table], order: Sequence[str], spec: TableSpec) -> pa.Table:
    """The rows of these activities in this order; of an activity in several parts, the last part's rows."""
    if not parts:
        return aligned(empty_table(spec), spec)
    combined = pa.concat_tables(parts)
    where: dict[str, tuple[int, int]] = {}
    offset = 0
    for part in parts:
        words, edges = runs_of_text(part.column("activity_id"))
        starts = (edges + offset).tolist()
        where.update(zip(words, itertools.pairwise(starts), strict=True))
        offset += part.num_rows
    chosen = [where[a] for a in order if a in where]
    if not chosen:
        return combined.slice(0, 0)
    return _taken(combined, np.array(chosen, dtype=np.int64))


def _taken(table: pa.Table, ranges: np.ndarray) -> pa.Table:
    """The rows of these half-open ranges, in this order; neighbouring ranges become one slice."""
    breaks = np.flatnonzero(ranges[1:, 0] != ranges[:-1, 1]) + 1
    starts = ranges[np.concatenate(([0], breaks)), 0]
    stops = ranges[np.concatenate((breaks - 1, [len(ranges) - 1])), 1]
    if len(starts) <= 64:
        return pa.concat_tables([table.slice(a, b - a) for a, b in zip(starts, stops, strict=True)])
    lengths = stops - starts
    before = np.cumsum(lengths) - lengths
    indices = np.repeat(starts - before, lengths) + np.arange(int(lengths.sum()))
    taken = number_array(indices, "int64")
    columns = [c.combine_chunks().take(taken) for c in table.columns]  # one by one: all of them twice is much memory
    return pa.Table.from_arrays(columns, schema=table.schema)


def by_activity(packs: Iterable[Pack]) -> Mapping[str, Pack]:
    """The pack of each activity."""
    return {a: p for p in packs for a in p.activity_ids}
