"""From FIT definition messages to instructions for the fill kernel: which bytes are which column. Cached."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from fitdecode import profile

from runlake.formats._fit_profile import ARRAYS, DEVELOPER_WANTED
from runlake.kernels.fit_fill import F32, F64, S8, S16, S32, S64, U8, U16, U32, U64

I8 = npt.NDArray[np.int64]
F8 = npt.NDArray[np.float64]
Wanted = Mapping[str, tuple[str, ...] | None] | None
"""Message name to the fields wanted; None for all of them."""

BYTE, STRING = 0x0D, 0x07
NO_VALUE_IS_MISSING = 1 << 40
BASE_TYPES: dict[int, tuple[int, int, int]] = {
    0x00: (U8, 1, 0xFF), 0x01: (S8, 1, 0x7F), 0x02: (U8, 1, 0xFF), 0x83: (S16, 2, 0x7FFF), 0x84: (U16, 2, 0xFFFF),
    0x85: (S32, 4, 0x7FFFFFFF), 0x86: (U32, 4, 0xFFFFFFFF), 0x88: (F32, 4, 0), 0x89: (F64, 8, 0), 0x0A: (U8, 1, 0),
    0x8B: (U16, 2, 0), 0x8C: (U32, 4, 0), BYTE: (U8, 1, NO_VALUE_IS_MISSING), 0x8E: (S64, 8, 0x7FFFFFFFFFFFFFFF),
    0x8F: (U64, 8, -1), 0x90: (U64, 8, 0),
}  # fmt: skip
"""FIT base type to kind of number, bytes, raw value that means missing (64-bit ones as signed)."""


@dataclass(frozen=True, slots=True)
class Developer:
    """What a field description announced: the field's place is (developer data index, number)."""

    application: str
    number: int
    base_type: int
    name: str
    units: str
    native_field: int


@dataclass(frozen=True, slots=True)
class Bound:
    """The developer fields of each definition, None for one that was never announced; `serial` tells bindings apart."""

    serial: int
    fields: tuple[tuple[Developer | None, ...], ...]


NOT_BOUND = Bound(0, ())


ColumnKey = tuple[str, Developer | None]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the values of a field stand among the columns of its slot: first column, how many, are they bytes.

    `unset` is what a byte of 0xFF becomes: bytes are missing when all of them are so.
    """

    first: int
    width: int
    is_bytes: bool
    unset: float


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """The columns of one kind of message."""

    slot: int
    native: Mapping[str, Place]
    developer: tuple[tuple[Developer, Place], ...]
    n_columns: int
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """Instructions for `fill`, and what the columns that it fills are called."""

    columns: I8
    scales: F8
    tables: I8
    layouts: tuple[Layout, ...]
    texts: tuple[tuple[int, int, str, int, int], ...]
    """Strings: number of the definition, slot, name, offset in the payload, bytes."""


_PLANS: dict[object, Plan] = {}
_PLANS_KEPT = 256


def kept(key: object, make: Callable[[], Plan]) -> Plan:
    """The plan of that key, made when there is none yet, and kept for the next file like it."""
    plan = _PLANS.get(key)
    if plan is None:
        plan = make()
        if len(_PLANS) >= _PLANS_KEPT:
            _PLANS.clear()
        _PLANS[key] = plan
    return plan


def plan_for(slots: Sequence[int], bodies: Sequence[bytes], bound: Bound, names: Sequence[str], wanted: Wanted) -> Plan:
    """The plan for these definitions: slot (-1: not wanted) and bytes from the architecture on.

    `names` are the message names of the slots.
    """
    key = (tuple(slots), tuple(bodies), bound.serial, id(wanted))
    return kept(key, lambda: _make(slots, bodies, bound, names, wanted))


class _Builder:
    """Collects instructions: the columns of a slot are numbered as they come up."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, int, int, int, int]] = []
        self.scales: list[tuple[float, float]] = []
        self.places: list[tuple[int, ColumnKey, int]] = []
        self.widths: dict[int, dict[ColumnKey, tuple[int, bool, float]]] = {}
        self.texts: list[tuple[int, int, str, int, int]] = []


