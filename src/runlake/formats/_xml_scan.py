"""XML to Document by the compiled scanner: fast, and going on after damage."""

from __future__ import annotations

import re
from contextlib import nullcontext
from functools import cache, partial
from html import unescape

import numpy as np
import numpy.typing as npt

from runlake.formats import _xml_document as doc
from runlake.formats._xml_document import Document, Nodes, Oddities, Vocabulary
from runlake.formats._xml_values import Tally, parse_decimal, parse_time
from runlake.kernels import xml as kernels
from runlake.model.recording import NAN

I8 = npt.NDArray[np.int64]
CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>|<!--.*?-->|<[^>]*>", re.DOTALL)
QUIET = partial(np.errstate, over="ignore") if kernels.IS_PLAIN_PYTHON else nullcontext
"""Without the compiler, a uint64 that wraps round on purpose would warn."""
FIRST_NODES, FIRST_SPOTS, SAMPLED_POINTS = 1_024, 256, 12
REFUSALS = {
    kernels.DOCTYPE: doc.has_doctype,
    kernels.DEPTH: doc.too_deep,
    kernels.ATTRIBUTE: doc.long_attribute,
    kernels.NAMESPACES: doc.many_namespaces,
}


def _hash(name: str) -> int:
    h = 0
    for byte in name.encode():
        h = (h * 31 + byte) & kernels.HASH_MASK
    return h


@cache
def _table(words: Vocabulary) -> tuple[I8, tuple[str, ...]]:
    """The words as the kernel's hash table, and the name in each row."""
    table = np.zeros((kernels.TABLE_SIZE, 5), dtype=np.int64)
    names = [""] * kernels.TABLE_SIZE
    meanings: dict[str, int] = {words.point: kernels.POINT}
    for name, bit in (
        *((name, kernels.VALUE) for name in words.values),
        *((name, kernels.NODE) for name in words.structure),
        *((name, kernels.OTHER) for name in words.others),
        *((name, kernels.CONTAINER) for name in words.containers),
        *((name, kernels.NUMBER) for name in words.numbers),
        *((name, kernels.STAMP) for name in words.stamps),
    ):
        meanings[name] = meanings.get(name, 0) | bit
    for name, meaning in meanings.items():
        at = _hash(name) % kernels.TABLE_SIZE
        while names[at]:
            at = (at + 1) % kernels.TABLE_SIZE
        names[at] = name
        table[at] = (_hash(name), len(name), meaning, words.values.get(name, -1), words.depth(name))
    table.flags.writeable = False
    return table, tuple(names)


