"""XML file to Document: by the fastest path that reads it whole, else by the one that saves most."""

from __future__ import annotations

from runlake.formats._xml_bytes import to_utf8
from runlake.formats._xml_document import Document, Vocabulary
from runlake.formats._xml_expat import read_expat


def read_document(data: bytes, words: Vocabulary) -> Document:
    """Points and nodes of the file, with notes on what was lost.

    Raises FormatError for a DOCTYPE, and beyond the limits of `_xml_document`.
    """
    plain = to_utf8(data)
    document = read_expat(plain.data, words)
    if not plain.notes:
        return document
    return Document(
        columns=document.columns,
        nodes=document.nodes,
        oddities=document.oddities,
        notes=(*plain.notes, *document.notes),
        is_damaged=document.is_damaged or plain.is_damaged,
        n_points_in=document.n_points_in,
        decoder=document.decoder,
    )
