"""A file's messages as JSON lines or CSV, unpacked first where it is packed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from runlake.errors import ConfigError, FormatError
from runlake.formats.dump import dump_lines
from runlake.intake.contents import Limits, contents
from runlake.intake.walk import walk


def dump_file(path: Path, name: str, style: str) -> Iterator[str]:
    """Lines of output; raises FormatError when there is nothing that can be dumped."""
    if not path.is_file():
        raise ConfigError("there is no such file", code="missing", path=str(path))
    for entry in walk(path):
        for content in contents(entry, Limits()):
            if content.data is None:
                raise content.refusal or FormatError("nothing to read", code="empty")
            yield from dump_lines(content.data, name or None, style)
