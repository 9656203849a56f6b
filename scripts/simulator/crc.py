"""The FIT checksum of many equally long byte strings at once: CRC-16 is linear, so strips can be joined afterwards."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

U1 = npt.NDArray[np.uint8]
U2 = npt.NDArray[np.uint16]


def _table() -> U2:
    """What one byte does to a checksum of zero (reflected polynomial 0xA001)."""
    crc = np.arange(256, dtype=np.uint16)
    for _ in range(8):
        crc = np.where(crc & 1, (crc >> 1) ^ np.uint16(0xA001), crc >> 1).astype(np.uint16)
    return crc


TABLE = _table()


def crc16_rows(rows: U1, n_strips: int = 64) -> U2:
    """The checksum of each row of a uint8 matrix."""
    n_rows, width = rows.shape
    length = -(-width // n_strips)
    padded = np.zeros((n_rows, n_strips * length), dtype=np.uint8)
    padded[:, n_strips * length - width :] = rows  # zeros in front do not change a checksum that starts at 0
    strips = np.ascontiguousarray(padded.reshape(n_rows * n_strips, length).T)
    crc = np.zeros(n_rows * n_strips, dtype=np.uint16)
    for column in strips:
        crc = (crc >> 8) ^ TABLE[(crc ^ column) & 0xFF]
    return _joined(crc.reshape(n_rows, n_strips), length)


def _joined(strips: U2, length: int) -> U2:
    """Checksums of whole rows from those of their strips: each is carried over the bytes that follow it."""
    bits = np.uint16(1) << np.arange(16, dtype=np.uint16)
    carried = bits.copy()
    for _ in range(length):  # what `length` zero bytes make of each single bit
        carried = (carried >> 8) ^ TABLE[carried & 0xFF]
    total = np.zeros(len(strips), dtype=np.uint16)
    for k in range(strips.shape[1]):
        moved = np.zeros_like(total)
        for bit in range(16):
            moved ^= np.where(total & bits[bit], carried[bit], np.uint16(0)).astype(np.uint16)
        total = moved ^ strips[:, k]
    return total
