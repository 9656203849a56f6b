"""What the lake knows of every input: kept inside the snapshot, so that tables and knowledge cannot disagree."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from operator import itemgetter
from pathlib import Path

from runlake.errors import LakeError
from runlake.lake import disk
from runlake.lake.store import STATE
from runlake.pipeline.records import Known, Place, known_from_row, known_to_row

State = dict[Place, Known]
BEGIN, BETWEEN, END = b"[\n", b",\n", b"\n]"
"""A JSON list with a line for each input, so that lines can be taken over as they are."""


def read_state(folder: Path | None) -> State:
    """The inputs of a published state by their place, in the order of the file; empty before the first one."""
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


def write_state(folder: Path, known: Iterable[Known], published: State | None = None, last: Path | None = None) -> None:
    """Leave what is known of the inputs beside the tables.

    `published` is what `read_state` found in the folder `last`: the text of the very same records is taken from there.
    """
    texts = {} if last is None else _texts(published or {}, last)
    rows = [((k.place.athlete_id, k.place.source, k.place.path), texts.get(id(k)) or _text(k)) for k in known]
    rows.sort(key=itemgetter(0))
    disk.write(folder / STATE, b"".join((BEGIN, BETWEEN.join([text for _, text in rows]), END)))


def _text(known: Known) -> bytes:
    return json.dumps(known_to_row(known), separators=(",", ":")).encode("utf-8", "surrogateescape")


def _texts(published: State, folder: Path) -> Mapping[int, bytes]:
    """The line of each record, by the identity of the record; none when the file is laid out in another way."""
    text = (folder / STATE).read_bytes()
    lines = text.removeprefix(BEGIN).removesuffix(END).split(BETWEEN)
    is_by_line = text.startswith(BEGIN) and text.endswith(END) and len(lines) == len(published)
    return dict(zip(map(id, published.values()), lines, strict=True)) if is_by_line else {}
