"""A file's messages as JSON lines or CSV."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from runlake.errors import ConfigError, FormatError
from runlake.formats._messages import messages
from runlake.intake.contents import Limits, contents
from runlake.intake.walk import walk


def dump_file(path: Path, name: str, style: str) -> Iterator[str]:
    """Lines of output; raises FormatError at the end of what can be read of a damaged file."""
    if not path.is_file():
        raise ConfigError("there is no such file", code="missing", path=str(path))
    found = _messages(path)
    chosen = ((n, fields) for n, fields in found if not name or n == name)
    yield from _json_lines(chosen) if style == "jsonl" else _csv_lines(list(chosen))


def _messages(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for entry in walk(path):
        for content in contents(entry, Limits()):
            if content.data is None:
                raise content.refusal or FormatError("nothing to read", code="empty")
            yield from messages(content.data)


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime | dt.time):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, tuple | list):
        return [_plain(v) for v in value]
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def _json_lines(found: Iterator[tuple[str, dict[str, Any]]]) -> Iterator[str]:
    for name, fields in found:
        yield json.dumps({"message": name, **{k: _plain(v) for k, v in fields.items()}}, ensure_ascii=False)


def _csv_lines(found: list[tuple[str, dict[str, Any]]]) -> Iterator[str]:
    columns = ["message", *dict.fromkeys(k for _, fields in found for k in fields)]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for name, fields in found:
        values = [_plain(fields.get(c)) for c in columns[1:]]
        writer.writerow([name, *(json.dumps(v) if isinstance(v, list) else v for v in values)])
    yield out.getvalue().rstrip("\n")
