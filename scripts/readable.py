"""Activities of a folder of watch files, as the pipeline would see them, for scripts that judge what is found."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

from runlake.errors import RunlakeError
from runlake.formats import read
from runlake.model.activity import Activity
from runlake.model.recording import Recording
from runlake.prepare import prepare


def activities_in(folder: Path, suffixes: tuple[str, ...] = ("",)) -> Iterator[tuple[str, Recording, Activity]]:
    """File name, recording and activity of every session that can be read, in order of the names."""
    for path in sorted(folder.iterdir()):
        if not path.name.lower().endswith(suffixes):
            continue
        data = path.read_bytes()
        data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
        try:
            source_format, reading = read(data)
        except RunlakeError:
            continue
        for recording in reading.recordings:
            try:
                activity = prepare(recording, activity_id="0" * 16, source_format=source_format)
            except RunlakeError:
                continue
            yield path.name, recording, activity
