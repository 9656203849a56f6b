"""Slow twins of `kernels/crc.py`: the checksum bit by bit, and single-bit errors by trying them all."""

from __future__ import annotations

from typing import Any

POLYNOMIAL = 0xA001


def fit_crc(data: Any, start: int, stop: int, crc: int, tables: Any) -> int:
    """The checksum by long division, one bit at a time (the tables are not used)."""
    for byte in list(data)[start:stop]:
        crc ^= int(byte)
        for _ in range(8):
            crc = crc >> 1 ^ (POLYNOMIAL if crc & 1 else 0)
    return crc


def single_bit_errors(n: int, syndrome: int, tables: Any, found: Any) -> int:
    """Flips every bit of n zero bytes in turn and compares the checksum."""
    count = 0
    for place in range(8 * n - 1, -1, -1):
        data = bytearray(n)
        data[place // 8] = 1 << (place % 8)
        if fit_crc(data, 0, n, 0, tables) == syndrome and count < len(found):
            found[count] = place
            count += 1
    found[:count] = sorted(found[:count], key=lambda place: (-(place // 8), place % 8))
    return count
