"""A Parquet file out of pieces of others: what has not changed is copied byte by byte, never encoded again.

Pages do not know where in a file they lie; only the footer does. So a column of a row group can be taken over from
another file as it is, with a footer that tells its new place (the layout: apache/parquet-format, README and
parquet.thrift). One new activity in ten thousand then costs its own row group, not the table. Where the pieces lie is
decided in `lake/layout.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from runlake.lake import _thrift
from runlake.lake._thrift import I16, I64, LIST, STRUCT, Struct

MAGIC = b"PAR1"
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
    """A Parquet file in memory with its footer read; its row groups in their order, each by its columns."""

    data: memoryview
    footer: Struct
    groups: tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A column of a row group of a file: its entry in the footer, where its bytes begin, and the bytes."""

    chunk: Struct
    start: int
    data: memoryview
    n_rows: int


def _footer_size(view: memoryview) -> int:
    return int.from_bytes(view[-8:-4], "little")


def opened(data: Any) -> Encoded:
    """The file whose bytes these are; raises ValueError when they are no Parquet file, or not understood."""
    view = memoryview(data).cast("B")
    size = _footer_size(view)
    if len(view) < 12 or view[:4] != MAGIC or view[-4:] != MAGIC or size > len(view) - 12:
        raise ValueError("no Parquet file")
    try:
        footer, _ = _thrift.read_struct(bytes(view[len(view) - 8 - size : -8]))
        groups = tuple(_pieces(view, group) for group in footer[_FILE_GROUPS][1][1])
    except (IndexError, KeyError, ValueError) as error:
        raise ValueError("the footer of the Parquet file is damaged") from error
    return Encoded(view, footer, groups)


def _pieces(view: memoryview, group: Struct) -> tuple[Piece, ...]:
    n_rows = group[_GROUP_ROWS][1]
    out = []
    for chunk in group[_GROUP_COLUMNS][1][1]:
        meta = chunk[_CHUNK_META][1]
        # Without rows there is no place; a column without a dictionary may say 0 for it.
        start = min((meta[place][1] for place in _PLACES if place in meta and meta[place][1]), default=0)
        out.append(Piece(chunk, start, view[start : start + meta[_META_PACKED][1]], n_rows))
    return tuple(out)


def footer_of(like: Encoded, groups: Sequence[Sequence[Piece]], starts: Sequence[Sequence[int]]) -> bytes:
    """The footer of a file with these row groups, whose pieces begin at these places.

    Schema and metadata are those of `like`; all pieces must be of columns of that schema.
    """
    made: list[Struct] = []
    for ordinal, (pieces, places) in enumerate(zip(groups, starts, strict=True)):
        chunks = [_moved(piece, to) for piece, to in zip(pieces, places, strict=True)]
        made.append(
            {
                _GROUP_COLUMNS: (LIST, (STRUCT, chunks)),
                _GROUP_BYTES: (I64, sum(c[_CHUNK_META][1][_META_UNPACKED][1] for c in chunks)),
                _GROUP_ROWS: (I64, pieces[0].n_rows),
                _GROUP_OFFSET: (I64, min(places)),
                _GROUP_PACKED: (I64, sum(len(piece.data) for piece in pieces)),
                _GROUP_ORDINAL: (I16, ordinal),
            }
        )
    n_rows = sum(pieces[0].n_rows for pieces in groups)
    out = bytearray()
    _thrift.write_struct(out, {**like.footer, _FILE_ROWS: (I64, n_rows), _FILE_GROUPS: (LIST, (STRUCT, made))})
    return bytes(out)


def _moved(piece: Piece, to: int) -> Struct:
    """A column's entry for the footer once its bytes lie at `to`."""
    meta: Struct = dict(piece.chunk[_CHUNK_META][1])
    for place in _PLACES:
        if place in meta and meta[place][1]:
            meta[place] = (I64, meta[place][1] + to - piece.start)
    for place in (_META_BLOOM, _META_BLOOM_SIZE):
        meta.pop(place, None)
    return {_CHUNK_OFFSET: (I64, 0), _CHUNK_META: (STRUCT, meta)}
