"""Where the row groups of a file lie, so that who holds the footer of the state before reads on in the new file.

Readers open a path twice: for the footer, and later for the pages that it names (DuckDB, Polars, pyarrow and what is
built on them). When the lake's link is exchanged in between, they look in the new file where pages of the old one
were. So those stay there for two states more: a row group that has not changed is not moved, one that has changed or
gone is no part of the new table any more and yet in its place, and what is new lies in the gaps or behind. Such a
reader then sees the state that it began with, whole. At places of still older states nothing can be taken for a page:
who looks there fails (measured without that: 35 wrong columns of 6,000).

Columns of a row group stand one behind the other in their order: Tableau's Hyper reads nothing else.
"""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from runlake.lake import _thrift, splice
from runlake.lake.before import Before, Span
from runlake.lake.splice import MAGIC, Encoded, Piece

RETAINED = 2
"""The pages of so many states stay where they are."""
SHIFTS = 64
"""By at most so many bytes a row group is moved on where a page of it would stand at the place of an older one."""
BLOCK_BYTES = 1 << 12
HEAD_BYTES = 1 << 12
"""No head of a page is longer: it holds two values of text at most."""
HEAD_FIELDS = frozenset((1, 2, 3))
"""PageHeader of parquet.thrift: type and both sizes; a reader refuses a head without them."""
_WHOLE = (_thrift.I16, _thrift.I32, _thrift.I64)
Group = Sequence[Piece]


def laid_out(
    like: Encoded, groups: Sequence[Group], earlier: Sequence[Before] = (), *, retain: bool = True
) -> list[memoryview] | None:
    """The bytes, in parts, of a file with these row groups, each given by its columns in order.

    `like` gives schema and metadata, `earlier` is this file in the states before, the newest first. None when it would
    be that one itself. Without `retain` nothing of those states is in the file, at no place.
    """
    if not earlier:
        return _assembled(like, groups, NOTHING, None, [])
    last, *older = earlier
    starts = _unmoved(groups, last)
    if len(starts) == len(groups) and (retain or not has_remains(last)):
        places = _places(groups, [starts[number] for number in range(len(groups))])
        if splice.footer_of(like, groups, places) == last.footer_bytes:
            return None
    if not retain:
        return _assembled(like, groups, NOTHING, None, earlier)
    return _assembled(like, groups, _Kept(starts, _staying(last, older[: RETAINED - 1])), last, older)


def has_remains(file: Before) -> bool:
    """True when something stands between the row groups of the file: what is of a state before."""
    at = len(MAGIC)
    for start, stop in [*_joined(file.spans), (file.end, file.end)]:
        if any(file.data[at:start]):
            return True
        at = stop
    return False


@dataclass(frozen=True, slots=True)
class _Kept:
    """What of the last file stays where it is."""

    starts: dict[int, int]
    """Where a row group of the new file lies already."""
    spans: list[Span]
    """First and behind-last byte of all that stays, in order."""


NOTHING = _Kept({}, [])


def _unmoved(groups: Sequence[Group], last: Before) -> dict[int, int]:
    """Where row groups begin that the last file holds as well, byte for byte."""
    there: dict[tuple[int, ...], list[Sequence[Span]]] = {}
    for spans in last.groups:
        if _is_run(spans):
            there.setdefault(tuple(stop - start for start, stop in spans), []).append(spans)
    starts: dict[int, int] = {}
    for number, group in enumerate(groups):
        alike = there.get(_sizes(group), [])
        found = next((i for i, spans in enumerate(alike) if _is_same(group, spans, last)), None)
        if found is not None:  # once only: no two row groups share their bytes
            starts[number] = next((start for start, stop in alike.pop(found) if stop), 0)
    return starts


def _staying(last: Before, older: Sequence[Before]) -> list[Span]:
    """Where the pieces of the last file are, and those of older ones that are in it yet."""
    staying = set(last.spans)
    for file in older:
        staying |= _remains(file, last, staying)
    return _joined(staying)


def _is_run(spans: Sequence[Span]) -> bool:
    """True for columns that stand one behind the other."""
    having = [span for span in spans if span[1]]
    return all(stop == start for (_, stop), (start, _) in itertools.pairwise(having))


def _sizes(group: Group) -> tuple[int, ...]:
    return tuple(len(piece.data) for piece in group)


def _is_same(group: Group, spans: Sequence[Span], last: Before) -> bool:
    pairs = list(zip(group, spans, strict=True))
    if all(piece.data.obj is last.data.obj and piece.start == start for piece, (start, _) in pairs):
        return True
    return all(bytes(piece.data) == bytes(last.data[start:stop]) for piece, (start, stop) in pairs)


def _remains(file: Before, last: Before, known: set[Span]) -> set[Span]:
    """Where the last file still holds pieces, and the footer, of an older one, but for those places that are known."""
    wanted = set(file.spans) - known
    if file.size < last.size:
        wanted.add((file.end, file.size))
    return {(start, stop) for (start, stop), data in file.pieces(wanted) if data == bytes(last.data[start:stop])}


