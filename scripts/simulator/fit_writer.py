"""A small writer of FIT files: definitions, data, developer fields, compressed times, checksums, chains.

Low level: `FitWriter().define(...)`, `.data(...)`, `.to_bytes()` write raw values, legal or not. High level:
`activity_bytes(...)` takes arrays and mappings by FIT names and gives a file as a watch writes it.
It shares no code and no profile with the reader, so that one can test the other.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from simulator.fit_names import ENUMS, MESSAGES

FIT_EPOCH_S = 631065600
NO_RECORDS_S = FIT_EPOCH_S + 1e9
BASE_TYPES: dict[str, tuple[int, str, Any]] = {
    "enum": (0x00, "B", 0xFF), "sint8": (0x01, "b", 0x7F), "uint8": (0x02, "B", 0xFF),
    "sint16": (0x83, "h", 0x7FFF), "uint16": (0x84, "H", 0xFFFF), "sint32": (0x85, "i", 0x7FFFFFFF),
    "uint32": (0x86, "I", 0xFFFFFFFF), "string": (0x07, "s", b""), "float32": (0x88, "f", math.nan),
    "float64": (0x89, "d", math.nan), "uint8z": (0x0A, "B", 0), "uint16z": (0x8B, "H", 0),
    "uint32z": (0x8C, "I", 0), "byte": (0x0D, "B", 0xFF), "sint64": (0x8E, "q", 0x7FFFFFFFFFFFFFFF),
    "uint64": (0x8F, "Q", 0xFFFFFFFFFFFFFFFF), "uint64z": (0x90, "Q", 0),
}  # fmt: skip
"""Name to (code, struct letter, the value that means missing)."""
_CRC_NIBBLES = (0x0000, 0xCC01, 0xD801, 0x1400, 0xF001, 0x3C00, 0x2800, 0xE401,
                0xA001, 0x6C00, 0x7800, 0xB401, 0x5000, 0x9C01, 0x8801, 0x4400)  # fmt: skip
_CRC_BYTES = tuple(
    (_CRC_NIBBLES[b & 0xF] >> 4) ^ _CRC_NIBBLES[((_CRC_NIBBLES[b & 0xF] & 0xF) ^ (b >> 4)) & 0xF] for b in range(256)
)

Field = tuple[int, str] | tuple[int, str, int]
"""A field of a definition: number, base type name, how many values (bytes for a string); 1 if left out."""
DevField = tuple[int, str, int, int]
"""A developer field: number, base type name, how many values, developer data index."""


def crc16(data: bytes) -> int:
    """The FIT checksum of the bytes."""
    crc = 0
    for byte in data:
        crc = (crc >> 8) ^ _CRC_BYTES[(crc ^ byte) & 0xFF]
    return crc


def pack(base: str, count: int, value: Any, big_endian: bool = False) -> bytes:
    """One field's bytes: `count` values of the base type; None is the invalid value."""
    _, letter, invalid = BASE_TYPES[base]
    if base == "string":
        text = value.encode() if isinstance(value, str) else (value or b"")
        return bytes(text[:count].ljust(count, b"\0"))
    values = list(value) if isinstance(value, list | tuple | np.ndarray | bytes) else [value]
    values += [None] * (count - len(values))
    clean = [invalid if v is None else v for v in values[:count]]
    return struct.pack(f"{'>' if big_endian else '<'}{count}{letter}", *clean)


