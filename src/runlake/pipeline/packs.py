"""Packs: the rows of one batch of inputs in the cache, until a published snapshot holds them.

A pack is one file: a line of JSON (what is known of the inputs, where each part lies), then Arrow record batches: one
for each small table with the rows of the whole batch, one for the samples of each activity. Not compressed: a pack
lives for minutes, and packing and unpacking it would take longer than all the rest that is done with it.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from runlake.lake import disk
from runlake.lake.schema import ARROW_TYPES, repeated
from runlake.model.table import TableSpec
from runlake.pipeline.records import Known, known_from_row, known_to_row
from runlake.tables import BY_NAME

_HEAD = struct.Struct("<8sQ")
_MAGIC = b"RLPACK02"
_SAMPLES = BY_NAME["samples"]


@lru_cache(maxsize=64)
def schema_of(spec: TableSpec, is_stamped: bool = True) -> pa.Schema:
    """The columns of a table without their metadata, those of `spec.own_columns` alone for samples in a pack."""
    columns = spec.columns if is_stamped else spec.own_columns
    return pa.schema([pa.field(c.name, ARROW_TYPES[c.kind]) for c in columns])


@dataclass(frozen=True, slots=True)
class Samples:
    """The samples of one activity, stamps left out: columns that vary, and the value of those that do not.

    `same` maps names of columns to the word that they repeat, or to None where they are missing throughout.
    """

    varying: pa.RecordBatch
    same: Mapping[str, str | None]

    def whole(self) -> pa.Table:
        """All columns in their order."""
        n, names = self.varying.num_rows, set(self.varying.schema.names)
        schema = schema_of(_SAMPLES, is_stamped=False)
        columns = [
            self.varying.column(f.name) if f.name in names else _constant(self.same[f.name], f.type, n) for f in schema
        ]
        return pa.Table.from_arrays(columns, schema=schema)


def _constant(value: str | None, kind: pa.DataType, n: int) -> pa.Array:
    return pa.nulls(n, kind) if value is None else repeated(value, n)


def write_pack(
    path: Path, ingest_key: str, known: Sequence[Known], tables: Mapping[str, pa.Table], samples: Mapping[str, Samples]
) -> None:
    """The pack is on the disk under its name, whole, or not there at all."""
    parts: list[pa.Buffer] = []
    places: dict[str, list[Any]] = {}
    offset = 0
    named: list[tuple[str, pa.RecordBatch, list[Any]]] = [(f"t:{n}", _batch(t), []) for n, t in tables.items()]
    named += [(f"s:{a}", s.varying, [s.same]) for a, s in samples.items()]
    for name, batch, more in named:
        data = batch.serialize()
        places[name] = [offset, data.size, *more]
        offset += data.size
        parts.append(data)
    head = json.dumps({"key": ingest_key, "known": [known_to_row(k) for k in known], "parts": places}).encode()
    fresh = path.with_suffix(".new")
    disk.write(fresh, _HEAD.pack(_MAGIC, len(head)), head, *[memoryview(part) for part in parts])
    disk.rename(fresh, path)


def _batch(table: pa.Table) -> pa.RecordBatch:
    return table.combine_chunks().to_batches()[0]


class Pack:
    """A pack opened for reading: its head is kept, rows are read when they are asked for."""

    def __init__(self, path: Path) -> None:
        """Read the head; raises ValueError when the pack is damaged."""
        self.path = path
        with path.open("rb") as file:
            start = file.read(_HEAD.size)
            magic, size = _HEAD.unpack(start) if len(start) == _HEAD.size else (b"", 0)
            if magic != _MAGIC:
                raise ValueError(f"{path.name} is no pack")
            head: dict[str, Any] = json.loads(file.read(size))
        self._start = _HEAD.size + size
        self._parts: dict[str, list[Any]] = head["parts"]
        self.ingest_key: str = head["key"]
        self.known: list[Known] = [known_from_row(row) for row in head["known"]]
        end = self._start + max((part[0] + part[1] for part in self._parts.values()), default=0)
        if path.stat().st_size != end:
            raise ValueError(f"{path.name} is not as long as its head says")

    def table(self, name: str) -> pa.Table | None:
        """The batch's rows of a small table; None when it has none."""
        part = self._parts.get(f"t:{name}")
        return None if part is None else pa.Table.from_batches([self._read(part, schema_of(BY_NAME[name]))])

    def samples(self, activity_id: str) -> pa.Table | None:
        """The samples of one activity; None when the pack does not hold it."""
        part = self._parts.get(f"s:{activity_id}")
        if part is None:
            return None
        same: Mapping[str, str | None] = part[2]
        varying = pa.schema([f for f in schema_of(_SAMPLES, is_stamped=False) if f.name not in same])
        return Samples(self._read(part, varying), same).whole()

    @property
    def activity_ids(self) -> list[str]:
        """The activities whose rows are here."""
        return [name[2:] for name in self._parts if name.startswith("s:")]

    def _read(self, part: Sequence[Any], schema: pa.Schema) -> pa.RecordBatch:
        offset, length = part[:2]
        with self.path.open("rb") as file:  # not mapped: mapped pages would count as memory of this process
            file.seek(self._start + offset)
            data = file.read(length)
        return pa.ipc.read_record_batch(pa.py_buffer(data), schema)


def open_packs(folder: Path, ingest_key: str) -> list[Pack]:
    """The usable packs of the cache; those of another version, or damaged, are removed."""
    found = []
    for path in sorted(folder.iterdir()):
        pack = None
        if path.suffix == ".pack":
            try:
                pack = Pack(path)
            except (ValueError, OSError, KeyError):
                pack = None
        if pack is None or pack.ingest_key != ingest_key:
            disk.remove(path)
        else:
            found.append(pack)
    return found