def _joined(spans: Iterable[Span]) -> list[Span]:
    """The same in order, neighbours in one."""
    out: list[Span] = []
    for start, stop in sorted(span for span in spans if span[0] < span[1]):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(stop, out[-1][1]))
        else:
            out.append((start, stop))
    return out


def _places(groups: Sequence[Group], starts: Sequence[int]) -> list[list[int]]:
    """Where each piece begins, column behind column."""
    return [
        list(itertools.accumulate(_sizes(group)[:-1], initial=start))
        for group, start in zip(groups, starts, strict=True)
    ]


class _Gaps:
    """Where there is room between the spans, and behind them."""

    def __init__(self, spans: Sequence[Span]) -> None:
        edges = [len(MAGIC), *(edge for span in spans for edge in span)]
        self._gaps = [(start, stop) for start, stop in zip(edges[::2], edges[1::2], strict=False) if start < stop]
        self._end = edges[-1]

    def take(self, group: Group, places: Sequence[int]) -> int:
        """The first place with room for the group where no page of it begins at one of the given places."""
        size = sum(_sizes(group))
        if not size:
            return 0
        for number, (start, stop) in enumerate(self._gaps):
            for at in range(start, min(start + SHIFTS, stop - size + 1)):
                if not _begins_at(group, at, size, places):
                    self._gaps[number] = (at + size, stop)
                    return at
        tried = range(self._end, self._end + SHIFTS)
        behind = max(self._end, places[-1] + 1) if places else self._end
        at = next((at for at in tried if not _begins_at(group, at, size, places)), behind)
        self._end = at + size
        return at


def _begins_at(group: Group, at: int, size: int, places: Sequence[int]) -> bool:
    """True when a row group that lies at `at` shows what could be the head of a page at one of the places."""
    first, last = bisect.bisect_left(places, at), bisect.bisect_left(places, at + size)
    return any(is_head(_bytes_from(group, place - at)) for place in places[first:last])


def _bytes_from(group: Group, offset: int) -> bytes:
    """As much of a row group as a head can have, from there."""
    out = b""
    for piece in group:
        if offset < len(piece.data):
            out += bytes(piece.data[offset : offset + HEAD_BYTES - len(out)])
        if len(out) == HEAD_BYTES:
            break
        offset = max(0, offset - len(piece.data))
    return out


def is_head(data: bytes) -> bool:
    """True when a reader could take what begins here for the head of a page, whatever follows."""
    try:
        found, _ = _thrift.read_struct(data)
    except IndexError:
        return len(data) < HEAD_BYTES  # not over yet
    except (ValueError, RecursionError):
        return False
    return {number for number, (kind, _) in found.items() if kind in _WHOLE} >= HEAD_FIELDS


def _assembled(
    like: Encoded, groups: Sequence[Group], kept: _Kept, last: Before | None, older: Sequence[Before]
) -> list[memoryview]:
    """All bytes in their order, with zeros in the gaps.

    Some readers (Polars, Spark, DataFusion) look for the footer where the size of the old file tells: the new file has
    that size too, so that they find the new footer, or keeps the old one there and ends behind it.
    """
    different = {file.inode: file for file in older if last is None or file.inode != last.inode}
    places = sorted({start for file in different.values() for start, _ in file.spans})
    starts, tail, size = _placed(like, groups, kept, places)
    if last is not None:
        if size > last.size:
            kept = _Kept(kept.starts, _joined([*kept.spans, (last.end, last.size)]))
            starts, tail, size = _placed(like, groups, kept, places)
            size = -(-(size + size // 8) // BLOCK_BYTES) * BLOCK_BYTES  # so that it seldom grows
        else:
            size = last.size
    parts = [(size - len(tail), tail)]
    if last is not None:
        parts += [(start, last.data[start:stop]) for start, stop in kept.spans]
    for number, (group, row) in enumerate(zip(groups, _places(groups, starts), strict=True)):
        if number not in kept.starts:
            parts += [(start, piece.data) for piece, start in zip(group, row, strict=True) if piece.data]
    out, at = [memoryview(MAGIC)], len(MAGIC)
    for start, data in sorted(parts, key=lambda part: part[0]):
        if start > at:
            out.append(memoryview(bytes(start - at)))
        out.append(data)
        at = start + len(data)
    return out


def _placed(
    like: Encoded, groups: Sequence[Group], kept: _Kept, places: Sequence[int]
) -> tuple[list[int], memoryview, int]:
    """Where the row groups begin, the footer that says so, and how long a file needs to be for that."""
    gaps = _Gaps(kept.spans)
    starts = [kept.starts[n] if n in kept.starts else gaps.take(group, places) for n, group in enumerate(groups)]
    ends = [start + sum(_sizes(group)) for start, group in zip(starts, groups, strict=True)]
    footer = splice.footer_of(like, groups, _places(groups, starts))
    tail = footer + len(footer).to_bytes(4, "little") + MAGIC
    end = max([len(MAGIC), *ends, *(stop for _, stop in kept.spans)])
    return starts, memoryview(tail), end + len(tail)
