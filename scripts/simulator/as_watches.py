"""What watches write beside what anyone reads: further fields of each record, undocumented ones and whole messages.

The files of `fit_bytes` are lean: 30,000 fields an hour. Of 62 real runs with a record a second, the leanest tenth has
49,000, the median 54,000, the upper tenth 116,000. STYLES are the four kinds of watch in them, field by field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulator.fit_writer import BASE_TYPES, crc16, size_of

I8 = npt.NDArray[np.int64]
RECORD = 20
TIMESTAMP, HEART_RATE, ALTITUDE, SPEED, ENHANCED_SPEED, ENHANCED_ALTITUDE = 253, 3, 2, 6, 73, 78
NARROW = {ENHANCED_SPEED: (SPEED, "uint16"), ENHANCED_ALTITUDE: (ALTITUDE, "uint16")}
"""Field of four bytes to the one of two bytes that keeps the same in older watches; scale and offset are the same."""
Made = Callable[[I8, np.random.Generator], I8]
"""Raw values of a field from the raw speeds (mm/s) of all records."""


def watts(speed: I8, rng: np.random.Generator) -> I8:
    """Running power."""
    return np.rint(0.075 * speed + rng.normal(0.0, 4.0, len(speed))).astype(np.int64).clip(0)


def constant(value: int) -> Made:
    """The same in every record."""
    return lambda speed, _rng: np.full(len(speed), value, dtype=np.int64)


def wandering(low: int, high: int) -> Made:
    """Anything that changes slowly between two values."""

    def made(speed: I8, rng: np.random.Generator) -> I8:
        walk = np.cumsum(rng.integers(-1, 2, len(speed)))
        turned = np.abs((walk - low) % (2 * (high - low)) - (high - low))  # there and back, never a jump
        return low + turned

    return made


@dataclass(frozen=True, slots=True)
class Extra:
    """A field added to each record, or a field of a message beside it."""

    number: int
    base: str
    made: Made
    count: int = 1


@dataclass(frozen=True, slots=True)
class Beside:
    """A message that follows every so many records."""

    message: int
    fields: tuple[Extra, ...]
    every: int = 1


@dataclass(frozen=True, slots=True)
class Style:
    """What a kind of watch adds; `is_narrow`: speed and altitude take two bytes, as before 2015."""

    extras: tuple[Extra, ...]
    beside: tuple[Beside, ...] = ()
    is_narrow: bool = False


_POWER = (Extra(7, "uint16", watts), Extra(29, "uint32", lambda speed, rng: np.cumsum(watts(speed, rng))))
_RUNNING, _STEP = (
    Extra(42, "enum", constant(1)),
    Extra(85, "uint16", lambda speed, _rng: (speed * 3.5).astype(np.int64)),
)
_CYCLE = Extra(87, "uint16", wandering(0, 9))
_UNNAMED = (Extra(90, "sint8", wandering(-5, 5)), Extra(135, "uint8", wandering(1, 90)),
            Extra(136, "uint8", wandering(90, 180)))  # fmt: skip
_FIX = Beside(160, (Extra(3, "uint32", wandering(2500, 2800)), Extra(4, "uint32", lambda speed, _rng: speed)))
_BYTES = Beside(233, (Extra(2, "byte", wandering(0, 255), 4),))
_SENSORS = Beside(325, tuple(Extra(k, "uint8", wandering(0, 100)) for k in range(6)), every=9)
_BEATS = Beside(78, (Extra(0, "uint16", wandering(330, 420), 5),))
STYLES: Mapping[str, Style] = {
    "coros": Style((_RUNNING, *_POWER, _STEP, Extra(133, "uint32", wandering(2000, 4000))), is_narrow=True),
    "garmin, new": Style(
        (
            *_POWER, _RUNNING, _STEP, _CYCLE, *_UNNAMED, Extra(140, "uint32", lambda speed, _rng: speed),
            Extra(40, "uint16", wandering(3000, 3600)), Extra(83, "uint16", wandering(700, 950)),
            Extra(39, "uint16", wandering(650, 900)), Extra(41, "uint16", wandering(2400, 2700)),
            Extra(84, "uint16", wandering(4900, 5100)), Extra(13, "sint8", wandering(10, 25)),
            Extra(53, "uint8", constant(0)), Extra(107, "enum", constant(1)), Extra(134, "uint8", constant(255)),
            Extra(143, "uint8", wandering(40, 90)),
        ),
        (_FIX, _BYTES, _SENSORS),
    ),
    "garmin, before": Style(
        (_CYCLE, Extra(13, "sint8", wandering(10, 25)), Extra(53, "uint8", constant(0)), *_UNNAMED), (_FIX, _BYTES)
    ),
    "suunto": Style(
        (*_POWER, Extra(32, "sint16", wandering(-500, 500)), Extra(13, "sint8", wandering(10, 25))), (_BEATS,)
    ),
}  # fmt: skip
CODES = {"enum": "u1", "byte": "u1", "uint8": "u1", "sint8": "i1", "uint16": "<u2", "sint16": "<i2", "uint32": "<u4"}
LOCAL_TYPES = range(8, 16)
"""Local message numbers that `activity_bytes` leaves free."""


def as_written_by(style: Style, data: bytes, rng: np.random.Generator) -> bytes:
    """The file of `fit_bytes` with what such a watch writes beside it; values that were there stay.

    Fields that the file holds already are not added again.
    """
    messages = list(_messages(data))
    (record_fields,) = {fields for kind, number, fields, _ in messages if kind == "data" and number == RECORD}
    speeds = _speeds(data, messages, record_fields)
    extras = [e for e in style.extras if e.number not in {number for number, _, _ in record_fields}]
    added = _rows(extras, speeds, rng)
    beside = [_rows(list(b.fields), speeds, rng) for b in style.beside]
    out = bytearray(data[: data[0]])
    n = 0
    for kind, number, fields, (at, stop) in messages:
        if number != RECORD:
            out += data[at:stop]
        elif kind == "definition":
            out += _definition(data[at], RECORD, [*map(_narrowed(style), fields), *map(_as_defined, extras)])
            for local, b in zip(LOCAL_TYPES, style.beside, strict=False):
                out += _definition(0x40 | local, b.message, [*map(_as_defined, b.fields)])
        else:
            out += data[at : at + 1] + _values(data, at + 1, fields, style) + added[n].tobytes()
            for local, b, rows in zip(LOCAL_TYPES, style.beside, beside, strict=False):
                out += bytes((local,)) + rows[n].tobytes() if n % b.every == 0 else b""
            n += 1
    out[4:8] = (len(out) - data[0]).to_bytes(4, "little")
    out[12:14] = crc16(bytes(out[:12])).to_bytes(2, "little")
    return bytes(out) + crc16(bytes(out)).to_bytes(2, "little")


Fields = tuple[tuple[int, int, int], ...]
"""Number, size in bytes and base type code of each field."""


def _messages(data: bytes) -> Iterator[tuple[str, int, Fields, tuple[int, int]]]:
    """Kind, global number, fields, and byte range of every message; no developer fields, no compressed times."""
    defined: dict[int, tuple[int, Fields]] = {}
    at, stop = data[0], len(data) - 2
    while at < stop:
        local, n = data[at] & 15, data[at + 5]
        if data[at] & 0x40:
            fields = tuple((data[k], data[k + 1], data[k + 2]) for k in range(at + 6, at + 6 + 3 * n, 3))
            defined[local] = (int.from_bytes(data[at + 3 : at + 5], "little"), fields)
            yield "definition", *defined[local], (at, at + 6 + 3 * n)
            at += 6 + 3 * n
        else:
            number, fields = defined[local]
            size = 1 + sum(size for _, size, _ in fields)
            yield "data", number, fields, (at, at + size)
            at += size


def _speeds(data: bytes, messages: list[tuple[str, int, Fields, tuple[int, int]]], fields: Fields) -> I8:
    """Raw speed of each record, 0 where it has none."""
    before = 1
    for number, size, _ in fields:
        if number == ENHANCED_SPEED:
            raw = [
                data[at + before : at + before + size]
                for kind, m, _, (at, _) in messages
                if (kind, m) == ("data", RECORD)
            ]
            values = np.frombuffer(b"".join(raw), dtype="<u4").astype(np.int64)
            return np.where(values == 0xFFFFFFFF, 0, values)
        before += size
    raise ValueError("these records have no speed; draw a device that has one")


def _rows(extras: list[Extra], speeds: I8, rng: np.random.Generator) -> npt.NDArray[np.void]:
    """The bytes of the fields, one row a record."""
    kinds = [(f"f{k}", CODES[e.base], (e.count,)) for k, e in enumerate(extras)]
    rows = np.zeros(len(speeds), dtype=kinds)
    for k, extra in enumerate(extras):
        rows[f"f{k}"] = extra.made(speeds, rng)[:, None]
    return rows


def _narrowed(style: Style) -> Callable[[tuple[int, int, int]], tuple[int, int, int]]:
    """What a field of the records becomes."""

    def narrowed(field: tuple[int, int, int]) -> tuple[int, int, int]:
        if not style.is_narrow or field[0] not in NARROW:
            return field
        number, base = NARROW[field[0]]
        return number, size_of(base), BASE_TYPES[base][0]

    return narrowed


def _values(data: bytes, at: int, fields: Fields, style: Style) -> bytes:
    """A record's values; of narrow ones the low two bytes, so that missing stays missing."""
    if not style.is_narrow:
        return data[at : at + sum(size for _, size, _ in fields)]
    out = b""
    for number, size, _ in fields:
        out += data[at : at + (2 if number in NARROW else size)]
        at += size
    return out


def _as_defined(extra: Extra) -> tuple[int, int, int]:
    return extra.number, extra.count * size_of(extra.base), BASE_TYPES[extra.base][0]


def _definition(header: int, message: int, fields: list[tuple[int, int, int]]) -> bytes:
    return bytes((header, 0, 0)) + message.to_bytes(2, "little") + bytes((len(fields),)) + b"".join(map(bytes, fields))
