"""Unpacking with a bound: gzip and deflate streams in small steps, counted by ourselves."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass

from runlake.errors import FormatError
from runlake.intake._kinds import is_fit, is_gzip

STEPS = (1 << 16, 64, 1)
OUT_BYTES = 1 << 20
Room = Callable[[int, int, bytes], None]
"""Gets (bytes out, bytes in, first bytes) after each step; raises to stop."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read at most; past a limit the input is refused with a reason, never cut silently."""

    max_file_bytes: int = 256 << 20
    """A file that is no zip; a day at one sample a second is 10 MB of GPX."""
    max_fit_bytes: int = 64 << 20
    """Unpacked FIT."""
    max_xml_bytes: int = 256 << 20
    """Unpacked GPX, TCX and all else."""
    max_total_bytes: int = 2 << 30
    """Unpacked sum of one archive, where `max_total_ratio` times its size is less (a full export is large itself)."""
    max_total_ratio: int = 20
    max_ratio: int = 200
    """Unpacked over packed, once `ratio_free_bytes` are out: XML packs 10 to 40 times, bombs 1,000 times."""
    ratio_free_bytes: int = 8 << 20
    max_members: int = 100_000
    """A Strava archive holds every photo."""
    max_depth: int = 3
    """zip > zip > gzip."""


@dataclass(frozen=True, slots=True)
class Unpacked:
    """Bytes of one stream, `notes` naming what was wrong with it though bytes came out."""

    data: bytes
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class Budget:
    """Counts what comes out of one archive."""

    left_bytes: int

    def take(self, n: int) -> None:
        """Count n more bytes; raises FormatError (``archive_size``) when the archive yields too many."""
        self.left_bytes -= n
        if self.left_bytes < 0:
            raise FormatError("the archive unpacks to too much; split it, or raise the limit", code="archive_size")


def check_size(n_out: int, n_in: int, head: bytes, limits: Limits) -> None:
    """Raises FormatError (``too_big``, ``ratio``) when a stream has given more than the limits allow."""
    limit = limits.max_fit_bytes if is_fit(head) else limits.max_xml_bytes
    if n_out > limit:
        raise FormatError(f"unpacks to more than {limit >> 20} MB, no activity is that large", code="too_big")
    if n_out > limits.ratio_free_bytes and n_out > limits.max_ratio * max(1, n_in):
        raise FormatError(f"unpacks to more than {limits.max_ratio} times its size, as archive bombs do", code="ratio")


def inflate(data: bytes, at: int, wbits: int, room: Room) -> tuple[bytes, int, str]:
    """One deflate stream from offset `at`: what comes out, where it ends, and what is wrong with it ("" nothing)."""
    good = at
    out = b""
    # zlib keeps the output of the step that fails to itself: smaller steps from there on save all but a few bytes.
    for step_bytes in STEPS:
        out, end, wrong = _inflate(data, at, wbits, room, step_bytes, good)
        if wrong != "damaged":
            return out, end, wrong
        good = end
    return out, len(data), "damaged"


def _inflate(data: bytes, at: int, wbits: int, room: Room, step_bytes: int, good: int) -> tuple[bytes, int, str]:
    """Like `inflate`, in steps of `step_bytes` from `good` on; a damaged stream ends before the step that fails."""
    machine = zlib.decompressobj(wbits)
    out = bytearray()
    end = step_start = at
    while not machine.eof:
        piece = machine.unconsumed_tail
        if not piece:
            step_start = end
            stop = min(good, end + STEPS[0]) if end < good else end + step_bytes
            piece = data[end:stop]
            end += len(piece)
        try:
            more = machine.decompress(piece, OUT_BYTES)
        except zlib.error:
            return bytes(out), step_start, "damaged"
        if not piece and not more and not machine.eof:
            return bytes(out), len(data), "truncated"
        out += more
        room(len(out), end - at, bytes(out[:16]))
    return bytes(out), end - len(machine.unused_data), ""


def gunzip(data: bytes, limits: Limits, take: Callable[[int], None]) -> Unpacked:
    """The bytes in a gzip file, its members one after the other; what is readable of a damaged one, with a note.

    Raises FormatError (``too_big``, ``ratio``, and what `take` raises), or ``gzip`` when nothing comes out.
    """
    parts: list[bytes] = []
    notes: list[str] = []
    at = n_before = 0

    def room(n_out: int, n_in: int, head: bytes) -> None:
        check_size(n_before + n_out, at + n_in, parts[0][:16] if parts else head, limits)

    while is_gzip(data[at : at + 2]) and not notes:
        part, at, wrong = inflate(data, at, zlib.MAX_WBITS | 16, room)
        take(len(part))
        parts += [part] if part else []
        n_before += len(part)
        notes += [f"gzip {wrong}"] if wrong else []
    if data[at:].strip(b"\x00"):
        notes.append(f"{len(data) - at} bytes after the gzip data")
    if not parts and notes:
        raise FormatError("the gzip data is damaged from its start; export or copy it again", code="gzip")
    return Unpacked(parts[0] if len(parts) == 1 else b"".join(parts), tuple(notes))