class FitWriter:
    """Collects the messages of one FIT file; `to_bytes` puts header and checksum around them.

    Local message types are 0..15 (0..3 with a compressed timestamp). Nothing is checked: tests write junk.
    """

    def __init__(self, *, header_size: int = 14, protocol: int = 0x20, profile: int = 2195) -> None:
        self.header_size = header_size
        self.protocol = protocol
        self.profile = profile
        self._parts: list[bytes] = []
        self._defined: dict[int, tuple[list[Field], list[DevField], bool]] = {}

    def define(
        self,
        local: int,
        global_num: int,
        fields: Iterable[Field],
        *,
        dev_fields: Iterable[DevField] = (),
        big_endian: bool = False,
    ) -> FitWriter:
        """Write a definition message: from now on `data(local, ...)` has these fields."""
        own, dev = list(fields), list(dev_fields)
        order = ">" if big_endian else "<"
        header = 0x40 | (0x20 if dev else 0) | local
        out = [struct.pack(f"{order}BBBHB", header, 0, big_endian, global_num, len(own))]
        for num, base, *count in own:
            out.append(bytes((num, size_of(base) * (count[0] if count else 1), BASE_TYPES[base][0])))
        if dev:
            out.append(bytes((len(dev),)))
            out += [bytes((num, size_of(base) * count, index)) for num, base, count, index in dev]
        self._defined[local] = (own, dev, big_endian)
        return self.raw(b"".join(out))

    def data(
        self,
        local: int,
        values: Sequence[Any],
        *,
        dev_values: Sequence[Any] = (),
        time_offset: int | None = None,
    ) -> FitWriter:
        """Write a data message of raw (unscaled) values in the order of the definition; None is invalid.

        With `time_offset` (the low five bits of the time) the header is the compressed kind.
        """
        own, dev, big = self._defined[local]
        header = local if time_offset is None else 0x80 | local << 5 | time_offset & 0x1F
        out = [bytes((header,))]
        for (_, base, *count), value in zip(own, values, strict=True):
            out.append(pack(base, count[0] if count else 1, value, big))
        for (_, base, count, _), value in zip(dev, dev_values, strict=True):
            out.append(pack(base, count, value, big))
        return self.raw(b"".join(out))

    def raw(self, data: bytes) -> FitWriter:
        """Write bytes as they are."""
        self._parts.append(data)
        return self

    def to_bytes(self, *, data_size: int | None = None, header_crc: int | None = None, crc: int | None = None) -> bytes:
        """The whole file; sizes and checksums can be given wrong on purpose (`header_crc=0` is legal)."""
        body = b"".join(self._parts)
        size = len(body) if data_size is None else data_size
        head = struct.pack("<BBHI4s", self.header_size, self.protocol, self.profile, size, b".FIT")
        if self.header_size >= 14:
            head += struct.pack("<H", crc16(head) if header_crc is None else header_crc)
        head = head.ljust(self.header_size, b"\0")
        return head + body + struct.pack("<H", crc16(head + body) if crc is None else crc)


def size_of(base: str) -> int:
    """Bytes of one value of the base type."""
    return struct.calcsize("=" + BASE_TYPES[base][1])


def chain(*files: bytes) -> bytes:
    """Several FIT files in one, as some devices write them."""
    return b"".join(files)


def write_message(writer: FitWriter, local: int, name: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Define message `name` with the union of the rows' fields, and write one data message per row."""
    table = MESSAGES[name]
    names = [field for field in table[1] if any(field in row for row in rows)]
    unknown = {field for row in rows for field in row} - set(table[1])
    if unknown:
        raise KeyError(f"message {name} has no field {sorted(unknown)}; see scripts/simulator/fit_names.py")
    fields: list[Field] = []
    columns = []
    for field in names:
        num, base, scale, offset = table[1][field]
        column = [to_raw(field, base, scale, offset, row.get(field)) for row in rows]
        count = max((_length(base, v) for v in column), default=1)
        fields.append((num, base, count))
        columns.append(column)
    writer.define(local, table[0], fields)
    for values in zip(*columns, strict=True):
        writer.data(local, values)


def to_raw(field: str, base: str, scale: float, offset: float, value: Any) -> Any:
    """A value in SI units (Unix seconds, degrees, enum names) as FIT stores it; NaN and None are None."""
    if isinstance(value, list | tuple | np.ndarray):
        return [to_raw(field, base, scale, offset, v) for v in value]
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if base == "string":
        return str(value)
    if isinstance(value, str):
        return ENUMS[field].index(value) if value in ENUMS[field] else None
    if base.startswith("float"):
        return float(value)
    if scale == -1:  # times
        return round(float(value)) - FIT_EPOCH_S
    _, letter, _ = BASE_TYPES[base]
    bits = 8 * struct.calcsize("=" + letter)
    raw = round((float(value) + offset) * scale)
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 2) if letter.islower() else (0, 2**bits - 2)
    return min(max(raw, low), high)


def _length(base: str, value: Any) -> int:
    if base == "string":
        return min(len((value or "").encode()) + 1, 255)
    return max(len(value), 1) if isinstance(value, list) else 1


