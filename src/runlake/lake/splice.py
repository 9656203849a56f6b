"""A Parquet file out of pieces of others: what has not changed is copied byte by byte, never encoded again.

Pages do not know where in a file they lie; only the footer does. So a column of a row group can be taken over from
another file as it is, with a footer that tells its new place (the layout: apache/parquet-format, README and
parquet.thrift). One new activity in ten thousand then costs its own row group, not the table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from runlake.lake import _thrift
from runlake.lake._thrift import I16, I64, LIST, STRUCT, Struct

_MAGIC = b"PAR1"
# Field ids of parquet.thrift.
_FILE_ROWS, _FILE_GROUPS = 3, 4
_GROUP_COLUMNS, _GROUP_BYTES, _GROUP_ROWS, _GROUP_OFFSET, _GROUP_PACKED, _GROUP_ORDINAL = 1, 2, 3, 5, 6, 7
_CHUNK_OFFSET, _CHUNK_META = 2, 3
_META_UNPACKED, _META_PACKED, _META_DATA, _META_INDEX, _META_DICTIONARY, _META_BLOOM, _META_BLOOM_SIZE = (
    6, 7, 9, 10, 11, 14, 15,
)  # fmt: skip
_PLACES = (_META_DATA, _META_INDEX, _META_DICTIONARY)


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """A Parquet file in memory with its footer read."""

    data: memoryview
    footer: Struct

    @property
    def groups(self) -> list[Struct]:
        """Its row groups."""
        groups: list[Struct] = self.footer[_FILE_GROUPS][1][1]
        return groups


def opened(data: Any) -> Encoded:
    """The file whose bytes these are; raises ValueError when they are no Parquet file, or not understood."""
    view = memoryview(data).cast("B")
    size = int.from_bytes(view[-8:-4], "little")
    if len(view) < 12 or view[:4] != _MAGIC or view[-4:] != _MAGIC or size > len(view) - 12:
        raise ValueError("no Parquet file")
    try:
        footer, _ = _thrift.read_struct(bytes(view[len(view) - 8 - size : -8]))
    except (IndexError, ValueError) as error:
        raise ValueError("the footer of the Parquet file is damaged") from error
    return Encoded(view, footer)


@dataclass(frozen=True, slots=True)
class Piece:
    """A column of a row group of a file."""

    file: Encoded
    group: int
    column: int


def spliced(like: Encoded, groups: Sequence[Sequence[Piece]]) -> list[memoryview]:
    """The bytes, in parts, of a Parquet file with these row groups, each given by its columns in order.

    Schema and metadata are those of `like`; all pieces must be of columns of that schema.
    """
    parts = [memoryview(_MAGIC)]
    at = len(_MAGIC)
    made: list[Struct] = []
    n_rows = 0
    for ordinal, pieces in enumerate(groups):
        start, columns, unpacked = at, [], 0
        for piece in pieces:
            chunk, data = _moved(piece, at)
            columns.append(chunk)
            parts.append(data)
            at += len(data)
            unpacked += chunk[_CHUNK_META][1][_META_UNPACKED][1]
        rows = pieces[0].file.groups[pieces[0].group][_GROUP_ROWS][1]
        n_rows += rows
        made.append(
            {
                _GROUP_COLUMNS: (LIST, (STRUCT, columns)),
                _GROUP_BYTES: (I64, unpacked),
                _GROUP_ROWS: (I64, rows),
                _GROUP_OFFSET: (I64, start),
                _GROUP_PACKED: (I64, at - start),
                _GROUP_ORDINAL: (I16, ordinal),
            }
        )
    footer = {**like.footer, _FILE_ROWS: (I64, n_rows), _FILE_GROUPS: (LIST, (STRUCT, made))}
    out = bytearray()
    _thrift.write_struct(out, footer)
    return [*parts, memoryview(bytes(out) + len(out).to_bytes(4, "little") + _MAGIC)]


def _moved(piece: Piece, to: int) -> tuple[Struct, memoryview]:
    """A column's entry for the footer once its bytes lie at `to`, and the bytes."""
    chunk: Struct = piece.file.groups[piece.group][_GROUP_COLUMNS][1][1][piece.column]
    meta: Struct = dict(chunk[_CHUNK_META][1])
    start = min(meta[place][1] for place in _PLACES if place in meta)
    size = meta[_META_PACKED][1]
    for place in _PLACES:
        if place in meta:
            meta[place] = (I64, meta[place][1] + to - start)
    for place in (_META_BLOOM, _META_BLOOM_SIZE):
        meta.pop(place, None)
    return {_CHUNK_OFFSET: (I64, 0), _CHUNK_META: (STRUCT, meta)}, piece.file.data[start : start + size]
