"""Slow twins of `kernels/fit_fill.py`: a sort, and `struct` for numbers."""

from __future__ import annotations

import math
import struct
from typing import Any

LETTERS = "BbHhIiQqfd"


def group_by_definition(messages: Any, starts: Any, places: Any) -> int:
    """A stable sort by definition."""
    ranked = sorted(range(len(messages)), key=lambda m: int(messages[m, 1]))
    for k, m in enumerate(ranked):
        places[k] = messages[m, 0], messages[m, 2]
    for d in range(len(starts)):
        starts[d] = sum(int(row[1]) < d for row in messages)
    return sum(int(row[3]) >= 0 for row in messages)


def fill(data: Any, places: Any, starts: Any, columns: Any, scales: Any, tables: Any, rows: Any, out: Any) -> None:
    """All NaN at first, then each number by `struct`."""
    text = bytes(data)
    sizes = [(int(width), int(rows[slot])) for slot, width in tables.tolist()]
    first = [sum(width * n for width, n in sizes[:t]) for t in range(len(sizes) + 1)]
    out[: first[-1]] = math.nan
    for (d, at, kind, is_big, missing, t, column, _), (scale, offset) in zip(
        columns.tolist(), scales.tolist(), strict=True
    ):
        letter = LETTERS[kind]
        base = first[t] + column * sizes[t][1]
        for payload, row in places[starts[d] : starts[d + 1]].tolist():
            (raw,) = struct.unpack_from((">" if is_big else "<") + letter, text, payload + at)
            as_signed = raw - 2**64 if letter == "Q" and raw >= 2**63 else raw
            value = math.nan if letter not in "fd" and as_signed == missing else float(raw)
            value = value / scale if scale else value
            out[base + row] = value - offset if offset else value
