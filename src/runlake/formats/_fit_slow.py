"""FIT by fitdecode, message by message: the fall-back for streams that the columnar decoder declines.

Keeps what came before an error, whatever the error. The same columns as `_fit_fast`, many times slower.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping
from typing import Any

import fitdecode
import numpy as np

from runlake.formats._fit_columns import DeveloperColumn, FitColumns, MessageColumns

Wanted = Mapping[str, tuple[str, ...]] | None
DevKey = tuple[str, int, str, str, int]


class _Rows:
    """Grows the rows of one kind of message."""

    def __init__(self) -> None:
        self.segment: list[int] = []
        self.numbers: list[dict[str, Any]] = []
        self.texts: list[dict[str, str]] = []
        self.developer: list[dict[DevKey, float]] = []


def decode(data: bytes, wanted: Wanted) -> FitColumns:
    """The stream in columns; all messages and fields when `wanted` is None. Damage is noted, never raised."""
    rows: dict[str, _Rows] = {}
    notes: list[str] = []
    segment = -1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reader = fitdecode.FitReader(
            io.BytesIO(data),
            check_crc=fitdecode.CrcCheck.READONLY,
            error_handling=fitdecode.ErrorHandling.IGNORE,
        )
        try:
            for frame in reader:
                if frame.frame_type == fitdecode.FIT_FRAME_HEADER:
                    segment += 1
                    if frame.crc_matched is False:
                        notes.append("header_crc")
                elif frame.frame_type == fitdecode.FIT_FRAME_CRC and not frame.matched:
                    notes.append("crc")
                elif frame.frame_type == fitdecode.FIT_FRAME_DATA:
                    _take(rows, frame, segment, reader, wanted)
        except Exception as error:  # noqa: BLE001  (fitdecode lets ValueError, KeyError and more through on damage)
            notes.append(f"fitdecode stopped: {type(error).__name__}")
    messages = {name: _columns(found) for name, found in rows.items()}
    return FitColumns(messages, tuple(notes), bool(notes), "fitdecode")


def _take(rows: dict[str, _Rows], frame: Any, segment: int, reader: Any, wanted: Wanted) -> None:
    if wanted is not None and frame.name not in wanted:
        return
    into = rows.setdefault(frame.name, _Rows())
    numbers: dict[str, Any] = {}
    texts: dict[str, str] = {}
    developer: dict[DevKey, float] = {}
    for item in frame.fields:
        if item.field_def is not None and item.field_def.is_dev:
            _take_developer(developer, item, reader)
            continue
        name = item.parent_field.name if item.parent_field else item.name
        if wanted is not None and name not in wanted[frame.name]:
            continue
        value = scaled(item)
        if isinstance(value, str):
            texts.setdefault(name, value)
        elif value is not None and (name not in numbers or item.field_def is not None):
            numbers[name] = value  # written beats expanded
    into.segment.append(max(segment, 0))
    into.numbers.append(numbers)
    into.texts.append(texts)
    into.developer.append(developer)


def scaled(item: Any) -> Any:
    """The value as a number (tuple, string): scaled as the profile says, enums and times raw."""
    raw = item.raw_value
    if isinstance(raw, bytes):
        return raw.split(b"\0")[0].decode("utf-8", "replace")
    base = item.parent_field or item.field
    if item.field_def is None or base is None:  # expanded: fitdecode has scaled it already
        return raw

    def one(value: Any) -> Any:
        if value is None or isinstance(value, str):
            return value
        scaled_value = float(value) / base.scale if base.scale else value
        return scaled_value - base.offset if base.offset else scaled_value

    return tuple(one(v) for v in raw) if isinstance(raw, tuple) else one(raw)


def _take_developer(into: dict[DevKey, float], item: Any, reader: Any) -> None:
    field = item.field_def.field
    value = item.raw_value[0] if isinstance(item.raw_value, tuple) and item.raw_value else item.raw_value
    if isinstance(value, bytes | str):
        return
    owner = reader.local_dev_types.get(field.dev_data_index) or {}
    application = bytes(b or 0 for b in owner.get("application_id") or ()).hex()
    name = field.name if isinstance(field.name, str) else ""
    units = field.units if isinstance(field.units, str) else ""
    native = -1 if field.native_field_num is None else int(field.native_field_num)
    into[(application, field.def_num, name, units, native)] = np.nan if value is None else float(value)


def _columns(rows: _Rows) -> MessageColumns:
    n = len(rows.segment)
    numbers = {}
    for name in dict.fromkeys(k for row in rows.numbers for k in row):
        values = [row.get(name) for row in rows.numbers]
        width = max((len(v) for v in values if isinstance(v, tuple)), default=0)
        table = np.full((n, max(width, 1)), np.nan)
        for i, value in enumerate(values):
            items = value if isinstance(value, tuple) else (value,)
            for k, item in enumerate(items):
                if item is not None and not isinstance(item, str | bytes):
                    table[i, k] = item
        numbers[name] = table if width > 1 else np.ascontiguousarray(table[:, 0])
    texts = {
        name: tuple(row.get(name, "") for row in rows.texts)
        for name in dict.fromkeys(k for row in rows.texts for k in row)
    }
    developer = tuple(
        DeveloperColumn(*_developer_names(key), np.array([row.get(key, np.nan) for row in rows.developer]))
        for key in dict.fromkeys(k for row in rows.developer for k in row)
    )
    return MessageColumns(n, np.array(rows.segment, dtype=np.int64), numbers, texts, developer)


def _developer_names(key: DevKey) -> tuple[str, int, str, str, int]:
    return key
