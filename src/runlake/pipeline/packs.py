"""Packs: the rows of one batch of inputs in the cache, until a published snapshot holds them.

A pack is one file: a line of JSON (what is known of the inputs, where each part lies), then an Arrow record batch for
each small table with the rows of the whole batch, and the samples of each activity in the pages in which the lake
will hold them. Small tables are not compressed: a pack lives for minutes, and packing and unpacking them would take
longer than all the rest that is done with them.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import RawIOBase
from pathlib import Path
from typing import Any

import pyarrow as pa

from runlake.lake import disk
from runlake.lake.pages import Page
from runlake.lake.schema import ARROW_TYPES
from runlake.model.table import TableSpec
from runlake.pipeline.records import Known, known_from_row, known_to_row
from runlake.tables import BY_NAME

_HEAD = struct.Struct("<8sQ")
_MAGIC = b"RLPACK04"


@lru_cache(maxsize=64)
def schema_of(spec: TableSpec) -> pa.Schema:
    """The columns of a table without their metadata."""
    return pa.schema([pa.field(c.name, ARROW_TYPES[c.kind]) for c in spec.columns])


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """The samples of one activity, stamps left out: columns that vary, and the value of those that do not.

    `same` maps names of columns to the word that they repeat, or to None where they are missing throughout.
    """

    n_rows: int
    varying: Mapping[str, Page]
    same: Mapping[str, str | None]


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
        layout = {name: _layout(page) for name, page in one.varying.items()}
        length = sum(len(page.data) for page in one.varying.values())
        places[f"s:{activity_id}"] = [offset, length, one.n_rows, layout, one.same]
        offset += length
        parts += [memoryview(page.data) for page in one.varying.values()]
    head = json.dumps({"key": ingest_key, "known": [known_to_row(k) for k in known], "parts": places}).encode()
    fresh = path.with_suffix(".new")
    disk.write(fresh, _HEAD.pack(_MAGIC, len(head)), head, *parts)
    disk.rename(fresh, path)


def _layout(page: Page) -> list[int | str | None]:
    """All of a page but its bytes, of which there are so many."""
    return [
        len(page.data),
        page.n_rows,
        page.n_missing,
        page.n_unpacked,
        page.encoding,
        page.codec,
        page.low,
        page.high,
    ]


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

    def samples(self, activity_ids: Iterable[str]) -> dict[str, Samples]:
        """The samples of those of these activities that the pack holds."""
        out = {}
        with self.path.open("rb", buffering=0) as file:
            for activity_id in activity_ids:
                part = self._parts.get(f"s:{activity_id}")
                if part is not None:
                    out[activity_id] = self._samples(file, part)
        return out

    def _samples(self, file: RawIOBase, part: Sequence[Any]) -> Samples:
        place, length, n_rows, layout, same = part
        file.seek(self._start + place)
        data, at = memoryview(file.read(length) or b""), 0
        varying = {}
        for name, (size, *known) in layout.items():
            varying[name] = Page(data[at : at + size], *known)
            at += size
        return Samples(n_rows, varying, same)

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
