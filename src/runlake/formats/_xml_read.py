"""XML file to Document: by the fastest path that reads it whole, else by the one that saves most."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from runlake.errors import FormatError
from runlake.formats import _xml_document as doc
from runlake.formats._xml_bytes import to_utf8
from runlake.formats._xml_document import Document, Vocabulary
from runlake.formats._xml_expat import read_expat
from runlake.formats._xml_scan import read_scan

LastResort = Callable[[bytes, Vocabulary], Document | None]


def read_document(data: bytes, words: Vocabulary, last_resort: LastResort | None = None) -> Document:
    """Points and nodes of the file, with notes on what was lost.

    The scanner reads nearly everything, damaged or not. What needs a real parser goes to expat; where that meets
    damage, lxml's recovery may save more. `last_resort` gets a sound document in which no point with a time was
    found. Raises FormatError for a DOCTYPE, and beyond the limits of `_xml_document`.
    """
    plain = to_utf8(data)
    document = read_scan(plain.data, words)
    if document is not None and document.is_damaged and not plain.is_damaged:
        document = _sound(plain.data, words) or document
    if document is None:
        document = read_expat(plain.data, words)
        if document.is_damaged:
            document = _richer(document, _recovered(plain.data, words))
    if last_resort is not None and document.n and not document.is_damaged and not document.filled[doc.TIME]:
        document = _richer(document, last_resort(plain.data, words))
    if not plain.notes:
        return document
    return dataclasses.replace(
        document,
        notes=(*plain.notes, *document.notes),
        is_damaged=document.is_damaged or plain.is_damaged,
    )


def _sound(data: bytes, words: Vocabulary) -> Document | None:
    """The document when it is well-formed after all, if odd (points in the extensions of points); None else."""
    try:
        document = read_expat(data, words)
    except FormatError:
        return None
    return None if document.is_damaged else document


def _recovered(data: bytes, words: Vocabulary) -> Document | None:
    from runlake.formats._xml_lxml import read_lxml  # imported when needed: damaged and unusual at once is rare

    try:
        return read_lxml(data, words)
    except FormatError:
        return None  # expat's part stands, and says what is wrong


def _richer(first: Document, second: Document | None) -> Document:
    """The one with more timed points; the first of equals."""
    return second if second is not None and second.filled[doc.TIME] > first.filled[doc.TIME] else first