def read_scan(data: bytes, words: Vocabulary) -> Document | None:
    """The document with all that stands whole in it, `data` being UTF-8; None where a real parser has to read it.

    Raises FormatError for a DOCTYPE and beyond the limits of `_xml_document`.
    """
    tag = words.tag.encode()
    table, names = _table(words)
    array = np.frombuffer(data, dtype=np.uint8)
    info = np.empty(kernels.N_INFO, dtype=np.int64)
    n_points, n_nodes, n_spots = _room(data, tag), FIRST_NODES, FIRST_SPOTS
    is_counted = False
    while True:
        values = np.empty((len(doc.COLUMNS), n_points))
        nodes = np.empty((n_nodes, 8), dtype=np.int64)
        numbers = np.empty(n_nodes)
        spots = np.empty((n_spots, 4), dtype=np.int64)
        with QUIET():
            kernels.scan_xml(array, table, values, nodes, numbers, spots, info)
        status = int(info[kernels.STATUS])
        if status == kernels.NODES and n_nodes < doc.MAX_NODES:
            n_nodes = min(n_nodes * 16, doc.MAX_NODES)
        elif status == kernels.SPOTS and n_spots < n_points * len(doc.COLUMNS):
            n_spots *= 16
        elif status == kernels.POINTS and not is_counted:
            n_points, is_counted = min(data.count(b"<") // 2 + 1, doc.MAX_POINTS + 1), True
        else:
            break
    if status in REFUSALS:
        raise REFUSALS[status]()
    if status == kernels.NODES:
        raise doc.too_many_nodes()
    if info[kernels.N_POINTS] > doc.MAX_POINTS or (status == kernels.POINTS and n_points > doc.MAX_POINTS):
        raise doc.too_many_points()
    if status != kernels.OK:
        return None
    n = int(info[kernels.N_NODES])
    found = _nodes(data, nodes[:n], numbers[:n].tolist(), names, words)
    return _document(data, values, found, spots, info.tolist())


def _room(data: bytes, tag: bytes) -> int:
    """How many points there may be, by the first ones: counting all takes as long as reading them."""
    first = at = data.find(tag)
    n = 0
    while at >= 0 and n < SAMPLED_POINTS:
        last = at
        at = data.find(tag, at + 1)
        n += 1
    if at < 0:
        return n + 1
    return min((len(data) - first) * n // (last - first) * 5 // 4 + 64, doc.MAX_POINTS + 1)


def _document(data: bytes, values: npt.NDArray[np.float64], nodes: Nodes, spots: I8, info: list[int]) -> Document:
    n = info[kernels.N_POINTS]
    columns = values[:, :n]
    filled = (*info[kernels.FILLED : kernels.FILLED + len(doc.COLUMNS)], info[kernels.N_PLACED])
    tally = Tally()
    if info[kernels.N_SPOTS]:
        for column, point, first, stop in spots[: info[kernels.N_SPOTS]].tolist():
            text = data[first:stop].decode("utf-8", "replace")
            if np.isnan(values[column, point]):
                values[column, point] = tally.time(text) if column == doc.TIME else tally.decimal(text)
        filled = doc.count_filled(columns)
    notes, is_damaged = _damage(data, info)
    return Document(
        columns=columns,
        nodes=nodes,
        oddities=_oddities(tally, info),
        notes=notes,
        is_damaged=is_damaged,
        n_points_in=info[kernels.N_POINTS_IN],
        decoder="scanner",
        filled=filled,
    )


def _oddities(tally: Tally, info: list[int]) -> Oddities:
    """What the kernel counted and what Python did."""
    n_unzoned = info[kernels.N_UNZONED] + tally.n_unzoned_times
    low, high = info[kernels.OFFSET_LOW] * 60.0, info[kernels.OFFSET_HIGH] * 60.0
    if tally.offset_low_s <= tally.offset_high_s:
        low, high = min(low, tally.offset_low_s), max(high, tally.offset_high_s)
    # "Z" is offset 0 and says nothing of local time; a number that every time carries does.
    offset_s = low if low == high and low and not n_unzoned else NAN
    return Oddities(tally.n_bad_times, tally.n_bad_values, n_unzoned, offset_s)


def _damage(data: bytes, info: list[int]) -> tuple[tuple[str, ...], bool]:
    """Notes on what shows that bytes were lost or changed."""
    notes: list[str] = []
    if info[kernels.N_BREAKS]:
        notes.append(f"xml at byte {info[kernels.FIRST_BREAK]}: resumed {info[kernels.N_BREAKS]} times")
    if info[kernels.END_DEPTH] or info[kernels.TAIL] < 0:
        notes.append(f"truncated at byte {len(data)}")
    elif data[info[kernels.TAIL] :].strip() and not _is_harmless(data[info[kernels.TAIL] :]):
        notes.append(f"{len(data) - info[kernels.TAIL]} bytes after the end")
    if info[kernels.N_CONTROLS]:
        notes.append(f"control character:{info[kernels.N_CONTROLS]}")
    if info[kernels.N_AMPERSANDS]:
        notes.append(f"bare ampersand or unknown entity:{info[kernels.N_AMPERSANDS]}")
    return tuple(notes), bool(notes)


def _is_harmless(tail: bytes) -> bool:
    """True for comments and instructions after the root, which XML allows."""
    return not re.sub(rb"<!--.*?-->|<\?.*?\?>", b"", tail, flags=re.DOTALL).strip()


def _nodes(data: bytes, rows: I8, numbers: list[float], slots: tuple[str, ...], words: Vocabulary) -> Nodes:
    """The nodes with their texts and attributes still in `data`, to be cut out when asked for."""
    columns = rows.T.tolist()
    names = [slots[slot] for slot in columns[kernels.NODE_SLOT]]
    tags, firsts, stops = columns[kernels.NODE_TAG], columns[kernels.NODE_TEXT], columns[kernels.NODE_STOP]
    leaves = columns[kernels.NODE_LEAF]

    def text(i: int) -> str:
        return _text(data[firsts[i] : min(stops[i], firsts[i] + doc.MAX_VALUE_BYTES)]) if leaves[i] else ""

    def attribute(i: int) -> str:
        wanted = words.attributed.get(names[i])
        return _attribute(data[tags[i] : firsts[i]], wanted) if wanted else ""

    for i, name in enumerate(names):
        if numbers[i] != numbers[i] and (name in words.numbers or name in words.stamps):
            numbers[i] = parse_decimal(text(i)) if name in words.numbers else parse_time(attribute(i))[0]
    return Nodes(
        names, columns[kernels.NODE_PARENT], columns[kernels.NODE_FIRST], columns[kernels.NODE_LAST], numbers, text,
        attribute,
    )  # fmt: skip


@cache
def _attribute_pattern(name: str) -> re.Pattern[bytes]:
    return re.compile(rf"""\s{name}\s*=\s*(?:"([^"]*)"|'([^']*)')""".encode(), re.IGNORECASE)


def _attribute(tag: bytes, name: str) -> str:
    """The attribute of that name in the tag; "" without."""
    found = _attribute_pattern(name).search(tag)
    return _plain(found[1] if found[1] is not None else found[2]) if found else ""


def _plain(raw: bytes) -> str:
    text = raw.decode("utf-8", "replace")
    return unescape(text) if "&" in text else text


def _text(raw: bytes) -> str:
    """Text of an element without elements that matter: entities and CDATA resolved, blanks around it gone."""
    text = raw.decode("utf-8", "replace")
    if "<" in text:
        parts = CDATA.split(text)
        text = "".join(unescape(part or "") if i % 2 == 0 else part or "" for i, part in enumerate(parts))
    elif "&" in text:
        text = unescape(text)
    return text.strip()
