"""FIT to columns in one pass: walk over the messages, plan from the definitions, fill column by column."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from runlake.errors import FormatError
from runlake.formats._fit_columns import DeveloperColumn, FitColumns, MessageColumns
from runlake.formats._fit_developer import bind
from runlake.formats._fit_plan import Definition, Layout, Plan, Wanted, plan_for
from runlake.formats._fit_profile import message_name, message_number
from runlake.kernels.fit import CLOCK, FULL, fill, group_by_definition, walk

I8 = npt.NDArray[np.int64]
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
    """Arrays of the walk, kept from file to file: fresh ones cost a page fault every 4 kB."""

    def __init__(self) -> None:
        self.definitions = np.empty((256, 7), dtype=np.int64)
        self.messages = np.empty((1 << 14, 4), dtype=np.int64)


_SCRATCH = _Scratch()
_SCRATCH_KEPT = 1 << 18


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
    definitions = walked.definitions.tolist()
    starts = np.empty(len(definitions) + 1, dtype=np.int64)
    order = np.empty(len(walked.messages), dtype=np.int64)
    places = np.empty((len(walked.messages), 2), dtype=np.int32)
    group_by_definition(walked.messages, starts, order, places)
    plan = plan_for(_described(data, definitions, walked, spans, slots, starts, order), slots.names, slots.wanted)
    rows = walked.rows
    bases = np.zeros(slots.n, dtype=np.int64)
    total = 0
    counted = rows.tolist() if slots.names else None
    for layout in plan.layouts:
        bases[layout.slot] = total
        total += layout.n_columns * (counted[layout.slot] if counted else int(rows[layout.slot]))
    if total > CELLS_PER_BYTE * len(data) + 1_000_000:
        raise FormatError("a FIT file whose definitions hold far more fields than values", code="too_wide")
    out = np.full(total, np.nan)
    instructions = np.empty((len(plan.columns), 6), dtype=np.int64)
    instructions[:, :5] = plan.columns
    instructions[:, 5] = bases[plan.slots] + plan.indices * rows[plan.slots]
    fill(array, places, starts, instructions, plan.scales, out)
    return _views(data, plan, out, bases, walked, spans, slots, starts, order)


def _described(
    data: bytes,
    definitions: list[list[int]],
    walked: Walked,
    spans: Sequence[Span],
    slots: Slots,
    starts: I8,
    order: I8,
) -> tuple[Definition, ...]:
    """The definitions as the plan wants them, their developer fields bound to what was announced before them."""
    named = len(slots.names) if slots.names else slots.n
    bodies = [data[d[0] + 2 : d[0] + d[1]] if 0 <= d[2] < named else b"" for d in definitions]
    own = [d[2] if d[2] < named else -1 for d in definitions]
    if any(data[d[0]] & 0x20 and slot >= 0 for d, slot in zip(definitions, own, strict=True)):
        bound = bind(data, definitions, walked.messages, starts, order, [span.start for span in spans])
        return tuple(map(Definition, own, bodies, bound))
    return tuple(map(Definition, own, bodies))


def _views(
    data: bytes,
    plan: Plan,
    out: F8,
    bases: I8,
    walked: Walked,
    spans: Sequence[Span],
    slots: Slots,
    starts: I8,
    order: I8,
) -> FitColumns:
    """Names on the filled columns."""
    messages = {}
    texts = _texts(data, plan, walked, starts, order) if plan.texts else {}
    segments = _segments(plan, walked, spans)
    times = walked.messages[:, 3] if walked.n_all and bool((walked.messages[:, 3] >= 0).any()) else None
    for layout in plan.layouts:
        n = int(walked.rows[layout.slot])
        if n == 0:
            continue
        numbers, developer = _named(layout, out, int(bases[layout.slot]), n)
        if times is not None:
            _take_header_times(numbers, walked, layout.slot, times, n)
        found = {t: tuple(texts[layout.slot, t]) for t in layout.texts}
        name = slots.name(layout.slot)
        messages[name] = MessageColumns(n, segments[layout.slot], numbers, found, developer)
    return FitColumns(messages)


def _named(layout: Layout, out: F8, base: int, n: int) -> tuple[dict[str, F8], tuple[DeveloperColumn, ...]]:
    numbers: dict[str, F8] = {}
    developer = []
    for (name, owner), first, width, is_bytes in layout.columns:
        at = base + first * n
        values = out[at : at + n] if width == 1 else out[at : at + width * n].reshape(width, n).T
        if is_bytes:
            table = values.reshape(n, width)
            values[np.all((table == 0xFF) | np.isnan(table), axis=1)] = np.nan  # bytes are missing all together
        if owner is None:
            numbers[name] = values
        else:
            first_of = values if width == 1 else np.ascontiguousarray(values[:, 0])
            place = (owner.application, owner.number, owner.name, owner.units, owner.native_field)
            developer.append(DeveloperColumn(*place, first_of))
    return numbers, tuple(developer)


def _take_header_times(numbers: dict[str, F8], walked: Walked, slot: int, times: I8, n: int) -> None:
    """Times from compressed headers become the timestamp where the message has none of its own."""
    mine = (walked.definitions[walked.messages[:, 1], 2] == slot) & (times >= 0)
    if mine.any():
        own = numbers.get("timestamp")
        merged = np.full(n, np.nan)
        merged[walked.messages[mine, 2]] = times[mine]
        numbers["timestamp"] = merged if own is None else np.where(np.isnan(own), merged, own)


def _texts(data: bytes, plan: Plan, walked: Walked, starts: I8, order: I8) -> dict[tuple[int, str], list[str]]:
    found: dict[tuple[int, str], list[str]] = {}
    for d, slot, name, at, size in plan.texts:
        column = found.setdefault((slot, name), [""] * int(walked.rows[slot]))
        for m in order[starts[d] : starts[d + 1]].tolist():
            payload, _, row, _ = walked.messages[m].tolist()
            raw = data[payload + at : payload + at + size]
            column[row] = raw.split(b"\0", 1)[0].decode("utf-8", "replace")
    return found


def _segments(plan: Plan, walked: Walked, spans: Sequence[Span]) -> dict[int, I8]:
    """For each slot in which file of the chain its messages stand."""
    if len(spans) == 1:
        return {x.slot: np.zeros(int(walked.rows[x.slot]), dtype=np.int64) for x in plan.layouts}
    starts = np.array([span.start for span in spans])
    number = np.searchsorted(starts, walked.messages[:, 0], side="right") - 1
    slot = walked.definitions[walked.messages[:, 1], 2]
    return {x.slot: number[slot == x.slot] for x in plan.layouts}
