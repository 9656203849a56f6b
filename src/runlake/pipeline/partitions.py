"""Samples by year, or by month where a year is large: one new file rewrites one of them, the others are linked."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pyarrow as pa

from runlake.lake.schema import empty_table
from runlake.pipeline import sample_groups
from runlake.pipeline.chunks import MEAN_IN_SAMPLES, Chunk, Group, Published, Rows, cut, gathered
from runlake.pipeline.collect import read_part
from runlake.pipeline.judge import Kept
from runlake.pipeline.packs import Pack, Samples
from runlake.tables import samples

EPOCH = dt.date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Partition:
    """One sample file: its name (2026, 2026-07), what is in it in published order, and a digest of that."""

    name: str
    kept: tuple[Kept, ...]
    signature: str
    n_rows: int

    @property
    def activity_ids(self) -> tuple[str, ...]:
        """The activities in it."""
        return tuple(k.session.activity_id for k in self.kept)

    @property
    def file(self) -> str:
        """Its path below the state's folder."""
        return f"samples/samples-{self.name}.parquet"


def plan(kept: Sequence[Kept], rows_per_file: int) -> tuple[Partition, ...]:
    """Which activity goes into which file: a function of the activities alone."""
    days = [_date(k.session.local_date_days) for k in kept]
    per_year: dict[int, int] = {}
    for k, day in zip(kept, days, strict=True):
        per_year[day.year] = per_year.get(day.year, 0) + k.session.n_samples
    groups: dict[str, list[Kept]] = {}
    for k, day in zip(kept, days, strict=True):
        is_large = per_year[day.year] > rows_per_file
        groups.setdefault(f"{day.year:04d}-{day.month:02d}" if is_large else f"{day.year:04d}", []).append(k)
    return tuple(_partition(name, group) for name, group in sorted(groups.items()))


@lru_cache(maxsize=65536)
def _date(days: int) -> dt.date:
    return EPOCH + dt.timedelta(days=days)


def _partition(name: str, group: Sequence[Kept]) -> Partition:
    text = "\n".join(f"{k.session.activity_id} {k.key}" for k in group)
    signature = hashlib.sha256(text.encode()).hexdigest()[:32]
    return Partition(name, tuple(group), signature, sum(k.session.n_samples for k in group))


def samples_of(
    partition: Partition,
    packs: Mapping[str, Pack],
    published: Published,
    snapshot: Path | None,
    files: Mapping[str, str],
    compat: bool,
) -> Rows:
    """The rows of one sample file, of which `published` is the last version.

    `files` tells in which file of the snapshot an activity's samples are; `compat`: pages are not to be taken over.
    """
    chunks = cut(partition.kept, MEAN_IN_SAMPLES)
    fresh = [c for c in chunks if c.signature not in published.known]
    wanted = {a for c in fresh for a in c.activity_ids}
    kept = {k.session.activity_id: k for k in partition.kept if k.session.activity_id in wanted}
    ready: dict[str, Group] = {}
    parts: list[pa.Table] = []
    for chunk in fresh:
        found = _in_packs(packs, [kept[a] for a in chunk.activity_ids])
        if len(found) == len(chunk.activity_ids):
            ready[chunk.signature] = _ready(chunk, found, compat)
        else:
            parts += sample_groups.tables_of(found)
    if snapshot is not None:
        elsewhere = {files[a] for a in wanted if a in files and a not in packs} - {partition.file}
        parts = [read_part(snapshot / name, samples.SPEC) for name in sorted(elsewhere)] + parts
    at_hand = {a for a in wanted if a in packs or files.get(a, partition.file) != partition.file}
    return gathered(samples.SPEC, chunks, published, parts, at_hand, ready)


def _in_packs(packs: Mapping[str, Pack], kept: Sequence[Kept]) -> list[tuple[Kept, Samples]]:
    """Those of the activities that are in packs, with their samples, in their order."""
    asked: dict[Path, tuple[Pack, list[str]]] = {}
    for k in kept:
        pack = packs.get(k.session.activity_id)
        if pack is not None:
            asked.setdefault(pack.path, (pack, []))[1].append(k.session.activity_id)
    found = {a: one for pack, ids in asked.values() for a, one in pack.samples(ids).items()}
    return [(k, found[k.session.activity_id]) for k in kept if k.session.activity_id in found]


def _ready(chunk: Chunk, found: Sequence[tuple[Kept, Samples]], compat: bool) -> Group:
    """A row group all of whose samples are in packs."""
    pieces = sample_groups.row_group(found)
    rows = sample_groups.table_of(pieces) if compat else None
    return Group(chunk.signature, pieces[0].n_rows, rows, pieces=None if compat else pieces)


def empty() -> pa.Table:
    """No samples, with their columns: a lake without activities still answers queries."""
    return empty_table(samples.SPEC)
