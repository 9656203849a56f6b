"""Developer fields: what was announced, and what a definition that names them means by it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from runlake.formats._fit_plan import Bound, Developer, developer_of

I8 = npt.NDArray[np.int64]
I4 = npt.NDArray[np.int32]
FIELD_DESCRIPTION, DEVELOPER_DATA_ID = 206, 207
APPLICATION_ID, DATA_ID_INDEX = 1, 3
_DESCRIPTION_FIELDS = {
    0: "developer_data_index", 1: "field_definition_number", 2: "fit_base_type_id", 3: "field_name", 8: "units",
    15: "native_field_num",
}  # fmt: skip
START, ANNOUNCED, DEFINED = range(3)
BOUND_KEPT = 256
_BOUND: dict[tuple[object, ...], Bound] = {}
_SERIALS = itertools.count(1)
Registry = dict[int, tuple[str, dict[int, Developer]]]


def bind(data: bytes, definitions: list[list[int]], starts: I8, places: I4, spans: Sequence[int]) -> Bound:
    """For each definition its developer fields as announced at that point of the file, None for unannounced ones.

    An index may be announced again by another app later: what came before the definition counts.
    """
    events: list[tuple[int, int, int, bytes]] = [(start, START, -1, b"") for start in spans]
    for d, (at, _, _, size, _, _, number) in enumerate(definitions):
        if number in (FIELD_DESCRIPTION, DEVELOPER_DATA_ID):
            payloads = places[starts[d] : starts[d + 1], 0].tolist()
            events += [(p, ANNOUNCED, d, data[p : p + size]) for p in payloads]
        elif data[at] & 0x20:
            events.append((at, DEFINED, d, b""))
    events.sort()
    bodies = [data[at + 2 : at + length] for at, length, *_ in definitions]
    key = (tuple([event[1:] for event in events]), tuple(bodies))
    found = _BOUND.get(key)
    if found is None:
        if len(_BOUND) >= BOUND_KEPT:
            _BOUND.clear()
        fields = _bind(events, bodies, [definition[6] for definition in definitions])
        found = _BOUND[key] = Bound(next(_SERIALS), tuple(fields))
    return found


def _bind(
    events: list[tuple[int, int, int, bytes]], bodies: list[bytes], numbers: list[int]
) -> list[tuple[Developer | None, ...]]:
    registry: Registry = {}
    found: list[tuple[Developer | None, ...]] = [()] * len(bodies)
    for _, kind, d, payload in events:
        if kind == START:
            registry = {}
        elif kind == ANNOUNCED:
            _announce(registry, payload, bodies[d], numbers[d])
        else:
            found[d] = _look_up(registry, bodies[d])
    return found


def _announce(registry: Registry, payload: bytes, body: bytes, number_of_message: int) -> None:
    values = _values(payload, body)
    if number_of_message == DEVELOPER_DATA_ID:
        index = values.get(DATA_ID_INDEX)
        if isinstance(index, int):
            application = values.get(APPLICATION_ID)
            registry[index] = (application.hex() if isinstance(application, bytes) else "", {})
        return
    named = {_DESCRIPTION_FIELDS[number]: v for number, v in values.items() if number in _DESCRIPTION_FIELDS}
    index, number = named.get("developer_data_index"), named.get("field_definition_number")
    if isinstance(index, int) and isinstance(number, int):
        application, fields = registry.setdefault(index, ("", {}))
        fields[number] = developer_of(named, application)


def _values(payload: bytes, body: bytes) -> dict[int, Any]:
    """Field number to its value in an announcement: an int, or bytes; strings decoded; invalid ones left out."""
    at = 0
    values: dict[int, Any] = {}
    for k in range(body[3]):
        number, size, base_type = body[4 + 3 * k : 7 + 3 * k]
        raw = payload[at : at + size]
        at += size
        if base_type == 0x07:
            values[number] = raw.split(b"\0", 1)[0].decode("utf-8", "replace")
        elif size == 1:
            if raw != b"\xff":
                values[number] = raw[0]
        elif raw.strip(b"\xff"):
            values[number] = raw
    return values


def _look_up(registry: Registry, body: bytes) -> tuple[Developer | None, ...]:
    at = 4 + 3 * body[3]
    found = []
    for k in range(body[at]):
        number, _, index = body[at + 1 + 3 * k : at + 4 + 3 * k]
        found.append(registry.get(index, ("", {}))[1].get(number))
    return tuple(found)
