"""A file's messages as JSON lines or CSV, unpacked first where it is packed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from runlake.errors import ConfigError, FormatError, NotAnActivityError, RunlakeError
from runlake.formats.dump import dump_lines
from runlake.intake.contents import Limits, contents
from runlake.intake.walk import walk


def dump_file(path: Path, name: str, style: str, warn: Callable[[str], None]) -> Iterator[str]:
    """Lines of output; `warn` is told what is damaged, and which members of an archive are left out.

    Raises what was wrong (FormatError, NotAnActivityError) when nothing at all can be dumped.
    """
    if not path.is_file():
        raise ConfigError("there is no such file", code="missing", path=str(path))
    refused: RunlakeError | None = None
    n_dumped = 0
    for entry in walk(path):
        for content in contents(entry, Limits()):
            where = f"{path.name}!{content.member}" if content.member else path.name
            try:
                if content.data is None:
                    raise content.refusal or FormatError("nothing to read", code="empty")
                lines = dump_lines(content.data, name or None, style, partial(_warn, warn, where))
            except (FormatError, NotAnActivityError) as error:
                if content.member is not None:
                    warn(f"{where}: {error}")
                refused = refused or error
                continue
            if content.notes:
                warn(f"{where}: damaged ({', '.join(content.notes)}); what can be read is printed")
            yield from lines
            n_dumped += 1
    if refused is not None and n_dumped == 0:
        raise refused


def _warn(warn: Callable[[str], None], where: str, message: str) -> None:
    warn(f"{where}: {message}")
