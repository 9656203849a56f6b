"""The FIT checksum: CRC-16/ARC (polynomial 0x8005 reflected), at the speed of memory.

The polynomial is (x + 1) (x^15 + x + 1). Squaring keeps a polynomial over GF(2) as short as it was, so with X = x^m
and m a power of two, X^15 = X + 1 modulo the second factor: a block of m bits counts as much as the same block 14 and
15 blocks later. Long data are folded so, by plain XOR, onto their last fifteen blocks; those go through the tables.
What folding forgets is the remainder modulo x + 1, the parity of all bits, which is counted apart. (The idea of
folding: V. Gopal et al., "Fast CRC computation for generic polynomials using PCLMULQDQ", Intel 2009.)
"""

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
BLOCK, FOLDED_BLOCKS = 32, 24
"""Words of eight bytes in a block that is folded, and from how many blocks on folding pays (16 at least)."""
TRINOMIAL = 0xC001
"""x^15 + x + 1, reflected: its highest power is the lowest bit."""


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
def _sliced(data, start, stop, crc, tables):
    """`fit_crc` by slicing by sixteen, after M. E. Kounavis, F. L. Berry, "A systematic approach to building high
    performance software-based CRC generators", ISCC 2005."""
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
def _fold(words, crc, ring):
    """Folds words uint64[32 n], n >= 16, onto the last fifteen blocks of 32; returns the parity of all bits.

    ring uint64[512], zeros; block i of the folded ones then stands in place i modulo 16.
    """
    parity = np.zeros(BLOCK, dtype=np.uint64)
    first = np.uint64(crc)
    n = len(words) // BLOCK
    for i in range(n):
        at, to = BLOCK * i, BLOCK * (i & 15)
        before, one_before = BLOCK * ((i - 14) & 15), BLOCK * ((i - 15) & 15)
        for j in range(BLOCK):
            word = words[at + j]
            parity[j] ^= word
            ring[to + j] = word ^ ring[before + j] ^ ring[one_before + j]
        if i == 0:
            ring[0] ^= first  # what was read so far goes on with the first two bytes
    last, unfolded = BLOCK * ((n - 1) & 15), BLOCK * ((n - 15) & 15)
    for j in range(BLOCK):
        ring[last + j] ^= ring[unfolded + j]  # a block within fifteen of the end stays
        first ^= parity[j]
    return first


@kernel
def _count_is_odd(word):
    """1 when the number of bits set is odd."""
    for shift in (32, 16, 8, 4, 2, 1):
        word ^= word >> np.uint64(shift)
    return word & np.uint64(1)


@kernel
def fit_crc(data, start, stop, crc, tables):
    """The checksum of ``data[start:stop]`` as int64, continued from `crc` (0 at first).

    data uint8[n], contiguous, 0 <= start <= stop <= n; tables `TABLES`.
    """
    n = (stop - start) // (8 * BLOCK)
    if n < FOLDED_BLOCKS:
        return _sliced(data, start, stop, crc, tables)
    middle = start + 8 * BLOCK * n
    ring = np.zeros(16 * BLOCK, dtype=np.uint64)
    parity = _fold(data[start:middle].view(np.uint64), crc, ring)
    folded = ring.view(np.uint8)
    rest = np.int64(0)
    for i in range(n - 15, n):
        at = 8 * BLOCK * (i & 15)
        rest = _sliced(folded, at, at + 8 * BLOCK, rest, tables)
    if _count_is_odd(parity) != _count_is_odd(np.uint64(rest)):
        rest ^= TRINOMIAL
    return _sliced(data, middle, stop, rest, tables)


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
