"""FIT messages one by one with all that the profile knows of them: for people who look into a file."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from fitdecode import profile
from fitdecode.types import BASE_TYPES

from runlake.formats import _fit_fast as fast
from runlake.formats._fit_developer import bind
from runlake.formats._fit_frame import find_frames
from runlake.formats._fit_plan import BYTE, STRING, Developer
from runlake.formats._fit_profile import message_name
from runlake.formats._fit_salvage import salvage
from runlake.kernels.fit_fill import group_by_definition

TIMESTAMP = 253


@dataclass(frozen=True, slots=True)
class Value:
    """A field of a message: `value` scaled, enums by name, times in FIT seconds; None for missing.

    `kind` is the name of the profile's type (``date_time``, ``sport``, ``uint16``); arrays come as tuples.
    """

    name: str
    value: Any
    units: str
    kind: str


@dataclass(frozen=True, slots=True)
class Message:
    """A data message: where its payload begins, its name, its fields in file order."""

    offset: int
    name: str
    fields: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class _Field:
    number: int
    field: Any
    developer: Developer | None
    place: tuple[int, int]
    letter: str
    count: int
    base_type: int
    index: int


@dataclass(frozen=True, slots=True, eq=False)
class Stream:
    """A FIT stream opened for reading message by message; `notes` say what is wrong with it."""

    data: bytes
    definitions: list[list[int]]
    rows: list[list[int]]
    layouts: list[tuple[_Field, ...]]
    notes: tuple[str, ...]

    def messages(self, wanted: str | None) -> Iterator[Message]:
        """The messages of one kind (all when None) in file order."""
        names = [message_name(d[6]) for d in self.definitions]
        for payload, d, _, time in self.rows:
            if wanted is None or names[d] == wanted:
                fields = _fields(self.data, payload, self.definitions[d], self.layouts[d], time)
                yield Message(payload, names[d], fields)

    def names(self) -> list[str]:
        """The names of all messages that there are, sorted."""
        return sorted({message_name(self.definitions[d][6]) for _, d, _, _ in self.rows})


def open_stream(data: bytes) -> Stream:
    """All messages of the stream, of a damaged one as far as they make sense."""
    notes: tuple[str, ...] = ()
    array = np.frombuffer(data, dtype=np.uint8)
    frames = find_frames(data, array)
    slots = fast.slots_for(None)
    spans = [fast.Span(f.start_of_data, f.stop) for f in frames.frames]
    walked = fast.walk_spans(array, spans, slots) if not frames.problems else None
    if walked is None or any(status for status, _ in walked.ends):
        found = salvage(data, array, frames, None)
        data, array, spans, walked, notes = found.data, found.array, found.spans, found.walked, found.notes
    rows = walked.messages.copy()
    definitions = walked.definitions.tolist()
    starts = np.empty(len(definitions) + 1, dtype=np.int64)
    places = np.empty((len(rows), 2), dtype=np.int32)
    group_by_definition(rows, starts, places)
    bound = bind(data, definitions, starts, places, [span.start for span in spans])
    layouts = [_layout(data, d, developer) for d, developer in zip(definitions, bound.fields, strict=True)]
    return Stream(data, definitions, rows.tolist(), layouts, notes)


def _layout(data: bytes, definition: list[int], developers: tuple[Developer | None, ...]) -> tuple[_Field, ...]:
    at, number = definition[0], definition[6]
    known = profile.MESSAGE_TYPES.get(number)
    n_fields = data[at + 5]
    offset = 0
    found = []
    for k in range(n_fields):
        num, size, base_type = data[at + 6 + 3 * k : at + 9 + 3 * k]
        field = known.fields.get(num) if known else None
        found.append(_field(num, field, None, offset, size, base_type, 0))
        offset += size
    p = at + 7 + 3 * n_fields
    for k, developer in enumerate(developers):
        num, size, index = data[p + 3 * k : p + 3 + 3 * k]
        found.append(_field(num, None, developer, offset, size, developer.base_type if developer else BYTE, index))
        offset += size
    return tuple(found)


def _field(
    number: int, field: Any, developer: Developer | None, offset: int, size: int, base_type: int, index: int
) -> _Field:
    base = BASE_TYPES.get(base_type)
    if base is None or base_type == BYTE or (base_type != STRING and size % base.size):
        base_type, letter, count = BYTE, "B", size
    else:
        letter, count = base.fmt, size // base.size
    is_developer = developer is not None or index > 0
    return _Field(number, field, developer, (offset, size), letter, count, base_type, index if is_developer else -1)


def _fields(
    data: bytes, payload: int, definition: list[int], layout: tuple[_Field, ...], time: int
) -> tuple[Value, ...]:
    order = ">" if definition[5] == 1 else "<"
    raws = [_raw(data, payload, item, order) for item in layout]
    native = {item.number: raw for item, raw in zip(layout, raws, strict=True) if item.developer is None}
    found = []
    for item, raw in zip(layout, raws, strict=True):
        if item.developer is not None:
            found.append(
                Value(item.developer.name or f"developer_{item.number}", raw, item.developer.units, "developer")
            )
        elif item.field is None:
            found.append(Value(f"unknown_{item.number}", raw, "", ""))
        else:
            found.append(_value(_subfield(item.field, native), raw))
    if time >= 0:
        found.append(Value("timestamp", time, "s", "date_time"))
    return tuple(found)


def _raw(data: bytes, payload: int, item: _Field, order: str) -> Any:
    """The numbers of the field, None for missing ones; a string as str."""
    offset, size = item.place
    raw = data[payload + offset : payload + offset + size]
    if size == 0:
        return None
    if item.base_type == STRING:
        return raw.split(b"\0", 1)[0].decode("utf-8", "replace") or None
    values = struct.unpack(f"{order}{item.count}{item.letter}", raw)
    if item.base_type == BYTE:
        return values if any(v != 0xFF for v in values) else None
    parse = BASE_TYPES[item.base_type].parse
    if len(values) == 1:
        return parse(values[0])
    return tuple(parse(v) for v in values)


def _subfield(field: Any, native: dict[int, Any]) -> Any:
    """The subfield that the other fields of the message call for, else the field itself."""
    for subfield in field.subfields or ():
        for reference in subfield.ref_fields:
            if reference.def_num in native and native[reference.def_num] == reference.raw_value:
                return subfield
    return field


def _value(field: Any, raw: Any) -> Value:
    kind = field.type.name
    if isinstance(raw, tuple):
        return Value(field.name, tuple(_one(field, v) for v in raw), field.units or "", kind)
    return Value(field.name, _one(field, raw), field.units or "", kind)


def _one(field: Any, raw: Any) -> Any:
    if raw is None or isinstance(raw, str):
        return raw
    if field.type.enum and raw in field.type.enum:
        return field.type.enum[raw]
    value = float(raw) / field.scale if field.scale else raw
    return value - field.offset if field.offset else value
