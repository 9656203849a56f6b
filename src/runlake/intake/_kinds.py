"""What bytes are, by their first ones, never by a name."""

from __future__ import annotations

HEAD_BYTES = 1024
GZIP = b"\x1f\x8b"
ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
FOREIGN: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8\xff", "a JPEG picture"),
    (0, b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (0, b"GIF8", "a GIF picture"),
    (4, b"ftyp", "a video or HEIC picture"),
    (8, b"WEBP", "a WebP picture"),
    (0, b"%PDF-", "a PDF document"),
    (0, b"SQLite format 3\x00", "an SQLite database"),
    (0, b"\x00\x05\x16\x07", "an AppleDouble file of macOS"),
    (0, b"\x00\x00\x00\x01Bud1", "a .DS_Store of macOS"),
    (0, b"\x7fELF", "a program"),
    (0, b"MZ", "a Windows program"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7z archive (unpack it, or zip it)"),
    (0, b"Rar!", "a RAR archive (unpack it, or zip it)"),
    (0, b"\xfd7zXZ\x00", "an xz archive (unpack it, or zip it)"),
    (0, b"BZh", "a bzip2 archive (unpack it, or zip it)"),
    (0, b"\x28\xb5\x2f\xfd", "a zstd archive (unpack it, or zip it)"),
    (0, b"PAR1", "a Parquet file"),
)
"""Kinds that are skipped unread: offset, bytes, what it is."""


def is_gzip(head: bytes) -> bool:
    """True for gzip."""
    return head.startswith(GZIP)


def is_zip(head: bytes) -> bool:
    """True for a zip archive, empty ones included."""
    return head.startswith(ZIP)


def foreign_kind(head: bytes) -> str:
    """What the bytes are when they are known to be of no use; "" otherwise."""
    for offset, magic, kind in FOREIGN:
        if head[offset : offset + len(magic)] == magic:
            return kind
    return ""


def is_fit(head: bytes) -> bool:
    """True where a FIT header stands at the start."""
    return head[8:12] == b".FIT"
