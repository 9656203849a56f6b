"""Damaged FIT: every message that can be believed, with a note of what is wrong. Never raises for damage."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from runlake.formats import _fit_fast as fast
from runlake.formats._fit_belief import NONSENSE, Known, believable, in_step, message_times
from runlake.formats._fit_columns import FitColumns
from runlake.formats._fit_frame import CRC_BYTES, HEADER_SIZES, MAGIC, Frames, looks_like_definition
from runlake.formats._fit_mend import mended_header_times
from runlake.formats._fit_outliers import outliers, without_outliers
from runlake.formats._fit_plan import Wanted
from runlake.formats._fit_profile import WANTED
from runlake.formats._fit_repair import proven_span, repaired
from runlake.formats._fit_resync import (
    RECORD,
    SAME_BYTES,
    Shape,
    definition_length,
    find_definitions,
    is_chain,
    is_plausible,
    may_begin,
    oddities,
    shape_of,
    window_around,
)
from runlake.kernels.fit import CLOCK, CUT, FULL, OK, walk

I8 = npt.NDArray[np.int64]
U1 = npt.NDArray[np.uint8]
LAST_MESSAGE_BYTES = 512
ALTERNATIVES = 8
MESSAGES_MOST = 4_000_000
BREAKS_MOST = 2000
BREAK_FAULTS = 10
BREAKS_OF_ONE_BIT = 16
REPAIR_TRIES_MOST = 500_000
"""What looking for the one bit may cost, in offsets looked at over all candidates."""
EVENT = 21
TRIES_MOST = 4_000_000
"""Offsets looked at in search of sense, per file: a few seconds at worst."""


@dataclass(slots=True)
class _Stream:
    """The work in hand: arrays as `walk` fills them, and what was found so far."""

    data: bytes
    array: U1
    definitions: I8
    messages: I8
    rows: I8
    of_global: npt.NDArray[np.int32]
    counts: I8 = field(default_factory=lambda: np.zeros(3, dtype=np.int64))
    keep: list[I8] = field(default_factory=list)
    breaks: list[int] = field(default_factory=list)
    tries: int = 0
    known: Known = field(default_factory=Known)


@dataclass(frozen=True, slots=True, eq=False)
class Salvaged:
    """A damaged stream as far as it makes sense: its bytes (one bit may have been turned back) and messages."""

    data: bytes
    array: U1
    spans: list[fast.Span]
    walked: fast.Walked
    notes: tuple[str, ...]
    is_proven: bool
    """True when the checksums show that all messages are as they were written."""


def decode(data: bytes, array: U1, frames: Frames, wanted: Wanted) -> FitColumns:
    """What is left of the stream in columns; `notes` say what is wrong with it."""
    found = salvage(data, array, frames, wanted)
    columns = fast.columns_of(found.data, found.array, found.spans, found.walked, fast.slots_for(wanted))
    notes = list(found.notes)
    if not found.is_proven:
        columns, n_dropped = without_outliers(columns)
        notes += [f"implausible:{n_dropped}"] if n_dropped else []
    return FitColumns(columns.messages, tuple(notes), True, "columnar")


def salvage(data: bytes, array: U1, frames: Frames, wanted: Wanted) -> Salvaged:
    """The messages of the wanted kinds that can be believed."""
    notes = list(frames.problems)
    slots = fast.slots_for(wanted)
    proven = _proven_spans(data, array, frames)
    if proven:
        walked = fast.walk_spans(array, proven, slots)
        if all(status == OK for status, _ in walked.ends):
            return Salvaged(data, array, proven, walked, (*notes, "checksum holds"), True)
    spans = find_spans(data, frames)
    stream = _walk_all(data, array, spans)
    if len(frames.frames) == 1 and len(stream.breaks) <= BREAKS_OF_ONE_BIT:
        most = REPAIR_TRIES_MOST // max(stream.tries, 1)
        turned = repaired(data, array, frames.frames[0], lambda d, a: _faults(d, a, spans), most)
        if turned is not None:
            data, array = turned[0], np.frombuffer(turned[0], dtype=np.uint8)
            notes.append(f"repaired bit in byte {turned[1]}")
            stream = _walk_all(data, array, spans)
    notes += [f"resync:{len(stream.breaks)}"] if stream.breaks else []
    return Salvaged(data, array, spans, _walked(stream, slots), tuple(notes) or ("structure",), False)


def _proven_spans(data: bytes, array: U1, frames: Frames) -> list[fast.Span]:
    """Where the messages stand when every checksum fits but for what headers say, or bytes before and behind."""
    sound = [f for f in frames.frames if not f.problem]
    if sound and len(sound) == len(frames.frames):
        return [] if MAGIC in data[sound[-1].stop :] else [fast.Span(f.start_of_data, f.stop) for f in sound]
    found = proven_span(data, array) if not sound else None
    return [fast.Span(*found)] if found and MAGIC not in data[found[1] :] else []


def _faults(data: bytes, array: U1, spans: list[fast.Span]) -> int:
    """How much in the stream is implausible: breaks count more than single values and odd definitions."""
    stream = _walk_all(data, array, spans)
    slots = fast.slots_for(WANTED)
    records = fast.columns_of(data, array, spans, _walked(stream, slots), slots).get("record")
    n_untimed = int(np.sum(np.isnan(records.number("timestamp"))))
    bodies = {data[at : at + n] for at, n in stream.definitions[: stream.counts[1], :2].tolist()}
    odd = [oddities(body) for body in bodies]
    n_odd = sum(o.n_sizes + o.n_types + o.n_unknown for o in odd)
    has_records = records.n > 0
    breaks = len(stream.breaks) + (not has_records) + n_untimed
    return BREAK_FAULTS * breaks + n_odd + int(np.sum(outliers(records)))


def find_spans(data: bytes, frames: Frames) -> list[fast.Span]:
    """Where messages may stand: behind every header that can be found, whatever it says of sizes."""
    headers = [i - 8 for i in _occurrences(data, MAGIC) if i >= 8]
    starts = [(at, _start_of_data(data, at)) for at in headers]
    spans = []
    if not starts or (starts[0][0] > 64 and looks_like_definition(data, 14)):
        starts.insert(0, (0, 14 if looks_like_definition(data, 14) else 0))
    ends = {f.start: f.stop for f in frames.frames if not f.problem or f.stop + CRC_BYTES == len(data)}
    for (header, start), following in zip(starts, [*starts[1:], (None, 0)], strict=True):
        limit = len(data) if following[0] is None else max(following[0] - CRC_BYTES, start)
        stop = min(ends.get(header, limit), limit)
        if start < stop:
            spans.append(fast.Span(start, stop))
    return spans


def _occurrences(data: bytes, what: bytes, most: int = 1000) -> list[int]:
    found: list[int] = []
    at = data.find(what)
    while at >= 0 and len(found) < most:
        found.append(at)
        at = data.find(what, at + 1)
    return found


def _start_of_data(data: bytes, header: int) -> int:
    sizes = (data[header], *HEADER_SIZES) if data[header] >= min(HEADER_SIZES) else HEADER_SIZES
    for size in sizes:
        if looks_like_definition(data, header + size):
            return header + size
    return header + HEADER_SIZES[0]


def _walk_all(data: bytes, array: U1, spans: list[fast.Span]) -> _Stream:
    slots = fast.slots_for(None)
    n = min(max(len(data) // 2, 64), MESSAGES_MOST)
    stream = _Stream(
        data,
        array,
        np.empty((max(n // 2, 256), 7), dtype=np.int64),
        np.empty((n, 4), dtype=np.int64),
        np.zeros(slots.n, dtype=np.int64),
        slots.of_global,
    )
    for span in spans:
        stream.known = Known()
        _walk_span(stream, span)
    return stream


def _walk_span(stream: _Stream, span: fast.Span) -> None:
    """Walks, checks, and starts anew behind every break."""
    state = fast.fresh_state()
    at = span.start
    alternatives: dict[int, list[int]] | None = None
    while at < span.stop and len(stream.breaks) < BREAKS_MOST:
        counts, before = stream.counts.copy(), state.copy()
        status, end = _walk(stream, at, span.stop, state)
        good_end = _check(stream, counts, at, status, end, span.stop)
        if good_end == span.stop or status == FULL:
            return
        stream.counts[:], state = counts, before
        _walk(stream, at, good_end, state)  # once more, for the definitions in force at the break
        stream.breaks.append(good_end)
        if alternatives is None:
            alternatives = _by_local_type(stream.data, find_definitions(stream.data, span.start, span.stop))
        at = _resync(stream, state, max(good_end, at + 1), span.stop, alternatives)


def _walk(stream: _Stream, at: int, stop: int, state: I8) -> tuple[int, int]:
    counts, definitions, messages = stream.counts, stream.definitions, stream.messages
    ended = walk(stream.array, at, stop, stream.of_global, state, counts, stream.rows, definitions, messages)
    return int(ended[0]), int(ended[1])


def _check(stream: _Stream, counts: I8, start: int, status: int, end: int, stop: int) -> int:
    """Keeps the believable messages noted since `counts`; returns where belief ends, `stop` if it never does."""
    first, n = int(counts[0]), min(int(stream.counts[0]), len(stream.messages))
    limit = _first_bad_definition(stream, int(counts[1]), end)
    messages = stream.messages[first:n]
    messages = messages[messages[:, 0] <= limit]
    times = message_times(stream.array, stream.definitions, messages)
    belief = believable(times, stream.definitions[messages[:, 1], 6] == RECORD, stream.known)
    n_good, bad, stream.known = min(belief.n_good, in_step(messages[:, 3])), belief.is_bad, belief.known
    if n_good == len(messages) and limit == end and (status == OK or _is_last(status, end, stop)):
        stream.keep.append(first + np.flatnonzero(~bad))
        return stop
    timed = np.flatnonzero(~bad[:n_good] & (times[:n_good] >= 0))
    last = int(timed[-1]) + 1 if len(timed) else 0
    stream.keep.append(first + np.flatnonzero(~bad[:last]))
    if last == 0:
        return start
    return int(messages[last - 1, 0] + stream.definitions[messages[last - 1, 1], 3])


def _is_last(status: int, end: int, stop: int) -> bool:
    """True when the walk ended inside the last message of a file that was cut, or in its checksum."""
    return (status == CUT and stop - end <= LAST_MESSAGE_BYTES) or stop - end <= CRC_BYTES


def _first_bad_definition(stream: _Stream, first: int, end: int) -> int:
    for d in range(first, min(int(stream.counts[1]), len(stream.definitions))):
        at, length = stream.definitions[d, :2].tolist()
        body = stream.data[at : at + length]
        if body[1] or body[0] & 0x10 or not is_plausible(body):
            return int(at)
    return end


def _by_local_type(data: bytes, offsets: list[int]) -> dict[int, list[int]]:
    """The definitions found anywhere, by the local type that they define; equal ones once."""
    found: dict[int, dict[bytes, int]] = {}
    for at in offsets:
        length = definition_length(data, at, len(data))
        found.setdefault(data[at] & 0x0F, {})[data[at + 2 : at + length]] = at
    return {local: list(known.values())[:ALTERNATIVES] for local, known in found.items()}


def _resync(stream: _Stream, state: I8, at: int, stop: int, alternatives: dict[int, list[int]]) -> int:
    """The first offset from which messages make sense again, `stop` when there is none; `state` is made to fit."""
    data = stream.data
    rows = stream.definitions
    known = [(k, rows[d].tolist()) for k, d in enumerate(state[:CLOCK].tolist()) if d >= 0]
    shapes = {k: Shape(row[3], row[4], bool(row[5]), row[6]) for k, row in known}
    window = window_around(stream.known.first, stream.known.last)
    clock = int(state[CLOCK])
    while at < stop and stream.tries < TRIES_MOST:
        same = SAME_BYTES.match(data, at, stop) if data[at : at + 1] == data[at + 1 : at + 2] else None
        if same:
            at = same.end() - 1
        header = data[at]
        if may_begin(data, at, shapes, alternatives):
            stream.tries += 1
            if is_chain(data, at, stop, shapes, clock, window):
                return at
            for other in alternatives.get(header, ()) if header < CLOCK else ():
                if is_chain(data, at, stop, {**shapes, header: shape_of(data, other)}, clock, window):
                    state[header] = _note(stream, other)
                    return at
        at += 1
    return stop


def _note(stream: _Stream, at: int) -> int:
    """The row of `definitions` for the definition at `at`, added there."""
    shape = shape_of(stream.data, at)
    d = int(stream.counts[1])
    length = definition_length(stream.data, at, len(stream.data))
    stream.definitions[d] = (at, length, 0, shape.size, shape.time_at, shape.is_big, shape.number)
    stream.counts[1] += 1
    return d


def _walked(stream: _Stream, slots: fast.Slots) -> fast.Walked:
    """The kept messages as a walk would have left them: slots as wanted, rows counted anew."""
    definitions = stream.definitions[: stream.counts[1]]
    definitions[:, 2] = slots.of_global[definitions[:, 6]]
    keep = np.concatenate(stream.keep) if stream.keep else np.empty(0, dtype=np.int64)
    messages = stream.messages[keep]
    times = message_times(stream.array, definitions, messages)
    is_header_time = (messages[:, 3] >= 0) & (times < NONSENSE)
    is_anchor = (definitions[messages[:, 1], 6] == EVENT) & (messages[:, 3] < 0) & (times > 0)
    mended = mended_header_times(times, is_header_time, is_anchor, messages[:, 0])
    messages[is_header_time, 3] = mended[is_header_time]
    slot = definitions[messages[:, 1], 2]
    messages, slot = messages[slot >= 0], slot[slot >= 0]
    rows = np.bincount(slot, minlength=slots.n).astype(np.int64)
    by_slot = np.argsort(slot, kind="stable")
    first = np.concatenate(([0], np.cumsum(rows)[:-1]))
    messages[by_slot, 2] = np.arange(len(slot)) - first[slot[by_slot]]
    return fast.Walked(((OK, 0),), definitions, np.ascontiguousarray(messages), rows, len(messages))
