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

    Raises FormatError (code ``unknown`` when no reader knows the bytes) or NotAnActivityError, as `Reader.read`.
    """
    reader = recognise(data)
    if reader is None:
        raise FormatError(
            f"not a FIT, GPX or TCX file (begins with {data[:16]!r}); if it should be one, export it again",
            code="unknown",
        )
    return reader.name, reader.read(data)
