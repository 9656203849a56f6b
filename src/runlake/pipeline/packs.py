"""Packs: the rows of one batch of inputs in the cache, until a published snapshot holds them.

A pack is one file: a line of JSON (what is known of the inputs, where each part lies), then Arrow streams: one for
each small table with the rows of the whole batch, one for the samples of each activity.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from runlake.lake import disk
from runlake.pipeline.records import Known, known_from_row, known_to_row

_HEAD = struct.Struct("<8sQ")
_MAGIC = b"RLPACK01"
_OPTIONS = pa.ipc.IpcWriteOptions(compression="lz4")


def _stream(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    plain = table.replace_schema_metadata(None)
    with pa.ipc.new_stream(sink, plain.schema, options=_OPTIONS) as writer:
        writer.write_table(plain)
    return sink.getvalue().to_pybytes()


def write_pack(
    path: Path, ingest_key: str, known: Sequence[Known], tables: Mapping[str, pa.Table], samples: Mapping[str, pa.Table]
) -> None:
    """The pack is on the disk under its name, whole, or not there at all."""
    parts: list[bytes] = []
    places: dict[str, list[int]] = {}
    offset = 0
    named = [*((f"t:{n}", t) for n, t in tables.items()), *((f"s:{a}", t) for a, t in samples.items())]
    for name, table in named:
        data = _stream(table)
        places[name] = [offset, len(data)]
        offset += len(data)
        parts.append(data)
    head = json.dumps({"key": ingest_key, "known": [known_to_row(k) for k in known], "parts": places}).encode()
    fresh = path.with_suffix(".new")
    disk.write(fresh, b"".join([_HEAD.pack(_MAGIC, len(head)), head, *parts]))
    disk.rename(fresh, path)


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
        self._parts: dict[str, list[int]] = head["parts"]
        self.ingest_key: str = head["key"]
        self.known: list[Known] = [known_from_row(row) for row in head["known"]]

    def table(self, name: str) -> pa.Table | None:
        """The batch's rows of a small table; None when it has none."""
        return self._read(f"t:{name}")

    def samples(self, activity_id: str) -> pa.Table | None:
        """The samples of one activity; None when the pack does not hold it."""
        return self._read(f"s:{activity_id}")

    @property
    def activity_ids(self) -> list[str]:
        """The activities whose rows are here."""
        return [name[2:] for name in self._parts if name.startswith("s:")]

    def _read(self, name: str) -> pa.Table | None:
        if name not in self._parts:
            return None
        offset, length = self._parts[name]
        with self.path.open("rb") as file:  # not mapped: mapped pages would count as memory of this process
            file.seek(self._start + offset)
            data = file.read(length)
        return pa.ipc.open_stream(pa.py_buffer(data)).read_all()


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