def activity_bytes(
    records: Mapping[str, Any],
    *,
    file_id: Mapping[str, Any] | None = None,
    sports: Sequence[Mapping[str, Any]] = (),
    sessions: Sequence[Mapping[str, Any]] = (),
    laps: Sequence[Mapping[str, Any]] = (),
    events: Sequence[Mapping[str, Any]] = (),
    workout: Mapping[str, Any] | None = None,
    steps: Sequence[Mapping[str, Any]] = (),
    devices: Sequence[Mapping[str, Any]] = (),
    zones: Sequence[Mapping[str, Any]] = (),
    developer: Mapping[str, tuple[str, Any]] | None = None,
    utc_offset_s: float | None = 0.0,
    header_size: int = 14,
) -> bytes:
    """An activity file in the order in which Garmin watches write it.

    Parameters
    ----------
    records : mapping
        FIT field name to array, all of one length; `timestamp` in Unix seconds, positions in degrees, the
        rest in FIT units (m, m/s, bpm, strides a minute; `stance_time` in ms; `vertical_oscillation` and
        `step_length` in mm).
        NaN is written as invalid. Fields and units: scripts/simulator/fit_names.py.
    file_id, sports, sessions, laps, events, workout, steps, devices, zones : mapping or list of mappings
        One mapping per message, same conventions; enums by their FIT names.
    developer : mapping
        Developer fields of the records: name to (unit, array), written as float32 of developer 0.
    utc_offset_s : float
        Local time minus UTC, written in `activity`; None leaves the activity message out.
    """
    writer = FitWriter(header_size=header_size)
    times = np.asarray(records["timestamp"], dtype=np.float64)
    first, last = (float(times[0]), float(times[-1])) if len(times) else (NO_RECORDS_S, NO_RECORDS_S)
    maker = {"manufacturer": 1, "product": 3990, "serial_number": 3_141_592_653}
    write_message(writer, 0, "file_id", [{"type": "activity", **maker, "time_created": first, **(file_id or {})}])
    plans = [workout] if workout else []
    for name, rows in (("device_info", devices), ("sport", sports), ("workout", plans), ("workout_step", steps)):
        if rows:
            write_message(writer, 1, name, rows)
    starts = [e for e in events if e.get("timestamp", first) <= first]
    if starts:
        write_message(writer, 2, "event", starts)
    later = [e for e in events if e.get("timestamp", first) > first]
    _write_records(writer, records, developer or {}, later, laps)
    for name, rows in (("time_in_zone", zones), ("session", sessions)):
        if rows:
            write_message(writer, 5, name, rows)
    if utc_offset_s is not None:
        total = sum(float(s.get("total_timer_time", 0.0)) for s in sessions)
        write_message(writer, 6, "activity", [{
            "timestamp": last, "total_timer_time": total, "num_sessions": len(sessions), "type": "manual",
            "event": "activity", "event_type": "stop", "local_timestamp": last + utc_offset_s,
        }])  # fmt: skip
    return writer.to_bytes()


def _write_records(
    writer: FitWriter,
    records: Mapping[str, Any],
    developer: Mapping[str, tuple[str, Any]],
    events: Sequence[Mapping[str, Any]],
    laps: Sequence[Mapping[str, Any]],
) -> None:
    """The records, with events and laps between them where their time has come."""
    table = MESSAGES["record"][1]
    unknown = set(records) - set(table)
    if unknown:
        raise KeyError(f"message record has no field {sorted(unknown)}; see scripts/simulator/fit_names.py")
    names = [n for n in table if n in records]
    columns = [_raw_column(n, records[n]) for n in names]
    dev_columns = _declare(writer, developer)
    dev_fields: list[DevField] = [(i, "float32", 1, 0) for i in range(len(dev_columns))]
    own: list[Field] = [(table[n][0], table[n][1]) for n in names]
    writer.define(3, MESSAGES["record"][0], own, dev_fields=dev_fields)
    given = [("event", e) for e in events] + [("lap", x) for x in laps]
    waiting = sorted([(float(row["timestamp"]), name, row) for name, row in given], key=lambda item: item[0])
    times = np.asarray(records["timestamp"], dtype=np.float64)
    at = 0
    for i, row in enumerate(zip(*columns, strict=True)):
        while at < len(waiting) and waiting[at][0] < times[i]:
            write_message(writer, 4, waiting[at][1], [waiting[at][2]])
            at += 1
        writer.data(3, row, dev_values=[c[i] for c in dev_columns])
    for _, name, row in waiting[at:]:
        write_message(writer, 4, name, [row])


def _raw_column(name: str, values: Any) -> list[int | None]:
    num_base_scale = MESSAGES["record"][1][name]
    return [to_raw(name, *num_base_scale[1:], float(v)) for v in np.asarray(values, dtype=np.float64)]


def _declare(writer: FitWriter, developer: Mapping[str, tuple[str, Any]]) -> list[list[float | None]]:
    """Announce the developer fields; their columns with None for NaN."""
    if not developer:
        return []
    writer.define(4, 207, [(1, "byte", 16), (3, "uint8")]).data(4, [bytes(range(16)), 0])
    writer.define(4, 206, [(0, "uint8"), (1, "uint8"), (2, "uint8"), (3, "string", 64), (8, "string", 16)])
    columns = []
    for i, (name, (unit, values)) in enumerate(developer.items()):
        writer.data(4, [0, i, BASE_TYPES["float32"][0], name, unit])
        columns.append([None if math.isnan(v) else float(v) for v in np.asarray(values, dtype=np.float64)])
    return columns
