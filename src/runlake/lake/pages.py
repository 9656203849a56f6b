"""Parquet pages made where their values are: a column of a row group is such pages, one behind the other.

A page of an activity's samples is encoded once, by who found them, and only copied from then on; text that stands for
many rows is told by its runs. The layout: apache/parquet-format, README, Encodings.md and parquet.thrift.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pyarrow as pa

from runlake.lake._thrift import BINARY, I32, I64, LIST, STRUCT, Struct
from runlake.lake.splice import MAGIC, Piece
from runlake.model.table import Column

PLAIN, RLE, DELTA_BINARY_PACKED, RLE_DICTIONARY, BYTE_STREAM_SPLIT = 0, 3, 5, 8, 9
"""Encodings of parquet.thrift."""
CODECS = {"snappy": (1, pa.Codec("snappy")), "zstd": (6, pa.Codec("zstd", 1))}
"""By name the number in parquet.thrift, and what does it."""
_INT32, _INT64, _FLOAT, _DOUBLE, _BYTE_ARRAY = 1, 2, 4, 5, 6
_TYPES = {
    "float32": _FLOAT,
    "float64": _DOUBLE,
    "string": _BYTE_ARRAY,
    "date": _INT32,
    "timestamp_utc": _INT64,
}
_WIDTHS = {"date": 4, "timestamp_utc": 8}
_START = len(MAGIC)
"""Where a column would lie as the first of its file."""
Run = tuple[Any, int]
"""A word (text, a day's number, or None for missing) and for how many rows it stands."""


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """A data page: its bytes, head included, and what the footer wants to know of it.

    `n_unpacked` is the size of head and body before they were compressed; `low` and `high` bound whole numbers.
    """

    data: Any
    n_rows: int
    n_missing: int
    n_unpacked: int
    encoding: int
    codec: str
    low: int | None = None
    high: int | None = None


def page(
    body: Any, n_rows: int, encoding: int, *,
    n_missing: int = 0, codec: str = "snappy", low: int | None = None, high: int | None = None,
) -> Page:  # fmt: skip
    """The page with this body (any buffer): levels where the column may be missing, then the encoded values."""
    head, data = _packed(body, codec, b"\x1c" + _field(n_rows) + _field(encoding) + _field(RLE) * 2 + b"\0", kind=0)
    return Page(head + data, n_rows, n_missing, len(head) + len(body), encoding, codec, low, high)


def _packed(body: Any, codec: str, own: bytes, kind: int) -> tuple[bytes, bytes]:
    """Head and compressed body of a page; `own` is the field behind the checksum, one for each kind of page."""
    data = CODECS[codec][1].compress(body, asbytes=True)
    crc = zlib.crc32(data)
    signed = crc - (1 << 32) if crc >> 31 else crc
    return _field(kind) + _field(len(body)) + _field(len(data)) + _field(signed) + own + b"\0", data


@lru_cache(maxsize=4096)
def _field(value: int) -> bytes:
    """A whole number that is the next field of a struct."""
    return b"\x15" + _varint(value << 1 if value >= 0 else (-value << 1) - 1)


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


@lru_cache(maxsize=256)
def missing_page(n_rows: int, codec: str = "snappy") -> Page:
    """So many rows without a value."""
    return page(_levels([(None, n_rows)]), n_rows, PLAIN, n_missing=n_rows, codec=codec)


def _levels(runs: Sequence[Run]) -> bytes:
    """Definition levels: who is missing and who is not."""
    body = b"".join(_varint(n << 1) + (b"\0" if word is None else b"\1") for word, n in runs)
    return len(body).to_bytes(4, "little") + body


def text_page(words: Sequence[str | None], *, is_nullable: bool) -> Page:
    """Text that changes from row to row, word by word."""
    raw = [w.encode("utf-8", "replace") for w in words if w is not None]
    body = b"".join(len(w).to_bytes(4, "little") + w for w in raw)
    head = _levels([(w, 1) for w in words]) if is_nullable else b""
    return page(head + body, len(words), PLAIN, n_missing=len(words) - len(raw))


def column_of_pages(column: Column, pages: Sequence[Page]) -> Piece:
    """A column of a row group out of its pages, in order; they are compressed in the same way."""
    low = min((p.low for p in pages if p.low is not None), default=None)
    high = max((p.high for p in pages if p.high is not None), default=None)
    width = _WIDTHS.get(column.kind, 0)
    bounds = None if low is None or high is None else (_number(low, width), _number(high, width))
    return _piece(column, pages, bounds)


def column_of_runs(column: Column, runs: Sequence[Run]) -> Piece:
    """A column of text or days that says the same for many rows: a dictionary, and one page."""
    width = _WIDTHS.get(column.kind, 0)
    known = [(w, n) for w, n in runs if w is not None]
    raw = {w: _number(w, width) if width else w.encode("utf-8", "replace") for w, _ in known}
    order = {w: i for i, w in enumerate(raw)}
    n_bits = max(1, (len(order) - 1).bit_length())
    n_rows = sum(n for _, n in runs)
    codes = b"".join(_varint(n << 1) + order[w].to_bytes((n_bits + 7) // 8, "little") for w, n in known)
    body = (_levels(runs) if column.nullable else b"") + bytes([n_bits]) + codes
    one = page(body, n_rows, RLE_DICTIONARY, n_missing=n_rows - sum(n for _, n in known))
    bounds = None
    if raw:
        least, most = (min(raw), max(raw)) if width else (min(raw, key=raw.__getitem__), max(raw, key=raw.__getitem__))
        bounds = raw[least], raw[most]
    return _piece(column, [one], bounds, list(raw.values()))


def _number(value: int, width: int) -> bytes:
    return value.to_bytes(width, "little", signed=True)


def _piece(
    column: Column, pages: Sequence[Page], bounds: tuple[bytes, bytes] | None, words: Sequence[bytes] | None = None
) -> Piece:
    data = [p.data for p in pages]
    n_unpacked = sum(p.n_unpacked for p in pages)
    dictionary = b""
    encodings = {RLE, *(p.encoding for p in pages)}
    if words is not None:
        is_text = _TYPES[column.kind] == _BYTE_ARRAY
        body = b"".join(len(w).to_bytes(4, "little") + w for w in words) if is_text else b"".join(words)
        head, packed = _packed(body, pages[0].codec, b"\x3c" + _field(len(words)) + _field(PLAIN) + b"\0", kind=2)
        dictionary = head + packed
        n_unpacked += len(head) + len(body)
        encodings.add(PLAIN)
    whole = memoryview(b"".join([dictionary, *data]))
    n_rows = sum(p.n_rows for p in pages)
    known: Struct = {3: (I64, sum(p.n_missing for p in pages))}
    if bounds is not None:
        known.update({5: (BINARY, bounds[1]), 6: (BINARY, bounds[0])})
    meta: Struct = {
        1: (I32, _TYPES[column.kind]),
        2: (LIST, (I32, sorted(encodings))),
        3: (LIST, (BINARY, [column.name.encode()])),
        4: (I32, CODECS[pages[0].codec][0]),
        5: (I64, n_rows),
        6: (I64, n_unpacked),
        7: (I64, len(whole)),
        9: (I64, _START + len(dictionary)),
        12: (STRUCT, known),
    }
    if words is not None:
        meta = {**{k: v for k, v in meta.items() if k < 11}, 11: (I64, _START), 12: meta[12]}
    return Piece({2: (I64, 0), 3: (STRUCT, meta)}, _START, whole, n_rows)
