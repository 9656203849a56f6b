"""Where the pages of a table's last states began, no page begins in its new file.

Some readers (Polars, pyarrow) open a path twice: for the footer, and later for the pages that the footer names. When
the lake's link is exchanged in between, they look in the new file where pages of the old one were. Where the bytes
there happen to be another page, or look like the head of one, they read wrong values or none, and do not notice
(measured: 35 of 6,000 columns that changed). So the pages of a new file are moved by some bytes, behind the magic
number, such that nothing at an old place can be taken for a page: a reader that looks there fails.

Only the offsets in the footer change. It is Thrift's compact protocol: see ``thrift-compact-protocol.md`` of Apache
Thrift, and ``parquet.thrift`` of Apache Parquet for the numbers of the fields.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from runlake.errors import LakeError

MAGIC = b"PAR1"
SHORT_MOVES = 8
"""So many are tried first. In small files, where every few bytes begin a page, all are moved behind the old ones."""
MAX_JUMP = 1 << 22
HEAD_BYTES = 1 << 12
"""No head of a page is longer: it holds two values of text at most."""
HEAD_FIELDS = frozenset((1, 2, 3))
"""PageHeader: type and both sizes; a reader refuses a head without them."""
MOVED = None
_COLUMN = {9: MOVED, 10: MOVED, 11: MOVED, 14: MOVED}  # ColumnMetaData: data, index, dictionary page, bloom filter
_CHUNK = {2: MOVED, 3: _COLUMN, 4: MOVED, 6: MOVED}  # ColumnChunk: itself, its metadata, offset and column index
_FOOTER = {4: {1: _CHUNK, 5: MOVED}}  # FileMetaData: row groups, of chunks, with an offset of their own
_BOOLS, _BYTE, _INTS, _DOUBLE, _TEXT, _LISTS, _STRUCT = (1, 2), 3, (4, 5, 6), 7, 8, (9, 10), 12


def set_apart(data: Any, earlier: Sequence[Path]) -> tuple[Any, Path | None]:
    """The file's bytes (any buffer), moved such that no page is found where one was in the earlier files.

    `earlier` are files of the same table, the newest first; those that are missing or no Parquet are left out. Where
    one of them holds the same already, these are its bytes, and its path comes with them, to be linked.
    """
    own = _starts(pq.read_metadata(pa.BufferReader(data)))
    before = [(path, _starts_of(path)) for path in earlier]
    for path, starts in before:
        if own and len(own) == len(starts):
            same = moved(data, min(starts) - min(own))
            if path.stat().st_size == len(same) and path.read_bytes() == bytes(same):
                return same, path
    taken = {start for _, starts in before for start in starts}
    jumps = sorted(max(starts) for _, starts in before if starts and max(starts) <= MAX_JUMP)
    whole = memoryview(data).cast("B")
    for move in (*range(SHORT_MOVES), *jumps):
        if not any(_is_head(whole, start - move) for start in taken if start - move >= len(MAGIC)):
            return moved(data, move), None
    return data, None  # not met: a large file whose every move would show a page at an old place


def _is_head(data: memoryview, at: int) -> bool:
    """True when a reader could take what begins there for the head of a page."""
    walk = _Walk(bytes(data[at : at + HEAD_BYTES]))
    try:
        found = walk.fields()
    except (IndexError, ValueError, RecursionError):
        return False
    return found >= HEAD_FIELDS


def _starts_of(path: Path) -> list[int]:
    try:
        return _starts(pq.read_metadata(path))
    except (OSError, pa.ArrowException):
        return []


def _starts(metadata: Any) -> list[int]:
    """Where the columns begin; one without rows has no place."""
    out: list[int] = []
    for i in range(metadata.num_row_groups):
        group = metadata.row_group(i)
        columns = (group.column(j) for j in range(group.num_columns))
        out.extend(c.dictionary_page_offset or c.data_page_offset for c in columns)
    return [start for start in out if start >= len(MAGIC)]


def moved(data: Any, move: int) -> Any:
    """The same Parquet file with so many bytes of nothing behind its first magic number; as it is for less than one."""
    if move <= 0:
        return data
    whole = memoryview(data).cast("B")
    size = int.from_bytes(whole[-8:-4], "little")
    begin = len(whole) - 8 - size
    footer = _Walk(bytes(whole[begin:-8]), move).footer()
    parts = (MAGIC, b"\0" * move, whole[4:begin], footer, len(footer).to_bytes(4, "little"), MAGIC)
    return pa.py_buffer(b"".join(parts))


class _Walk:
    """Goes over a structure in the compact protocol; offsets in it come out moved."""

    def __init__(self, data: bytes, move: int = 0) -> None:
        self._data = data
        self._move = move
        self._at = 0
        self._copied = 0
        self._out = bytearray()

    def footer(self) -> bytes:
        """The footer with moved offsets."""
        self._struct(_FOOTER)
        if self._at != len(self._data):
            raise LakeError("a Parquet footer is not laid out as expected", code="footer")
        self._out += self._data[self._copied :]
        return bytes(self._out)

    def fields(self) -> frozenset[int]:
        """Numbers of the whole numbers in the structure; IndexError or ValueError when it is none."""
        return frozenset(self._struct({}))

    def _varint(self) -> int:
        value = shift = 0
        while True:
            byte = self._data[self._at]
            self._at += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7

    def _struct(self, inside: Any) -> list[int]:
        number = 0
        whole: list[int] = []
        while head := self._data[self._at]:
            self._at += 1
            if head >> 4:
                number += head >> 4
            else:
                coded = self._varint()
                number = (coded >> 1) ^ -(coded & 1)
            if head & 15 in _INTS:
                whole.append(number)
            self._value(head & 15, inside.get(number, {}))
        self._at += 1
        return whole

    def _value(self, kind: int, inside: Any) -> None:
        if kind in _INTS:
            begin = self._at
            coded = self._varint()
            if inside is MOVED and coded:
                self._replace(begin, (coded >> 1) + self._move)
        elif kind == _TEXT:
            size = self._varint()
            self._at += size
        elif kind == _STRUCT:
            self._struct(inside or {})
        elif kind in _LISTS:
            self._list(inside or {})
        elif kind in (_BYTE, _DOUBLE):
            self._at += 1 if kind == _BYTE else 8
        elif kind not in _BOOLS:
            raise ValueError(f"kind {kind}")

    def _list(self, inside: Any) -> None:
        head = self._data[self._at]
        self._at += 1
        n = self._varint() if head >> 4 == 15 else head >> 4
        kind = head & 15
        if n > len(self._data) - self._at:  # every item takes a byte: this is no list, and going over it takes hours
            raise ValueError("a list longer than what it is in")
        if kind in _BOOLS:
            self._at += n
            return
        for _ in range(n):
            self._value(kind, inside)

    def _replace(self, begin: int, value: int) -> None:
        self._out += self._data[self._copied : begin]
        coded = value << 1
        while coded > 0x7F:
            self._out.append(coded & 0x7F | 0x80)
            coded >>= 7
        self._out.append(coded)
        self._copied = self._at
