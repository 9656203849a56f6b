"""What a FIT file holds, message by message, as text: JSON lines or CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from runlake.errors import ConfigError, FormatError
from runlake.formats._fit_profile import FIT_TIME_MIN, message_number
from runlake.formats.fit import recognises
from runlake.units import FIT_EPOCH_UNIX_S

STYLES = ("jsonl", "csv")
LONG_HEADER = ("message", "offset", "field", "value", "units")


def dump_lines(
    data: bytes, message: str | None = None, style: str = "jsonl", warn: Callable[[str], None] = lambda _: None
) -> Iterator[str]:
    """One line of text per message (jsonl), or per field (csv; per message when `message` names one kind).

    Enums by name, times in ISO 8601, missing values left out (csv: empty). A damaged file gives what can be read, and
    `warn` is told what is wrong; as it is when there is no such message. Raises FormatError (code ``not_fit``), and
    ConfigError (``style``, or ``no_such_message`` for a name that FIT does not have).
    """
    if not recognises(data[:1024]):
        raise FormatError("not a FIT file; only FIT files can be dumped", code="not_fit")
    if style not in STYLES:
        raise ConfigError(f"no such style: {style}; there are {', '.join(STYLES)}", code="style")
    return _lines(data, message, style, warn)


def _lines(data: bytes, message: str | None, style: str, warn: Callable[[str], None]) -> Iterator[str]:
    from runlake.formats._fit_messages import open_stream

    stream = open_stream(data)
    if stream.notes:
        warn(f"damaged ({', '.join(stream.notes)}); what can be read is printed")
    names = stream.names()
    if message is not None and message not in names:
        _say_what_there_is(message, names, warn)
    rows: Iterator[tuple[int, str, Any]] = (
        (item.offset, item.name, [(f.name, printable(f.value, f.kind), f.units) for f in item.fields])
        for item in stream.messages(message)
    )
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


def _say_what_there_is(message: str, names: list[str], warn: Callable[[str], None]) -> None:
    """A name that FIT has may well be missing from a sound file; one that it has not is a slip."""
    try:
        message_number(message)
    except (KeyError, ValueError) as error:
        what = f"FIT has no message {message}; in this file there are {', '.join(names)}"
        raise ConfigError(what, code="no_such_message") from error
    warn(f"no message {message} in this file; there are {', '.join(names)}")


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
