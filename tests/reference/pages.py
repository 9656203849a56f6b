"""Slow twins of `kernels/pages.py`: bytes by `struct`, bits as text."""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from typing import Any

import numpy as np


def number_body(values: Any, is_narrow: bool, is_split: bool, is_nullable: bool) -> tuple[Any, int]:
    """Value by value through `struct`; bytes are sorted by slicing."""
    known = [float(v) for v in values if math.isfinite(v)]
    width, form = (4, "<f") if is_narrow else (8, "<d")
    raw = b"".join(struct.pack(form, v) for v in known)
    if is_split:
        raw = b"".join(raw[place::width] for place in range(width))
    n_missing = len(values) - len(known)
    body = (_levels([math.isfinite(v) for v in values], n_missing) if is_nullable else b"") + raw
    return np.frombuffer(body, dtype=np.uint8), n_missing


def _levels(is_known: Sequence[bool], n_missing: int) -> bytes:
    n = len(is_known)
    if n_missing in (0, n):
        body = varint(2 * n) + bytes([n_missing == 0])
    else:
        bits = "".join("01"[known] for known in is_known).ljust(-(-n // 8) * 8, "0")
        body = varint(2 * (len(bits) // 8) + 1) + _bytes(bits)
    return struct.pack("<I", len(body)) + body


def _bytes(bits: str) -> bytes:
    """Eight bits a byte, the first the lowest."""
    return bytes(int(bits[i : i + 8][::-1], 2) for i in range(0, len(bits), 8))


def varint(value: int) -> bytes:
    """Seven bits a byte, cut from the binary number written out."""
    text = f"{value:b}"
    text = text.rjust(-(-len(text) // 7) * 7, "0")
    groups = [int(text[i : i + 7], 2) for i in range(0, len(text), 7)][::-1]
    return bytes([g + 128 for g in groups[:-1]] + groups[-1:])


def zigzag(value: int) -> int:
    """0, -1, 1, -2, ... are 0, 1, 2, 3, ..."""
    return 2 * value if value >= 0 else -2 * value - 1


def whole_numbers(values: Any, scale: float) -> tuple[Any, int, int, int]:
    """One by one with Python's `round`, which goes to the even neighbour, too."""
    numbers = [round(float(v) * scale) if math.isfinite(v) else 0 for v in values]
    n_missing = sum(not math.isfinite(v) for v in values)
    return np.array(numbers, dtype=np.int64), min(numbers), max(numbers), n_missing


def delta_body(values: Any) -> Any:
    """Differences by Python's whole numbers, which do not overflow; bits as text."""
    numbers = [int(v) for v in values]
    out = varint(128) + varint(4) + varint(len(numbers)) + varint(zigzag(numbers[0]))
    steps = [b - a for a, b in zip(numbers, numbers[1:], strict=False)]
    for start in range(0, len(steps), 128):
        block = steps[start : start + 128]
        least = min(block)
        rest = [s - least for s in block] + [0] * (128 - len(block))
        parts = [rest[i : i + 32] for i in range(0, 128, 32)]
        widths = [max(p).bit_length() for p in parts]
        out += varint(zigzag(least)) + bytes(widths)
        for part, width in zip(parts, widths, strict=True):
            out += _bytes("".join(f"{v:0{width}b}"[::-1] if width else "" for v in part))
    return np.frombuffer(out, dtype=np.uint8)
