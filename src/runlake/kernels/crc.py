"""The FIT checksum: CRC-16/ARC (polynomial 0x8005 reflected), sixteen bytes a step."""

from __future__ import annotations

import numpy as np

from runlake.kernels._jit import kernel


def _tables() -> np.ndarray:
    """uint16[16, 256]: `tables[k][b]` is the checksum of byte b followed by k zero bytes."""
    tables = np.zeros((16, 256), dtype=np.uint16)
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
def fit_crc(data, start, stop, crc, tables):
    """The checksum of ``data[start:stop]`` as int64, continued from `crc` (0 at first).

    data uint8[n], 0 <= start <= stop <= n; tables `TABLES`. Slicing by sixteen, after M. E. Kounavis, F. L. Berry,
    "A systematic approach to building high performance software-based CRC generators", ISCC 2005.
    """
    i = start
    crc = np.int64(crc)
    while i + 16 <= stop:
        low = crc ^ (np.int64(data[i]) | (np.int64(data[i + 1]) << 8))
        first = tables[15, low & 0xFF] ^ tables[14, low >> 8] ^ tables[13, data[i + 2]] ^ tables[12, data[i + 3]]
        second = tables[11, data[i + 4]] ^ tables[10, data[i + 5]] ^ tables[9, data[i + 6]] ^ tables[8, data[i + 7]]
        third = tables[7, data[i + 8]] ^ tables[6, data[i + 9]] ^ tables[5, data[i + 10]] ^ tables[4, data[i + 11]]
        last = tables[3, data[i + 12]] ^ tables[2, data[i + 13]] ^ tables[1, data[i + 14]] ^ tables[0, data[i + 15]]
        crc = np.int64(first ^ second ^ third ^ last)
        i += 16
    while i < stop:
        crc = (crc >> 8) ^ np.int64(tables[0, (crc ^ data[i]) & 0xFF])
        i += 1
    return crc


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
