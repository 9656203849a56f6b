"""Bytes to Reading: one module per format, each listed here."""

from __future__ import annotations

from runlake.errors import FormatError
from runlake.formats import fit, gpx, tcx
from runlake.model.plugins import Reader
from runlake.model.recording import Reading

READERS: tuple[Reader, ...] = (fit.READER, gpx.READER, tcx.READER)
HEAD_BYTES = 1024


def recognise(data: bytes) -> Reader | None:
    """The reader whose format the first bytes show, whatever the file is called; None when nobody knows them."""
    head = data[:HEAD_BYTES]
    for reader in READERS:
        if reader.recognises(head):
            return reader
    return None


def read(data: bytes) -> tuple[str, Reading]:
    """The format's name and what its reader found.

    Raises FormatError (``empty``, or ``unknown`` when no reader knows the bytes) or NotAnActivityError, as
    `Reader.read`.
    """
    if not data:
        raise FormatError("the file is empty (0 bytes); copy or export it again", code="empty")
    reader = recognise(data)
    if reader is None:
        raise FormatError(
            f"not a FIT, GPX or TCX file (begins with {_shown(data[:16])}); if it should be one, export it again",
            code="unknown",
        )
    return reader.name, reader.read(data)


def _shown(head: bytes) -> str:
    """The first bytes for a person: as text where they are text, else in hexadecimal."""
    text = head.decode("ascii", errors="replace")
    return f'"{text.strip()}"' if all(c.isprintable() or c in "\r\n\t" for c in text) else head[:8].hex(" ")
