"""A FIT file as a template: the same session at another time and place, faster or slower, with other noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulator.crc import crc16_rows

U1 = npt.NDArray[np.uint8]
I8 = npt.NDArray[np.int64]
TIMES = {0: (4,), 18: (2, 253), 19: (2, 253), 20: (253,), 21: (253,), 23: (253,), 34: (5, 253)}
"""Global message number to the fields that hold times."""
SCALED = {18: (9, 14, 15, 124, 125), 19: (9, 13, 14, 110, 111), 20: (5, 6, 73)}
"""Fields that hold distance or speed."""


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One field of all messages of a kind: where its bytes are, and its raw values."""

    at: npt.NDArray[np.intp]
    """[n, size] byte positions."""
    raw: I8
    dtype: np.dtype[np.generic]
    invalid: int

    @property
    def is_given(self) -> npt.NDArray[np.bool_]:
        """Where there is a value."""
        return np.not_equal(self.raw, self.invalid)


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """A FIT file and the columns in it that a copy changes."""

    data: U1
    times: tuple[Column, ...]
    scaled: tuple[Column, ...]
    latitude: Column | None
    longitude: Column | None
    heart_rate: Column | None
    serial: Column | None
    start_utc_s: float


def read_template(data: bytes, start_utc_s: float) -> Template:
    """Find the columns; the file has little-endian definitions and no developer fields (our own writer)."""
    columns = _columns(data)

    def first(message: int, field: int) -> Column | None:
        return columns.get((message, field))

    return Template(
        data=np.frombuffer(data, dtype=np.uint8).copy(),
        times=tuple(columns[m, f] for m, fields in TIMES.items() for f in fields if (m, f) in columns),
        scaled=tuple(columns[m, f] for m, fields in SCALED.items() for f in fields if (m, f) in columns),
        latitude=first(20, 0),
        longitude=first(20, 1),
        heart_rate=first(20, 3),
        serial=first(0, 3),
        start_utc_s=start_utc_s,
    )


def _columns(data: bytes) -> dict[tuple[int, int], Column]:
    """Every field of one, two or four bytes by (message, field number)."""
    places: dict[tuple[int, int], list[int]] = {}
    kinds: dict[tuple[int, int], tuple[int, int]] = {}
    defined: dict[int, tuple[int, list[bytes]]] = {}
    at, stop = data[0], len(data) - 2
    while at < stop:
        header = data[at]
        if header & 0x40:
            n_fields = data[at + 5]
            fields = [data[at + 6 + 3 * k : at + 9 + 3 * k] for k in range(n_fields)]
            defined[header & 15] = (int.from_bytes(data[at + 3 : at + 5], "little"), fields)
            at += 6 + 3 * n_fields
            continue
        message, fields = defined[header & 15]
        at += 1
        for number, size, base in fields:
            places.setdefault((message, number), []).append(at)
            kinds[message, number] = (size, base)
            at += size
    return {key: _column(data, places[key], *kinds[key]) for key in places if kinds[key][0] in (1, 2, 4)}


def _column(data: bytes, places: list[int], size: int, base: int) -> Column:
    is_signed = base in (0x01, 0x83, 0x85)
    dtype = np.dtype(f"<{'i' if is_signed else 'u'}{size}")
    positions = np.asarray(places, dtype=np.intp)[:, None] + np.arange(size)
    raw = np.frombuffer(data, dtype=np.uint8)[positions].copy().view(dtype)[:, 0].astype(np.int64)
    is_zero_invalid = base in (0x0A, 0x8B, 0x8C)
    highest = 2 ** (8 * size - is_signed) - 1
    return Column(positions, raw, dtype, 0 if is_zero_invalid else highest)


def copies(
    template: Template, starts_utc_s: npt.NDArray[np.float64], speeds: npt.NDArray[np.float64], rng: np.random.Generator
) -> list[bytes]:
    """One file for each start: `speeds` scales distance and speed; place, heart rate and noise are drawn."""
    rows = np.repeat(template.data[None, :], len(starts_utc_s), axis=0)
    for row, start, speed in zip(rows, starts_utc_s, speeds, strict=True):
        _change(row, template, round(start - template.start_utc_s), float(speed), rng)
    checksums = crc16_rows(rows[:, :-2])
    rows[:, -2:] = checksums.astype("<u2").view(np.uint8).reshape(-1, 2)
    return [row.tobytes() for row in rows]


def _change(row: U1, template: Template, shift_s: int, speed: float, rng: np.random.Generator) -> None:
    for column in template.times:
        _put(row, column, column.raw + shift_s)
    for column in template.scaled:
        _put(row, column, np.rint(column.raw * speed).astype(np.int64))
    for place in (template.latitude, template.longitude):
        if place is not None:
            moved = int(rng.integers(-90_000, 90_000))  # up to 850 m, and 3 cm from fix to fix
            # the shape keeps its size when it is run faster: distance from positions is scaled about the start
            shape = np.rint((place.raw - place.raw[0]) * speed).astype(np.int64)
            _put(row, place, place.raw[0] + moved + shape + rng.integers(-3, 4, len(place.raw)))
    beats = template.heart_rate
    if beats is not None:
        noise = (rng.random(len(beats.raw)) < 0.1) * rng.choice([-1, 1], len(beats.raw))
        _put(row, beats, np.clip(beats.raw + int(rng.integers(-4, 5)) + noise, 40, 220))


def _put(row: U1, column: Column, values: I8) -> None:
    """Write new raw values; what is missing stays missing."""
    kept = np.where(column.is_given, values, column.raw).astype(column.dtype)
    row[column.at] = np.ascontiguousarray(kept).view(np.uint8).reshape(column.at.shape)
