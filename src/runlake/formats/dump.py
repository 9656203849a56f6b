"""What a FIT file holds, message by message, as text: JSON lines or CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from runlake.errors import FormatError
from runlake.formats._fit_profile import FIT_TIME_MIN
from runlake.formats.fit import recognises
from runlake.units import FIT_EPOCH_UNIX_S

STYLES = ("jsonl", "csv")
LONG_HEADER = ("message", "offset", "field", "value", "units")


def dump_lines(data: bytes, message: str | None = None, style: str = "jsonl") -> Iterator[str]:
    """One line of text per message (jsonl), or per field (csv; per message when `message` names one kind).

    Enums by name, times in ISO 8601, missing values left out (csv: empty). A damaged file gives what can be read.
    Raises FormatError (code ``not_fit``, ``style``, or ``no_such_message`` with the names that there are).
    """
    if not recognises(data[:1024]):
        raise FormatError("not a FIT file; only FIT files can be dumped", code="not_fit")
    if style not in STYLES:
        raise FormatError(f"no such style: {style}; there are {', '.join(STYLES)}", code="style")
    return _lines(data, message, style)


def _lines(data: bytes, message: str | None, style: str) -> Iterator[str]:
    from runlake.formats._fit_messages import messages

    rows: Iterator[tuple[int, str, Any]] = (
        (item.offset, item.name, [(f.name, printable(f.value, f.kind), f.units) for f in item.fields])
        for item in messages(data, message)
    )
    if message is not None:
        rows = iter(_checked(list(rows), data, message))
    if style == "jsonl":
        for offset, name, fields in rows:
            found: dict[str, Any] = {"message": name, "offset": offset}
            for key, value, _ in fields:
                if value is not None:
                    found[_free_key(found, key)] = value
            yield json.dumps(found, ensure_ascii=False, allow_nan=False)
    elif message is not None:
        yield from _wide_csv(list(rows))
    else:
        yield _csv_line(LONG_HEADER)
        for offset, name, fields in rows:
            for key, value, units in fields:
                yield _csv_line((name, offset, key, _cell(value), units))


def _checked(rows: list[tuple[int, str, Any]], data: bytes, message: str) -> list[tuple[int, str, Any]]:
    from runlake.formats._fit_messages import messages

    if not rows:
        names = sorted({item.name for item in messages(data, None)})
        raise FormatError(f"no message {message} in this file; there are {', '.join(names)}", code="no_such_message")
    return rows


def _wide_csv(rows: list[tuple[int, str, Any]]) -> Iterator[str]:
    names = list(dict.fromkeys(key for _, _, fields in rows for key, _, _ in fields))
    yield _csv_line(("offset", *names))
    for offset, _, fields in rows:
        values = {key: value for key, value, _ in reversed(fields)}
        yield _csv_line((offset, *(_cell(values.get(name)) for name in names)))


def printable(value: Any, kind: str) -> Any:
    """The value as JSON can hold it: times as ISO 8601, floats that are no numbers as None."""
    if isinstance(value, tuple):
        return [printable(v, kind) for v in value]
    if isinstance(value, float) and not abs(value) < float("inf"):
        return None
    if kind in ("date_time", "local_date_time") and isinstance(value, int) and value >= FIT_TIME_MIN:
        text = datetime.fromtimestamp(value + FIT_EPOCH_UNIX_S, UTC).isoformat()
        return text.replace("+00:00", "Z" if kind == "date_time" else "")
    return value


def _free_key(found: dict[str, Any], key: str) -> str:
    """The key, or with a number where the message holds the name twice."""
    if key not in found:
        return key
    number = 2
    while f"{key}_{number}" in found:
        number += 1
    return f"{key}_{number}"


def _cell(value: Any) -> Any:
    return "" if value is None else json.dumps(value) if isinstance(value, list) else value


def _csv_line(cells: tuple[Any, ...]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="").writerow(cells)
    return buffer.getvalue()
