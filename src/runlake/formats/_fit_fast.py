"""FIT to columns in one pass: walk over the messages, plan from the definitions, fill column by column."""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from runlake.errors import FormatError
from runlake.formats._fit_columns import FitColumns, MessageColumns
from runlake.formats._fit_developer import bind
from runlake.formats._fit_plan import NOT_BOUND, Plan, Wanted, kept, plan_for
from runlake.formats._fit_profile import message_name, message_number
from runlake.formats._fit_views import Columns, Developers
from runlake.kernels.fit import CLOCK, FULL, outline, walk
from runlake.kernels.fit_fill import fill, group_by_definition

I8 = npt.NDArray[np.int64]
I4 = npt.NDArray[np.int32]
U1 = npt.NDArray[np.uint8]
F8 = npt.NDArray[np.float64]
FIELD_DESCRIPTION, DEVELOPER_DATA_ID = 206, 207
CELLS_PER_BYTE = 64
MESSAGES_MOST = 5_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Span:
    """Where the messages of one FIT file of a chain stand."""

    start: int
    stop: int


@dataclass(frozen=True, slots=True, eq=False)
class Walked:
    """What the walk found: for each span how it ended, and all messages and definitions as the kernel notes them."""

    ends: tuple[tuple[int, int], ...]
    definitions: I8
    messages: I8
    rows: I8
    n_all: int


class Slots:
    """Which messages are wanted: slot by global number, and the name of each slot."""

    def __init__(self, wanted: Wanted) -> None:
        self.wanted = wanted
        if wanted is None:
            self.of_global = np.arange(65536, dtype=np.int32)
            self.names: tuple[str, ...] = ()
            self.n = 65536
            return
        self.names = tuple(wanted)
        self.n = len(self.names) + 2
        self.of_global = np.full(65536, -1, dtype=np.int32)
        self.of_global[FIELD_DESCRIPTION], self.of_global[DEVELOPER_DATA_ID] = self.n - 2, self.n - 1
        for slot, name in enumerate(self.names):
            self.of_global[message_number(name)] = slot

    def name(self, slot: int) -> str:
        """The name of the messages in that slot."""
        return self.names[slot] if self.names else message_name(slot)


_SLOTS: dict[int, Slots] = {}


def slots_for(wanted: Wanted) -> Slots:
    """The slots, made once for each mapping (module constants, so their identity is their key)."""
    found = _SLOTS.get(id(wanted))
    if found is None or found.wanted is not wanted:
        found = _SLOTS[id(wanted)] = Slots(wanted)
    return found


class _Scratch(threading.local):
    """Arrays that are kept from file to file: fresh ones cost a page fault every 4 kB."""

    def __init__(self) -> None:
        self.definitions = np.empty((256, 7), dtype=np.int64)
        self.messages = np.empty((1 << 14, 4), dtype=np.int64)
        self.places = np.empty((1 << 14, 2), dtype=np.int32)
        self.outline = np.empty(1 << 15, dtype=np.uint8)
        self.cells = np.empty(1 << 18, dtype=np.float64)


_SCRATCH = _Scratch()
_SCRATCH_KEPT = 1 << 18
_CELLS_KEPT = 1 << 22
OWN_REFERENCES = 3
"""To the cells from the scratch, from a local name, and from the argument of getrefcount: nobody else uses them."""


def _cells(n: int) -> F8:
    """n cells: those of the last file, when no column of it is in use any more, else fresh ones."""
    cells = _SCRATCH.cells
    if n > len(cells) or sys.getrefcount(cells) > OWN_REFERENCES or not _has_gil():
        cells = np.empty(n, dtype=np.float64)
        if n <= _CELLS_KEPT:
            _SCRATCH.cells = cells
    return cells[:n]


def _has_gil() -> bool:
    """False for a free-threaded Python, where reference counts say little."""
    return bool(getattr(sys, "_is_gil_enabled", lambda: True)())


def fresh_state() -> I8:
    """The state of a walk at the start of a FIT file: nothing defined, clock at 0."""
    state = np.full(17, -1, dtype=np.int64)
    state[CLOCK] = 0
    return state


def walk_spans(data: U1, spans: Sequence[Span], slots: Slots) -> Walked:
    """All messages of the wanted kinds in the spans; the arrays are scratch, valid until the next call."""
    definitions, messages = _SCRATCH.definitions, _SCRATCH.messages
    while True:
        counts = np.zeros(3, dtype=np.int64)
        rows = np.zeros(slots.n, dtype=np.int64)
        ends = []
        for span in spans:
            state = fresh_state()
            ends.append(walk(data, span.start, span.stop, slots.of_global, state, counts, rows, definitions, messages))
            if ends[-1][0] == FULL:
                break
        else:
            break
        if counts[0] > MESSAGES_MOST:
            raise FormatError(f"a FIT file of {counts[0]} messages; more than any activity has", code="too_many")
        definitions = np.empty((max(len(definitions), 4 * int(counts[1])), 7), dtype=np.int64)
        messages = np.empty((max(len(messages), int(counts[0]) + len(messages)), 4), dtype=np.int64)
        if len(messages) <= _SCRATCH_KEPT:
            _SCRATCH.definitions, _SCRATCH.messages = definitions, messages
    return Walked(tuple(ends), definitions[: counts[1]], messages[: counts[0]], rows, int(counts[2]))


def decode(data: bytes, array: U1, spans: Sequence[Span], wanted: Wanted) -> tuple[FitColumns, Walked]:
    """The messages of the spans in columns, and where the walk ended."""
    slots = slots_for(wanted)
    walked = walk_spans(array, spans, slots)
    return columns_of(data, array, spans, walked, slots), walked


