"""FIT headers and checksums: where the FIT files of a stream begin and end, and whether they arrived whole."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from runlake.kernels.crc import TABLES, fit_crc

U1 = npt.NDArray[np.uint8]
MAGIC = b".FIT"
HEADER_SIZES = (14, 12)
CRC_BYTES = 2


@dataclass(frozen=True, slots=True)
class Frame:
    """One FIT file of a stream: header at `start`, messages in ``start_of_data:stop``, checksum after them.

    `problem` is "" when size and checksum fit.
    """

    start: int
    start_of_data: int
    stop: int
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Frames:
    """The FIT files of a stream one after the other; `problem` is what stands outside of them."""

    frames: tuple[Frame, ...]
    problem: str = ""

    @property
    def problems(self) -> tuple[str, ...]:
        """Everything that is wrong, in file order."""
        found = [frame.problem for frame in self.frames if frame.problem]
        return (*found, self.problem) if self.problem else tuple(found)


def find_frames(data: bytes, array: U1) -> Frames:
    """The FIT files as their headers tell, up to the first that does not fit."""
    frames: list[Frame] = []
    at = 0
    while at < len(data):
        if data[at + 8 : at + 12] != MAGIC:
            where = "bytes_before" if at == 0 else "bytes_after"
            return Frames(tuple(frames), f"{where}:{len(data) - at if at else data.find(MAGIC) - 8}")
        frame = _frame(data, array, at)
        frames.append(frame)
        if frame.problem and frame.problem != "crc":
            break
        at = frame.stop + CRC_BYTES
    return Frames(tuple(frames))


def _frame(data: bytes, array: U1, at: int) -> Frame:
    header_size = data[at]
    size = int.from_bytes(data[at + 4 : at + 8], "little")
    start = at + header_size
    stop = start + size
    if header_size not in HEADER_SIZES and not _is_long_header(data, at):
        return Frame(at, at + 14, len(data), f"header_size:{header_size}")
    if size == 0:
        return Frame(at, start, len(data), "data_size:0")
    if stop + CRC_BYTES > len(data):
        return Frame(at, start, len(data), f"truncated at byte {len(data)}")
    if checksum(array, at, stop) != int.from_bytes(data[stop : stop + 2], "little"):
        return Frame(at, start, stop, "crc")
    return Frame(at, start, stop, _header_problem(data, array, at))


def _header_problem(data: bytes, array: U1, at: int) -> str:
    """The header's own checksum, of which 0 says that there is none."""
    stored = int.from_bytes(data[at + 12 : at + 14], "little") if data[at] >= 14 else 0
    return "header_crc" if stored and stored != checksum(array, at, at + 12) else ""


def _is_long_header(data: bytes, at: int) -> bool:
    """True for a header of a later protocol: longer than 14 bytes, and the messages begin behind it."""
    size = data[at]
    return size > 14 and looks_like_definition(data, at + size) and not looks_like_definition(data, at + 14)


def looks_like_definition(data: bytes, at: int) -> bool:
    """True when a definition message may well begin here: how every FIT file begins after its header."""
    return (
        at + 6 <= len(data)
        and data[at] & 0xD0 == 0x40
        and data[at + 1] == 0
        and data[at + 2] in (0, 1)
        and data[at + 5] > 0
    )


def checksum(array: U1, start: int, stop: int, crc: int = 0) -> int:
    """The FIT checksum of the bytes from start to stop."""
    return int(fit_crc(array, start, stop, crc, TABLES))


def peek_kind(data: bytes) -> int | None:
    """`file_id.type` when it is the first message, as it must be; None when the bytes say something else."""
    at = data[0] if data[8:12] == MAGIC else 0
    if not looks_like_definition(data, at) or data[at] & 0x20:
        return None
    n_fields = data[at + 5]
    payload = at + 6 + 3 * n_fields
    if data[at + 3 : at + 5] != b"\0\0" or payload >= len(data) or data[payload] != data[at] & 0x0F:
        return None
    offset = payload + 1
    for k in range(n_fields):
        number, size, _ = data[at + 6 + 3 * k : at + 9 + 3 * k]
        if number == 0 and size == 1 and offset < len(data) and data[offset] != 0xFF:
            return data[offset]
        offset += size
    return None
