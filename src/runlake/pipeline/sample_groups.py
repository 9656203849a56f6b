"""Samples of several activities to a row group of the lake: their pages one behind the other."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from runlake.lake import layout, pages, splice
from runlake.lake.encode import encode, page_codec
from runlake.lake.schema import empty_table
from runlake.model.table import Column
from runlake.pipeline.collect import aligned
from runlake.pipeline.judge import Kept
from runlake.pipeline.packs import Samples
from runlake.tables.samples import SPEC

Pieces = tuple[splice.Piece, ...]


def row_group(found: Sequence[tuple[Kept, Samples]]) -> Pieces:
    """The columns of a row group with the samples of these activities, stamps in front."""
    rows = [samples.n_rows for _, samples in found]
    stamps: dict[str, Sequence[str | int]] = {
        "athlete_id": [k.place.athlete_id for k, _ in found],
        "activity_id": [k.session.activity_id for k, _ in found],
        "local_date": [k.session.local_date_days for k, _ in found],
    }
    out = []
    for column in SPEC.columns:
        name = column.name
        if name in stamps:
            out.append(pages.column_of_runs(column, _runs(stamps[name], rows)))
        elif column.kind == "string" and all(name in s.same for _, s in found):
            out.append(pages.column_of_runs(column, _runs([s.same[name] for _, s in found], rows)))
        else:
            out.append(pages.column_of_pages(column, [_page(s, column) for _, s in found]))
    return tuple(out)


def _runs(words: Sequence[Any], rows: Sequence[int]) -> list[pages.Run]:
    """The words with the number of rows that each stands for, neighbours joined."""
    pairs = itertools.groupby(zip(words, rows, strict=True), key=lambda pair: pair[0])
    return [(word, sum(n for _, n in run)) for word, run in pairs]


def _page(samples: Samples, column: Column) -> pages.Page:
    if column.name in samples.varying:
        return samples.varying[column.name]
    word = samples.same[column.name]
    if word is None:
        return pages.missing_page(samples.n_rows, page_codec(SPEC.name, column))
    return pages.text_page([word] * samples.n_rows, is_nullable=column.nullable)


@lru_cache(maxsize=1)
def like() -> splice.Encoded:
    """A file of samples without rows: schema and metadata of all others."""
    return splice.opened(encode(empty_table(SPEC), SPEC))


def table_of(group: Pieces) -> pa.Table:
    """The rows of a row group, in today's columns."""
    parts = layout.laid_out(like(), [group])
    with pq.ParquetFile(pa.BufferReader(b"".join(parts or []))) as parquet:
        return aligned(parquet.read(), SPEC)


def tables_of(found: Sequence[tuple[Kept, Samples]]) -> list[pa.Table]:
    """The samples of each of these activities."""
    if not found:
        return []
    table = table_of(row_group(found))
    edges = list(itertools.accumulate((s.n_rows for _, s in found), initial=0))
    return [table.slice(start, stop - start) for start, stop in itertools.pairwise(edges)]
