"""Packs: the rows of one batch of inputs in the cache, until a published snapshot holds them.

A pack is one file: a line of JSON (what is known of the inputs, where each part lies), then an Arrow record batch for
each small table with the rows of the whole batch, and the buffers of the samples of each activity. Not compressed: a
pack lives for minutes, and packing and unpacking it would take longer than all the rest that is done with it.
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
_MAGIC = b"RLPACK03"
_PADDING = memoryview(bytes(8))
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

    n_rows: int
    varying: Mapping[str, pa.Array]
    same: Mapping[str, str | None]

    def whole(self) -> pa.Table:
        """All columns in their order."""
        schema, n = schema_of(_SAMPLES, is_stamped=False), self.n_rows
        columns = [
            self.varying[f.name] if f.name in self.varying else _constant(self.same[f.name], f.type, n) for f in schema
        ]
        return pa.Table.from_arrays(columns, schema=schema)


def _constant(value: str | None, kind: pa.DataType, n: int) -> pa.Array:
    return pa.nulls(n, kind) if value is None else repeated(value, n)


def write_pack(
    path: Path, ingest_key: str, known: Sequence[Known], tables: Mapping[str, pa.Table], samples: Mapping[str, Samples]
) -> None:
    """The pack is on the disk under its name, whole, or not there at all."""
    parts: list[memoryview] = []
    places: dict[str, list[Any]] = {}
    offset = 0
    for name, table in tables.items():
        data = memoryview(_batch(table).serialize())
        places[f"t:{name}"] = [offset, len(data)]
        offset += len(data)
        parts.append(data)
    for activity_id, one in samples.items():
        layout = {name: _laid_down(array, parts) for name, array in one.varying.items()}
        length = sum(_padded(size) for sizes in layout.values() for size in sizes[1:])
        places[f"s:{activity_id}"] = [offset, length, one.n_rows, layout, one.same]
        offset += length
    head = json.dumps({"key": ingest_key, "known": [known_to_row(k) for k in known], "parts": places}).encode()
    fresh = path.with_suffix(".new")
    disk.write(fresh, _HEAD.pack(_MAGIC, len(head)), head, *parts)
    disk.rename(fresh, path)


def _laid_down(array: pa.Array, parts: list[memoryview]) -> list[int]:
    """How many values are missing, and the size of each buffer of the array, 0 for none; they are added to `parts`.

    The buffers go to the disk from where they are: to copy them would take longer than to make them.
    """
    sizes = [array.null_count]
    for buffer in array.buffers():
        size = 0 if buffer is None else buffer.size
        sizes.append(size)
        if size:
            parts.append(memoryview(buffer))
        if _padded(size) > size:
            parts.append(_PADDING[: _padded(size) - size])
    return sizes


def _padded(size: int) -> int:
    """Arrow wants its numbers at multiples of 8."""
    return size + -size % len(_PADDING)


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
        if part is None:
            return None
        return pa.Table.from_batches([pa.ipc.read_record_batch(self._read(part), schema_of(BY_NAME[name]))])

    def samples(self, activity_id: str) -> pa.Table | None:
        """The samples of one activity; None when the pack does not hold it."""
        part = self._parts.get(f"s:{activity_id}")
        if part is None:
            return None
        n_rows, layout, same = part[2:]
        data, offset = self._read(part), 0
        varying = {}
        for name, (n_missing, *sizes) in layout.items():
            buffers = []
            for size in sizes:
                buffers.append(data.slice(offset, size) if size else None)
                offset += _padded(size)
            kind = ARROW_TYPES[_SAMPLES.column(name).kind]
            varying[name] = pa.Array.from_buffers(kind, n_rows, buffers, n_missing)
        return Samples(n_rows, varying, same).whole()

    @property
    def activity_ids(self) -> list[str]:
        """The activities whose rows are here."""
        return [name[2:] for name in self._parts if name.startswith("s:")]

    def _read(self, part: Sequence[Any]) -> pa.Buffer:
        offset, length = part[:2]
        with self.path.open("rb") as file:  # not mapped: mapped pages would count as memory of this process
            file.seek(self._start + offset)
            return pa.py_buffer(file.read(length))


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
