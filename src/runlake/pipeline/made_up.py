"""A made-up run with reps, strides and a hill as FIT bytes: enough to send every stage through its kernels once."""

from __future__ import annotations

import hashlib
import math
import struct
from collections.abc import Iterator

from runlake.intake.contents import Content

_START = 1_100_000_000


def _crc_table() -> tuple[int, ...]:
    """The FIT file's checksum of each byte: CRC-16 with the polynomial 0xA001, bits from the lowest on."""
    table = []
    for crc in range(256):
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
        table.append(crc)
    return tuple(table)


_CRC = _crc_table()
_FILE_ID = (0, 0, ((0, 1, 0x00), (1, 2, 0x84), (2, 2, 0x84), (4, 4, 0x86)), "<BHHI")
_RECORD = (1, 20, ((253, 4, 0x86), (0, 4, 0x85), (1, 4, 0x85), (5, 4, 0x86), (2, 2, 0x84), (6, 2, 0x84),
                   (3, 1, 0x02), (4, 1, 0x02)), "<IiiIHHBB")  # fmt: skip
_LAP = (2, 19, ((253, 4, 0x86), (2, 4, 0x86), (7, 4, 0x86), (8, 4, 0x86), (9, 4, 0x86), (24, 1, 0x00)), "<IIIIIB")
_SESSION = (3, 18, ((253, 4, 0x86), (2, 4, 0x86), (5, 1, 0x00), (6, 1, 0x00), (7, 4, 0x86), (8, 4, 0x86),
                    (9, 4, 0x86)), "<IIBBIII")  # fmt: skip
Message = tuple[int, int, tuple[tuple[int, int, int], ...], str]


def contents() -> Iterator[Content]:
    """The run as a file that every stage accepts."""
    data = fit_bytes()
    yield Content(None, data, hashlib.sha256(data).hexdigest(), len(data), "")


def fit_bytes(start: int = _START, seconds: int = 3000) -> bytes:
    """A run of 50 minutes (or its first `seconds`): easy, four strides, six reps of 90 s up and down a hill, easy.

    `start` counts seconds since 1989-12-31, as FIT does.
    """
    body = bytearray()
    for message in (_FILE_ID, _RECORD, _LAP, _SESSION):
        body += _definition(message)
    body += _data(_FILE_ID, 4, 1, 3113, start)
    distance = 0.0
    speeds = [_speed(t) for t in range(seconds)]
    for t, speed in enumerate(speeds):
        distance += speed
        angle = distance / 500.0
        latitude, longitude = 50.0 + 0.004 * math.sin(angle), 8.0 + 0.006 * math.cos(angle)
        to_semicircles = 2**31 / 180.0
        altitude = 100.0 + 20.0 * math.sin(distance / 900.0)
        heart = int(130 + 12 * min(3.0, speed - 2.0))
        body += _data(
            _RECORD, start + t, int(latitude * to_semicircles), int(longitude * to_semicircles), int(distance * 100),
            int((altitude + 500) * 5), int(speed * 1000), heart, int(80 + 4 * speed),
        )  # fmt: skip
    last, took = start + seconds - 1, 1000 * (seconds - 1)
    body += _data(_LAP, last, start, took, took, int(distance * 100), 0)
    body += _data(_SESSION, last, start, 1, 0, took, took, int(distance * 100))
    head = struct.pack("<BBHI4s", 14, 0x20, 2100, len(body), b".FIT")
    whole = head + struct.pack("<H", _crc(head)) + bytes(body)
    return whole + struct.pack("<H", _crc(whole))


def _speed(t: int) -> float:
    wobble = 0.05 * math.sin(t * 1.7) + 0.04 * math.sin(t * 0.31)
    if 600 <= t < 1000 and (t - 600) % 100 < 20:
        return 5.6 + wobble
    if 1200 <= t < 2280 and (t - 1200) % 180 < 90:
        return 4.6 + wobble
    return 2.8 + wobble


def _definition(message: Message) -> bytes:
    local, number, fields, _ = message
    head = struct.pack("<BBBHB", 0x40 | local, 0, 0, number, len(fields))
    return head + b"".join(struct.pack("<BBB", *field) for field in fields)


def _data(message: Message, *values: int) -> bytes:
    return bytes([message[0]]) + struct.pack(message[3], *values)


def _crc(data: bytes) -> int:
    crc = 0
    for byte in data:
        crc = crc >> 8 ^ _CRC[(crc ^ byte) & 0xFF]
    return crc
