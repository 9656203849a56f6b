"""Slow twins of `kernels/fit_fill.py`: a sort, and `struct` for numbers."""

from __future__ import annotations

import math
import struct
from typing import Any

LETTERS = "BbHhIiQqfd"


def group_by_definition(messages: Any, starts: Any, order: Any, places: Any) -> None:
    """A stable sort by definition."""
    ranked = sorted(range(len(messages)), key=lambda m: int(messages[m, 1]))
    for k, m in enumerate(ranked):
        order[k] = m
        places[k] = messages[m, 0], messages[m, 2]
    for d in range(len(starts)):
        starts[d] = sum(int(row[1]) < d for row in messages)


def fill(data: Any, places: Any, starts: Any, columns: Any, scales: Any, out: Any) -> None:
    """Each number by `struct`."""
    text = bytes(data)
    for (d, at, kind, is_big, missing, base), (scale, offset) in zip(columns.tolist(), scales.tolist(), strict=True):
        letter = LETTERS[kind]
        for payload, row in places[starts[d] : starts[d + 1]].tolist():
            (raw,) = struct.unpack_from((">" if is_big else "<") + letter, text, payload + at)
            as_signed = raw - 2**64 if letter == "Q" and raw >= 2**63 else raw
            value = math.nan if letter not in "fd" and as_signed == missing else float(raw)
            value = value / scale if scale else value
            out[base + row] = value - offset if offset else value
