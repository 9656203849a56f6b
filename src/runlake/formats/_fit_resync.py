"""Where a damaged FIT stream makes sense again: plausible definitions, and chains of plausible messages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from fitdecode import profile
from fitdecode.types import BASE_TYPES

from runlake.formats._fit_profile import FIT_TIME_MIN

RECORD = 20
INVALID_TIME = 0xFFFFFFFF
DAY_S = 86400
STEP_MOST_S = 3600
"""Longest time between messages of a chain that is to prove that we read in step again."""
CHAIN_TIMES = 3
"""Plausible times that make a chain believable: a random one falls into the window once in some 10,000 tries."""
CHAIN_HEADER_TIMES = 10
HEADER_STEP_MOST_S = 12
"""Compressed times carry five bits, so more of them are needed, with steps as watches make them."""
CHAIN_MESSAGES = 48
SAME_BYTES = re.compile(rb"(.)\1{255,}", re.DOTALL)
DEFINITIONS = re.compile(rb"(?=[\x40-\x4f\x60-\x6f]\x00(?:\x00[\x12\x13\x14\x15]\x00|\x01\x00[\x12\x13\x14\x15]))")


@dataclass(frozen=True, slots=True)
class Shape:
    """What a data message looks like: payload bytes, where its time stands (-1: nowhere), byte order, number."""

    size: int
    time_at: int
    is_big: bool
    number: int


@dataclass(frozen=True, slots=True)
class Window:
    """Times that are believable here."""

    low: int
    high: int


def definition_length(data: bytes, at: int, stop: int) -> int:
    """Bytes of the definition at `at`, 0 when it cannot be one or crosses `stop`."""
    if at + 6 > stop or data[at] & 0xD0 != 0x40 or data[at + 1] or data[at + 2] > 1:
        return 0
    length = 6 + 3 * data[at + 5]
    if data[at] & 0x20:
        if at + length >= stop:
            return 0
        length += 1 + 3 * data[at + length]
    return length if at + length <= stop else 0


@dataclass(frozen=True, slots=True)
class Oddities:
    """What is unusual in a definition: fields of a size that their type does not have (or named twice), fields whose
    type is not the profile's, fields that the profile lacks in a message that it knows."""

    n_sizes: int
    n_types: int
    n_unknown: int
    has_odd_time: bool


@lru_cache(maxsize=4096)
def oddities(body: bytes) -> Oddities:
    """What is unusual in the definition (from its header byte on)."""
    known = profile.MESSAGE_TYPES.get(int.from_bytes(body[3:5], "big" if body[2] else "little"))
    n_sizes = n_types = n_unknown = 0
    has_odd_time = False
    seen = set()
    for k in range(body[5]):
        field, size, base_type = body[6 + 3 * k : 9 + 3 * k]
        base = BASE_TYPES.get(base_type)
        n_sizes += base is None or size == 0 or size % base.size != 0 or field in seen
        seen.add(field)
        has_odd_time |= field == 253 and (size, base_type) != (4, 0x86)
        expected = known.fields.get(field) if known else None
        n_unknown += known is not None and expected is None
        if expected is not None and base is not None:
            n_types += expected.base_type.size != base.size or (expected.base_type.name == "string") != (base_type == 7)
    return Oddities(n_sizes, n_types, n_unknown, has_odd_time)


@lru_cache(maxsize=4096)
def is_plausible(body: bytes) -> bool:
    """True for a definition (from its header byte on) that a device may have written.

    Sizes fit the types, and known fields have the size that the profile gives them, but for one field in eight.
    """
    is_known = int.from_bytes(body[3:5], "big" if body[2] else "little") in profile.MESSAGE_TYPES
    found = oddities(body)
    if found.has_odd_time or (not is_known and (found.n_sizes or body[5] == 0)):
        return False
    return max(found.n_sizes, found.n_types) <= max(1, body[5] // 8)


def shape_of(data: bytes, at: int) -> Shape:
    """The shape of the messages that the definition at `at` announces."""
    n_fields = data[at + 5]
    is_big = data[at + 2] != 0
    size, time_at = 0, -1
    for p in range(at + 6, at + 6 + 3 * n_fields, 3):
        if data[p] == 253 and data[p + 1] == 4:
            time_at = size
        size += data[p + 1]
    if data[at] & 0x20:
        p = at + 6 + 3 * n_fields
        size += sum(data[q] for q in range(p + 2, p + 1 + 3 * data[p], 3))
    number = int.from_bytes(data[at + 3 : at + 5], "big" if is_big else "little")
    return Shape(size, time_at, is_big, number)


def is_chain(data: bytes, at: int, stop: int, shapes: Mapping[int, Shape], clock: int, window: Window) -> bool:
    """True when from `at` on messages follow each other that make sense: known types, times in step."""
    here = dict(shapes)
    n_times = n_header_times = n_messages = 0
    last = -1
    for _ in range(CHAIN_MESSAGES):
        if at == stop:
            return n_messages > 0
        header = data[at]
        if header & 0xC0 == 0x40:
            length = definition_length(data, at, stop)
            if not length or not is_plausible(data[at : at + length]):
                return False
            here[header & 0x0F] = shape_of(data, at)
            at += length
            continue
        shape = here.get((header >> 5) & 0x03 if header & 0x80 else header)
        if shape is None or at + 1 + shape.size > stop or shape.size == 0:
            return False
        n_messages += 1
        if header & 0x80:
            step = ((header & 0x1F) - clock) & 0x1F
            if shape.time_at >= 0 or step > HEADER_STEP_MOST_S:
                return False
            clock += step
            n_header_times += 1
        elif shape.time_at >= 0:
            p = at + 1 + shape.time_at
            time = int.from_bytes(data[p : p + 4], "big" if shape.is_big else "little")
            if time != INVALID_TIME:
                if not window.low <= time <= window.high:
                    return False
                if shape.number == RECORD and last >= 0 and not 0 <= time - last <= STEP_MOST_S:
                    return False
                last = time if shape.number == RECORD else last
                clock = time
                n_times += 1
        if n_times >= CHAIN_TIMES or n_header_times >= CHAIN_HEADER_TIMES:
            return True
        at += 1 + shape.size
    return False


def may_begin(data: bytes, at: int, shapes: Mapping[int, Shape], others: Mapping[int, object]) -> bool:
    """Cheap first look: the byte at `at` may be a message header."""
    header = data[at]
    if header & 0x80:
        shape = shapes.get((header >> 5) & 0x03)
        return shape is not None and shape.time_at < 0
    if header & 0x40:
        return not header & 0x10 and data[at + 1 : at + 2] == b"\0" and data[at + 2 : at + 3] in (b"\0", b"\1")
    return header < 16 and (header in shapes or header in others)


def find_definitions(data: bytes, start: int, stop: int, most: int = 4096) -> list[int]:
    """Offsets of believable definitions of records, laps, sessions and events, wherever they stand."""
    found = []
    for match in DEFINITIONS.finditer(data, start, stop):
        at = match.start()
        length = definition_length(data, at, stop)
        if length >= 12 and is_plausible(data[at : at + length]):
            found.append(at)
            if len(found) == most:
                break
    return found


def window_around(first: int, last: int) -> Window:
    """Believable times of what follows when records so far ran from first to last (-1: none yet)."""
    if last < 0:
        return Window(FIT_TIME_MIN, INVALID_TIME - 1)
    if first < FIT_TIME_MIN:
        return Window(max(first - STEP_MOST_S, 1), last + DAY_S)
    return Window(first - DAY_S, last + DAY_S)
