"""Row groups: neighbouring activities whose rows lie together, so that one more activity changes one group of a table.

Where a group ends is told by the activities themselves (content-defined chunking, Muthitacharoen 2001): a lake that
grew night by night has the same groups as one that is built at once.
"""

from __future__ import annotations

import hashlib
import itertools
import zlib
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from runlake.lake.schema import array_of, coded_text, column_values
from runlake.lake.splice import Piece
from runlake.model.findings import Array
from runlake.model.table import Column, TableSpec
from runlake.model.text import Text, joined
from runlake.pipeline.collect import aligned, runs_of_text, spliced
from runlake.pipeline.judge import Kept

MEAN_IN_TABLES = 2048
MEAN_IN_SAMPLES = 16
"""Activities in a row group, on average: 200,000 rows of the larger tables, 50,000 samples."""


def columns_digest(spec: TableSpec) -> str:
    """Changes with any column: row groups of other columns cannot stand in the same file."""
    text = repr([(c.name, c.kind) for c in spec.columns])
    return hashlib.sha256(text.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Neighbouring activities, with a digest of who they are and by which version they were read."""

    activity_ids: tuple[str, ...]
    signature: str


def cut(kept: Sequence[Kept], mean: int) -> tuple[Chunk, ...]:
    """The activities in their order, a new chunk at each whose id says so."""
    starts = [i for i, k in enumerate(kept) if i and zlib.crc32(k.session.activity_id.encode()) % mean == 0]
    return tuple(_chunk(kept[a:b]) for a, b in itertools.pairwise([0, *starts, len(kept)]) if a < b)


def _chunk(kept: Sequence[Kept]) -> Chunk:
    text = "\n".join(f"{k.place.athlete_id}\0{k.session.activity_id} {k.key}" for k in kept)
    digest = hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:32]
    return Chunk(tuple(k.session.activity_id for k in kept), digest)


@dataclass(slots=True, eq=False)
class Published:
    """A file of the last state: its row groups by the signature of their chunk, and what has been read of it.

    `known` holds every chunk of that state, also those of which this file has no rows. Without a file, or when it was
    laid down in another way, nothing is known and all its rows count as new ones.
    """

    path: Path | None
    spec: TableSpec
    known: frozenset[str] = frozenset()
    groups: Mapping[str, int] = field(default_factory=dict)
    _values: dict[str, Array] = field(default_factory=dict)
    _edges: list[int] = field(default_factory=list)

    def _open(self) -> pq.ParquetFile:
        return pq.ParquetFile(self.path)

    @property
    def exists(self) -> bool:
        """False when the last state has no such file."""
        return self.path is not None and self.path.is_file()

    def edges(self) -> list[int]:
        """First row of each row group, with the end of all."""
        if not self._edges:
            with self._open() as parquet:
                meta = parquet.metadata
                sizes = [meta.row_group(i).num_rows for i in range(meta.num_row_groups)]
            self._edges = [0, *itertools.accumulate(sizes)]
        return self._edges

    def read(self, numbers: Sequence[int] | None = None) -> pa.Table:
        """All rows in today's columns, or those of some row groups."""
        with self._open() as parquet:
            return aligned(parquet.read() if numbers is None else parquet.read_row_groups(list(numbers)), self.spec)

    def read_ahead(self, names: Sequence[str]) -> None:
        """Have these columns ready as arrays."""
        wanted = [n for n in names if n not in self._values]
        texts = [n for n in wanted if self.spec.column(n).kind == "string"]
        with pq.ParquetFile(self.path, read_dictionary=texts) as parquet:  # as numbers of words, as they lie there
            table = parquet.read(columns=wanted)
        for name in wanted:
            self._values[name] = column_of(self.spec.column(name), table.column(name))

    def values(self, name: str) -> Array:
        """A column as an array."""
        if name not in self._values:
            self.read_ahead([name])
        return self._values[name]

    def forget(self) -> None:
        """Give back the memory of the columns that were read."""
        self._values.clear()


@dataclass(frozen=True, slots=True)
class Group:
    """A row group of the next state: `rows`, or encoded `pieces` of them, or number `at` of the published file."""

    signature: str
    n_rows: int
    rows: pa.Table | None
    at: int = -1
    pieces: tuple[Piece, ...] | None = None


@dataclass(frozen=True, eq=False)
class Rows:
    """The detected rows of a table of the next state, row group by row group."""

    spec: TableSpec
    groups: tuple[Group, ...]
    published: Published | None = None
    empty: tuple[str, ...] = ()
    """Signatures of chunks without rows in this table."""

    @property
    def n_rows(self) -> int:
        """How many rows there are."""
        return sum(g.n_rows for g in self.groups)

    @property
    def is_new(self) -> bool:
        """True when no row group is taken over."""
        return all(g.rows is not None for g in self.groups)

    @cached_property
    def _runs(self) -> list[tuple[int, int] | pa.Table]:
        """Row ranges of the published file (neighbours joined) and new rows, in order."""
        if self.is_new or self.published is None:
            return [g.rows for g in self.groups]
        edges = self.published.edges()
        out: list[tuple[int, int] | pa.Table] = []
        for group in self.groups:
            if group.rows is not None:
                out.append(group.rows)
                continue
            start, stop = edges[group.at], edges[group.at + 1]
            last = out[-1] if out else None
            if isinstance(last, tuple) and last[1] == start:
                out[-1] = (last[0], stop)
            else:
                out.append((start, stop))
        return out

    def values(self, name: str) -> Array:
        """A column as an array, over all rows; missing where history is to fill it."""
        column = self.spec.column(name)
        if self.published is None:
            return column_of(column, pa.concat_tables(self.tables()).column(name))
        if column.origin == "history":
            return np.full(self.n_rows, None if column.kind == "string" else np.nan)
        parts: list[Any] = []
        for run in self._runs:
            if isinstance(run, tuple):
                parts.append(self.published.values(name)[run[0] : run[1]])
            else:
                parts.append(column_of(column, run.column(name)))
        if not parts:
            return column_values(column, pa.chunked_array([array_of(column, [])]))
        if len(parts) > 1 and column.kind == "string":
            return cast(Array, joined(parts))
        return cast(Array, parts[0] if len(parts) == 1 else np.concatenate(parts))

    def tables(self) -> Iterator[pa.Table]:
        """The rows of each group."""
        for group in self.groups:
            yield self.published.read([group.at]) if group.rows is None and self.published else group.rows


def column_of(column: Column, chunked: pa.ChunkedArray) -> Array:
    """A column as an array; text as numbers of words."""
    if column.kind != "string" or not len(chunked):
        return column_values(column, chunked)
    words, codes = coded_text(chunked)
    found = np.empty(len(words), dtype=object)
    found[:] = words
    return cast(Array, Text(found, codes))


def whole(table: pa.Table, spec: TableSpec) -> Rows:
    """A table in one piece."""
    return Rows(spec, (Group("", table.num_rows, table),))


def gathered(
    spec: TableSpec,
    chunks: Sequence[Chunk],
    published: Published,
    parts: Sequence[pa.Table],
    at_hand: Container[str],
    ready: Mapping[str, Group],
) -> Rows:
    """The rows of these chunks: of the published file where it has the chunk, else out of its other groups and `parts`.

    `at_hand` tells which activities are in `parts`; of one in several places, the rows of the last part count. `ready`
    are whole chunks by their signature.
    """
    wanted = {c.signature for c in chunks}
    fresh = [c for c in chunks if c.signature not in published.known and c.signature not in ready]
    order = [a for c in fresh for a in c.activity_ids]
    older: list[pa.Table] = []
    if published.exists and not all(a in at_hand for a in order):
        stale = [n for signature, n in published.groups.items() if signature not in wanted]
        older = [published.read(stale)] if published.known else [published.read()]
    table = spliced([p for p in (*older, *parts) if p.num_rows], order, spec)
    rows = dict(zip([c.signature for c in fresh], _cut_rows(table, fresh), strict=True))
    edges = published.edges() if published.exists and len(rows) + len(ready) < len(chunks) else []
    groups = []
    for chunk in chunks:
        if chunk.signature in ready:
            groups.append(ready[chunk.signature])
        elif chunk.signature in rows:
            groups.append(Group(chunk.signature, rows[chunk.signature].num_rows, rows[chunk.signature]))
        elif chunk.signature in published.groups:
            at = published.groups[chunk.signature]
            groups.append(Group(chunk.signature, edges[at + 1] - edges[at], None, at))
    having = tuple(g for g in groups if g.n_rows)
    seen = {g.signature for g in having}
    return Rows(spec, having, published, tuple(c.signature for c in chunks if c.signature not in seen))


def _cut_rows(table: pa.Table, chunks: Sequence[Chunk]) -> list[pa.Table]:
    """The rows of each chunk, in a table that holds them in order."""
    ids, edges = runs_of_text(table.column("activity_id"))
    n_rows = dict(zip(ids, np.diff(edges).tolist(), strict=True))
    out, start = [], 0
    for chunk in chunks:
        n = sum(n_rows.get(a, 0) for a in chunk.activity_ids)
        out.append(table.slice(start, n))
        start += n
    return out
