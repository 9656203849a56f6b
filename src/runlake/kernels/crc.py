"""The FIT checksum: CRC-16/ARC (polynomial 0x8005 reflected), sixteen bytes a step."""

from __future__ import annotations

import numpy as np

from runlake.kernels._jit import kernel


def _tables() -> np.ndarray:
    """uint32[16, 256]: `tables[k][b]` is the checksum of byte b followed by k zero bytes."""
    tables = np.zeros((16, 256), dtype=np.uint32)
    for byte in range(256):
        crc = byte
        for _ in range(8):
            crc = (crc >> 1) ^ 0xA001 if crc & 1 else crc >> 1
        tables[0, byte] = crc
    for k in range(1, 16):
        before = tables[k - 1]
        tables[k] = (before >> 8) ^ tables[0][before & 0xFF]
    return tables


TABLES = _tables()


@kernel
def _eight_bytes(data, i):
    """The eight bytes at i (unsigned) as one number, least byte first: the compiler makes a single load of it."""
    return (
        np.uint64(data[i]) | (np.uint64(data[i + np.uint64(1)]) << np.uint64(8))
        | (np.uint64(data[i + np.uint64(2)]) << np.uint64(16)) | (np.uint64(data[i + np.uint64(3)]) << np.uint64(24))
        | (np.uint64(data[i + np.uint64(4)]) << np.uint64(32)) | (np.uint64(data[i + np.uint64(5)]) << np.uint64(40))
        | (np.uint64(data[i + np.uint64(6)]) << np.uint64(48)) | (np.uint64(data[i + np.uint64(7)]) << np.uint64(56))
    )  # fmt: skip


@kernel
def fit_crc(data, start, stop, crc, tables):
    """The checksum of ``data[start:stop]`` as int64, continued from `crc` (0 at first).

    data uint8[n], 0 <= start <= stop <= n; tables `TABLES`. Slicing by sixteen, after M. E. Kounavis, F. L. Berry,
    "A systematic approach to building high performance software-based CRC generators", ISCC 2005.
    """
    i, end = np.uint64(start), np.uint64(stop)  # unsigned: a signed index costs a check for negative ones
    crc = np.uint64(crc)
    byte = np.uint64(0xFF)
    while i + np.uint64(16) <= end:
        low, high = _eight_bytes(data, i), _eight_bytes(data, i + np.uint64(8))
        # all that does not wait for the checksum so far comes first
        rest = (
            tables[13, (low >> np.uint64(16)) & byte] ^ tables[12, (low >> np.uint64(24)) & byte]
            ^ tables[11, (low >> np.uint64(32)) & byte] ^ tables[10, (low >> np.uint64(40)) & byte]
        ) ^ (
            tables[9, (low >> np.uint64(48)) & byte] ^ tables[8, low >> np.uint64(56)]
            ^ tables[7, high & byte] ^ tables[6, (high >> np.uint64(8)) & byte]
        )  # fmt: skip
        rest ^= (
            tables[5, (high >> np.uint64(16)) & byte] ^ tables[4, (high >> np.uint64(24)) & byte]
            ^ tables[3, (high >> np.uint64(32)) & byte] ^ tables[2, (high >> np.uint64(40)) & byte]
            ^ tables[1, (high >> np.uint64(48)) & byte] ^ tables[0, high >> np.uint64(56)]
        )  # fmt: skip
        low ^= crc
        crc = np.uint64(rest ^ (tables[15, low & byte] ^ tables[14, (low >> np.uint64(8)) & byte]))
        i += np.uint64(16)
    while i < end:
        crc = (crc >> np.uint64(8)) ^ np.uint64(tables[0, (crc ^ np.uint64(data[i])) & byte])
        i += np.uint64(1)
    return np.int64(crc)


@kernel
def single_bit_errors(n, syndrome, tables, found):
    """Where one flipped bit among n bytes explains the syndrome (checksum found XOR checksum stored).

    found int64[k]: filled with ``8 * byte + bit``, from the last byte backwards; returns how many, k at most. A
    flipped bit shifts the checksum by a pattern that depends only on its distance from the end (CRCs are linear).
    """
    count = 0
    patterns = np.empty(8, dtype=np.int64)
    for bit in range(8):
        patterns[bit] = tables[0, 1 << bit]
    for back in range(n):
        for bit in range(8):
            pattern = patterns[bit]
            if pattern == syndrome:
                if count == len(found):
                    return count
                found[count] = 8 * (n - 1 - back) + bit
                count += 1
            patterns[bit] = (pattern >> 8) ^ np.int64(tables[0, pattern & 0xFF])
    return count
