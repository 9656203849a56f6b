"""FIT to columns in one pass: walk over the messages, plan from the definitions, fill column by column."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from runlake.errors import FormatError
from runlake.formats._fit_columns import DeveloperColumn, FitColumns, MessageColumns
from runlake.formats._fit_developer import bind
from runlake.formats._fit_plan import NOT_BOUND, Developer, Place, Plan, Wanted, plan_for
from runlake.formats._fit_profile import message_name, message_number
from runlake.kernels.fit import CLOCK, FULL, walk
from runlake.kernels.fit_fill import fill, group_by_definition

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
    """Arrays that are kept from file to file: fresh ones cost a page fault every 4 kB."""

    def __init__(self) -> None:
        self.definitions = np.empty((256, 7), dtype=np.int64)
        self.messages = np.empty((1 << 14, 4), dtype=np.int64)
        self.order = np.empty(1 << 14, dtype=np.int64)
        self.places = np.empty((1 << 14, 2), dtype=np.int32)
        self.cells = np.empty(1 << 18, dtype=np.float64)


_SCRATCH = _Scratch()
_SCRATCH_KEPT = 1 << 18
_CELLS_KEPT = 1 << 22
OWN_REFERENCES = 3
"""To the cells from the scratch, from a local name, and from the argument of getrefcount: nobody else uses them."""


def _cells(n: int) -> F8:
    """n NaNs: the cells of the last file, when no column of it is in use any more, else fresh ones."""
    cells = _SCRATCH.cells
    if n > len(cells) or sys.getrefcount(cells) > OWN_REFERENCES or not _has_gil():
        cells = np.empty(n, dtype=np.float64)
        if n <= _CELLS_KEPT:
            _SCRATCH.cells = cells
    found = cells[:n]
    found.fill(np.nan)
    return found


def _has_gil() -> bool:
    """False for a free-threaded Python, where reference counts say little."""
    return bool(getattr(sys, "_is_gil_enabled", lambda: True)())


class _Columns(Mapping[str, F8]):
    """The native columns of one kind of message by name; a view is made when somebody asks."""

    def __init__(self, cells: F8, n: int, places: Mapping[str, Place]) -> None:
        self._cells, self._n, self._places = cells, n, places
        self._made: dict[str, F8] = {}

    def __getitem__(self, name: str) -> F8:
        made = self._made.get(name)
        if made is None:
            made = self._made[name] = _view(self._cells, self._n, self._places[name])
        return made

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys((*self._places, *self._made)))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, name: object) -> bool:
        return name in self._places or name in self._made

    def put(self, name: str, values: F8) -> None:
        """Sets a column that does not stand in the cells."""
        self._made[name] = values


def _view(cells: F8, n: int, place: Place) -> F8:
    """The column as float64[n], or float64[n, width] for an array; bytes are missing all together."""
    at = place.first * n
    values = cells[at : at + place.width * n]
    if place.width > 1:
        values = values.reshape(place.width, n).T
    if place.is_bytes:
        table = values.reshape(n, place.width)
        values[np.all((table == 0xFF) | np.isnan(table), axis=1)] = np.nan
    return values


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
    order, places = _group_arrays(len(walked.messages))
    group_by_definition(walked.messages, starts, order, places)
    named = len(slots.names) if slots.names else slots.n
    own = [d[2] if d[2] < named else -1 for d in definitions]
    bodies = [data[d[0] + 2 : d[0] + d[1]] if slot >= 0 else b"" for d, slot in zip(definitions, own, strict=True)]
    bound = NOT_BOUND
    if any(data[d[0]] & 0x20 and slot >= 0 for d, slot in zip(definitions, own, strict=True)):
        bound = bind(data, definitions, walked.messages, starts, order, [span.start for span in spans])
    plan = plan_for(own, bodies, bound, slots.names, slots.wanted)
    rows = walked.rows
    bases = np.zeros(slots.n, dtype=np.int64)
    total = 0
    counted = rows.tolist() if slots.names else None
    for layout in plan.layouts:
        bases[layout.slot] = total
        total += layout.n_columns * (counted[layout.slot] if counted else int(rows[layout.slot]))
    if total > CELLS_PER_BYTE * len(data) + 1_000_000:
        raise FormatError("a FIT file whose definitions hold far more fields than values", code="too_wide")
    out = _cells(total)
    instructions = np.empty((len(plan.columns), 6), dtype=np.int64)
    instructions[:, :5] = plan.columns
    instructions[:, 5] = bases[plan.slots] + plan.indices * rows[plan.slots]
    fill(array, places, starts, instructions, plan.scales, out)
    return _views(data, plan, out, bases, walked, spans, slots, starts, order)


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
        cells = out[int(bases[layout.slot]) :]
        numbers = _Columns(cells, n, layout.native)
        if times is not None:
            _take_header_times(numbers, walked, layout.slot, times, n)
        developer = tuple(_developer_column(owner, _view(cells, n, place)) for owner, place in layout.developer)
        found = {t: tuple(texts[layout.slot, t]) for t in layout.texts}
        name = slots.name(layout.slot)
        messages[name] = MessageColumns(n, segments[layout.slot], numbers, found, developer)
    return FitColumns(messages)


def _developer_column(owner: Developer, values: F8) -> DeveloperColumn:
    first_of = values if values.ndim == 1 else np.ascontiguousarray(values[:, 0])
    place = (owner.application, owner.number, owner.name, owner.units, owner.native_field)
    return DeveloperColumn(*place, first_of)


def _group_arrays(n: int) -> tuple[I8, npt.NDArray[np.int32]]:
    if n > len(_SCRATCH.order):
        order, places = np.empty(n, dtype=np.int64), np.empty((n, 2), dtype=np.int32)
        if n > _SCRATCH_KEPT:
            return order, places
        _SCRATCH.order, _SCRATCH.places = order, places
    return _SCRATCH.order[:n], _SCRATCH.places[:n]


def _take_header_times(numbers: _Columns, walked: Walked, slot: int, times: I8, n: int) -> None:
    """Times from compressed headers become the timestamp where the message has none of its own."""
    mine = (walked.definitions[walked.messages[:, 1], 2] == slot) & (times >= 0)
    if mine.any():
        own = numbers.get("timestamp")
        merged = np.full(n, np.nan)
        merged[walked.messages[mine, 2]] = times[mine]
        numbers.put("timestamp", merged if own is None else np.where(np.isnan(own), merged, own))


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
