"""Thrift's compact protocol, as far as the footers of Parquet files need it: bytes to plain values and back.

A struct is a mapping of field id to (kind, value), in order of the ids; a list is (kind of its items, items). Whole
numbers are int, text and doubles stay bytes. What is not understood here (a newer field) is kept as it is.
Specification: apache/thrift, doc/specs/thrift-compact-protocol.md.
"""

from __future__ import annotations

from typing import Any

TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT = range(1, 13)
Struct = dict[int, tuple[int, Any]]


def read_struct(data: bytes, at: int = 0) -> tuple[Struct, int]:
    """The struct that begins there, and where it ends; raises IndexError or ValueError on damage."""
    out: Struct = {}
    field = 0
    while True:
        head = data[at]
        at += 1
        if head == 0:
            return out, at
        kind = head & 15
        if head > 15:
            field += head >> 4
        else:
            field, at = _read_whole(data, at)
        if kind in (I64, I32, I16):
            value: Any
            value, at = _read_whole(data, at)
        else:
            value, at = _read(data, at, kind)
        out[field] = (kind, value)


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    byte = data[at]
    if byte < 128:
        return byte, at + 1
    value, shift = byte & 127, 7
    while True:
        at += 1
        byte = data[at]
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at + 1
        shift += 7


def _read_whole(data: bytes, at: int) -> tuple[int, int]:
    value, at = _read_varint(data, at)
    return (value >> 1) ^ -(value & 1), at


def _read(data: bytes, at: int, kind: int) -> tuple[Any, int]:
    if kind in (TRUE, FALSE):
        return None, at
    if kind == STRUCT:
        return read_struct(data, at)
    if kind == BINARY:
        size, at = _read_varint(data, at)
        return data[at : at + size], at + size
    if kind in (LIST, SET):
        return _read_list(data, at)
    if kind == DOUBLE:
        return data[at : at + 8], at + 8
    if kind == BYTE:
        return data[at : at + 1], at + 1
    raise ValueError(f"unknown kind {kind} of a field")


def _read_list(data: bytes, at: int) -> tuple[tuple[int, list[Any]], int]:
    head = data[at]
    at += 1
    size, kind = head >> 4, head & 15
    if size == 15:
        size, at = _read_varint(data, at)
    if size > len(data) - at:  # every item takes a byte: this is no list, and going over it takes hours
        raise ValueError("a list longer than what it is in")
    items = []
    for _ in range(size):
        if kind in (I16, I32, I64):
            item, at = _read_whole(data, at)
        else:
            item, at = _read(data, at, BYTE if kind in (TRUE, FALSE) else kind)
        items.append(item)
    return (kind, items), at


def write_struct(out: bytearray, struct: Struct) -> None:
    """Append the struct."""
    before = 0
    for field, (kind, value) in struct.items():
        step = field - before
        if 0 < step < 16:
            out.append(step << 4 | kind)
        else:
            out.append(kind)
            _write_whole(out, field)
        before = field
        _write(out, kind, value)
    out.append(0)


def _write_varint(out: bytearray, value: int) -> None:
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)


def _write_whole(out: bytearray, value: int) -> None:
    _write_varint(out, value << 1 if value >= 0 else (-value << 1) - 1)


def _write(out: bytearray, kind: int, value: Any) -> None:
    if kind in (I64, I32, I16):
        _write_whole(out, value)
    elif kind == STRUCT:
        write_struct(out, value)
    elif kind == BINARY:
        _write_varint(out, len(value))
        out += value
    elif kind in (LIST, SET):
        items_kind, items = value
        if len(items) < 15:
            out.append(len(items) << 4 | items_kind)
        else:
            out.append(0xF0 | items_kind)
            _write_varint(out, len(items))
        for item in items:
            _write(out, BYTE if items_kind in (TRUE, FALSE) else items_kind, item)
    elif kind in (DOUBLE, BYTE):
        out += value
