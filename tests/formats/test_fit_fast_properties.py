"""Any legal sequence of definitions and messages decodes to what was written."""

from __future__ import annotations

import math
import struct
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from runlake.formats import _fit_fast as fast
from runlake.formats._fit_columns import FitColumns
from runlake.formats._fit_frame import find_frames
from simulator.fit_writer import BASE_TYPES, FitWriter, chain, size_of

UNKNOWN = (0xFF00, 0xFF01)
"""Message numbers that no profile knows, so that values come unscaled as unknown_N."""
FILE_ID = 0


def _value(draw: st.DrawFn, base: str) -> Any:
    letter, size = BASE_TYPES[base][1], size_of(base)
    if letter in "fd":
        return draw(st.floats(width=32 if letter == "f" else 64, allow_nan=False))
    low, high = (-(2 ** (8 * size - 1)), 2 ** (8 * size - 1) - 1) if letter.islower() else (0, 2 ** (8 * size) - 1)
    return draw(st.one_of(st.none(), st.integers(low, high)))


@st.composite
def _streams(draw: st.DrawFn) -> tuple[bytes, dict[str, list[dict[str, Any]]]]:
    """A FIT file, and per message the fields as they must come out (floats, None for missing, strings)."""
    writer = FitWriter(header_size=draw(st.sampled_from([12, 14])))
    writer.define(15, FILE_ID, [(0, "enum")]).data(15, [4])
    expected: dict[str, list[dict[str, Any]]] = {f"unknown_{n}": [] for n in UNKNOWN}
    shapes: dict[int, tuple[int, list[Any]]] = {}
    bases = [b for b in BASE_TYPES if b != "byte"]
    for _ in range(draw(st.integers(1, 15))):
        local = draw(st.integers(0, 3))
        if local not in shapes or draw(st.booleans()):
            number = draw(st.sampled_from(UNKNOWN))
            numbers = draw(st.lists(st.integers(0, 250), max_size=4, unique=True))
            fields = [(k, draw(st.sampled_from(bases)), draw(st.integers(1, 3))) for k in numbers]
            writer.define(local, number, fields, big_endian=draw(st.booleans()))
            shapes[local] = number, fields
        number, fields = shapes[local]
        row: dict[str, Any] = {}
        values = []
        for num, base, count in fields:
            if base == "string":
                text = draw(st.text("abcäö0 ", max_size=2))[:count]
                text = text if len(text.encode()) <= count else ""
                values.append(text)
                row[f"unknown_{num}"] = text
            else:
                found = [_value(draw, base) for _ in range(count)]
                values.append(found if count > 1 else found[0])
                row[f"unknown_{num}"] = [_read_back(base, v) for v in found]
        writer.data(local, values)
        expected[f"unknown_{number}"].append(row)
    return writer.to_bytes(), expected


def _read_back(base: str, value: Any) -> float:
    """What a written value must come out as: NaN for None and for the invalid value itself."""
    if value is None or value == BASE_TYPES[base][2]:
        return math.nan
    return struct.unpack("f", struct.pack("f", value))[0] if base == "float32" else float(value)


def _check(found: FitColumns, expected: dict[str, list[dict[str, Any]]]) -> None:
    for name, rows in expected.items():
        message = found.get(name)
        assert message.n == len(rows)
        for i, row in enumerate(rows):
            for field, value in row.items():
                if isinstance(value, str):
                    assert message.text(field)[i] == value
                else:
                    got = np.atleast_1d(message.numbers[field][i])[: len(value)]
                    assert np.array_equal(got, value, equal_nan=True), (name, field)


def _decode(data: bytes) -> FitColumns:
    array = np.frombuffer(data, dtype=np.uint8)
    frames = find_frames(data, array)
    assert frames.problems == ()
    columns, walked = fast.decode(data, array, [fast.Span(f.start_of_data, f.stop) for f in frames.frames], None)
    assert all(status == 0 for status, _ in walked.ends)
    return columns


@given(_streams())
@settings(max_examples=150, deadline=None)
def test_what_was_written_is_read(stream: tuple[bytes, dict[str, list[dict[str, Any]]]]) -> None:
    data, expected = stream
    _check(_decode(data), expected)


@given(_streams(), _streams())
@settings(max_examples=30, deadline=None)
def test_chained_files_are_read_one_after_the_other(one: Any, two: Any) -> None:
    both = {name: one[1][name] + two[1][name] for name in one[1]}
    columns = _decode(chain(one[0], two[0]))
    _check(columns, both)
    for name in both:
        assert columns.get(name).segment.tolist() == [0] * len(one[1][name]) + [1] * len(two[1][name])