def columns_of(data: bytes, array: U1, spans: Sequence[Span], walked: Walked, slots: Slots) -> FitColumns:
    """The messages that the walk noted in columns."""
    starts = np.empty(len(walked.definitions) + 1, dtype=np.int64)
    places = _places(len(walked.messages))
    n_timed = group_by_definition(walked.messages, starts, places)
    plan = _plan(data, array, spans, walked, slots, starts, places)
    rows = walked.rows
    counted = rows.tolist() if slots.names else [int(rows[layout.slot]) for layout in plan.layouts]
    bases, total = [], 0
    for t, layout in enumerate(plan.layouts):
        bases.append(total)
        total += layout.n_columns * (counted[layout.slot] if slots.names else counted[t])
    if total > CELLS_PER_BYTE * len(data) + 1_000_000:
        raise FormatError("a FIT file whose definitions hold far more fields than values", code="too_wide")
    out = _cells(total)
    fill(array, places, starts, plan.columns, plan.scales, plan.tables, rows, out)
    times = walked.messages[:, 3] if n_timed else None
    return _views(data, plan, out, bases, walked, spans, slots, starts, places, times)


def _plan(data: bytes, array: U1, spans: Sequence[Span], walked: Walked, slots: Slots, starts: I8, places: I4) -> Plan:
    """The plan for the file: that of the last file like it, as a rule."""
    n = outline(array, walked.definitions, walked.messages, _SCRATCH.outline) if len(spans) == 1 else -1
    if n < 0:
        return _new_plan(data, spans, walked, slots, starts, places)
    key = (id(slots.wanted), _SCRATCH.outline[:n].tobytes())
    return kept(key, lambda: _new_plan(data, spans, walked, slots, starts, places))


def _new_plan(data: bytes, spans: Sequence[Span], walked: Walked, slots: Slots, starts: I8, places: I4) -> Plan:
    definitions = walked.definitions.tolist()
    named = len(slots.names) if slots.names else slots.n
    own = [d[2] if d[2] < named else -1 for d in definitions]
    bodies = [data[d[0] + 2 : d[0] + d[1]] if slot >= 0 else b"" for d, slot in zip(definitions, own, strict=True)]
    bound = NOT_BOUND
    if any(data[d[0]] & 0x20 and slot >= 0 for d, slot in zip(definitions, own, strict=True)):
        bound = bind(data, definitions, starts, places, [span.start for span in spans])
    return plan_for(own, bodies, bound, slots.names, slots.wanted)


def _views(
    data: bytes,
    plan: Plan,
    out: F8,
    bases: Sequence[int],
    walked: Walked,
    spans: Sequence[Span],
    slots: Slots,
    starts: I8,
    places: I4,
    times: I8 | None,
) -> FitColumns:
    """Names on the filled columns."""
    messages = {}
    texts = _texts(data, plan, walked, starts, places) if plan.texts else {}
    segments = _segments(plan, walked, spans) if len(spans) > 1 else None
    for base, layout in zip(bases, plan.layouts, strict=True):
        n = int(walked.rows[layout.slot])
        if n == 0:
            continue
        cells = out[base:]
        numbers = Columns(cells, n, layout.native)
        if times is not None:
            _take_header_times(numbers, walked, layout.slot, times, n)
        developer = Developers(cells, n, layout.developer) if layout.developer else ()
        found = {t: tuple(texts[layout.slot, t]) for t in layout.texts}
        segment = segments[layout.slot] if segments else np.zeros(n, dtype=np.int64)
        messages[slots.name(layout.slot)] = MessageColumns(n, segment, numbers, found, developer)
    return FitColumns(messages)


def _places(n: int) -> I4:
    if n > len(_SCRATCH.places):
        places = np.empty((n, 2), dtype=np.int32)
        if n > _SCRATCH_KEPT:
            return places
        _SCRATCH.places = places
    return _SCRATCH.places[:n]


def _take_header_times(numbers: Columns, walked: Walked, slot: int, times: I8, n: int) -> None:
    """Times from compressed headers become the timestamp where the message has none of its own."""
    mine = (walked.definitions[walked.messages[:, 1], 2] == slot) & (times >= 0)
    if mine.any():
        own = numbers.get("timestamp")
        merged = np.full(n, np.nan)
        merged[walked.messages[mine, 2]] = times[mine]
        own = own if own is None or own.ndim == 1 else own[:, 0]
        numbers.put("timestamp", merged if own is None else np.where(np.isnan(own), merged, own))


def _texts(data: bytes, plan: Plan, walked: Walked, starts: I8, places: I4) -> dict[tuple[int, str], list[str]]:
    found: dict[tuple[int, str], list[str]] = {}
    for d, slot, name, at, size in plan.texts:
        column = found.setdefault((slot, name), [""] * int(walked.rows[slot]))
        for payload, row in places[starts[d] : starts[d + 1]].tolist():
            raw = data[payload + at : payload + at + size]
            column[row] = raw.split(b"\0", 1)[0].decode("utf-8", "replace")
    return found


def _segments(plan: Plan, walked: Walked, spans: Sequence[Span]) -> dict[int, I8]:
    """For each slot in which file of the chain its messages stand."""
    starts = np.array([span.start for span in spans])
    number = np.searchsorted(starts, walked.messages[:, 0], side="right") - 1
    slot = walked.definitions[walked.messages[:, 1], 2]
    return {x.slot: number[slot == x.slot] for x in plan.layouts}
