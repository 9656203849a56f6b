"""XML to Document by lxml in recovery mode: for what is damaged and unusual at once."""

from __future__ import annotations

from bisect import bisect_right

from lxml import etree

from runlake.errors import FormatError
from runlake.formats._xml_document import Document, Nodes, Vocabulary
from runlake.formats._xml_expat import Builder


def read_lxml(data: bytes, words: Vocabulary) -> Document | None:
    """What recovery saves of UTF-8 `data`, without the points at a break; None when there is no element at all.

    Never resolves entities, never reads a DTD or the network. Raises FormatError beyond the limits.
    """
    parser = etree.XMLParser(
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.LxmlError, ValueError) as error:
        raise FormatError(f"the XML cannot be recovered ({error}); export it again", code="damaged") from error
    if root is None:
        return None
    errors = sorted({entry.line for entry in parser.error_log})
    builder = Builder(words)
    _feed(root, builder)
    kept = _away_from_breaks(root, words, errors, len(builder.rows))
    n_before = len(builder.rows)
    document = builder.document((f"recovered around {len(errors)} breaks",), is_damaged=True, decoder="lxml")
    if len(kept) == n_before:
        return document
    nodes = document.nodes
    return Document(
        columns=document.columns[:, kept],
        nodes=Nodes(
            nodes.names,
            nodes.parents,
            [bisect_right(kept, first - 1) for first in nodes.firsts],
            [bisect_right(kept, stop - 1) for stop in nodes.stops],
            nodes.numbers,
            nodes.text,
            nodes.attribute,
        ),
        oddities=document.oddities,
        notes=document.notes,
        is_damaged=True,
        n_points_in=document.n_points_in,
        decoder="lxml",
    )


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]


def _feed(root: etree._Element, builder: Builder) -> None:
    """The tree as start, text and end of elements, without recursion."""
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if not isinstance(element.tag, str):
            continue
        if event == "start":
            names = {f"xmlns:{key}": uri for key, uri in element.nsmap.items()} if element is root else {}
            builder.start(_local(element.tag), {**{_local(k): str(v) for k, v in element.attrib.items()}, **names})
            if element.text:
                builder.data(element.text)
        else:
            builder.end(_local(element.tag))


def _away_from_breaks(root: etree._Element, words: Vocabulary, errors: list[int], n: int) -> list[int]:
    """Indices of the points on whose lines, up to the next point's, nothing was wrong.

    In a file of one line every point would go: then only the last one does, which recovery tends to fill by halves.
    """
    lines = [
        element.sourceline or 0
        for element in root.iter()
        if isinstance(element.tag, str) and _local(element.tag).lower() == words.point
    ][:n]
    if not errors:
        return list(range(n))
    if len(set(lines)) <= len(lines) / 2:
        return list(range(max(0, n - 1)))
    ends = [*lines[1:], errors[-1]]
    return [
        i
        for i, (first, last) in enumerate(zip(lines, ends, strict=True))
        if bisect_right(errors, max(first, last)) == bisect_right(errors, first - 1)
    ]
