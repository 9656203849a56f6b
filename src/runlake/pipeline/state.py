"""What the lake knows of every input: kept inside the snapshot, so that tables and knowledge cannot disagree."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from runlake.errors import LakeError
from runlake.lake import disk
from runlake.lake.store import STATE
from runlake.pipeline.records import Known, Place, known_from_row, known_to_row

State = dict[Place, Known]


def read_state(folder: Path | None) -> State:
    """The inputs of a published state by their place; empty before the first one."""
    if folder is None or not (folder / STATE).is_file():
        return {}
    try:
        rows = json.loads((folder / STATE).read_text(encoding="utf-8", errors="surrogateescape"))
        known = [known_from_row(row) for row in rows]
    except (ValueError, IndexError, TypeError) as error:
        raise LakeError(
            "what is known of the inputs is damaged, or of another version; build the lake anew into another folder",
            code="state",
            path=str(folder / STATE),
        ) from error
    return {k.place: k for k in known}


def write_state(folder: Path, known: Iterable[Known]) -> None:
    """Leave what is known of the inputs beside the tables."""
    rows = sorted((known_to_row(k) for k in known), key=lambda row: row[:3])
    text = json.dumps(rows, separators=(",", ":"))
    disk.write(folder / STATE, text.encode("utf-8", "surrogateescape"))