def _make(slots: Sequence[int], bodies: Sequence[bytes], bound: Bound, names: Sequence[str], wanted: Wanted) -> Plan:
    builder = _Builder()
    for d, (slot, body) in enumerate(zip(slots, bodies, strict=True)):
        if slot >= 0:
            developer = bound.fields[d] if bound.fields else ()
            _add_definition(builder, (d, slot), body, developer, None if wanted is None else wanted[names[slot]])
    first: dict[tuple[int, ColumnKey], int] = {}
    layouts = []
    for slot, keys in builder.widths.items():
        at = 0
        places: dict[ColumnKey, Place] = {}
        for key, (width, is_bytes, unset) in keys.items():
            first[slot, key] = at
            places[key] = Place(at, width, is_bytes, unset)
            at += width
        native = {name: place for (name, owner), place in places.items() if owner is None}
        owned = tuple((owner, place) for (_, owner), place in places.items() if owner is not None)
        texts = tuple(dict.fromkeys(t[2] for t in builder.texts if t[1] == slot))
        layouts.append(Layout(slot, native, owned, at, texts))
    number = {layout.slot: t for t, layout in enumerate(layouts)}
    taken: set[tuple[int, ...]] = set()
    columns = []
    for row, (slot, key, k) in zip(builder.rows, builder.places, strict=True):
        place = (number[slot], first[slot, key] + k)
        columns.append((*row, *place, int((row[0], *place) in taken)))
        taken.add((row[0], *place))
    return Plan(
        np.array(columns, dtype=np.int64).reshape(-1, 8),
        np.array(builder.scales, dtype=np.float64).reshape(-1, 2),
        np.array([(layout.slot, layout.n_columns) for layout in layouts], dtype=np.int64).reshape(-1, 2),
        tuple(layouts),
        tuple(builder.texts),
    )


def _add_definition(
    builder: _Builder,
    where: tuple[int, int],
    body: bytes,
    developers: tuple[Developer | None, ...],
    fields: tuple[str, ...] | None,
) -> None:
    is_big = body[0] != 0
    known = profile.MESSAGE_TYPES.get(int.from_bytes(body[1:3], "big" if is_big else "little"))
    n_fields = body[3]
    at = 0
    builder.widths.setdefault(where[1], {})
    for k in range(n_fields):
        number, size, base_type = body[4 + 3 * k : 7 + 3 * k]
        field = known.fields.get(number) if known else None
        field_name = field.name if field else f"unknown_{number}"
        if fields is None or field_name in fields:
            scale = (float(field.scale or 0.0), float(field.offset or 0.0)) if field else (0.0, 0.0)
            widest = size if fields is None or field_name in ARRAYS else 1
            _add_field(builder, (*where, at, size, is_big), (field_name, None), base_type, scale, widest)
        at += size
    for k, developer in enumerate(developers):
        size = body[6 + 3 * (n_fields + k)]
        if developer is not None and (fields is None or developer.name.strip().lower() in DEVELOPER_WANTED):
            widest = size if fields is None else 1
            place = (*where, at, size, is_big)
            _add_field(builder, place, (developer.name, developer), developer.base_type, (0.0, 0.0), widest)
        at += size


def _add_field(
    builder: _Builder,
    place: tuple[int, int, int, int, bool],
    key: ColumnKey,
    base_type: int,
    scale: tuple[float, float],
    widest: int,
) -> None:
    """One column for each element; a size that does not fit the type is read as bytes, like fitdecode does."""
    d, slot, at, size, is_big = place
    if size == 0:
        return
    if base_type == STRING:
        if key[1] is None:
            builder.texts.append((d, slot, key[0], at, size))
        return
    kind, width, missing = BASE_TYPES.get(base_type, BASE_TYPES[BYTE])
    is_bytes = base_type not in BASE_TYPES or base_type == BYTE or size % width != 0
    if is_bytes:
        kind, width, missing = BASE_TYPES[BYTE]
        missing = 0xFF if size == 1 else missing
    n = min(size // width, widest)
    for k in range(n):
        builder.rows.append((d, at + k * width, kind, int(is_big), missing))
        builder.scales.append(scale)
        builder.places.append((slot, key, k))
    before, was_bytes, _ = builder.widths[slot].get(key, (0, is_bytes, 0.0))
    unset = 255.0 / (scale[0] or 1.0) - scale[1]
    builder.widths[slot][key] = (max(n, before), is_bytes and was_bytes, unset)


def developer_of(values: Mapping[str, Any], application: str) -> Developer:
    """The announcement from a decoded `field_description`."""
    base_type, native = values.get("fit_base_type_id"), values.get("native_field_num")
    name, units = values.get("field_name"), values.get("units")
    return Developer(  # a field of another type than the profile's says nothing
        application,
        int(values["field_definition_number"]),
        base_type if isinstance(base_type, int) else BYTE,
        name if isinstance(name, str) else "",
        units if isinstance(units, str) else "",
        native if isinstance(native, int) else -1,
    )
