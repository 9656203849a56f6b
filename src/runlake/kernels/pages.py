"""Column values to the bodies of Parquet pages: who is missing, then the values, ready to be compressed.

Layouts: apache/parquet-format, Encodings.md (PLAIN, RLE, BYTE_STREAM_SPLIT, DELTA_BINARY_PACKED).
"""

from __future__ import annotations

import numpy as np

from runlake.kernels._jit import kernel

BLOCK = 128
"""Differences in a block of DELTA_BINARY_PACKED, as Arrow writes them: four parts of 32."""
PARTS, PART = 4, 32


@kernel
def _put_varint(out, at, value):
    """Seven bits a byte, the lowest first; returns where the next byte goes."""
    rest = np.uint64(value)
    while rest > np.uint64(127):
        out[at] = np.uint8(rest & np.uint64(127)) | np.uint8(128)
        rest = rest >> np.uint64(7)
        at += 1
    out[at] = np.uint8(rest)
    return at + 1


@kernel
def _put_levels(out, values, n_missing):
    """Definition levels behind their length in four bytes: one run when all are alike, else one bit each."""
    n = len(values)
    if n_missing in (0, n):
        at = _put_varint(out, 4, n << 1)
        out[at] = np.uint8(n_missing == 0)
        at += 1
    else:
        n_bytes = (n + 7) // 8
        at = _put_varint(out, 4, n_bytes << 1 | 1)
        for k in range(n_bytes):
            bits = 0
            for i in range(8 * k, min(8 * k + 8, n)):
                bits |= np.int64(np.isfinite(values[i])) << (i - 8 * k)
            out[at + k] = np.uint8(bits)
        at += n_bytes
    size = at - 4
    for i in range(4):
        out[i] = np.uint8(size >> (8 * i) & 255)
    return at


@kernel
def _put_words(out, at, words, is_split):
    """The bytes of the words, byte planes one after the other when split."""
    n, width = len(words), words.itemsize
    if is_split:
        for byte in range(width):
            plane = out[at + byte * n : at + (byte + 1) * n]
            shift = words.dtype.type(8 * byte)
            for i in range(n):
                plane[i] = np.uint8(words[i] >> shift & words.dtype.type(255))
    else:
        out[at : at + width * n] = words.view(np.uint8)
    return at + width * n


@kernel
def number_body(values, is_narrow, is_split, is_nullable):
    """The body of a page of numbers.

    Parameters
    ----------
    values : float64[n]
        What is not finite is missing, and takes no room among the values.
    is_narrow : bool
        Values are kept as float32.
    is_split : bool
        BYTE_STREAM_SPLIT, else PLAIN.
    is_nullable : bool
        Whether levels stand in front that tell who is missing.

    Returns
    -------
    uint8[size], int
        The body, and how many values are missing.
    """
    n = len(values)
    n_missing = 0
    for i in range(n):
        n_missing += not np.isfinite(values[i])
    known = values
    if n_missing:
        room = np.empty(n - n_missing + 1)  # one more: each value is put down, a missing one is overwritten
        k = 0
        for i in range(n):
            room[k] = values[i]
            k += np.int64(np.isfinite(values[i]))
        known = room[: n - n_missing]
    out = np.empty(24 + n // 8 + 8 * len(known), dtype=np.uint8)
    at = _put_levels(out, values, n_missing) if is_nullable else 0
    if is_narrow:
        at = _put_words(out, at, known.astype(np.float32).view(np.uint32), is_split)
    else:
        at = _put_words(out, at, known.view(np.uint64), is_split)
    return out[:at], n_missing


@kernel
def whole_numbers(values, scale):
    """The values times the scale as whole numbers, halves to the even one.

    Parameters
    ----------
    values : float64[n]
        n > 0.
    scale : float
        Products fit into int64.

    Returns
    -------
    int64[n], int, int, int
        The numbers (0 for what is not finite), the smallest and the largest, and how many values are not finite.
    """
    out = np.empty(len(values), dtype=np.int64)
    n_missing = 0
    for i in range(len(values)):
        is_known = np.isfinite(values[i])
        out[i] = np.int64(np.rint(values[i] * scale)) if is_known else 0
        n_missing += not is_known
    low = high = out[0]
    for i in range(len(out)):
        low, high = min(low, out[i]), max(high, out[i])
    return out, low, high, n_missing


@kernel
def delta_body(values):
    """The body of a page of whole numbers of which none is missing, in DELTA_BINARY_PACKED.

    Parameters
    ----------
    values : int64[n]
        n > 0.

    Returns
    -------
    uint8[size]
    """
    n = len(values)
    out = np.empty(40 + 8 * n + (n // BLOCK + 1) * (14 + 8 * PART), dtype=np.uint8)
    at = _put_varint(out, 0, BLOCK)
    at = _put_varint(out, at, PARTS)
    at = _put_varint(out, at, n)
    at = _put_varint(out, at, _zigzag(values[0]))
    rest = np.empty(BLOCK, dtype=np.uint64)
    for start in range(1, n, BLOCK):
        at = _put_block(out, at, values[start - 1 : start + BLOCK], rest)
    return out[:at]


@kernel
def _zigzag(value):
    return np.uint64(value << 1) ^ np.uint64(value >> 63)


@kernel
def _put_block(out, at, values, rest):
    """One block: the smallest difference, the bits that each part needs above it, and the parts."""
    steps = values[1:] - values[:-1]  # of arrays, which wrap around in plain Python too
    least = steps.min()
    rest[:] = 0
    rest[: len(steps)] = steps.view(np.uint64) - np.uint64(least)
    at = _put_varint(out, at, _zigzag(least))
    widths = at
    at += PARTS
    for part in range(PARTS):
        every = np.uint64(0)
        for i in range(part * PART, (part + 1) * PART):
            every |= rest[i]
        width = 0
        while every:
            every = every >> np.uint64(1)
            width += 1
        out[widths + part] = np.uint8(width)
        if width:
            out[at : at + 4 * width] = 0
            _put_bits(out, at, rest[part * PART : (part + 1) * PART], width)
            at += 4 * width
    return at


@kernel
def _put_bits(out, at, numbers, width):
    """The numbers in so many bits each, the lowest first, into bytes that are zero."""
    place = 8 * at
    for number in numbers:
        n_left = width
        while n_left:
            free = 8 - place % 8
            n_now = min(free, n_left)
            out[place // 8] |= np.uint8((number & np.uint64((1 << n_now) - 1)) << np.uint64(place % 8))
            number = number >> np.uint64(n_now)
            place += n_now
            n_left -= n_now
