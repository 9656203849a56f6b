"""What a FIT checksum proves: that only the header is wrong, or which single bit fell over."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from runlake.formats._fit_frame import CRC_BYTES, HEADER_SIZES, MAGIC, Frame, checksum
from runlake.kernels.crc import TABLES, single_bit_errors

U1 = npt.NDArray[np.uint8]
CANDIDATES_MOST = 256
BYTES_MOST = 1 << 20


def proven_span(data: bytes, array: U1) -> tuple[int, int] | None:
    """Where the messages stand when only the header is wrong: mended, its checksum fits; None when it does not.

    Tries the header sizes there are, and as end of the file the stated one and the real one.
    """
    at = data.find(MAGIC) - 8
    if at < 0:
        return None
    stated = int.from_bytes(data[at + 4 : at + 8], "little")
    for header_size in HEADER_SIZES:
        start = at + header_size
        for stop in dict.fromkeys((len(data) - CRC_BYTES, start + stated)):
            if not start < stop <= len(data) - CRC_BYTES:
                continue
            head = bytes((header_size,)) + data[at + 1 : at + 4] + (stop - start).to_bytes(4, "little") + MAGIC
            crc = checksum(np.frombuffer(head + data[at + 12 : start], dtype=np.uint8), 0, header_size)
            if checksum(array, start, stop, crc) == int.from_bytes(data[stop : stop + CRC_BYTES], "little"):
                return start, stop
    return None


def repaired(
    data: bytes, array: U1, frame: Frame, faults: Callable[[bytes, U1], int], most: int
) -> tuple[bytes, int] | None:
    """The bytes with one bit turned back, and where; None when no single bit explains the damage.

    `faults` counts what is implausible in a stream. A 16-bit checksum leaves one candidate in 8 kB; of those only a
    bit that makes the stream more plausible is believed. Of more than `most` candidates none is tried.
    """
    if frame.problem != "crc" or len(data) > BYTES_MOST or frame.stop + CRC_BYTES != len(data):
        return None
    before = faults(data, array)
    if before == 0:
        return None
    stored = int.from_bytes(data[frame.stop : frame.stop + 2], "little")
    syndrome = checksum(array, frame.start, frame.stop) ^ stored
    found = np.empty(CANDIDATES_MOST, dtype=np.int64)
    n = single_bit_errors(frame.stop - frame.start, syndrome, TABLES, found)
    if n > most:
        return None
    best: tuple[int, bytes, int] | None = None
    for place in found[:n].tolist():
        at = frame.start + place // 8
        if at < frame.start_of_data:
            continue
        changed = bytearray(data)
        changed[at] ^= 1 << (place % 8)
        left = faults(bytes(changed), np.frombuffer(changed, dtype=np.uint8))
        if left < before and (best is None or left < best[0]):
            best = (left, bytes(changed), at)
    return None if best is None else (best[1], best[2])
