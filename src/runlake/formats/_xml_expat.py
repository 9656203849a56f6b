"""XML to Document by expat, streaming: every complete point before the first error, and no DOCTYPE."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.parsers import expat

from runlake.errors import FormatError
from runlake.formats import _xml_document as doc
from runlake.formats._xml_document import Document, Nodes, Vocabulary
from runlake.formats._xml_values import Tally, parse_decimal, parse_time
from runlake.model.recording import NAN

CHUNK_BYTES = 1 << 20


@dataclass(slots=True)
class _Node:
    name: str
    parent: int
    attribute: str
    first: int
    stop: int
    text: str = ""


@dataclass(slots=True)
class Builder:
    """Makes a Document from start, text and end of elements, whoever parses them."""

    words: Vocabulary
    tally: Tally = field(default_factory=Tally)
    rows: list[list[float]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    open_nodes: list[int] = field(default_factory=list)
    nodes: list[_Node] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    before_child: list[str | None] = field(default_factory=list)
    """For each open element its text before its first child; None as long as it has none."""
    n_points_in: int = 0
    namespaces: set[tuple[str, str]] = field(default_factory=set)
    point: list[float] | None = None
    point_depth: int = 0
    skip_depth: int = 0
    text_bytes: int = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        local = name.rpartition(":")[2].lower()
        self.names.append(local)
        depth = len(self.names)
        if depth > doc.MAX_DEPTH:
            raise doc.too_deep()
        self._check(attributes)
        if self.before_child and self.before_child[-1] is None:
            self.before_child[-1] = "".join(self.text)
        self.before_child.append(None)
        self.text.clear()
        self.text_bytes = 0
        if self.skip_depth or self.point is not None:
            return
        if local in self.words.others:
            self.skip_depth = depth
        elif local == self.words.point:
            self._start_point(attributes, depth)
        elif local in self.words.structure:
            self._start_node(local, attributes)

    def _check(self, attributes: dict[str, str]) -> None:
        for key, value in attributes.items():
            if len(value) > doc.MAX_ATTRIBUTE_BYTES:
                raise doc.long_attribute()
            if key.startswith("xmlns"):
                # Garmin and others declare the same one again at every point: only different ones count.
                self.namespaces.add((key, value))
        if len(self.namespaces) > doc.MAX_NAMESPACES:
            raise doc.many_namespaces()

    def _start_point(self, attributes: dict[str, str], depth: int) -> None:
        self.n_points_in += 1
        if self.n_points_in > doc.MAX_POINTS:
            raise doc.too_many_points()
        self.point = [NAN] * len(doc.COLUMNS)
        self.point_depth = depth
        for key, column in self.words.attributes.items():
            if key in attributes:
                self.point[column] = self.tally.decimal(attributes[key])

    def _start_node(self, local: str, attributes: dict[str, str]) -> None:
        if len(self.nodes) >= doc.MAX_NODES:
            raise doc.too_many_nodes()
        parent = self.open_nodes[-1] if self.open_nodes else -1
        wanted = self.words.attributed.get(local)
        given = next((value for key, value in attributes.items() if wanted and key.lower() == wanted), "")
        self.open_nodes.append(len(self.nodes))
        self.nodes.append(_Node(local, parent, given, len(self.rows), len(self.rows)))

    def data(self, text: str) -> None:
        """Text inside an element."""
        if self.text_bytes < doc.MAX_VALUE_BYTES:
            self.text.append(text)
            self.text_bytes += len(text)

    def end(self, _name: str) -> None:
        """An element ends."""
        depth = len(self.names)
        local = self.names.pop()
        before = self.before_child.pop()
        if self.skip_depth:
            self.skip_depth = 0 if depth == self.skip_depth else self.skip_depth
        elif self.point is not None:
            self._end_in_point(local, depth, "".join(self.text) if before is None else before)
        elif local in self.words.structure and self.open_nodes:
            at = self.open_nodes.pop()
            self.nodes[at].text = "".join(self.text)[: doc.MAX_VALUE_BYTES].strip() if before is None else ""
            self.nodes[at].stop = len(self.rows)
        self.text.clear()
        self.text_bytes = 0

    def _end_in_point(self, local: str, depth: int, text: str) -> None:
        point = self.point
        assert point is not None
        if depth == self.point_depth:
            self.rows.append(point)
            self.point = None
            return
        column = self.words.values.get(local)
        if column is None or point[column] == point[column]:
            return
        below = self.words.depth(local)
        if below and depth != self.point_depth + below:
            return
        point[column] = self.tally.time(text) if column == doc.TIME else self.tally.decimal(text)

    def document(self, notes: tuple[str, ...], *, is_damaged: bool, decoder: str) -> Document:
        """What was read so far; nodes still open reach to the last point."""
        for at in self.open_nodes:
            self.nodes[at].stop = len(self.rows)
        return Document(
            columns=doc.stack_columns(self.rows),
            nodes=self._nodes(),
            oddities=self.tally.oddities(),
            notes=notes,
            is_damaged=is_damaged,
            n_points_in=self.n_points_in,
            decoder=decoder,
        )

    def _nodes(self) -> Nodes:
        nodes = self.nodes
        return Nodes(
            names=[node.name for node in nodes],
            parents=[node.parent for node in nodes],
            firsts=[node.first for node in nodes],
            stops=[node.stop for node in nodes],
            numbers=[self._number(node) for node in nodes],
            text=lambda i: nodes[i].text,
            attribute=lambda i: nodes[i].attribute,
        )

    def _number(self, node: _Node) -> float:
        if node.name in self.words.stamps:
            return parse_time(node.attribute)[0]
        return parse_decimal(node.text) if node.name in self.words.numbers else NAN


def read_expat(data: bytes, words: Vocabulary) -> Document:
    """The document up to its end, or to the first error, which a note names; `data` is UTF-8.

    Raises FormatError for a DOCTYPE and beyond the limits of `_xml_document`.
    """
    parser = expat.ParserCreate("utf-8")
    builder = Builder(words)

    def refuse_doctype(*_: object) -> None:
        raise doc.has_doctype()

    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse_doctype
    parser.EntityDeclHandler = refuse_doctype
    parser.StartElementHandler = builder.start
    parser.CharacterDataHandler = builder.data
    parser.EndElementHandler = builder.end
    try:
        for at in range(0, len(data), CHUNK_BYTES):
            parser.Parse(data[at : at + CHUNK_BYTES], False)
        parser.Parse(b"", True)
    except FormatError:
        raise
    except expat.ExpatError as error:
        is_cut = parser.ErrorByteIndex >= len(data) - 1 or parser.ErrorByteIndex < 0
        reason = f"truncated at byte {len(data)}" if is_cut else f"xml at byte {parser.ErrorByteIndex}: {error}"
        return builder.document((reason,), is_damaged=True, decoder="expat")
    return builder.document((), is_damaged=False, decoder="expat")
