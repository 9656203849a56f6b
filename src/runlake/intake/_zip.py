"""Members of a zip archive, each on its own: listed by the directory, read by our own bounded loop."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from runlake.errors import FormatError, NotAnActivityError
from runlake.intake._unpack import Limits, Unpacked, check_size, inflate

LOCAL_HEADER = struct.Struct("<4s5H3I2H")
STORED, DEFLATED = 0, 8
ENCRYPTED = 0x1
PEEK_BYTES = 4096
SPOOL_BYTES = 1 << 20
OFFICE = {"[Content_Types].xml", "mimetype", "AndroidManifest.xml", "META-INF/MANIFEST.MF"}


ReadAt = Callable[[int, int], bytes]
"""Bytes at (offset, size) of the archive."""


@dataclass(frozen=True, slots=True)
class Member:
    """What the archive's directory says of a member; `overlaps` marks one whose bytes another member claims too."""

    name: str
    offset: int
    packed_bytes: int
    unpacked_bytes: int
    crc: int
    method: int
    is_encrypted: bool
    is_link: bool
    overlaps: bool


def list_members(file: IO[bytes], limits: Limits) -> list[Member]:
    """The members that are no folders, in the order of the directory.

    Raises FormatError (``zip``: damaged, ``archive_members``: too many) or NotAnActivityError (an office document
    or program that happens to be a zip).
    """
    try:
        with zipfile.ZipFile(file) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, ValueError, struct.error, OSError) as error:
        raise FormatError(f"the zip archive is damaged ({error}); download it again", code="zip") from error
    except (UnicodeError, EOFError, IndexError, OverflowError) as error:
        raise FormatError("the directory of the zip archive is damaged; download it again", code="zip") from error
    if len(infos) > limits.max_members:
        raise FormatError(f"the archive has {len(infos):,} members; split it", code="archive_members")
    if infos and infos[0].filename in OFFICE:
        raise NotAnActivityError("a document or program packed as zip, not an export", code="foreign")
    claimed = _overlapping(infos)
    return [_member(info, info.header_offset in claimed) for info in infos if not info.is_dir()]


def _overlapping(infos: list[zipfile.ZipInfo]) -> set[int]:
    """Header offsets of members that reach into the next one, and of the one reached into (overlapping bombs)."""
    order = sorted(infos, key=lambda info: info.header_offset)
    claimed: set[int] = set()
    furthest, holder = -1, -1
    for info in order:
        if info.header_offset < furthest:
            claimed |= {holder, info.header_offset}
        end = info.header_offset + LOCAL_HEADER.size + info.compress_size
        if end > furthest:
            furthest, holder = end, info.header_offset
    return claimed


def _member(info: zipfile.ZipInfo, overlaps: bool) -> Member:
    return Member(
        name=info.filename,
        offset=info.header_offset,
        packed_bytes=info.compress_size,
        unpacked_bytes=info.file_size,
        crc=info.CRC,
        method=info.compress_type,
        is_encrypted=bool(info.flag_bits & ENCRYPTED),
        is_link=stat.S_ISLNK(info.external_attr >> 16),
        overlaps=overlaps,
    )


def peek_member(read_at: ReadAt, member: Member) -> bytes:
    """The first unpacked bytes of the member, few.

    Raises FormatError (``encrypted``, ``zip_method``, ``zip_overlap``, ``zip_member``) or NotAnActivityError
    (``link``).
    """
    _check_member(member)
    packed = read_at(_data_start(read_at, member), min(PEEK_BYTES, member.packed_bytes))
    if member.method == STORED:
        return packed
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, 64)
    except zlib.error:
        return b""


def read_member(read_at: ReadAt, member: Member, limits: Limits, take: Callable[[int], None]) -> Unpacked:
    """The member's bytes; what is readable of a damaged one, with a note.

    Raises FormatError (``zip_member``, ``too_big``, ``ratio``, and what `take` raises); `peek_member` comes before.
    """
    if member.packed_bytes > limits.max_file_bytes:
        limit = limits.max_file_bytes >> 20
        raise FormatError(f"larger than {limit} MB, no activity is that large", code="too_big")
    packed = read_at(_data_start(read_at, member), member.packed_bytes)
    if member.method == DEFLATED:
        data, _, wrong = inflate(
            packed, 0, -zlib.MAX_WBITS, lambda n_out, n_in, head: check_size(n_out, n_in, head, limits)
        )
    else:
        data, wrong = packed, "" if len(packed) == member.packed_bytes else "truncated"
        check_size(len(data), len(data), data[:16], limits)
    take(len(data))
    if not wrong and zlib.crc32(data) != member.crc:
        wrong = "checksum"
    if wrong and not data:
        raise FormatError("this member of the archive is damaged; download the archive again", code="zip_member")
    return Unpacked(data, (f"zip {wrong}",) if wrong else ())


def spool_member(read_at: ReadAt, member: Member, sink: IO[bytes], take: Callable[[int], None]) -> None:
    """The member's bytes written to `sink` piece by piece, for archives inside archives.

    Raises FormatError (``zip_member``, and what `take` raises).
    """
    at = _data_start(read_at, member)
    stop = at + member.packed_bytes
    machine = zlib.decompressobj(-zlib.MAX_WBITS)
    while at < stop and (piece := read_at(at, min(SPOOL_BYTES, stop - at))):
        at += len(piece)
        while piece:
            out = piece
            if member.method == DEFLATED:
                try:
                    out = machine.decompress(piece, SPOOL_BYTES)
                except zlib.error as error:
                    message = f"the archive inside is damaged ({error}); download it again"
                    raise FormatError(message, code="zip_member") from error
            piece = machine.unconsumed_tail
            take(len(out))
            sink.write(out)
    sink.flush()


def _data_start(read_at: ReadAt, member: Member) -> int:
    header = read_at(member.offset, LOCAL_HEADER.size)
    if len(header) < LOCAL_HEADER.size or header[:4] != b"PK\x03\x04":
        raise FormatError("the archive holds no data where this member should be", code="zip_member")
    *_, name_bytes, extra_bytes = LOCAL_HEADER.unpack(header)
    return member.offset + LOCAL_HEADER.size + int(name_bytes) + int(extra_bytes)


def _check_member(member: Member) -> None:
    if member.is_link:
        raise NotAnActivityError("a link inside the archive; it is not followed", code="link")
    if member.is_encrypted:
        raise FormatError("encrypted; unpack it with its password first", code="encrypted")
    if member.method not in {STORED, DEFLATED}:
        raise FormatError(f"packed by method {member.method}; pack it again as a plain zip", code="zip_method")
    if member.overlaps:
        raise FormatError("shares its bytes with another member, as archive bombs do", code="zip_overlap")
